//! Short forms and sentences for people: refs, dates, ages, counts, places.

use crate::base::Span;

/// What the refs of a table share and need not repeat, such as `config-2025.`.
///
/// Taken from the refs that begin with the commonest first word, so that one placeholder or branch does not spoil
/// it for all; ends behind a separator, so that no number is torn apart; leaves something of every ref.
#[must_use]
pub fn common_prefix<'a>(references: impl IntoIterator<Item = &'a str>) -> String {
    let mut plain: Vec<&str> = references.into_iter().map(without_namespace).collect();
    plain.sort_unstable();
    plain.dedup();
    let word = |text: &'a str| text.split(|it: char| !it.is_alphabetic()).next().unwrap_or("");
    let mut best: &[&str] = &[];
    let mut start = 0;
    for end in 1..=plain.len() {
        if end == plain.len() || word(plain[end]) != word(plain[start]) {
            if end - start > best.len() && !word(plain[start]).is_empty() {
                best = &plain[start..end];
            }
            start = end;
        }
    }
    let (Some(first), Some(last)) = (best.first(), best.last()) else { return String::new() };
    let separator = |it: char| matches!(it, '-' | '.' | '/' | '_');
    let shared = match best.len() {
        // Alone, a ref keeps everything behind its name: `config-2025.11.06` becomes `2025.11.06`.
        1 => first.find(separator).map_or(0, |at| at + 1),
        _ => {
            let same = first.bytes().zip(last.bytes()).take_while(|(a, b)| a == b).count();
            let same = if first.len() == same { first.rfind(separator).map_or(0, |at| at + 1) } else { same };
            first.get(..same).and_then(|head| head.rfind(separator)).map_or(0, |at| at + 1)
        }
    };
    let shared = if shared == first.len() { 0 } else { shared };
    first[..shared].to_owned()
}

/// A ref without the prefix that everybody knows.
#[must_use]
pub fn short_reference<'a>(reference: &'a str, prefix: &str) -> &'a str {
    let plain = without_namespace(reference);
    match plain.strip_prefix(prefix) {
        Some(rest) if !rest.is_empty() => rest,
        _ => plain,
    }
}

fn without_namespace(reference: &str) -> &str {
    reference
        .strip_prefix("refs/tags/")
        .or_else(|| reference.strip_prefix("refs/heads/"))
        .unwrap_or(reference)
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `2025-11-06` as `6 Nov`; anything else as it is.
#[must_use]
pub fn day(date: &str) -> String {
    let mut parts = date.split('-').skip(1).map(|part| part.parse::<usize>().ok());
    match (parts.next().flatten(), parts.next().flatten()) {
        (Some(month @ 1..=12), Some(day)) => format!("{day} {}", MONTHS[month - 1]),
        _ => date.to_owned(),
    }
}

/// How long ago something was, in the largest unit that says enough.
#[must_use]
pub fn age(seconds: i64) -> String {
    match seconds {
        ..60 => "now".to_owned(),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        86_400..63_072_000 => format!("{} d", seconds / 86_400),
        _ => format!("{} y", seconds / 31_536_000),
    }
}

/// `1 target`, `2 targets`.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        return format!("1 {noun}");
    }
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{number} {stem}ies"),
        _ => format!("{number} {noun}s"),
    }
}

/// File and line, as short as they can be told apart: without the roots that every file shares.
#[must_use]
pub fn place(span: &Span) -> String {
    let path = span.file.path.as_str();
    let path = path.strip_prefix("kustomize/").unwrap_or(path);
    let path = match path.strip_prefix("catalog/") {
        Some(file) => file,
        None => path,
    };
    if span.line > 0 { format!("{path}:{}", span.line) } else { path.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refs_lose_what_all_of_them_share_and_keep_whole_numbers() {
        let tags = ["config-2025.10.28", "config-2025.11.06", "refs/tags/config-2025.11.08-rc1"];
        let prefix = common_prefix(tags);
        assert_eq!(prefix, "config-2025.");
        assert_eq!(tags.map(|tag| short_reference(tag, &prefix)), ["10.28", "11.06", "11.08-rc1"]);
    }

    #[test]
    fn one_placeholder_or_branch_does_not_spoil_the_prefix() {
        let prefix = common_prefix(["config-1.2", "config-1.3", "main", "refs/tags/<CONFIG_TAG>"]);
        assert_eq!(prefix, "config-1.");
        assert_eq!(short_reference("refs/tags/<CONFIG_TAG>", &prefix), "<CONFIG_TAG>");
    }

    #[test]
    fn a_ref_that_is_the_prefix_of_another_keeps_its_last_part() {
        let prefix = common_prefix(["config-2025.11.06", "config-2025.11.06-rc1"]);
        assert_eq!(short_reference("config-2025.11.06", &prefix), "06");
        assert_eq!(common_prefix(["config-2025.11.06"]), "config-");
        assert_eq!(common_prefix(["main"]), "");
        assert_eq!(common_prefix([]), "");
    }

    #[test]
    fn dates_ages_and_counts_read_like_words() {
        assert_eq!(day("2025-11-06"), "6 Nov");
        assert_eq!(day("soon"), "soon");
        assert_eq!((age(59), age(3 * 86_400)), ("now".to_owned(), "3 d".to_owned()));
        assert_eq!(
            (count(1, "entry"), count(2, "entry"), count(0, "day")),
            ("1 entry".to_owned(), "2 entries".to_owned(), "0 days".to_owned())
        );
    }
}
