//! The estimator against measured fabrics that it has not seen.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

use toile_catalogue::{
    Composition, Record,
    estimate::{BENDING_ERROR, Given, MEMBRANE_ERROR, REFERENCES, Reference, complete},
};
use toile_garment::{Fabric, Origin};

/// Logarithmic errors of one figure, estimated and guessed.
#[derive(Default)]
struct Errors {
    estimate: Vec<f32>,
    median: Vec<f32>,
}

fn rms(x: &[f32]) -> f32 {
    (x.iter().map(|e| e * e).sum::<f32>() / x.len() as f32)
        .sqrt()
        .exp()
}

fn median(mut x: Vec<f32>) -> f32 {
    x.sort_by(f32::total_cmp);
    0.5 * (x[(x.len() - 1) / 2] + x[x.len() / 2])
}

fn given(r: &Reference) -> Given {
    Given {
        construction: r.construction,
        density: r.density,
        thickness: None,
        composition: Composition::parse(&format!("{}% elastane", r.elastane)).unwrap(),
    }
}

/// Each fabric from the other nine, beside the median of the nine.
fn leave_one_out() -> (Errors, Errors) {
    let (mut bending, mut membrane) = (Errors::default(), Errors::default());
    for r in &REFERENCES {
        let others: Vec<Reference> = REFERENCES.into_iter().filter(|o| o.id != r.id).collect();
        let m = given(r).mechanics(&others);
        let b = [m.bending.warp, m.bending.weft, m.bending.bias];
        for (k, b) in b.into_iter().enumerate() {
            let guess = median(others.iter().map(|o| o.bending[k].ln()).collect());
            bending.estimate.push((b / r.bending[k]).ln());
            bending.median.push(guess - r.bending[k].ln());
        }
        for (k, c) in [
            (0, m.membrane.c11),
            (2, m.membrane.c22),
            (3, m.membrane.c33),
        ] {
            let guess = median(others.iter().map(|o| o.membrane[k].ln()).collect());
            membrane.estimate.push((c / r.membrane[k]).ln());
            membrane.median.push(guess - r.membrane[k].ln());
        }
    }
    (bending, membrane)
}

#[test]
fn leaving_one_out_the_estimate_beats_the_median_fabric() {
    let (bending, membrane) = leave_one_out();
    let (b, b0) = (rms(&bending.estimate), rms(&bending.median));
    let (m, m0) = (rms(&membrane.estimate), rms(&membrane.median));
    println!("bending: factor {b:.2}, median fabric {b0:.2}");
    println!("membrane: factor {m:.2}, median fabric {m0:.2}");
    assert!(b.ln() < 0.85 * b0.ln(), "{b} against {b0}");
    assert!(m.ln() < 0.6 * m0.ln(), "{m} against {m0}");
}

#[test]
fn the_error_band_that_is_told_is_the_one_found() {
    let (bending, membrane) = leave_one_out();
    assert!((rms(&bending.estimate) - BENDING_ERROR).abs() < 0.05);
    assert!((rms(&membrane.estimate) - MEMBRANE_ERROR).abs() < 0.1);
}

#[test]
fn the_references_are_the_measured_fabric_files() {
    for r in &REFERENCES {
        let path = format!(
            "{}/../../assets/fabrics/{}.ron",
            env!("CARGO_MANIFEST_DIR"),
            r.id
        );
        let f = Fabric::from_ron(&std::fs::read_to_string(&path).unwrap(), &path).unwrap();
        assert_eq!(f.membrane.origin, Origin::Measured);
        let (m, b) = (f.membrane.value, f.bending.value);
        assert_eq!([m.c11, m.c12, m.c22, m.c33], r.membrane, "{}", r.id);
        assert_eq!([b.warp, b.weft, b.bias], r.bending, "{}", r.id);
        assert_eq!(
            (f.area_density.value, f.construction),
            (r.density, r.construction)
        );
        let composition = Composition::parse(&f.composition).unwrap();
        let elastane = toile_catalogue::Fibre::named("elastane").unwrap();
        assert_eq!(composition.share(elastane), r.elastane, "{}", r.id);
    }
}

#[test]
fn what_is_filled_in_is_never_called_measured_and_nothing_given_is_touched() {
    for r in &REFERENCES {
        let mut record = Record::new("x", "Poplin");
        record.composition = "100% cotton".to_owned();
        record.area_density = Some(toile_catalogue::Figure::new(
            r.density,
            Origin::Vendor,
            "a list",
        ));
        let weight = record.area_density.clone();
        let filled = complete(&mut record).unwrap();
        assert!(filled.contains(&"bending") && filled.contains(&"membrane"));
        assert_eq!(record.area_density, weight);
        let p = &record.physics;
        assert_eq!(p.bending.as_ref().unwrap().origin, Origin::Estimated);
        assert!(p.bending.as_ref().unwrap().error.unwrap() >= BENDING_ERROR);
        assert_eq!(p.membrane.as_ref().unwrap().origin, Origin::Estimated);
        record.fabric().unwrap().check("x").unwrap();
        assert!(complete(&mut record).unwrap().is_empty());
    }
}

#[test]
fn without_a_weight_nothing_is_estimated() {
    let error = complete(&mut Record::new("x", "Poplin")).unwrap_err();
    assert!(error.to_string().contains("weight"), "{error}");
}
