//! The program: hands the command line to the library, and opens the screen when that is what it asks for.

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use overlens::base::Diagnostic;
use overlens::base::pages::use_small_pages;
use overlens::cli::output::Outcome;
use overlens::cli::{self, ScreenRequest, VerbResult};
use overlens::explorer::Explorer;
use overlens::settings::Settings;
use overlens::tui::theme::Theme;
use overlens::tui::{self, TuiOptions};

/// The tree of a manifest is many small allocations, made on all cores; this allocator handles them several times faster.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run(std::env::args_os(), &open_screen)
}

/// Opens the screen with what the command line and the user's own file choose.
///
/// It is here because neither front end knows the other.
fn open_screen(request: &ScreenRequest) -> VerbResult {
    let screen = &request.screen;
    if let Some(file) = &request.picture {
        return draw_picture(request, file);
    }
    if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        return Err(Box::new(
            Diagnostic::error("screen/no-terminal", "the screen needs a terminal")
                .hint("`overlens list`, `explain`, `render` and `diff` work without one."),
        ));
    }
    // Edits need little memory that is new, each a bit of another large page, and all of that page is cleared for it.
    use_small_pages();
    let (mut settings, problems) =
        Settings::folder().map(|folder| Settings::load(&folder)).unwrap_or_default();
    let mut theme = screen.theme.clone();
    if let Some(file) = theme.as_deref().filter(|name| name.ends_with(".toml")) {
        let text = std::fs::read_to_string(file)
            .map_err(|error| Diagnostic::error("settings/unreadable", format!("{file}: {error}")))?;
        let name = Path::new(file)
            .file_stem()
            .map_or_else(|| file.to_owned(), |it| it.to_string_lossy().into_owned());
        settings.themes.insert(name.clone(), text);
        theme = Some(name);
    }
    if screen.no_mouse {
        settings.mouse = Some(false);
    }
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let options = TuiOptions {
        readonly: screen.readonly,
        ascii: screen.ascii,
        theme,
        colours: !no_colour,
        watch: !screen.no_watch,
        settings,
        problems,
    };
    let (path, mut open) = (request.path.clone(), request.open.clone());
    if let Some(mebibytes) = options.settings.memory {
        open.memory = mebibytes.saturating_mul(1024 * 1024);
    }
    if let Some(seconds) = options.settings.seconds_per_target {
        open.budget = Duration::from_secs(seconds);
    }
    tui::run(Box::new(move || Explorer::open(&path, &open)), options)?;
    Ok(Outcome::Clean)
}

/// Keys that lead to the picture of the README: a prod target compared with int-stable.
const PICTURE_KEYS: &str = "/ \"account-s\" enter l l l l d \"int-stable/euw1\" enter ] ] ] ] ] ] ] ]";

/// Draws the screen after [`PICTURE_KEYS`] from the very cells that would go to the terminal.
fn draw_picture(request: &ScreenRequest, file: &Path) -> VerbResult {
    let explorer = Explorer::open(&request.path, &request.open)?;
    let theme = Theme::named("dark", &Settings::default(), true)
        .map_err(|problems| problems.into_iter().map(|it| it.to_string()).collect::<Vec<_>>().join("\n"))?;
    let cells = tui::still(&explorer, PICTURE_KEYS, 150, 34, &theme);
    std::fs::write(file, tui::picture::svg(&cells, &theme))?;
    Ok(Outcome::Clean)
}
