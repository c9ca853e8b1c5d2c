//! YAML: a node tree that knows where every value was written, a parser, and an emitter in kustomize's exact form.

pub mod node;

pub use node::{Entry, Mapping, Node, Overwritten, Scalar, Style, Tag, Value, Writer};
