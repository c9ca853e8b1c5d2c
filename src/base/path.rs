//! A path from the repository root: relative, normal, checked once.

use std::fmt;
use std::sync::Arc;

/// A path from the root of a [`Source`](crate::vfs::Source). Never absolute, never contains `.` or `..`.
///
/// The root itself is the empty path. Parts are separated by `/` on every system.
///
/// Invariant: the constructors are the only way in, so code that holds one does not check again.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(Arc<str>);

/// Why a text is not a path inside the repository.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// The path starts at the root of the file system.
    #[error("`{0}` is an absolute path")]
    Absolute(String),
    /// The path climbs above the root of the repository.
    #[error("`{0}` leads outside the repository")]
    Outside(String),
    /// The path contains a NUL character, which no file system allows.
    #[error("`{0}` contains a NUL character")]
    Nul(String),
}

impl RepoPath {
    /// The root of the repository.
    #[must_use]
    pub fn root() -> Self {
        Self(Arc::from(""))
    }

    /// Reads a relative path; `.` and `a/../b` are made normal.
    ///
    /// # Errors
    ///
    /// [`PathError`] when the path is absolute or climbs above the root.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        Self::root().join(text)
    }

    /// The path that `relative` names when seen from this directory.
    ///
    /// # Errors
    ///
    /// [`PathError`] when `relative` is absolute or climbs above the root.
    pub fn join(&self, relative: &str) -> Result<Self, PathError> {
        if relative.starts_with('/') {
            return Err(PathError::Absolute(relative.to_owned()));
        }
        if relative.contains('\0') {
            return Err(PathError::Nul(relative.to_owned()));
        }
        let is_normal = |part: &str| !matches!(part, "" | "." | "..");
        if relative.split('/').all(is_normal) {
            return Ok(self.child(relative));
        }
        let mut parts: Vec<&str> = self.parts().collect();
        for part in relative.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    if parts.pop().is_none() {
                        return Err(PathError::Outside(relative.to_owned()));
                    }
                }
                name => parts.push(name),
            }
        }
        Ok(Self(Arc::from(parts.join("/"))))
    }

    /// The path of a direct child; `name` must be a single file name.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        if self.is_root() { Self(Arc::from(name)) } else { Self(Arc::from([&*self.0, "/", name].concat())) }
    }

    /// The directory that holds this path; `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        if self.is_root() {
            return None;
        }
        Some(self.0.rfind('/').map_or_else(Self::root, |slash| Self(Arc::from(&self.0[..slash]))))
    }

    /// The last part of the path; empty for the root.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or("")
    }

    /// The parts from the root down; none for the root itself.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }

    /// Whether this is the root.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this path is `directory` or lies below it.
    #[must_use]
    pub fn is_within(&self, directory: &Self) -> bool {
        self.rest_below(directory).is_some()
    }

    /// The text of this path as seen from `directory`, if it is that directory or lies below it.
    fn rest_below(&self, directory: &Self) -> Option<&str> {
        if directory.is_root() {
            return Some(&self.0);
        }
        let rest = self.0.strip_prefix(&*directory.0)?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
    }

    /// The path that `inner` has when it is seen from this directory.
    #[must_use]
    pub fn above(&self, inner: &Self) -> Self {
        if inner.is_root() { self.clone() } else { self.child(&inner.0) }
    }

    /// This path as seen from `directory`, if it is that directory or lies below it.
    #[must_use]
    pub fn below(&self, directory: &Self) -> Option<Self> {
        if directory.is_root() {
            return Some(self.clone());
        }
        self.rest_below(directory).map(|rest| Self(Arc::from(rest)))
    }

    /// How to write this path in a file that lies in `directory`, with `..` where needed; `.` for the same directory.
    #[must_use]
    pub fn relative_to(&self, directory: &Self) -> String {
        let own: Vec<&str> = self.parts().collect();
        let from: Vec<&str> = directory.parts().collect();
        let shared = own.iter().zip(&from).take_while(|(a, b)| a == b).count();
        let mut parts = vec![".."; from.len() - shared];
        parts.extend(&own[shared..]);
        if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
    }

    /// The path as text; empty for the root.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.is_root() { "." } else { &self.0 })
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

impl serde::Serialize for RepoPath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_resolved_and_never_climb_above_the_root() {
        assert_eq!(RepoPath::parse("a/./b/../c//d").unwrap().as_str(), "a/c/d");
        assert_eq!(RepoPath::parse(".").unwrap(), RepoPath::root());
        assert_eq!(RepoPath::parse("a/../.."), Err(PathError::Outside("a/../..".to_owned())));
        assert_eq!(RepoPath::parse("/etc"), Err(PathError::Absolute("/etc".to_owned())));
    }

    #[test]
    fn relative_text_leads_back_to_the_path() {
        let base = RepoPath::parse("tmp/account/prod/euw1").unwrap();
        for text in
            ["kustomize/archetype/api", "tmp/account", "tmp/account/prod/euw1", "tmp/account/prod/euw1/x"]
        {
            let path = RepoPath::parse(text).unwrap();
            assert_eq!(base.join(&path.relative_to(&base)).unwrap(), path);
        }
    }

    #[test]
    fn a_sibling_with_the_same_prefix_is_not_within() {
        let directory = RepoPath::parse("env/prod").unwrap();
        assert!(RepoPath::parse("env/prod/a").unwrap().is_within(&directory));
        assert!(!RepoPath::parse("env/prod-2/a").unwrap().is_within(&directory));
    }
}
