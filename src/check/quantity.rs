//! Quantities of Kubernetes (`500m`, `1Gi`, `2`), read well enough to be compared.

use crate::yaml::Node;

/// Factors of suffixes.
const SUFFIXES: &[(&str, f64)] = &[
    ("Ki", 1_024.0),
    ("Mi", 1_048_576.0),
    ("Gi", 1_073_741_824.0),
    ("Ti", 1_099_511_627_776.0),
    ("Pi", 1_125_899_906_842_624.0),
    ("Ei", 1_152_921_504_606_846_976.0),
    ("n", 1e-9),
    ("u", 1e-6),
    ("m", 1e-3),
    ("k", 1e3),
    ("M", 1e6),
    ("G", 1e9),
    ("T", 1e12),
    ("P", 1e15),
    ("E", 1e18),
];

/// The number that a quantity stands for; `None` for what is no quantity.
fn read(node: &Node) -> Option<f64> {
    let text = node.as_text()?.trim();
    let (number, factor) = match SUFFIXES.iter().find(|(suffix, _)| text.ends_with(suffix)) {
        Some((suffix, factor)) => (&text[..text.len() - suffix.len()], *factor),
        None => (text, 1.0),
    };
    let number: f64 = number.parse().ok()?;
    number.is_finite().then_some(number * factor)
}

/// Whether one quantity is less than another; `None` when one of them is no quantity.
pub(super) fn is_less(one: &Node, other: &Node) -> Option<bool> {
    let (one, other) = (read(one)?, read(other)?);
    // 500m and 0.5 are the same, whatever is lost in the arithmetic.
    Some(one < other && (other - one) > other.abs() * 1e-12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_compared_by_what_they_stand_for() {
        let less = |one: &str, other: &str| is_less(&Node::plain(one), &Node::plain(other));
        assert_eq!(less("500m", "1"), Some(true));
        assert_eq!(less("0.5", "500m"), Some(false));
        assert_eq!(less("500m", "0.5"), Some(false));
        assert_eq!(less("1000Mi", "1Gi"), Some(true));
        assert_eq!(less("1e3", "1k"), Some(false));
        assert_eq!(less("1G", "1Gi"), Some(true));
        assert_eq!(less("many", "1"), None);
    }
}
