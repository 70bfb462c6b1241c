//! Refusing venues that cannot be built.

use super::Report;
use crate::{
    ShowError,
    format::{Backdrop, Camera, PROGRAMME, Runway, Screen, Set, Show, Shown, Sky},
};

/// Room on either side of the runway that a set leaves, m.
const ASIDE_M: f32 = 1.0;
/// Least height over the runway, m.
const OVERHEAD_M: f32 = 3.0;

impl Show {
    pub(super) fn validate_venue(&self, report: &Report<'_>) -> Result<(), ShowError> {
        let venue = &self.venue;
        report.range("venue.exposure_ev100", venue.exposure_ev100, -6.0, 20.0, "")?;
        report.range("venue.haze", venue.haze, 0.0, 1.0, "")?;
        validate_runway(report, &venue.runway)?;
        validate_backdrop(report, &venue.backdrop)?;
        validate_set(report, &venue.set, &venue.runway)?;
        let seats = &venue.seats;
        report.range("venue.seats.taken", seats.taken, 0.0, 1.0, "")?;
        report.range("venue.seats.pitch_m", seats.pitch_m, 0.4, 3.0, "m")?;
        report.range("venue.seats.rows", seats.rows as f32, 0.0, 40.0, "rows")?;
        match (&venue.environment, &venue.sky) {
            (None, None) => {
                return Err(report.error(
                    "venue.environment",
                    "is missing",
                    "name an image, or give the venue a sky",
                ));
            }
            (Some(_), Some(_)) => {
                return Err(report.error(
                    "venue.environment",
                    "there is a sky as well",
                    "leave one of the two out",
                ));
            }
            (Some(environment), None) => {
                report.range(
                    "venue.environment.intensity_nits",
                    environment.intensity_nits,
                    0.0,
                    1e6,
                    "cd/m²",
                )?;
                report.range(
                    "venue.environment.turn_deg",
                    environment.turn_deg,
                    -360.0,
                    360.0,
                    "degrees",
                )?;
            }
            (None, Some(sky)) => validate_sky(report, sky)?,
        }
        if let Some(screen) = &venue.screen {
            validate_screen(report, screen, &self.cameras)?;
        }
        self.validate_lights(report)
    }
}

fn validate_runway(report: &Report<'_>, runway: &Runway) -> Result<(), ShowError> {
    report.range("venue.runway.length_m", runway.length_m, 3.0, 100.0, "m")?;
    report.range("venue.runway.width_m", runway.width_m, 1.0, 20.0, "m")?;
    report.range("venue.runway.height_m", runway.height_m, 0.0, 2.0, "m")?;
    report.range("venue.runway.roughness", runway.roughness, 0.03, 1.0, "")
}

fn validate_backdrop(report: &Report<'_>, backdrop: &Backdrop) -> Result<(), ShowError> {
    report.range("venue.backdrop.width_m", backdrop.width_m, 1.0, 100.0, "m")?;
    report.range("venue.backdrop.height_m", backdrop.height_m, 1.0, 50.0, "m")?;
    let nits = backdrop.glow_nits;
    report.range("venue.backdrop.glow_nits", nits, 0.0, 1e6, "cd/m²")
}

fn validate_set(report: &Report<'_>, set: &Set, runway: &Runway) -> Result<(), ShowError> {
    let field = |name: &str| format!("venue.set.{name}");
    let width = |value: f32| {
        let least = runway.width_m + 2.0 * ASIDE_M;
        report.range(
            &field("width_m"),
            value,
            least,
            200.0,
            "m (the runway and a metre on either side)",
        )
    };
    let length = |value: f32| {
        let least = runway.length_m + ASIDE_M;
        report.range(
            &field("length_m"),
            value,
            least,
            300.0,
            "m (the runway and a metre)",
        )
    };
    match set {
        Set::House => Ok(()),
        Set::Cyclorama { radius_m } => {
            let least = 0.5 * runway.length_m + 3.0;
            let unit = "m (half the runway and three metres)";
            report.range(&field("radius_m"), *radius_m, least, 100.0, unit)
        }
        Set::Courtyard {
            width_m,
            length_m,
            wall_m,
            ..
        } => {
            width(*width_m)?;
            length(*length_m)?;
            report.range(&field("wall_m"), *wall_m, 4.0, 40.0, "m")
        }
        Set::Hall {
            width_m,
            length_m,
            height_m,
            ..
        } => {
            width(*width_m)?;
            length(*length_m)?;
            report.range(&field("height_m"), *height_m, OVERHEAD_M, 40.0, "m")
        }
    }
}

fn validate_sky(report: &Report<'_>, sky: &Sky) -> Result<(), ShowError> {
    let azimuth = sky.sun_azimuth_deg;
    report.range(
        "venue.sky.sun_azimuth_deg",
        azimuth,
        -360.0,
        360.0,
        "degrees",
    )?;
    let elevation = sky.sun_elevation_deg;
    report.range(
        "venue.sky.sun_elevation_deg",
        elevation,
        2.0,
        90.0,
        "degrees",
    )?;
    report.range("venue.sky.sun_lux", sky.sun_lux, 0.0, 200_000.0, "lx")?;
    report.range("venue.sky.sky_lux", sky.sky_lux, 1.0, 50_000.0, "lx")
}

fn validate_screen(
    report: &Report<'_>,
    screen: &Screen,
    cameras: &[Camera],
) -> Result<(), ShowError> {
    report.range("venue.screen.nits", screen.nits, 0.0, 20_000.0, "cd/m²")?;
    match &screen.shows {
        Shown::Pictures { files, beats } => {
            report.range("venue.screen.shows.beats", *beats, 0.25, 1e4, "beats")?;
            if files.is_empty() {
                return Err(report.error(
                    "venue.screen.shows.files",
                    "is empty",
                    "name a picture under assets/screens, or leave the screen out",
                ));
            }
            for (index, file) in files.iter().enumerate() {
                let field = format!("venue.screen.shows.files[{index}]");
                validate_file(report, &field, file)?;
                if !file.to_ascii_lowercase().ends_with(".png") {
                    return Err(report.error(
                        field,
                        format!("'{file}' is no PNG picture"),
                        "write the name of one, or show it as a Movie",
                    ));
                }
            }
            Ok(())
        }
        Shown::Movie { file } => validate_file(report, "venue.screen.shows.file", file),
        Shown::Feed { camera } => {
            if camera == PROGRAMME || cameras.iter().any(|known| known.name == *camera) {
                return Ok(());
            }
            let names: Vec<&str> = cameras.iter().map(|known| known.name.as_str()).collect();
            Err(report.error(
                "venue.screen.shows.camera",
                format!("there is no camera '{camera}'"),
                format!("use one of: {PROGRAMME}, {}", names.join(", ")),
            ))
        }
    }
}

/// File names must not reach outside their folder, nor look like anything else to the
/// program that reads them.
fn validate_file(report: &Report<'_>, field: &str, name: &str) -> Result<(), ShowError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(plain) {
        return Ok(());
    }
    Err(report.error(
        field,
        format!("'{name}' is no file name"),
        "write one under assets/screens: letters, digits, '-', '_' and '.'",
    ))
}
