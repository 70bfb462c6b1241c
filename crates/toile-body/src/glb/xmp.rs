//! What a file says of itself: rights and source type as XMP.
//!
//! The structure is that of `KHR_xmp_json_ld` (Khronos Group, glTF 2.0 extension,
//! ratified), the properties those of Dublin Core, XMP Rights Management (ISO 16684-1)
//! and the IPTC's digital source types. Nobody is named.

use serde_json::{Value, json};

use super::Avatar;

/// The extension's name.
const NAME: &str = "KHR_xmp_json_ld";
/// Made by hand and from parameters, with tools that generate nothing by themselves.
const SOURCE: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation";

/// A text in one language.
fn words(text: &str) -> Value {
    json!({"@type": "rdf:Alt", "rdf:_1": {"@language": "en", "@value": text}})
}

/// Adds the packet to a document, and refers to it from `asset`: it holds for the whole
/// file.
pub(super) fn describe(document: &mut Value, avatar: &Avatar) {
    let packet = json!({
        "@context": {
            "dc": "http://purl.org/dc/elements/1.1/",
            "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
            "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
            "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
        },
        "dc:format": "model/gltf-binary",
        "dc:rights": words(&avatar.copyright),
        "xmpRights:Marked": true,
        "xmpRights:UsageTerms": words(avatar.terms),
        "Iptc4xmpExt:DigitalSourceType": SOURCE,
    });
    document["extensions"] = json!({NAME: {"packets": [packet]}});
    document["asset"]["extensions"] = json!({NAME: {"packet": 0}});
    document["extensionsUsed"] = json!([NAME]);
}
