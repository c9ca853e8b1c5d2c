//! Dates of the demo's commits: RFC 3339 in the history file, seconds since 1970 in git.

/// A moment with the offset from UTC that its author's clock had.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Moment {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub(super) seconds: i64,
    /// Minutes east of UTC.
    pub(super) offset: i32,
}

/// Reads `2025-11-06T10:15:00+01:00`, with exactly these digits and an offset.
pub(super) fn parse(text: &str) -> Option<Moment> {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let east = match shape.as_str() {
        "0000-00-00T00:00:00+00:00" => 1,
        "0000-00-00T00:00:00-00:00" => -1,
        _ => return None,
    };
    let number = |from: usize, to: usize| text[from..to].parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let offset = east * (number(20, 22)? * 60 + number(23, 25)?);
    let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    Some(Moment { seconds: seconds - offset * 60, offset: i32::try_from(offset).ok()? })
}

/// Days from 1970-01-01 to a day of the Gregorian calendar. Years begin in March here, so that a leap day is the last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let before_year = year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let before_month = (month * 153 + 2) / 5;
    before_year + before_month + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_counted_as_git_counts_them() {
        let moment = |text| parse(text).unwrap().seconds;
        assert_eq!(moment("1970-01-01T00:00:00+00:00"), 0);
        assert_eq!(moment("2024-02-29T12:00:00+00:00"), 1_709_208_000);
        assert_eq!(moment("2025-11-06T10:15:00+01:00"), 1_762_420_500);
        assert_eq!(parse("2025-09-08T09:12:00+02:00").unwrap().offset, 120);
    }

    #[test]
    fn other_shapes_are_no_dates() {
        for text in [
            "",
            "2025-11-06",
            "2025-13-06T10:15:00+01:00",
            "2025-11-06T10:15:00Z",
            "2025-11-06T24:15:00+01:00",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
