//! Any bytes as YAML: what can be read and printed reads back, and then prints the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use overlens::base::FileId;
use overlens::yaml::{Limits, Node, emit, parse, parse_settings};

const LIMITS: Limits = Limits { depth: 64, nodes: 20_000, alias_nodes: 2_000 };

fn printed(node: &Node) -> Option<String> {
    let mut text = String::new();
    emit(node, &mut text).ok().map(|()| text)
}

fuzz_target!(|bytes: &[u8]| {
    let _ = parse_settings(bytes, FileId::NONE, &LIMITS);
    let Ok(nodes) = parse(bytes, FileId::NONE, &LIMITS) else { return };
    for node in nodes.iter().filter(|node| node.as_mapping().is_some()) {
        assert!(node.depth() <= LIMITS.depth, "the limit of depth holds");
        let Some(once) = printed(node) else { continue };
        // Kustomize's own output does not always read back: U+2028 and U+2029 are printed raw, `0o-7` without quotes,
        // and what reads as a document separator at the start of a line.
        if let Ok(back) = parse(once.as_bytes(), FileId::NONE, &Limits::default())
            && let [back] = back.as_slice()
            && !once.contains(['\u{2028}', '\u{2029}', '\u{85}'])
            && !once.contains("0o")
        {
            assert_eq!(printed(back).as_deref(), Some(once.as_str()), "what was printed prints the same");
        }
    }
});
