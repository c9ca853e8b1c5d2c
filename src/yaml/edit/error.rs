//! Why an edit was refused, with the place and what to do about it.

use crate::base::{Diagnostic, FileName, RepoPath, Span};

/// A refused edit; the text stays as it was.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct EditError {
    /// What is wrong.
    pub problem: Box<EditProblem>,
    /// Line of the text, counted from 1.
    pub line: u32,
    /// Column in characters, counted from 1.
    pub column: u32,
}

/// What stands in the way of an edit.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EditProblem {
    /// The text is not YAML.
    #[error("this is not valid YAML: {0}")]
    Syntax(String),
    /// A line is indented with a tab.
    #[error("this line is indented with a tab, which YAML does not allow")]
    Tab,
    /// A key stands twice in one map.
    #[error("the key `{key}` already stands in this map at line {first_line}")]
    DuplicateKey {
        /// The key.
        key: String,
        /// Line of its first entry.
        first_line: u32,
    },
    /// There is more than one document.
    #[error("the file holds {0} YAML documents; only a file with one can be edited")]
    ManyDocuments(usize),
    /// Lists and maps lie deeper in each other than the limit.
    #[error("lists and maps lie more than {0} levels deep in each other")]
    TooDeep(usize),
    /// A line ends in a way that only old YAML knows.
    #[error("the text holds the character U+{0:04X}, an invisible line end of old YAML")]
    LineEnd(u32),
    /// Nothing stands at the route.
    #[error("`{missing}` does not exist")]
    NotFound {
        /// The route as far as the first step that fails.
        missing: String,
        /// A key or name that is spelled nearly the same.
        nearest: Option<String>,
    },
    /// More than one list item fits.
    #[error("`{selector}` names more than one item, at the lines {}", list(lines))]
    Ambiguous {
        /// The route as far as the choice.
        selector: String,
        /// The lines of the items that fit.
        lines: Vec<u32>,
    },
    /// The route goes on below something that has nothing inside.
    #[error("`{route}` is {found}, not {wanted}")]
    WrongShape {
        /// The route as far as that value.
        route: String,
        /// What is there.
        found: String,
        /// What the route needs.
        wanted: &'static str,
    },
    /// The route leads through an alias: what lies there is written elsewhere.
    #[error(
        "`{route}` is `*{anchor}`: what is inside is written at line {anchor_line}, at `&{anchor}`, and used in more than one place"
    )]
    InsideAlias {
        /// The route as far as the alias.
        route: String,
        /// The name of the anchor.
        anchor: String,
        /// The line of the anchor.
        anchor_line: u32,
    },
    /// The route leads into what a merge key brings in.
    #[error(
        "`{route}` comes from the merge key `<<`: it is written at line {source_line} and used in more than one place"
    )]
    Merged {
        /// The route as far as the merged key.
        route: String,
        /// The line of the map that is merged in.
        source_line: u32,
    },
    /// The value is used elsewhere through aliases, which would change too.
    #[error(
        "`&{anchor}` at line {anchor_line} is also used at {}: those would change too",
        places(alias_lines)
    )]
    Shared {
        /// The name of the anchor.
        anchor: String,
        /// The line of the anchor.
        anchor_line: u32,
        /// The lines of its aliases.
        alias_lines: Vec<u32>,
    },
    /// The text of a number, boolean or date means something else.
    #[error("`{0}` is not a number, boolean or date when written without quotes")]
    NotPlain(String),
    /// The edit came out otherwise than intended; it was thrown away.
    #[error("writing `{0}` here would change more than that value")]
    Unsafe(String),
}

fn list(lines: &[u32]) -> String {
    lines.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

fn places(lines: &[u32]) -> String {
    format!("{} {}", if lines.len() == 1 { "line" } else { "the lines" }, list(lines))
}

impl EditError {
    /// The error as a problem in the file that the text came from.
    #[must_use]
    pub fn diagnostic(&self, path: &RepoPath) -> Diagnostic {
        let file = FileName { path: path.clone(), revision: None };
        let span = |line, column| Span { file: file.clone(), line, column };
        let problem = Diagnostic::error(self.problem.code(), self.problem.to_string());
        let mut problem = problem.at(span(self.line, self.column), "");
        for (line, text) in self.problem.related() {
            problem = problem.also(span(line, 0), text);
        }
        match self.problem.hint() {
            Some(hint) => problem.hint(hint),
            None => problem,
        }
    }
}

impl EditProblem {
    /// The stable name of the problem.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Syntax(_) | Self::Tab | Self::TooDeep(_) | Self::LineEnd(_) => "edit/unreadable",
            Self::DuplicateKey { .. } => "edit/duplicate-key",
            Self::ManyDocuments(_) => "edit/many-documents",
            Self::NotFound { .. } => "edit/not-found",
            Self::Ambiguous { .. } => "edit/ambiguous",
            Self::WrongShape { .. } => "edit/wrong-shape",
            Self::InsideAlias { .. } | Self::Merged { .. } | Self::Shared { .. } => "edit/shared-value",
            Self::NotPlain(_) | Self::Unsafe(_) => "edit/unsafe",
        }
    }

    fn related(&self) -> Vec<(u32, String)> {
        match self {
            Self::DuplicateKey { first_line, .. } => vec![(*first_line, "the first entry".to_owned())],
            Self::Ambiguous { lines, .. } => lines.iter().map(|line| (*line, "fits".to_owned())).collect(),
            Self::InsideAlias { anchor, anchor_line, .. } => vec![(*anchor_line, format!("`&{anchor}`"))],
            Self::Merged { source_line, .. } => vec![(*source_line, "merged from here".to_owned())],
            Self::Shared { anchor, alias_lines, .. } => {
                alias_lines.iter().map(|line| (*line, format!("`*{anchor}`"))).collect()
            }
            _ => Vec::new(),
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Syntax(_) => "Correct the file in an editor first.".to_owned(),
            Self::LineEnd(_) => {
                "Take the character out, or write it as an escape in double quotes.".to_owned()
            }
            Self::Tab => "Replace the tab with spaces in an editor first.".to_owned(),
            Self::DuplicateKey { .. } => "Delete one of the two entries first.".to_owned(),
            Self::NotFound { nearest: Some(name), .. } => format!("Did you mean `{name}`?"),
            Self::Ambiguous { .. } => "Give the items different names first.".to_owned(),
            Self::InsideAlias { anchor, .. } => {
                format!(
                    "Edit the text at `&{anchor}` by hand, or write the values out in place of `*{anchor}`."
                )
            }
            Self::Merged { .. } => {
                "Edit the merged map by hand, or write the values out beside the merge key.".to_owned()
            }
            Self::Shared { anchor, .. } => {
                format!(
                    "Write the value out in place of `*{anchor}` first, or edit the anchored text by hand."
                )
            }
            Self::Unsafe(_) => "Make this edit by hand.".to_owned(),
            _ => return None,
        })
    }
}
