//! The text of a rendered target in short: what is asked about all targets, document by document, without the texts.

use crate::base::{Digest, Digester};
use crate::kustomize::{Resource, SEPARATOR};
use crate::yaml::{EmitError, emit};

/// About how many bytes the tree behind a line takes: the resident memory of 3,600 results, divided by their lines.
const BYTES_OF_LINE: usize = 270;

/// What is known of the text of a target: of its documents, in the order of the resources.
pub(super) struct Summary {
    list: Vec<DocumentSummary>,
}

/// What is known of a resource as kustomize prints it.
#[derive(Clone, Copy)]
struct DocumentSummary {
    digest: Digest,
    bytes: usize,
    lines: usize,
}

impl DocumentSummary {
    /// Prints a resource into a buffer.
    fn of(resource: &Resource, buffer: &mut String) -> Result<Self, EmitError> {
        buffer.clear();
        emit(resource.node(), buffer)?;
        let text = buffer.as_bytes();
        let lines = memchr::memchr_iter(b'\n', text).count();
        Ok(Self { digest: Digest::of(text), bytes: text.len(), lines })
    }
}

impl Summary {
    /// Prints all resources.
    ///
    /// # Errors
    ///
    /// [`EmitError`] for values that have no printed form, such as `.nan`.
    pub(super) fn of(resources: &[Resource]) -> Result<Self, EmitError> {
        let mut buffer = String::new();
        let list = resources.iter().map(|resource| DocumentSummary::of(resource, &mut buffer));
        Ok(Self { list: list.collect::<Result<_, _>>()? })
    }

    /// The same documents, but for the resources at some places, which are printed.
    ///
    /// # Errors
    ///
    /// As [`Self::of`].
    pub(super) fn with(&self, resources: &[Resource], places: &[usize]) -> Result<Self, EmitError> {
        let mut list = self.list.clone();
        let mut buffer = String::new();
        for place in places {
            list[*place] = DocumentSummary::of(&resources[*place], &mut buffer)?;
        }
        Ok(Self { list })
    }

    /// Of equal texts this is equal.
    pub(super) fn digest(&self) -> Digest {
        let mut all = Digester::default();
        for document in &self.list {
            all.digest(document.digest);
        }
        all.finish()
    }

    /// How many lines the text of all has.
    pub(super) fn lines(&self) -> usize {
        self.list.iter().map(|document| document.lines).sum::<usize>() + self.separators()
    }

    /// How many bytes the text of all has.
    pub(super) fn bytes(&self) -> usize {
        let bytes = self.list.iter().map(|document| document.bytes).sum::<usize>();
        bytes + self.separators() * SEPARATOR.len()
    }

    fn separators(&self) -> usize {
        self.list.len().saturating_sub(1)
    }

    /// About how many bytes of memory the trees behind the documents at some places take.
    pub(super) fn weight(&self, places: impl IntoIterator<Item = usize>) -> usize {
        let documents = places.into_iter().filter_map(|place| self.list.get(place));
        documents.map(|document| document.lines * BYTES_OF_LINE).sum()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether a document prints the same as one of others.
    pub(super) fn is_same(&self, own: usize, others: &Self, other: usize) -> bool {
        let both = self.list.get(own).zip(others.list.get(other));
        both.is_some_and(|(own, other)| own.digest == other.digest)
    }
}
