//! A small platform with a history for stories: three services, two releases, a shadowed pin, a skew, a placeholder.

use std::fs;
use std::path::Path;

/// Files of the first release: path, text.
const FIRST: &[(&str, &str)] = &[
    ("catalog/services.yaml", SERVICES),
    ("catalog/channels.yaml", "channels:\n  stable: config-2025.11.06\n"),
    (
        "catalog/env-pins.yaml",
        "envPins:\n  int: config-2025.11.06\n  prod: config-2025.10.28 # until the audit\ndefaultChannel:\n  int: stable\n  prod: stable\n",
    ),
    (
        "catalog/region-pins.yaml",
        "regionPins:\n  euw2:\n    prod: config-2025.11.06\n    int: refs/tags/<CONFIG_TAG>\n",
    ),
    ("catalog/regions.yaml", "regions:\n  euw1:\n    role: primary\n  euw2:\n    role: dr\n"),
    ("kustomize/cb-base/kustomization.yaml", "resources: [account.yaml]\n"),
    ("kustomize/cb-base/account.yaml", "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: app\n"),
    ("kustomize/archetype/api/kustomization.yaml", "resources: [deployment.yaml]\n"),
    ("kustomize/archetype/api/deployment.yaml", DEPLOYMENT),
    ("kustomize/components/hpa/kustomization.yaml", COMPONENT_HPA),
    ("kustomize/components/hpa/hpa.yaml", HPA),
    ("kustomize/components/secrets/kustomization.yaml", SECRETS),
    ("kustomize/envs/int/kustomization.yaml", "kind: Component\nresources: [quota.yaml]\n"),
    ("kustomize/envs/int/quota.yaml", QUOTA),
    ("kustomize/envs/prod/kustomization.yaml", "kind: Component\nresources: [quota.yaml]\n"),
    ("kustomize/envs/prod/quota.yaml", QUOTA),
    ("kustomize/regions/euw1/kustomization.yaml", "kind: Component\nlabels:\n- pairs: {role: primary}\n"),
    ("kustomize/regions/euw2/kustomization.yaml", "kind: Component\nlabels:\n- pairs: {role: dr}\n"),
];

const SERVICES: &str = "\
services:
  - name: account-service # the oldest one
    type: api
    image: registry.example.com/account-service
    tag: 4f2a91c
    channel: stable
    regions: [euw1, euw2]
    enabledIn: [int, prod]
    components: [hpa]
    hpa:
      minReplicas:
        defaults: 2
        overrides:
          prod: 4 # two per zone
      maxReplicas: 10
  - name: ledger
    type: api
    image: registry.example.com/ledger
    tag: \"1.20\"
    regions: [euw1, euw2]
    enabledIn: [int, prod]
    components: [secrets]
    replicas: 3
  - name: report
    type: api
    image: registry.example.com/report
    tag: v7
    channel: stable
    regions: [euw1]
    enabledIn: [prod]
";

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: app
          image: app
          livenessProbe:
            periodSeconds: 10
            httpGet:
              path: /live
              port: 8080
";

const COMPONENT_HPA: &str =
    "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [hpa.yaml]\n";

const HPA: &str = "\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: app
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: app
  minReplicas: 1
  maxReplicas: 3
";

const SECRETS: &str = "\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
generatorOptions:
  disableNameSuffixHash: true
secretGenerator:
  - name: app-secrets
    literals: [password=first-secret]
";

const QUOTA: &str = "\
apiVersion: v1
kind: ResourceQuota
metadata:
  name: quota
spec:
  hard:
    pods: \"20\"
";

/// Makes the platform with both releases in a folder. Names, dates and therefore commit ids are always the same.
pub(super) fn make(root: &Path) {
    let repository =
        git2::Repository::init_opts(root, git2::RepositoryInitOptions::new().initial_head("main")).unwrap();
    for (path, text) in FIRST {
        write(root, path, text);
    }
    commit(&repository, "Quotas for every environment", 1_761_638_400, "config-2025.10.28");
    write(
        root,
        "kustomize/archetype/api/deployment.yaml",
        &DEPLOYMENT.replace("periodSeconds: 10", "periodSeconds: 30"),
    );
    write(
        root,
        "kustomize/components/secrets/kustomization.yaml",
        &SECRETS.replace("first-secret", "second-secret"),
    );
    commit(&repository, "Probe less often", 1_762_416_000, "config-2025.11.06");
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn commit(repository: &git2::Repository, subject: &str, time: i64, tag: &str) {
    let mut index = repository.index().unwrap();
    index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
    index.write().unwrap();
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let author = git2::Signature::new("M. Weber", "weber@example.com", &git2::Time::new(time, 0)).unwrap();
    let parent = repository.head().ok().map(|head| head.peel_to_commit().unwrap());
    let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
    let id = repository.commit(Some("HEAD"), &author, &author, subject, &tree, &parents).unwrap();
    repository.tag_lightweight(tag, &repository.find_object(id, None).unwrap(), false).unwrap();
}
