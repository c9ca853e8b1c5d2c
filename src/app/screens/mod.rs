//! The screens: what each one remembers between two keys. What they show comes from answers.

pub mod candidates;
pub mod class;
pub mod diff;
pub mod draft;
pub mod movables;
pub mod parity;
pub mod pins;
pub mod radius;
pub mod services;
pub mod target;

pub use candidates::CandidatesScreen;
pub use class::ClassScreen;
pub use diff::DiffScreen;
pub use draft::DraftScreen;
pub use movables::MovablesScreen;
pub use parity::ParityScreen;
pub use pins::PinsScreen;
pub use radius::RadiusScreen;
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
    /// What can be promoted.
    Movables(Box<MovablesScreen>),
    /// The refs to promote it to.
    Candidates(Box<CandidatesScreen>),
    /// What a change does to all targets.
    Radius(Box<RadiusScreen>),
    /// One class of equal changes.
    Class(Box<ClassScreen>),
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
            Self::Movables(_) => Scope::Movables,
            Self::Candidates(_) => Scope::Candidates,
            Self::Radius(_) => Scope::Radius,
            Self::Class(_) => Scope::Class,
        }
    }

    /// Whether it is a step of a promotion, over once that is written.
    #[must_use]
    pub const fn is_promotion(&self) -> bool {
        matches!(self, Self::Movables(_) | Self::Candidates(_) | Self::Radius(_) | Self::Class(_))
    }
}
