//! Floats in the two forms that Go gives them: for JSON, and in YAML read back from that JSON.

/// As Go's `encoding/json` writes a float; `None` for infinities and not-a-number, which JSON lacks.
#[must_use]
pub fn json_float(number: f64) -> Option<String> {
    if !number.is_finite() {
        return None;
    }
    let size = number.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        // Exponents are written with as few digits as they need: `1e-7`, `1e+21`.
        let text = format!("{number:e}");
        return Some(match text.split_once('e') {
            Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
            _ => text,
        });
    }
    Some(number.to_string())
}

/// As kustomize prints a float: the JSON text read again, so that whole numbers lose their point and exponent
/// (`1.0` is `1`, `1e3` is `1000`), and others are in Go's shortest form (`1.5e+06`).
///
/// `None` for infinities and not-a-number, on which kustomize fails.
#[must_use]
pub fn yaml_float(number: f64) -> Option<String> {
    let json = json_float(number)?;
    if json == "-0" {
        return Some("0".to_owned());
    }
    let is_whole = json.parse::<i64>().is_ok() || json.parse::<u64>().is_ok();
    Some(if is_whole { json } else { shortest(number) })
}

/// Go's `%g` with the shortest digits that read back as the same number: `1e+06` for a million.
#[must_use]
pub fn shortest(number: f64) -> String {
    go_form(&format!("{number:e}"), || number.to_string())
}

/// As [`shortest`], with the digits that single precision needs; `+Inf`, `-Inf` and `NaN` for what it cannot hold.
#[must_use]
pub fn shortest_single(number: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "that is what is asked for")]
    let number = number as f32;
    match number {
        f32::INFINITY => "+Inf".to_owned(),
        f32::NEG_INFINITY => "-Inf".to_owned(),
        number if number.is_nan() => "NaN".to_owned(),
        number => go_form(&format!("{number:e}"), || number.to_string()),
    }
}

/// A number in Go's form from Rust's with an exponent, or from that without one.
fn go_form(text: &str, plain: impl Fn() -> String) -> String {
    let Some((digits, exponent)) = text.split_once('e') else { return text.to_owned() };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    // Outside of this range the form has an exponent of at least two digits.
    if (-4..6).contains(&exponent) {
        return plain();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_printed_as_kustomize_prints_them() {
        let cases = [
            (1.0, "1"),
            (1e3, "1000"),
            (-0.0, "0"),
            (0.5, "0.5"),
            (123_456_789.123, "1.23456789123e+08"),
            (100_000.5, "100000.5"),
            (1_000_000.5, "1.0000005e+06"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1e19, "10000000000000000000"),
            (1e20, "1e+20"),
            (1e21, "1e+21"),
            (1e100, "1e+100"),
            (-1.5e-9, "-1.5e-09"),
        ];
        for (number, text) in cases {
            assert_eq!(yaml_float(number).as_deref(), Some(text));
        }
        assert_eq!(yaml_float(f64::INFINITY), None);
    }

    #[test]
    fn json_floats_have_short_exponents() {
        let cases =
            [(1e-7, "1e-7"), (1e21, "1e+21"), (1e20, "100000000000000000000"), (-0.0, "-0"), (1.0, "1")];
        for (number, text) in cases {
            assert_eq!(json_float(number).as_deref(), Some(text));
        }
    }
}
