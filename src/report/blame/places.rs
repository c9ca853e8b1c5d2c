//! From the marks of the engine to what people know: files, layers and lines of the catalog.

use std::sync::Arc;

use super::{LayerName, WriterKind, Writing};
use crate::base::{FileTable, Mark, Span};
use crate::kustomize::{LayerKind, LayerRoot};
use crate::yaml::{Node, Writer};

/// Says which catalog line caused a line of a generated file; `None` for files that were not generated.
pub type CatalogPlace = dyn Fn(&Span) -> Option<Option<Span>> + Send + Sync;

/// Knows files, layers and the catalog behind the marks of one build.
#[derive(Clone)]
pub struct Places {
    files: Arc<FileTable>,
    catalog: Arc<CatalogPlace>,
    layers: Vec<LayerRoot>,
    /// The commit that was built, and the one that is looked at; their files are the same.
    moved: Option<(Arc<str>, Arc<str>)>,
}

impl Places {
    /// Places of a build that went through `layers`.
    #[must_use]
    pub fn new(files: Arc<FileTable>, mut layers: Vec<LayerRoot>, catalog: Arc<CatalogPlace>) -> Self {
        // The innermost directory that holds a file counts.
        layers.sort_by_key(|layer| std::cmp::Reverse(layer.directory.path.parts().count()));
        Self { files, catalog, layers, moved: None }
    }

    /// These places as those of another commit, at which the files of the build are the same.
    #[must_use]
    pub fn at_commit(self, built: Arc<str>, looked_at: Arc<str>) -> Self {
        Self { moved: Some((built, looked_at)), ..self }
    }

    /// Everything that wrote a value, oldest first. A scalar was written where it stands, a collection where its key does.
    #[must_use]
    pub fn history(&self, node: &Node, key: Mark) -> Vec<Writing> {
        let mark = if node.as_scalar().is_some() { node.mark } else { key };
        let mut history = vec![self.writing(&node.value.summary(), mark, node.writer)];
        let mut older = node.before.as_deref();
        while let Some(old) = older {
            history.push(self.writing(&old.text, old.mark, old.writer));
            older = old.before.as_deref();
        }
        history.reverse();
        history
    }

    /// What a line of a patch is.
    #[must_use]
    pub fn patch(&self, mark: Mark) -> Writing {
        self.writing("", mark, Writer::Patch)
    }

    fn writing(&self, value: &str, mark: Mark, writer: Writer) -> Writing {
        let mut span = self.files.span(mark);
        if let (Some(span), Some((built, looked_at))) = (&mut span, &self.moved)
            && span.file.revision.as_ref() == Some(built)
        {
            span.file.revision = Some(looked_at.clone());
        }
        if let Some(cause) = span.as_ref().and_then(|span| (self.catalog)(span)) {
            let kind = if writer == Writer::Reference { WriterKind::Reference } else { WriterKind::Catalog };
            return Writing { value: value.to_owned(), kind, layer: None, span: cause };
        }
        let layer = span.as_ref().and_then(|span| self.layer(span));
        let kind = match (writer, layer.as_ref().map(|layer| layer.kind)) {
            (Writer::Resource, None | Some(LayerKind::Base)) => WriterKind::Base,
            (Writer::Resource, Some(LayerKind::Overlay)) => WriterKind::Overlay,
            (Writer::Resource, Some(LayerKind::Component)) => WriterKind::Component,
            (Writer::Patch, _) => WriterKind::Patch,
            (Writer::Generator, _) => WriterKind::Generator,
            (Writer::Transformer, _) => WriterKind::Transformer,
            (Writer::Reference, _) => WriterKind::Reference,
        };
        Writing { value: value.to_owned(), kind, layer, span }
    }

    fn layer(&self, span: &Span) -> Option<LayerName> {
        let holds = |layer: &&LayerRoot| {
            layer.directory.revision == span.file.revision && span.file.path.is_within(&layer.directory.path)
        };
        let layer = self.layers.iter().find(holds)?;
        Some(LayerName { directory: layer.directory.clone(), kind: layer.kind })
    }
}
