//! Edits of the sample platform as its users make them: typed, seen through the catalog, written, taken back.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use overlens::base::Severity;
use overlens::catalog::{self, Catalog};
use overlens::edit::{CatalogFiles, Draft, FileChange, Mode, Operation, WriteError, write};
use overlens::vfs::{Overlay, Snapshot, Source, WorkTree};
use overlens::yaml::Limits;

fn platform() -> (Arc<dyn Source>, Catalog) {
    let tree = WorkTree::open(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let source: Arc<dyn Source> = Arc::new(Snapshot::new(Arc::new(tree)));
    let (catalog, _) = catalog::load(&*source, &Limits::default());
    (source, catalog)
}

fn draft(catalog: &Catalog) -> Draft {
    Draft::new(CatalogFiles::in_directory(&catalog.settings.catalog))
}

/// The catalog as it is with the changes of a draft; there must be no new mistakes in it.
fn reloaded(source: &Arc<dyn Source>, changes: &[FileChange]) -> Catalog {
    let mut overlay = Overlay::new(source.clone());
    for change in changes {
        overlay.write(&change.path, change.new.as_bytes()).unwrap();
    }
    let (catalog, problems) = catalog::load(&overlay, &Limits::default());
    let errors: Vec<_> = problems.iter().filter(|problem| problem.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    catalog
}

/// The effective value of a service's field.
fn effective(catalog: &Catalog, service: &str, path: &str, env: &str, region: &str) -> Option<String> {
    let service = catalog.service(service).unwrap();
    let values = catalog::effective_values(service, env, region);
    values.into_iter().find(|value| value.path == path).map(|value| value.value)
}

#[test]
fn every_number_of_every_service_can_be_overridden_for_one_region() {
    let (source, catalog) = platform();
    let mut edited = 0;
    for service in &catalog.services {
        let name = &*service.name.value;
        for value in catalog::effective_values(service, "prod", "euw2") {
            let is_number =
                value.value.parse::<u32>().is_ok() && !value.path.contains('[') && value.path != "tag";
            if !is_number {
                continue;
            }
            let path = format!("{}@prod/euw2", value.path);
            let mut draft = draft(&catalog);
            draft.push(Operation::set(name, &path, "77").unwrap(), &*source).unwrap();
            let changes = draft.changes(&*source).unwrap();
            let after = reloaded(&source, &changes);
            assert_eq!(
                effective(&after, name, &value.path, "prod", "euw2").as_deref(),
                Some("77"),
                "{name} {path}"
            );
            let other = effective(&after, name, &value.path, "prod", "euw1");
            assert_eq!(other, effective(&catalog, name, &value.path, "prod", "euw1"), "{name} {path}");
            edited += 1;
        }
    }
    assert!(edited > 30, "only {edited} values were found");
}

#[test]
fn one_override_is_one_changed_line_and_an_undo_after_the_write_restores_the_file() {
    let (_, catalog) = platform();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("catalog/services.yaml");
    fs::create_dir(folder.path().join("catalog")).unwrap();
    let original = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog/services.yaml")).unwrap();
    fs::write(&file, &original).unwrap();
    let tree = WorkTree::open(folder.path()).unwrap();

    let mut draft = draft(&catalog);
    let operation = Operation::set("account-service", "hpa.minReplicas@prod", "6").unwrap();
    assert_eq!(
        draft.push(operation, &tree).unwrap().describe(),
        "account-service hpa.minReplicas prod 4 → 6"
    );
    let changes = draft.changes(&tree).unwrap();
    let [change] = changes.as_slice() else { panic!("more than one file changes") };
    let [lines] = change.lines.as_slice() else { panic!("more than one place changes") };
    let (old, new) = change.texts(lines);
    assert_eq!((old.len(), new.len()), (1, 1));
    assert_eq!(new[0], old[0].replace("prod: 4", "prod: 6"));

    write(folder.path(), &changes, Mode::Write).unwrap();
    draft.mark_written(&changes);
    assert_eq!(draft.changes(&tree).unwrap(), []);
    assert!(matches!(write(folder.path(), &changes, Mode::Write), Err(WriteError::Changed(_))));

    draft.undo();
    let back = draft.changes(&tree).unwrap();
    write(folder.path(), &back, Mode::Write).unwrap();
    draft.mark_written(&back);
    assert_eq!(fs::read(&file).unwrap(), original);
    assert!(!draft.is_unsaved());
}

#[test]
fn channels_and_pins_move_by_one_line_each() {
    let (source, catalog) = platform();
    let mut draft = draft(&catalog);
    let reference = "refs/tags/config-2025.11.08-rc1".to_owned();
    draft
        .push(Operation::SetChannel { channel: "stable".to_owned(), reference: reference.clone() }, &*source)
        .unwrap();
    draft
        .push(
            Operation::SetEnvironmentPin { environment: "prod".to_owned(), reference: reference.clone() },
            &*source,
        )
        .unwrap();
    draft.push(Operation::pin_region("euw2/prod", &reference).unwrap(), &*source).unwrap();
    let changes = draft.changes(&*source).unwrap();
    let lines: Vec<(usize, usize)> = changes
        .iter()
        .flat_map(|change| change.lines.iter().map(|lines| (lines.old.len(), lines.new.len())))
        .collect();
    assert_eq!(lines, [(1, 1), (1, 1), (1, 1)]);
    let after = reloaded(&source, &changes);
    assert_eq!(*after.channel("stable").unwrap().reference.value, *reference);
    assert!(after.env_pins.iter().any(|pin| &*pin.env == "prod" && *pin.value.value == *reference));
    assert!(after.region_pins.iter().all(|pin| *pin.value.value == *reference));
}
