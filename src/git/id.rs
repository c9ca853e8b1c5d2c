//! Ids of git objects.

use std::fmt;
use std::str::FromStr;

/// The id of a tree or a file in the object database.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub [u8; 20]);

/// The id of a commit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId(pub ObjectId);

impl CommitId {
    /// The first seven hexadecimal digits, as shown on screens; not always enough to name the commit.
    #[must_use]
    pub fn short(self) -> String {
        let mut hex = self.to_string();
        hex.truncate(7);
        hex
    }
}

/// A text is not 40 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a full git id has 40 hexadecimal digits")]
pub struct IdError;

impl FromStr for ObjectId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if text.len() != 40 {
            return Err(IdError);
        }
        git2::Oid::from_str(text).map(Self::from).map_err(|_| IdError)
    }
}

impl FromStr for CommitId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        text.parse().map(Self)
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

impl fmt::Debug for CommitId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

impl serde::Serialize for CommitId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl From<git2::Oid> for ObjectId {
    fn from(id: git2::Oid) -> Self {
        let mut bytes = [0; 20];
        bytes.copy_from_slice(id.as_bytes());
        Self(bytes)
    }
}

impl From<git2::Oid> for CommitId {
    fn from(id: git2::Oid) -> Self {
        Self(id.into())
    }
}

impl From<ObjectId> for git2::Oid {
    fn from(id: ObjectId) -> Self {
        Self::from_bytes(&id.0).expect("an id has 20 bytes")
    }
}

impl From<CommitId> for git2::Oid {
    fn from(id: CommitId) -> Self {
        id.0.into()
    }
}

/// The id that git gives a file with these bytes, so that caches are shared between a work tree and commits.
#[must_use]
pub fn blob_id(bytes: &[u8]) -> ObjectId {
    git2::Oid::hash_object(git2::ObjectType::Blob, bytes).expect("hashing bytes in memory cannot fail").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_file_is_the_one_that_git_gives_it() {
        assert_eq!(blob_id(b"hello\n").to_string(), "ce013625030ba8dba906f756967f9e9ca394464a");
    }

    #[test]
    fn an_id_is_read_from_its_own_text_only() {
        let id = blob_id(b"x");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("ce01".parse::<CommitId>(), Err(IdError));
        assert_eq!("z".repeat(40).parse::<CommitId>(), Err(IdError));
    }
}
