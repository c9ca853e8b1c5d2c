//! What an operation does to the text of its file.

use crate::yaml::edit::{self, Document, EditError, EditValue, Route, Shape, Step};

use super::excerpt::Excerpt;
use super::{Operation, Scope};

const DEFAULTS: &str = "defaults";
const OVERRIDES: &str = "overrides";

impl Operation {
    /// The text of the file after the operation. Pure: the same text always gives the same result.
    ///
    /// Of a long list of services only what matters for the operation is read: a text that is broken elsewhere may be
    /// taken, while [`Self::apply_to_all`] refuses it.
    ///
    /// # Errors
    ///
    /// [`EditError`] when the text cannot be read, the service does not exist, or the value is shared through an
    /// alias. Taking away what is not there is no error.
    pub fn apply(&self, text: &str) -> Result<String, EditError> {
        if let Some(excerpt) = self.excerpt(text)
            && let Ok(edited) = self.apply_to_all(&excerpt.text)
            && let Some(whole) = excerpt.put_back(&edited)
        {
            return Ok(whole);
        }
        self.apply_to_all(text)
    }

    /// As [`Self::apply`], and has read all of the text before and after: what is written to the disk went through this.
    ///
    /// # Errors
    ///
    /// As [`Self::apply`].
    pub fn apply_to_all(&self, text: &str) -> Result<String, EditError> {
        let document = Document::read(text)?;
        let slot = self.slot(&document)?;
        match self.value() {
            Some(value) => slot.set(&document, &value),
            None => self.without_own_comment(&document, &slot, text, slot.remove(&document, text)?),
        }
    }

    /// What is left when a pin is taken away, without the comment lines directly above it that are clearly its own: they
    /// name its environment or its ref, or stand between the pin before it and the end of its map. Others may be about
    /// what follows, and stay.
    fn without_own_comment(
        &self,
        document: &Document<'_>,
        slot: &Slot,
        before: &str,
        after: String,
    ) -> Result<String, EditError> {
        let (Self::RemoveEnvironmentPin { environment } | Self::RemoveRegionPin { environment, .. }) = self
        else {
            return Ok(after);
        };
        let Some(seen) = document.look(&slot.route)? else { return Ok(after) };
        let reference = seen.source.trim_matches(['"', '\'']);
        let names = [environment.as_str(), reference, reference.rsplit('/').next().unwrap_or(reference)];
        Ok(match own_comment(before, seen.line, &names) {
            Some(range) if after.get(..range.end) == before.get(..range.end) => {
                format!("{}{}", &after[..range.start], &after[range.end..])
            }
            _ => after,
        })
    }

    /// As [`Self::current`] and then [`Self::apply`], with one look for what matters. Says only whether it can be applied.
    ///
    /// # Errors
    ///
    /// As [`Self::apply`].
    pub(super) fn try_on(&self, text: &str) -> Result<Option<String>, EditError> {
        if let Some(excerpt) = self.excerpt(text)
            && let Ok(current) = self.current_in_all(&excerpt.text)
            && let Ok(edited) = self.apply_to_all(&excerpt.text)
            && excerpt.holds(&edited)
        {
            return Ok(current);
        }
        let current = self.current_in_all(text)?;
        self.apply_to_all(text)?;
        Ok(current)
    }

    /// The text of the value that the operation changes, as it stands in `text`; `None` when it is not there.
    ///
    /// # Errors
    ///
    /// As [`Self::apply`].
    pub fn current(&self, text: &str) -> Result<Option<String>, EditError> {
        if let Some(excerpt) = self.excerpt(text)
            && let Ok(current) = self.current_in_all(&excerpt.text)
        {
            return Ok(current);
        }
        self.current_in_all(text)
    }

    pub(super) fn current_in_all(&self, text: &str) -> Result<Option<String>, EditError> {
        let document = Document::read(text)?;
        let slot = self.slot(&document)?;
        Ok(match slot.nested_under {
            // The value does not vary yet: there is nothing for this scope.
            Some(_) => None,
            None => document.look(&slot.route)?.map(|seen| seen.source),
        })
    }

    /// The line on which the value stands or, when it is not there, the closest thing around it.
    ///
    /// # Errors
    ///
    /// As [`Self::apply`].
    pub fn line(&self, text: &str) -> Result<Option<u32>, EditError> {
        let document = Document::read(text)?;
        let slot = self.slot(&document)?;
        let mut route = slot.nested_under.unwrap_or(slot.route);
        while !route.0.is_empty() {
            if let Some(seen) = document.look(&route)? {
                return Ok(Some(seen.line));
            }
            route.0.pop();
        }
        Ok(None)
    }

    /// The value to write; `None` for operations that take something away.
    #[must_use]
    pub fn value(&self) -> Option<EditValue> {
        match self {
            Self::SetServiceValue { value, .. } => Some(value.clone()),
            Self::SetServiceChannel { channel, .. } => channel.clone().map(EditValue::Text),
            Self::SetDefaultChannel { channel, .. } => Some(EditValue::text(channel)),
            Self::SetChannel { reference, .. }
            | Self::SetEnvironmentPin { reference, .. }
            | Self::SetRegionPin { reference, .. } => Some(EditValue::text(reference)),
            Self::RemoveServiceValue { .. }
            | Self::RemoveEnvironmentPin { .. }
            | Self::RemoveRegionPin { .. } => None,
        }
    }

    fn excerpt<'t>(&self, text: &'t str) -> Option<Excerpt<'t>> {
        match self {
            Self::SetServiceValue { service, .. }
            | Self::RemoveServiceValue { service, .. }
            | Self::SetServiceChannel { service, .. } => Excerpt::of(text, service),
            _ => None,
        }
    }

    fn slot(&self, document: &Document<'_>) -> Result<Slot, EditError> {
        Ok(match self {
            Self::SetServiceValue { service, path, scope, .. } => {
                service_slot(document, service, path, Some(scope))?
            }
            // Without a scope the whole value goes, with all its overrides.
            Self::RemoveServiceValue { service, path, scope } => {
                service_slot(document, service, path, Some(scope).filter(|scope| **scope != Scope::Defaults))?
            }
            Self::SetServiceChannel { service, .. } => {
                service_slot(document, service, &Route::root().key("channel"), None)?
            }
            Self::SetChannel { channel, .. } => {
                let route = Route::root().key("channels").key(channel);
                // A channel is a ref, or a map with the ref and a description.
                let is_map =
                    matches!(document.look(&route)?, Some(seen) if matches!(seen.shape, Shape::Mapping(_)));
                Slot::at(if is_map { route.key("ref") } else { route }, 2)
            }
            Self::SetDefaultChannel { environment, .. } => {
                Slot::at(Route::root().key("defaultChannel").key(environment), 2)
            }
            Self::SetEnvironmentPin { environment, .. } | Self::RemoveEnvironmentPin { environment } => {
                Slot::at(Route::root().key("envPins").key(environment), 2)
            }
            Self::SetRegionPin { region, environment, .. }
            | Self::RemoveRegionPin { region, environment } => {
                Slot::at(Route::root().key("regionPins").key(region).key(environment), 2)
            }
        })
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The bytes of the comment lines directly above a line (counted from 1) that are clearly about it alone.
fn own_comment(text: &str, line: u32, names: &[&str]) -> Option<std::ops::Range<usize>> {
    let entry = (line as usize).checked_sub(1)?;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let own = indent(lines.get(entry)?);
    let is_comment = |line: &&str| line.trim_start().starts_with('#') && indent(line) == own;
    let first = (0..entry).rev().take_while(|at| is_comment(&lines[*at])).last()?;
    let word = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.' | '/');
    let said = lines[first..entry].concat();
    let is_named = said
        .split(|letter| !word(letter))
        .map(|part| part.trim_end_matches(['.', '-', '/']))
        .any(|part| !part.is_empty() && names.contains(&part));
    let is_sibling = |line: &&str| !line.trim().is_empty() && indent(line) == own;
    let follows = lines.get(entry + 1).is_some_and(is_sibling);
    let precedes = first
        .checked_sub(1)
        .and_then(|at| lines.get(at))
        .is_some_and(|line| indent(line) >= own && !line.trim().is_empty());
    let start: usize = lines[..first].iter().map(|line| line.len()).sum();
    (is_named || (precedes && !follows)).then(|| start..start + said.len())
}

/// Where an operation writes.
struct Slot {
    /// The place of the value.
    route: Route,
    /// A value without overrides that must become `{defaults: V}` first.
    nested_under: Option<Route>,
    /// Steps of the route that stay when the value is taken away, even if nothing else is left in them.
    kept: usize,
}

impl Slot {
    fn at(route: Route, kept: usize) -> Self {
        Self { route, nested_under: None, kept }
    }

    fn set(&self, document: &Document<'_>, value: &EditValue) -> Result<String, EditError> {
        Ok(match &self.nested_under {
            Some(plain) => edit::set(&document.nest(plain, DEFAULTS)?.text, &self.route, value)?.text,
            None => document.set(&self.route, value)?.text,
        })
    }

    fn remove(&self, document: &Document<'_>, text: &str) -> Result<String, EditError> {
        if self.nested_under.is_some() || document.look(&self.route)?.is_none() {
            return Ok(text.to_owned());
        }
        // A map that would be left empty goes too.
        let mut route = self.route.clone();
        while route.0.len() > self.kept {
            let above = Route(route.0[..route.0.len() - 1].to_vec());
            let is_last = matches!(document.look(&above)?, Some(seen) if matches!(&seen.shape, Shape::Mapping(keys) if keys.len() == 1));
            if !is_last {
                break;
            }
            route = above;
        }
        Ok(document.remove(&route)?.text)
    }
}

/// Finds a service's value for a scope, wherever on the way `defaults` and `overrides` stand; without a scope
/// the value with everything inside.
fn service_slot(
    document: &Document<'_>,
    service: &str,
    path: &Route,
    scope: Option<&Scope>,
) -> Result<Slot, EditError> {
    let entry = Route::root().key("services").item("name", service);
    if let Some(error) = document.missing(&entry)? {
        return Err(error);
    }
    let start = entry.0.len();
    let mut route = entry;
    for (position, step) in path.0.iter().enumerate() {
        if position > 0 && varies_at(document, &route)? {
            // The value varies as part of a larger one: `resources.overrides.prod.cpu`.
            let mut route = scoped(route, scope.unwrap_or(&Scope::Defaults));
            route.0.extend(path.0[position..].iter().cloned());
            return Ok(Slot::at(route, start + position));
        }
        // What is shared with other places stays as it is and becomes the default of this one:
        // `resources: *medium` becomes `resources: {defaults: *medium, overrides: {...}}`.
        if position > 0
            && let Some(scope) = scope.filter(|scope| **scope != Scope::Defaults)
            && let Some(shared) = document.sharing(&route, Some(step))?
        {
            if document.has_key_inside(&route, &[DEFAULTS, OVERRIDES])? {
                return Err(shared);
            }
            let mut inside = scoped(route.clone(), scope);
            inside.0.extend(path.0[position..].iter().cloned());
            return Ok(Slot { route: inside, nested_under: Some(route), kept: start + position });
        }
        route.0.push(step.clone());
    }
    let kept = route.0.len();
    let Some(scope) = scope else { return Ok(Slot::at(route, kept)) };
    if varies_at(document, &route)? {
        return Ok(Slot::at(scoped(route, scope), kept));
    }
    if *scope == Scope::Defaults {
        return Ok(Slot::at(route, kept));
    }
    let is_there = document.look(&route)?.is_some_and(|seen| seen.shape != Shape::Null);
    let nested_under = is_there.then(|| route.clone());
    Ok(Slot { route: scoped(route, scope), nested_under, kept })
}

/// Whether the value at a route is `{defaults: V, overrides: {...}}`.
fn varies_at(document: &Document<'_>, route: &Route) -> Result<bool, EditError> {
    Ok(match document.look(route)? {
        Some(seen) => match seen.shape {
            Shape::Mapping(keys) => keys.iter().any(|key| key == DEFAULTS || key == OVERRIDES),
            Shape::Null | Shape::Scalar(_) | Shape::Sequence(_) => false,
        },
        None => false,
    })
}

fn scoped(mut route: Route, scope: &Scope) -> Route {
    match scope.override_key() {
        None => route.0.push(Step::Key(DEFAULTS.to_owned())),
        Some(key) => route.0.extend([Step::Key(OVERRIDES.to_owned()), Step::Key(key)]),
    }
    route
}
