//! The catalog as typed values, each with the place where it is written.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::setting::{Entry, Setting};
use super::{Rule, TargetId};
use crate::base::{Diagnostic, RepoPath, Span};

/// A value and the place where it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// Everything that the catalog files say, in the order of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Catalog {
    /// The services, bad ones included (see [`Service::diagnostics`]).
    pub services: Vec<Arc<Service>>,
    /// The channels of `channels.yaml`.
    pub channels: Vec<Channel>,
    /// `envPins` of `env-pins.yaml`.
    pub env_pins: Vec<Pin>,
    /// `regionPins` of `region-pins.yaml`.
    pub region_pins: Vec<Pin>,
    /// `defaultChannel` of `env-pins.yaml`; the value of each pin is the name of a channel.
    pub default_channels: Vec<Pin>,
    /// The environments, in their order of promotion.
    pub environments: Vec<Spanned<Arc<str>>>,
    /// The regions.
    pub regions: Vec<Region>,
    /// The entries of `images.lock.yaml`.
    pub locked_images: Vec<LockedImage>,
    /// The text of `policies.yaml`, read by the checks.
    pub policies: Option<Setting>,
    /// What `overlens.yaml` says, or the defaults.
    pub settings: Settings,
    /// Where each service stands in the list, once somebody asks for one.
    pub names: ServiceNames,
}

/// The positions of services by name, made when first asked for. Says nothing that the list does not, so any two are
/// equal.
#[derive(Clone, Debug, Default)]
pub struct ServiceNames(OnceLock<FxHashMap<Arc<str>, usize>>);

impl PartialEq for ServiceNames {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for ServiceNames {}

impl ServiceNames {
    /// The position of a name in the list that these are the names of.
    fn position(&self, name: &str, services: &[Arc<Service>]) -> Option<usize> {
        let made = || {
            // Of two with the same name the first one counts, so it is the last one put in.
            services.iter().enumerate().rev().map(|(at, service)| (service.name.value.clone(), at)).collect()
        };
        self.0.get_or_init(made).get(name).copied()
    }
}

/// Where things lie and in which order refs are looked up: `overlens.yaml` or its defaults.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Directory of the catalog files.
    pub catalog: RepoPath,
    /// Where the layers lie.
    pub layers: LayerPaths,
    /// Where a setting stands in `overlens.yaml`, by its key.
    pub spans: Vec<(Arc<str>, Span)>,
    /// The order of the ladder; the first rule that finds something wins.
    pub resolution: Vec<Rule>,
    /// How namespaces are named where the service does not say: `{env}`, `{service}` and `{region}` are filled in.
    pub namespace_template: Arc<str>,
}

/// Where the layers of a platform lie, from the root of the repository.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LayerPaths {
    /// The base that every target has, if the platform has one: `kustomize/cb-base`.
    pub base: RepoPath,
    /// Directory of the archetypes: `kustomize/archetype`.
    pub archetypes: RepoPath,
    /// Directory of the components: `kustomize/components`.
    pub components: RepoPath,
    /// Directory of the environment overlays: `kustomize/envs`.
    pub environments: RepoPath,
    /// Directory of the region overlays: `kustomize/regions`.
    pub regions: RepoPath,
}

/// One service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Service {
    /// Its name; for an entry without one, `services[<index>]`.
    pub name: Spanned<Arc<str>>,
    /// The place of its whole entry.
    pub span: Span,
    /// Position in the list of `services.yaml`, from 0.
    pub index: usize,
    /// `type`: the archetype.
    pub archetype: Option<Spanned<Arc<str>>>,
    /// `tagStrategy`.
    pub tag_strategy: Option<Spanned<Arc<str>>>,
    /// `channel`.
    pub channel: Option<Spanned<Arc<str>>>,
    /// `regions`.
    pub regions: Vec<Spanned<Arc<str>>>,
    /// `enabledIn`: the environments.
    pub enabled_in: Vec<Spanned<Arc<str>>>,
    /// `namespaceTemplate`.
    pub namespace_template: Option<Spanned<Arc<str>>>,
    /// `components`.
    pub components: Vec<Spanned<Arc<str>>>,
    /// Everything that may vary by environment (`image`, `tag`, `digest`, `hpa`, `resources`, ...) and `labels` and
    /// `patches`, checked against the table of keys.
    pub settings: Vec<Entry>,
    /// What is wrong with this service. With an error in it, its targets do not render; other services do.
    pub diagnostics: Vec<Diagnostic>,
}

/// A named ref.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Channel {
    /// Its name, at the place of its definition.
    pub name: Spanned<Arc<str>>,
    /// The ref it stands for.
    pub reference: Spanned<Arc<str>>,
    /// What people say about it.
    pub description: Option<Arc<str>>,
}

/// A ref or channel assigned to an environment, and for region pins to one region of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pin {
    /// The environment.
    pub env: Arc<str>,
    /// The region, for region pins.
    pub region: Option<Arc<str>>,
    /// Where its key stands.
    pub key_span: Span,
    /// The ref (or the channel, in `defaultChannel`), at its place.
    pub value: Spanned<Arc<str>>,
}

/// One region.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Region {
    /// Its name.
    pub name: Spanned<Arc<str>>,
    /// Its part in a failover, if `regions.yaml` says.
    pub role: Option<RegionRole>,
}

/// The part of a region in a failover.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RegionRole {
    /// Serves normally.
    Primary,
    /// Takes over when the primary region fails (disaster recovery).
    Secondary,
}

/// An image whose tag or digest has been looked up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LockedImage {
    /// The service, or the image without tag and digest.
    pub name: Spanned<Arc<str>>,
    /// Its tag.
    pub tag: Option<Spanned<Arc<str>>>,
    /// Its digest, `sha256:...`.
    pub digest: Option<Spanned<Arc<str>>>,
}

impl Catalog {
    /// The service with this name; the first one if the name is there twice.
    #[must_use]
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.shared_service(name).map(|service| &**service)
    }

    /// As [`Self::service`], to be shared with other catalogs.
    #[must_use]
    pub fn shared_service(&self, name: &str) -> Option<&Arc<Service>> {
        self.services.get(self.names.position(name, &self.services)?)
    }

    /// The channel with this name.
    #[must_use]
    pub fn channel(&self, name: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| &*channel.name.value == name)
    }

    /// The region with this name.
    #[must_use]
    pub fn region(&self, name: &str) -> Option<&Region> {
        self.regions.iter().find(|region| &*region.name.value == name)
    }

    /// Every target: each service in each of its environments and regions, in the order of the catalog
    /// (environments and regions in the order of [`Self::environments`] and [`Self::regions`]). Of two services with
    /// the same name the first one counts.
    #[must_use]
    pub fn targets(&self) -> Vec<TargetId> {
        self.usable_services().flat_map(|service| self.targets_of(service)).collect()
    }

    /// The services whose names count: of two with the same name the first.
    pub fn usable_services(&self) -> impl Iterator<Item = &Arc<Service>> {
        let mut seen = std::collections::BTreeSet::new();
        self.services.iter().filter(move |service| seen.insert(&service.name.value))
    }

    /// The targets of one service, in the order of [`Self::targets`].
    #[must_use]
    pub fn targets_of(&self, service: &Service) -> Vec<TargetId> {
        let ordered = |names: &[Spanned<Arc<str>>], known: &mut dyn Iterator<Item = Arc<str>>| {
            let known: Vec<Arc<str>> = known.collect();
            let mut unique: Vec<Arc<str>> = Vec::new();
            for name in names {
                if !unique.contains(&name.value) {
                    unique.push(name.value.clone());
                }
            }
            unique.sort_by_key(|name| known.iter().position(|other| other == name).unwrap_or(known.len()));
            unique
        };
        let envs = ordered(&service.enabled_in, &mut self.environments.iter().map(|env| env.value.clone()));
        let regions =
            ordered(&service.regions, &mut self.regions.iter().map(|region| region.name.value.clone()));
        let name = &service.name.value;
        envs.iter()
            .flat_map(|env| {
                regions.iter().map(move |region| TargetId {
                    service: name.clone(),
                    env: env.clone(),
                    region: region.clone(),
                })
            })
            .collect()
    }
}

impl Service {
    /// A setting by its key.
    #[must_use]
    pub fn setting(&self, key: &str) -> Option<&Setting> {
        self.settings.iter().find(|entry| &*entry.key == key).map(|entry| &entry.value)
    }

    /// Hands out every place that the service names, so that it can be put elsewhere.
    pub(super) fn each_span(&mut self, visit: &mut dyn FnMut(&mut Span)) {
        visit(&mut self.span);
        visit(&mut self.name.span);
        let texts =
            [&mut self.archetype, &mut self.tag_strategy, &mut self.channel, &mut self.namespace_template];
        let lists = [&mut self.regions, &mut self.enabled_in, &mut self.components];
        for said in texts.into_iter().flatten().chain(lists.into_iter().flatten()) {
            visit(&mut said.span);
        }
        for entry in &mut self.settings {
            entry.each_span(visit);
        }
        for problem in &mut self.diagnostics {
            for label in problem.primary.iter_mut().chain(&mut problem.related) {
                visit(&mut label.span);
            }
        }
    }

    /// Whether something is wrong that keeps its targets from rendering.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.diagnostics.iter().any(|problem| problem.severity == crate::base::Severity::Error)
    }
}
