//! Every command, declared once: keymap, help, key bar, palette and `docs/keys.md` all read this table.
//!
//! A command that is not a row here does not exist; a row that nobody handles does not compile. A guard
//! returns the reason why a command cannot run now, so that help and palette can say it instead of hiding it.

use super::Model;
use super::guard;

/// Where a command can be run. A screen's own binding wins over the wider ones.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Scope {
    /// Moving about: lists, texts, popups.
    Motion,
    /// Every screen.
    Global,
    /// The table of services.
    Services,
    /// One target.
    Target,
    /// Two targets side by side.
    Diff,
    /// Channels and pins.
    Pins,
    /// Two regions held against each other.
    Parity,
    /// Edits that are not written.
    Draft,
    /// What can be promoted.
    Movables,
    /// The refs to promote it to.
    Candidates,
    /// What a change does to all targets.
    Radius,
    /// One class of equal changes.
    Class,
    /// A page that explains a line or value.
    Explain,
    /// A question with a yes and a no.
    Question,
}

impl Scope {
    /// All scopes in the order in which help shows them.
    pub const ALL: &'static [Self] = &[
        Self::Services,
        Self::Target,
        Self::Diff,
        Self::Pins,
        Self::Parity,
        Self::Draft,
        Self::Movables,
        Self::Candidates,
        Self::Radius,
        Self::Class,
        Self::Explain,
        Self::Question,
        Self::Motion,
        Self::Global,
    ];

    /// The heading of the scope in help and documentation.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Motion => "Moving",
            Self::Global => "Everywhere",
            Self::Services => "Services",
            Self::Target => "Target",
            Self::Diff => "Diff",
            Self::Pins => "Pins",
            Self::Parity => "Parity",
            Self::Draft => "Draft",
            Self::Movables => "Promote: what moves",
            Self::Candidates => "Promote: to which ref",
            Self::Radius => "What changes",
            Self::Class => "Change class",
            Self::Explain => "Explain",
            Self::Question => "Questions",
        }
    }
}

/// Says why a command cannot run now.
pub type Guard = fn(&Model) -> Result<(), &'static str>;

/// One row of the table.
#[derive(Debug)]
pub struct CommandSpec {
    /// What it does.
    pub command: Command,
    /// Name in the keymap file, in the palette and in documentation. Never changes.
    pub id: &'static str,
    /// Where it works.
    pub scope: Scope,
    /// Word in the key bar; empty for commands that are not shown there.
    pub label: &'static str,
    /// Default keys; the user's keymap replaces them per command.
    pub keys: &'static [&'static str],
    /// Why it cannot run now.
    pub guard: Guard,
    /// One sentence: the doc comment of the row.
    pub help: &'static str,
}

macro_rules! commands {
    ($( #[doc = $help:literal] $Name:ident = $id:literal, $scope:ident, $label:literal, [$($key:literal),*] $(, if $guard:ident)?; )*) => {
        /// What the user asked for, without how.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Command { $( #[doc = $help] $Name, )* }

        /// All commands, in the order in which help shows them.
        pub const COMMANDS: &[CommandSpec] = &[ $( CommandSpec {
            command: Command::$Name,
            id: $id,
            scope: Scope::$scope,
            label: $label,
            keys: &[$($key),*],
            guard: commands!(@guard $($guard)?),
            help: $help,
        }, )* ];
    };
    (@guard) => { guard::always };
    (@guard $guard:ident) => { guard::$guard };
}

commands! {
    /// Opens the target under the cursor.
    ServicesOpen = "services.open", Services, "open", ["enter"], if cell;
    /// Compares the target under the cursor with another one.
    ServicesDiff = "services.diff", Services, "diff", ["d"], if cell;
    /// Edits a value of the service under the cursor for its environment and region.
    ServicesEdit = "services.edit", Services, "edit", ["e"], if cell;
    /// Shows channels and pins as one matrix.
    ServicesPins = "services.pins", Services, "pins", ["p"], if opened;
    /// Filters services: words, and `env:` `region:` `type:` `ref:` `is:`.
    ServicesFilter = "services.filter", Services, "filter", ["/"], if opened;
    /// Sorts by the next column: name, type, channel, worst state.
    ServicesSort = "services.sort", Services, "", ["s"], if opened;

    /// Shows the rendered manifests.
    TargetManifests = "target.manifests", Target, "", ["1"];
    /// Shows the effective values and the line each one comes from.
    TargetValues = "target.values", Target, "", ["2"];
    /// Shows the layers of the composition.
    TargetLayers = "target.layers", Target, "", ["3"];
    /// Shows what is wrong or doubtful about this target.
    TargetFindings = "target.findings", Target, "", ["4"];
    /// Explains the line under the cursor: who wrote it and what it replaced.
    TargetExplain = "target.explain", Target, "explain", ["enter"];
    /// Edits a value of this service.
    TargetEdit = "target.edit", Target, "edit", ["e"], if editable_target;
    /// Compares this target with another one.
    TargetDiff = "target.diff", Target, "diff", ["d"];
    /// Shows or hides the gutter that names the line behind each manifest line.
    TargetBlame = "target.blame", Target, "blame", ["b"];
    /// Goes to the next resource.
    TargetNextResource = "target.next-resource", Target, "", ["]"];
    /// Goes to the previous resource.
    TargetPreviousResource = "target.previous-resource", Target, "", ["["];
    /// Searches in the manifests.
    TargetSearch = "target.search", Target, "search", ["/"];
    /// Goes to the next match.
    TargetNextMatch = "target.next-match", Target, "", ["n"];
    /// Goes to the previous match.
    TargetPreviousMatch = "target.previous-match", Target, "", ["N"];

    /// Goes to the next change, or to the next match while searching.
    DiffNextChange = "diff.next-change", Diff, "next change", ["n"];
    /// Goes to the previous change, or to the previous match while searching.
    DiffPreviousChange = "diff.previous-change", Diff, "", ["N"];
    /// Goes to the next resource that differs.
    DiffNextResource = "diff.next-resource", Diff, "resource", ["]"];
    /// Goes to the previous resource that differs.
    DiffPreviousResource = "diff.previous-resource", Diff, "", ["["];
    /// Folds or unfolds equal lines.
    DiffFold = "diff.fold", Diff, "fold", ["space"];
    /// Shows or hides lines that differ only by the namespace or the hash in a name.
    DiffExpected = "diff.expected", Diff, "", ["i"];
    /// Swaps the two sides.
    DiffSwap = "diff.swap", Diff, "swap", ["s"], if compared;
    /// Changes between side by side and unified.
    DiffUnified = "diff.unified", Diff, "unified", ["v"];
    /// Picks another target or ref for side A.
    DiffPickLeft = "diff.pick-a", Diff, "side A", ["a"], if compared;
    /// Picks another target or ref for side B.
    DiffPickRight = "diff.pick-b", Diff, "side B", ["b"], if compared;
    /// Edits a value of the service on side B while the diff follows.
    DiffEdit = "diff.edit", Diff, "edit", ["e"], if editable_diff;
    /// Searches in both sides.
    DiffSearch = "diff.search", Diff, "search", ["/"];
    /// Opens the target of side B.
    DiffOpen = "diff.open", Diff, "", ["enter"], if compared;

    /// Edits the pin or channel under the cursor.
    PinsEdit = "pins.edit", Pins, "edit", ["e", "enter"], if opened;

    /// Compares the two targets under the cursor; opens the one that is there when only one is.
    ParityOpen = "parity.open", Parity, "compare", ["enter"], if parity_row;
    /// Filters rows: words that the verdict, service, environment, refs and reasons must have, and `env:` `ref:` `is:`.
    ParityFilter = "parity.filter", Parity, "filter", ["/"], if opened;
    /// Chooses the two regions, and the environments.
    ParityChoose = "parity.regions", Parity, "regions", ["c"], if opened;
    /// Swaps the two regions.
    ParitySwap = "parity.swap", Parity, "swap", ["s"], if board;
    /// Shows every reason of the row in full, also what is meant to be.
    ParityReasons = "parity.reasons", Parity, "reasons", ["i"], if parity_row;
    /// Shows or hides what is as it is meant to be.
    ParityAll = "parity.all", Parity, "all", ["a"], if opened;

    /// Discards the edit under the cursor.
    DraftDiscard = "draft.discard", Draft, "discard one", ["x"], if pending;
    /// Discards every pending edit after a question.
    DraftDiscardAll = "draft.discard-all", Draft, "discard all", ["X"], if pending;
    /// Shows the rendered effect on the next target that changes.
    DraftNextTarget = "draft.next-target", Draft, "next target", ["]", "enter"], if pending;
    /// Shows the rendered effect on the previous target that changes.
    DraftPreviousTarget = "draft.previous-target", Draft, "", ["["], if pending;

    /// Shows what the draft does to all targets, as classes of equal changes.
    DraftClasses = "draft.classes", Draft, "classes", ["C"], if pending;

    /// Goes on to the refs that the channel or pin under the cursor can be moved to.
    MovablesOpen = "promote.what", Movables, "choose", ["enter"], if opened;

    /// Shows what moving to the ref under the cursor would change.
    CandidatesOpen = "promote.ref", Candidates, "see what changes", ["enter"];
    /// Filters refs by name, author and day.
    CandidatesFilter = "promote.filter", Candidates, "filter", ["/"];

    /// Opens the class under the cursor: members, differences and causes.
    RadiusOpen = "promote.open", Radius, "open", ["enter"], if on_change;
    /// Marks the class under the cursor as reviewed, or takes the mark back.
    RadiusReviewed = "promote.reviewed", Radius, "reviewed", ["m"], if on_class;
    /// Shows what changes field by field, each change once, or classes again.
    RadiusFields = "promote.fields", Radius, "fields", ["f"], if classified;
    /// Chooses another ref.
    RadiusOther = "promote.other-ref", Radius, "other ref", ["r"], if moving;
    /// Puts the move into the draft, to be written or committed from there.
    RadiusStage = "promote.stage", Radius, "stage", ["w"], if can_stage;
    /// Copies what changes as Markdown, for a merge request.
    RadiusMarkdown = "promote.markdown", Radius, "Markdown", ["M"], if classified;
    /// Lists the commits between the two refs.
    RadiusCommits = "promote.commits", Radius, "commits", ["c"], if classified;

    /// Shows the cause of the change under the cursor, or goes on to the difference.
    ClassOpen = "class.open", Class, "cause", ["enter"];
    /// Shows the next member.
    ClassNextMember = "class.next-member", Class, "member", ["}"];
    /// Shows the previous member.
    ClassPreviousMember = "class.previous-member", Class, "", ["{"];
    /// Marks the class as reviewed, or takes the mark back.
    ClassReviewed = "class.reviewed", Class, "reviewed", ["m"];
    /// Puts the move into the draft, to be written or committed from there.
    ClassStage = "class.stage", Class, "stage", ["w"], if can_stage;
    /// Copies what changes as Markdown, for a merge request.
    ClassMarkdown = "class.markdown", Class, "", ["M"];

    /// Edits the value at the layer that decides it.
    ExplainEdit = "explain.edit", Explain, "edit", ["e"], if explained_value;
    /// Edits the value at another layer of the catalog, chosen by the targets that each one reaches.
    ExplainEditLayer = "explain.edit-layer", Explain, "edit at another layer", ["E"], if explained_value;

    /// Answers yes.
    QuestionYes = "question.yes", Question, "yes", ["y", "enter"];
    /// Answers no.
    QuestionNo = "question.no", Question, "no", ["n", "esc", "q"];

    /// Moves up.
    Up = "move.up", Motion, "", ["up", "k"];
    /// Moves down.
    Down = "move.down", Motion, "", ["down", "j"];
    /// Moves left.
    Left = "move.left", Motion, "", ["left", "h"];
    /// Moves right.
    Right = "move.right", Motion, "", ["right", "l"];
    /// Moves up by half a page.
    PageUp = "move.page-up", Motion, "", ["ctrl-u", "page-up"];
    /// Moves down by half a page.
    PageDown = "move.page-down", Motion, "", ["ctrl-d", "page-down"];
    /// Moves to the first line.
    Top = "move.top", Motion, "", ["g", "home"];
    /// Moves to the last line.
    Bottom = "move.bottom", Motion, "", ["G", "end"];
    /// Moves to the next pane.
    NextPane = "move.next-pane", Motion, "", ["tab"];
    /// Moves to the previous pane.
    PreviousPane = "move.previous-pane", Motion, "", ["shift-tab"];

    /// Goes back one level; never quits.
    Back = "app.back", Global, "", ["esc"];
    /// Shows the keys that work here; type to filter, Enter runs one.
    Help = "app.help", Global, "help", ["?"];
    /// Finds any command by name and runs it.
    Palette = "app.palette", Global, "palette", [":", "ctrl-p"];
    /// Shows the edits that are not written and what they change.
    ShowDraft = "app.draft", Global, "", ["D"], if opened;
    /// Holds two regions against each other: what a failover would find different.
    ShowParity = "app.parity", Global, "", ["R"], if opened;
    /// Moves a channel or pin to another ref: shows what that changes before anything is written.
    Promote = "app.promote", Global, "", ["P"], if opened;
    /// Shows what uncommitted edits of layers change in all targets, while you edit.
    ShowLayers = "app.layers", Global, "", ["L"], if in_repository;
    /// Undoes the last edit.
    Undo = "app.undo", Global, "", ["z"], if can_undo;
    /// Does again what was undone.
    Redo = "app.redo", Global, "", ["Z"], if can_redo;
    /// Writes the pending edits after showing files and lines.
    Write = "app.write", Global, "", ["w"], if can_write;
    /// Copies what is under the cursor to the clipboard.
    Copy = "app.copy", Global, "", ["y"];
    /// Lists what is wrong with the catalog.
    Problems = "app.problems", Global, "", ["!"], if opened;
    /// Chooses a theme.
    Theme = "app.theme", Global, "", ["T"];
    /// Turns the mouse on or off, so that the terminal can select text.
    Mouse = "app.mouse", Global, "", ["M"];
    /// Reads everything from disk again.
    Reload = "app.reload", Global, "", ["ctrl-r"];
    /// Draws the screen anew.
    Redraw = "app.redraw", Global, "", ["ctrl-l"];
    /// Suspends the program; `fg` brings it back.
    Suspend = "app.suspend", Global, "", ["ctrl-z"];
    /// Quits; asks first when edits are not written.
    Quit = "app.quit", Global, "", ["q", "ctrl-c"];
}

impl Command {
    /// The row of the command.
    #[must_use]
    pub fn spec(self) -> &'static CommandSpec {
        COMMANDS.iter().find(|spec| spec.command == self).expect("the macro makes a row for every command")
    }
}

impl CommandSpec {
    /// The help sentence without the blank that a doc comment starts with.
    #[must_use]
    pub fn sentence(&self) -> &'static str {
        self.help.trim()
    }
}

/// The rows of one scope, in order.
pub fn in_scope(scope: Scope) -> impl Iterator<Item = &'static CommandSpec> {
    COMMANDS.iter().filter(move |spec| spec.scope == scope)
}

/// The page checked in as `docs/keys.md`.
#[must_use]
pub fn reference_page() -> String {
    let mut page = String::from(
        "# Keys\n\nMade from the table of commands. A `[keys]` table in `config.toml` gives a command other \
         keys: `\"diff.swap\" = [\"s\", \"ctrl-s\"]`.\n",
    );
    for scope in Scope::ALL {
        page +=
            &format!("\n## {}\n\n| Keys | Command | What it does |\n| --- | --- | --- |\n", scope.title());
        for spec in in_scope(*scope) {
            let keys: Vec<String> = spec.keys.iter().map(|key| format!("`{key}`")).collect();
            page += &format!("| {} | `{}` | {} |\n", keys.join(" "), spec.id, spec.sentence());
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::key::Key;

    #[test]
    fn every_row_has_a_name_of_its_own_a_sentence_and_keys_that_exist() {
        for (at, spec) in COMMANDS.iter().enumerate() {
            assert!(COMMANDS[..at].iter().all(|other| other.id != spec.id), "{} twice", spec.id);
            assert!(spec.id.contains('.'), "{}", spec.id);
            let sentence = spec.sentence();
            assert!(sentence.ends_with('.') && sentence.starts_with(char::is_uppercase), "{sentence}");
            for key in spec.keys {
                let parsed = Key::parse(key).unwrap_or_else(|| panic!("{key} of {}", spec.id));
                assert_eq!(parsed.to_string(), *key, "the table must write keys as help does");
            }
        }
    }

    #[test]
    fn every_command_has_a_key() {
        for spec in COMMANDS {
            assert!(!spec.keys.is_empty(), "{}", spec.id);
        }
    }
}
