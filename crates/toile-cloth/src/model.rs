//! Plain data that goes into the solver: fabrics, the cloth mesh, the body
//! and the plan of one frame. SI units throughout; Y is up.

use glam::{Vec2, Vec3};

use crate::error::{self, ClothError};
use crate::notions::{self, Allowance, Attachment};

/// One fabric. Membrane and bending are per unit width, as measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FabricParams {
    /// Mass per area, kg/m².
    pub area_density: f32,
    /// Orthotropic St. Venant–Kirchhoff stiffness `[c11 warp, c12, c22 weft, c33 shear]`, N/m
    /// (Wang, O'Brien and Ramamoorthi 2011).
    pub stretch: [f32; 4],
    /// The same when the fabric is stretched by a sixth or more, N/m, for five
    /// directions of that stretch: 0, 22.5, 45, 67.5 and 90° to the warp. Between
    /// these and [`Self::stretch`] stiffness goes linearly (Wang, O'Brien and
    /// Ramamoorthi 2011). `None`: it stays as it is.
    pub stretched: Option<[[f32; 4]; 5]>,
    /// Bending stiffness for curvature along the warp, N·m.
    pub bend_warp: f32,
    /// Bending stiffness for curvature along the weft, N·m.
    pub bend_weft: f32,
    /// Bending stiffness for curvature at 45° to the warp, N·m.
    pub bend_bias: f32,
    /// Thickness, m.
    pub thickness: f32,
    /// Coulomb friction against body and other cloth, 1.
    pub friction: f32,
    /// Internal damping of shear and bending: stiffness-proportional
    /// (Rayleigh) time, s. Rigid motion is never damped by it.
    pub damping: f32,
}

impl FabricParams {
    pub(crate) fn check(&self, index: usize) -> Result<(), ClothError> {
        let mut positive = vec![("area_density", self.area_density)];
        let mut finite = Vec::new();
        for row in [self.stretch].iter().chain(self.stretched.iter().flatten()) {
            positive.extend([
                ("stretch[0] (c11)", row[0]),
                ("stretch[2] (c22)", row[2]),
                ("stretch[3] (c33)", row[3]),
            ]);
            finite.push(row[1]);
        }
        for (field, value) in positive {
            if !(value.is_finite() && value > 0.0) {
                return Err(ClothError::Fabric {
                    index,
                    field,
                    value,
                    mend: "give a finite value above 0",
                });
            }
        }
        let not_negative = [
            ("bend_warp", self.bend_warp),
            ("bend_weft", self.bend_weft),
            ("bend_bias", self.bend_bias),
            ("thickness", self.thickness),
            ("friction", self.friction),
            ("damping", self.damping),
        ];
        for (field, value) in not_negative {
            if !(value.is_finite() && value >= 0.0) {
                return Err(ClothError::Fabric {
                    index,
                    field,
                    value,
                    mend: "give a finite value of at least 0",
                });
            }
        }
        if let Some(&value) = finite.iter().find(|c12| !c12.is_finite()) {
            return Err(ClothError::Fabric {
                index,
                field: "stretch[1] (c12)",
                value,
                mend: "give a finite value",
            });
        }
        Ok(())
    }
}

/// What holds a pinned particle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PinTarget {
    /// A fixed world point, m.
    World(Vec3),
    /// A body vertex plus an offset in bind space (m), carried along by the
    /// skinning of that vertex.
    Body {
        /// Index into [`BodyMesh::positions`].
        vertex: u32,
        /// Offset from the vertex in bind space, m.
        offset: Vec3,
    },
}

/// A particle held to a world point or to the body.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pin {
    /// Particle index.
    pub particle: u32,
    /// What holds it.
    pub target: PinTarget,
    /// Spring stiffness, N/m; `f32::INFINITY` moves the particle exactly
    /// with its target (and clamps the bending there).
    pub stiffness: f32,
}

/// A chain of particles with an elastic sewn in (waistband, neckline).
#[derive(Clone, Debug, PartialEq)]
pub struct ElasticBand {
    /// Particles in order along the band.
    pub particles: Vec<u32>,
    /// Whether the last particle joins the first.
    pub closed: bool,
    /// Unstretched length of the whole band, m. It is shared out in
    /// proportion to the pattern lengths of the segments.
    pub rest_length: f32,
    /// Tension per unit strain, N. The band pulls only, it never pushes.
    pub stiffness: f32,
}

/// One or more garments as one particle system.
///
/// Triangles wind so that their normal points away from the body: the
/// order of layers is kept on that understanding.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClothMesh {
    /// Initial world positions, m.
    pub positions: Vec<Vec3>,
    /// Triangles.
    pub triangles: Vec<[u32; 3]>,
    /// Pattern coordinates of the triangle corners, m; x = warp, y = weft.
    /// Must wind counter-clockwise (positive area).
    pub rest: Vec<[Vec2; 3]>,
    /// Index into `fabrics` for each triangle.
    pub fabric: Vec<u32>,
    /// The fabrics.
    pub fabrics: Vec<FabricParams>,
    /// Pairs of particles that sewing pulls together.
    pub stitches: Vec<[u32; 2]>,
    /// Garment layer per particle, 0 is next to the body.
    pub layer: Vec<u32>,
    /// Which body regions a particle meets (bit mask against
    /// [`BodyMesh::region`]).
    pub body_mask: Vec<u32>,
    /// Particles held to something.
    pub pins: Vec<Pin>,
    /// Elastics.
    pub bands: Vec<ElasticBand>,
    /// Buttons.
    pub attachments: Vec<Attachment>,
    /// Layers added along seams.
    pub allowances: Vec<Allowance>,
    /// Pressure on each triangle along its normal, Pa: what a filling presses
    /// with. Empty for none.
    pub pressure: Vec<f32>,
}

impl ClothMesh {
    /// Checks lengths, indices and values.
    ///
    /// # Errors
    /// [`ClothError::Mesh`] or [`ClothError::Fabric`] naming the field.
    pub fn check(&self) -> Result<(), ClothError> {
        let n = self.positions.len();
        let same = "give one entry per particle";
        if n == 0 || self.triangles.is_empty() {
            return Err(error::mesh(
                "triangles",
                "the mesh is empty",
                "give at least one triangle",
            ));
        }
        if self.layer.len() != n {
            return Err(error::mesh(
                "layer",
                format!("{} entries for {n} particles", self.layer.len()),
                same,
            ));
        }
        if self.body_mask.len() != n {
            return Err(error::mesh(
                "body_mask",
                format!("{} entries for {n} particles", self.body_mask.len()),
                same,
            ));
        }
        if let Some(i) = self.positions.iter().position(|p| !p.is_finite()) {
            return Err(error::mesh(
                "positions",
                format!("particle {i} is not finite"),
                "remove the NaN",
            ));
        }
        let nt = self.triangles.len();
        for (field, len) in [("rest", self.rest.len()), ("fabric", self.fabric.len())] {
            if len != nt {
                return Err(error::mesh(
                    field,
                    format!("{len} entries for {nt} triangles"),
                    "give one entry per triangle",
                ));
            }
        }
        for (t, tri) in self.triangles.iter().enumerate() {
            if tri.iter().any(|&i| i as usize >= n) {
                return Err(error::mesh(
                    "triangles",
                    format!("triangle {t} names a particle beyond {n}"),
                    "use indices below the particle count",
                ));
            }
            if tri[0] == tri[1] || tri[1] == tri[2] || tri[2] == tri[0] {
                return Err(error::mesh(
                    "triangles",
                    format!("triangle {t} uses a particle twice"),
                    "drop the triangle",
                ));
            }
            let [a, b, c] = self.rest[t];
            let area = 0.5 * (b - a).perp_dot(c - a);
            if !(area.is_finite() && area > 1e-10) {
                return Err(error::mesh(
                    "rest",
                    format!("triangle {t} has pattern area {area:e} m²"),
                    "wind pattern corners counter-clockwise and drop slivers",
                ));
            }
            if self.fabric[t] as usize >= self.fabrics.len() {
                return Err(error::mesh(
                    "fabric",
                    format!("triangle {t} names fabric {}", self.fabric[t]),
                    "use an index into `fabrics`",
                ));
            }
        }
        for (k, f) in self.fabrics.iter().enumerate() {
            f.check(k)?;
        }
        for (k, s) in self.stitches.iter().enumerate() {
            if s.iter().any(|&i| i as usize >= n) || s[0] == s[1] {
                return Err(error::mesh(
                    "stitches",
                    format!("stitch {k} is {s:?}"),
                    "join two different particles of the mesh",
                ));
            }
        }
        for (k, p) in self.pins.iter().enumerate() {
            if p.particle as usize >= n {
                return Err(error::mesh(
                    "pins",
                    format!("pin {k} names particle {}", p.particle),
                    "use an index below the particle count",
                ));
            }
            if p.stiffness.is_nan() || p.stiffness <= 0.0 {
                return Err(error::mesh(
                    "pins",
                    format!("pin {k} has stiffness {}", p.stiffness),
                    "give a stiffness above 0, or infinity",
                ));
            }
        }
        for (k, b) in self.bands.iter().enumerate() {
            let bad_chain = b.particles.len() < 2
                || b.particles.iter().any(|&i| i as usize >= n)
                || b.particles.windows(2).any(|w| w[0] == w[1]);
            if bad_chain {
                return Err(error::mesh(
                    "bands",
                    format!("band {k} is not a chain of particles"),
                    "give at least two different neighbouring particles",
                ));
            }
            if !(b.rest_length.is_finite()
                && b.rest_length > 0.0
                && b.stiffness.is_finite()
                && b.stiffness >= 0.0)
            {
                return Err(error::mesh(
                    "bands",
                    format!(
                        "band {k} has length {} m, stiffness {} N",
                        b.rest_length, b.stiffness
                    ),
                    "give a positive length and stiffness",
                ));
            }
        }
        notions::check(&self.attachments, &self.allowances, &self.pressure, n, nt)
    }

    /// For every particle the first of those that stitches and attachments join
    /// it to. Cloth around joined particles does not push them apart.
    #[must_use]
    pub fn stitched(&self) -> Vec<u32> {
        let buttons = self.attachments.iter().map(|a| a.particles);
        let pairs: Vec<[u32; 2]> = self.stitches.iter().copied().chain(buttons).collect();
        let mut parent = joined(self.positions.len(), &pairs, |_, _| true);
        (0..self.positions.len())
            .map(|i| find(&mut parent, i) as u32)
            .collect()
    }

    /// Merges stitched pairs whose particles have come within `tolerance`
    /// (m) of each other in `positions` (the settled state), so that hinges
    /// form across the seams. Stitches that are still open stay stitches.
    /// A triangle that lost a corner to the merge is dropped. A merged particle
    /// meets the body regions that all its parts meet: an armhole seam then
    /// lies on the trunk and is not crushed between trunk and arm.
    ///
    /// Returns the new mesh, with the merged positions (averages), and for
    /// every old particle the index of its new one; carry velocities over
    /// with that map and [`ClothSim::set_state`](crate::ClothSim::set_state).
    ///
    /// # Errors
    /// [`ClothError::Mesh`] when `positions` does not fit the mesh or no
    /// triangle is left.
    pub fn weld(&self, positions: &[Vec3], tolerance: f32) -> Result<(Self, Vec<u32>), ClothError> {
        let n = self.positions.len();
        if positions.len() != n {
            return Err(error::mesh(
                "positions",
                format!("{} settled positions for {n} particles", positions.len()),
                "pass read_positions() of the same mesh",
            ));
        }
        let mut parent = joined(n, &self.stitches, |a, b| {
            positions[a].distance(positions[b]) <= tolerance
        });
        let mut map = vec![u32::MAX; n];
        let mut sums: Vec<(Vec3, f32)> = Vec::new();
        let mut either: Vec<u32> = Vec::new();
        let mut out = Self {
            fabrics: self.fabrics.clone(),
            ..Self::default()
        };
        for i in 0..n {
            let root = find(&mut parent, i);
            if map[root] == u32::MAX {
                map[root] = sums.len() as u32;
                sums.push((Vec3::ZERO, 0.0));
                out.layer.push(self.layer[root]);
                either.push(0);
                out.body_mask.push(u32::MAX);
            }
            let m = map[root];
            map[i] = m;
            sums[m as usize].0 += positions[i];
            sums[m as usize].1 += 1.0;
            out.body_mask[m as usize] &= self.body_mask[i];
            either[m as usize] |= self.body_mask[i];
        }
        for (both, either) in out.body_mask.iter_mut().zip(either) {
            if *both == 0 {
                *both = either;
            }
        }
        out.positions = sums.iter().map(|(s, k)| *s / *k).collect();
        for (t, tri) in self.triangles.iter().enumerate() {
            let new = tri.map(|i| map[i as usize]);
            if new[0] != new[1] && new[1] != new[2] && new[2] != new[0] {
                out.triangles.push(new);
                out.rest.push(self.rest[t]);
                out.fabric.push(self.fabric[t]);
                out.pressure.extend(self.pressure.get(t));
            }
        }
        if out.triangles.is_empty() {
            return Err(error::mesh(
                "stitches",
                "welding leaves no triangle",
                "stitch edges of different triangles",
            ));
        }
        let mut seen = std::collections::BTreeSet::new();
        for s in &self.stitches {
            let (a, b) = (map[s[0] as usize], map[s[1] as usize]);
            if a != b && seen.insert((a.min(b), a.max(b))) {
                out.stitches.push([a, b]);
            }
        }
        let mut pinned = std::collections::BTreeSet::new();
        for p in &self.pins {
            let particle = map[p.particle as usize];
            if pinned.insert(particle) {
                out.pins.push(Pin { particle, ..*p });
            }
        }
        for b in &self.bands {
            let mut particles: Vec<u32> = b.particles.iter().map(|&i| map[i as usize]).collect();
            particles.dedup();
            let mut closed = b.closed;
            if particles.len() > 1 && particles.first() == particles.last() {
                particles.pop();
                closed = true;
            }
            if particles.len() > 1 {
                out.bands.push(ElasticBand {
                    particles,
                    closed,
                    ..b.clone()
                });
            }
        }
        out.attachments = notions::merge_attachments(&self.attachments, &map);
        out.allowances = notions::merge_allowances(&self.allowances, &map);
        out.check()?;
        Ok((out, map))
    }
}

/// Union of the pairs that are `close`; the smallest index is the root, so that
/// the result does not depend on their order.
fn joined(n: usize, pairs: &[[u32; 2]], close: impl Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut parent: Vec<usize> = (0..n).collect();
    for [a, b] in pairs.iter().map(|p| p.map(|i| i as usize)) {
        if close(a, b) {
            let (ra, rb) = (find(&mut parent, a), find(&mut parent, b));
            parent[ra.max(rb)] = ra.min(rb);
        }
    }
    parent
}

fn find(parent: &mut [usize], mut i: usize) -> usize {
    while parent[i] != i {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    i
}

/// Region bit of body vertices that make no room for cloth where they face others, like
/// those of shoes: leather gives no way, and the rim of a boot always faces the leg.
pub const RIGID: u32 = 1 << 31;

/// The body the cloth meets, in bind pose.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BodyMesh {
    /// Bind positions, m. Vertices at the same place (UV seams) are merged.
    pub positions: Vec<Vec3>,
    /// Bind normals, unit, pointing outward. The contact uses angle-weighted
    /// normals of the merged surface instead where there is one.
    pub normals: Vec<Vec3>,
    /// Triangles, counter-clockwise seen from outside.
    pub triangles: Vec<[u32; 3]>,
    /// Four joint indices per vertex.
    pub joints: Vec<[u16; 4]>,
    /// Four joint weights per vertex, summing to 1.
    pub weights: Vec<[f32; 4]>,
    /// Region bits per vertex; with [`RIGID`] it makes no room.
    pub region: Vec<u32>,
    /// Number of joint matrices passed to every step.
    pub joint_count: usize,
}

impl BodyMesh {
    /// Checks lengths, indices and values.
    ///
    /// # Errors
    /// [`ClothError::Body`] naming the field.
    pub fn check(&self) -> Result<(), ClothError> {
        let n = self.positions.len();
        let same = "give one entry per body vertex";
        for (field, len) in [
            ("normals", self.normals.len()),
            ("joints", self.joints.len()),
            ("weights", self.weights.len()),
            ("region", self.region.len()),
        ] {
            if len != n {
                return Err(error::body(
                    field,
                    format!("{len} entries for {n} vertices"),
                    same,
                ));
            }
        }
        if n == 0 || self.triangles.is_empty() {
            return Err(error::body(
                "triangles",
                "the body is empty",
                "pass None for no body",
            ));
        }
        if self.joint_count == 0 {
            return Err(error::body(
                "joint_count",
                "it is 0",
                "give one joint with identity matrix for a rigid body",
            ));
        }
        for i in 0..n {
            if !(self.positions[i].is_finite() && self.normals[i].is_finite()) {
                return Err(error::body(
                    "positions",
                    format!("vertex {i} is not finite"),
                    "remove the NaN",
                ));
            }
            let used = self.joints[i]
                .iter()
                .zip(self.weights[i])
                .filter(|(_, w)| *w != 0.0);
            for (j, w) in used {
                if *j as usize >= self.joint_count || !w.is_finite() {
                    return Err(error::body(
                        "joints",
                        format!("vertex {i} names joint {j} with weight {w}"),
                        "use joints below joint_count and finite weights",
                    ));
                }
            }
        }
        if let Some(t) = self
            .triangles
            .iter()
            .position(|t| t.iter().any(|&i| i as usize >= n))
        {
            return Err(error::body(
                "triangles",
                format!("triangle {t} names a vertex beyond {n}"),
                "use indices below the vertex count",
            ));
        }
        Ok(())
    }
}

/// What one call of [`ClothSim::step`](crate::ClothSim::step) does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepPlan {
    /// Length of the frame, s.
    pub dt: f32,
    /// Implicit Euler steps in the frame.
    pub substeps: u32,
    /// PCG iterations per substep, at most.
    pub iterations: u32,
    /// The iterations of a substep end when the preconditioned residual has
    /// fallen to this share of the first, 1; 0 always does all of them.
    pub tolerance: f32,
    /// Gravity, m/s².
    pub gravity: Vec3,
    /// Air density times drag coefficient, kg/m³ (about 1.2 to 2.4).
    pub air_drag: f32,
    /// Wind, world velocity, m/s.
    pub wind: Vec3,
    /// World position of the moving frame at the start (the pelvis, say), m;
    /// the cloth is stored relative to it so that f32 stays exact far from
    /// the origin. Should equal the last frame's end.
    pub frame_origin_start: Vec3,
    /// World position of the moving frame at the end, m.
    pub frame_origin_end: Vec3,
    /// Stiffness of every stitch, N/m; raise it while sewing.
    pub stitch_stiffness: f32,
    /// Whether cloth keeps off cloth.
    pub self_contact: bool,
}

impl Default for StepPlan {
    fn default() -> Self {
        Self {
            dt: 1.0 / 24.0,
            substeps: 10,
            iterations: 8,
            tolerance: 0.0,
            gravity: Vec3::new(0.0, -9.81, 0.0),
            air_drag: 1.2,
            wind: Vec3::ZERO,
            frame_origin_start: Vec3::ZERO,
            frame_origin_end: Vec3::ZERO,
            stitch_stiffness: 0.0,
            self_contact: true,
        }
    }
}

impl StepPlan {
    pub(crate) fn check(&self) -> Result<(), ClothError> {
        if !(self.dt.is_finite() && self.dt > 0.0 && self.dt <= 1.0) {
            return Err(error::plan(
                "dt",
                format!("{} s", self.dt),
                "give a frame time in (0, 1] s",
            ));
        }
        for (field, value, top) in [
            ("substeps", self.substeps, 256),
            ("iterations", self.iterations, 1000),
        ] {
            if !(1..=top).contains(&value) {
                return Err(error::plan(
                    field,
                    format!("{value}"),
                    "give at least 1 and a sensible number",
                ));
            }
        }
        let vectors = [
            ("gravity", self.gravity),
            ("wind", self.wind),
            ("frame_origin_start", self.frame_origin_start),
            ("frame_origin_end", self.frame_origin_end),
        ];
        for (field, v) in vectors {
            if !v.is_finite() {
                return Err(error::plan(field, format!("{v}"), "remove the NaN"));
            }
        }
        for (field, v) in [
            ("air_drag", self.air_drag),
            ("tolerance", self.tolerance),
            ("stitch_stiffness", self.stitch_stiffness),
        ] {
            if !(v.is_finite() && v >= 0.0) {
                return Err(error::plan(
                    field,
                    format!("{v}"),
                    "give a finite value of at least 0",
                ));
            }
        }
        Ok(())
    }
}

/// What [`ClothSim::stats`](crate::ClothSim::stats) measures.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClothStats {
    /// Largest edge strain |l/l0 - 1| over tension only, 1 (0.05 = 5 %).
    pub max_stretch: f32,
    /// The two particles of the edge with the largest strain.
    pub most_stretched: [u32; 2],
    /// Strain that 99.9 % of the edges stay below, 1.
    pub p999_stretch: f32,
    /// Deepest particle below the body surface, m; 0 when none is inside.
    /// Measured by the closest triangle, in the body's end pose, of the parts
    /// that the particle meets.
    pub max_penetration_m: f32,
    /// The particle deepest below the body surface.
    pub deepest: u32,
    /// Particles more than 2 mm below the body surface.
    pub inside: u32,
    /// Particles in contact with the body in the last substep.
    pub contacts: u32,
    /// Pairs of cloth that pushed each other apart in the last substep.
    pub cloth_contacts: u32,
    /// Largest distance between stitched particles, m.
    pub stitch_gap_max_m: f32,
    /// Whether any position or velocity is not finite, or was caught so.
    pub nan: bool,
    /// Preconditioned relative residual of the last PCG solve, 1.
    pub pcg_residual: f32,
    /// Largest particle speed, m/s.
    pub max_speed: f32,
    /// Substeps of the last frame.
    pub substeps: u32,
    /// Times in the frame that a particle was held back so as not to pass
    /// through other cloth.
    pub held_back: u32,
    /// Places where an edge of the cloth goes through a triangle of it.
    pub crossings: u32,
    /// A particle at one of them.
    pub crossing: u32,
    /// Pairs of cloth at the last search that might meet: of particles and
    /// triangles, and of edges.
    pub pairs: [u32; 2],
    /// Whether there were more pairs than there is room for, so that cloth may
    /// have passed through cloth.
    pub overflow: bool,
}
