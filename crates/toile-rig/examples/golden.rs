//! Writes the rigs of the tests as files, as every tool would, before and after import.
//!
//! `cargo run -p toile-rig --example golden -- FOLDER`

#![expect(clippy::unwrap_used, reason = "the rigs are those of the tests")]

#[path = "../tests/it/golden.rs"]
mod golden;
#[path = "../tests/it/rigs.rs"]
mod rigs;

use std::path::PathBuf;
use toile_rig::{Notes, open};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("give a folder")?);
    std::fs::create_dir_all(folder.join("imported"))?;
    let mut packed = golden::mannequin();
    (packed.own_skins, packed.packed) = (true, true);
    for (name, person) in [
        ("mixamo.glb", rigs::mixamo()),
        ("mixamo-plain.glb", rigs::mixamo_plain()),
        ("ready-player-me.glb", rigs::ready_player_me()),
        ("unreal.glb", rigs::unreal()),
        ("makehuman.glb", rigs::makehuman()),
        ("rigify.glb", rigs::rigify()),
        ("vrm-1.vrm", rigs::vrm1()),
        ("vrm-0.vrm", rigs::vrm0()),
        ("scrambled.glb", rigs::scrambled()),
        ("seated.glb", rigs::seated()),
        ("packed.glb", packed),
    ] {
        let file = folder.join(name);
        std::fs::write(&file, person.glb())?;
        let imported = open(&file, &Notes::default())?;
        print!("{}", imported.report);
        let stem = file.file_stem().unwrap_or_default();
        std::fs::write(
            folder.join("imported").join(stem).with_extension("glb"),
            imported.glb,
        )?;
    }
    Ok(())
}
