//! The user's own file: theme, mouse, signs and keys. Read once at the start; never written by the program.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::base::{Diagnostic, FileName, RepoPath, Span};

/// What a user may choose in `config.toml`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Settings {
    /// Name of a built-in theme, or of `themes/NAME.toml` beside the file.
    pub theme: Option<String>,
    /// Whether the mouse is used; yes by default.
    pub mouse: Option<bool>,
    /// Whether only ASCII signs are drawn.
    pub ascii: Option<bool>,
    /// Whether changes on disk are picked up; yes by default.
    pub watch: Option<bool>,
    /// Memory for rendered targets, in MiB.
    pub memory: Option<usize>,
    /// How long one target may take to render.
    pub seconds_per_target: Option<u64>,
    /// Keys by command id.
    pub keys: BTreeMap<String, Vec<String>>,
    /// Theme files of the user: name and text.
    pub themes: BTreeMap<String, String>,
}

/// The file as it is written.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    theme: Option<String>,
    mouse: Option<bool>,
    ascii: Option<bool>,
    watch: Option<bool>,
    memory: Option<usize>,
    #[serde(rename = "seconds-per-target")]
    seconds_per_target: Option<u64>,
    #[serde(default)]
    keys: BTreeMap<String, Vec<String>>,
}

impl Settings {
    /// The folder of the user's files: `overlens` in the system's place for configuration.
    #[must_use]
    pub fn folder() -> Option<PathBuf> {
        etcetera::choose_base_strategy().ok().map(|strategy| strategy.config_dir().join("overlens"))
    }

    /// Reads `config.toml` and `themes/*.toml` in a folder. A missing file is the default.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or understood gives a diagnostic; what could be read is returned with it.
    #[must_use]
    pub fn load(folder: &Path) -> (Self, Vec<Diagnostic>) {
        let mut problems = Vec::new();
        let mut settings = match std::fs::read_to_string(folder.join("config.toml")) {
            Ok(text) => Self::parse(&text).unwrap_or_else(|problem| {
                problems.push(*problem);
                Self::default()
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::default(),
            Err(error) => {
                problems.push(Diagnostic::error("settings/unreadable", format!("config.toml: {error}")));
                Self::default()
            }
        };
        let entries = std::fs::read_dir(folder.join("themes")).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            let name = path.file_stem().and_then(|name| name.to_str());
            if let (Some(name), Some("toml")) = (name, path.extension().and_then(|it| it.to_str())) {
                match std::fs::read_to_string(&path) {
                    Ok(text) => drop(settings.themes.insert(name.to_owned(), text)),
                    Err(error) => problems.push(Diagnostic::error(
                        "settings/unreadable",
                        format!("themes/{name}.toml: {error}"),
                    )),
                }
            }
        }
        (settings, problems)
    }

    /// Reads the text of `config.toml`.
    ///
    /// # Errors
    ///
    /// The first mistake, with its line.
    pub fn parse(text: &str) -> Result<Self, Box<Diagnostic>> {
        let file: File =
            toml::from_str(text).map_err(|error| Box::new(toml_problem("config.toml", text, &error)))?;
        Ok(Self {
            theme: file.theme,
            mouse: file.mouse,
            ascii: file.ascii,
            watch: file.watch,
            memory: file.memory,
            seconds_per_target: file.seconds_per_target,
            keys: file.keys,
            themes: BTreeMap::new(),
        })
    }
}

/// A mistake in a TOML file of the user, with its place.
#[must_use]
pub fn toml_problem(file: &str, text: &str, error: &toml::de::Error) -> Diagnostic {
    let message = error.message().lines().next().unwrap_or("not valid TOML").to_owned();
    let span = error.span().zip(RepoPath::parse(file).ok()).map(|(range, path)| {
        let before = &text[..range.start.min(text.len())];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let number = |count: usize| u32::try_from(count).unwrap_or(0);
        Span {
            file: FileName { path, revision: None },
            line: number(before.matches('\n').count() + 1),
            column: number(before[line_start..].chars().count() + 1),
        }
    });
    let message = if span.is_some() { message } else { format!("{file}: {message}") };
    Diagnostic::error("settings/toml", message).at_maybe(span, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read_and_a_mistake_is_named_with_its_line() {
        let settings = Settings::parse("theme = \"dark\"\n[keys]\n\"diff.swap\" = [\"ctrl-s\"]\n").unwrap();
        assert_eq!(settings.theme.as_deref(), Some("dark"));
        assert_eq!(settings.keys["diff.swap"], ["ctrl-s"]);
        let problem = Settings::parse("theme = \"dark\"\nmose = true\n").unwrap_err();
        assert!(problem.to_string().starts_with("config.toml:2:1: unknown field `mose`"), "{problem}");
    }

    #[test]
    fn a_folder_that_does_not_exist_is_the_default() {
        let (settings, problems) = Settings::load(Path::new("/nonexistent/overlens"));
        assert_eq!((settings, problems), (Settings::default(), vec![]));
    }
}
