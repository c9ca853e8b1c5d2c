//! What every other module stands on: checked paths, places in files, diagnostics as data, digests, cancelling.

pub mod cancel;
pub mod diagnostic;
pub mod digest;
pub mod file;
pub mod go_regex;
pub mod nearest;
pub mod pages;
pub mod path;

pub use cancel::{Cancel, Stop, Stopped};
pub use diagnostic::{Diagnostic, Label, Severity};
pub use digest::{Digest, Digester};
pub use file::{FileId, FileName, FileTable, Mark, Span};
pub use path::{PathError, RepoPath};
