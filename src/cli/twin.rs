//! `toile twin`.

use super::Failure;
use crate::{paths::Assets, production::load_twin};
use clap::Subcommand;
use toile_body::{BodyData, MeasureTargets, Shape, TwinRecipe, avatar_glb, fit, recipe::Finish};
use toile_twin::Twin;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile twin list
  toile twin show ines
  toile twin new --id rosa --name Rosa --height 178 --bust 85 --waist 64 --hip 90
  toile twin new --id otto --male --age 60 --height 184 --bust 102 --waist 90 --hip 100 --inseam 83

A new twin is a folder assets/twins/ID: recipe.ron (what it looks like),
avatar.glb (made from it) and twin.ron (identity, measures, licences). Edit
recipe.ron and run `toile twin bake ID` to change hair, skin, face and shoes.")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the twins with height, bust, waist and hip in centimetres
    List,
    /// Make a twin from measures in centimetres
    New(New),
    /// Make a twin's avatar again from its edited recipe.ron
    Bake {
        /// The twin's id, a folder under assets/twins
        id: String,
    },
    /// Show a twin's measures and licences
    Show {
        /// The twin's id, a folder under assets/twins
        id: String,
    },
}

#[derive(Debug, clap::Args)]
struct New {
    /// Folder to make under assets/twins: small letters, digits, hyphens
    #[arg(long)]
    id: String,
    /// Name to print [default: the id]
    #[arg(long)]
    name: Option<String>,
    /// A male body [default: female]
    #[arg(long)]
    male: bool,
    /// Age in years, 20 to 90
    #[arg(long, default_value_t = 28.0)]
    age: f32,
    /// Stature, cm
    #[arg(long)]
    height: f32,
    /// Bust or chest girth, cm
    #[arg(long)]
    bust: f32,
    /// Waist girth, cm
    #[arg(long)]
    waist: f32,
    /// Hip girth, cm
    #[arg(long)]
    hip: f32,
    /// Inside leg, cm
    #[arg(long)]
    inseam: Option<f32>,
    /// Girth under the bust, cm
    #[arg(long)]
    underbust: Option<f32>,
    /// Girth of a thigh, cm
    #[arg(long)]
    thigh: Option<f32>,
    /// Girth of a calf, cm
    #[arg(long)]
    calf: Option<f32>,
    /// Neck girth, cm
    #[arg(long)]
    neck: Option<f32>,
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    match args.command {
        Command::List => list(assets),
        Command::New(new) => make(&new, assets),
        Command::Bake { id } => bake(&id, assets),
        Command::Show { id } => show(&id, assets),
    }
}

/// The packed body that avatars are made from.
fn body(assets: &Assets) -> Result<BodyData, Failure> {
    Ok(BodyData::load(&assets.root().join("body/hm08.bin.zst"))?)
}

/// Makes a twin: the folder appears with all its files or not at all.
fn make(new: &New, assets: &Assets) -> Result<(), Failure> {
    let folder = assets.twin(&new.id);
    if folder.exists() {
        return Err(format!("--id {}: {} is there already; choose another id, or edit its recipe.ron and run `toile twin bake`", new.id, folder.display()).into());
    }
    let metres = |cm: f32| cm * 0.01;
    let targets = MeasureTargets {
        height: metres(new.height),
        bust: metres(new.bust),
        waist: metres(new.waist),
        hip: metres(new.hip),
        inseam: new.inseam.map(metres),
        underbust: new.underbust.map(metres),
        thigh: new.thigh.map(metres),
        calf: new.calf.map(metres),
        neck: new.neck.map(metres),
        ..MeasureTargets::default()
    };
    let shape = Shape {
        gender: if new.male { 1.0 } else { 0.0 },
        age: Shape::age_from_years(new.age),
        ..Shape::default()
    };
    let data = body(assets)?;
    let fitted = fit(&data, &shape, &targets)?;
    let recipe = TwinRecipe::plain(shape, targets);
    let glb = avatar_glb(&data, &recipe)?;
    let twin = Twin::parse(
        &format!(
            "(version: 1, id: {:?}, name: {:?}, kind: synthetic, measures: (height: {:.4}, bust: {:.4}, waist: {:.4}, hip: {:.4}{}), avatar: \"avatar.glb\", shoe_heel: {:.4}, gait: ())",
            new.id,
            new.name.as_deref().unwrap_or(&new.id),
            fitted.achieved.height,
            fitted.achieved.bust,
            fitted.achieved.waist,
            fitted.achieved.hip,
            new.inseam
                .map(|cm| format!(", inseam: {:.4}", metres(cm)))
                .unwrap_or_default(),
            heel_of(&recipe),
        ),
        &folder.join("twin.ron"),
    )?;
    let parent = assets.root().join("twins");
    let staging = tempfile::Builder::new()
        .prefix(".new-")
        .tempdir_in(&parent)
        .map_err(|e| format!("cannot write to {}: {e}", parent.display()))?;
    let write = |name: &str, content: &[u8]| {
        std::fs::write(staging.path().join(name), content)
            .map_err(|e| format!("cannot write {name}: {e}"))
    };
    write("recipe.ron", recipe.to_ron()?.as_bytes())?;
    write("avatar.glb", &glb)?;
    write("twin.ron", twin.to_ron()?.as_bytes())?;
    std::fs::rename(staging.keep(), &folder)
        .map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    println!(
        "{}: fitted to within {:.1} mm, avatar {:.1} MB",
        folder.display(),
        fitted.residual_mm_max,
        glb.len() as f32 / 1e6
    );
    println!("the twin has no licence yet: add one to twin.ron before a show may use it");
    Ok(())
}

/// Heel of the recipe's shoes, m.
fn heel_of(recipe: &TwinRecipe) -> f32 {
    match &recipe.finish {
        Finish::Person { shoes, .. } => shoes.heel,
        Finish::Mannequin { .. } => 0.0,
    }
}

/// Makes an avatar again from its recipe.
fn bake(id: &str, assets: &Assets) -> Result<(), Failure> {
    let folder = assets.twin(id);
    let path = folder.join("recipe.ron");
    let text = std::fs::read_to_string(&path).map_err(|e| {
        format!(
            "cannot read {}: {e}; a twin that was not made here has no recipe",
            path.display()
        )
    })?;
    let recipe = TwinRecipe::from_ron(&text).map_err(|e| format!("{}: {e}", path.display()))?;
    let glb = avatar_glb(&body(assets)?, &recipe)?;
    let partial = folder.join("avatar.glb.part");
    std::fs::write(&partial, &glb)
        .and_then(|()| std::fs::rename(&partial, folder.join("avatar.glb")))
        .map_err(|e| format!("cannot write {}: {e}", folder.display()))?;
    println!(
        "{}: {:.1} MB",
        folder.join("avatar.glb").display(),
        glb.len() as f32 / 1e6
    );
    Ok(())
}

fn list(assets: &Assets) -> Result<(), Failure> {
    println!(
        "{:<12} {:<20} {:<10} {:>6} {:>6} {:>6} {:>6}",
        "id", "name", "kind", "height", "bust", "waist", "hip"
    );
    for id in assets.list("twins") {
        let (twin, _) = load_twin(assets, &id, "twin list")?;
        let m = &twin.measures;
        let cm = |metres: f32| format!("{:.1}", metres * 100.0);
        let kind = format!("{:?}", twin.kind).to_lowercase();
        println!(
            "{id:<12} {:<20} {kind:<10} {:>6} {:>6} {:>6} {:>6}",
            twin.name,
            cm(m.height),
            cm(m.bust),
            cm(m.waist),
            cm(m.hip)
        );
    }
    Ok(())
}

fn show(id: &str, assets: &Assets) -> Result<(), Failure> {
    let (twin, avatar) = load_twin(assets, id, "twin show")?;
    println!("{} ({id}), {:?}", twin.name, twin.kind);
    if let Some(credit) = &twin.credit {
        println!("credit: {credit}");
    }
    println!(
        "avatar: {} ({} joints, {} parts)",
        avatar.file.display(),
        avatar.skeleton.len(),
        avatar.primitives.len()
    );
    println!("measures: {:#?}", twin.measures);
    if twin.licences.is_empty() {
        println!("no licences: nobody may show this twin");
    }
    for licence in &twin.licences {
        println!(
            "licence {}: {} may use it for {:?}, {:?}, {:?}, from {} until {}, at {} {} per {:?}",
            licence.id,
            licence.licensee,
            licence.scope,
            licence.purpose,
            licence.territory,
            licence.from,
            licence.until,
            licence.rate.amount,
            licence.rate.currency,
            licence.rate.per
        );
    }
    Ok(())
}
