//! One service cut out of `services.yaml`: an edit of it need not read all the others.

use std::ops::Range;

use crate::yaml::{self, Outline};

/// A list of services in which an edit of one of them comes to the same as in the whole text.
///
/// It has the service, its neighbours (which show how the text is written) and the services that share something with
/// these through anchors.
pub(super) struct Excerpt<'t> {
    whole: &'t str,
    /// Where the service stands in the whole text.
    lines: Range<usize>,
    /// The list.
    pub(super) text: String,
    /// Where the service stands in the list.
    place: Range<usize>,
}

impl<'t> Excerpt<'t> {
    /// The excerpt for a service; `None` when only reading all of the text can tell where the service stands, or when
    /// there is nothing to be left out.
    pub(super) fn of(whole: &'t str, service: &str) -> Option<Self> {
        let outline = Outline::of(whole, "services")?;
        let [entry] = outline.with("name", service)[..] else { return None };
        let lines = outline.bytes(entry)?;
        let last = outline.count() - 1;
        // What follows the list could belong to its last entry.
        if entry == last && lines.end != whole.len() {
            return None;
        }
        let neighbours: Vec<usize> = (entry.saturating_sub(1)..=(entry + 1).min(last)).collect();
        let chosen = outline.with_all_that_share(&neighbours, entry);
        let at = chosen.iter().position(|index| *index == entry)?;
        let yaml::Excerpt { text, entries, .. } = outline.excerpt(&chosen);
        let place = entries.get(at)?.clone();
        (text.len() < whole.len() / 2).then_some(Self { whole, lines, text, place })
    }

    /// The whole text with the service as an edited list has it; `None` when more than the service is different.
    pub(super) fn put_back(&self, edited: &str) -> Option<String> {
        let service = self.service_of(edited)?;
        Some([&self.whole[..self.lines.start], service, &self.whole[self.lines.end..]].concat())
    }

    /// Whether nothing but the service is different in an edited list.
    pub(super) fn holds(&self, edited: &str) -> bool {
        self.service_of(edited).is_some()
    }

    fn service_of<'e>(&self, edited: &'e str) -> Option<&'e str> {
        let before = edited.strip_prefix(&self.text[..self.place.start])?;
        let service = before.strip_suffix(&self.text[self.place.end..])?;
        let is_last = self.lines.end == self.whole.len();
        (is_last || service.ends_with('\n')).then_some(service)
    }
}
