//! Reading what a kustomization names: files within its reach, and directories with kustomizations.

mod cache;
mod remote;

pub(crate) use cache::ParseCache;

use std::sync::Arc;

use super::accumulate::Layer;
use super::kustomization::{self, FILE_NAMES, Kustomization, Text};
use super::limits::raise;
use super::options::LoadRestriction;
use super::outside::{self, RepositoryAddress};
use super::resource::Resource;
use super::session::{BuildError, Session};
use crate::base::{FileId, Mark, PathError, RepoPath};
use crate::vfs::{ContentId, EntryKind, FileContent, Source, SourceError};
use crate::yaml::{Fault, Node};

/// A file that was read.
#[derive(Clone, Debug)]
pub(crate) struct LoadedFile {
    /// Its number in the file table.
    pub(crate) file: FileId,
    /// Its bytes.
    pub(crate) bytes: Arc<[u8]>,
    /// Identifies its bytes; `None` when what is parsed is not worth keeping.
    pub(crate) kept_as: Option<ContentId>,
}

impl LoadedFile {
    /// The file as a whole.
    pub(crate) fn mark(&self) -> Mark {
        Mark { file: self.file, line: 0, column: 0 }
    }
}

/// What a path in `resources` leads to.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    /// A file.
    File,
    /// A directory.
    Directory(Directory),
}

/// A directory that can be included.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    /// Its path, links followed.
    pub(crate) path: RepoPath,
    /// The address that names it, if it is that of a remote repository.
    pub(crate) remote: Option<Arc<RepositoryAddress>>,
}

impl Session<'_> {
    /// What an entry of `resources` or `components` leads to. As in kustomize a file wins over a remote address, and
    /// that over a directory.
    ///
    /// # Errors
    ///
    /// When nothing is there, when it lies outside the source, and for what is remote unless it is allowed.
    pub(crate) fn find(&self, layer: &Layer<'_>, text: &Text) -> Result<Found, BuildError> {
        if text.value.is_empty() {
            return Err(self.refuse(Fault::new("load/empty-path", text.mark, "the path is empty")));
        }
        let joined = self.join(layer, text);
        if let Ok(path) = &joined
            && matches!(self.source.kind(path), Ok(Some(EntryKind::File)))
        {
            return Ok(Found::File);
        }
        if let Some(found) = self.find_remote(layer, text)? {
            return Ok(found);
        }
        let path = joined?;
        match self.source.kind(&path) {
            Ok(Some(EntryKind::File)) => Ok(Found::File),
            Ok(Some(EntryKind::Directory)) => match self.source.canonical(&path) {
                Ok(path) => Ok(Found::Directory(Directory { path, remote: None })),
                Err(error) => Err(self.source_error(&error, text.mark)),
            },
            Ok(None) => Err(self.refuse(
                Fault::new("load/not-found", text.mark, format!("`{}` does not exist", text.value))
                    .hint(format!("Looked for `{}`.", self.shown(&path))),
            )),
            Err(error) => Err(self.source_error(&error, text.mark)),
        }
    }

    /// Reads a file that a kustomization names, if its load restriction allows it.
    ///
    /// # Errors
    ///
    /// When the file is missing, too large, or outside the directory of the kustomization.
    pub(crate) fn load(&self, layer: &Layer<'_>, path: &str, mark: Mark) -> Result<LoadedFile, BuildError> {
        let text = Text { value: path.into(), mark };
        if outside::is_url(path) {
            return self.load_url(&text);
        }
        let joined = self.join(layer, &text)?;
        self.load_path(layer, &joined, path, mark)
    }

    /// The path that a text names, seen from a layer.
    pub(crate) fn join(&self, layer: &Layer<'_>, text: &Text) -> Result<RepoPath, BuildError> {
        let boundary = self.source.boundary(&layer.root);
        match layer.root.join(&text.value) {
            Ok(path) if path.is_within(&boundary) => Ok(path),
            Ok(_) => Err(self.path_error(&PathError::Outside(text.value.to_string()), text)),
            Err(error) => Err(self.path_error(&error, text)),
        }
    }

    /// Reads a file by its path in the source.
    ///
    /// # Errors
    ///
    /// As [`Self::load`]; `shown` is how messages call it.
    pub(crate) fn load_path(
        &self,
        layer: &Layer<'_>,
        path: &RepoPath,
        shown: &str,
        mark: Mark,
    ) -> Result<LoadedFile, BuildError> {
        if self.options.load_restriction == LoadRestriction::RootOnly || layer.is_remote() {
            let real = self.source.canonical(path).map_err(|error| self.source_error(&error, mark))?;
            if !real.is_within(&layer.root) {
                let message = format!(
                    "`{shown}` is outside the directory of the kustomization (`{}`)",
                    self.shown(&layer.root)
                );
                let hint = if layer.is_remote() {
                    "In remote repositories this is always so, whatever the options."
                } else {
                    "Move the file below the kustomization, or build with `--load-restrictor LoadRestrictionsNone`."
                };
                return Err(self.refuse(Fault::new("load/outside-root", mark, message).hint(hint)));
            }
        }
        let content = self.source.read(path).map_err(|error| self.source_error(&error, mark))?;
        self.loaded(path, content, mark)
    }

    fn loaded(&self, path: &RepoPath, content: FileContent, mark: Mark) -> Result<LoadedFile, BuildError> {
        let limit = self.limits().file_bytes;
        if content.bytes.len() > limit {
            let message =
                format!("`{}` has {} bytes; the limit is {limit}", self.shown(path), content.bytes.len());
            return Err(self.refuse(Fault::new("limit/file-bytes", mark, message).hint(raise("file-bytes"))));
        }
        let file = self.files().id(&self.source.file_name(path));
        Ok(LoadedFile { file, bytes: content.bytes, kept_as: content.kept_as })
    }

    /// Reads the kustomization of a directory.
    ///
    /// # Errors
    ///
    /// When there is none, more than one, or one that kustomize refuses.
    pub(crate) fn load_kustomization(
        &self,
        root: &RepoPath,
        mark: Mark,
    ) -> Result<(RepoPath, Arc<Kustomization>), BuildError> {
        let mut found: Option<(RepoPath, FileContent)> = None;
        for name in FILE_NAMES {
            let path = root.child(name);
            if self.source.kind(&path).ok().flatten() != Some(EntryKind::File) {
                continue;
            }
            if self.options.load_restriction == LoadRestriction::RootOnly
                && !self.source.canonical(&path).is_ok_and(|real| real.is_within(root))
            {
                continue;
            }
            let content = self.source.read(&path).map_err(|error| self.source_error(&error, mark))?;
            if let Some((first, _)) = &found {
                let message =
                    format!("`{}` has two kustomizations: `{}` and `{name}`", self.shown(root), first.name());
                let fault = Fault::new("kustomization/several", self.file_mark(&path), message);
                return Err(self.refuse(fault.hint("Keep one of them.")));
            }
            found = Some((path, content));
        }
        let Some((path, content)) = found else {
            let message = format!("`{}` has no kustomization", self.shown(root));
            let names = FILE_NAMES.map(|name| format!("`{name}`")).join(", ");
            let fault = Fault::new("kustomization/missing", mark, message);
            return Err(self.refuse(fault.hint(format!("Looked for {names}."))));
        };
        let file = self.loaded(&path, content, mark)?;
        let parsed = self.cache().kustomization(&file, || {
            let root = crate::yaml::parse_settings(&file.bytes, file.file, &self.limits().yaml)
                .map_err(|error| Box::new(error.diagnostic(self.files())))?;
            kustomization::parse(root.as_ref(), file.mark()).map_err(|fault| self.refuse(fault))
        })?;
        Ok((path, parsed))
    }

    /// The resources in a file.
    ///
    /// # Errors
    ///
    /// When the file is no YAML, or holds something that is no Kubernetes object.
    pub(crate) fn resources_in(&self, file: &LoadedFile) -> Result<Arc<Vec<Resource>>, BuildError> {
        self.cache().resources(file, || {
            let documents = self.parse(file)?;
            super::resource::resources_of(documents, &file.bytes).map_err(|fault| self.refuse(fault))
        })
    }

    /// The documents of a file.
    ///
    /// # Errors
    ///
    /// When the file is no YAML, or has too many documents.
    pub(crate) fn parse(&self, file: &LoadedFile) -> Result<Vec<Node>, BuildError> {
        let documents = crate::yaml::parse(&file.bytes, file.file, &self.limits().yaml)
            .map_err(|error| Box::new(error.diagnostic(self.files())))?;
        let limit = self.limits().documents;
        if documents.len() > limit {
            let message = format!("the file has {} documents; the limit is {limit}", documents.len());
            return Err(
                self.refuse(Fault::new("limit/documents", file.mark(), message).hint(raise("documents")))
            );
        }
        Ok(documents)
    }

    /// The first document of a file that describes custom resources. Of a key that stands twice the last value counts, as in JSON.
    ///
    /// # Errors
    ///
    /// When the file is no YAML.
    pub(crate) fn parse_description(&self, file: &LoadedFile) -> Result<Option<Node>, BuildError> {
        crate::yaml::parse_settings(&file.bytes, file.file, &self.limits().yaml)
            .map_err(|error| Box::new(error.diagnostic(self.files())))
    }

    /// The mark of a file as a whole.
    pub(crate) fn file_mark(&self, path: &RepoPath) -> Mark {
        Mark { file: self.files().id(&self.source.file_name(path)), line: 0, column: 0 }
    }

    /// How messages call a path.
    pub(crate) fn shown(&self, path: &RepoPath) -> String {
        self.source.shown(path)
    }

    /// What is wrong with a path, called as messages call it.
    pub(crate) fn explain(&self, error: &SourceError) -> String {
        let path = error.path();
        error.to_string().replacen(&format!("`{path}`"), &format!("`{}`", self.shown(path)), 1)
    }

    fn path_error(&self, error: &PathError, text: &Text) -> BuildError {
        let fault = Fault::new("load/path", text.mark, error.to_string());
        self.refuse(match error {
            PathError::Absolute(_) => fault.hint("Write the path as seen from the kustomization."),
            PathError::Outside(_) | PathError::Nul(_) => fault,
        })
    }

    pub(crate) fn source_error(&self, error: &SourceError, mark: Mark) -> BuildError {
        let code = match error {
            SourceError::NotFound(_) => "load/not-found",
            SourceError::IsDirectory(_) | SourceError::NotDirectory(_) => "load/wrong-kind",
            SourceError::LinkOutside { .. } | SourceError::LinkLoop(_) => "load/link",
            SourceError::TooLarge { .. } => "limit/file-bytes",
            SourceError::Submodule(_) | SourceError::Special(_) | SourceError::Unreadable { .. } => {
                "load/unreadable"
            }
        };
        let fault = Fault::new(code, mark, self.explain(error));
        self.refuse(match error {
            SourceError::TooLarge { .. } => fault.hint(raise("file-bytes")),
            _ => fault,
        })
    }
}
