//! Reading the entries, and finding out what kind of patch a text is.

use std::sync::Arc;

use super::{Body, Field, OddKeys, Parsed, Patch};
use crate::base::{FileId, Mark};
use crate::kustomize::accumulate::Layer;
use crate::kustomize::kustomization::{Inline, Reader};
use crate::kustomize::load::LoadedFile;
use crate::kustomize::resource::{Resource, resources_of};
use crate::kustomize::select::Selector;
use crate::kustomize::session::{BuildError, Session};
use crate::yaml::json_patch::JsonPatch;
use crate::yaml::parse::parse_with_any_keys;
use crate::yaml::scalar::tag_of_plain;
use crate::yaml::{Fault, Node, ParseErrorKind, Tag, Value, Writer};

/// The fields of an entry that say what is to be done.
struct Source<'n> {
    path: Option<&'n Node>,
    patch: Option<&'n Node>,
}

impl<'n> Source<'n> {
    fn of(entry: &'n Node) -> Self {
        let filled =
            |key| entry.get(key).filter(|node| node.as_text().is_some_and(|text| !text.trim().is_empty()));
        Self { path: filled("path"), patch: filled("patch") }
    }
}

/// Strategic merge patches, and the places of their keys that are no text.
type Strategic = (Vec<Resource>, OddKeys);

impl Session<'_> {
    /// Reads an entry of `patches`, whose form was checked when the kustomization was read.
    ///
    /// # Errors
    ///
    /// When it names both a path and a patch or none, when the file cannot be read, and when its text is no
    /// patch of any kind.
    pub(crate) fn read_patch(&self, layer: &Layer<'_>, entry: &Node) -> Result<Patch, BuildError> {
        let source = Source::of(entry);
        let is_inline = source.path.is_none();
        let parsed = match source {
            Source { path: Some(path), patch: None } => {
                let file = self.load(layer, path.as_text().unwrap_or_default(), path.mark)?;
                self.cache().patch(&file, || self.body(&file.bytes, file.file, path.mark, None))?
            }
            Source { path: None, patch: Some(patch) } => {
                let inline = Inline::trimmed(patch);
                Arc::new(self.body(inline.text.as_bytes(), patch.mark.file, patch.mark, Some(&inline))?)
            }
            Source { path: Some(path), patch: Some(patch) } => {
                let fault =
                    Fault::new("patch/two-sources", path.mark, "a patch has `path` or `patch`, not both");
                return Err(self.refuse(fault.also(patch.mark, "the other one").hint("Remove one of them.")));
            }
            Source { path: None, patch: None } => {
                let fault =
                    Fault::new("patch/no-source", entry.mark, "the patch has neither `path` nor `patch`");
                return Err(
                    self.refuse(fault.hint("Name a file with `path`, or write the patch under `patch: |-`."))
                );
            }
        };
        let option = |key| entry.get_path(&["options", key]).is_some_and(|node| node.as_bool() == Some(true));
        Ok(Patch {
            parsed,
            target: self.target(entry)?,
            allow_name_change: option("allowNameChange"),
            allow_kind_change: option("allowKindChange"),
            field: Field::Patches,
            mark: entry.mark,
            is_inline,
        })
    }

    /// Reads an entry of `patchesJson6902`.
    ///
    /// # Errors
    ///
    /// As [`Self::read_patch`], and when there is no name to find the target by, or nothing to do.
    pub(crate) fn read_patch_json6902(&self, layer: &Layer<'_>, entry: &Node) -> Result<Patch, BuildError> {
        let target = self.target(entry)?;
        if target.as_ref().is_none_or(|target| target.name.as_str().is_empty()) {
            let fault = Fault::new(
                "patch/no-target-name",
                entry.mark,
                "an entry of `patchesJson6902` needs a `target` with a `name`",
            );
            return Err(self.refuse(fault.hint("Add `target:` with `version`, `kind` and `name`.")));
        }
        let source = Source::of(entry);
        let is_inline = source.path.is_none();
        let patch = match source {
            Source { path: Some(path), patch: None } => {
                let file = self.load(layer, path.as_text().unwrap_or_default(), path.mark)?;
                JsonPatch::parse(&file.bytes, file.file, &self.limits().yaml)
            }
            Source { path: None, patch: Some(patch) } => {
                let inline = Inline::whole(patch);
                self.inline_json(&inline, patch.mark.file)
            }
            Source { path: Some(_), patch: Some(_) } | Source { path: None, patch: None } => Err(Fault::new(
                "patch/source",
                entry.mark,
                "an entry of `patchesJson6902` has either `path` or `patch`",
            )
            .hint("Name a file with `path`, or write the operations under `patch: |-`.")),
        };
        let patch = patch.map_err(|fault| self.refuse(fault))?;
        if patch.is_empty() {
            let fault = Fault::new("patch/empty", entry.mark, "the patch has no operations");
            return Err(self.refuse(fault.hint("Remove the entry, or add operations.")));
        }
        Ok(Patch {
            parsed: Arc::new(Parsed { body: Body::Json(patch), odd_keys: OddKeys::default() }),
            target,
            allow_name_change: false,
            allow_kind_change: false,
            field: Field::Json6902,
            mark: entry.mark,
            is_inline,
        })
    }

    /// Reads all entries of `patchesStrategicMerge`, each a patch or the path of a file with patches.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, a text is no patch, or there is no patch at all.
    pub(crate) fn read_patches_strategic_merge(
        &self,
        layer: &Layer<'_>,
        entries: &[Inline],
    ) -> Result<Option<Patch>, BuildError> {
        let Some(first) = entries.first() else { return Ok(None) };
        let (mut patches, mut odd_keys) = (Vec::new(), OddKeys::default());
        for entry in entries {
            let (more, odd) = self.strategic_merge_entry(layer, entry)?;
            patches.extend(more);
            odd_keys.extend(odd);
        }
        if patches.is_empty() {
            let fault = Fault::new("patch/empty", first.mark, "`patchesStrategicMerge` has no patches");
            return Err(self.refuse(fault.hint("Remove the field, or write a patch.")));
        }
        Ok(Some(Patch {
            parsed: Arc::new(Parsed { body: Body::Strategic(patches), odd_keys }),
            target: None,
            allow_name_change: false,
            allow_kind_change: false,
            field: Field::StrategicMerge,
            mark: first.mark,
            is_inline: false,
        }))
    }

    fn strategic_merge_entry(&self, layer: &Layer<'_>, entry: &Inline) -> Result<Strategic, BuildError> {
        // kustomize takes every text for a patch first, and for a path when that fails.
        let patches = self.strategic(entry.text.as_bytes(), entry.mark.file, Some(entry));
        if patches.is_ok() || entry.text.contains('\n') || entry.text.contains(": ") {
            return patches;
        }
        let LoadedFile { file, bytes, .. } = self.load(layer, &entry.text, entry.mark)?;
        self.strategic(&bytes, file, None)
    }

    fn target(&self, entry: &Node) -> Result<Option<Selector>, BuildError> {
        let target = entry.get("target").filter(|target| !target.is_null());
        // The form was checked by whoever read the entry.
        let read = |target| Selector::read(Reader::Plugin, target);
        target.map(read).transpose().map_err(|fault| self.refuse(fault))
    }

    /// What a text asks for. `mark` is the place that names the text.
    fn body(
        &self,
        text: &[u8],
        file: FileId,
        mark: Mark,
        inline: Option<&Inline>,
    ) -> Result<Parsed, BuildError> {
        let json = || match inline {
            Some(inline) => self.inline_json(inline, file),
            None => JsonPatch::parse(text, file, &self.limits().yaml),
        };
        let operations = |patch| Parsed { body: Body::Json(patch), odd_keys: OddKeys::default() };
        // kustomize looks for objects first; what begins like this has none.
        if text.starts_with(b"- ") {
            return json().map(operations).map_err(|fault| self.refuse(fault));
        }
        let strategic = match self.strategic(text, file, inline) {
            Ok((patches, odd_keys)) => return Ok(Parsed { body: Body::Strategic(patches), odd_keys }),
            Err(error) => error,
        };
        match json() {
            Ok(patch) => Ok(operations(patch)),
            // Only a list can have been meant as operations.
            Err(fault) if is_list(text) => Err(self.refuse(fault)),
            Err(_) => Err(self.with_entry(strategic, mark)),
        }
    }

    /// Adds the place of the entry to an error in its file.
    fn with_entry(&self, mut error: BuildError, mark: Mark) -> BuildError {
        if let Some(span) = self.files().span(mark)
            && error.primary.as_ref().is_none_or(|label| label.span != span)
        {
            error.related.push(crate::base::Label { span, text: "the patch is named here".to_owned() });
        }
        error
    }

    fn strategic(&self, text: &[u8], file: FileId, inline: Option<&Inline>) -> Result<Strategic, BuildError> {
        let limits = &self.limits().yaml;
        let mut odd_keys = OddKeys::default();
        let mut has_odd_keys = false;
        let parsed = match crate::yaml::parse(text, file, limits) {
            Err(error) if matches!(error.kind, ParseErrorKind::KeyType | ParseErrorKind::DuplicateKey) => {
                has_odd_keys = true;
                parse_with_any_keys(text, file, limits).map_err(|_| error).map(|(documents, twice)| {
                    let place = |mark| inline.map_or(mark, |inline| inline.place(mark));
                    odd_keys.twice.extend(twice.into_iter().map(place));
                    documents
                })
            }
            parsed => parsed,
        };
        let mut documents = parsed.map_err(|error| {
            let error = match inline {
                Some(inline) => {
                    let place = inline.place(error.mark);
                    error.moved_to(place)
                }
                None => error,
            };
            Box::new(error.diagnostic(self.files()))
        })?;
        for document in &mut documents {
            document.set_writer(Writer::Patch);
            if let Some(inline) = inline {
                document.relocate(&|mark| inline.place(mark));
            }
        }
        if has_odd_keys {
            documents.iter().for_each(|document| collect_odd_keys(document, &mut odd_keys.untyped));
        }
        let patches = resources_of(documents, text).map_err(|fault| self.refuse(fault))?;
        Ok((patches, odd_keys))
    }

    fn inline_json(&self, inline: &Inline, file: FileId) -> Result<JsonPatch, Fault> {
        let parsed = JsonPatch::parse(inline.text.as_bytes(), file, &self.limits().yaml);
        let mut patch = parsed.map_err(|fault| Fault { mark: inline.place(fault.mark), ..fault })?;
        patch.relocate(&|mark| inline.place(mark));
        Ok(patch)
    }
}

/// The places of the keys that are no text without quotes.
fn collect_odd_keys(node: &Node, odd: &mut Vec<Mark>) {
    match &node.value {
        Value::Scalar(_) => {}
        Value::Sequence(items) => items.iter().for_each(|item| collect_odd_keys(item, odd)),
        Value::Mapping(map) => {
            for entry in map {
                if tag_of_plain(&entry.key) != Tag::Str {
                    odd.push(entry.mark);
                }
                collect_odd_keys(&entry.value, odd);
            }
        }
    }
}

/// Whether a text begins like a list.
fn is_list(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let first = text
        .lines()
        .map(str::trim_start)
        .find(|line| !line.is_empty() && !line.starts_with('#') && *line != "---");
    first.is_some_and(|line| line.starts_with('[') || line.starts_with("- ") || line == "-")
}
