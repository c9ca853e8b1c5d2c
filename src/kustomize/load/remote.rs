//! What a kustomization names that is remote: repositories and files behind URLs, had from whoever the caller allows.

use std::sync::Arc;

use super::{Directory, Found, LoadedFile};
use crate::base::{Diagnostic, FileName, Mark, RepoPath};
use crate::kustomize::accumulate::Layer;
use crate::kustomize::kustomization::Text;
use crate::kustomize::outside::{Remotes, RepositoryAddress, is_url};
use crate::kustomize::session::{BuildError, Session};
use crate::vfs::{EntryKind, Source};
use crate::yaml::Fault;

impl Session<'_> {
    /// What an entry leads to if it is a URL or the address of a repository; `None` when it is a path.
    ///
    /// kustomize asks every `http` URL for a file first and then takes it for a repository. An address that says itself
    /// that it is a repository is not asked for a file here.
    pub(super) fn find_remote(&self, layer: &Layer<'_>, text: &Text) -> Result<Option<Found>, BuildError> {
        let address = RepositoryAddress::parse(&text.value);
        let mut file_problem = None;
        if is_url(&text.value) && !address.as_ref().is_some_and(RepositoryAddress::is_explicit) {
            let is_file = self.load_url(text).and_then(|file| self.resources_in(&file));
            match is_file {
                Ok(_) => return Ok(Some(Found::File)),
                Err(problem) if address.is_none() || self.outside().remotes.is_none() => return Err(problem),
                Err(problem) => file_problem = Some(problem),
            }
        }
        let Some(address) = address else { return Ok(None) };
        if address.forced_git {
            self.warn_of_prefix(text);
        }
        self.refuse_address_cycle(layer, &address, text)?;
        self.refuse_local_address(layer, &address, text)?;
        match (self.fetch(&address, text.mark), file_problem) {
            (Ok(directory), _) => Ok(Some(Found::Directory(directory))),
            (Err(problem), None) => Err(problem),
            (Err(mut problem), Some(file)) => {
                problem.hints.push(format!("It is no file with resources either: {}.", file.message));
                Err(problem)
            }
        }
    }

    /// The directory that an address names.
    ///
    /// # Errors
    ///
    /// When remote bases are not allowed, the repository cannot be had, or it has no such directory.
    pub(crate) fn fetch(&self, address: &RepositoryAddress, mark: Mark) -> Result<Directory, BuildError> {
        let remotes = self.remotes(&address.written, mark)?;
        self.uses_outside();
        let fetched = remotes.repository(address).map_err(|error| self.refuse(error.at(mark)))?;
        let root = self.source.add(fetched);
        let path = match root.join(&address.directory) {
            Ok(path) if path.is_within(&root) => path,
            _ => return Err(self.refuse(no_directory(address, mark))),
        };
        match self.source.kind(&path) {
            Ok(Some(EntryKind::Directory)) => {}
            Ok(_) => return Err(self.refuse(no_directory(address, mark))),
            Err(error) => return Err(self.source_error(&error, mark)),
        }
        let path = self.source.canonical(&path);
        let path = path.map_err(|error| self.source_error(&error, mark))?;
        Ok(Directory { path, remote: Some(Arc::new(address.clone())) })
    }

    /// The file behind a URL.
    pub(super) fn load_url(&self, text: &Text) -> Result<LoadedFile, BuildError> {
        let remotes = self.remotes(&text.value, text.mark)?;
        self.uses_outside();
        let limit = self.limits().file_bytes as u64;
        let content = remotes.file(&text.value, limit).map_err(|error| self.refuse(error.at(text.mark)))?;
        // Called by its URL; a path holds no empty parts.
        let path = RepoPath::parse(&text.value).unwrap_or_else(|_| RepoPath::root());
        let file = self.files().id(&FileName { path, revision: None });
        Ok(LoadedFile { file, bytes: content.bytes, kept_as: content.kept_as })
    }

    /// Whoever fetches.
    fn remotes(&self, named: &str, mark: Mark) -> Result<&dyn Remotes, BuildError> {
        self.outside().remotes.as_deref().ok_or_else(|| {
            let message = format!("`{named}` is remote, and nothing is fetched unless that is allowed");
            self.refuse(
                Fault::new("load/remote", mark, message).hint(
                    "Allow it with `--allow-remote`, or keep a copy in the repository and name its path.",
                ),
            )
        })
    }

    /// An address may not lead back to one by which something above was fetched.
    fn refuse_address_cycle(
        &self,
        layer: &Layer<'_>,
        address: &RepositoryAddress,
        text: &Text,
    ) -> Result<(), BuildError> {
        let leads_back = |above: &Layer<'_>| {
            above.remote.as_ref().is_some_and(|it| it.written.starts_with(&address.written))
        };
        let Some(above) = layer.chain().find(|above| leads_back(above)) else { return Ok(()) };
        let message =
            format!("`{}` leads back to `{}`, which is being built", text.value, self.shown(&above.root));
        Err(self.refuse(Fault::new("load/cycle", text.mark, message).hint(
            "A kustomization may include its neighbours and what lies below it, never what includes it.",
        )))
    }

    /// A repository from the network may not name one of this machine, which kustomize allows.
    fn refuse_local_address(
        &self,
        layer: &Layer<'_>,
        address: &RepositoryAddress,
        text: &Text,
    ) -> Result<(), BuildError> {
        let is_foreign = |above: &Layer<'_>| above.remote.as_ref().is_some_and(|it| !it.is_local());
        if !address.is_local() || !layer.chain().any(is_foreign) {
            return Ok(());
        }
        let message = format!("`{}` is on this machine, and is named by a remote repository", text.value);
        Err(self.refuse(
            Fault::new("remote/local", text.mark, message)
                .hint("Include it from a kustomization of your own."),
        ))
    }

    fn warn_of_prefix(&self, text: &Text) {
        let message = format!("the prefix `git::` of `{}` has no meaning", text.value);
        let warning = Diagnostic::warning("load/git-prefix", message)
            .at_maybe(self.files().span(text.mark), "")
            .hint("Remove it: a later kustomize will refuse it.");
        self.warn(warning);
    }
}

fn no_directory(address: &RepositoryAddress, mark: Mark) -> Fault {
    let message = format!("`{}` has no directory `{}`", address.clone_url, address.directory);
    Fault::new("remote/no-directory", mark, message)
        .hint("Correct the part behind the repository; it is seen from the repository's root.")
}
