//! Every kind of text that YAML 1.1, YAML 1.2 and Go read differently.

use super::*;

const CASES: &[(&str, Resolved)] = &[
    ("yes", Resolved::Str),
    ("on", Resolved::Str),
    ("y", Resolved::Str),
    ("True", Resolved::Bool(true)),
    ("tRUE", Resolved::Str),
    ("~", Resolved::Null),
    ("", Resolved::Null),
    ("NULL", Resolved::Null),
    ("nULL", Resolved::Str),
    ("0", Resolved::Int(0)),
    ("-0", Resolved::Int(0)),
    ("+1", Resolved::Int(1)),
    ("0777", Resolved::Int(511)),
    ("-0777", Resolved::Int(-511)),
    ("08", Resolved::Float(8.0)),
    ("0o17", Resolved::Int(15)),
    ("0O17", Resolved::Int(15)),
    ("0x1F", Resolved::Int(31)),
    ("-0x1f", Resolved::Int(-31)),
    ("0b11", Resolved::Int(3)),
    ("0b-11", Resolved::Int(-3)),
    ("0o+7", Resolved::Int(7)),
    ("0x-1", Resolved::Str),
    ("--1", Resolved::Str),
    ("1_000", Resolved::Int(1000)),
    ("1_0.5", Resolved::Float(10.5)),
    ("_1", Resolved::Str),
    ("0x", Resolved::Str),
    ("-", Resolved::Str),
    ("9223372036854775807", Resolved::Int(i64::MAX)),
    ("-9223372036854775808", Resolved::Int(i64::MIN)),
    ("9223372036854775808", Resolved::Uint(1 << 63)),
    ("+9223372036854775808", Resolved::Float(9_223_372_036_854_775_808.0)),
    ("18446744073709551616", Resolved::Float(18_446_744_073_709_551_616.0)),
    ("0xFFFFFFFFFFFFFFFFF", Resolved::Str),
    ("1e3", Resolved::Float(1000.0)),
    ("1e400", Resolved::Str),
    ("1e-400", Resolved::Float(0.0)),
    ("1.", Resolved::Float(1.0)),
    (".5", Resolved::Float(0.5)),
    ("+.5", Resolved::Float(0.5)),
    (".1_0", Resolved::Float(0.1)),
    ("._1", Resolved::Str),
    (".", Resolved::Str),
    (".e5", Resolved::Str),
    (".inf", Resolved::Float(f64::INFINITY)),
    ("-.INF", Resolved::Float(f64::NEG_INFINITY)),
    (".iNF", Resolved::Str),
    ("1e", Resolved::Str),
    ("12e03", Resolved::Float(12000.0)),
    ("1:30", Resolved::Str),
    ("100m", Resolved::Str),
    ("1.2.3", Resolved::Str),
    ("2001-01-01", Resolved::Timestamp),
    ("2001-1-1", Resolved::Timestamp),
    ("2001-02-30", Resolved::Str),
    ("2000-02-29", Resolved::Timestamp),
    ("1900-02-29", Resolved::Str),
    ("2001-01-01T00:00:00Z", Resolved::Timestamp),
    ("2001-01-01T00:00:00", Resolved::Str),
    ("2001-01-01 00:00:00", Resolved::Timestamp),
    ("2001-01-01 00:00:00Z", Resolved::Str),
    ("2001-01-01t1:2:3.4+05:30", Resolved::Timestamp),
    ("2001-01-01T24:00:00Z", Resolved::Str),
    ("<<", Resolved::Str),
    ("=", Resolved::Str),
];

#[test]
fn every_text_means_what_go_yaml_reads() {
    for (text, meaning) in CASES {
        assert_eq!(resolve_plain(text), *meaning, "{text}");
    }
    assert!(matches!(resolve_plain(".NaN"), Resolved::Float(number) if number.is_nan()));
}

#[test]
fn times_are_printed_in_one_form() {
    let cases = [
        ("2001-1-2", "2001-01-02T00:00:00Z"),
        ("2001-01-02t1:2:3.40+05:30", "2001-01-02T01:02:03.4+05:30"),
        ("2001-01-02T1:2:3,5-00:00", "2001-01-02T01:02:03.5Z"),
        ("2001-01-02   01:02:03.1234567899", "2001-01-02T01:02:03.123456789Z"),
    ];
    for (text, printed) in cases {
        assert_eq!(timestamp::parse(text).map(timestamp::Timestamp::to_text).as_deref(), Some(printed));
    }
}

#[test]
fn a_tag_decides_before_the_text() {
    let scalar = |text: &str, tag| Scalar { text: text.into(), tag, style: super::super::Style::Plain };
    assert_eq!(scalar("1", Tag::Float).resolve(), Resolved::Float(1.0));
    assert_eq!(scalar("1", Tag::Str).resolve(), Resolved::Str);
}
