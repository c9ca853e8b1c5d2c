//! Dates and points in time as go-yaml recognises them, and the one form in which kustomize prints them.

use std::fmt::Write as _;

/// A point in time with the offset it was written with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timestamp {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    nanosecond: u32,
    /// Minutes east of Greenwich.
    offset: i32,
}

/// Reads `2001-2-3`, `2001-02-03T04:05:06.7Z`, `2001-02-03t04:05:06+07:00` and `2001-02-03 04:05:06`.
///
/// Everything else is text, also what YAML 1.1 itself calls a timestamp.
#[must_use]
pub fn parse(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    // Cheap refusal first: this runs for every text that starts with a digit.
    if bytes.len() < 8 || bytes[4] != b'-' || !bytes[..4].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut rest = Cursor(&bytes[5..]);
    let year = bytes[..4].iter().fold(0_u16, |year, digit| year * 10 + u16::from(digit - b'0'));
    let month = rest.number(12).filter(|month| *month > 0)?;
    rest.expect(b'-')?;
    let day = rest.number(31).filter(|day| (1..=days_in(year, month)).contains(day))?;
    let mut time = Timestamp { year, month, day, hour: 0, minute: 0, second: 0, nanosecond: 0, offset: 0 };
    let Some((separator, after)) = rest.0.split_first() else { return Some(time) };
    rest = Cursor(after);
    let has_zone = match separator {
        b'T' | b't' => true,
        b' ' => false,
        _ => return None,
    };
    if !has_zone {
        while rest.expect(b' ').is_some() {}
    }
    time.hour = rest.number(23)?;
    rest.expect(b':')?;
    time.minute = rest.number(59)?;
    rest.expect(b':')?;
    time.second = rest.number(59)?;
    time.nanosecond = rest.fraction();
    if has_zone {
        time.offset = rest.zone()?;
    }
    rest.0.is_empty().then_some(time)
}

impl Timestamp {
    /// As kustomize prints it: `2001-02-03T04:05:06.7+07:00`, `Z` for Greenwich.
    #[must_use]
    pub fn to_text(self) -> String {
        let Self { year, month, day, hour, minute, second, nanosecond, offset } = self;
        let mut text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
        if nanosecond > 0 {
            let digits = format!("{nanosecond:09}");
            text.push('.');
            text.push_str(digits.trim_end_matches('0'));
        }
        if offset == 0 {
            text.push('Z');
        } else {
            let sign = if offset < 0 { '-' } else { '+' };
            let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
            // Writing to a string cannot fail.
            let _ = write!(text, "{sign}{hours:02}:{minutes:02}");
        }
        text
    }

    /// Whether the offset is one that a JSON time can have (less than a day); kustomize fails otherwise.
    #[must_use]
    pub fn is_printable(self) -> bool {
        self.offset.abs() < 24 * 60
    }
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn expect(&mut self, wanted: u8) -> Option<()> {
        let (first, rest) = self.0.split_first()?;
        (*first == wanted).then(|| self.0 = rest)
    }

    /// One or two digits, not above `most`.
    fn number(&mut self, most: u8) -> Option<u8> {
        let digits = self.0.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
        let (number, rest) = self.0.split_at(digits);
        self.0 = rest;
        let value = number.iter().fold(0, |value, digit| value * 10 + (digit - b'0'));
        (digits > 0 && value <= most).then_some(value)
    }

    /// `.123` or `,123`: nanoseconds, digits after the ninth cut off; 0 without a fraction.
    fn fraction(&mut self) -> u32 {
        let [b'.' | b',', digits @ ..] = self.0 else { return 0 };
        let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return 0;
        }
        self.0 = &digits[count..];
        let padded = digits[..count].iter().copied().chain(std::iter::repeat(b'0')).take(9);
        padded.fold(0, |value, digit| value * 10 + u32::from(digit - b'0'))
    }

    /// `Z`, `+07:00` or `-07:00`, in minutes.
    fn zone(&mut self) -> Option<i32> {
        if self.expect(b'Z').is_some() {
            return Some(0);
        }
        let [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2, rest @ ..] = self.0 else { return None };
        let two = |tens: &u8, ones: &u8| {
            (tens.is_ascii_digit() && ones.is_ascii_digit())
                .then(|| i32::from(tens - b'0') * 10 + i32::from(ones - b'0'))
        };
        let hours = two(h1, h2).filter(|hours| *hours <= 24)?;
        let minutes = two(m1, m2).filter(|minutes| *minutes <= 60)?;
        self.0 = rest;
        let offset = hours * 60 + minutes;
        Some(if *sign == b'-' { -offset } else { offset })
    }
}
