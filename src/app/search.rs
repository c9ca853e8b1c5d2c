//! Searching in a text on screen: what was typed and the lines that hold it.

use super::input::Input;

/// A search in the lines of a pane.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Search {
    /// What is looked for.
    pub input: Input,
    /// Whether keys go into it.
    pub typing: bool,
    /// The lines that hold it, ascending.
    pub matches: Vec<usize>,
}

impl Search {
    /// Whether something is looked for.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.typing || !self.input.text().is_empty()
    }

    /// Forgets what was looked for.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Finds the lines that hold the text; capitals matter only when some were typed.
    pub fn run<'a>(&mut self, lines: impl Iterator<Item = &'a str>) {
        let wanted = self.input.text();
        self.matches = lines
            .enumerate()
            .filter(|(_, line)| first_match(line, wanted).is_some())
            .map(|(at, _)| at)
            .collect();
    }

    /// The next line behind `from` (or before it), round and round.
    #[must_use]
    pub fn next(&self, from: usize, forward: bool) -> Option<usize> {
        if forward {
            self.matches.iter().find(|line| **line > from).or_else(|| self.matches.first()).copied()
        } else {
            self.matches.iter().rfind(|line| **line < from).or_else(|| self.matches.last()).copied()
        }
    }

    /// `match 2 of 7`, as seen from a line.
    #[must_use]
    pub fn count(&self, at: usize) -> String {
        match self.matches.iter().position(|line| *line == at) {
            Some(index) => format!("match {} of {}", index + 1, self.matches.len()),
            None if self.matches.is_empty() => "no match".to_owned(),
            None => super::words::count(self.matches.len(), "match").replace("matchs", "matches"),
        }
    }
}

/// The bytes of a line that hold the text first; nothing for an empty text.
#[must_use]
pub fn first_match(line: &str, wanted: &str) -> Option<std::ops::Range<usize>> {
    if wanted.is_empty() {
        return None;
    }
    let start = if wanted.chars().any(char::is_uppercase) || !line.is_ascii() {
        line.find(wanted)?
    } else {
        let (line, wanted) = (line.as_bytes(), wanted.as_bytes());
        line.windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted))?
    };
    Some(start..start + wanted.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_go_round_and_round() {
        let mut search = Search { input: Input::new("rep"), ..Search::default() };
        search.run(["replicas: 2", "x", "minReplicas: 3"].into_iter());
        assert_eq!(search.matches, [0, 2]);
        assert_eq!(
            (search.next(0, true), search.next(2, true), search.next(0, false)),
            (Some(2), Some(0), Some(2))
        );
        assert_eq!(search.count(2), "match 2 of 2");
    }

    #[test]
    fn capitals_matter_when_typed() {
        assert_eq!(first_match("minReplicas", "replicas"), Some(3..11));
        assert_eq!(first_match("minreplicas", "Replicas"), None);
        assert_eq!(first_match("größe: 1", "größe"), Some(0.."größe".len()));
        assert_eq!(first_match("x", ""), None);
    }
}
