//! The values in which two rendered targets differ, each with the line that wrote it on either side.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::RepoPath;
use crate::catalog::{Composition, LayerRole, Service, effective_values};
use crate::diff::{self, Row, Status};
use crate::explorer::Failure;
use crate::explorer::compare::side;
use crate::explorer::rendered::Rendered;
use crate::report::answer::{FieldDifference, Place, Topic, WrittenValue};
use crate::report::blame::{Blame, BlameLine, BlamedResource, Writing};

/// A rendered target with the history of its lines.
pub(super) struct Blamed {
    rendered: Arc<Rendered>,
    blame: Blame,
}

impl Blamed {
    /// Reads the blame of a rendered target.
    pub(super) fn of(rendered: Arc<Rendered>) -> Result<Self, Failure> {
        let blame = rendered.blame()?;
        Ok(Self { rendered, blame })
    }

    /// What it was built from.
    pub(super) fn composition(&self) -> &Composition {
        &self.rendered.composition
    }

    fn line(&self, resource: Option<usize>, line: usize) -> Option<&BlameLine> {
        let start = self.blame.resources.get(resource?)?.lines.start;
        self.blame.lines.get(start + line.checked_sub(1)?)
    }

    fn resource(&self, index: Option<usize>) -> Option<&BlamedResource> {
        self.blame.resources.get(index?)
    }
}

/// The values in which `right` differs from `left`, apart from `names` that are known to differ (left, right).
pub(super) fn differences(
    left: &Blamed,
    right: &Blamed,
    names: &[(String, String)],
) -> Result<Vec<FieldDifference>, Failure> {
    let own = side(String::new(), &*left.rendered.manifest()?);
    let other = side(String::new(), &*right.rendered.manifest()?);
    let document = diff::compare(&own, &other, names);
    let mut found = Vec::new();
    for resource in document.different() {
        let (before, after) = (left.resource(resource.left), right.resource(resource.right));
        let Some(name) = after.or(before).map(ToString::to_string) else { continue };
        if resource.status != Status::Changed {
            let first = |side: &Blamed, index| side.line(index, 1).map(|line| whole(&name, line));
            found.push(difference(&name, "", first(left, resource.left), first(right, resource.right)));
            continue;
        }
        let mut rows = Rows { left, right, name: &name, above: String::new(), found: &mut found };
        for row in &resource.text.rows {
            let old = |line| left.line(resource.left, line);
            let new = |line| right.line(resource.right, line);
            match row {
                Row::Equal { .. } | Row::Changed { expected: true, .. } => rows.above.clear(),
                Row::Changed { left, right, .. } => rows.add(old(*left), new(*right)),
                Row::Removed { left } => rows.add(old(*left), None),
                Row::Added { right } => rows.add(None, new(*right)),
            }
        }
    }
    Ok(found)
}

/// What is gathered from the rows of one resource.
struct Rows<'a> {
    left: &'a Blamed,
    right: &'a Blamed,
    name: &'a str,
    /// The path of the last collection that is on one side only: what is in it needs no rows of its own.
    above: String,
    found: &'a mut Vec<FieldDifference>,
}

impl Rows<'_> {
    fn add(&mut self, old: Option<&BlameLine>, new: Option<&BlameLine>) {
        // Two lines in one row may be of different values.
        if let (Some(one), Some(other)) = (old, new)
            && one.path != other.path
        {
            self.add(Some(one), None);
            self.add(None, Some(other));
            return;
        }
        let Some(line) = new.or(old) else { return };
        let inside = !self.above.is_empty() && line.path.starts_with(self.above.as_str());
        if inside && line.path != self.above {
            return;
        }
        self.above = if old.is_some() && new.is_some() { String::new() } else { line.path.clone() };
        // A value that one row takes away and the next brings back is one that changed.
        let twin = self.found.iter_mut().rev().take(8).find(|known| {
            known.resource == self.name
                && known.path == line.path
                && (known.primary.is_none() || known.secondary.is_none())
        });
        if let Some(known) = twin {
            known.primary = known.primary.take().or_else(|| old.map(value));
            known.secondary = known.secondary.take().or_else(|| new.map(value));
            return;
        }
        // A value on one side only may stand elsewhere on the other.
        let moved = |side: &Blamed| find(side, self.name, &line.path).map(value);
        let old = old.map(value).or_else(|| new.and_then(|_| moved(self.left)));
        let new = new.map(value).or_else(|| moved(self.right));
        if old.as_ref().map(|it| &it.value) != new.as_ref().map(|it| &it.value) {
            self.found.push(difference(self.name, &line.path, old, new));
        }
    }
}

fn find<'b>(side: &'b Blamed, resource: &str, path: &str) -> Option<&'b BlameLine> {
    let own = side.blame.resources.iter().find(|own| own.to_string() == resource)?;
    side.blame.lines[own.lines.clone()].iter().find(|line| line.path == path)
}

fn difference(
    resource: &str,
    path: &str,
    primary: Option<WrittenValue>,
    secondary: Option<WrittenValue>,
) -> FieldDifference {
    FieldDifference {
        topic: topic(resource, path),
        expected: false,
        resource: resource.to_owned(),
        path: path.to_owned(),
        primary,
        secondary,
    }
}

fn value(line: &BlameLine) -> WrittenValue {
    let writer = line.writer();
    WrittenValue {
        value: writer.map_or_else(|| line.text.trim().to_owned(), |writer| writer.value.clone()),
        place: place(writer),
    }
}

fn whole(name: &str, line: &BlameLine) -> WrittenValue {
    WrittenValue { value: name.to_owned(), place: place(line.writer()) }
}

fn place(writer: Option<&Writing>) -> Option<Place> {
    writer?.span.as_ref().map(Place::from)
}

/// What a value is about, by its resource and path.
fn topic(resource: &str, path: &str) -> Topic {
    let last = path.rsplit('.').next().unwrap_or(path);
    match last {
        "image" => Topic::Image,
        "replicas" | "minReplicas" | "maxReplicas" | "minAvailable" | "maxUnavailable" => Topic::Replicas,
        _ if path.is_empty() && resource.starts_with("HorizontalPodAutoscaler/") => Topic::Replicas,
        _ if path.contains(".resources.") || path.ends_with(".resources") => Topic::Resources,
        _ => Topic::Manifests,
    }
}

/// Says of each line whether it was written for one region on purpose.
pub(super) struct Design {
    /// Directories of the region layers.
    directories: Vec<RepoPath>,
    /// Directories of the components.
    components: Vec<RepoPath>,
    /// Lines of the catalog with an override for one of the regions.
    overrides: BTreeSet<(String, u32)>,
}

impl Design {
    /// What is meant to differ between two compositions of a service.
    pub(super) fn of(compositions: [&Composition; 2], service: &Service) -> Self {
        let layers = |role| {
            let all = compositions.into_iter().flat_map(|composition| &composition.layers);
            all.filter(|layer| layer.role == role).map(|layer| layer.path.clone()).collect()
        };
        Self {
            directories: layers(LayerRole::Region),
            components: layers(LayerRole::Component),
            overrides: compositions
                .into_iter()
                .flat_map(|it| effective_values(service, &it.target.env, &it.target.region))
                .filter(|value| value.scope.as_ref().is_some_and(|scope| scope.region.is_some()))
                .map(|value| (value.span.file.path.to_string(), value.span.line))
                .collect(),
        }
    }

    /// Whether one of the sides of a difference was written for its region: by a region layer, or by an override.
    pub(super) fn explains(&self, difference: &FieldDifference) -> bool {
        let places = [&difference.primary, &difference.secondary].into_iter().flatten();
        places.filter_map(|value| value.place.as_ref()).any(|place| self.is_of_region(place))
    }

    fn is_of_region(&self, place: &Place) -> bool {
        let Ok(path) = RepoPath::parse(&place.file) else { return false };
        self.directories.iter().any(|directory| path.is_within(directory))
            || self.overrides.contains(&(place.file.clone(), place.line))
    }

    /// Names what a component brings as such.
    pub(super) fn name_components(&self, differences: &mut [FieldDifference]) {
        for difference in differences.iter_mut().filter(|it| it.topic == Topic::Manifests) {
            let place = difference.place().and_then(|place| RepoPath::parse(&place.file).ok());
            if place.is_some_and(|path| self.components.iter().any(|layer| path.is_within(layer))) {
                difference.topic = Topic::Component;
            }
        }
    }
}
