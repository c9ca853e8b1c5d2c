//! Finding the object that a name means.

use super::is_role;
use super::update::Update;
use crate::base::Mark;
use crate::kustomize::Resource;
use crate::yaml::Fault;

impl Update<'_> {
    /// The places of the resources that were called `name` and that the referrer can see.
    pub(super) fn reachable(&self, name: &str) -> Vec<usize> {
        let was_called = |resource: &Resource| resource.previous_ids().iter().any(|id| id.name == name);
        let is_it = |index: &usize| {
            let resource = &self.resources[*index];
            was_called(resource) && self.can_reach(resource)
        };
        self.places.perhaps_named(name).filter(is_it).collect()
    }

    /// Whether the referrer can see a resource: one of the two has no namespace, both are in the same, or the
    /// referrer binds roles to service accounts over there.
    pub(super) fn can_reach(&self, resource: &Resource) -> bool {
        let (own, other) = (self.referrer.id(), resource.id());
        own.cluster_scoped
            || other.cluster_scoped
            || own.same_namespace(other)
            || self.binding_namespaces.contains(&other.namespace)
    }

    /// The one resource that is meant, if there is one.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when several could be meant that have different names, or with `with_namespace` namespaces.
    pub(super) fn select(
        &self,
        mut places: Vec<usize>,
        mark: Mark,
        with_namespace: bool,
    ) -> Result<Option<&Resource>, Fault> {
        let at = |index: &usize| &self.resources[*index];
        places.retain(|index| at(index).previous_ids().iter().any(|id| self.target.selects(id)));
        if let Some(role) = self.role {
            places.retain(|index| at(index).previous_ids().iter().any(|id| is_role(id, role)));
        }
        places.retain(|index| self.is_in_same_namespace(at(index)));
        if places.len() > 1 {
            places.retain(|index| at(index).same_prefixes_and_suffixes(self.referrer, true));
            if places.len() > 1 {
                places.retain(|index| at(index).same_prefixes_and_suffixes(self.referrer, false));
            }
        }
        let Some(first) = places.first().map(at) else { return Ok(None) };
        let is_same = |other: &Resource| {
            other.id().name == first.id().name
                && (!with_namespace || other.id().namespace == first.id().namespace)
        };
        match places.iter().map(at).find(|other| !is_same(other)) {
            None => Ok(Some(first)),
            Some(other) => {
                let message = format!(
                    "the reference could mean {} or {}, which are called differently now",
                    first.id(),
                    other.id()
                );
                Err(Fault::new("names/ambiguous", mark, message)
                    .also(other.mark(), "one that could be meant")
                    .hint("Give the objects different names, or put the referrer into the layer of the one it means."))
            }
        }
    }

    fn is_in_same_namespace(&self, resource: &Resource) -> bool {
        let own = self.referrer.id();
        own.cluster_scoped
            || resource.id().cluster_scoped
            // A binding may name service accounts of other namespaces.
            || resource.id().kind == "ServiceAccount"
            || own.same_namespace(resource.id())
    }
}
