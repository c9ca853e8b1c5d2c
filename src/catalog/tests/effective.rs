//! What values come to in an environment, and how targets are addressed.

use super::{PLATFORM, good, sentences, with_file};
use crate::catalog::{Address, effective_values};

fn values(lines: &str, env: &str, region: &str) -> Vec<String> {
    let mut text =
        "services:\n  - name: shop\n    type: api\n    image: shop\n    regions: [euw1, euw2]\n    \
                    enabledIn: [int, prod]\n"
            .to_owned();
    for line in lines.lines() {
        text.push_str(&format!("    {line}\n"));
    }
    let catalog = good(&with_file("catalog/services.yaml", &text));
    let values = effective_values(&catalog.services[0], env, region);
    let shown =
        values.iter().filter(|value| !["type", "image"].contains(&value.path.as_str())).map(|value| {
            let lost: Vec<String> = value
                .overridden
                .iter()
                .map(|loser| format!(", over {} in {}", loser.text, loser.span.line))
                .collect();
            format!("{}: {} in {}{}", value.path, value.value, value.span.line, lost.concat())
        });
    shown.collect()
}

#[test]
fn the_most_specific_value_wins_and_the_losers_are_kept() {
    let lines = "replicas:\n  defaults: 1\n  overrides:\n    prod/euw2: 3\n    prod: 2\n";
    assert_eq!(values(lines, "int", "euw1"), ["replicas: 1 in 8"]);
    assert_eq!(values(lines, "prod", "euw1"), ["replicas: 2 in 11, over 1 in 8"]);
    assert_eq!(values(lines, "prod", "euw2"), ["replicas: 3 in 10, over 2 in 11, over 1 in 8"]);
}

#[test]
fn maps_merge_key_by_key_and_lists_are_replaced() {
    let lines = "resources:\n  defaults: { cpu: 250m, memory: 1Gi }\n  overrides:\n    prod: { cpu: 500m }\n\
                 domains:\n  defaults: [a.example.com, b.example.com]\n  overrides:\n    prod: [c.example.com]\n";
    assert_eq!(
        values(lines, "prod", "euw1"),
        [
            "resources.cpu: 500m in 10, over 250m in 8",
            "resources.memory: 1Gi in 8",
            "domains: [c.example.com] in 14, over [a.example.com, b.example.com] in 12",
        ]
    );
}

#[test]
fn values_say_where_an_edit_has_to_be_made() {
    let catalog = good(PLATFORM);
    let all = effective_values(&catalog.services[0], "prod", "euw2");
    let min = all.iter().find(|value| value.path == "hpa.minReplicas").unwrap();
    let path: Vec<&str> = min.written_at.iter().map(|step| &**step).collect();
    assert_eq!(path, ["hpa", "minReplicas", "overrides", "prod/euw2"]);
    assert_eq!(min.scope.as_ref().unwrap().to_string(), "prod/euw2");
}

#[test]
fn a_value_without_a_default_is_there_only_where_it_is_said() {
    let lines = "replicas: { overrides: { prod: 2 } }";
    assert_eq!(values(lines, "int", "euw1"), Vec::<String>::new());
    assert_eq!(values(lines, "prod", "euw1"), ["replicas: 2 in 7"]);
}

#[test]
fn addresses_are_checked_against_the_catalog() {
    let catalog = good(PLATFORM);
    let parse = |text: &str| match Address::parse(text, &catalog) {
        Ok(address) => address.to_string(),
        Err(problem) => sentences(&[problem]).remove(0),
    };
    assert_eq!(parse("shop@prod/euw1"), "shop@prod/euw1");
    assert_eq!(parse("shop@prod/euw1:."), "shop@prod/euw1:.");
    assert_eq!(parse("shop@prod/euw1:refs/tags/v1"), "shop@prod/euw1:refs/tags/v1");
    let form =
        "-- Write `service@env/region`, or `service@env/region:REF` for another ref (`:.` is the work tree).";
    let table = [
        ("shop", format!("error `shop` is not the address of a target: it has no `@` {form}")),
        ("shop@prod", format!("error `shop@prod` is not the address of a target: it has no region {form}")),
        (
            "shop@prod/",
            format!("error `shop@prod/` is not the address of a target: the region is empty {form}"),
        ),
        (
            "shop@prod/euw1:",
            format!(
                "error `shop@prod/euw1:` is not the address of a target: nothing stands after the `:` {form}"
            ),
        ),
        ("shpo@prod/euw1", "error no service is called `shpo` -- Did you mean `shop`?".to_owned()),
        ("shop@prd/euw1", "error no environment is called `prd` -- Did you mean `prod`?".to_owned()),
        ("shop@prod/uew1", "error no region is called `uew1` -- Did you mean `euw1`?".to_owned()),
        ("shop@prod/x", "error no region is called `x` -- `shop` runs in `euw1`, `euw2`.".to_owned()),
    ];
    for (text, sentence) in table {
        assert_eq!(parse(text), sentence, "{text}");
    }
}
