//! Edits at any route of any text: the edit is refused, or everything outside of it stays as it is.
//!
//! The first line is the route, the second the new value, the rest the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use overlens::yaml::edit::{EditValue, Route, look, nest, remove, set};

/// Ends the process on a panic, as libFuzzer's own hook does, but for those of the library that scans the text: the edits
/// catch these and refuse the text.
fn end_on_panic() {
    std::panic::set_hook(Box::new(|panic| {
        let is_caught = panic.location().is_some_and(|place| place.file().contains("libyaml-safer"));
        if !is_caught {
            eprintln!("{panic}");
            std::process::abort();
        }
    }));
}

fuzz_target!(init: end_on_panic(), |bytes: &[u8]| {
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
    if !route.0.contains(&overlens::yaml::edit::Step::End)
        && let Ok(edited) = set(text, &route, &value)
    {
        let again = set(&edited.text, &route, &value).expect("what was set can be set again");
        assert_eq!(again.text, edited.text, "setting what is there changes nothing");
    }
});
