//! The board of two regions as text of 80 columns and as Markdown; as JSON it is the answer itself.

use super::answer::{
    FieldDifference, Parity, ParityRow, ParitySide, ParityVerdict, Place, Reason, WrittenValue,
};

/// Columns that text keeps to where its words allow it.
const WIDTH: usize = 80;

/// The board for people: counts, then the rows, the worst first. Rows that are as they are meant to be, and the single
/// values, are listed with `details`.
#[must_use]
pub fn text(parity: &Parity, details: bool) -> String {
    let mut text = format!("{} (primary) and {} (secondary)\n", parity.primary, parity.secondary);
    text.push_str(&format!("{}\n", counts(parity)));
    let shown: Vec<&ParityRow> = rows(parity, details).collect();
    for alike in shown.chunk_by(|one, next| is_like(one, next, details)) {
        let [row, ..] = alike else { continue };
        let envs: Vec<&str> = alike.iter().map(|row| &*row.env).collect();
        text.push('\n');
        text.push_str(&format!("{:<10} {}  {}\n", row.verdict.word(), row.service, envs.join(", ")));
        for reason in reasons(row, details) {
            text.push_str(&reason_text(reason));
        }
        if details {
            text.extend(row.differences.iter().map(|it| wrapped(&difference_text(it), 4)));
        }
    }
    let hidden = parity.rows.iter().filter(|row| !details && is_fine(row)).count();
    if hidden > 0 {
        text.push_str(&format!("\n{hidden} as they are meant to be; --details lists them and every value\n"));
    }
    text
}

/// Whether two rows say the same of two environments of a service.
fn is_like(one: &ParityRow, other: &ParityRow, details: bool) -> bool {
    one.verdict == other.verdict
        && one.service == other.service
        && reasons(one, details).eq(reasons(other, details))
        && (!details || one.differences == other.differences)
}

/// `2 failed, 3 missing, 7 skew, ...`, all verdicts, the worst first.
#[must_use]
pub fn counts(parity: &Parity) -> String {
    let words = ParityVerdict::ALL.map(|verdict| format!("{} {}", parity.count(verdict), verdict.word()));
    words.join(", ")
}

/// Whether nothing about a row needs a person.
fn is_fine(row: &ParityRow) -> bool {
    row.verdict >= ParityVerdict::Expected
}

fn rows(parity: &Parity, details: bool) -> impl Iterator<Item = &ParityRow> {
    parity.rows.iter().filter(move |row| details || !is_fine(row))
}

fn reasons(row: &ParityRow, details: bool) -> impl Iterator<Item = &Reason> {
    row.reasons.iter().filter(move |reason| details || !reason.expected)
}

/// What a reason is about, and its sentence.
#[must_use]
pub fn reason_words(reason: &Reason) -> String {
    let expected = if reason.expected { "as meant, " } else { "" };
    format!("{expected}{}: {}", reason.topic.word(), reason.text)
}

/// A row with all its reasons, as text.
#[must_use]
pub fn row_text(row: &ParityRow) -> String {
    let mut text = format!("{:<10} {}  {}\n", row.verdict.word(), row.service, row.env);
    text.extend(row.reasons.iter().map(reason_text));
    text
}

fn reason_text(reason: &Reason) -> String {
    let mut text = wrapped(&reason_words(reason), 2);
    if !reason.places.is_empty() {
        text.push_str(&wrapped(&places(&reason.places), 4));
    }
    text
}

/// `file:line`, several after each other, each with its commit if the file is from one.
#[must_use]
pub fn places(places: &[Place]) -> String {
    let words: Vec<String> = places.iter().map(place).collect();
    words.join(", ")
}

/// `file:line`, and the commit if the file is from one.
fn place(place: &Place) -> String {
    match place.revision.as_deref() {
        Some(id) => format!("{place}@{}", id.get(..7).unwrap_or(id)),
        None => place.to_string(),
    }
}

fn difference_text(difference: &FieldDifference) -> String {
    let value = |written: &Option<WrittenValue>| {
        written.as_ref().map_or_else(|| "nothing".to_owned(), |written| written.value.clone())
    };
    let sign = if difference.expected { "·" } else { "!" };
    let at = difference.place().map_or_else(String::new, |at| format!("  {}", place(at)));
    format!(
        "{sign} {} {} {} -> {}{at}",
        difference.resource,
        difference.path,
        value(&difference.primary),
        value(&difference.secondary),
    )
}

/// Breaks a sentence between words, so that it keeps to [`WIDTH`] columns; every line begins with `indent` blanks.
fn wrapped(sentence: &str, indent: usize) -> String {
    let mut text = String::new();
    let mut line = " ".repeat(indent);
    for word in sentence.split_whitespace() {
        let is_first = line.trim().is_empty();
        if !is_first && line.chars().count() + 1 + word.chars().count() > WIDTH {
            text.push_str(&line);
            text.push('\n');
            line = " ".repeat(indent + 2);
        } else if !is_first {
            line.push(' ');
        }
        line.push_str(word);
    }
    text.push_str(&line);
    text.push('\n');
    text
}

/// The board as a Markdown table, for a ticket or a report.
#[must_use]
pub fn markdown(parity: &Parity, details: bool) -> String {
    let mut text = format!(
        "## Parity of {} and {}\n\n{}\n\nCatalog: {}\n\n| verdict | service | env | {} | {} | why |\n| --- | --- | --- | --- | --- | --- |\n",
        parity.primary,
        parity.secondary,
        counts(parity),
        parity.catalog,
        parity.primary,
        parity.secondary
    );
    for row in rows(parity, details) {
        let why: Vec<String> = reasons(row, details)
            .map(|reason| {
                let at = match reason.places.is_empty() {
                    true => String::new(),
                    false => format!(" ({})", places(&reason.places)),
                };
                cell(&format!("**{}** {}{at}", reason.topic.word(), reason.text))
            })
            .collect();
        text.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            row.verdict.word(),
            cell(&row.service),
            cell(&row.env),
            cell(&reference(row.primary.as_ref())),
            cell(&reference(row.secondary.as_ref())),
            why.join("<br>")
        ));
    }
    text
}

/// The ref of a side without what everybody knows; a dash where the service does not run.
#[must_use]
pub fn reference(side: Option<&ParitySide>) -> String {
    let reference = side.and_then(|side| side.reference.as_deref()).unwrap_or("–");
    let short = reference.strip_prefix("refs/tags/").or_else(|| reference.strip_prefix("refs/heads/"));
    short.unwrap_or(reference).to_owned()
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn sentences_keep_to_eighty_columns() {
        let sentence = "word ".repeat(40);
        let text = wrapped(&sentence, 2);
        assert!(text.lines().all(|line| line.len() <= 80 && line.starts_with("  ")));
        assert_eq!(text.split_whitespace().count(), 40);
    }
}
