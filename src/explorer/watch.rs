//! Watches the files and refs of a platform, and says when they have changed and come to rest.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::Explorer;
use crate::base::{Diagnostic, RepoPath};

/// Changes that follow each other this closely are one: an editor writes a file in several steps, git many files.
const QUIET: Duration = Duration::from_millis(80);
/// Changes that do not come to rest are told after this.
const LONGEST: Duration = Duration::from_secs(1);

/// Watches for as long as it is kept.
pub struct Watch {
    // Dropping it closes the channel, which ends the thread.
    _watcher: RecommendedWatcher,
}

impl Explorer {
    /// Calls `changed`, on a thread of its own, whenever files of the catalog or the layers, or refs of the repository,
    /// have changed and come to rest. The caller then asks for [`Self::reload`].
    ///
    /// # Errors
    ///
    /// When the system cannot watch, such as when it has no watches left.
    pub fn watch(&self, changed: Box<dyn Fn() + Send>) -> Result<Watch, Diagnostic> {
        let places = self.watched();
        let (sender, events) = channel();
        let own = places.clone();
        let on_event = move |event: notify::Result<notify::Event>| {
            // An error says that something was missed, so it counts as a change.
            if event.is_ok_and(|event| !own.concerns(&event)) {
                return;
            }
            // Nobody listens when the program ends.
            let _ = sender.send(());
        };
        let failed = |error: notify::Error| {
            Diagnostic::warning("watch/failed", format!("changes on disk are not watched: {error}"))
                .hint("Ctrl-r reads everything again.")
        };
        let mut watcher = notify::recommended_watcher(on_event).map_err(failed)?;
        for (path, mode) in places.paths() {
            watcher.watch(&path, mode).map_err(failed)?;
        }
        thread::Builder::new()
            .name("watch".to_owned())
            .spawn(move || told(&events, &*changed))
            .map_err(|error| failed(notify::Error::io(error)))?;
        Ok(Watch { _watcher: watcher })
    }

    fn watched(&self) -> Arc<Places> {
        let platform = &self.shared.platform;
        let settings = &self.shared.snapshot(Vec::new()).catalog.settings;
        let mut folders = Vec::new();
        if platform.is_work_tree {
            let layers = &settings.layers;
            let below = |path: &RepoPath| platform.root.join(path.as_str());
            folders.push(below(&settings.catalog));
            for path in
                [&layers.base, &layers.archetypes, &layers.components, &layers.environments, &layers.regions]
            {
                // What layers stand on lies beside them.
                folders.push(match path.parent() {
                    Some(parent) if !parent.is_root() => below(&parent),
                    _ => below(path),
                });
            }
        }
        folders.sort();
        folders.dedup();
        let all = folders.clone();
        folders.retain(|folder| !all.iter().any(|other| other != folder && folder.starts_with(other)));
        let git = platform.repository.as_ref().map(|repository| {
            let own = repository.git_dir().to_path_buf();
            let common = std::fs::read_to_string(own.join("commondir"))
                .map_or_else(|_| own.clone(), |text| own.join(text.trim()));
            (own, std::fs::canonicalize(&common).unwrap_or(common))
        });
        let root = platform.is_work_tree.then(|| platform.root.clone());
        Arc::new(Places { root, folders, git })
    }
}

/// What is watched.
struct Places {
    /// The directory of the platform, for `overlens.yaml`, and folders that are made or replaced.
    root: Option<PathBuf>,
    /// The catalog and the layers, with everything below them.
    folders: Vec<PathBuf>,
    /// git's directory of this work tree, and the one that all work trees share.
    git: Option<(PathBuf, PathBuf)>,
}

impl Places {
    /// Each place that is there, and whether what lies below it counts.
    fn paths(&self) -> Vec<(PathBuf, RecursiveMode)> {
        let mut paths: Vec<(PathBuf, RecursiveMode)> = Vec::new();
        paths.extend(self.root.iter().map(|root| (root.clone(), RecursiveMode::NonRecursive)));
        paths.extend(self.folders.iter().map(|folder| (folder.clone(), RecursiveMode::Recursive)));
        if let Some((own, common)) = &self.git {
            paths.push((own.clone(), RecursiveMode::NonRecursive));
            if common != own {
                paths.push((common.clone(), RecursiveMode::NonRecursive));
            }
            paths.push((common.join("refs"), RecursiveMode::Recursive));
        }
        paths.retain(|(path, _)| path.is_dir());
        paths
    }

    /// Whether an event can change what is shown. Reading does not, nor do git's index, locks and logs, nor what lies
    /// beside the catalog in the directory of the platform.
    fn concerns(&self, event: &notify::Event) -> bool {
        if matches!(event.kind, EventKind::Access(_)) {
            return false;
        }
        event.need_rescan() || event.paths.is_empty() || event.paths.iter().any(|path| self.holds(path))
    }

    fn holds(&self, path: &Path) -> bool {
        if let Some((own, common)) = &self.git
            && (path.starts_with(own) || path.starts_with(common))
        {
            let is_lock = path.extension().is_some_and(|extension| extension == "lock");
            let name = path.file_name().and_then(|name| name.to_str());
            return !is_lock
                && (path.starts_with(common.join("refs")) || matches!(name, Some("HEAD" | "packed-refs")));
        }
        if self.folders.iter().any(|folder| path.starts_with(folder)) {
            return true;
        }
        let Some(root) = &self.root else { return false };
        path == root.join("overlens.yaml") || self.folders.iter().any(|folder| folder.starts_with(path))
    }
}

/// Waits for changes and says when they have come to rest, until nothing can change any more.
fn told(events: &Receiver<()>, changed: &dyn Fn()) {
    while events.recv().is_ok() {
        let began = Instant::now();
        loop {
            match events.recv_timeout(QUIET) {
                Ok(()) if began.elapsed() < LONGEST => {}
                Ok(()) | Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        changed();
    }
}
