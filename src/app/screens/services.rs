//! The table of services: which rows and columns are shown, in which order, and what the cell under the cursor says.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use unicode_width::UnicodeWidthStr;

use crate::app::filter::{Facet, Query, fuzzy};
use crate::app::input::Input;
use crate::app::list::{ListState, Motion};
use crate::app::words;
use crate::catalog::{Badge, Outcome, Resolution, Service, TargetId};
use crate::report::answer::{Overview, TargetState};

/// State of the table.
#[derive(Clone, Debug, Default)]
pub struct ServicesScreen {
    /// What is typed into the filter.
    pub filter: Input,
    /// Whether keys go into the filter.
    pub filtering: bool,
    /// Order of the rows.
    pub sort: Sort,
    /// Cursor in [`Self::rows`].
    pub list: ListState,
    /// Cursor in [`Self::columns`].
    pub column: usize,
    /// The columns of cells.
    pub columns: Vec<Column>,
    /// The services that pass the filter.
    pub rows: Vec<Row>,
    /// What all refs of the table share.
    pub prefix: String,
    /// Columns that the longest ref takes without [`Self::prefix`].
    pub widest_reference: usize,
    /// Columns that the longest name in the rows takes.
    pub widest_name: usize,
    /// Whether rows and columns must be worked out again.
    pub stale: bool,
    /// What is wrong with the filter.
    pub problem: Option<String>,
}

/// One environment in one region.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// The environment.
    pub env: Arc<str>,
    /// The region.
    pub region: Arc<str>,
}

/// One service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Index in the services of the catalog.
    pub service: usize,
    /// Characters of the name that the filter matched.
    pub highlights: Vec<usize>,
    /// For each column, the index in the resolutions of the overview; `None` where the service does not run.
    pub cells: Vec<Option<usize>>,
}

/// Order of the rows while no word is typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Sort {
    /// By name.
    #[default]
    Name,
    /// By archetype, then name.
    Type,
    /// By channel, then name.
    Channel,
    /// Failed and doubtful ones first.
    Worst,
}

impl Sort {
    /// The next one, round and round.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Name => Self::Type,
            Self::Type => Self::Channel,
            Self::Channel => Self::Worst,
            Self::Worst => Self::Name,
        }
    }

    /// Its name on screen.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Type => "type",
            Self::Channel => "channel",
            Self::Worst => "worst first",
        }
    }
}

/// What is known about targets beyond the catalog.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Whether each target renders.
    pub states: &'a BTreeMap<TargetId, TargetState>,
    /// Whether a target's services or refs are edited and not written.
    pub edited: &'a dyn Edited,
}

/// Says what a draft touches.
pub trait Edited: std::fmt::Debug {
    /// Whether edits that are not written touch a service itself.
    fn service(&self, name: &str) -> bool;
}

impl ServicesScreen {
    /// Works out rows and columns again; the cursor stays on its service and column as far as they are still there.
    pub fn rebuild(&mut self, overview: &Overview, known: Known<'_>) {
        self.stale = false;
        let service_before = self.rows.get(self.list.cursor).map(|row| row.service);
        let column_before = self.columns.get(self.column).cloned();
        let query = Query::parse(self.filter.text());
        self.problem.clone_from(&query.problem);
        // A fleet names few refs many times.
        let references: FxHashSet<&str> =
            overview.resolutions.iter().filter_map(|resolution| resolution.reference()).collect();
        let mut references: Vec<&str> = references.into_iter().collect();
        references.sort_unstable();
        self.prefix = words::common_prefix(references.iter().copied());
        let width = |reference: &&str| words::short_reference(reference, &self.prefix).width();
        self.widest_reference = references.iter().map(width).max().unwrap_or(5);
        self.columns = columns(overview, &query);
        self.rows = self.rows_for(overview, known, &query);
        let names = self.rows.iter().filter_map(|row| overview.catalog.services.get(row.service));
        self.widest_name = names.map(|service| service.name.value.width()).max().unwrap_or(10);
        self.column = column_before
            .and_then(|before| self.columns.iter().position(|column| *column == before))
            .unwrap_or(self.column.min(self.columns.len().saturating_sub(1)));
        let cursor = if query.words.is_empty() {
            service_before.and_then(|before| self.rows.iter().position(|row| row.service == before))
        } else {
            Some(0)
        };
        self.list.select(cursor.unwrap_or(self.list.cursor), self.rows.len());
    }

    fn rows_for(&self, overview: &Overview, known: Known<'_>, query: &Query) -> Vec<Row> {
        // The targets of a service stand together; of two services with one name the first has them.
        let mut places: FxHashMap<&str, Range<usize>> = FxHashMap::default();
        for (index, resolution) in overview.resolutions.iter().enumerate() {
            places.entry(&resolution.target.service).or_insert(index..index).end = index + 1;
        }
        let services = &overview.catalog.services;
        let names = services.iter().map(|service| &*service.name.value);
        let mut rows: Vec<Row> = fuzzy(&query.words, names)
            .into_iter()
            .map(|found| {
                let service = &services[found.index];
                let place = places.get(&*service.name.value).cloned().unwrap_or_default();
                let cell = |column: &Column| {
                    let is_there = |index: &usize| {
                        let target = &overview.resolutions[*index].target;
                        target.env == column.env && target.region == column.region
                    };
                    place.clone().find(is_there)
                };
                Row {
                    service: found.index,
                    highlights: found.highlights,
                    cells: self.columns.iter().map(cell).collect(),
                }
            })
            .filter(|row| passes(row, overview, known, query))
            .collect();
        if query.words.is_empty() {
            let name = |row: &Row| services[row.service].name.value.clone();
            match self.sort {
                Sort::Name => rows.sort_by_cached_key(name),
                Sort::Type => {
                    rows.sort_by_cached_key(|row| (archetype(&services[row.service]).to_owned(), name(row)));
                }
                Sort::Channel => rows.sort_by_cached_key(|row| {
                    let channel = services[row.service].channel.as_ref().map(|channel| channel.value.clone());
                    (channel.is_none(), channel, name(row))
                }),
                Sort::Worst => rows
                    .sort_by_cached_key(|row| (std::cmp::Reverse(badness(row, overview, known)), name(row))),
            }
        }
        rows
    }

    /// Whether rows or their order change with what came of targets.
    #[must_use]
    pub fn depends_on_states(&self) -> bool {
        self.sort == Sort::Worst || Query::parse(self.filter.text()).wanted(Facet::Is).next().is_some()
    }

    /// The targets in the rows that are on screen.
    #[must_use]
    pub fn on_screen(&self, overview: &Overview) -> Vec<TargetId> {
        let rows = self.rows.iter().skip(self.list.offset).take(self.list.height);
        let cells = rows.flat_map(|row| row.cells.iter().flatten());
        cells.filter_map(|cell| Some(overview.resolutions.get(*cell)?.target.clone())).collect()
    }

    /// Moves the cursor; in the compact table left and right go from environment to environment.
    pub fn motion(&mut self, motion: Motion, compact: bool) {
        let step = |from: usize, forward: bool| {
            let env = self.columns.get(from).map(|column| &column.env);
            let mut to = from;
            loop {
                let next = if forward { to + 1 } else { to.wrapping_sub(1) };
                let Some(column) = self.columns.get(next) else { break };
                to = next;
                if !compact || Some(&column.env) != env {
                    break;
                }
            }
            // The first column of the environment stands for it.
            let env = self.columns.get(to).map(|column| &column.env);
            if compact {
                self.columns.iter().position(|column| Some(&column.env) == env).unwrap_or(to)
            } else {
                to
            }
        };
        match motion {
            Motion::Left => self.column = step(self.column, false),
            Motion::Right => self.column = step(self.column, true),
            _ => self.list.motion(motion, self.rows.len()),
        }
    }

    /// The service under the cursor.
    #[must_use]
    pub fn service<'a>(&self, overview: &'a Overview) -> Option<&'a Service> {
        overview.catalog.services.get(self.rows.get(self.list.cursor)?.service).map(|service| &**service)
    }

    /// The target under the cursor; `None` where the service does not run.
    #[must_use]
    pub fn target<'a>(&self, overview: &'a Overview) -> Option<&'a Arc<Resolution>> {
        let index = (*self.rows.get(self.list.cursor)?.cells.get(self.column)?)?;
        overview.resolutions.get(index)
    }

    /// The cell under the cursor in words.
    #[must_use]
    pub fn spoken(&self, overview: &Overview, states: &BTreeMap<TargetId, TargetState>) -> Option<String> {
        let service = self.service(overview)?;
        let column = self.columns.get(self.column)?;
        let Some(resolution) = self.target(overview) else {
            return Some(format!("{} does not run in {}/{}", service.name.value, column.env, column.region));
        };
        Some(spoken(resolution, overview, states.get(&resolution.target)))
    }
}

/// The name of a service's archetype; a sign of absence when it has none.
#[must_use]
pub fn archetype(service: &Service) -> &str {
    service.archetype.as_ref().map_or("", |archetype| &archetype.value)
}

fn columns(overview: &Overview, query: &Query) -> Vec<Column> {
    let wanted =
        |facet: Facet, name: &str| query.wanted(facet).all(|value| name.to_lowercase().contains(value));
    let mut columns = Vec::new();
    for env in &overview.catalog.environments {
        for region in &overview.catalog.regions {
            if wanted(Facet::Env, &env.value) && wanted(Facet::Region, &region.name.value) {
                columns.push(Column { env: env.value.clone(), region: region.name.value.clone() });
            }
        }
    }
    columns
}

/// A service passes when it has a target among the columns for which every facet holds.
fn passes(row: &Row, overview: &Overview, known: Known<'_>, query: &Query) -> bool {
    let service = &overview.catalog.services[row.service];
    let of_type = query.wanted(Facet::Type).all(|value| archetype(service).to_lowercase().contains(value));
    if query.facets.is_empty() || !of_type {
        return of_type;
    }
    if query.facets.iter().all(|(facet, _)| *facet == Facet::Type) {
        return true;
    }
    row.cells.iter().flatten().filter_map(|index| overview.resolutions.get(*index)).any(|resolution| {
        let of_ref = query.wanted(Facet::Ref).all(|value| {
            resolution.reference().is_some_and(|reference| reference.to_lowercase().contains(value))
        });
        of_ref && query.wanted(Facet::Is).all(|value| is(resolution, known, service, value))
    })
}

fn is(resolution: &Resolution, known: Known<'_>, service: &Service, value: &str) -> bool {
    let state = match known.states.get(&resolution.target) {
        Some(TargetState::Ready { .. }) => "ready",
        Some(TargetState::Failed(_)) => "failed",
        Some(TargetState::Queued) | None => "queued",
    };
    let badges = resolution.badges.iter().map(|badge| badge.word());
    let edited = known.edited.service(&service.name.value).then_some("edited");
    badges.chain([state]).chain(edited).any(|word| word.contains(value))
}

fn badness(row: &Row, overview: &Overview, known: Known<'_>) -> usize {
    let of_cell = |index: &usize| {
        let resolution = &overview.resolutions[*index];
        let failed = matches!(known.states.get(&resolution.target), Some(TargetState::Failed(_)));
        usize::from(failed || resolution.badges.contains(&Badge::BrokenRef)) * 1_000 + resolution.badges.len()
    };
    let service = &overview.catalog.services[row.service];
    usize::from(service.is_broken()) * 1_000_000 + row.cells.iter().flatten().map(of_cell).sum::<usize>()
}

/// One target in words: its ref, why, by whom, and what is doubtful.
#[must_use]
pub fn spoken(resolution: &Resolution, overview: &Overview, state: Option<&TargetState>) -> String {
    let target = &resolution.target;
    let mut said = format!("{} {}/{}: ", target.service, target.env, target.region);
    match resolution.winning() {
        Some(winner) => {
            let reference =
                winner.reference.as_deref().map(|reference| words::short_reference(reference, ""));
            said += reference.or(winner.channel.as_deref()).unwrap_or("no ref");
            if let Some(commit) = resolution.commit().and_then(|commit| overview.commits.get(commit)) {
                said += &format!(" ({}, {}, {})", commit.short, words::day(&commit.date), commit.author);
            }
            said += &format!(" by {}", winner.rule.title());
            if let Some(channel) = &winner.channel {
                said += &format!(" {channel}");
            }
        }
        None => said += "nothing says a ref",
    }
    for candidate in &resolution.candidates {
        let differs = candidate.commit.as_deref() != resolution.commit();
        if matches!(candidate.outcome, Outcome::Shadowed { .. })
            && differs
            && resolution.badges.contains(&Badge::ShadowedPin)
        {
            let reference = words::short_reference(candidate.reference.as_deref().unwrap_or(""), "");
            said += &format!("; {} {reference} is shadowed", candidate.rule.title());
            break;
        }
    }
    if resolution.badges.contains(&Badge::Skew) {
        said += "; regions differ";
    }
    if resolution.badges.contains(&Badge::UnresolvedImage) {
        said += "; the image has no tag";
    }
    match state {
        Some(TargetState::Failed(problem)) => said += &format!("; fails: {}", problem.message),
        Some(TargetState::Ready { resources, .. }) => {
            said += &format!("; {}", words::count(*resources, "resource"));
        }
        Some(TargetState::Queued) | None => {}
    }
    said
}
