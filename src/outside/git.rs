//! Mirrors of remote repositories, filled by the user's own `git`.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::time::Duration;

use super::cache::{Cache, hash};
use super::program::{Program, ProgramError, Said};
use crate::git::{CommitId, Repository};
use crate::kustomize::outside::OutsideError;

/// What may fetch into a mirror, and where the mirrors are.
#[derive(Clone, Debug)]
pub(super) struct Mirrors {
    /// The program.
    pub(super) git: OsString,
    /// Where mirrors are kept.
    pub(super) cache: Cache,
    /// Whether only what is there already may be used.
    pub(super) offline: bool,
    /// The most bytes that one file may have.
    pub(super) file_bytes: u64,
}

/// Variables that would make `git` work on another repository than the mirror, as they do in a hook.
const OF_OTHER_REPOSITORIES: [&str; 12] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_SHALLOW_FILE",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_TRACE",
    "GIT_EXTERNAL_DIFF",
];

/// Settings for every run: no hook, no housekeeping in the background, no transport that runs a command.
const SETTINGS: [&str; 5] = [
    "core.hooksPath=/dev/null",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.ext.allow=never",
    "fetch.recurseSubmodules=false",
];

/// The transports that kustomize knows; repositories of this machine only where the address says so.
fn transports(url: &str) -> &'static str {
    if url.starts_with("file://") { "file" } else { "https:http:ssh" }
}

impl Mirrors {
    /// The commit that a ref of a remote repository leads to, in the mirror of that repository.
    ///
    /// An empty ref is the repository's own choice. A full commit id that the mirror has is not fetched again.
    ///
    /// # Errors
    ///
    /// When `git` fails, takes too long or is not there, and when nothing may be fetched and the mirror lacks the ref.
    pub(super) fn commit(
        &self,
        url: &str,
        reference: &str,
        timeout: Duration,
    ) -> Result<(Repository, CommitId), OutsideError> {
        check(url, reference)?;
        let reference = if reference.is_empty() { "HEAD" } else { reference };
        let directory = self.cache.mirror(url);
        let kept = format!("refs/overlens/{}", hash(reference));
        let _lock = self.cache.lock(url).map_err(|error| unusable(self.cache.root(), &error.to_string()))?;
        let is_known = Repository::open(&directory).ok().and_then(|mirror| {
            let commit = if is_commit_id(reference) {
                mirror.resolve(reference).ok()
            } else if self.offline {
                mirror.resolve(&kept).ok()
            } else {
                None
            };
            commit.map(|found| (mirror, found.commit))
        });
        if let Some(known) = is_known {
            return Ok(known);
        }
        if self.offline {
            let message = format!("`{reference}` of `{}` is not in the cache", shown(url));
            return Err(OutsideError::new("remote/offline", message).hint("Run it once without `--offline`."));
        }
        self.fetch(url, &directory, &format!("+{reference}:{kept}"), reference, timeout)?;
        let mirror =
            Repository::open(&directory).map_err(|error| unusable(&directory, &error.to_string()))?;
        let commit = mirror.resolve(&kept).map_err(|error| {
            OutsideError::new("remote/failed", format!("`{}`: {error}", shown(url)))
                .hint("Name a branch, a tag of a commit, or a commit id.")
        })?;
        Ok((mirror, commit.commit))
    }

    fn fetch(
        &self,
        url: &str,
        directory: &Path,
        refspec: &str,
        reference: &str,
        timeout: Duration,
    ) -> Result<(), OutsideError> {
        let mut options = git2::RepositoryInitOptions::new();
        options.bare(true).external_template(false).mkpath(true);
        git2::Repository::init_opts(directory, &options)
            .map_err(|error| unusable(directory, error.message()))?;
        let mut program = Program::new(&self.git)
            .arguments(SETTINGS.iter().flat_map(|setting| ["-c", setting]))
            .arguments([OsStr::new("--git-dir"), directory.as_os_str()])
            .arguments(["fetch", "--quiet", "--no-tags", "--depth=1", "--", url, refspec])
            .without(&OF_OTHER_REPOSITORIES)
            .variable("GIT_ALLOW_PROTOCOL", transports(url))
            .variable("GIT_TERMINAL_PROMPT", "0")
            .variable("GIT_ASKPASS", "")
            .variable("SSH_ASKPASS_REQUIRE", "never")
            .timeout(timeout);
        if !chooses_ssh() {
            program = program.variable("GIT_SSH_COMMAND", "ssh -oBatchMode=yes");
        }
        let said = program.run().map_err(|error| explain(url, &error))?;
        if said.status.success() { Ok(()) } else { Err(failed(url, reference, &said)) }
    }
}

/// Whether the user says how to start `ssh`; then that is what is used.
fn chooses_ssh() -> bool {
    let by_variable = ["GIT_SSH_COMMAND", "GIT_SSH"].iter().any(|name| std::env::var_os(name).is_some());
    by_variable
        || git2::Config::open_default().is_ok_and(|config| config.get_string("core.sshCommand").is_ok())
}

/// Refuses what `git` could take for something else than a URL and a ref.
fn check(url: &str, reference: &str) -> Result<(), OutsideError> {
    let odd = |text: &str| text.starts_with('-') || text.chars().any(|c| c.is_control() || c.is_whitespace());
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split_once('@').map_or(host, |(_, rest)| rest);
    if odd(url) || host.starts_with('-') || url.contains("::") {
        let message = format!("`{}` is no address that `git` is given", shown(url));
        return Err(OutsideError::new("remote/address", message)
            .hint("Write `https://host/organisation/repository//directory?ref=REF`."));
    }
    const NOT_IN_REFS: [char; 7] = [':', '^', '~', '?', '*', '[', '\\'];
    if odd(reference) || reference.starts_with('+') || reference.contains(NOT_IN_REFS) {
        let message = format!("`{reference}` cannot be the name of a ref");
        return Err(OutsideError::new("remote/address", message)
            .hint("Name a branch, a tag or a full commit id behind `?ref=`."));
    }
    Ok(())
}

fn is_commit_id(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A URL as messages show it: without a password.
pub(super) fn shown(url: &str) -> String {
    let secret = url.split_once("://").and_then(|(scheme, rest)| {
        let (user, rest) = rest.split_once('@')?;
        let (name, _) = user.split_once(':').filter(|_| !user.contains('/'))?;
        Some(format!("{scheme}://{name}:***@{rest}"))
    });
    secret.unwrap_or_else(|| url.to_owned())
}

fn unusable(folder: &Path, reason: &str) -> OutsideError {
    OutsideError::new("remote/cache", format!("the cache `{}` cannot be used: {reason}", folder.display()))
        .hint("Name another folder with `--remote-cache`.")
}

fn failed(url: &str, reference: &str, said: &Said) -> OutsideError {
    let message = format!("`git` could not fetch `{reference}` from `{}`", shown(url));
    let words = said.stderr.lines().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n");
    OutsideError::new("remote/failed", message).hint(format!("git said: {words}"))
}

fn explain(url: &str, error: &ProgramError) -> OutsideError {
    let message = format!("`{}` cannot be fetched: {error}", shown(url));
    match error {
        ProgramError::Missing(_) => OutsideError::new("remote/no-program", message)
            .hint("Install git, or use `--offline` for what was fetched before."),
        ProgramError::TooSlow(..) => OutsideError::new("remote/timeout", message).hint(
            "Give it more time with `timeout=2m` behind the `?`. Nothing can be asked meanwhile: a login must work without questions.",
        ),
        ProgramError::NotStarted(..) | ProgramError::TooMuch(..) => {
            OutsideError::new("remote/failed", message)
        }
    }
}
