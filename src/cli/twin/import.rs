//! `toile twin import`.

use super::Failure;
use crate::{
    erasure,
    imports::{ImportOrder, Imported, import},
    paths::Assets,
};
use std::path::PathBuf;
use toile_rig::Notes;
use toile_twin::{Kind, Measures};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile twin import visitor.vrm
  toile twin import scan.glb --id rosa --name Rosa --kind person --height 178
  toile twin import hero.glb --override hero.ron --out guests/hero
  toile tryon --twin visitor --wear slip-dress=silk-charmeuse

A rigged humanoid becomes a twin that walks, is measured and is dressed like any
other: bones are told by the file's own map (VRM), by names (Mixamo, Ready Player Me,
Unreal, MakeHuman, Rigify), or by the shape of the skeleton; any rest pose, unit and
axis. Own clothes are taken off where there is a body beneath. What was found is
printed and kept as import.json beside the avatar.

What was told wrongly is put right by an override file, RON or JSON:
  (bones: {\"LeftArm\": \"Bone.014\"}, parts: {\"Mat_3\": hair}, height: 1.78)
docs/avatars.md tells every field. What a VRM file's author does not permit, no
licence permits later.")]
pub(super) struct Args {
    /// The file: .glb, .gltf or .vrm
    file: PathBuf,
    /// The twin's id: small letters, digits, hyphens [default: from the file's name]
    #[arg(long)]
    id: Option<String>,
    /// Name to print [default: the id]
    #[arg(long)]
    name: Option<String>,
    /// person: a living person's replica; synthetic: invented; mannequin: a display
    /// figure that belongs to nobody and needs no licence
    #[arg(long, default_value = "synthetic", value_parser = kind)]
    kind: Kind,
    /// What the import does not tell rightly: bones, parts, units, stature
    #[arg(long = "override", value_name = "FILE")]
    notes: Option<PathBuf>,
    /// Stature in centimetres, if the file's size is not to be trusted
    #[arg(long, value_parser = clap::value_parser!(u16).range(80..=260))]
    height: Option<u16>,
    /// Leave own clothes on, though there is a body beneath
    #[arg(long)]
    keep_clothes: bool,
    /// Folder to make [default: assets/twins/ID]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print what was found as JSON
    #[arg(long)]
    json: bool,
}

fn kind(word: &str) -> Result<Kind, String> {
    match word {
        "person" => Ok(Kind::Person),
        "synthetic" => Ok(Kind::Synthetic),
        "mannequin" => Ok(Kind::Mannequin),
        _ => Err("write person, synthetic or mannequin".into()),
    }
}

/// An id from a file's name: `Visitor 2.vrm` is `visitor-2`.
fn id_of(file: &std::path::Path) -> String {
    let stem = file
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let id: String = stem.chars().map(plain).collect();
    id.split('-')
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}

pub(super) fn run(args: &Args, assets: &Assets) -> Result<(), Failure> {
    let mut notes = match &args.notes {
        Some(file) => {
            let text = std::fs::read_to_string(file)
                .map_err(|e| format!("cannot read {}: {e}; check the path", file.display()))?;
            Notes::parse(&text, &file.display().to_string())?
        }
        None => Notes::default(),
    };
    notes.height = args.height.map(|cm| f32::from(cm) * 0.01).or(notes.height);
    notes.keep_clothes |= args.keep_clothes;
    let id = args.id.clone().unwrap_or_else(|| id_of(&args.file));
    let folder = args.out.clone().unwrap_or_else(|| assets.twin(&id));
    if folder.exists() {
        return Err(format!(
            "{} is there already; choose another --id or --out, or remove it",
            folder.display()
        )
        .into());
    }
    erasure::not_erased(&id, assets.account()).map_err(|e| format!("--id: {e}"))?;
    let order = ImportOrder {
        name: args.name.clone().unwrap_or_else(|| id.clone()),
        id,
        kind: args.kind,
        folder,
    };
    let imported = import(&args.file, &notes, &order)?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&imported)?);
    } else {
        print(&imported, &order);
    }
    Ok(())
}

fn print(imported: &Imported, order: &ImportOrder) {
    print!("{}", imported.rig);
    let Measures {
        height,
        bust,
        waist,
        hip,
        ..
    } = imported.measures;
    let cm = |m: f32| m * 100.0;
    println!(
        "  tape      height {:.1}, bust {:.1}, waist {:.1}, hip {:.1} cm; walks at {:.2} m/s",
        cm(height),
        cm(bust),
        cm(waist),
        cm(hip),
        imported.walks_m_s
    );
    println!("{}: a twin ({:?})", order.folder.display(), order.kind);
    if order.kind != Kind::Mannequin {
        println!(
            "the twin has no licence yet: `toile licence new` begins one, and a show may use it\nonce it is signed"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::id_of;
    use std::path::Path;

    #[test]
    fn a_files_name_becomes_an_id() {
        assert_eq!(
            id_of(Path::new("a/Visitor_2 (final).vrm")),
            "visitor-2-final"
        );
    }
}
