//! Damaged files are named as such, wherever the damage is, and nothing panics.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

use proptest::prelude::*;
use toile_bake::{Bake, BakeError, Key, Plan, Writer};

fn file() -> Vec<u8> {
    let mut writer = Writer::new(Plan {
        key: Key::new(),
        particles: 4,
        triangles: vec![[0, 1, 2], [1, 2, 3]],
        rate: 24,
        first: 0,
        step_log2: 13,
    })
    .unwrap();
    writer.attach("notes", b"notes notes notes notes");
    for f in 0..20 {
        let at = |i: u32| [0.1 * i as f32, (f * i) as f32 * 1e-3, 0.0];
        writer.push([0.0; 3], &[0, 1, 2, 3].map(at)).unwrap();
    }
    writer.finish().unwrap()
}

#[test]
fn every_byte_counts() {
    let whole = file();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        assert!(Bake::parse(bytes).is_err(), "byte {at} does not matter");
    }
}

#[test]
fn a_file_that_ends_too_early_or_too_late_is_refused() {
    let whole = file();
    for len in 0..whole.len() {
        assert!(Bake::parse(whole[..len].to_vec()).is_err(), "{len} bytes");
    }
    let mut longer = whole;
    longer.push(0);
    let said = Bake::parse(longer).unwrap_err().to_string();
    assert!(said.contains("too many"), "{said}");
}

#[test]
fn the_damage_is_named() {
    let whole = file();
    let said = |bytes: Vec<u8>| Bake::parse(bytes).unwrap_err().to_string();
    assert!(said(b"a letter to the editor".to_vec()).contains("no bake"));
    let mut newer = whole.clone();
    newer[8] = 2;
    let newer = said(newer);
    assert!(
        newer.contains("version 2") && newer.contains("bake it again"),
        "{newer}"
    );
    let mut last = whole.clone();
    *last.last_mut().unwrap() ^= 1;
    let last = said(last);
    assert!(
        last.contains("frames 16 to 19") && last.contains("bake it again"),
        "{last}"
    );
    let short = said(whole[..whole.len() - 1].to_vec());
    assert!(
        short.contains("frames 16 to 19") && short.contains("too early"),
        "{short}"
    );
    let mut head = whole;
    head[20] ^= 1;
    assert!(said(head).contains("the head"));
}

#[test]
fn a_frame_that_is_not_there_is_no_panic() {
    let bake = Bake::parse(file()).unwrap();
    assert!(bake.frame(19).is_ok());
    for frame in [20, 31, 32, u32::MAX] {
        assert!(matches!(bake.frame(frame), Err(BakeError::Damaged { .. })));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn noise_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Bake::parse(bytes).is_err());
    }

    #[test]
    fn noise_behind_a_good_beginning_is_refused(
        keep in 0_usize..400,
        noise in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let whole = file();
        let mut bytes = whole[..keep.min(whole.len() - 1)].to_vec();
        bytes.extend(noise);
        prop_assume!(bytes != whole);
        prop_assert!(Bake::parse(bytes).is_err());
    }
}
