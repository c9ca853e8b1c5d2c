//! Bounds that make hostile YAML harmless.

/// How much one file may ask of the parser. Real manifests stay far below the defaults.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Levels of nesting, aliases expanded: 256. Everything that walks a tree may recurse this deep.
    pub depth: usize,
    /// Values in one file, aliases expanded: 4,000,000 (about 400 MB of tree).
    pub nodes: usize,
    /// Values in one file that come from expanding aliases and merge keys: 250,000.
    pub alias_nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 256, nodes: 4_000_000, alias_nodes: 250_000 }
    }
}
