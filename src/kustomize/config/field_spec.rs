//! A field of some kinds of objects, and patterns of kinds.

use compact_str::CompactString;

use crate::kustomize::kustomization::Reader;
use crate::kustomize::resource::ResourceId;
use crate::yaml::Fault;
use crate::yaml::Node;
use crate::yaml::field_path::SpecPath;

/// Group, version and kind, each empty when anything will do.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct KindPattern {
    /// API group.
    pub group: CompactString,
    /// API version.
    pub version: CompactString,
    /// Kind.
    pub kind: CompactString,
}

impl KindPattern {
    /// Whether an object with this identity is meant.
    #[must_use]
    pub fn selects(&self, id: &ResourceId) -> bool {
        let fits = |wanted: &CompactString, actual: &CompactString| wanted.is_empty() || wanted == actual;
        fits(&self.kind, &id.kind) && fits(&self.group, &id.group) && fits(&self.version, &id.version)
    }

    /// Whether `other` is as narrow as this pattern or narrower.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let fits = |wanted: &CompactString, actual: &CompactString| wanted.is_empty() || wanted == actual;
        fits(&self.kind, &other.kind)
            && fits(&self.group, &other.group)
            && fits(&self.version, &other.version)
    }
}

/// A field of the objects of some kinds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldSpec {
    /// The kinds that have the field.
    pub of: KindPattern,
    /// Where the field stands.
    pub path: SpecPath,
    /// Whether it is made when it is missing.
    pub create: bool,
}

impl FieldSpec {
    /// A field of objects of every kind.
    #[must_use]
    pub fn everywhere(path: &str, create: bool) -> Self {
        Self { of: KindPattern::default(), path: SpecPath::parse(path), create }
    }

    /// Reads a field spec of a configuration.
    pub(crate) fn read(reader: Reader, node: &Node) -> Result<Self, Fault> {
        let mut of = KindPattern::default();
        let (mut path, mut create) = (CompactString::default(), false);
        let known = ["group", "version", "kind", "path", "create"];
        for (name, entry) in reader.fields(node, "a field spec", &known)? {
            let value = &entry.value;
            match name {
                "create" => create = reader.bool(value, "`create`")?,
                "path" => path = reader.loose_string(value, "`path`")?,
                "group" => of.group = reader.string(value, "`group`")?,
                "version" => of.version = reader.string(value, "`version`")?,
                _ => of.kind = reader.string(value, "`kind`")?,
            }
        }
        Ok(Self { of, path: SpecPath::parse(&path), create })
    }

    /// Whether adding `other` beside this one would add nothing: the same path, of the same or more kinds.
    pub(super) fn same_field(&self, other: &Self) -> bool {
        other.of.covers(&self.of) && self.path.as_str() == other.path.as_str()
    }
}
