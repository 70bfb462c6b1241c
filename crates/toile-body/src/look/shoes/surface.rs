//! What shoes are painted with: upper, trim and sole side by side in one image.

use glam::Vec3;

use super::super::{
    image::Canvas,
    noise::{fbm, smooth},
};
use crate::recipe::ShoeStyle;

/// Height over the flat foot's floor at the image's lower edge, metres.
pub(super) const UPPER_M: f32 = 0.16;
/// Place of the turned-in top edge in the image.
pub(super) const TRIM_U: f32 = 0.46;

/// Rubber of trainers, linear: gum, which is told from a light upper and a light floor.
const GUM: Vec3 = Vec3::new(0.30, 0.19, 0.105);

/// The image: left of 0.42 the upper, u from heel to toe, v from the floor upwards; the
/// trim; and from 0.5 on the sole.
pub(crate) fn texture(style: ShoeStyle, upper: Vec3) -> Canvas {
    let light = smooth(0.25, 0.6, upper.dot(Vec3::new(0.2126, 0.7152, 0.0722)));
    // White leather is no white paint.
    let upper = upper.lerp(upper * 0.86, light);
    let sole = match style {
        ShoeStyle::Sneaker => GUM,
        _ => upper * 0.45,
    };
    let trim = upper * (0.62 - 0.12 * light);
    Canvas::draw(256, 64, |u, v| {
        let colour = if u >= 0.5 {
            sole
        } else if u >= 0.44 {
            trim
        } else {
            let (along, height) = ((u - 0.03) / 0.38, v * UPPER_M);
            // Darker to the sole, where it is bent and where no light comes.
            let low = 0.70 + 0.30 * smooth(0.006, 0.030, height);
            let grain = 1.0 + 0.04 * fbm(Vec3::new(along * 60.0, height * 300.0, 0.0), 3);
            upper * (low * grain * (1.0 - 0.40 * seams(style, along, height)))
        };
        colour.extend(1.0)
    })
}

/// How much of a place is in the groove of a seam.
fn seams(style: ShoeStyle, along: f32, height: f32) -> f32 {
    let line = |distance: f32, half: f32| smooth(half, 0.4 * half, distance.abs());
    match style {
        ShoeStyle::Barefoot | ShoeStyle::Pump => 0.0,
        // The edge of the apron, and the heel's counter.
        ShoeStyle::Loafer => line(height - 0.030 - 0.02 * (along - 0.55), 0.0016)
            .min(smooth(0.45, 0.5, along))
            .max(line(along - 0.20, 0.006)),
        // Toe cap, facing and counter.
        ShoeStyle::Sneaker => line(along - 0.82, 0.010)
            .max(line(along - 0.56 + 1.2 * (height - 0.05), 0.010))
            .max(line(along - 0.22 - 1.5 * (height - 0.04), 0.010)),
        // The quarter's front.
        ShoeStyle::Boot => line(along - 0.48 + 0.8 * (height - 0.06), 0.008),
    }
}
