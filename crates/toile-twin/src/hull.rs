//! The collision hull: one closed surface around skin, base layer and shoes.
//!
//! An avatar's shells overlap, end in open rims and lie a millimetre above each
//! other, and a garment that slides over such a rim hooks under it. The hull is
//! sampled from them on a grid, so it has no rims, even triangles, and follows
//! the shells to a fraction of a millimetre wherever they are smooth.
//!
//! Method: the mesh is posed with legs and arms spread, so that no two limbs
//! share a grid cell; a grid node is inside when most of six axis rays leave
//! the body more often than they enter it, which small holes do not upset;
//! naive surface nets (Gibson 1998) give vertices, which are then put onto the
//! nearest shell, take its skin weights, and are brought back to the bind pose. Hands
//! become mittens ([`crate::mitten`]), and the hull is grown around fingertips and the
//! rims of shoes, which the grid cuts off ([`crate::enclose`]).

use glam::{IVec3, Mat4, Vec3};

use crate::avatar::Avatar;
use crate::collision::{CollisionBody, joint_regions, region};
use crate::enclose::{enclose, normals};
use crate::error::TwinError;
use crate::mitten::Mitten;
use crate::pose::{bind_pose, joint_world};

/// Distance of the grid nodes, metres.
const CELL_M: f32 = 0.016;
/// Cells around the body.
const MARGIN: i32 = 3;
/// How far the legs are spread, radians.
const LEG_SPREAD: f32 = 0.2;
/// How far the arms are raised, radians.
const ARM_SPREAD: f32 = 0.35;
/// Nodes that a grid may have: a body of ordinary size needs about a million.
const MOST_NODES: i64 = 40_000_000;

/// Wraps the shells of `avatar` into a closed surface in bind-pose model space.
pub(crate) fn wrap(avatar: &Avatar) -> Result<CollisionBody, TwinError> {
    let shells = CollisionBody::new(avatar);
    let spread = spread(avatar);
    let points: Vec<Vec3> = (0..shells.positions.len())
        .map(|v| {
            blend(&spread, shells.joints[v], shells.weights[v])
                .transform_point3(shells.positions[v])
        })
        .collect();
    let broken = |problem: String| {
        TwinError::avatar(
            &avatar.file,
            problem,
            "give the skin, base_layer and shoes materials to a body of human size, in metres, facing outward",
        )
    };
    let mut grid = Grid::new(&points, &shells.triangles, joint_regions(avatar)).map_err(broken)?;
    for hand in [region::LEFT_HAND, region::RIGHT_HAND] {
        grid.put_on_mitten(&points, &shells, hand);
    }
    let (mut hull, netted, quads) = grid.surface(&points, &shells);
    if hull.positions.len() < 500 {
        return Err(broken(format!(
            "its skin encloses no body ({} hull vertices)",
            hull.positions.len()
        )));
    }
    unfold(&mut hull.positions, &netted, &quads);
    for [a, b, c, d] in quads {
        let p = |i: u32| hull.positions[i as usize];
        // The shorter diagonal.
        let halves = if p(a).distance_squared(p(c)) <= p(b).distance_squared(p(d)) {
            [[a, b, c], [a, c, d]]
        } else {
            [[a, b, d], [b, c, d]]
        };
        hull.triangles.extend(halves);
    }
    let hands = region::LEFT_HAND | region::RIGHT_HAND;
    let mut sharp: Vec<Vec3> = (0..points.len())
        .filter(|&v| shells.region[v] & hands != 0)
        .map(|v| points[v])
        .collect();
    let shoes: Vec<Vec3> = avatar
        .with_material("shoes")
        .flat_map(|shoes| {
            (0..shoes.positions.len()).map(|v| {
                blend(&spread, shoes.joints[v], shoes.weights[v])
                    .transform_point3(shoes.positions[v])
            })
        })
        .collect();
    put_in_shoes(&mut hull, &shoes);
    sharp.extend(shoes);
    enclose(&mut hull.positions, &hull.triangles, &sharp);
    for v in 0..hull.positions.len() {
        let back = blend(&spread, hull.joints[v], hull.weights[v]).inverse();
        hull.positions[v] = back.transform_point3(hull.positions[v]);
    }
    hull.normals = normals(&hull.positions, &hull.triangles);
    Ok(hull)
}

/// Counts what is near a shoe to the foot: its rim always faces the leg, however the
/// joints stand.
fn put_in_shoes(hull: &mut CollisionBody, shoes: &[Vec3]) {
    const NEAR_M: f32 = 0.03;
    let top = shoes.iter().map(|p| p.y).fold(f32::MIN, f32::max) + NEAR_M;
    let near = |p: &Vec3| {
        let mut shoes = shoes.iter();
        p.y < top && shoes.any(|q| p.distance_squared(*q) < NEAR_M * NEAR_M)
    };
    for (p, part) in hull.positions.iter().zip(&mut hull.region) {
        if near(p) {
            *part |= region::FOOT;
        }
    }
}

/// Takes vertices back to where the net had them, where putting them onto the
/// shells has folded the surface over: at the bottom of a crease, neighbours go
/// to different sides of it.
fn unfold(positions: &mut [Vec3], netted: &[Vec3], quads: &[[u32; 4]]) {
    const ROUNDS: u32 = 4;
    const LEAST_COSINE: f32 = 0.5;
    let normal = |at: &[Vec3], q: &[u32; 4], k: usize| {
        let [a, b, c] = [q[k], q[(k + 1) % 4], q[(k + 3) % 4]].map(|i| at[i as usize]);
        (b - a).cross(c - a).normalize_or_zero()
    };
    for _ in 0..ROUNDS {
        let folded: Vec<&[u32; 4]> = quads
            .iter()
            .filter(|q| {
                (0..4).any(|k| normal(positions, q, k).dot(normal(netted, q, k)) < LEAST_COSINE)
            })
            .collect();
        if folded.is_empty() {
            break;
        }
        for &i in folded.into_iter().flatten() {
            positions[i as usize] = netted[i as usize];
        }
    }
}

/// Matrix per joint from the bind pose to one with limbs apart.
fn spread(avatar: &Avatar) -> Vec<Mat4> {
    let skeleton = &avatar.skeleton;
    let world = joint_world(skeleton, &bind_pose(skeleton));
    let mut out = vec![Mat4::IDENTITY; skeleton.len()];
    for (name, angle) in [
        ("LeftUpLeg", LEG_SPREAD),
        ("RightUpLeg", -LEG_SPREAD),
        ("LeftArm", ARM_SPREAD),
        ("RightArm", -ARM_SPREAD),
    ] {
        let Some(joint) = skeleton.names.iter().position(|n| n == name) else {
            continue;
        };
        let centre = world[joint].w_axis.truncate();
        let turn = Mat4::from_translation(centre)
            * Mat4::from_rotation_z(angle)
            * Mat4::from_translation(-centre);
        for (j, matrix) in out.iter_mut().enumerate() {
            let mut up = Some(j);
            while let Some(k) = up {
                if k == joint {
                    *matrix = turn;
                    break;
                }
                up = skeleton.parents[k];
            }
        }
    }
    out
}

/// Parts of the body that a vertex belongs to. Where limb and trunk blend it is
/// of both: a bodice meets the armpit, though not the arm.
fn parts(joint_region: &[u32], joints: [u16; 4], weights: [f32; 4]) -> u32 {
    const SHARE: f32 = 0.45;
    let mut parts = 0;
    let mut shares: Vec<(u32, f32)> = Vec::new();
    for (&joint, weight) in joints.iter().zip(weights) {
        let part = joint_region[usize::from(joint)];
        match shares.iter_mut().find(|(p, _)| *p == part) {
            Some((_, share)) => *share += weight,
            None => shares.push((part, weight)),
        }
    }
    let most = shares.iter().map(|s| s.1).fold(0.0, f32::max);
    for (part, share) in shares {
        if share >= SHARE || share == most {
            parts |= part;
        }
    }
    parts
}

fn blend(matrices: &[Mat4], joints: [u16; 4], weights: [f32; 4]) -> Mat4 {
    joints
        .iter()
        .zip(weights)
        .map(|(&j, w)| matrices[usize::from(j)] * w)
        .sum()
}

/// Signed distances on a grid: negative inside.
struct Grid {
    low: Vec3,
    size: IVec3,
    distance: Vec<f32>,
    /// Nearest triangle of every node close to the surface.
    nearest: Vec<u32>,
    /// Nodes that a mitten reaches.
    in_mitten: Vec<bool>,
    /// Part of the body that each joint moves.
    joint_region: Vec<u32>,
}

impl Grid {
    fn new(
        points: &[Vec3],
        triangles: &[[u32; 3]],
        joint_region: Vec<u32>,
    ) -> Result<Self, String> {
        let (mut low, mut high) = (Vec3::INFINITY, Vec3::NEG_INFINITY);
        for &p in points {
            low = low.min(p);
            high = high.max(p);
        }
        // An odd fraction of a cell: bodies are modelled with vertices exactly
        // on the plane of symmetry, and rays should not run along edges.
        low -= CELL_M * (MARGIN as f32 + Vec3::new(0.317, 0.271, 0.437));
        let size = ((high - low) / CELL_M).ceil().as_ivec3() + MARGIN + 1;
        let nodes = i64::from(size.x) * i64::from(size.y) * i64::from(size.z);
        if points.is_empty() || !low.is_finite() || !(1..=MOST_NODES).contains(&nodes) {
            return Err(format!(
                "its skin spans {} by {} by {} m",
                high.x - low.x,
                high.y - low.y,
                high.z - low.z
            ));
        }
        let mut grid = Self {
            low,
            size,
            distance: vec![f32::INFINITY; nodes as usize],
            nearest: vec![u32::MAX; nodes as usize],
            in_mitten: vec![false; nodes as usize],
            joint_region,
        };
        grid.measure(points, triangles);
        let mut votes = vec![0u8; nodes as usize];
        for axis in 0..3 {
            grid.vote(points, triangles, axis, &mut votes);
        }
        grid.sign(&votes);
        Ok(grid)
    }

    fn at(&self, n: IVec3) -> usize {
        ((n.z * self.size.y + n.y) * self.size.x + n.x) as usize
    }

    fn point(&self, n: IVec3) -> Vec3 {
        self.low + n.as_vec3() * CELL_M
    }

    /// The nodes in a box.
    fn nodes(&self, low: Vec3, high: Vec3) -> impl Iterator<Item = IVec3> + use<> {
        let from = ((low - self.low) / CELL_M).ceil().as_ivec3();
        let to = ((high - self.low) / CELL_M).floor().as_ivec3();
        let (from, to) = (from.max(IVec3::ZERO), to.min(self.size - 1));
        (from.z..=to.z).flat_map(move |z| {
            let row = move |y| (from.x..=to.x).map(move |x| IVec3::new(x, y, z));
            (from.y..=to.y).flat_map(row)
        })
    }

    /// Distances of the nodes within two cells of a triangle.
    fn measure(&mut self, points: &[Vec3], triangles: &[[u32; 3]]) {
        for (t, tri) in triangles.iter().enumerate() {
            let [a, b, c] = tri.map(|i| points[i as usize]);
            let reach = 2.0 * CELL_M;
            let (low, high) = (a.min(b).min(c) - reach, a.max(b).max(c) + reach);
            for n in self.nodes(low, high) {
                let p = self.point(n);
                let d = p.distance(closest(p, a, b, c).0);
                let k = self.at(n);
                if d < self.distance[k] {
                    self.distance[k] = d;
                    self.nearest[k] = t as u32;
                }
            }
        }
    }

    /// Looks along both directions of an axis from every node.
    fn vote(&self, points: &[Vec3], triangles: &[[u32; 3]], axis: usize, votes: &mut [u8]) {
        let (u, v) = ((axis + 1) % 3, (axis + 2) % 3);
        let lines = (self.size[u] * self.size[v]) as usize;
        let mut crossings: Vec<Vec<(f32, i32)>> = vec![Vec::new(); lines];
        for tri in triangles {
            let [a, b, c] = tri.map(|i| (points[i as usize] - self.low) / CELL_M);
            let (b1, c1) = (b - a, c - a);
            // Twice the projected area; its sign tells which way the face looks.
            let area = b1[u] * c1[v] - b1[v] * c1[u];
            if area.abs() < 1e-12 {
                continue;
            }
            let low = a.min(b).min(c);
            let high = a.max(b).max(c);
            for j in (low[v].ceil() as i32).max(0)..=(high[v].floor() as i32).min(self.size[v] - 1)
            {
                for i in
                    (low[u].ceil() as i32).max(0)..=(high[u].floor() as i32).min(self.size[u] - 1)
                {
                    let (du, dv) = (i as f32 - a[u], j as f32 - a[v]);
                    let s = (du * c1[v] - dv * c1[u]) / area;
                    let t = (b1[u] * dv - b1[v] * du) / area;
                    if s >= 0.0 && t >= 0.0 && s + t <= 1.0 {
                        let depth = a[axis] + s * b1[axis] + t * c1[axis];
                        crossings[(j * self.size[u] + i) as usize]
                            .push((depth, if area > 0.0 { 1 } else { -1 }));
                    }
                }
            }
        }
        for j in 0..self.size[v] {
            for i in 0..self.size[u] {
                let list = &crossings[(j * self.size[u] + i) as usize];
                if list.is_empty() {
                    continue;
                }
                for k in 0..self.size[axis] {
                    let (mut ahead, mut behind) = (0, 0);
                    for &(depth, leaves) in list {
                        if depth > k as f32 {
                            ahead += leaves;
                        } else {
                            behind -= leaves;
                        }
                    }
                    let mut n = IVec3::ZERO;
                    (n[axis], n[u], n[v]) = (k, i, j);
                    votes[self.at(n)] += u8::from(ahead > 0) + u8::from(behind > 0);
                }
            }
        }
    }

    /// Turns votes into signs; hollows that the outside does not reach, such as
    /// the room in a shoe, are filled.
    fn sign(&mut self, votes: &[u8]) {
        const MAJORITY: u8 = 4;
        let mut outside = vec![false; votes.len()];
        let mut open = vec![IVec3::ZERO];
        outside[0] = true;
        while let Some(n) = open.pop() {
            for step in [IVec3::X, IVec3::Y, IVec3::Z] {
                for m in [n - step, n + step] {
                    if m.cmpge(IVec3::ZERO).all() && m.cmplt(self.size).all() {
                        let k = self.at(m);
                        if !outside[k] && votes[k] < MAJORITY {
                            outside[k] = true;
                            open.push(m);
                        }
                    }
                }
            }
        }
        for (d, outside) in self.distance.iter_mut().zip(outside) {
            *d = d.min(2.0 * CELL_M);
            if !outside {
                *d = -*d;
            }
        }
    }

    /// Fills the room around and between the fingers of a hand.
    fn put_on_mitten(&mut self, points: &[Vec3], shells: &CollisionBody, hand: u32) {
        let of_hand = |v: usize| shells.region[v] & hand != 0;
        let inside: Vec<Vec3> = (0..points.len())
            .filter(|&v| of_hand(v))
            .map(|v| points[v])
            .collect();
        let Some(mitten) = Mitten::around(&inside) else {
            return;
        };
        let triangles: Vec<u32> = (0..shells.triangles.len() as u32)
            .filter(|&t| {
                shells.triangles[t as usize]
                    .iter()
                    .any(|&v| of_hand(v as usize))
            })
            .collect();
        let reach = 2.0 * CELL_M;
        for n in self.nodes(mitten.low - reach, mitten.high + reach) {
            let (k, p) = (self.at(n), self.point(n));
            let d = mitten.distance(p).max(-reach);
            if d >= self.distance[k] {
                continue;
            }
            self.distance[k] = d;
            self.in_mitten[k] = true;
            if self.nearest[k] == u32::MAX {
                let away = |t: u32| {
                    let [a, b, c] = shells.triangles[t as usize].map(|i| points[i as usize]);
                    p.distance_squared(closest(p, a, b, c).0)
                };
                let nearest = triangles.iter().copied();
                self.nearest[k] = nearest
                    .min_by(|&a, &b| away(a).total_cmp(&away(b)))
                    .unwrap_or(u32::MAX);
            }
        }
    }

    /// Surface nets: a vertex per cell that the surface passes, a quad per grid
    /// edge that it crosses, counter-clockwise from outside.
    ///
    /// Also gives where the vertices were before they were put onto the shells.
    fn surface(
        &self,
        points: &[Vec3],
        shells: &CollisionBody,
    ) -> (CollisionBody, Vec<Vec3>, Vec<[u32; 4]>) {
        let mut hull = CollisionBody::default();
        let mut vertex = vec![u32::MAX; self.distance.len()];
        let (mut netted, mut quads) = (Vec::new(), Vec::new());
        let cells = self.size - 1;
        for z in 0..cells.z {
            for y in 0..cells.y {
                for x in 0..cells.x {
                    let n = IVec3::new(x, y, z);
                    let Some(p) = self.crossing(n) else { continue };
                    let next = hull.positions.len() as u32;
                    if self.place(n, p, points, shells, &mut hull) {
                        vertex[self.at(n)] = next;
                        netted.push(p);
                    }
                }
            }
        }
        for z in 1..cells.z {
            for y in 1..cells.y {
                for x in 1..cells.x {
                    let n = IVec3::new(x, y, z);
                    for axis in 0..3 {
                        let (mut along, mut du, mut dv) = (IVec3::ZERO, IVec3::ZERO, IVec3::ZERO);
                        along[axis] = 1;
                        du[(axis + 1) % 3] = 1;
                        dv[(axis + 2) % 3] = 1;
                        let here = self.distance[self.at(n)] < 0.0;
                        if here == (self.distance[self.at(n + along)] < 0.0) {
                            continue;
                        }
                        let around = [n - du - dv, n - dv, n, n - du].map(|c| vertex[self.at(c)]);
                        let [a, b, c, d] = around;
                        if around.contains(&u32::MAX) {
                            continue;
                        }
                        quads.push(if here { [a, b, c, d] } else { [d, c, b, a] });
                    }
                }
            }
        }
        (hull, netted, quads)
    }

    /// Mean of the points where the surface crosses the edges of a cell.
    fn crossing(&self, n: IVec3) -> Option<Vec3> {
        let corner = |k: i32| n + IVec3::new(k & 1, (k >> 1) & 1, k >> 2);
        let (mut sum, mut count) = (Vec3::ZERO, 0.0);
        for k in 0..8 {
            for bit in [1, 2, 4] {
                if k & bit != 0 {
                    continue;
                }
                let (a, b) = (corner(k), corner(k | bit));
                let (da, db) = (self.distance[self.at(a)], self.distance[self.at(b)]);
                if (da < 0.0) != (db < 0.0) {
                    sum += self.point(a).lerp(self.point(b), da / (da - db));
                    count += 1.0;
                }
            }
        }
        (count > 0.0).then(|| sum / count)
    }

    /// Adds a vertex: on the nearest shell that looks the same way, with its
    /// skin weights. False where no shell is near, which is a wrong vote far
    /// inside the body.
    fn place(
        &self,
        n: IVec3,
        p: Vec3,
        points: &[Vec3],
        shells: &CollisionBody,
        hull: &mut CollisionBody,
    ) -> bool {
        let (mut gradient, mut near) = (Vec3::ZERO, Vec::new());
        let mut in_mitten = false;
        for k in 0..8 {
            let offset = IVec3::new(k & 1, (k >> 1) & 1, k >> 2);
            let node = self.at(n + offset);
            gradient += (offset.as_vec3() - 0.5) * self.distance[node];
            in_mitten |= self.in_mitten[node];
            if self.nearest[node] != u32::MAX && !near.contains(&self.nearest[node]) {
                near.push(self.nearest[node]);
            }
        }
        let gradient = gradient.normalize_or_zero();
        let mut best: Option<(f32, Vec3, [f32; 3], [u32; 3])> = None;
        let mut fallback = best;
        for t in near {
            let tri = shells.triangles[t as usize];
            let [a, b, c] = tri.map(|i| points[i as usize]);
            let (q, bary) = closest(p, a, b, c);
            let d = p.distance(q);
            let facing = (b - a).cross(c - a).normalize_or_zero().dot(gradient);
            let slot = if facing > 0.3 {
                &mut best
            } else {
                &mut fallback
            };
            if slot.is_none_or(|(least, ..)| d < least) {
                *slot = Some((d, q, bary, tri));
            }
        }
        let Some((d, q, bary, tri)) = best.or(fallback) else {
            return false;
        };
        let snap = best.is_some() && d < 0.6 * CELL_M && !in_mitten;
        let mut mix: Vec<(u16, f32)> = Vec::new();
        for (&v, share) in tri.iter().zip(bary) {
            let v = v as usize;
            for (&joint, &weight) in shells.joints[v].iter().zip(&shells.weights[v]) {
                match mix.iter_mut().find(|(j, _)| *j == joint) {
                    Some((_, w)) => *w += weight * share,
                    None => mix.push((joint, weight * share)),
                }
            }
        }
        mix.sort_by(|a, b| b.1.total_cmp(&a.1));
        mix.truncate(4);
        let total: f32 = mix.iter().map(|m| m.1).sum();
        let (mut joints, mut weights) = ([0; 4], [0.0; 4]);
        for (slot, (joint, weight)) in mix.into_iter().enumerate() {
            joints[slot] = joint;
            weights[slot] = weight / total;
        }
        hull.positions.push(if snap { q } else { p });
        hull.joints.push(joints);
        hull.weights.push(weights);
        hull.region.push(parts(&self.joint_region, joints, weights));
        true
    }
}

/// Point of triangle abc closest to p, and its barycentric coordinates
/// (Ericson, Real-Time Collision Detection, 5.1.5).
pub(crate) fn closest(p: Vec3, a: Vec3, b: Vec3, c: Vec3) -> (Vec3, [f32; 3]) {
    let (ab, ac, ap) = (b - a, c - a, p - a);
    let (d1, d2) = (ab.dot(ap), ac.dot(ap));
    let bp = p - b;
    let (d3, d4) = (ab.dot(bp), ac.dot(bp));
    let cp = p - c;
    let (d5, d6) = (ab.dot(cp), ac.dot(cp));
    let (va, vb, vc) = (d3 * d6 - d5 * d4, d5 * d2 - d1 * d6, d1 * d4 - d3 * d2);
    let safe = |x: f32| x.max(1e-30);
    let bary = if d1 <= 0.0 && d2 <= 0.0 {
        [1.0, 0.0, 0.0]
    } else if d3 >= 0.0 && d4 <= d3 {
        [0.0, 1.0, 0.0]
    } else if vc <= 0.0 && d1 >= 0.0 && d3 <= 0.0 {
        let v = d1 / safe(d1 - d3);
        [1.0 - v, v, 0.0]
    } else if d6 >= 0.0 && d5 <= d6 {
        [0.0, 0.0, 1.0]
    } else if vb <= 0.0 && d2 >= 0.0 && d6 <= 0.0 {
        let w = d2 / safe(d2 - d6);
        [1.0 - w, 0.0, w]
    } else if va <= 0.0 && d4 >= d3 && d5 >= d6 {
        let w = (d4 - d3) / safe((d4 - d3) + (d5 - d6));
        [0.0, 1.0 - w, w]
    } else {
        let sum = safe(va + vb + vc);
        [va / sum, vb / sum, vc / sum]
    };
    (a * bary[0] + b * bary[1] + c * bary[2], bary)
}
