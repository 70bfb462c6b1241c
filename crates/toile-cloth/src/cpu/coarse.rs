//! Twin of `coarse.wgsl`: the Galerkin matrix of the aggregates and its
//! Chebyshev iteration.

use glam::{DMat3, DVec3};

use crate::coarse::Coarse;
use crate::cpu::step::System;
use crate::topology::NONE;

/// Upper end of the interval that the Chebyshev polynomial covers; mirrors
/// `coarse.wgsl`.
pub const CHEBYSHEV_TOP: f64 = 3.0;

/// Upper over lower end of the interval, in steps squared; mirrors
/// `coarse.wgsl`.
pub const CHEBYSHEV_SPAN: f64 = 0.6;

/// The numbers of the coarse matrix in one substep.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// One per entry of [`Coarse::blocks`].
    pub blocks: Vec<DMat3>,
    /// Inverse of each diagonal block.
    pub inverse: Vec<DMat3>,
}

/// Twin of `coarsen`.
#[must_use]
pub fn coarsen(coarse: &Coarse, system: &System) -> Matrix {
    let blocks: Vec<DMat3> = coarse
        .blocks
        .iter()
        .map(|block| {
            let [a, b] = block.pair;
            let mut sum = DMat3::ZERO;
            for code in &block.edges {
                let m = system.edges[*code as usize / 2];
                if a == b {
                    sum += m + m.transpose();
                } else if code % 2 == 1 {
                    sum += m.transpose();
                } else {
                    sum += m;
                }
            }
            let bend: f64 = block
                .extras
                .iter()
                .map(|k| system.extras[*k as usize])
                .sum();
            sum += DMat3::from_diagonal(DVec3::splat(if a == b { 2.0 * bend } else { bend }));
            if a == b {
                for i in &coarse.members[a as usize] {
                    sum += system.diagonal[*i as usize];
                }
            }
            sum
        })
        .collect();
    let inverse = blocks[..coarse.members.len()]
        .iter()
        .map(DMat3::inverse)
        .collect();
    Matrix { blocks, inverse }
}

/// Twin of `coarse`: one correction per aggregate for the residual `r`.
#[must_use]
pub fn solve(coarse: &Coarse, matrix: &Matrix, r: &[DVec3]) -> Vec<DVec3> {
    let count = coarse.members.len();
    let b: Vec<DVec3> = coarse
        .members
        .iter()
        .map(|m| m.iter().map(|i| r[*i as usize]).sum())
        .collect();
    let steps = coarse.steps();
    let top = CHEBYSHEV_TOP;
    let bottom = top / (CHEBYSHEV_SPAN * f64::from(steps * steps)).max(2.0);
    let (theta, delta) = (0.5 * (top + bottom), 0.5 * (top - bottom));
    let mut rho = delta / theta;
    let mut d: Vec<DVec3> = (0..count)
        .map(|a| matrix.inverse[a] * b[a] / theta)
        .collect();
    let mut x = d.clone();
    for _ in 1..steps {
        let next = 1.0 / (2.0 * theta / delta - rho);
        let mut residual = b.clone();
        for (block, m) in coarse.blocks.iter().zip(&matrix.blocks) {
            let [i, j] = block.pair.map(|v| v as usize);
            residual[i] -= *m * x[j];
            if i != j {
                residual[j] -= m.transpose() * x[i];
            }
        }
        for a in 0..count {
            d[a] = d[a] * (next * rho) + matrix.inverse[a] * residual[a] * (2.0 * next / delta);
            x[a] += d[a];
        }
        rho = next;
    }
    x
}

/// Adds the correction of its aggregate to every particle's `u`.
pub fn prolong(coarse: &Coarse, e: &[DVec3], u: &mut [DVec3]) {
    for (u, &a) in u.iter_mut().zip(&coarse.of) {
        if a != NONE {
            *u += e[a as usize];
        }
    }
}
