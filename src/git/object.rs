//! Ids of git objects, computed without a repository.

/// The id that git gives a file with these bytes (SHA-1), so that caches are shared between a work tree and commits.
///
/// # Panics
///
/// Never: hashing bytes in memory does not fail.
#[must_use]
pub fn blob_id(bytes: &[u8]) -> [u8; 20] {
    let id =
        git2::Oid::hash_object(git2::ObjectType::Blob, bytes).expect("hashing bytes in memory cannot fail");
    let mut out = [0; 20];
    out.copy_from_slice(id.as_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_file_is_the_one_that_git_gives_it() {
        let hex: String = blob_id(b"hello\n").iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "ce013625030ba8dba906f756967f9e9ca394464a");
    }
}
