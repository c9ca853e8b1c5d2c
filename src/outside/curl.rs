//! Files behind `http` and `https` URLs, fetched by the user's own `curl`.

use std::ffi::OsStr;
use std::fs;
use std::time::Duration;

use super::cache::Cache;
use super::git::shown;
use super::program::{Program, ProgramError};
use crate::kustomize::outside::OutsideError;
use crate::vfs::FileContent;

/// How long one file may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The file behind a URL. What was fetched is kept, for runs that fetch nothing.
///
/// # Errors
///
/// When `curl` fails or is not there, the file has more than `limit` bytes, and when nothing may be fetched and the file
/// was not fetched before.
pub(super) fn fetch(
    curl: &OsStr,
    cache: &Cache,
    offline: bool,
    url: &str,
    limit: u64,
) -> Result<FileContent, OutsideError> {
    let kept = cache.file(url);
    if offline {
        return fs::read(&kept).map(FileContent::new).map_err(|_| {
            OutsideError::new("remote/offline", format!("`{}` is not in the cache", shown(url)))
                .hint("Run it once without `--offline`.")
        });
    }
    if url.chars().any(|c| c.is_control() || c.is_whitespace()) {
        let message = format!("`{}` is no URL", shown(url));
        return Err(OutsideError::new("remote/address", message).hint("Write `%20` for a space."));
    }
    let time = TIMEOUT.as_secs().to_string();
    let limit_text = limit.to_string();
    let said = Program::new(curl)
        .arguments(["--fail", "--silent", "--show-error", "--location", "--globoff", "--max-redirs", "10"])
        .arguments(["--proto", "=http,https", "--proto-redir", "=http,https"])
        .arguments(["--max-time", &time, "--max-filesize", &limit_text, "--url", url])
        .timeout(TIMEOUT + Duration::from_secs(2))
        .most_output(limit)
        .run();
    let failed =
        |code, reason: &str| OutsideError::new(code, format!("`{}` cannot be fetched: {reason}", shown(url)));
    let said = said.map_err(|error| match error {
        ProgramError::Missing(_) => failed("remote/no-program", &error.to_string())
            .hint("Install curl, or keep a copy of the file in the repository."),
        ProgramError::TooSlow(..) => failed("remote/timeout", &error.to_string()),
        ProgramError::TooMuch(..) => {
            failed("limit/file-bytes", &error.to_string()).hint("Raise it with `--limit file-bytes=N`.")
        }
        ProgramError::NotStarted(..) => failed("remote/failed", &error.to_string()),
    })?;
    if !said.status.success() {
        return Err(failed("remote/failed", &said.stderr).hint("Correct the URL, or try again."));
    }
    // What cannot be kept is fetched again by the next run; this one has it.
    let _ = keep(&kept, &said.stdout);
    Ok(FileContent::new(said.stdout))
}

fn keep(path: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    let Some(folder) = path.parent() else { return Ok(()) };
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut file, bytes)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}
