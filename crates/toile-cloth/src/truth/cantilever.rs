//! The cantilever (ASTM D1388): a strip clamped at one end, bent by its weight.

use glam::Vec3;

use super::check::Check;
use super::elastica::{self, GRAVITY};
use super::mesh::{Diagonals, Flat};
use super::settle::{Gpu, Settle, Settled, clamp};
use crate::error::ClothError;
use crate::model::{ClothMesh, FabricParams};

/// Mass per area of the strips, kg/m².
pub const DENSITY: f64 = 0.2;

/// Substep in units of `L² sqrt(rho / B)`: a third of a radian of the slowest
/// bending mode of the strip without gravity. Longer ones settle sooner but
/// ask for more iterations.
const SUBSTEP: f64 = 0.05;

/// How a strip is meshed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StripMesh {
    /// Right triangles along the strip.
    Grid(Diagonals),
    /// Jittered Delaunay triangles.
    Delaunay(u64),
    /// A one-way grid turned by so many degrees against the strip.
    Turned(f64),
}

/// A cantilever experiment.
///
/// The clamp: all particles at `x <= 0` are pinned hard over two cells, with a
/// mesh line at `x = 0`. The solver gives the whole angle of a hinge on that line to the free
/// triangle, so the strip is free from `x = 0` on, not from half a cell later.
#[derive(Clone, Copy, Debug)]
pub struct Cantilever {
    /// `rho g L³ / B`, 1; sets the length.
    pub gamma: f64,
    /// Mesh.
    pub mesh: StripMesh,
    /// Cells along and across.
    pub cells: [u32; 2],
    /// Bending stiffness along warp, weft and bias, N·m.
    pub bend: [f64; 3],
    /// Angle of the warp to the strip, degrees.
    pub turn: f64,
    /// Bending stiffness by which `gamma` sets the length, N·m.
    pub reference: f64,
    /// Conjugate gradient iterations per substep.
    pub iterations: u32,
}

/// What a cantilever gave.
#[derive(Clone, Debug)]
pub struct Bent {
    /// Angle of the chord from clamp to tip below the horizontal, degrees.
    pub chord: f64,
    /// How it came to rest.
    pub settled: Settled,
}

impl Cantilever {
    /// Isotropic, B = 15.7 µN·m, 20 x 4 cells.
    #[must_use]
    pub fn new(gamma: f64, mesh: StripMesh) -> Self {
        Self {
            gamma,
            mesh,
            cells: [20, 4],
            bend: [15.7e-6; 3],
            turn: 0.0,
            reference: 15.7e-6,
            iterations: 120,
        }
    }

    /// Length of the free part, m.
    #[must_use]
    pub fn length(&self) -> f64 {
        (self.gamma * self.reference / (DENSITY * GRAVITY)).cbrt()
    }

    /// The flat mesh, `x` along the strip from the clamp.
    ///
    /// # Errors
    /// [`ClothError::Mesh`] when there are no cells.
    pub fn flat(&self) -> Result<Flat, ClothError> {
        let length = self.length();
        let d = length / f64::from(self.cells[0]);
        let width = d * f64::from(self.cells[1]);
        match self.mesh {
            StripMesh::Grid(diagonals) => Ok(Flat::grid(
                [self.cells[0] + 2, self.cells[1]],
                glam::DVec2::new(-2.0 * d, 0.0),
                glam::DVec2::splat(d),
                diagonals,
            )),
            StripMesh::Delaunay(seed) => {
                Flat::delaunay_strip(length, width, self.cells, 2.0 * d, seed)
            }
            StripMesh::Turned(degrees) => {
                Flat::turned_grid_strip(length, width, self.cells, 2.0 * d, degrees.to_radians())
            }
        }
    }

    /// The cloth, horizontal, clamped.
    ///
    /// # Errors
    /// [`ClothError::Mesh`] when there are no cells.
    pub fn cloth(&self) -> Result<ClothMesh, ClothError> {
        let flat = self.flat()?;
        let mut mesh = flat.cloth(strip_fabric(self.bend), self.turn.to_radians(), |p| {
            Vec3::new(p.x, 0.0, -p.y)
        });
        clamp(&mut mesh, &flat.points_where(|p| p.x < 1e-9));
        Ok(mesh)
    }

    /// Bends the strip and measures its chord.
    ///
    /// # Errors
    /// As [`crate::ClothSim::step`].
    pub fn run(&self, gpu: Gpu<'_>) -> Result<Bent, ClothError> {
        let mesh = self.cloth()?;
        let length = self.length();
        let mut sim = gpu.sim(&mesh, None)?;
        let settle = Settle {
            iterations: self.iterations,
            substep: (SUBSTEP * length * length * (DENSITY / self.reference).sqrt()) as f32,
            air_drag: 200.0,
            still: (1e-5 * length) as f32,
            ..Settle::default()
        };
        let settled = settle.run(gpu, &mut sim)?;
        let tip: Vec<Vec3> = self
            .flat()?
            .points_where(|p| p.x > length * (1.0 - 1e-6))
            .iter()
            .map(|&i| settled.positions[i as usize])
            .collect();
        let mean = tip.iter().sum::<Vec3>() / tip.len() as f32;
        Ok(Bent {
            chord: f64::from(-mean.y).atan2(f64::from(mean.x)).to_degrees(),
            settled,
        })
    }

    /// Bending stiffness (N·m) that explains a chord by the exact elastica.
    #[must_use]
    pub fn stiffness_of(&self, chord: f64) -> f64 {
        DENSITY * GRAVITY * self.length().powi(3) / elastica::gamma_of(chord)
    }
}

/// The strips' fabric: a knit's membrane. Strips of 4 to 9 cm strain by 0.1 %, which
/// moves the chord by less than 0.02 degrees, and the linear systems are far better conditioned
/// than with a woven's.
#[must_use]
pub fn strip_fabric([warp, weft, bias]: [f64; 3]) -> FabricParams {
    FabricParams {
        area_density: DENSITY as f32,
        stretch: [40.0, 0.0, 40.0, 30.0],
        stretched: None,
        bend_warp: warp as f32,
        bend_weft: weft as f32,
        bend_bias: bias as f32,
        thickness: 0.0005,
        friction: 0.3,
        damping: 0.01,
    }
}

/// Meshes of the chord checks: two grids and five Delaunay seeds.
pub const MESHES: [StripMesh; 7] = [
    StripMesh::Grid(Diagonals::One),
    StripMesh::Grid(Diagonals::Alternating),
    StripMesh::Delaunay(1),
    StripMesh::Delaunay(2),
    StripMesh::Delaunay(3),
    StripMesh::Delaunay(4),
    StripMesh::Delaunay(5),
];

/// Chords in degrees of the converged float64 solution of the same model on
/// the same mesh, per `gamma`, in the order of [`MESHES`]: energy minimised
/// by Newton with exact Hessian and sparse Cholesky to 1e-6 of a vertex weight, with
/// calibration 0.97, compression factor 0.5 and the same clamp.
const ORACLE: [(f64, [f64; 7]); 7] = [
    (
        1.0,
        [7.3345, 7.3345, 6.9394, 6.9136, 6.9044, 6.8701, 6.9670],
    ),
    (
        2.0,
        [
            14.2934, 14.2934, 13.5588, 13.5095, 13.4947, 13.4304, 13.6105,
        ],
    ),
    (
        5.0,
        [
            31.1225, 31.1225, 29.8526, 29.7552, 29.7515, 29.6357, 29.9472,
        ],
    ),
    (
        8.0,
        [
            42.3172, 42.3172, 40.9597, 40.8388, 40.8655, 40.7364, 41.0682,
        ],
    ),
    (
        15.0,
        [
            56.7821, 56.7821, 55.6035, 55.4619, 55.5496, 55.4279, 55.7137,
        ],
    ),
    (
        30.0,
        [
            69.1233, 69.1234, 68.3258, 68.1754, 68.3241, 68.2328, 68.4237,
        ],
    ),
    (
        100.0,
        [
            80.6809, 80.6810, 80.3898, 80.2487, 80.4394, 80.3929, 80.4702,
        ],
    ),
];

impl std::fmt::Display for StripMesh {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Grid(Diagonals::One) => write!(f, "one-way grid"),
            Self::Grid(Diagonals::Alternating) => write!(f, "alternating grid"),
            Self::Delaunay(seed) => write!(f, "Delaunay {seed}"),
            Self::Turned(degrees) => write!(f, "one-way grid turned {degrees}°"),
        }
    }
}

fn note(bent: &Bent) -> String {
    if bent.settled.at_rest {
        String::new()
    } else {
        format!("moved {:.1} µm at last", bent.settled.last_move * 1e6)
    }
}

/// Chords against the exact elastica and the float64 solution, for some of
/// `gamma` in 1, 2, 5, 8, 15, 30, 100 and some of [`MESHES`] (by index); with all five
/// Delaunay meshes also their mean.
///
/// # Errors
/// As [`Cantilever::run`].
pub fn chord_checks(
    gpu: Gpu<'_>,
    gammas: &[f64],
    meshes: &[usize],
    sink: &mut dyn FnMut(Check),
) -> Result<(), ClothError> {
    for &gamma in gammas {
        let exact = elastica::chord_degrees(gamma);
        let oracle = ORACLE
            .iter()
            .find(|(g, _)| *g == gamma)
            .map(|(_, chords)| chords);
        let mut delaunay = Vec::new();
        for &k in meshes {
            let mesh = MESHES[k];
            let bent = Cantilever::new(gamma, mesh).run(gpu)?;
            let name = format!("cantilever, gamma {gamma}, {mesh}");
            let unstructured = matches!(mesh, StripMesh::Delaunay(_));
            if unstructured {
                delaunay.push(bent.chord - exact);
            }
            let bar = if unstructured { 1.5 } else { 1.0 };
            sink(
                Check::near(format!("{name}: exact"), bent.chord, exact, bar, "°")
                    .noting(note(&bent)),
            );
            if let Some(oracle) = oracle {
                let name = format!("{name}: float64");
                sink(Check::near(name, bent.chord, oracle[k], 0.3, "°"));
            }
        }
        if delaunay.len() == 5 {
            let mean = delaunay.iter().sum::<f64>() / 5.0;
            let name = format!("cantilever, gamma {gamma}, mean error of five Delaunay meshes");
            sink(Check::at_most(name, mean, 1.0, "°"));
        }
    }
    Ok(())
}

/// One, two and four times the iterations give the same chord within half a degree.
///
/// # Errors
/// As [`Cantilever::run`].
pub fn iteration_checks(
    gpu: Gpu<'_>,
    gammas: &[f64],
    factors: &[u32],
    sink: &mut dyn FnMut(Check),
) -> Result<(), ClothError> {
    for &gamma in gammas {
        for mesh in [MESHES[1], MESHES[2]] {
            let mut chords = Vec::new();
            for factor in factors {
                let strip = Cantilever::new(gamma, mesh);
                let iterations = strip.iterations * factor;
                chords.push(
                    Cantilever {
                        iterations,
                        ..strip
                    }
                    .run(gpu)?
                    .chord,
                );
            }
            let (low, high) = chords
                .iter()
                .fold((f64::MAX, f64::MIN), |(l, h), c| (l.min(*c), h.max(*c)));
            let name = format!("cantilever, gamma {gamma}, {mesh}: spread over iterations");
            sink(
                Check::at_most(name, high - low, 0.5, "°").noting(
                    chords
                        .iter()
                        .map(|c| format!("{c:.2}"))
                        .collect::<Vec<_>>()
                        .join(", "),
                ),
            );
        }
    }
    Ok(())
}

/// The mesh turned under an isotropic strip, and a strip whose weft bends
/// twice as easily cut along warp, weft and bias.
///
/// # Errors
/// As [`Cantilever::run`].
pub fn turn_checks(gpu: Gpu<'_>, sink: &mut dyn FnMut(Check)) -> Result<(), ClothError> {
    const GAMMA: f64 = 8.0;
    for degrees in [0.0, 45.0, 90.0, 135.0] {
        // Six cells across: with four, a turned lattice is mostly boundary.
        let strip = Cantilever {
            cells: [30, 6],
            iterations: 200,
            ..Cantilever::new(GAMMA, StripMesh::Turned(degrees))
        };
        let bent = strip.run(gpu)?;
        let ratio = strip.stiffness_of(bent.chord) / strip.reference;
        let name = format!("bending stiffness, {}, over the input", strip.mesh);
        sink(Check::near(name, ratio, 1.0, 0.1, "").noting(note(&bent)));
    }
    for turn in [0.0, 45.0, 90.0, 135.0] {
        let strip = Cantilever {
            turn,
            ..Cantilever::new(GAMMA, StripMesh::Delaunay(1))
        };
        let bent = strip.run(gpu)?;
        let ratio = strip.stiffness_of(bent.chord) / strip.reference;
        let name = format!("bending stiffness, Delaunay, pattern turned {turn}°, over the input");
        sink(Check::near(name, ratio, 1.0, 0.1, "").noting(note(&bent)));
    }
    ratio_checks(gpu, &[MESHES[0], MESHES[2]], sink)
}

/// A warp twice as stiff as the weft is measured so on these meshes.
///
/// # Errors
/// As [`Cantilever::run`].
pub fn ratio_checks(
    gpu: Gpu<'_>,
    meshes: &[StripMesh],
    sink: &mut dyn FnMut(Check),
) -> Result<(), ClothError> {
    for &mesh in meshes {
        let measure = |turn: f64| -> Result<f64, ClothError> {
            let strip = Cantilever {
                turn,
                ..Cantilever::new(8.0, mesh)
            };
            let [warp, ..] = strip.bend;
            let strip = Cantilever {
                bend: [warp, 0.5 * warp, 0.6 * warp],
                ..strip
            };
            Ok(strip.stiffness_of(strip.run(gpu)?.chord))
        };
        let ratio = measure(0.0)? / measure(90.0)?;
        let name = format!("warp over weft stiffness of a 2:1 fabric, {mesh}");
        sink(Check::near(name, ratio, 2.0, 0.2, ""));
    }
    Ok(())
}
