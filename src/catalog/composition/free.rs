//! The free patches of a service: written inline in the catalog, or in files beside it.

use crate::base::{Diagnostic, Span};
use crate::catalog::setting::{Entry, Setting, SettingValue};
use crate::catalog::{Catalog, Service};
use crate::vfs::Source;

/// One free patch.
pub(super) struct FreePatch {
    /// Its text.
    pub(super) text: String,
    /// Where its text begins.
    pub(super) start: Span,
    /// `target`, as written.
    pub(super) target: Vec<Entry>,
    /// `options`, as written.
    pub(super) options: Vec<Entry>,
}

impl FreePatch {
    /// Where a line of the text, counted from 0, is written.
    pub(super) fn line(&self, index: u32) -> Span {
        let line = self.start.line.saturating_add(index);
        Span { file: self.start.file.clone(), line, column: 0 }
    }
}

/// Reads the free patches of a service.
///
/// # Errors
///
/// A patch has neither text nor file or both, or its file cannot be read.
pub(super) fn patches(
    service: &Service,
    catalog: &Catalog,
    source: &dyn Source,
) -> Result<Vec<FreePatch>, Diagnostic> {
    let Some(Setting { value: SettingValue::List(items), .. }) = service.setting("patches") else {
        return Ok(Vec::new());
    };
    items.iter().map(|item| patch(item, service, catalog, source)).collect()
}

fn patch(
    item: &Setting,
    service: &Service,
    catalog: &Catalog,
    source: &dyn Source,
) -> Result<FreePatch, Diagnostic> {
    let entries = map(Some(item));
    let field = |key: &str| entries.iter().find(|entry| &*entry.key == key).map(|entry| &entry.value);
    let wrong = |message: &str, hint: &str| {
        Err(Diagnostic::error(
            "catalog/patch",
            format!("a patch of service `{}` {message}", service.name.value),
        )
        .at(item.span.clone(), "")
        .hint(hint))
    };
    let (text, start) = match (text(field("patch")), text(field("path"))) {
        (Some((text, span)), None) => {
            // The text of a block scalar begins on the line below its `|`.
            let below = u32::from(text.contains('\n'));
            (text, Span { line: span.line + below, column: 0, ..span })
        }
        (None, Some((path, span))) => read(&path, &span, catalog, source)?,
        (Some(_), Some(_)) => return wrong("has both `patch` and `path`", "Remove one of them."),
        (None, None) => {
            return wrong(
                "has neither `patch` nor `path`",
                "Give the text in `patch: |-`, or a file in `path`.",
            );
        }
    };
    Ok(FreePatch {
        text,
        start,
        target: map(field("target")).to_vec(),
        options: map(field("options")).to_vec(),
    })
}

/// The files that the free patches of a service are read from, as the catalog writes them.
pub fn patch_files(service: &Service) -> impl Iterator<Item = &str> {
    let items = match service.setting("patches") {
        Some(Setting { value: SettingValue::List(items), .. }) => items.as_slice(),
        _ => &[],
    };
    items.iter().filter_map(|item| {
        let path = map(Some(item)).iter().find(|entry| &*entry.key == "path")?;
        match &path.value.value {
            SettingValue::Scalar { text, .. } => Some(&**text),
            _ => None,
        }
    })
}

/// The text of a patch file beside the catalog.
fn read(
    path: &str,
    span: &Span,
    catalog: &Catalog,
    source: &dyn Source,
) -> Result<(String, Span), Diagnostic> {
    let failed = |reason: String| {
        Diagnostic::error("catalog/patch-file", format!("the patch `{path}` cannot be read: {reason}"))
            .at(span.clone(), "")
            .hint(format!("Paths of patches are seen from `{}`.", catalog.settings.catalog))
    };
    let file = catalog.settings.catalog.join(path).map_err(|error| failed(error.to_string()))?;
    let content = source.read(&file).map_err(|error| failed(error.to_string()))?;
    let text = std::str::from_utf8(&content.bytes).map_err(|_| failed("it is not UTF-8 text".to_owned()))?;
    Ok((text.to_owned(), Span { file: source.file_name(&file), line: 1, column: 0 }))
}

fn map(setting: Option<&Setting>) -> &[Entry] {
    match setting {
        Some(Setting { value: SettingValue::Map(entries), .. }) => entries,
        _ => &[],
    }
}

fn text(setting: Option<&Setting>) -> Option<(String, Span)> {
    match setting {
        Some(Setting { value: SettingValue::Scalar { text, .. }, span }) => {
            Some((text.to_string(), span.clone()))
        }
        _ => None,
    }
}
