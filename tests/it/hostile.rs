//! Hostile repositories: every limit with an input that meets it, and everything that lies outside or never ends.

use std::fs;
use std::path::Path;
use std::process::Output;

use overlens::kustomize::Limits;
use overlens::kustomize::limits::LIMITS;

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

struct Repository(tempfile::TempDir);

impl Repository {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let file = folder.path().join("repo").join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        Self(folder)
    }

    fn path(&self, path: &str) -> std::path::PathBuf {
        self.0.path().join("repo").join(path)
    }

    fn build(&self, words: &[&str], limits: &str) -> Output {
        std::process::Command::new(env!("CARGO_BIN_EXE_overlens"))
            .arg("build")
            .args(words)
            .current_dir(self.path(""))
            .env("OVERLENS_LIMITS", limits)
            .output()
            .unwrap()
    }

    /// The words of a refusal.
    fn refusal(&self, words: &[&str]) -> String {
        let built = self.build(words, "");
        let said = String::from_utf8_lossy(&built.stderr).into_owned();
        assert_eq!(built.status.code(), Some(2), "it is not refused: {said}");
        assert!(built.stdout.is_empty());
        said
    }
}

/// For each limit an input that stays just within `NAME=large` and meets `NAME=small`.
fn inputs() -> Vec<(&'static str, Repository, &'static str, &'static str)> {
    let one = |text: &str| {
        Repository::new(&[
            ("kustomization.yaml", "resources: [a.yaml]\n"),
            ("a.yaml", &format!("{CONFIG_MAP}{text}")),
        ])
    };
    let chain = || {
        Repository::new(&[
            ("kustomization.yaml", "resources: [b]\n"),
            ("b/kustomization.yaml", "resources: [c]\n"),
            ("b/c/kustomization.yaml", "resources: [a.yaml]\n"),
            ("b/c/a.yaml", CONFIG_MAP),
        ])
    };
    let several = || one("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n");
    let deep = format!("data: {}x{}\n", "[".repeat(30), "]".repeat(30));
    let aliases = "data:\n  x: &x {a: '1', b: '2'}\n  y: [*x, *x, *x]\n";
    let pattern = "patches: [{target: {name: '((a{90}){10}|b)*'}, patch: '[]'}]\nresources: [a.yaml]\n";
    vec![
        ("file-bytes", one("data: {a: b}\n"), "10k", "20"),
        ("documents", several(), "2", "1"),
        ("depth", one(&deep), "40", "20"),
        ("values", one("data: {a: b, c: d, e: f}\n"), "20", "5"),
        ("alias-values", one(aliases), "20", "5"),
        ("include-depth", chain(), "5", "1"),
        ("kustomizations", chain(), "5", "2"),
        ("resources", several(), "2", "1"),
        (
            "regex-bytes",
            Repository::new(&[("kustomization.yaml", pattern), ("a.yaml", CONFIG_MAP)]),
            "10M",
            "1k",
        ),
        ("output-bytes", one("data: {a: 'many words are in this text'}\n"), "1k", "30"),
    ]
}

#[test]
fn every_limit_is_named_when_it_is_met_and_can_be_raised() {
    let inputs = inputs();
    for limit in &LIMITS {
        let found = inputs.iter().find(|(name, ..)| *name == limit.name);
        let (name, repository, large, small) =
            found.unwrap_or_else(|| panic!("no input for `{}`", limit.name));
        let enough = repository.build(&[&"--limit", &&*format!("{name}={large}")].map(|word| *word), "");
        let said = String::from_utf8_lossy(&enough.stderr).into_owned();
        assert!(enough.status.success(), "{name}={large}: {said}");
        let said = repository.refusal(&["--limit", &format!("{name}={small}")]);
        assert!(said.contains(&format!("--limit {name}=")), "{name}: {said}");
        // The same by the environment.
        let built = repository.build(&[], &format!("{name}={small}"));
        assert_eq!(built.status.code(), Some(2), "{name}");
    }
    assert_eq!(inputs.len(), LIMITS.len());
}

#[test]
fn the_help_lists_every_limit_with_its_default() {
    let repository = Repository::new(&[("a", "")]);
    let help = String::from_utf8(repository.build(&["--help"], "").stdout).unwrap();
    for limit in &LIMITS {
        let line = help.lines().find(|line| line.trim_start().starts_with(limit.name));
        let line = line.unwrap_or_else(|| panic!("`{}` is not in the help", limit.name));
        assert!(line.contains(&limit.get(&Limits::default()).to_string()), "{line}");
    }
}

#[test]
fn a_wrong_limit_is_refused() {
    let repository = Repository::new(&[("kustomization.yaml", "resources: []\n")]);
    assert!(repository.refusal(&["--limit", "deepth=3"]).contains("did you mean `depth`"));
}

#[test]
fn a_billion_laughs_ends_at_once() {
    let mut text = format!("{CONFIG_MAP}a: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let before = format!("*a{}, ", level - 1).repeat(10);
        text.push_str(&format!("l{level}: &a{level} [{before}]\n"));
    }
    let repository = Repository::new(&[("kustomization.yaml", "resources: [a.yaml]\n"), ("a.yaml", &text)]);
    assert!(repository.refusal(&[]).contains("aliases expand to more than"));
}

#[test]
fn deep_nesting_ends_at_once() {
    for text in ["[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(100_000), "? ".repeat(50_000)] {
        let text = format!("{CONFIG_MAP}data:\n  {text}");
        let repository =
            Repository::new(&[("kustomization.yaml", "resources: [a.yaml]\n"), ("a.yaml", &text)]);
        repository.refusal(&[]);
    }
}

#[test]
fn the_deepest_nesting_that_can_be_allowed_fits_the_stack() {
    let text = format!("{CONFIG_MAP}data: {}x{}\n", "[".repeat(990), "]".repeat(990));
    let repository = Repository::new(&[
        (
            "kustomization.yaml",
            "resources: [a.yaml]\npatches: [{patch: 'apiVersion: v1\n\n    kind: ConfigMap\n\n    metadata: {name: a, labels: {x: y}}'}]\nnamePrefix: p-\n",
        ),
        ("a.yaml", &text),
    ]);
    let built = repository.build(&["--limit", "depth=1000"], "");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
}

#[test]
fn circles_are_named() {
    let repository = Repository::new(&[
        ("kustomization.yaml", "resources: [a]\n"),
        ("a/kustomization.yaml", "resources: [../b]\n"),
        ("b/kustomization.yaml", "resources: [../a]\n"),
    ]);
    assert!(repository.refusal(&[]).contains("load/cycle"));
}

#[test]
fn inclusion_that_doubles_with_every_level_ends() {
    let names: Vec<(String, String)> = (0..40)
        .flat_map(|level| {
            let next = level + 1;
            let text = format!("resources: [../l{next}, ../m{next}]\n");
            [
                (format!("l{level}/kustomization.yaml"), text.clone()),
                (format!("m{level}/kustomization.yaml"), text),
            ]
        })
        .collect();
    let files: Vec<(&str, &str)> = names.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let repository = Repository::new(&files);
    repository.refusal(&["l0"]);
}

#[test]
fn catastrophic_patterns_take_no_time() {
    let long = "a".repeat(20_000);
    let resource = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {long}}}\n");
    let pattern = "resources: [a.yaml]\npatches: [{target: {name: '(a+)+b'}, patch: '[]'}]\nimages: [{name: '(a|aa)+c', newTag: x}]\n";
    let repository = Repository::new(&[("kustomization.yaml", pattern), ("a.yaml", &resource)]);
    assert!(repository.build(&[], "").status.success());
}

#[cfg(unix)]
mod on_unix {
    use super::*;
    use std::os::unix::fs::symlink;

    fn links(target: &Path) -> Repository {
        let repository = Repository::new(&[("kustomization.yaml", "resources: [a.yaml]\n")]);
        symlink(target, repository.path("a.yaml")).unwrap();
        repository
    }

    #[test]
    fn files_outside_are_not_read_by_any_way() {
        let repository = Repository::new(&[
            ("up/kustomization.yaml", "resources: [../../secret.yaml]\n"),
            ("patch/kustomization.yaml", "resources: [a.yaml]\npatches: [{path: ../../secret.yaml}]\n"),
            ("patch/a.yaml", CONFIG_MAP),
            ("data/kustomization.yaml", "configMapGenerator: [{name: a, files: [../../secret.yaml]}]\n"),
            ("env/kustomization.yaml", "configMapGenerator: [{name: a, envs: [../../secret.yaml]}]\n"),
            ("crd/kustomization.yaml", "resources: []\ncrds: [../../secret.yaml]\n"),
            ("openapi/kustomization.yaml", "resources: []\nopenapi: {path: ../../secret.yaml}\n"),
            ("config/kustomization.yaml", "resources: []\nconfigurations: [../../secret.yaml]\n"),
            ("replace/kustomization.yaml", "resources: []\nreplacements: [{path: ../../secret.yaml}]\n"),
            ("link/kustomization.yaml", "resources: [link.yaml]\n"),
        ]);
        fs::write(repository.path("../secret.yaml"), CONFIG_MAP.replace("name: a", "name: secret")).unwrap();
        symlink("../../secret.yaml", repository.path("link/link.yaml")).unwrap();
        for entry in fs::read_dir(repository.path("")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let said = repository.refusal(&[&name]);
            assert!(said.contains("outside"), "{name}: {said}");
        }
    }

    #[test]
    fn what_never_ends_is_not_opened() {
        for target in ["/dev/zero", "/dev/stdin", "/proc/self/environ", "/proc/self/mem", "/etc/hostname"] {
            let repository = links(Path::new(target));
            repository.refusal(&[]);
            if target.starts_with("/dev") {
                repository.refusal(&["--load-restrictor", "LoadRestrictionsNone"]);
            }
        }
    }

    #[test]
    fn a_pipe_is_refused_and_not_waited_for() {
        let repository = Repository::new(&[("kustomization.yaml", "resources: [a.yaml]\n")]);
        let pipe = repository.path("a.yaml");
        make_pipe(&pipe);
        assert!(repository.refusal(&[]).contains("neither a file nor a directory"));
        let repository = Repository::new(&[("x", "")]);
        make_pipe(&repository.path("kustomization.yaml"));
        repository.refusal(&[]);
    }

    fn make_pipe(path: &Path) {
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    #[test]
    fn links_that_lead_in_a_circle_are_refused() {
        let repository = Repository::new(&[("kustomization.yaml", "resources: [a.yaml]\n")]);
        symlink("b.yaml", repository.path("a.yaml")).unwrap();
        symlink("a.yaml", repository.path("b.yaml")).unwrap();
        assert!(repository.refusal(&[]).contains("leads back to itself"));
    }

    #[test]
    fn a_file_of_any_size_is_refused_by_its_size() {
        let repository = Repository::new(&[("kustomization.yaml", "resources: [a.yaml]\n")]);
        let file = fs::File::create(repository.path("a.yaml")).unwrap();
        file.set_len(1 << 40).unwrap();
        assert!(repository.refusal(&[]).contains("--limit file-bytes"));
    }
}
