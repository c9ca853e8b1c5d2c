//! Blame: recorded gutters, and rules that hold for every line of everything that is built here.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use overlens::base::{FileName, RepoPath, Span};
use overlens::catalog::Address;
use overlens::demo::{DemoOptions, create};
use overlens::diff::styled;
use overlens::explorer::{Explorer, OpenOptions};
use overlens::kustomize::{BuildOptions, Engine};
use overlens::report::blame::{self, Blame, Places, WriterKind};
use overlens::vfs::{Source, WorkTree};

fn folders(root: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
    let mut found: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// The blame of a case, and its files; `None` when the case is one that is refused.
fn blame_of(case: &Path) -> Option<(Blame, WorkTree, RepoPath)> {
    let input = case.join("in");
    let source = WorkTree::open(&input).unwrap();
    let directory = if input.join("build").is_dir() { "build" } else { "." };
    let directory = RepoPath::parse(directory).unwrap();
    let engine = Engine::default();
    let built = engine.build(&source, &directory, &BuildOptions::default()).ok()?;
    let places = Places::new(engine.files().clone(), built.remarks.layers.clone(), Arc::new(|_| None));
    // What cannot be printed is refused as well.
    Some((blame::blame(&built, places).ok()?, source, directory))
}

/// Set `UPDATE=1` to write the answers anew, and read the difference before you commit it.
#[test]
fn every_recorded_gutter_is_as_it_was_read_by_a_person() {
    let mut wrong = Vec::new();
    for case in folders("tests/blame/cases") {
        let (blame, _, directory) = blame_of(&case).unwrap();
        let name = |file: &FileName| file.path.relative_to(&directory);
        let answers = [
            ("blame.txt", styled::plain(&blame::gutter(&blame, &name))),
            ("removed.txt", blame::removals(&blame.removals, &name)),
            ("findings.txt", blame::findings(&blame.findings, &name)),
        ];
        for (file, answer) in answers {
            let path = case.join(file);
            if std::env::var_os("UPDATE").is_some() {
                fs::write(&path, &answer).unwrap();
            }
            if fs::read_to_string(&path).unwrap_or_default() != answer {
                wrong.push(format!("{}:\n{answer}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Values that look the same in every style of YAML.
fn is_simple(value: &str) -> bool {
    value.len() > 1
        && value != "null"
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_/".contains(&byte))
        && value.parse::<f64>().is_err()
}

/// Lines whose value does not stand where blame says, as far as the text can tell.
fn misplaced(blame: &Blame, text_of: &dyn Fn(&Span) -> Option<String>) -> Vec<String> {
    let written = [WriterKind::Base, WriterKind::Overlay, WriterKind::Component, WriterKind::Patch];
    let mut wrong = Vec::new();
    for line in &blame.lines {
        for writing in line.history.iter().filter(|writing| written.contains(&writing.kind)) {
            let Some(span) = writing.span.as_ref().filter(|_| is_simple(&writing.value)) else { continue };
            let text = text_of(span).unwrap_or_default();
            let there = text.lines().nth(span.line as usize - 1).unwrap_or_default();
            // Operations that copy and move have no value of their own, and escapes hide one.
            if !there.contains(&writing.value) && !there.contains("op:") && !there.contains('\\') {
                wrong.push(format!("{} ({}): {span} has `{there}`", line.text, line.path));
            }
        }
        let key = line.text.trim_start().trim_start_matches("- ").strip_suffix(':');
        if let (Some(key), Some(writer)) = (key.filter(|key| is_simple(key)), line.writer())
            && let Some(span) = writer.span.as_ref().filter(|_| written.contains(&writer.kind))
        {
            let text = text_of(span).unwrap_or_default();
            let there = text.lines().nth(span.line as usize - 1).unwrap_or_default();
            if !there.contains(key) && !there.contains("op:") && !there.contains("value:") {
                wrong.push(format!("{} ({}): {span} has `{there}`", line.text, line.path));
            }
        }
    }
    wrong
}

/// Lines whose path does not lead back to them.
fn unreachable(blame: &Blame) -> Vec<String> {
    let lines = blame.lines.iter().filter_map(|line| Some((line, &blame.resources[line.resource?])));
    let wrong = lines.filter(|(line, resource)| {
        let name = match &resource.namespace {
            Some(namespace) => format!("{}/{namespace}/{}", resource.kind, resource.name),
            None => format!("{}/{}", resource.kind, resource.name),
        };
        let found = blame::at_path(blame, &format!("{name}:{}", line.path));
        found.is_ok_and(|found| found.history != line.history)
    });
    wrong.map(|(line, resource)| format!("{resource}: {}", line.path)).collect()
}

#[test]
fn every_plain_value_of_every_case_stands_in_the_line_that_blame_names() {
    let mut wrong = Vec::new();
    let features = folders("tests/conformance/cases").into_iter();
    let cases = features.flat_map(|feature| folders(feature.to_str().unwrap()));
    for case in cases.chain(folders("tests/blame/cases")) {
        let Some((blame, source, _)) = blame_of(&case) else { continue };
        let text_of = |span: &Span| String::from_utf8(source.read(&span.file.path).ok()?.bytes.to_vec()).ok();
        let found = misplaced(&blame, &text_of).into_iter().chain(unreachable(&blame));
        wrong.extend(found.map(|line| format!("{}: {line}", case.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_line_of_the_demo_knows_its_writer_and_generated_lines_are_those_of_the_catalog() {
    let folder = tempfile::tempdir().unwrap();
    let made = create(&folder.path().join("demo"), &DemoOptions::default()).unwrap();
    let explorer = Explorer::open(&made.path, &OpenOptions::default()).unwrap();
    let draft = explorer.draft();
    let overview = explorer.overview(&draft);
    let text_of = |span: &Span| explorer.source_text(span);
    let (mut wrong, mut lines) = (Vec::new(), 0);
    for resolution in &overview.resolutions {
        let address = Address { target: resolution.target.clone(), reference: None };
        let Ok(blame) = explorer.blame(&address, &draft) else { continue };
        assert_eq!(blame.findings, [], "{address}: the layers of the demo are in order");
        let nowhere = blame.lines.iter().filter(|line| line.resource.is_some());
        let nowhere = nowhere.filter(|line| line.writer().is_none_or(|writer| writer.span.is_none()));
        let nowhere = nowhere.map(|line| format!("{}: written nowhere", line.text));
        let unread = blame.lines.iter().flat_map(|line| &line.history).filter_map(|writing| {
            let span = writing.span.as_ref()?;
            let count = text_of(span).map_or(0, |text| text.lines().count());
            (span.line == 0 || span.line as usize > count).then(|| format!("{span} does not exist"))
        });
        let found = misplaced(&blame, &text_of).into_iter().chain(unreachable(&blame)).chain(nowhere);
        wrong.extend(found.chain(unread).map(|line| format!("{address}: {line}")));
        lines += blame.lines.len();
    }
    assert!(lines > 10_000, "{lines} lines are too few to say anything");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_renamed_service_is_blamed_to_its_name_in_the_catalog_and_a_reference_to_what_renamed_it() {
    let folder = tempfile::tempdir().unwrap();
    let made = create(&folder.path().join("demo"), &DemoOptions::default()).unwrap();
    let explorer = Explorer::open(&made.path, &OpenOptions::default()).unwrap();
    let draft = explorer.draft();
    let address = Address::parse("payment-ledger@prod/euw2", &explorer.overview(&draft).catalog).unwrap();
    let blame = explorer.blame(&address, &draft).unwrap();
    let line_of = |path: &str| {
        let found = blame::at_path(&blame, path).unwrap();
        let writer = found.history.last().unwrap().clone();
        let span = writer.span.unwrap();
        let text = explorer.source_text(&span).unwrap();
        (writer.kind.word(), text.lines().nth(span.line as usize - 1).unwrap().trim().to_owned())
    };
    let deployment = "Deployment/payment-ledger:";
    let says = |path: &str| line_of(&format!("{deployment}{path}"));
    assert_eq!(says("metadata.name"), ("catalog", "- name: payment-ledger".to_owned()));
    assert_eq!(says("spec.replicas"), ("catalog", "prod: 3".to_owned()));
    assert_eq!(
        says("metadata.namespace"),
        ("catalog", "namespaceTemplate: \"payments-{env}-{service}-{region}\"".to_owned())
    );
    assert_eq!(says("metadata.labels.team"), ("catalog", "labels: { team: payments }".to_owned()));
    let account = says("spec.template.spec.serviceAccountName");
    assert_eq!(account, ("reference", "- name: payment-ledger".to_owned()));
    let binding = line_of("RoleBinding/payment-ledger-reader:subjects[0].namespace");
    assert_eq!(binding, ("reference", "namespaceTemplate: \"payments-{env}-{service}-{region}\"".to_owned()));
    let image =
        blame::at_path(&blame, &format!("{deployment}spec.template.spec.containers[0].image")).unwrap();
    let file = image.history.last().unwrap().span.clone().unwrap().file.path;
    assert_eq!(file.as_str(), "catalog/images.lock.yaml");
}
