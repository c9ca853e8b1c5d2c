//! Without a verb: opens the screen on a platform, with what the command line and the user's own file choose.

use std::io::IsTerminal;
use std::path::Path;

use super::output::Outcome;
use super::{Cli, VerbResult, problem};
use crate::base::Diagnostic;
use crate::explorer::{Explorer, OpenOptions};
use crate::settings::Settings;
use crate::tui::{self, TuiOptions};

/// Opens the screen on a directory.
///
/// # Errors
///
/// When there is no terminal, or the theme file of the command line cannot be read.
pub(super) fn open(cli: &Cli, path: &Path) -> VerbResult {
    if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        return Err(problem(
            Diagnostic::error("screen/no-terminal", "the screen needs a terminal")
                .hint("`overlens list`, `explain`, `render` and `diff` work without one."),
        ));
    }
    let (mut settings, problems) =
        Settings::folder().map(|folder| Settings::load(&folder)).unwrap_or_default();
    let mut theme = cli.screen.theme.clone();
    if let Some(file) = theme.as_deref().filter(|name| name.ends_with(".toml")) {
        let text = std::fs::read_to_string(file)
            .map_err(|error| problem(Diagnostic::error("settings/unreadable", format!("{file}: {error}"))))?;
        let name = Path::new(file)
            .file_stem()
            .map_or_else(|| file.to_owned(), |it| it.to_string_lossy().into_owned());
        settings.themes.insert(name.clone(), text);
        theme = Some(name);
    }
    if cli.screen.no_mouse {
        settings.mouse = Some(false);
    }
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let options = TuiOptions {
        readonly: cli.screen.readonly,
        ascii: cli.screen.ascii,
        theme,
        colours: !no_colour,
        settings,
        problems,
    };
    let (path, at) = (path.to_owned(), cli.at.clone());
    tui::run(Box::new(move || Explorer::open(&path, &OpenOptions { at: at.clone() })), options)?;
    Ok(Outcome::Clean)
}
