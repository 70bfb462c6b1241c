//! The lookbook: pictures of every look from all sides, and one sheet of them.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

fn lookbook(folder: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_toile"));
    command
        .args(["lookbook", "scenes/fitting-room.ron", "--size", "96x128"])
        .args(["--samples", "2", "--out"])
        .arg(folder)
        .args(more)
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

#[test]
fn a_look_is_seen_from_four_sides_before_a_light_wall() {
    let out = tempfile::tempdir().unwrap();
    assert!(lookbook(out.path(), &[]).status().unwrap().success());
    let names: Vec<String> = files(out.path())
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    let look = |view: &str| format!("look-01-mannequin-{view}.png");
    let mut expected = vec!["contact-sheet.png".to_owned()];
    expected.extend(["back", "detail", "front", "side"].map(look));
    assert_eq!(names, expected);
    let picture = |name: &str| image::open(out.path().join(name)).unwrap().to_rgb8();
    let pictures = ["front", "back", "side"].map(|view| picture(&look(view)));
    for picture in &pictures {
        assert_eq!(picture.dimensions(), (96, 128));
        // The wall is light and without colour; the look stands in the middle.
        let wall = picture.get_pixel(4, 40).0.map(i32::from);
        let spread = wall.iter().max().unwrap() - wall.iter().min().unwrap();
        assert!(wall[1] > 150 && spread < 16, "{wall:?}");
        let middle = picture.get_pixel(48, 64).0.map(i32::from);
        let apart: i32 = (0..3).map(|k| (middle[k] - wall[k]).abs()).sum();
        assert!(apart > 40, "nobody is there: {middle:?} on {wall:?}");
        // Neither head nor feet are cut off.
        for y in [1, 126] {
            let edge = picture.get_pixel(48, y).0.map(i32::from);
            assert!(edge[1] > 120, "row {y}: {edge:?}");
        }
    }
    assert_ne!(pictures[0], pictures[1], "front and back are the same");
    let sheet = picture("contact-sheet.png");
    assert!(sheet.width() > 4 * 300 && sheet.height() > 480);
}

#[test]
fn a_lookbook_that_is_stopped_says_so_and_leaves_nothing_half_written() {
    let out = tempfile::tempdir().unwrap();
    let child = lookbook(out.path(), &[])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // While it sews.
    std::thread::sleep(std::time::Duration::from_secs(6));
    let interrupt = ["-INT".to_owned(), child.id().to_string()];
    assert!(
        Command::new("kill")
            .args(interrupt)
            .status()
            .unwrap()
            .success()
    );
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.contains("the pictures are kept"), "{said}");
    assert!(files(out.path()).is_empty());
}

#[test]
fn a_look_that_is_not_in_the_show_is_refused_with_those_that_are() {
    let out = tempfile::tempdir().unwrap();
    let output = lookbook(out.path(), &["--look", "9"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("--look 9") && said.contains("use one of: 1"),
        "{said}"
    );
}
