//! What is put into a garment besides cloth and seams: buttons, and the layers
//! that a seam adds.

use crate::error::{self, ClothError};

/// A button, snap or hook: it holds two particles at a distance for good. It is
/// never welded, and cloth at its two ends does not push itself apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attachment {
    /// The two particles, as a rule of different layers.
    pub particles: [u32; 2],
    /// Distance at which it neither pulls nor pushes, m: the button's shank.
    pub rest_length: f32,
    /// Stiffness, N/m, in tension and in compression.
    pub stiffness: f32,
}

/// The layers that a seam adds along its line: the allowances of both panels,
/// pressed open or to one side, and the stitching.
#[derive(Clone, Debug, PartialEq)]
pub struct Allowance {
    /// Particles in order along the seam, neighbours joined by mesh edges; a seam
    /// that runs around ends in its first particle again.
    pub particles: Vec<u32>,
    /// Force per unit strain along the seam, N, in tension and in compression: the
    /// layers' membrane stiffness (N/m) times their width (m).
    pub tension: f32,
    /// Bending stiffness of the layers, N·m, alike in all directions. It counts on
    /// the two triangles at each edge of the seam: the layers are as wide as those.
    pub bending: f32,
}

fn not_negative(value: f32) -> bool {
    value.is_finite() && value >= 0.0
}

/// Checks the notions of a mesh of `n` particles and `triangles` triangles.
pub(crate) fn check(
    attachments: &[Attachment],
    allowances: &[Allowance],
    pressure: &[f32],
    n: usize,
    triangles: usize,
) -> Result<(), ClothError> {
    for (k, a) in attachments.iter().enumerate() {
        if a.particles.iter().any(|&i| i as usize >= n) || a.particles[0] == a.particles[1] {
            return Err(error::mesh(
                "attachments",
                format!("attachment {k} joins {:?}", a.particles),
                "join two different particles of the mesh",
            ));
        }
        if !(not_negative(a.rest_length) && not_negative(a.stiffness)) {
            return Err(error::mesh(
                "attachments",
                format!(
                    "attachment {k} has length {} m, stiffness {} N/m",
                    a.rest_length, a.stiffness
                ),
                "give a finite length and stiffness of at least 0",
            ));
        }
    }
    for (k, a) in allowances.iter().enumerate() {
        let chain = &a.particles;
        if chain.len() < 2
            || chain.iter().any(|&i| i as usize >= n)
            || chain.windows(2).any(|w| w[0] == w[1])
        {
            return Err(error::mesh(
                "allowances",
                format!("allowance {k} is not a chain of particles"),
                "give at least two different neighbouring particles",
            ));
        }
        if !(not_negative(a.tension) && not_negative(a.bending)) {
            return Err(error::mesh(
                "allowances",
                format!(
                    "allowance {k} has tension {} N, bending {} N·m",
                    a.tension, a.bending
                ),
                "give finite stiffnesses of at least 0",
            ));
        }
    }
    if !pressure.is_empty() && pressure.len() != triangles {
        return Err(error::mesh(
            "pressure",
            format!("{} entries for {triangles} triangles", pressure.len()),
            "give one entry per triangle, or none",
        ));
    }
    if let Some(t) = pressure.iter().position(|p| !p.is_finite()) {
        return Err(error::mesh(
            "pressure",
            format!("of triangle {t} is {} Pa", pressure[t]),
            "give a finite pressure",
        ));
    }
    Ok(())
}

/// The attachments after particles were merged by `map`; those that lost their
/// length are gone.
pub(crate) fn merge_attachments(attachments: &[Attachment], map: &[u32]) -> Vec<Attachment> {
    attachments
        .iter()
        .map(|a| Attachment {
            particles: a.particles.map(|i| map[i as usize]),
            ..*a
        })
        .filter(|a| a.particles[0] != a.particles[1])
        .collect()
}

/// The allowances after particles were merged by `map`.
pub(crate) fn merge_allowances(allowances: &[Allowance], map: &[u32]) -> Vec<Allowance> {
    allowances
        .iter()
        .map(|a| {
            let mut particles: Vec<u32> = a.particles.iter().map(|&i| map[i as usize]).collect();
            particles.dedup();
            Allowance {
                particles,
                ..a.clone()
            }
        })
        .filter(|a| a.particles.len() > 1)
        .collect()
}
