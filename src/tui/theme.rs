//! Themes: what each part of the screen looks like, by role; a role that a theme leaves out uses its fallback.
//!
//! Views name roles, never colours, so a view cannot misspell one and a new role never breaks an old theme.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};

use crate::base::Diagnostic;
use crate::base::nearest::nearest;
use crate::settings::{Settings, toml_problem};

macro_rules! roles {
    ($( #[doc = $doc:literal] $Name:ident = $key:literal $(=> $Fallback:ident)?; )*) => {
        /// A part of the screen with a look of its own.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Role { $( #[doc = $doc] $Name, )* }

        impl Role {
            /// All roles.
            pub const ALL: &'static [Self] = &[ $( Self::$Name, )* ];

            /// Its name in theme files.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $( Self::$Name => $key, )* }
            }

            /// The role whose look it takes when a theme does not list it.
            #[must_use]
            pub const fn fallback(self) -> Option<Self> {
                match self { $( Self::$Name => roles!(@fallback $($Fallback)?), )* }
            }
        }
    };
    (@fallback) => { None };
    (@fallback $Fallback:ident) => { Some(Self::$Fallback) };
}

roles! {
    /// Everything that is nothing else.
    Text = "text";
    /// What is there but seldom read: gutters, labels, absent values.
    Muted = "text.muted" => Text;
    /// Headings and names.
    Strong = "text.strong" => Text;
    /// The one colour that leads the eye: cursor marks, where am I.
    Accent = "accent" => Strong;
    /// The row under the cursor in the pane that has the keys.
    Selected = "list.selected" => Strong;
    /// The row under the cursor in another pane.
    SelectedAway = "list.selected.away" => Selected;
    /// What a filter or search matched.
    Match = "match" => Strong;
    /// The tab that is open.
    TabActive = "tab.active" => Accent;
    /// Lines that are only on the right.
    Added = "diff.added" => Text;
    /// Words that are only on the right.
    AddedWord = "diff.added.word" => Added;
    /// Lines that are only on the left.
    Removed = "diff.removed" => Text;
    /// Words that are only on the left.
    RemovedWord = "diff.removed.word" => Removed;
    /// Signs and counts of what differs on both sides.
    Changed = "diff.changed" => Text;
    /// Keys in manifests.
    YamlKey = "yaml.key" => Text;
    /// Text values in manifests.
    YamlString = "yaml.string" => Text;
    /// Numbers, booleans and null in manifests.
    YamlNumber = "yaml.number" => Text;
    /// What works.
    Good = "good" => Text;
    /// What works, but probably not as somebody believes.
    Warning = "warning" => Strong;
    /// What does not work.
    Problem = "problem" => Warning;
    /// The ground of popups.
    Popup = "popup" => Text;
    /// Lines between panes and around popups.
    Border = "border" => Muted;
    /// Keys in the key bar.
    KeyName = "key" => Strong;
    /// A field that takes text.
    Input = "input" => Strong;
    /// The cursor in such a field.
    Cursor = "input.cursor" => Input;
}

/// The themes that come with the program, the default first.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("terminal", include_str!("../../themes/terminal.toml")),
    ("dark", include_str!("../../themes/dark.toml")),
    ("light", include_str!("../../themes/light.toml")),
    ("high-contrast", include_str!("../../themes/high-contrast.toml")),
    ("colour-blind", include_str!("../../themes/colour-blind.toml")),
];

/// The look of every role.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Theme {
    styles: BTreeMap<Role, Style>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct ThemeFile {
    #[serde(default)]
    palette: BTreeMap<String, String>,
    roles: BTreeMap<String, Look>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Look {
    fg: Option<String>,
    bg: Option<String>,
    #[serde(default)]
    bold: bool,
    #[serde(default)]
    dim: bool,
    #[serde(default)]
    italic: bool,
    #[serde(default)]
    underlined: bool,
    #[serde(default)]
    reversed: bool,
}

impl Theme {
    /// The theme that is used when nothing was chosen.
    #[must_use]
    pub fn standard() -> Self {
        Self::parse("terminal", BUILT_IN[0].1).unwrap_or_default()
    }

    /// The theme of this name: one of the user's own, else a built-in one; without colours if they are not wanted.
    ///
    /// # Errors
    ///
    /// That there is none, or every mistake in its file.
    pub fn named(name: &str, settings: &Settings, colours: bool) -> Result<Self, Vec<Diagnostic>> {
        let built_in = || BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
        let Some(text) = settings.themes.get(name).map(String::as_str).or_else(built_in) else {
            let known: Vec<&str> = BUILT_IN
                .iter()
                .map(|(name, _)| *name)
                .chain(settings.themes.keys().map(String::as_str))
                .collect();
            let problem = Diagnostic::error("settings/unknown-theme", format!("no theme is called `{name}`"));
            return Err(vec![problem.hint(format!("There are {}.", known.join(", ")))]);
        };
        let theme = Self::parse(name, text)?;
        Ok(if colours { theme } else { theme.without_colours() })
    }

    /// Reads a theme file; `name` is only for messages.
    ///
    /// # Errors
    ///
    /// Every mistake in the file: what is not TOML, unknown roles, unknown colours.
    pub fn parse(name: &str, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let label = format!("themes/{name}.toml");
        let file: ThemeFile =
            toml::from_str(text).map_err(|error| vec![toml_problem(&label, text, &error)])?;
        let mut problems = Vec::new();
        let mut theme = Self::default();
        for (key, look) in &file.roles {
            let Some(role) = Role::ALL.iter().find(|role| role.key() == key) else {
                let problem =
                    Diagnostic::error("settings/unknown-role", format!("{label}: no role is called `{key}`"));
                problems.push(match nearest(key, Role::ALL.iter().map(|role| role.key())) {
                    Some(near) => problem.hint(format!("Did you mean `{near}`?")),
                    None => problem,
                });
                continue;
            };
            match look.style(&file.palette) {
                Ok(style) => drop(theme.styles.insert(*role, style)),
                Err(colour) => problems.push(
                    Diagnostic::error(
                        "settings/unknown-colour",
                        format!("{label}: `{colour}` (of `{key}`) is not a colour"),
                    )
                    .hint("Colours are names of [palette], `#rrggbb`, or the terminal's own such as `red` and `light-blue`."),
                ),
            }
        }
        if problems.is_empty() { Ok(theme) } else { Err(problems) }
    }

    /// The same theme without colours: only bold, underline and reverse are left, as `NO_COLOR` asks.
    #[must_use]
    pub fn without_colours(mut self) -> Self {
        for style in self.styles.values_mut() {
            // A ground colour that only colour tells apart becomes reverse video.
            let marked = matches!(style.bg, Some(colour) if colour != Color::Reset);
            *style = Style { fg: None, bg: None, underline_color: None, ..*style };
            if marked {
                *style = style.add_modifier(Modifier::REVERSED);
            }
        }
        for plain in [Role::Text, Role::Popup, Role::Input] {
            if let Some(style) = self.styles.get_mut(&plain) {
                *style = style.remove_modifier(Modifier::REVERSED);
                style.sub_modifier = Modifier::empty();
            }
        }
        self
    }

    /// What a role looks like.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        let mut next = Some(role);
        while let Some(role) = next {
            if let Some(style) = self.styles.get(&role) {
                return *style;
            }
            next = role.fallback();
        }
        Style::new()
    }

    /// Whether the theme itself says what a role looks like.
    #[must_use]
    pub fn sets(&self, role: Role) -> bool {
        self.styles.contains_key(&role)
    }
}

impl Look {
    fn style(&self, palette: &BTreeMap<String, String>) -> Result<Style, String> {
        let colour = |name: &Option<String>| -> Result<Option<Color>, String> {
            let Some(name) = name else { return Ok(None) };
            let value = palette.get(name).unwrap_or(name);
            value.parse().map(Some).map_err(|_| value.clone())
        };
        let mut style = Style { fg: colour(&self.fg)?, bg: colour(&self.bg)?, ..Style::new() };
        for (wanted, modifier) in [
            (self.bold, Modifier::BOLD),
            (self.dim, Modifier::DIM),
            (self.italic, Modifier::ITALIC),
            (self.underlined, Modifier::UNDERLINED),
            (self.reversed, Modifier::REVERSED),
        ] {
            if wanted {
                style = style.add_modifier(modifier);
            }
        }
        Ok(style)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_theme_loads_and_sets_every_role_without_a_fallback() {
        for (name, text) in BUILT_IN {
            let theme = Theme::parse(name, text).unwrap_or_else(|problems| panic!("{problems:?}"));
            for role in Role::ALL.iter().filter(|role| role.fallback().is_none()) {
                assert!(theme.sets(*role), "{name} lacks {}", role.key());
            }
        }
    }

    #[test]
    fn every_theme_file_is_built_in() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("themes");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned();
            assert!(BUILT_IN.iter().any(|(known, _)| *known == name), "{name}");
        }
    }

    #[test]
    fn added_and_removed_differ_in_every_theme() {
        for (name, text) in BUILT_IN {
            let theme = Theme::parse(name, text).unwrap();
            assert_ne!(theme.style(Role::Added), theme.style(Role::Removed), "{name}");
            assert_ne!(theme.style(Role::Selected), theme.style(Role::Text), "{name}");
        }
    }

    #[test]
    fn mistakes_in_a_theme_are_all_named() {
        let text = "[roles]\n\"diff.aded\" = {}\n\"text\" = { fg = \"gren\" }\n";
        let problems = Theme::parse("mine", text).unwrap_err();
        let said: Vec<_> = problems.iter().map(|problem| problem.message.clone()).collect();
        assert_eq!(
            said,
            [
                "themes/mine.toml: no role is called `diff.aded`",
                "themes/mine.toml: `gren` (of `text`) is not a colour"
            ]
        );
    }

    #[test]
    fn without_colours_nothing_is_coloured_and_the_cursor_still_stands_out() {
        for (name, text) in BUILT_IN {
            let theme = Theme::parse(name, text).unwrap().without_colours();
            for role in Role::ALL {
                let style = theme.style(*role);
                assert_eq!((style.fg, style.bg), (None, None), "{name} {}", role.key());
            }
            assert_ne!(theme.style(Role::Selected), theme.style(Role::Text), "{name}");
        }
    }
}
