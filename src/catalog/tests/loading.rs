//! What a catalog file may get wrong, and the sentence that says so.

use super::{PLATFORM, good, read, sentences, with_file};
use crate::catalog::{RegionRole, effective_values};

/// Loads the platform with another service list; the problems as sentences.
fn services(text: &str) -> Vec<String> {
    sentences(&read(&with_file("catalog/services.yaml", text)).1)
}

/// A service that has what it must, with more lines.
fn shop(lines: &str) -> String {
    let mut text =
        "services:\n  - name: shop\n    type: api\n    image: shop\n    regions: [euw1]\n    enabledIn: [prod]\n".to_owned();
    for line in lines.lines() {
        text.push_str(&format!("    {line}\n"));
    }
    text
}

#[test]
fn the_platform_loads_without_a_word() {
    let (catalog, problems) = read(PLATFORM);
    assert_eq!(sentences(&problems), Vec::<String>::new());
    let targets: Vec<String> = catalog.targets().iter().map(ToString::to_string).collect();
    assert_eq!(targets.len(), 8);
    assert_eq!(targets[..4], ["shop@int/euw1", "shop@int/euw2", "shop@prod/euw1", "shop@prod/euw2"]);
    assert_eq!(catalog.regions[1].role, Some(RegionRole::Secondary));
    assert_eq!(catalog.services[0].channel.as_ref().unwrap().span.to_string(), "catalog/services.yaml:6:14");
    assert_eq!(catalog.channels[0].reference.span.to_string(), "catalog/channels.yaml:2:11");
}

#[test]
fn mistakes_name_the_line_and_what_to_do() {
    let table = [
        (
            "hpa: { minReplcias: 2 }",
            "warning catalog/services.yaml:7:12: unknown key `minReplcias` in service `shop` -- \
             Did you mean `minReplicas`? The value has no effect as it is.",
        ),
        (
            "hpa: { minReplicas: many }",
            "error catalog/services.yaml:7:25: `hpa.minReplicas` of service `shop` must be a whole number of at least 0, \
             not the string `many` -- Write for example `minReplicas: 2`.",
        ),
        (
            "replicas: \"3\"",
            "error catalog/services.yaml:7:15: `replicas` of service `shop` must be a whole number of at least 0, not \
             the string `3` -- Remove the quotes: `replicas: 3`.",
        ),
        (
            "tag: 1.0",
            "error catalog/services.yaml:7:10: `tag` of service `shop` must be a tag, not the number `1.0` -- \
             Put it in quotes: `\"1.0\"`.",
        ),
        (
            "components: hpa",
            "error catalog/services.yaml:7:17: `components` of service `shop` must be a list of names, not the string \
             `hpa` -- Put it in a list: `components: [hpa]`.",
        ),
        (
            "resources: { cpu: 250 mm }",
            "error catalog/services.yaml:7:23: `resources.cpu` of service `shop` is not valid: `250 mm` is not a number \
             with a suffix such as `m`, `Mi` or `Gi` -- Write for example `cpu: 250m`, `cpu: 2` or `cpu: 512Mi`.",
        ),
        (
            "replicas: { defaults: 1, overrides: { prdo: 2 } }",
            "error catalog/services.yaml:7:43: `replicas.overrides.prdo` of service `shop` names the unknown \
             environment `prdo` -- Did you mean `prod`?",
        ),
        (
            "replicas: { defaults: 1, overrides: { euw1: 2 } }",
            "error catalog/services.yaml:7:43: `replicas.overrides.euw1` of service `shop` names the unknown \
             environment `euw1` -- `euw1` is a region: write `\"int/euw1\"` for that region of an environment.",
        ),
        (
            "replicas: { defaults: 1, overrides: { int: 2 } }",
            "warning catalog/services.yaml:7:43: the override of `replicas` for `int` has no effect: `shop` does not \
             run there -- Remove it, or add the place to `enabledIn` and `regions`.",
        ),
        (
            "replicas: { int: 1, prod: 2 }",
            "error catalog/services.yaml:7:15: `replicas` of service `shop` must be a whole number of at least 0, not \
             a map -- Put the environments under `overrides:`, and the common value under `defaults:`.",
        ),
        (
            "resources: { defaults: { cpu: 1 }, memory: 1Gi }",
            "warning catalog/services.yaml:7:40: `memory` stands beside `defaults` and `overrides` in `resources` of \
             service `shop` -- Move `memory` into `defaults`, beside the other values.",
        ),
        (
            "schedule: \"0 6 * *\"",
            "error catalog/services.yaml:7:15: `schedule` of service `shop` is not valid: it has 4 fields instead of 5 \
             (minute hour day month weekday) -- Write for example `schedule: \"0 6 * * 1-5\"`.",
        ),
        (
            "labels: { pci: true }",
            "error catalog/services.yaml:7:20: `labels.pci` of service `shop` must be a string, not the boolean \
             `true` -- Put it in quotes: `\"true\"`.",
        ),
        (
            "replicas:\n  few: 1",
            "error catalog/services.yaml:7:5: `replicas` of service `shop` must be a whole number of at least 0, not a \
             map -- Write for example `replicas: 2`.",
        ),
        (
            "hpa:",
            "warning catalog/services.yaml:7:5: `hpa` of service `shop` has no value -- Give it a value, or remove the key.",
        ),
    ];
    for (line, sentence) in table {
        assert_eq!(services(&shop(line)), [sentence], "{line}");
    }
}

#[test]
fn unknown_places_are_errors_with_the_nearest_name() {
    let text = "services:\n  - { name: a, type: api, image: a, regions: [euw3], enabledIn: [prod, pord] }\n";
    assert_eq!(
        services(text),
        [
            "error catalog/services.yaml:2:72: service `a` names the unknown environment `pord` in `enabledIn` -- \
             Did you mean `prod`?",
            "error catalog/services.yaml:2:47: service `a` names the unknown region `euw3` in `regions` -- \
             Did you mean `euw1`?",
        ]
    );
}

#[test]
fn a_service_named_twice_names_both_lines_and_the_first_one_counts() {
    let entry = |image: &str| {
        format!("  - {{ name: a, type: api, image: {image}, regions: [euw1], enabledIn: [prod] }}\n")
    };
    let text = format!("services:\n{}{}", entry("one"), entry("two"));
    let (catalog, problems) = read(&with_file("catalog/services.yaml", &text));
    assert_eq!(
        sentences(&problems),
        [
            "error catalog/services.yaml:3:13: service `a` is there twice: in line 2 and line 3 -- Rename or remove \
          one of them; until then the first one counts."
        ]
    );
    assert_eq!(catalog.services.len(), 2);
    assert_eq!(catalog.targets().len(), 1);
    assert!(!catalog.service("a").unwrap().is_broken());
}

#[test]
fn a_bad_service_leaves_the_others_usable() {
    let text = "services:\n  - just text\n  - { image: b }\n  \
                - { name: c, type: api, image: c, regions: [euw1], enabledIn: [prod] }\n";
    let (catalog, problems) = read(&with_file("catalog/services.yaml", text));
    let names: Vec<&str> = catalog.services.iter().map(|service| &*service.name.value).collect();
    assert_eq!(names, ["services[0]", "services[1]", "c"]);
    assert_eq!(catalog.targets().len(), 1);
    assert_eq!(problems.len(), 5);
    assert!(
        catalog.services[0].is_broken()
            && catalog.services[1].is_broken()
            && !catalog.services[2].is_broken()
    );
}

#[test]
fn half_written_files_say_where_and_leave_the_rest() {
    let (catalog, problems) =
        read(&with_file("catalog/services.yaml", "services:\n  - name: [a\n    type: api\n"));
    assert_eq!(problems.len(), 1);
    assert!(problems[0].to_string().starts_with("catalog/services.yaml:"), "{}", problems[0]);
    assert!(catalog.services.is_empty());
    assert_eq!(catalog.channels.len(), 2);
    let (catalog, problems) = read(&with_file("catalog/channels.yaml", "channels:\n\tstable: x\n"));
    assert_eq!(catalog.services.len(), 2);
    assert_eq!(problems.len(), 1);
    for text in
        ["", "services:\n", "services: {}\n", "- a\n", "text", "services: [", "\u{0}", "services:\n- \n"]
    {
        assert!(!services(text).is_empty(), "{text:?}");
    }
}

#[test]
fn a_missing_catalog_says_what_was_looked_for() {
    assert_eq!(
        sentences(&read("#- README.md\nhello\n").1),
        [
            "error no catalog found: looked for `catalog/services.yaml` and `kustomize/catalog/services.yaml` -- Open the \
          root of a platform repository, or say in its `overlens.yaml` where the catalog lies: `catalog: path/to/catalog`."
        ]
    );
    assert_eq!(
        sentences(&read("#- overlens.yaml\ncatalog: config\n").1),
        [
            "error overlens.yaml:1:10: no catalog found: `config/services.yaml` does not exist -- Name the directory that \
          holds `services.yaml`, seen from the root of the repository."
        ]
    );
}

#[test]
fn the_catalog_may_lie_elsewhere() {
    let moved = good(&PLATFORM.replace("#- catalog/", "#- kustomize/catalog/"));
    assert_eq!(moved.settings.catalog.as_str(), "kustomize/catalog");
    let text =
        "#- overlens.yaml\ncatalog: config/fleet\nlayers: { components: parts }\nenvironments: [int, prod]\n";
    let said = good(&(text.to_owned() + &PLATFORM.replace("#- catalog/", "#- config/fleet/")));
    assert_eq!(said.services.len(), 2);
    assert_eq!(said.settings.layers.components.as_str(), "parts");
    assert_eq!(said.settings.layers.archetypes.as_str(), "kustomize/archetype");
}

#[test]
fn the_order_of_the_ladder_is_checked() {
    let order = |text: &str| sentences(&read(&format!("{PLATFORM}#- overlens.yaml\nresolution: {text}\n")).1);
    assert_eq!(order("[envPin, serviceChannel]"), Vec::<String>::new());
    assert_eq!(
        order("[envPins, serviceChannel]"),
        ["error overlens.yaml:1:14: `resolution` has the unknown rule `envPins` -- Did you mean `envPin`?"]
    );
    assert_eq!(order("[envPin, envPin]").len(), 1);
    assert_eq!(
        order("[]"),
        ["error overlens.yaml:1:13: `resolution` is empty -- Write for example `resolution: \
         [serviceChannel, regionPin, envPin, defaultChannel]`."]
    );
}

#[test]
fn pins_of_unknown_places_are_errors() {
    let fixture =
        with_file("catalog/region-pins.yaml", "regionPins:\n  euw9: { prod: v1 }\n  euw2: { prod: 1 }\n");
    assert_eq!(
        sentences(&read(&fixture).1),
        [
            "error catalog/region-pins.yaml:2:3: `regionPins` names the unknown region `euw9` -- Did you mean `euw1`?",
            "error catalog/region-pins.yaml:3:17: `regionPins.euw2.prod` must be a string, not the number `1` -- Put it \
             in quotes: `\"1\"`.",
        ]
    );
}

#[test]
fn without_overlays_the_environments_are_what_pins_and_services_name() {
    let text = PLATFORM
        .replace("#- kustomize/envs", "#- elsewhere")
        .replace("enabledIn: [int, prod]", "enabledIn: [dev, prod]");
    let names: Vec<String> = good(&text).environments.iter().map(|env| env.value.to_string()).collect();
    assert_eq!(names, ["int", "prod", "dev"]);
}

#[test]
fn environments_are_the_directories_of_the_overlays_in_the_order_of_the_pins() {
    let fixture = format!(
        "{PLATFORM}#- kustomize/envs/aaa/kustomization.yaml\n\
         #- kustomize/envs/dev/kustomization.yaml\n"
    );
    let names: Vec<String> = good(&fixture).environments.iter().map(|env| env.value.to_string()).collect();
    assert_eq!(names, ["int", "prod", "aaa", "dev"]);
}

#[test]
fn a_file_keeps_the_limits_that_the_caller_sets() {
    let limits = crate::yaml::Limits { depth: 3, ..Default::default() };
    let source = crate::vfs::Memory::fixture(PLATFORM).unwrap();
    let codes = |limits| {
        let (_, problems) = crate::catalog::load(&source, limits);
        problems.iter().map(|problem| problem.code).collect::<Vec<_>>()
    };
    assert!(codes(&limits).contains(&"yaml/limit"), "{:?}", codes(&limits));
    assert_eq!(codes(&crate::yaml::Limits::default()), Vec::<&str>::new());
}

const SAMPLE: &str = include_str!("../../../catalog/services.yaml");

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 64, ..Default::default() })]

    #[test]
    fn a_damaged_file_never_stops_the_program(start in 0..SAMPLE.len(), length in 0..400_usize, put in "[ \\-:\\[\\]{}&*!|>'\"a1\\n]{0,6}") {
        let near = |at: usize| (at.min(SAMPLE.len())..=SAMPLE.len()).find(|at| SAMPLE.is_char_boundary(*at)).unwrap_or(SAMPLE.len());
        let (start, end) = (near(start), near(start + length));
        let text = format!("{}{put}{}", &SAMPLE[..start], &SAMPLE[end..]);
        let (catalog, problems) = read(&with_file("catalog/services.yaml", &text));
        proptest::prop_assert!(!problems.is_empty() || !catalog.services.is_empty());
        for target in catalog.targets() {
            let service = catalog.service(&target.service).unwrap();
            let values = effective_values(service, &target.env, &target.region);
            proptest::prop_assert!(values.iter().all(|value| !value.written_at.is_empty()));
        }
        for problem in &problems {
            proptest::prop_assert!(problem.primary.is_some(), "{problem}");
            proptest::prop_assert!(!problem.hints.is_empty() || problem.code.starts_with("yaml/"), "{problem}");
        }
    }
}
