//! Visiting every value that a dotted path matches, as the targets of a replacement do.

use compact_str::CompactString;
use regex::Regex;

use super::lookup::{malformed, unfit};
use super::spec::{Created, CreatedKind};
use super::split::{Part, split_bracketed};
use crate::base::{Mark, go_regex};
use crate::yaml::Items;
use crate::yaml::fault::Fault;
use crate::yaml::node::{Mapping, Node, Scalar, Style, Value};

/// A path such as `spec.template.spec.containers.[name=nginx].image`.
///
/// A part is a key, the index of an item, `*` for every item, or `[key=pattern]` for the items whose
/// `key` matches a regular expression anywhere in its text (`[=pattern]` in a list of scalars).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PathMatcher {
    parts: Vec<String>,
}

/// Calls for every match; the answer of the visit stops the walk when it is an error.
type Visit<'v, E> = &'v mut dyn FnMut(&mut Node) -> Result<(), E>;

/// Counts the matches of the rest of a path in the text of a scalar.
type Inside<'i, E> = &'i dyn Fn(&Node, &[String]) -> Result<usize, E>;

impl PathMatcher {
    /// Cuts a path at its dots.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self { parts: split_bracketed(text, '.') }
    }

    /// A path whose parts are known.
    #[must_use]
    pub fn of_parts(parts: Vec<String>) -> Self {
        Self { parts }
    }

    /// The parts of the path.
    #[must_use]
    pub fn parts(&self) -> &[String] {
        &self.parts
    }

    /// Calls `visit` on every match, in the order of the tree, and returns how many there were.
    ///
    /// With `created`, keys that are missing are made on the way, and so is an item: `[key=value]` when no
    /// item matches, and an index that is the length of its list.
    ///
    /// Text in which the path goes on (JSON or YAML in a scalar) is handed to `inside` with the rest of the
    /// path; it returns the number of matches in there.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when a part does not fit what it meets or a pattern is no regular expression, and whatever
    /// `visit` and `inside` return.
    pub fn visit_mut<E: From<Fault>>(
        &self,
        node: &mut Node,
        created: Option<Created>,
        visit: Visit<'_, E>,
        inside: Inside<'_, E>,
    ) -> Result<usize, E> {
        Walk { created, inside }.walk(&self.parts, node, visit)
    }
}

struct Walk<'w, E> {
    created: Option<Created>,
    inside: Inside<'w, E>,
}

impl<E: From<Fault>> Walk<'_, E> {
    fn walk(&self, parts: &[String], node: &mut Node, visit: Visit<'_, E>) -> Result<usize, E> {
        let Some((text, rest)) = parts.split_first() else {
            visit(node)?;
            return Ok(1);
        };
        let part = Part::of_target(text);
        if node.is_null() {
            // A null counts as empty. What kustomize makes below it is found, but gets lost.
            let mut lost = if matches!(part, Part::Key(_)) { Node::mapping() } else { Node::sequence() };
            lost.mark = node.mark;
            return self.walk(parts, &mut lost, visit);
        }
        match part {
            Part::Key(key) => self.key(&key, rest, node, visit),
            Part::Index(index) => self.index(index, text, rest, node, visit),
            Part::Item { key, value } => self.items(&key, &value, text, rest, node, visit),
            Part::Every => {
                let items = items_of(node, text)?;
                items.iter_mut().try_fold(0, |found, item| Ok(found + self.walk(rest, item, visit)?))
            }
            Part::Malformed | Part::Last => Err(malformed(node, text).into()),
        }
    }

    fn key(&self, key: &str, rest: &[String], node: &mut Node, visit: Visit<'_, E>) -> Result<usize, E> {
        let Some(map) = node.as_mapping_mut() else {
            return Err(unfit(node, key, "a map").into());
        };
        if !map.contains(key) {
            let Some(made) = self.made(rest) else { return Ok(0) };
            map.set(CompactString::from(key), made);
        }
        let Some(value) = map.get_mut(key) else { return Ok(0) };
        if !rest.is_empty() && matches!(value.value, Value::Scalar(_)) {
            return (self.inside)(value, rest);
        }
        self.walk(rest, value, visit)
    }

    fn index(
        &self,
        index: usize,
        text: &str,
        rest: &[String],
        node: &mut Node,
        visit: Visit<'_, E>,
    ) -> Result<usize, E> {
        let mark = node.mark;
        let items = items_of(node, text)?;
        if items.len() == index
            && let Some(made) = self.made(rest)
        {
            items.push(made);
        }
        let length = items.len();
        match items.get_mut(index) {
            Some(item) => self.walk(rest, item, visit),
            None => Err(Fault::new(
                "field-path/index-beyond",
                mark,
                format!("the path asks for item {index} of a list of {length}"),
            )
            .hint("Items are counted from 0.")
            .into()),
        }
    }

    fn items(
        &self,
        key: &str,
        pattern: &str,
        text: &str,
        rest: &[String],
        node: &mut Node,
        visit: Visit<'_, E>,
    ) -> Result<usize, E> {
        let mark = node.mark;
        let items = items_of(node, text)?;
        let found = self.matching(key, pattern, rest, items, visit)?;
        if found > 0 {
            return Ok(found);
        }
        let Some(created) = self.created else { return Ok(0) };
        let mut scalar = Node::from(Scalar::plain(pattern)).written(created.mark, created.writer);
        scalar.untyped = true;
        if key.is_empty() {
            // What is put there decides the type, as for every scalar that is made.
            let matches = self.compile(pattern, mark)?.is_match(pattern);
            let made = self.made(&[]).filter(|_| matches).ok_or_else(|| never_matches(text, mark))?;
            items.push(made);
            let last = items.len() - 1;
            visit(&mut items[last])?;
            return Ok(1);
        }
        let mut map = Mapping::default();
        map.set(key, scalar);
        items.push(Node::from(map).written(created.mark, created.writer));
        let from = items.len() - 1;
        match self.matching(key, pattern, rest, &mut items[from..], visit)? {
            // kustomize would add items for ever.
            0 => Err(never_matches(text, mark).into()),
            found => Ok(found),
        }
    }

    /// Walks on from every item whose `key` matches. The pattern is compiled only when there is something to
    /// match, so that a broken one is refused exactly when kustomize refuses it.
    fn matching(
        &self,
        key: &str,
        pattern: &str,
        rest: &[String],
        items: &mut [Node],
        visit: Visit<'_, E>,
    ) -> Result<usize, E> {
        let Some(first) = items.first() else { return Ok(0) };
        let mark = first.mark;
        let regex = self.compile(pattern, mark)?;
        let mut found = 0;
        for item in items {
            let field = if key.is_empty() { Some(&*item) } else { item.get(key) };
            if !field.and_then(written).is_some_and(|text| regex.is_match(&text)) {
                continue;
            }
            found += if key.is_empty() {
                // kustomize takes the item itself, whatever the path says after it.
                visit(item)?;
                1
            } else {
                self.walk(rest, item, visit)?
            };
        }
        Ok(found)
    }

    fn compile(&self, pattern: &str, mark: Mark) -> Result<Regex, Fault> {
        go_regex::compile(pattern).map_err(|error| {
            Fault::new("field-path/pattern", mark, error.to_string())
                .hint("The value in `[key=value]` is a regular expression in the syntax of Go.")
        })
    }

    /// The value for a place where nothing is, if such values are to be made.
    fn made(&self, rest: &[String]) -> Option<Node> {
        let created = self.created?;
        let value = match rest.first() {
            Some(next) if Part::wants_list(next) => Value::Sequence(Items::default()),
            Some(next) if !next.is_empty() => Value::Mapping(Mapping::default()),
            _ => match created.kind {
                CreatedKind::Scalar(tag) => {
                    Value::Scalar(Scalar { text: CompactString::default(), tag, style: Style::Plain })
                }
                CreatedKind::Sequence => Value::Sequence(Items::default()),
                CreatedKind::Mapping => Value::Mapping(Mapping::default()),
            },
        };
        let mut made = Node::from(value).written(created.mark, created.writer);
        // What is put there decides the type.
        made.untyped = made.as_scalar().is_some();
        Some(made)
    }
}

fn never_matches(text: &str, mark: Mark) -> Fault {
    Fault::new("field-path/never-matches", mark, format!("an item made for `{text}` would not match it"))
        .hint("Use a value that is plain text, without the signs of regular expressions.")
}

/// The items of a list.
fn items_of<'a>(node: &'a mut Node, part: &str) -> Result<&'a mut Vec<Node>, Fault> {
    if !matches!(node.value, Value::Sequence(_)) {
        return Err(unfit(node, part, "a list"));
    }
    Ok(node.as_sequence_mut().expect("checked above"))
}

/// A scalar as kustomize writes it before it matches a pattern: with the quotes it has.
fn written(node: &Node) -> Option<String> {
    let scalar = node.as_scalar()?;
    let quoted = match scalar.style {
        Style::Single => format!("'{}'", scalar.text.replace('\'', "''")),
        Style::Double => format!("\"{}\"", scalar.text.replace('\\', "\\\\").replace('"', "\\\"")),
        Style::Literal => format!("|-\n{}", scalar.text),
        Style::Folded => format!(">-\n{}", scalar.text),
        Style::Plain => scalar.text.trim().to_owned(),
    };
    Some(quoted)
}
