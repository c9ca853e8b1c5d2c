//! The few things that the writer does to the disk, behind a trait so that tests can make each of them fail.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What the writer needs of a disk.
pub(super) trait Disk {
    /// An existing path without links.
    fn real_path(&self, path: &Path) -> io::Result<PathBuf>;

    /// The file that a path stands for, links followed; the file itself need not exist, its directory must.
    fn target(&self, path: &Path) -> io::Result<PathBuf>;

    /// The bytes of a file; `None` when it is not there.
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>>;

    /// Whether the file and its directory may be written.
    fn check_writable(&self, path: &Path) -> io::Result<()>;

    /// Puts a complete new file in the place of another (or of none), with the same permissions.
    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
}

/// The disk of the machine.
#[derive(Debug)]
pub(super) struct SystemDisk;

/// Links that are followed for one path before they count as a circle.
const MAX_LINKS: usize = 40;

impl Disk for SystemDisk {
    fn real_path(&self, path: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(path)
    }

    fn target(&self, path: &Path) -> io::Result<PathBuf> {
        let mut path = path.to_owned();
        for _ in 0..MAX_LINKS {
            let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else {
                return Err(io::Error::from(io::ErrorKind::InvalidInput));
            };
            let place = fs::canonicalize(directory)?.join(name);
            match fs::symlink_metadata(&place) {
                Ok(metadata) if metadata.file_type().is_symlink() => {
                    let link = fs::read_link(&place)?;
                    path = place.parent().unwrap_or(Path::new("/")).join(link);
                }
                Ok(_) => return Ok(place),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(place),
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other("symbolic links lead in a circle"))
    }

    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        match fs::read(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn check_writable(&self, path: &Path) -> io::Result<()> {
        match fs::metadata(path) {
            // A file that is replaced need not be writable for the system, but somebody made it read-only.
            Ok(metadata) if metadata.permissions().readonly() => {
                return Err(io::Error::other("the file is read-only"));
            }
            Ok(metadata) if !metadata.is_file() => {
                return Err(io::Error::other("it is not a regular file"));
            }
            Ok(_) => {
                OpenOptions::new().append(true).open(path)?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let directory = directory_of(path);
        if fs::metadata(directory)?.permissions().readonly() {
            return Err(io::Error::other("its directory is read-only"));
        }
        // Permissions do not tell everything (a read-only mount): only making a file does.
        temporary_file(directory)
            .map(drop)
            .map_err(|error| io::Error::other(format!("its directory cannot be written ({error})")))
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let directory = directory_of(path);
        let mut file = temporary_file(directory)?;
        file.write_all(bytes)?;
        match fs::metadata(path) {
            Ok(metadata) => {
                keep_owner(file.as_file(), &metadata)?;
                file.as_file().set_permissions(metadata.permissions())?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        sync_directory(directory)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)?;
        sync_directory(directory_of(path))
    }
}

fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A new file beside the one to be replaced; removed again when it is dropped. New files get the usual permissions.
fn temporary_file(directory: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".overlens-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The system takes away what the user's mask forbids.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(directory)
}

/// Gives the new file to the owner and group of the old one, where the user may do that.
#[cfg(unix)]
fn keep_owner(file: &File, old: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let new = file.metadata()?;
    if (new.uid(), new.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    match fchown(file, Some(old.uid()), Some(old.gid())) {
        // Only the administrator may give files away; the text matters more than the owner.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        result => result,
    }
}

#[cfg(not(unix))]
fn keep_owner(_file: &File, _old: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// Makes the new name of a file survive a crash.
#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    // Some file systems cannot sync a directory; the file itself is safe by then.
    match File::open(directory)?.sync_all() {
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        result => result,
    }
}

#[cfg(not(unix))]
fn sync_directory(_directory: &Path) -> io::Result<()> {
    Ok(())
}
