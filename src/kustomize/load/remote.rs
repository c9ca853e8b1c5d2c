//! Telling URLs from paths. What is remote is refused by name: building never touches the network.

use crate::kustomize::kustomization::Text;
use crate::yaml::Fault;

const SCHEMES: [&str; 4] = ["https://", "http://", "ssh://", "file://"];

/// Whether a text is what kustomize would fetch as a file.
pub(super) fn is_url(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.starts_with("http://") || text.starts_with("https://")
}

/// Whether a text is what kustomize would fetch or clone.
pub(super) fn is_remote(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let lower = lower.strip_prefix("git::").unwrap_or(&lower);
    if SCHEMES.iter().any(|scheme| lower.starts_with(scheme)) {
        return true;
    }
    if lower.starts_with("github.com/") || lower.starts_with("github.com:") {
        return true;
    }
    // git@host:organisation/repository
    let is_name = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '-')
    };
    lower.split_once('@').is_some_and(|(user, rest)| is_name(user) && rest.contains([':', '/']))
}

/// The refusal of something remote.
pub(super) fn refusal(text: &Text) -> Fault {
    Fault::new(
        "load/remote",
        text.mark,
        format!("`{}` is remote, and remote bases are not fetched", text.value),
    )
    .hint("Keep a copy in the repository and name its path.")
}
