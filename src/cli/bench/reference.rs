//! `toile bench reference`.

use crate::{
    capture::{save_rgb, write_whole},
    cli::{Failure, stop_on_interrupt, tryon::parse_worn},
    environment::Panorama,
    fitting::{Wearer, Wish},
    lookbook::Seated,
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
use toile_show::{Rgb, format::Worn};

/// One of every family that shines in its own way.
const FABRICS: [&str; 6] = [
    "cotton-poplin",
    "denim-12oz",
    "silk-charmeuse",
    "silk-velvet",
    "silk-organza",
    "lambskin-leather",
];
/// What a twin wears unless told otherwise, and what its files are called.
const WORN: &str = "slip-dress=silk-charmeuse";
const DRESSED: &str = "dressed";
/// The image of the light from everywhere.
const AROUND: &str = "studio.exr";

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile bench reference --out sitting
  venv/bin/python tools/reference/compare.py sitting

A piece of every fabric hangs in folds under an image and one lamp, and a dressed twin
stands there. Written are each as glTF with its materials (FABRIC.glb, dressed.glb), light
and camera (scene.json, with the image beside it), and pictures: NAME.toile.png, and
NAME.plain.png with the materials that Bevy has for such a file. tools/reference renders
the same with Cycles and compares.")]
pub(super) struct Args {
    /// Fabrics to write [default: six of different families]
    #[arg(long, value_name = "ID")]
    fabric: Vec<String>,
    /// Folder for what is written
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The twin that stands there; an invented one, for its shape is in the file
    #[arg(long, value_name = "ID", default_value = "lina")]
    twin: String,
    /// What it wears: GARMENT=FABRIC [default: a dress]
    #[arg(long, value_name = "GARMENT=FABRIC", value_parser = parse_worn)]
    wear: Vec<Worn>,
    /// Width and height of a swatch's picture, pixels; a twin's is 1.5 by 3 of it
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
    if args.wear.iter().any(|worn| worn.colour.is_some()) {
        return Err("--wear: a fabric is written in its own colour; leave out ':#…'".into());
    }
    let mut ids: Vec<String> = match &args.fabric[..] {
        [] => FABRICS.map(str::to_owned).to_vec(),
        some => some.to_vec(),
    };
    let image = assets.environment(AROUND);
    let panorama = Panorama::load(&image)?;
    let bytes = std::fs::read(&image).map_err(|e| format!("{}: {e}", image.display()))?;
    write_whole(&args.out.join(AROUND), &bytes)?;
    let mut library = Library::new(assets);
    let dressed = dressed(&args, assets, &panorama, &mut library)?;
    // What is worn is there as a swatch as well: its dye is measured on that.
    for worn in wish(&args)?.worn {
        if !ids.contains(&worn.fabric) {
            ids.push(worn.fabric);
        }
    }
    let room = swatches::room(assets)?;
    let piece = sitting::piece();
    let mut fabrics = Vec::new();
    let mut bar = Progress::start("photographing", ids.len() as u64);
    for (done, id) in ids.iter().enumerate() {
        bar.at(done as u64, id);
        let fabric = library.fabric(id, "--fabric")?;
        let record = library.record(id, "--fabric")?;
        let glb = glb_of(&record, &BTreeMap::new(), &piece)?;
        write_whole(&args.out.join(format!("{id}.glb")), &glb)?;
        for finish in [Finish::Fabric, Finish::Plain] {
            let shown = (&*fabric, finish);
            let picture = swatches::sitting(&room, &panorama, shown, args.size, args.samples)?;
            save(&args, id, (finish, picture))?;
        }
        fabrics.push(describe(id, &fabric));
    }
    let scene = scene(args.size, &panorama, &fabrics, &dressed);
    let text = serde_json::to_string_pretty(&scene)? + "\n";
    write_whole(&args.out.join("scene.json"), text.as_bytes())?;
    bar.finish(&format!("{} fabrics in {}", ids.len(), args.out.display()));
    Ok(())
}

fn save(args: &Args, name: &str, (finish, picture): (Finish, Photograph)) -> Result<(), Failure> {
    let kind = match finish {
        Finish::Fabric => "toile",
        Finish::Plain => "plain",
    };
    let path = args.out.join(format!("{name}.{kind}.png"));
    save_rgb(&path, &picture.rgb, picture.size, None)?;
    Ok(())
}

/// Who stands there, in what.
fn wish(args: &Args) -> Result<Wish, Failure> {
    let worn = match &args.wear[..] {
        [] => vec![parse_worn(WORN)?],
        some => some.to_vec(),
    };
    let wearer = Wearer::Twin(args.twin.clone());
    Ok(Wish { wearer, worn })
}

/// Writes the dressed twin; gives what the scene says of it.
fn dressed(
    args: &Args,
    assets: &Assets,
    panorama: &Panorama,
    library: &mut Library<'_>,
) -> Result<Value, Failure> {
    let size = (3 * args.size / 2, 3 * args.size);
    let wish = wish(args)?;
    let stop = stop_on_interrupt()?;
    let mut seated = Seated::new(assets, &wish, size, &stop)?;
    let glb = seated.glb(library)?;
    write_whole(&args.out.join(format!("{DRESSED}.glb")), &glb)?;
    for picture in seated.photograph(panorama, args.samples)? {
        save(args, DRESSED, picture)?;
    }
    let fabrics: Vec<&str> = wish.worn.iter().map(|worn| worn.fabric.as_str()).collect();
    Ok(json!({
        "id": DRESSED,
        "size": [size.0, size.1],
        "camera": camera(&seated.sitting(panorama)),
        "fabrics": fabrics,
    }))
}

fn camera(sitting: &Sitting<'_>) -> Value {
    let (place, fov_rad) = sitting.camera();
    json!({"place": place.to_array(), "fov_rad": fov_rad})
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

/// Light and camera. Axes are those of glTF: Y is up, cameras look along -Z.
fn scene(size: u32, panorama: &Panorama, fabrics: &[Value], dressed: &Value) -> Value {
    json!({
        "size": size,
        "camera": camera(&Sitting::of_swatch(panorama)),
        "lamp": {
            "to": sitting::to_lamp().to_array(),
            "light": sitting::LAMP,
            "radius_rad": sitting::LAMP_RADIUS_RAD,
        },
        "around": {"image": AROUND, "factor": sitting::AROUND, "turn_rad": sitting::TURN_RAD},
        "backdrop": sitting::BACKDROP,
        "fabrics": fabrics,
        "dressed": dressed,
    })
}
