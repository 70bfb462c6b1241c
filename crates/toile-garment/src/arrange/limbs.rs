//! Sleeves around the arms and trouser legs around the legs.

use glam::{DVec2, DVec3, Vec3};

use super::{GAP, Girths, OPEN, ellipse::on_ellipse, tube::Tube};
use crate::{
    landmarks::{BodyLandmarks, Limb, ellipse_girth, ring_at},
    pattern::Wrap,
};

/// Half width of the strip at the middle plane that trouser legs keep off.
const MIDDLE: f64 = 0.003;
/// How far within the shoulder joint a bodice begins to go around the arm, and
/// how far within it does so wholly, metres.
const ARM_ROOT: (f64, f64) = (0.06, 0.02);

/// An arm as the arrangement sees it.
struct Arm<'a> {
    limb: &'a Limb,
    shoulder: DVec3,
    elbow: DVec3,
    upper: DVec3,
    lower: DVec3,
    /// Length of the upper arm, metres.
    length: f64,
}

impl<'a> Arm<'a> {
    fn new(limb: &'a Limb) -> Option<Self> {
        let axis: Vec<DVec3> = limb.axis.iter().map(|p| p.as_dvec3()).collect();
        let [shoulder, elbow, wrist] = axis[..] else {
            return None;
        };
        Some(Self {
            limb,
            shoulder,
            elbow,
            upper: (elbow - shoulder).normalize_or_zero(),
            lower: (wrist - elbow).normalize_or_zero(),
            length: shoulder.distance(elbow),
        })
    }

    /// The bone at a distance from the shoulder.
    fn bone(&self, along: f64) -> DVec3 {
        if along <= self.length {
            self.shoulder + self.upper * along
        } else {
            self.elbow + self.lower * (along - self.length)
        }
    }

    /// Centre and radius of the section there; beyond the sections the last
    /// one's, which keeps its offset from the bone.
    fn section(&self, along: f64) -> Option<(DVec3, f64)> {
        let rings = &self.limb.rings;
        let i = rings.partition_point(|r| f64::from(r.along) < along);
        match (i.checked_sub(1).and_then(|j| rings.get(j)), rings.get(i)) {
            (Some(p), Some(q)) => {
                let t = (along - f64::from(p.along)) / f64::from(q.along - p.along).max(1e-6);
                Some((
                    p.centre.as_dvec3().lerp(q.centre.as_dvec3(), t),
                    f64::from(p.radius) + f64::from(q.radius - p.radius) * t,
                ))
            }
            (Some(p), None) | (None, Some(p)) => {
                let offset = p.centre.as_dvec3() - self.bone(f64::from(p.along));
                Some((self.bone(along) + offset, f64::from(p.radius)))
            }
            (None, None) => None,
        }
    }
}

/// Brings a point of a front before the arm, of a back behind it, where it lies
/// in the arm: an armhole goes around the arm, and cloth that starts within is
/// sewn into it.
pub(super) fn clear_of_arm(limb: &Limb, back: bool, p: DVec3) -> DVec3 {
    let Some(arm) = Arm::new(limb) else { return p };
    let along = (p - arm.shoulder).dot(arm.upper);
    let Some((centre, radius)) = arm.section(along) else {
        return p;
    };
    let up = (DVec3::Y - arm.upper * arm.upper.y).normalize_or_zero();
    let out = up.cross(arm.upper);
    let out = if (out.z > 0.0) == back { -out } else { out };
    let radius = radius + GAP * 0.6;
    let (forwards, upwards) = ((p - centre).dot(out), (p - centre).dot(up));
    if upwards.abs() >= radius {
        return p;
    }
    let need = (radius * radius - upwards * upwards).sqrt();
    // The trunk has its own room.
    let t = ((along + ARM_ROOT.0) / (ARM_ROOT.0 - ARM_ROOT.1)).clamp(0.0, 1.0);
    p + out * (need - forwards).max(0.0) * (t * t * (3.0 - 2.0 * t))
}

pub(super) fn sleeve(limb: &Limb, tip: Vec3, girth: &Girths, wrap: &Wrap, u: f64, s: f64) -> DVec3 {
    let Some(arm) = Arm::new(limb) else {
        return DVec3::NAN;
    };
    let along = s + (tip.as_dvec3() - arm.shoulder).dot(arm.upper) + 0.02;
    // Turn from upper to lower arm over ten centimetres, so that rows of the
    // sleeve stay apart on the inside of the elbow.
    let bend = ((along - arm.length + 0.05) / 0.1).clamp(0.0, 1.0);
    let direction = arm.upper.lerp(arm.lower, bend).normalize_or_zero();
    let Some((centre, radius)) = arm.section(along) else {
        return DVec3::NAN;
    };
    let radius =
        (radius + GAP * 0.6 + wrap.offset).max((girth.at(s) + OPEN / 2.0) / std::f64::consts::TAU);
    let up = (DVec3::Y - direction * direction.y).normalize_or_zero();
    // Seen from outside with the arm down, pattern x runs to the person's back
    // on the left arm and to the front on the right.
    let across = up.cross(direction);
    let angle = u / radius;
    centre + (up * angle.cos() + across * angle.sin()) * radius
}

pub(super) fn leg(
    hips: &Tube,
    body: &BodyLandmarks,
    side: f64,
    girth: &Girths,
    wrap: &Wrap,
    u: f64,
    s: f64,
) -> DVec3 {
    let (front, mirror) = if wrap.back { (-1.0, -1.0) } else { (1.0, 1.0) };
    let level = hips.level(s);
    let (ankle, knee) = if side > 0.0 {
        (body.ankle_left, body.knee_left)
    } else {
        (body.ankle_right, body.knee_right)
    };
    // A hem that would lie on the foot is pushed up above it: the leg breaks.
    let (ankle, knee) = (f64::from(ankle.y) + 0.01, f64::from(knee.y));
    let hem = hips.level(girth.end()).y;
    let mut y = level.y;
    if hem < ankle && y < knee && knee > ankle {
        y = knee - (knee - y) * (knee - ankle) / (knee - hem);
    }
    let (a, b) = (level.a, level.b_front);
    // On the hips: away from the centre seam, which is at `centre_x`.
    let p = on_ellipse(a, b, (side * mirror * u).max(0.0));
    let on_hips = DVec2::new(level.centre.x + side * p.x, level.centre.y + front * p.y);
    let rings = if side > 0.0 {
        &body.leg_left
    } else {
        &body.leg_right
    };
    let ring = ring_at(rings, y as f32);
    let (mut a, mut b) = (
        f64::from(ring.half_width) + GAP,
        f64::from(ring.half_depth) + GAP,
    );
    let spread = ((girth.at(s) + OPEN - ellipse_girth(a, b)) / std::f64::consts::TAU).max(0.0);
    a += spread + wrap.offset;
    b += spread + wrap.offset;
    // Wide legs grow outwards, not into each other.
    let centre_x = f64::from(ring.centre_x) + side * spread * 0.8;
    // On the leg: away from the crease, which is at pattern x = 0.
    let p = on_ellipse(a, b, mirror * (u + wrap.centre_x));
    let x = centre_x + p.x;
    let on_leg = DVec2::new(
        side * (side * x).max(MIDDLE),
        f64::from(ring.centre_z) + front * p.y,
    );
    let crotch = f64::from(body.crotch.y);
    let t = ((crotch + 0.09 - y) / 0.11).clamp(0.0, 1.0);
    let q = on_hips.lerp(on_leg, t * t * (3.0 - 2.0 * t));
    DVec3::new(q.x, y, q.y)
}
