//! Names: prefixes, hashes, and references that follow them.

use super::*;

const POD: &str = "
#- base/kustomization.yaml
resources: [pod.yaml]
configMapGenerator:
- {name: settings, literals: [a=1]}
#- base/pod.yaml
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    envFrom: [{configMapRef: {name: settings}}, {configMapRef: {name: elsewhere}}]
";

#[test]
fn references_follow_prefixes_and_hashes_and_names_of_nothing_stay() {
    let text = build(&format!("{POD}\n#- kustomization.yaml\nresources: [base]\nnamePrefix: eu-\n"), ".");
    let generated = text.lines().find_map(|line| line.strip_prefix("  name: eu-settings-")).unwrap();
    assert_eq!(generated.len(), 10);
    assert!(text.contains(&format!("        name: eu-settings-{generated}\n")), "{text}");
    assert!(text.contains("        name: elsewhere\n"), "{text}");
}

#[test]
fn the_hash_is_that_of_kustomize_and_ignores_the_name() {
    for prefix in ["", "eu-"] {
        let text = build(
            &format!(
                "
#- kustomization.yaml
namePrefix: '{prefix}'
configMapGenerator:
- {{name: settings, literals: [a=1]}}
secretGenerator:
- {{name: other, literals: [a=1]}}
"
            ),
            ".",
        );
        assert!(text.contains(&format!("  name: {prefix}settings-h29d89cmmt\n")), "{text}");
        assert!(text.contains(&format!("  name: {prefix}other-25khgmg44c\n")), "{text}");
    }
}

#[test]
fn a_reference_that_could_mean_two_objects_is_refused() {
    let problem = refuse(
        "
#- one/kustomization.yaml
namespace: one
resources: [account.yaml]
#- one/account.yaml
{apiVersion: v1, kind: ServiceAccount, metadata: {name: web}}
#- two/kustomization.yaml
namespace: two
resources: [account.yaml]
#- two/account.yaml
{apiVersion: v1, kind: ServiceAccount, metadata: {name: web}}
#- kustomization.yaml
resources: [one, two, binding.yaml]
#- binding.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: read}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {kind: ServiceAccount, name: web}
",
        ".",
    );
    assert_eq!((problem.code, place(&problem)), ("names/ambiguous", "binding.yaml:6".to_owned()));
}

#[test]
fn the_layer_of_the_referrer_decides_between_objects_of_the_same_name() {
    let text = build(
        "
#- layer/kustomization.yaml
resources: [all.yaml]
#- layer/all.yaml
{apiVersion: v1, kind: ServiceAccount, metadata: {name: web}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {serviceAccountName: web}}
#- one/kustomization.yaml
namePrefix: one-
resources: [../layer]
#- two/kustomization.yaml
namePrefix: two-
resources: [../layer]
#- kustomization.yaml
resources: [one, two]
",
        ".",
    );
    assert!(text.contains("  name: one-web\nspec:\n  serviceAccountName: one-web\n"), "{text}");
    assert!(text.contains("  name: two-web\nspec:\n  serviceAccountName: two-web\n"), "{text}");
}

#[test]
fn a_role_binding_follows_the_namespace_of_its_service_account() {
    let text = build(
        "
#- kustomization.yaml
resources: [all.yaml]
namespace: shop
namePrefix: eu-
#- all.yaml
{apiVersion: v1, kind: ServiceAccount, metadata: {name: web}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: web}
subjects: [{kind: ServiceAccount, name: web}]
",
        ".",
    );
    assert!(
        text.ends_with("subjects:\n- kind: ServiceAccount\n  name: eu-web\n  namespace: shop\n"),
        "{text}"
    );
}
