//! Where two trees differ, down to the places that wrote them.

use super::{Entry, Node, Value};
use crate::base::Mark;

/// One step down a tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step<'n> {
    /// Into the value of a key.
    Key(&'n str),
    /// Into the item of a list, counted from 0.
    Item(usize),
}

/// A part of a tree that is another one in a second tree; see [`Node::differences_from`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference<'n> {
    /// The way there, which is the same in both trees.
    pub path: Vec<Step<'n>>,
    /// Where the last key of the way is written in both, if it ends in one.
    pub key_marks: Option<(Mark, Mark)>,
    /// What stands there in the first tree.
    pub old: &'n Node,
    /// What stands there in the second one.
    pub new: &'n Node,
}

impl Difference<'_> {
    /// The keys on the way, without the items of lists.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.path.iter().filter_map(|step| match step {
            Step::Key(key) => Some(*key),
            Step::Item(_) => None,
        })
    }
}

impl Node {
    /// The parts of a tree that are others than in `old`, in order: other values, or the same ones written at other places
    /// (see [`Node::is_same`]). A part is as small as it can be while everything around it is the same; what stands between
    /// brackets is one part. Where the trees share memory nothing is compared.
    ///
    /// `None` when there are more than `most` parts.
    #[must_use]
    pub fn differences_from<'n>(&'n self, old: &'n Self, most: usize) -> Option<Vec<Difference<'n>>> {
        let mut walk = Walk { path: Vec::new(), key_marks: None, found: Vec::new(), most };
        walk.nodes(old, self).then_some(walk.found)
    }
}

struct Walk<'n> {
    path: Vec<Step<'n>>,
    key_marks: Option<(Mark, Mark)>,
    found: Vec<Difference<'n>>,
    most: usize,
}

impl<'n> Walk<'n> {
    /// Finds the differences of two parts; `false` when there are too many by now.
    fn nodes(&mut self, old: &'n Node, new: &'n Node) -> bool {
        if !new.is_written_as(old) {
            return self.differs(old, new);
        }
        if new.flow {
            return new.is_same(old) || self.differs(old, new);
        }
        match (&old.value, &new.value) {
            (Value::Scalar(one), Value::Scalar(other)) if one == other => true,
            (Value::Sequence(one), Value::Sequence(other)) if one.is_same(other) => true,
            (Value::Sequence(one), Value::Sequence(other)) if one.len() == other.len() => {
                let mut pairs = one.iter().zip(other.iter()).enumerate();
                pairs.all(|(place, (old, new))| self.below(Step::Item(place), None, (old, new)))
            }
            (Value::Mapping(one), Value::Mapping(other)) if one.entries.is_same(&other.entries) => true,
            (Value::Mapping(one), Value::Mapping(other)) if have_same_keys(&one.entries, &other.entries) => {
                let mut pairs = one.iter().zip(other.iter());
                pairs.all(|(old, new)| {
                    let marks = Some((old.mark, new.mark));
                    self.below(Step::Key(&old.key), marks, (&old.value, &new.value))
                })
            }
            _ => self.differs(old, new),
        }
    }

    fn below(
        &mut self,
        step: Step<'n>,
        marks: Option<(Mark, Mark)>,
        (old, new): (&'n Node, &'n Node),
    ) -> bool {
        self.path.push(step);
        let around = std::mem::replace(&mut self.key_marks, marks);
        let goes_on = match marks {
            Some((one, other)) if one != other => self.differs(old, new),
            _ => self.nodes(old, new),
        };
        self.key_marks = around;
        self.path.pop();
        goes_on
    }

    fn differs(&mut self, old: &'n Node, new: &'n Node) -> bool {
        if self.found.len() >= self.most {
            return false;
        }
        self.found.push(Difference { path: self.path.clone(), key_marks: self.key_marks, old, new });
        true
    }
}

/// Whether the keys are the same, wherever they are written.
fn have_same_keys(old: &[Entry], new: &[Entry]) -> bool {
    old.len() == new.len() && old.iter().zip(new).all(|(old, new)| new.has_key_of(old))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::FileId;
    use crate::yaml::{Limits, parse};

    fn tree(text: &str) -> Node {
        parse(text.as_bytes(), FileId::NONE, &Limits::default()).unwrap().remove(0)
    }

    fn differences(old: &str, new: &str, most: usize) -> Option<Vec<String>> {
        let (old, new) = (tree(old), tree(new));
        let found = new.differences_from(&old, most)?;
        let shown = |difference: &Difference<'_>| {
            let step = |step: &Step<'_>| match step {
                Step::Key(key) => format!(".{key}"),
                Step::Item(place) => format!("[{place}]"),
            };
            difference.path.iter().map(step).collect()
        };
        Some(found.iter().map(shown).collect())
    }

    const OLD: &str = "a:\n  b:\n  - 1\n  - 2\n  c: x\nd: {e: 1}\n";

    #[test]
    fn a_part_is_as_small_as_what_surrounds_it_is_the_same() {
        let cases: [(&str, &str, &[&str]); 8] = [
            ("c: x", "c: x", &[]),
            ("- 2", "- 3", &[".a.b[1]"]),
            ("c: x", "c: y", &[".a.c"]),
            ("c: x", "c: [x]", &[".a.c"]),
            ("c: x", "f: x", &[".a"]),
            ("d: {e: 1}", "d: {e: 2}", &[".d"]),
            ("d: {e: 1}", "f: {e: 1}", &[""]),
            // One less in the list, so what stands behind it is written elsewhere.
            ("  - 2\n", "", &[".a.b", ".a.c", ".d"]),
        ];
        for (from, to, parts) in cases {
            assert_eq!(differences(OLD, &OLD.replace(from, to), 3).unwrap(), parts, "{to}");
        }
    }

    #[test]
    fn too_many_parts_are_none() {
        assert_eq!(differences(OLD, &OLD.replace("  - 2\n", ""), 2), None);
    }

    #[test]
    fn where_a_key_is_written_counts() {
        let (old, new) = (tree("a: 1\nb:\n  1\n"), tree("a: 1\n\nb:\n 1\n"));
        let found = new.differences_from(&old, 2).unwrap();
        let [Difference { key_marks: Some((then, now)), .. }] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((then.line, now.line), (2, 3));
    }
}
