//! Remote bases from local repositories, and Helm charts with a stand-in for helm, through the real program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use overlens::base::RepoPath;
use overlens::kustomize::outside::{Remotes, RepositoryAddress};
use overlens::kustomize::{BuildOptions, Engine, Limits, Outside};
use overlens::outside::{Cache, HelmProgram, UserRemotes};
use overlens::vfs::{GitTree, Memory};

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\n";

/// A folder with repositories, a cache and a directory to build, removed at the end.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    /// `None`, and a word about it, when there is no `git` to fetch with.
    fn new() -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        if !std::env::split_paths(&path).any(|folder| folder.join("git").is_file()) {
            #[expect(clippy::print_stderr, reason = "what was not tested is said")]
            {
                eprintln!("SKIPPED: there is no git");
            }
            return None;
        }
        Some(Self { folder: tempfile::tempdir().unwrap() })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn url(&self, name: &str) -> String {
        format!("file://{}", self.path(name).display())
    }

    /// A repository with one commit; files may name other repositories as `{name}`.
    fn repository(&self, name: &str, files: &[(&str, &str)]) -> git2::Repository {
        self.write(name, files);
        let repository = git2::Repository::init(self.path(name)).unwrap();
        commit(&repository);
        repository
    }

    fn write(&self, name: &str, files: &[(&str, &str)]) {
        for (path, text) in files {
            let file = self.path(name).join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            let text = text.replace("{url}", &format!("file://{}", self.folder.path().display()));
            fs::write(file, text).unwrap();
        }
    }

    fn remotes(&self, offline: bool) -> UserRemotes {
        UserRemotes::new(Cache::new(self.path("cache")), offline, 1 << 20)
    }

    fn address(&self, rest: &str) -> RepositoryAddress {
        RepositoryAddress::parse(&self.url(rest)).unwrap()
    }

    fn overlens(&self, words: &[&str]) -> Output {
        run(self.folder.path(), words, &[("OVERLENS_REMOTE_CACHE", self.path("cache").as_os_str())])
    }
}

fn run(directory: &Path, words: &[&str], variables: &[(&str, &std::ffi::OsStr)]) -> Output {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_overlens"));
    command.args(words).current_dir(directory).env("NO_COLOR", "1");
    for name in ["OVERLENS_ALLOW_REMOTE", "OVERLENS_OFFLINE", "OVERLENS_LIMITS"] {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied()).output().unwrap()
}

fn commit(repository: &git2::Repository) -> git2::Oid {
    let me = git2::Signature::new("a", "a@example.com", &git2::Time::new(0, 0)).unwrap();
    let mut index = repository.index().unwrap();
    index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
    index.write().unwrap();
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let parent = repository.head().ok().map(|head| head.peel_to_commit().unwrap());
    let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
    repository.commit(Some("HEAD"), &me, &me, "change", &tree, &parents).unwrap()
}

fn tag(repository: &git2::Repository, name: &str, commit: git2::Oid) {
    repository.tag_lightweight(name, &repository.find_object(commit, None).unwrap(), false).unwrap();
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn named(name: &str) -> String {
    CONFIG_MAP.replace("NAME", name)
}

#[test]
fn a_remote_base_is_refused_with_its_line_until_it_is_allowed() {
    let Some(place) = Place::new() else { return };
    let base = [("base/kustomization.yaml", "resources: [cm.yaml]\n"), ("base/cm.yaml", &named("one"))];
    let repository = place.repository("repo", &base);
    let first = repository.head().unwrap().target().unwrap();
    tag(&repository, "v1", first);
    place.write(
        "top",
        &[("kustomization.yaml", "resources:\n- '{url}/repo//base?ref=v1'\nnamePrefix: my-\n")],
    );

    let refused = place.overlens(&["build", "top"]);
    assert_eq!(refused.status.code(), Some(2));
    let said = stderr(&refused);
    assert!(said.contains("load/remote") && said.contains("top/kustomization.yaml:2:3"), "{said}");
    assert!(said.contains("--allow-remote"), "{said}");
    assert!(!place.path("cache").exists(), "nothing was fetched");

    let early = place.overlens(&["build", "top", "--offline"]);
    assert!(stderr(&early).contains("remote/offline"), "{}", stderr(&early));

    let built = place.overlens(&["build", "top", "--allow-remote"]);
    assert_eq!(
        stdout(&built),
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: my-one\n",
        "{}",
        stderr(&built)
    );

    // What was fetched is there without the repository.
    fs::rename(place.path("repo"), place.path("gone")).unwrap();
    let offline = place.overlens(&["build", "top", "--offline"]);
    assert_eq!(stdout(&offline), stdout(&built), "{}", stderr(&offline));
}

#[test]
fn a_ref_is_looked_up_once_a_run_and_a_full_commit_id_never_again() {
    let Some(place) = Place::new() else { return };
    let repository =
        place.repository("repo", &[("kustomization.yaml", "resources: [a.yaml]\n"), ("a.yaml", &named("a"))]);
    let first = repository.head().unwrap().target().unwrap();
    let remotes = place.remotes(false);
    let label = |remotes: &UserRemotes, rest: &str| remotes.repository(&place.address(rest)).unwrap().label;
    assert_eq!(label(&remotes, "repo"), format!("repo@{first}"));

    place.write("repo", &[("a.yaml", &named("b"))]);
    let second = commit(&repository);
    assert_eq!(label(&remotes, "repo"), format!("repo@{first}"), "the same run");
    assert_eq!(label(&place.remotes(false), "repo"), format!("repo@{second}"), "the next run");

    let by_id = format!("repo?ref={first}");
    drop(repository);
    fs::remove_dir_all(place.path("repo")).unwrap();
    assert_eq!(label(&place.remotes(false), &by_id), format!("repo@{first}"), "it is in the mirror");
}

#[test]
fn blame_names_the_file_of_the_remote_repository_and_its_commit() {
    let Some(place) = Place::new() else { return };
    let repository =
        place.repository("repo", &[("kustomization.yaml", "resources: [a.yaml]\n"), ("a.yaml", &named("a"))]);
    let commit = repository.head().unwrap().target().unwrap().to_string();
    place.write("top", &[("kustomization.yaml", "resources: ['{url}/repo']\n")]);
    let words = ["blame", "--build", "top", "--path", "ConfigMap/a:metadata.name", "--allow-remote"];
    let said = stdout(&place.overlens(&words));
    let line = format!("repo/a.yaml:3:18 @ {}", &commit[..8]);
    assert!(said.contains(&line), "{said}");
}

#[test]
fn a_layer_of_a_platform_may_stand_on_a_remote_base() {
    let Some(place) = Place::new() else { return };
    place.repository("repo", &[("kustomization.yaml", "resources: [a.yaml]\n"), ("a.yaml", &named("afar"))]);
    assert!(place.overlens(&["demo", "--into", "platform", "--no-open"]).status.success());
    let layer = place.path("platform/kustomize/archetype/api/kustomization.yaml");
    let text = fs::read_to_string(&layer).unwrap();
    let line = format!("resources:\n  - {}", place.url("repo"));
    fs::write(&layer, text.replacen("resources:", &line, 1)).unwrap();

    let words = ["-C", "platform", "render", "account-service@prod/euw1:."];
    let refused = stderr(&place.overlens(&words));
    assert!(
        refused.contains("load/remote") && refused.contains("archetype/api/kustomization.yaml:6:5"),
        "{refused}"
    );
    let rendered = place.overlens(&[&words[..], &["--allow-remote"]].concat());
    assert!(stdout(&rendered).contains("name: afar\n"), "{}", stderr(&rendered));
}

#[test]
fn submodules_are_fetched_when_one_of_their_files_is_wanted() {
    let Some(place) = Place::new() else { return };
    let library = place
        .repository("library", &[("kustomization.yaml", "resources: [x.yaml]\n"), ("x.yaml", &named("x"))]);
    let pinned = library.head().unwrap().target().unwrap();
    place.write("library", &[("x.yaml", &named("later"))]);
    commit(&library);
    let repository = place.repository(
        "repo",
        &[
            (".gitmodules", "[submodule \"library\"]\n\tpath = vendor/library\n\turl = ../library\n"),
            ("kustomization.yaml", "resources: [vendor/library]\n"),
        ],
    );
    let mut index = repository.index().unwrap();
    let entry = git2::IndexEntry {
        ctime: git2::IndexTime::new(0, 0),
        mtime: git2::IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: 0o160_000,
        uid: 0,
        gid: 0,
        file_size: 0,
        id: pinned,
        flags: 0,
        flags_extended: 0,
        path: b"vendor/library".to_vec(),
    };
    index.add(&entry).unwrap();
    index.write().unwrap();
    commit_index(&repository);

    let built = place.overlens(&["build", "--allow-remote", &place.url("repo")]);
    assert!(stdout(&built).contains("name: x\n"), "{}", stderr(&built));
    let without =
        place.overlens(&["build", "--allow-remote", &format!("{}?submodules=false", place.url("repo"))]);
    assert!(stderr(&without).contains("is a git submodule"), "{}", stderr(&without));
}

fn commit_index(repository: &git2::Repository) {
    let me = git2::Signature::new("a", "a@example.com", &git2::Time::new(0, 0)).unwrap();
    let mut index = repository.index().unwrap();
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let parent = repository.head().unwrap().peel_to_commit().unwrap();
    repository.commit(Some("HEAD"), &me, &me, "change", &tree, &[&parent]).unwrap();
}

#[test]
fn what_git_says_about_a_failure_is_shown() {
    let Some(place) = Place::new() else { return };
    place.repository("repo", &[("a", "")]);
    let no_ref = place.remotes(false).repository(&place.address("repo?ref=v9")).unwrap_err();
    assert_eq!(no_ref.code, "remote/failed");
    assert!(no_ref.hint.unwrap().contains("v9"));
    let nothing = place.remotes(false).repository(&place.address("nothing")).unwrap_err();
    assert_eq!(nothing.code, "remote/failed");
}

#[test]
fn no_address_can_hand_git_an_option_or_a_command() {
    let Some(place) = Place::new() else { return };
    place.repository("repo", &[("a", "")]);
    let witness = place.path("witness");
    let touch = format!("touch {}", witness.display());
    let url = place.url("repo");
    let addresses = [
        format!("{url}?ref=--upload-pack={touch}"),
        format!("{url}?ref=HEAD:refs/heads/x"),
        format!("{url}?ref=%2BHEAD"),
        format!("{url}?ref=a%0Ab"),
        format!("ssh://-oProxyCommand={touch}/org/repo"),
        format!("git@-oProxyCommand={touch}:org/repo"),
        format!("file://ext::sh -c '{touch}'"),
    ];
    for text in addresses {
        let Some(address) = RepositoryAddress::parse(&text) else { continue };
        let refused = place.remotes(false).repository(&address).unwrap_err();
        assert_eq!(refused.code, "remote/address", "{text}");
    }
    for text in ["ext::sh -c touch% x", "-u./x", "--upload-pack=x"] {
        assert_eq!(RepositoryAddress::parse(text), None, "{text}");
    }
    assert!(!witness.exists());
}

#[test]
fn a_password_in_an_address_is_not_shown() {
    let Some(place) = Place::new() else { return };
    let address = RepositoryAddress::parse("http://me:secret@localhost:1/org/repo?timeout=5").unwrap();
    let refused = place.remotes(false).repository(&address).unwrap_err();
    assert!(!refused.message.contains("secret"), "{refused}");
}

#[test]
fn a_remote_repository_reaches_nothing_of_this_machine() {
    let Some(place) = Place::new() else { return };
    fs::write(place.path("secret.yaml"), named("secret")).unwrap();
    let repository = place.repository(
        "repo",
        &[
            ("up/kustomization.yaml", "resources: [../../secret.yaml]\n"),
            ("absolute/kustomization.yaml", "resources: ['/etc']\n"),
            ("file/kustomization.yaml", "configMapGenerator: [{name: x, files: [../../secret.yaml]}]\n"),
        ],
    );
    std::os::unix::fs::symlink("../../secret.yaml", place.path("repo/up/link.yaml")).unwrap();
    fs::create_dir_all(place.path("repo/link")).unwrap();
    std::os::unix::fs::symlink(place.path("secret.yaml"), place.path("repo/link/link.yaml")).unwrap();
    fs::write(place.path("repo/link/kustomization.yaml"), "resources: [link.yaml]\n").unwrap();
    commit(&repository);
    for directory in ["up", "absolute", "file", "link"] {
        let built =
            place.overlens(&["build", "--allow-remote", &format!("{}//{directory}", place.url("repo"))]);
        assert_eq!(built.status.code(), Some(2), "{directory}");
        assert!(!stdout(&built).contains("secret"), "{directory}");
    }
}

/// A script in the place of helm, which writes down its words.
fn stand_in(place: &Path) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let script = place.join("helm");
    let text = "#!/bin/sh\nset -eu\necho \"$@\" >> \"$(dirname \"$0\")/calls\"\n\
        case \"$1\" in\nversion) echo v3.1.2;;\ntemplate) test -f \"$3/values.yaml\"; cat \"$3/manifest.yaml\";;\nesac\n";
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    script
}

const CHART: [(&str, &str); 3] = [
    ("kustomization.yaml", "helmCharts:\n- name: web\n  releaseName: shop\nnamePrefix: my-\n"),
    ("charts/web/values.yaml", "a: b\n"),
    ("charts/web/manifest.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n"),
];

#[test]
fn a_chart_is_refused_with_its_line_until_helm_is_allowed() {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in CHART {
        fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
        fs::write(folder.path().join(path), text).unwrap();
    }
    let helm = stand_in(folder.path());
    let refused = run(folder.path(), &["build"], &[]);
    assert_eq!(refused.status.code(), Some(2));
    let said = stderr(&refused);
    assert!(said.contains("helm/not-allowed") && said.contains("kustomization.yaml:2:3"), "{said}");
    assert!(said.contains("--enable-helm"), "{said}");
    assert!(!folder.path().join("calls").exists());

    let built =
        run(folder.path(), &["build", "--enable-helm", "--helm-command", helm.to_str().unwrap()], &[]);
    assert_eq!(
        stdout(&built),
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: my-web\n",
        "{}",
        stderr(&built)
    );
}

#[test]
fn a_chart_in_a_git_tree_or_in_memory_is_handed_to_helm_in_a_temporary_directory() {
    let folder = tempfile::tempdir().unwrap();
    let helm = stand_in(folder.path());
    let files = folder.path().join("repo");
    for (path, text) in CHART {
        fs::create_dir_all(files.join(path).parent().unwrap()).unwrap();
        fs::write(files.join(path), text).unwrap();
    }
    let repository = git2::Repository::init(&files).unwrap();
    let id = commit(&repository);
    let tree = overlens::git::Repository::open(&files).unwrap();
    let tree = GitTree::at(&tree, id.to_string().parse().unwrap()).unwrap();
    let memory = Memory::new(CHART.map(|(path, text)| (RepoPath::parse(path).unwrap(), text)));
    let helm = HelmProgram::new(helm.into(), overlens::kustomize::outside::HelmFlags::default());
    let outside = Outside { helm: Some(std::sync::Arc::new(helm)), ..Outside::default() };
    let engine = Engine::reaching(Limits::default(), outside);
    let sources: [&dyn overlens::vfs::Source; 2] = [&tree, &memory];
    for source in sources {
        let built = engine.build(source, &RepoPath::root(), &BuildOptions::default()).unwrap();
        assert_eq!(built.to_yaml().unwrap(), "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: my-web\n");
    }
    let calls = fs::read_to_string(folder.path().join("calls")).unwrap();
    let mut used = calls.split_whitespace().filter(|word| word.contains("kustomize-helm-"));
    assert!(used.clone().count() >= 2, "{calls}");
    assert!(used.all(|word| !Path::new(word).exists()), "the temporary directories are gone: {calls}");
}

#[test]
fn resources_go_to_files_of_their_own_when_the_output_is_a_directory() {
    let folder = tempfile::tempdir().unwrap();
    let text = "resources: [all.yaml]\n";
    fs::write(folder.path().join("kustomization.yaml"), text).unwrap();
    let all = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: A, namespace: x}\n---\n\
        apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n---\n\
        apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n";
    fs::write(folder.path().join("all.yaml"), all).unwrap();
    fs::create_dir(folder.path().join("out")).unwrap();
    let built = run(folder.path(), &["build", "-o", "out"], &[]);
    assert!(built.status.success() && built.stdout.is_empty(), "{}", stderr(&built));
    let mut names: Vec<String> = fs::read_dir(folder.path().join("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        ["default_apps_v1_deployment_web.yaml", "v1_namespace_x.yaml", "x_v1_configmap_a.yaml"]
    );
}
