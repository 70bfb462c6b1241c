//! Where things are on this head: eyes, crown, hairline, brows.

use glam::Vec3;

use super::{
    model::{Model, Side},
    noise::smooth,
};

/// Landmarks of the head in the bind pose, metres.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    /// Between the eyes.
    pub(crate) eyes: Vec3,
    /// Half the distance of the eyes.
    pub(crate) eye_x: f32,
    /// Middle of the skull.
    pub(crate) centre: Vec3,
    /// Half axes of the skull: breadth, height above the centre, depth.
    pub(crate) radii: Vec3,
    /// Highest point.
    pub(crate) crown: Vec3,
    /// Size relative to a head whose crown is 11.5 cm above the eyes.
    pub(crate) scale: f32,
    /// Middle of the left ear.
    pub(crate) ear: Vec3,
    /// Height of the chin.
    pub(crate) chin_y: f32,
}

/// Hairline: azimuth from the front in degrees, height over the eyes in centimetres
/// for a head of scale 1.
const HAIRLINE: [(f32, f32); 13] = [
    (0.0, 7.0),
    (18.0, 7.0),
    (34.0, 6.9),
    (48.0, 5.6),
    (60.0, 3.4),
    (70.0, 1.2),
    (80.0, -1.6),
    (88.0, -1.9),
    (98.0, 0.9),
    (112.0, -0.6),
    (128.0, -4.6),
    (150.0, -7.4),
    (180.0, -8.2),
];

impl Head {
    /// Finds the landmarks.
    pub(crate) fn new(model: &Model<'_>) -> Self {
        let (left, _) = model.eye(Side::Left);
        let (right, _) = model.eye(Side::Right);
        let head_joint = model.joint("Head");
        let skin: Vec<Vec3> = {
            let mut used = vec![false; model.verts.len()];
            for t in &model.body {
                for v in t.verts {
                    used[v as usize] = true;
                }
            }
            (0..used.len())
                .filter(|&v| used[v] && model.weight_of(v, &[head_joint]) > 0.5)
                .map(|v| model.verts[v])
                .collect()
        };
        let ears = model.mask("ears");
        let mut ear = Vec3::ZERO;
        let mut n = 0.0;
        if let Some(mask) = ears {
            for t in &model.body {
                let p = model.verts[t.verts[0] as usize];
                if p.x > 0.0 && mask.sample(model.uvs[t.uvs[0] as usize]) > 0.6 {
                    ear += p;
                    n += 1.0;
                }
            }
        }
        let ear = (n > 0.0).then(|| ear / n);
        Self::of([left, right], &skin, ear)
    }

    /// Finds the landmarks of a head whose skin has these points, with its eyes, left and
    /// right, and the middle of the left ear if that is known.
    pub(crate) fn of([left, right]: [Vec3; 2], skin: &[Vec3], ear: Option<Vec3>) -> Self {
        let eyes = (left + right) * 0.5;
        let above: Vec<Vec3> = skin
            .iter()
            .copied()
            .filter(|p| p.y > eyes.y + 0.02)
            .collect();
        let (lo, hi) = above
            .iter()
            .fold((Vec3::MAX, Vec3::MIN), |(l, h), p| (l.min(*p), h.max(*p)));
        let crown = above
            .iter()
            .copied()
            .fold(Vec3::MIN, |a, b| if b.y > a.y { b } else { a });
        let scale = (crown.y - eyes.y) / 0.115;
        let centre = Vec3::new(0.0, eyes.y + 0.012 * scale, (lo.z + hi.z) * 0.5);
        let radii = Vec3::new((hi.x - lo.x) * 0.5, crown.y - centre.y, (hi.z - lo.z) * 0.5);
        let ear = ear.unwrap_or(centre + Vec3::X * radii.x);
        let chin_y = skin
            .iter()
            .filter(|p| p.x.abs() < 0.012 && p.z > centre.z + radii.z * 0.45)
            .fold(f32::MAX, |y, p| y.min(p.y));
        Self {
            eyes,
            eye_x: left.x,
            centre,
            radii,
            crown,
            scale,
            ear,
            chin_y,
        }
    }

    /// Azimuth (0 front, 180 back, degrees) of a point around the skull.
    pub(crate) fn azimuth(&self, p: Vec3) -> f32 {
        let d = (p - self.centre) / self.radii;
        d.x.abs().atan2(d.z).to_degrees()
    }

    /// Height of the hairline at an azimuth, metres above the floor.
    pub(crate) fn hairline_y(&self, azimuth: f32) -> f32 {
        let k = HAIRLINE
            .partition_point(|p| p.0 <= azimuth)
            .clamp(1, HAIRLINE.len() - 1);
        let ((a, y0), (b, y1)) = (HAIRLINE[k - 1], HAIRLINE[k]);
        let t = smooth(0.0, 1.0, ((azimuth - a) / (b - a)).clamp(0.0, 1.0));
        let t = 0.5 * t + 0.5 * ((azimuth - a) / (b - a)).clamp(0.0, 1.0);
        self.eyes.y + 0.01 * self.scale * (y0 + (y1 - y0) * t)
    }

    /// How far a point of the skin lies inside the hairline, metres (negative outside).
    pub(crate) fn scalp(&self, p: Vec3) -> f32 {
        let azimuth = self.azimuth(p);
        let depth = p.y - self.hairline_y(azimuth);
        // Where the line is steep, height overstates the distance to it.
        let slope = (self.hairline_y(azimuth + 2.0) - self.hairline_y((azimuth - 2.0).max(0.0)))
            / (4.0_f32.to_radians() * self.radii.x.max(0.03));
        depth / (1.0 + slope * slope).sqrt()
    }

    /// Unit direction away from the skull, for smooth hair shading.
    pub(crate) fn outward(&self, p: Vec3) -> Vec3 {
        let r = Vec3::new(self.radii.x, self.radii.y, self.radii.z);
        ((p - self.centre) / (r * r))
            .try_normalize()
            .unwrap_or(Vec3::Y)
    }
}
