//! From the tree of a kustomization file to its typed form.

use super::fields::{self, FIELDS};
use super::{Kind, Kustomization, Reader};
use crate::base::Mark;
use crate::yaml::Fault;
use crate::yaml::Node;

/// Reads a kustomization file; `file` is the mark of the file as a whole.
///
/// # Errors
///
/// A [`Fault`] for fields that kustomize does not know, values of the wrong type, a wrong `kind` or
/// `apiVersion`, and a file that asks for nothing.
pub(crate) fn parse(root: Option<&Node>, file: Mark) -> Result<Kustomization, Fault> {
    let reader = Reader::Kustomization;
    let mut kustomization = Kustomization { mark: file, ..Kustomization::default() };
    let mut kind = None;
    let mut api_version = None;
    let mut says_something = false;
    if let Some(root) = root {
        for (name, entry) in reader.fields(root, "the kustomization", &FIELDS)? {
            match name {
                "kind" => kind = reader.text(&entry.value, "`kind`")?,
                "apiVersion" => api_version = reader.text(&entry.value, "`apiVersion`")?,
                _ => {
                    says_something |= fields::read(&mut kustomization, reader, name, entry)?;
                }
            }
        }
    }
    if !says_something {
        return Err(Fault::new("kustomization/empty", file, "the kustomization is empty")
            .hint("Give it at least `resources: []`."));
    }
    kustomization.kind = match &kind {
        None => Kind::Kustomization,
        Some(kind) if kind.value == "Kustomization" => Kind::Kustomization,
        Some(kind) if kind.value == "Component" => Kind::Component,
        Some(kind) => {
            let message = format!("`kind` must be `Kustomization` or `Component`, not `{}`", kind.value);
            return Err(Fault::new("kustomization/kind", kind.mark, message));
        }
    };
    if let Some(version) = api_version {
        let wanted = match kustomization.kind {
            Kind::Kustomization => "kustomize.config.k8s.io/v1beta1",
            Kind::Component => "kustomize.config.k8s.io/v1alpha1",
        };
        if version.value != wanted {
            let what = kind.map_or_else(|| "Kustomization".into(), |kind| kind.value);
            let message = format!("`apiVersion` of a {what} must be `{wanted}`, not `{}`", version.value);
            return Err(Fault::new("kustomization/api-version", version.mark, message)
                .hint(format!("Write `apiVersion: {wanted}`.")));
        }
    }
    kustomization.deprecated.sort_by_key(|deprecated| deprecated.field);
    Ok(kustomization)
}
