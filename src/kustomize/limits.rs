//! Limits against hostile or broken input, in one table: what is bounded, how far, and under which name.

use crate::base::go_regex;
use crate::base::nearest::nearest;
use crate::yaml;

/// Bounds that keep hostile or broken input from using up the machine.
///
/// The defaults are far above what real platforms need; every one is named in the error that it causes. [`LIMITS`] lists
/// them with the names under which they can be changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limits {
    /// How deep kustomizations may include each other.
    pub include_depth: usize,
    /// How many resources one build may hold.
    pub resources: usize,
    /// How many documents one file may hold.
    pub documents: usize,
    /// How many bytes one file may have.
    pub file_bytes: usize,
    /// How many kustomizations one build may read, each time it is included counted.
    pub kustomizations: usize,
    /// How many bytes the printed manifests of one build may have.
    pub output_bytes: usize,
    /// How many bytes one compiled regular expression may take; see [`go_regex::set_most_bytes`].
    pub regex_bytes: usize,
    /// What one file may ask of the parser.
    pub yaml: yaml::Limits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            include_depth: 100,
            resources: 100_000,
            documents: 50_000,
            file_bytes: 64 * 1024 * 1024,
            kustomizations: 20_000,
            output_bytes: 1024 * 1024 * 1024,
            regex_bytes: go_regex::DEFAULT_BYTES,
            yaml: yaml::Limits::default(),
        }
    }
}

/// One limit as people name it.
#[derive(Debug)]
pub struct Limit {
    /// Its name.
    pub name: &'static str,
    /// What it bounds.
    pub bounds: &'static str,
    value: fn(&mut Limits) -> &mut usize,
}

/// Every limit.
pub const LIMITS: [Limit; 10] = [
    Limit { name: "file-bytes", bounds: "bytes in one file", value: |limits| &mut limits.file_bytes },
    Limit { name: "documents", bounds: "documents in one file", value: |limits| &mut limits.documents },
    Limit { name: "depth", bounds: "levels of nesting in one file", value: |limits| &mut limits.yaml.depth },
    Limit { name: "values", bounds: "values in one file", value: |limits| &mut limits.yaml.nodes },
    Limit {
        name: "alias-values",
        bounds: "values that aliases and merge keys of one file expand to",
        value: |limits| &mut limits.yaml.alias_nodes,
    },
    Limit {
        name: "include-depth",
        bounds: "levels of kustomizations that include each other",
        value: |limits| &mut limits.include_depth,
    },
    Limit {
        name: "kustomizations",
        bounds: "kustomizations in one build, each inclusion counted",
        value: |limits| &mut limits.kustomizations,
    },
    Limit { name: "resources", bounds: "resources in one build", value: |limits| &mut limits.resources },
    Limit {
        name: "regex-bytes",
        bounds: "bytes that one compiled regular expression takes",
        value: |limits| &mut limits.regex_bytes,
    },
    Limit {
        name: "output-bytes",
        bounds: "bytes of the manifests of one build",
        value: |limits| &mut limits.output_bytes,
    },
];

/// The deepest nesting that can be allowed: what walks a tree calls itself once for each level, and the stack is finite.
const DEEPEST: usize = 1_000;

impl Limit {
    /// Its value in `limits`.
    #[must_use]
    pub fn get(&self, limits: &Limits) -> usize {
        *(self.value)(&mut limits.clone())
    }
}

impl Limits {
    /// Changes the limit of a text `NAME=VALUE`; the value may end in `k`, `M` or `G`, in steps of 1024.
    ///
    /// # Errors
    ///
    /// A sentence when the name is not that of a limit, or the value is no number or one that cannot be allowed.
    pub fn set(&mut self, text: &str) -> Result<(), String> {
        let Some((name, value)) = text.split_once('=') else {
            return Err(format!("`{text}` is not of the form NAME=VALUE"));
        };
        let Some(limit) = LIMITS.iter().find(|limit| limit.name == name.trim()) else {
            let hint = match nearest(name, LIMITS.iter().map(|limit| limit.name)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", LIMITS.map(|limit| limit.name).join(", ")),
            };
            return Err(format!("there is no limit `{name}`; {hint}"));
        };
        let Some(value) = number(value.trim()) else {
            return Err(format!("`{value}` is no number above zero"));
        };
        if limit.name == "depth" && value > DEEPEST {
            return Err(format!("`depth` can be {DEEPEST} at most"));
        }
        *(limit.value)(self) = value;
        Ok(())
    }
}

/// A whole number above zero, perhaps with a unit.
fn number(text: &str) -> Option<usize> {
    let (digits, unit) = match text.char_indices().last()? {
        (end, 'k' | 'K') => (&text[..end], 1 << 10),
        (end, 'm' | 'M') => (&text[..end], 1 << 20),
        (end, 'g' | 'G') => (&text[..end], 1 << 30),
        _ => (text, 1),
    };
    digits.replace('_', "").parse::<usize>().ok()?.checked_mul(unit).filter(|number| *number > 0)
}

/// The sentence that says how to raise a limit.
#[must_use]
pub fn raise(name: &str) -> String {
    format!("If the input is meant to be so, raise the limit with `--limit {name}=NUMBER`.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_set_by_its_name() {
        let mut limits = Limits::default();
        limits.set("file-bytes=2M").unwrap();
        limits.set("depth = 300").unwrap();
        limits.set("alias-values=1_000").unwrap();
        assert_eq!((limits.file_bytes, limits.yaml.depth, limits.yaml.alias_nodes), (2 << 20, 300, 1_000));
    }

    #[test]
    fn a_wrong_limit_is_refused_with_what_is_right() {
        let set = |text: &str| Limits::default().set(text).unwrap_err();
        assert_eq!(set("file-byte=1"), "there is no limit `file-byte`; did you mean `file-bytes`?");
        assert_eq!(set("depth"), "`depth` is not of the form NAME=VALUE");
        assert_eq!(set("depth=many"), "`many` is no number above zero");
        assert_eq!(set("resources=0"), "`0` is no number above zero");
        assert_eq!(set("depth=100000"), "`depth` can be 1000 at most");
    }
}
