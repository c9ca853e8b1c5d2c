//! Overlens: explore kustomize configuration, see every ref and why, and diff what an edit would render.
//!
//! Data flows one way: files -> model -> resolution -> composition -> manifests -> diff -> screen or
//! report. Each module below imports only modules named before it in its own documentation; the test
//! `tests/it/architecture.rs` holds the table of who may import whom.

pub mod app;
pub mod base;
pub mod catalog;
pub mod cli;
pub mod demo;
pub mod diff;
pub mod edit;
pub mod explorer;
pub mod git;
pub mod kustomize;
pub mod report;
pub mod schema;
pub mod settings;
pub mod tui;
pub mod vfs;
pub mod yaml;
