//! A fleet of any size: the sample's services, then made-up ones of the same shapes, in the same style of YAML.
//!
//! Everything follows from the number of a service, so a fleet of 300 is the beginning of a fleet of 5,000.

mod shape;
mod words;

use shape::Service;

/// The line that begins an entry of `services.yaml`.
const ENTRY: &str = "  - name: ";

/// The entries of a `services.yaml` in the sample's style, by the offset of their first byte.
pub(super) fn entries(text: &str) -> impl Iterator<Item = usize> {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let own = start;
        start += line.len();
        line.starts_with(ENTRY).then_some(own)
    })
}

/// A `services.yaml` with `wanted` services, each enabled in every environment and region. The services of `sample`
/// come first, as far as they are wanted.
pub(super) fn services(sample: &str, wanted: usize) -> String {
    let starts: Vec<usize> = entries(sample).collect();
    let mut text = match starts.get(wanted) {
        Some(end) => without_heading(&sample[..*end]).to_owned(),
        None => sample.to_owned(),
    };
    text = everywhere(&text);
    if wanted > starts.len() {
        text.reserve((wanted - starts.len()) * 1_000);
        text += "\n  # ---------------------------------------------------------------- fleet\n";
        for number in 0..wanted - starts.len() {
            if number > 0 {
                text.push('\n');
            }
            Service::number(number).write(&mut text);
        }
    }
    text
}

/// A text that ends where an entry would begin, without the heading of that entry.
fn without_heading(text: &str) -> &str {
    let text = text.trim_end();
    match text.rsplit_once('\n') {
        Some((before, last)) if last.starts_with("  # ---") => before.trim_end(),
        _ => text,
    }
}

/// Enables every service of a text everywhere.
fn everywhere(text: &str) -> String {
    let mut wide = String::with_capacity(text.len());
    for line in text.lines() {
        let line = match line.trim_start().split_once(':') {
            Some(("regions", _)) => "    regions: [euw1, euw2]",
            Some(("enabledIn", _)) => "    enabledIn: [int-stable, pre-stable, prod]",
            _ => line,
        };
        wide.push_str(line);
        wide.push('\n');
    }
    wide
}
