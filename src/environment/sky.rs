//! A clear sky, and a court under it, as a panorama.
//!
//! Luminances are those of the CIE clear sky (ISO 15469:2004, type 12: low turbidity),
//! scaled to the illuminance that is asked for. Its colours are chosen by eye.

use super::{Panorama, black_body};
use glam::Vec3;
use std::f32::consts::{FRAC_PI_2, PI};
use toile_show::format::Sky;

/// Colour of the sunlight, K.
pub const SUN_K: f32 = 5600.0;
/// Colour of the sky overhead and at the horizon, linear RGB.
const ZENITH: Vec3 = Vec3::new(0.24, 0.44, 1.0);
const HORIZON: Vec3 = Vec3::new(0.66, 0.82, 1.0);
/// Size of the panorama, pixels.
const WIDTH: usize = 256;

/// The walls and the ground around a viewer.
#[derive(Debug, Clone, Copy)]
pub struct Court {
    /// Its corner of least x and z relative to the viewer, with the ground's height, m.
    pub least: Vec3,
    /// Its corner of greatest x and z, with the walls' height, m.
    pub most: Vec3,
    /// What share of light the walls throw back, per channel.
    pub stone: Vec3,
    /// What share the ground does.
    pub paving: Vec3,
}

/// A sky that can be looked at.
#[derive(Debug, Clone, Copy)]
pub struct ClearSky {
    sun: Vec3,
    sun_lux: f32,
    sky_lux: f32,
    /// From the formula's relative luminance to cd/m².
    scale: f32,
}

fn luminance(colour: Vec3) -> f32 {
    colour.dot(Vec3::new(0.2126, 0.7152, 0.0722))
}

impl ClearSky {
    /// The sky of a show file.
    #[must_use]
    pub fn new(sky: &Sky) -> Self {
        let mut clear = Self {
            sun: direction_to_sun(sky),
            sun_lux: sky.sun_lux,
            sky_lux: sky.sky_lux,
            scale: 1.0,
        };
        // Illuminance of level ground by the formula as it stands.
        let (rings, turns) = (45, 72);
        let mut lux = 0.0;
        for ring in 0..rings {
            let polar = (ring as f32 + 0.5) / rings as f32 * FRAC_PI_2;
            let area = polar.sin() * (FRAC_PI_2 / rings as f32) * (2.0 * PI / turns as f32);
            for turn in 0..turns {
                let (sin, cos) = (turn as f32 / turns as f32 * 2.0 * PI).sin_cos();
                let at = Vec3::new(polar.sin() * sin, polar.cos(), polar.sin() * cos);
                lux += clear.luminance(at) * polar.cos() * area;
            }
        }
        clear.scale = sky.sky_lux / lux.max(1e-6);
        clear
    }

    /// Luminance in a direction, cd/m².
    fn luminance(&self, direction: Vec3) -> f32 {
        let gradation = |cos_zenith: f32| 1.0 - (-0.32 / cos_zenith.max(0.01)).exp();
        let scattered = |angle: f32| {
            1.0 + 10.0 * ((-3.0 * angle).exp() - (-3.0 * FRAC_PI_2).exp())
                + 0.45 * angle.cos().powi(2)
        };
        let from_sun = direction.dot(self.sun).clamp(-1.0, 1.0).acos();
        scattered(from_sun) * gradation(direction.y) * self.scale
    }

    /// Radiance in a direction above the horizon, without the sun's disc, cd/m².
    #[must_use]
    pub fn radiance(&self, direction: Vec3) -> Vec3 {
        let height = direction.y.clamp(0.0, 1.0).sqrt();
        let blue = HORIZON.lerp(ZENITH, height);
        let from_sun = direction.dot(self.sun).max(0.0).powi(8);
        let colour = blue.lerp(Vec3::ONE, 0.6 * from_sun);
        colour / luminance(colour) * self.luminance(direction.with_y(direction.y.max(0.01)))
    }

    /// What is seen from within a court, or over open ground.
    #[must_use]
    pub fn panorama(&self, court: Option<&Court>) -> Panorama {
        let mut panorama = Panorama {
            width: WIDTH,
            height: WIDTH / 2,
            pixels: vec![Vec3::ZERO; WIDTH * WIDTH / 2],
        };
        for y in 0..panorama.height {
            for x in 0..panorama.width {
                let direction = panorama.direction(x, y);
                panorama.pixels[y * WIDTH + x] = match court {
                    Some(court) => self.in_court(court, direction),
                    None if direction.y > 0.0 => self.radiance(direction),
                    None => Vec3::splat(0.2) * self.level_light() / PI,
                };
            }
        }
        panorama
    }

    /// Light on level ground in the sun, lx.
    fn level_light(&self) -> Vec3 {
        let sun = black_body(SUN_K);
        sun / luminance(sun) * (self.sun_lux * self.sun.y.max(0.0)) + Vec3::splat(self.sky_lux)
    }

    fn in_court(&self, court: &Court, direction: Vec3) -> Vec3 {
        let reach = |at: f32, least: f32, most: f32| {
            if at > 0.0 {
                most / at
            } else if at < 0.0 {
                least / at
            } else {
                f32::INFINITY
            }
        };
        let side = reach(direction.x, court.least.x, court.most.x);
        let end = reach(direction.z, court.least.z, court.most.z);
        let wall = side.min(end);
        let ground = if direction.y < 0.0 {
            court.least.y / direction.y
        } else {
            f32::INFINITY
        };
        if ground < wall {
            // Half of the ground lies in the walls' shadow, and the walls hide some sky.
            return court.paving * self.level_light() * (0.6 / PI);
        }
        if direction.y * wall > court.most.y {
            return self.radiance(direction);
        }
        let out = if side < end {
            Vec3::X * -direction.x.signum()
        } else {
            Vec3::Z * -direction.z.signum()
        };
        // The upper half of a wall that faces the sun is in it.
        let sunlit = out.dot(self.sun).max(0.0) * self.sun_lux * 0.6;
        let bounced = court.paving * self.level_light() * 0.25;
        court.stone * (bounced + Vec3::splat(sunlit + 0.4 * self.sky_lux)) / PI
    }
}

/// Where the sun is: 0 degrees is over the pit, 90 to the left of who walks there.
#[must_use]
pub fn direction_to_sun(sky: &Sky) -> Vec3 {
    let (sin, cos) = sky.sun_azimuth_deg.to_radians().sin_cos();
    let (up, out) = sky.sun_elevation_deg.to_radians().sin_cos();
    Vec3::new(sin * out, up, cos * out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sky() -> Sky {
        Sky {
            sun_azimuth_deg: 90.0,
            sun_elevation_deg: 40.0,
            sun_lux: 80_000.0,
            sky_lux: 12_000.0,
        }
    }

    #[test]
    fn level_ground_gets_the_light_of_the_sky_that_is_asked_for() {
        let cube = ClearSky::new(&sky()).panorama(None).diffuse(1);
        // The upper face, as a white surface that lies on the ground shows it.
        let up = luminance(cube.mips[0][2]);
        assert!((up * PI / 12_000.0 - 1.0).abs() < 0.06, "{}", up * PI);
    }

    #[test]
    fn it_is_brightest_around_the_sun_and_bluest_away_from_it() {
        let clear = ClearSky::new(&sky());
        let (near, far) = (Vec3::new(0.75, 0.66, 0.0), Vec3::new(-0.75, 0.66, 0.0));
        let [near, far] = [near, far].map(|d| clear.radiance(d.normalize()));
        assert!(luminance(near) > 3.0 * luminance(far));
        assert!(far.z / far.x > near.z / near.x);
    }

    #[test]
    fn walls_hide_the_sky_up_to_their_height() {
        let court = Court {
            least: Vec3::new(-5.0, -1.5, -5.0),
            most: Vec3::new(5.0, 5.0, 5.0),
            stone: Vec3::splat(0.5),
            paving: Vec3::splat(0.3),
        };
        let clear = ClearSky::new(&sky());
        let toward = |y: f32| clear.in_court(&court, Vec3::new(-1.0, y, 0.0).normalize());
        assert_eq!(toward(0.5), toward(0.9), "one wall, one light");
        assert_eq!(
            toward(1.1),
            clear.radiance(Vec3::new(-1.0, 1.1, 0.0).normalize())
        );
        // This wall faces the sun, the one across does not.
        let across = clear.in_court(&court, Vec3::X);
        assert!(luminance(toward(0.5)) > 2.0 * luminance(across));
    }
}
