//! Which resource of one render is compared with which of the other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{Document, Identity, Pairing};

/// Two resources, or one that the other side does not have, by their places in the renders.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Pair {
    pub(super) left: Option<usize>,
    pub(super) right: Option<usize>,
    pub(super) pairing: Pairing,
}

/// All pairs, and the names that differ for reasons that are no news.
pub(super) struct Paired {
    /// In the order of the left; resources of the right only stand after the one they follow on the right.
    pub(super) pairs: Vec<Pair>,
    /// Names on the left and what they are called on the right, longer ones first.
    pub(super) renames: Vec<(String, String)>,
}

/// Leftovers of one kind are compared by text if there are no more pairs of them than this.
const MOST_COMPARISONS: usize = 10_000;

/// So much of the lines of two resources must be the same, of 100, for the two to be taken for one.
const ALIKE: usize = 50;

/// Lines that all resources of a kind share say nothing about likeness.
const COMMON_LINES: &[&str] = &["apiVersion:", "kind:", "metadata:"];

/// Pairs by identity, then by identity without what is expected to differ, then by likeness.
///
/// `expected` are names that are known to differ, such as those of the environments.
pub(super) fn pair(left: &[Document], right: &[Document], expected: &[(String, String)]) -> Paired {
    let mut pairer = Pairer {
        left,
        right,
        left_free: (0..left.len()).collect(),
        right_free: (0..right.len()).collect(),
        pairs: Vec::new(),
    };
    pairer.by_key(Pairing::Identity, Clone::clone, Clone::clone);
    pairer.by_key(Pairing::Identity, without_version, without_version);
    pairer.by_key(Pairing::Identity, without_group, without_group);
    pairer.by_key(Pairing::GeneratedName, without_hash, without_hash);
    let mut renames = expected.to_vec();
    renames.extend(pairer.namespaces());
    sort_longest_first(&mut renames);
    let renamed = |identity: &Identity| Identity {
        namespace: identity.namespace.as_ref().map(|namespace| rename(namespace, &renames)),
        name: rename(&identity.name, &renames),
        ..without_version(identity)
    };
    pairer.by_key(Pairing::Namespace, renamed, without_version);
    pairer.by_key(Pairing::Namespace, |identity| without_hash(&renamed(identity)), without_hash);
    pairer.by_likeness(&renames);
    renames.extend(pairer.names_with_hashes());
    sort_longest_first(&mut renames);
    Paired { pairs: pairer.in_order(), renames }
}

/// A text with every name replaced that has another one on the right.
///
/// A name is found only where no letters or digits are next to it: `prod` is not in `product`.
pub(super) fn rename(text: &str, renames: &[(String, String)]) -> String {
    let mut renamed = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(character) = rest.chars().next() {
        let found = renames.iter().filter(|_| !before.is_alphanumeric()).find(|(from, _)| {
            let after = rest.strip_prefix(from.as_str());
            !from.is_empty() && after.is_some_and(|after| !after.starts_with(char::is_alphanumeric))
        });
        let taken = match found {
            Some((from, to)) => {
                renamed.push_str(to);
                from.as_str()
            }
            None => {
                renamed.push(character);
                &rest[..character.len_utf8()]
            }
        };
        before = taken.chars().next_back().unwrap_or(' ');
        rest = &rest[taken.len()..];
    }
    renamed
}

fn sort_longest_first(renames: &mut Vec<(String, String)>) {
    renames.retain(|(from, to)| from != to);
    renames.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
    renames.dedup();
}

struct Pairer<'a> {
    left: &'a [Document],
    right: &'a [Document],
    /// Places of resources without a partner, in order.
    left_free: Vec<usize>,
    right_free: Vec<usize>,
    pairs: Vec<(usize, usize, Pairing)>,
}

/// Free resources of one kind.
#[derive(Default)]
struct Leftovers {
    left: Vec<usize>,
    right: Vec<usize>,
}

impl Pairer<'_> {
    /// Pairs free resources whose keys are equal; several with one key in the order of the renders.
    fn by_key(
        &mut self,
        pairing: Pairing,
        left_key: impl Fn(&Identity) -> Identity,
        right_key: impl Fn(&Identity) -> Identity,
    ) {
        if self.left_free.is_empty() || self.right_free.is_empty() {
            return;
        }
        let mut by_key: BTreeMap<Identity, VecDeque<usize>> = BTreeMap::new();
        for place in &self.right_free {
            by_key.entry(right_key(&self.right[*place].identity)).or_default().push_back(*place);
        }
        let mut found = Vec::new();
        for place in &self.left_free {
            let partner =
                by_key.get_mut(&left_key(&self.left[*place].identity)).and_then(VecDeque::pop_front);
            found.extend(partner.map(|partner| (*place, partner, pairing)));
        }
        self.take(found);
    }

    fn take(&mut self, found: Vec<(usize, usize, Pairing)>) {
        let left: BTreeSet<usize> = found.iter().map(|(left, _, _)| *left).collect();
        let right: BTreeSet<usize> = found.iter().map(|(_, right, _)| *right).collect();
        self.left_free.retain(|place| !left.contains(place));
        self.right_free.retain(|place| !right.contains(place));
        self.pairs.extend(found);
    }

    fn left_identities(&self) -> impl Iterator<Item = &Identity> {
        self.left_free.iter().map(|place| &self.left[*place].identity)
    }

    fn right_identities(&self) -> impl Iterator<Item = &Identity> {
        self.right_free.iter().map(|place| &self.right[*place].identity)
    }

    /// What the namespaces of the left are called on the right, as far as the free resources tell.
    ///
    /// Every two free resources that differ in the namespace only are a vote. Where there are none, the only
    /// namespace of the left is the only one of the right.
    fn namespaces(&self) -> Vec<(String, String)> {
        let without_namespace = |identity: &Identity| Identity { namespace: None, ..without_hash(identity) };
        let mut candidates: BTreeMap<Identity, Vec<&str>> = BTreeMap::new();
        for identity in self.right_identities() {
            let namespaces = candidates.entry(without_namespace(identity)).or_default();
            namespaces.extend(identity.namespace.as_deref());
        }
        let mut votes: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for identity in self.left_identities() {
            let Some(namespace) = identity.namespace.as_deref() else { continue };
            for other in candidates.get(&without_namespace(identity)).into_iter().flatten() {
                *votes.entry(namespace).or_default().entry(other).or_default() += 1;
            }
        }
        if !votes.is_empty() {
            let winners = votes.into_iter().filter_map(|(namespace, votes)| {
                // Of equally many votes the first in the alphabet wins.
                let (winner, _) = votes.into_iter().rev().max_by_key(|(_, count)| *count)?;
                Some((namespace.to_owned(), winner.to_owned()))
            });
            return winners.collect();
        }
        let left: BTreeSet<&str> = self.left_identities().filter_map(own_namespace).collect();
        let right: BTreeSet<&str> = self.right_identities().filter_map(own_namespace).collect();
        match (left.first(), right.first()) {
            (Some(from), Some(to)) if left.len() == 1 && right.len() == 1 => {
                vec![((*from).to_owned(), (*to).to_owned())]
            }
            _ => Vec::new(),
        }
    }

    /// Pairs what is left of each kind by how many lines are the same, the best ones first.
    fn by_likeness(&mut self, renames: &[(String, String)]) {
        let mut kinds: BTreeMap<(&str, &str), Leftovers> = BTreeMap::new();
        for place in &self.left_free {
            let Identity { group, kind, .. } = &self.left[*place].identity;
            kinds.entry((group, kind)).or_default().left.push(*place);
        }
        for place in &self.right_free {
            let Identity { group, kind, .. } = &self.right[*place].identity;
            kinds.entry((group, kind)).or_default().right.push(*place);
        }
        let mut found = Vec::new();
        for Leftovers { left, right } in kinds.into_values() {
            if left.is_empty() || right.is_empty() || left.len() * right.len() > MOST_COMPARISONS {
                continue;
            }
            let left_lines: Vec<Vec<String>> =
                left.iter().map(|place| lines(&self.left[*place].text, renames)).collect();
            let right_lines: Vec<Vec<String>> =
                right.iter().map(|place| lines(&self.right[*place].text, &[])).collect();
            let mut scores = Vec::new();
            for (own, own_lines) in left.iter().zip(&left_lines) {
                for (other, other_lines) in right.iter().zip(&right_lines) {
                    let score = likeness(own_lines, other_lines);
                    if score >= ALIKE {
                        scores.push((score, *own, *other));
                    }
                }
            }
            scores.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
            let (mut used_left, mut used_right) = (BTreeSet::new(), BTreeSet::new());
            for (_, own, other) in scores {
                if !used_left.contains(&own) && !used_right.contains(&other) {
                    used_left.insert(own);
                    used_right.insert(other);
                    found.push((own, other, Pairing::Similar));
                }
            }
        }
        self.take(found);
    }

    /// Names of pairs that differ in their hash.
    fn names_with_hashes(&self) -> Vec<(String, String)> {
        let names = self.pairs.iter().filter(|(_, _, pairing)| *pairing != Pairing::Similar);
        names
            .map(|(left, right, _)| (&self.left[*left].identity.name, &self.right[*right].identity.name))
            .filter(|(left, right)| stem(left) != *left || stem(right) != *right)
            .map(|(left, right)| (left.clone(), right.clone()))
            .collect()
    }

    fn in_order(self) -> Vec<Pair> {
        let mut of_left = vec![None; self.left.len()];
        let mut of_right = vec![None; self.right.len()];
        for (left, right, pairing) in self.pairs {
            of_left[left] = Some((right, pairing));
            of_right[right] = Some(left);
        }
        // Resources of the right only, by the left partner of the nearest resource before them.
        let mut following: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        let mut before = None;
        for (right, partner) in of_right.into_iter().enumerate() {
            match partner {
                Some(left) => before = Some(left),
                None => following.entry(before).or_default().push(right),
            }
        }
        let only_right = |right| Pair { left: None, right: Some(right), pairing: Pairing::Identity };
        let mut pairs: Vec<Pair> = following.remove(&None).into_iter().flatten().map(only_right).collect();
        for (left, partner) in of_left.into_iter().enumerate() {
            pairs.push(match partner {
                Some((right, pairing)) => Pair { left: Some(left), right: Some(right), pairing },
                None => Pair { left: Some(left), right: None, pairing: Pairing::Identity },
            });
            pairs.extend(following.remove(&Some(left)).into_iter().flatten().map(only_right));
        }
        pairs
    }
}

fn without_version(identity: &Identity) -> Identity {
    Identity { version: String::new(), ..identity.clone() }
}

/// A kind may move to another group, as `Ingress` did.
fn without_group(identity: &Identity) -> Identity {
    Identity { group: String::new(), ..without_version(identity) }
}

fn without_hash(identity: &Identity) -> Identity {
    Identity { name: stem(&identity.name).to_owned(), ..without_version(identity) }
}

/// The namespace of a resource, or the name of a `Namespace`.
fn own_namespace(identity: &Identity) -> Option<&str> {
    if identity.kind == "Namespace" && identity.group.is_empty() {
        return Some(&identity.name);
    }
    identity.namespace.as_deref()
}

/// Length of the hash that kustomize puts after generated names.
pub(super) const HASH_LENGTH: usize = 10;

/// What such a hash is made of: kustomize replaces `0`, `1`, `3`, `a` and `e` in hexadecimal digits.
pub(super) const HASH_CHARACTERS: &str = "2456789bcdfghkmt";

/// A name without the hash that kustomize puts after it.
pub(super) fn stem(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((stem, hash))
            if hash.len() == HASH_LENGTH && hash.chars().all(|c| HASH_CHARACTERS.contains(c)) =>
        {
            stem
        }
        _ => name,
    }
}

/// The lines of a resource that can say something about likeness, sorted.
fn lines(text: &str, renames: &[(String, String)]) -> Vec<String> {
    let mut lines: Vec<String> = text
        .lines()
        .filter(|line| !COMMON_LINES.iter().any(|common| line.starts_with(common)))
        .map(|line| rename(line.trim(), renames))
        .collect();
    lines.sort_unstable();
    lines
}

/// How many lines of both are the same, of 100.
fn likeness(left: &[String], right: &[String]) -> usize {
    let (mut own, mut other, mut common) = (0, 0, 0_usize);
    while let (Some(a), Some(b)) = (left.get(own), right.get(other)) {
        match a.cmp(b) {
            std::cmp::Ordering::Equal => {
                common += 1;
                own += 1;
                other += 1;
            }
            std::cmp::Ordering::Less => own += 1,
            std::cmp::Ordering::Greater => other += 1,
        }
    }
    (200 * common).checked_div(left.len() + right.len()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashes_of_kustomize_are_cut_from_names() {
        assert_eq!(stem("app-config-7f9c2b4d5m"), "app-config");
        assert_eq!(stem("app-config-7f9c2b4d5"), "app-config-7f9c2b4d5");
        assert_eq!(stem("app-management"), "app-management");
        assert_eq!(stem("app-kubernetes"), "app-kubernetes");
        assert_eq!(stem("7f9c2b4d5m"), "7f9c2b4d5m");
    }

    #[test]
    fn names_are_replaced_as_wholes_only() {
        let mut renames: Vec<(String, String)> = [("prod", "int"), ("prod-x", "other"), ("", "!")]
            .map(|(from, to)| (from.to_owned(), to.to_owned()))
            .to_vec();
        sort_longest_first(&mut renames);
        assert_eq!(
            rename("prod: prod-x, product, nonprod, a-prod.b", &renames),
            "int: other, product, nonprod, a-int.b"
        );
        assert_eq!(rename("prodprod", &renames), "prodprod");
        assert_eq!(rename("é-prod", &renames), "é-int");
    }
}
