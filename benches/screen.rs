//! How long the screen takes: from start to a filled first screen, and from a typed digit to the redrawn comparison.
//!
//! `cargo bench --bench screen` runs the release program in a pseudo-terminal and prints medians and the memory of
//! the process (resident set, Linux only).
//!
//! `cargo bench --bench screen -- SERVICES` opens a fleet instead, and says how long keys take while it is rendered.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark that cannot set itself up should stop"
)]

#[path = "../tests/it/pty.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod pty;

use std::process::Command;
use std::time::{Duration, Instant};

use pty::{PROGRAM, Terminal, demo};

const ROUNDS: usize = 15;

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// How long after one key the next one is pressed while a fleet is rendered.
const BETWEEN_KEYS: Duration = Duration::from_millis(40);

fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    if sizes.is_empty() {
        one_platform();
    }
    sizes.into_iter().for_each(while_rendering);
}

/// From a key that moves the cursor to the screen with the cursor moved, while all targets of a fleet are rendered.
fn while_rendering(services: usize) {
    let scratch = tempfile::tempdir().unwrap();
    let fleet = scratch.path().join("fleet");
    let mut demo = Command::new(PROGRAM);
    demo.args(["demo", "--no-open", "--services", &services.to_string(), "--into"]).arg(&fleet);
    assert!(demo.output().unwrap().status.success());
    let start = Instant::now();
    let mut terminal = Terminal::open(&[fleet.to_str().unwrap()], scratch.path(), 160, 45);
    let cursor = |text: &str| text.lines().position(|line| line.starts_with('\u{25b8}'));
    while cursor(&terminal.text()).is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    println!("{services} services, first screen: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    let mut times = Vec::new();
    for key in ["j", "k"].into_iter().cycle() {
        let before = terminal.text();
        // The sign of targets that wait, with their number.
        if before.contains("\u{25d0} 0") {
            break;
        }
        let pressed = Instant::now();
        terminal.press(key);
        while cursor(&terminal.text()) == cursor(&before) {
            std::thread::sleep(Duration::from_millis(1));
        }
        times.push(pressed.elapsed());
        std::thread::sleep(BETWEEN_KEYS);
    }
    println!("{services} services, all rendered: {:.1} s", start.elapsed().as_secs_f64());
    times.sort();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    println!(
        "{services} services, key to redrawn screen meanwhile: median {:.1} ms, 99 % {:.1} ms, longest {:.1} ms of {}",
        at(50),
        at(99),
        at(100),
        times.len(),
    );
}

fn one_platform() {
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
