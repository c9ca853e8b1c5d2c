//! Where two trees differ, down to the places that wrote them.

use super::{Entry, Node, Value};

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
    /// The part of a tree at the end of a path, to change it.
    pub fn at_mut(&mut self, path: &[Step<'_>]) -> Option<&mut Self> {
        path.iter().try_fold(self, |node, step| match (&mut node.value, step) {
            (Value::Mapping(map), Step::Key(key)) => map.get_mut(key),
            (Value::Sequence(items), Step::Item(place)) => items.get_mut(*place),
            _ => None,
        })
    }

    /// The parts of a tree that are others than in `old`, in order: other values, or the same ones written at other places
    /// (see [`Node::is_same`]). A part is as small as it can be while everything around it is the same. Where the trees share
    /// memory nothing is compared.
    ///
    /// `None` when there are more than `most` parts.
    #[must_use]
    pub fn differences_from<'n>(&'n self, old: &'n Self, most: usize) -> Option<Vec<Difference<'n>>> {
        let mut walk = Walk { path: Vec::new(), found: Vec::new(), most };
        walk.nodes(old, self).then_some(walk.found)
    }
}

struct Walk<'n> {
    path: Vec<Step<'n>>,
    found: Vec<Difference<'n>>,
    most: usize,
}

impl<'n> Walk<'n> {
    /// Finds the differences of two parts; `false` when there are too many by now.
    fn nodes(&mut self, old: &'n Node, new: &'n Node) -> bool {
        if !new.is_written_as(old) {
            return self.differs(old, new);
        }
        match (&old.value, &new.value) {
            (Value::Scalar(one), Value::Scalar(other)) if one == other => true,
            (Value::Sequence(one), Value::Sequence(other)) if one.is_same(other) => true,
            (Value::Sequence(one), Value::Sequence(other)) if one.len() == other.len() => {
                let mut pairs = one.iter().zip(other.iter()).enumerate();
                pairs.all(|(place, (old, new))| self.below(Step::Item(place), old, new))
            }
            (Value::Mapping(one), Value::Mapping(other)) if one.entries.is_same(&other.entries) => true,
            (Value::Mapping(one), Value::Mapping(other)) if have_same_keys(&one.entries, &other.entries) => {
                let mut pairs = one.iter().zip(other.iter());
                pairs.all(|(old, new)| self.below(Step::Key(&old.key), &old.value, &new.value))
            }
            _ => self.differs(old, new),
        }
    }

    fn below(&mut self, step: Step<'n>, old: &'n Node, new: &'n Node) -> bool {
        self.path.push(step);
        let goes_on = self.nodes(old, new);
        self.path.pop();
        goes_on
    }

    fn differs(&mut self, old: &'n Node, new: &'n Node) -> bool {
        if self.found.len() >= self.most {
            return false;
        }
        self.found.push(Difference { path: self.path.clone(), old, new });
        true
    }
}

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

    fn differences(old: &str, new: &str) -> Option<Vec<String>> {
        let (old, new) = (tree(old), tree(new));
        let found = new.differences_from(&old, 2)?;
        let shown = |difference: &Difference<'_>| {
            let step = |step: &Step<'_>| match step {
                Step::Key(key) => format!(".{key}"),
                Step::Item(place) => format!("[{place}]"),
            };
            difference.path.iter().map(step).collect()
        };
        Some(found.iter().map(shown).collect())
    }

    #[test]
    fn a_part_is_as_small_as_what_surrounds_it_is_the_same() {
        let old = "a: {b: [1, 2], c: x}\nd: {e: 1}\n";
        let cases: [(&str, &[&str]); 8] = [
            (old, &[]),
            ("a: {b: [1, 3], c: x}\nd: {e: 1}\n", &[".a.b[1]"]),
            ("a: {b: [1, 3], c: y}\nd: {e: 1}\n", &[".a.b[1]", ".a.c"]),
            ("a: {b: [1], c: x}\nd: {e: 1}\n", &[".a"]),
            ("a: {b: [12], c: xy}\nd: {e: 1}\n", &[".a"]),
            ("a: {b: [1, 2], c: x}\nd: {f: 1}\n", &[".d"]),
            ("a: {b: [1, 2], c: x}\nd: 1\n", &[".d"]),
            ("a: {b: [1, 2], c: x}\ne: {e: 1}\n", &[""]),
        ];
        for (new, parts) in cases {
            assert_eq!(differences(old, new).unwrap(), parts, "{new}");
        }
    }

    #[test]
    fn places_count_and_too_many_parts_are_none() {
        assert_eq!(differences("a: 1\nb: 2\n", "a: 1\n\nb: 2\n").unwrap(), [""], "`b` stands elsewhere");
        assert_eq!(differences("a: {b: 1}\n", "a: {b:  1}\n").unwrap(), [".a.b"]);
        assert_eq!(differences("{a: 1, b: 2, c: 3}", "{a: 4, b: 5, c: 6}"), None);
    }
}
