//! `toile bench reference`.

use crate::{
    capture::{save_rgb, write_whole},
    cli::Failure,
    paths::Assets,
    production::Library,
    progress::Progress,
    stage::{
        sitting::{self, Finish, Sitting},
        surface,
    },
    swatches::{self, Photograph},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::PathBuf};
use toile_catalogue::gltf::glb_of;
use toile_garment::Fabric;
use toile_show::Rgb;

/// One of every family that shines in its own way.
const FABRICS: [&str; 6] = [
    "cotton-poplin",
    "denim-12oz",
    "silk-charmeuse",
    "silk-velvet",
    "silk-organza",
    "lambskin-leather",
];
/// The image of the light from everywhere.
const AROUND: &str = "studio.exr";

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile bench reference --out sitting
  venv/bin/python tools/reference/compare.py sitting

A piece of every fabric hangs in folds under an image and one lamp. Written are the
piece as glTF with its material (FABRIC.glb), light and camera (scene.json, with the
image beside it), and pictures of it: FABRIC.toile.png, and FABRIC.plain.png with the
material that Bevy has for such a file. tools/reference renders the same with Cycles
and compares.")]
pub(super) struct Args {
    /// Fabrics to write [default: six of different families]
    #[arg(long, value_name = "ID")]
    fabric: Vec<String>,
    /// Folder for what is written
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Width and height of the pictures, pixels
    #[arg(long, default_value_t = 256)]
    size: u32,
    /// Subframes of which a picture is the mean; 32 are `--quality final`
    #[arg(long, default_value_t = 32)]
    samples: u32,
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    for (flag, value, [low, high]) in [
        ("--size", args.size, [64, 2048]),
        ("--samples", args.samples, [1, 256]),
    ] {
        if !(low..=high).contains(&value) {
            return Err(format!("{flag} is {value}; give {low} to {high}").into());
        }
    }
    let ids: Vec<String> = match &args.fabric[..] {
        [] => FABRICS.map(str::to_owned).to_vec(),
        some => some.to_vec(),
    };
    let image = assets.environment(AROUND);
    let panorama = crate::environment::Panorama::load(&image)?;
    let bytes = std::fs::read(&image).map_err(|e| format!("{}: {e}", image.display()))?;
    write_whole(&args.out.join(AROUND), &bytes)?;
    let room = swatches::room(assets)?;
    let mut library = Library::new(assets);
    let piece = sitting::piece();
    let mut fabrics = Vec::new();
    let mut bar = Progress::start("photographing", ids.len() as u64);
    for (done, id) in ids.iter().enumerate() {
        bar.at(done as u64, id);
        let fabric = library.fabric(id, "--fabric")?;
        let record = library.record(id, "--fabric")?;
        let glb = glb_of(&record, &BTreeMap::new(), &piece)?;
        write_whole(&args.out.join(format!("{id}.glb")), &glb)?;
        for (name, finish) in [("toile", Finish::Fabric), ("plain", Finish::Plain)] {
            let sitting = Sitting {
                fabric: &fabric,
                finish,
                panorama: &panorama,
            };
            let Photograph { rgb, size } =
                swatches::sitting(&room, &sitting, args.size, args.samples)?;
            save_rgb(&args.out.join(format!("{id}.{name}.png")), &rgb, size, None)?;
        }
        fabrics.push(describe(id, &fabric));
    }
    let scene = scene(args.size, &fabrics);
    let text = serde_json::to_string_pretty(&scene)? + "\n";
    write_whole(&args.out.join("scene.json"), text.as_bytes())?;
    bar.finish(&format!("{} fabrics in {}", ids.len(), args.out.display()));
    Ok(())
}

/// What a glTF material cannot say of a fabric.
fn describe(id: &str, fabric: &Fabric) -> Value {
    let fibre = surface(fabric, None).fibre;
    json!({
        "id": id,
        "construction": fabric.construction,
        // Of the fibres themselves, before a dark dye swallows some.
        "f0": surface(fabric, Some(Rgb([1.0; 3]))).fibre.f0.max_element(),
        "passing": fibre.passing,
        // GGX, of the yarns that are the face.
        "along": fibre.along,
        "across": fibre.across(),
        "share": fibre.share,
        // How much of what shines was in the colour as it was measured.
        "mixed_in": fibre.mixed_in(),
    })
}

/// Light and camera. Axes are those of glTF: Y is up, the camera looks along -Z.
fn scene(size: u32, fabrics: &[Value]) -> Value {
    let (away, fov) = sitting::camera();
    json!({
        "size": size,
        "camera": {"place": [0.0, 0.0, away], "fov_rad": fov},
        "lamp": {
            "to": sitting::to_lamp().to_array(),
            "light": sitting::LAMP,
            "radius_rad": sitting::LAMP_RADIUS_RAD,
        },
        "around": {"image": AROUND, "factor": sitting::AROUND, "turn_rad": sitting::TURN_RAD},
        "backdrop": sitting::BACKDROP,
        "fabrics": fabrics,
    })
}
