//! Resources, bases, components and the order in which they act.

use super::*;

const CONFIG: &str = "
#- base/kustomization.yaml
resources: [config.yaml]
#- base/config.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {a: base}
";

#[test]
fn documents_lists_and_empty_documents_become_resources() {
    let text = build(
        "
#- kustomization.yaml
resources: [all.yaml]
sortOptions: {order: fifo}
#- all.yaml
---
apiVersion: v1
kind: ConfigMapList
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: in-list}}
---
# nothing
---
{apiVersion: v1, kind: Secret, metadata: {name: own}}
",
        ".",
    );
    let names: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("name: ")).collect();
    assert_eq!(names, ["own", "in-list"], "items of a list come after the other documents of the file");
}

#[test]
fn kinds_come_in_kustomizes_order_unless_the_kustomization_says_otherwise() {
    let files = |options: &str| {
        format!(
            "
#- kustomization.yaml
resources: [all.yaml]
{options}
#- all.yaml
{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: web}}}}
---
{{apiVersion: v1, kind: Namespace, metadata: {{name: shop}}}}
---
{{apiVersion: v1, kind: Service, metadata: {{name: web}}}}
"
        )
    };
    let kinds = |text: String| -> Vec<String> {
        text.lines().filter_map(|line| line.strip_prefix("kind: ")).map(str::to_owned).collect()
    };
    assert_eq!(kinds(build(&files(""), ".")), ["Namespace", "Service", "Deployment"]);
    let own =
        "sortOptions: {order: legacy, legacySortOptions: {orderFirst: [Deployment], orderLast: [Service]}}";
    assert_eq!(kinds(build(&files(own), ".")), ["Deployment", "Namespace", "Service"]);
}

#[test]
fn a_component_changes_what_is_there_and_the_kustomization_changes_that() {
    let text = build(
        &format!(
            "{CONFIG}
#- component/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
namePrefix: part-
configMapGenerator:
- {{name: settings, behavior: merge, literals: [b=component]}}
#- kustomization.yaml
resources: [base]
components: [component]
namePrefix: whole-
"
        ),
        ".",
    );
    assert_eq!(
        text,
        "apiVersion: v1\ndata:\n  a: base\n  b: component\nkind: ConfigMap\nmetadata:\n  name: whole-part-settings\n"
    );
}

#[test]
fn local_configuration_is_not_printed() {
    let text = build(
        "
#- kustomization.yaml
resources: [a.yaml]
#- a.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: tool, annotations: {config.kubernetes.io/local-config: 'true'}}
",
        ".",
    );
    assert_eq!(text, "");
}

#[test]
fn annotations_come_out_as_strings_without_internal_ones() {
    let text = build(
        "
#- kustomization.yaml
resources: [a.yaml]
#- a.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
  annotations: {replicas: 3, config.kubernetes.io/index: '0'}
",
        ".",
    );
    assert!(text.contains("    replicas: \"3\"\n"), "{text}");
    assert!(!text.contains("index"), "{text}");
}

#[test]
fn deprecated_fields_work_and_are_named() {
    let built = try_build(
        &format!("{CONFIG}\n#- kustomization.yaml\nbases: [base]\ncommonLabels: {{app: shop}}\n"),
        ".",
    )
    .unwrap();
    let said: Vec<&str> = built.remarks.warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert_eq!(said, ["`bases` is deprecated", "`commonLabels` is deprecated"]);
    assert_eq!(built.resources[0].labels().collect::<Vec<_>>(), [("app", "shop")]);
}

#[test]
fn namespaces_reach_subjects_named_default_and_leave_cluster_scoped_objects_alone() {
    let text = build(
        "
#- kustomization.yaml
resources: [all.yaml]
namespace: shop
#- all.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: read}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {kind: ServiceAccount, name: default}
- {kind: ServiceAccount, name: other}
---
{apiVersion: v1, kind: Namespace, metadata: {name: old}}
",
        ".",
    );
    assert!(text.contains("  name: default\n  namespace: shop\n"), "{text}");
    assert!(text.ends_with("- kind: ServiceAccount\n  name: other\n"), "{text}");
    assert!(text.starts_with("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n"), "{text}");
}
