//! Which ref wins, what becomes of the others, and what is said about it.

use super::{PLATFORM, Refs, good, sentences, with_file};
use crate::catalog::{Outcome, Resolution, Revision, TargetId, resolve, resolve_all};

/// The ladder of a target, one line per candidate.
fn ladder(resolution: &Resolution) -> Vec<String> {
    let line = |candidate: &crate::catalog::Candidate| {
        let text = match (&candidate.channel, &candidate.reference) {
            (Some(channel), Some(reference)) => format!("{channel} -> {reference}"),
            (Some(channel), None) => channel.to_string(),
            (None, Some(reference)) => reference.to_string(),
            (None, None) => "-".to_owned(),
        };
        let place = candidate.span.as_ref().map(|span| format!(" ({span})")).unwrap_or_default();
        let outcome = match &candidate.outcome {
            Outcome::Won => "won".to_owned(),
            Outcome::Absent => "absent".to_owned(),
            Outcome::Shadowed { by } => format!("shadowed by {}", by.title()),
            Outcome::Broken { problem } => format!("broken: {}", serde_json::to_string(problem).unwrap()),
        };
        format!("{}: {text}{place}: {outcome}", candidate.rule.title())
    };
    resolution.candidates.iter().map(line).collect()
}

fn of(fixture: &str, service: &str, env: &str, region: &str) -> Resolution {
    resolve(&good(fixture), &TargetId::new(service, env, region), &Refs::usual())
}

fn badges(resolution: &Resolution) -> Vec<&'static str> {
    resolution.badges.iter().map(|badge| badge.word()).collect()
}

#[test]
fn a_service_channel_shadows_the_pins_and_says_so() {
    let resolution = of(PLATFORM, "shop", "prod", "euw1");
    assert_eq!(
        ladder(&resolution),
        [
            "service channel: stable -> refs/tags/v2 (catalog/services.yaml:6:14): won",
            "region pin: -: absent",
            "env pin: refs/tags/v1 (catalog/env-pins.yaml:2:9): shadowed by service channel",
            "default channel: stable -> refs/tags/v2 (catalog/env-pins.yaml:5:9): shadowed by service channel",
        ]
    );
    assert_eq!(resolution.revision, Some(Revision::Commit("c2".into())));
    assert_eq!(badges(&resolution), ["shadowed-pin"]);
    assert_eq!(
        sentences(&resolution.diagnostics),
        [
            "warning catalog/env-pins.yaml:2:9: the env pin `refs/tags/v1` does not count for shop@prod/euw1: the service \
          channel decides, channel `stable` (refs/tags/v2) -- Remove `channel` from the service to let the pin decide, \
          or move the channel to the ref of the pin."
        ]
    );
}

#[test]
fn a_shadowed_pin_of_the_same_commit_is_no_warning() {
    let fixture =
        with_file("catalog/env-pins.yaml", "envPins: { prod: v2-again }\ndefaultChannel: { int: next }\n");
    let resolution = of(&fixture, "shop", "prod", "euw1");
    assert!(matches!(resolution.candidates[2].outcome, Outcome::Shadowed { .. }));
    assert_eq!(badges(&resolution), Vec::<&str>::new());
}

#[test]
fn without_a_channel_the_region_pin_then_the_env_pin_then_the_default_channel_decides() {
    let rule = |env: &str, region: &str| {
        let resolution = of(PLATFORM, "ledger", env, region);
        let winner = resolution.winning().unwrap();
        format!("{} {}", winner.rule.name(), winner.reference.as_deref().unwrap())
    };
    assert_eq!(rule("prod", "euw2"), "regionPin refs/tags/v2");
    assert_eq!(rule("prod", "euw1"), "envPin refs/tags/v1");
    assert_eq!(rule("int", "euw1"), "defaultChannel refs/tags/v3");
}

#[test]
fn regions_with_different_commits_are_skewed() {
    let all = resolve_all(&good(PLATFORM), &Refs::usual());
    let skewed: Vec<String> = all
        .iter()
        .filter(|resolution| badges(resolution).contains(&"skew"))
        .map(|resolution| resolution.target.to_string())
        .collect();
    assert_eq!(skewed, ["ledger@prod/euw1", "ledger@prod/euw2"]);
}

#[test]
fn a_broken_winner_does_not_fall_through() {
    let table = [
        (
            "catalog/region-pins.yaml",
            "regionPins: { euw2: { prod: refs/tags/<CONFIG_TAG> } }\n",
            "region pin: refs/tags/<CONFIG_TAG> (catalog/region-pins.yaml:1:29): broken: {\"problem\":\"placeholder\"}",
            "error catalog/region-pins.yaml:1:29: the region pin of ledger@prod/euw2 still holds a placeholder: \
             `refs/tags/<CONFIG_TAG>` -- Put a tag, a branch or a commit id in its place.",
        ),
        (
            "catalog/region-pins.yaml",
            "regionPins: { euw2: { prod: refs/tags/v22 } }\n",
            "region pin: refs/tags/v22 (catalog/region-pins.yaml:1:29): broken: \
             {\"problem\":\"not-found\",\"nearest\":\"refs/tags/v2\"}",
            "error catalog/region-pins.yaml:1:29: the region pin of ledger@prod/euw2 names `refs/tags/v22`, which the \
             repository does not have -- Did you mean `refs/tags/v2`?",
        ),
    ];
    for (file, text, line, sentence) in table {
        let resolution = of(&with_file(file, text), "ledger", "prod", "euw2");
        assert_eq!(ladder(&resolution)[1], line);
        assert!(
            sentences(&resolution.diagnostics).contains(&sentence.to_owned()),
            "{:?}",
            resolution.diagnostics
        );
        assert_eq!(resolution.winner, Some(1));
        assert_eq!(resolution.revision, None);
        assert!(badges(&resolution).contains(&"broken-ref"));
        assert!(ladder(&resolution)[2].ends_with("shadowed by region pin"));
    }
}

#[test]
fn an_unknown_channel_names_the_nearest_one() {
    let fixture = with_file("catalog/env-pins.yaml", "defaultChannel: { int: nxet, prod: stable }\n");
    let resolution = of(&fixture, "ledger", "int", "euw1");
    assert_eq!(
        sentences(&resolution.diagnostics),
        [
            "error catalog/env-pins.yaml:1:24: the default channel of ledger@int/euw1 is `nxet`, which is no channel -- \
          Did you mean `next`?"
        ]
    );
}

#[test]
fn a_channel_with_a_missing_ref_is_shown_where_it_is_defined_and_used() {
    let fixture = with_file("catalog/channels.yaml", "channels:\n  stable: gone\n  next: refs/tags/v3\n");
    let resolution = of(&fixture, "shop", "int", "euw1");
    let problem = &resolution.diagnostics[0];
    assert_eq!(problem.primary.as_ref().unwrap().span.to_string(), "catalog/channels.yaml:2:11");
    assert_eq!(problem.related[0].span.to_string(), "catalog/services.yaml:6:14");
}

#[test]
fn the_order_is_data() {
    let fixture = format!("{PLATFORM}#- overlens.yaml\nresolution: [envPin, serviceChannel]\n");
    let resolution = of(&fixture, "shop", "prod", "euw1");
    assert_eq!(resolution.reference(), Some("refs/tags/v1"));
    assert_eq!(resolution.candidates.len(), 2);
    assert_eq!(badges(&resolution), Vec::<&str>::new());
}

#[test]
fn nothing_that_says_a_ref_is_an_error() {
    let fixture = with_file("catalog/env-pins.yaml", "defaultChannel: { prod: stable, int: }\nenvPins: {}\n");
    let resolution = of(&fixture, "ledger", "int", "euw1");
    assert_eq!(resolution.winner, None);
    assert_eq!(
        sentences(&resolution.diagnostics),
        [
            "error nothing says which ref ledger@int/euw1 uses -- Set one of `channel`, `regionPins.euw1.int`, \
          `envPins.int`, `defaultChannel.int`."
        ]
    );
}

#[test]
fn outside_a_repository_everything_renders_from_the_files() {
    for resolution in resolve_all(&good(PLATFORM), &Refs::none()) {
        assert_eq!(resolution.revision, Some(Revision::WorkTree));
        assert!(resolution.winner.is_some());
        assert_eq!(badges(&resolution), Vec::<&str>::new());
    }
}

#[test]
fn an_image_without_tag_and_digest_is_unresolved() {
    let fixture = with_file("catalog/images.lock.yaml", "images: {}\n");
    assert_eq!(badges(&of(&fixture, "ledger", "int", "euw1")), ["unresolved-image"]);
    assert_eq!(badges(&of(PLATFORM, "ledger", "int", "euw1")), Vec::<&str>::new());
}
