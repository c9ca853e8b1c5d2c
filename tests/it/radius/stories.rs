//! What reviewers ask of a promotion, on the demo's history.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use overlens::base::Severity;
use overlens::catalog::{Address, TargetId};
use overlens::demo::{DemoOptions, create};
use overlens::edit::{Draft, Operation};
use overlens::explorer::{Cancel, Explorer, OpenOptions};
use overlens::report::answer::{
    Change, ChangeClass, FailureGroup, LayerChoice, Member, Movable, Radius, SoFar, TargetScope,
};
use overlens::report::radius as report;

struct Demo {
    _folder: tempfile::TempDir,
    explorer: Explorer,
    path: std::path::PathBuf,
}

fn demo() -> Demo {
    let folder = tempfile::tempdir().unwrap();
    let made = create(&folder.path().join("demo"), &DemoOptions::default()).unwrap();
    Demo {
        explorer: Explorer::open(&made.path, &OpenOptions::default()).unwrap(),
        path: made.path,
        _folder: folder,
    }
}

impl Demo {
    fn draft(&self, operations: &[Operation]) -> Draft {
        let mut draft = self.explorer.draft();
        for operation in operations {
            draft.push(operation.clone(), &*self.explorer.catalog_source()).unwrap();
        }
        draft
    }

    fn radius(&self, change: &Change, draft: &Draft) -> Arc<Radius> {
        self.explorer.radius(change, draft, &TargetScope::default(), &|_, _| {}, &Cancel::default()).unwrap()
    }

    /// What moving a channel does.
    fn promote(&self, channel: &str, reference: &str) -> Arc<Radius> {
        let movable = Movable::Channel(channel.to_owned());
        self.radius(&Change::Draft, &self.draft(&[movable.to(reference)]))
    }
}

fn target(text: &str) -> TargetId {
    let (service, place) = text.split_once('@').unwrap();
    let (env, region) = place.split_once('/').unwrap();
    TargetId::new(service, env, region)
}

const NEXT: &str = "refs/tags/config-2025.11.08-rc1";

#[test]
fn a_promotion_is_told_in_classes_failures_and_verdicts_with_the_commits_behind_them() {
    let demo = demo();
    let radius = demo.promote("stable", NEXT);
    assert!(radius.is_complete);
    assert_eq!(radius.looked_at, 104);
    let moved = radius.moved.as_ref().unwrap();
    assert_eq!(
        (moved.from.as_deref(), moved.to.as_deref()),
        (Some("refs/tags/config-2025.11.06"), Some(NEXT))
    );
    assert_eq!((moved.commits.len(), moved.authors()), (5, 3));

    // Every target is somewhere, once.
    let all = radius.changed()
        + radius.newly_fail()
        + radius.same_manifests.len()
        + radius.unchanged
        + radius.still_fail;
    assert_eq!(all, radius.looked_at);

    let [failure] = radius.failures.as_slice() else { panic!("{:#?}", radius.failures) };
    assert_eq!((failure.members.len(), failure.reach.as_str()), (6, "payment-gateway"));
    assert!(failure.problem.message.contains("bases/canary-service"), "{}", failure.problem.message);

    // Both regions relax the probes; in euw1 pods spread differently as well.
    let one = radius.class_of(&target("account-service@prod/euw1")).unwrap();
    let other = radius.class_of(&target("account-service@prod/euw2")).unwrap();
    assert_ne!(one.letter, other.letter);
    assert!(one.members.iter().any(|member| member.target == target("customer-profile@int-stable/euw1")));

    let listener = radius.class_of(&target("order-events@prod/euw2")).unwrap();
    let [verdict] = listener.verdicts.as_slice() else { panic!("{:#?}", listener.verdicts) };
    assert_eq!((verdict.code, verdict.severity), ("immutable-field", Severity::Error));
    assert_eq!(verdict.path, "spec.selector.matchLabels[platform.example.com/workload]");
    let cause = verdict.cause.as_ref().unwrap();
    assert_eq!(cause.span.file.path.as_str(), "kustomize/archetype/listener/kustomization.yaml");
    let subjects: Vec<&str> = cause.commits.iter().map(|commit| commit.subject.as_str()).collect();
    assert_eq!(subjects, ["Tell listeners apart in the selector"]);
}

#[test]
fn the_way_back_names_the_commits_that_are_taken_back() {
    let demo = demo();
    let radius = demo.promote("stable", "refs/tags/config-2025.11.06-rc1");
    let moved = radius.moved.as_ref().unwrap();
    assert_eq!((moved.distance.unwrap().ahead, moved.distance.unwrap().behind), (0, 6));
    let class = radius.class_of(&target("account-service@prod/euw1")).unwrap();
    let field = class
        .resources
        .iter()
        .flat_map(|resource| &resource.fields)
        .find(|field| field.path.ends_with("cost-center]") && field.new.is_none())
        .unwrap();
    let cause = field.cause.as_ref().unwrap();
    assert!(cause.is_old);
    assert_eq!(cause.commits[0].subject, "Rename the label cost-centre to cost-center, as finance has it");
}

#[test]
fn a_number_that_differs_by_more_than_a_name_makes_two_classes() {
    let demo = demo();
    let set =
        |service: &str, value: &str| Operation::set(service, "hpa.maxReplicas@int-stable", value).unwrap();
    let alike = demo.draft(&[set("account-service", "9"), set("payment-gateway", "9")]);
    let radius = demo.radius(&Change::Draft, &alike);
    assert_eq!((radius.changed(), radius.classes.len()), (4, 1), "both had 6");
    let different = demo.draft(&[set("account-service", "9"), set("payment-gateway", "8")]);
    assert_eq!(demo.radius(&Change::Draft, &different).classes.len(), 2);
}

#[test]
fn a_new_image_is_what_changes_and_not_a_name() {
    let demo = demo();
    let draft = demo.draft(&[Operation::set("account-service", "tag", "5e6f7a8").unwrap()]);
    let radius = demo.radius(&Change::Draft, &draft);
    let [class] = radius.classes.as_slice() else { panic!("{:#?}", radius.classes) };
    assert_eq!(class.members.len(), 6);
    assert_eq!(class.summary, "Deployment: image account-service:4f2a91c → account-service:5e6f7a8");
    let [verdict] = class.verdicts.as_slice() else { panic!("{:#?}", class.verdicts) };
    assert_eq!(
        verdict.words,
        "Deployment: container app: another image, account-service:4f2a91c → account-service:5e6f7a8"
    );
    assert_eq!(verdict.cause.as_ref().unwrap().span.file.path.as_str(), "catalog/services.yaml");
}

#[test]
fn uncommitted_edits_of_a_component_reach_what_uses_it() {
    let demo = demo();
    let file = demo.path.join("kustomize/components/network-policy/kustomization.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("  - allow-metrics.yaml\n", "")).unwrap();
    let change = Change::Layers { from: LayerChoice::At("HEAD".into()), to: LayerChoice::At(".".into()) };
    let radius = demo.radius(&change, &demo.explorer.draft());
    for class in &radius.classes {
        assert_eq!(class.summary, "NetworkPolicy allow-metrics removed");
        let [verdict] = class.verdicts.as_slice() else { panic!("{:#?}", class.verdicts) };
        assert_eq!((verdict.code, verdict.severity), ("removed-network-policy", Severity::Warning));
    }
    // The label that the region gives everything makes no difference.
    let class = radius.class_of(&target("customer-profile@prod/euw1")).unwrap();
    assert!(class.members.iter().any(|member| member.target == target("customer-profile@prod/euw2")));
    let users = demo.explorer.overview(&demo.explorer.draft());
    let uses_it = |target: &TargetId| {
        let service = users.catalog.service(&target.service).unwrap();
        service.components.iter().any(|component| &*component.value == "network-policy")
    };
    assert!(radius.classes.iter().flat_map(|class| &class.members).all(|member| uses_it(&member.target)));
    // Every line that goes names the line of the layer that it was.
    let gone: Vec<String> = class.places.values().map(ToString::to_string).collect();
    let rows = class.difference.totals.lines.removed;
    assert!(rows > 10 && gone.len() > rows - 3, "{} of {rows}: {gone:?}", gone.len());
    let of_layer = |place: &&String| place.contains("components/network-policy/allow-metrics.yaml");
    assert!(gone.iter().filter(of_layer).count() > 5, "{gone:?}");
    // One line of a layer, for all targets at once.
    let first = class.representative().unwrap();
    let opened = demo.explorer.member_change(&change, &demo.explorer.draft(), first).unwrap();
    assert_eq!(opened.difference, class.difference);
}

#[test]
fn a_label_that_most_resources_have_makes_no_difference() {
    let demo = demo();
    // One resource of the service goes without the label that the region gives everything else.
    let catalog = demo.path.join("catalog/services.yaml");
    let text = std::fs::read_to_string(&catalog).unwrap();
    let own = "  - name: customer-profile\n";
    let patch = "    patches:\n      - target: { kind: Issuer }\n        patch: |-\n          - op: remove\n            \
                 path: /metadata/labels/platform.example.com~1region-role\n";
    std::fs::write(&catalog, text.replace(own, &format!("{own}{patch}"))).unwrap();
    let file = demo.path.join("kustomize/components/network-policy/kustomization.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("  - allow-metrics.yaml\n", "")).unwrap();
    demo.explorer.reload();
    let draft = demo.explorer.draft();
    let change = Change::Layers { from: LayerChoice::At("HEAD".into()), to: LayerChoice::At(".".into()) };
    for (region, role) in [("euw1", "primary"), ("euw2", "secondary")] {
        let address = Address { target: target(&format!("customer-profile@prod/{region}")), reference: None };
        let manifests = demo.explorer.render(&address, &draft).unwrap();
        let issuer = manifests.split("---\n").find(|document| document.contains("kind: Issuer")).unwrap();
        assert!(!issuer.contains("region-role") && manifests.contains(&format!("region-role: {role}")));
    }
    let radius = demo.radius(&change, &draft);
    let class = radius.class_of(&target("customer-profile@prod/euw1")).unwrap();
    assert!(class.members.iter().any(|member| member.target == target("customer-profile@prod/euw2")));
}

#[test]
fn nothing_changes_when_nothing_is_edited() {
    let demo = demo();
    let change = Change::Layers { from: LayerChoice::At("HEAD".into()), to: LayerChoice::At(".".into()) };
    let radius = demo.radius(&change, &demo.explorer.draft());
    assert!(!radius.changes_anything());
    assert_eq!(radius.unchanged + radius.still_fail, radius.looked_at);
    assert_eq!(report::headline(&radius), "no manifest of 104 targets changes");
}

#[test]
fn a_scope_leaves_the_others_alone_and_progress_counts_to_the_end() {
    let demo = demo();
    let scope = TargetScope {
        environments: vec!["prod".to_owned()],
        regions: vec!["euw2".to_owned()],
        ..TargetScope::default()
    };
    let (most, total) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let tell = |progress: overlens::report::answer::Progress, _: &dyn Fn() -> SoFar| {
        most.fetch_max(progress.done, Ordering::Relaxed);
        total.store(progress.total, Ordering::Relaxed);
    };
    let draft = demo.draft(&[Movable::Channel("stable".to_owned()).to(NEXT)]);
    let radius = demo.explorer.radius(&Change::Draft, &draft, &scope, &tell, &Cancel::default()).unwrap();
    assert_eq!(most.into_inner(), radius.looked_at);
    assert_eq!(total.into_inner(), radius.looked_at);
    let members = radius.classes.iter().flat_map(|class| &class.members);
    assert!(members.clone().count() > 0);
    for member in members {
        assert_eq!((&*member.target.env, &*member.target.region), ("prod", "euw2"));
    }
}

#[test]
fn classes_and_failures_are_told_while_they_are_found() {
    let demo = demo();
    let told: Mutex<Vec<(usize, SoFar)>> = Mutex::default();
    let tell = |progress: overlens::report::answer::Progress, so_far: &dyn Fn() -> SoFar| {
        told.lock().unwrap().push((progress.done, so_far()));
    };
    let draft = demo.draft(&[Movable::Channel("stable".to_owned()).to(NEXT)]);
    let scope = TargetScope::default();
    let radius = demo.explorer.radius(&Change::Draft, &draft, &scope, &tell, &Cancel::default()).unwrap();
    let told = told.into_inner().unwrap();
    let names = |members: &[Member]| -> BTreeSet<String> {
        members.iter().map(|member| member.target.to_string()).collect()
    };
    assert!(told.iter().any(|(done, so_far)| *done < radius.looked_at && !so_far.classes.is_empty()));
    let (_, last) = told.iter().max_by_key(|(done, _)| *done).unwrap();
    assert!(radius.classes.len() > 1 && !radius.failures.is_empty());
    let settled: BTreeMap<_, _> =
        radius.classes.iter().map(|class| (class.fingerprint.clone(), class)).collect();
    for (_, so_far) in &told {
        for (place, class) in so_far.classes.iter().enumerate() {
            // What was found is part of the answer, and stays where it is.
            let settled = settled[&class.fingerprint];
            assert!(names(&class.members).is_subset(&names(&settled.members)));
            assert_eq!(class.fingerprint, last.classes[place].fingerprint);
            assert_eq!(class.verdicts.first().map(|(_, severity)| *severity), settled.severity());
        }
    }
    let found = |so_far: &SoFar| -> BTreeSet<_> {
        so_far.classes.iter().map(|class| names(&class.members)).collect()
    };
    assert_eq!(found(last), radius.classes.iter().map(|class| names(&class.members)).collect());
    let failing =
        |groups: &[FailureGroup]| -> BTreeSet<_> { groups.iter().map(|own| names(&own.members)).collect() };
    assert_eq!(failing(&last.failures), failing(&radius.failures));
}

#[test]
fn every_change_of_a_field_is_told_once_with_all_its_targets() {
    let demo = demo();
    let radius = demo.promote("stable", "refs/tags/config-2025.10.28");
    let groups = radius.by_field();
    let fields: usize = radius.classes.iter().map(|class| class.fields().count()).sum();
    assert!(groups.len() * 10 < fields, "{} of {fields}", groups.len());
    let mut names = BTreeSet::new();
    for group in &groups {
        let has = |class: &ChangeClass| class.fields().any(|(_, field)| group.has(field));
        let of = |classes: &mut dyn Iterator<Item = &Arc<ChangeClass>>| -> BTreeSet<String> {
            classes.flat_map(|class| &class.members).map(|member| member.target.to_string()).collect()
        };
        assert_eq!(of(&mut group.classes.iter()), of(&mut radius.classes.iter().filter(|class| has(class))));
        assert_eq!(group.members.len(), of(&mut group.classes.iter()).len());
        names.insert((report::kinds(group), group.words.clone()));
    }
    // What is left of a removed resource without the names and labels of its target is the same everywhere.
    let dns = groups.iter().filter(|group| group.words == "NetworkPolicy allow-dns removed");
    let [dns] = dns.collect::<Vec<_>>()[..] else { panic!("{names:#?}") };
    assert_eq!(dns.verdicts[0].code, "removed-network-policy");
    let renamed = groups.iter().find(|group| group.words.starts_with("labels.cost-center")).unwrap();
    assert!(renamed.kinds.len() > 5, "one label of all resources is one change: {:?}", renamed.kinds);
    let text = overlens::diff::styled::plain(&report::field_text(&radius, 80));
    insta::assert_snapshot!("promotion-by-field", text);
}

#[test]
fn a_question_that_is_called_off_says_so() {
    let demo = demo();
    let cancel = Cancel::default();
    cancel.cancel();
    let draft = demo.draft(&[Movable::Channel("stable".to_owned()).to(NEXT)]);
    let radius =
        demo.explorer.radius(&Change::Draft, &draft, &TargetScope::default(), &|_, _| {}, &cancel).unwrap();
    assert!(!radius.is_complete);
    assert_eq!(radius.changed(), 0);
}

#[test]
fn candidates_are_tags_and_branches_with_their_distance_from_the_present_ref() {
    let demo = demo();
    let draft = demo.explorer.draft();
    let candidates = demo.explorer.candidates(&Movable::Channel("stable".to_owned()), &draft).unwrap();
    assert_eq!(candidates.current.as_deref(), Some("refs/tags/config-2025.11.06"));
    let names: Vec<&str> = candidates.refs.iter().map(|own| &*own.name).collect();
    assert_eq!(
        names,
        ["main", "config-2025.11.08-rc1", "config-2025.11.06", "config-2025.11.06-rc1", "config-2025.10.28"]
    );
    let next = &candidates.refs[1];
    assert_eq!((&*next.reference, next.is_tag, next.is_current), (NEXT, true, false));
    assert_eq!(next.distance.map(|own| (own.ahead, own.behind)), Some((5, 0)));
    assert!(candidates.refs[2].is_current);

    let wrong = Movable::RegionPin { region: "euw3".to_owned(), environment: "prod".to_owned() };
    let problem = demo.explorer.candidates(&wrong, &draft).unwrap_err();
    assert_eq!(problem.hints, ["Did you mean `euw1`?"]);
    let absent = Movable::RegionPin { region: "euw1".to_owned(), environment: "prod".to_owned() };
    assert_eq!(demo.explorer.candidates(&absent, &draft).unwrap().current, None);
}
