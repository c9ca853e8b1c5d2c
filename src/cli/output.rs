//! Where verbs write: data to stdout, talk and problems to stderr, colour only on a terminal that wants it.

use std::io::{self, IsTerminal, Write};

use crate::base::Diagnostic;
use crate::report::problem::{self, FileNames, SourceText};

/// The form in which a verb prints its data.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON value, stable keys.
    Json,
}

/// When text is coloured.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub enum Colour {
    /// On a terminal that has colours, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How a verb ended, as the exit code says it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Same, clean, done: exit code 0.
    Clean,
    /// Different, or findings: exit code 1.
    Different,
    /// It could not be done: exit code 2.
    Failed,
}

impl From<Outcome> for std::process::ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Clean => Self::SUCCESS,
            Outcome::Different => Self::from(1),
            Outcome::Failed => Self::from(2),
        }
    }
}

/// Prints data. A reader that closed the pipe early is not an error: `overlens list | head` is normal use.
///
/// # Errors
///
/// When stdout cannot be written for another reason, such as a full disk.
pub fn data(text: &str) -> io::Result<()> {
    let written =
        anstream::stdout().lock().write_all(text.as_bytes()).and_then(|()| anstream::stdout().flush());
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Prints text with ANSI colours, stripped of them where they are not wanted.
///
/// # Errors
///
/// As [`data`].
pub fn coloured(text: &str, colour: Colour) -> io::Result<()> {
    match colour {
        Colour::Auto => data(text),
        Colour::Always => exact(text),
        Colour::Never => exact(&anstream::adapter::strip_str(text).to_string()),
    }
}

/// Prints bytes that must reach stdout exactly as they are, such as manifests.
///
/// # Errors
///
/// As [`data`].
pub fn exact(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Prints a value as JSON.
///
/// # Errors
///
/// As [`data`].
pub fn json<T: serde::Serialize + ?Sized>(value: &T) -> io::Result<()> {
    let mut text = serde_json::to_string_pretty(value).map_err(io::Error::other)?;
    text.push('\n');
    exact(&text)
}

/// Says something to the person, on stderr. Nobody listening is not an error.
pub fn say(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Says something in the line where the last such words stood, on stderr; an empty text clears it.
pub fn say_in_place(text: &str) {
    let mut stderr = anstream::stderr().lock();
    let _ = write!(stderr, "\r\u{1b}[2K{text}").and_then(|()| stderr.flush());
}

/// Draws a problem on stderr.
pub fn problem(problem: &Diagnostic, source: &SourceText<'_>) {
    let drawn = problem::draw(problem, source, true);
    say(&drawn);
}

/// Draws a problem on stderr, with files called as `name` says.
pub fn problem_with_names(problem: &Diagnostic, source: &SourceText<'_>, name: &FileNames<'_>) {
    say(&problem::draw_with_names(problem, source, name, true));
}

/// Whether stdout is a terminal.
#[must_use]
pub fn to_terminal() -> bool {
    io::stdout().is_terminal()
}
