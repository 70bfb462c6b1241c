//! A hanging cloth brought to rest by the float64 twins of the solver's kernels: the
//! same numbers on every machine, and no graphics adapter.

use glam::DVec3;
use toile_cloth::{
    ClothMesh, FabricParams, Topology,
    cpu::step::{self, State, System},
    layout::Step,
};

/// Substep, s: implicit Euler damps what is faster than a few of them.
const SUBSTEP_S: f32 = 1.0 / 240.0;
/// Substeps between two looks.
const PER_LOOK: u32 = 8;
/// Air density times drag coefficient, kg/m³: thick air takes the swing out.
const AIR: f32 = 100.0;
/// Conjugate gradients end at this residual, of the first, or after so many steps.
const RESIDUAL: f64 = 1e-3;
const ITERATIONS: u32 = 60;

/// A cloth that hangs from its pins.
pub(super) struct Hanging {
    mesh: ClothMesh,
    topology: Topology,
    state: State,
    step: Step,
    /// Steps of the conjugate gradients, at most.
    iterations: u32,
}

impl Hanging {
    /// A cloth at rest where its mesh has it.
    pub(super) fn new(mesh: ClothMesh) -> Self {
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
            iterations: ITERATIONS,
        }
    }

    /// Solves more closely from now on: light cloth that hardly stretches needs it.
    pub(super) fn solve_closely(&mut self) {
        self.iterations = 5 * ITERATIONS;
    }

    /// Gives it another fabric, where it hangs.
    pub(super) fn set_fabric(&mut self, fabric: FabricParams) {
        self.mesh.fabrics = vec![fabric];
        self.topology = Topology::new(&self.mesh);
    }

    /// Where its particles are, m.
    pub(super) fn positions(&self) -> &[DVec3] {
        &self.state.x
    }

    /// Lets it move for at most so many looks, until nothing moves further than `still`
    /// (m) from one look to the next, twice in a row. Gives the last move, m; nothing
    /// when `go_on` said so.
    pub(super) fn rest(
        &mut self,
        looks: u32,
        still: f64,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Option<f64> {
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
