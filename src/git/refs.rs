//! From the text of a ref to a commit, and the refs there are.

use git2::{ErrorCode, Object, ObjectType, Reference};

use super::{CommitId, CommitTime, GitError, RefError, Repository};
use crate::base::nearest::nearest;

/// A ref that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResolvedRef {
    /// The ref as it was written.
    pub text: String,
    /// Full name of the ref that was found, as `refs/tags/v1`; `None` for a commit id or an expression (`main~2`).
    pub name: Option<String>,
    /// What it is.
    pub kind: RefKind,
    /// The commit that it leads to, tags peeled.
    pub commit: CommitId,
}

/// What a ref is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RefKind {
    /// `refs/heads/…`
    Branch,
    /// `refs/remotes/…`: a branch of another repository as of the last fetch.
    RemoteBranch,
    /// `refs/tags/…`
    Tag,
    /// A commit id, full or abbreviated.
    Commit,
    /// Anything else: `HEAD`, `refs/notes/…`, an expression such as `main~2`.
    Other,
}

/// A branch or a tag in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefInfo {
    /// Name without `refs/tags/` or `refs/heads/` or `refs/remotes/`.
    pub name: String,
    /// Full name.
    pub full_name: String,
    /// What it is.
    pub kind: RefKind,
    /// The commit that it leads to.
    pub commit: CommitId,
    /// When it was made: the tag's own date if it has one, else the date of the commit.
    pub time: CommitTime,
}

/// What is checked out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Head {
    /// A branch; it has no commit yet in a new repository.
    Branch {
        /// Name without `refs/heads/`.
        name: String,
        /// Its newest commit.
        commit: Option<CommitId>,
    },
    /// A commit without a branch.
    Detached(CommitId),
}

impl Head {
    /// The commit that is checked out; `None` in a new repository.
    #[must_use]
    pub fn commit(&self) -> Option<CommitId> {
        match self {
            Self::Branch { commit, .. } => *commit,
            Self::Detached(commit) => Some(*commit),
        }
    }
}

impl RefKind {
    fn of(full_name: &str) -> Self {
        PREFIXES
            .iter()
            .find(|(prefix, _)| full_name.starts_with(prefix))
            .map_or(Self::Other, |(_, kind)| *kind)
    }
}

const PREFIXES: &[(&str, RefKind)] = &[
    ("refs/tags/", RefKind::Tag),
    ("refs/heads/", RefKind::Branch),
    ("refs/remotes/", RefKind::RemoteBranch),
];

/// Where git looks for a short name, in git's order: a tag goes before a branch of the same name.
const SHORT_NAME_PLACES: &[&str] = &["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"];

/// How people write "to be filled in". A text is checked for them only after it was not found, for git allows
/// every one of these characters in a ref.
const PLACEHOLDERS: &[(&str, &str)] = &[("<", ">"), ("${", "}"), ("{{", "}}"), ("$(", ")")];

impl Repository {
    /// The commit that a ref leads to.
    ///
    /// Understood are full names (`refs/tags/v1`), short names (tags go before branches, as in git), commit ids
    /// (full, or at least four digits) and git's expressions (`main~2`). A branch that is only on a remote is
    /// found there, for a fresh clone has one local branch only; `origin` goes before other remotes.
    ///
    /// # Errors
    ///
    /// [`RefError`]
    pub fn resolve(&self, text: &str) -> Result<ResolvedRef, RefError> {
        match self.moment() {
            None => self.resolve_now(text),
            Some(moment) => self.resolve_at(text, moment),
        }
    }

    /// As [`Self::resolve`], whatever the moment.
    pub(super) fn resolve_now(&self, text: &str) -> Result<ResolvedRef, RefError> {
        if text.is_empty() {
            return Err(RefError::Empty);
        }
        let handle = self.handle()?;
        if let Some(reference) = find_reference(&handle, text)? {
            return finish_reference(text, &reference);
        }
        if let Some(object) = find_by_id(&handle, text)? {
            return finish_object(text, &object, RefKind::Commit);
        }
        let is_expression = text.contains(['~', '^', '@']) && !text.contains("..") && !text.contains(':');
        if is_expression && let Ok(object) = handle.revparse_single(text) {
            return finish_object(text, &object, RefKind::Other);
        }
        if let Some(placeholder) = placeholder_in(text) {
            return Err(RefError::Placeholder { text: text.to_owned(), placeholder: placeholder.to_owned() });
        }
        let names = ref_names(&handle)?;
        Err(RefError::Unknown {
            text: text.to_owned(),
            nearest: nearest_name(text, &names),
            shallow: handle.is_shallow(),
        })
    }

    /// What is checked out.
    ///
    /// # Errors
    ///
    /// [`GitError`] when `HEAD` cannot be read.
    pub fn head(&self) -> Result<Head, GitError> {
        let handle = self.handle()?;
        let failed = GitError::failed("read HEAD");
        let head = handle.find_reference("HEAD").map_err(&failed)?;
        let branch = head.symbolic_target().map_err(&failed)?;
        let commit = match head.peel_to_commit() {
            Ok(commit) => Some(commit.id().into()),
            Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::UnbornBranch) => None,
            Err(error) => return Err(failed(error)),
        };
        match (branch, commit) {
            (Some(name), commit) => {
                let name = name.strip_prefix("refs/heads/").unwrap_or(name).to_owned();
                Ok(Head::Branch { name, commit })
            }
            (None, Some(commit)) => Ok(Head::Detached(commit)),
            (None, None) => Err(GitError::Failed {
                action: "read HEAD",
                reason: "it leads to a commit that is not in the repository".to_owned(),
            }),
        }
    }

    /// All tags that lead to commits, newest first; of the same moment, by name from the end of the alphabet.
    ///
    /// # Errors
    ///
    /// [`GitError`] when the refs cannot be read.
    pub fn tags(&self) -> Result<Vec<RefInfo>, GitError> {
        self.as_they_were(self.list("refs/tags/*")?)
    }

    /// All branches, of this repository and of remotes, newest first.
    ///
    /// # Errors
    ///
    /// [`GitError`] when the refs cannot be read.
    pub fn branches(&self) -> Result<Vec<RefInfo>, GitError> {
        let mut branches = self.list("refs/heads/*")?;
        let remote = self.list("refs/remotes/*")?;
        // `origin/HEAD` is another name of a branch that is in the list already.
        branches.extend(remote.into_iter().filter(|branch| !branch.name.ends_with("/HEAD")));
        let mut branches = self.as_they_were(branches)?;
        sort_newest_first(&mut branches);
        Ok(branches)
    }

    fn list(&self, glob: &str) -> Result<Vec<RefInfo>, GitError> {
        let handle = self.handle()?;
        let failed = GitError::failed("read the refs");
        let mut infos = Vec::new();
        for reference in handle.references_glob(glob).map_err(&failed)? {
            // A broken ref is left out here; `resolve` says what is wrong with it.
            let Ok(reference) = reference else { continue };
            infos.extend(info_of(&reference));
        }
        sort_newest_first(&mut infos);
        Ok(infos)
    }
}

fn sort_newest_first(infos: &mut [RefInfo]) {
    infos.sort_by(|a, b| b.time.seconds.cmp(&a.time.seconds).then_with(|| b.name.cmp(&a.name)));
}

fn info_of(reference: &Reference<'_>) -> Option<RefInfo> {
    let full_name = reference.name().ok()?.to_owned();
    let commit = reference.peel_to_commit().ok()?;
    let tagged = reference.peel_to_tag().ok().and_then(|tag| tag.tagger().map(|tagger| tagger.when()));
    let name = PREFIXES.iter().find_map(|(prefix, _)| full_name.strip_prefix(prefix)).unwrap_or(&full_name);
    Some(RefInfo {
        name: name.to_owned(),
        kind: RefKind::of(&full_name),
        commit: commit.id().into(),
        time: tagged.unwrap_or_else(|| commit.time()).into(),
        full_name,
    })
}

fn find_reference<'a>(handle: &'a git2::Repository, text: &str) -> Result<Option<Reference<'a>>, RefError> {
    // git takes 40 digits for an id, whatever refs are called.
    if is_hex(text) && text.len() == 40 {
        return Ok(None);
    }
    let places: &[&str] = if text.starts_with("refs/") { &[""] } else { SHORT_NAME_PLACES };
    for place in places {
        let name = format!("{place}{text}");
        // A name directly in git's own directory (`HEAD`, `ORIG_HEAD`) has capitals only; other files there are no refs.
        let is_top = place.is_empty() && !text.starts_with("refs/");
        if is_top && !text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') {
            continue;
        }
        if let Some(reference) = lookup(handle, &name)? {
            return Ok(Some(reference));
        }
    }
    find_on_remotes(handle, text)
}

fn lookup<'a>(handle: &'a git2::Repository, name: &str) -> Result<Option<Reference<'a>>, RefError> {
    if !Reference::is_valid_name(name) {
        return Ok(None);
    }
    match handle.find_reference(name) {
        Ok(reference) => Ok(Some(reference)),
        Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => Ok(None),
        Err(error) => Err(GitError::failed("read a ref")(error).into()),
    }
}

/// A branch that only a remote has: written `refs/heads/x` or `x`, found as `refs/remotes/<remote>/x`.
fn find_on_remotes<'a>(handle: &'a git2::Repository, text: &str) -> Result<Option<Reference<'a>>, RefError> {
    let branch = text.strip_prefix("refs/heads/").unwrap_or(text);
    if branch.starts_with("refs/") || branch == "HEAD" {
        return Ok(None);
    }
    let remotes = handle.remotes().map_err(GitError::failed("read the remotes"))?;
    let mut found = Vec::new();
    for remote in remotes.iter().filter_map(|name| name.ok().flatten()) {
        if let Some(reference) = lookup(handle, &format!("refs/remotes/{remote}/{branch}"))? {
            if remote == "origin" {
                return Ok(Some(reference));
            }
            found.push(reference);
        }
    }
    if found.len() > 1 {
        let names = found.iter().filter_map(|reference| reference.name().ok());
        return Err(RefError::Ambiguous {
            text: text.to_owned(),
            candidates: names.map(|name| format!("`{name}`")).collect(),
        });
    }
    Ok(found.pop())
}

fn find_by_id<'a>(handle: &'a git2::Repository, text: &str) -> Result<Option<Object<'a>>, RefError> {
    if !is_hex(text) || !(4..=40).contains(&text.len()) {
        return Ok(None);
    }
    match handle.find_object_by_prefix(text, None) {
        Ok(object) => Ok(Some(object)),
        Err(error) if error.code() == ErrorCode::Ambiguous => find_commit_by_prefix(handle, text),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(GitError::failed("look for a commit")(error).into()),
    }
}

/// Of several objects whose ids begin alike, the only commit is meant.
fn find_commit_by_prefix<'a>(
    handle: &'a git2::Repository,
    text: &str,
) -> Result<Option<Object<'a>>, RefError> {
    match handle.find_object_by_prefix(text, Some(ObjectType::Commit)) {
        Ok(object) => Ok(Some(object)),
        Err(_) => Err(RefError::Ambiguous {
            text: text.to_owned(),
            candidates: vec!["any of several objects whose ids begin like this".to_owned()],
        }),
    }
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn finish_reference(text: &str, reference: &Reference<'_>) -> Result<ResolvedRef, RefError> {
    let name = reference.name().map_err(GitError::failed("read the name of a ref"))?;
    let object = reference.peel(ObjectType::Any).map_err(|error| match error.code() {
        ErrorCode::NotFound | ErrorCode::UnbornBranch => {
            RefError::Unknown { text: text.to_owned(), nearest: None, shallow: false }
        }
        _ => GitError::failed("follow a ref")(error).into(),
    })?;
    let mut resolved = finish_object(text, &object, RefKind::of(name))?;
    resolved.name = Some(name.to_owned());
    Ok(resolved)
}

fn finish_object(text: &str, object: &Object<'_>, kind: RefKind) -> Result<ResolvedRef, RefError> {
    let commit = object.peel_to_commit().map_err(|error| {
        let peeled = object.peel(ObjectType::Any).ok().and_then(|object| object.kind()).or(object.kind());
        match peeled {
            Some(ObjectType::Tree) => RefError::NotCommit { text: text.to_owned(), kind: "tree" },
            Some(ObjectType::Blob) => RefError::NotCommit { text: text.to_owned(), kind: "file" },
            _ => GitError::failed("follow a ref")(error).into(),
        }
    })?;
    Ok(ResolvedRef { text: text.to_owned(), name: None, kind, commit: commit.id().into() })
}

/// The part of a text that somebody should have replaced.
fn placeholder_in(text: &str) -> Option<&str> {
    PLACEHOLDERS.iter().find_map(|(open, close)| {
        let start = text.find(open)?;
        let length = text[start + open.len()..].find(close)?;
        Some(&text[start..start + open.len() + length + close.len()])
    })
}

fn ref_names(handle: &git2::Repository) -> Result<Vec<String>, GitError> {
    let failed = GitError::failed("read the refs");
    let mut references = handle.references().map_err(&failed)?;
    Ok(references.names().filter_map(|name| name.ok().map(str::to_owned)).collect())
}

/// The ref nearest to a text, written as the text is: full if it is full, else short.
fn nearest_name(text: &str, names: &[String]) -> Option<String> {
    if text.starts_with("refs/") {
        return nearest(text, names.iter().map(String::as_str)).map(str::to_owned);
    }
    let short = |name: &'_ String| -> Option<String> {
        PREFIXES.iter().find_map(|(prefix, _)| name.strip_prefix(prefix)).map(str::to_owned)
    };
    let names: Vec<String> = names.iter().filter_map(short).collect();
    nearest(text, names.iter().map(String::as_str)).map(str::to_owned)
}
