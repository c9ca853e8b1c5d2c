//! The values that a chart gets: those of a file, joined with those of the kustomization.

use crate::base::Mark;
use crate::kustomize::kustomization::Text;
use crate::yaml::merge::{NoTypes, merge};
use crate::yaml::{Fault, Node, emit};

/// How the values of the kustomization and those of the file are joined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ValuesMerge {
    /// Those of the kustomization win.
    Override,
    /// Those of the file win.
    Merge,
    /// Only those of the kustomization count.
    Replace,
}

impl ValuesMerge {
    /// Reads `valuesMerge`.
    ///
    /// # Errors
    ///
    /// A [`Fault`] for other words.
    pub(super) fn of(text: Option<&Text>) -> Result<Self, Fault> {
        let Some(text) = text else { return Ok(Self::Override) };
        match text.value.as_str() {
            "override" => Ok(Self::Override),
            "merge" => Ok(Self::Merge),
            "replace" => Ok(Self::Replace),
            other => {
                let message =
                    format!("`valuesMerge` must be `merge`, `override` or `replace`, not `{other}`");
                Err(Fault::new("helm/values-merge", text.mark, message))
            }
        }
    }
}

/// The text of the values; `file` are those of the file, which `replace` does not need.
///
/// # Errors
///
/// A [`Fault`] when both have different shapes at one place, or a value has no printed form.
pub(super) fn joined(
    inline: &Node,
    file: Option<Node>,
    how: ValuesMerge,
    mark: Mark,
) -> Result<String, Fault> {
    let is_object = |node: &Node| {
        ["apiVersion", "kind"].iter().all(|key| node.get(key).is_some_and(|value| !value.is_null()))
    };
    if file.as_ref().is_some_and(is_object) || (file.is_some() && is_object(inline)) {
        let message =
            "the values of the chart look like a Kubernetes object, which kustomize joins by its kind";
        return Err(Fault::new("helm/values", mark, message)
            .hint("Use `valuesMerge: replace`, or `additionalValuesFiles`."));
    }
    let values = match (how, file) {
        (ValuesMerge::Replace, _) | (_, None) => inline.clone(),
        (ValuesMerge::Override, Some(mut file)) => {
            merge(&mut file, inline.clone(), &NoTypes)?;
            file
        }
        (ValuesMerge::Merge, Some(file)) => {
            let mut values = inline.clone();
            merge(&mut values, file, &NoTypes)?;
            values
        }
    };
    let mut text = String::new();
    emit(&values, &mut text).map_err(|error| {
        Fault::new("helm/values", mark, format!("the values have no printed form: {error}"))
    })?;
    Ok(text)
}
