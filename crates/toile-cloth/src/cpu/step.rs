//! Twins of the substep kernels: prediction, right-hand side and diagonal,
//! conjugate gradients, end of the substep. Without cloth contact.

use glam::{DMat3, DVec3, Vec3};

use crate::cpu::coarse;
use crate::cpu::elastic::{self, Membrane};
use crate::gpu::layout::Step;
use crate::model::{ClothMesh, PinTarget};
use crate::topology::{Link, Topology};

/// Contact penalty in units of mass / h²; mirrors `gather.wgsl`.
pub const CONTACT_STIFFNESS: f64 = 400.0;

/// Contact penalty in units of the cloth's own stiffness along the normal;
/// mirrors `gather.wgsl`. The larger of the two counts.
pub const CONTACT_MARGIN: f64 = 10.0;

/// What a contact may push in one substep beyond what body and cloth approach
/// each other, m; mirrors `common.wgsl`.
pub const MAX_PUSH_OUT: f64 = 0.006;

/// Below this speed friction is viscous, m/s; mirrors `gather.wgsl`.
pub const SLIP_SPEED: f64 = 1e-3;

/// Particle state, positions relative to the moving frame.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Positions, m.
    pub x: Vec<DVec3>,
    /// Velocities in the world, m/s.
    pub v: Vec<DVec3>,
    /// Last acceleration along gravity, m/s².
    pub acc: Vec<f64>,
    /// Normal contact force of the last substep, N.
    pub lambda: Vec<f64>,
}

/// Contact of one particle with the body, as `contact.wgsl` records it.
#[derive(Clone, Copy, Debug)]
pub struct Contact {
    /// Outward normal.
    pub normal: DVec3,
    /// Distance along the normal at the predicted position, m.
    pub gap: f64,
    /// World displacement of the surface over the substep, m.
    pub step: DVec3,
}

impl Contact {
    /// What the contact may push, m, when the cloth is predicted to go `d0`;
    /// mirrors `approach` in `common.wgsl`.
    fn most(&self, d0: DVec3) -> f64 {
        MAX_PUSH_OUT + (self.step - d0).dot(self.normal).max(0.0)
    }
}

/// Inertial guess.
#[derive(Clone, Debug)]
pub struct Prediction {
    /// Start positions in the moved frame, m.
    pub xs: Vec<DVec3>,
    /// Guessed displacement, m.
    pub d0: Vec<DVec3>,
    /// Guessed positions, m.
    pub xp: Vec<DVec3>,
}

/// The linear system of one substep.
#[derive(Clone, Debug)]
pub struct System {
    /// Hinge angles and their change over the predicted motion.
    pub theta: Vec<[f64; 2]>,
    /// Triangles.
    pub triangles: Vec<Membrane>,
    /// Bending moments.
    pub moments: Vec<DVec3>,
    /// Off-diagonal blocks, one per edge.
    pub edges: Vec<DMat3>,
    /// Constant weights of the hinge-opposite pairs.
    pub extras: Vec<f64>,
    /// Diagonal blocks.
    pub diagonal: Vec<DMat3>,
    /// Right-hand side, N.
    pub rhs: Vec<DVec3>,
    /// Contact stiffness where the contact is active, N/m.
    pub penalty: Vec<f64>,
}

impl System {
    /// The matrix times `u`.
    #[must_use]
    pub fn multiply(&self, topology: &Topology, u: &[DVec3]) -> Vec<DVec3> {
        let mut w: Vec<DVec3> = self.diagonal.iter().zip(u).map(|(m, u)| *m * *u).collect();
        for (v, block) in topology.edges.iter().zip(&self.edges) {
            let (i, j) = (v[0] as usize, v[1] as usize);
            w[i] += *block * u[j];
            w[j] += block.transpose() * u[i];
        }
        for (v, weight) in topology.extras.iter().zip(&self.extras) {
            let (i, j) = (v[0] as usize, v[1] as usize);
            w[i] += u[j] * *weight;
            w[j] += u[i] * *weight;
        }
        w
    }

    /// Inverses of the diagonal blocks; zero where a hard pin holds.
    #[must_use]
    pub fn inverse_blocks(&self, topology: &Topology) -> Vec<DMat3> {
        let blocks = self.diagonal.iter().zip(&topology.hard_pin);
        blocks
            .map(|(block, pinned)| match pinned {
                true => DMat3::ZERO,
                false => block.inverse(),
            })
            .collect()
    }
}

fn d3(v: [f32; 3]) -> DVec3 {
    Vec3::from_array(v).as_dvec3()
}

fn outer(a: DVec3, b: DVec3) -> DMat3 {
    DMat3::from_cols(a * b.x, a * b.y, a * b.z)
}

/// World-fixed pin of each particle: target relative to the frame, stiffness.
fn pins(mesh: &ClothMesh, step: &Step) -> Vec<Option<(DVec3, f64)>> {
    let mut out = vec![None; mesh.positions.len()];
    for p in &mesh.pins {
        if let PinTarget::World(at) = p.target {
            out[p.particle as usize] =
                Some((at.as_dvec3() - d3(step.origin), f64::from(p.stiffness)));
        }
    }
    out
}

/// Twin of `predict.wgsl`, with world pins.
#[must_use]
pub fn predict(mesh: &ClothMesh, state: &State, step: &Step) -> Prediction {
    let (g, h) = (d3(step.gravity), f64::from(step.h));
    let size = g.length();
    let pins = pins(mesh, step);
    let mut out = Prediction {
        xs: Vec::new(),
        d0: Vec::new(),
        xp: Vec::new(),
    };
    for (i, pin) in pins.iter().enumerate() {
        let xs = state.x[i] - d3(step.shift);
        let mut d0 = state.v[i] * h;
        if size > 0.0 {
            d0 += g * (h * h * state.acc[i].clamp(0.0, size) / size);
        }
        if let Some((target, k)) = *pin
            && k.is_infinite()
        {
            d0 = target - xs;
        }
        out.xs.push(xs);
        out.d0.push(d0);
        out.xp.push(xs + d0);
    }
    out
}

/// Twin of `elements.wgsl`, `assemble.wgsl` and `gather.wgsl`.
#[must_use]
pub fn assemble(
    mesh: &ClothMesh,
    topology: &Topology,
    state: &State,
    p: &Prediction,
    contacts: &[Option<Contact>],
    step: &Step,
) -> System {
    let n = state.x.len();
    let h = f64::from(step.h);
    let at = |t: usize, of: &[DVec3]| mesh.triangles[t].map(|i| of[i as usize]);
    let triangles: Vec<Membrane> = (0..mesh.triangles.len())
        .map(|t| elastic::membrane(&topology.rest[t], at(t, &p.xp), at(t, &p.d0), h))
        .collect();
    let hinges: Vec<(f64, [DVec3; 4])> = topology
        .hinges
        .iter()
        .map(|q| elastic::hinge(q.v.map(|i| p.xp[i as usize])))
        .collect();
    let theta: Vec<[f64; 2]> = topology
        .hinges
        .iter()
        .zip(&hinges)
        .map(|(q, (angle, g))| {
            [
                *angle,
                (0..4).map(|k| g[k].dot(p.d0[q.v[k] as usize])).sum(),
            ]
        })
        .collect();
    let moments: Vec<DVec3> = (0..mesh.triangles.len())
        .map(|t| {
            let pick = |k: usize| {
                DVec3::from_array(
                    topology.tri_hinge[t].map(|q| theta.get(q as usize).map_or(0.0, |v| v[k])),
                )
            };
            elastic::moments(&topology.rest[t], pick(0), pick(1), h)
        })
        .collect();

    let weights = topology.bend_weights(mesh, h);
    let total = topology.edges.len();
    let mass: Vec<f64> = topology.mass.iter().map(|m| f64::from(*m)).collect();
    let mut rhs: Vec<DVec3> = (0..n)
        .map(|i| (state.v[i] * h - p.d0[i]) * (mass[i] / (h * h)) + d3(step.gravity) * mass[i])
        .collect();
    let mut diagonal: Vec<DMat3> = mass
        .iter()
        .map(|m| DMat3::from_diagonal(DVec3::splat(m / (h * h))))
        .collect();
    let mut edges = Vec::with_capacity(total);
    for (e, v) in topology.edges.iter().enumerate() {
        let (i, j) = (v[0] as usize, v[1] as usize);
        let block = if e < topology.tri_edges {
            let bend = DMat3::from_diagonal(DVec3::splat(f64::from(weights[e])));
            topology.edge_tris[e].iter().fold(bend, |sum, code| {
                let code = *code as usize;
                let (t, a, b) = (code / 16, (code / 4) % 4, code % 4);
                sum + elastic::membrane_block(&topology.rest[t], &triangles[t], a, b, h)
            })
        } else {
            let s = &topology.springs[e - topology.tri_edges];
            let k = if s.link == Link::Stitch {
                step.stitch
            } else {
                s.stiffness
            };
            let (force, block) = elastic::spring(
                s.link,
                p.xp[i],
                p.xp[j],
                p.d0[i] - p.d0[j],
                f64::from(s.rest),
                f64::from(k),
            );
            rhs[i] += force;
            rhs[j] -= force;
            block
        };
        let symmetric = (block + block.transpose()) * 0.5;
        diagonal[i] -= symmetric;
        diagonal[j] -= symmetric;
        edges.push(block);
    }
    let extras: Vec<f64> = weights[total..].iter().map(|w| f64::from(*w)).collect();
    for (v, w) in topology.extras.iter().zip(&extras) {
        for &i in v {
            diagonal[i as usize] -= DMat3::from_diagonal(DVec3::splat(*w));
        }
    }

    let wind = d3(step.wind);
    for (t, m) in triangles.iter().enumerate() {
        let x = at(t, &p.xp);
        let cross = (x[1] - x[0]).cross(x[2] - x[0]);
        let normal = cross / cross.length();
        let push = mesh.pressure.get(t).copied().unwrap_or(0.0);
        let push = elastic::pressure(f64::from(push), x);
        let mean = at(t, &p.d0).iter().sum::<DVec3>() / (3.0 * h) - wind;
        let k = f64::from(step.air) * cross.length() / 12.0 * mean.dot(normal).abs();
        for (c, &i) in mesh.triangles[t].iter().enumerate() {
            let i = i as usize;
            let air = p.d0[i] / h - wind;
            rhs[i] += m.force[c] + push - (normal * (0.95 * air.dot(normal)) + air * 0.05) * k;
            diagonal[i] +=
                (outer(normal, normal) * 0.95 + DMat3::from_diagonal(DVec3::splat(0.05))) * (k / h);
        }
    }
    for (q, (_, g)) in topology.hinges.iter().zip(&hinges) {
        let m: f64 = q
            .slots
            .iter()
            .map(|s| moments[*s as usize / 3][*s as usize % 3])
            .sum();
        for (k, &i) in q.v.iter().enumerate() {
            rhs[i as usize] -= g[k] * m;
        }
    }
    let mut penalty = vec![0.0; n];
    for (i, pin) in pins(mesh, step).into_iter().enumerate() {
        match pin {
            Some((_, k)) if k.is_infinite() => rhs[i] = DVec3::ZERO,
            Some((target, k)) => {
                rhs[i] += (target - p.xp[i]) * k;
                diagonal[i] += DMat3::from_diagonal(DVec3::splat(k));
            }
            None => {}
        }
        let Some(c) = contacts[i] else { continue };
        let offset = f64::from(topology.offset[i]);
        let pushing = c.gap < offset;
        if !pushing && rhs[i].dot(c.normal) >= 0.0 {
            continue;
        }
        let own = c.normal.dot(diagonal[i] * c.normal);
        let k = (CONTACT_STIFFNESS * mass[i] / (h * h)).max(CONTACT_MARGIN * own);
        let slip = p.d0[i] - c.step;
        let tangent = slip - c.normal * slip.dot(c.normal);
        let friction = f64::from(topology.friction[i]) * state.lambda[i]
            / tangent.length().max(SLIP_SPEED * h);
        rhs[i] += c.normal
            * if pushing {
                k * (offset - c.gap).min(c.most(p.d0[i]))
            } else {
                0.0
            }
            - tangent * friction;
        diagonal[i] += outer(c.normal, c.normal) * (k - friction)
            + DMat3::from_diagonal(DVec3::splat(friction));
        penalty[i] = k;
    }
    System {
        theta,
        triangles,
        moments,
        edges,
        extras,
        diagonal,
        rhs,
        penalty,
    }
}

/// Twin of `pcg.wgsl` and `coarse.wgsl`: conjugate gradients in the form of
/// Chronopoulos and Gear (1989), preconditioned with block-Jacobi plus the
/// coarse space. Returns the correction and the residual.
#[must_use]
pub fn pcg(topology: &Topology, system: &System, iterations: u32) -> (Vec<DVec3>, Vec<DVec3>) {
    let n = system.rhs.len();
    let inverse = system.inverse_blocks(topology);
    let dot = |a: &[DVec3], b: &[DVec3]| -> f64 { a.iter().zip(b).map(|(a, b)| a.dot(*b)).sum() };
    let coarse = &topology.coarse;
    let matrix = coarse::coarsen(coarse, system);
    let precondition = |r: &[DVec3]| {
        let mut u: Vec<DVec3> = (0..n).map(|i| inverse[i] * r[i]).collect();
        coarse::prolong(coarse, &coarse::solve(coarse, &matrix, r), &mut u);
        u
    };
    let mut r = system.rhs.clone();
    let mut u = precondition(&r);
    let (mut p, mut s, mut x) = (
        vec![DVec3::ZERO; n],
        vec![DVec3::ZERO; n],
        vec![DVec3::ZERO; n],
    );
    let mut old: Option<(f64, f64)> = None;
    for _ in 0..iterations {
        let w = system.multiply(topology, &u);
        let (gamma, delta) = (dot(&r, &u), dot(&w, &u));
        let (beta, den) = match old {
            Some((g, a)) if g > 1e-30 && a > 0.0 => (gamma / g, delta - gamma / g * gamma / a),
            _ => (0.0, delta),
        };
        let alpha = if gamma > 1e-30 && den > 1e-6 * delta && den > 0.0 {
            gamma / den
        } else {
            0.0
        };
        for i in 0..n {
            p[i] = u[i] + p[i] * beta;
            s[i] = w[i] + s[i] * beta;
            x[i] += p[i] * alpha;
            r[i] -= s[i] * alpha;
        }
        u = precondition(&r);
        old = Some((gamma, alpha));
    }
    (x, r)
}

/// Twin of `finish.wgsl`.
#[must_use]
pub fn finish(
    topology: &Topology,
    state: &State,
    p: &Prediction,
    contacts: &[Option<Contact>],
    system: &System,
    delta: &[DVec3],
    step: &Step,
) -> State {
    let h = f64::from(step.h);
    let g = d3(step.gravity);
    let mut out = State::default();
    for i in 0..state.x.len() {
        let mut d = p.d0[i] + delta[i];
        let mut v = d / h;
        let mut lambda = 0.0;
        if let (Some(c), true) = (
            contacts[i],
            system.penalty[i] > 0.0 && !topology.hard_pin[i],
        ) {
            let offset = f64::from(topology.offset[i]);
            let pushing = c.gap < offset;
            let gap = c.gap + c.normal.dot(delta[i]);
            let least = offset.min(c.gap + c.most(p.d0[i]));
            lambda = (system.penalty[i] * (if pushing { least } else { c.gap } - gap)).max(0.0);
            if gap < least {
                d += c.normal * (least - gap);
                v = d / h;
            }
            if pushing {
                v -= c.normal * (v - c.step / h).dot(c.normal).max(0.0);
            }
        }
        out.x.push(p.xs[i] + d);
        out.v.push(v);
        out.acc.push(if g.length() > 0.0 {
            (v - state.v[i]).dot(g) / (g.length() * h)
        } else {
            0.0
        });
        out.lambda.push(lambda);
    }
    out
}

/// Twin of `project` in `contact.wgsl`: moves particles that end the frame
/// below the contact offset onto it. `contacts` are taken at `state.x`.
pub fn project(topology: &Topology, state: &mut State, contacts: &[Option<Contact>], step: &Step) {
    let h = f64::from(step.h);
    for (i, contact) in contacts.iter().enumerate() {
        let offset = f64::from(topology.offset[i]);
        let Some(c) = contact.filter(|c| c.gap < offset && !topology.hard_pin[i]) else {
            continue;
        };
        state.x[i] += c.normal * (offset - c.gap);
        let inward = (state.v[i] - c.step / h).dot(c.normal).min(0.0);
        state.v[i] -= c.normal * inward;
    }
}
