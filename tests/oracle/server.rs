//! The engine as a server: it builds one directory after the other in one process, for `differential.py`.
//!
//! A line on standard input is the path of a directory. The answer on standard output is a line
//! `STATUS LENGTH LENGTH` followed by that many bytes of manifests and of messages; `STATUS` is `built`, `refused` or
//! `panicked`. A directory is built as `overlens build DIR` does without options, with nothing kept from build to build.

use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use overlens::base::RepoPath;
use overlens::kustomize::{BuildOptions, Engine};
use overlens::vfs::WorkTree;

fn main() -> io::Result<()> {
    std::panic::set_hook(Box::new(|_| {}));
    let mut answers = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let directory = line?;
        let (status, output, message) = match catch_unwind(AssertUnwindSafe(|| build(Path::new(&directory))))
        {
            Ok(Ok(output)) => ("built", output, String::new()),
            Ok(Err(message)) => ("refused", String::new(), message),
            Err(cause) => ("panicked", String::new(), format!("panicked: {}", said(cause.as_ref()))),
        };
        writeln!(answers, "{status} {} {}", output.len(), message.len())?;
        answers.write_all(output.as_bytes())?;
        answers.write_all(message.as_bytes())?;
        answers.flush()?;
    }
    Ok(())
}

/// The manifests of a directory, or what is wrong with it.
fn build(directory: &Path) -> Result<String, String> {
    let absolute = std::fs::canonicalize(directory).map_err(|error| error.to_string())?;
    let top = absolute.ancestors().last().unwrap_or(&absolute).to_path_buf();
    let inner = absolute.strip_prefix(&top).ok().and_then(Path::to_str);
    let path = inner.and_then(|inner| RepoPath::parse(inner).ok()).ok_or("the path is not UTF-8")?;
    let source = WorkTree::open(&top).map_err(|error| error.to_string())?;
    let built = Engine::default().build(&source, &path, &BuildOptions::default()).map_err(|found| {
        let place =
            found.primary.as_ref().map(|label| format!(" {}:{}", label.span.file.path, label.span.line));
        format!("error[{}]: {}\n{}\n", found.code, found.message, place.unwrap_or_default())
    })?;
    built.to_yaml().map_err(|error| error.to_string())
}

/// What a panic said.
fn said(cause: &(dyn std::any::Any + Send)) -> &str {
    cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref().copied()).unwrap_or("")
}
