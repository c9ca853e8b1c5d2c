//! The user's own `helm`, in a temporary directory for each chart.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::program::{Program, ProgramError};
use crate::kustomize::outside::{Helm, HelmFlags, HelmWorkshop, OutsideError};

/// Runs one program as `helm`.
#[derive(Clone, Debug)]
pub struct HelmProgram {
    command: OsString,
    flags: HelmFlags,
}

/// A temporary directory for one chart.
struct Workshop {
    directory: TempDir,
    command: OsString,
}

impl HelmProgram {
    /// The program by its name or path, and what the user says about every chart.
    #[must_use]
    pub fn new(command: OsString, flags: HelmFlags) -> Self {
        Self { command, flags }
    }
}

impl Helm for HelmProgram {
    fn flags(&self) -> &HelmFlags {
        &self.flags
    }

    fn workshop(&self) -> Result<Box<dyn HelmWorkshop>, OutsideError> {
        let directory = tempfile::Builder::new().prefix("kustomize-helm-").tempdir();
        let directory = directory.map_err(|error| {
            OutsideError::new("helm/files", format!("no temporary directory can be made: {error}"))
        })?;
        Ok(Box::new(Workshop { directory, command: self.command.clone() }))
    }
}

fn unusable(path: &Path, error: &std::io::Error) -> OutsideError {
    OutsideError::new("helm/files", format!("`{}` cannot be used: {error}", path.display()))
}

impl HelmWorkshop for Workshop {
    fn directory(&self) -> &Path {
        self.directory.path()
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), OutsideError> {
        let path = self.directory.path().join(path);
        path.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&path, bytes))
            .map_err(|error| unusable(&path, &error))
    }

    fn read(&self, path: &Path, limit: u64) -> Result<Option<Vec<u8>>, OutsideError> {
        if !fs::metadata(path).is_ok_and(|metadata| metadata.is_file()) {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut bytes))
            .map_err(|error| unusable(path, &error))?;
        if bytes.len() as u64 > limit {
            let message = format!("`{}` has more than {limit} bytes", path.display());
            return Err(OutsideError::new("limit/file-bytes", message));
        }
        Ok(Some(bytes))
    }

    fn has_directory(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|metadata| metadata.is_dir())
    }

    fn run(&self, arguments: &[String], variables: &[(&str, PathBuf)]) -> Result<Vec<u8>, OutsideError> {
        let mut program = Program::new(&self.command).arguments(arguments);
        for (name, value) in variables {
            program = program.variable(name, value);
        }
        let shown = format!("{} {}", self.command.to_string_lossy(), arguments.join(" "));
        let said = program.run().map_err(|error| match error {
            ProgramError::Missing(_) => OutsideError::new("helm/no-program", error.to_string())
                .hint("Install helm, or name it with `--helm-command`."),
            _ => OutsideError::new("helm/failed", error.to_string()),
        })?;
        if said.status.success() {
            return Ok(said.stdout);
        }
        let mut words = said.stderr;
        if arguments.iter().any(|argument| argument == "--debug") {
            words = format!("{words}\n{}", String::from_utf8_lossy(&said.stdout).trim());
        }
        Err(OutsideError::new("helm/failed", format!("`{shown}` failed ({})", said.status))
            .hint(format!("helm said: {words}")))
    }
}
