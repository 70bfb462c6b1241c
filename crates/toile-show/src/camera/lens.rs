//! What a lens does: a thin one, focused at a distance.

use crate::{ease::at_least, format::Camera};

/// No lens focuses nearer than so many focal lengths.
const NEAREST: f32 = 3.0;
/// How softly a zoom lens comes to its ends, of the logarithm of its focal length.
const SOFT_END: f32 = 0.1;

/// A lens in front of a sensor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lens {
    /// Focal length, m.
    pub(super) focal_m: f32,
    /// Height of the picture on the sensor, m.
    sensor_m: f32,
}

impl Camera {
    /// The lens as it is set for a subject at a distance, m, of which so much, m, is
    /// to fill the picture.
    pub(super) fn lens(&self, distance_m: f32, height_m: Option<f32>) -> Lens {
        let sensor_m = self.sensor_mm * 1e-3;
        let focal_mm = match (self.zoom_to_mm, height_m) {
            (Some(longest_mm), Some(height_m)) => {
                // height : distance = sensor : image distance, thin lens.
                let image_m = sensor_m * distance_m / height_m;
                let fits_mm = 1e3 * image_m * distance_m / (image_m + distance_m);
                let (shortest, longest) = (self.focal_mm.ln(), longest_mm.ln());
                let soft = SOFT_END.min(0.25 * (longest - shortest));
                let long_enough = at_least(fits_mm.max(1e-3).ln(), shortest, soft);
                (-at_least(-long_enough, -longest, soft)).exp()
            }
            _ => self.focal_mm,
        };
        Lens {
            focal_m: focal_mm * 1e-3,
            sensor_m,
        }
    }
}

impl Lens {
    /// The distance that it is focused at for a subject at another, m.
    pub(super) fn focus_m(self, distance_m: f32) -> f32 {
        distance_m.max(NEAREST * self.focal_m)
    }

    /// Vertical field of view when focused at a distance, rad: the nearer, the
    /// farther is the lens from the sensor.
    pub(super) fn fov_y(self, focus_m: f32) -> f32 {
        let image_m = self.focal_m * focus_m / (focus_m - self.focal_m);
        2.0 * (0.5 * self.sensor_m / image_m).atan()
    }
}
