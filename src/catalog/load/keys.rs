//! The table of keys: what may stand in `services.yaml`, and of which type each value is.

use super::rules::TextRule;

/// One key of a map.
#[derive(Debug)]
pub(super) struct Key {
    /// How it is written.
    pub(super) name: &'static str,
    /// What its value must be.
    pub(super) shape: Shape,
    /// Whether the value may be `{defaults, overrides}`, here or further down.
    pub(super) varies: bool,
    /// Whether an entry without it is an error.
    pub(super) required: bool,
}

/// What a value must be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// A string that keeps a rule.
    Text(TextRule),
    /// A whole number between two bounds.
    Integer(i64, i64),
    /// A boolean.
    Boolean,
    /// A Kubernetes quantity: `250m`, `1Gi`, `2`.
    Quantity,
    /// A list.
    List(&'static Self),
    /// A map with these keys.
    Map(&'static [Key]),
    /// A map of labels.
    Labels,
}

const fn key(name: &'static str, shape: Shape) -> Key {
    Key { name, shape, varies: false, required: false }
}

const fn required(name: &'static str, shape: Shape) -> Key {
    Key { name, shape, varies: false, required: true }
}

const fn varying(name: &'static str, shape: Shape) -> Key {
    Key { name, shape, varies: true, required: false }
}

const ANY_TEXT: Shape = Shape::Text(TextRule::Any);
const NAME: Shape = Shape::Text(TextRule::Name);
const WORD: Shape = Shape::Text(TextRule::Word);
const WORDS: Shape = Shape::List(&WORD);
const COUNT: Shape = Shape::Integer(0, 1_000_000);
const PORT: Shape = Shape::Integer(1, 65_535);
const DURATION: Shape = Shape::Text(TextRule::Duration);
const URL_PATH: Shape = Shape::Text(TextRule::UrlPath);

/// The keys of a service.
pub(super) const SERVICE: &[Key] = &[
    required("name", NAME),
    required("type", WORD),
    Key { required: true, ..varying("image", Shape::Text(TextRule::Image)) },
    key("tagStrategy", ANY_TEXT),
    varying("tag", Shape::Text(TextRule::Tag)),
    varying("digest", Shape::Text(TextRule::Digest)),
    key("channel", WORD),
    required("regions", WORDS),
    required("enabledIn", WORDS),
    key("namespaceTemplate", Shape::Text(TextRule::Template)),
    key("components", WORDS),
    varying("ports", Shape::List(&Shape::Map(PORT_KEYS))),
    varying("domains", Shape::List(&Shape::Text(TextRule::Domain))),
    varying("hpa", Shape::Map(HPA)),
    varying("replicas", COUNT),
    varying("resources", Shape::Map(RESOURCES)),
    varying("schedule", Shape::Text(TextRule::Schedule)),
    varying("retry", Shape::Map(RETRY)),
    varying("trafficPolicy", Shape::Map(TRAFFIC_POLICY)),
    varying("health", Shape::Map(HEALTH)),
    key("patches", Shape::List(&Shape::Map(PATCH))),
    key("labels", Shape::Labels),
];

const PORT_KEYS: &[Key] = &[
    required("name", NAME),
    key("containerPort", PORT),
    key("port", PORT),
    key("servicePort", PORT),
    key("protocol", ANY_TEXT),
];

const HPA: &[Key] = &[
    key("minReplicas", Shape::Integer(0, 1_000_000)),
    key("maxReplicas", Shape::Integer(1, 1_000_000)),
    key("targetCPUUtilizationPercentage", Shape::Integer(1, 10_000)),
];

const RESOURCES: &[Key] = &[
    key("cpu", Shape::Quantity),
    key("memory", Shape::Quantity),
    key("requests", Shape::Map(AMOUNTS)),
    key("limits", Shape::Map(AMOUNTS)),
];

const AMOUNTS: &[Key] =
    &[key("cpu", Shape::Quantity), key("memory", Shape::Quantity), key("ephemeral-storage", Shape::Quantity)];

const RETRY: &[Key] = &[key("attempts", COUNT), key("perTryTimeout", DURATION), key("retryOn", ANY_TEXT)];

const TRAFFIC_POLICY: &[Key] = &[
    key("maxConnections", Shape::Integer(1, i64::MAX)),
    key("maxPendingRequests", Shape::Integer(1, i64::MAX)),
    key("maxRequestsPerConnection", COUNT),
    key("consecutiveErrors", COUNT),
    key("interval", DURATION),
    key("ejectionTime", DURATION),
    key("maxEjectionPercent", Shape::Integer(0, 100)),
];

const HEALTH: &[Key] = &[
    key("livenessPath", URL_PATH),
    key("readinessPath", URL_PATH),
    key("startupPath", URL_PATH),
    key("port", PORT),
];

const PATCH: &[Key] = &[
    key("target", Shape::Map(PATCH_TARGET)),
    key("patch", ANY_TEXT),
    key("path", ANY_TEXT),
    key("options", Shape::Map(PATCH_OPTIONS)),
];

const PATCH_TARGET: &[Key] = &[
    key("group", ANY_TEXT),
    key("version", ANY_TEXT),
    key("kind", ANY_TEXT),
    key("name", ANY_TEXT),
    key("namespace", ANY_TEXT),
    key("labelSelector", ANY_TEXT),
    key("annotationSelector", ANY_TEXT),
];

const PATCH_OPTIONS: &[Key] =
    &[key("allowNameChange", Shape::Boolean), key("allowKindChange", Shape::Boolean)];

impl Shape {
    /// What a value must be, for messages: `a whole number of at least 1`.
    pub(super) fn wanted(self) -> String {
        match self {
            Self::Text(rule) => rule.wanted().to_owned(),
            Self::Integer(low, i64::MAX | 1_000_000) => format!("a whole number of at least {low}"),
            Self::Integer(low, high) => format!("a whole number from {low} to {high}"),
            Self::Boolean => "`true` or `false`".to_owned(),
            Self::Quantity => "a quantity".to_owned(),
            Self::List(Self::Map(_)) => "a list of maps".to_owned(),
            Self::List(Self::Text(TextRule::Word)) => "a list of names".to_owned(),
            Self::List(_) => "a list of strings".to_owned(),
            Self::Map(_) => "a map".to_owned(),
            Self::Labels => "a map of labels".to_owned(),
        }
    }

    /// How to write such a value, as a sentence.
    pub(super) fn example(self, key: &str) -> String {
        let value = match self {
            Self::Text(rule) => rule.example(),
            Self::Integer(low, _) => return format!("Write for example `{key}: {}`.", low.max(2)),
            Self::Boolean => "true",
            Self::Quantity => {
                return format!("Write for example `{key}: 250m`, `{key}: 2` or `{key}: 512Mi`.");
            }
            Self::List(Self::Map(_)) => {
                return format!("Write one `- ` entry with its own keys per line below `{key}:`.");
            }
            Self::List(Self::Text(rule)) => {
                return format!("Write for example `{key}: [{}]`.", rule.example());
            }
            Self::List(_) => "[one, two]",
            Self::Map(keys) => {
                let names: Vec<String> = keys.iter().map(|key| format!("`{}`", key.name)).collect();
                return format!("Write a map with some of the keys {}.", names.join(", "));
            }
            Self::Labels => "{ team: accounts }",
        };
        format!("Write for example `{key}: {value}`.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(keys: &'static [Key], visit: &mut dyn FnMut(&'static [Key])) {
        visit(keys);
        for key in keys {
            match key.shape {
                Shape::Map(inner) => walk(inner, visit),
                Shape::List(Shape::Map(inner)) => walk(inner, visit),
                _ => {}
            }
        }
    }

    #[test]
    fn no_key_stands_twice_and_none_is_reserved() {
        walk(SERVICE, &mut |keys| {
            for (index, key) in keys.iter().enumerate() {
                assert!(!["defaults", "overrides"].contains(&key.name), "{} is reserved", key.name);
                assert!(keys[..index].iter().all(|other| other.name != key.name), "{} twice", key.name);
            }
        });
    }
}
