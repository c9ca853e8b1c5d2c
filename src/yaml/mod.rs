//! YAML: a node tree that knows where every value was written, a parser, and an emitter in kustomize's exact form.

pub mod difference;
pub mod edit;
pub mod emit;
pub mod error;
pub mod fault;
pub mod field_path;
pub mod items;
pub mod json;
pub mod json_patch;
pub mod limits;
mod lost;
mod mapping;
pub mod merge;
pub mod node;
mod outline;
pub mod parse;
mod same;
pub mod scalar;
mod schema_comment;

pub use emit::{EmitError, EmittedLine, EmittedLines, emit, emit_lines};
pub use error::{ParseError, ParseErrorKind};
pub use fault::Fault;
pub use items::{Fact, Items};
pub use json::{from_json, to_json, write_json};
pub use limits::Limits;
pub use node::{Entry, Mapping, Node, Overwritten, Scalar, Style, Tag, Value, Writer};
pub use outline::{Excerpt, Outline};
pub use parse::{is_one_document, parse, parse_settings};
pub use scalar::Resolved;
pub use schema_comment::SchemaComment;

#[cfg(test)]
mod round_trip_tests;
