//! Schemas that stand in comments: `# {"x-kubernetes-patch-strategy": "merge"}` behind a field.

use std::sync::{LazyLock, PoisonError, RwLock};

use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::openapi::Reader;
use super::{Schema, Shape, TypeId, TypeRef};
use crate::yaml::{SchemaComment, from_json};

/// What a comment describes; definitions that it names are those of the schema that it is used with.
#[derive(Debug)]
pub(super) struct CommentSchema {
    schema: Schema,
    top: TypeId,
}

/// What comments describe, by comment. Read once, and kept as long as the texts of the comments.
static KNOWN: LazyLock<RwLock<FxHashMap<SchemaComment, Option<&'static CommentSchema>>>> =
    LazyLock::new(RwLock::default);

/// What a comment describes; `None` when it is no schema in kustomize's eyes, or an empty one.
pub(super) fn schema_of(comment: SchemaComment) -> Option<&'static CommentSchema> {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(&comment).copied();
    known.unwrap_or_else(|| {
        let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
        *known.entry(comment).or_insert_with(|| {
            let schema = CommentSchema::read(comment.text())?;
            Some(Box::leak(Box::new(schema)))
        })
    })
}

impl CommentSchema {
    fn read(text: &str) -> Option<Self> {
        let json: Json = serde_json::from_str(text).ok()?;
        if !is_schema(&json) || is_empty(&json) {
            return None;
        }
        let mut reader = Reader::of_comment();
        // What kustomize cannot use makes it a type of which nothing is known.
        let shape = reader.shape(&from_json(&json)).unwrap_or(Shape::Opaque);
        let mut schema = reader.schema;
        let top = schema.add(shape);
        Some(Self { schema, top })
    }

    /// The type, with definitions looked up in a schema. A definition that is not there is a type of which nothing is
    /// known, which hides what is known of the field.
    pub(super) fn resolve_in<'s>(&'static self, definitions: &'s Schema) -> TypeRef<'s> {
        let opaque = TypeRef { schema: &self.schema, id: self.top, definitions };
        self.schema.resolve(self.top, definitions).unwrap_or(opaque)
    }
}

/// What the value of a field of a schema has to be.
#[derive(Clone, Copy)]
enum Form {
    Any,
    Text,
    Flag,
    Number,
    Whole,
    List,
    Texts,
    Map,
    Schema,
    SchemaOrFlag,
    SchemaOrList,
    TextOrTexts,
    Schemas,
    SchemaMap,
}

/// The fields that have a form; all others may hold anything.
const FIELDS: [(&str, Form); 37] = [
    ("additionalItems", Form::SchemaOrFlag),
    ("additionalProperties", Form::SchemaOrFlag),
    ("allOf", Form::Schemas),
    ("anyOf", Form::Schemas),
    ("default", Form::Any),
    ("definitions", Form::SchemaMap),
    ("dependencies", Form::Map),
    ("description", Form::Text),
    ("discriminator", Form::Text),
    ("enum", Form::List),
    ("example", Form::Any),
    ("exclusiveMaximum", Form::Flag),
    ("exclusiveMinimum", Form::Flag),
    ("externalDocs", Form::Map),
    ("format", Form::Text),
    ("id", Form::Text),
    ("items", Form::SchemaOrList),
    ("maxItems", Form::Whole),
    ("maxLength", Form::Whole),
    ("maxProperties", Form::Whole),
    ("maximum", Form::Number),
    ("minItems", Form::Whole),
    ("minLength", Form::Whole),
    ("minProperties", Form::Whole),
    ("minimum", Form::Number),
    ("multipleOf", Form::Number),
    ("not", Form::Schema),
    ("nullable", Form::Flag),
    ("oneOf", Form::Schemas),
    ("pattern", Form::Text),
    ("patternProperties", Form::SchemaMap),
    ("properties", Form::SchemaMap),
    ("readOnly", Form::Flag),
    ("required", Form::Texts),
    ("title", Form::Text),
    ("type", Form::TextOrTexts),
    ("uniqueItems", Form::Flag),
];

fn form(key: &str) -> Option<Form> {
    FIELDS.binary_search_by(|(name, _)| (*name).cmp(key)).ok().map(|at| FIELDS[at].1)
}

fn is_schema(json: &Json) -> bool {
    let Json::Object(entries) = json else { return json.is_null() };
    entries.iter().all(|(key, value)| form(key).is_none_or(|form| form.fits(value)))
}

impl Form {
    fn fits(self, value: &Json) -> bool {
        let texts = || value.as_array().is_some_and(|items| items.iter().all(|item| item.is_string()));
        let schemas = |items: &Vec<Json>| items.iter().all(is_schema);
        value.is_null()
            || match self {
                Self::Any => true,
                Self::Text => value.is_string(),
                Self::Flag => value.is_boolean(),
                Self::Number => value.is_number(),
                Self::Whole => value.is_i64(),
                Self::List => value.is_array(),
                Self::Texts => texts(),
                Self::TextOrTexts => value.is_string() || texts(),
                Self::Map => value.is_object(),
                Self::Schema => is_schema(value),
                Self::SchemaOrFlag => value.is_boolean() || is_schema(value),
                Self::SchemaOrList => value.as_array().map_or_else(|| is_schema(value), schemas),
                Self::Schemas => value.as_array().is_some_and(schemas),
                Self::SchemaMap => value.as_object().is_some_and(|map| map.values().all(is_schema)),
            }
    }
}

/// Whether all fields have the values that they would have without being written.
fn is_empty(json: &Json) -> bool {
    json.as_object().is_none_or(|entries| {
        entries.iter().all(|(key, value)| match (form(key), value) {
            (Some(_), Json::Null) => true,
            (Some(Form::Text), value) => value.as_str() == Some(""),
            (Some(Form::Flag), value) => value.as_bool() == Some(false),
            (None, value) if key == "$ref" || key == "$schema" => value.as_str().is_none_or(str::is_empty),
            _ => false,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_fields_is_sorted() {
        assert!(FIELDS.is_sorted_by(|left, right| left.0 < right.0));
    }

    #[test]
    fn only_objects_in_the_form_of_a_schema_count() {
        let reads = |text| CommentSchema::read(text).is_some();
        for text in [r#"{"type": "array"}"#, r#"{"$openapi": "name"}"#, r#"{"$ref": "x"}"#, r#"{"type": []}"#]
        {
            assert!(reads(text), "{text}");
        }
        for text in ["{}", "{a}", r#"{"type": 1}"#, r#"{"description": ""}"#, r#"{"items": {"type": 1}}"#] {
            assert!(!reads(text), "{text}");
        }
    }

    #[test]
    fn a_comment_may_name_a_definition_of_kubernetes() {
        let text = r##"{"items": {"$ref": "#/definitions/io.k8s.api.core.v1.Container"}, "type": "array",
            "x-kubernetes-patch-merge-key": "image", "x-kubernetes-patch-strategy": "merge"}"##;
        let comment = SchemaComment::new(text).unwrap();
        let list = schema_of(comment).unwrap().resolve_in(Schema::kubernetes());
        assert_eq!(list.merge_keys().unwrap(), ["image"]);
        let ports = list.items().and_then(|container| container.field("ports")).unwrap();
        assert_eq!(ports.merge_keys().unwrap(), ["containerPort", "protocol"]);
    }
}
