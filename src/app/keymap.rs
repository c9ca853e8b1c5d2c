//! Which key runs which command where: the table's defaults under the user's own choice.

use std::collections::BTreeMap;

use crate::base::Diagnostic;
use crate::base::nearest::nearest;

use super::command::{COMMANDS, Command, CommandSpec, Scope};
use super::key::Key;

/// Keys of every scope.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Keymap {
    by_key: BTreeMap<(Scope, Key), Command>,
    by_command: BTreeMap<Command, Vec<Key>>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self::new(&BTreeMap::new()).0
    }
}

impl Keymap {
    /// Reads the user's choice: command ids to key names; a listed command loses its default keys, an empty list unbinds it.
    ///
    /// What cannot be used is left out and named in the second value: unknown commands, unknown keys, and keys that
    /// would mean two things in one place. The rest still works, because a slip in a file must not lock anybody out.
    #[must_use]
    pub fn new(user: &BTreeMap<String, Vec<String>>) -> (Self, Vec<Diagnostic>) {
        let mut problems = Vec::new();
        for id in user.keys().filter(|id| COMMANDS.iter().all(|spec| spec.id != **id)) {
            let problem =
                Diagnostic::error("settings/unknown-command", format!("no command is called `{id}`"));
            problems.push(match nearest(id, COMMANDS.iter().map(|spec| spec.id)) {
                Some(near) => problem.hint(format!("Did you mean `{near}`?")),
                None => problem.hint("The help screen (`?`) and docs/keys.md list all commands."),
            });
        }
        let mut map = Self { by_key: BTreeMap::new(), by_command: BTreeMap::new() };
        // What the user chose is entered first, so that it wins over a default and not the other way round.
        for spec in COMMANDS {
            if let Some(names) = user.get(spec.id) {
                let keys =
                    names.iter().filter_map(|name| parse(spec, name, &mut problems)).collect::<Vec<_>>();
                map.bind(spec, keys, &mut problems);
            }
        }
        for spec in COMMANDS {
            if !user.contains_key(spec.id) {
                let keys =
                    spec.keys.iter().filter_map(|name| parse(spec, name, &mut problems)).collect::<Vec<_>>();
                map.bind(spec, keys, &mut problems);
            }
        }
        (map, problems)
    }

    fn bind(&mut self, spec: &'static CommandSpec, keys: Vec<Key>, problems: &mut Vec<Diagnostic>) {
        for key in keys {
            if let Some(first) = self.taken(spec.scope, key).filter(|first| *first != spec.command) {
                problems.push(
                    Diagnostic::error(
                        "settings/key-conflict",
                        format!("`{key}` would run both `{}` and `{}`", first.spec().id, spec.id),
                    )
                    .hint(format!(
                        "`{key}` keeps `{}`; give `{}` another key.",
                        first.spec().id,
                        spec.id
                    )),
                );
                continue;
            }
            self.by_key.insert((spec.scope, key), spec.command);
            self.by_command.entry(spec.command).or_default().push(key);
        }
    }

    /// Moving and the commands of every screen work at the same time, so they share their keys.
    fn taken(&self, scope: Scope, key: Key) -> Option<Command> {
        let shared = match scope {
            Scope::Motion | Scope::Global => [Scope::Motion, Scope::Global],
            own => [own, own],
        };
        shared.iter().find_map(|scope| self.by_key.get(&(*scope, key)).copied())
    }

    /// The command that a key runs where the scopes are active, narrowest first.
    #[must_use]
    pub fn command(&self, scopes: &[Scope], key: Key) -> Option<Command> {
        scopes.iter().find_map(|scope| self.by_key.get(&(*scope, key)).copied())
    }

    /// The keys of a command; empty when it has none.
    #[must_use]
    pub fn keys(&self, command: Command) -> &[Key] {
        self.by_command.get(&command).map_or(&[], Vec::as_slice)
    }
}

fn parse(spec: &CommandSpec, name: &str, problems: &mut Vec<Diagnostic>) -> Option<Key> {
    let key = Key::parse(name);
    if key.is_none() {
        problems.push(
            Diagnostic::error("settings/unknown-key", format!("`{name}` is not a key (of `{}`)", spec.id))
                .hint("Keys are written `q`, `D`, `ctrl-d`, `alt-x`, `f5`, `enter`, `space`, `page-up`."),
        );
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(rows: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
        rows.iter()
            .map(|(id, keys)| ((*id).to_owned(), keys.iter().map(|key| (*key).to_owned()).collect()))
            .collect()
    }

    fn run(map: &Keymap, scopes: &[Scope], key: &str) -> Option<Command> {
        map.command(scopes, Key::parse(key).unwrap())
    }

    #[test]
    fn the_default_table_has_no_conflict() {
        assert_eq!(Keymap::new(&BTreeMap::new()).1, []);
    }

    #[test]
    fn a_screen_wins_over_what_works_everywhere() {
        let map = Keymap::default();
        assert_eq!(
            run(&map, &[Scope::Services, Scope::Motion, Scope::Global], "enter"),
            Some(Command::ServicesOpen)
        );
        assert_eq!(run(&map, &[Scope::Diff, Scope::Motion, Scope::Global], "q"), Some(Command::Quit));
        assert_eq!(run(&map, &[Scope::Question, Scope::Motion], "q"), Some(Command::QuestionNo));
    }

    #[test]
    fn the_users_keys_replace_the_defaults_of_that_command_only() {
        let (map, problems) = Keymap::new(&user(&[("diff.swap", &["ctrl-s"]), ("app.mouse", &[])]));
        assert_eq!(problems, []);
        assert_eq!(run(&map, &[Scope::Diff], "s"), None);
        assert_eq!(run(&map, &[Scope::Diff], "ctrl-s"), Some(Command::DiffSwap));
        assert_eq!(run(&map, &[Scope::Diff], "v"), Some(Command::DiffUnified));
        assert_eq!(map.keys(Command::Mouse), []);
    }

    #[test]
    fn mistakes_are_named_and_the_rest_still_works() {
        let (map, problems) =
            Keymap::new(&user(&[("diff.swop", &["s"]), ("diff.fold", &["spce"]), ("diff.unified", &["s"])]));
        let said: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            said,
            [
                "no command is called `diff.swop`",
                "`spce` is not a key (of `diff.fold`)",
                "`s` would run both `diff.unified` and `diff.swap`",
            ]
        );
        assert_eq!(problems[0].hints, ["Did you mean `diff.swap`?"]);
        assert_eq!(run(&map, &[Scope::Diff], "s"), Some(Command::DiffUnified));
        assert_eq!(run(&map, &[Scope::Diff], "n"), Some(Command::DiffNextChange));
    }

    #[test]
    fn moving_and_global_keys_cannot_collide() {
        let (_, problems) = Keymap::new(&user(&[("app.copy", &["j"])]));
        assert_eq!(problems.len(), 1);
    }
}
