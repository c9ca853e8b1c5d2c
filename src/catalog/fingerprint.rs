//! What a service says, as a digest: equal digests mean that its targets have equal compositions over equal layers.
//!
//! Places do not take part: a line that is added above a service moves it without changing anything.

use std::sync::Arc;

use super::composition::patch_files;
use super::model::{Catalog, LockedImage, Service, Spanned};
use super::setting::{Entry, Setting, SettingValue};
use crate::base::{Digest, Digester};
use crate::vfs::Source;

/// Everything that the composition of a target takes from the catalog, for one service. `source` is that of the
/// catalog: the files of patches count by their content.
#[must_use]
pub fn fingerprint(catalog: &Catalog, service: &Service, source: &dyn Source) -> Digest {
    let mut all = Digester::default();
    all.part(&*service.name.value);
    for one in [&service.archetype, &service.namespace_template] {
        optional(&mut all, one.as_ref());
    }
    for list in [&service.components, &service.enabled_in, &service.regions] {
        all.number(list.len());
        for item in list {
            all.part(&*item.value);
        }
    }
    if service.namespace_template.is_none() {
        all.part(&*catalog.settings.namespace_template);
    }
    entries(&mut all, &service.settings);
    let image = |locked: &&LockedImage| image_of(service, &locked.name.value);
    for locked in catalog.locked_images.iter().filter(image) {
        all.part(&*locked.name.value);
        optional(&mut all, locked.tag.as_ref());
        optional(&mut all, locked.digest.as_ref());
    }
    for path in patch_files(service) {
        let content = catalog.settings.catalog.join(path).ok().and_then(|path| source.read(&path).ok());
        match content {
            Some(content) => all.part(content.id().0),
            None => all.number(0),
        };
    }
    all.finish()
}

/// Whether an entry of `images.lock.yaml` can be meant: it has the name of the service, or of an image of it.
fn image_of(service: &Service, name: &str) -> bool {
    fn says(setting: &Setting, name: &str) -> bool {
        match &setting.value {
            SettingValue::Scalar { text, .. } => &**text == name,
            SettingValue::List(_) | SettingValue::Map(_) => false,
            SettingValue::PerEnvironment(own) => own
                .defaults
                .iter()
                .chain(own.overrides.iter().map(|(_, _, value)| value))
                .any(|value| says(value, name)),
        }
    }
    &*service.name.value == name || service.setting("image").is_some_and(|image| says(image, name))
}

fn optional(all: &mut Digester, text: Option<&Spanned<Arc<str>>>) {
    match text {
        Some(text) => all.number(1).part(&*text.value),
        None => all.number(0),
    };
}

fn entries(all: &mut Digester, entries: &[Entry]) {
    all.number(entries.len());
    for entry in entries {
        all.part(&*entry.key);
        setting(all, &entry.value);
    }
}

fn setting(all: &mut Digester, own: &Setting) {
    match &own.value {
        SettingValue::Scalar { text, tag } => {
            all.number(1).number(*tag as usize).part(&**text);
        }
        SettingValue::List(items) => {
            all.number(2).number(items.len());
            items.iter().for_each(|item| setting(all, item));
        }
        SettingValue::Map(own) => {
            all.number(3);
            entries(all, own);
        }
        SettingValue::PerEnvironment(own) => {
            all.number(4).number(usize::from(own.defaults.is_some())).number(own.overrides.len());
            own.defaults.iter().for_each(|value| setting(all, value));
            for (scope, _, value) in &own.overrides {
                all.part(scope.to_string());
                setting(all, value);
            }
        }
    }
}
