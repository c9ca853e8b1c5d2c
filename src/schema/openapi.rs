//! Reading an OpenAPI description that a kustomization names under `openapi:`.

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::{Schema, Shape, TypeId};
use crate::yaml::{Fault, Node};

const GROUP_VERSION_KIND: &str = "x-kubernetes-group-version-kind";
const PATCH_STRATEGY: &str = "x-kubernetes-patch-strategy";
const MERGE_KEY: &str = "x-kubernetes-patch-merge-key";
const MERGE_KEYS: &str = "x-kubernetes-list-map-keys";

impl Schema {
    /// Reads an OpenAPI (version 2) document: its `definitions`, and the scopes of kinds from its `paths`.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when the document or its definitions are not maps, or a merge key is not text.
    pub fn parse(document: &Node) -> Result<Self, Fault> {
        Self::parse_onto(document, Self::default(), false)
    }

    /// As [`Self::parse`], with all that `base` describes. Where both describe a type, the document counts, or with
    /// `base_wins` the base.
    ///
    /// # Errors
    ///
    /// As [`Self::parse`].
    pub fn parse_onto(document: &Node, base: Self, base_wins: bool) -> Result<Self, Fault> {
        let kept = if base_wins { base.named.clone() } else { FxHashMap::default() };
        let mut reader = Reader { schema: base, kept, is_comment: false };
        if document.as_mapping().is_none() {
            return Err(wrong(document, "an OpenAPI description", "a map"));
        }
        if let Some(definitions) = document.get("definitions").filter(|node| !node.is_null()) {
            reader.definitions(definitions)?;
        }
        if let Some(paths) = document.get("paths").filter(|node| !node.is_null()) {
            reader.scopes(paths);
        }
        Ok(reader.schema)
    }

    /// Adds all that `other` describes; where both describe a kind, `other` wins.
    pub fn extend(&mut self, other: &Self) {
        let offset = u32::try_from(self.types.len()).unwrap_or(u32::MAX);
        let moved = |id: &TypeId| TypeId(id.0.saturating_add(offset));
        self.types.extend(other.types.iter().map(|shape| match shape {
            Shape::Opaque => Shape::Opaque,
            Shape::Definition(name) => Shape::Definition(name.clone()),
            Shape::Same(id) => Shape::Same(moved(id)),
            Shape::List { items, merge } => {
                Shape::List { items: items.as_ref().map(moved), merge: merge.clone() }
            }
            Shape::Map { fields, others } => Shape::Map {
                fields: fields.iter().map(|(key, id)| (key.clone(), moved(id))).collect(),
                others: others.as_ref().map(moved),
            },
        }));
        #[expect(clippy::iter_over_hash_type, reason = "one map is poured into another")]
        for (key, id) in &other.resources {
            self.resources.insert(key.clone(), moved(id));
        }
        #[expect(clippy::iter_over_hash_type, reason = "one map is poured into another")]
        for (key, namespaced) in &other.namespaced {
            self.namespaced.insert(key.clone(), *namespaced);
        }
    }
}

fn wrong(node: &Node, what: &str, wanted: &str) -> Fault {
    Fault::new("openapi/type", node.mark, format!("{what} is {wanted}, not {}", node.kind_name()))
        .hint("`kustomize openapi fetch` writes a description in the right form.")
}

pub(super) struct Reader {
    /// What is known so far. Definitions are made when they are first named, so that they may refer to later ones.
    pub(super) schema: Schema,
    /// Definitions that stay as they are.
    kept: FxHashMap<CompactString, TypeId>,
    /// A comment has no definitions; those that it names are found when it is used.
    is_comment: bool,
}

impl Reader {
    /// Reads a schema that stands in a comment.
    pub(super) fn of_comment() -> Self {
        Self { schema: Schema::default(), kept: FxHashMap::default(), is_comment: true }
    }

    fn definitions(&mut self, definitions: &Node) -> Result<(), Fault> {
        let Some(map) = definitions.as_mapping() else {
            return Err(wrong(definitions, "`definitions`", "a map"));
        };
        for entry in map {
            if self.kept.contains_key(&entry.key) {
                continue;
            }
            let place = self.place_of(&entry.key);
            let shape = self.shape(&entry.value)?;
            self.schema.types[place.0 as usize] = shape;
            let kinds = entry.value.get(GROUP_VERSION_KIND).and_then(Node::as_sequence).unwrap_or_default();
            for key in kinds.iter().filter_map(resource_key) {
                self.schema.resources.insert(key, place);
            }
        }
        Ok(())
    }

    fn place_of(&mut self, name: &str) -> TypeId {
        if let Some(id) = self.schema.named.get(name) {
            return *id;
        }
        // Until it is described it refers to itself, which nothing can be found behind.
        let id = self.schema.add(Shape::Opaque);
        self.schema.types[id.0 as usize] = Shape::Same(id);
        self.schema.named.insert(name.into(), id);
        id
    }

    pub(super) fn shape(&mut self, node: &Node) -> Result<Shape, Fault> {
        if let Some(reference) = node.get("$ref").and_then(Node::as_str) {
            return Ok(match reference.strip_prefix("#/definitions/") {
                Some(name) => {
                    let name = name.replace("~1", "/").replace("~0", "~");
                    if self.is_comment {
                        Shape::Definition(name.into())
                    } else {
                        Shape::Same(self.place_of(&name))
                    }
                }
                None => Shape::Opaque,
            });
        }
        if is_list(node) {
            let items = match node.get("items") {
                Some(items) => Some(self.add(items)?),
                None => None,
            };
            return Ok(Shape::List { items, merge: merge_keys(node)? });
        }
        // The strategy counts for every list, also without the word that it is one.
        if node.get("properties").is_none()
            && let Some(merge) = merge_keys(node)?
        {
            return Ok(Shape::List { items: None, merge: Some(merge) });
        }
        let mut fields = Vec::new();
        if let Some(properties) = node.get("properties").and_then(Node::as_mapping) {
            for entry in properties {
                fields.push((entry.key.clone(), self.add(&entry.value)?));
            }
            fields.sort_by(|left, right| left.0.cmp(&right.0));
        }
        let others = match node.get("additionalProperties") {
            Some(schema) if schema.as_mapping().is_some() => Some(self.add(schema)?),
            _ => None,
        };
        Ok(Shape::Map { fields, others })
    }

    fn add(&mut self, node: &Node) -> Result<TypeId, Fault> {
        let shape = self.shape(node)?;
        Ok(self.schema.add(shape))
    }

    /// A kind lives in namespaces when one of the paths to read it goes through a namespace.
    fn scopes(&mut self, paths: &Node) {
        for entry in paths.as_mapping().into_iter().flatten() {
            let kind = entry.value.get_path(&["get", GROUP_VERSION_KIND]);
            let Some(key) = kind.and_then(resource_key) else { continue };
            let namespaced = self.schema.namespaced.entry(key).or_default();
            *namespaced |= entry.key.contains("namespaces/{namespace}");
        }
    }
}

fn is_list(node: &Node) -> bool {
    let only = match node.get("type") {
        Some(kinds) if kinds.as_sequence().is_some_and(|kinds| kinds.len() == 1) => {
            kinds.as_sequence().and_then(|kinds| kinds.first())
        }
        other => other,
    };
    only.and_then(Node::as_str) == Some("array")
}

fn merge_keys(node: &Node) -> Result<Option<Vec<CompactString>>, Fault> {
    let Some(strategy) = node.get(PATCH_STRATEGY) else { return Ok(None) };
    let text = |node: &Node| match node.as_str() {
        Some(text) => Ok(CompactString::from(text)),
        None => Err(wrong(node, "a merge key or strategy", "a string")),
    };
    if !text(strategy)?.split(',').any(|word| word == "merge") {
        return Ok(None);
    }
    let keys = match (node.get(MERGE_KEYS).and_then(Node::as_sequence), node.get(MERGE_KEY)) {
        (Some(keys), _) => keys.iter().map(text).collect::<Result<_, _>>()?,
        (None, Some(key)) => vec![text(key)?],
        (None, None) => Vec::new(),
    };
    Ok(Some(keys))
}

/// `apiVersion/Kind` of one entry of the extension.
fn resource_key(node: &Node) -> Option<CompactString> {
    let text = |key| node.get(key).and_then(Node::as_str);
    let (version, kind) = (text("version")?, text("kind")?);
    Some(match text("group").filter(|group| !group.is_empty()) {
        Some(group) => compact_str::format_compact!("{group}/{version}/{kind}"),
        None => compact_str::format_compact!("{version}/{kind}"),
    })
}
