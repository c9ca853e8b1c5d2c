//! Writes the demo's commits into a new git repository and checks the newest one out.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use git2::build::CheckoutBuilder;
use git2::{
    Buf, Index, IndexEntry, IndexTime, ObjectType, Oid, Repository, RepositoryInitOptions, Signature, Time,
};

use super::files::Files;
use super::history::Commit;
use super::{DemoError, DemoRepository};
use crate::git::CommitId;

/// Makes the repository; see [`super::create`].
pub(super) fn make(into: &Path, commits: &[Commit]) -> Result<DemoRepository, DemoError> {
    let was_there = prepare(into)?;
    write(into, commits).inspect_err(|_| clean(into, was_there))
}

/// Makes sure that `into` is an empty folder. Says whether it was there before.
fn prepare(into: &Path) -> Result<bool, DemoError> {
    let failed = |action: &'static str| {
        move |error: io::Error| DemoError::Folder { path: into.to_owned(), action, reason: error.to_string() }
    };
    match fs::metadata(into) {
        Ok(metadata) if !metadata.is_dir() => Err(DemoError::NotAFolder(into.to_owned())),
        Ok(_) => match fs::read_dir(into).map_err(failed("read"))?.next() {
            Some(_) => Err(DemoError::NotEmpty(into.to_owned())),
            None => Ok(true),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(into).map_err(failed("created"))?;
            Ok(false)
        }
        Err(error) => Err(failed("read")(error)),
    }
}

/// Removes what was made before something failed; `into` was empty. A second failure adds nothing to the first.
fn clean(into: &Path, was_there: bool) {
    if was_there {
        for entry in fs::read_dir(into).into_iter().flatten().flatten() {
            let path = entry.path();
            let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        }
    } else {
        let _ = fs::remove_dir_all(into);
    }
}

fn write(into: &Path, commits: &[Commit]) -> Result<DemoRepository, DemoError> {
    let git = DemoError::git;
    let ids = pack(&initialise(into)?, commits)?;
    let head = *ids.last().ok_or_else(|| DemoError::Damaged("there are no commits".to_owned()))?;

    // Opened again: this one writes what it is given to files, not to memory.
    let repository = Repository::open(into).map_err(git("open the new repository"))?;
    let mut tags = Vec::new();
    for (commit, id) in commits.iter().zip(ids) {
        if let Some(name) = &commit.tag {
            tag(&repository, name, id, commit)?;
            tags.push(name.clone());
        }
    }
    repository.reference("refs/heads/main", head, true, "demo").map_err(git("write the branch `main`"))?;
    repository
        .checkout_head(Some(CheckoutBuilder::new().force()))
        .map_err(git("write the files of the work tree"))?;
    let head = head
        .to_string()
        .parse::<CommitId>()
        .map_err(|error| DemoError::Git { action: "name a commit", reason: error.to_string() })?;
    Ok(DemoRepository {
        path: into.to_owned(),
        head,
        commits: commits.len(),
        tags,
        services: commits.last().map_or(0, |commit| commit.services),
    })
}

fn initialise(into: &Path) -> Result<Repository, DemoError> {
    let mut options = RepositoryInitOptions::new();
    // No template: hooks of the user's own would run in the demo.
    options.initial_head("main").external_template(false).no_reinit(true);
    let repository = Repository::init_opts(into, &options).map_err(DemoError::git("make a repository"))?;
    // The files are what the commits say, on every system.
    let mut config = repository.config().map_err(DemoError::git("read the settings of the repository"))?;
    config.set_bool("core.autocrlf", false).map_err(DemoError::git("set `core.autocrlf`"))?;
    Ok(repository)
}

/// Writes the commits into one pack, which takes half the time that a file for each object does. Returns their ids.
fn pack(repository: &Repository, commits: &[Commit]) -> Result<Vec<Oid>, DemoError> {
    let git = || DemoError::git("write a pack");
    let objects = repository.odb().map_err(git())?;
    let memory = objects.add_new_mempack_backend(1_000).map_err(git())?;
    let mut writer = Writer { repository, blobs: BTreeMap::new() };
    let mut ids: Vec<Oid> = Vec::with_capacity(commits.len());
    for commit in commits {
        ids.push(writer.commit(commit, ids.last().copied())?);
    }
    let mut bytes = Buf::new();
    memory.dump(repository, &mut bytes).map_err(git())?;
    let mut pack = objects.packwriter().map_err(git())?;
    pack.write_all(&bytes)
        .map_err(|error| DemoError::Git { action: "write a pack", reason: error.to_string() })?;
    pack.commit().map_err(git())?;
    Ok(ids)
}

struct Writer<'a> {
    repository: &'a Repository,
    /// The object of each path's newest content, so that unchanged files are not written again.
    blobs: BTreeMap<String, (Vec<u8>, Oid)>,
}

impl Writer<'_> {
    fn commit(&mut self, commit: &Commit, parent: Option<Oid>) -> Result<Oid, DemoError> {
        let tree = self.tree(&commit.files)?;
        let tree = self.repository.find_tree(tree).map_err(DemoError::git("read a tree"))?;
        let person = signature(commit)?;
        let parent = parent
            .map(|id| self.repository.find_commit(id))
            .transpose()
            .map_err(DemoError::git("read a commit"))?;
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        self.repository
            .commit(None, &person, &person, &with_newline(&commit.message), &tree, &parents)
            .map_err(DemoError::git("write a commit"))
    }

    fn tree(&mut self, files: &Files) -> Result<Oid, DemoError> {
        let mut index = Index::new().map_err(DemoError::git("make an index"))?;
        for (path, bytes) in files {
            let id = self.blob(path, bytes)?;
            index.add(&entry(path, id)).map_err(DemoError::git("add a file"))?;
        }
        index.write_tree_to(self.repository).map_err(DemoError::git("write a tree"))
    }

    fn blob(&mut self, path: &str, bytes: &[u8]) -> Result<Oid, DemoError> {
        if let Some((known, id)) = self.blobs.get(path)
            && known == bytes
        {
            return Ok(*id);
        }
        let id = self.repository.blob(bytes).map_err(DemoError::git("write a file"))?;
        self.blobs.insert(path.to_owned(), (bytes.to_vec(), id));
        Ok(id)
    }
}

fn tag(repository: &Repository, name: &str, id: Oid, commit: &Commit) -> Result<(), DemoError> {
    let git = || DemoError::git("write a tag");
    let target = repository.find_object(id, Some(ObjectType::Commit)).map_err(git())?;
    let message = format!("Release {}\n", name.trim_start_matches("config-"));
    repository.tag(name, &target, &signature(commit)?, &message, false).map_err(git())?;
    Ok(())
}

fn signature(commit: &Commit) -> Result<Signature<'static>, DemoError> {
    let time = Time::new(commit.date.seconds, commit.date.offset);
    Signature::new(&commit.author, &format!("{}@example.com", commit.author), &time)
        .map_err(DemoError::git("name an author"))
}

fn with_newline(message: &str) -> String {
    format!("{}\n", message.trim_end())
}

fn entry(path: &str, id: Oid) -> IndexEntry {
    IndexEntry {
        ctime: IndexTime::new(0, 0),
        mtime: IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}
