//! Targets that fail, grouped by cause, so that a hundred of them are not a hundred messages.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Diagnostic;
use crate::catalog::TargetId;
use crate::diff::OwnNames;

/// Targets that fail for the same reason.
#[derive(Debug)]
pub struct Group<'a> {
    /// The reason.
    pub problem: &'a Diagnostic,
    /// The addresses of the targets.
    pub targets: Vec<String>,
}

/// What failures of one cause have in common: code, place and message, without the names of the target.
#[must_use]
pub fn cause(problem: &Diagnostic, target: &TargetId) -> String {
    let mut names = OwnNames::default();
    names.add("target", &target.to_string());
    names.add("service", &target.service);
    names.add("env", &target.env);
    names.add("region", &target.region);
    let text = format!("{} {problem}", problem.code);
    names.without(&text).into_owned()
}

/// Groups failures by [`cause`], largest group first.
#[must_use]
pub fn group(failed: &BTreeMap<TargetId, Arc<Diagnostic>>) -> Vec<Group<'_>> {
    let mut groups: BTreeMap<String, Group<'_>> = BTreeMap::new();
    for (target, problem) in failed {
        let group =
            groups.entry(cause(problem, target)).or_insert_with(|| Group { problem, targets: Vec::new() });
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

    #[test]
    fn what_a_message_says_of_the_target_itself_does_not_tell_causes_apart() {
        let failed = ["a", "b"].map(|name| {
            let target = TargetId::new(name, "prod", "euw1");
            let problem = Diagnostic::error("ref/gone", format!("the pin of {target} names `v1`"));
            (target, Arc::new(problem))
        });
        let failed = BTreeMap::from(failed);
        let groups = group(&failed);
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0].targets, ["a@prod/euw1", "b@prod/euw1"]);
    }
}
