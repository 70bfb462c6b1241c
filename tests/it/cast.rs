//! The cast that ships: thirty invented people who are records, and whose avatars are
//! made on demand.

use crate::surface::Surface;
use glam::Vec3;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};
use toile::{
    avatars::{Avatars, avatar_of},
    consent::{Account, Papers},
    paths::Assets,
};
use toile_body::{TwinRecipe, recipe::Finish};
use toile_twin::{Avatar, Kind, Performance, PerformancePlan, Twin, joint_world, region};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn assets() -> Assets {
    Assets::find(Some(&root().join("assets"))).unwrap()
}

fn records() -> Vec<Twin> {
    let assets = assets();
    let ids = assets.list("twins").into_iter();
    ids.map(|id| Twin::load(&assets.twin(&id)).unwrap())
        .collect()
}

fn recipe(twin: &Twin) -> TwinRecipe {
    let file = twin.record_path().with_file_name("recipe.ron");
    TwinRecipe::from_ron(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// What is wrong with the avatars of the cast, by a check of each.
fn faults(check: impl Fn(&Twin, &Avatar) -> Vec<String>) -> String {
    let assets = assets();
    let of = |twin: &Twin| {
        let avatar = avatar_of(twin, &assets).unwrap();
        let faults = check(twin, &avatar).into_iter();
        faults
            .map(|fault| format!("{}: {fault}", twin.id))
            .collect()
    };
    let all: Vec<Vec<String>> = records().iter().map(of).collect();
    all.concat().join("\n")
}

#[test]
fn every_invented_person_is_a_record_with_a_licence_and_a_declaration() {
    for twin in records().iter().filter(|t| t.kind != Kind::Mannequin) {
        assert!(twin.has_recipe(), "{}", twin.id);
        let folder = twin.licences_path();
        assert_eq!(
            Papers::load(&folder).unwrap().licences.len(),
            1,
            "{}",
            twin.id
        );
        assert!(folder.join("declaration.txt").is_file(), "{}", twin.id);
        assert!(!folder.with_file_name("avatar.glb").exists(), "{}", twin.id);
    }
}

#[test]
fn recipe_and_record_agree_on_measures_and_heel() {
    for twin in records() {
        let recipe = recipe(&twin);
        let (asked, told) = (recipe.measures.unwrap(), &twin.measures);
        let pairs = [
            (asked.height, told.height),
            (asked.bust, told.bust),
            (asked.waist, told.waist),
            (asked.hip, told.hip),
            (asked.inseam.unwrap(), told.inseam.unwrap()),
        ];
        for (asked, told) in pairs {
            assert!((asked - told).abs() < 1e-6, "{}: {asked} {told}", twin.id);
        }
        if let Finish::Person { shoes, .. } = recipe.finish {
            assert!((shoes.heel - twin.shoe_heel).abs() < 1e-6, "{}", twin.id);
        }
    }
}

#[test]
fn no_two_people_walk_alike_or_have_the_same_measures() {
    let people: Vec<Twin> = records();
    for (number, one) in people.iter().enumerate() {
        for other in &people[number + 1..] {
            assert_ne!(one.gait, other.gait, "{} {}", one.id, other.id);
            assert_ne!(one.measures, other.measures, "{} {}", one.id, other.id);
        }
    }
}

#[test]
fn every_avatar_has_the_parts_that_the_stage_looks_for_and_covers_the_lap() {
    let said = faults(|twin, avatar| {
        let mut faults = Vec::new();
        let size = std::fs::metadata(&avatar.file).unwrap().len();
        if size > 4 << 20 {
            faults.push(format!("{size} bytes"));
        }
        let (hair, shoes) = match recipe(twin).finish {
            Finish::Person { hair, shoes, .. } => (
                format!("{:?}", hair.style) != "Bald",
                format!("{:?}", shoes.style) != "Barefoot",
            ),
            Finish::Mannequin { .. } => return faults,
        };
        let parts = ["skin", "base_layer", "eyes", "lashes", "brows", "teeth"];
        let parts = parts.map(|name| (name, true)).into_iter();
        for (name, there) in parts.chain([("hair", hair), ("shoes", shoes)]) {
            if (avatar.with_material(name).count() > 0) != there {
                faults.push(format!("{name} should be there: {there}"));
            }
        }
        let hips = avatar.skeleton.inverse_bind[avatar.skeleton.root()].inverse();
        let lap = |at: &Vec3| {
            let below = hips.w_axis.y - at.y;
            at.x.abs() < 0.04 && (0.0..0.1).contains(&below)
        };
        let bare = avatar
            .with_material("skin")
            .flat_map(|part| &part.positions);
        if bare.filter(|at| lap(at)).count() > 0 {
            faults.push("bare skin between the legs".into());
        }
        faults
    });
    assert!(said.is_empty(), "{said}");
}

#[test]
fn the_hull_of_every_twin_is_closed() {
    let said = faults(|_, avatar| {
        let hull = avatar.collision_hull().unwrap();
        let mut edges = HashMap::new();
        for t in &hull.triangles {
            for (a, b) in [(t[0], t[1]), (t[1], t[2]), (t[2], t[0])] {
                *edges.entry((a.min(b), a.max(b))).or_insert(0) += if a < b { 1 } else { -1 };
            }
        }
        let open = edges.values().filter(|balance| **balance != 0).count();
        let open = (open > 0).then(|| format!("{open} edges with one side only"));
        open.into_iter().collect()
    });
    assert!(said.is_empty(), "{said}");
}

#[test]
fn the_hull_of_every_twin_follows_the_skin_below_its_clothes() {
    const CLOTHED: u32 =
        region::TORSO | region::LEFT_ARM | region::RIGHT_ARM | region::LEFT_LEG | region::RIGHT_LEG;
    // Ankles run on inside the shoes, which the hull does not follow.
    const SHOES_M: f32 = 0.16;
    let said = faults(|_, avatar| {
        let (skin, hull) = (avatar.collision_body(), avatar.collision_hull().unwrap());
        let surface = Surface::new(&hull.positions, &hull.triangles);
        let mut off: Vec<f32> = (0..skin.positions.len())
            .filter(|&v| skin.region[v] & CLOTHED != 0 && skin.positions[v].y > SHOES_M)
            .step_by(97)
            .map(|v| surface.distance(skin.positions[v]))
            .collect();
        off.sort_by(f32::total_cmp);
        let (middle, most) = (off[off.len() / 2], off[off.len() * 95 / 100]);
        let far = (middle > 0.001 || most > 0.003).then(|| {
            let [middle, most] = [middle, most].map(|metres| metres * 1e3);
            format!("half within {middle:.1} mm, 95 % within {most:.1} mm")
        });
        far.into_iter().collect()
    });
    assert!(said.is_empty(), "{said}");
}

#[test]
fn every_twin_performs_within_the_limits() {
    let said = faults(|twin, avatar| {
        let performance = Performance::new(avatar, twin, &PerformancePlan::default()).unwrap();
        performance.audit(avatar).unwrap().faults()
    });
    assert!(said.is_empty(), "{said}");
}

#[test]
fn knees_stay_beside_each_other_on_the_shortest_walk_too() {
    let said = faults(|twin, avatar| {
        let joint = |name: &str| avatar.skeleton.find(name).unwrap();
        let (left, right) = (joint("LeftLeg"), joint("RightLeg"));
        let mut widest = 0.0_f32;
        for walk_distance_m in [1.0, 1.5, 2.0] {
            let plan = PerformancePlan {
                walk_distance_m,
                ..PerformancePlan::default()
            };
            let performance = Performance::new(avatar, twin, &plan).unwrap();
            for frame in 0..(performance.duration_s() * 12.0) as u32 {
                let pose = performance.pose(f64::from(frame) / 12.0);
                let world = joint_world(&avatar.skeleton, &pose);
                widest = widest.max(world[left].w_axis.distance(world[right].w_axis));
            }
        }
        let apart = (widest >= 0.5).then(|| format!("knees {widest} m apart"));
        apart.into_iter().collect()
    });
    assert!(said.is_empty(), "{said}");
}

fn made(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn a_kept_avatar_is_used_again_and_a_damaged_one_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let assets = assets().with_avatars(Avatars::at(folder.path()));
    let twin = Twin::load(&assets.twin("kofi")).unwrap();
    let first = avatar_of(&twin, &assets).unwrap();
    let written = |file: &Path| std::fs::metadata(file).unwrap().modified().unwrap();
    let when = written(&first.file);
    assert_eq!(avatar_of(&twin, &assets).unwrap(), first);
    assert_eq!(written(&first.file), when, "it was made again");
    let whole = std::fs::read(&first.file).unwrap();
    std::fs::write(&first.file, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(avatar_of(&twin, &assets).unwrap(), first);
    assert_eq!(std::fs::read(&first.file).unwrap(), whole);
    assert_eq!(made(folder.path()), [first.file]);
}

/// A picture of the fitting room's look by a process of its own, of the twin kofi.
fn begin(house: &Path, show: u32) -> Child {
    Command::new(env!("CARGO_BIN_EXE_toile"))
        .args(["--assets".as_ref(), root().join("assets").as_os_str()])
        .args(["twin", "sheet", "kofi", "--size", "48x96", "--samples", "1"])
        .args(["--out", &format!("cast-{show}.png")])
        .current_dir(house)
        .env("TOILE_LEDGER", house.join("ledger"))
        .env("TOILE_AVATARS", house.join("avatars"))
        .stderr(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn two_processes_use_the_same_twin_at_the_same_time() {
    let house = tempfile::tempdir().unwrap();
    let mut running = [1, 2].map(|show| begin(house.path(), show));
    for child in &mut running {
        assert!(child.wait().unwrap().success());
    }
    let pictures = [1, 2].map(|show| {
        let picture = house.path().join(format!("cast-{show}.png"));
        // Their credentials are of their own moments.
        image::open(picture).unwrap().into_bytes()
    });
    assert!(pictures[0] == pictures[1], "the same twin looks different");
    // Both found no avatar, made the same one, and left nothing else.
    assert_eq!(made(&house.path().join("avatars")).len(), 1);
    let account = Account::at(&house.path().join("ledger")).read().unwrap();
    let used = toile_consent::ledger::spent(&account.entries);
    let stills: u64 = used.values().map(|spent| spent.stills).sum();
    assert_eq!(stills, 2, "{used:?}");
}
