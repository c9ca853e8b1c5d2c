//! Comments that kustomize reads as schemas, by small numbers so that every node can have one.

use std::num::NonZeroU16;
use std::sync::{PoisonError, RwLock};

use rustc_hash::FxHashMap;

/// The JSON text of a comment that may describe the value it stands at: `# {"x-kubernetes-patch-merge-key": ...}`.
///
/// Texts are kept as long as the program runs. There are few of them, as they are written by hand.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SchemaComment(NonZeroU16);

/// All bytes of all texts together; hostile files may not fill the memory with them.
const MAX_BYTES: usize = 4 << 20;

#[derive(Default)]
struct Texts {
    texts: Vec<&'static str>,
    numbers: FxHashMap<&'static str, SchemaComment>,
    bytes: usize,
}

static TEXTS: RwLock<Option<Texts>> = RwLock::new(None);

impl SchemaComment {
    /// The number of a text; `None` when 65,535 texts, or 4 MiB of them, are known already.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let mut known = TEXTS.write().unwrap_or_else(PoisonError::into_inner);
        let known = known.get_or_insert_default();
        if let Some(number) = known.numbers.get(text) {
            return Some(*number);
        }
        let number = u16::try_from(known.texts.len() + 1).ok().and_then(NonZeroU16::new).map(Self)?;
        known.bytes = Some(known.bytes + text.len()).filter(|bytes| *bytes <= MAX_BYTES)?;
        let text: &'static str = Box::leak(text.into());
        known.texts.push(text);
        known.numbers.insert(text, number);
        Some(number)
    }

    /// The text, without the `#`.
    #[must_use]
    pub fn text(self) -> &'static str {
        let known = TEXTS.read().unwrap_or_else(PoisonError::into_inner);
        let at = usize::from(self.0.get()) - 1;
        known.as_ref().and_then(|known| known.texts.get(at)).copied().unwrap_or_default()
    }

    /// Whether any comment of this kind was ever read.
    #[must_use]
    pub fn any() -> bool {
        TEXTS.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}
