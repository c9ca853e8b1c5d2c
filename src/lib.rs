//! Overlens: explore kustomize configuration, see every ref and why, and diff what an edit would render.
//!
//! Data flows one way: files -> model -> resolution -> composition -> manifests -> diff -> screen or
//! report. Who may import whom is a table in `tests/it/architecture.rs`, and a test.

pub mod app;
pub mod base;
pub mod catalog;
pub mod check;
pub mod cli;
pub mod demo;
pub mod diff;
pub mod edit;
pub mod explorer;
pub mod git;
pub mod kustomize;
pub mod outside;
pub mod report;
pub mod schema;
pub mod settings;
pub mod tui;
pub mod vfs;
pub mod yaml;
