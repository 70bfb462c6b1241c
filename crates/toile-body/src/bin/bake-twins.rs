//! Makes `avatar.glb` from `recipe.ron` in every folder of twins.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use toile_body::{BodyData, TwinRecipe, avatar_glb};

fn bake(data: &BodyData, folder: &Path) -> Result<usize, String> {
    let path = folder.join("recipe.ron");
    let text = std::fs::read_to_string(&path)
        .map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    let recipe = TwinRecipe::from_ron(&text).map_err(|e| format!("{}: {e}", path.display()))?;
    let glb = avatar_glb(data, &recipe).map_err(|e| format!("{}: {e}", path.display()))?;
    let out = folder.join("avatar.glb");
    // Written beside and renamed, so that a full disk leaves no broken avatar.
    let draft = folder.join("avatar.glb.tmp");
    std::fs::write(&draft, &glb)
        .and_then(|()| std::fs::rename(&draft, &out))
        .map_err(|e| format!("cannot write {}: {e}", out.display()))?;
    Ok(glb.len())
}

fn run(root: &Path, only: &[String]) -> Result<(), String> {
    let data = BodyData::load(Path::new("assets/body/hm08.bin.zst")).map_err(|e| e.to_string())?;
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root)
        .map_err(|e| format!("cannot list {}: {e}", root.display()))?
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|p| p.join("recipe.ron").is_file())
        .collect();
    folders.sort();
    for folder in folders {
        let id = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if only.is_empty() || only.contains(&id) {
            let bytes = bake(&data, &folder)?;
            println!("{id}: {:.2} MB", bytes as f64 / 1e6);
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let Some(root) = args.next() else {
        eprintln!(
            "usage: bake-twins FOLDER [ID…]\n\nExample: cargo run -p toile-body --bin bake-twins -- assets/twins amara"
        );
        return ExitCode::from(2);
    };
    let only: Vec<String> = args.collect();
    match run(Path::new(&root), &only) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bake-twins: {error}");
            ExitCode::from(2)
        }
    }
}
