//! Blast radius and promotion: stories on the demo, and classes held against a comparison of all targets.

mod brute;
mod classes;
mod stories;
mod verb;
