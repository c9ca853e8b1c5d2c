//! The files that a layer reaches: its kustomization, every file that it names, and the bases it stands on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::{Diagnostic, FileId, RepoPath, Span};
use crate::vfs::{EntryKind, Source, SourceError};
use crate::yaml::{self, Node, Value};

const KUSTOMIZATION_FILES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Fields whose files are read as configurations that name further files.
const CONFIGURATIONS: [&str; 3] = ["generators", "transformers", "validators"];

/// Every file that building `directory` may read.
///
/// Any text in a kustomization that is the path of something there counts as naming it. That may take along a file
/// too many, never one too few.
///
/// # Errors
///
/// A file that is there cannot be read.
pub(super) fn files(
    source: &dyn Source,
    directory: &RepoPath,
) -> Result<BTreeMap<RepoPath, Arc<[u8]>>, Diagnostic> {
    let mut reach = Reach { source, files: BTreeMap::new(), waiting: vec![Visit::layer(directory.clone())] };
    let mut seen = BTreeSet::new();
    while let Some(visit) = reach.waiting.pop() {
        if seen.insert(visit.clone()) {
            reach.directory(&visit)?;
        }
    }
    Ok(reach.files)
}

/// A directory to be looked at.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Visit {
    directory: RepoPath,
    /// From where the files in it are seen as configurations of plugins; `None` when they are resources.
    configures: Option<RepoPath>,
}

impl Visit {
    fn layer(directory: RepoPath) -> Self {
        Self { directory, configures: None }
    }
}

struct Reach<'a> {
    source: &'a dyn Source,
    files: BTreeMap<RepoPath, Arc<[u8]>>,
    waiting: Vec<Visit>,
}

impl Reach<'_> {
    fn directory(&mut self, visit: &Visit) -> Result<(), Diagnostic> {
        for name in KUSTOMIZATION_FILES {
            let path = visit.directory.child(name);
            if self.take(&path)? {
                for node in self.nodes(&path) {
                    self.named(&node, visit)?;
                }
            }
        }
        Ok(())
    }

    /// Takes whatever the texts of a node name.
    fn named(&mut self, node: &Node, visit: &Visit) -> Result<(), Diagnostic> {
        match &node.value {
            Value::Scalar(scalar) if scalar.text.contains('\n') => {
                // A configuration of a plugin may stand inline.
                if visit.configures.is_some() {
                    for node in parse(scalar.text.as_bytes()) {
                        self.named(&node, visit)?;
                    }
                }
            }
            Value::Scalar(scalar) => {
                // `files:` of a generator may be `key=path`.
                let after = scalar.text.split_once('=').map(|(_, path)| path);
                for text in [Some(scalar.text.as_str()), after].into_iter().flatten() {
                    self.path(text, visit)?;
                }
            }
            Value::Sequence(items) => {
                for item in items {
                    self.named(item, visit)?;
                }
            }
            Value::Mapping(map) => {
                for entry in map.iter() {
                    let configures = CONFIGURATIONS.contains(&entry.key.as_str());
                    let mut visit = visit.clone();
                    if configures {
                        visit.configures.get_or_insert_with(|| visit.directory.clone());
                    }
                    self.named(&entry.value, &visit)?;
                }
            }
        }
        Ok(())
    }

    fn path(&mut self, text: &str, visit: &Visit) -> Result<(), Diagnostic> {
        let from = [Some(&visit.directory), visit.configures.as_ref()];
        for path in from.into_iter().flatten().filter_map(|from| from.join(text).ok()) {
            match self.source.kind(&path) {
                Ok(Some(EntryKind::Directory)) => {
                    self.waiting.push(Visit { directory: path, configures: visit.configures.clone() });
                }
                Ok(Some(EntryKind::File)) if !self.files.contains_key(&path) => {
                    self.take(&path)?;
                    if visit.configures.is_some() {
                        for node in self.nodes(&path) {
                            self.named(&node, visit)?;
                        }
                    }
                }
                // What is not there, or cannot be looked at, is for the build to complain about.
                Ok(Some(EntryKind::File) | None) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// Adds a file; `false` when it is not there.
    fn take(&mut self, path: &RepoPath) -> Result<bool, Diagnostic> {
        match self.source.read(path) {
            Ok(content) => {
                self.files.insert(path.clone(), content.bytes);
                Ok(true)
            }
            Err(SourceError::NotFound(_) | SourceError::NotDirectory(_) | SourceError::IsDirectory(_)) => {
                Ok(false)
            }
            Err(error) => Err(Diagnostic::error("generate/layer", error.to_string())
                .at(Span { file: self.source.file_name(path), line: 0, column: 0 }, "")
                .hint("A layer needs this file.")),
        }
    }

    /// The documents of a file that was taken; none when it is not YAML.
    fn nodes(&self, path: &RepoPath) -> Vec<Node> {
        self.files.get(path).map(|bytes| parse(bytes)).unwrap_or_default()
    }
}

fn parse(bytes: &[u8]) -> Vec<Node> {
    yaml::parse(bytes, FileId::NONE, &yaml::Limits::default()).unwrap_or_default()
}
