//! Targets that fail, grouped by cause, so that a hundred of them are not a hundred messages.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Diagnostic;
use crate::catalog::TargetId;

/// Targets that fail for the same reason.
#[derive(Debug)]
pub struct Group<'a> {
    /// The reason.
    pub problem: &'a Diagnostic,
    /// The addresses of the targets.
    pub targets: Vec<String>,
}

/// Groups failures by message and place, largest group first.
#[must_use]
pub fn group(failed: &BTreeMap<TargetId, Arc<Diagnostic>>) -> Vec<Group<'_>> {
    let mut groups: BTreeMap<String, Group<'_>> = BTreeMap::new();
    for (target, problem) in failed {
        let group =
            groups.entry(problem.to_string()).or_insert_with(|| Group { problem, targets: Vec::new() });
        group.targets.push(target.to_string());
    }
    let mut groups: Vec<Group<'_>> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.targets.len()));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_with_one_cause_make_one_group_and_the_largest_comes_first() {
        let one = Arc::new(Diagnostic::error("x/one", "one"));
        let two = Arc::new(Diagnostic::error("x/two", "two"));
        let failed = [("a", &one), ("b", &two), ("c", &two)]
            .into_iter()
            .map(|(name, problem)| (TargetId::new(name, "prod", "euw1"), problem.clone()))
            .collect();
        let groups = group(&failed);
        assert_eq!(groups[0].targets, ["b@prod/euw1", "c@prod/euw1"]);
        assert_eq!(groups[1].problem.message, "one");
    }
}
