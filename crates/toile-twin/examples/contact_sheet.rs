//! Draws a performance as a sheet of small pictures, to judge a walk without an
//! engine, and prints its audit.
//!
//! `cargo run -p toile-twin --example contact_sheet -- AVATAR.glb OUT.ppm
//! [--twin DIR] [--view front|side|three|follow] [--from S] [--step S]
//! [--count N] [--columns N] [--legs]`

use std::path::PathBuf;

use glam::{Mat4, Quat, Vec3};
use toile_twin::{Avatar, Performance, PerformancePlan, PoseKind, Twin, skin_matrices};

const WIDTH: usize = 220;
const HEIGHT: usize = 460;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let file = PathBuf::from(args.next().ok_or("name an avatar file")?);
    let out = args.next().ok_or("name a picture to write")?;
    let (mut view, mut from, mut step, mut count, mut columns) =
        ("front".to_owned(), None, 0.125, 8, 8);
    let (mut twin, mut legs, mut quiet) = (None, false, false);
    let mut pose_kind = PoseKind::Contrapposto;
    while let Some(flag) = args.next() {
        let mut value = || args.next().ok_or(format!("{flag} needs a value"));
        match flag.as_str() {
            "--view" => view = value()?,
            "--from" => from = Some(value()?.parse::<f64>()?),
            "--step" => step = value()?.parse::<f64>()?,
            "--count" => count = value()?.parse::<usize>()?,
            "--columns" => columns = value()?.parse::<usize>()?,
            "--twin" => twin = Some(Twin::load(&PathBuf::from(value()?))?),
            "--three-quarter" => pose_kind = PoseKind::ThreeQuarter,
            "--legs" => legs = true,
            "--quiet" => quiet = true,
            _ => return Err(format!("no flag {flag}").into()),
        }
    }
    let avatar = Avatar::load(&file)?;
    let twin = match twin {
        Some(twin) => twin,
        None => Twin::parse(PLAIN, &file)?,
    };
    let plan = PerformancePlan {
        pose_kind,
        ..PerformancePlan::default()
    };
    let began = std::time::Instant::now();
    let performance = Performance::new(&avatar, &twin, &plan)?;
    eprintln!(
        "planned in {:.2} s; {:.2} m/s",
        began.elapsed().as_secs_f32(),
        performance.speed_m_s()
    );
    for phase in [
        toile_twin::Phase::WalkOut,
        toile_twin::Phase::Posing,
        toile_twin::Phase::Turning,
        toile_twin::Phase::WalkBack,
        toile_twin::Phase::Exit,
    ] {
        eprintln!("{phase:?} from {:.2} s", performance.start_of(phase));
    }
    if !quiet {
        eprintln!("{:#?}", performance.audit(&avatar));
    }
    let from = from.unwrap_or(performance.start_of(toile_twin::Phase::WalkOut) + 3.0);
    let body = avatar
        .primitives
        .iter()
        .filter(|p| p.material != "lashes")
        .collect::<Vec<_>>();
    let rows = count.div_ceil(columns);
    let (sheet_w, sheet_h) = (WIDTH * columns, HEIGHT * rows);
    let mut sheet = vec![[225_u8, 226, 230]; sheet_w * sheet_h];
    for k in 0..count {
        let pose = performance.pose(from + k as f64 * step);
        let skin = skin_matrices(&avatar.skeleton, &pose);
        let yaw = match view.as_str() {
            "side" => std::f32::consts::FRAC_PI_2,
            "three" => 0.7,
            "back" => std::f32::consts::PI,
            _ => 0.0,
        };
        let facing = if view == "follow" { pose.heading } else { 0.0 };
        let camera = Quat::from_rotation_y(-yaw - facing);
        let (low, high) = if legs { (-0.03, 0.75) } else { (-0.05, 1.95) };
        let scale = HEIGHT as f32 / (high - low);
        let mut depth = vec![f32::MIN; WIDTH * HEIGHT];
        let (left, top) = ((k % columns) * WIDTH, (k / columns) * HEIGHT);
        let floor = ((high - 0.0) * scale) as usize;
        for x in 0..WIDTH {
            sheet[(top + floor.min(HEIGHT - 1)) * sheet_w + left + x] = [120, 120, 130];
        }
        for part in &body {
            let tone = tone(&part.material);
            let at: Vec<Vec3> = (0..part.positions.len())
                .map(|v| skinned(part.positions[v], part.joints[v], part.weights[v], &skin))
                .map(|p| camera * (p - pose.root))
                .map(|p| Vec3::new(WIDTH as f32 * 0.5 + p.x * scale, (high - p.y) * scale, p.z))
                .collect();
            for corner in part.indices.chunks_exact(3) {
                let [a, b, c] = [
                    at[corner[0] as usize],
                    at[corner[1] as usize],
                    at[corner[2] as usize],
                ];
                let flip = Vec3::new(1.0, -1.0, scale);
                let normal = ((b - a) * flip).cross((c - a) * flip).normalize_or_zero();
                let light =
                    0.35 + 0.65 * normal.dot(Vec3::new(0.35, 0.5, 0.8).normalize()).max(0.0);
                let area = (b - a).truncate().perp_dot((c - a).truncate());
                if area.abs() < 1.0e-6 {
                    continue;
                }
                let (lo, hi) = (a.min(b).min(c), a.max(b).max(c));
                for y in lo.y.max(0.0) as usize..=(hi.y.max(0.0) as usize).min(HEIGHT - 1) {
                    for x in lo.x.max(0.0) as usize..=(hi.x.max(0.0) as usize).min(WIDTH - 1) {
                        let p = glam::Vec2::new(x as f32 + 0.5, y as f32 + 0.5);
                        let u = (b.truncate() - p).perp_dot(c.truncate() - p) / area;
                        let v = (c.truncate() - p).perp_dot(a.truncate() - p) / area;
                        let w = 1.0 - u - v;
                        if u < 0.0 || v < 0.0 || w < 0.0 {
                            continue;
                        }
                        let z = u * a.z + v * b.z + w * c.z;
                        if z > depth[y * WIDTH + x] {
                            depth[y * WIDTH + x] = z;
                            let shade = |c: f32| (c * light * 255.0).clamp(0.0, 255.0) as u8;
                            sheet[(top + y) * sheet_w + left + x] = tone.map(shade);
                        }
                    }
                }
            }
        }
    }
    let mut bytes = format!("P6\n{sheet_w} {sheet_h}\n255\n").into_bytes();
    bytes.extend(sheet.into_iter().flatten());
    std::fs::write(&out, bytes)?;
    Ok(())
}

fn skinned(at: Vec3, joints: [u16; 4], weights: [f32; 4], skin: &[Mat4]) -> Vec3 {
    joints
        .iter()
        .zip(weights)
        .map(|(&j, w)| skin[usize::from(j)].transform_point3(at) * w)
        .sum()
}

fn tone(material: &str) -> [f32; 3] {
    match material {
        "base_layer" | "worn" => [0.30, 0.32, 0.38],
        "hair" | "brows" => [0.22, 0.16, 0.12],
        "shoes" => [0.55, 0.12, 0.14],
        "eyes" => [0.95, 0.95, 0.95],
        _ => [0.88, 0.68, 0.56],
    }
}

const PLAIN: &str = r#"(version: 1, id: "plain", name: "Plain", kind: mannequin,
    measures: (height: 1.75, bust: 0.9, waist: 0.7, hip: 0.95), avatar: "avatar.glb", gait: ())"#;
