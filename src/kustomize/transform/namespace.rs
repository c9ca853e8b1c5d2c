//! Moving objects into a namespace: their own field, subjects of bindings, and the fields of the configuration.

use std::sync::LazyLock;

use super::labels::created;
use super::{about, set};
use crate::base::Mark;
use crate::kustomize::Resource;
use crate::kustomize::config::{FieldSpec, FieldSpecs};
use crate::kustomize::resource::ResourceMap;
use crate::yaml::field_path::SpecPath;
use crate::yaml::field_path::spec::CreatedKind;
use crate::yaml::{Fault, Node, Tag, Value};

/// The field of an object itself, and that of a subject.
static OWN: LazyLock<FieldSpec> = LazyLock::new(|| FieldSpec::everywhere("metadata/namespace", true));
static OF_SUBJECT: LazyLock<SpecPath> = LazyLock::new(|| SpecPath::parse("namespace"));

/// Which subjects of a RoleBinding or ClusterRoleBinding get the namespace.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) enum Subjects {
    /// Those with the name `default`.
    #[default]
    NamedDefault,
    /// Every service account.
    ServiceAccounts,
    /// None.
    Nobody,
}

/// A namespace to set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Namespace {
    /// The namespace.
    pub(crate) name: String,
    /// The line that asks for it.
    pub(crate) mark: Mark,
    /// Fields besides the object's own namespace.
    pub(crate) fields: FieldSpecs,
    /// Whether namespaces that are there stay.
    pub(crate) unset_only: bool,
    /// Which subjects of bindings get it.
    pub(crate) subjects: Subjects,
}

impl Namespace {
    /// Sets the namespace in every resource.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when two resources become the same object, or a field is no single value.
    pub(crate) fn apply(&self, resources: &mut ResourceMap) -> Result<(), Fault> {
        if self.name.is_empty() {
            return Ok(());
        }
        for resource in resources.iter_mut() {
            if resource.is_empty() || resource.annotation(HELM_GENERATED) == Some("true") {
                continue;
            }
            resource.store_previous_id();
            self.apply_to(resource).map_err(|fault| about(fault, resource))?;
        }
        match resources.duplicate() {
            None => Ok(()),
            Some((first, second)) => {
                let (first, second) = (&resources.as_slice()[first], &resources.as_slice()[second]);
                let message = format!(
                    "namespace `{}` makes two resources the same object: {} and {}",
                    self.name,
                    first.original_id(),
                    second.original_id(),
                );
                Err(Fault::new("transform/namespace-conflict", self.mark, message)
                    .also(second.mark(), "the second one")
                    .hint("Rename one of them, or set the namespace in the layers that hold them."))
            }
        }
    }

    /// Sets the namespace in one resource.
    pub(crate) fn apply_to(&self, resource: &mut Resource) -> Result<(), Fault> {
        let id = resource.id().clone();
        let is_binding = matches!(id.kind.as_str(), "RoleBinding" | "ClusterRoleBinding");
        resource.update(|node| {
            if !id.cluster_scoped {
                self.visit(node, &OWN, CreatedKind::Scalar(Tag::Null))?;
            }
            if is_binding {
                self.apply_to_subjects(node)?;
            }
            for field in self.fields.iter().filter(|field| field.of.selects(&id)) {
                let path = field.path.as_str();
                let is_own = path == "metadata/namespace";
                // Only the Namespace of the core group is named by the namespace.
                let is_other_name = path == "metadata/name" && !(id.group.is_empty() && id.version == "v1");
                let is_subject = matches!(field.of.kind.as_str(), "RoleBinding" | "ClusterRoleBinding")
                    && path == "subjects/namespace";
                if is_own || is_other_name || (is_binding && is_subject) {
                    continue;
                }
                self.visit(node, field, CreatedKind::Scalar(Tag::Str))?;
            }
            Ok(())
        })
    }

    fn visit(&self, node: &mut Node, field: &FieldSpec, kind: CreatedKind) -> Result<(), Fault> {
        let created = field.create.then(|| created(kind, self.mark));
        field.path.visit_mut(node, created, &mut |node: &mut Node| self.set(node)).map(|_| ())
    }

    fn set(&self, node: &mut Node) -> Result<(), Fault> {
        let is_set =
            node.as_scalar().is_some_and(|scalar| scalar.tag != Tag::Null && !scalar.text.is_empty());
        if self.unset_only && is_set {
            return Ok(());
        }
        set::scalar(node, &self.name, Some(Tag::Str), self.mark)
    }

    fn apply_to_subjects(&self, node: &mut Node) -> Result<(), Fault> {
        let (key, wanted) = match self.subjects {
            Subjects::Nobody => return Ok(()),
            Subjects::NamedDefault => ("name", "default"),
            Subjects::ServiceAccounts => ("kind", "ServiceAccount"),
        };
        let Some(subjects) = node.as_mapping_mut().and_then(|map| map.get_mut("subjects")) else {
            return Ok(());
        };
        if subjects.is_null() {
            return Ok(());
        }
        let (kind, mark) = (subjects.kind_name(), subjects.mark);
        let Value::Sequence(subjects) = &mut subjects.value else {
            return Err(Fault::new(
                "transform/wrong-kind",
                mark,
                format!("`subjects` must be a list, not {kind}"),
            ));
        };
        for subject in subjects {
            if subject.as_mapping().is_none() && !subject.is_null() {
                let message = format!("a subject must be a map, not {}", subject.kind_name());
                return Err(Fault::new("transform/wrong-kind", subject.mark, message)
                    .hint("Write a map such as `{kind: ServiceAccount, name: x}`."));
            }
            if let Some(found) = subject.get(key).filter(|found| found.as_scalar().is_none()) {
                let message = format!("`{key}` of a subject must be text, not {}", found.kind_name());
                return Err(Fault::new("transform/wrong-kind", found.mark, message)
                    .hint("Write a map such as `{kind: ServiceAccount, name: x}`."));
            }
            let matches =
                subject.get(key).and_then(Node::as_scalar).is_some_and(|scalar| scalar.text == wanted);
            if matches {
                let created = created(CreatedKind::Scalar(Tag::Null), self.mark);
                OF_SUBJECT.visit_mut(subject, Some(created), &mut |node: &mut Node| self.set(node))?;
            }
        }
        Ok(())
    }
}

/// Marks what came out of a Helm chart, whose namespace is Helm's business.
pub(crate) const HELM_GENERATED: &str = "internal.config.kubernetes.io/helm-generated";
