//! Reading maps into types the way Go's JSON decoder does for kustomize: strict names, strict types, null is absent.

use compact_str::CompactString;

use super::{Marked, Pair, Text};
use crate::base::nearest::nearest;
use crate::yaml::Fault;
use crate::yaml::scalar::number::{shortest_single, yaml_float};
use crate::yaml::scalar::timestamp;
use crate::yaml::{Entry, Node, Resolved, Scalar, Style, Tag, Value};

/// How the values of a file are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reader {
    /// A kustomization: unknown fields are errors, and `yes` is a boolean.
    Kustomization,
    /// A file of `configurations`, read like a kustomization.
    Configuration,
    /// An object that configures a built-in generator or transformer: unknown fields do not count, `yes` is text.
    Plugin,
}

impl Reader {
    /// The entries of a map whose keys must be among `known` (case does not matter, as in Go's decoder), each
    /// with the known spelling; null values are left out.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when the node is no map, or has a key that is not known.
    pub(crate) fn fields<'a>(
        self,
        node: &'a Node,
        what: &str,
        known: &[&'static str],
    ) -> Result<Vec<(&'static str, &'a Entry)>, Fault> {
        let Some(map) = self.map(node, what)? else { return Ok(Vec::new()) };
        let mut fields = Vec::with_capacity(map.len());
        for entry in map {
            let spelling = known
                .iter()
                .find(|name| **name == entry.key.as_str())
                .or_else(|| known.iter().find(|name| name.eq_ignore_ascii_case(&entry.key)));
            let Some(spelling) = spelling else {
                if self == Self::Plugin {
                    continue;
                }
                return Err(Self::unknown_field(entry, what, known));
            };
            if !entry.value.is_null() {
                fields.push((*spelling, entry));
            }
        }
        let is_twice =
            |(at, (name, _)): (usize, &(&str, _))| fields[..at].iter().any(|(other, _)| other == name);
        if fields.iter().enumerate().any(is_twice) {
            // Of two spellings of a name the last in the order of their text counts: kustomize reads sorted keys.
            fields.sort_by(|(_, left), (_, right): &(_, &Entry)| left.key.cmp(&right.key));
        }
        Ok(fields)
    }

    fn unknown_field(entry: &Entry, what: &str, known: &[&'static str]) -> Fault {
        let message = format!("unknown field `{}` in {what}", entry.key);
        let fault = Fault::new("kustomization/unknown-field", entry.mark, message);
        match nearest(&entry.key, known.iter().copied()) {
            Some(name) => fault.hint(format!("Did you mean `{name}`?")),
            None => fault.hint("Remove it: kustomize refuses fields that it does not know."),
        }
    }

    /// The entries of a map; `None` for null.
    fn map<'a>(self, node: &'a Node, what: &str) -> Result<Option<&'a [Entry]>, Fault> {
        match &node.value {
            Value::Mapping(map) => Ok(Some(&map.entries)),
            _ if node.is_null() => Ok(None),
            _ => Err(self.wrong_type(node, what, "a map")),
        }
    }

    fn wrong_type(self, node: &Node, what: &str, wanted: &str) -> Fault {
        let message = format!("{what} must be {wanted}, not {}", describe(node));
        let fault = Fault::new("kustomization/wrong-type", node.mark, message);
        match (wanted, node.as_scalar()) {
            ("a string", Some(scalar)) => fault.hint(format!("Write it in quotes: `\"{}\"`.", scalar.text)),
            _ => fault,
        }
    }

    /// Checks that a node is a map, of whatever.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when it is none.
    pub(crate) fn map_of_any(self, node: &Node, what: &str) -> Result<(), Fault> {
        self.map(node, what).map(drop)
    }

    /// The items of a list; none for null.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when the node is no list.
    pub(crate) fn list<'a>(self, node: &'a Node, what: &str) -> Result<&'a [Node], Fault> {
        match &node.value {
            Value::Sequence(items) => Ok(items),
            _ if node.is_null() => Ok(&[]),
            _ => Err(self.wrong_type(node, what, "a list")),
        }
    }

    /// A list of strings.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when the node is no list, or holds something else than strings.
    pub(crate) fn strings(self, node: &Node, what: &str) -> Result<Vec<Text>, Fault> {
        let item = |item: &Node| {
            let value = if item.is_null() { CompactString::default() } else { self.string(item, what)? };
            Ok(Marked { value, mark: item.mark })
        };
        self.list(node, what)?.iter().map(item).collect()
    }

    /// A string.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when it is a number, a boolean by the rules of YAML 1.1 (`yes`, `on`), or a collection.
    pub(crate) fn string(self, node: &Node, what: &str) -> Result<CompactString, Fault> {
        match node.as_scalar() {
            Some(scalar)
                if matches!(scalar.tag, Tag::Str | Tag::Timestamp | Tag::Binary)
                    && self.old_bool(node).is_none() =>
            {
                Ok(scalar.text.clone())
            }
            _ => Err(self.wrong_type(node, what, "a string")),
        }
    }

    /// A string of a field into which kustomize also reads numbers and booleans, as the text that Go gives them: those of
    /// a configuration or plugin that its own type names, and not one that it takes in from elsewhere. In a kustomization
    /// there is no such field.
    ///
    /// # Errors
    ///
    /// As [`Self::string`].
    pub(crate) fn loose_string(self, node: &Node, what: &str) -> Result<CompactString, Fault> {
        let scalar = node.as_scalar().filter(|_| self != Self::Kustomization);
        let truth = node.as_bool().or_else(|| self.old_bool(node));
        let text = match (scalar.map(Scalar::resolve), truth) {
            (Some(_), Some(truth)) => Some(truth.to_string()),
            (Some(Resolved::Int(number)), _) => Some(number.to_string()),
            (Some(Resolved::Uint(number)), _) => Some(number.to_string()),
            (Some(Resolved::Float(number)), _) => self.float(number),
            (Some(Resolved::Timestamp), _) if self == Self::Plugin => {
                self.string(node, what).ok().and_then(|text| Some(timestamp::parse(&text)?.to_text()))
            }
            _ => None,
        };
        text.map_or_else(|| self.string(node, what), |text| Ok(text.into()))
    }

    /// A number as text: the shortest digits of single precision. A plugin is printed once more before it is read, which
    /// makes a whole number of one that is; `None` for what cannot be printed.
    fn float(self, number: f64) -> Option<String> {
        let printed = yaml_float(number).filter(|_| self == Self::Plugin);
        match printed {
            Some(text) if !text.contains(['.', 'e']) => Some(text),
            None if self == Self::Plugin => None,
            _ => Some(shortest_single(number)),
        }
    }

    /// As [`Self::loose_string`], with its place; `None` when it is empty.
    ///
    /// # Errors
    ///
    /// As [`Self::string`].
    pub(crate) fn loose_text(self, node: &Node, what: &str) -> Result<Option<Text>, Fault> {
        let value = self.loose_string(node, what)?;
        Ok((!value.is_empty()).then_some(Marked { value, mark: node.mark }))
    }

    /// A string with its place; `None` when it is empty.
    ///
    /// # Errors
    ///
    /// As [`Self::string`].
    pub(crate) fn text(self, node: &Node, what: &str) -> Result<Option<Text>, Fault> {
        let value = self.string(node, what)?;
        Ok((!value.is_empty()).then_some(Marked { value, mark: node.mark }))
    }

    /// A boolean.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when it is something else.
    pub(crate) fn bool(self, node: &Node, what: &str) -> Result<bool, Fault> {
        node.as_bool()
            .or_else(|| self.old_bool(node))
            .ok_or_else(|| self.wrong_type(node, what, "true or false"))
    }

    /// A whole number.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when it is something else.
    pub(crate) fn int(self, node: &Node, what: &str) -> Result<i64, Fault> {
        node.as_i64().ok_or_else(|| self.wrong_type(node, what, "a whole number"))
    }

    /// A map of strings, sorted by key as kustomize goes through it.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when the node is no map, or a value is no string.
    pub(crate) fn pairs(self, node: &Node, what: &str) -> Result<Vec<Pair>, Fault> {
        self.pairs_of(node, what, Self::string)
    }

    /// As [`Self::pairs`], with values as [`Self::loose_string`] reads them.
    ///
    /// # Errors
    ///
    /// As [`Self::pairs`].
    pub(crate) fn loose_pairs(self, node: &Node, what: &str) -> Result<Vec<Pair>, Fault> {
        self.pairs_of(node, what, Self::loose_string)
    }

    fn pairs_of(
        self,
        node: &Node,
        what: &str,
        string: fn(Self, &Node, &str) -> Result<CompactString, Fault>,
    ) -> Result<Vec<Pair>, Fault> {
        let Some(entries) = self.map(node, what)? else { return Ok(Vec::new()) };
        let pair = |entry: &Entry| {
            let value = if entry.value.is_null() {
                CompactString::default()
            } else {
                string(self, &entry.value, &format!("`{}` in {what}", entry.key))?
            };
            Ok(Pair { key: entry.key.clone(), value, mark: entry.mark })
        };
        let mut pairs: Vec<Pair> = entries.iter().map(pair).collect::<Result<_, Fault>>()?;
        pairs.sort_by(|left, right| left.key.cmp(&right.key));
        Ok(pairs)
    }

    /// The boolean that an unquoted word is in YAML 1.1, by which kustomize reads its own files.
    fn old_bool(self, node: &Node) -> Option<bool> {
        const TRUE: [&str; 8] = ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"];
        const FALSE: [&str; 8] = ["n", "N", "no", "No", "NO", "off", "Off", "OFF"];
        let scalar =
            node.as_scalar().filter(|scalar| scalar.style == Style::Plain && self != Self::Plugin)?;
        let is = |words: &[&str]| words.contains(&scalar.text.as_str());
        if is(&TRUE) {
            Some(true)
        } else if is(&FALSE) {
            Some(false)
        } else {
            None
        }
    }
}

fn describe(node: &Node) -> String {
    match node.as_scalar() {
        Some(scalar) if Reader::Kustomization.old_bool(node).is_some() => {
            format!("the boolean `{}`", scalar.text)
        }
        Some(scalar) if scalar.tag != Tag::Null => format!("{} (`{}`)", node.kind_name(), scalar.text),
        _ => node.kind_name().to_owned(),
    }
}
