//! The entries of `configMapGenerator` and `secretGenerator`, and `generatorOptions`.

use compact_str::CompactString;

use super::{Pair, Reader, Text};
use crate::base::Mark;
use crate::yaml::Fault;
use crate::yaml::Node;

/// What a generator makes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum GeneratorKind {
    /// A ConfigMap.
    #[default]
    ConfigMap,
    /// A Secret.
    Secret,
}

/// One entry of `configMapGenerator` or `secretGenerator`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GeneratorEntry {
    /// Where the entry begins.
    pub mark: Mark,
    /// What it makes.
    pub makes: GeneratorKind,
    /// `name`
    pub name: Option<Text>,
    /// `namespace`
    pub namespace: Option<Text>,
    /// `behavior`
    pub behavior: CompactString,
    /// `literals`
    pub literals: Vec<Text>,
    /// `files`
    pub files: Vec<Text>,
    /// `envs`, and `env` at the end.
    pub envs: Vec<Text>,
    /// `options`
    pub options: Option<GeneratorOptions>,
    /// `type` of a Secret.
    pub secret_type: Option<Text>,
}

/// `generatorOptions`, and `options` of one generator.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GeneratorOptions {
    /// `labels`
    pub labels: Vec<Pair>,
    /// `annotations`
    pub annotations: Vec<Pair>,
    /// `disableNameSuffixHash`
    pub disable_name_suffix_hash: bool,
    /// `immutable`, with the place that asks for it.
    pub immutable: Option<Mark>,
}

impl GeneratorOptions {
    /// Reads the options.
    pub(crate) fn read(reader: Reader, node: &Node, what: &str) -> Result<Self, Fault> {
        let mut options = Self::default();
        let known = ["labels", "annotations", "disableNameSuffixHash", "immutable"];
        for (name, entry) in reader.fields(node, what, &known)? {
            let value = &entry.value;
            match name {
                "labels" => options.labels = reader.pairs(value, "`labels`")?,
                "annotations" => options.annotations = reader.pairs(value, "`annotations`")?,
                "immutable" => options.immutable = reader.bool(value, "`immutable`")?.then_some(value.mark),
                _ => options.disable_name_suffix_hash = reader.bool(value, "`disableNameSuffixHash`")?,
            }
        }
        Ok(options)
    }

    /// These options with the global ones where they are silent.
    #[must_use]
    pub fn merged_with(mut self, global: &Self) -> Self {
        add_missing(&mut self.labels, &global.labels);
        add_missing(&mut self.annotations, &global.annotations);
        self.disable_name_suffix_hash |= global.disable_name_suffix_hash;
        self.immutable = self.immutable.or(global.immutable);
        self
    }
}

fn add_missing(own: &mut Vec<Pair>, global: &[Pair]) {
    for pair in global {
        if !own.iter().any(|other| other.key == pair.key) {
            own.push(pair.clone());
        }
    }
    own.sort_by(|left, right| left.key.cmp(&right.key));
}

/// The fields of a generator, without `type`.
pub(crate) const FIELDS: [&str; 8] =
    ["name", "namespace", "behavior", "literals", "files", "envs", "env", "options"];

impl GeneratorEntry {
    /// Reads one entry.
    pub(crate) fn read(reader: Reader, node: &Node, makes: GeneratorKind) -> Result<Self, Fault> {
        let (what, known) = match makes {
            GeneratorKind::ConfigMap => ("an entry of `configMapGenerator`", FIELDS.to_vec()),
            GeneratorKind::Secret => ("an entry of `secretGenerator`", [&FIELDS[..], &["type"]].concat()),
        };
        let mut entry = Self { mark: node.mark, makes, ..Self::default() };
        for (name, field) in reader.fields(node, what, &known)? {
            entry.read_field(reader, name, &field.value)?;
        }
        Ok(entry)
    }

    /// Reads one of the fields in [`FIELDS`], or `type`. `env` counts after `envs`, wherever it stands.
    pub(crate) fn read_field(&mut self, reader: Reader, name: &str, value: &Node) -> Result<(), Fault> {
        match name {
            "name" => self.name = reader.text(value, "`name`")?,
            "namespace" => self.namespace = reader.text(value, "`namespace`")?,
            "behavior" => self.behavior = reader.string(value, "`behavior`")?,
            "literals" => self.literals = reader.strings(value, "`literals`")?,
            "files" => self.files = reader.strings(value, "`files`")?,
            "envs" => self.envs.splice(0..0, reader.strings(value, "`envs`")?).for_each(drop),
            "env" => self.envs.extend(reader.text(value, "`env`")?),
            "options" => self.options = Some(GeneratorOptions::read(reader, value, "`options`")?),
            _ => self.secret_type = reader.text(value, "`type`")?,
        }
        Ok(())
    }
}
