//! Answers as text and JSON: what the verbs without a screen print.

pub mod problem;
