//! Reading the entries of `replacements`, in the kustomization or in files.

use super::{DEFAULT_FIELD_PATH, FieldPath, Options, Replacement, Source, Target};
use crate::base::Mark;
use crate::kustomize::accumulate::Layer;
use crate::kustomize::kustomization::Reader;
use crate::kustomize::select::{SELECTOR_FIELDS, Selector};
use crate::kustomize::session::{BuildError, Session};
use crate::yaml::field_path::PathMatcher;
use crate::yaml::{Entry, Fault, Node, Value};

impl Session<'_> {
    /// Reads all entries of `replacements`.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or an entry has another form than kustomize takes.
    pub(crate) fn read_replacements(
        &self,
        layer: &Layer<'_>,
        entries: &[Node],
    ) -> Result<Vec<Replacement>, BuildError> {
        let mut replacements = Vec::with_capacity(entries.len());
        for entry in entries {
            let refuse = |fault| self.refuse(fault);
            let reading = Reading { reader: Reader::Kustomization, strict: true };
            let replacement = reading.replacement(entry).map_err(refuse)?;
            let fields = reading.fields(entry, "a replacement", &FIELDS).map_err(refuse)?;
            let path = fields.iter().rfind(|(name, _)| *name == "path").map(|(_, field)| &field.value);
            let path = path.filter(|path| path.as_text().is_some_and(|text| !text.is_empty()));
            let Some(path) = path else {
                replacements.push(replacement);
                continue;
            };
            if replacement.source.is_some()
                || replacement.targets.as_ref().is_some_and(|targets| !targets.is_empty())
            {
                let message = "a replacement is either in a file or here, not both";
                return Err(refuse(
                    Fault::new("replacement/two-sources", path.mark, message)
                        .hint("Remove `path`, or move `source` and `targets` into the file."),
                ));
            }
            let file = self.load(layer, path.as_text().unwrap_or_default(), path.mark)?;
            let documents = self.parse(&file)?;
            replacements.extend(read_file(documents.first(), file.mark()).map_err(refuse)?);
        }
        Ok(replacements)
    }
}

/// The replacements of a file: one, or a list. Fields that are not known are ignored there, as in kustomize.
fn read_file(document: Option<&Node>, mark: Mark) -> Result<Vec<Replacement>, Fault> {
    let reading = Reading { reader: Reader::Configuration, strict: false };
    match document.map(|node| (&node.value, node)) {
        Some((Value::Sequence(items), _)) => items.iter().map(|item| reading.replacement(item)).collect(),
        Some((Value::Mapping(_), node)) => Ok(vec![reading.replacement(node)?]),
        _ => {
            Err(Fault::new("replacement/file", mark, "the file has neither a replacement nor a list of them")
                .hint("Write `source` and `targets` at the top of the file, or a list of such maps."))
        }
    }
}

/// Fields of an entry of `replacements`.
const FIELDS: [&str; 4] = ["source", "targets", "sourceValue", "path"];

#[derive(Clone, Copy)]
struct Reading {
    reader: Reader,
    /// Whether unknown fields are refused.
    strict: bool,
}

impl Reading {
    fn fields<'a>(
        self,
        node: &'a Node,
        what: &str,
        known: &[&'static str],
    ) -> Result<Vec<(&'static str, &'a Entry)>, Fault> {
        if self.strict {
            return self.reader.fields(node, what, known);
        }
        let Some(map) = node.as_mapping() else {
            return self.reader.fields(node, what, known);
        };
        let name = |key: &str| known.iter().copied().find(|name| name.eq_ignore_ascii_case(key));
        let entries = map.iter().filter(|entry| !entry.value.is_null());
        Ok(entries.filter_map(|entry| Some((name(&entry.key)?, entry))).collect())
    }

    fn replacement(self, node: &Node) -> Result<Replacement, Fault> {
        let mut replacement = Replacement { mark: node.mark, ..Replacement::default() };
        for (name, entry) in self.fields(node, "a replacement", &FIELDS)? {
            match name {
                "source" => replacement.source = Some(self.source(&entry.value)?),
                "sourceValue" => {
                    let text = self.reader.loose_string(&entry.value, "`sourceValue`")?;
                    replacement.value = Some((text, entry.value.mark));
                }
                "targets" => {
                    let items = self.reader.list(&entry.value, "`targets`")?;
                    let targets = items.iter().map(|item| self.target(item)).collect::<Result<_, _>>()?;
                    replacement.targets = Some(targets);
                }
                _ => drop(self.reader.string(&entry.value, "`path` of a replacement")?),
            }
        }
        Ok(replacement)
    }

    fn source(self, node: &Node) -> Result<Source, Fault> {
        let mut source = Source { mark: node.mark, ..Source::default() };
        let known = ["group", "version", "kind", "name", "namespace", "fieldPath", "options"];
        for (name, entry) in self.fields(node, "the source of a replacement", &known)? {
            if name == "options" {
                source.options = self.options(&entry.value)?;
                continue;
            }
            let what = format!("`{name}` of a source");
            let text = match name {
                "fieldPath" => self.reader.loose_string(&entry.value, &what)?,
                _ => self.reader.string(&entry.value, &what)?,
            };
            match name {
                "group" => source.of.group = text,
                "version" => source.of.version = text,
                "kind" => source.of.kind = text,
                "name" => source.name = text,
                "namespace" => source.namespace = text,
                _ => source.field_path = text,
            }
        }
        if source.field_path.is_empty() {
            source.field_path = DEFAULT_FIELD_PATH.into();
        }
        Ok(source)
    }

    fn target(self, node: &Node) -> Result<Target, Fault> {
        let mut target = Target { mark: node.mark, ..Target::default() };
        let known = ["select", "reject", "fieldPaths", "options"];
        for (name, entry) in self.fields(node, "a target of a replacement", &known)? {
            match name {
                "select" => target.select = Some(self.selector(&entry.value)?),
                "reject" => {
                    let items = self.reader.list(&entry.value, "`reject`")?;
                    target.reject = items.iter().map(|item| self.selector(item)).collect::<Result<_, _>>()?;
                }
                "fieldPaths" => {
                    let paths = self.reader.strings(&entry.value, "`fieldPaths`")?;
                    target.field_paths = paths
                        .into_iter()
                        .map(|path| FieldPath {
                            matcher: PathMatcher::parse(&path.value),
                            text: path.value,
                            mark: path.mark,
                        })
                        .collect();
                }
                _ => target.options = self.options(&entry.value)?,
            }
        }
        if target.field_paths.is_empty() {
            target.field_paths = vec![FieldPath {
                text: DEFAULT_FIELD_PATH.into(),
                matcher: PathMatcher::parse(DEFAULT_FIELD_PATH),
                mark: target.mark,
            }];
        }
        Ok(target)
    }

    fn selector(self, node: &Node) -> Result<Selector, Fault> {
        Selector::of_fields(self.reader, node.mark, self.fields(node, "a selector", &SELECTOR_FIELDS)?)
    }

    fn options(self, node: &Node) -> Result<Options, Fault> {
        let mut options = Options::default();
        let known = ["delimiter", "index", "encoding", "create"];
        for (name, entry) in self.fields(node, "the options of a replacement", &known)? {
            match name {
                "delimiter" => options.delimiter = self.reader.loose_string(&entry.value, "`delimiter`")?,
                "index" => options.index = self.reader.int(&entry.value, "`index`")?,
                "create" => options.create = self.reader.bool(&entry.value, "`create`")?,
                // kustomize takes `encoding` and does nothing with it.
                _ => drop(self.reader.loose_string(&entry.value, "`encoding`")?),
            }
        }
        Ok(options)
    }
}
