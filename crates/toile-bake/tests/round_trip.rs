//! What is baked is what is played: half a step at most is lost, and nothing in
//! any order of asking.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

use proptest::prelude::*;
use std::sync::Arc;
use toile_bake::{Bake, Ingredient, Key, Plan, Player, Writer};

type Frames = Vec<([f32; 3], Vec<[f32; 3]>)>;

fn plan(particles: usize, triangles: Vec<[u32; 3]>, step_log2: u8) -> Plan {
    let mut key = Key::new();
    key.add("cloth", Ingredient::new().text("poplin"));
    key.add("walk", Ingredient::new().numbers(&[1, 2, 3]));
    Plan {
        key,
        particles,
        triangles,
        rate: 24,
        first: 7,
        step_log2,
    }
}

fn bake(plan: Plan, frames: &Frames) -> Vec<u8> {
    let mut writer = Writer::new(plan).unwrap();
    writer.attach("notes", b"a few words");
    for (origin, positions) in frames {
        writer.push(*origin, positions).unwrap();
    }
    writer.finish().unwrap()
}

/// A sheet that swings, `side` by `side` particles, a few centimetres apart.
fn sheet(side: u32, frames: u32) -> (Vec<[u32; 3]>, Frames) {
    let at = |x: u32, y: u32| y * side + x;
    let triangles = (1..side)
        .flat_map(|y| (1..side).map(move |x| (x, y)))
        .flat_map(|(x, y)| {
            [
                [at(x - 1, y - 1), at(x, y - 1), at(x, y)],
                [at(x - 1, y - 1), at(x, y), at(x - 1, y)],
            ]
        })
        .collect();
    let frame = |f: u32| {
        let t = f as f32 / 24.0;
        let origin = [0.0, 0.0, 1.3 * t];
        let positions = (0..side * side)
            .map(|i| {
                let (x, y) = ((i % side) as f32 * 0.026, (i / side) as f32 * 0.026);
                let swing = 0.1 * y * (6.0 * t + 2.0 * x).sin();
                [x + swing, 1.0 - y, 1.3 * t + swing * (3.0 * t).cos()]
            })
            .collect();
        (origin, positions)
    };
    (triangles, (0..frames).map(frame).collect())
}

fn cloth() -> impl Strategy<Value = (Vec<[u32; 3]>, u8, Frames)> {
    (1_usize..40, 1_usize..40, 6_u8..=16).prop_flat_map(|(particles, frames, step)| {
        let n = particles as u32;
        let point = || prop::array::uniform3(-3.0_f32..3.0);
        let triangles = prop::collection::vec(prop::array::uniform3(0..n), 0..60);
        let frame = (point(), prop::collection::vec(point(), particles));
        let frames = prop::collection::vec(frame, frames);
        (triangles, Just(step), frames)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_but_half_a_step((triangles, step_log2, frames) in cloth(), seed in any::<u32>()) {
        let particles = frames[0].1.len();
        let file = bake(plan(particles, triangles.clone(), step_log2), &frames);
        let opened = Bake::parse(file.clone()).unwrap();
        let head = opened.head();
        prop_assert_eq!(head.frames as usize, frames.len());
        prop_assert_eq!(opened.triangles(), &triangles[..]);
        prop_assert_eq!(opened.attachment("notes").unwrap().unwrap(), b"a few words");
        prop_assert!(opened.attachment("letters").unwrap().is_none());
        let half = 0.5 * f64::from(head.step_m());
        prop_assert!(f64::from(head.max_error_m) <= half);
        for (n, (origin, positions)) in frames.iter().enumerate() {
            let kept = opened.frame(n as u32).unwrap();
            prop_assert_eq!(kept.origin, *origin);
            for (k, p) in kept.positions.iter().zip(positions) {
                for axis in 0..3 {
                    let exact = f64::from(p[axis]) - f64::from(origin[axis]);
                    prop_assert!((f64::from(k[axis]) - exact).abs() <= half);
                    prop_assert!((head.bounds[0][axis]..=head.bounds[1][axis]).contains(&k[axis]));
                }
            }
        }
        // In any order, from another reader of the same bytes.
        let mut player = Player::new(Arc::new(Bake::parse(file).unwrap()));
        let mut out = Vec::new();
        let mut at = seed;
        for _ in 0..2 * frames.len() {
            at = at.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let n = (at >> 8) % frames.len() as u32;
            player.at(f64::from(n), &mut out).unwrap();
            prop_assert_eq!(&out, &opened.frame(n).unwrap().positions);
        }
    }
}

#[test]
fn cloth_that_swings_becomes_a_tenth() {
    let (triangles, frames) = sheet(40, 72);
    let particles = frames[0].1.len();
    let file = bake(plan(particles, triangles, 13), &frames);
    let raw = particles * 12 * frames.len();
    assert!(file.len() * 10 < raw, "{} of {raw} bytes", file.len());
}

#[test]
fn the_same_frames_give_the_same_file() {
    let (triangles, frames) = sheet(6, 20);
    let once = bake(plan(36, triangles.clone(), 13), &frames);
    assert_eq!(once, bake(plan(36, triangles, 13), &frames));
}

#[test]
fn between_frames_cloth_swings_on() {
    // Every other frame is baked; those between are known.
    let (triangles, frames) = sheet(12, 61);
    let baked: Frames = frames.iter().step_by(2).cloned().collect();
    let file = bake(plan(144, triangles, 16), &baked);
    let mut player = Player::new(Arc::new(Bake::parse(file).unwrap()));
    let mut out = Vec::new();
    for n in (3..58).step_by(2) {
        player.at(f64::from(n) / 2.0, &mut out).unwrap();
        let (origin, positions) = &frames[n as usize];
        for (between, exact) in out.iter().zip(positions) {
            for axis in 0..3 {
                let off = between[axis] + origin[axis] - exact[axis];
                assert!(off.abs() < 4e-4, "{off} m off in frame {n}");
            }
        }
    }
}

#[test]
fn before_and_after_the_bake_its_ends_are_shown() {
    let (triangles, frames) = sheet(3, 5);
    let file = bake(plan(9, triangles, 13), &frames);
    let mut player = Player::new(Arc::new(Bake::parse(file).unwrap()));
    let mut out = Vec::new();
    for (time, frame) in [(-3.0, 0), (9.5, 4), (f64::NAN, 0)] {
        player.at(time, &mut out).unwrap();
        assert_eq!(out, player.frame(frame).unwrap().positions);
    }
    assert!(player.frame(5).is_err());
}

#[test]
fn a_simulation_that_failed_is_not_baked() {
    let mut writer = Writer::new(plan(2, Vec::new(), 13)).unwrap();
    writer.push([0.0; 3], &[[0.0; 3]; 2]).unwrap();
    for bad in [f32::NAN, f32::INFINITY, 1e6] {
        let said = writer
            .push([0.0; 3], &[[0.0; 3], [0.0, bad, 0.0]])
            .unwrap_err()
            .to_string();
        assert!(
            said.contains("frame 1") && said.contains("particle 1"),
            "{said}"
        );
    }
    assert!(writer.push([0.0; 3], &[[0.0; 3]]).is_err());
    // What was good before is still there.
    assert_eq!(writer.frames(), 1);
    let bake = Bake::parse(writer.finish().unwrap()).unwrap();
    assert_eq!(bake.frame(0).unwrap().positions, [[0.0; 3]; 2]);
}

#[test]
fn plans_that_cannot_be_are_refused_by_field() {
    let refused = |change: fn(&mut Plan), field: &str| {
        let mut bad = plan(3, vec![[0, 1, 2]], 13);
        change(&mut bad);
        let said = Writer::new(bad).unwrap_err().to_string();
        assert!(said.contains(field), "{said}");
    };
    refused(|p| p.particles = 0, "particles");
    refused(|p| p.particles = 2, "triangles");
    refused(|p| p.rate = 0, "rate");
    refused(|p| p.step_log2 = 30, "step_log2");
    let empty = Writer::new(plan(3, Vec::new(), 13)).unwrap();
    assert!(empty.finish().unwrap_err().to_string().contains("frames"));
}

#[test]
fn a_file_is_there_whole_or_not_at_all() {
    let folder = std::env::temp_dir().join(format!("toile-bake-{}", std::process::id()));
    let path = folder.join("deep/look.bake");
    let (triangles, frames) = sheet(3, 2);
    let file = bake(plan(9, triangles, 13), &frames);
    toile_bake::save(&path, &file).unwrap();
    toile_bake::save(&path, &file).unwrap();
    assert_eq!(Bake::open(&path).unwrap().size(), file.len());
    let names: Vec<_> = std::fs::read_dir(folder.join("deep"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["look.bake"]);
    // A folder stands where the file is to go.
    std::fs::create_dir(folder.join("taken.bake")).unwrap();
    let said = toile_bake::save(&folder.join("taken.bake"), &file)
        .unwrap_err()
        .to_string();
    assert!(
        said.contains("cannot write") && said.contains("taken.bake"),
        "{said}"
    );
    std::fs::remove_dir_all(&folder).unwrap();
    let said = Bake::open(&path).unwrap_err().to_string();
    assert!(
        said.contains("cannot read") && said.contains("look.bake"),
        "{said}"
    );
}
