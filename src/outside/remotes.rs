//! Remote bases and files through the user's own programs, each looked up once a run.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::cache::Cache;
use super::git::Mirrors;
use super::tree::{FetchSubmodule, RemoteTree};
use super::{curl, submodules};
use crate::base::{FileName, RepoPath};
use crate::git::{CommitId, Repository, TreeEntryKind};
use crate::kustomize::outside::{Fetched, OutsideError, Remotes, RepositoryAddress};
use crate::vfs::{FileContent, GitTree, Source, SourceError};

/// Fetches by the programs `git` and `curl` of the user, with the user's own settings and credentials.
///
/// What was fetched is remembered: in one run a ref always leads to the same commit. What could not be is, for a while.
pub struct UserRemotes {
    mirrors: Mirrors,
    curl: OsString,
    repositories: Once<(String, String, bool), Fetched>,
    files: Once<String, FileContent>,
    /// The trees by the names of their files, for whoever wants to show a line.
    trees: Mutex<Vec<NamedTree>>,
}

/// A fetched tree, and what the names of its files have in common.
struct NamedTree {
    name: RepoPath,
    commit: String,
    source: Arc<dyn Source>,
}

/// Answers that are found out once, also when several threads ask at the same time.
type Once<K, T> = Mutex<HashMap<K, Arc<Answer<T>>>>;

/// An answer, or a failure and when it was.
type Answer<T> = OnceLock<Result<T, (OutsideError, Instant)>>;

impl UserRemotes {
    /// Fetches into a cache; with `offline`, uses only what the cache has. Files of repositories may have `file_bytes` bytes.
    #[must_use]
    pub fn new(cache: Cache, offline: bool, file_bytes: u64) -> Self {
        Self {
            mirrors: Mirrors { git: "git".into(), cache, offline, file_bytes },
            curl: "curl".into(),
            repositories: Mutex::default(),
            files: Mutex::default(),
            trees: Mutex::default(),
        }
    }

    fn fetch(&self, address: &RepositoryAddress) -> Result<Fetched, OutsideError> {
        let url = &address.clone_url;
        let (mirror, commit) = self.mirrors.commit(url, &address.reference, address.timeout)?;
        let source: Arc<dyn Source> = Arc::new(files_of(
            &self.mirrors,
            &mirror,
            commit,
            url,
            address.submodules.then_some(address.timeout),
        )?);
        let name = RemoteTree::name_of(url);
        let label = format!("{}@{commit}", name.name());
        let mut trees = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        trees.push(NamedTree { name, commit: commit.to_string(), source: source.clone() });
        Ok(Fetched { source, label })
    }
}

/// The files of a commit in a mirror; `submodules` is the time that fetching a submodule may take, if they are wanted.
fn files_of(
    mirrors: &Mirrors,
    mirror: &Repository,
    commit: CommitId,
    url: &str,
    submodules: Option<Duration>,
) -> Result<RemoteTree, OutsideError> {
    let tree = || {
        GitTree::at(mirror, commit)
            .map(|tree| tree.with_limit(mirrors.file_bytes))
            .map_err(|error| OutsideError::new("remote/failed", format!("`{url}`: {error}")))
    };
    let fetch = match submodules {
        None => None,
        Some(timeout) => {
            let (mirrors, own, url, mirror) = (mirrors.clone(), tree()?, url.to_owned(), mirror.clone());
            let fetch: Box<FetchSubmodule> = Box::new(move |path| {
                let unreadable = |reason: String| SourceError::Unreadable { path: path.clone(), reason };
                let gitmodules = RepoPath::root().child(".gitmodules");
                let text = own.read(&gitmodules).map_err(|_| SourceError::Submodule(path.clone()))?;
                let relative = submodules::url_of(&String::from_utf8_lossy(&text.bytes), path)
                    .ok_or_else(|| SourceError::Submodule(path.clone()))?;
                let from = submodules::resolve(&url, &relative);
                if is_local(&from) && !is_local(&url) {
                    return Err(unreadable(format!("its submodule `{from}` is not remote")));
                }
                let url = from;
                let wanted =
                    gitlink(&mirror, own.tree(), path).ok_or_else(|| SourceError::Submodule(path.clone()))?;
                let files = mirrors
                    .commit(&url, &wanted, timeout)
                    .and_then(|(mirror, commit)| files_of(&mirrors, &mirror, commit, &url, Some(timeout)));
                match files {
                    Ok(files) => Ok(Arc::new(files)),
                    Err(error) => Err(unreadable(match error.hint {
                        Some(hint) => format!("{}; {hint}", error.message),
                        None => error.message,
                    })),
                }
            });
            Some(fetch)
        }
    };
    Ok(RemoteTree::new(tree()?, RemoteTree::name_of(url), fetch))
}

/// Whether a URL names a repository on this machine.
fn is_local(url: &str) -> bool {
    !url.contains("://") && !url.contains(':') || url.to_ascii_lowercase().starts_with("file:")
}

/// The commit that a submodule stands at.
fn gitlink(mirror: &Repository, root: crate::git::ObjectId, path: &RepoPath) -> Option<String> {
    let mut tree = root;
    let mut parts = path.parts().peekable();
    while let Some(part) = parts.next() {
        let entry = mirror.tree(tree).ok()?.get(part).cloned()?;
        match entry.kind {
            TreeEntryKind::Submodule if parts.peek().is_none() => return Some(entry.id.to_string()),
            TreeEntryKind::Directory => tree = entry.id,
            _ => return None,
        }
    }
    None
}

impl Remotes for UserRemotes {
    fn repository(&self, address: &RepositoryAddress) -> Result<Fetched, OutsideError> {
        let key = (address.clone_url.clone(), address.reference.clone(), address.submodules);
        once(&self.repositories, key, || self.fetch(address))
    }

    fn file(&self, url: &str, limit: u64) -> Result<FileContent, OutsideError> {
        once(&self.files, url.to_owned(), || {
            curl::fetch(&self.curl, &self.mirrors.cache, self.mirrors.offline, url, limit)
        })
    }

    fn text(&self, name: &FileName) -> Option<String> {
        let revision = name.revision.as_deref()?;
        let trees = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        let tree = trees.iter().find(|tree| tree.commit == revision && name.path.is_within(&tree.name))?;
        let bytes = tree.source.read(&name.path.below(&tree.name)?).ok()?.bytes;
        String::from_utf8(bytes.to_vec()).ok()
    }
}

/// A failure is forgotten after this time, so that whoever mends it need not start anew.
const FORGET_FAILURE: Duration = Duration::from_secs(30);

fn once<K: Eq + Hash, T: Clone>(
    known: &Once<K, T>,
    key: K,
    find: impl FnOnce() -> Result<T, OutsideError>,
) -> Result<T, OutsideError> {
    let answer = {
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = known.entry(key).or_default();
        if matches!(answer.get(), Some(Err((_, at))) if at.elapsed() > FORGET_FAILURE) {
            *answer = Arc::default();
        }
        Arc::clone(answer)
    };
    answer.get_or_init(|| find().map_err(|error| (error, Instant::now()))).clone().map_err(|(error, _)| error)
}

impl fmt::Debug for UserRemotes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "UserRemotes({})", self.mirrors.cache.root().display())
    }
}
