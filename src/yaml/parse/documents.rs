//! A file cut into documents the way kustomize cuts it, before any YAML is read.

use super::failure::Failure;
use memchr::memmem;

use crate::base::{FileId, Mark};
use crate::yaml::ParseErrorKind;

/// The text of one document.
#[derive(Debug)]
pub(super) struct Chunk<'a> {
    pub(super) bytes: &'a [u8],
    /// Lines of the file before this text.
    pub(super) lines_before: u32,
}

/// Cuts at every line that starts with `---`, except on the first line and on a last line without an end.
///
/// # Errors
///
/// A separator with anything but a comment after it. kustomize refuses `--- text` between documents.
pub(super) fn split(text: &[u8], file: FileId) -> Result<Vec<Chunk<'_>>, Failure> {
    let mut chunks = Vec::new();
    let (mut start, mut lines_before) = (0, 0);
    let mut from = 0;
    while let Some(found) = memmem::find(&text[from..], b"\n---").map(|place| from + place) {
        let line_start = found + 1;
        let Some(line_end) = memchr::memchr(b'\n', &text[line_start..]).map(|place| line_start + place)
        else {
            break;
        };
        let after = text[line_start + 3..line_end].trim_ascii();
        // The separator's own line end belongs to no document.
        let lines_here = count_lines(&text[start..line_start]);
        if after.first().is_some_and(|byte| *byte != b'#') {
            let mark = Mark { file, line: lines_before + lines_here + 1, column: 1 };
            let line = String::from_utf8_lossy(&text[line_start..line_end]);
            return Err(Failure::new(
                ParseErrorKind::Syntax,
                mark,
                format!("`{}` is not a document separator", line.trim()),
            )
            .hint("Put `---` on a line of its own; text at the start of a line may not begin with `---`."));
        }
        chunks.push(Chunk { bytes: &text[start..line_start], lines_before });
        lines_before += lines_here + 1;
        start = line_end + 1;
        // A line that follows directly is not a separator: its line start was used up.
        from = start;
    }
    chunks.push(Chunk { bytes: &text[start..], lines_before });
    Ok(chunks)
}

fn count_lines(text: &[u8]) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', text).count()).unwrap_or(u32::MAX)
}
