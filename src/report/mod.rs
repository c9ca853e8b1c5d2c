//! Answers as plain data, as text and as JSON: what the verbs without a screen print, and what screens show.

pub mod answer;
pub mod blame;
pub mod failures;
pub mod history;
pub mod ladder;
pub mod listing;
pub mod mask;
pub mod parity;
pub mod problem;
pub mod radius;
pub mod styled;
pub mod table;
