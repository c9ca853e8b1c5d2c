//! Climbs the ladder: applies each rule to a target and says what became of each candidate.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::model::{Catalog, Pin, Service, Spanned};
use super::ref_answers::RefAnswers;
use super::resolution::{Badge, Candidate, Outcome, RefProblem, RefResolver, Resolution, Revision, Rule};
use super::{TargetId, resolve_setting};
use crate::base::nearest::nearest;
use crate::base::{Diagnostic, Span};

/// The ref of every target of the catalog, in the order of [`Catalog::targets`], with all badges.
///
/// Each ref is asked for once, however many targets name it.
#[must_use]
pub fn resolve_all(catalog: &Catalog, refs: &dyn RefResolver) -> Vec<Arc<Resolution>> {
    resolve_again(catalog, &RefAnswers::default().over(refs), None)
}

/// The same as [`resolve_all`], but asks for a ref as often as targets name it: hand over [`RefAnswers::over`]. The answers of
/// `before`, which must be about the same refs, are taken over for services that both catalogs share, if nothing else differs
/// that refs depend on.
#[must_use]
pub fn resolve_again(
    catalog: &Catalog,
    refs: &dyn RefResolver,
    before: Option<(&Catalog, &[Arc<Resolution>])>,
) -> Vec<Arc<Resolution>> {
    let before = before.filter(|(other, _)| has_same_ladder(catalog, other));
    let known: FxHashMap<&str, &[Arc<Resolution>]> = before
        .iter()
        .flat_map(|(_, all)| all.chunk_by(|one, other| one.target.service == other.target.service))
        .map(|own| (&*own[0].target.service, own))
        .collect();
    let mut resolutions = Vec::new();
    for service in catalog.usable_services() {
        let name = &*service.name.value;
        let shared = before.and_then(|(other, _)| other.shared_service(name));
        if shared.is_some_and(|shared| Arc::ptr_eq(shared, service)) {
            resolutions.extend(known.get(name).into_iter().flat_map(|own| own.iter().cloned()));
            continue;
        }
        let targets = catalog.targets_of(service).into_iter();
        let mut own: Vec<Resolution> =
            targets.map(|target| climb(catalog, Some(service), target, refs)).collect();
        mark_skew(&mut own);
        resolutions.extend(own.into_iter().map(Arc::new));
    }
    resolutions
}

/// Whether two catalogs say the same of everything that refs depend on, but for the services.
fn has_same_ladder(one: &Catalog, other: &Catalog) -> bool {
    one.channels == other.channels
        && one.env_pins == other.env_pins
        && one.region_pins == other.region_pins
        && one.default_channels == other.default_channels
        && one.environments == other.environments
        && one.regions == other.regions
        && one.locked_images == other.locked_images
        && one.settings == other.settings
}

/// The ref of one target and why.
///
/// A target that the catalog does not have resolves by its environment and region alone. The badge
/// [`Badge::Skew`] is not set, because it takes all regions of a service: see [`resolve_all`] and [`mark_skew`].
#[must_use]
pub fn resolve(catalog: &Catalog, target: &TargetId, refs: &dyn RefResolver) -> Resolution {
    climb(catalog, catalog.service(&target.service), target.clone(), refs)
}

fn climb(
    catalog: &Catalog,
    service: Option<&Service>,
    target: TargetId,
    refs: &dyn RefResolver,
) -> Resolution {
    let order = &catalog.settings.resolution;
    let mut candidates: Vec<Candidate> =
        order.iter().map(|rule| candidate(*rule, catalog, service, &target, refs)).collect();
    let winner = candidates.iter().position(|candidate| candidate.is_present());
    if let Some(winner) = winner {
        let by = candidates[winner].rule;
        for later in candidates[winner + 1..].iter_mut().filter(|candidate| candidate.outcome == Outcome::Won)
        {
            later.outcome = Outcome::Shadowed { by };
        }
    }
    let revision = if refs.is_repository() {
        let commit = winner.and_then(|index| candidates[index].commit.clone());
        commit.map(Revision::Commit)
    } else {
        Some(Revision::WorkTree)
    };
    let mut resolution =
        Resolution { target, candidates, winner, revision, badges: Vec::new(), diagnostics: Vec::new() };
    if refs.is_repository() {
        judge(catalog, &mut resolution);
    }
    if service.is_some_and(|service| image_version(catalog, service, &resolution.target).is_none()) {
        resolution.badges.push(Badge::UnresolvedImage);
    }
    resolution.badges.sort_unstable();
    resolution
}

/// Sets [`Badge::Skew`] where the regions of a service and environment have different commits.
///
/// A region whose ref is broken counts as different from one whose ref is not.
pub fn mark_skew(resolutions: &mut [Resolution]) {
    let place = |resolution: &Resolution| (resolution.target.service.clone(), resolution.target.env.clone());
    let mut first = BTreeMap::new();
    let mut skewed = BTreeSet::new();
    for resolution in resolutions.iter() {
        let one = first.entry(place(resolution)).or_insert_with(|| resolution.revision.clone());
        if *one != resolution.revision {
            skewed.insert(place(resolution));
        }
    }
    for resolution in resolutions {
        resolution.badges.retain(|badge| *badge != Badge::Skew);
        if skewed.contains(&place(resolution)) {
            resolution.badges.push(Badge::Skew);
            resolution.badges.sort_unstable();
        }
    }
}

/// What a rule says for a target, before candidates are held against each other: won, absent or broken.
fn candidate(
    rule: Rule,
    catalog: &Catalog,
    service: Option<&Service>,
    target: &TargetId,
    refs: &dyn RefResolver,
) -> Candidate {
    let TargetId { env, region, .. } = target;
    let pin = |pins: &'_ [Pin], of: Option<&Arc<str>>| {
        let found = pins.iter().find(|pin| pin.env == *env && pin.region.as_ref() == of);
        found.map(|pin| pin.value.clone())
    };
    let (key, said, is_channel) = match rule {
        Rule::ServiceChannel => {
            ("channel".to_owned(), service.and_then(|service| service.channel.clone()), true)
        }
        Rule::RegionPin => {
            (format!("regionPins.{region}.{env}"), pin(&catalog.region_pins, Some(region)), false)
        }
        Rule::EnvPin => (format!("envPins.{env}"), pin(&catalog.env_pins, None), false),
        Rule::DefaultChannel => (format!("defaultChannel.{env}"), pin(&catalog.default_channels, None), true),
    };
    let mut candidate = Candidate {
        rule,
        channel: None,
        reference: None,
        commit: None,
        span: said.as_ref().map(|said| said.span.clone()),
        problem: None,
        definition: None,
        key,
        outcome: Outcome::Absent,
    };
    let Some(said) = said else { return candidate };
    match reference(&said, is_channel, catalog, &mut candidate) {
        Ok(reference) => {
            candidate.reference = Some(reference.clone());
            if is_placeholder(&reference) {
                candidate.problem = Some(RefProblem::Placeholder);
            } else if refs.is_repository() {
                match refs.resolve(&reference) {
                    Ok(commit) => candidate.commit = Some(commit),
                    Err(problem) => candidate.problem = Some(problem),
                }
            }
        }
        Err(problem) => candidate.problem = Some(problem),
    }
    candidate.outcome = match &candidate.problem {
        Some(problem) => Outcome::Broken { problem: problem.clone() },
        None => Outcome::Won,
    };
    candidate
}

/// The ref that a rule comes to, through the channel if it names one.
fn reference(
    said: &Spanned<Arc<str>>,
    is_channel: bool,
    catalog: &Catalog,
    candidate: &mut Candidate,
) -> Result<Arc<str>, RefProblem> {
    if !is_channel {
        return Ok(said.value.clone());
    }
    candidate.channel = Some(said.value.clone());
    if is_placeholder(&said.value) {
        return Err(RefProblem::Placeholder);
    }
    let Some(channel) = catalog.channel(&said.value) else {
        let names = catalog.channels.iter().map(|channel| &*channel.name.value);
        return Err(RefProblem::UnknownChannel { nearest: nearest(&said.value, names).map(str::to_owned) });
    };
    candidate.definition = Some(channel.reference.span.clone());
    Ok(channel.reference.value.clone())
}

/// Whether somebody was meant to fill in the text: `<CONFIG_TAG>`, `${TAG}`, `{{ tag }}`.
#[must_use]
pub fn is_placeholder(reference: &str) -> bool {
    ["<", "${", "{{"].iter().any(|start| reference.contains(start))
}

/// Badges and diagnostics of a target in a repository.
fn judge(catalog: &Catalog, resolution: &mut Resolution) {
    let Some(winner) = resolution.winner else {
        resolution.badges.push(Badge::BrokenRef);
        let problem = nothing_says_a_ref(resolution);
        resolution.diagnostics.push(problem);
        return;
    };
    let deciding = resolution.candidates[winner].clone();
    if deciding.problem.is_some() {
        resolution.badges.push(Badge::BrokenRef);
        resolution.diagnostics.push(broken(&resolution.target, &deciding, catalog));
    }
    let shadowed: Vec<Diagnostic> = resolution.candidates[winner + 1..]
        .iter()
        .filter(|candidate| {
            matches!(candidate.rule, Rule::RegionPin | Rule::EnvPin) && candidate.is_present()
        })
        .filter(|pin| pin.commit.is_none() || pin.commit != deciding.commit)
        .filter_map(|pin| shadowed_pin(&resolution.target, pin, &deciding))
        .collect();
    if !shadowed.is_empty() {
        resolution.badges.push(Badge::ShadowedPin);
        resolution.diagnostics.extend(shadowed);
    }
}

fn nothing_says_a_ref(resolution: &Resolution) -> Diagnostic {
    let target = &resolution.target;
    let keys: Vec<String> =
        resolution.candidates.iter().map(|candidate| format!("`{}`", candidate.key)).collect();
    Diagnostic::error("catalog/no-ref", format!("nothing says which ref {target} uses"))
        .hint(format!("Set one of {}.", keys.join(", ")))
}

/// A pin that does not count although it names another commit.
fn shadowed_pin(target: &TargetId, pin: &Candidate, deciding: &Candidate) -> Option<Diagnostic> {
    let span = pin.span.clone()?;
    let wins = match (&deciding.channel, &deciding.reference) {
        (Some(channel), Some(reference)) => format!("channel `{channel}` ({reference})"),
        (Some(channel), None) => format!("channel `{channel}`"),
        (None, reference) => format!("`{}`", reference.as_deref().unwrap_or("?")),
    };
    let problem = Diagnostic::warning(
        "catalog/shadowed-pin",
        format!(
            "the {} `{}` does not count for {target}: the {} decides, {wins}",
            pin.rule.title(),
            pin.reference.as_deref().unwrap_or("?"),
            deciding.rule.title(),
        ),
    )
    .at(span, "shadowed");
    let problem = match deciding.span.clone() {
        Some(span) => problem.also(span, "this decides"),
        None => problem,
    };
    Some(problem.hint(match deciding.rule {
        Rule::ServiceChannel => {
            "Remove `channel` from the service to let the pin decide, or move the channel to the ref of the pin."
        }
        _ => "Remove one of the two, or give both the same ref.",
    }))
}

/// The deciding candidate cannot be used.
fn broken(target: &TargetId, candidate: &Candidate, catalog: &Catalog) -> Diagnostic {
    let title = candidate.rule.title();
    let text = candidate.reference.as_deref().unwrap_or("");
    let (code, message, hint) = match candidate.problem.clone() {
        Some(RefProblem::UnknownChannel { nearest }) => {
            let name = candidate.channel.as_deref().unwrap_or("");
            let known: Vec<String> =
                catalog.channels.iter().map(|channel| format!("`{}`", channel.name.value)).collect();
            let hint = match nearest {
                Some(meant) => format!("Did you mean `{meant}`?"),
                None if known.is_empty() => format!("Add `{name}: <ref>` to `channels.yaml`."),
                None => format!("`channels.yaml` has {}.", known.join(", ")),
            };
            ("catalog/unknown-channel", format!("the {title} of {target} is `{name}`, which is no channel"), hint)
        }
        Some(RefProblem::Placeholder) => (
            "catalog/placeholder-ref",
            format!("the {title} of {target} still holds a placeholder: `{}`", if text.is_empty() { candidate.channel.as_deref().unwrap_or("") } else { text }),
            "Put a tag, a branch or a commit id in its place.".to_owned(),
        ),
        Some(RefProblem::NotFound { nearest }) => (
            "catalog/ref-not-found",
            format!("the {title} of {target} names `{text}`, which the repository does not have"),
            match nearest {
                Some(meant) => format!("Did you mean `{meant}`?"),
                None => "Fetch the tags (`git fetch --tags`), or name a ref that exists.".to_owned(),
            },
        ),
        Some(RefProblem::CreatedLater { created }) => (
            "catalog/ref-created-later",
            format!("the {title} of {target} names `{text}`, which was created later, on {created}"),
            "Choose a later moment for `--at`, or add `--refs-now` to look refs up as they are now.".to_owned(),
        ),
        Some(RefProblem::Unusable { reason }) => (
            "catalog/ref-unusable",
            format!("the {title} of {target} names `{text}`, which cannot be used: {reason}"),
            "Write the full name of a tag (`refs/tags/...`) or branch (`refs/heads/...`), or a full commit id.".to_owned(),
        ),
        None => ("catalog/no-ref", format!("the {title} of {target} has no ref"), String::new()),
    };
    let place: Option<Span> = match candidate.problem {
        Some(RefProblem::UnknownChannel { .. }) | None => candidate.span.clone(),
        _ => candidate.definition.clone().or_else(|| candidate.span.clone()),
    };
    let mut problem = Diagnostic::error(code, message).at_maybe(place.clone(), "");
    if let Some(span) = candidate.span.clone().filter(|span| Some(span) != place.as_ref()) {
        problem = problem.also(span, "used here");
    }
    problem.hint(hint)
}

/// Tag and digest of the image of a target.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImageVersion {
    /// The tag.
    pub tag: Option<Spanned<Arc<str>>>,
    /// The digest.
    pub digest: Option<Spanned<Arc<str>>>,
}

/// What the catalog says about the version of a service's image: its own `tag` and `digest`, else its entry in
/// `images.lock.yaml` (by the name of the service, else by the image). `None` when nothing is said.
#[must_use]
pub fn image_version(catalog: &Catalog, service: &Service, target: &TargetId) -> Option<ImageVersion> {
    let own = |key: &str| {
        let resolved = resolve_setting(service, key, &target.env, &target.region)?;
        Some(Spanned { value: resolved.text()?.clone(), span: resolved.span.clone() })
    };
    let version = ImageVersion { tag: own("tag"), digest: own("digest") };
    if version.tag.is_some() || version.digest.is_some() {
        return Some(version);
    }
    let image = own("image");
    let named = |name: &str| catalog.locked_images.iter().find(|locked| &*locked.name.value == name);
    let locked = named(&service.name.value).or_else(|| named(&image?.value))?;
    let version = ImageVersion { tag: locked.tag.clone(), digest: locked.digest.clone() };
    (version.tag.is_some() || version.digest.is_some()).then_some(version)
}

impl Candidate {
    /// Whether the catalog says something here, usable or not.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.outcome != Outcome::Absent
    }
}
