//! Twins from elsewhere: a foreign rigged avatar becomes a twin's folder.
//!
//! `toile-rig` reads the file and makes the avatar; here it is measured by tape on its
//! own mesh, gets a record, and is kept with what was found.

use crate::wardrobe;
use serde::Serialize;
use std::path::{Path, PathBuf};
use toile_garment::{BodyLandmarks, GarmentError};
use toile_rig::{Commerce, Notes, Performer, Permissions, Report, RigError};
use toile_twin::{Avatar, Kind, Measures, Performance, PerformancePlan, Permits, Twin, TwinError};

/// What stops an import.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The file.
    #[error(transparent)]
    Rig(#[from] RigError),
    /// The record or the avatar that came out.
    #[error(transparent)]
    Twin(#[from] TwinError),
    /// A body that no tape goes round.
    #[error(
        "{file}: the tape cannot go round it: {problem}; say in the override file which parts are skin (`parts`), or which joints are which bones (`bones`)"
    )]
    Tape {
        /// The file.
        file: String,
        /// What the tape found.
        problem: GarmentError,
    },
    /// A twin that may not be of that kind.
    #[error(
        "--kind mannequin: {file} lets only {who} perform it; use `--kind synthetic`, or `person`, and obtain a licence"
    )]
    Kind {
        /// The file.
        file: String,
        /// Who may.
        who: &'static str,
    },
    /// The disk.
    #[error("cannot write {place}: {problem}; check that the folder is there and has room")]
    Write {
        /// File or folder.
        place: String,
        /// What the system said.
        problem: String,
    },
}

/// What an imported twin is to be.
#[derive(Debug, Clone)]
pub struct ImportOrder {
    /// Its id.
    pub id: String,
    /// Its name in print.
    pub name: String,
    /// What it stands for.
    pub kind: Kind,
    /// Folder to make.
    pub folder: PathBuf,
}

/// A twin that was taken in.
#[derive(Debug, Clone, Serialize)]
pub struct Imported {
    /// What was found in the file.
    pub rig: Report,
    /// Measures by tape, metres.
    pub measures: Measures,
    /// Speed at which it walks, m/s.
    pub walks_m_s: f32,
    /// The record.
    #[serde(skip)]
    pub twin: Twin,
}

/// Takes a foreign avatar in; the folder appears with all its files or not at all.
///
/// # Errors
/// [`ImportError`], naming the file and the field.
pub fn import(file: &Path, notes: &Notes, order: &ImportOrder) -> Result<Imported, ImportError> {
    let taken = toile_rig::open(file, notes)?;
    let permissions = taken.report.permissions.as_ref();
    if let Some(p) = permissions
        && order.kind == Kind::Mannequin
        && p.performer != Performer::Everyone
    {
        return Err(ImportError::Kind {
            file: file.display().to_string(),
            who: match p.performer {
                Performer::Author => "its author",
                _ => "those with a licence",
            },
        });
    }
    let avatar = Avatar::parse(&taken.glb, file)?;
    let landmarks = wardrobe::landmarks(&avatar).map_err(|problem| ImportError::Tape {
        file: file.display().to_string(),
        problem,
    })?;
    avatar.collision_hull()?;
    let measures = measures(&landmarks, taken.report.height_m);
    let record = record(order, &measures, &taken.report);
    let twin = Twin::parse(&record, &order.folder.join("twin.ron"))?;
    // Somebody who cannot walk is found out now, not on the runway.
    let performance = Performance::new(&avatar, &twin, &PerformancePlan::default())?;
    let imported = Imported {
        walks_m_s: performance.speed_m_s(),
        rig: taken.report,
        measures,
        twin,
    };
    keep(order, &imported, &taken.glb, notes)?;
    Ok(imported)
}

/// Girths and lengths that a tape finds on the body, metres.
fn measures(landmarks: &BodyLandmarks, height: f32) -> Measures {
    let girth = |y: f32| landmarks.torso_at(y).girth;
    let mean = |pair: [Option<f32>; 2]| match pair {
        [Some(a), Some(b)] => Some(0.5 * (a + b)),
        [a, b] => a.or(b),
    };
    let legs = [&landmarks.leg_left, &landmarks.leg_right];
    let crotch = landmarks.crotch.y;
    // The thigh is taped 2 cm below the crotch, the calf where it is fullest.
    let thigh = legs.map(|leg| leg.iter().rfind(|r| r.y <= crotch - 0.02).map(|r| r.girth));
    let knees = [landmarks.knee_left.y, landmarks.knee_right.y];
    let calf = [0, 1].map(|side| {
        let below = legs[side].iter().filter(|r| r.y < knees[side] - 0.03);
        below.map(|r| r.girth).max_by(f32::total_cmp)
    });
    let rounded = |m: f32| (m * 1e3).round() / 1e3;
    Measures {
        height: rounded(height),
        bust: rounded(girth(landmarks.bust_y)),
        underbust: Some(rounded(girth(landmarks.bust_y - UNDERBUST_DROP_M))),
        waist: rounded(girth(landmarks.waist_y)),
        hip: rounded(girth(landmarks.hip_y)),
        thigh: mean(thigh).map(rounded),
        calf: mean(calf).map(rounded),
        neck: None,
        upper_arm: None,
        inseam: Some(rounded(crotch)),
        shoulder_width: Some(rounded(
            landmarks.shoulder_left.distance(landmarks.shoulder_right),
        )),
        arm_length: None,
    }
}

/// The underbust tape runs this far below the bust tape.
const UNDERBUST_DROP_M: f32 = 0.075;

/// The record as text, so that it is checked as any other.
fn record(order: &ImportOrder, m: &Measures, report: &Report) -> String {
    let kind = match order.kind {
        Kind::Person => "person",
        Kind::Synthetic => "synthetic",
        Kind::Mannequin => "mannequin",
    };
    let optional: String = [
        ("underbust", m.underbust),
        ("thigh", m.thigh),
        ("calf", m.calf),
        ("inseam", m.inseam),
        ("shoulder_width", m.shoulder_width),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some(format!(", {name}: {:.3}", value?)))
    .collect();
    let mut more = String::new();
    if let Some(p) = &report.permissions {
        let permits = permits(p);
        if permits.credit {
            let credit = format!("{} by {}", title(p, &order.name), p.authors.join(", "));
            more.push_str(&format!(", credit: {credit:?}"));
        }
        more.push_str(&format!(
            ", permits: (by: {:?}, everyone: {}, commerce: {}, politics: {}, credit: {})",
            permits.by, permits.everyone, permits.commerce, permits.politics, permits.credit
        ));
    }
    format!(
        "(version: 1, id: {:?}, name: {:?}, kind: {kind}, measures: (height: {:.3}, bust: {:.3}, waist: {:.3}, hip: {:.3}{optional}), avatar: \"avatar.glb\", shoe_heel: {:.3}, gait: (){more})",
        order.id, order.name, m.height, m.bust, m.waist, m.hip, report.heel_m,
    )
}

fn title<'a>(permissions: &'a Permissions, name: &'a str) -> &'a str {
    match permissions.title.as_str() {
        "" => name,
        title => title,
    }
}

/// What a VRM file's permissions leave of any licence.
fn permits(p: &Permissions) -> Permits {
    let licence = match p.licence.as_str() {
        "" => String::new(),
        licence => format!(", {licence}"),
    };
    Permits {
        by: format!("{}, VRM {}{licence}", p.authors.join(", "), p.version),
        everyone: p.performer == Performer::Everyone,
        commerce: p.commerce == Commerce::Companies,
        politics: p.politics,
        credit: p.credit,
    }
}

/// Keeps a twin's files.
fn keep(
    order: &ImportOrder,
    imported: &Imported,
    glb: &[u8],
    notes: &Notes,
) -> Result<(), ImportError> {
    let failed = |place: &Path, problem: &dyn std::fmt::Display| ImportError::Write {
        place: place.display().to_string(),
        problem: problem.to_string(),
    };
    let folder = &order.folder;
    let record = imported.twin.to_ron().map_err(|e| failed(folder, &e))?;
    let report = serde_json::to_string_pretty(imported).map_err(|e| failed(folder, &e))?;
    let mut files = vec![
        ("avatar.glb", glb.to_vec()),
        ("twin.ron", record.into_bytes()),
        ("import.json", report.into_bytes()),
    ];
    if *notes != Notes::default() {
        let text = serde_json::to_string_pretty(notes).map_err(|e| failed(folder, &e))?;
        files.push(("import-notes.json", text.into_bytes()));
    }
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(parent).map_err(|e| failed(parent, &e))?;
    let staging = tempfile::Builder::new()
        .prefix(".new-")
        .tempdir_in(parent)
        .map_err(|e| failed(parent, &e))?;
    for (name, content) in files {
        std::fs::write(staging.path().join(name), content)
            .map_err(|e| failed(&folder.join(name), &e))?;
    }
    std::fs::rename(staging.keep(), folder).map_err(|e| failed(folder, &e))
}
