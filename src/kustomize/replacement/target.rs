//! Writing one value into the fields of one resource.

use std::cell::RefCell;
use std::sync::Arc;

use super::structured;
use super::{FieldPath, Options, Target};
use crate::base::Mark;
use crate::yaml::field_path::spec::CreatedKind;
use crate::yaml::field_path::{Created, PathMatcher, lookup};
use crate::yaml::scalar::tag_of_plain;
use crate::yaml::{Fault, Limits, Node, Scalar, Style, Tag, Value, Writer, parse};

/// A value on its way into fields.
#[derive(Clone, Copy)]
pub(super) struct Writing<'v> {
    pub(super) value: &'v Node,
    pub(super) limits: &'v Limits,
    /// Collects why fields cannot hold the value, should it stay there.
    pub(super) doubts: &'v RefCell<Vec<Arc<Fault>>>,
}

impl Writing<'_> {
    /// Writes the value to one path of a target. `around` is the path of the field that the value was read from, when
    /// the target lies in there.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when the path leads nowhere, or the value does not fit what is there.
    pub(super) fn write_path(
        self,
        target: &Target,
        path: &FieldPath,
        node: &mut Node,
        around: Option<&[String]>,
    ) -> Result<(), Fault> {
        let created = target.options.create.then_some(Created {
            kind: match &self.value.value {
                Value::Scalar(_) => CreatedKind::Scalar(Tag::Str),
                Value::Sequence(_) => CreatedKind::Sequence,
                Value::Mapping(_) => CreatedKind::Mapping,
            },
            mark: path.mark,
            writer: Writer::Transformer,
        });
        // kustomize looks for text with a structure of its own first. What goes wrong there only means that it
        // goes on as if it had found none.
        if structured::set(node, path, self, created)? {
            return Ok(());
        }
        let set = &mut |field: &mut Node| self.set(&target.options, path, field);
        let inside = |field: &Node, rest: &[String]| self.count_inside(field, rest, created);
        let found = match around {
            Some(source) if self.value.as_scalar().is_none() => {
                self.set_inside_itself(target, path, node, created, source)
            }
            _ => path.matcher.visit_mut::<Fault>(node, created, set, &inside),
        };
        match found {
            Ok(0) => Err(missing(path, target.options.create)),
            Ok(_) => Ok(()),
            Err(fault) => {
                Err(Fault { message: format!("field path `{}`: {}", path.text, fault.message), ..fault }
                    .also(path.mark, "the path is named here"))
            }
        }
    }

    /// Writes a map or a list to fields inside of itself. kustomize makes the fields first; into each it then copies what
    /// has become of the source until then.
    fn set_inside_itself(
        self,
        target: &Target,
        path: &FieldPath,
        node: &mut Node,
        created: Option<Created>,
        source: &[String],
    ) -> Result<usize, Fault> {
        let inside = |field: &Node, rest: &[String]| self.count_inside(field, rest, created);
        let count = path.matcher.visit_mut::<Fault>(node, created, &mut |_| Ok(()), &inside)?;
        for wanted in 0..count {
            let Ok(Some(value)) = lookup(node, source).map(Option::<&Node>::cloned) else { break };
            if value.count() > self.limits.nodes || value.depth() > self.limits.depth {
                let message = format!("`{}` copies a field into itself until it is too large", path.text);
                return Err(Fault::new("replacement/grows", path.mark, message)
                    .hint("Copy the single values, or into a field outside of the one that is read."));
            }
            let writing = Writing { value: &value, ..self };
            let mut next = 0;
            let set = &mut |field: &mut Node| {
                next += 1;
                if next == wanted + 1 { writing.set(&target.options, path, field) } else { Ok(()) }
            };
            path.matcher.visit_mut::<Fault>(node, None, set, &inside)?;
        }
        Ok(count)
    }

    /// How many fields the rest of a path matches in the text of a scalar. kustomize finds them in a copy of the
    /// text when the path gets there by a wildcard, and what it writes to them is lost.
    fn count_inside(self, field: &Node, rest: &[String], created: Option<Created>) -> Result<usize, Fault> {
        let text = field.as_scalar().map_or("", |scalar| scalar.text.as_str());
        let mut inner = structured::read(text, self.limits).ok_or_else(|| {
            Fault::new(
                "replacement/through-text",
                field.mark,
                "the path leads into text that is no JSON or YAML",
            )
            .hint("Correct the path.")
        })?;
        let again = |field: &Node, rest: &[String]| self.count_inside(field, rest, created);
        PathMatcher::of_parts(rest.to_vec()).visit_mut::<Fault>(&mut inner, created, &mut |_| Ok(()), &again)
    }

    /// Writes the value to a field, or to a piece of its text.
    fn set(self, options: &Options, path: &FieldPath, field: &mut Node) -> Result<(), Fault> {
        let mut value = self.value.clone();
        if !options.delimiter.is_empty() {
            let Value::Scalar(old) = &field.value else {
                let message = format!("`delimiter` cuts text, but `{}` is {}", path.text, field.kind_name());
                return Err(Fault::new("replacement/delimiter", path.mark, message)
                    .also(field.mark, "the field")
                    .hint("Remove `delimiter`, or name a field with text."));
            };
            let new =
                value.as_scalar().filter(|_| !value.is_null()).map_or("", |scalar| scalar.text.as_str());
            let text = with_piece(&old.text, &options.delimiter, options.index, new);
            value.value = Value::Scalar(Scalar { text: text.into(), tag: Tag::Str, style: Style::Plain });
        }
        match (&field.value, &value.value) {
            (Value::Scalar(old), new) => {
                // A collection has no text, and that is what a scalar takes over.
                let new = if let Value::Scalar(new) = new { new.text.as_str() } else { "" };
                // All annotations become text in the end.
                let as_text = || {
                    let scalar = Scalar { text: new.into(), tag: Tag::Str, style: old.style };
                    path.is_annotation().then_some(scalar)
                };
                let untyped = field.untyped;
                let text = set_text(old, new, untyped).or_else(as_text).unwrap_or_else(|| {
                    let message = format!("`{}` cannot hold `{new}`: it is {}", path.text, field.kind_name());
                    let doubt = Fault::new("replacement/type", path.mark, message)
                        .also(field.mark, "the field")
                        .hint("A replacement keeps the type of the field; quote the field to make it text.");
                    self.doubts.borrow_mut().push(Arc::new(doubt));
                    Scalar { text: new.into(), ..old.clone() }
                });
                if *old != text {
                    field.overwrite(Value::Scalar(text), path.mark, Writer::Transformer);
                    field.untyped = untyped;
                }
            }
            (Value::Sequence(_) | Value::Mapping(_), _) => {
                stand_alone(&mut value, path.mark);
                field.overwrite(value.value, path.mark, Writer::Transformer);
                field.untyped = value.untyped;
                field.flow = value.flow;
            }
        }
        Ok(())
    }
}

/// Makes values of their own of copied labels and annotations, which else would go on to change together with those that
/// one entry has put into several fields.
fn stand_alone(copy: &mut Node, mark: Mark) {
    match &mut copy.value {
        Value::Scalar(_) => {
            let mut first = copy.writer;
            let mut before = copy.before.as_deref();
            while let Some(link) = before {
                first = link.writer;
                before = link.before.as_deref();
            }
            if first == Writer::Transformer {
                (copy.mark, copy.before) = (mark, None);
            }
        }
        Value::Sequence(items) => items.iter_mut().for_each(|item| stand_alone(item, mark)),
        Value::Mapping(map) => map.entries.iter_mut().for_each(|entry| stand_alone(&mut entry.value, mark)),
    }
}

impl FieldPath {
    /// Whether the path leads to the annotations as a whole, where kustomize keeps its notes.
    pub(super) fn replaces_notes(&self) -> bool {
        matches!(self.matcher.parts(), [metadata, rest @ ..] if metadata == "metadata" && matches!(rest, [] | [_]) && rest.iter().all(|part| part == "annotations"))
    }

    fn is_annotation(&self) -> bool {
        matches!(self.matcher.parts(), [metadata, annotations, _] if metadata == "metadata" && annotations == "annotations")
    }
}

/// The scalar with another text, which keeps its type, if it has one, and its quotes; `None` when the text is not of
/// that type.
pub(super) fn set_text(old: &Scalar, text: &str, untyped: bool) -> Option<Scalar> {
    let found = tag_of_plain(text);
    let tag = match old.tag {
        _ if untyped && old.style == Style::Plain => found,
        Tag::Str | Tag::Binary => old.tag,
        Tag::Float if found == Tag::Int => Tag::Float,
        tag if tag == found => tag,
        _ => return None,
    };
    Some(Scalar { text: text.into(), tag, style: old.style })
}

/// The text with another piece: in the place of an old one, before them all, or behind them all.
fn with_piece(text: &str, delimiter: &str, index: i64, piece: &str) -> String {
    let mut pieces: Vec<&str> = text.split(delimiter).collect();
    match usize::try_from(index) {
        Err(_) => pieces.insert(0, piece),
        Ok(index) if index >= pieces.len() => pieces.push(piece),
        Ok(index) => pieces[index] = piece,
    }
    pieces.join(delimiter)
}

fn missing(path: &FieldPath, create: bool) -> Fault {
    let fault = Fault::new(
        "replacement/missing-field",
        path.mark,
        format!("the target has no field `{}`", path.text),
    );
    if create {
        fault.hint("Only keys, `[key=value]` items and the next index of a list can be made; `*` cannot.")
    } else {
        fault.hint("Correct the path, or add `options: {create: true}` to make the field.")
    }
}

/// The documents of a text; used where only the first counts.
pub(super) fn documents(text: &str, limits: &Limits) -> Option<Vec<Node>> {
    parse(text.as_bytes(), crate::base::FileId::NONE, limits).ok()
}
