//! The words that `helm` is given, in kustomize's order.

use super::HelmChart;
use crate::kustomize::outside::HelmFlags;

/// The words that render a chart: `chart` and `values` are paths on disk.
pub(super) fn template(
    chart: &HelmChart,
    flags: &HelmFlags,
    path: String,
    values: impl IntoIterator<Item = String>,
) -> Vec<String> {
    let mut words = vec!["template".to_owned()];
    let mut pair = |name: &str, value: &str| words.extend([name.to_owned(), value.to_owned()]);
    // The first of the pair is a word alone.
    match chart.release_name.as_str() {
        "" => pair("--generate-name", &path),
        release => pair(release, &path),
    }
    if !chart.namespace.is_empty() {
        pair("--namespace", &chart.namespace);
    }
    if !chart.name_template.is_empty() {
        pair("--name-template", &chart.name_template);
    }
    for file in values {
        pair("-f", &file);
    }
    match &chart.api_versions {
        Some(own) => own.iter().for_each(|version| pair("--api-versions", version)),
        None => flags.api_versions.iter().for_each(|version| pair("--api-versions", version)),
    }
    let kube_version = chart.kube_version.as_deref().unwrap_or(&flags.kube_version);
    if !kube_version.is_empty() {
        pair("--kube-version", kube_version);
    }
    let switches = [
        (chart.include_crds, "--include-crds"),
        (chart.skip_tests, "--skip-tests"),
        (chart.skip_hooks, "--no-hooks"),
        (chart.debug.unwrap_or(flags.debug), "--debug"),
        (chart.devel, "--devel"),
    ];
    words.extend(switches.iter().filter(|(on, _)| *on).map(|(_, word)| (*word).to_owned()));
    words
}

/// The words that fetch a chart into a directory.
pub(super) fn pull(chart: &HelmChart, directory: String) -> Vec<String> {
    let mut words: Vec<String> = ["pull", "--untar", "--untardir"].map(str::to_owned).into();
    words.push(directory);
    if chart.repo.starts_with("oci://") {
        let repo = chart.repo.strip_suffix('/').unwrap_or(&chart.repo);
        words.push(format!("{repo}/{}", chart.name));
    } else {
        words.extend(["--repo".to_owned(), chart.repo.to_string(), chart.name.to_string()]);
    }
    if !chart.version.is_empty() {
        words.extend(["--version".to_owned(), chart.version.to_string()]);
    }
    if chart.devel {
        words.push("--devel".to_owned());
    }
    words
}

/// The major version in what `helm version --short` prints, and the version itself; `None` when there is none.
pub(super) fn version(said: &str) -> Option<(&str, &str)> {
    let bytes = said.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    for start in 0..bytes.len() {
        let mut end = start + digits(start);
        let major = end;
        while end > start && bytes.get(end) == Some(&b'.') && end + 1 < bytes.len() && digits(end + 1) > 0 {
            end += 1 + digits(end + 1);
        }
        if major > start && end > major {
            return Some((&said[start..major], &said[start..end]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_found_in_what_helm_prints() {
        assert_eq!(version("v3.14.0+g3fc9f4b\n"), Some(("3", "3.14.0")));
        assert_eq!(version("Client: v2.16.1+gbbdfe5e"), Some(("2", "2.16.1")));
        assert_eq!(version("WARNING 12: x\n4.0.1"), Some(("4", "4.0.1")));
        assert_eq!(version("version 3"), None);
        assert_eq!(version(""), None);
    }
}
