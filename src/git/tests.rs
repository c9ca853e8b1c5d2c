//! Questions to real repositories, made in temporary directories.

use std::thread;

use super::fixture::{Fixture, signature};
use super::*;
use crate::base::{Diagnostic, RepoPath};

fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}

fn history_of_three() -> (Fixture, [CommitId; 3]) {
    let fixture = Fixture::empty();
    let first = fixture.commit(0, "First", &[("a.yaml", "1\n"), ("b/c.yaml", "1\n")]);
    let second = fixture.commit(1, "Second\n\nwith a body", &[("a.yaml", "2\n")]);
    let third = fixture.commit(2, "Third", &[("b/c.yaml", "2\n")]);
    (fixture, [first, second, third])
}

#[test]
fn a_directory_without_a_repository_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let error = Repository::open(directory.path()).unwrap_err();
    assert_eq!(error, OpenError::NotRepository(directory.path().to_path_buf()));
    assert_eq!(Diagnostic::from(error).hints.len(), 1);
}

#[test]
fn a_repository_is_found_from_a_directory_inside() {
    let (fixture, _) = history_of_three();
    let found = Repository::discover(&fixture.path().join("b")).unwrap();
    let root = fixture.path().canonicalize().unwrap();
    assert_eq!(found.work_dir(), Some(root.as_path()));
    assert!(Repository::open(&fixture.path().join("b")).is_err());
}

#[test]
fn formats_that_cannot_be_read_are_named() {
    for (key, value, feature) in [
        ("extensions.objectformat", "sha256", "SHA-256 objects"),
        ("extensions.refstorage", "reftable", "reftable refs"),
        ("extensions.partialclone", "origin", "a partial clone (`--filter`)"),
        ("extensions.tomorrow", "yes", "an extension of git's format"),
        ("core.repositoryformatversion", "7", "a newer version of git's format"),
    ] {
        let fixture = Fixture::empty();
        let mut config = fixture.inner.config().unwrap();
        config.set_i32("core.repositoryformatversion", 1).unwrap();
        config.set_str(key, value).unwrap();
        let path = fixture.path().to_path_buf();
        assert_eq!(Repository::open(&path).unwrap_err(), OpenError::Unsupported { path, feature });
    }
}

#[test]
fn refs_are_found_by_every_name_that_git_understands() {
    let (fixture, [first, second, third]) = history_of_three();
    fixture.tag("v1", first);
    fixture.annotated_tag("v2", second, 5);
    fixture.set_ref("refs/heads/release/1", second);
    fixture.set_ref("refs/remotes/origin/next", third);
    let repository = fixture.open();
    let id = third.to_string();
    for (text, name, kind, commit) in [
        ("refs/tags/v1", Some("refs/tags/v1"), RefKind::Tag, first),
        ("tags/v1", Some("refs/tags/v1"), RefKind::Tag, first),
        ("v1", Some("refs/tags/v1"), RefKind::Tag, first),
        ("v2", Some("refs/tags/v2"), RefKind::Tag, second),
        ("refs/heads/main", Some("refs/heads/main"), RefKind::Branch, third),
        ("main", Some("refs/heads/main"), RefKind::Branch, third),
        ("release/1", Some("refs/heads/release/1"), RefKind::Branch, second),
        ("origin/next", Some("refs/remotes/origin/next"), RefKind::RemoteBranch, third),
        ("HEAD", Some("HEAD"), RefKind::Other, third),
        (&id, None, RefKind::Commit, third),
        (&id[..9], None, RefKind::Commit, third),
        ("main~1", None, RefKind::Other, second),
        ("v2^", None, RefKind::Other, first),
    ] {
        let wanted = ResolvedRef { text: text.to_owned(), name: name.map(str::to_owned), kind, commit };
        assert_eq!(repository.resolve(text), Ok(wanted));
    }
}

#[test]
fn a_tag_goes_before_a_branch_of_the_same_name() {
    let (fixture, [first, _, _]) = history_of_three();
    fixture.tag("main", first);
    assert_eq!(fixture.open().resolve("main").unwrap().commit, first);
    assert_eq!(fixture.open().resolve("refs/heads/main").unwrap().kind, RefKind::Branch);
}

#[test]
fn a_branch_that_only_a_remote_has_is_found_there() {
    let (fixture, [first, second, third]) = history_of_three();
    for (remote, commit) in [("mirror", first), ("other", second)] {
        fixture.inner.remote(remote, "https://example.org/x.git").unwrap();
        fixture.set_ref(&format!("refs/remotes/{remote}/stable"), commit);
    }
    fixture.set_ref("refs/remotes/mirror/feature/x", first);
    let repository = fixture.open();
    let found = repository.resolve("refs/heads/feature/x").unwrap();
    assert_eq!((found.name.as_deref(), found.commit), (Some("refs/remotes/mirror/feature/x"), first));
    assert!(matches!(repository.resolve("stable"), Err(RefError::Ambiguous { .. })));

    fixture.inner.remote("origin", "https://example.org/y.git").unwrap();
    fixture.set_ref("refs/remotes/origin/stable", third);
    assert_eq!(repository.resolve("stable").unwrap().commit, third);
}

#[test]
fn placeholders_are_told_from_refs_that_do_not_exist() {
    let (fixture, [first, _, _]) = history_of_three();
    fixture.tag("<odd>", first);
    let repository = fixture.open();
    for (text, placeholder) in [
        ("refs/tags/<CONFIG_TAG>", "<CONFIG_TAG>"),
        ("refs/tags/${TAG}", "${TAG}"),
        ("{{ .Values.ref }}", "{{ .Values.ref }}"),
        ("release-$(VERSION)-x", "$(VERSION)"),
    ] {
        let wanted = RefError::Placeholder { text: text.to_owned(), placeholder: placeholder.to_owned() };
        assert_eq!(repository.resolve(text), Err(wanted));
    }
    assert_eq!(repository.resolve("<odd>").unwrap().commit, first);
}

#[test]
fn an_unknown_ref_suggests_the_nearest_one_written_the_same_way() {
    let (fixture, [first, _, _]) = history_of_three();
    fixture.tag("config-2025.11.06", first);
    let repository = fixture.open();
    let nearest = |text: &str| match repository.resolve(text) {
        Err(RefError::Unknown { nearest, .. }) => nearest,
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(nearest("config-2025.11.60").as_deref(), Some("config-2025.11.06"));
    assert_eq!(nearest("refs/tags/config-2025.11.7").as_deref(), Some("refs/tags/config-2025.11.06"));
    assert_eq!(nearest("something else"), None);
    assert_eq!(nearest("0123456789012345678901234567890123456789"), None);
    assert_eq!(nearest("../../etc/passwd"), None);
    assert_eq!(nearest("config"), None);
    assert_eq!(repository.resolve(""), Err(RefError::Empty));
}

#[test]
fn a_ref_to_something_else_than_a_commit_is_refused() {
    let (fixture, [first, _, _]) = history_of_three();
    let tree = fixture.inner.find_commit(first.into()).unwrap().tree().unwrap();
    fixture.inner.tag("a-tree", tree.as_object(), &signature(1), "odd", false).unwrap();
    let blob = fixture.inner.blob(b"text").unwrap().to_string();
    let repository = fixture.open();
    let kind = |text: &str| match repository.resolve(text) {
        Err(RefError::NotCommit { kind, .. }) => kind,
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(kind("a-tree"), "tree");
    assert_eq!(kind(&blob), "file");
}

#[test]
fn a_commit_tells_who_when_and_what() {
    let (fixture, [_, second, _]) = history_of_three();
    let info = fixture.open().commit(second).unwrap();
    assert_eq!(info.id, second);
    assert_eq!((info.author.as_str(), info.email.as_str()), ("Mia Weber", "mia@example.org"));
    assert_eq!(info.subject, "Second");
    assert_eq!(info.time.iso(), "2025-10-02T14:00:00+02:00");
    assert_eq!(second.short(), second.to_string()[..7]);
    let nothing = CommitId(ObjectId([7; 20]));
    assert_eq!(fixture.open().commit(nothing), Err(GitError::Missing(nothing.0)));
}

#[test]
fn distances_count_both_ways() {
    let (fixture, [first, second, third]) = history_of_three();
    fixture.inner.set_head_detached(first.into()).unwrap();
    let aside = fixture.commit(3, "Aside", &[("d.yaml", "")]);
    let repository = fixture.open();
    assert_eq!(repository.ahead_behind(aside, third), Ok(Distance { ahead: 1, behind: 2 }));
    assert_eq!(repository.ahead_behind(third, second), Ok(Distance { ahead: 1, behind: 0 }));
    assert_eq!(repository.ahead_behind(third, third), Ok(Distance::default()));
    assert!(repository.ahead_behind(third, CommitId(ObjectId([7; 20]))).is_err());
}

#[test]
fn tags_come_newest_first_by_their_own_date() {
    let (fixture, [first, second, third]) = history_of_three();
    fixture.tag("middle", second);
    fixture.annotated_tag("late", first, 9);
    fixture.tag("old-b", first);
    fixture.tag("old-a", first);
    fixture.inner.reference("refs/tags/a-file", fixture.inner.blob(b"x").unwrap(), true, "").unwrap();
    let tags = fixture.open().tags().unwrap();
    let names: Vec<&str> = tags.iter().map(|tag| tag.name.as_str()).collect();
    assert_eq!(names, ["late", "middle", "old-b", "old-a"]);
    assert_eq!((tags[0].commit, tags[0].time.iso_date()), (first, "2025-10-10".to_owned()));

    fixture.set_ref("refs/remotes/origin/main", second);
    let branches = fixture.open().branches().unwrap();
    let names: Vec<(&str, RefKind, CommitId)> =
        branches.iter().map(|branch| (branch.name.as_str(), branch.kind, branch.commit)).collect();
    assert_eq!(names, [("main", RefKind::Branch, third), ("origin/main", RefKind::RemoteBranch, second)]);
}

#[test]
fn head_is_a_branch_or_a_commit() {
    let (fixture, [first, _, third]) = history_of_three();
    let repository = fixture.open();
    assert_eq!(repository.head(), Ok(Head::Branch { name: "main".to_owned(), commit: Some(third) }));
    fixture.inner.set_head_detached(first.into()).unwrap();
    assert_eq!(repository.head(), Ok(Head::Detached(first)));
}

#[test]
fn a_repository_without_commits_answers_every_question() {
    let fixture = Fixture::empty();
    fixture.write("new.yaml", "");
    let repository = fixture.open();
    let head = repository.head().unwrap();
    assert_eq!(head, Head::Branch { name: "main".to_owned(), commit: None });
    assert_eq!(head.commit(), None);
    assert_eq!(repository.tags(), Ok(vec![]));
    assert_eq!(repository.branches(), Ok(vec![]));
    for text in ["HEAD", "main", "HEAD~1"] {
        assert!(matches!(repository.resolve(text), Err(RefError::Unknown { .. })), "{text}");
    }
    let changes = repository.changes(&[path("")]).unwrap();
    assert_eq!(changes, [Change { path: path("new.yaml"), kind: ChangeKind::Untracked }]);
}

#[test]
fn changes_are_those_below_the_wanted_paths() {
    let (fixture, _) = history_of_three();
    fixture.write("a.yaml", "changed\n");
    fixture.write("b/new.yaml", "");
    std::fs::remove_file(fixture.path().join("b/c.yaml")).unwrap();
    let repository = fixture.open();
    let change = |name: &str, kind| Change { path: path(name), kind };
    assert_eq!(
        repository.changes(&[path("")]).unwrap(),
        [
            change("a.yaml", ChangeKind::Modified),
            change("b/c.yaml", ChangeKind::Deleted),
            change("b/new.yaml", ChangeKind::Untracked),
        ]
    );
    assert_eq!(repository.changes(&[path("a.yaml")]).unwrap(), [change("a.yaml", ChangeKind::Modified)]);
    assert_eq!(repository.changes(&[path("b")]).unwrap().len(), 2);
    assert_eq!(repository.is_dirty(&path("b/new.yaml")), Ok(true));
    assert_eq!(repository.is_dirty(&path("c")), Ok(false));
}

#[test]
fn the_history_of_a_path_holds_the_commits_that_touched_it() {
    let (fixture, [first, second, third]) = history_of_three();
    let repository = fixture.open();
    let touched = |name: &str, limit| {
        let history = repository.history(third, &path(name), limit).unwrap();
        let ids: Vec<CommitId> = history.commits.iter().map(|commit| commit.id).collect();
        (ids, history.complete)
    };
    assert_eq!(touched("a.yaml", 10), (vec![second, first], true));
    assert_eq!(touched("b", 10), (vec![third, first], true));
    assert_eq!(touched("b/c.yaml", 1), (vec![third], false));
    assert_eq!(touched("", 10), (vec![third, second, first], true));
    assert_eq!(touched("nothing", 10), (vec![], true));
}

#[test]
fn bare_repositories_and_extra_work_trees_open() {
    let (fixture, [_, _, third]) = history_of_three();
    let bare = tempfile::tempdir().unwrap();
    git2::build::RepoBuilder::new().bare(true).clone(fixture.path().to_str().unwrap(), bare.path()).unwrap();
    let repository = Repository::open(bare.path()).unwrap();
    assert_eq!(repository.work_dir(), None);
    assert_eq!(repository.resolve("main").unwrap().commit, third);
    assert_eq!(repository.changes(&[path("")]), Ok(vec![]));

    let elsewhere = tempfile::tempdir().unwrap();
    let extra = elsewhere.path().join("extra");
    fixture.inner.worktree("extra", &extra, None).unwrap();
    let repository = Repository::open(&extra).unwrap();
    assert_eq!(repository.resolve("HEAD").unwrap().commit, third);
    assert_eq!(repository.work_dir(), Some(extra.canonicalize().unwrap().as_path()));
}

#[test]
fn many_threads_ask_one_repository() {
    let (fixture, commits) = history_of_three();
    let repository = fixture.open();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for commit in commits {
                    let tree = repository.tree(repository.tree_at(commit).unwrap()).unwrap();
                    let file = tree.get("a.yaml").unwrap();
                    assert_eq!(repository.blob(file.id, 10).unwrap().len(), 2);
                    assert_eq!(repository.resolve("main").unwrap().commit, commits[2]);
                }
            });
        }
    });
}

#[test]
fn a_tree_is_sorted_by_name_and_a_file_over_the_limit_is_not_read() {
    let fixture = Fixture::empty();
    let commit = fixture.commit(0, "x", &[("a/x", "1"), ("a-b", "12345"), ("a.b", "1")]);
    let repository = fixture.open();
    let tree = repository.tree(repository.tree_at(commit).unwrap()).unwrap();
    let names: Vec<&str> = tree.entries().iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["a", "a-b", "a.b"]);
    assert_eq!(tree.get("a").unwrap().kind, TreeEntryKind::Directory);
    let id = tree.get("a-b").unwrap().id;
    assert_eq!(repository.blob(id, 4), Err(GitError::TooLarge { size: 5, limit: 4 }));
    assert!(repository.blob(id, 5).is_ok());
    assert_eq!(repository.blob(id, 4), Err(GitError::TooLarge { size: 5, limit: 4 }));
}
