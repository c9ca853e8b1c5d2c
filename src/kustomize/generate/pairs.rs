//! Keys and values from the sources of a generator: env files, literals, files, in kustomize's order.

use std::sync::Arc;

use compact_str::CompactString;

use super::Datum;
use crate::base::Mark;
use crate::kustomize::kustomization::{GeneratorEntry, Text};
use crate::yaml::Fault;

/// A file that a generator reads.
#[derive(Clone, Debug)]
pub(crate) struct DataFile {
    /// The content.
    pub(crate) bytes: Arc<[u8]>,
    /// The file as a whole.
    pub(crate) mark: Mark,
}

/// Reads the sources of a generator; `load` reads the file that a source names.
///
/// # Errors
///
/// A [`Fault`] for sources that are not of the form `key=value` or `key=path`, and whatever `load` returns; a
/// fault becomes an `E` with `refuse`.
pub(crate) fn read_pairs<E>(
    entry: &GeneratorEntry,
    mut load: impl FnMut(&Text, &str) -> Result<DataFile, E>,
    refuse: impl Fn(Fault) -> E,
) -> Result<Vec<Datum>, E> {
    let mut data = Vec::new();
    for source in &entry.envs {
        let file = load(source, &source.value)?;
        read_env_file(&file, &mut data).map_err(&refuse)?;
    }
    for source in &entry.literals {
        data.push(literal(source).map_err(&refuse)?);
    }
    for source in &entry.files {
        let (key, path) = file_source(source).map_err(&refuse)?;
        let file = load(source, path)?;
        data.push(Datum { key: key.into(), value: file.bytes.to_vec(), mark: source.mark });
    }
    Ok(data)
}

fn literal(source: &Text) -> Result<Datum, Fault> {
    match source.value.split_once('=') {
        Some((key, value)) if !key.is_empty() => {
            Ok(Datum { key: key.into(), value: without_quotes(value).into(), mark: source.mark })
        }
        _ => {
            let message = format!("`{}` is no literal of the form `key=value`", source.value);
            Err(Fault::new("generator/literal", source.mark, message))
        }
    }
}

/// The text without the quotes that stand around it, if the same kind stands on both sides.
fn without_quotes(text: &str) -> &str {
    ['"', '\''].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(text)
}

/// Key and path of a file source: `path`, whose last part is the key, or `key=path`.
fn file_source(source: &Text) -> Result<(&str, &str), Fault> {
    let fault = |message: String| Err(Fault::new("generator/file", source.mark, message));
    let text = source.value.as_str();
    match text.split_once('=') {
        None => Ok((base_name(text), text)),
        Some((_, path)) if path.contains('=') => fault(format!("`{text}` has more than one `=`")),
        Some(("", path)) => fault(format!("the file source `{text}` has no key before `={path}`")),
        Some((key, "")) => fault(format!("the file source `{text}` has no path behind `{key}=`")),
        Some((key, path)) => Ok((key, path)),
    }
}

/// The last part of a path; `.` for an empty one.
fn base_name(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() {
        return if path.is_empty() { "." } else { "/" };
    }
    trimmed.rsplit('/').next().unwrap_or(trimmed)
}

/// Lines of the form `key=value`; a line without `=` is a key with an empty value.
fn read_env_file(file: &DataFile, data: &mut Vec<Datum>) -> Result<(), Fault> {
    let bytes = file.bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&file.bytes);
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mark = Mark { line: u32::try_from(index + 1).unwrap_or(u32::MAX), column: 1, ..file.mark };
        let Ok(text) = std::str::from_utf8(line) else {
            return Err(Fault::new("generator/env-file", mark, "the line is not UTF-8 text"));
        };
        let text = text.trim_start();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let (key, value) = text.split_once('=').unwrap_or((text, ""));
        if !key.is_empty() {
            data.push(Datum { key: CompactString::from(key), value: value.into(), mark });
        }
    }
    Ok(())
}
