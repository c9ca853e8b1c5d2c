//! The screens: what each one remembers between two keys. What they show comes from answers.

pub mod diff;
pub mod draft;
pub mod parity;
pub mod pins;
pub mod services;
pub mod target;

pub use diff::DiffScreen;
pub use draft::DraftScreen;
pub use parity::ParityScreen;
pub use pins::PinsScreen;
pub use services::ServicesScreen;
pub use target::TargetScreen;

use super::command::Scope;

/// A screen above the table of services.
#[derive(Clone, Debug)]
pub enum Screen {
    /// One target.
    Target(Box<TargetScreen>),
    /// Two targets side by side.
    Diff(Box<DiffScreen>),
    /// Channels and pins.
    Pins(PinsScreen),
    /// Two regions held against each other.
    Parity(Box<ParityScreen>),
    /// Edits that are not written.
    Draft(Box<DraftScreen>),
}

impl Screen {
    /// The commands that belong to it.
    #[must_use]
    pub const fn scope(&self) -> Scope {
        match self {
            Self::Target(_) => Scope::Target,
            Self::Diff(_) => Scope::Diff,
            Self::Pins(_) => Scope::Pins,
            Self::Parity(_) => Scope::Parity,
            Self::Draft(_) => Scope::Draft,
        }
    }
}
