//! What `copy` copies: the thing under the cursor, in the form in which one wants to paste it. Secrets stay masked.

use super::message::Effect;
use super::model::Model;
use super::popup::{Popup, Tone};
use super::screens::Screen;
use super::screens::class::ClassPane;
use super::screens::pins;
use super::screens::target::Tab;
use super::words;

/// Copies what is under the cursor and says what that was.
pub(super) fn copy(model: &mut Model) -> Vec<Effect> {
    match under_cursor(model) {
        Some((what, text)) => {
            let lines = text.lines().count();
            let shown = if lines > 1 { words::count(lines, "line") } else { text.clone() };
            model.say(Tone::Good, format!("copied {what}: {shown}"));
            vec![Effect::Copy(text)]
        }
        None => {
            model.say(Tone::Muted, "there is nothing to copy here");
            Vec::new()
        }
    }
}

fn under_cursor(model: &Model) -> Option<(&'static str, String)> {
    if let Some(Popup::Page(page)) = &model.popup {
        let lines: Vec<&str> = page.lines.iter().map(|line| line.text.as_str()).collect();
        return Some(("the page", lines.join("\n")));
    }
    match model.stack.last() {
        None => {
            let overview = model.overview.as_ref()?;
            let resolution = model.services.target(overview)?;
            match resolution.reference() {
                Some(reference) => Some(("the ref", reference.to_owned())),
                None => Some(("the target", resolution.target.to_string())),
            }
        }
        Some(Screen::Target(screen)) => match screen.tab {
            Tab::Manifests if screen.in_text => {
                screen.lines.get(screen.text.cursor).map(|line| ("the line", line.trim().to_owned()))
            }
            Tab::Manifests => {
                let document = screen.documents().get(screen.resources.cursor)?;
                let lines = screen.lines.get(document.lines.clone())?;
                Some(("the resource", lines.join("\n")))
            }
            Tab::Values => {
                let value = screen.view.as_ref()?.values.get(screen.other.cursor)?;
                Some(("the value", value.value.clone()))
            }
            Tab::Layers => {
                let layer = screen.view.as_ref()?.layers.get(screen.other.cursor)?;
                Some(("the path", layer.path.to_string()))
            }
            Tab::Findings => {
                screen.findings().get(screen.other.cursor).map(|finding| ("the finding", finding.to_string()))
            }
        },
        Some(Screen::Diff(screen)) => {
            screen.current().map(|line| ("the line", screen.line_text(line).trim().to_owned()))
        }
        Some(Screen::Pins(screen)) => {
            let overview = model.overview.as_ref()?;
            let rows = pins::rows(&overview.catalog);
            let env = pins::environments(&overview.catalog).get(screen.column)?.clone();
            match rows.get(screen.row)? {
                pins::Row::Channel(name) => overview
                    .catalog
                    .channel(name)
                    .map(|channel| ("the ref", channel.reference.value.to_string())),
                row => {
                    pins::cell(overview, row, &env).value.map(|value| ("the ref", value.value.to_string()))
                }
            }
        }
        Some(Screen::Parity(screen)) => {
            screen.row().map(|row| ("the row", crate::report::parity::row_text(row)))
        }
        Some(Screen::Movables(screen)) => {
            screen.current()?.reference.as_ref().map(|reference| ("the ref", reference.to_string()))
        }
        Some(Screen::Candidates(screen)) => {
            screen.current().map(|candidate| ("the ref", candidate.name.to_string()))
        }
        Some(Screen::Radius(screen)) => {
            let row = screen.current()?;
            let targets = words::count(row.members().len(), "target");
            Some(("the line", format!("{targets}: {} ({})", row.summary(), row.reach())))
        }
        Some(Screen::Class(screen)) => match screen.pane {
            ClassPane::Members => screen.member().map(|target| ("the target", target.to_string())),
            ClassPane::Changes => {
                let entry = screen.entries.get(screen.changes.cursor)?;
                match &entry.cause {
                    Some(cause) => Some(("the place", cause.span.to_string())),
                    None => Some(("the change", entry.line())),
                }
            }
            ClassPane::Text => {
                let line = screen.diff.current()?;
                Some(("the line", screen.diff.line_text(line).trim().to_owned()))
            }
        },
        Some(Screen::Draft(screen)) => {
            model.draft.unsaved_entries().get(screen.list.cursor).map(|entry| ("the edit", entry.describe()))
        }
    }
}
