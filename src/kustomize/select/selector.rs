//! Selectors: regular expressions for group, version, kind, name and namespace, and label selectors.

use regex::Regex;

use super::LabelSelector;
use crate::base::{Mark, go_regex};
use crate::kustomize::kustomization::Reader;
use crate::kustomize::{Resource, ResourceId};
use crate::yaml::{Entry, Fault, Node};

/// Selects the resources that fit every field that is given.
#[derive(Clone, Debug, Default)]
pub struct Selector {
    /// API group.
    pub group: Pattern,
    /// API version.
    pub version: Pattern,
    /// Kind.
    pub kind: Pattern,
    /// Name.
    pub name: Pattern,
    /// Namespace.
    pub namespace: Pattern,
    /// The labels.
    pub labels: LabelTest,
    /// The annotations.
    pub annotations: LabelTest,
    /// Where the selector stands.
    pub mark: Mark,
}

/// A regular expression that has to match a whole text; without one everything matches.
#[derive(Clone, Debug, Default)]
pub struct Pattern {
    text: String,
    /// `None` when the text is a plain word, which is compared as it is.
    regex: Option<Regex>,
}

impl Pattern {
    /// Compiles a pattern in the syntax of Go; empty text matches everything.
    ///
    /// # Errors
    ///
    /// A [`Fault`] at `mark` when the text is no regular expression.
    pub fn parse(text: &str, mark: Mark) -> Result<Self, Fault> {
        let is_plain =
            text.chars().all(|character| character.is_alphanumeric() || matches!(character, '-' | '/' | '_'));
        if is_plain {
            return Ok(Self { text: text.to_owned(), regex: None });
        }
        let regex = go_regex::compile_whole(text).map_err(|error| {
            Fault::new("select/pattern", mark, error.to_string())
                .hint("Selectors are regular expressions in the syntax of Go that match the whole text.")
        })?;
        Ok(Self { text: text.to_owned(), regex: Some(regex) })
    }

    /// The pattern as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The one text that matches, when it is a plain word and not just anything.
    #[must_use]
    pub fn plain(&self) -> Option<&str> {
        (self.regex.is_none() && !self.text.is_empty()).then_some(&*self.text)
    }

    /// Whether the whole of `text` matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        match &self.regex {
            _ if self.text.is_empty() => true,
            None => self.text == text,
            Some(regex) => regex.is_match(text),
        }
    }
}

/// A label selector whose problems wait until it is needed: a broken one is an error only when a resource gets as
/// far as being asked, as in kustomize.
#[derive(Clone, Debug, Default)]
pub struct LabelTest {
    text: String,
    selector: Option<Result<LabelSelector, Fault>>,
}

impl LabelTest {
    /// Reads a selector in the grammar of Kubernetes; problems are kept until [`Self::matches`].
    #[must_use]
    pub fn parse(text: &str, mark: Mark) -> Self {
        let selector = (!text.is_empty()).then(|| {
            LabelSelector::parse(text).map_err(|reason| {
                Fault::new("select/labels", mark, format!("`{text}` is not a label selector: {reason}"))
                    .hint("Write requirements such as `app=web,tier in (front, back),!canary`.")
            })
        });
        Self { text: text.to_owned(), selector }
    }

    /// The selector as written; empty when nothing is asked for.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the labels or annotations in `map` fit.
    ///
    /// # Errors
    ///
    /// The [`Fault`] of a selector that could not be read.
    pub fn matches(&self, map: Option<&Node>) -> Result<bool, Fault> {
        match &self.selector {
            None => Ok(true),
            Some(Ok(selector)) => Ok(selector.matches(map)),
            Some(Err(fault)) => Err(fault.clone()),
        }
    }
}

/// Fields of a selector.
pub(crate) const SELECTOR_FIELDS: [&str; 7] =
    ["group", "version", "kind", "name", "namespace", "labelSelector", "annotationSelector"];

impl Selector {
    /// Reads a selector from a map, such as `target:` of a patch.
    ///
    /// # Errors
    ///
    /// A [`Fault`] for what `reader` refuses, and for a broken pattern.
    pub(crate) fn read(reader: Reader, node: &Node) -> Result<Self, Fault> {
        let fields = reader.fields(node, "a selector", &SELECTOR_FIELDS)?;
        Self::of_fields(reader, node.mark, fields)
    }

    /// A selector from the fields of a map, each with the known spelling of its name.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub(crate) fn of_fields(
        reader: Reader,
        mark: Mark,
        fields: Vec<(&'static str, &Entry)>,
    ) -> Result<Self, Fault> {
        let mut selector = Self { mark, ..Self::default() };
        for (name, entry) in fields {
            let mark = entry.value.mark;
            let what = format!("`{name}` of a selector");
            let text = match name {
                "labelSelector" | "annotationSelector" => reader.loose_string(&entry.value, &what)?,
                _ => reader.string(&entry.value, &what)?,
            };
            match name {
                "group" => selector.group = Pattern::parse(&text, mark)?,
                "version" => selector.version = Pattern::parse(&text, mark)?,
                "kind" => selector.kind = Pattern::parse(&text, mark)?,
                "name" => selector.name = Pattern::parse(&text, mark)?,
                "namespace" => selector.namespace = Pattern::parse(&text, mark)?,
                "labelSelector" => selector.labels = LabelTest::parse(&text, mark),
                _ => selector.annotations = LabelTest::parse(&text, mark),
            }
        }
        Ok(selector)
    }

    /// Whether a resource fits: by its present or its original name and namespace, its present kind, and its
    /// labels and annotations.
    ///
    /// # Errors
    ///
    /// The [`Fault`] of a label selector that could not be read, once everything before it fits.
    pub fn matches(&self, resource: &Resource) -> Result<bool, Fault> {
        let (original, current) = (resource.original_id(), resource.id());
        let either = |pattern: &Pattern, text: fn(&ResourceId) -> &str| {
            pattern.matches(text(original)) || pattern.matches(text(current))
        };
        // The kind says most: many layers call all that they have by one name.
        Ok(self.matches_kind(current)
            && either(&self.name, |id| &id.name)
            && either(&self.namespace, ResourceId::effective_namespace)
            && self.matches_metadata(resource.node())?)
    }

    /// Whether group, version and kind fit.
    #[must_use]
    pub fn matches_kind(&self, id: &ResourceId) -> bool {
        self.group.matches(&id.group) && self.version.matches(&id.version) && self.kind.matches(&id.kind)
    }

    /// Whether a resource that has, or had, these identities may fit, whatever its labels and annotations are.
    pub(crate) fn may_select<'i, I: Iterator<Item = &'i ResourceId>>(&self, ids: impl Fn() -> I) -> bool {
        ids().any(|id| self.matches_kind(id))
            && ids().any(|id| self.name.matches(&id.name))
            && ids().any(|id| self.namespace.matches(id.effective_namespace()))
    }

    /// Whether labels or annotations are asked for.
    pub(crate) fn looks_at_content(&self) -> bool {
        !(self.labels.as_str().is_empty() && self.annotations.as_str().is_empty())
    }

    /// Whether one identity fits, labels and annotations aside; the namespace is taken as it is written.
    #[must_use]
    pub fn matches_id(&self, id: &ResourceId) -> bool {
        self.matches_kind(id) && self.name.matches(&id.name) && self.namespace.matches(&id.namespace)
    }

    /// Whether nothing but labels and annotations is asked for.
    #[must_use]
    pub fn is_id_empty(&self) -> bool {
        [&self.group, &self.version, &self.kind, &self.name, &self.namespace]
            .iter()
            .all(|pattern| pattern.as_str().is_empty())
    }

    /// Whether labels and annotations fit.
    ///
    /// # Errors
    ///
    /// The [`Fault`] of a selector that could not be read, and of a list in the place of the map, in which kustomize
    /// looks for keys and values in turn.
    pub fn matches_metadata(&self, node: &Node) -> Result<bool, Fault> {
        for key in ["annotations", "labels"] {
            let items = node
                .get_path(&["metadata", key])
                .filter(|values| values.as_sequence().is_some_and(|items| items.len() % 2 == 1));
            if let Some(items) = items {
                let message = format!("the `{key}` that a selector looks at are a list");
                return Err(Fault::new("select/metadata-list", items.mark, message)
                    .hint("Write a map, with a text under every key."));
            }
        }
        Ok(self.labels.matches(node.get_path(&["metadata", "labels"]))?
            && self.annotations.matches(node.get_path(&["metadata", "annotations"]))?)
    }
}

/// The fields that are given, as people write them: `kind: Deployment, name: web`.
impl std::fmt::Display for Selector {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let fields = [
            ("group", self.group.as_str()),
            ("version", self.version.as_str()),
            ("kind", self.kind.as_str()),
            ("namespace", self.namespace.as_str()),
            ("name", self.name.as_str()),
            ("labelSelector", self.labels.as_str()),
            ("annotationSelector", self.annotations.as_str()),
        ];
        let given = fields.iter().filter(|(_, text)| !text.is_empty());
        let parts: Vec<String> = given.map(|(name, text)| format!("{name}: {text}")).collect();
        formatter.write_str(&parts.join(", "))
    }
}
