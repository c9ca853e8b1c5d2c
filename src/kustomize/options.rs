//! What a caller may choose about a build: load restriction, order of the output, the label of the deprecated flag.

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
    /// Whether every resource gets the label that `managedByLabel` of `buildMetadata` asks for.
    pub managed_by_label: bool,
}
