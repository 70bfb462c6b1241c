//! Drafted patterns: their ease on seven bodies, and what cannot be drafted.

mod common;

use common::{bodies, body, drafted, refused};
use toile_garment::{Block, DesignParams, draft, ease};

#[test]
fn the_tee_has_its_ease_at_bust_and_hip() {
    for b in bodies() {
        let e = ease(&drafted(Block::Tee, &b.measures), &b.measures);
        assert!((e.bust.unwrap() - 0.10).abs() < 0.008, "{}: {e:?}", b.name);
        assert!((e.hip.unwrap() - 0.08).abs() < 0.02, "{}: {e:?}", b.name);
    }
}

#[test]
fn the_slip_dress_has_its_ease_at_bust_waist_and_hip() {
    for b in bodies() {
        let e = ease(&drafted(Block::SlipDress, &b.measures), &b.measures);
        assert!((e.bust.unwrap() - 0.05).abs() < 0.006, "{}: {e:?}", b.name);
        assert!((e.waist.unwrap() - 0.12).abs() < 0.006, "{}: {e:?}", b.name);
        assert!((e.hip.unwrap() - 0.08).abs() < 0.006, "{}: {e:?}", b.name);
    }
}

#[test]
fn trousers_have_their_ease_at_the_hip_and_hold_the_waist() {
    for b in bodies() {
        let p = drafted(Block::Trousers, &b.measures);
        let e = ease(&p, &b.measures);
        assert!((e.hip.unwrap() - 0.06).abs() < 0.012, "{}: {e:?}", b.name);
        let waistband: f64 = ["waistband_front", "waistband_back"]
            .iter()
            .map(|n| {
                let panel = p.panel(n).unwrap();
                panel.edge_length(panel.edge_labelled("upper").unwrap())
            })
            .sum();
        let ease = waistband - f64::from(b.measures.waist);
        assert!((ease - 0.015).abs() < 0.012, "{}: {ease}", b.name);
    }
}

#[test]
fn a_circle_skirt_is_a_full_circle_at_the_waist() {
    let b = body("f_afro");
    let p = drafted(Block::CircleSkirt, &b.measures);
    let total = |label: &str| -> f64 {
        ["skirt_front", "skirt_back"]
            .iter()
            .flat_map(|n| [(n, "left"), (n, "right")])
            .map(|(n, side)| {
                let q = p.panel(n).unwrap();
                q.edge_length(q.edge_labelled(&format!("{label}_{side}")).unwrap())
            })
            .sum()
    };
    let (girth, hem) = (total("waist"), total("hem"));
    assert!(
        (girth - f64::from(b.measures.waist) - 0.01).abs() < 1e-4,
        "{girth}"
    );
    let length = total("side") / 4.0;
    assert!(
        (hem - girth - std::f64::consts::TAU * length).abs() < 1e-3,
        "{hem}"
    );
}

#[test]
fn a_block_refuses_a_parameter_it_does_not_use() {
    let params = DesignParams {
        flare: Some(0.5),
        ..DesignParams::default()
    };
    let e = refused(draft(&Block::Tee, &params, &body("f_afro").measures));
    assert!(
        e.starts_with("block 'tee': has no parameter 'flare'; it has: bust_ease"),
        "{e}"
    );
}

#[test]
fn a_parameter_out_of_range_is_refused() {
    let params = DesignParams {
        bust_ease: Some(f32::NAN),
        ..DesignParams::default()
    };
    let e = refused(draft(&Block::Tee, &params, &body("f_afro").measures));
    assert!(
        e.contains("parameter 'bust_ease' is NaN; it must lie between -0.2 and 0.6"),
        "{e}"
    );
}

#[test]
fn a_skirt_too_short_says_so() {
    let params = DesignParams {
        length: Some(-0.5),
        ..DesignParams::default()
    };
    let e = refused(draft(
        &Block::CircleSkirt,
        &params,
        &body("f_afro").measures,
    ));
    assert!(e.contains("raise 'length'"), "{e}");
}

#[test]
fn shorts_are_refused_rather_than_drawn_inside_out() {
    let params = DesignParams {
        length: Some(-0.8),
        ..DesignParams::default()
    };
    let e = refused(draft(&Block::Trousers, &params, &body("f_afro").measures));
    assert!(e.contains("above the knee"), "{e}");
}

#[test]
fn a_measure_no_body_has_is_refused() {
    let mut m = body("f_afro").measures;
    m.waist = 6.5;
    let e = refused(draft(&Block::Tee, &DesignParams::default(), &m));
    assert_eq!(
        e,
        "tee: measures.waist: is 6.5; it must lie between 0.4 and 2.2 (metres, slope in radians)"
    );
}
