//! A picture, and what is said of it.

use toile_credentials::{Figures, Ingredient, LicenceUsed, ReplicaUse, Source, Statement};

/// A PNG of one grey pixel.
pub(crate) const PNG: &[u8] = &[
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0,
    0, 0, 58, 126, 155, 85, 0, 0, 0, 10, 73, 68, 65, 84, 120, 156, 99, 104, 0, 0, 0, 130, 0, 129,
    119, 205, 114, 182, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
];

/// A statement with something in every field.
pub(crate) fn statement() -> Statement {
    Statement {
        title: "gala.png".into(),
        when: "2026-11-22T10:00:00Z".into(),
        version: "0.1.0".into(),
        source: Source::VirtualRecording,
        replica_use: Some(ReplicaUse {
            version: 1,
            client: "A House".into(),
            show: "Gala".into(),
            figures: Figures {
                replicas: 1,
                synthetic: 0,
                mannequins: 2,
            },
            licences: vec![LicenceUsed {
                id: "L-1".into(),
                hash: format!("sha256:{}", "a".repeat(64)),
            }],
            ledger_head: Some(format!("sha256:{}", "b".repeat(64))),
        }),
        ingredients: ["avatar", "slip-dress"]
            .map(|name| Ingredient {
                name: name.into(),
                format: "model/gltf-binary".into(),
                hash: format!("sha256:{name:0>64}"),
            })
            .to_vec(),
    }
}
