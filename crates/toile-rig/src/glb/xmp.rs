//! What an imported file says of itself: its author's terms and its source type as XMP,
//! in the structure of `KHR_xmp_json_ld` (Khronos Group, glTF 2.0 extension, ratified).
//!
//! Authors are named as the old file names them, for many terms ask for that; nobody
//! else is.

use serde_json::{Value, json};

use super::Said;
use crate::document::Document;
use crate::notes::SourceType;
use crate::vrm::{Commerce, Performer, Permissions};

/// The extension's name.
const NAME: &str = "KHR_xmp_json_ld";
/// Where the terms of the IPTC's digital source types lie.
const TERMS: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/";

/// A text, of whatever language.
fn words(text: &str) -> Value {
    json!({"@type": "rdf:Alt", "rdf:_1": {"@language": "x-default", "@value": text}})
}

/// What an author permits, in words.
fn usage(p: &Permissions) -> String {
    let may = |yes: bool| if yes { "may" } else { "may not" };
    let performed = match p.performer {
        Performer::Author => "its author alone",
        Performer::Licensed => "those with a licence of their own",
        Performer::Everyone => "everyone",
    };
    let gain = match p.commerce {
        Commerce::Nobody => "nobody",
        Commerce::Persons => "persons, not companies",
        Commerce::Companies => "persons and companies",
    };
    format!(
        "VRM {}: performed by {performed}; used for gain by {gain}; it {} appear in political or religious matters, {} be changed, {} be given on; its author {}.",
        p.version,
        may(p.politics),
        may(p.modification),
        may(p.redistribution),
        if p.credit {
            "must be named"
        } else {
            "need not be named"
        }
    )
}

/// The packet that the old file has for the whole of it.
fn packet(document: &Document) -> Option<&Value> {
    let number = document.asset.extensions[NAME]["packet"].as_u64()?;
    document
        .extensions
        .get(NAME)?
        .get("packets")?
        .get(usize::try_from(number).ok()?)
}

/// What the avatar is: as the override file says, or the old file, by its own packet.
/// Where neither does it is not known, and not guessed.
pub(crate) fn source_of(document: &Document, told: Option<SourceType>) -> Option<String> {
    let term = |uri: &&str| {
        let known = uri.strip_prefix(TERMS).unwrap_or_default();
        (1..64).contains(&known.len()) && known.bytes().all(|b| b.is_ascii_alphabetic())
    };
    let old = packet(document).and_then(|p| p["Iptc4xmpExt:DigitalSourceType"].as_str());
    told.map(|told| told.uri().to_owned())
        .or_else(|| old.filter(term).map(str::to_owned))
}

/// Adds the packet to a document, and refers to it from `asset`.
pub(super) fn describe(out: &mut Value, document: &Document, said: &Said<'_>) {
    let mut packet = json!({
        "@context": {
            "dc": "http://purl.org/dc/elements/1.1/",
            "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
            "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
            "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
        },
        "dc:format": "model/gltf-binary",
        "xmpRights:Marked": true,
    });
    let copyright: String = document.asset.copyright.chars().take(1000).collect();
    let licence = said.permissions.map_or("", |p| p.licence.as_str());
    let rights = match (copyright.as_str(), licence) {
        ("", "") => "Its file names no licence: what it does not permit is not permitted.",
        ("", licence) => licence,
        (copyright, _) => copyright,
    };
    packet["dc:rights"] = words(rights);
    if let Some(p) = said.permissions {
        packet["xmpRights:UsageTerms"] = words(&usage(p));
        if !p.title.is_empty() {
            packet["dc:title"] = words(&p.title);
        }
        if !p.authors.is_empty() {
            packet["dc:creator"] = json!({"@list": p.authors});
        }
        if licence.starts_with("https://") || licence.starts_with("http://") {
            packet["xmpRights:WebStatement"] = json!(licence);
        }
    }
    if let Some(source) = source_of(document, said.source) {
        packet["Iptc4xmpExt:DigitalSourceType"] = json!(source);
    }
    out["extensions"] = json!({NAME: {"packets": [packet]}});
    out["asset"]["extensions"] = json!({NAME: {"packet": 0}});
    out["extensionsUsed"] = json!([NAME]);
}
