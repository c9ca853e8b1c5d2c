//! Addresses of remote repositories: which texts are one, and what they say, by kustomize's rules.

use std::time::Duration;

use super::duration;

/// A directory in a remote repository.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RepositoryAddress {
    /// The address as it was written.
    pub written: String,
    /// What `git` is given to fetch from.
    pub clone_url: String,
    /// The directory in the repository; empty for its root.
    pub directory: String,
    /// Branch, tag or commit; empty for the repository's own choice (`HEAD`).
    pub reference: String,
    /// How long fetching may take.
    pub timeout: Duration,
    /// Whether the files of submodules belong to it.
    pub submodules: bool,
    /// Whether the text begins with the prefix `git::`, which kustomize drops with a warning.
    pub forced_git: bool,
}

/// How long fetching may take unless the address says otherwise.
const TIMEOUT: Duration = Duration::from_secs(27);

const SSH: &str = "ssh://";
const FILE: &str = "file://";
const HTTPS: &str = "https://";
const SCHEMES: [&str; 4] = [SSH, HTTPS, "http://", FILE];

/// What comes before the name of the repository on Azure.
const AZURE: &str = "_git/";

impl RepositoryAddress {
    /// Reads an address; `None` when the text is a path to kustomize.
    ///
    /// The parts are found as kustomize finds them: repository and directory are told apart by `_git/`, by `//` or
    /// by `.git`, else the repository is the first two parts of the path, and with `file://` all of it.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        if written.starts_with('/') {
            return None;
        }
        let (text, query) = written.split_once('?').unwrap_or((written, ""));
        let query = Query::parse(query);
        let (text, forced_git) = match strip_ignoring_case(text, "git::") {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let (host, path, takes_all) = split_host(text)?;
        let (repository, directory) = split_path(path, takes_all)?;
        if repository.is_empty() || leaves(directory) {
            return None;
        }
        Some(Self {
            written: written.to_owned(),
            clone_url: format!("{host}{repository}"),
            directory: directory.strip_prefix('/').unwrap_or(directory).to_owned(),
            reference: query.reference,
            timeout: query.timeout,
            submodules: query.submodules,
            forced_git,
        })
    }

    /// Whether the repository is on this machine.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.clone_url.starts_with(FILE)
    }

    /// Whether the address itself says that it is a repository, rather than a file behind a URL: it names a ref, or
    /// marks where the repository ends.
    #[must_use]
    pub fn is_explicit(&self) -> bool {
        let (text, query) = self.written.split_once('?').unwrap_or((&self.written, ""));
        let path = text.split_once("://").map_or(text, |(_, path)| path);
        !super::is_url(text)
            || query.contains("ref=")
            || query.contains("version=")
            || path.contains("//")
            || path.contains(".git")
            || path.contains(AZURE)
    }
}

fn strip_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let start = text.get(..prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// The scheme, user and host as `git` wants them; the rest; and whether the rest is the repository as a whole.
fn split_host(text: &str) -> Option<(String, &str, bool)> {
    let (scheme, rest) = SCHEMES
        .iter()
        .find_map(|scheme| Some((*scheme, strip_ignoring_case(text, scheme)?)))
        .unwrap_or(("", text));
    if scheme == FILE {
        return Some((FILE.to_owned(), rest, true));
    }
    let (user, rest) = split_user(rest);
    let lower = rest.to_ascii_lowercase();
    let is_github = lower.starts_with("github.com/") || lower.starts_with("github.com:");
    // `user@host:path`, without a scheme.
    let is_short = scheme.is_empty() && (!user.is_empty() || is_github);
    if scheme.is_empty() && !is_short {
        return None;
    }
    let slash = rest.find('/');
    let end = match rest.find(':') {
        Some(colon) if is_short && slash.is_none_or(|slash| colon > 0 && colon < slash) => Some(colon),
        _ => slash,
    };
    let (host, rest) = end.map_or((rest, ""), |end| rest.split_at(end + 1));
    if is_github {
        let over_ssh = scheme == SSH || !user.is_empty();
        let host = if over_ssh { format!("{user}github.com:") } else { format!("{HTTPS}github.com/") };
        return Some((host, rest, false));
    }
    (!host.is_empty()).then(|| (format!("{scheme}{user}{host}"), rest, false))
}

/// A user name with its `@`, and the rest.
fn split_user(text: &str) -> (&str, &str) {
    let name = text.split_once('@').map(|(name, _)| name).filter(|name| {
        name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '-')
    });
    text.split_at(name.map_or(0, |name| name.len() + 1))
}

/// The repository and the directory in it.
fn split_path(path: &str, takes_all: bool) -> Option<(&str, &str)> {
    if let Some(start) = path.find(AZURE) {
        let name = start + AZURE.len();
        let end = path[name..].find('/').map_or(path.len(), |slash| name + slash);
        return Some((&path[..end], path.get(end + 1..).unwrap_or("")));
    }
    if let Some((repository, directory)) = path.split_once("//") {
        return Some((repository, directory));
    }
    if let Some(start) = path.find(".git") {
        return Some(path.split_at(start + ".git".len()));
    }
    if takes_all {
        return Some((path, ""));
    }
    let (first, rest) = path.split_once('/')?;
    let end = rest.find('/').map_or(path.len(), |slash| first.len() + 1 + slash);
    Some((&path[..end], path.get(end + 1..).unwrap_or("")))
}

/// Whether a directory climbs out of its repository.
fn leaves(directory: &str) -> bool {
    let mut depth = 0_usize;
    for part in directory.split('/') {
        match part {
            "" | "." => {}
            ".." if depth == 0 => return true,
            ".." => depth -= 1,
            _ => depth += 1,
        }
    }
    false
}

/// What stands behind the `?`.
struct Query {
    reference: String,
    timeout: Duration,
    submodules: bool,
}

impl Query {
    /// Reads `ref` (or `version`), `timeout` and `submodules`. As in kustomize, a query that cannot be read counts as
    /// empty, and so does a single value that cannot.
    fn parse(text: &str) -> Self {
        let values = pairs(text).unwrap_or_default();
        let get = |name: &str| {
            values
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.as_str())
                .filter(|it| !it.is_empty())
        };
        let timeout = get("timeout").and_then(|text| match text.parse::<i64>() {
            Ok(seconds) => u64::try_from(seconds).ok().filter(|it| *it > 0).map(Duration::from_secs),
            Err(_) => duration::parse(text),
        });
        let submodules =
            get("submodules").is_none_or(|text| !["0", "f", "F", "FALSE", "false", "False"].contains(&text));
        Self {
            reference: get("ref").or_else(|| get("version")).unwrap_or_default().to_owned(),
            timeout: timeout.unwrap_or(TIMEOUT),
            submodules,
        }
    }
}

/// The pairs of a query, decoded; `None` when there is something in it that is no pair.
fn pairs(query: &str) -> Option<Vec<(String, String)>> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            if part.contains(';') {
                return None;
            }
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            Some((decoded(key)?, decoded(value)?))
        })
        .collect()
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let code = digit(rest.next()?)? * 16 + digit(rest.next()?)?;
                bytes.push(u8::try_from(code).ok()?);
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(String, String, String)> {
        RepositoryAddress::parse(text).map(|it| (it.clone_url, it.directory, it.reference))
    }

    #[test]
    fn repository_directory_and_ref_are_told_apart_as_in_kustomize() {
        let table = [
            ("https://github.com/org/repo", "https://github.com/org/repo", "", ""),
            ("https://github.com/org/repo/a/b?ref=v1", "https://github.com/org/repo", "a/b", "v1"),
            ("https://github.com/org/repo//a/b?ref=v1", "https://github.com/org/repo", "a/b", "v1"),
            ("github.com/org/repo//a?version=v1", "https://github.com/org/repo", "a", "v1"),
            ("github.com:org/repo", "https://github.com/org/repo", "", ""),
            ("git@github.com:org/repo.git//a?ref=main", "git@github.com:org/repo.git", "a", "main"),
            ("git@github.com/org/repo", "git@github.com:org/repo", "", ""),
            ("ssh://git@github.com/org/repo.git/a", "git@github.com:org/repo.git", "a", ""),
            (
                "ssh://git@ssh.github.com:443/org/repo.git",
                "ssh://git@ssh.github.com:443/org/repo.git",
                "",
                "",
            ),
            ("git@gitlab.com:group/sub/repo.git//a", "git@gitlab.com:group/sub/repo.git", "a", ""),
            ("git::https://host.xz/a/b/c", "https://host.xz/a/b", "c", ""),
            ("GIT::HTTPS://host.xz/a/b", "https://host.xz/a/b", "", ""),
            ("file:///srv/repo", "file:///srv/repo", "", ""),
            ("file:///srv/repo//a?ref=v1", "file:///srv/repo", "a", "v1"),
            ("file:///srv/repo.git/a", "file:///srv/repo.git", "a", ""),
            (
                "https://me@dev.azure.com/org/project/_git/repo/a/b",
                "https://me@dev.azure.com/org/project/_git/repo",
                "a/b",
                "",
            ),
            (
                "https://github.com/org/repo//a?ref=feature%2Fx&timeout=2m",
                "https://github.com/org/repo",
                "a",
                "feature/x",
            ),
        ];
        for (text, url, directory, reference) in table {
            let expected = (url.to_owned(), directory.to_owned(), reference.to_owned());
            assert_eq!(parts(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_kustomize_takes_for_a_path_is_none() {
        for text in [
            "",
            "base",
            "../base",
            "/srv/repo",
            "host.xz/org/repo",
            "host.xz:org/repo",
            "git::base",
            "https://github.com/org",
            "https://host.xz",
            "https://github.com/org/repo//../../x",
            "git://host.xz/org/repo",
            "ext::sh -c touch",
            "-u@host:repo",
        ] {
            assert_eq!(parts(text), None, "{text}");
        }
    }

    #[test]
    fn a_query_sets_the_timeout_and_submodules() {
        let query = |text: &str| {
            let address = RepositoryAddress::parse(&format!("github.com/org/repo?{text}")).unwrap();
            (address.reference, address.timeout.as_millis(), address.submodules)
        };
        assert_eq!(query(""), (String::new(), 27_000, true));
        assert_eq!(query("timeout=61"), (String::new(), 61_000, true));
        assert_eq!(query("timeout=1m30s&submodules=false"), (String::new(), 90_000, false));
        assert_eq!(query("timeout=-3&submodules=maybe"), (String::new(), 27_000, true));
        assert_eq!(query("version=a&ref=b"), ("b".to_owned(), 27_000, true));
        // One part that is no pair, and none of it counts.
        assert_eq!(query("ref=v1&x=%zz"), (String::new(), 27_000, true));
    }

    #[test]
    fn a_url_without_marks_may_be_a_file() {
        let explicit = |text: &str| RepositoryAddress::parse(text).unwrap().is_explicit();
        assert!(explicit("https://github.com/org/repo?ref=v1"));
        assert!(explicit("https://github.com/org/repo//a"));
        assert!(explicit("github.com/org/repo"));
        assert!(explicit("file:///srv/repo"));
        assert!(!explicit("https://host.xz/releases/v1/install.yaml"));
        assert!(!explicit("https://github.com/org/repo/a"));
    }
}
