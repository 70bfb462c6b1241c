//! Licences as agreements of the Open Digital Rights Language (W3C Recommendation
//! ODRL 2.2, 2018), for programs of others. What ODRL has terms for is said in them;
//! the whole record goes along, for a policy alone knows no hashes and no consents.

use crate::{ConsentError, Coverage, ReplicaLicence, Unit, draft, layout};
use serde_json::{Value, json};

/// The namespace of the terms that ODRL lacks.
const PROFILE: &str = "urn:toile:odrl:1";

fn constraint(left: &str, operator: &str, right: Value) -> Value {
    json!({"leftOperand": left, "operator": operator, "rightOperand": right})
}

fn of_type(value: &str, kind: &str) -> Value {
    json!({"@value": value, "@type": kind})
}

fn only(list: &mut Vec<Value>, left: &str, coverage: &Coverage) {
    if let Coverage::Only(names) = coverage {
        list.push(constraint(left, "isAnyOf", json!(names)));
    }
}

fn constraints(licence: &ReplicaLicence) -> Vec<Value> {
    let term = &licence.duration;
    let time = |operator, time: jiff::Timestamp| {
        constraint(
            "dateTime",
            operator,
            of_type(&time.to_string(), "xsd:dateTime"),
        )
    };
    let mut list = vec![
        time("gteq", term.not_before),
        time("lt", term.not_after),
        constraint("purpose", "isAnyOf", json!(licence.purpose.kinds)),
        constraint("media", "isAnyOf", json!(licence.scope.media)),
    ];
    only(&mut list, "spatial", &licence.scope.territories);
    only(&mut list, "deliveryChannel", &licence.scope.channels);
    if let Some(seconds) = licence.limits.seconds {
        list.push(constraint(
            "meteredTime",
            "lteq",
            of_type(&format!("PT{seconds}S"), "xsd:duration"),
        ));
    }
    if let Some(shows) = licence.limits.shows {
        list.push(constraint("event", "lteq", json!(shows)));
    }
    if let Some(stills) = licence.limits.stills {
        list.push(constraint("count", "lteq", json!(stills)));
    }
    if let Some(px) = licence.scope.longest_side_px {
        list.push(constraint("absoluteSize", "lteq", json!(px)));
    }
    list
}

fn duties(licence: &ReplicaLicence) -> Vec<Value> {
    let pay = &licence.pay;
    let per = match pay.per {
        Unit::Show => "show",
        Unit::Look => "look",
        Unit::Still => "still",
        Unit::RenderedSecond => "rendered_second",
        Unit::StreamedHour => "streamed_hour",
    };
    let mut amount = constraint(
        "payAmount",
        "eq",
        of_type(&pay.amount.to_string(), "xsd:decimal"),
    );
    amount["unit"] = json!(format!("http://dbpedia.org/resource/{}", pay.currency));
    let per = constraint("toile:per", "eq", json!(per));
    let mut list = vec![json!({
        "action": [{"rdf:value": {"@id": "odrl:compensate"}, "refinement": [amount, per]}]
    })];
    if let Some(line) = &licence.credit {
        list.push(json!({"action": "attribute", "toile:credit": line}));
    }
    if let Some(approval) = &licence.approval {
        list.push(json!({
            "action": "obtainConsent",
            "consentingParty": approval.key.to_string(),
        }));
    }
    if let Some(days) = licence.delete_after_days {
        let when = constraint(
            "delayPeriod",
            "lteq",
            of_type(&format!("P{days}D"), "xsd:duration"),
        );
        list.push(json!({"action": "delete", "constraint": [when]}));
    }
    list
}

fn policy(licence: &ReplicaLicence) -> Result<Value, serde_json::Error> {
    let parties = &licence.parties;
    let (assigner, assignee) = (
        parties.grantor.key.to_string(),
        json!({"@type": "Party", "toile:name": parties.client}),
    );
    let target = format!("urn:toile:twin:{}", licence.replica.twin);
    let rule = |action: &str| json!({"target": target, "action": action, "assigner": assigner, "assignee": assignee});
    let mut display = rule("display");
    display["constraint"] = json!(constraints(licence));
    display["duty"] = json!(duties(licence));
    let mut prohibitions = Vec::new();
    if !licence.sublicence {
        prohibitions.push(rule("grantUse"));
    }
    if !licence.purpose.kinds.contains(&crate::Kind::Training) {
        prohibitions.push(rule("toile:train"));
    }
    for content in &licence.scope.exclusions {
        let mut rule = rule("display");
        rule["constraint"] = json!([constraint("toile:content", "eq", json!(content))]);
        prohibitions.push(rule);
    }
    let mut agreement = json!({
        "@context": ["http://www.w3.org/ns/odrl.jsonld", {
            "toile": format!("{PROFILE}#"),
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        }],
        "@type": "Agreement",
        "uid": format!("urn:toile:licence:{}:{}", licence.replica.twin, licence.id),
        "profile": PROFILE,
        "permission": [display],
        "toile:record": serde_json::to_value(licence)?,
    });
    if !prohibitions.is_empty() {
        agreement["prohibition"] = json!(prohibitions);
    }
    Ok(agreement)
}

/// The licence as an ODRL agreement.
///
/// # Errors
/// A value that has no JSON form.
pub fn to_odrl(licence: &ReplicaLicence) -> Result<String, serde_json::Error> {
    layout(&policy(licence)?)
}

/// The licence that an ODRL agreement holds, unsigned.
///
/// # Errors
/// A policy that is none of ours, or whose terms say something else than the record in
/// it: whoever changed a term meant it, and only people can tell which of the two holds.
pub fn from_odrl(text: &str, file: &str) -> Result<ReplicaLicence, ConsentError> {
    let given: Value = serde_json::from_str(text).map_err(|e| ConsentError::syntax(file, &e))?;
    let record = given
        .get("toile:record")
        .ok_or_else(|| ConsentError::Field {
            file: file.to_owned(),
            field: "toile:record".to_owned(),
            problem: "is missing: a policy alone names no files, consents or keys".to_owned(),
            mend: "write the licence with `toile licence new` and take the terms over by hand",
        })?;
    let licence: ReplicaLicence = draft(&record.to_string(), &format!("{file}: toile:record"))?;
    let expected = policy(&licence).map_err(|e| ConsentError::syntax(file, &e))?;
    if let Some(place) = difference(&expected, &given, "") {
        return Err(ConsentError::Field {
            file: file.to_owned(),
            field: place,
            problem: "says something else than toile:record, or has no meaning here".to_owned(),
            mend: "have both say the same",
        });
    }
    Ok(licence)
}

/// The first place at which two values differ.
fn difference(expected: &Value, given: &Value, place: &str) -> Option<String> {
    match (expected, given) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            keys.into_iter().find_map(|key| {
                let place = format!("{place}/{key}");
                match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => difference(a, b, &place),
                    _ => Some(place),
                }
            })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .enumerate()
            .find_map(|(at, (a, b))| difference(a, b, &format!("{place}/{at}"))),
        (a, b) => (a != b).then(|| place.to_owned()),
    }
}
