//! A fleet in one process: all targets cold, the same after a change, and the floor below which nothing can go.
//!
//!     cargo bench --bench fleet [-- SERVICES...]
//!
//! Prints one line for each figure: its name, the number of targets, milliseconds of wall time and of processor time,
//! and the most memory that the process had so far. `benches/fleet.py` makes the table of `docs/performance.md` from it.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot set itself up should stop")]
#![expect(clippy::disallowed_methods, reason = "the benchmarks run the program itself")]
#![expect(clippy::print_stdout, reason = "the figures are its output")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use overlens::app::{Msg, Options, keymap::Keymap, update};
use overlens::base::pages::use_small_pages;
use overlens::catalog::Address;
use overlens::edit::{Draft, Operation};
use overlens::explorer::{Cancel, Explorer, OpenOptions};
use overlens::git;
use overlens::report::answer::{Change, LayerChoice, TargetScope, TargetState};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    // As the screen does.
    use_small_pages();
    let asked: Vec<usize> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![300] } else { asked };
    for services in sizes {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path().join("fleet");
        let mut demo = Command::new(env!("CARGO_BIN_EXE_overlens"));
        demo.args(["demo", "--no-open", "--services", &services.to_string(), "--into"]).arg(&root);
        assert!(demo.output().unwrap().status.success());
        fleet(&root);
        edited_layers(&root);
        fs::remove_dir_all(root.join(".git")).unwrap();
        work_tree(&root);
    }
}

/// What the system says of this process.
struct Usage {
    wall: Instant,
    ticks: u64,
}

impl Usage {
    fn now() -> Self {
        Self { wall: Instant::now(), ticks: ticks() }
    }

    fn say(&self, name: &str, targets: usize) {
        // One tick is ten milliseconds on every system that has them.
        let processor = (ticks() - self.ticks) * 10;
        let wall = self.wall.elapsed().as_secs_f64() * 1000.0;
        println!("{name}\t{targets}\t{wall:.1}\t{processor}\t{}", most_memory());
    }
}

/// Processor time of this process on all cores, in ticks; 0 where it cannot be told.
fn ticks() -> u64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind = text.rsplit(')').next().unwrap_or_default();
    behind.split_whitespace().skip(11).take(2).filter_map(|word| word.parse::<u64>().ok()).sum()
}

/// The most memory that this process had, in MiB; 0 where it cannot be told.
fn most_memory() -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|word| word.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn states(explorer: &Explorer, draft: &Draft) -> usize {
    let states = explorer.states(draft);
    assert!(states.values().any(|state| matches!(state, TargetState::Ready { .. })));
    states.len()
}

/// A repository: targets come from the trees of commits.
fn fleet(root: &Path) {
    let start = Usage::now();
    let explorer = Explorer::open(root, &OpenOptions::default()).unwrap();
    let draft = explorer.draft();
    let overview = explorer.overview(&draft);
    let targets = overview.resolutions.len();
    start.say("open, read the catalog, resolve every ref", targets);
    let written = AtomicUsize::new(0);
    let addresses: Vec<Address> = overview
        .resolutions
        .iter()
        .map(|resolution| Address { target: resolution.target.clone(), reference: None })
        .collect();
    explorer.render_each(&addresses, &draft, &Cancel::default(), &|_, rendered| {
        let bytes = rendered.map_or(0, |rendered| rendered.bytes());
        written.fetch_add(bytes, Ordering::Relaxed);
    });
    start.say("cold: open and render all", targets);
    floor(root, written.into_inner(), targets);

    let again = Usage::now();
    states(&explorer, &draft);
    again.say("warm: the states of all, nothing changed", targets);

    let again = Usage::now();
    explorer.reload();
    states(&explorer, &draft);
    again.say("warm: everything read again, nothing changed", targets);

    let mut edited = explorer.draft();
    let operation = Operation::set("account-service", "hpa.minReplicas@prod", "5").unwrap();
    let again = Usage::now();
    edited.push(operation, &*explorer.catalog_source()).unwrap();
    let preview = explorer.preview(&edited, None).unwrap();
    again.say("warm: preview of an override of one service, the first", targets);
    assert!(!preview.targets.is_empty());

    // As somebody types: each value takes the place of the one before.
    let mut times: Vec<f64> = (6..16).map(|value| typed(&explorer, &mut edited, value)).collect();
    times.sort_by(f64::total_cmp);
    println!(
        "warm: preview of an override of one service, the next\t{targets}\t{:.1}\t0\t{}",
        times[5],
        most_memory()
    );

    let mut moved = explorer.draft();
    let operation = Operation::SetChannel {
        channel: "stable".to_owned(),
        reference: "refs/tags/config-2025.11.08-rc1".to_owned(),
    };
    let again = Usage::now();
    moved.push(operation, &*explorer.catalog_source()).unwrap();
    states(&explorer, &moved);
    again.say("warm: a channel moves for all that follow it", targets);

    table(&explorer, targets);
}

/// Milliseconds from a typed value to the preview of what it does.
fn typed(explorer: &Explorer, draft: &mut Draft, value: u32) -> f64 {
    let operation = Operation::set("account-service", "hpa.minReplicas@prod", &value.to_string()).unwrap();
    let start = Instant::now();
    draft.amend(operation, &*explorer.catalog_source()).unwrap();
    assert!(!explorer.preview(draft, None).unwrap().targets.is_empty());
    start.elapsed().as_secs_f64() * 1000.0
}

/// The table of services: what a key in its filter costs.
fn table(explorer: &Explorer, targets: usize) {
    let draft = explorer.draft();
    let mut model = overlens::app::Model::new(Options::default(), Keymap::default());
    let effects = overlens::app::start(&mut model);
    for effect in effects {
        if let overlens::app::Effect::Open { ticket } = effect {
            let effects = update(&mut model, overlens::tui::answers::opened(ticket, Ok(explorer)));
            for effect in effects {
                if let overlens::app::Effect::Overview { ticket, .. } = effect {
                    let result = Ok(explorer.overview(&draft));
                    update(&mut model, Msg::Overview { ticket, result });
                }
            }
        }
    }
    model.settle();
    for (name, key) in [("/", "/"), ("a", "a"), ("c", "c"), ("c", "c")] {
        let key = overlens::app::key::Key::parse(key).unwrap();
        let again = Usage::now();
        update(&mut model, Msg::Key(key));
        model.settle();
        again.say(&format!("table: key `{name}` in the filter"), targets);
    }
}

/// Reading and hashing every byte that goes in, and hashing and writing every byte that comes out.
fn floor(root: &Path, bytes: usize, targets: usize) {
    let start = Usage::now();
    let mut waiting: Vec<PathBuf> = vec![root.join("catalog"), root.join("kustomize")];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                std::hint::black_box(git::blob_id(&fs::read(path).unwrap()));
            }
        }
    }
    let text = vec![b'x'; 16 * 1024];
    let mut sink = fs::File::create(if cfg!(unix) { "/dev/null" } else { "NUL" }).unwrap();
    let mut left = bytes;
    while left > 0 {
        let part = &text[..left.min(text.len())];
        std::hint::black_box(overlens::base::Digest::of(part));
        sink.write_all(part).unwrap();
        left -= part.len();
    }
    start.say("floor: read and hash the input, hash and write the output", targets);
}

/// One line of a layer in the work tree against the commit: of components that few, some and most targets have, of a patch, also
/// one more line, of an archetype, and of a region.
fn edited_layers(root: &Path) {
    let explorer = Explorer::open(root, &OpenOptions::default()).unwrap();
    let draft = explorer.draft();
    let at = |reference: &str| LayerChoice::At(reference.into());
    let change = Change::Layers { from: at("HEAD"), to: at(".") };
    let ask =
        || explorer.radius(&change, &draft, &TargetScope::default(), &|_, _| {}, &Cancel::default()).unwrap();
    assert!(ask().classes.is_empty());
    for (file, old, edits) in [
        ("components/subsets/track.yaml", "track: stable", ["track: main", "track: old"]),
        ("components/serviceaccount-rbac/role.yaml", "[get, create, update]", ["[get, update]", "[get]"]),
        (
            "components/hpa/hpa.yaml",
            "averageUtilization: 70",
            ["averageUtilization: 60", "averageUtilization: 50"],
        ),
        (
            "components/security-hardening/long-running.yaml",
            "runAsUser: 10001",
            ["runAsUser: 2", "runAsUser: 3"],
        ),
        (
            "components/security-hardening/long-running.yaml",
            "runAsNonRoot: true",
            [
                "runAsNonRoot: true\n        fsGroupChangePolicy: Always",
                "runAsNonRoot: true\n        fsGroupChangePolicy: OnRootMismatch",
            ],
        ),
        ("archetype/api/deployment.yaml", "maxSurge: 25%", ["maxSurge: 30%", "maxSurge: 35%"]),
        ("regions/euw1/scheduling.yaml", "value: general", ["value: special", "value: other"]),
    ] {
        let path = root.join("kustomize").join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(old));
        for (new, which) in edits.into_iter().zip(["", ", the next edit"]) {
            fs::write(&path, text.replace(old, new)).unwrap();
            let again = Usage::now();
            explorer.reload();
            let radius = ask();
            let reached: usize = radius.classes.iter().map(|class| class.members.len()).sum();
            let line = if new.contains('\n') { "one more line" } else { "a line" };
            again.say(&format!("warm: {line} of {file}, rendered again and classified{which}"), reached);
            assert!(reached > 0 && radius.failures.is_empty());
        }
        fs::write(&path, text).unwrap();
        explorer.reload();
        assert!(ask().classes.is_empty());
    }
}

/// A directory without git: layers change under the same targets.
fn work_tree(root: &Path) {
    let explorer = Explorer::open(root, &OpenOptions::default()).unwrap();
    let draft = explorer.draft();
    let targets = states(&explorer, &draft);
    let file = root.join("kustomize/components/pdb/pdb.yaml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}# one line\n")).unwrap();
    let built = explorer.remembered().built;
    let again = Usage::now();
    explorer.reload();
    states(&explorer, &draft);
    again.say("work tree: one line of a component", explorer.remembered().built - built);
    assert!(targets >= explorer.remembered().built - built);
}
