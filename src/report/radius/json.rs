//! The report for programs: stable keys, every target named.

use serde_json::{Map, Value, json as object};

use super::words;
use crate::report::answer::{
    Cause, ChangeClass, FailureGroup, FieldChange, FieldGroup, Member, Radius, RefRange, ResourceChange,
    Verdict,
};

/// The report as a JSON value.
#[must_use]
pub fn json(radius: &Radius) -> Value {
    let members = |members: &[Member]| members.iter().map(member).collect::<Vec<_>>();
    let groups = |groups: &[FailureGroup]| groups.iter().map(failure).collect::<Vec<_>>();
    let mut report = object!({
        "change": radius.title,
        "complete": radius.is_complete,
        "targets": {
            "lookedAt": radius.looked_at,
            "changed": radius.changed(),
            "newlyFail": radius.newly_fail(),
            "unchanged": radius.unchanged,
            "stillFail": radius.still_fail,
        },
        "classes": radius.classes.iter().map(|own| class(own)).collect::<Vec<_>>(),
        "fields": radius.by_field().iter().map(field_group).collect::<Vec<_>>(),
        "newlyFail": groups(&radius.failures),
        "failDifferently": groups(&radius.fail_differently),
        "newlyRender": members(&radius.newly_render),
        "appear": members(&radius.appear),
        "disappear": members(&radius.disappear),
        "sameManifests": members(&radius.same_manifests),
        "problems": radius.problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "files": radius.files.iter().map(|file| object!({
            "path": file.path.as_str(),
            "diff": crate::diff::styled::plain(&file.unified()),
        })).collect::<Vec<_>>(),
    });
    if let (Some(moved), Value::Object(map)) = (&radius.moved, &mut report) {
        map.insert("moved".to_owned(), range(moved));
    }
    report
}

fn range(range: &RefRange) -> Value {
    object!({
        "from": range.from,
        "to": range.to,
        "fromCommit": range.from_commit,
        "toCommit": range.to_commit,
        "distance": range.distance,
        "commits": range.commits,
        "authors": range.authors(),
    })
}

fn member(member: &Member) -> Value {
    match &member.references {
        Some((before, after)) => object!({ "target": member.target, "before": before, "after": after }),
        None => object!({ "target": member.target }),
    }
}

fn class(class: &ChangeClass) -> Value {
    object!({
        "class": class.letter,
        "fingerprint": class.fingerprint,
        "summary": class.summary,
        "reach": class.reach,
        "severity": class.severity(),
        "verdicts": class.verdicts.iter().map(verdict).collect::<Vec<_>>(),
        "resources": class.resources.iter().map(resource).collect::<Vec<_>>(),
        "representative": class.representative(),
        "diff": crate::diff::styled::plain(&class.difference.unified(3)),
        "members": class.members.iter().map(member).collect::<Vec<_>>(),
    })
}

fn field_group(group: &FieldGroup) -> Value {
    object!({
        "summary": group.words,
        "status": group.status,
        "targets": group.members.len(),
        "classes": group.classes.iter().map(|class| &class.letter).collect::<Vec<_>>(),
        "kinds": group.kinds,
        "paths": group.paths,
        "severity": group.verdicts.first().map(|verdict| verdict.severity),
        "verdicts": group.verdicts.iter().map(|verdict| verdict.code).collect::<Vec<_>>(),
        "cause": group.cause.as_ref().map(cause),
    })
}

fn verdict(verdict: &Verdict) -> Value {
    object!({
        "code": verdict.code,
        "severity": verdict.severity,
        "resource": verdict.resource,
        "path": verdict.path,
        "old": verdict.old,
        "new": verdict.new,
        "words": verdict.words,
        "cause": verdict.cause.as_ref().map(cause),
    })
}

fn resource(change: &ResourceChange) -> Value {
    object!({
        "resource": change.identity,
        "before": change.before,
        "status": change.status,
        "fields": change.fields.iter().map(field).collect::<Vec<_>>(),
    })
}

fn field(field: &FieldChange) -> Value {
    object!({
        "path": field.path,
        "old": field.old,
        "new": field.new,
        "cause": field.cause.as_ref().map(cause),
    })
}

fn cause(cause: &Cause) -> Value {
    let mut place = Map::new();
    place.insert("file".to_owned(), object!(cause.span.file.path.as_str()));
    place.insert("line".to_owned(), object!(cause.span.line));
    place.insert("commit".to_owned(), object!(cause.span.file.revision));
    place.insert("isOld".to_owned(), object!(cause.is_old));
    place.insert("commits".to_owned(), object!(cause.commits));
    Value::Object(place)
}

fn failure(group: &FailureGroup) -> Value {
    let place = group.problem.primary.as_ref().map(|label| label.span.to_string());
    object!({
        "code": group.problem.code,
        "message": group.problem.message,
        "place": place,
        "hints": group.problem.hints,
        "reach": group.reach,
        "members": group.members.iter().map(member).collect::<Vec<_>>(),
        "words": words::count(group.members.len(), "target"),
    })
}
