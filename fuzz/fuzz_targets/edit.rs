//! Edits at any route of any text: the edit is refused, or everything outside of it stays as it is.
//!
//! The first line is the route, the second the new value, the rest the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use overlens::yaml::edit::{EditValue, Route, look, nest, remove, set};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut parts = text.splitn(3, '\n');
    let (Some(route), Some(value), Some(text)) = (parts.next(), parts.next(), parts.next()) else { return };
    let Ok(route) = Route::parse(route) else { return };
    let _ = look(text, &route);
    let _ = nest(text, &route, "inner");
    let value = EditValue::Text(value.to_owned());
    for edited in [set(text, &route, &value), remove(text, &route)].into_iter().flatten() {
        assert_eq!(text[..edited.replaced.start], edited.text[..edited.inserted.start]);
        assert_eq!(text[edited.replaced.end..], edited.text[edited.inserted.end..]);
    }
    // What was appended is not there to be set.
    if !matches!(route.0.last(), Some(overlens::yaml::edit::Step::End))
        && let Ok(edited) = set(text, &route, &value)
    {
        let again = set(&edited.text, &route, &value).expect("what was set can be set again");
        assert_eq!(again.text, edited.text, "setting what is there changes nothing");
    }
});
