//! A catalog file as nodes whose places can be named.

use std::sync::Arc;

use crate::base::{Diagnostic, FileName, FileTable, Mark, RepoPath, Span};
use crate::vfs::{Source, SourceError};
use crate::yaml::{self, Node};

/// A YAML file that was read and parsed.
pub(super) struct CatalogFile {
    /// Its name.
    pub(super) name: FileName,
    /// Its one document; `None` when it is empty.
    pub(super) root: Option<Node>,
}

impl CatalogFile {
    /// Reads and parses a file; `Ok(None)` when it is not there.
    ///
    /// # Errors
    ///
    /// What is wrong with the file, with the place.
    pub(super) fn read(
        source: &dyn Source,
        path: &RepoPath,
        limits: &yaml::Limits,
    ) -> Result<Option<Self>, Diagnostic> {
        let name = source.file_name(path);
        let content = match source.read(path) {
            Ok(content) => content,
            Err(SourceError::NotFound(_)) => return Ok(None),
            Err(error) => {
                let span = Span { file: name, line: 0, column: 0 };
                return Err(Diagnostic::error("catalog/unreadable", error.to_string()).at(span, ""));
            }
        };
        let files = FileTable::default();
        let mut documents =
            yaml::parse(&content.bytes, files.id(&name), limits).map_err(|error| error.diagnostic(&files))?;
        if documents.len() > 1 {
            let span = files.span(documents[1].mark);
            return Err(Diagnostic::error(
                "catalog/many-documents",
                format!("`{path}` holds {} documents instead of one", documents.len()),
            )
            .at_maybe(span, "")
            .hint("Remove the `---` line and put everything into one map."));
        }
        Ok(Some(Self { name, root: documents.pop() }))
    }

    /// The place of a mark of this file.
    pub(super) fn span(&self, mark: Mark) -> Span {
        Span { file: self.name.clone(), line: mark.line, column: mark.column }
    }

    /// The file as a whole.
    pub(super) fn whole(&self) -> Span {
        Span { file: self.name.clone(), line: 0, column: 0 }
    }
}

/// What a node is and says, for messages: `the string \`many\``, `a list`.
pub(super) fn found(node: &Node) -> String {
    match node.as_scalar() {
        Some(scalar) if !node.is_null() => {
            let kind = node.kind_name();
            let kind = kind.strip_prefix("a ").map_or_else(|| kind.to_owned(), |kind| format!("the {kind}"));
            let text = scalar.text.lines().next().unwrap_or("");
            format!("{kind} `{text}`")
        }
        _ => node.kind_name().to_owned(),
    }
}

/// The text of a string node.
pub(super) fn string(node: &Node) -> Option<Arc<str>> {
    node.as_str().map(Arc::from)
}
