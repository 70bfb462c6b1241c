//! Soles and heels, built on the underside of a raised upper.

use glam::{Vec2, Vec3};

use super::{super::noise::smooth, Design, Last, Raise, Raised};

/// Cross-section of the underside at a place along the foot.
#[derive(Clone, Copy)]
pub(super) struct Station {
    z: f32,
    left: f32,
    right: f32,
    bottom: f32,
    share: Vec3,
}

/// Reads the underside of the raised upper from heel to toe.
pub(super) fn stations(last: &Last, design: &Design, out: &Raise, place: &[Vec3]) -> Vec<Station> {
    const N: usize = 34;
    let local: Vec<Vec3> = out
        .verts
        .iter()
        .map(|v| {
            let d = v.pos - last.heel;
            Vec3::new(d.dot(last.lateral), v.pos.y, d.dot(last.forward))
        })
        .collect();
    // Only the lower half of the foot counts for the outline.
    let low: Vec<usize> = (0..local.len())
        .filter(|&i| place[i].z < 0.030 + 0.012 * (1.0 - place[i].x))
        .collect();
    let (z0, z1) = low.iter().fold((f32::MAX, f32::MIN), |(a, b), &i| {
        (a.min(local[i].z), b.max(local[i].z))
    });
    let mut list: Vec<Station> = (0..=N)
        .map(|k| {
            // Denser at the two ends, where the outline turns.
            let t = 0.5 - 0.5 * (std::f32::consts::PI * k as f32 / N as f32).cos();
            let z = z0 + (z1 - z0) * t;
            let reach = 0.010_f32;
            let mut st = Station {
                z,
                left: f32::MAX,
                right: f32::MIN,
                bottom: f32::MAX,
                share: Vec3::ZERO,
            };
            let mut total = 0.0;
            for &i in &low {
                let p = local[i];
                if (p.z - z).abs() > reach {
                    continue;
                }
                st.bottom = st.bottom.min(p.y);
                st.share += out.verts[i].share;
                total += 1.0;
            }
            // The sole follows the upper where it turns under, not where it is widest.
            let rise = if design.wedge { 0.016 } else { 0.009 };
            for &i in &low {
                let p = local[i];
                if (p.z - z).abs() <= reach && p.y < st.bottom + rise {
                    st.left = st.left.min(p.x);
                    st.right = st.right.max(p.x);
                }
            }
            st.share = if total > 0.0 {
                st.share / total
            } else {
                Vec3::Y
            };
            st.share = Vec3::new(0.0, st.share.x + st.share.y, st.share.z);
            st
        })
        .collect();
    for _ in 0..4 {
        let old = list.clone();
        for k in 1..list.len() - 1 {
            let mean = |f: fn(&Station) -> f32| {
                0.25 * f(&old[k - 1]) + 0.5 * f(&old[k]) + 0.25 * f(&old[k + 1])
            };
            list[k].left = mean(|s| s.left);
            list[k].right = mean(|s| s.right);
            list[k].bottom = mean(|s| s.bottom);
            list[k].share = 0.25 * old[k - 1].share + 0.5 * old[k].share + 0.25 * old[k + 1].share;
        }
    }
    // Rounded ends.
    let (first, end) = (list[0].z, list[N].z);
    for st in &mut list {
        let width = st.right - st.left;
        let tip = (end - st.z).min(st.z - first).max(0.0);
        let roundness = (tip / (0.5 * width).max(0.01)).min(1.0);
        let fill = (1.0 - (1.0 - roundness).powi(2)).sqrt().max(0.18);
        let mid = 0.5 * (st.left + st.right);
        let half = 0.5 * width * fill.max(if tip > 0.02 { 0.9 } else { 0.0 });
        st.left = mid - half;
        st.right = mid + half;
    }
    list
}

/// Sole slab and heel.
pub(super) fn build(out: &mut Raise, last: &Last, design: &Design, stations: &[Station]) {
    let length = stations[stations.len() - 1].z - stations[0].z;
    let at = |z: f32| (z - stations[0].z) / length;
    let floor = stations
        .iter()
        .filter(|s| at(s.z) > 0.6)
        .map(|s| s.bottom)
        .fold(f32::MAX, f32::min)
        - design.sole;
    let world = |x: f32, y: f32, z: f32| {
        last.heel.with_y(0.0) + last.lateral * x + last.forward * z + Vec3::Y * y
    };
    let uv = Vec2::new(0.75, 0.5);
    // Slab: stations × (top left, bottom left, bottom right, top right).
    let mut rings = Vec::new();
    for st in stations {
        let s = at(st.z);
        let spring = 0.006 * smooth(0.80, 1.0, s).powi(2);
        let under = if design.wedge {
            floor + spring + 0.004 * smooth(0.10, 0.0, s)
        } else {
            let thin = st.bottom - 0.0035;
            let ground = floor + spring;
            thin + (ground - thin) * smooth(0.46, 0.62, s)
        };
        let lip = if design.wedge { 0.013 } else { 0.0050 };
        let ring = [
            world(st.left - design.welt, st.bottom + lip, st.z),
            world(st.left - design.welt * 0.9, under, st.z),
            world(st.right + design.welt * 0.9, under, st.z),
            world(st.right + design.welt, st.bottom + lip, st.z),
        ];
        let first = out.verts.len() as u32;
        // Doubled corners keep the edges crisp.
        for k in [0, 1, 1, 2, 2, 3, 3, 0] {
            out.verts.push(Raised {
                pos: ring[k],
                normal: Vec3::Y,
                uv,
                share: st.share,
            });
        }
        rings.push(first);
    }
    for pair in rings.windows(2) {
        for k in [0, 2, 4, 6] {
            let (a, b, c, d) = (pair[0] + k, pair[0] + k + 1, pair[1] + k, pair[1] + k + 1);
            out.tris.push([a, b, d]);
            out.tris.push([a, d, c]);
        }
    }
    for (ring, flip) in [(rings[0], false), (rings[rings.len() - 1], true)] {
        let corner = [0, 2, 4, 6].map(|k| ring + k);
        let tris = [
            [corner[0], corner[2], corner[1]],
            [corner[0], corner[3], corner[2]],
        ];
        for t in tris {
            out.tris.push(if flip { [t[0], t[2], t[1]] } else { t });
        }
    }
    if design.wedge {
        return;
    }
    // Heel: outline of the seat drawn down to the floor.
    let seat: Vec<&Station> = stations.iter().filter(|s| at(s.z) < 0.235).collect();
    let mut outline: Vec<(Vec2, f32)> = seat
        .iter()
        .map(|s| (Vec2::new(s.left, s.z), s.bottom))
        .collect();
    outline.extend(
        seat.iter()
            .rev()
            .map(|s| (Vec2::new(s.right, s.z), s.bottom)),
    );
    let middle = outline.iter().map(|o| o.0).sum::<Vec2>() / outline.len() as f32;
    let back = seat[0].z;
    // A slim heel stands under the middle of the foot's heel, slightly forward of the seat's back.
    let foot_at = Vec2::new(middle.x, back + 0.010 + 0.45 * (middle.y - back));
    let levels = 9;
    let mut previous: Option<u32> = None;
    let count = outline.len() as u32;
    for l in 0..=levels {
        let t = l as f32 / levels as f32;
        let scale = design.taper + (1.0 - design.taper) * (1.0 - t).powf(2.6) * (1.0 - 0.25 * t);
        let centre = middle.lerp(foot_at, (1.0 - design.taper) * smooth(0.0, 0.75, t));
        let first = out.verts.len() as u32;
        for (p, y) in &outline {
            let q = centre + (*p - middle) * scale;
            let top = *y - 0.001;
            out.verts.push(Raised {
                pos: world(q.x, top + (floor - top) * t, q.y),
                normal: Vec3::Y,
                uv,
                share: Vec3::Y,
            });
        }
        if let Some(above) = previous {
            for k in 0..count {
                let n = (k + 1) % count;
                out.tris.push([above + k, above + n, first + n]);
                out.tris.push([above + k, first + n, first + k]);
            }
        }
        previous = Some(first);
    }
    if let Some(rim) = previous {
        let first = out.verts.len() as u32;
        let copies: Vec<Vec3> = (0..count)
            .map(|k| out.verts[(rim + k) as usize].pos)
            .collect();
        let mean = copies.iter().copied().sum::<Vec3>() / count as f32;
        for pos in copies.into_iter().chain([mean]) {
            out.verts.push(Raised {
                pos,
                normal: Vec3::NEG_Y,
                uv,
                share: Vec3::Y,
            });
        }
        for k in 0..count {
            out.tris
                .push([first + k, first + (k + 1) % count, first + count]);
        }
    }
}
