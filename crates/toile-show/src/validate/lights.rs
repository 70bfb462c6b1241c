//! Refusing lamps and cues that cannot be lit.

use super::Report;
use crate::{
    ShowError,
    format::{Batten, Cue, Press, Show, Spot, Strips, Venue},
    rig::{self, Lamp},
};
use std::collections::HashSet;

/// Most changes of light in a show, repeats counted.
const MOST_CHANGES: u32 = 20_000;

impl Show {
    pub(super) fn validate_lights(&self, report: &Report<'_>) -> Result<(), ShowError> {
        let venue = &self.venue;
        validate_strips(report, &venue.strips)?;
        for (index, spot) in venue.spots.iter().enumerate() {
            validate_spot(report, index, spot)?;
        }
        for (index, batten) in venue.battens.iter().enumerate() {
            validate_batten(report, index, batten)?;
        }
        if !venue.cues.is_empty() {
            validate_names(report, venue)?;
        }
        let mut changes = 0_u32;
        for (index, cue) in venue.cues.iter().enumerate() {
            validate_cue(report, venue, index, cue)?;
            changes = changes.saturating_add(cue.times);
        }
        if changes > MOST_CHANGES {
            return Err(report.error(
                "venue.cues",
                format!("change lamps {changes} times"),
                format!("lower times: {MOST_CHANGES} together are the most"),
            ));
        }
        venue
            .press
            .as_ref()
            .map_or(Ok(()), |press| validate_press(report, press))
    }
}

fn kelvin(report: &Report<'_>, field: &str, value: f32) -> Result<(), ShowError> {
    report.range(field, value, 1500.0, 20_000.0, "K")
}

fn validate_strips(report: &Report<'_>, strips: &Strips) -> Result<(), ShowError> {
    report.range("venue.strips.height_m", strips.height_m, 2.2, 30.0, "m")?;
    kelvin(report, "venue.strips.temperature_k", strips.temperature_k)?;
    report.range("venue.strips.nits", strips.nits, 0.0, 1e6, "cd/m²")?;
    report.range("venue.strips.lumens", strips.lumens, 0.0, 1e7, "lm")?;
    let count = strips.count as f32;
    report.range("venue.strips.count", count, 0.0, 64.0, "boxes")
}

fn validate_spot(report: &Report<'_>, index: usize, spot: &Spot) -> Result<(), ShowError> {
    let field = |name: &str| format!("venue.spots[{index}] ('{}').{name}", spot.name);
    report.point(&field("position"), spot.position)?;
    report.point(&field("target"), spot.target)?;
    report.range(&field("lumens"), spot.lumens, 0.0, 1e8, "lm")?;
    kelvin(report, &field("temperature_k"), spot.temperature_k)?;
    let angle = spot.half_angle_deg;
    report.range(&field("half_angle_deg"), angle, 1.0, 80.0, "degrees")?;
    report.range(&field("radius_m"), spot.radius_m, 0.0, 5.0, "m")?;
    report.range(&field("level"), spot.level, 0.0, 1.0, "")?;
    report.range(&field("beam"), spot.beam, 0.0, 1.0, "")?;
    if spot.position == spot.target {
        return Err(report.error(
            field("target"),
            "is the spot's own position",
            "point it at something else",
        ));
    }
    Ok(())
}

fn validate_batten(report: &Report<'_>, index: usize, batten: &Batten) -> Result<(), ShowError> {
    let field = |name: &str| format!("venue.battens[{index}] ('{}').{name}", batten.name);
    report.point(&field("from"), batten.from)?;
    report.point(&field("to"), batten.to)?;
    report.range(&field("width_m"), batten.width_m, 0.005, 2.0, "m")?;
    report.range(&field("nits"), batten.nits, 0.0, 1e6, "cd/m²")?;
    report.range(&field("lumens"), batten.lumens, 0.0, 1e7, "lm")?;
    kelvin(report, &field("temperature_k"), batten.temperature_k)?;
    report.range(&field("level"), batten.level, 0.0, 1.0, "")?;
    if batten.from == batten.to {
        return Err(report.error(
            field("to"),
            "is where the batten begins",
            "give it a length",
        ));
    }
    Ok(())
}

/// Cues find lamps by their names.
fn validate_names(report: &Report<'_>, venue: &Venue) -> Result<(), ShowError> {
    let mut names = HashSet::new();
    for (lamp, name) in rig::lamps(venue) {
        let field = match lamp {
            Lamp::Spot(at) => format!("venue.spots[{at}] ('{name}').name"),
            Lamp::Batten(at) => format!("venue.battens[{at}] ('{name}').name"),
            // These come last, so that a lamp with their name has been seen.
            Lamp::Strips | Lamp::Environment | Lamp::Screen => "venue".into(),
        };
        if name.trim() != name || name.is_empty() {
            return Err(report.error(
                field,
                "is empty or begins or ends with a blank",
                "cues find lamps by their names",
            ));
        }
        if !names.insert(name) {
            return Err(report.error(
                field,
                format!("'{name}' names two lamps"),
                "where there are cues, give every lamp a name of its own",
            ));
        }
    }
    Ok(())
}

fn validate_cue(
    report: &Report<'_>,
    venue: &Venue,
    index: usize,
    cue: &Cue,
) -> Result<(), ShowError> {
    let field = |name: &str| format!("venue.cues[{index}].{name}");
    report.range(&field("beat"), cue.beat, 0.0, 1e5, "beats")?;
    report.range(&field("fade_beats"), cue.fade_beats, 0.0, 1e4, "beats")?;
    if let Some(level) = cue.level {
        report.range(&field("level"), level, 0.0, 1.0, "")?;
    }
    if let Some(aim) = cue.aim {
        report.point(&field("aim"), aim)?;
    }
    if cue.level.is_none() && cue.colour.is_none() && cue.aim.is_none() {
        return Err(report.error(
            format!("venue.cues[{index}]"),
            "changes nothing",
            "give it a level, a colour or an aim",
        ));
    }
    validate_repeats(report, &field, cue)?;
    if cue.lights.is_empty() {
        return Err(report.error(field("lights"), "is empty", "name the lamps that change"));
    }
    for asked in &cue.lights {
        let mut found = false;
        for (lamp, name) in rig::lamps(venue).filter(|(_, name)| rig::names(asked, name)) {
            found = true;
            validate_change(report, venue, &field, cue, (lamp, name))?;
        }
        if !found {
            let known: Vec<&str> = rig::lamps(venue).map(|(_, name)| name).collect();
            return Err(report.error(
                field("lights"),
                format!("there is no lamp '{asked}'"),
                format!("use one of: {}, or its first word", known.join(", ")),
            ));
        }
    }
    Ok(())
}

fn validate_repeats(
    report: &Report<'_>,
    field: &impl Fn(&str) -> String,
    cue: &Cue,
) -> Result<(), ShowError> {
    if let Some(every) = cue.every_beats {
        report.range(&field("every_beats"), every, 0.25, 1e4, "beats")?;
    } else if cue.times > 1 {
        return Err(report.error(
            field("every_beats"),
            "is missing",
            "say after how many beats it comes again, or leave times out",
        ));
    }
    let least = if cue.every_beats.is_some() { 2.0 } else { 1.0 };
    let times = cue.times as f32;
    report.range(&field("times"), times, least, MOST_CHANGES as f32, "times")
}

/// Not every lamp can do everything.
fn validate_change(
    report: &Report<'_>,
    venue: &Venue,
    field: &impl Fn(&str) -> String,
    cue: &Cue,
    (lamp, name): (Lamp, &str),
) -> Result<(), ShowError> {
    let fixed = !matches!(lamp, Lamp::Spot(_) | Lamp::Batten(_));
    if fixed && cue.colour.is_some() {
        return Err(report.error(
            field("colour"),
            format!("'{name}' takes no colour"),
            "colour spots and battens",
        ));
    }
    let turns = match lamp {
        Lamp::Spot(at) => venue.spots.get(at).is_some_and(|spot| !spot.follows),
        _ => false,
    };
    if cue.aim.is_some() && !turns {
        return Err(report.error(
            field("aim"),
            format!("'{name}' cannot be aimed"),
            "aim spots that do not follow",
        ));
    }
    Ok(())
}

fn validate_press(report: &Report<'_>, press: &Press) -> Result<(), ShowError> {
    let field = |name: &str| format!("venue.press.{name}");
    let count = press.photographers as f32;
    report.range(&field("photographers"), count, 0.0, 400.0, "people")?;
    report.range(&field("distance_m"), press.distance_m, 1.0, 60.0, "m")?;
    let flashes = press.flashes_per_pose as f32;
    report.range(&field("flashes_per_pose"), flashes, 0.0, 1000.0, "flashes")?;
    report.range(&field("flash_lumens"), press.flash_lumens, 0.0, 1e8, "lm")
}
