//! What the program says about itself to shells, and the screen that opens without a verb.

use clap::Args;

use super::VerbResult;
use super::output::{self, Outcome};

/// Options of `overlens completions`.
#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Prints the completions for a shell.
///
/// # Errors
///
/// When stdout cannot be written.
pub(super) fn completions(args: &CompletionsArgs) -> VerbResult {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "overlens", &mut script);
    output::exact(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Clean)
}

/// Prints the manual page.
///
/// # Errors
///
/// When stdout cannot be written.
pub(super) fn manual() -> VerbResult {
    let mut page = Vec::new();
    clap_mangen::Man::new(super::command()).render(&mut page)?;
    output::exact(&String::from_utf8_lossy(&page))?;
    Ok(Outcome::Clean)
}
