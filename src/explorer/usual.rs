//! What the resources of a target have in common, and the names in them that nobody chose.

use rustc_hash::FxHashMap;

use crate::kustomize::Resource;
use crate::yaml::Node;

/// Where the labels of a resource are.
pub(super) const LABELS: [&str; 2] = ["metadata", "labels"];

/// Kinds that generators make; their names end in a hash of their content.
const GENERATED: &[&str] = &["ConfigMap", "Secret"];

/// What can be told of the resources of a target by their names and labels alone.
pub(super) struct Usual {
    /// The labels that more than half of the resources have, in order: some resources, such as those of a platform team, are
    /// labelled by nobody.
    pub(super) labels: Vec<(String, String)>,
    /// Names of resources of the kinds that generators make.
    pub(super) generated: Vec<String>,
}

impl Usual {
    /// Looks at resources.
    pub(super) fn of(resources: &[Resource]) -> Self {
        let mut having: FxHashMap<(&str, &str), usize> = FxHashMap::default();
        for resource in resources {
            let map = resource.node().get_path(&LABELS).and_then(Node::as_mapping);
            for entry in map.into_iter().flat_map(|map| map.iter()) {
                if let Some(value) = entry.value.as_text() {
                    *having.entry((entry.key.as_str(), value)).or_default() += 1;
                }
            }
        }
        let most = having.into_iter().filter(|(_, number)| number * 2 > resources.len());
        let mut labels: Vec<(String, String)> =
            most.map(|((key, value), _)| (key.to_owned(), value.to_owned())).collect();
        labels.sort_unstable();
        let text = |resource: &'_ Resource| {
            let id = resource.id();
            GENERATED.contains(&id.kind.as_str()).then(|| id.name.to_string())
        };
        Self { labels, generated: resources.iter().filter_map(text).collect() }
    }
}
