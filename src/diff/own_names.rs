//! Names of one target, and texts with these names left out, so that texts of different targets can be compared.
//!
//! A name is left out only where it is a target's own: where no letter or digit is next to it (`api` is not in
//! `apiVersion`), and only in strings, never in numbers. What stands in its place says which name it was, so
//! `<service>-<region>` of one target equals that of another, and `<service>-<env>` does not.

use std::borrow::Cow;

use super::pair::{HASH_CHARACTERS, HASH_LENGTH};

/// Begins what stands in the place of a name; YAML does not allow it in texts.
const SIGN: char = '\u{1}';

/// What a target calls its own.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OwnNames {
    /// Names and what stands in their place, longer ones first.
    names: Vec<(String, String)>,
    /// Labels (key, value) that the target's resources usually have before the change.
    old_labels: Vec<(String, String)>,
    /// Those that they have after it.
    new_labels: Vec<(String, String)>,
}

/// The state that a value is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Before the change.
    Old,
    /// After it.
    New,
}

impl OwnNames {
    /// Adds a name. `role` says what it is the name of; of two roles with one name the first counts.
    pub fn add(&mut self, role: &str, name: &str) {
        self.put(name, format!("{SIGN}{role}{SIGN}"));
    }

    /// Adds the name of a generated resource if it ends in a hash: the hash is left out, and what is in front of it
    /// is compared as any other text.
    pub fn add_generated(&mut self, name: &str) {
        let Some((stem, hash)) = name.rsplit_once('-') else { return };
        if hash.len() == HASH_LENGTH && hash.chars().all(|letter| HASH_CHARACTERS.contains(letter)) {
            let stem = self.without(stem).into_owned();
            self.put(name, format!("{stem}-{SIGN}hash{SIGN}"));
        }
    }

    /// Adds a label that the target's resources usually have in one state. In resources and fields of this state that are
    /// added or removed as a whole it is left out.
    pub fn add_label(&mut self, state: State, key: &str, value: &str) {
        let labels = match state {
            State::Old => &mut self.old_labels,
            State::New => &mut self.new_labels,
        };
        labels.push((key.to_owned(), value.to_owned()));
    }

    fn put(&mut self, name: &str, replacement: String) {
        if name.is_empty() || self.names.iter().any(|(known, _)| known == name) {
            return;
        }
        let place = self.names.partition_point(|(known, _)| known.len() >= name.len());
        self.names.insert(place, (name.to_owned(), replacement));
    }

    /// Whether a label is one of those that the target's resources usually have in a state.
    #[must_use]
    pub fn is_own_label(&self, state: State, key: &str, value: &str) -> bool {
        let labels = match state {
            State::Old => &self.old_labels,
            State::New => &self.new_labels,
        };
        labels.iter().any(|(own_key, own)| own_key == key && own == value)
    }

    /// A text with every name replaced.
    #[must_use]
    pub fn without<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !self.names.iter().any(|(name, _)| text.contains(name.as_str())) {
            return Cow::Borrowed(text);
        }
        let mut shown = String::with_capacity(text.len());
        let mut rest = text;
        let mut is_inside = false;
        while let Some(letter) = rest.chars().next() {
            let found = self.names.iter().filter(|_| !is_inside).find(|(name, _)| {
                let after = rest.strip_prefix(name.as_str());
                after.is_some_and(|after| !after.starts_with(char::is_alphanumeric))
            });
            let taken = match found {
                Some((name, replacement)) => {
                    shown.push_str(replacement);
                    name.as_str()
                }
                None => {
                    shown.push(letter);
                    &rest[..letter.len_utf8()]
                }
            };
            is_inside = taken.chars().next_back().is_some_and(char::is_alphanumeric);
            rest = &rest[taken.len()..];
        }
        Cow::Owned(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[(&str, &str)]) -> OwnNames {
        let mut names = OwnNames::default();
        for (role, name) in list {
            names.add(role, name);
        }
        names
    }

    fn shown(names: &OwnNames, text: &str) -> String {
        names.without(text).split(SIGN).enumerate().fold(String::new(), |text, (place, part)| {
            match place % 2 {
                0 => text + part,
                _ => format!("{text}<{part}>"),
            }
        })
    }

    #[test]
    fn names_are_left_out_only_as_whole_words() {
        let names = names(&[("service", "api"), ("env", "prod"), ("region", "euw1")]);
        assert_eq!(shown(&names, "prod-api-euw1"), "<env>-<service>-<region>");
        assert_eq!(shown(&names, "apiVersion of product in euw1-a"), "apiVersion of product in <region>-a");
        assert_eq!(shown(&names, "my-api.prod.svc"), "my-<service>.<env>.svc");
        assert_eq!(shown(&names, "nonprod prod2 2prod"), "nonprod prod2 2prod");
        assert_eq!(shown(&names, "ä-prod-ä prodä"), "ä-<env>-ä prodä");
    }

    #[test]
    fn the_longest_name_counts_and_of_equal_ones_the_first() {
        let names =
            names(&[("service", "pay"), ("namespace", "prod-pay-euw1"), ("env", "prod"), ("region", "pay")]);
        assert_eq!(shown(&names, "prod-pay-euw1.svc prod-pay"), "<namespace>.svc <env>-<service>");
    }

    #[test]
    fn of_generated_names_only_the_hash_is_left_out() {
        let mut names = names(&[("service", "pay")]);
        names.add_generated("pay-config-7f9c2b4d5m");
        names.add_generated("pay-kubernetes");
        assert_eq!(shown(&names, "pay-config-7f9c2b4d5m"), "<service>-config-<hash>");
        assert_eq!(shown(&names, "pay-config-7f9c2b4d5h"), "<service>-config-7f9c2b4d5h");
        assert_eq!(shown(&names, "pay-kubernetes"), "<service>-kubernetes");
    }
}
