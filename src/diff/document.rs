//! The difference between two renders: resources in pairs, each with its rows.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use super::text::TIMEOUT;
use super::{Counts, Row, StyledLine, Text, TextDiff, Totals, pair, unified};

/// What one resource is called.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, serde::Serialize)]
pub struct Identity {
    /// The API group; empty for the core group.
    pub group: String,
    /// The version in the group, as `v1`.
    pub version: String,
    /// The kind, as `Deployment`.
    pub kind: String,
    /// The namespace, if the resource has one.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

/// A rendered resource.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// What it is called.
    pub identity: Identity,
    /// Its YAML, without `---`.
    pub text: Arc<str>,
}

/// One of the two renders.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Side {
    /// What to call it above the difference, as `payment@prod/euw1`.
    pub label: String,
    /// Its resources, in the order of the render.
    pub resources: Vec<Document>,
}

/// Two renders compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DiffDocument {
    /// What the left is called.
    pub left_label: String,
    /// What the right is called.
    pub right_label: String,
    /// Every resource of both sides, in the order of the left, those of the right where they belong.
    pub resources: Vec<ResourceDiff>,
    /// Names that differ because two renders of that kind always differ in them (left, right): namespaces and
    /// names with hashes. Lines that differ by nothing else are marked as expected.
    pub renames: Vec<(String, String)>,
    /// How much differs in all.
    pub totals: Totals,
}

/// One resource, on one side or on both.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResourceDiff {
    /// Its place in the left render.
    pub left: Option<usize>,
    /// Its place in the right render.
    pub right: Option<usize>,
    /// What it is called: on the right, or on the left where the right does not have it.
    pub identity: Identity,
    /// What it is called on the left, if that differs.
    pub before: Option<Identity>,
    /// Why the two are compared with each other.
    pub pairing: Pairing,
    /// Whether it differs.
    pub status: Status,
    /// The lines; one of the texts is empty if a side does not have the resource.
    pub text: TextDiff,
}

/// Why two resources are taken for one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pairing {
    /// The same group, kind, namespace and name (the version may differ); also for a resource of one side only.
    Identity,
    /// The same but for what two environments always differ in: the namespace, also as a part of the name.
    Namespace,
    /// The same but for the hash that kustomize puts after generated names.
    GeneratedName,
    /// The only ones left of their kind whose text is alike.
    Similar,
}

/// Whether a resource differs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Only the right has it.
    Added,
    /// Only the left has it.
    Removed,
    /// Both have it, with differences.
    Changed,
    /// Both have it, byte for byte the same.
    Equal,
}

/// Compares two renders, at most for [`TIMEOUT`] in all; after that, differences are shown coarser.
///
/// `expected` are names that are known to differ (left, right), such as `int-stable` and `prod` when these two
/// environments are compared; namespaces and generated names are found without it. They help to find pairs, and
/// lines that differ by nothing else are marked.
#[must_use]
pub fn compare(left: &Side, right: &Side, expected: &[(String, String)]) -> DiffDocument {
    let deadline = Instant::now() + TIMEOUT;
    let paired = pair::pair(&left.resources, &right.resources, expected);
    let mut totals = Totals::default();
    let text_of = |side: &Side, index: Option<usize>| -> Arc<str> {
        index.map_or_else(|| Arc::from(""), |index| Arc::clone(&side.resources[index].text))
    };
    let mut resources = Vec::with_capacity(paired.pairs.len());
    for pair::Pair { left: own, right: other, pairing } in paired.pairs {
        let before = own.map(|own| &left.resources[own].identity);
        let after = other.map(|other| &right.resources[other].identity);
        let Some(identity) = after.or(before) else { continue };
        let (left_text, right_text) = (Text::new(text_of(left, own)), Text::new(text_of(right, other)));
        let mut text = TextDiff::new(left_text, right_text, Some(deadline));
        mark_expected(&mut text, &paired.renames);
        let status = match (own, other) {
            (None, _) => Status::Added,
            (_, None) => Status::Removed,
            _ if text.is_equal() => Status::Equal,
            _ => Status::Changed,
        };
        totals.count(status, text.counts);
        resources.push(ResourceDiff {
            left: own,
            right: other,
            identity: identity.clone(),
            before: before.filter(|before| *before != identity).cloned(),
            pairing,
            status,
            text,
        });
    }
    DiffDocument {
        left_label: left.label.clone(),
        right_label: right.label.clone(),
        resources,
        renames: paired.renames,
        totals,
    }
}

/// Marks the changed rows that are equal once the left is renamed.
fn mark_expected(diff: &mut TextDiff, renames: &[(String, String)]) {
    if renames.is_empty() {
        return;
    }
    let (left_text, right_text) = (&diff.left, &diff.right);
    for row in &mut diff.rows {
        if let Row::Changed { left, right, words: _, expected } = row {
            let (before, after) = (left_text.line(*left), right_text.line(*right));
            *expected = before != after && pair::rename(before, renames) == after;
        }
    }
    diff.counts = Counts::of(&diff.rows);
}

impl DiffDocument {
    /// Whether both renders are the same.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.totals.different() == 0
    }

    /// All differences as `diff -u` would print them, each resource with a header of its own; equal resources are
    /// left out.
    #[must_use]
    pub fn unified(&self, context: usize) -> Vec<StyledLine> {
        self.different().flat_map(|resource| resource.unified(self, context)).collect()
    }

    /// The resources that differ.
    pub fn different(&self) -> impl Iterator<Item = &ResourceDiff> {
        self.resources.iter().filter(|resource| resource.status != Status::Equal)
    }
}

impl ResourceDiff {
    /// This resource's difference as `diff -u` would print it.
    #[must_use]
    pub fn unified(&self, document: &DiffDocument, context: usize) -> Vec<StyledLine> {
        let name = |label: &str, present: Option<usize>, identity: &Identity| match present {
            Some(_) => format!("{label} {identity}"),
            None => "/dev/null".to_owned(),
        };
        let left = name(&document.left_label, self.left, self.before.as_ref().unwrap_or(&self.identity));
        let right = name(&document.right_label, self.right, &self.identity);
        unified(&self.text, &left, &right, context)
    }
}

/// `Deployment/web`, with the namespace before the name where there is one: `Deployment/prod/web`.
impl fmt::Display for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/", self.kind)?;
        if let Some(namespace) = &self.namespace {
            write!(formatter, "{namespace}/")?;
        }
        formatter.write_str(&self.name)
    }
}
