//! What is explored: the directory of the platform, its git repository, and the sources that are read from both.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jiff::Zoned;

use super::past::Past;
use crate::base::{Diagnostic, FileName, FileTable, RepoPath, Span};
use crate::catalog;
use crate::git::{CommitId, Head, OpenError, Repository};
use crate::kustomize::{Limits, Outside};
use crate::vfs::{EntryKind, GitTree, Overlay, Snapshot, Source, WorkTree};
use crate::yaml;

/// How a platform is opened.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// The ref, or the moment, to read the catalog and the refs at instead of the work tree as it is.
    pub at: Option<String>,
    /// With [`Self::at`]: the refs stay as they are now.
    pub refs_now: bool,
    /// What rendering may use outside of the repository; nothing by default.
    pub outside: Outside,
    /// What rendering may use of the machine.
    pub limits: Limits,
    /// How many bytes of memory rendered targets may take, about; when they take more, the least recently used are
    /// given up and rendered again when somebody looks at them.
    pub memory: usize,
    /// How long one target may take to render; longer ones fail with `render/budget`.
    pub budget: Duration,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            at: None,
            refs_now: false,
            outside: Outside::default(),
            limits: Limits::default(),
            memory: 768 * 1024 * 1024,
            // Without optimisation, as under the tests, everything takes many times as long.
            budget: Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 10 }),
        }
    }
}

/// An opened platform. Nothing has been read but what was needed to find it.
pub(super) struct Platform {
    /// The directory of the platform, absolute.
    pub root: PathBuf,
    /// Where the platform lies in its repository; the root when it is the repository.
    pub prefix: RepoPath,
    /// The repository, if there is one with a work tree or a commit to read from.
    pub repository: Option<Repository>,
    /// Where the catalog is read from: the platform's directory, or its tree at the commit of [`OpenOptions::at`].
    catalog_source: Arc<dyn Source>,
    /// The files of the whole repository on disk.
    work_tree_source: Arc<dyn Source>,
    /// What was read of both since the last [`Self::reload`].
    loaded: RwLock<Loaded>,
    /// The most bytes that one file may have.
    pub file_bytes: u64,
    /// The limits of the catalog's files.
    pub yaml: yaml::Limits,
    /// Reads the catalog.
    pub loader: catalog::Loader,
    /// Where the catalog is read from, in words.
    pub catalog_from: String,
    /// Whether the catalog is that of the work tree, and so can be edited.
    pub is_work_tree: bool,
    /// What is worth knowing about how the platform was opened.
    pub notes: Vec<Diagnostic>,
}

/// Files as they were when they were first read, so that all answers agree with each other.
struct Loaded {
    catalog: Arc<dyn Source>,
    work_tree: Arc<dyn Source>,
    /// Problems of files that are shown as they were before.
    damage: Vec<Diagnostic>,
}

impl Platform {
    /// Finds the platform at `path` or in the nearest directory above it within the same repository.
    ///
    /// # Errors
    ///
    /// When the directory cannot be read, its repository cannot be opened, or `at` names no commit. A directory
    /// without a catalog opens: the catalog's own diagnostics say what was looked for.
    pub(super) fn open(path: &Path, options: &OpenOptions) -> Result<Self, Diagnostic> {
        let path = std::fs::canonicalize(path).map_err(|error| {
            Diagnostic::error("open/directory", format!("`{}` cannot be opened: {error}", path.display()))
                .hint("Give the directory of a platform repository, or run `overlens demo` to see one.")
        })?;
        if !path.is_dir() {
            return Err(Diagnostic::error(
                "open/directory",
                format!("`{}` is not a directory", path.display()),
            )
            .hint("Give the directory that holds the platform, not a file in it."));
        }
        let repository = match Repository::discover(&path) {
            Ok(repository) => Some(repository),
            Err(OpenError::NotRepository(_)) => None,
            Err(error) => return Err(error.into()),
        };
        let top = repository
            .as_ref()
            .and_then(Repository::work_dir)
            .map_or_else(|| path.clone(), Path::to_path_buf);
        let top = std::fs::canonicalize(&top).unwrap_or(top);
        let root = nearest_platform(&path, &top);
        let prefix = prefix_of(&root, &top)?;
        let file_bytes = options.limits.file_bytes as u64;
        let work_tree_source: Arc<dyn Source> = Arc::new(open_work_tree(&top, file_bytes)?);
        let then = match (&options.at, &repository) {
            (None, _) => None,
            (Some(text), Some(repository)) => Some(Past::find(text, repository, &Zoned::now())?),
            (Some(text), None) => {
                return Err(Diagnostic::error(
                    "open/no-repository",
                    format!("`{text}` cannot be looked up: `{}` is not in a git repository", root.display()),
                )
                .hint("Leave `--at` away to read the files as they are."));
            }
        };
        let (catalog_source, catalog_from): (Arc<dyn Source>, String) = match (&then, &repository) {
            (Some(then), Some(repository)) => {
                let tree = tree_below(repository, then.commit, &prefix)?.with_limit(file_bytes);
                (Arc::new(tree), then.in_words(options.refs_now))
            }
            _ => (Arc::new(open_work_tree(&root, file_bytes)?), "work tree".to_owned()),
        };
        let moment = then.as_ref().and_then(|then| then.moment).filter(|_| !options.refs_now);
        let repository = match moment {
            Some(moment) => repository.map(|repository| repository.as_of(moment.seconds)),
            None => repository,
        };
        let is_work_tree = then.is_none();
        let notes = then.map(|then| then.notes).unwrap_or_default();
        let loaded = RwLock::new(load(&catalog_source, &work_tree_source));
        Ok(Self {
            root,
            prefix,
            repository,
            catalog_source,
            work_tree_source,
            loaded,
            file_bytes,
            yaml: options.limits.yaml,
            loader: catalog::Loader::new(options.limits.yaml),
            catalog_from,
            is_work_tree,
            notes,
        })
    }

    /// The files of the platform that the catalog is read from, as they were when they were first read.
    pub(super) fn catalog(&self) -> Arc<dyn Source> {
        self.loaded.read().unwrap_or_else(PoisonError::into_inner).catalog.clone()
    }

    /// The files of the whole repository on disk, as they were when they were first read: what the layers of the
    /// pseudo-ref `.` are read from.
    pub(super) fn work_tree(&self) -> Arc<dyn Source> {
        self.loaded.read().unwrap_or_else(PoisonError::into_inner).work_tree.clone()
    }

    /// The files of the catalog as they are at this moment.
    pub(super) fn fresh_catalog(&self) -> Arc<dyn Source> {
        Arc::new(Snapshot::new(self.catalog_source.clone()))
    }

    /// Forgets what was read, so that files are read again. Files in the directory of the catalog that are damaged now
    /// and were not before stay as they were: somebody is writing them, or has made a mistake that is not to hide the
    /// rest.
    pub(super) fn reload(&self, catalog: &RepoPath) {
        let mut fresh = load(&self.catalog_source, &self.work_tree_source);
        if self.is_work_tree {
            let mut kept = Overlay::new(fresh.catalog.clone());
            for (path, before, problem) in damaged(&*self.catalog(), &*fresh.catalog, catalog, &self.yaml) {
                if kept.write(&path, &before[..]).is_ok() {
                    fresh.damage.push(problem);
                }
            }
            if !fresh.damage.is_empty() {
                fresh.catalog = Arc::new(Snapshot::new(Arc::new(kept)));
            }
        }
        *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = fresh;
    }

    /// What is wrong with files that are shown as they were before.
    pub(super) fn damage(&self) -> Vec<Diagnostic> {
        self.loaded.read().unwrap_or_else(PoisonError::into_inner).damage.clone()
    }

    /// The name of the platform: that of its directory.
    pub(super) fn name(&self) -> String {
        self.root
            .file_name()
            .map_or_else(|| self.root.display().to_string(), |name| name.to_string_lossy().into_owned())
    }

    /// The branch that is checked out.
    pub(super) fn branch(&self) -> Option<String> {
        match self.repository.as_ref()?.head().ok()? {
            Head::Branch { name, .. } => Some(name),
            Head::Detached(_) => None,
        }
    }
}

fn load(catalog: &Arc<dyn Source>, work_tree: &Arc<dyn Source>) -> Loaded {
    Loaded {
        catalog: Arc::new(Snapshot::new(catalog.clone())),
        work_tree: Arc::new(Snapshot::new(work_tree.clone())),
        damage: Vec::new(),
    }
}

/// The files of the catalog that could be read before and cannot now, each with its text before and what is wrong.
fn damaged(
    before: &dyn Source,
    now: &dyn Source,
    catalog: &RepoPath,
    limits: &yaml::Limits,
) -> Vec<(RepoPath, Arc<[u8]>, Diagnostic)> {
    let mut found = Vec::new();
    for entry in before.list(catalog).unwrap_or_default() {
        let path = catalog.child(&entry.name);
        let is_yaml = entry.name.ends_with(".yaml") && entry.kind == EntryKind::File;
        let (true, Ok(old), Ok(new)) = (is_yaml, before.read(&path), now.read(&path)) else { continue };
        if old.id() == new.id() || problem_of(&path, &old.bytes, limits).is_some() {
            continue;
        }
        if let Some(problem) = problem_of(&path, &new.bytes, limits) {
            let problem = problem.hint("Shown is the file as it was before, until this is mended.");
            found.push((path, old.bytes, problem));
        }
    }
    found
}

/// What keeps a file of the catalog from being read at all. An empty one is one that is about to be written.
fn problem_of(path: &RepoPath, bytes: &[u8], limits: &yaml::Limits) -> Option<Diagnostic> {
    let files = FileTable::default();
    let name = FileName { path: path.clone(), revision: None };
    match yaml::parse(bytes, files.id(&name), limits) {
        Err(error) => Some(error.diagnostic(&files)),
        Ok(_) if bytes.trim_ascii().is_empty() => Some(
            Diagnostic::error("catalog/empty", format!("`{path}` is empty"))
                .at(Span::of_file(path.clone()), ""),
        ),
        Ok(_) => None,
    }
}

/// The first directory from `path` up to `top` that has a catalog; `path` itself when none has.
fn nearest_platform(path: &Path, top: &Path) -> PathBuf {
    path.ancestors()
        .take_while(|directory| directory.starts_with(top))
        .find(|directory| catalog::MARKERS.iter().any(|marker| directory.join(marker).exists()))
        .unwrap_or(path)
        .to_path_buf()
}

fn prefix_of(root: &Path, top: &Path) -> Result<RepoPath, Diagnostic> {
    let inner = root.strip_prefix(top).unwrap_or_else(|_| Path::new(""));
    inner.to_str().and_then(|text| RepoPath::parse(text).ok()).ok_or_else(|| {
        Diagnostic::error("open/name", format!("`{}` has a name that is not UTF-8", root.display()))
            .hint("Rename the directory.")
    })
}

fn open_work_tree(path: &Path, file_bytes: u64) -> Result<WorkTree, Diagnostic> {
    WorkTree::open(path).map(|tree| tree.with_limit(file_bytes)).map_err(|error| {
        Diagnostic::error("open/directory", format!("`{}` cannot be read: {error}", path.display()))
    })
}

/// The files of a commit below the directory of the platform.
///
/// # Errors
///
/// When the commit is not there, or has no such directory.
pub(super) fn tree_below(
    repository: &Repository,
    commit: CommitId,
    prefix: &RepoPath,
) -> Result<GitTree, Diagnostic> {
    let mut tree = repository.tree_at(commit)?;
    for part in prefix.parts() {
        tree = repository.tree(tree)?.get(part).map(|entry| entry.id).ok_or_else(|| {
            Diagnostic::error("open/no-directory", format!("`{prefix}` does not exist at that ref"))
                .hint("Choose a ref at which the platform was already there.")
        })?;
    }
    Ok(GitTree::new(repository, tree, Some(commit)))
}
