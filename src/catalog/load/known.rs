//! What may stand at a field path of a service, for those who set values: the table of keys, asked one path at a time.

use super::keys::{Key, SERVICE, Shape};
use super::rules::{TextRule, is_quantity, label_value};
use crate::base::Diagnostic;
use crate::base::nearest::nearest;
use crate::yaml::Tag;
use crate::yaml::edit::{EditValue, Route, Step};

/// A field of a service.
#[derive(Clone, Copy, Debug)]
pub struct ServiceField {
    kind: Kind,
    varies: bool,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Shape(Shape),
    /// The value of one label.
    Label,
}

/// Why a value cannot be set.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FieldError {
    /// No field has this path.
    #[error("a service has no field `{path}`")]
    Unknown {
        /// The path as far as the first name that is not known.
        path: String,
        /// The whole path with the nearest spelling in that place.
        nearest: Option<String>,
        /// The names that are known there.
        known: Vec<&'static str>,
    },
    /// The value is of another type or breaks a rule.
    #[error("{path}: {reason}")]
    Value {
        /// The field.
        path: String,
        /// What is wrong with the value.
        reason: String,
        /// How to write such a value, as a sentence.
        example: String,
    },
}

impl FieldError {
    /// The error as a problem to be shown.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Unknown { nearest, known, .. } => {
                let problem = Diagnostic::error("catalog/unknown-key", self.to_string());
                match nearest {
                    Some(path) => problem.hint(format!("Did you mean `{path}`?")),
                    None if known.is_empty() => problem,
                    None => {
                        let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
                        problem.hint(format!("There are: {}.", names.join(", ")))
                    }
                }
            }
            Self::Value { example, .. } => {
                Diagnostic::error("catalog/bad-value", self.to_string()).hint(example.clone())
            }
        }
    }
}

impl ServiceField {
    /// The field at a path without `defaults` and `overrides`.
    ///
    /// # Errors
    ///
    /// [`FieldError::Unknown`], with the nearest spelling.
    pub fn find(path: &Route) -> Result<Self, FieldError> {
        let mut field = Self { kind: Kind::Shape(Shape::Map(SERVICE)), varies: false };
        for (position, step) in path.0.iter().enumerate() {
            field = match (field.kind, step) {
                (Kind::Shape(Shape::Map(keys)), Step::Key(name)) => match find(keys, name) {
                    Some(key) => Self { kind: Kind::Shape(key.shape), varies: field.varies || key.varies },
                    None => return Err(unknown(path, position, keys)),
                },
                (Kind::Shape(Shape::Labels), Step::Key(_)) => Self { kind: Kind::Label, ..field },
                (Kind::Shape(Shape::List(item)), Step::Index(_) | Step::Where { .. } | Step::End) => {
                    Self { kind: Kind::Shape(*item), ..field }
                }
                _ => return Err(unknown(path, position, &[])),
            };
        }
        Ok(field)
    }

    /// Whether the value may be different for an environment or region.
    #[must_use]
    pub fn varies(&self) -> bool {
        self.varies
    }

    /// The names of what may stand inside of the field, for completion; none for single values and lists.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        match self.kind {
            Kind::Shape(Shape::Map(keys)) => keys.iter().map(|key| key.name).collect(),
            Kind::Shape(_) | Kind::Label => Vec::new(),
        }
    }

    /// What the value must be, in words: `a whole number of at least 1`.
    #[must_use]
    pub fn wanted(&self) -> String {
        match self.kind {
            Kind::Shape(shape) => shape.wanted(),
            Kind::Label => "a string".to_owned(),
        }
    }

    /// The value as this field takes it: where a string is wanted, `1.20` is a string.
    ///
    /// # Errors
    ///
    /// [`FieldError::Value`] when the value is of another type or breaks a rule of the field.
    pub fn accept(&self, path: &Route, value: &EditValue) -> Result<EditValue, FieldError> {
        let refused = |reason, example| FieldError::Value { path: path.to_string(), reason, example };
        match self.kind {
            Kind::Label => {
                label(value).map_err(|reason| refused(reason, "Write for example `accounts`.".to_owned()))
            }
            Kind::Shape(shape) => accept(shape, value).map_err(|error| match error {
                Refused::Value(reason) => {
                    let name = path.0.iter().rev().find_map(|step| match step {
                        Step::Key(name) => Some(name.as_str()),
                        _ => None,
                    });
                    refused(reason, shape.example(name.unwrap_or("")))
                }
                Refused::Key(key, keys) => {
                    let path = path.clone().key(key);
                    unknown(&path, path.0.len() - 1, keys)
                }
            }),
        }
    }
}

fn find(keys: &'static [Key], name: &str) -> Option<&'static Key> {
    keys.iter().find(|key| key.name == name)
}

fn unknown(path: &Route, position: usize, keys: &'static [Key]) -> FieldError {
    let known: Vec<&'static str> = keys.iter().map(|key| key.name).collect();
    let nearest = match &path.0[position] {
        Step::Key(name) => nearest(name, known.iter().copied()).map(|meant| {
            let mut meant_path = path.clone();
            meant_path.0[position] = Step::Key(meant.to_owned());
            meant_path.to_string()
        }),
        _ => None,
    };
    FieldError::Unknown { path: Route(path.0[..=position].to_vec()).to_string(), nearest, known }
}

/// Why a shape does not take a value.
enum Refused {
    /// What is wrong with it.
    Value(String),
    /// A key that the map does not have, and the keys that it has.
    Key(String, &'static [Key]),
}

fn accept(shape: Shape, value: &EditValue) -> Result<EditValue, Refused> {
    let wrong_type = || Refused::Value(format!("`{value}` is not {}", shape.wanted()));
    match (shape, value) {
        (Shape::Text(rule), EditValue::Text(text) | EditValue::Plain(text)) => {
            let broken = |reason| Refused::Value(format!("`{text}` is not {}: {reason}", rule.wanted()));
            rule.check(text).map_err(broken)?;
            Ok(EditValue::text(text))
        }
        (Shape::Integer(low, high), EditValue::Plain(text)) => match text.parse::<i64>() {
            Ok(number) if (low..=high).contains(&number) => Ok(value.clone()),
            _ => Err(wrong_type()),
        },
        (Shape::Boolean, EditValue::Plain(_)) if value.tag() == Some(Tag::Bool) => Ok(value.clone()),
        (Shape::Quantity, EditValue::Text(text) | EditValue::Plain(text)) if is_quantity(text) => {
            Ok(value.clone())
        }
        (Shape::List(inner), EditValue::Sequence(items)) => {
            let items: Result<Vec<EditValue>, Refused> =
                items.iter().map(|item| accept(*inner, item)).collect();
            items.map(EditValue::Sequence)
        }
        (Shape::Map(keys), EditValue::Mapping(entries)) => {
            let entries = entries.iter().map(|(name, value)| match find(keys, name) {
                Some(key) => Ok((name.clone(), accept(key.shape, value)?)),
                None => Err(Refused::Key(name.clone(), keys)),
            });
            entries.collect::<Result<Vec<(String, EditValue)>, Refused>>().map(EditValue::Mapping)
        }
        (Shape::Labels, EditValue::Mapping(entries)) => {
            let entries =
                entries.iter().map(|(name, value)| Ok((name.clone(), label(value).map_err(Refused::Value)?)));
            entries.collect::<Result<Vec<(String, EditValue)>, Refused>>().map(EditValue::Mapping)
        }
        _ => Err(wrong_type()),
    }
}

fn label(value: &EditValue) -> Result<EditValue, String> {
    match value {
        EditValue::Text(text) | EditValue::Plain(text) => match label_value(text) {
            Ok(()) => Ok(EditValue::text(text)),
            Err(reason) => Err(format!("`{text}` is not the value of a label: {reason}")),
        },
        _ => Err(format!("`{value}` is not {}", TextRule::Any.wanted())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(path: &str, value: EditValue) -> Result<EditValue, FieldError> {
        let path = Route::parse(path).unwrap();
        ServiceField::find(&path)?.accept(&path, &value)
    }

    #[test]
    fn a_value_is_taken_as_its_field_wants_it() {
        assert_eq!(accept("tag", EditValue::typed("1.20")), Ok(EditValue::text("1.20")));
        assert_eq!(accept("hpa.minReplicas", EditValue::typed("3")), Ok(3.into()));
        assert_eq!(accept("resources.cpu", EditValue::typed("500m")), Ok("500m".into()));
        assert_eq!(accept("labels.team", EditValue::typed("4")), Ok("4".into()));
        assert_eq!(accept("ports[name=http].containerPort", EditValue::typed("80")), Ok(80.into()));
    }

    #[test]
    fn a_wrong_type_or_broken_rule_is_refused_with_an_example() {
        let message = |path, value| accept(path, value).unwrap_err().to_string();
        assert_eq!(
            message("hpa.minReplicas", EditValue::typed("many")),
            "hpa.minReplicas: `many` is not a whole number of at least 0"
        );
        assert!(message("resources.cpu", EditValue::typed("lots")).contains("is not a quantity"));
        assert!(message("schedule", EditValue::typed("daily")).contains("is not a cron schedule"));
        assert!(
            accept("components", EditValue::typed("hpa")).unwrap_err().diagnostic().hints[0].contains('[')
        );
    }

    #[test]
    fn a_path_that_is_not_known_names_the_nearest_one() {
        let nearest = |path| match accept(path, EditValue::Null) {
            Err(FieldError::Unknown { path, nearest, .. }) => (path, nearest),
            other => panic!("{other:?}"),
        };
        assert_eq!(nearest("hpa.minReplcas"), ("hpa.minReplcas".into(), Some("hpa.minReplicas".into())));
        assert_eq!(nearest("hap.minReplicas"), ("hap".into(), Some("hpa.minReplicas".into())));
        assert_eq!(nearest("replicas.x"), ("replicas.x".into(), None));
        assert!(!ServiceField::find(&Route::parse("channel").unwrap()).unwrap().varies());
        assert!(ServiceField::find(&Route::parse("hpa.minReplicas").unwrap()).unwrap().varies());
    }
}
