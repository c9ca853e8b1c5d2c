//! Reading the entries of `vars`.

use super::Var;
use crate::kustomize::kustomization::Reader;
use crate::yaml::{Fault, Node};

/// The field that is meant when none is named.
const DEFAULT_FIELD_PATH: &str = "metadata.name";

impl Var {
    /// Reads one entry.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when it has another form than kustomize takes.
    pub(crate) fn read(reader: Reader, node: &Node) -> Result<Self, Fault> {
        let mut var = Self { mark: node.mark, field_path: DEFAULT_FIELD_PATH.into(), ..Self::default() };
        for (name, entry) in reader.fields(node, "a var", &["name", "objref", "fieldref"])? {
            match name {
                "name" => var.name = reader.string(&entry.value, "`name` of a var")?,
                "objref" => var.read_object(reader, &entry.value)?,
                _ => {
                    for (_, entry) in reader.fields(&entry.value, "`fieldref` of a var", &["fieldPath"])? {
                        let path = reader.string(&entry.value, "`fieldPath` of a var")?;
                        if !path.is_empty() {
                            var.field_path = path;
                        }
                    }
                }
            }
        }
        Ok(var)
    }

    fn read_object(&mut self, reader: Reader, node: &Node) -> Result<(), Fault> {
        let known = ["apiVersion", "group", "version", "kind", "name", "namespace"];
        let mut api_version = None;
        for (name, entry) in reader.fields(node, "`objref` of a var", &known)? {
            let text = reader.string(&entry.value, &format!("`{name}` of an `objref`"))?;
            match name {
                "apiVersion" => api_version = Some(text),
                "group" => self.of.group = text,
                "version" => self.of.version = text,
                "kind" => self.of.kind = text,
                "name" => self.object = text,
                _ => self.namespace = text,
            }
        }
        // One part is a version, two are group and version, and more are ignored.
        if let Some(api_version) = api_version.filter(|text| !text.is_empty()) {
            match api_version.split('/').collect::<Vec<_>>().as_slice() {
                [version] => self.of.version = (*version).into(),
                [group, version] => {
                    self.of.group = (*group).into();
                    self.of.version = (*version).into();
                }
                _ => {}
            }
        }
        Ok(())
    }
}
