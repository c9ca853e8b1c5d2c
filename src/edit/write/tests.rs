//! What the writer does to real files, and what it leaves behind when the disk fails.

use std::cell::Cell;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::base::RepoPath;
use crate::edit::FileChange;
use crate::edit::disk::{Disk, SystemDisk};

use super::{Mode, WriteError, write, write_with};

fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}

fn change(file: &str, old: Option<&str>, new: &str) -> FileChange {
    FileChange::between(path(file), old.map(Into::into), new.into()).unwrap()
}

/// A folder with the files `a.yaml`, `b.yaml` and `c.yaml`, each holding `old`.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.yaml", "b.yaml", "c.yaml"] {
        fs::write(folder.path().join(name), "old").unwrap();
    }
    folder
}

fn texts(folder: &Path) -> Vec<String> {
    ["a.yaml", "b.yaml", "c.yaml"].iter().map(|name| fs::read_to_string(folder.join(name)).unwrap()).collect()
}

/// The names in a folder: nothing but the files may be left.
fn names(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

fn all_three() -> Vec<FileChange> {
    ["a.yaml", "b.yaml", "c.yaml"].iter().map(|name| change(name, Some("old"), "new")).collect()
}

#[test]
fn all_files_are_written_and_nothing_else_is_left() {
    let folder = folder();
    let written = write(folder.path(), &all_three(), Mode::Write).unwrap();
    assert_eq!(written.files, [path("a.yaml"), path("b.yaml"), path("c.yaml")]);
    assert_eq!(texts(folder.path()), ["new", "new", "new"]);
    assert_eq!(names(folder.path()), 3);
}

#[test]
fn a_check_and_a_readonly_session_write_nothing() {
    let folder = folder();
    assert_eq!(write(folder.path(), &all_three(), Mode::CheckOnly).unwrap().files, []);
    assert_eq!(write(folder.path(), &all_three(), Mode::ReadOnly), Err(WriteError::ReadOnlySession));
    assert_eq!(texts(folder.path()), ["old", "old", "old"]);
    assert_eq!(names(folder.path()), 3);
}

#[test]
fn a_file_that_somebody_changed_stops_all_and_is_shown() {
    let folder = folder();
    fs::write(folder.path().join("b.yaml"), "theirs").unwrap();
    fs::remove_file(folder.path().join("c.yaml")).unwrap();
    let Err(WriteError::Changed(files)) = write(folder.path(), &all_three(), Mode::Write) else {
        panic!("the change was not seen");
    };
    let shown: Vec<(&str, Option<&str>)> =
        files.iter().map(|file| (file.path.as_str(), file.on_disk.as_deref())).collect();
    assert_eq!(shown, [("b.yaml", Some("theirs")), ("c.yaml", None)]);
    assert_eq!(fs::read_to_string(folder.path().join("a.yaml")).unwrap(), "old");
}

#[test]
fn a_new_file_is_made_unless_somebody_made_it_meanwhile() {
    let folder = folder();
    write(folder.path(), &[change("d.yaml", None, "new")], Mode::Write).unwrap();
    assert_eq!(fs::read_to_string(folder.path().join("d.yaml")).unwrap(), "new");
    let again = write(folder.path(), &[change("d.yaml", None, "newer")], Mode::Write);
    assert!(matches!(again, Err(WriteError::Changed(_))));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn permissions_stay_and_new_files_get_the_usual_ones() {
        let folder = folder();
        let a = folder.path().join("a.yaml");
        set_mode(&a, 0o640);
        write(folder.path(), &[change("a.yaml", Some("old"), "new")], Mode::Write).unwrap();
        assert_eq!(mode(&a), 0o640);
        write(folder.path(), &[change("d.yaml", None, "new")], Mode::Write).unwrap();
        let usual = folder.path().join("usual");
        fs::write(&usual, "").unwrap();
        assert_eq!(mode(&folder.path().join("d.yaml")), mode(&usual));
    }

    #[test]
    fn a_link_inside_the_root_is_kept_and_its_target_written() {
        let folder = folder();
        fs::create_dir(folder.path().join("real")).unwrap();
        fs::write(folder.path().join("real/services.yaml"), "old").unwrap();
        symlink("../hop.yaml", folder.path().join("real/hop.yaml")).unwrap();
        symlink("real/services.yaml", folder.path().join("hop.yaml")).unwrap();
        symlink("real", folder.path().join("catalog")).unwrap();
        let file = change("catalog/hop.yaml", Some("old"), "new");
        write(folder.path(), &[file], Mode::Write).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("real/services.yaml")).unwrap(), "new");
        assert!(fs::symlink_metadata(folder.path().join("real/hop.yaml")).unwrap().is_symlink());
    }

    #[test]
    fn a_link_that_leads_outside_or_in_a_circle_is_refused() {
        let outside = folder();
        let folder = folder();
        symlink(outside.path().join("a.yaml"), folder.path().join("out.yaml")).unwrap();
        symlink("round.yaml", folder.path().join("round.yaml")).unwrap();
        let out = write(folder.path(), &[change("out.yaml", Some("old"), "new")], Mode::Write);
        assert!(matches!(out, Err(WriteError::LinkOutside { .. })));
        assert_eq!(texts(outside.path())[0], "old");
        let round = write(folder.path(), &[change("round.yaml", Some("old"), "new")], Mode::Write);
        assert!(matches!(round, Err(WriteError::NotWritable { .. })));
    }

    #[test]
    fn a_read_only_file_or_directory_is_named_and_nothing_is_changed() {
        let folder = folder();
        let b = folder.path().join("b.yaml");
        set_mode(&b, 0o444);
        let error = write(folder.path(), &all_three(), Mode::Write).unwrap_err();
        assert_eq!(error.to_string(), "`b.yaml` cannot be written: the file is read-only");
        set_mode(&b, 0o644);
        set_mode(folder.path(), 0o555);
        let error = write(folder.path(), &all_three(), Mode::Write).unwrap_err();
        assert_eq!(error.to_string(), "`a.yaml` cannot be written: its directory is read-only");
        set_mode(folder.path(), 0o755);
        assert_eq!(texts(folder.path()), ["old", "old", "old"]);
    }
}

/// The disk of the machine, on which replacing fails from one moment on.
struct FailingDisk {
    /// Replacements that still work, and those that fail then.
    works: Cell<usize>,
    fails: Cell<usize>,
}

impl Disk for FailingDisk {
    fn real_path(&self, path: &Path) -> io::Result<PathBuf> {
        SystemDisk.real_path(path)
    }

    fn target(&self, path: &Path) -> io::Result<PathBuf> {
        SystemDisk.target(path)
    }

    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        SystemDisk.read(path)
    }

    fn check_writable(&self, path: &Path) -> io::Result<()> {
        SystemDisk.check_writable(path)
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if self.works.get() > 0 {
            self.works.set(self.works.get() - 1);
            return SystemDisk.replace(path, bytes);
        }
        if self.fails.get() > 0 {
            self.fails.set(self.fails.get() - 1);
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        SystemDisk.replace(path, bytes)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        SystemDisk.remove(path)
    }
}

#[test]
fn a_failure_midway_changes_the_written_files_back() {
    for works in 0..3 {
        let folder = folder();
        let disk = FailingDisk { works: Cell::new(works), fails: Cell::new(1) };
        let error = write_with(&disk, folder.path(), &all_three(), Mode::Write).unwrap_err();
        let WriteError::Failed { restored, left, .. } = &error else { panic!("it did not fail") };
        assert_eq!((restored.len(), left.len()), (works, 0));
        assert_eq!(texts(folder.path()), ["old", "old", "old"]);
        assert!(error.to_string().contains("nothing was changed"));
        assert_eq!(names(folder.path()), 3);
    }
}

#[test]
fn what_cannot_be_changed_back_is_named() {
    let folder = folder();
    let disk = FailingDisk { works: Cell::new(2), fails: Cell::new(2) };
    let error = write_with(&disk, folder.path(), &all_three(), Mode::Write).unwrap_err();
    assert_eq!(
        error,
        WriteError::Failed {
            path: path("c.yaml"),
            reason: "no storage space".to_owned(),
            restored: vec![path("a.yaml")],
            left: vec![path("b.yaml")],
        }
    );
    assert_eq!(texts(folder.path()), ["old", "new", "old"]);
}
