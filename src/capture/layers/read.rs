//! The counterpart of `shaders/stage/surfaces.wgsl`: what it packed.

use crate::capture::exr::Surfaces;
use half::f16;

/// What a pixel's four floats say; rows tightly packed.
pub(in crate::capture) fn unpack(pixels: &[[f32; 4]]) -> Surfaces {
    let mut surfaces = Surfaces::default();
    for &[object, depth, normal, motion] in pixels {
        if object < 0.5 {
            surfaces.object.push(0);
            surfaces.depth.push(f32::INFINITY);
            surfaces.normal.push([0.0; 3]);
            surfaces.motion.push([0.0; 2]);
            continue;
        }
        surfaces.object.push(object.round() as u32);
        surfaces.depth.push(depth);
        surfaces.normal.push(direction(halves(normal)));
        let motion = halves(motion).map(|bits| f16::from_bits(bits << 1).to_f32());
        surfaces.motion.push(motion);
    }
    surfaces
}

/// Two numbers of 15 bits.
fn halves(packed: f32) -> [u16; 2] {
    let word = packed.to_bits();
    let bits = (word & 0x1fff_ffff) | (word >> 2 & 0x2000_0000);
    [bits & 0x7fff, bits >> 15].map(|half| half as u16)
}

/// A direction from its place on the unfolded octahedron.
fn direction(place: [u16; 2]) -> [f32; 3] {
    let [x, y] = place.map(|bits| f32::from(bits) / 32_767.0 * 2.0 - 1.0);
    let z = 1.0 - x.abs() - y.abs();
    let fold = (-z).max(0.0);
    let n = glam::Vec3::new(x - fold.copysign(x), y - fold.copysign(y), z);
    n.normalize_or_zero().to_array()
}

#[cfg(test)]
mod tests {
    use super::unpack;
    use glam::Vec3;
    use half::f16;

    /// As the shader packs.
    fn pack(low: u32, high: u32) -> f32 {
        let bits = (low & 0x7fff) | (high & 0x7fff) << 15;
        f32::from_bits((bits & 0x1fff_ffff) | 0x2000_0000 | (bits & 0x2000_0000) << 2)
    }

    fn pack_direction(n: Vec3) -> f32 {
        let p = n.truncate() / (n.x.abs() + n.y.abs() + n.z.abs());
        let sign = |v: f32| if v >= 0.0 { 1.0 } else { -1.0 };
        let flat = if n.z >= 0.0 {
            [p.x, p.y]
        } else {
            [(1.0 - p.y.abs()) * sign(p.x), (1.0 - p.x.abs()) * sign(p.y)]
        };
        let [x, y] = flat.map(|v| ((v * 0.5 + 0.5) * 32_767.0).round() as u32);
        pack(x, y)
    }

    fn pack_motion(motion: [f32; 2]) -> f32 {
        let [x, y] = motion.map(|v| (u32::from(f16::from_f32(v).to_bits()) + 1) >> 1);
        pack(x, y)
    }

    #[test]
    fn directions_and_motion_survive_packing() {
        for k in 0..10_000 {
            let turn = k as f32 * 2.399_963;
            let z = 1.0 - 2.0 * (k as f32 + 0.5) / 10_000.0;
            let r = (1.0 - z * z).sqrt();
            let n = Vec3::new(r * turn.cos(), r * turn.sin(), z);
            let motion = [z * 30.0, turn * 0.05 - 500.0];
            let packed = [7.0, 3.25, pack_direction(n), pack_motion(motion)];
            assert!(packed.iter().all(|v| v.is_normal()), "{n}: {packed:?}");
            let read = unpack(&[packed]);
            assert_eq!((read.object[0], read.depth[0]), (7, 3.25));
            let sine = Vec3::from(read.normal[0]).cross(n).length();
            assert!(sine < 2e-4, "{n}: {sine} rad");
            for (was, is) in motion.iter().zip(read.motion[0]) {
                assert!((was - is).abs() <= was.abs() * 1.5e-3 + 1e-6, "{was}: {is}");
            }
        }
    }

    #[test]
    fn where_nothing_is_nothing_is_told() {
        let read = unpack(&[[0.0; 4]]);
        assert_eq!(read.object, [0]);
        assert!(read.depth[0].is_infinite());
        assert_eq!((read.normal[0], read.motion[0]), ([0.0; 3], [0.0; 2]));
    }
}
