//! The entries of `helmCharts`, `helmGlobals` and the old `helmChartInflationGenerator`, with their places.

use compact_str::CompactString;

use crate::base::Mark;
use crate::kustomize::kustomization::{Reader, Text};
use crate::yaml::{Fault, Node, Scalar, Tag, Value};

/// What counts for all charts of a kustomization.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct HelmGlobals {
    /// `chartHome`: the directory of the charts, seen from the kustomization.
    pub chart_home: Option<Text>,
    /// `configHome`: what helm takes for its own directory of settings.
    pub config_home: Option<Text>,
}

/// One chart.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct HelmChart {
    /// Where the entry begins.
    pub mark: Mark,
    /// `name`
    pub name: CompactString,
    /// `version`
    pub version: CompactString,
    /// `repo`
    pub repo: CompactString,
    /// `releaseName`
    pub release_name: CompactString,
    /// `namespace`
    pub namespace: CompactString,
    /// `additionalValuesFiles`
    pub additional_values_files: Vec<Text>,
    /// `valuesFile`
    pub values_file: Option<Text>,
    /// `valuesInline`
    pub values_inline: Option<Node>,
    /// `valuesMerge`
    pub values_merge: Option<Text>,
    /// `includeCRDs`
    pub include_crds: bool,
    /// `skipHooks`
    pub skip_hooks: bool,
    /// `apiVersions`; `None` leaves it to the command line.
    pub api_versions: Option<Vec<CompactString>>,
    /// `kubeVersion`; `None` leaves it to the command line.
    pub kube_version: Option<CompactString>,
    /// `nameTemplate`
    pub name_template: CompactString,
    /// `skipTests`
    pub skip_tests: bool,
    /// `debug`; `None` leaves it to the command line.
    pub debug: Option<bool>,
    /// `devel`
    pub devel: bool,
}

const GLOBALS: [&str; 2] = ["chartHome", "configHome"];

const CHART: [&str; 17] = [
    "name",
    "version",
    "repo",
    "releaseName",
    "namespace",
    "additionalValuesFiles",
    "valuesFile",
    "valuesInline",
    "valuesMerge",
    "includeCRDs",
    "skipHooks",
    "apiVersions",
    "kubeVersion",
    "nameTemplate",
    "skipTests",
    "debug",
    "devel",
];

const LEGACY: [&str; 13] = [
    "chartName",
    "chartVersion",
    "chartRepoUrl",
    "chartHome",
    "chartRepoName",
    "helmBin",
    "helmHome",
    "values",
    "valuesLocal",
    "valuesMerge",
    "releaseName",
    "releaseNamespace",
    "extraArgs",
];

/// Reads `helmGlobals`.
///
/// # Errors
///
/// A [`Fault`] for unknown fields and values of the wrong type, as for all functions here.
pub(crate) fn read_globals(reader: Reader, node: &Node) -> Result<HelmGlobals, Fault> {
    let mut globals = HelmGlobals::default();
    for (name, entry) in reader.fields(node, "`helmGlobals`", &GLOBALS)? {
        let text = reader.text(&entry.value, &format!("`{name}`"))?;
        match name {
            "chartHome" => globals.chart_home = text,
            _ => globals.config_home = text,
        }
    }
    Ok(globals)
}

/// Reads an entry of `helmCharts`. An empty value counts as none.
pub(crate) fn read_chart(reader: Reader, node: &Node) -> Result<HelmChart, Fault> {
    let mut chart = HelmChart { mark: node.mark, ..HelmChart::default() };
    for (name, entry) in reader.fields(node, "a Helm chart", &CHART)? {
        let value = &entry.value;
        let what = format!("`{name}` of a Helm chart");
        let text = || reader.string(value, &what);
        let flag = || reader.bool(value, &what);
        match name {
            "name" => chart.name = text()?,
            "version" => chart.version = text()?,
            "repo" => chart.repo = text()?,
            "releaseName" => chart.release_name = text()?,
            "namespace" => chart.namespace = text()?,
            "additionalValuesFiles" => chart.additional_values_files = reader.strings(value, &what)?,
            "valuesFile" => chart.values_file = reader.text(value, &what)?,
            "valuesInline" => chart.values_inline = values(reader, value, &what)?,
            "valuesMerge" => chart.values_merge = reader.text(value, &what)?,
            "includeCRDs" => chart.include_crds = flag()?,
            "skipHooks" => chart.skip_hooks = flag()?,
            "apiVersions" => {
                let versions = reader.strings(value, &what)?;
                chart.api_versions = Some(versions.into_iter().map(|text| text.value).collect());
            }
            "kubeVersion" => chart.kube_version = Some(text()?),
            "nameTemplate" => chart.name_template = text()?,
            "skipTests" => chart.skip_tests = flag()?,
            "debug" => chart.debug = Some(flag()?),
            _ => chart.devel = flag()?,
        }
    }
    if reader == Reader::Kustomization {
        // kustomize hands the entry on without what is empty; a generator's own file it hands on as it is.
        chart.api_versions = chart.api_versions.filter(|versions| !versions.is_empty());
        chart.kube_version = chart.kube_version.filter(|version| !version.is_empty());
        chart.debug = chart.debug.filter(|debug| *debug);
    }
    Ok(chart)
}

/// Reads the values of a chart: a map, which counts as none when it is empty.
fn values(reader: Reader, node: &Node, what: &str) -> Result<Option<Node>, Fault> {
    reader.map_of_any(node, what)?;
    let mut values = node.clone();
    as_json(reader, &mut values)?;
    Ok((!values.is_empty_collection()).then_some(values))
}

/// The largest number up to which every whole one is exact once it went through JSON.
const EXACT: u64 = 1 << 53;

/// Turns values into what is left of them when kustomize hands them on as JSON: `yes` and its like are booleans, dates
/// are text, and large numbers lose their last digits.
fn as_json(reader: Reader, node: &mut Node) -> Result<(), Fault> {
    let old = node.as_scalar().and_then(|_| reader.bool(node, "").ok());
    let mark = node.mark;
    let large = node.as_i64().filter(|number| number.unsigned_abs() > EXACT);
    match &mut node.value {
        Value::Scalar(scalar) => {
            if let Some(value) = old {
                *scalar = Scalar::plain(if value { "true" } else { "false" });
            } else if reader == Reader::Kustomization && scalar.tag == Tag::Timestamp {
                *scalar = Scalar::string(scalar.text.clone());
            } else if let Some(number) = large {
                *scalar = Scalar::plain(format!("{}", number as f64));
            }
            Ok(())
        }
        Value::Sequence(items) => items.iter_mut().try_for_each(|item| as_json(reader, item)),
        Value::Mapping(map) => map.entries.iter_mut().try_for_each(|entry| {
            // Quoted or not is not known any more, and makes a difference.
            if reader.bool(&Node::plain(entry.key.clone()), "").is_ok() {
                let at = if entry.mark == Mark::NONE { mark } else { entry.mark };
                let message = format!("the key `{}` of a chart's values could be a boolean", entry.key);
                return Err(Fault::new("helm/values", at, message)
                    .hint("Write these values to a file, and name it with `valuesFile`."));
            }
            as_json(reader, &mut entry.value)
        }),
    }
}

/// Reads the object of a `HelmChartInflationGenerator`: chart and globals in one.
pub(crate) fn chart_of_plugin(node: &Node) -> Result<(HelmChart, HelmGlobals), Fault> {
    Ok((read_chart(Reader::Plugin, node)?, read_globals(Reader::Plugin, node)?))
}

/// Reads an entry of the old `helmChartInflationGenerator`. As in kustomize some of its fields have no effect.
pub(crate) fn read_legacy(reader: Reader, node: &Node) -> Result<(HelmChart, HelmGlobals), Fault> {
    let mut chart = HelmChart { mark: node.mark, ..HelmChart::default() };
    let mut globals = HelmGlobals::default();
    for (name, entry) in reader.fields(node, "a Helm chart", &LEGACY)? {
        let value = &entry.value;
        let what = format!("`{name}` of a Helm chart");
        let text = || reader.string(value, &what);
        match name {
            "chartName" => chart.name = text()?,
            "chartVersion" => chart.version = text()?,
            "chartRepoUrl" => chart.repo = text()?,
            "chartHome" => globals.chart_home = reader.text(value, &what)?,
            "helmHome" => globals.config_home = reader.text(value, &what)?,
            "values" => chart.values_file = reader.text(value, &what)?,
            "valuesLocal" => chart.values_inline = values(reader, value, &what)?,
            "valuesMerge" => chart.values_merge = reader.text(value, &what)?,
            "releaseName" => chart.release_name = text()?,
            "extraArgs" => drop(reader.strings(value, &what)?),
            _ => drop(text()?),
        }
    }
    Ok((chart, globals))
}
