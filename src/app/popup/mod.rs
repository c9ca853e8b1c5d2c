//! What can lie over a screen: help and palette, choices, questions, pages to read.

pub mod finder;

use std::sync::Arc;

use crate::catalog::{Address, EffectiveValue, TargetId};
use crate::edit::Scope;
use crate::report::answer::{ParityQuery, Preview};

use super::command::Command;
use super::editing::Subject;
use super::list::ListState;
use finder::Finder;

/// A side of a comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// Side A.
    Left,
    /// Side B.
    Right,
}

/// What lies over the screen and has the keys.
#[derive(Clone, Debug)]
pub enum Popup {
    /// The commands that work here, by screen.
    Help(Finder<Command>),
    /// Every command.
    Palette(Finder<Command>),
    /// The themes.
    Themes(Finder<String>),
    /// Another target or ref for a side of a comparison; `from` is the other side when a new comparison is opened.
    Address {
        /// The targets.
        finder: Finder<Address>,
        /// The side that is picked.
        side: Side,
        /// The other side when this opens a comparison.
        other: Option<Address>,
    },
    /// The values of a service that can be edited.
    Values(Finder<Subject>),
    /// The layers at which a value can be written.
    Layers {
        /// The layers, each with the targets that it reaches.
        finder: Finder<Scope>,
        /// The value, and the target that it is seen from.
        value: Box<(EffectiveValue, TargetId)>,
    },
    /// The regions and environments that can be held against each other.
    Regions(Finder<ParityQuery>),
    /// A question with a yes and a no.
    Question(Question),
    /// A page to read.
    Page(Page),
}

/// A question with a yes and a no.
#[derive(Clone, Debug)]
pub struct Question {
    /// What a yes does.
    pub action: Action,
    /// Heading.
    pub title: String,
    /// The effect that is asked about, once it is known.
    pub preview: Option<Arc<Preview>>,
    /// What is said when there is no preview to show.
    pub text: Vec<String>,
    /// Scrolling.
    pub list: ListState,
}

/// What a yes does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// Writes the draft.
    Write,
    /// Quits although edits are not written.
    Quit,
    /// Discards every edit.
    DiscardAll,
}

/// A page to read, and to copy from.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Heading.
    pub title: String,
    /// The lines.
    pub lines: Vec<PageLine>,
    /// Scrolling.
    pub list: ListState,
    /// The value of the catalog that the page explains, and the target that it is seen from.
    pub value: Option<(EffectiveValue, TargetId)>,
    /// The line of the manifests that the page explains.
    pub line: Option<usize>,
}

/// A line of a page.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PageLine {
    /// The text.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
    /// Struck out: it lost.
    pub lost: bool,
}

/// How a text is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tone {
    /// As any text.
    #[default]
    Plain,
    /// A heading.
    Strong,
    /// Less important.
    Muted,
    /// Works.
    Good,
    /// Doubtful.
    Warning,
    /// Wrong.
    Problem,
}

impl Page {
    /// A page that explains no value.
    #[must_use]
    pub fn new(title: impl Into<String>, lines: Vec<PageLine>) -> Self {
        Self { title: title.into(), lines, ..Self::default() }
    }
}

impl PageLine {
    /// A line in a tone.
    #[must_use]
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { text: text.into(), tone, lost: false }
    }
}
