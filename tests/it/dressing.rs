//! Every shipped garment can be sewn onto every shipped twin: seams close,
//! nothing falls off, nobody's skin shows through. Garments are put on as
//! outfits, which is how they are worn and three times as fast.

use crate::{
    fitting::{Fitting, assets},
    surface::Surface,
};
use glam::Vec3;
use toile::{
    production::{Library, load_twin},
    wardrobe::{self, CLOSED_SEAM_M},
};
use toile_cloth::ClothStats;

/// Every garment that is shipped, each once.
const OUTFITS: [&[&str]; 3] = [
    &["slip-dress"],
    &["trousers", "tee"],
    &["circle-skirt", "crop-tee"],
];

/// Edge length of the cloth, m: a little coarser than on stage, for time.
const EDGE_M: f32 = 0.032;
/// The same for those who wear one outfit of three.
const COARSE_M: f32 = 0.04;

/// What a look is like once it is sewn and settled.
struct Outcome {
    seam_gap_m: f32,
    stats: ClothStats,
    /// How deep the deepest particle is inside the whole body, m, measured
    /// here and not by the solver; and where it is.
    depth_m: f32,
    deepest: String,
    top_m: f32,
}

/// Sews garments (each in its own fabric) onto a twin, made to measure.
fn dress(twin: &str, garments: &[&str], edge_m: f32) -> Outcome {
    let Fitting {
        twin,
        body,
        dressed,
        ..
    } = Fitting::new(twin, garments, None, edge_m);
    let inside = depths(
        &Surface::new(&body.positions, &body.triangles),
        &dressed.positions,
    );
    let (depth_m, deepest) = inside
        .iter()
        .max_by(|a, b| f32::total_cmp(&a.1, &b.1))
        .map_or((0.0, String::new()), |&(i, depth)| {
            let [x, y, z] = (dressed.positions[i] * 1e3).to_array();
            let place = dressed.place(i as u32);
            let others = inside.iter().filter(|p| p.1 > 0.002).count() - 1;
            (
                depth,
                format!("{place} at {x:.0} {y:.0} {z:.0} mm, and {others} more"),
            )
        });
    Outcome {
        seam_gap_m: dressed.seam_gap_m,
        stats: dressed.stats,
        depth_m,
        deepest,
        top_m: dressed.positions.iter().map(|p| p.y).fold(0.0, f32::max) / twin.measures.height,
    }
}

/// Those of `points` that are inside a closed surface, and how deep, m.
fn depths(surface: &Surface, points: &[Vec3]) -> Vec<(usize, f32)> {
    points
        .iter()
        .enumerate()
        .filter(|&(_, &p)| surface.holds(p))
        .map(|(i, &p)| (i, surface.distance(p)))
        .collect()
}

/// Puts outfits on a twin and says everything that is wrong with them.
fn all_fit(twin: &str, outfits: &[&[&str]], edge_m: f32) {
    let mut wrong = Vec::new();
    for outfit in outfits {
        let got = dress(twin, outfit, edge_m);
        let mut note = |problem: String| wrong.push(format!("{twin} in {outfit:?}: {problem}"));
        if got.stats.nan {
            note("a position is no number".into());
        }
        if got.seam_gap_m >= CLOSED_SEAM_M {
            note(format!("a seam is {:.2} mm open", got.seam_gap_m * 1e3));
        }
        if got.depth_m > 0.002 {
            note(format!(
                "a particle is {:.1} mm inside the body ({})",
                got.depth_m * 1e3,
                got.deepest
            ));
        }
        if got.stats.max_penetration_m > got.depth_m + 1e-4 {
            note(format!(
                "the solver says {:.1} mm inside the body, {:.1} mm is true",
                got.stats.max_penetration_m * 1e3,
                got.depth_m * 1e3
            ));
        }
        if got.stats.crossings > 0 {
            note(format!(
                "cloth goes through cloth in {} places",
                got.stats.crossings
            ));
        }
        // Every outfit hangs from the shoulders.
        if got.top_m < 0.76 {
            note(format!("it fell to {:.2} of the height", got.top_m));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One test per twin, so that they run side by side and fail by name.
macro_rules! settles_on {
    ($name:ident, $all:ident, $wears:expr, $edge_m:expr; $($twin:ident),* $(,)?) => {
        const $all: &[&str] = &[$(stringify!($twin)),*];
        mod $name {
            $(
                #[test]
                fn $twin() {
                    super::all_fit(stringify!($twin), $wears(stringify!($twin)), $edge_m);
                }
            )*
        }
    };
}

// Women and men, 156 to 188 cm tall, busts of 82 to 116 cm, all styles of shoes.
settles_on!(every_garment_settles_on, MODELS, |_| &super::OUTFITS, super::EDGE_M;
    amara, greta, ines, joao, kofi, lina, mannequin, mei, tomas);

// Everybody else in one outfit, by turns: all of them in all would take half an hour.
settles_on!(an_outfit_settles_on, OTHERS, super::by_turns, super::COARSE_M;
    adaeze, anselm, chiyo, femi, idris, jaspal, juno, kavya, lachlan, leilani, marisol,
    mateo, nahla, noor, oddny, odessa, ren, saoirse, sunan, tane, thandeka, vilmos);

/// The outfit of one of the others.
fn by_turns(twin: &str) -> &'static [&'static [&'static str]] {
    let turn = OTHERS.iter().position(|other| *other == twin).unwrap() % OUTFITS.len();
    &OUTFITS[turn..=turn]
}

#[test]
fn a_skirt_is_sewn_over_a_dress_and_a_top_over_both() {
    let layers = ["slip-dress", "circle-skirt", "crop-tee"];
    let Fitting { dressed, .. } = Fitting::new("amara", &layers, None, 0.04);
    assert!(!dressed.stats.nan);
    assert_eq!(dressed.stats.crossings, 0);
    let gap_mm = dressed.seam_gap_m * 1e3;
    assert!(
        dressed.seam_gap_m <= dressed.closed_seam_m,
        "a seam is {gap_mm:.2} mm open"
    );
}

#[test]
fn no_twin_and_no_garment_is_left_out_here() {
    let assets = assets();
    let mut twins = [MODELS, OTHERS].concat();
    twins.sort_unstable();
    assert_eq!(assets.list("twins"), twins);
    let mut worn: Vec<&str> = OUTFITS.concat();
    worn.sort_unstable();
    let shipped: Vec<String> = assets
        .list("garments")
        .into_iter()
        .filter(|id| !id.ends_with("_specification"))
        .collect();
    assert_eq!(shipped, worn);
}

#[test]
fn what_a_garment_file_adds_reaches_the_cloth() {
    let assets = assets();
    let (twin, avatar) = load_twin(&assets, "ines", "test").unwrap();
    let mut library = Library::new(&assets);
    let mut worn: Vec<_> = ["crop-tee", "circle-skirt"]
        .iter()
        .map(|id| library.own_fabric(id, "test").unwrap())
        .collect();
    let body = wardrobe::body_mesh(&avatar.collision_hull().unwrap(), avatar.skeleton.len());
    let drafted = |worn: &[_]| {
        wardrobe::assemble(worn, &twin.measures, &avatar, &body, &twin.id, EDGE_M)
            .unwrap()
            .cloth
    };
    let plain = drafted(&worn);
    let text = std::fs::read_to_string(assets.garment("circle-skirt")).unwrap();
    let text = text.trim_end().strip_suffix(')').unwrap().to_owned()
        + r#"
        buttons: [(
            a: (panel: "waistband_front", edge: "side_left", at: 0.5),
            b: (panel: "waistband_back", edge: "side_left", at: 0.5),
            stiffness: 800.0,
        )],
        pressure: {"skirt_front": 12.5},
        allowance: Some((tension: 30.0, bending: 2e-5)),
        fusing: [(on: Panel("waistband_front"), bending: 3e-4, stretch: 500.0)],
    )"#;
    let file = toile_garment::GarmentFile::from_ron(&text, "circle-skirt.ron").unwrap();
    worn[1].file = std::sync::Arc::new(file);
    let cloth = drafted(&worn);
    // The skirt's band is of a fabric of its own, firmer than the skirt's.
    assert_eq!(cloth.fabrics.len(), 3);
    assert_eq!(cloth.fabrics[..2], plain.fabrics[..]);
    let [skirt, band] = [cloth.fabrics[1], cloth.fabrics[2]];
    assert_eq!(band.bend_warp, skirt.bend_warp + 3e-4);
    assert_eq!(band.stretch[2], skirt.stretch[2] + 500.0);
    let fused = cloth.fabric.iter().filter(|&&k| k == 2).count();
    assert!((10..cloth.fabric.len() / 4).contains(&fused), "{fused}");
    for (t, (new, old)) in cloth.fabric.iter().zip(&plain.fabric).enumerate() {
        assert!(new == old || (*new, *old) == (2, 1), "triangle {t}");
    }
    // Only the skirt's front is filled, and the tee before it is not.
    assert_eq!(cloth.pressure.len(), cloth.triangles.len());
    for (pressure, fabric) in cloth.pressure.iter().zip(&cloth.fabric) {
        assert!(*pressure == 0.0 || (*pressure, *fabric) == (12.5, 1));
    }
    assert!(cloth.pressure.contains(&12.5));
    assert_eq!(cloth.attachments.len(), 1);
    assert_eq!(cloth.allowances.len(), 8);
    cloth.check().unwrap();
    assert_eq!(plain.pressure, Vec::<f32>::new());
}
