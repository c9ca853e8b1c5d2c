//! What a target is called: `service@env/region`.

use std::fmt;
use std::sync::Arc;

use super::{Catalog, Service, Spanned};
use crate::base::{Diagnostic, nearest::nearest};

/// A target: one service in one environment and one region.
///
/// Ordered by service, then environment, then region, by spelling; lists in the order of the catalog come from
/// [`Catalog::targets`](super::Catalog::targets).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TargetId {
    /// Name of the service.
    pub service: Arc<str>,
    /// Name of the environment.
    pub env: Arc<str>,
    /// Name of the region.
    pub region: Arc<str>,
}

impl TargetId {
    /// Puts the three names together without checking that they exist.
    #[must_use]
    pub fn new(service: impl Into<Arc<str>>, env: impl Into<Arc<str>>, region: impl Into<Arc<str>>) -> Self {
        Self { service: service.into(), env: env.into(), region: region.into() }
    }
}

/// `service@env/region`.
impl fmt::Display for TargetId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}@{}/{}", self.service, self.env, self.region)
    }
}

impl serde::Serialize for TargetId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What people type to name a target, or one target at another ref: `service@env/region[:REF]`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Address {
    /// The target.
    pub target: TargetId,
    /// The ref to read the layers from instead of the resolved one; `.` is the work tree.
    pub reference: Option<Arc<str>>,
}

/// `service@env/region` or `service@env/region:REF`.
impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.target)?;
        match &self.reference {
            Some(reference) => write!(formatter, ":{reference}"),
            None => Ok(()),
        }
    }
}

impl Address {
    /// Reads an address and checks that the catalog has the target.
    ///
    /// # Errors
    ///
    /// A [`Diagnostic`] that says what is wrong: the form, or the service, environment or region that does not
    /// exist (with the nearest spelling), or the combination that the service does not run in.
    pub fn parse(text: &str, catalog: &Catalog) -> Result<Self, Diagnostic> {
        let (target, reference) = split(text)?;
        let service = find_service(&target.service, catalog)?;
        check_place(
            "environment",
            &target.env,
            &target.service,
            &service.enabled_in,
            catalog.environments.iter().map(|env| &*env.value),
        )?;
        check_place(
            "region",
            &target.region,
            &target.service,
            &service.regions,
            catalog.regions.iter().map(|region| &*region.name.value),
        )?;
        Ok(Self { target, reference })
    }
}

/// The service with this name.
///
/// # Errors
///
/// A [`Diagnostic`] with the nearest spelling.
pub fn find_service<'a>(name: &str, catalog: &'a Catalog) -> Result<&'a Arc<Service>, Diagnostic> {
    catalog.shared_service(name).ok_or_else(|| {
        let names = catalog.services.iter().map(|service| &*service.name.value);
        let problem = Diagnostic::error("address/unknown-service", format!("no service is called `{name}`"));
        problem.hint(match nearest(name, names) {
            Some(meant) => format!("Did you mean `{meant}`?"),
            None => "`overlens list` shows all services.".to_owned(),
        })
    })
}

fn split(text: &str) -> Result<(TargetId, Option<Arc<str>>), Diagnostic> {
    let wrong = |what: &str| {
        Err(Diagnostic::error("address/form", format!("`{text}` is not the address of a target: {what}"))
            .hint("Write `service@env/region`, or `service@env/region:REF` for another ref (`:.` is the work tree)."))
    };
    let Some((service, place)) = text.split_once('@') else {
        return wrong("it has no `@`");
    };
    let (place, reference) = match place.split_once(':') {
        Some((_, "")) => return wrong("nothing stands after the `:`"),
        Some((place, reference)) => (place, Some(Arc::from(reference))),
        None => (place, None),
    };
    let Some((env, region)) = place.split_once('/') else {
        return wrong("it has no region");
    };
    for (part, name) in [("service", service), ("environment", env), ("region", region)] {
        if name.is_empty() {
            return wrong(&format!("the {part} is empty"));
        }
    }
    Ok((TargetId::new(service, env, region), reference))
}

/// Checks that a service runs in an environment or region.
fn check_place<'a>(
    what: &str,
    name: &str,
    service: &str,
    own: &[Spanned<Arc<str>>],
    known: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), Diagnostic> {
    if own.iter().any(|place| &*place.value == name) {
        return Ok(());
    }
    let has: Vec<String> = own.iter().map(|place| format!("`{}`", place.value)).collect();
    let list = if has.is_empty() { format!("no {what}") } else { has.join(", ") };
    if known.clone().any(|known| known == name) {
        let mut problem =
            Diagnostic::error("address/no-such-target", format!("`{service}` does not run in `{name}`"))
                .hint(format!("It runs in {list}."));
        if let Some(first) = own.first() {
            problem = problem.at(first.span.clone(), "");
        }
        return Err(problem);
    }
    let problem = Diagnostic::error(unknown_code(what), format!("no {what} is called `{name}`"));
    Err(problem.hint(match nearest(name, known) {
        Some(meant) => format!("Did you mean `{meant}`?"),
        None => format!("`{service}` runs in {list}."),
    }))
}

fn unknown_code(what: &str) -> &'static str {
    if what == "region" { "address/unknown-region" } else { "address/unknown-environment" }
}
