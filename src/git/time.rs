//! Moments as git keeps them: seconds since 1970 and the author's distance from UTC.

/// When something was committed or tagged.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CommitTime {
    /// Seconds since 1970-01-01 UTC.
    pub seconds: i64,
    /// How far the author's clock was ahead of UTC, in minutes.
    pub offset_minutes: i32,
}

impl CommitTime {
    /// Year, month and day on the author's calendar.
    #[must_use]
    pub fn date(self) -> (i64, u32, u32) {
        civil(self.local().div_euclid(86_400))
    }

    /// Seconds on the author's clock.
    fn local(self) -> i64 {
        self.seconds.saturating_add(i64::from(self.offset_minutes) * 60)
    }

    /// `2025-11-06`, on the author's calendar.
    #[must_use]
    pub fn iso_date(self) -> String {
        let (year, month, day) = self.date();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// `2025-11-06 14:30 +01:00`, for people.
    #[must_use]
    pub fn iso_minute(self) -> String {
        let text = self.iso();
        format!("{} {} {}", self.iso_date(), &text[text.len() - 14..text.len() - 9], &text[text.len() - 6..])
    }

    /// `2025-11-06T14:30:00+01:00`.
    #[must_use]
    pub fn iso(self) -> String {
        let second = self.local().rem_euclid(86_400);
        let (sign, offset) = (if self.offset_minutes < 0 { '-' } else { '+' }, self.offset_minutes.abs());
        format!(
            "{}T{:02}:{:02}:{:02}{sign}{:02}:{:02}",
            self.iso_date(),
            second / 3600,
            second / 60 % 60,
            second % 60,
            offset / 60,
            offset % 60
        )
    }
}

impl From<git2::Time> for CommitTime {
    fn from(time: git2::Time) -> Self {
        Self { seconds: time.seconds(), offset_minutes: time.offset_minutes() }
    }
}

/// Year, month and day of a day counted from 1970-01-01 (Howard Hinnant's `civil_from_days`).
fn civil(day: i64) -> (i64, u32, u32) {
    // Years start in March here, so that a leap day is the last day of its year.
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let day_of_era = day.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, u32::try_from(month).unwrap_or(1), u32::try_from(day).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_authors_calendar() {
        let at = |seconds, offset_minutes| CommitTime { seconds, offset_minutes };
        assert_eq!(at(0, 0).iso(), "1970-01-01T00:00:00+00:00");
        assert_eq!(at(1_762_441_200, 60).iso(), "2025-11-06T16:00:00+01:00");
        assert_eq!(at(1_762_441_200, 60).iso_minute(), "2025-11-06 16:00 +01:00");
        assert_eq!(at(951_782_400, 0).iso_date(), "2000-02-29");
        assert_eq!(at(951_868_799, 0).iso_date(), "2000-02-29");
        assert_eq!(at(951_868_799, 60).iso_date(), "2000-03-01");
        assert_eq!(at(-1, -330).iso(), "1969-12-31T18:29:59-05:30");
    }
}
