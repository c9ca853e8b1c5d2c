//! What verbs share: opening the platform, reading addresses, and drawing problems with the lines they are about.

use std::mem::ManuallyDrop;
use std::sync::Arc;

use crate::base::{Diagnostic, Severity};
use crate::catalog::Address;
use crate::explorer::Explorer;
use crate::report::answer::Overview;
use crate::report::problem;

use super::{Cli, output};

/// Opens the platform that the command line names.
///
/// # Errors
///
/// When it cannot be opened, or has no catalog at all.
pub(super) fn open(cli: &Cli) -> Result<Explorer, Diagnostic> {
    Explorer::open(&super::platform_path(cli), &cli.open_options()?)
}

/// Opens the platform and reads its catalog; warnings go to stderr.
///
/// A verb is the last thing that its process does: the explorer is left to the system, which frees the memory of a large
/// fleet at once and not tree by tree.
///
/// # Errors
///
/// As [`open`], and the first error when not a single service could be read.
pub(super) fn open_catalog(cli: &Cli) -> Result<(ManuallyDrop<Explorer>, Arc<Overview>), Diagnostic> {
    let explorer = ManuallyDrop::new(open(cli)?);
    let overview = explorer.overview(&explorer.draft());
    let errors = overview.diagnostics.iter().filter(|problem| problem.severity == Severity::Error);
    if overview.catalog.services.is_empty()
        && let Some(problem) = errors.clone().next()
    {
        return Err(problem.clone());
    }
    if cli.at.is_some() {
        output::say(&format!("note: catalog of {}", overview.catalog_from));
        show_problems(
            &explorer,
            overview.diagnostics.iter().filter(|problem| problem.code == "open/ref-or-date"),
        );
    }
    Ok((explorer, overview))
}

/// Reads the address of a target.
///
/// # Errors
///
/// When it is not an address, or the catalog has no such target.
pub(super) fn address(text: &str, overview: &Overview) -> Result<Address, Diagnostic> {
    Address::parse(text, &overview.catalog)
}

/// The one target that is named, or every target in the order of the catalog.
///
/// # Errors
///
/// As [`address`].
pub(super) fn addresses(named: Option<&str>, overview: &Overview) -> Result<Vec<Address>, Diagnostic> {
    if let Some(text) = named {
        return Ok(vec![address(text, overview)?]);
    }
    let targets = overview.resolutions.iter().map(|resolution| resolution.target.clone());
    Ok(targets.map(|target| Address { target, reference: None }).collect())
}

/// Draws problems on stderr with the lines they are about.
pub(super) fn show_problems<'a>(explorer: &Explorer, problems: impl IntoIterator<Item = &'a Diagnostic>) {
    for problem in problems {
        output::problem(problem, &|span| explorer.source_text(span));
    }
}

/// Says why a verb stopped.
pub(super) fn complain(cli: &Cli, error: &(dyn std::error::Error + 'static)) {
    let Some(problem) = error.downcast_ref::<Diagnostic>() else {
        return output::say(&format!("error: {error}"));
    };
    let explorer = open(cli).ok();
    let drawn = problem::draw(problem, &|span| explorer.as_ref()?.source_text(span), true);
    output::say(&drawn);
}
