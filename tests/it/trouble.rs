//! Bad input ends with one clear sentence and exit code 2, never a panic.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn toile(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_toile"))
        .args(arguments)
        .arg("--assets")
        .arg(root().join("assets"))
        .output()
        .unwrap()
}

/// Runs the program; it must fail with code 2 and say all of `words`.
fn refused(arguments: &[&str], words: &[&str]) {
    let output = toile(arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned()
        + &String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    for word in words {
        assert!(said.contains(word), "'{word}' is missing in: {said}");
    }
}

/// A copy of the first show with one change, in a folder of its own.
struct Changed {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn show_with(from: &str, to: &str) -> Changed {
    let text = std::fs::read_to_string(root().join("scenes/first-show.ron")).unwrap();
    assert!(text.contains(from), "the first show has no '{from}'");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changed.ron");
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
    Changed {
        _folder: folder,
        path,
    }
}

fn check_show(from: &str, to: &str, words: &[&str]) {
    let changed = show_with(from, to);
    refused(&["check", changed.path.to_str().unwrap()], words);
}

#[test]
fn a_missing_scene_is_named() {
    refused(
        &["capture", "nowhere.ron"],
        &["nowhere.ron", "check the path"],
    );
}

#[test]
fn a_broken_scene_is_shown_by_line() {
    check_show("version: 1,", "version: ,", &["changed.ron:6"]);
}

#[test]
fn an_unknown_field_of_a_scene_is_refused() {
    check_show(
        "title:",
        "subtitle: \"none\", title:",
        &["changed.ron", "subtitle"],
    );
}

#[test]
fn an_unknown_twin_lists_the_known_ones() {
    check_show(
        "twin: \"ines\"",
        "twin: \"nobody\"",
        &["looks[0]", "twin", "nobody", "ines"],
    );
}

#[test]
fn an_unknown_fabric_lists_those_near_it() {
    check_show(
        "silk-charmeuse",
        "silk-charmuse",
        &["looks[0]", "fabric", "silk-charmuse", "silk-charmeuse"],
    );
}

#[test]
fn an_unknown_garment_lists_the_known_ones() {
    check_show(
        "slip-dress",
        "toga",
        &["looks[0]", "garment", "toga", "slip-dress"],
    );
}

#[test]
fn a_number_that_is_none_is_refused_by_field() {
    check_show("bpm: 112.0", "bpm: NaN", &["music.bpm", "NaN"]);
}

#[test]
fn a_tempo_that_nobody_can_walk_to_is_refused_before_staging() {
    check_show("bpm: 112.0", "bpm: 151.0", &["music.bpm", "80 to 150"]);
}

#[test]
fn a_tempo_without_a_soundtrack_is_refused_before_staging() {
    check_show("bpm: 112.0", "bpm: 79.0", &["music.bpm", "80 to 150"]);
}

#[test]
fn a_pose_longer_than_a_twin_can_hold_is_refused_before_staging() {
    check_show(
        "pose_beats: 3.0",
        "pose_beats: 257.0",
        &["pose_beats", "1 to 256"],
    );
}

#[test]
fn a_twin_is_not_shown_after_its_licence_ends() {
    check_show(
        "2026-11-21",
        "2031-01-01",
        &["licence", "duration.not_after", "2031-01-01"],
    );
}

#[test]
fn a_twin_is_not_shown_to_another_client() {
    check_show(
        "Toile Demo House",
        "Another House",
        &["licence", "parties.client", "Another House"],
    );
}

#[test]
fn a_cut_to_a_camera_that_is_not_there_is_refused() {
    check_show(
        "camera: \"pit\"",
        "camera: \"moon\"",
        &["cuts[1].camera", "moon", "pit"],
    );
}

/// Writes a file under a folder name that tells `toile check` what it is.
fn check_file(folder: &str, name: &str, content: &[u8], words: &[&str]) {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(folder);
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    refused(&["check", path.to_str().unwrap()], words);
}

#[test]
fn a_broken_fabric_is_refused_by_field() {
    let text = std::fs::read_to_string(root().join("assets/fabrics/silk-charmeuse.ron")).unwrap();
    check_file(
        "fabrics",
        "silk-charmeuse.ron",
        text.replace("area_density", "weight").as_bytes(),
        &["silk-charmeuse.ron", "weight"],
    );
}

#[test]
fn a_broken_garment_is_refused() {
    check_file("garments", "tee.ron", b"(version: 1", &["tee.ron"]);
}

#[test]
fn a_seam_that_names_an_edge_that_is_not_there_is_refused() {
    let pattern = br#"{"pattern": {"panels": {"front": {"translation": [0,0,0], "rotation": [0,0,0],
        "vertices": [[0,0],[10,0],[10,10],[0,10]],
        "edges": [{"endpoints":[0,1]},{"endpoints":[1,2]},{"endpoints":[2,3]},{"endpoints":[3,0]}]}},
        "stitches": [[{"panel":"front","edge":0},{"panel":"front","edge":9}]]},
        "properties": {"units_in_meter": 100, "curvature_coords": "relative"}}"#;
    check_file("patterns", "tee.json", pattern, &["tee.json", "front", "9"]);
}

#[test]
fn a_broken_avatar_is_refused() {
    check_file("avatars", "twin.glb", b"glTF but not really", &["twin.glb"]);
}

#[test]
fn a_broken_twin_record_is_refused() {
    check_file("someone", "twin.ron", b"(version: 1, id: 3)", &["twin.ron"]);
}

#[test]
fn a_body_that_cannot_be_is_refused_and_leaves_no_folder() {
    refused(
        &[
            "twin", "new", "--id", "giant", "--height", "178", "--bust", "300", "--waist", "64",
            "--hip", "90",
        ],
        &["bust"],
    );
    assert!(!root().join("assets/twins/giant").exists());
}

#[test]
fn a_machine_without_vulkan_is_told_what_to_install() {
    let output = Command::new(env!("CARGO_BIN_EXE_toile"))
        .args(["capture", "scenes/first-show.ron", "--to", "0.1"])
        .current_dir(root())
        .env("VK_DRIVER_FILES", "/nonexistent.json")
        .env("VK_ICD_FILENAMES", "/nonexistent.json")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("mesa-vulkan-drivers") && !said.contains("panicked"),
        "{said}"
    );
}

#[test]
fn a_machine_without_ffmpeg_is_told_what_to_install() {
    let output = Command::new(env!("CARGO_BIN_EXE_toile"))
        .args(["capture", "scenes/first-show.ron", "--to", "0.1"])
        .current_dir(root())
        .env("PATH", "/nonexistent")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("ffmpeg") && said.contains("install"),
        "{said}"
    );
}

#[test]
fn a_look_that_the_show_does_not_have_is_not_baked() {
    refused(
        &["bake", "scenes/first-show.ron", "--look", "9"],
        &["--look 9", "[1, 2, 3]"],
    );
}

#[test]
fn a_missing_scene_is_not_baked() {
    refused(&["bake", "nowhere.ron"], &["nowhere.ron", "check the path"]);
}

/// Refuses a capture of the first show before anything is loaded.
fn capture_refused(arguments: &[&str], words: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let scene = root().join("scenes/first-show.ron");
    let mut all = vec!["capture", scene.to_str().unwrap()];
    all.extend(["--out", folder.path().to_str().unwrap()]);
    all.extend(arguments);
    refused(&all, words);
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 0, "something was written");
}

#[test]
fn a_camera_that_the_show_lacks_lists_those_that_it_has() {
    capture_refused(
        &["--camera", "pit,roof"],
        &["--camera roof", "wide", "programme"],
    );
}

#[test]
fn a_timecode_that_is_none_is_refused() {
    capture_refused(&["--timecode", "10:00:00:24"], &["--timecode", "24 frames"]);
}

#[test]
fn a_name_that_leads_out_of_the_folder_is_refused() {
    capture_refused(&["--name", "../{show}"], &["--name", "--out"]);
}

#[test]
fn files_that_would_have_the_same_name_are_refused() {
    let asked = ["--name", "{show}", "--camera", "pit,wide"];
    capture_refused(&asked, &["first-show.mp4", "{camera}"]);
}

#[test]
fn a_movie_is_not_gone_on_with() {
    capture_refused(&["--resume"], &["--resume", "--format png"]);
}

#[test]
#[cfg(unix)]
fn an_ffmpeg_without_an_encoder_is_told_before_anything_is_sewn() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let fake = folder.path().join("ffmpeg");
    std::fs::write(&fake, "#!/bin/sh\necho ' V....D libx264 H.264'\n").unwrap();
    std::fs::set_permissions(&fake, std::fs::Permissions::from_mode(0o755)).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_toile"))
        .args([
            "capture",
            "scenes/first-show.ron",
            "--format",
            "mp4,h265",
            "--out",
        ])
        .arg(folder.path().join("out"))
        .env("PATH", folder.path())
        .current_dir(root())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    for word in ["libx265", "--format h265", "apt-get install ffmpeg"] {
        assert!(said.contains(word), "'{word}' is missing in: {said}");
    }
}

#[test]
#[cfg(unix)]
fn what_nobody_reads_any_more_ends_in_silence() {
    use std::{io::Read, process::Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_toile"))
        .args([
            "fabric",
            "estimate",
            "--weight",
            "80",
            "--made",
            "silk charmeuse",
        ])
        .current_dir(root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    let code = child.wait().unwrap().code();
    assert_eq!((code, said.as_str()), (Some(141), ""));
}
