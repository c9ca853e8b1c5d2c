//! Field specs from the OpenAPI definitions of custom resources, as `crds` names them.

use std::sync::Arc;

use super::merge::{Conflict, merge_one, merge_reference};
use super::{FieldSpec, KindPattern, NameReference, TransformerConfig};
use crate::kustomize::resource::metadata;
use crate::yaml::field_path::SpecPath;
use crate::yaml::{Mapping, Node};

impl TransformerConfig {
    /// The field specs that the extensions `x-kubernetes-annotation`, `x-kubernetes-label-selector`,
    /// `x-kubernetes-identity` and `x-kubernetes-object-ref-*` of a file of definitions stand for.
    ///
    /// # Errors
    ///
    /// A [`Conflict`] when two of them disagree.
    pub(crate) fn of_crds(definitions: Option<&Node>) -> Result<Self, Conflict> {
        let mut config = Self::default();
        let Some(definitions) = definitions.and_then(Node::as_mapping) else { return Ok(config) };
        for definition in definitions {
            let Some(properties) = properties(definitions, &definition.key) else { continue };
            if ["kind", "apiVersion", "metadata"].iter().all(|key| properties.contains(key)) {
                let kind = definition.key.rsplit('.').next().unwrap_or_default();
                let of = KindPattern { kind: kind.into(), ..KindPattern::default() };
                config.add_properties(definitions, &of, &definition.key, &mut Vec::new(), &mut Vec::new())?;
            }
        }
        config.sort();
        Ok(config)
    }

    fn add_properties<'n>(
        &mut self,
        definitions: &'n Mapping,
        of: &KindPattern,
        name: &'n str,
        path: &mut Vec<&'n str>,
        inside: &mut Vec<&'n str>,
    ) -> Result<(), Conflict> {
        let Some(properties) = properties(definitions, name) else { return Ok(()) };
        // kustomize never ends on a type that contains itself.
        if inside.contains(&name) {
            return Ok(());
        }
        inside.push(name);
        for property in properties {
            path.push(&property.key);
            let extension = |key: &str| property.value.get(key).and_then(Node::as_str);
            let spec = |path: &[&str]| FieldSpec {
                of: of.clone(),
                path: SpecPath::parse(&path.join("/")),
                create: false,
            };
            if extension("x-kubernetes-annotation").is_some() {
                merge_one(Arc::make_mut(&mut self.common_annotations), &spec(path))?;
            }
            if extension("x-kubernetes-label-selector").is_some() {
                merge_one(Arc::make_mut(&mut self.common_labels), &spec(path))?;
            }
            if extension("x-kubernetes-identity").is_some() {
                merge_one(Arc::make_mut(&mut self.name_prefix), &spec(path))?;
            }
            let version = extension("x-kubernetes-object-ref-api-version");
            if let (Some(version), Some(kind)) = (version, extension("x-kubernetes-object-ref-kind")) {
                let key = extension("x-kubernetes-object-ref-name-key").unwrap_or("name");
                let target =
                    KindPattern { version: version.into(), kind: kind.into(), ..KindPattern::default() };
                let referrers = vec![spec(&[path, &[key][..]].concat())];
                merge_reference(&mut self.name_references, &NameReference { target, referrers })?;
            }
            if let Some(reference) = property.value.get("$ref") {
                self.add_properties(definitions, of, metadata::text(reference), path, inside)?;
            }
            path.pop();
        }
        inside.pop();
        Ok(())
    }
}

/// The properties of a definition.
fn properties<'n>(definitions: &'n Mapping, name: &str) -> Option<&'n Mapping> {
    let schema = definitions.get(name)?.as_mapping()?;
    let schema = schema.iter().find(|entry| entry.key.eq_ignore_ascii_case("schema"))?;
    schema.value.get("properties")?.as_mapping()
}
