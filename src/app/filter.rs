//! Filters: words that match loosely, and facets (`env:prod is:shadowed`) that match exactly what they say.

use frizbee::{Config, Matcher};

use crate::base::nearest::nearest;

/// What a facet looks at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Facet {
    /// `env:` the environment.
    Env,
    /// `region:` the region.
    Region,
    /// `type:` the archetype.
    Type,
    /// `ref:` the resolved ref.
    Ref,
    /// `is:` a badge or state.
    Is,
}

/// The facets by the names that people type.
pub const FACETS: &[(&str, Facet)] = &[
    ("env", Facet::Env),
    ("region", Facet::Region),
    ("type", Facet::Type),
    ("ref", Facet::Ref),
    ("is", Facet::Is),
];

/// What was typed, taken apart.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Query {
    /// Words that must all match loosely.
    pub words: Vec<String>,
    /// Facets that must all hold.
    pub facets: Vec<(Facet, String)>,
    /// What looked like a facet and is none, as a message.
    pub problem: Option<String>,
}

impl Query {
    /// Takes a text apart; an unfinished facet such as `env:` does not filter yet.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        for part in text.split_whitespace() {
            let Some((name, value)) = part.split_once(':') else {
                query.words.push(part.to_owned());
                continue;
            };
            match FACETS.iter().find(|(known, _)| *known == name) {
                Some((_, facet)) if !value.is_empty() => query.facets.push((*facet, value.to_lowercase())),
                Some(_) => {}
                None => query.problem = Some(unknown_facet(name)),
            }
        }
        query
    }

    /// Whether everything passes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.facets.is_empty()
    }

    /// The facets that look at targets rather than at services.
    pub fn wanted(&self, facet: Facet) -> impl Iterator<Item = &str> {
        self.facets.iter().filter(move |(own, _)| *own == facet).map(|(_, value)| value.as_str())
    }
}

fn unknown_facet(name: &str) -> String {
    let names = FACETS.iter().map(|(known, _)| *known);
    match nearest(name, names) {
        Some(near) => format!("no facet `{name}:`; did you mean `{near}:`?"),
        None => "facets are env: region: type: ref: is:".to_owned(),
    }
}

/// An item that matched: where it was in the list, and which of its characters matched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// Index in the list that was searched.
    pub index: usize,
    /// Characters to highlight, ascending.
    pub highlights: Vec<usize>,
}

/// The items in which every word matches loosely, best first; all items in their own order when there is no word.
pub fn fuzzy<'a>(words: &[String], items: impl IntoIterator<Item = &'a str>) -> Vec<Found> {
    let items: Vec<&str> = items.into_iter().collect();
    let mut found: Vec<(u32, Found)> =
        (0..items.len()).map(|index| (0, Found { index, highlights: Vec::new() })).collect();
    for word in words {
        let mut matcher = Matcher::new(word.as_str(), &Config::default().max_typos(Some(0)));
        let mut scores: Vec<Option<(u32, Vec<usize>)>> = vec![None; items.len()];
        for hit in matcher.match_list_indices(&items) {
            let at = hit.indices.iter().map(|at| *at as usize).collect();
            scores[hit.index as usize] = Some((u32::from(hit.score), at));
        }
        found = found
            .into_iter()
            .filter_map(|(score, mut found)| {
                let (more, at) = scores[found.index].take()?;
                found.highlights.extend(at);
                Some((score + more, found))
            })
            .collect();
    }
    if !words.is_empty() {
        found.sort_by(|(left, a), (right, b)| right.cmp(left).then(a.index.cmp(&b.index)));
    }
    found
        .into_iter()
        .map(|(_, mut found)| {
            found.highlights.sort_unstable();
            found.highlights.dedup();
            found
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(words: &[&str], items: &[&'static str]) -> Vec<&'static str> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        fuzzy(&words, items.iter().copied()).into_iter().map(|found| items[found.index]).collect()
    }

    #[test]
    fn words_match_loosely_and_all_of_them() {
        let items = ["payment-gateway", "account-service", "payment-ledger"];
        assert_eq!(names(&["pay"], &items), ["payment-gateway", "payment-ledger"]);
        assert_eq!(names(&["pay", "led"], &items), ["payment-ledger"]);
        assert_eq!(names(&["accsvc"], &items), ["account-service"]);
        assert_eq!(names(&["accz"], &items), Vec::<&str>::new());
        assert_eq!(names(&["accserv"], &items), ["account-service"]);
        assert_eq!(names(&[], &items), items);
    }

    #[test]
    fn matched_characters_are_known() {
        let found = fuzzy(&["al".to_owned()], ["abl"]);
        assert_eq!(found[0].highlights, [0, 2]);
    }

    #[test]
    fn facets_are_told_from_words_and_slips_are_named() {
        let query = Query::parse("pay env:Prod is:");
        assert_eq!(query.words, ["pay"]);
        assert_eq!(query.facets, [(Facet::Env, "prod".to_owned())]);
        assert_eq!(
            Query::parse("evn:prod").problem.as_deref(),
            Some("no facet `evn:`; did you mean `env:`?")
        );
    }
}
