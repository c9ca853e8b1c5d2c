//! Where the submodules of a repository come from: the file `.gitmodules`, and URLs relative to the repository's own.

use crate::base::RepoPath;

/// The URL of the submodule at a path, as `.gitmodules` has it; `None` when it has none.
pub(super) fn url_of(gitmodules: &str, path: &RepoPath) -> Option<String> {
    let mut sections: Vec<(Option<String>, Option<String>)> = Vec::new();
    for line in gitmodules.lines().map(str::trim) {
        if line.starts_with('[') {
            sections.push((None, None));
            continue;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        let Some((own_path, own_url)) = sections.last_mut() else { continue };
        let value = unquoted(value.trim());
        match key.trim().to_ascii_lowercase().as_str() {
            "path" => *own_path = Some(value),
            "url" => *own_url = Some(value),
            _ => {}
        }
    }
    let is_it = |own: &str| RepoPath::parse(own).is_ok_and(|own| own == *path);
    sections.into_iter().find(|(own, _)| own.as_deref().is_some_and(is_it)).and_then(|(_, url)| url)
}

fn unquoted(text: &str) -> String {
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(inner) => inner.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => text.to_owned(),
    }
}

/// A URL as seen from a repository: one that begins with `./` or `../` is relative to that repository's own.
pub(super) fn resolve(parent: &str, url: &str) -> String {
    if !url.starts_with("./") && !url.starts_with("../") {
        return url.to_owned();
    }
    let mut base = parent.trim_end_matches('/').to_owned();
    let mut rest = url;
    loop {
        if let Some(after) = rest.strip_prefix("./") {
            rest = after;
        } else if let Some(after) = rest.strip_prefix("../") {
            let end = base.rfind(['/', ':']).unwrap_or(0);
            base.truncate(end);
            rest = after;
        } else {
            // `git@host:repository` has a colon where others have a slash.
            let separator =
                if !base.contains("://") && !base.contains(':') && parent.contains(':') { ':' } else { '/' };
            return format!("{base}{separator}{rest}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_submodule_is_found_by_its_path() {
        let text = "[submodule \"lib\"]\n\tpath = vendor/lib\n\turl = ../lib.git\n[submodule \"x\"]\n\turl = \"https://h/x\"\n\tpath = x\n";
        let url = |path: &str| url_of(text, &RepoPath::parse(path).unwrap());
        assert_eq!(url("vendor/lib").as_deref(), Some("../lib.git"));
        assert_eq!(url("x").as_deref(), Some("https://h/x"));
        assert_eq!(url("lib"), None);
    }

    #[test]
    fn relative_urls_are_seen_from_the_repository() {
        assert_eq!(resolve("https://h/org/repo.git", "../lib.git"), "https://h/org/lib.git");
        assert_eq!(resolve("https://h/org/repo", "../../o/lib"), "https://h/o/lib");
        assert_eq!(resolve("git@h:org/repo", "../lib"), "git@h:org/lib");
        assert_eq!(resolve("git@h:repo", "../lib"), "git@h:lib");
        assert_eq!(resolve("file:///srv/repo", "./lib"), "file:///srv/repo/lib");
        assert_eq!(resolve("https://h/r", "https://other/x"), "https://other/x");
    }
}
