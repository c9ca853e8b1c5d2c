//! What becomes of texts with vars.

use super::expand::{Expanded, expand};
use crate::yaml::Scalar;

fn expanded(text: &str) -> Expanded {
    let mut lookup = |name: &str| match name {
        "A" => Some(Scalar::string("a")),
        "N" => Some(Scalar::plain("8")),
        "E" => Some(Scalar::string("")),
        _ => None,
    };
    expand(text, &mut lookup).unwrap()
}

#[test]
fn vars_are_replaced_in_text_and_dollars_are_escaped() {
    let cases = [
        ("-$(A)-$(N)-", "-a-8-"),
        ("$(A)$(A)", "aa"),
        ("x$(E)y", "xy"),
        ("$$(A)", "$(A)"),
        ("$$$(A)", "$a"),
        ("$(UNKNOWN) $(A)", "$(UNKNOWN) a"),
        ("$(A", "$(A"),
        ("$(A$(N))", "$(A$(N))"),
        ("$A ${A} $? a$", "$A ${A} $? a$"),
        ("", ""),
    ];
    for (text, expected) in cases {
        assert_eq!(expanded(text), Expanded::Text(expected.to_owned()), "{text}");
    }
}

#[test]
fn a_text_that_is_one_var_becomes_its_value_with_its_type() {
    assert_eq!(expanded("$(N)"), Expanded::Value(Scalar::plain("8")));
    assert_eq!(expanded("$(NONE)"), Expanded::Text("$(NONE)".to_owned()));
}
