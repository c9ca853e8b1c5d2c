//! Inflating a chart: its files on disk, its values, and what `helm` makes of them as resources.

use std::path::{Path, PathBuf};

use super::values::{ValuesMerge, joined};
use super::{GENERATED, HelmChart, HelmGlobals, arguments};
use crate::base::{Mark, RepoPath};
use crate::kustomize::accumulate::Layer;
use crate::kustomize::kustomization::Text;
use crate::kustomize::limits::raise;
use crate::kustomize::outside::{Helm, HelmWorkshop, OutsideError};
use crate::kustomize::resource::{Resource, resources_of};
use crate::kustomize::session::{BuildError, Session};
use crate::vfs::{EntryKind, Source};
use crate::yaml::{Fault, Mapping, Node, Value, Writer, parse};

/// Where charts are unless the kustomization says otherwise.
const CHART_HOME: &str = "charts";

/// A chart that is being inflated.
struct Inflation<'s, 'a> {
    session: &'s Session<'a>,
    layer: &'s Layer<'s>,
    chart: &'s HelmChart,
    workshop: Box<dyn HelmWorkshop>,
    /// The directory that holds the chart's directory.
    home: Place,
    config_home: PathBuf,
}

/// A place on disk, and as a path of the source where it is one.
struct Place {
    disk: PathBuf,
    path: Option<RepoPath>,
}

impl Session<'_> {
    /// The resources of a chart.
    ///
    /// # Errors
    ///
    /// When helm is not allowed, is not there or fails, and for everything that kustomize refuses about the chart.
    pub(crate) fn inflate(
        &self,
        layer: &Layer<'_>,
        chart: &HelmChart,
        globals: &HelmGlobals,
    ) -> Result<Vec<Resource>, BuildError> {
        let helm = self.helm(chart)?;
        self.uses_outside();
        let how = ValuesMerge::of(chart.values_merge.as_ref()).map_err(|fault| self.refuse(fault))?;
        if chart.name.is_empty() {
            return Err(self.refuse(Fault::new("helm/name", chart.mark, "the chart has no name")));
        }
        let workshop = helm.workshop().map_err(|error| self.refuse(error.at(chart.mark)))?;
        let config_home = match &globals.config_home {
            Some(home) => PathBuf::from(home.value.as_str()),
            None => workshop.directory().join("helm"),
        };
        let home = self.chart_home(layer, chart, globals, &*workshop)?;
        let inflation = Inflation { session: self, layer, chart, workshop, home, config_home };
        let printed = inflation.run(how, helm)?;
        self.resources_of_chart(chart, &printed)
    }

    /// Whoever runs helm.
    fn helm(&self, chart: &HelmChart) -> Result<&dyn Helm, BuildError> {
        self.outside().helm.as_deref().ok_or_else(|| {
            let message = format!("the chart `{}` needs the program helm, which is not allowed", chart.name);
            self.refuse(Fault::new("helm/not-allowed", chart.mark, message).hint(
                "Allow it with `overlens build --enable-helm`, or write out the chart with `helm template` and list the files as resources.",
            ))
        })
    }

    /// The directory of the charts. Work trees are used where they are, as kustomize does; of other sources the chart is
    /// written to the workshop.
    fn chart_home(
        &self,
        layer: &Layer<'_>,
        chart: &HelmChart,
        globals: &HelmGlobals,
        workshop: &dyn HelmWorkshop,
    ) -> Result<Place, BuildError> {
        let text = match &globals.chart_home {
            Some(home) => home.clone(),
            None => Text { value: CHART_HOME.into(), mark: chart.mark },
        };
        let below = (!chart.version.is_empty() && !chart.repo.is_empty())
            .then(|| format!("{}-{}", chart.name, chart.version));
        let below = below.as_deref().unwrap_or("");
        if text.value.starts_with('/') {
            let disk = PathBuf::from(text.value.as_str()).join(below);
            let top = self.source.disk_path(&RepoPath::root());
            let Some(top) = top else {
                let message = format!("`chartHome` is the absolute path `{}`", text.value);
                return Err(self.refuse(Fault::new("helm/chart-home", text.mark, message).hint(
                    "Write it as seen from the kustomization: these files are read from git, not from disk.",
                )));
            };
            let inner = disk.strip_prefix(&top).ok().and_then(Path::to_str);
            let path = inner.and_then(|inner| RepoPath::parse(inner).ok());
            return Ok(Place { disk, path });
        }
        let text = Text { value: format!("{}/{below}", text.value).into(), mark: text.mark };
        let path = self.join(layer, &text)?;
        let disk = self.on_disk(workshop, &path);
        Ok(Place { disk, path: Some(path) })
    }

    /// Where a path of the source is on disk: its own place, or the one in the workshop.
    fn on_disk(&self, workshop: &dyn HelmWorkshop, path: &RepoPath) -> PathBuf {
        self.source.disk_path(path).unwrap_or_else(|| workshop.directory().join(copied(path)))
    }

    /// What helm printed as resources, all written by the entry of the chart.
    fn resources_of_chart(&self, chart: &HelmChart, printed: &[u8]) -> Result<Vec<Resource>, BuildError> {
        let unusable = |reason: String| {
            let message = format!("what helm made of the chart `{}` cannot be used: {reason}", chart.name);
            self.refuse(Fault::new("helm/output", chart.mark, message))
        };
        let limit = self.limits().file_bytes;
        if printed.len() > limit {
            let message = format!("helm printed {} bytes; the limit is {limit}", printed.len());
            let fault = Fault::new("limit/file-bytes", chart.mark, message);
            return Err(self.refuse(fault.hint(raise("file-bytes"))));
        }
        let documents = parse(printed, chart.mark.file, &self.limits().yaml)
            .map_err(|error| unusable(error.to_string()))?;
        let mut resources = resources_of(documents, printed).map_err(|fault| unusable(fault.to_string()))?;
        for resource in &mut resources {
            resource.update(|node| {
                written_by(node, chart.mark);
                mark_as_generated(node, chart.mark);
            });
        }
        Ok(resources)
    }
}

/// The place of a path of the source in a workshop.
fn copied(path: &RepoPath) -> PathBuf {
    Path::new("files").join(path.as_str())
}

fn written_by(node: &mut Node, mark: Mark) {
    (node.mark, node.writer) = (mark, Writer::Generator);
    match &mut node.value {
        Value::Scalar(_) => {}
        Value::Sequence(items) => items.iter_mut().for_each(|item| written_by(item, mark)),
        Value::Mapping(map) => map.entries.iter_mut().for_each(|entry| {
            entry.mark = mark;
            written_by(&mut entry.value, mark);
        }),
    }
}

fn mark_as_generated(node: &mut Node, mark: Mark) {
    let Some(metadata) = node.get_mut("metadata").and_then(Node::as_mapping_mut) else { return };
    let annotations = metadata.get_or_insert_with("annotations", Node::mapping);
    if annotations.is_null() {
        *annotations = Node::from(Mapping::default()).written(mark, Writer::Generator);
    }
    if let Some(annotations) = annotations.as_mapping_mut() {
        annotations.set(GENERATED, Node::string("true").written(mark, Writer::Generator));
    }
}

impl Inflation<'_, '_> {
    /// Checks the version, fetches the chart if it is not there, and renders it with its values.
    fn run(&self, how: ValuesMerge, helm: &dyn Helm) -> Result<Vec<u8>, BuildError> {
        let additional = self.additional_values()?;
        self.check_version()?;
        let chart = self.home.disk.join(self.chart.name.as_str());
        self.copy_chart()?;
        if !self.workshop.has_directory(&chart) {
            self.pull(&chart)?;
        }
        let values = self.values(how)?;
        let file = format!("{}-kustomize-values.yaml", self.chart.name);
        if file.contains('/') {
            let message = format!("the chart name `{}` is a path", self.chart.name);
            return Err(self.refuse("helm/name", message, "Put the directories before it into `chartHome`."));
        }
        self.workshop.write(Path::new(&file), &values).map_err(|error| self.outside(error))?;
        let file = self.word(&self.workshop.directory().join(file))?;
        let files = std::iter::once(file).chain(additional);
        self.start(&arguments::template(self.chart, helm.flags(), self.word(&chart)?, files))
    }

    fn start(&self, words: &[String]) -> Result<Vec<u8>, BuildError> {
        let home = self.config_home.to_string_lossy();
        let variables = [
            ("HELM_CONFIG_HOME", self.config_home.clone()),
            ("HELM_CACHE_HOME", PathBuf::from(format!("{home}/.cache"))),
            ("HELM_DATA_HOME", PathBuf::from(format!("{home}/.data"))),
        ];
        self.workshop.run(words, &variables).map_err(|error| self.outside(error))
    }

    fn check_version(&self) -> Result<(), BuildError> {
        let said = self.start(&["version".to_owned(), "--short".to_owned()])?;
        let said = String::from_utf8_lossy(&said);
        match arguments::version(&said) {
            Some(("3" | "4", _)) => Ok(()),
            Some((_, version)) => {
                let message = format!("helm 3 or 4 is needed, not {version}");
                Err(self.refuse("helm/version", message, "Name another program with `--helm-command`."))
            }
            None => {
                let message = format!("`helm version --short` prints no version but `{}`", said.trim());
                Err(self.refuse("helm/version", message, "Name another program with `--helm-command`."))
            }
        }
    }

    fn pull(&self, chart: &Path) -> Result<(), BuildError> {
        if self.chart.repo.is_empty() {
            let place = match &self.home.path {
                Some(home) => self.session.shown(&home.child(&self.chart.name)),
                None => chart.display().to_string(),
            };
            let message = format!("there is no chart at `{place}`, and no `repo` to fetch it from");
            return Err(self.refuse(
                "helm/no-chart",
                message,
                "Correct `name` or `chartHome`, or add `repo`.",
            ));
        }
        let directory = self.word(&self.home.disk)?;
        self.start(&arguments::pull(self.chart, directory)).map(drop)
    }

    /// Writes the chart's directory to the workshop when helm cannot read it where it is.
    fn copy_chart(&self) -> Result<(), BuildError> {
        let Some(home) = &self.home.path else { return Ok(()) };
        let chart = home.join(&self.chart.name).ok();
        match chart {
            Some(chart) if self.session.source.disk_path(&chart).is_none() => self.copy(&chart),
            _ => Ok(()),
        }
    }

    fn copy(&self, path: &RepoPath) -> Result<(), BuildError> {
        let source = &self.session.source;
        let failed = |error| self.session.source_error(&error, self.chart.mark);
        match source.kind(path).map_err(failed)? {
            None => Ok(()),
            Some(EntryKind::File) => {
                let content = source.read(path).map_err(failed)?;
                self.workshop.write(&copied(path), &content.bytes).map_err(|error| self.outside(error))
            }
            Some(EntryKind::Directory) => {
                // Through links without links, so that one that leads upwards cannot be followed for ever.
                let real = source.canonical(path).map_err(failed)?;
                if real != *path && path.is_within(&real) {
                    let message =
                        format!("`{}` leads to a directory that holds it", self.session.shown(path));
                    return Err(self.refuse("load/link", message, "Replace the link by what it stands for."));
                }
                source
                    .list(path)
                    .map_err(failed)?
                    .iter()
                    .try_for_each(|entry| self.copy(&path.child(&entry.name)))
            }
        }
    }

    /// The files of `additionalValuesFiles` on disk. Each must be one that the kustomization may read.
    fn additional_values(&self) -> Result<Vec<String>, BuildError> {
        let mut words = Vec::new();
        for text in &self.chart.additional_values_files {
            let content = self.session.load(self.layer, &text.value, text.mark)?;
            let path = self.session.join(self.layer, text)?;
            if self.session.source.disk_path(&path).is_none() {
                self.workshop.write(&copied(&path), &content.bytes).map_err(|error| self.outside(error))?;
            }
            words.push(self.word(&self.session.on_disk(&*self.workshop, &path))?);
        }
        Ok(words)
    }

    /// The text of the file of values that helm gets first.
    fn values(&self, how: ValuesMerge) -> Result<Vec<u8>, BuildError> {
        let Some(inline) = &self.chart.values_inline else { return self.values_file() };
        let file = match how {
            ValuesMerge::Replace => None,
            ValuesMerge::Override | ValuesMerge::Merge => {
                let bytes = self.values_file()?;
                let documents = parse(&bytes, self.chart.mark.file, &self.session.limits().yaml);
                let documents = documents.map_err(|error| {
                    let message = format!("the values of the chart `{}`: {error}", self.chart.name);
                    self.refuse("helm/values", message, "Correct the file.")
                })?;
                let Some(file) = documents.into_iter().next() else {
                    let message =
                        format!("the file with the values of the chart `{}` is empty", self.chart.name);
                    return Err(self.refuse("helm/values", message, "Use `valuesMerge: replace`."));
                };
                Some(file)
            }
        };
        let text = joined(inline, file, how, self.chart.mark).map_err(|fault| self.session.refuse(fault))?;
        Ok(text.into_bytes())
    }

    /// The bytes of `valuesFile`, or of the file `values.yaml` of the chart, if the kustomization may read it.
    fn values_file(&self) -> Result<Vec<u8>, BuildError> {
        if let Some(file) = &self.chart.values_file {
            return Ok(self.session.load(self.layer, &file.value, file.mark)?.bytes.to_vec());
        }
        let name = format!("{}/values.yaml", self.chart.name);
        let path = self.home.path.as_ref().and_then(|home| home.join(&name).ok());
        let disk = self.home.disk.join(&name);
        if let Some(path) = path
            && (self.session.source.disk_path(&path).is_some()
                || self.session.source.kind(&path).is_ok_and(|kind| kind.is_some()))
        {
            let shown = self.session.shown(&path);
            return Ok(self.session.load_path(self.layer, &path, &shown, self.chart.mark)?.bytes.to_vec());
        }
        // The chart was fetched into the workshop.
        let limit = self.session.limits().file_bytes as u64;
        match self.workshop.read(&disk, limit) {
            Ok(Some(bytes)) if disk.starts_with(self.workshop.directory()) => Ok(bytes),
            Ok(_) => {
                let message = format!("`{}` does not exist or may not be read", disk.display());
                Err(self.refuse("helm/values", message, "Name a file of your own with `valuesFile`."))
            }
            Err(error) => Err(self.outside(error)),
        }
    }

    /// A path as a word for helm.
    fn word(&self, path: &Path) -> Result<String, BuildError> {
        // Without `.` and `a/..`, as kustomize writes it.
        let mut clean = PathBuf::new();
        for part in path.components() {
            match part {
                std::path::Component::ParentDir => drop(clean.pop()),
                std::path::Component::CurDir => {}
                part => clean.push(part),
            }
        }
        clean.to_str().map(str::to_owned).ok_or_else(|| {
            let message = format!("`{}` is not UTF-8", path.display());
            self.refuse("helm/files", message, "Rename the directory.")
        })
    }

    fn refuse(&self, code: &'static str, message: impl Into<String>, hint: &str) -> BuildError {
        self.session.refuse(Fault::new(code, self.chart.mark, message).hint(hint))
    }

    fn outside(&self, error: OutsideError) -> BuildError {
        self.session.refuse(error.at(self.chart.mark))
    }
}
