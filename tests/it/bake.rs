//! A look is sewn once, baked, and played: what is shown is what was simulated,
//! and a bake that does not fit any more is not played.

use bevy::render::renderer::{RenderDevice, RenderQueue};
use glam::Vec3;
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};
use toile::{
    bake::{Baker, Found, Shelf},
    capture::{Headless, Plan},
    choreography::frame_s,
    paths::Assets,
    production::Production,
    stage::{Loader, Playback},
    tailor::{Drafted, FittedLook},
    wardrobe::Gpu,
};
use toile_bake::{Bake, Player};
use toile_cloth::{AdapterSummary, ClothPipelines, ClothSim, request_device};

/// Frames per second of the test's bakes.
const RATE: u32 = 12;
/// Beats that the look stands: half a second.
const STANDS: &str = "pose_beats: 1.0";

/// One look that stands for a moment in a crop top; `change` is made to the
/// scene.
fn scene(folder: &Path, change: (&str, &str)) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("scenes/first-show.ron")).unwrap();
    let looks = text.find("    looks: [").unwrap();
    let look = format!(
        r#"    looks: [(number: 1, twin: "mannequin", enters_at_beat: 0.0, walk_m: 2.0, {STANDS}, stands: true,
            garments: [(garment: "crop-tee", fabric: "cotton-jersey")])],
)"#
    );
    let text = format!("{}{look}", &text[..looks]).replace(change.0, change.1);
    let path = folder.join("moment.ron");
    std::fs::write(&path, text).unwrap();
    path
}

fn drafted(scene: &Path) -> Drafted {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let assets = Assets::find(Some(&root.join("assets"))).unwrap();
    let production = Production::load(scene, &assets).unwrap();
    Drafted::new(production.looks[0].clone(), &production.show).unwrap()
}

/// Bakes a look; gives every frame's positions as the solver had them.
fn simulate(look: &FittedLook, key: toile_bake::Key, path: &Path, gpu: Gpu<'_>) -> Vec<Vec<Vec3>> {
    let mut baker = Baker::new(look, key, RATE, gpu).unwrap();
    let mut frames = Vec::new();
    let backstage = look.choreography.backstage().len();
    while baker.done() < baker.steps() {
        baker.advance().unwrap();
        if baker.done() > backstage {
            frames.push(baker.positions());
        }
    }
    toile_bake::save(path, &baker.finish().unwrap()).unwrap();
    frames
}

/// What is played is what was simulated, within half a step, on the solver's
/// own buffers too.
fn plays(look: &FittedLook, path: &Path, simulated: &[Vec<Vec3>], gpu: Gpu<'_>) {
    let bake = Arc::new(Bake::open(path).unwrap());
    assert_eq!(bake.head().frames as usize, simulated.len());
    let half = 0.5 * bake.head().step_m();
    assert!(bake.head().max_error_m <= half);
    let cloth = look.cloth_at_start();
    let mut sim =
        ClothSim::new(gpu.device, gpu.queue, gpu.kernels, &cloth, Some(&look.body)).unwrap();
    let mut player = Player::new(bake.clone());
    let mut positions = Vec::new();
    // Backwards, for order does not matter.
    for (n, exact) in simulated.iter().enumerate().rev() {
        player.at(n as f64, &mut positions).unwrap();
        let origin = Vec3::from(bake.frame(n as u32).unwrap().origin);
        sim.show(gpu.device, gpu.queue, gpu.kernels, origin, &positions);
        let shown = sim.read_positions(gpu.device, gpu.queue);
        // World coordinates are rounded to less than a micrometre.
        for (p, q) in shown.iter().zip(exact) {
            let off = (*p - *q).abs().max_element();
            assert!(off <= half + 1e-6, "{off} m off in frame {n}");
        }
    }
}

/// A look that is changed while its bake plays is simulated on from there.
fn is_simulated_when_it_changes(scene: &Path, shelf: &Shelf) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let assets = Assets::find(Some(&root.join("assets"))).unwrap();
    let production = Production::load(scene, &assets).unwrap();
    let mut stage = Headless::new((64, 36), &production, &Plan::default()).unwrap();
    let mut loader = Loader::new(production, Some(shelf.clone()));
    let playback = loop {
        stage.update().unwrap();
        if let Some(ready) = loader.advance(stage.world(), &mut |_, _, _| {}).unwrap() {
            break ready;
        }
    };
    assert_eq!(playback.cloth_line().unwrap(), "cloth: look 1 baked");
    stage.world().insert_resource(playback);
    let queue = stage.world().resource::<RenderQueue>().0.clone();
    let device = stage.world().resource::<RenderDevice>().clone();
    let bake = Bake::open(&shelf.path(1, RATE)).unwrap();
    for frame in 0..5 {
        let mut playback = stage.world().resource_mut::<Playback>();
        if frame == 3 {
            let now_s = playback.time_s;
            playback.looks[0].simulate(now_s, &queue).unwrap();
            assert_eq!(playback.looks[0].cloth_is(), "simulated");
        }
        playback.seek_next(frame_s(frame, RATE));
        stage.update().unwrap();
        let sim = stage.world().resource::<Playback>().looks[0].sim.clone();
        let shown = sim.lock().read_positions(device.wgpu_device(), &queue);
        let kept = bake.frame(frame).unwrap();
        let origin = Vec3::from(kept.origin);
        let mut off: Vec<f32> = shown
            .iter()
            .zip(&kept.positions)
            .map(|(p, q)| p.distance(Vec3::from(*q) + origin))
            .collect();
        off.sort_by(f32::total_cmp);
        let (half, most) = (off[off.len() / 2], off[off.len() - 1]);
        // Speeds are read off a few frames and contacts of the frame before are
        // not known, so it goes on nearly as it would have.
        let close = if frame < 3 {
            most <= 1e-6
        } else {
            half <= 5e-3 && most <= 50e-3
        };
        assert!(close, "{half} m, at most {most} m off in frame {frame}");
        assert!(frame < 3 || most > 0.0, "frame {frame} is still played");
    }
}

fn find(scene: &Path, shelf: &Shelf, adapter: &AdapterSummary) -> Found {
    shelf.find(&drafted(scene), adapter)
}

/// Runs the program on the scene; gives what it said.
fn toile(arguments: &[&str], scene: &Path, bakes: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_toile"))
        .arg(arguments[0])
        .arg(scene)
        .args(&arguments[1..])
        .arg("--bakes")
        .arg(bakes)
        .args(["--fps", &RATE.to_string()])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned()
        + &String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    said
}

#[test]
fn a_look_is_baked_and_played_until_something_changes() {
    let folder = tempfile::tempdir().unwrap();
    let bakes = folder.path().join("bakes");
    let same = scene(folder.path(), ("", ""));
    let shelf = Shelf::new(&bakes, &same, Some(RATE));
    let path = shelf.path(1, RATE);
    let (device, queue, adapter) = request_device().unwrap();
    let kernels = ClothPipelines::new(&device).unwrap();
    let gpu = Gpu {
        device: &device,
        queue: &queue,
        kernels: &kernels,
    };

    let draft = drafted(&same);
    let key = draft.key(RATE, &adapter);
    let nothing = shelf.find(&draft, &adapter);
    assert!(nothing.why.unwrap().contains("not baked"));
    let look = draft
        .fit(Some(&shelf), &adapter, gpu, |_, _, _| {})
        .unwrap();
    let simulated = simulate(&look, key, &path, gpu);
    plays(&look, &path, &simulated, gpu);

    // What the shelf remembers of sewing is what sewing gave, to the last bit.
    let again = drafted(&same)
        .fit(Some(&shelf), &adapter, gpu, |_, _, _| {})
        .unwrap();
    assert!(again.baked.is_some(), "{:?}", again.why);
    assert_eq!(again.settled, look.settled);
    assert_eq!(again.cloth, look.cloth);

    // The program plays it, and says so.
    let said = toile(&["bake"], &same, &bakes);
    assert!(said.contains("up to date"), "{said}");
    let out = folder.path().join("out");
    let to = out.to_str().unwrap();
    let short = [
        "capture", "--size", "64x36", "--to", "0.2", "--format", "png", "--out", to,
    ];
    let said = toile(&short, &same, &bakes);
    assert!(said.contains("look 1 baked"), "{said}");
    let report: serde_json::Value =
        serde_json::from_slice(&std::fs::read(out.join("report.json")).unwrap()).unwrap();
    assert_eq!(report["looks"][0]["cloth_is"], "baked");
    assert!(report["looks"][0]["cloth"]["contacts"].as_u64().unwrap() > 0);

    is_simulated_when_it_changes(&same, &shelf);

    // Another fabric is another cloth; another walk is the same, sewn alike.
    let other = scene(folder.path(), ("cotton-jersey", "wool-crepe"));
    let found = find(&other, &shelf, &adapter);
    assert!(found.baked.is_none() && found.sewn.is_none());
    let why = found.why.unwrap();
    assert!(why.contains("fabrics") && !why.contains("walk"), "{why}");
    let longer = scene(folder.path(), (STANDS, "pose_beats: 2.0"));
    let found = find(&longer, &shelf, &adapter);
    assert!(found.baked.is_none() && found.sewn.is_some());
    assert!(found.why.unwrap().contains("walk"));
    let same = scene(folder.path(), ("", ""));
    let elsewhere = AdapterSummary {
        driver: "another one".into(),
        ..adapter.clone()
    };
    let found = find(&same, &shelf, &elsewhere);
    assert!(found.baked.is_none() && found.why.unwrap().contains("adapter"));

    // A damaged file is told from a good one.
    let mut bytes = std::fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let found = find(&same, &shelf, &adapter);
    let why = found.why.unwrap();
    assert!(found.baked.is_none() && why.contains("damaged"), "{why}");
}
