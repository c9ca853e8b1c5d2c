//! Channels, env pins, region pins and default channels as one matrix over the environments.

use std::sync::Arc;

use crate::app::editing::Subject;
use crate::app::list::Motion;
use crate::catalog::{Catalog, Outcome, Pin, Rule, Spanned};
use crate::report::answer::{Movable, Overview};

/// State of the screen: a cell of the matrix, or a channel above it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PinsScreen {
    /// Row under the cursor.
    pub row: usize,
    /// Column under the cursor.
    pub column: usize,
}

/// One row of the screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Row {
    /// A channel and its ref.
    Channel(Arc<str>),
    /// The pins of the environments.
    EnvironmentPins,
    /// The pins of one region.
    RegionPins(Arc<str>),
    /// The channels where nothing else says a ref.
    DefaultChannels,
}

/// One cell of the matrix.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cell {
    /// The ref or channel; `None` when nothing is said.
    pub value: Option<Spanned<Arc<str>>>,
    /// How many targets it decides.
    pub wins: usize,
    /// How many targets it is shadowed for.
    pub shadowed: usize,
    /// It names something that cannot be used.
    pub broken: bool,
    /// The regions of the environment are pinned to different refs.
    pub differs: bool,
}

/// The rows of the screen, from the top down.
#[must_use]
pub fn rows(catalog: &Catalog) -> Vec<Row> {
    let channels = catalog.channels.iter().map(|channel| Row::Channel(channel.name.value.clone()));
    let regions = catalog.regions.iter().map(|region| Row::RegionPins(region.name.value.clone()));
    channels.chain([Row::EnvironmentPins]).chain(regions).chain([Row::DefaultChannels]).collect()
}

/// The environments, from left to right.
#[must_use]
pub fn environments(catalog: &Catalog) -> Vec<Arc<str>> {
    catalog.environments.iter().map(|env| env.value.clone()).collect()
}

/// What stands in a cell, and what it does.
#[must_use]
pub fn cell(overview: &Overview, row: &Row, env: &str) -> Cell {
    let catalog = &overview.catalog;
    let find = |pins: &[Pin], region: Option<&str>| {
        pins.iter()
            .find(|pin| &*pin.env == env && pin.region.as_deref() == region)
            .map(|pin| pin.value.clone())
    };
    let (value, rule, region) = match row {
        Row::Channel(_) => return Cell::default(),
        Row::EnvironmentPins => (find(&catalog.env_pins, None), Rule::EnvPin, None),
        Row::RegionPins(region) => (find(&catalog.region_pins, Some(region)), Rule::RegionPin, Some(region)),
        Row::DefaultChannels => (find(&catalog.default_channels, None), Rule::DefaultChannel, None),
    };
    let mut cell = Cell { value, ..Cell::default() };
    if cell.value.is_none() {
        return cell;
    }
    for resolution in overview.resolutions.iter().filter(|resolution| {
        &*resolution.target.env == env && region.is_none_or(|region| resolution.target.region == *region)
    }) {
        for candidate in resolution.candidates.iter().filter(|candidate| candidate.rule == rule) {
            match &candidate.outcome {
                Outcome::Won => cell.wins += 1,
                Outcome::Shadowed { .. } => cell.shadowed += 1,
                Outcome::Broken { .. } => cell.broken = true,
                Outcome::Absent => {}
            }
        }
    }
    if region.is_some() {
        let own = cell.value.as_ref().map(|value| &value.value);
        cell.differs = catalog.regions.iter().any(|other| {
            find(&catalog.region_pins, Some(&other.name.value)).as_ref().map(|value| &value.value) != own
        });
    }
    cell
}

impl PinsScreen {
    /// Moves the cursor.
    pub fn motion(&mut self, motion: Motion, overview: &Overview) {
        let last_row = rows(&overview.catalog).len().saturating_sub(1);
        let last_column = overview.catalog.environments.len().saturating_sub(1);
        match motion {
            Motion::Up => self.row = self.row.saturating_sub(1),
            Motion::Down => self.row += 1,
            Motion::Left => self.column = self.column.saturating_sub(1),
            Motion::Right => self.column += 1,
            Motion::PageUp | Motion::Top => self.row = 0,
            Motion::PageDown | Motion::Bottom => self.row = last_row,
        }
        self.row = self.row.min(last_row);
        self.column = self.column.min(last_column);
    }

    /// The channel or pin under the cursor; nothing on a default channel.
    #[must_use]
    pub fn movable(&self, overview: &Overview) -> Option<Movable> {
        Some(match self.subject(overview)? {
            Subject::Channel { name } => Movable::Channel(name),
            Subject::EnvironmentPin { env } => Movable::EnvironmentPin(env),
            Subject::RegionPin { region, env } => Movable::RegionPin { region, environment: env },
            Subject::Value { .. } | Subject::ServiceChannel { .. } | Subject::DefaultChannel { .. } => {
                return None;
            }
        })
    }

    /// What an edit here would change.
    #[must_use]
    pub fn subject(&self, overview: &Overview) -> Option<Subject> {
        let env = overview.catalog.environments.get(self.column)?.value.to_string();
        Some(match rows(&overview.catalog).get(self.row)? {
            Row::Channel(name) => Subject::Channel { name: name.to_string() },
            Row::EnvironmentPins => Subject::EnvironmentPin { env },
            Row::RegionPins(region) => Subject::RegionPin { region: region.to_string(), env },
            Row::DefaultChannels => Subject::DefaultChannel { env },
        })
    }
}
