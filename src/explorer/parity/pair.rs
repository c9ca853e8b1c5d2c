//! One row of the board: a service of one environment in two regions.
//!
//! Where the refs differ, the secondary region is also rendered at the ref of the primary. What differs there is meant to
//! be: the same catalog and the same layers, read for another region. What differs between that and what the secondary
//! region really runs is the work of the other ref. Blame names the lines.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::differences::{Blamed, Design, differences};
use crate::base::Diagnostic;
use crate::catalog::{Address, RefResolver, Resolution, Revision, Rule, Service, TargetId};
use crate::explorer::refs::{GitRefs, summary};
use crate::explorer::{Failure, Shared};
use crate::report::answer::{
    CommitSummary, FieldDifference, Overview, ParityRow, ParitySide, ParityVerdict, Place, Reason, Topic,
};

/// The two regions.
pub(super) struct Regions<'a> {
    pub(super) primary: &'a Arc<str>,
    pub(super) secondary: &'a Arc<str>,
}

/// The targets of a service in the two regions.
pub(super) type Pair = (Option<TargetId>, Option<TargetId>);

/// Places that a reason names at most.
const MOST_PLACES: usize = 5;

/// Values that a reason spells out at most.
const MOST_VALUES: usize = 3;

/// Seconds of a day.
const DAY: i64 = 86_400;

impl Shared {
    /// Holds two targets of a service against each other.
    pub(super) fn parity_row(
        &self,
        overview: &Overview,
        service: &Service,
        pair: &Pair,
        regions: &Regions<'_>,
    ) -> ParityRow {
        let sides = [&pair.0, &pair.1].map(|target| target.as_ref().and_then(|it| overview.resolution(it)));
        let mut row = ParityRow {
            verdict: ParityVerdict::Same,
            service: service.name.value.clone(),
            env: pair.0.as_ref().or(pair.1.as_ref()).map_or_else(|| Arc::from(""), |it| it.env.clone()),
            primary: sides[0].map(|resolution| side(resolution, overview)),
            secondary: sides[1].map(|resolution| side(resolution, overview)),
            reasons: Vec::new(),
            differences: Vec::new(),
        };
        let stale: Vec<Reason> =
            sides.into_iter().flatten().filter_map(|it| self.stale_pin(it, overview)).collect();
        match sides {
            [Some(primary), Some(secondary)] => {
                row.verdict = self.compare_regions(overview, service, [primary, secondary], &mut row);
            }
            _ => {
                let (there, not_there) = match sides[0] {
                    Some(_) => (regions.primary, regions.secondary),
                    None => (regions.secondary, regions.primary),
                };
                row.verdict = ParityVerdict::Missing;
                let place = service.regions.first().map(|first| Place::from(&first.span));
                row.reasons.push(Reason {
                    topic: Topic::Missing,
                    expected: false,
                    text: format!("runs in {there}, not in {not_there}"),
                    places: place.into_iter().collect(),
                });
                for resolution in sides.into_iter().flatten() {
                    row.reasons.extend(self.rendered(overview, resolution).err().map(failure));
                }
            }
        }
        if !stale.is_empty() {
            row.verdict = row.verdict.min(ParityVerdict::StalePin);
            row.reasons.extend(stale);
        }
        row.reasons.sort_by_key(|reason| (reason.expected, reason.topic));
        row
    }

    fn rendered(&self, overview: &Overview, resolution: &Resolution) -> Result<Blamed, Failure> {
        let address = Address { target: resolution.target.clone(), reference: None };
        Blamed::of(self.render(overview, &address)?)
    }

    fn compare_regions(
        &self,
        overview: &Overview,
        service: &Service,
        [primary, secondary]: [&Arc<Resolution>; 2],
        row: &mut ParityRow,
    ) -> ParityVerdict {
        let both = (self.rendered(overview, primary), self.rendered(overview, secondary));
        let (left, right) = match both {
            (Ok(left), Ok(right)) => (left, right),
            (Err(left), Err(right)) if left == right => {
                let mut reason = failure(left);
                reason.text = format!("both regions: {}", reason.text);
                row.reasons.push(reason);
                return ParityVerdict::Failed;
            }
            (left, right) => {
                let failed = [(primary, left.err()), (secondary, right.err())];
                row.reasons.extend(failed.into_iter().filter_map(|(side, problem)| {
                    let mut reason = failure(problem?);
                    reason.text = format!("{}: {}", side.target.region, reason.text);
                    Some(reason)
                }));
                return ParityVerdict::Failed;
            }
        };
        let names = [(primary.target.region.to_string(), secondary.target.region.to_string())];
        let design = Design::of([left.composition(), right.composition()], service);
        let skewed = primary.revision != secondary.revision;
        let found = self.judged(overview, [primary, secondary], &left, &right, &names, &design, skewed);
        row.differences = match found {
            Ok(found) => found.into_iter().map(FieldDifference::masked).collect(),
            Err(problem) => {
                row.reasons.push(failure(problem));
                return ParityVerdict::Failed;
            }
        };
        if skewed {
            row.reasons.push(self.other_ref(overview, [primary, secondary], &row.differences));
        }
        row.reasons.extend(in_words(&row.differences));
        match () {
            () if skewed || row.differences.iter().any(|it| !it.expected) => ParityVerdict::Skew,
            () if row.differences.is_empty() => ParityVerdict::Same,
            () => ParityVerdict::Expected,
        }
    }

    /// All differences, each with whether it is meant to be.
    #[expect(clippy::too_many_arguments, reason = "two sides with what is known of them")]
    fn judged(
        &self,
        overview: &Overview,
        [primary, secondary]: [&Resolution; 2],
        left: &Blamed,
        right: &Blamed,
        names: &[(String, String)],
        design: &Design,
        skewed: bool,
    ) -> Result<Vec<FieldDifference>, Failure> {
        let mut found = differences(left, right, names)?;
        design.name_components(&mut found);
        if !skewed {
            found.iter_mut().for_each(|difference| difference.expected = true);
            return Ok(found);
        }
        let at_primary = primary
            .commit()
            .map(|commit| Address { target: secondary.target.clone(), reference: Some(Arc::from(commit)) });
        let instead = at_primary.map(|address| self.render(overview, &address).and_then(Blamed::of));
        let Some(Ok(instead)) = instead else {
            // The secondary region does not render at the ref of the primary: the lines themselves have to tell.
            for difference in &mut found {
                difference.expected = design.explains(difference);
            }
            return Ok(found);
        };
        let by_ref = differences(&instead, right, &[])?;
        let changed = |own: &FieldDifference| {
            by_ref.iter().any(|other| {
                own.resource == other.resource
                    && (own.path == other.path
                        || is_inside(&own.path, &other.path)
                        || is_inside(&other.path, &own.path))
            })
        };
        for difference in &mut found {
            difference.expected = !changed(difference);
        }
        Ok(found)
    }

    fn other_ref(
        &self,
        overview: &Overview,
        [primary, secondary]: [&Resolution; 2],
        differences: &[FieldDifference],
    ) -> Reason {
        let name = |resolution: &Resolution| match &resolution.revision {
            Some(Revision::WorkTree) => "the work tree".to_owned(),
            _ => resolution.reference().map_or_else(|| "no ref".to_owned(), short_name),
        };
        let mut text = format!(
            "{} {}, {} {}",
            primary.target.region,
            name(primary),
            secondary.target.region,
            name(secondary)
        );
        if let (Some(own), Some(other)) = (primary.commit(), secondary.commit())
            && let Some(apart) = GitRefs(self.platform.repository.as_ref()).distance(other, own)
        {
            let region = &secondary.target.region;
            let words = match (apart.ahead, apart.behind) {
                (0, behind) => format!("{region} is {} behind", commits(behind)),
                (ahead, 0) => format!("{region} is {} ahead", commits(ahead)),
                (ahead, behind) => format!("{region} has {ahead} commits more and lacks {behind}"),
            };
            text.push_str(&format!("; {words}"));
            let age = |id: &str| overview.commits.get(id).map(|commit| commit.time);
            if let (Some(one), Some(two)) = (age(own), age(other)) {
                text.push_str(&format!(", {}", days((one - two).abs() / DAY)));
            }
        }
        if differences.iter().all(|difference| difference.expected) {
            text.push_str("; the manifests do not differ by it");
        }
        let places = [primary, secondary].into_iter().filter_map(place_of).collect();
        Reason { topic: Topic::Ref, expected: false, text, places }
    }

    /// A pin whose commit is behind the head of the channel that would decide without it.
    fn stale_pin(&self, resolution: &Resolution, overview: &Overview) -> Option<Reason> {
        let pin = resolution.winning()?;
        if !matches!(pin.rule, Rule::RegionPin | Rule::EnvPin) {
            return None;
        }
        let channel = resolution.candidates.iter().find(|candidate| candidate.channel.is_some())?;
        let (own, head) = (pin.commit.as_ref()?, channel.commit.as_ref()?);
        let repository = self.platform.repository.as_ref()?;
        let behind = GitRefs(Some(repository)).distance(own, head)?.behind;
        if behind == 0 {
            return None;
        }
        let time = |id: &Arc<str>| {
            overview.commits.get(id).map(|commit| commit.time).or_else(|| Some(summary(repository, id)?.time))
        };
        let age = (time(head)? - time(own)?).max(0) / DAY;
        Some(Reason {
            topic: Topic::StalePin,
            expected: false,
            text: format!(
                "{} is pinned to {}, {} and {} behind {} ({})",
                resolution.target.region,
                short_name(pin.reference.as_deref()?),
                commits(behind),
                days(age),
                channel.channel.as_deref()?,
                short_name(channel.reference.as_deref()?),
            ),
            places: place_of(resolution).into_iter().collect(),
        })
    }
}

fn side(resolution: &Arc<Resolution>, overview: &Overview) -> ParitySide {
    let commit: Option<&CommitSummary> = resolution.commit().and_then(|id| overview.commits.get(id));
    ParitySide {
        target: resolution.target.clone(),
        reference: resolution.reference().map(Arc::from),
        commit: commit.cloned(),
        rule: resolution.winning().map(|candidate| candidate.rule.name()),
        place: place_of(resolution),
    }
}

/// Where the ref of a target is written: the pin, or the channel.
fn place_of(resolution: &Resolution) -> Option<Place> {
    let candidate = resolution.winning()?;
    candidate.span.as_ref().map(Place::from)
}

fn failure(problem: Failure) -> Reason {
    let problem: &Diagnostic = &problem;
    let places = problem.primary.iter().map(|label| Place::from(&label.span)).collect();
    Reason { topic: Topic::Failure, expected: false, text: problem.message.clone(), places }
}

/// The differences by what they are about, as sentences.
fn in_words(differences: &[FieldDifference]) -> Vec<Reason> {
    let mut groups: BTreeMap<(bool, Topic), Vec<&FieldDifference>> = BTreeMap::new();
    for difference in differences {
        groups.entry((difference.expected, difference.topic)).or_default().push(difference);
    }
    let reasons = groups.into_iter().map(|((expected, topic), group)| Reason {
        topic,
        expected,
        text: match topic {
            Topic::Manifests | Topic::Component => counted(&group),
            _ => spelled_out(&group),
        },
        places: places(&group),
    });
    reasons.collect()
}

/// `Deployment/web spec.replicas 3 -> 2, and 4 more`
fn spelled_out(group: &[&FieldDifference]) -> String {
    let value = |written: Option<&crate::report::answer::WrittenValue>| {
        written.map_or_else(|| "nothing".to_owned(), |written| written.value.clone())
    };
    let words: Vec<String> = group
        .iter()
        .take(MOST_VALUES)
        .map(|it| {
            let path = it.path.rsplit_once(".resources.").map_or(it.path.as_str(), |(_, path)| path);
            let path = path.rsplit_once("].").map_or(path, |(_, path)| path);
            format!(
                "{} {path} {} -> {}",
                it.resource,
                value(it.primary.as_ref()),
                value(it.secondary.as_ref())
            )
        })
        .collect();
    let more = match group.len().saturating_sub(MOST_VALUES) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    format!("{}{more}", words.join(", "))
}

/// `12 values in 3 resources`
fn counted(group: &[&FieldDifference]) -> String {
    let mut resources: Vec<&str> = group.iter().map(|it| it.resource.as_str()).collect();
    resources.sort_unstable();
    resources.dedup();
    let words = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    format!("{} in {}", words(group.len(), "value"), words(resources.len(), "resource"))
}

/// The lines that wrote the most of a group.
fn places(group: &[&FieldDifference]) -> Vec<Place> {
    let mut counts: BTreeMap<&Place, usize> = BTreeMap::new();
    for place in group.iter().filter_map(|difference| difference.place()) {
        *counts.entry(place).or_default() += 1;
    }
    let mut counts: Vec<(&Place, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.into_iter().take(MOST_PLACES).map(|(place, _)| place.clone()).collect()
}

/// Whether a path leads into the value at another one.
fn is_inside(path: &str, outer: &str) -> bool {
    outer.is_empty() || path.strip_prefix(outer).is_some_and(|rest| rest.starts_with(['.', '[']))
}

fn short_name(reference: &str) -> String {
    let short = reference.strip_prefix("refs/tags/").or_else(|| reference.strip_prefix("refs/heads/"));
    short.unwrap_or(reference).to_owned()
}

fn commits(count: usize) -> String {
    format!("{count} commit{}", if count == 1 { "" } else { "s" })
}

fn days(count: i64) -> String {
    format!("{count} day{}", if count == 1 { "" } else { "s" })
}
