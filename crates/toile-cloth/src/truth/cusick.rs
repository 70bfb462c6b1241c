//! The drape test (Cusick 1968; ISO 9073-9): a round specimen hangs over a
//! smaller round table; how much shade its skirt still throws is the drape coefficient.
//!
//! A drape is not unique: the same cloth falls into different numbers of folds, and
//! each fold changes the coefficient by one to five points. The protocol here
//! finds the branch with few folds and little energy, on which measured fabrics are
//! found too: start flat with a hint of a wave and almost stiff, lower the bending stiffness in
//! steps of sqrt(2), and let the cloth come to rest at each.

use std::f64::consts::PI;

use glam::{DVec2, Vec3};

use super::check::Check;
use super::mesh::Flat;
use super::settle::{Gpu, Settle, clamp};
use crate::error::ClothError;
use crate::gpu::ClothSim;
use crate::model::FabricParams;

/// Radius of the specimen, m.
pub const SPECIMEN: f64 = 0.15;
/// Radius of the table, m.
pub const TABLE: f64 = 0.09;

/// Bending stiffness over density at which a drape begins, m⁴/s²: the skirt is all
/// but flat.
pub(crate) const FLAT: f64 = 8e-4;

/// Rayleigh damping of a specimen, s: it only has to come to rest.
const DAMPING: f32 = 0.01;

/// Looks of eight substeps at most to come to rest, and to pass a stage of the annealing.
const REST: u32 = 40;
const PASS: u32 = 16;

/// A specimen on the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Specimen {
    /// The fabric; of its bending stiffnesses only the ratios count, the tester says
    /// how stiff it is.
    pub fabric: FabricParams,
    /// Radius of the specimen, m.
    pub radius: f64,
    /// Radius of the table, m.
    pub table: f64,
    /// Edge length of the mesh, m.
    pub edge: f64,
    /// Seed of the mesh.
    pub seed: u64,
    /// Waves of the hint at the start, 1 (the drape may end with another number).
    pub waves: u32,
    /// Conjugate gradient iterations per substep.
    pub iterations: u32,
}

impl Specimen {
    /// A woven of this density (c11 = c22 = 2000, c33 = 80 N/m), 6 mm
    /// edges, five waves.
    #[must_use]
    pub fn woven(density: f64) -> Self {
        Self {
            fabric: FabricParams {
                area_density: density as f32,
                stretch: [2000.0, 0.0, 2000.0, 80.0],
                stretched: None,
                bend_warp: 1.0,
                bend_weft: 1.0,
                bend_bias: 1.0,
                thickness: 0.0005,
                friction: 0.3,
                damping: DAMPING,
            },
            radius: SPECIMEN,
            table: TABLE,
            edge: 0.006,
            seed: 0,
            waves: 5,
            iterations: 60,
        }
    }

    /// A specimen of a fabric, measured as in [`Self::woven`].
    #[must_use]
    pub fn of(fabric: FabricParams) -> Self {
        let mut specimen = Self::woven(1.0);
        specimen.fabric = FabricParams {
            damping: DAMPING,
            ..fabric
        };
        specimen
    }

    /// Mass per area, kg/m².
    #[must_use]
    pub fn density(&self) -> f64 {
        f64::from(self.fabric.area_density)
    }

    /// Mean of the fabric's own bending stiffnesses along warp and weft, N·m.
    #[must_use]
    pub fn bend(&self) -> f64 {
        0.5 * (f64::from(self.fabric.bend_warp) + f64::from(self.fabric.bend_weft))
    }

    /// The fabric with this mean bending stiffness, N·m.
    fn stiff(&self, bend: f64) -> FabricParams {
        let f = self.fabric;
        let scale = (bend / self.bend()) as f32;
        FabricParams {
            bend_warp: scale * f.bend_warp,
            bend_weft: scale * f.bend_weft,
            bend_bias: scale * f.bend_bias,
            ..f
        }
    }
}

/// What a drape tester reads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drape {
    /// Drape coefficient: shade beyond the table over the skirt's area, %.
    pub coefficient: f64,
    /// Folds: outward bulges of the rim that stand out by 4 mm or more.
    pub nodes: u32,
    /// Depth of the lowest point below the table, mm.
    pub drop_mm: f64,
    /// Largest move in the last look, mm.
    pub last_move_mm: f64,
}

/// A specimen that hangs, at some bending stiffness.
pub struct Tester<'a> {
    gpu: Gpu<'a>,
    flat: Flat,
    sim: ClothSim,
    /// Mean bending stiffness that it has now, N·m.
    bend: f64,
    specimen: Specimen,
    rim: Vec<u32>,
    started: bool,
}

impl std::fmt::Debug for Tester<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tester")
            .field("specimen", &self.specimen)
            .finish_non_exhaustive()
    }
}

impl<'a> Tester<'a> {
    /// Lays a specimen on the table. Everything within the table's radius is
    /// pinned flat; a ring of mesh edges runs along its rim.
    ///
    /// # Errors
    /// As [`ClothSim::new`].
    pub fn new(gpu: Gpu<'a>, specimen: Specimen) -> Result<Self, ClothError> {
        let Specimen { radius, table, .. } = specimen;
        let flat = Flat::disc(radius, table, specimen.edge, specimen.seed)?;
        let bend = FLAT * specimen.density();
        let fabric = specimen.stiff(bend);
        let waves = specimen.waves as f32;
        let mut mesh = flat.cloth(fabric, 0.0, |p| {
            let out = ((p.length() - table as f32) / (radius - table) as f32).clamp(0.0, 1.0);
            Vec3::new(p.x, 0.01 * out * out * (waves * p.to_angle()).cos(), -p.y)
        });
        clamp(&mut mesh, &flat.points_where(|p| p.length() < table + 1e-6));
        let mut rim = flat.points_where(|p| p.length() > radius - 1e-6);
        rim.sort_by(|a, b| {
            let angle = |i: &u32| flat.points[*i as usize].to_angle();
            angle(a).total_cmp(&angle(b))
        });
        Ok(Self {
            gpu,
            sim: gpu.sim(&mesh, None)?,
            flat,
            bend,
            specimen,
            rim,
            started: false,
        })
    }

    /// Lets the specimen come to rest with the mean bending stiffness `bend` (N·m),
    /// from where it hangs now, and reads the tester.
    ///
    /// # Errors
    /// As [`Settle::run`].
    pub fn relax(&mut self, bend: f64) -> Result<Drape, ClothError> {
        self.hang(bend, REST)
    }

    /// Like [`Self::relax`], but only long enough to pass on: half a second.
    ///
    /// # Errors
    /// As [`Settle::run`].
    pub fn pass(&mut self, bend: f64) -> Result<Drape, ClothError> {
        self.hang(bend, PASS)
    }

    fn hang(&mut self, bend: f64, looks: u32) -> Result<Drape, ClothError> {
        self.bend = bend;
        let fabric = self.specimen.stiff(bend);
        self.sim.set_fabrics(self.gpu.queue, &[fabric])?;
        let settle = Settle {
            substep: 1.0 / 240.0,
            iterations: self.specimen.iterations,
            still: 2e-5,
            looks,
            air_drag: 100.0,
            ..Settle::default()
        };
        let settled = settle.run(self.gpu, &mut self.sim)?;
        self.started = true;
        let x = &settled.positions;
        Ok(Drape {
            coefficient: self.coefficient(x),
            nodes: nodes(&self.rim.iter().map(|&i| x[i as usize]).collect::<Vec<_>>()),
            drop_mm: -1e3 * x.iter().map(|p| f64::from(p.y)).fold(0.0, f64::min),
            last_move_mm: 1e3 * f64::from(settled.last_move),
        })
    }

    /// The protocol: from almost stiff down to `bend` (N·m) in steps of sqrt(2).
    ///
    /// # Errors
    /// As [`Self::relax`].
    pub fn anneal(&mut self, bend: f64) -> Result<Drape, ClothError> {
        if !self.started {
            self.pass(self.bend())?;
        }
        let from = self.bend();
        // Half an octave each; a hair less, so that rounding adds no step.
        let steps = ((from / bend).log2() * 2.0 - 1e-3).ceil().max(1.0) as i32;
        let factor = (bend / from).powf(1.0 / f64::from(steps));
        for k in 1..steps {
            self.pass(from * factor.powi(k))?;
        }
        self.relax(bend)
    }

    /// Mean bending stiffness that it has now, N·m.
    #[must_use]
    pub fn bend(&self) -> f64 {
        self.bend
    }

    /// Hangs a specimen of another mesh in the shape of this one, at rest, with the
    /// same bending stiffness: the way to another resolution with equal folds.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn remeshed(&self, specimen: Specimen) -> Result<Self, ClothError> {
        let mut other = Self::new(self.gpu, specimen)?;
        let from = self.gpu.positions(&self.sim)?;
        let to: Vec<Vec3> = other
            .flat
            .points
            .iter()
            .map(|p| lifted(&self.flat, &from, *p))
            .collect();
        other
            .sim
            .set_state(self.gpu.queue, &to, &vec![Vec3::ZERO; to.len()]);
        other.bend = self.bend;
        Ok(other)
    }

    fn coefficient(&self, x: &[Vec3]) -> f64 {
        let Specimen { radius, table, .. } = self.specimen;
        let table = PI * table * table;
        let skirt = PI * radius * radius - table;
        100.0 * (shade(x, &self.flat.triangles, radius) - table) / skirt
    }
}

/// Where the pattern point `p` lies on the draped mesh `flat` -> `x`: by the barycentric
/// coordinates in the triangle it is in or (beyond the polygonal rim) least outside of.
fn lifted(flat: &Flat, x: &[Vec3], p: DVec2) -> Vec3 {
    let mut best = (f64::NEG_INFINITY, Vec3::ZERO);
    for t in &flat.triangles {
        let [a, b, c] = t.map(|i| flat.points[i as usize]);
        let det = (b - a).perp_dot(c - a);
        let u = (b - p).perp_dot(c - p) / det;
        let v = (c - p).perp_dot(a - p) / det;
        let w = [u, v, 1.0 - u - v];
        let least = w[0].min(w[1]).min(w[2]);
        if least > best.0 {
            let at = |k: usize| x[t[k] as usize] * w[k] as f32;
            best = (least, at(0) + at(1) + at(2));
        }
    }
    best.1
}

/// Area of the shadow that the triangles throw straight down, m² (pixels of
/// a quarter millimetre), at most a tenth wider than `radius` (m).
fn shade(x: &[Vec3], triangles: &[[u32; 3]], radius: f64) -> f64 {
    const PIXEL: f64 = 2.5e-4;
    let low = -1.1 * radius;
    let n = (2.2 * radius / PIXEL) as usize;
    let mut dark = vec![false; n * n];
    let cell = |c: f64| ((c - low) / PIXEL).clamp(0.0, (n - 1) as f64) as usize;
    for t in triangles {
        let [a, b, c] = t.map(|i| {
            let p = x[i as usize];
            DVec2::new(f64::from(p.x), f64::from(p.z))
        });
        let det = (b - a).perp_dot(c - a);
        if det == 0.0 {
            continue;
        }
        let (min, max) = (a.min(b).min(c), a.max(b).max(c));
        for i in cell(min.x)..=(cell(max.x) + 1).min(n - 1) {
            for j in cell(min.y)..=(cell(max.y) + 1).min(n - 1) {
                let p = DVec2::new(i as f64 + 0.5, j as f64 + 0.5) * PIXEL + low;
                let u = (b - p).perp_dot(c - p) / det;
                let v = (c - p).perp_dot(a - p) / det;
                if u >= 0.0 && v >= 0.0 && u + v <= 1.0 {
                    dark[i * n + j] = true;
                }
            }
        }
    }
    dark.iter().filter(|d| **d).count() as f64 * PIXEL * PIXEL
}

/// Outward bulges of the rim: maxima of its distance from the axis that are
/// parted by dips of at least 4 mm.
fn nodes(rim: &[Vec3]) -> u32 {
    const PROMINENCE: f32 = 0.004;
    let r: Vec<f32> = rim.iter().map(|p| p.x.hypot(p.z)).collect();
    let Some(start) = (0..r.len()).max_by(|a, b| r[*a].total_cmp(&r[*b])) else {
        return 0;
    };
    // Once around from the highest point: up and down with hysteresis.
    let (mut count, mut falling, mut extreme) = (0, true, r[start]);
    for k in 1..=r.len() {
        let now = r[(start + k) % r.len()];
        if falling {
            extreme = extreme.min(now);
            if now > extreme + PROMINENCE {
                falling = false;
                extreme = now;
                count += 1;
            }
        } else {
            extreme = extreme.max(now);
            if now < extreme - PROMINENCE {
                falling = true;
                extreme = now;
            }
        }
    }
    count
}

/// Drape coefficients (%) and folds of the converged float64 solution of the same
/// model on the same mesh (6 mm, seed 0, woven, 0.2 kg/m²) by the same protocol, per
/// bending stiffness in N·m.
const ORACLE: [(f64, f64, u32); 3] = [(80e-6, 91.77, 5), (40e-6, 82.38, 5), (20e-6, 69.16, 5)];

fn note(drape: &Drape) -> String {
    format!(
        "{} folds, drop {:.1} mm, moved {:.2} mm at last",
        drape.nodes, drape.drop_mm, drape.last_move_mm
    )
}

/// The annealed drape against the float64 solution, and a mesh of half the
/// edge length against this one at equal folds.
///
/// # Errors
/// As [`Tester::relax`].
pub fn checks(gpu: Gpu<'_>, sink: &mut dyn FnMut(Check)) -> Result<(), ClothError> {
    let specimen = Specimen::woven(0.2);
    let mut tester = Tester::new(gpu, specimen)?;
    let mut last = None;
    for (bend, coefficient, folds) in ORACLE {
        let drape = tester.anneal(bend)?;
        let bend = bend * 1e6;
        sink(
            Check::near(
                format!("drape, B = {bend:.0} µN·m: float64"),
                drape.coefficient,
                coefficient,
                1.5,
                "points",
            )
            .noting(format!("{}; float64 has {folds} folds", note(&drape))),
        );
        last = Some((ORACLE[2].0, drape));
    }
    if let Some((bend, coarse)) = last {
        let fine = Specimen {
            edge: 0.003,
            seed: 0,
            iterations: 120,
            ..specimen
        };
        let drape = tester.remeshed(fine)?.relax(bend)?;
        sink(
            Check::near(
                "drape, 3 mm mesh against 6 mm",
                drape.coefficient,
                coarse.coefficient,
                1.5,
                "points",
            )
            .noting(note(&drape)),
        );
        let name = "folds, 3 mm mesh against 6 mm";
        sink(Check::near(
            name,
            f64::from(drape.nodes),
            f64::from(coarse.nodes),
            0.0,
            "",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    #[test]
    fn a_wavy_rim_has_as_many_nodes_as_waves_and_a_round_one_has_none() {
        let rim = |waves: f32, height: f32| -> Vec<Vec3> {
            (0..300)
                .map(|k| {
                    let a = k as f32 / 300.0 * TAU as f32;
                    let r = 0.12 + height * (waves * a + 0.3).cos();
                    Vec3::new(r * a.cos(), -0.04, r * a.sin())
                })
                .collect()
        };
        assert_eq!(nodes(&rim(5.0, 0.01)), 5);
        assert_eq!(nodes(&rim(7.0, 0.003)), 7);
        assert_eq!(nodes(&rim(7.0, 0.001)), 0);
    }

    #[test]
    fn the_shade_of_a_flat_disc_is_its_area() {
        let flat = Flat::disc(SPECIMEN, TABLE, 0.01, 0).unwrap();
        let x: Vec<Vec3> = flat
            .points
            .iter()
            .map(|p| Vec3::new(p.x as f32, 0.0, -p.y as f32))
            .collect();
        let area = shade(&x, &flat.triangles, SPECIMEN);
        // The rim is a polygon of 94 sides.
        assert!(
            (area / (PI * SPECIMEN * SPECIMEN) - 1.0).abs() < 2e-3,
            "{area} m²"
        );
    }
}
