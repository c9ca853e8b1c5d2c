//! One target before and after a change, in full.

use std::sync::Arc;

use super::causes::Causes;
use super::names;
use super::sides::{Pair, Sides};
use crate::base::Diagnostic;
use crate::catalog::TargetId;
use crate::diff::phrase::short_value;
use crate::diff::{
    self, DiffDocument, FieldDifference, Identity, RenderDifference, ResourceDifference, class_key, phrase,
    render_difference,
};
use crate::edit::Draft;
use crate::explorer::render::Rendered;
use crate::explorer::{Failure, Shared, compare};
use crate::report::answer::{Change, ChangeClass, FieldChange, Member, MemberChange, ResourceChange};

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
        let (old, new) = (opened.old.nodes(), opened.new.nodes());
        let difference = render_difference(&old, &new);
        Ok(MemberChange {
            member: super::member(&sides, pair),
            resources: self.resource_changes(&sides, pair, &opened, &difference),
            difference: Arc::new(document(&sides, pair, &opened)?),
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
        let (old, new) = (opened.old.nodes(), opened.new.nodes());
        let difference = render_difference(&old, &new);
        let catalogs = (&*sides.before.overview.catalog, &*sides.after.overview.catalog);
        let names = names::own_names(&pair.target, catalogs, (&opened.old, &opened.new));
        Some(ChangeClass {
            letter,
            summary: phrase(&difference, &pair.target.service),
            reach,
            members,
            resources: self.resource_changes(sides, pair, &opened, &difference),
            difference: Arc::new(document(sides, pair, &opened).ok()?),
            verdicts: Vec::new(),
            fingerprint: fingerprint(&class_key(&difference, &names)),
        })
    }

    fn open_member(&self, sides: &Sides, pair: &Pair<'_>) -> Result<Opened, Failure> {
        let render = |side: &super::sides::Side| self.render(&side.overview, &side.address(&pair.target));
        let (old, new) = rayon::join(|| render(&sides.before), || render(&sides.after));
        Ok(Opened { old: old?, new: new? })
    }

    fn resource_changes(
        &self,
        sides: &Sides,
        pair: &Pair<'_>,
        opened: &Opened,
        difference: &RenderDifference<'_>,
    ) -> Vec<ResourceChange> {
        let causes = Causes::new(self, sides, pair, &opened.old, &opened.new);
        difference.resources.iter().filter_map(|resource| resource_change(resource, &causes)).collect()
    }
}

fn resource_change(resource: &ResourceDifference<'_>, causes: &Causes<'_>) -> Option<ResourceChange> {
    let identity = resource.identity()?.clone();
    let before = resource.old.as_ref().map(|(before, _)| before).filter(|before| **before != identity);
    let mut fields: Vec<FieldChange> =
        resource.fields.iter().map(|field| field_change(field, causes)).collect();
    if fields.is_empty() {
        let cause = causes.of_resource(resource);
        fields.push(FieldChange { path: String::new(), old: None, new: None, cause });
    }
    Some(ResourceChange { before: before.cloned(), status: resource.status(), fields, identity })
}

fn field_change(field: &FieldDifference<'_>, causes: &Causes<'_>) -> FieldChange {
    FieldChange {
        path: field.path.to_string(),
        old: field.old.map(|value| short_value(value.node)),
        new: field.new.map(|value| short_value(value.node)),
        cause: causes.of_field(field),
    }
}

/// Before and after as texts.
fn document(sides: &Sides, pair: &Pair<'_>, opened: &Opened) -> Result<DiffDocument, Failure> {
    let (before, after) = (label(sides, pair, true), label(sides, pair, false));
    let left = compare::side(before, &*opened.old.manifest()?);
    let right = compare::side(after, &*opened.new.manifest()?);
    Ok(diff::compare(&left, &right, &[]))
}

/// A target with its ref where that moves, else with the word that tells the sides apart.
fn label(sides: &Sides, pair: &Pair<'_>, is_old: bool) -> String {
    let target = &pair.target;
    match sides.moved(pair) {
        Some((old, new)) => {
            let reference = if is_old { old } else { new };
            format!("{target}:{}", reference.as_deref().unwrap_or("?"))
        }
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

impl Identity {
    /// Kind and name as people say it: `Deployment web`.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{} {}", self.kind, self.name)
    }
}
