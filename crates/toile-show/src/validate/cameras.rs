//! Refusing cameras and cuts that cannot be staged.

use super::Report;
use crate::{
    ShowError,
    camera::{MOST_ACCELERATION_M_S2, MOST_SPEED_M_S},
    format::{Camera, Edit, Movement, Role, Show},
};
use std::collections::HashSet;

/// Least height of a camera on a crane, m.
const LOWEST_M: f32 = 0.1;

/// What an automatic edit needs cameras for: what it shows with them, and which do.
const NEEDED: [(&str, &[Role]); 3] = [
    ("looks entering", &[Role::Wide, Role::Crane, Role::Pit]),
    ("looks approaching", &[Role::Medium, Role::Side, Role::Low]),
    (
        "poses from head to feet",
        &[Role::Pit, Role::Low, Role::Wide],
    ),
];
/// Fewest cameras of an automatic edit: one on air, one that a cut of the file asks
/// for next, and one between them.
const FEWEST: usize = 3;

impl Show {
    pub(super) fn validate_cameras(&self, report: &Report<'_>) -> Result<(), ShowError> {
        let mut names = HashSet::new();
        for (index, camera) in self.cameras.iter().enumerate() {
            let field = format!("cameras[{index}] ('{}')", camera.name);
            if !names.insert(camera.name.as_str()) {
                return Err(report.error(
                    field,
                    "has the name of another camera",
                    "give every camera a name of its own",
                ));
            }
            validate_lens(report, &field, camera)?;
            validate_movement(report, &field, camera)?;
            let pace = camera.movement.pace(self.beat_s());
            if !pace.is_calm() {
                return Err(report.error(
                    format!("{field}.movement.beats"),
                    format!(
                        "moves the camera at up to {:.1} m/s and {:.1} m/s²",
                        pace.speed_m_s, pace.acceleration_m_s2
                    ),
                    format!(
                        "give it more beats or a shorter way: at most {MOST_SPEED_M_S} m/s and \
                         {MOST_ACCELERATION_M_S2} m/s²"
                    ),
                ));
            }
        }
        self.validate_edit(report)?;
        self.validate_cuts(report, &names)
    }

    fn validate_edit(&self, report: &Report<'_>) -> Result<(), ShowError> {
        let first = self.cuts.first().map(|cut| cut.beat);
        let Edit::Auto { shortest_beats, .. } = self.edit else {
            return match first {
                Some(0.0) => Ok(()),
                _ => Err(report.error(
                    "cuts",
                    "no camera is on air at beat 0",
                    "let the first cut be at beat 0.0, or write edit: Auto()",
                )),
            };
        };
        report.range("edit.shortest_beats", shortest_beats, 1.0, 64.0, "beats")?;
        if first.is_some_and(|beat| beat > 0.0 && beat < shortest_beats) {
            return Err(report.error(
                "cuts[0].beat",
                "leaves less than shortest_beats before it",
                format!("let it be at beat 0.0, or at {shortest_beats} or later"),
            ));
        }
        for (what, roles) in NEEDED {
            if !self.cameras.iter().any(|c| roles.contains(&c.role())) {
                let roles: Vec<String> = roles.iter().map(|role| format!("{role:?}")).collect();
                return Err(report.error(
                    "cameras",
                    format!("none shows {what}, which the automatic edit needs"),
                    format!("add one with role: {}", roles.join(" or ")),
                ));
            }
        }
        if self.cameras.len() < FEWEST {
            return Err(report.error(
                "cameras",
                format!("are {}", self.cameras.len()),
                format!("an automatic edit needs {FEWEST} or more"),
            ));
        }
        Ok(())
    }

    fn validate_cuts(&self, report: &Report<'_>, names: &HashSet<&str>) -> Result<(), ShowError> {
        let mut last = f32::NEG_INFINITY;
        for (index, cut) in self.cuts.iter().enumerate() {
            let field = format!("cuts[{index}]");
            report.range(&format!("{field}.beat"), cut.beat, 0.0, 1e5, "beats")?;
            if cut.beat <= last {
                return Err(report.error(
                    format!("{field}.beat"),
                    format!("{} is not after the cut before it ({last})", cut.beat),
                    "list cuts in order",
                ));
            }
            last = cut.beat;
            if !names.contains(cut.camera.as_str()) {
                let known = self
                    .cameras
                    .iter()
                    .map(|c| c.name.as_str())
                    .collect::<Vec<_>>()
                    .join(", ");
                return Err(report.error(
                    format!("{field}.camera"),
                    format!("there is no camera '{}'", cut.camera),
                    format!("use one of: {known}"),
                ));
            }
            if let Some(number) = cut.look
                && !self.looks.iter().any(|look| look.number == number)
            {
                return Err(report.error(
                    format!("{field}.look"),
                    format!("there is no look {number}"),
                    "use a number of the running order",
                ));
            }
            if let Some(beats) = cut.beats {
                report.range(&format!("{field}.beats"), beats, 0.5, 1e4, "beats")?;
                if self.edit == Edit::Written {
                    return Err(report.error(
                        format!("{field}.beats"),
                        "says how long the cut stays, which here the next cut says",
                        "leave it out, or write edit: Auto()",
                    ));
                }
            }
        }
        Ok(())
    }
}

fn validate_lens(report: &Report<'_>, field: &str, camera: &Camera) -> Result<(), ShowError> {
    let part = |name: &str| format!("{field}.{name}");
    report.range(&part("focal_mm"), camera.focal_mm, 8.0, 1200.0, "mm")?;
    if let Some(longest) = camera.zoom_to_mm {
        report.range(&part("zoom_to_mm"), longest, camera.focal_mm, 1200.0, "mm")?;
    }
    report.range(&part("sensor_mm"), camera.sensor_mm, 2.0, 100.0, "mm")?;
    report.range(&part("f_stop"), camera.f_stop, 0.7, 64.0, "")?;
    report.range(
        &part("shutter_deg"),
        camera.shutter_deg,
        0.0,
        360.0,
        "degrees",
    )
}

fn validate_movement(report: &Report<'_>, field: &str, camera: &Camera) -> Result<(), ShowError> {
    let part = |name: &str| format!("{field}.movement.{name}");
    match &camera.movement {
        Movement::Still { position, look_at } => {
            report.point(&part("position"), *position)?;
            report.point(&part("look_at"), *look_at)?;
            if position == look_at {
                return Err(report.error(
                    part("look_at"),
                    "is the camera's own position",
                    "look at something else",
                ));
            }
            Ok(())
        }
        Movement::Pan { position, .. } => report.point(&part("position"), *position),
        Movement::Track { offset, .. } => {
            report.point(&part("offset"), *offset)?;
            if offset[0].hypot(offset[2]) < 0.3 {
                return Err(report.error(
                    part("offset"),
                    "puts the camera inside the subject",
                    "keep 0.3 m or more away",
                ));
            }
            Ok(())
        }
        Movement::Orbit {
            radius_m,
            height_m,
            beats,
            ..
        } => {
            report.range(&part("radius_m"), *radius_m, 0.4, 100.0, "m")?;
            report.range(&part("height_m"), *height_m, 0.0, 50.0, "m")?;
            report.range(&part("beats"), *beats, 0.5, 1e4, "beats")
        }
        Movement::Crane {
            pivot,
            arm_m,
            from,
            to,
            beats,
            ..
        } => {
            report.point(&part("pivot"), *pivot)?;
            report.range(&part("arm_m"), *arm_m, 0.5, 30.0, "m")?;
            report.range(&part("beats"), *beats, 0.5, 1e4, "beats")?;
            for (name, [swing, boom]) in [("from", from), ("to", to)] {
                report.range(
                    &format!("{}[0]", part(name)),
                    *swing,
                    -180.0,
                    180.0,
                    "degrees",
                )?;
                report.range(&format!("{}[1]", part(name)), *boom, -80.0, 80.0, "degrees")?;
                if pivot[1] + arm_m * boom.to_radians().sin() < LOWEST_M {
                    return Err(report.error(
                        part(name),
                        "takes the camera into the floor",
                        "boom higher, raise the pivot or shorten the arm",
                    ));
                }
            }
            Ok(())
        }
        Movement::Glide {
            from, to, beats, ..
        } => {
            report.point(&part("from"), *from)?;
            report.point(&part("to"), *to)?;
            report.range(&part("beats"), *beats, 0.5, 1e4, "beats")
        }
    }
}
