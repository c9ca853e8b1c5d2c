//! The demo's history: reads the list of commits and gives each the files that it has.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::date::{self, Moment};
use super::files::{self, Files};
use super::{DemoError, DemoOptions, fleet};

/// The catalog file that a fleet fills.
const SERVICES: &str = "catalog/services.yaml";

/// One commit, ready to be written.
#[derive(Clone, Debug)]
pub(super) struct Commit {
    pub(super) date: Moment,
    /// A role such as `platform-team`.
    pub(super) author: String,
    pub(super) message: String,
    /// The tag that is put on it.
    pub(super) tag: Option<String>,
    /// Every file of the repository at this commit.
    pub(super) files: Files,
    /// Services in its catalog.
    pub(super) services: usize,
}

/// `assets/demo/history.yaml`; its comment at the top explains the keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct History {
    versions: Vec<Version>,
    commits: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Version {
    name: String,
    #[serde(default)]
    absent: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    date: String,
    author: String,
    message: String,
    at: Option<String>,
    #[serde(default)]
    take: Vec<String>,
    #[serde(default)]
    append: BTreeMap<String, String>,
    tag: Option<String>,
    #[serde(default = "yes")]
    in_fleet: bool,
}

fn yes() -> bool {
    true
}

/// The commits of the demo, oldest first.
pub(super) fn commits(options: &DemoOptions) -> Result<Vec<Commit>, DemoError> {
    let text = files::history().ok_or_else(|| damaged("there is no list of commits"))?;
    let history: History =
        serde_yaml::from_str(text).map_err(|error| damaged(format!("in the list of commits, {error}")))?;
    let states = states(&history.versions);
    let newest = files::newest();

    let mut current = Files::new();
    let mut commits: Vec<Commit> = Vec::new();
    for step in history.commits {
        if options.services.is_some() && !step.in_fleet {
            continue;
        }
        let state = match &step.at {
            None => &newest,
            Some(version) => states
                .get(version.as_str())
                .ok_or_else(|| damaged(format!("no version is called {version}")))?,
        };
        for place in &step.take {
            take(&mut current, state, place)?;
        }
        for (path, name) in &step.append {
            let text =
                files::addition(name).ok_or_else(|| damaged(format!("there is no addition {name}")))?;
            let file = current.get_mut(path).ok_or_else(|| damaged(format!("{path} is not there yet")))?;
            file.extend_from_slice(text);
        }
        commits.push(Commit {
            date: date::parse(&step.date).ok_or_else(|| damaged(format!("{} is no date", step.date)))?,
            author: step.author,
            message: step.message,
            tag: step.tag,
            services: count_services(&current)?,
            files: current.clone(),
        });
    }
    if let Some(wanted) = options.services {
        commits.push(enrol(&mut current, &commits, wanted)?);
    }
    Ok(commits)
}

/// The last commit of a fleet, which fills the catalog.
fn enrol(files: &mut Files, before: &[Commit], wanted: usize) -> Result<Commit, DemoError> {
    let file = files.get_mut(SERVICES).ok_or_else(|| damaged(format!("there is no {SERVICES}")))?;
    let sample = std::str::from_utf8(file).map_err(|_| damaged(format!("{SERVICES} is not UTF-8")))?;
    let text = fleet::services(sample, wanted);
    *file = text.into_bytes();
    let last = before.last().ok_or_else(|| damaged("there are no commits"))?;
    Ok(Commit {
        date: Moment { seconds: last.date.seconds + 86_400, offset: last.date.offset },
        author: "platform-team".to_owned(),
        message: format!("Put {wanted} services into the catalog, enabled everywhere"),
        tag: None,
        services: count_services(files)?,
        files: files.clone(),
    })
}

/// What the repository looks like at each version, newer ones filling in what an older one does not mention.
fn states(versions: &[Version]) -> BTreeMap<&str, Files> {
    let mut states = BTreeMap::new();
    let mut state = files::newest();
    for version in versions.iter().rev() {
        state.retain(|path, _| !version.absent.iter().any(|place| files::is_below(path, place)));
        state.extend(files::older(&version.name));
        states.insert(version.name.as_str(), state.clone());
    }
    states
}

/// Brings everything at or below `place` to the state that `from` has it in.
fn take(current: &mut Files, from: &Files, place: &str) -> Result<(), DemoError> {
    let inside: Files = from
        .iter()
        .filter(|(path, _)| files::is_below(path, place))
        .map(|(path, bytes)| (path.clone(), bytes.clone()))
        .collect();
    if inside.is_empty() {
        return Err(damaged(format!("there is nothing at {place}")));
    }
    current.retain(|path, _| !files::is_below(path, place));
    current.extend(inside);
    Ok(())
}

fn count_services(files: &Files) -> Result<usize, DemoError> {
    let Some(bytes) = files.get(SERVICES) else { return Ok(0) };
    let text = std::str::from_utf8(bytes).map_err(|_| damaged(format!("{SERVICES} is not UTF-8")))?;
    Ok(fleet::entries(text).count())
}

fn damaged(reason: impl Into<String>) -> DemoError {
    DemoError::Damaged(reason.into())
}
