//! What people write for a moment: `2025-11-06 02:10`, `02:10`, `yesterday 02:10`, `2 hours ago`.

use jiff::civil::{DateTime, Time};
use jiff::{Span, Timestamp, Zoned};

use crate::base::Diagnostic;
use crate::git::CommitTime;

/// The forms that are understood, for hints.
pub(super) const FORMS: &str = "A date is written `2025-11-06 02:10`, `2025-11-06` (the end of that day), `02:10` (today), \
    `yesterday 02:10`, `2 hours ago`, or in full `2025-11-06T02:10:00+01:00`; without an offset it is local time.";

/// A day without a time means its end, so that everything of that day is in.
const END_OF_DAY: Time = Time::constant(23, 59, 59, 0);

/// Reads a moment. `now` gives the present and the time zone of the person; `None` when the text is no date at all.
pub(super) fn read(text: &str, now: &Zoned) -> Option<Zoned> {
    let text = text.trim();
    if let Some(span) = text.strip_suffix("ago") {
        let span: Span = format!("{} ago", span.trim()).parse().ok()?;
        return now.checked_add(span).ok();
    }
    if let Ok(exact) = text.parse::<Timestamp>() {
        return Some(exact.to_zoned(now.time_zone().clone()));
    }
    if text == "now" {
        return Some(now.clone());
    }
    let (day, time) = match text.split_once([' ', 'T']) {
        Some((day, time)) => (day, Some(time.trim())),
        None if text.contains(':') => ("today", Some(text)),
        None => (text, None),
    };
    let date = match day {
        "today" => now.date(),
        "yesterday" => now.yesterday().ok()?.date(),
        day => day.parse().ok()?,
    };
    let time = match time {
        Some(time) => time_of_day(time)?,
        None if date == now.date() => return Some(now.clone()),
        None => END_OF_DAY,
    };
    DateTime::from_parts(date, time).to_zoned(now.time_zone().clone()).ok()
}

/// `02:10` or `02:10:30`.
fn time_of_day(text: &str) -> Option<Time> {
    let has_form =
        text.len() <= 8 && text.contains(':') && text.chars().all(|c| c.is_ascii_digit() || c == ':');
    let padded = if text.find(':') == Some(1) { format!("0{text}") } else { text.to_owned() };
    has_form.then(|| padded.parse().ok())?
}

/// Whether a text that could not be read was probably meant to be a date.
pub(super) fn looks_like_date(text: &str) -> bool {
    let starts = text.starts_with(|c: char| c.is_ascii_digit());
    let ends = text.trim_end().ends_with("ago");
    let day = ["today", "yesterday", "now"].iter().any(|word| text.starts_with(word));
    day || ends || (starts && (text.contains(':') || text.matches('-').count() >= 2))
}

/// The problem of a text that was meant to be a date.
pub(super) fn unreadable(text: &str) -> Diagnostic {
    Diagnostic::error("open/date", format!("`{text}` is no ref, and cannot be read as a date")).hint(FORMS)
}

/// The problem of a moment that has not come yet.
pub(super) fn in_the_future(text: &str, moment: CommitTime) -> Diagnostic {
    Diagnostic::error("open/date", format!("`{text}` has not come yet: it is {}", moment.iso_minute()))
        .hint("For the day before, write `yesterday 02:10`.")
}

/// A moment with the offset that the person's clock had then.
pub(super) fn stamp(moment: &Zoned) -> CommitTime {
    CommitTime { seconds: moment.timestamp().as_second(), offset_minutes: moment.offset().seconds() / 60 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noon of 2025-11-06 in Berlin, which left daylight saving on 2025-10-26.
    fn read_in_berlin(text: &str) -> Option<String> {
        // Berlin's rule itself, because a machine need not have a database of time zones.
        let berlin = jiff::tz::TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        let now = "2025-11-06T11:00:00Z".parse::<jiff::Timestamp>().unwrap().to_zoned(berlin);
        read(text, &now).map(|moment| stamp(&moment).iso())
    }

    #[test]
    fn moments_are_local_time_unless_they_say_otherwise() {
        let cases = [
            ("2025-11-06T02:10:00Z", "2025-11-06T03:10:00+01:00"),
            ("2025-11-06T02:10:00+02:00", "2025-11-06T01:10:00+01:00"),
            ("2025-11-06 02:10", "2025-11-06T02:10:00+01:00"),
            ("2025-11-06T02:10:30", "2025-11-06T02:10:30+01:00"),
            ("2025-10-06 02:10", "2025-10-06T02:10:00+02:00"),
            ("2025-11-05", "2025-11-05T23:59:59+01:00"),
            ("2025-11-06", "2025-11-06T12:00:00+01:00"),
            ("02:10", "2025-11-06T02:10:00+01:00"),
            ("2:10", "2025-11-06T02:10:00+01:00"),
            ("yesterday 02:10", "2025-11-05T02:10:00+01:00"),
            ("yesterday", "2025-11-05T23:59:59+01:00"),
            ("today 02:10", "2025-11-06T02:10:00+01:00"),
            ("2 hours ago", "2025-11-06T10:00:00+01:00"),
            ("90m ago", "2025-11-06T10:30:00+01:00"),
            ("2 weeks ago", "2025-10-23T12:00:00+02:00"),
            ("now", "2025-11-06T12:00:00+01:00"),
        ];
        for (text, expected) in cases {
            assert_eq!(read_in_berlin(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_not_guessed_at() {
        for text in [
            "",
            "main",
            "config-2025.11.06",
            "2025",
            "25:10",
            "2025-13-01",
            "2025-11-06 2",
            "some time ago",
            "ago",
        ] {
            assert_eq!(read_in_berlin(text), None, "{text}");
        }
        assert!(
            looks_like_date("2025-13-01") && looks_like_date("25:10") && looks_like_date("some time ago")
        );
        assert!(!looks_like_date("main") && !looks_like_date("2025.11"));
    }
}
