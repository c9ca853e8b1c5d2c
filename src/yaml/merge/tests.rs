//! Objects, patches, and what kustomize makes of them.
