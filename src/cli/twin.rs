//! `toile twin`.

mod erase;
mod identity;
mod import;
mod sheet;

pub(super) use identity::SEALED;

use super::{Failure, figure::Figure};
use crate::{
    avatars::make_all,
    bodies::make_body,
    consent::Papers,
    credentials::sign_avatar,
    erasure,
    fitting::FittingRoom,
    paths::Assets,
    production::{load_record, load_twin},
};
use clap::Subcommand;
use toile_twin::{Kind, Twin};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile twin list
  toile twin show ines
  toile twin new --id rosa --name Rosa --height 178 --bust 85 --waist 64 --hip 90
  toile twin import visitor.vrm
  toile twin identity seal amara who.txt --to x25519:…
  toile twin erase amara --yes
  toile twin sheet --out cast.png
  toile twin new --id otto --male --age 60 --height 184 --bust 102 --waist 90 --hip 100 --inseam 83

A new twin is a folder assets/twins/ID: recipe.ron (what it looks like) and twin.ron
(identity, measures, walk). Edit recipe.ron to change hair, skin, face and shoes. Its
avatar is made when it is first asked for, or by `toile twin bake`, and kept in --avatars;
that folder may be emptied at any time.")]
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
    /// Take in a rigged avatar from elsewhere: .glb, .gltf or .vrm
    Import(import::Args),
    /// Seal who a person's twin shows, or open the seal
    #[command(subcommand)]
    Identity(identity::Command),
    /// Remove a twin with all that is kept of it, for good
    Erase(erase::Args),
    /// Make the avatars of twins that have a recipe, unless they are made already, with
    /// Content Credentials beside them
    Bake {
        /// Ids of twins, folders under assets/twins; all of them if there is none
        ids: Vec<String>,
    },
    /// Photograph the cast: every twin with its measures on one sheet
    Sheet(sheet::Args),
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
    #[command(flatten)]
    figure: Figure,
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    match args.command {
        Command::List => list(assets),
        Command::New(new) => make(&new, assets),
        Command::Identity(command) => identity::run(command, assets),
        Command::Erase(args) => erase::run(&args, assets),
        Command::Import(args) => import::run(&args, assets),
        Command::Bake { ids } => bake(ids, assets),
        Command::Sheet(args) => sheet::run(&args, assets),
        Command::Show { id } => show(&id, assets),
    }
}

/// Makes a twin: the folder appears with all its files or not at all.
fn make(new: &New, assets: &Assets) -> Result<(), Failure> {
    let folder = assets.twin(&new.id);
    if folder.exists() {
        return Err(format!("--id {}: {} is there already; choose another id, or edit its recipe.ron and run `toile twin bake`", new.id, folder.display()).into());
    }
    erasure::not_erased(&new.id, assets.account()).map_err(|e| format!("--id: {e}"))?;
    let name = new.name.as_deref().unwrap_or(&new.id);
    let order = new.figure.order();
    let made = make_body(assets, &new.id, name, Kind::Synthetic, &order, &folder)?;
    println!(
        "{}: fitted to within {:.1} mm",
        folder.display(),
        made.residual_mm
    );
    println!(
        "the twin has no licence yet: `toile licence new` begins one, and a show may use it\nonce it is signed"
    );
    Ok(())
}

/// Makes avatars, and says where each is.
fn bake(ids: Vec<String>, assets: &Assets) -> Result<(), Failure> {
    let ids = match &ids[..] {
        [] => assets.list("twins"),
        _ => ids,
    };
    let twins: Vec<Twin> = ids
        .iter()
        .map(|id| load_record(assets, id, "twin bake"))
        .collect::<Result<_, _>>()?;
    for (file, twin) in make_all(&twins, assets)?.iter().zip(&twins) {
        println!("{:<12} {}", twin.id, file.display());
        if twin.has_recipe() {
            sign_avatar(file, &twin.avatar_path(), assets.account())?;
        }
    }
    Ok(())
}

fn list(assets: &Assets) -> Result<(), Failure> {
    println!(
        "{:<12} {:<20} {:<10} {:>6} {:>6} {:>6} {:>6}",
        "id", "name", "kind", "height", "bust", "waist", "hip"
    );
    let room = FittingRoom::open(assets)?;
    for id in assets.list("twins") {
        let twin = load_record(assets, &id, "twin list")?;
        let m = &twin.measures;
        let told = room.measures_leave(&twin).is_ok();
        let cm = |metres: f32| match told {
            true => format!("{:.1}", metres * 100.0),
            false => "-".to_owned(),
        };
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
    match FittingRoom::open(assets)?.measures_leave(&twin) {
        Ok(()) => println!("measures: {:#?}", twin.measures),
        Err(trouble) => println!("measures: not told ({trouble})"),
    }
    let papers = Papers::load(&twin.licences_path())?;
    if papers.licences.is_empty() && twin.kind != Kind::Mannequin {
        println!("no licences: nobody may show this twin");
    }
    identity::tell(&assets.twin(id), &papers)?;
    for (_, signed) in &papers.licences {
        let licence = &signed.record;
        println!(
            "licence {}: {} may use it from {} until {}; `toile licence show` tells all of it",
            licence.id,
            licence.parties.client,
            licence.duration.not_before,
            licence.duration.not_after
        );
    }
    Ok(())
}
