//! The packed body file: complete, small, and refused when damaged.

mod common;

use common::{body, body_path};
use toile_body::{BodyData, BodyError};

#[test]
fn the_shipped_file_is_at_most_four_megabytes() {
    assert!(std::fs::metadata(body_path()).unwrap().len() <= 4_000_000);
}

#[test]
fn it_holds_the_whole_base_mesh() {
    let data = body();
    assert_eq!(data.vertex_count(), 19_158);
    assert_eq!(data.faces().len(), 18_486);
    assert_eq!(data.uvs().len(), 21_334);
    assert_eq!(data.triangles(&["body"]).len(), 26_756);
    assert_eq!(data.triangles(&["helper-tights"]).len(), 5_300);
    assert_eq!(data.vertex_group_ids("helper-l-eye").len(), 72);
}

#[test]
fn it_holds_the_52_face_units_with_finite_offsets_of_centimetres() {
    let units = body().face_units();
    assert_eq!(units.len(), 52);
    assert!(units.iter().any(|u| u.name == "jawOpen"));
    let largest = units
        .iter()
        .flat_map(|u| &u.deltas)
        .map(|(_, d)| d.length())
        .fold(0.0, f32::max);
    assert!((0.005..0.08).contains(&largest), "{largest}");
}

#[test]
fn it_holds_the_sliders_that_make_faces_differ() {
    let names = body().detail_names();
    for folder in [
        "head", "nose", "mouth", "eyes", "ears", "chin", "cheek", "forehead", "eyebrows",
    ] {
        assert!(
            names.iter().any(|n| n.starts_with(&format!("{folder}/"))),
            "{folder}"
        );
    }
    assert!(names.iter().any(|n| n == "torso/measure-waist-circ"));
}

#[test]
fn the_shipped_list_of_sliders_is_the_list_in_the_data() {
    let text = std::fs::read_to_string(body_path().with_file_name("details.txt")).unwrap();
    let listed: Vec<&str> = text
        .lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(|l| l.split_whitespace().nth(1))
        .collect();
    assert_eq!(listed, body().detail_names());
}

#[test]
fn the_lip_mask_marks_a_small_part_of_the_skin() {
    let mask = body().mask("lips").unwrap();
    let share = mask.texels.iter().filter(|&&t| t > 127).count() as f32 / mask.texels.len() as f32;
    assert!((0.0005..0.03).contains(&share), "{share}");
}

#[test]
fn the_mirror_map_is_its_own_inverse() {
    let mirror = body().mirror();
    let odd = (0..mirror.len())
        .filter(|&v| mirror[mirror[v] as usize] as usize != v)
        .count();
    assert_eq!(odd, 0);
}

#[test]
fn a_missing_file_names_its_path() {
    let error = BodyData::load(std::path::Path::new("no/such.bin.zst")).unwrap_err();
    assert!(matches!(error, BodyError::Read { .. }));
    assert!(error.to_string().contains("no/such.bin.zst"));
}

#[test]
fn a_damaged_file_is_an_error_wherever_the_damage_is() {
    let good = std::fs::read(body_path()).unwrap();
    let spots = [0, 9, 14, 22, 30, 40, 1000, good.len() / 2, good.len() - 3];
    for spot in spots {
        let mut bad = good.clone();
        bad[spot] ^= 0x55;
        let error = BodyData::from_bytes(&bad).expect_err(&format!("byte {spot}"));
        assert!(
            matches!(error, BodyError::Format { .. }),
            "byte {spot}: {error}"
        );
    }
}

#[test]
fn a_truncated_file_is_an_error_at_every_length_tried() {
    let good = std::fs::read(body_path()).unwrap();
    for len in [0, 5, 12, 28, 29, 500, good.len() / 3, good.len() - 1] {
        assert!(BodyData::from_bytes(&good[..len]).is_err(), "{len} bytes");
    }
}
