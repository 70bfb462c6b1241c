//! The backdrop as polished floors and satin mirror it: its light is painted into the
//! light from everywhere, as seen from the runway.

use super::runway::{ENTRANCE, FRONT_Z};
use crate::environment::black_body;
use bevy::math::Vec3;
use image::RgbaImage;
use std::f32::consts::PI;
use toile_show::{Rgb, format::Venue};

/// Width of a light slot as it is painted, m: a pixel of the panorama at least.
const SLOT_M: f32 = 0.12;
/// Width of one as it is, m.
const SLOT_TRUE_M: f32 = 0.05;

/// The backdrop's light.
pub(super) struct Wall<'a> {
    pub(super) venue: &'a Venue,
    /// What its screen shows at first.
    pub(super) picture: Option<RgbaImage>,
}

impl Wall<'_> {
    /// Radiance that reaches `viewer` from a direction, cd/m², if the wall is there.
    pub(super) fn seen(&self, viewer: Vec3, direction: Vec3) -> Option<Vec3> {
        if direction.z >= -1e-3 {
            return None;
        }
        let at = viewer + direction * ((FRONT_Z - viewer.z) / direction.z);
        let backdrop = &self.venue.backdrop;
        let up = at.y + self.venue.runway.height_m;
        if at.x.abs() > 0.5 * backdrop.width_m || !(0.0..=backdrop.height_m).contains(&up) {
            return None;
        }
        let (half, top) = (0.5 * ENTRANCE.x, 2.7);
        let beside = (at.x.abs() - half).abs() < 0.5 * SLOT_M && at.y < top;
        let over = (at.y - top).abs() < 0.5 * SLOT_M && at.x.abs() < half;
        if beside || over {
            // As much light in all as the slot has.
            let share = SLOT_TRUE_M / SLOT_M;
            return Some(backdrop.glow.linear() * (backdrop.glow_nits * share));
        }
        if at.x.abs() < half && up < ENTRANCE.y {
            return Some(Vec3::ZERO);
        }
        let lit = backdrop.colour.linear() * self.light(at) / PI;
        Some(lit + self.shown(at.x / backdrop.width_m + 0.5, 1.0 - up / backdrop.height_m))
    }

    /// Light of the lamps that hang still, on a point of the wall, lx per channel.
    fn light(&self, at: Vec3) -> Vec3 {
        let still = self.venue.spots.iter().filter(|spot| !spot.follows);
        still
            .map(|spot| {
                let place = Vec3::from(spot.position);
                let to = at - place;
                let axis = (Vec3::from(spot.target) - place).normalize_or_zero();
                let (away, outer) = (to.length().max(0.1), spot.half_angle_deg.to_radians());
                let angle = (to / away).dot(axis).clamp(-1.0, 1.0).acos();
                let cone = ((outer - angle) / (0.4 * outer)).clamp(0.0, 1.0);
                // The wall faces along +Z.
                let falls = (-to.z / away).max(0.0) * cone * spot.level;
                let colour = black_body(spot.temperature_k) * spot.colour.linear();
                colour * (spot.lumens * falls / (4.0 * PI * away * away))
            })
            .sum()
    }

    /// Light of the screen at a place of the wall, 0 to 1 from its upper left.
    fn shown(&self, across: f32, down: f32) -> Vec3 {
        let Some((picture, screen)) = self.picture.as_ref().zip(self.venue.screen.as_ref()) else {
            return Vec3::ZERO;
        };
        let pixel = |share: f32, size: u32| ((share * size as f32) as u32).min(size - 1);
        let (width, height) = picture.dimensions();
        let [red, green, blue, _] = picture
            .get_pixel(pixel(across, width), pixel(down, height))
            .0;
        Rgb([red, green, blue].map(|c| f32::from(c) / 255.0)).linear() * screen.nits
    }
}

#[cfg(test)]
mod tests {
    use super::{Rgb, Vec3, Wall};
    use toile_show::Show;

    #[test]
    fn the_wall_is_mirrored_where_it_is_and_as_it_is_lit() {
        let show = include_str!("../../../scenes/first-show.ron");
        let mut show = Show::from_ron(show, "first-show.ron").unwrap();
        // As light as it is lit, whatever the scene's is.
        show.venue.backdrop.colour = Rgb([0.5; 3]);
        let wall = Wall {
            venue: &show.venue,
            picture: None,
        };
        let viewer = Vec3::new(0.0, 1.5, 4.0);
        let toward =
            |x: f32, y: f32| wall.seen(viewer, (Vec3::new(x, y, -0.5) - viewer).normalize());
        assert_eq!(wall.seen(viewer, Vec3::Z), None, "behind the viewer");
        assert_eq!(toward(0.0, 9.0), None, "over the wall");
        assert_eq!(toward(0.0, 1.0), Some(Vec3::ZERO), "the entrance");
        let (slot, lit) = (toward(1.1, 1.0).unwrap(), toward(4.4, 2.0).unwrap());
        assert!(slot.y > 5.0 * lit.y && lit.y > 0.5, "{slot} {lit}");
    }
}
