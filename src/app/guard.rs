//! Why a command cannot run now: one function for each reason, used by the table of commands.

use super::Model;
use super::popup::Popup;
use super::screens::Screen;
use super::screens::radius::ChangeAsked;

type Verdict = Result<(), &'static str>;

/// Nothing is needed.
pub fn always(_: &Model) -> Verdict {
    Ok(())
}

/// The catalog must have been read.
pub fn opened(model: &Model) -> Verdict {
    model.overview.is_some().then_some(()).ok_or("the platform is not open yet")
}

/// There must be a commit to hold the files against.
pub fn in_repository(model: &Model) -> Verdict {
    opened(model)?;
    let is_repository = model.overview.as_ref().is_some_and(|overview| overview.is_repository);
    is_repository.then_some(()).ok_or("this is not a git repository")
}

/// The cursor must be on a target.
pub fn cell(model: &Model) -> Verdict {
    let overview = model.overview.as_ref().ok_or("the platform is not open yet")?;
    if model.services.rows.is_empty() {
        return Err("no service passes the filter");
    }
    model.services.target(overview).map(|_| ()).ok_or("the service does not run here")
}

/// Writing must be allowed. Edits may be tried even when it is not.
fn writable(model: &Model) -> Verdict {
    model.unwritable().map_or(Ok(()), Err)
}

/// A target must be open, and the catalog read.
pub fn editable_target(model: &Model) -> Verdict {
    match model.stack.last() {
        Some(Screen::Target(_)) => opened(model),
        _ => Err("no target is open"),
    }
}

/// A comparison must be open, and the catalog read.
pub fn editable_diff(model: &Model) -> Verdict {
    match model.stack.last() {
        Some(Screen::Diff(_)) => opened(model),
        _ => Err("no comparison is open"),
    }
}

/// The two regions must be known.
pub fn board(model: &Model) -> Verdict {
    match model.stack.last() {
        Some(Screen::Parity(screen)) if screen.board.is_some() => Ok(()),
        _ => Err("the regions are not compared yet"),
    }
}

/// The cursor must be on a row of the board of regions.
pub fn parity_row(model: &Model) -> Verdict {
    match model.stack.last() {
        Some(Screen::Parity(screen)) => screen.row().map(|_| ()).ok_or("no row is shown"),
        _ => Err("the board is not open"),
    }
}

/// The two sides must be targets that were chosen.
pub fn compared(model: &Model) -> Verdict {
    match model.stack.last() {
        Some(Screen::Diff(_)) => Ok(()),
        _ => Err("the two sides are those of one change"),
    }
}

/// The open page must explain a value of the catalog.
pub fn explained_value(model: &Model) -> Verdict {
    opened(model)?;
    match &model.popup {
        Some(Popup::Page(page)) if page.value.is_some() => Ok(()),
        _ => Err("the catalog does not write this value: edit the file of the layer"),
    }
}

/// What the change does must be known.
pub fn classified(model: &Model) -> Verdict {
    match model.stack.last() {
        Some(Screen::Radius(screen)) if screen.radius.is_some() => Ok(()),
        _ => Err("what changes is not known yet"),
    }
}

/// The cursor must be on something that changes; nothing else of the answer needs to be there.
pub fn on_change(model: &Model) -> Verdict {
    match model.stack.last() {
        Some(Screen::Radius(screen)) if screen.current().is_some() => Ok(()),
        Some(Screen::Radius(screen)) if screen.radius.is_some() => Err("nothing changes"),
        _ => classified(model),
    }
}

/// The cursor must be on a class.
pub fn on_class(model: &Model) -> Verdict {
    classified(model)?;
    match model.stack.last() {
        Some(Screen::Radius(screen)) if screen.class().is_some() => Ok(()),
        _ => Err("only classes are reviewed"),
    }
}

/// A channel or pin must be about to move.
pub fn moving(model: &Model) -> Verdict {
    match asked(model) {
        Some(ChangeAsked::Move { .. }) => Ok(()),
        Some(ChangeAsked::Layers) => Err("these edits are in the files already"),
        _ => Err("this is the effect of the draft"),
    }
}

/// A channel or pin must be about to move, not be staged yet, and writing must be allowed.
pub fn can_stage(model: &Model) -> Verdict {
    moving(model)?;
    writable(model)?;
    match asked(model).and_then(|change| change.missing_in(&model.draft)) {
        Some(_) => Ok(()),
        None => Err("it is in the draft already"),
    }
}

fn asked(model: &Model) -> Option<&ChangeAsked> {
    match model.stack.last()? {
        Screen::Radius(screen) => Some(&screen.change),
        Screen::Class(screen) => Some(&screen.change),
        _ => None,
    }
}

/// There must be edits that are not written.
pub fn pending(model: &Model) -> Verdict {
    if model.draft.is_unsaved() { Ok(()) } else { Err("there are no pending edits") }
}

/// There must be an edit to undo.
pub fn can_undo(model: &Model) -> Verdict {
    if model.draft.can_undo_and_redo().0 { Ok(()) } else { Err("there is nothing to undo") }
}

/// There must be an undone edit.
pub fn can_redo(model: &Model) -> Verdict {
    if model.draft.can_undo_and_redo().1 { Ok(()) } else { Err("there is nothing to redo") }
}

/// There must be edits, and writing must be allowed.
pub fn can_write(model: &Model) -> Verdict {
    writable(model)?;
    pending(model)
}
