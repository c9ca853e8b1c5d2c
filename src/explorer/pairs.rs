//! Targets before and after a change: hashes first, manifests only where these differ.

use std::borrow::Cow;
use std::sync::Arc;

use super::render::Asked;
use super::rendered::Rendered;
use super::{Explorer, Failure, Shared, fleet};
use crate::base::{Cancel, Diagnostic, Digest};
use crate::catalog::{Address, Composition};
use crate::kustomize::Manifests;
use crate::report::answer::{Manifest, Overview};
use crate::report::blame::Blame;

/// A target as one state of the catalog describes it.
#[derive(Clone, Debug)]
pub struct RenderSide {
    /// Catalog and refs, from [`Explorer::overview`].
    pub overview: Arc<Overview>,
    /// The target, at its own ref or at another one.
    pub address: Address,
}

/// Two sides to compare; a side is missing where the target does not exist.
#[derive(Clone, Debug, Default)]
pub struct RenderPair {
    /// As it is.
    pub before: Option<RenderSide>,
    /// As it would be.
    pub after: Option<RenderSide>,
}

/// How the two sides of a pair differ.
#[derive(Clone, Debug)]
pub enum PairAnswer {
    /// Both print the same bytes, with this digest.
    Same(Digest),
    /// Both render, to different bytes.
    Differs {
        /// As it is.
        before: TargetRender,
        /// As it would be.
        after: TargetRender,
    },
    /// Only the left side renders.
    NewlyFails {
        /// As it is.
        before: TargetRender,
        /// Why it would not render any more.
        problem: Failure,
    },
    /// Only the right side renders.
    NewlyRenders {
        /// Why it does not render as it is.
        problem: Failure,
        /// As it would be.
        after: TargetRender,
    },
    /// Neither side renders.
    StillFails {
        /// Why it does not render as it is.
        before: Failure,
        /// Why it would not render.
        after: Failure,
    },
    /// There is only a right side.
    Appears(Result<TargetRender, Failure>),
    /// There is only a left side.
    Disappears(Result<TargetRender, Failure>),
    /// There is no side at all.
    Neither,
}

/// A rendered target in full. Cheap to clone, but it keeps everything about the target in memory: of a large fleet, keep
/// what you need of it and let it go.
#[derive(Clone)]
pub struct TargetRender {
    rendered: Arc<Rendered>,
}

impl TargetRender {
    pub(super) fn new(rendered: Arc<Rendered>) -> Self {
        Self { rendered }
    }

    /// What was rendered.
    pub(super) fn rendered(&self) -> &Arc<Rendered> {
        &self.rendered
    }

    /// The digest of [`Self::text`].
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.rendered.built.summary.digest()
    }

    /// The manifests as kustomize prints them.
    ///
    /// # Errors
    ///
    /// When a value has no printed form.
    pub fn text(&self) -> Result<String, Failure> {
        self.rendered.text()
    }

    /// How many lines [`Self::text`] has.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.rendered.built.summary.lines()
    }

    /// How many bytes [`Self::text`] has.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.rendered.built.summary.bytes()
    }

    /// The manifests line by line, with the writer of each.
    ///
    /// # Errors
    ///
    /// When a value has no printed form.
    pub fn manifest(&self) -> Result<Arc<Manifest>, Failure> {
        self.rendered.manifest()
    }

    /// The manifests with the history of every line.
    ///
    /// # Errors
    ///
    /// As [`Self::manifest`].
    pub fn blame(&self) -> Result<Blame, Failure> {
        self.rendered.blame()
    }

    /// What the engine built: the resources as trees of nodes.
    #[must_use]
    pub fn manifests(&self) -> &Manifests {
        &self.rendered.built.manifests
    }

    /// What was built: the kustomization that the catalog implies, and its layers.
    #[must_use]
    pub fn composition(&self) -> &Composition {
        &self.rendered.composition
    }

    /// What is worth saying about the build.
    pub fn warnings(&self) -> impl Iterator<Item = Cow<'_, Diagnostic>> {
        self.rendered.warnings()
    }
}

impl std::fmt::Debug for TargetRender {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "TargetRender({})", self.rendered.composition.target)
    }
}

impl Explorer {
    /// Compares the sides of many pairs, on all cores, in the order of the list. Answers come as they are found, from
    /// several threads, each with the index of its pair; `false` when `cancel` ended the work before all were answered.
    ///
    /// A side that was rendered before is not rendered again while its files are the same, also at another commit.
    pub fn render_pairs(
        &self,
        pairs: &[RenderPair],
        cancel: &Cancel,
        answer: &(dyn Fn(usize, PairAnswer) + Sync),
    ) -> bool {
        fleet::for_each(pairs.len(), cancel, &|index| {
            if let Some(pair) = self.shared.pair(&pairs[index], cancel) {
                answer(index, pair);
            }
        })
    }
}

impl Shared {
    /// Compares two sides; `None` when the work was cancelled meanwhile.
    pub(super) fn pair(&self, pair: &RenderPair, cancel: &Cancel) -> Option<PairAnswer> {
        let full = |side: &RenderSide| {
            self.render_until(&side.overview, &side.address, cancel).map(TargetRender::new)
        };
        let answer = match (&pair.before, &pair.after) {
            (None, None) => PairAnswer::Neither,
            (None, Some(after)) => PairAnswer::Appears(full(after)),
            (Some(before), None) => PairAnswer::Disappears(full(before)),
            (Some(before), Some(after)) => self.both(before, after, cancel),
        };
        (!cancel.is_cancelled()).then_some(answer)
    }

    /// Finds out what a side comes to, which is manifests with the digest.
    fn ask_side<'s>(&self, side: &'s RenderSide, cancel: &Cancel) -> Result<(Digest, Asked<'s>), Failure> {
        let asked = self.ask(&side.overview, &side.address, cancel)?;
        Ok((self.in_short(&asked, cancel)?.digest, asked))
    }

    fn both(&self, before: &RenderSide, after: &RenderSide, cancel: &Cancel) -> PairAnswer {
        let (left, right) = (self.ask_side(before, cancel), self.ask_side(after, cancel));
        if let (Ok((left, _)), Ok((right, _))) = (&left, &right)
            && left == right
        {
            return PairAnswer::Same(*left);
        }
        let full = |(_, asked): (Digest, Asked<'_>)| self.in_full(&asked, cancel).map(TargetRender::new);
        match (left.and_then(full), right.and_then(full)) {
            (Ok(before), Ok(after)) => PairAnswer::Differs { before, after },
            (Ok(before), Err(problem)) => PairAnswer::NewlyFails { before, problem },
            (Err(problem), Ok(after)) => PairAnswer::NewlyRenders { problem, after },
            (Err(before), Err(after)) => PairAnswer::StillFails { before, after },
        }
    }
}
