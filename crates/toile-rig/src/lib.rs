//! Foreign rigged humanoids made into avatars of ours.
//!
//! A rigged person may come from anywhere: a VRM editor, Mixamo, Unreal, MakeHuman,
//! Rigify. [`import`] reads such a file (`.glb`, `.gltf`, `.vrm`), finds which joint is
//! which bone, brings it to our conventions and writes a binary glTF that every other
//! part of Toile takes for one of its own:
//!
//! - metres, Y up, facing +Z, feet on the floor;
//! - joints with Mixamo's names, in *T-pose-normalised* frames: with every local
//!   rotation at identity the person stands in a T-pose, whatever pose the file had,
//!   so that one walk plays on all;
//! - bound in an A-pose, in which clothes are put on;
//! - materials named by what they are: `skin`, `hair`, `shoes`, …
//!
//! What it found, and how sure it is, is in the [`Report`]; what it got wrong is put
//! right by [`Notes`]. Nothing foreign is trusted: every count is checked against
//! the bytes that are there before memory is taken.

mod accessor;
mod bone;
mod buffers;
mod convert;
mod document;
mod error;
pub mod fuzz;
mod glb;
mod humanoid;
mod limits;
mod notes;
mod parts;
mod pose;
mod primitive;
mod profile;
mod report;
mod source;
mod structure;
mod vrm;
mod weights;

pub use error::RigError;
pub use humanoid::{BoneFound, How};
pub use notes::{Notes, Part, SourceType};
pub use parts::{PartFound, Told};
pub use pose::Placement;
pub use profile::Profile;
pub use report::Report;
pub use vrm::{Commerce, Performer, Permissions};

use std::path::Path;

/// Least sureness of a needed bone, unless the notes say otherwise.
const LEAST_SURE: f32 = 0.45;

/// An avatar that was taken in.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The avatar, as binary glTF.
    pub glb: Vec<u8>,
    /// What was found.
    pub report: Report,
}

/// Reads the file `file`, and the buffers and pictures beside it.
///
/// # Errors
/// As [`import`], and a file that cannot be read.
pub fn open(file: &Path, notes: &Notes) -> Result<Imported, RigError> {
    let name = file.display().to_string();
    let failed = |e: std::io::Error| {
        RigError::new(
            "file",
            format!("cannot be read: {e}"),
            "check the path and its permissions",
        )
        .of(&name)
    };
    let size = std::fs::metadata(file).map_err(failed)?.len();
    if size > limits::BYTES as u64 {
        let problem = format!(
            "has {} MiB; at most {} are read",
            size >> 20,
            limits::BYTES >> 20
        );
        return Err(RigError::new("file", problem, "reduce its pictures and meshes").of(&name));
    }
    let bytes = std::fs::read(file).map_err(failed)?;
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut left = limits::BYTES as u64;
    import(
        &bytes,
        &name,
        &mut |beside| {
            let path = folder.join(beside);
            let size = std::fs::metadata(&path).map_err(|e| e.to_string())?.len();
            left = left
                .checked_sub(size)
                .ok_or_else(|| format!("makes more than {} MiB of files", limits::BYTES >> 20))?;
            std::fs::read(&path).map_err(|e| e.to_string())
        },
        notes,
    )
}

/// Takes in the bytes of a `.glb`, `.gltf` or `.vrm` file. `file` is only named in
/// errors; `beside` reads a file that lies beside it.
///
/// # Errors
/// [`RigError`] with file, field and mend: no glTF, cut off, too large, cyclic,
/// packed with Draco, unskinned, no humanoid, unsure bones, or an avatar whose author
/// does not permit it to be changed.
pub fn import(
    bytes: &[u8],
    file: &str,
    beside: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
    notes: &Notes,
) -> Result<Imported, RigError> {
    take(bytes, file, beside, notes).map_err(|e| e.of(file))
}

fn take(
    bytes: &[u8],
    file: &str,
    beside: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
    notes: &Notes,
) -> Result<Imported, RigError> {
    let (document, blob) = document::open(bytes)?;
    check_extensions(&document)?;
    let vrm = vrm::read(&document.extensions, document.nodes.len())?;
    let permissions = vrm.as_ref().map(|v| v.permissions.clone());
    if permissions.as_ref().is_some_and(|p| !p.modification) && notes.leave.is_none() {
        return Err(RigError::new(
            "extensions.VRMC_vrm.meta.modification",
            "does not permit that the avatar is changed, and dressing it is a change",
            "ask its author for leave, and write who gave it, and when, into the override file (--override, field `leave`)",
        ));
    }
    let loaded = buffers::Bytes::new(&document, blob, beside)?;
    let source = source::Source::new(&document, &loaded)?;
    let humanoid =
        humanoid::Humanoid::new(&source, vrm.as_ref().map(|v| v.bones.as_slice()), notes)?;
    let (sure, least_sure) = humanoid.weakest();
    let least_sure = least_sure.to_owned();
    if sure < notes.least_sure.unwrap_or(LEAST_SURE) {
        let why = humanoid.found.iter().find(|f| f.bone == least_sure);
        let doubt = why
            .and_then(|f| f.doubt.clone())
            .unwrap_or_else(|| "the skeleton is hardly that of a human".into());
        return Err(RigError::new(
            format!("skins ({least_sure})"),
            format!("the bone is told with a sureness of {sure:.2} only: {doubt}"),
            "name its joints in an override file (--override, field `bones`), or lower `least_sure` there",
        ));
    }
    let mut posed = pose::Posed::new(
        &humanoid,
        notes
            .metres_per_unit
            .or_else(|| scale_for(notes, &humanoid)),
    )?;
    let materials = glb::materials(&document);
    let converted = convert::convert(&source, &humanoid, &mut posed, notes, &materials)?;
    let extras = serde_json::json!({
        // Who gave leave is a person, and stays in the report.
        "imported": {"profile": humanoid.profile, "permissions": permissions},
    });
    let said = glb::Said {
        extras: &extras,
        permissions: permissions.as_ref(),
        source: notes.source,
    };
    let (glb, lost) = glb::write(&document, &loaded, &source, &converted, said, beside)?;
    let mut losses = source.losses.clone();
    if glb::source_of(&document, notes.source).is_none() {
        losses.push(NO_SOURCE.to_owned());
    }
    losses.extend(lost);
    Ok(Imported {
        glb,
        report: Report {
            file: file.to_owned(),
            generator: document.asset.generator.chars().take(100).collect(),
            profile: humanoid.profile,
            sure,
            least_sure,
            bones: humanoid.found,
            extra_joints: converted.extra,
            skins: source.skins,
            placement: posed.placement,
            parts: converted.parts,
            height_m: converted.height_m,
            heel_m: converted.heel_m,
            permissions,
            leave: notes.leave.clone(),
            losses,
        },
    })
}

/// What is said of an avatar whose source type nobody tells: it is not guessed.
const NO_SOURCE: &str = "source type: neither the file nor the override file (field `source`) tells whether it was scanned, drawn or generated";

/// Where the stature is told, units do not matter: any that comes near will do.
fn scale_for(notes: &Notes, humanoid: &humanoid::Humanoid) -> Option<f32> {
    notes
        .height
        .and_then(|height| pose::scale_to(humanoid, height))
}

/// Refuses what a file says cannot be read without.
fn check_extensions(document: &document::Document) -> Result<(), RigError> {
    const KNOWN: [&str; 9] = [
        "KHR_mesh_quantization",
        "EXT_meshopt_compression",
        "KHR_texture_transform",
        "KHR_materials_unlit",
        "VRMC_materials_mtoon",
        "EXT_texture_webp",
        "KHR_texture_basisu",
        "VRM",
        "VRMC_vrm",
    ];
    for (i, name) in document.extensions_required.iter().enumerate() {
        let shading = name.starts_with("KHR_materials_") || name.starts_with("VRMC_");
        if !KNOWN.contains(&name.as_str()) && !shading && name != "KHR_draco_mesh_compression" {
            return Err(RigError::new(
                format!("extensionsRequired[{i}]"),
                format!("is {name}, which is not read"),
                "export the file without it",
            ));
        }
    }
    Ok(())
}
