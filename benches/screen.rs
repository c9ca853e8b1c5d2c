//! How long the screen takes: from start to a filled first screen, and from a typed digit to the redrawn comparison.
//!
//! `cargo bench --bench screen` runs the release program in a pseudo-terminal and prints medians and the memory of
//! the process (resident set, Linux only).
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark that cannot set itself up should stop"
)]

#[path = "../tests/it/pty.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod pty;

use std::time::{Duration, Instant};

use pty::{Terminal, demo};

const ROUNDS: usize = 15;

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn main() {
    let scratch = tempfile::tempdir().unwrap();
    let platform = scratch.path().join("demo");
    demo(&platform);
    let open = || Terminal::open(&[platform.to_str().unwrap()], scratch.path(), 160, 45);

    let opened = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        let mut terminal = open();
        terminal.wait_quickly("statement-scheduler");
        let took = start.elapsed();
        terminal.press("q");
        assert_eq!(terminal.exit_code(), 0);
        took
    });
    println!("filled first screen: {:.1} ms", median(opened.collect()).as_secs_f64() * 1e3);

    let mut terminal = open();
    terminal.wait_for("● 96");
    if let Some(kibibytes) = terminal.resident_kibibytes() {
        println!("memory, all targets rendered: {:.1} MiB", kibibytes as f64 / 1024.0);
    }
    terminal.press("/account-s");
    terminal.wait_for("1 of 21");
    terminal.press("\rllll");
    terminal.wait_for("account-service prod/euw1:");
    terminal.press("d");
    terminal.wait_for("Compare account-service@prod/euw1 with");
    terminal.press("int-stable/euw1\r");
    terminal.wait_for("resources differ");
    terminal.press("e");
    terminal.wait_for("Edit a value");
    terminal.press("minRep");
    terminal.wait_for("1 of 23");
    terminal.press("\r");
    terminal.wait_for("[prod]");
    let typed = [5, 6, 7, 8, 9, 5, 6, 7, 8, 9, 5, 6, 7].map(|digit| {
        let start = Instant::now();
        terminal.press(&format!("\u{7f}{digit}"));
        terminal.wait_quickly(&format!("minReplicas: {digit}"));
        start.elapsed()
    });
    println!("typed digit to redrawn comparison: {:.1} ms", median(typed.to_vec()).as_secs_f64() * 1e3);
}
