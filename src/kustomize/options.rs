//! What a caller may choose about a build: load restriction, order of the output, and limits against hostile input.

use crate::yaml;

/// Whether a kustomization may read files outside its own directory.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum LoadRestriction {
    /// Files must lie in the directory of the kustomization that names them or below it (kustomize's default).
    #[default]
    RootOnly,
    /// Files may lie anywhere in the source.
    None,
}

/// The order of the output when the kustomization has no `sortOptions`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum OutputOrder {
    /// By kind, in kustomize's fixed order (what its command line does).
    #[default]
    Legacy,
    /// In the order in which the resources were read.
    Unchanged,
}

/// What a caller may choose about one build.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct BuildOptions {
    /// Whether files outside a kustomization's directory may be read.
    pub load_restriction: LoadRestriction,
    /// The order of the output when the kustomization does not say.
    pub order: OutputOrder,
}

/// Bounds that keep hostile or broken input from using up the machine.
///
/// The defaults are far above what real platforms need; every one is named in the error that it causes.
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
            yaml: yaml::Limits::default(),
        }
    }
}
