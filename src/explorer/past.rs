//! The ref or the moment of `--at`: which commit the catalog is read from, and as of when refs are looked up.

use jiff::Zoned;

use super::moment;
use crate::base::Diagnostic;
use crate::git::{CommitId, CommitTime, Head, RefError, RefKind, Repository};

/// A platform as it was.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Past {
    /// What was asked for.
    text: String,
    /// The commit that the catalog is read from.
    pub commit: CommitId,
    /// As of when refs are looked up; `None` for now, as at a branch, which stands there now.
    pub moment: Option<CommitTime>,
    /// Whether the text named a ref, not a date.
    is_ref: bool,
    /// What is worth knowing about the choice.
    pub notes: Vec<Diagnostic>,
}

impl Past {
    /// Finds what a text means: a ref if there is one of that name, else a moment.
    ///
    /// A tag means the moment at which it was made, a commit that at which it was committed, and a branch the present.
    /// At a moment, the catalog is that of the branch that is checked out, where it stood then.
    ///
    /// # Errors
    ///
    /// When it is neither, the moment has not come yet, or the history begins later.
    pub(super) fn find(text: &str, repository: &Repository, now: &Zoned) -> Result<Self, Diagnostic> {
        let date = moment::read(text, now);
        let found = match repository.resolve(text) {
            Ok(found) => found,
            Err(RefError::Unknown { .. } | RefError::Empty) if date.is_some() => {
                let date = date.as_ref().map_or_else(|| moment::stamp(now), moment::stamp);
                return Self::at_date(text, date, repository, now);
            }
            Err(RefError::Unknown { .. }) if moment::looks_like_date(text) => {
                return Err(moment::unreadable(text));
            }
            Err(error @ RefError::Unknown { .. }) => return Err(Diagnostic::from(error).hint(moment::FORMS)),
            Err(error) => return Err(error.into()),
        };
        let committed = repository.commit(found.commit)?.time;
        let moment = match (found.kind, &found.name) {
            (RefKind::Branch | RefKind::RemoteBranch, _) => None,
            (_, Some(name)) if name == "HEAD" => None,
            (RefKind::Tag, Some(name)) => Some(repository.made(name, found.commit)?.max(committed)),
            _ => Some(committed),
        };
        let notes = date.map(|date| both(text, moment::stamp(&date))).into_iter().collect();
        Ok(Self { text: text.to_owned(), commit: found.commit, moment, is_ref: true, notes })
    }

    fn at_date(
        text: &str,
        date: CommitTime,
        repository: &Repository,
        now: &Zoned,
    ) -> Result<Self, Diagnostic> {
        if date.seconds > now.timestamp().as_second() {
            return Err(moment::in_the_future(text, date));
        }
        let head = repository.head()?;
        let nothing = || {
            Diagnostic::error("open/no-commits", "the repository has no commits, so it has no past")
                .hint("Leave `--at` away to read the files as they are.")
        };
        let tip = head.commit().ok_or_else(nothing)?;
        let name = match &head {
            Head::Branch { name, .. } => format!("refs/heads/{name}"),
            Head::Detached(_) => "HEAD".to_owned(),
        };
        let commit = repository.stood_at(&name, tip, date.seconds)?.map_err(|first| {
            let message = format!(
                "`{text}` is {}, and the history begins on {}",
                date.iso_minute(),
                first.iso_minute()
            );
            let problem = Diagnostic::error("open/before-history", message);
            if repository.is_shallow() {
                problem.hint("This clone is shallow: `git fetch --unshallow` brings the rest.")
            } else {
                problem.hint("Choose a later moment.")
            }
        })?;
        Ok(Self { text: text.to_owned(), commit, moment: Some(date), is_ref: false, notes: Vec::new() })
    }

    /// What is looked at, in a few words.
    pub(super) fn in_words(&self, refs_now: bool) -> String {
        let what = if self.is_ref { self.text.clone() } else { self.commit.short() };
        match self.moment {
            _ if refs_now => format!("{what}, refs as they are now"),
            None => what,
            Some(moment) => format!("{what} as of {}", moment.iso_minute()),
        }
    }
}

/// The note on a text that is a ref and could be a date.
fn both(text: &str, date: CommitTime) -> Diagnostic {
    Diagnostic::warning(
        "open/ref-or-date",
        format!("`{text}` is a ref and could be a date: the ref is taken"),
    )
    .hint(format!("For the date, write `{}`.", date.iso()))
}
