//! The invariants of ARCHITECTURE.md that can be read off the sources.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn manifests() -> Vec<(String, String)> {
    std::fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|folder| {
            (
                folder.file_name().unwrap().to_string_lossy().into_owned(),
                std::fs::read_to_string(folder.join("Cargo.toml")).unwrap(),
            )
        })
        .collect()
}

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

#[test]
fn core_crates_know_neither_bevy_nor_each_other_but_the_catalogue_fabrics() {
    for (name, manifest) in manifests() {
        for line in manifest.lines().filter(|line| !line.starts_with("name")) {
            let dependency = line.split(['=', '.', ' ']).next().unwrap_or_default();
            assert!(
                !dependency.starts_with("bevy"),
                "{name} depends on {dependency}"
            );
            // The catalogue keeps what fabric files hold.
            let kept = name == "toile-catalogue" && dependency == "toile-garment";
            assert!(
                kept || !dependency.starts_with("toile"),
                "{name} depends on {dependency}"
            );
        }
    }
}

#[test]
fn only_the_cloth_crate_depends_on_wgpu() {
    for (name, manifest) in manifests() {
        let uses = manifest.lines().any(|line| line.starts_with("wgpu"));
        assert_eq!(uses, name == "toile-cloth", "{name}");
    }
}

#[test]
fn only_the_stages_cloth_file_knows_the_render_worlds_meshes() {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let knows = text.contains("MeshAllocator") || text.contains("RenderGraph");
        assert_eq!(
            knows,
            file.ends_with("stage/cloth.rs"),
            "{}",
            file.display()
        );
    }
}
