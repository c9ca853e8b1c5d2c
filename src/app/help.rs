//! Help and palette: lists of commands made from the table, with their keys and why they cannot run now.

use super::Model;
use super::command::{COMMANDS, Command, CommandSpec, Scope, in_scope};
use super::popup::finder::{Finder, Item};

/// The commands that work on this screen, by scope, narrowest first.
#[must_use]
pub fn here(model: &Model) -> Finder<Command> {
    let mut scopes = vec![model.screen_scope(), model.inner_scope(), Scope::Global, Scope::Motion];
    scopes.dedup();
    let specs = scopes.into_iter().flat_map(in_scope);
    Finder::new("Keys", specs.map(|spec| (item(model, spec), spec.command)).collect())
}

/// Every command that can be run from this screen.
#[must_use]
pub fn palette(model: &Model) -> Finder<Command> {
    let own = [model.screen_scope(), model.inner_scope(), Scope::Global];
    let specs = COMMANDS.iter().filter(|spec| own.contains(&spec.scope));
    Finder::new("Commands", specs.map(|spec| (item(model, spec), spec.command)).collect())
}

fn item(model: &Model, spec: &'static CommandSpec) -> Item {
    let keys: Vec<String> =
        model.keymap.keys(spec.command).iter().map(|key| key.sign(model.options.ascii)).collect();
    Item {
        title: spec.sentence().trim_end_matches('.').to_owned(),
        lead: keys.join(" "),
        detail: spec.id.to_owned(),
        group: spec.scope.title().to_owned(),
        refused: (spec.guard)(model).err().map(str::to_owned),
    }
}

/// What the key bar shows: key and word of the commands that belong to the screen and can run, then help.
#[must_use]
pub fn key_bar(model: &Model) -> Vec<(String, &'static str)> {
    let [scope, inner, ..] = model.scopes();
    let inside = (scope != inner).then_some(inner).into_iter().flat_map(in_scope);
    let own =
        in_scope(scope).chain(inside).filter(|spec| !spec.label.is_empty() && (spec.guard)(model).is_ok());
    let always = if scope == Scope::Question {
        Vec::new()
    } else {
        let write = (super::guard::can_write(model).is_ok()).then_some((Command::Write, "write"));
        let draft = (model.pending() > 0 && scope != Scope::Draft).then_some((Command::ShowDraft, "draft"));
        let offers = matches!(scope, Scope::Services | Scope::Target | Scope::Pins);
        let promote =
            (offers && super::guard::opened(model).is_ok()).then_some((Command::Promote, "promote"));
        let back = (!model.stack.is_empty()).then_some((Command::Back, "back"));
        promote
            .into_iter()
            .chain(write)
            .chain(draft)
            .chain(back)
            .chain([(Command::Palette, "palette"), (Command::Help, "help")])
            .collect()
    };
    own.map(|spec| (spec.command, spec.label))
        .chain(always)
        .filter_map(|(command, label)| {
            let key = model.keymap.keys(command).first()?;
            Some((key.sign(model.options.ascii), label))
        })
        .collect()
}
