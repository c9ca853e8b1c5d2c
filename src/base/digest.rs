//! Short names for content: equal digests mean equal content.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// The first sixteen bytes of a SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digest([u8; 16]);

/// Takes parts one after the other. Each is told from the next, so `ab`, `c` and `a`, `bc` differ.
#[derive(Clone, Default)]
pub struct Digester(Sha256);

impl Digest {
    /// The digest of one piece of content.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        shortened(Sha256::new_with_prefix(bytes))
    }
}

impl Digester {
    /// Adds a part.
    pub fn part(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        let bytes = bytes.as_ref();
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// Adds a number, such as that of a variant.
    pub fn number(&mut self, number: usize) -> &mut Self {
        self.0.update((number as u64).to_le_bytes());
        self
    }

    /// Adds the digest of something else.
    pub fn digest(&mut self, digest: Digest) -> &mut Self {
        self.0.update(digest.0);
        self
    }

    /// The digest of all parts.
    #[must_use]
    pub fn finish(self) -> Digest {
        shortened(self.0)
    }
}

fn shortened(hash: Sha256) -> Digest {
    let mut short = [0; 16];
    short.copy_from_slice(&hash.finalize()[..16]);
    Digest(short)
}

/// Hexadecimal digits.
impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart() {
        let digest = |parts: &[&str]| {
            let mut all = Digester::default();
            for part in parts {
                all.part(part);
            }
            all.finish()
        };
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
        assert_eq!(digest(&["ab", "c"]), digest(&["ab", "c"]));
        assert_eq!(Digest::of(b"abc").to_string(), "ba7816bf8f01cfea414140de5dae2223");
    }
}
