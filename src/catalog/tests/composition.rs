//! The kustomization of a target: what is in it, what is left out and said, and where every line comes from.

use std::sync::Arc;

use super::{PLATFORM, Refs, composed, nodes, sentences, with_file};
use crate::base::{Diagnostic, RepoPath};
use crate::catalog::{Composition, Layers, Revision, load, missing_layers, resolve_all};
use crate::vfs::Memory;
use crate::yaml::{Limits, Node};

/// Layers in the style where overlays are components, for a service list.
fn platform(services: &str) -> String {
    let kustomization =
        |path: &str, kind: &str| format!("#- kustomize/{path}/kustomization.yaml\nkind: {kind}\n");
    let base = PLATFORM.split("#- kustomize/").next().unwrap();
    let base = with_file("catalog/services.yaml", services).replace(&PLATFORM[base.len()..], "");
    [
        base,
        kustomization("cb-base", "Kustomization"),
        kustomization("archetype/api", "Kustomization"),
        kustomization("archetype/listener", "Kustomization"),
        kustomization("components/hpa", "Component"),
        kustomization("components/quota", "Kustomization"),
        kustomization("envs/int", "Component"),
        kustomization("envs/prod", "Component"),
        kustomization("regions/euw1", "Component"),
        kustomization("regions/euw2", "Component"),
    ]
    .concat()
}

fn shop(lines: &str) -> String {
    let mut text = "services:\n  - name: shop\n    type: api\n    image: registry.example.com/shop\n    \
                    regions: [euw1]\n    enabledIn: [prod]\n"
        .to_owned();
    for line in lines.lines() {
        text.push_str(&format!("    {line}\n"));
    }
    platform(&text)
}

fn of(lines: &str, resources: &str) -> Composition {
    composed(&shop(lines), ("shop", "prod", "euw1"), resources).unwrap()
}

fn text<'c>(composition: &'c Composition, name: &str) -> &'c str {
    let file = composition.files.iter().find(|file| file.path.name() == name);
    &file.unwrap_or_else(|| panic!("no {name}")).text
}

fn failure(fixture: &str) -> String {
    sentences(&[composed(fixture, ("shop", "prod", "euw1"), "").unwrap_err()]).remove(0)
}

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: { name: app }
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: sidecar
      - name: app
        ports: [{ name: http, containerPort: 8080 }]
        startupProbe: { httpGet: { path: /live, port: http } }
        livenessProbe: { httpGet: { path: /live, port: http } }
        resources: { requests: { cpu: 100m } }
";

#[test]
fn the_kustomization_has_layers_namespace_labels_image_and_renames() {
    let lines = "tag: \"1.0\"\ncomponents: [hpa, quota]\nlabels: { team: a, tier: edge }";
    let composition =
        of(lines, "kind: Service\nmetadata: { name: app }\n---\nkind: Role\nmetadata: { name: other }\n");
    assert_eq!(
        text(&composition, "kustomization.yaml"),
        "\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- ../../../.layers/work-tree/kustomize/cb-base
- ../../../.layers/work-tree/kustomize/archetype/api
- ../../../.layers/work-tree/kustomize/components/quota
- namespace.yaml
components:
- ../../../.layers/work-tree/kustomize/components/hpa
- ../../../.layers/work-tree/kustomize/envs/prod
- ../../../.layers/work-tree/kustomize/regions/euw1
namespace: prod-shop-euw1
labels:
- pairs:
    app: shop
    env: prod
    region: euw1
    tier: edge
  includeSelectors: true
- pairs:
    team: a
  includeTemplates: true
images:
- name: app
  newName: registry.example.com/shop
  newTag: \"1.0\"
patches:
- path: rename-app.yaml
  target:
    name: app
  options:
    allowNameChange: true
"
    );
    assert_eq!(
        text(&composition, "namespace.yaml"),
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: prod-shop-euw1\n"
    );
    assert_eq!(
        text(&composition, "rename-app.yaml"),
        "- op: replace\n  path: /metadata/name\n  value: shop\n"
    );
    let paths: Vec<&str> = composition.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "shop/prod/euw1/kustomization.yaml",
            "shop/prod/euw1/namespace.yaml",
            "shop/prod/euw1/rename-app.yaml"
        ]
    );
}

/// Lines of a file with the catalog line behind each.
fn caused(composition: &Composition, name: &str) -> Vec<String> {
    let file = composition.files.iter().find(|file| file.path.name() == name).unwrap();
    assert_eq!(file.text.lines().count(), file.lines.len());
    let pairs = file.text.lines().zip(&file.lines);
    pairs.filter_map(|(line, span)| Some(format!("{} <- {}", line.trim(), span.as_ref()?.line))).collect()
}

#[test]
fn every_line_that_the_catalog_caused_knows_its_line() {
    let composition = of(
        "replicas:\n  defaults: 1\n  overrides:\n    prod: 3\ntag: v1\ncomponents:\n  - hpa\n",
        DEPLOYMENT,
    );
    assert_eq!(
        caused(&composition, "patch-deployment.yaml"),
        ["- op: replace <- 10", "path: /spec/replicas <- 10", "value: 3 <- 10",]
    );
    let lines = caused(&composition, "kustomization.yaml");
    for line in [
        "- ../../../.layers/work-tree/kustomize/archetype/api <- 3",
        "- ../../../.layers/work-tree/kustomize/components/hpa <- 13",
        "- ../../../.layers/work-tree/kustomize/envs/prod <- 6",
        "- ../../../.layers/work-tree/kustomize/regions/euw1 <- 5",
        "namespace: prod-shop-euw1 <- 2",
        "tier: api <- 3",
        "newTag: v1 <- 11",
        "newName: registry.example.com/shop <- 4",
    ] {
        assert!(lines.contains(&line.to_owned()), "{line} in {lines:#?}");
    }
}

/// The operations of a patch as `op path value`.
fn operations(composition: &Composition, name: &str) -> Vec<String> {
    let list = nodes(text(composition, name)).remove(0);
    let line = |operation: &Node| {
        let field = |key: &str| {
            operation.get(key).map(|node| node.as_text().map_or_else(|| flow(node), str::to_owned))
        };
        [field("op"), field("path"), field("value")].into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    list.as_sequence().unwrap().iter().map(line).collect()
}

fn flow(node: &Node) -> String {
    crate::yaml::to_json(node).unwrap().to_string()
}

#[test]
fn values_become_operations_on_the_fields_that_are_there() {
    let lines = "resources: { cpu: 250m, limits: { memory: 1Gi } }\n\
                 ports: [{ name: http, containerPort: 9000 }, { name: admin, port: 9901 }]\n\
                 health: { livenessPath: /up, readinessPath: /ready, port: 9901 }\nreplicas: 2";
    let service = "---\napiVersion: v1\nkind: Service\nmetadata: { name: app }\nspec: { ports: [{ name: http, port: 80 }] }\n";
    let composition = of(lines, &format!("{DEPLOYMENT}{service}"));
    let container = "/spec/template/spec/containers/1";
    assert_eq!(
        operations(&composition, "patch-deployment.yaml"),
        [
            "replace /spec/replicas 2".to_owned(),
            format!("replace {container}/resources/requests/cpu 250m"),
            format!("add {container}/resources/limits {{\"cpu\":\"250m\"}}"),
            format!("add {container}/resources/limits/memory 1Gi"),
            format!("replace {container}/ports/0/containerPort 9000"),
            format!("add {container}/ports/- {{\"name\":\"admin\",\"containerPort\":9901}}"),
            format!("replace {container}/startupProbe/httpGet/path /up"),
            format!("replace {container}/startupProbe/httpGet/port 9901"),
            format!("replace {container}/livenessProbe/httpGet/path /up"),
            format!("replace {container}/livenessProbe/httpGet/port 9901"),
            format!("add {container}/readinessProbe {{\"httpGet\":{{\"path\":\"/ready\"}}}}"),
            format!("add {container}/readinessProbe/httpGet/port 9901"),
        ]
    );
    assert_eq!(
        operations(&composition, "patch-service.yaml"),
        ["add /spec/ports/- {\"name\":\"admin\",\"port\":9901,\"targetPort\":\"admin\"}"]
    );
    assert_eq!(composition.warnings, Vec::<Diagnostic>::new());
}

#[test]
fn the_autoscaler_gets_bounds_and_metric_and_owns_the_replicas() {
    let hpa = "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: app }\n\
               spec: { maxReplicas: 3 }\n";
    let lines = "hpa: { minReplicas: 5, maxReplicas: 4, targetCPUUtilizationPercentage: 60 }\nreplicas: 2";
    let composition = of(lines, &format!("{DEPLOYMENT}{hpa}"));
    assert_eq!(
        operations(&composition, "patch-horizontalpodautoscaler.yaml"),
        [
            "add /spec/minReplicas 5",
            "replace /spec/maxReplicas 4",
            "add /spec/metrics [{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"target\":{\"type\":\"Utilization\",\
         \"averageUtilization\":60}}}]",
        ]
    );
    assert!(composition.files.iter().all(|file| file.path.name() != "patch-deployment.yaml"));
    assert_eq!(
        sentences(&composition.warnings),
        [
            "warning catalog/services.yaml:7:25: `hpa` of shop@prod/euw1 asks for at least 5 and at most 4 replicas -- \
             The cluster refuses such an autoscaler: raise `maxReplicas` or lower `minReplicas`.",
            "warning catalog/services.yaml:8:15: `replicas` of service `shop` has no effect: its \
             HorizontalPodAutoscaler decides the number -- Set `hpa.minReplicas` instead, or remove the component `hpa`.",
        ]
    );
}

#[test]
fn hosts_follow_the_domains_and_the_name() {
    let resources = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: app }
spec:
  rules: [{ host: x, http: { paths: [{ path: / }] } }, { host: y }, { host: z }]
  tls: [{ hosts: [x] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: app }
spec:
  hosts: [app, example.com]
  http: [{ route: [{ destination: { host: app } }] }, { route: [{ destination: { host: app-other } }] }]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: app }
spec: { host: app }
---
apiVersion: v1
kind: Service
metadata: { name: app }
";
    let lines = "domains: [a.example.com, b.example.com]\nretry: { attempts: 3 }\ntrafficPolicy: { ejectionTime: 60s }";
    let composition = of(lines, resources);
    assert_eq!(
        operations(&composition, "patch-ingress.yaml"),
        [
            "replace /spec/rules/0/host a.example.com",
            "replace /spec/rules/1/host b.example.com",
            "remove /spec/rules/2",
            "replace /spec/tls/0/hosts/0 a.example.com",
            "add /spec/tls/0/hosts/- b.example.com",
        ]
    );
    assert_eq!(
        operations(&composition, "patch-virtualservice.yaml"),
        [
            "add /spec/http/0/retries {\"attempts\":3}",
            "add /spec/http/1/retries {\"attempts\":3}",
            "replace /spec/hosts/0 shop",
            "replace /spec/http/0/route/0/destination/host shop",
        ]
    );
    assert_eq!(
        operations(&composition, "patch-destinationrule.yaml"),
        [
            "add /spec/trafficPolicy {\"outlierDetection\":{\"baseEjectionTime\":\"60s\"}}",
            "replace /spec/host shop",
        ]
    );
}

#[test]
fn a_value_without_its_resource_is_left_out_and_said() {
    let composition = of("hpa: { minReplicas: 2 }\nschedule: \"* * * * *\"", DEPLOYMENT);
    assert_eq!(
        sentences(&composition.warnings),
        [
            "warning catalog/services.yaml:7:5: `hpa` of service `shop` has no effect: its layers have no \
             HorizontalPodAutoscaler called `app` -- Add `hpa` to `components`, or remove `hpa`.",
            "warning catalog/services.yaml:8:5: `schedule` of service `shop` has no effect: its layers have no CronJob \
             called `app` -- Remove `schedule`, or choose an archetype that has it.",
        ]
    );
}

#[test]
fn free_patches_come_before_the_renames_and_keep_their_lines() {
    let lines = "patches:\n  - target: { kind: Deployment, name: app }\n    patch: |-\n      - op: remove\n        \
                 path: /spec/replicas\n  - path: patches/own.yaml\n    options: { allowKindChange: true }\n";
    let fixture =
        format!("{}#- catalog/patches/own.yaml\nkind: Deployment\nmetadata: {{ name: app }}\n", shop(lines));
    let composition = composed(&fixture, ("shop", "prod", "euw1"), DEPLOYMENT).unwrap();
    let kustomization = text(&composition, "kustomization.yaml");
    let patches = &kustomization[kustomization.find("patches:").unwrap()..];
    assert_eq!(
        patches,
        "\
patches:
- path: patch-own-1.yaml
  target:
    kind: Deployment
    name: app
- path: patch-own-2.yaml
  options:
    allowKindChange: true
- path: rename-app.yaml
  target:
    name: app
  options:
    allowNameChange: true
"
    );
    assert_eq!(
        caused(&composition, "patch-own-1.yaml"),
        ["- op: remove <- 10", "path: /spec/replicas <- 11"]
    );
    let own = &composition.files.iter().find(|file| file.path.name() == "patch-own-2.yaml").unwrap().lines;
    assert_eq!(own[1].as_ref().unwrap().to_string(), "catalog/patches/own.yaml:2");
}

#[test]
fn what_keeps_a_target_from_being_composed_is_said_at_its_line() {
    let table = [
        (
            shop("components: [hpaa]"),
            "error catalog/services.yaml:7:18: service `shop` asks for the component `hpaa`, which does not exist in the \
             files as they are -- Did you mean `hpa`?",
        ),
        (
            shop("").replace("type: api", "type: apii"),
            "error catalog/services.yaml:3:11: service `shop` asks for the archetype `apii`, which does not exist in the \
             files as they are -- Did you mean `api`?",
        ),
        (
            shop("patches: [{ path: patches/none.yaml }]"),
            "error catalog/services.yaml:7:23: the patch `patches/none.yaml` cannot be read: \
             `catalog/patches/none.yaml` does not exist -- Paths of patches are seen from `catalog`.",
        ),
        (
            shop("patches: [{ target: { kind: Service } }]"),
            "error catalog/services.yaml:7:15: a patch of service `shop` has neither `patch` nor `path` -- Give the text \
             in `patch: |-`, or a file in `path`.",
        ),
        (
            shop(
                "namespaceTemplate: \"{env}-{service}-{region}-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
            ),
            "error catalog/services.yaml:7:24: the namespace of shop@prod/euw1 would be \
             `prod-shop-euw1-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`, which is not valid: it has 67 \
             characters, and 63 are allowed -- Set `namespaceTemplate` of the service to something that fits.",
        ),
        (
            shop("replicas: many"),
            "error catalog/services.yaml:7:15: `replicas` of service `shop` must be a whole number of at least 0, not \
             the string `many` -- Write for example `replicas: 2`.",
        ),
    ];
    for (fixture, sentence) in table {
        assert_eq!(failure(&fixture), sentence);
    }
}

#[test]
fn images_take_tag_and_digest_from_the_service_or_the_lock_file() {
    let images = |composition: &Composition| {
        let kustomization = text(composition, "kustomization.yaml");
        let start = kustomization.find("images:").unwrap();
        kustomization[start..]
            .lines()
            .skip(3)
            .take_while(|line| line.starts_with("  "))
            .collect::<Vec<_>>()
            .join("|")
    };
    assert_eq!(images(&of("tag: 0.42.1", "")), "  newTag: 0.42.1");
    assert_eq!(images(&of("tag: { defaults: a, overrides: { prod: b } }", "")), "  newTag: b");
    assert_eq!(images(&of("", "")), "");
    let locked = shop("").replace("  ledger: {", "  registry.example.com/shop: {");
    assert_eq!(images(&composed(&locked, ("shop", "prod", "euw1"), "").unwrap()), "  newTag: 3.9.1");
}

#[test]
fn everything_that_is_composed_reads_back() {
    let lines = "tag: \"0918273\"\nlabels: { pci: \"true\", level: \"1\" }\nschedule: \"*/5 * * * *\"\n\
                 resources: { cpu: 1, memory: 512Mi }\nretry: { retryOn: \"5xx,reset\" }\n\
                 trafficPolicy: { interval: 10s }\ndomains: [\"*.example.com\"]";
    let resources = format!(
        "{DEPLOYMENT}---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {{ name: app }}\nspec: {{ schedule: x }}\n---\n\
         apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{ name: app }}\nspec: {{ rules: [{{}}] }}\n"
    );
    let composition = of(lines, &resources);
    for file in &composition.files {
        assert_eq!(nodes(&file.text).len(), 1, "{}", file.path);
    }
    let kustomization = nodes(text(&composition, "kustomization.yaml")).remove(0);
    let image = &kustomization.get("images").unwrap().as_sequence().unwrap()[0];
    assert_eq!(image.get("newTag").and_then(Node::as_str), Some("0918273"));
    let own = &kustomization.get("labels").unwrap().as_sequence().unwrap()[1];
    assert_eq!(own.get_path(&["pairs", "level"]).and_then(Node::as_str), Some("1"));
    assert_eq!(operations(&composition, "patch-cronjob.yaml"), ["replace /spec/schedule */5 * * * *"]);
    assert_eq!(operations(&composition, "patch-ingress.yaml"), ["add /spec/rules/0/host *.example.com"]);
}

#[test]
fn renames_of_a_service_called_like_a_resource_do_not_meet() {
    let fixture = shop("").replace("name: shop", "name: app-config");
    let resources =
        "kind: ConfigMap\nmetadata: { name: app-config }\n---\nkind: Service\nmetadata: { name: app }\n";
    let composition = composed(&fixture, ("app-config", "prod", "euw1"), resources).unwrap();
    let kustomization = text(&composition, "kustomization.yaml");
    assert!(kustomization.find("rename-app-config.yaml") < kustomization.find("rename-app.yaml"));
}

#[test]
fn missing_layers_are_found_without_rendering() {
    let source = Memory::fixture(&shop("components: [hpaa]")).unwrap();
    let (catalog, _) = load(&source, &Limits::default());
    let layers = Arc::new(Layers::read(&source, Revision::WorkTree, &catalog.settings, &RepoPath::root()));
    let resolutions = resolve_all(&catalog, &Refs::none());
    let found = missing_layers(&catalog, &resolutions, &mut |_| Some(layers.clone()));
    assert_eq!(found.len(), 1);
    assert!(
        found[0]
            .1
            .to_string()
            .starts_with("catalog/services.yaml:7:18: service `shop` asks for the component")
    );
}
