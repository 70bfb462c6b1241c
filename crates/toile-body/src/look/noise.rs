//! Seeded value noise and a small random generator: the same seed, the same person.

use glam::Vec3;

/// Integer hash to the unit interval (murmur-style finaliser).
pub(crate) fn hash(x: i32, y: i32, z: i32, seed: u32) -> f32 {
    let mut h = seed
        ^ (x as u32).wrapping_mul(0x85eb_ca6b)
        ^ (y as u32).wrapping_mul(0xc2b2_ae35)
        ^ (z as u32).wrapping_mul(0x27d4_eb2f);
    h = (h ^ (h >> 15)).wrapping_mul(0x2c1b_3c6d);
    h = (h ^ (h >> 12)).wrapping_mul(0x297a_2d39);
    ((h ^ (h >> 15)) >> 8) as f32 / 16_777_216.0
}

/// Smooth value noise in -1..1 with unit cell size.
pub(crate) fn noise(p: Vec3, seed: u32) -> f32 {
    let cell = p.floor();
    let f = p - cell;
    let f = f * f * (Vec3::splat(3.0) - 2.0 * f);
    let (x, y, z) = (cell.x as i32, cell.y as i32, cell.z as i32);
    let lerp = |a: f32, b: f32, t: f32| a + (b - a) * t;
    let row = |dy: i32, dz: i32| {
        lerp(
            hash(x, y + dy, z + dz, seed),
            hash(x + 1, y + dy, z + dz, seed),
            f.x,
        )
    };
    let plane = |dz: i32| lerp(row(0, dz), row(1, dz), f.y);
    lerp(plane(0), plane(1), f.z) * 2.0 - 1.0
}

/// Three octaves of [`noise`], about -1..1.
pub(crate) fn fbm(p: Vec3, seed: u32) -> f32 {
    (noise(p, seed) + 0.5 * noise(p * 2.03, seed ^ 0x51) + 0.25 * noise(p * 4.1, seed ^ 0xa7)) / 1.4
}

/// Smooth step from 0 at `a` to 1 at `b` (`a` may be above `b`).
pub(crate) fn smooth(a: f32, b: f32, x: f32) -> f32 {
    let t = ((x - a) / (b - a)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Bell curve with standard deviation `s`.
pub(crate) fn bell(x: f32, s: f32) -> f32 {
    (-0.5 * (x / s) * (x / s)).exp()
}

/// A small deterministic random generator (PCG-XSH-RR step, O'Neill 2014).
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// Starts a sequence.
    pub(crate) fn new(seed: u64) -> Self {
        let mut r = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x853c_49e6_748f_ea9b);
        r.unit();
        r
    }

    /// Uniform in 0..1.
    pub(crate) fn unit(&mut self) -> f32 {
        let old = self.0;
        self.0 = old
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let x = (((old >> 18) ^ old) >> 27) as u32;
        let r = x.rotate_right((old >> 59) as u32);
        (r >> 8) as f32 / 16_777_216.0
    }

    /// Uniform in `a..b`.
    pub(crate) fn range(&mut self, a: f32, b: f32) -> f32 {
        a + (b - a) * self.unit()
    }

    /// Uniform in -1..1.
    pub(crate) fn signed(&mut self) -> f32 {
        self.range(-1.0, 1.0)
    }
}
