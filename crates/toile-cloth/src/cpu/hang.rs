//! A hanging cloth brought to rest by the twins of the kernels: the same numbers on
//! every machine, and no graphics adapter.

use glam::DVec3;

use super::step::{self, State, System};
use crate::gpu::layout::Step;
use crate::model::{ClothMesh, FabricParams};
use crate::topology::Topology;

/// Substep, s: implicit Euler damps what is faster than a few of them.
const SUBSTEP_S: f32 = 1.0 / 240.0;
/// Substeps between two looks.
const PER_LOOK: u32 = 8;
/// Air density times drag coefficient, kg/m³: thick air takes the swing out.
const AIR: f32 = 100.0;
/// Conjugate gradients end at this residual, of the first.
const RESIDUAL: f64 = 1e-3;

/// A cloth that hangs from its pins.
pub struct Hanging {
    mesh: ClothMesh,
    topology: Topology,
    state: State,
    step: Step,
    /// Steps of the conjugate gradients, at most.
    iterations: u32,
}

impl Hanging {
    /// A cloth at rest where its mesh has it; its conjugate gradients end after so many
    /// `iterations` at the latest. Light cloth that hardly stretches needs some hundred:
    /// what a truncated solve leaves undone is motion kept, and it never comes to rest.
    #[must_use]
    pub fn new(mesh: ClothMesh, iterations: u32) -> Self {
        let n = mesh.positions.len();
        Self {
            topology: Topology::new(&mesh),
            state: State {
                x: mesh.positions.iter().map(|p| p.as_dvec3()).collect(),
                v: vec![DVec3::ZERO; n],
                acc: vec![0.0; n],
                lambda: vec![0.0; n],
            },
            step: Step {
                gravity: [0.0, -9.81, 0.0],
                h: SUBSTEP_S,
                air: AIR,
                inv_n: 1.0 / PER_LOOK as f32,
                ..Step::default()
            },
            mesh,
            iterations,
        }
    }

    /// Gives it another fabric, where it hangs.
    pub fn set_fabric(&mut self, fabric: FabricParams) {
        self.mesh.fabrics = vec![fabric];
        self.topology.set_fabrics(&self.mesh, &self.mesh.fabrics);
    }

    /// Where its particles are, m.
    #[must_use]
    pub fn positions(&self) -> &[DVec3] {
        &self.state.x
    }

    /// Lets it move for at most so many looks, until nothing moves further than `still`
    /// (m) from one look to the next, twice in a row. Gives the last move, m; nothing
    /// when `go_on` said so.
    pub fn rest(&mut self, looks: u32, still: f64, go_on: &mut dyn FnMut() -> bool) -> Option<f64> {
        let (mut quiet, mut last) = (0, f64::INFINITY);
        for _ in 0..looks {
            let before = self.state.x.clone();
            for _ in 0..PER_LOOK {
                if !go_on() {
                    return None;
                }
                self.substep();
            }
            let moves = before.iter().zip(&self.state.x);
            last = moves.map(|(a, b)| a.distance(*b)).fold(0.0, f64::max);
            quiet = if last < still { quiet + 1 } else { 0 };
            if quiet == 2 {
                break;
            }
        }
        Some(last)
    }

    fn substep(&mut self) {
        let free = vec![None; self.state.x.len()];
        let guess = step::predict(&self.mesh, &self.state, &self.step);
        let system = step::assemble(
            &self.mesh,
            &self.topology,
            &self.state,
            &guess,
            &free,
            &self.step,
        );
        let delta = solve(&self.topology, &system, self.iterations);
        self.state = step::finish(
            &self.topology,
            &self.state,
            &guess,
            &free,
            &system,
            &delta,
            &self.step,
        );
    }
}

/// Conjugate gradients with block-Jacobi, ended by the residual as the kernels can.
fn solve(topology: &Topology, system: &System, iterations: u32) -> Vec<DVec3> {
    let n = system.rhs.len();
    let inverse = system.inverse_blocks(topology);
    let free = |v: &mut [DVec3]| {
        for (v, pinned) in v.iter_mut().zip(&topology.hard_pin) {
            if *pinned {
                *v = DVec3::ZERO;
            }
        }
    };
    let dot = |a: &[DVec3], b: &[DVec3]| -> f64 { a.iter().zip(b).map(|(a, b)| a.dot(*b)).sum() };
    let mut x = vec![DVec3::ZERO; n];
    let mut r = system.rhs.clone();
    free(&mut r);
    let mut z: Vec<DVec3> = r.iter().zip(&inverse).map(|(r, m)| *m * *r).collect();
    let mut p = z.clone();
    let mut gamma = dot(&r, &z);
    let enough = gamma * RESIDUAL * RESIDUAL;
    for _ in 0..iterations {
        if gamma <= enough || gamma < 1e-30 {
            break;
        }
        let mut q = system.multiply(topology, &p);
        free(&mut q);
        let curvature = dot(&p, &q);
        if curvature <= 0.0 {
            break;
        }
        let alpha = gamma / curvature;
        for i in 0..n {
            x[i] += p[i] * alpha;
            r[i] -= q[i] * alpha;
            z[i] = inverse[i] * r[i];
        }
        let next = dot(&r, &z);
        let beta = next / gamma;
        gamma = next;
        for (p, z) in p.iter_mut().zip(&z) {
            *p = *z + *p * beta;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use glam::{DVec2, Vec3};

    use super::*;
    use crate::truth::mesh::{Diagonals, Flat};
    use crate::truth::settle::clamp;

    const LENGTH_M: f64 = 0.3;

    /// A strip that hangs by its upper end from 0 down to −30 cm.
    fn curtain() -> ClothMesh {
        let fabric = FabricParams {
            area_density: 0.2,
            stretch: [50.0, 0.0, 50.0, 30.0],
            stretched: None,
            bend_warp: 1e-5,
            bend_weft: 1e-5,
            bend_bias: 1e-5,
            thickness: 0.0005,
            friction: 0.3,
            damping: 0.01,
        };
        let cells = [3, 12];
        let size = DVec2::splat(LENGTH_M / 12.0);
        let flat = Flat::grid(cells, DVec2::ZERO, size, Diagonals::Alternating);
        let mut mesh = flat.cloth(fabric, 0.0, |p| Vec3::new(p.x, p.y - LENGTH_M as f32, 0.0));
        clamp(&mut mesh, &flat.points_where(|p| p.y > LENGTH_M - 1e-6));
        mesh
    }

    #[test]
    fn a_curtain_is_stretched_by_its_own_weight() {
        let mut hanging = Hanging::new(curtain(), 60);
        let moved = hanging.rest(200, 1e-7, &mut || true).unwrap();
        assert!(moved < 1e-7, "{moved} m");
        let lowest = hanging.positions().iter().map(|p| p.y).fold(0.0, f64::min);
        // Each height carries what is below it: ρ g L² / 2 c.
        let longer = 0.2 * 9.81 * LENGTH_M * LENGTH_M / (2.0 * 50.0);
        let measured = -lowest - LENGTH_M;
        // Green strain: a percent or two is not linear any more.
        assert!((measured / longer - 1.0).abs() < 0.03, "{measured} m");
    }

    #[test]
    fn gradients_end_where_the_matrix_gives_the_right_hand_side() {
        let mesh = curtain();
        let topology = Topology::new(&mesh);
        let hanging = Hanging::new(mesh, 0);
        let free = vec![None; hanging.state.x.len()];
        let guess = step::predict(&hanging.mesh, &hanging.state, &hanging.step);
        let (mesh, state) = (&hanging.mesh, &hanging.state);
        let system = step::assemble(mesh, &topology, state, &guess, &free, &hanging.step);
        let left = |iterations| -> f64 {
            let x = solve(&topology, &system, iterations);
            let product = system.multiply(&topology, &x);
            let parts = product.iter().zip(&system.rhs).zip(&topology.hard_pin);
            parts
                .filter(|(_, pinned)| !**pinned)
                .map(|((q, b), _)| q.distance_squared(*b))
                .sum::<f64>()
                .sqrt()
        };
        let before = left(0);
        assert!(left(500) < 5e-3 * before, "{} of {before}", left(500));
        assert!(left(2) > 5e-2 * before, "two steps cannot be enough");
    }

    #[test]
    fn a_rest_that_is_stopped_gives_nothing() {
        let mut left = 5;
        let rested = Hanging::new(curtain(), 20).rest(9, 0.0, &mut || {
            left -= 1;
            left > 0
        });
        assert_eq!(rested, None);
    }
}
