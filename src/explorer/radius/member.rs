//! One target before and after a change, in full.

use std::sync::Arc;

use super::causes::Causes;
use super::names;
use super::sides::{Pair, Sides};
use crate::base::Diagnostic;
use crate::catalog::TargetId;
use crate::check::{self, Finding};
use crate::diff::phrase::{self, short_value, title};
use crate::diff::{
    self, DiffDocument, FieldDifference, FieldValue, OwnNames, RenderDifference, ResourceDifference, Row,
    Status, class_key, field_key, resource_key,
};
use crate::edit::Draft;
use crate::explorer::rendered::Rendered;
use crate::explorer::{Failure, Shared, compare, fleet};
use crate::report::answer::{
    Change, ChangeClass, ClassSoFar, FieldChange, LinePlaces, Manifest, Member, MemberChange, ResourceChange,
    Verdict,
};
use crate::report::mask;

/// A target rendered before and after.
struct Opened {
    old: Arc<Rendered>,
    new: Arc<Rendered>,
}

impl Shared {
    /// One target before and after a change.
    ///
    /// # Errors
    ///
    /// When the change cannot be made, there is no such target, or it does not render on both sides.
    pub(in crate::explorer) fn member_change(
        &self,
        change: &Change,
        draft: &Draft,
        target: &TargetId,
    ) -> Result<MemberChange, Failure> {
        let sides = self.sides(change, draft)?;
        let pairs = sides.pairs();
        let pair = pairs.iter().find(|pair| pair.target == *target).ok_or_else(|| {
            Arc::new(Diagnostic::error("address/unknown-target", format!("there is no target `{target}`")))
        })?;
        let opened = self.open_member(&sides, pair)?;
        let difference = opened.old.difference(&opened.new);
        let (document, places) = document(&sides, pair, &opened)?;
        Ok(MemberChange {
            member: super::member(&sides, pair),
            resources: self.resource_changes(&sides, pair, &opened, &difference),
            difference: Arc::new(document),
            places: Arc::new(places),
        })
    }

    /// A class, told by its first member; `None` when that one does not render any more.
    pub(super) fn class(
        &self,
        sides: &Sides,
        pair: &Pair<'_>,
        letter: String,
        reach: String,
        members: Vec<Member>,
    ) -> Option<ChangeClass> {
        let opened = self.open_member(sides, pair).ok()?;
        let difference = opened.old.difference(&opened.new);
        let key = key(sides, pair, (&opened.old, &opened.new), &difference);
        let (document, places) = document(sides, pair, &opened).ok()?;
        Some(ChangeClass {
            letter,
            summary: diff::phrase(&difference, &pair.target.service),
            reach,
            members,
            resources: self.resource_changes(sides, pair, &opened, &difference),
            difference: Arc::new(document),
            places: Arc::new(places),
            verdicts: self.verdicts(sides, pair, &opened, &difference),
            fingerprint: fingerprint(&key),
        })
    }

    fn open_member(&self, sides: &Sides, pair: &Pair<'_>) -> Result<Opened, Failure> {
        let render = |side: &super::sides::Side| self.render(&side.overview, &side.address(&pair.target));
        let (old, new) = fleet::join(|| render(&sides.before), || render(&sides.after));
        Ok(Opened { old: old?, new: new? })
    }

    fn verdicts(
        &self,
        sides: &Sides,
        pair: &Pair<'_>,
        opened: &Opened,
        difference: &RenderDifference<'_>,
    ) -> Vec<Verdict> {
        let causes = Causes::new(self, sides, pair, &opened.old, &opened.new);
        let verdict = |finding: Finding| {
            let resource = difference.resources.get(finding.resource)?;
            let identity = resource.identity()?;
            let title = title(identity, &pair.target.service);
            let words = match finding.path.0.is_empty() {
                true => format!("{title} {}", finding.words),
                false => format!("{title}: {}", finding.words),
            };
            Some(Verdict {
                code: finding.code,
                severity: finding.severity,
                resource: identity.clone(),
                cause: causes.of_path(resource, &finding.path),
                path: finding.path.to_string(),
                old: finding.old,
                new: finding.new,
                words,
            })
        };
        check::judge(difference, &sides.policies).into_iter().filter_map(verdict).collect()
    }

    fn resource_changes(
        &self,
        sides: &Sides,
        pair: &Pair<'_>,
        opened: &Opened,
        difference: &RenderDifference<'_>,
    ) -> Vec<ResourceChange> {
        let causes = Causes::new(self, sides, pair, &opened.old, &opened.new);
        let names = own_names(sides, pair, (&opened.old, &opened.new), difference);
        let told = Told { causes, names, service: &pair.target.service };
        difference.resources.iter().filter_map(|resource| told.resource(resource)).collect()
    }
}

/// What a target shares with the others of its class: the change without its own names, and the verdicts on it, which
/// may also depend on what does not change.
pub(super) fn key(
    sides: &Sides,
    pair: &Pair<'_>,
    (old, new): (&Rendered, &Rendered),
    difference: &RenderDifference<'_>,
) -> String {
    let names = own_names(sides, pair, (old, new), difference);
    let mut key = class_key(difference, &names);
    let mut verdicts: Vec<String> = check::judge(difference, &sides.policies)
        .iter()
        .filter_map(|finding| {
            let identity = difference.resources.get(finding.resource)?.identity()?;
            let text = format!("{} {} {} {}\n", finding.code, identity.kind, identity.name, finding.path);
            Some(names.without(&text).into_owned())
        })
        .collect();
    verdicts.sort_unstable();
    key.push_str(&verdicts.concat());
    key
}

fn own_names(
    sides: &Sides,
    pair: &Pair<'_>,
    rendered: (&Rendered, &Rendered),
    difference: &RenderDifference<'_>,
) -> OwnNames {
    let catalogs = (&*sides.before.overview.catalog, &*sides.after.overview.catalog);
    names::own_names(&pair.target, catalogs, rendered, difference)
}

/// A class of which this target is the first member.
pub(super) fn so_far(
    sides: &Sides,
    pair: &Pair<'_>,
    key: &str,
    difference: &RenderDifference<'_>,
) -> ClassSoFar {
    let findings = check::judge(difference, &sides.policies);
    ClassSoFar {
        fingerprint: fingerprint(key),
        summary: diff::phrase(difference, &pair.target.service),
        verdicts: findings.iter().map(|finding| (finding.code, finding.severity)).collect(),
        members: Vec::new(),
    }
}

/// What is needed to tell the changes of a target.
struct Told<'s> {
    causes: Causes<'s>,
    names: OwnNames,
    service: &'s str,
}

impl Told<'_> {
    fn resource(&self, resource: &ResourceDifference<'_>) -> Option<ResourceChange> {
        let identity = resource.identity()?.clone();
        let before = resource.old.as_ref().map(|(before, _)| before).filter(|before| **before != identity);
        let mut fields: Vec<FieldChange> =
            resource.fields.iter().map(|field| self.field(&identity.kind, field)).collect();
        if fields.is_empty() {
            let verb = match resource.status() {
                Status::Added => "added",
                Status::Removed => "removed",
                Status::Changed | Status::Equal => "changed",
            };
            fields.push(FieldChange {
                path: String::new(),
                old: None,
                new: None,
                cause: self.causes.of_resource(resource),
                words: format!("{} {verb}", title(&identity, self.service)),
                likeness: Some(fingerprint(&resource_key(resource, &self.names))),
            });
        }
        Some(ResourceChange { before: before.cloned(), status: resource.status(), fields, identity })
    }

    /// A review is read by more people than the secrets of the cluster are: their values are masked.
    fn field(&self, kind: &str, field: &FieldDifference<'_>) -> FieldChange {
        let path = field.path.to_string();
        let is_secret = mask::is_secret_value(kind, &path);
        let shown = |value: FieldValue<'_>| {
            if is_secret { mask::MASK.to_owned() } else { short_value(value) }
        };
        let follows = phrase::is_reference(field);
        FieldChange {
            old: field.old.map(shown),
            new: field.new.map(shown),
            cause: self.causes.of_field(field),
            words: phrase::of_field(field, kind == "Secret"),
            likeness: (!follows).then(|| fingerprint(&field_key(field, &self.names))),
            path,
        }
    }
}

/// Before and after as texts, with the places of the lines that differ; values of Secrets are masked.
fn document(sides: &Sides, pair: &Pair<'_>, opened: &Opened) -> Result<(DiffDocument, LinePlaces), Failure> {
    let (before, after) = (label(sides, pair, true), label(sides, pair, false));
    let (old, new) = (opened.old.manifest()?, opened.new.manifest()?);
    let document = diff::compare(&compare::side(before, &old), &compare::side(after, &new), &[]);
    let place = |manifest: &Manifest, resource: Option<usize>, line: Option<usize>| {
        let resource = manifest.documents.get(resource?)?;
        let line = manifest.lines.get(resource.lines.start + line? - 1)?;
        line.writer.as_ref().map(|writer| writer.span.clone())
    };
    let mut places = LinePlaces::new();
    for (number, resource) in document.resources.iter().enumerate() {
        for (at, row) in resource.text.rows.iter().enumerate() {
            let found = match row {
                Row::Equal { .. } => None,
                Row::Removed { .. } => place(&old, resource.left, row.left()),
                Row::Added { .. } | Row::Changed { .. } => place(&new, resource.right, row.right()),
            };
            places.extend(found.map(|span| ((number, at), span)));
        }
    }
    // Masks change the text of lines and leave rows as they are.
    Ok((mask::masked_difference(&document), places))
}

/// A target with its ref where there are two, else with the word that tells the sides apart.
fn label(sides: &Sides, pair: &Pair<'_>, is_old: bool) -> String {
    let target = &pair.target;
    let side = if is_old { &sides.before } else { &sides.after };
    let moved = sides.moved(pair).and_then(|(old, new)| if is_old { old } else { new });
    match side.reference.clone().or(moved) {
        Some(reference) => format!("{target}:{reference}"),
        None if is_old => target.to_string(),
        None => format!("{target} (draft)"),
    }
}

/// Sixteen digits that stand for a change.
fn fingerprint(key: &str) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(key.as_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
