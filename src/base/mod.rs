//! What every other module stands on: checked paths, places in files, diagnostics as data, nearest spelling.

pub mod diagnostic;
pub mod file;
pub mod go_regex;
pub mod nearest;
pub mod path;

pub use diagnostic::{Diagnostic, Label, Severity};
pub use file::{FileId, FileName, FileTable, Mark, Span};
pub use path::{PathError, RepoPath};
