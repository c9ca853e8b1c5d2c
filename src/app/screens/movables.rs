//! What can be promoted: channels, env pins and region pins with their present ref and the targets that they decide.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::app::list::ListState;
use crate::catalog::{Candidate, Outcome, Pin, Rule, TargetId};
use crate::report::answer::{Movable, Overview};

/// State of the screen.
#[derive(Clone, Debug, Default)]
pub struct MovablesScreen {
    /// What can be moved, in the order of the screen.
    pub rows: Vec<MovableRow>,
    /// Cursor in the rows.
    pub list: ListState,
}

/// A channel or pin as it is now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MovableRow {
    /// The channel or pin.
    pub movable: Movable,
    /// The ref that is written there; `None` for a pin that is not there.
    pub reference: Option<Arc<str>>,
    /// The commit that it leads to, when a target asks for it.
    pub commit: Option<Arc<str>>,
    /// Whether its ref leads to no commit.
    pub is_broken: bool,
    /// How many targets it decides.
    pub wins: usize,
    /// How many targets it is shadowed for.
    pub shadowed: usize,
}

impl MovablesScreen {
    /// The screen for a catalog; the cursor stands on `wanted` if that is there.
    #[must_use]
    pub fn new(overview: &Overview, wanted: Option<&Movable>) -> Self {
        let mut screen = Self::default();
        screen.rebuild(overview);
        let at = screen.rows.iter().position(|row| Some(&row.movable) == wanted);
        screen.list.select(at.unwrap_or(0), screen.rows.len());
        screen
    }

    /// Takes another catalog; the cursor stays on its row.
    pub fn rebuild(&mut self, overview: &Overview) {
        self.rows = rows(overview);
        self.list.select(self.list.cursor, self.rows.len());
    }

    /// The row under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<&MovableRow> {
        self.rows.get(self.list.cursor)
    }
}

/// The channel or pin that a rule reads for a target; `None` for a rule that says nothing.
#[must_use]
pub fn movable_of(candidate: &Candidate, target: &TargetId) -> Option<Movable> {
    Some(match candidate.rule {
        Rule::ServiceChannel | Rule::DefaultChannel => {
            Movable::Channel(candidate.channel.as_ref()?.to_string())
        }
        Rule::RegionPin => {
            Movable::RegionPin { region: target.region.to_string(), environment: target.env.to_string() }
        }
        Rule::EnvPin => Movable::EnvironmentPin(target.env.to_string()),
    })
}

/// Channels, then env pins, then region pins; pins that are not there are listed too, as they can be set.
fn rows(overview: &Overview) -> Vec<MovableRow> {
    let catalog = &overview.catalog;
    let row = |movable, reference| MovableRow {
        movable,
        reference,
        commit: None,
        is_broken: false,
        wins: 0,
        shadowed: 0,
    };
    let pinned = |pins: &[Pin], env: &str, region: Option<&str>| {
        let found = pins.iter().find(|pin| &*pin.env == env && pin.region.as_deref() == region);
        found.map(|pin| pin.value.value.clone())
    };
    let mut rows: Vec<MovableRow> = catalog
        .channels
        .iter()
        .map(|channel| {
            row(Movable::Channel(channel.name.value.to_string()), Some(channel.reference.value.clone()))
        })
        .collect();
    rows.extend(catalog.environments.iter().map(|env| {
        let movable = Movable::EnvironmentPin(env.value.to_string());
        row(movable, pinned(&catalog.env_pins, &env.value, None))
    }));
    for region in &catalog.regions {
        rows.extend(catalog.environments.iter().map(|env| {
            let (name, environment) = (region.name.value.to_string(), env.value.to_string());
            let movable = Movable::RegionPin { region: name, environment };
            row(movable, pinned(&catalog.region_pins, &env.value, Some(&region.name.value)))
        }));
    }
    count(&mut rows, overview);
    rows
}

/// One look at every target, however many rows there are.
fn count(rows: &mut [MovableRow], overview: &Overview) {
    let places: BTreeMap<String, usize> =
        rows.iter().enumerate().map(|(at, row)| (row.movable.to_string(), at)).collect();
    for resolution in &overview.resolutions {
        for candidate in &resolution.candidates {
            let Some(movable) = movable_of(candidate, &resolution.target) else { continue };
            let Some(row) = places.get(&movable.to_string()).and_then(|at| rows.get_mut(*at)) else {
                continue;
            };
            row.commit = row.commit.take().or_else(|| candidate.commit.clone());
            match &candidate.outcome {
                Outcome::Won => row.wins += 1,
                Outcome::Shadowed { .. } => row.shadowed += 1,
                Outcome::Broken { .. } => row.is_broken = true,
                Outcome::Absent => {}
            }
        }
    }
}
