//! What a VRM file says of itself: which node is which bone, and what its author
//! permits.
//!
//! Source: <https://github.com/vrm-c/vrm-specification>, `VRMC_vrm-1.0/meta.md` and
//! `0.0/schema/vrm.meta.schema.json`.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::bone::{Bone, COUNT};
use crate::error::{Read, RigError};

/// Who may let the avatar perform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Performer {
    /// Its author alone.
    Author,
    /// Those with a licence of their own.
    Licensed,
    /// Everyone.
    Everyone,
}

/// Who may use it for gain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Commerce {
    /// Nobody.
    Nobody,
    /// Persons, not companies.
    Persons,
    /// Companies too.
    Companies,
}

/// What the author of a VRM file permits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Permissions {
    /// `0.x` or `1.0`.
    pub version: String,
    /// Title of the avatar.
    pub title: String,
    /// Its authors.
    pub authors: Vec<String>,
    /// Who may let it perform.
    pub performer: Performer,
    /// Who may use it for gain.
    pub commerce: Commerce,
    /// Whether it may appear in political or religious matters.
    pub politics: bool,
    /// Whether it may be changed.
    pub modification: bool,
    /// Whether it may be given on.
    pub redistribution: bool,
    /// Whether its author must be named.
    pub credit: bool,
    /// The licence's address or name.
    pub licence: String,
}

/// A VRM file's own word.
pub(crate) struct Vrm {
    pub(crate) permissions: Permissions,
    /// Node of every bone.
    pub(crate) bones: Vec<Option<usize>>,
}

/// Reads the VRM extension, if there is one.
pub(crate) fn read(extensions: &Map<String, Value>, nodes: usize) -> Read<Option<Vrm>> {
    if let Some(vrm) = extensions.get("VRMC_vrm") {
        let list = vrm["humanoid"]["humanBones"].as_object();
        let bones = list
            .into_iter()
            .flatten()
            .map(|(name, bone)| (name.as_str(), &bone["node"]));
        return Ok(Some(Vrm {
            bones: map(bones, nodes, "VRMC_vrm", false)?,
            permissions: newer(&vrm["meta"]),
        }));
    }
    let Some(vrm) = extensions.get("VRM") else {
        return Ok(None);
    };
    let list = vrm["humanoid"]["humanBones"].as_array();
    let bones = list
        .into_iter()
        .flatten()
        .map(|bone| (bone["bone"].as_str().unwrap_or_default(), &bone["node"]));
    Ok(Some(Vrm {
        bones: map(bones, nodes, "VRM", true)?,
        permissions: older(&vrm["meta"]),
    }))
}

fn map<'a>(
    bones: impl Iterator<Item = (&'a str, &'a Value)>,
    nodes: usize,
    extension: &str,
    older: bool,
) -> Read<Vec<Option<usize>>> {
    let mut found = vec![None; COUNT];
    for (name, node) in bones {
        let field = format!("extensions.{extension}.humanoid.humanBones.{name}");
        let node = node
            .as_u64()
            .map(|n| n as usize)
            .filter(|&n| n < nodes)
            .ok_or_else(|| {
                let problem = format!("names node {node} of {nodes}");
                RigError::new(&field, problem, "export the file again")
            })?;
        // VRM 0.x counts the parts of a thumb from one further out.
        let thumb = name.contains("Thumb") && older;
        let name = match thumb {
            true => name
                .replace("Proximal", "Metacarpal")
                .replace("Intermediate", "Proximal"),
            false => name.to_owned(),
        };
        if let Some(bone) = Bone::find(&name) {
            found[bone.index()] = Some(node);
        }
    }
    Ok(found)
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_default()
        .chars()
        .take(200)
        .collect()
}

/// What VRM 1.0 says; what is not said is not permitted, as its defaults have it.
fn newer(meta: &Value) -> Permissions {
    let says = |field: &str, word: &str| meta[field].as_str() == Some(word);
    let authors = meta["authors"].as_array().into_iter().flatten();
    Permissions {
        version: "1.0".into(),
        title: text(&meta["name"]),
        authors: authors.take(16).map(text).collect(),
        performer: if says("avatarPermission", "everyone") {
            Performer::Everyone
        } else if says("avatarPermission", "onlySeparatelyLicensedPerson") {
            Performer::Licensed
        } else {
            Performer::Author
        },
        commerce: if says("commercialUsage", "corporation") {
            Commerce::Companies
        } else if says("commercialUsage", "personalProfit") {
            Commerce::Persons
        } else {
            Commerce::Nobody
        },
        politics: meta["allowPoliticalOrReligiousUsage"].as_bool() == Some(true),
        modification: says("modification", "allowModification")
            || says("modification", "allowModificationRedistribution"),
        redistribution: meta["allowRedistribution"].as_bool() == Some(true),
        credit: !says("creditNotation", "unnecessary"),
        licence: text(match &meta["otherLicenseUrl"] {
            Value::String(_) => &meta["otherLicenseUrl"],
            _ => &meta["licenseUrl"],
        }),
    }
}

/// What VRM 0.x says. It has no word for politics: not permitted. It has none for
/// changes either: they are forbidden where its Creative Commons licence does so.
fn older(meta: &Value) -> Permissions {
    let says = |field: &str, word: &str| meta[field].as_str() == Some(word);
    let licence = text(&meta["licenseName"]);
    let open = licence == "CC0" || (licence.starts_with("CC_BY") && !licence.contains("ND"));
    Permissions {
        version: "0.x".into(),
        title: text(&meta["title"]),
        authors: vec![text(&meta["author"])],
        performer: if says("allowedUserName", "Everyone") {
            Performer::Everyone
        } else if says("allowedUserName", "ExplicitlyLicensedPerson") {
            Performer::Licensed
        } else {
            Performer::Author
        },
        // The format spells it so.
        commerce: if says("commercialUssageName", "Allow") && !licence.contains("NC") {
            Commerce::Companies
        } else {
            Commerce::Nobody
        },
        politics: false,
        modification: !licence.contains("ND"),
        redistribution: open,
        credit: licence != "CC0",
        licence: match meta["otherLicenseUrl"].as_str() {
            Some(url) if !url.is_empty() => text(&meta["otherLicenseUrl"]),
            _ => licence,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_vrm_does_not_say_it_does_not_permit() {
        for permissions in [newer(&json!({})), older(&json!({}))] {
            assert_eq!(permissions.performer, Performer::Author);
            assert_eq!(permissions.commerce, Commerce::Nobody);
            assert!(!permissions.politics && !permissions.redistribution);
            assert!(permissions.credit);
        }
        assert!(!newer(&json!({})).modification);
        assert!(!older(&json!({"licenseName": "CC_BY_ND"})).modification);
    }

    #[test]
    fn the_older_thumb_is_counted_from_its_root() {
        let extensions = json!({"VRM": {"humanoid": {"humanBones": [
            {"bone": "leftThumbProximal", "node": 1},
            {"bone": "leftThumbIntermediate", "node": 2},
        ]}, "meta": {}}});
        let vrm = read(extensions.as_object().unwrap(), 3).unwrap().unwrap();
        let at = |name| vrm.bones[Bone::find(name).unwrap().index()];
        assert_eq!(
            (at("LeftHandThumb1"), at("LeftHandThumb2")),
            (Some(1), Some(2))
        );
    }
}
