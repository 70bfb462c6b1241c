//! Forces are minus the gradients of their energies, in f64.

mod common;

use common::{fabric, grid};
use glam::{DVec3, Vec2, Vec3};
use toile_cloth::{FabricParams, Topology, cpu::elastic};

fn crumpled() -> (toile_cloth::ClothMesh, Vec<DVec3>) {
    let f = FabricParams {
        stretch: [90.0, 12.0, 50.0, 20.0],
        bend_weft: 9e-6,
        bend_bias: 5e-6,
        ..fabric(1.0, 2e-5)
    };
    let mesh = grid([4, 3], Vec2::ZERO, Vec2::splat(0.02), f, |p| {
        Vec3::new(p.x, 0.0, -p.y)
    });
    let x = mesh
        .positions
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let k = i as f64;
            p.as_dvec3()
                + DVec3::new(
                    (3.1 * k).sin(),
                    (1.7 * k + 1.0).sin(),
                    (2.3 * k + 2.0).sin(),
                ) * 0.003
        })
        .collect();
    (mesh, x)
}

fn relative_error(energy: impl Fn(&[DVec3]) -> f64, force: &[DVec3], x: &[DVec3]) -> f64 {
    let direction: Vec<DVec3> = (0..x.len())
        .map(|i| {
            DVec3::new(
                (i as f64).cos(),
                (2.0 * i as f64).sin(),
                (i as f64 + 0.5).cos(),
            )
        })
        .collect();
    let moved =
        |e: f64| -> Vec<DVec3> { x.iter().zip(&direction).map(|(x, d)| *x + *d * e).collect() };
    let e = 1e-7;
    let slope = (energy(&moved(e)) - energy(&moved(-e))) / (2.0 * e);
    let exact: f64 = force.iter().zip(&direction).map(|(f, d)| -f.dot(*d)).sum();
    ((slope - exact) / exact).abs()
}

#[test]
fn membrane_force_is_minus_the_gradient_of_its_energy() {
    let (mesh, x) = crumpled();
    let topology = Topology::new(&mesh);
    let zero = [DVec3::ZERO; 3];
    let eval = |t: usize, x: &[DVec3]| {
        elastic::membrane(
            &topology.rest[t],
            mesh.triangles[t].map(|i| x[i as usize]),
            zero,
            0.01,
        )
    };
    let energy = |x: &[DVec3]| (0..mesh.triangles.len()).map(|t| eval(t, x).energy).sum();
    let mut force = vec![DVec3::ZERO; x.len()];
    for (t, tri) in mesh.triangles.iter().enumerate() {
        for (f, &i) in eval(t, &x).force.iter().zip(tri) {
            force[i as usize] += *f;
        }
    }
    let error = relative_error(energy, &force, &x);
    assert!(error < 1e-5, "relative error {error:e}");
}

#[test]
fn bending_force_is_minus_the_gradient_of_its_energy() {
    let (mesh, x) = crumpled();
    let topology = Topology::new(&mesh);
    let angles = |x: &[DVec3]| -> Vec<(f64, [DVec3; 4])> {
        topology
            .hinges
            .iter()
            .map(|h| elastic::hinge(h.v.map(|i| x[i as usize])))
            .collect()
    };
    let theta = |all: &[(f64, [DVec3; 4])], t: usize| {
        DVec3::from_array(topology.tri_hinge[t].map(|h| all.get(h as usize).map_or(0.0, |a| a.0)))
    };
    let energy = |x: &[DVec3]| {
        let all = angles(x);
        (0..mesh.triangles.len())
            .map(|t| 0.5 * theta(&all, t).dot(topology.rest[t].m * theta(&all, t)))
            .sum()
    };
    let all = angles(&x);
    let moments: Vec<DVec3> = (0..mesh.triangles.len())
        .map(|t| elastic::moments(&topology.rest[t], theta(&all, t), DVec3::ZERO, 0.01))
        .collect();
    let mut force = vec![DVec3::ZERO; x.len()];
    for (h, (_, gradient)) in topology.hinges.iter().zip(&all) {
        let m: f64 = h
            .slots
            .iter()
            .map(|s| moments[*s as usize / 3][*s as usize % 3])
            .sum();
        for (g, &i) in gradient.iter().zip(&h.v) {
            force[i as usize] -= *g * m;
        }
    }
    let error = relative_error(energy, &force, &x);
    assert!(error < 1e-5, "relative error {error:e}");
}

#[test]
fn a_cylinder_has_the_bending_energy_of_the_plate() {
    // Rolled about the weft with radius R: 1/2 B_warp / R² per area, away
    // from the free edges where the angle of the rim is unknown.
    let mesh = grid(
        [30, 30],
        Vec2::ZERO,
        Vec2::splat(0.01),
        fabric(100.0, 2e-5),
        |p| Vec3::new(p.x, 0.0, -p.y),
    );
    let topology = Topology::new(&mesh);
    let radius = 0.2f64;
    let x: Vec<DVec3> = mesh
        .positions
        .iter()
        .map(|p| {
            let a = f64::from(p.x) / radius;
            DVec3::new(radius * a.sin(), radius * (1.0 - a.cos()), f64::from(p.z))
        })
        .collect();
    let all: Vec<f64> = topology
        .hinges
        .iter()
        .map(|h| elastic::hinge(h.v.map(|i| x[i as usize])).0)
        .collect();
    let (mut energy, mut area) = (0.0, 0.0);
    for (t, r) in topology.rest.iter().enumerate() {
        let hinges = topology.tri_hinge[t];
        if hinges.contains(&u32::MAX) {
            continue;
        }
        let theta = DVec3::from_array(hinges.map(|h| all[h as usize]));
        energy += 0.5 * theta.dot(r.m * theta);
        area += r.area;
    }
    let exact = 0.5 * 2e-5 / (radius * radius) * area * toile_cloth::BEND_CALIBRATION;
    assert!(
        (energy / exact - 1.0).abs() < 0.01,
        "energy {energy:e} J, plate {exact:e} J"
    );
}
