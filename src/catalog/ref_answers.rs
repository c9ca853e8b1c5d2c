//! What a repository answered: each ref is asked for once, however many targets name it.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::{Distance, RefProblem, RefResolver};

/// Answers of a repository, so that the same is not asked of it again, and so that it can be found out whether it still says
/// the same.
#[derive(Default)]
pub struct RefAnswers {
    resolved: Mutex<FxHashMap<String, Result<Arc<str>, RefProblem>>>,
    distances: Mutex<FxHashMap<(String, String), Option<Distance>>>,
}

/// Of more answers than this it is not worth the time to ask whether they still hold. Whoever types a ref leaves some behind
/// with every key.
const WORTH_ASKING: usize = 256;

impl RefAnswers {
    /// Answers what is known, and asks `refs` for the rest.
    pub fn over<'a>(&'a self, refs: &'a dyn RefResolver) -> impl RefResolver + 'a {
        Remembering { refs, answers: self }
    }

    /// Whether `refs` answers the same to all that was asked. `false` also when that would take long to find out.
    #[must_use]
    pub fn still_hold(&self, refs: &dyn RefResolver) -> bool {
        let resolved = self.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        let distances = self.distances.lock().unwrap_or_else(PoisonError::into_inner);
        resolved.len() + distances.len() <= WORTH_ASKING
            && resolved.iter().all(|(text, answer)| refs.resolve(text) == *answer)
            && distances.iter().all(|((own, other), answer)| refs.distance(own, other) == *answer)
    }
}

/// A resolver with what it answered before.
struct Remembering<'a> {
    refs: &'a dyn RefResolver,
    answers: &'a RefAnswers,
}

impl RefResolver for Remembering<'_> {
    fn is_repository(&self) -> bool {
        self.refs.is_repository()
    }

    fn resolve(&self, reference: &str) -> Result<Arc<str>, RefProblem> {
        let mut known = self.answers.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = known.get(reference) {
            return answer.clone();
        }
        let answer = self.refs.resolve(reference);
        known.insert(reference.to_owned(), answer.clone());
        answer
    }

    fn distance(&self, commit: &str, other: &str) -> Option<Distance> {
        let pair = (commit.to_owned(), other.to_owned());
        let mut known = self.answers.distances.lock().unwrap_or_else(PoisonError::into_inner);
        *known.entry(pair).or_insert_with(|| self.refs.distance(commit, other))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// One ref that can move, and how often it was asked for.
    struct Moving {
        commit: Cell<&'static str>,
        asked: Cell<usize>,
    }

    impl RefResolver for Moving {
        fn is_repository(&self) -> bool {
            true
        }

        fn resolve(&self, reference: &str) -> Result<Arc<str>, RefProblem> {
            self.asked.set(self.asked.get() + 1);
            match reference {
                "main" => Ok(Arc::from(self.commit.get())),
                _ => Err(RefProblem::NotFound { nearest: None }),
            }
        }

        fn distance(&self, _: &str, _: &str) -> Option<Distance> {
            None
        }
    }

    #[test]
    fn each_ref_is_asked_for_once_and_a_ref_that_moves_is_noticed() {
        let refs = Moving { commit: Cell::new("c1"), asked: Cell::new(0) };
        let answers = RefAnswers::default();
        for _ in 0..3 {
            let over = answers.over(&refs);
            assert_eq!(over.resolve("main").as_deref(), Ok("c1"));
            assert!(over.resolve("gone").is_err());
        }
        assert_eq!(refs.asked.get(), 2);
        assert!(answers.still_hold(&refs));
        refs.commit.set("c2");
        assert!(!answers.still_hold(&refs));
    }

    #[test]
    fn what_was_typed_key_by_key_is_not_asked_for_again() {
        let refs = Moving { commit: Cell::new("c1"), asked: Cell::new(0) };
        let answers = RefAnswers::default();
        for typed in 0..=WORTH_ASKING {
            let _ = answers.over(&refs).resolve(&typed.to_string());
        }
        let asked = refs.asked.get();
        assert!(!answers.still_hold(&refs));
        assert_eq!(refs.asked.get(), asked);
    }
}
