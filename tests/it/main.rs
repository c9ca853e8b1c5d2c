//! Tests of the whole package, in one binary.
#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]
#![expect(clippy::disallowed_methods, reason = "the tests run the program itself")]

mod architecture;
mod blame;
mod broken;
mod conformance;
mod demo;
mod diagnostics;
mod differences;
mod edit;
mod fleet;
mod hostile;
mod outside;
mod parity;
mod past;
mod pty;
mod radius;
mod screens;
mod terminal;
