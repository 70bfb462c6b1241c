//! Curves made from known parameters are fitted back.

use serde_json::{Value, json};

use super::{Direction, GRAM_FORCE, Measurement, elastica, fit, plot};
use crate::{Figure, Record};
use toile_garment::Origin;

/// A strip of 25 by 5 cm in clamps 4 cm wide, as the analyser has it.
fn test(length_cm: f64, lists: Vec<Vec<f64>>, as_text: bool) -> Value {
    let lists: Vec<Vec<Value>> = lists
        .iter()
        .map(|l| {
            l.iter()
                .map(|x| {
                    if as_text {
                        json!(x.to_string())
                    } else {
                        json!(x)
                    }
                })
                .collect()
        })
        .collect();
    json!({
        "freq": 50, "width": 4, "length": length_cm, "hwSerialNumber": "x",
        "samplesTree": lists,
    })
}

/// Load and return of a strip of this stiffness, N/m, that hung 1 mm loose; what
/// comes back on the return is less, as cloth has it.
fn pulled(length_cm: f64, stiffness: f64) -> Vec<Vec<f64>> {
    let rest = length_cm + 0.1;
    let force = |d: f64| (stiffness * (d / rest - 1.0) * 0.04).max(0.0) / GRAM_FORCE;
    let reach = rest * (1.0 + 80.0 / stiffness);
    let up: Vec<f64> = (0..60)
        .map(|k| length_cm + (reach - length_cm) * f64::from(k) / 59.0)
        .collect();
    let load = up.iter().flat_map(|d| [*d, force(*d)]).collect();
    let back = up
        .iter()
        .rev()
        .flat_map(|d| [*d, 0.8 * force(*d)])
        .collect();
    vec![load, back]
}

/// The clamps approach; the strip weighs it down or up by a share.
fn bent(length_cm: f64, bending: f64, weight: f64) -> Vec<Vec<f64>> {
    let length = length_cm * 1e-2;
    let load = (0..80)
        .map(|k| 1.0 - 0.95 * f64::from(k) / 79.0)
        .flat_map(|ratio| {
            let f = elastica::force(ratio).unwrap_or(0.0) * bending / (length * length) * 0.04;
            [ratio * length_cm, f * (1.0 + weight) / GRAM_FORCE]
        })
        .collect();
    vec![load]
}

fn file(as_text: bool) -> Value {
    let direction = |stiffness: f64, bending: f64| {
        json!({
            "S1": test(2.0, pulled(2.0, stiffness), as_text),
            "S2": test(8.0, pulled(8.0, stiffness), as_text),
            "D1": test(2.0, bent(2.0, bending, 0.1), as_text),
            "D2": test(8.0, bent(8.0, bending, 0.9), as_text),
            "U1": test(2.0, bent(2.0, bending, -0.1), as_text),
        })
    };
    json!({
        "schema": "1.1",
        "M": if as_text { json!("105.59") } else { json!(105.59) },
        "T": null,
        "Build": "an extra key",
        "raw_data": {
            "L": direction(1200.0, 1.2e-5),
            "W": direction(700.0, 0.8e-5),
            "B": direction(160.0, 0.6e-5),
        },
    })
}

fn read(value: &Value) -> Result<Measurement, crate::CatalogueError> {
    Measurement::read(&serde_json::to_vec(value).unwrap(), "x.fab")
}

#[test]
fn curves_of_known_cloth_give_its_parameters_back() {
    for as_text in [false, true] {
        let fitted = fit(&read(&file(as_text)).unwrap()).unwrap();
        let close = |found: f32, given: f64, within: f64| {
            assert!(
                (f64::from(found) / given - 1.0).abs() < within,
                "{found} is not {given}"
            );
        };
        let membrane = fitted.membrane.clone().unwrap();
        assert_eq!(membrane.origin, Origin::Fitted);
        close(membrane.value.c11, 1200.0, 0.01);
        close(membrane.value.c22, 700.0, 0.01);
        // 1/E45 = (1/c11 + 1/c22)/4 + 1/(2 c33).
        let left = 1.0 / 160.0 - (1.0 / 1200.0 + 1.0 / 700.0) / 4.0;
        close(membrane.value.c33, 0.5 / left, 0.02);
        let bending = fitted.bending.clone().unwrap();
        close(bending.value.warp, 1.2e-5, 0.01);
        close(bending.value.weft, 0.8e-5, 0.01);
        close(bending.value.bias, 0.6e-5, 0.01);
        close(fitted.area_density.unwrap().value, 0.105_59, 1e-5);
        assert!(bending.error.unwrap() > 1.2 && bending.source.contains("residual"));
    }
}

#[test]
fn a_curve_that_bends_is_told_by_its_residual() {
    let straight = fit(&read(&file(false)).unwrap()).unwrap();
    let mut value = file(false);
    let list = value["raw_data"]["L"]["S2"]["samplesTree"][0]
        .as_array_mut()
        .unwrap();
    for pair in list.chunks_exact_mut(2) {
        // Stiffer the further it is pulled.
        let f = pair[1].as_f64().unwrap();
        pair[1] = json!(f * (0.2 + f / 100.0));
    }
    let curved = fit(&read(&value).unwrap()).unwrap();
    let residual = |f: &super::Fitted| f.curves[0].residual;
    assert!(residual(&straight) < 0.01);
    assert!(residual(&curved) > 0.03, "{}", residual(&curved));
    assert!(curved.membrane.unwrap().error > straight.membrane.unwrap().error);
}

#[test]
fn the_plot_has_a_panel_for_every_curve() {
    let fitted = fit(&read(&file(false)).unwrap()).unwrap();
    let svg = plot(&fitted);
    assert_eq!(svg.matches("<polyline").count(), 6);
    for direction in Direction::ALL {
        assert!(svg.contains(&format!("stretch {}", direction.0.name())));
        assert!(svg.contains(&format!("bend {}", direction.0.name())));
    }
    assert!(!svg.contains("NaN") && svg.trim_end().ends_with("</svg>"));
}

#[test]
fn what_was_fitted_takes_its_place_in_a_record() {
    let fitted = fit(&read(&file(false)).unwrap()).unwrap();
    let mut record = Record::new("x", "Poplin");
    record.area_density = Some(Figure::new(0.2, Origin::Measured, "scales"));
    assert!(fitted.fill(&mut record));
    record.check("x").unwrap();
    assert_eq!(
        record.physics.bending.as_ref().unwrap().origin,
        Origin::Fitted
    );
    // A weight that is there is not overruled.
    assert_eq!(record.area_density.unwrap().value, 0.2);
}

#[test]
fn what_is_wrong_in_raw_curves_is_named_by_its_field() {
    let says = |change: &dyn Fn(&mut Value), word: &str| {
        let mut value = file(false);
        change(&mut value);
        let error = read(&value).and_then(|m| fit(&m)).unwrap_err().to_string();
        assert!(error.contains(word) && error.contains("x.fab"), "{error}");
    };
    says(&|v| v["raw_data"] = json!(3), "raw_data");
    says(&|v| v["M"] = json!("heavy"), "M");
    says(
        &|v| v["raw_data"]["L"]["S2"]["width"] = json!(-4),
        "L.S2.width",
    );
    says(
        &|v| v["raw_data"]["L"]["S2"]["width"] = json!("NaN"),
        "L.S2.width",
    );
    says(
        &|v| v["raw_data"]["W"]["D1"]["length"] = json!(1e9),
        "W.D1.length",
    );
    says(
        &|v| v["raw_data"]["W"]["D1"]["samplesTree"] = json!([[1.0, 2.0, 3.0]]),
        "pairs",
    );
    says(
        &|v| v["raw_data"]["B"]["S2"]["samplesTree"] = json!([]),
        "B.S2",
    );
    says(
        &|v| v["raw_data"]["B"]["S2"]["samplesTree"][0][1] = json!(1e12),
        "force",
    );
    let many: Vec<Value> = (0..65).map(|_| json!([])).collect();
    says(
        &|v| v["raw_data"]["B"]["S2"]["samplesTree"] = json!(many),
        "cycles",
    );
    // The bias strip cannot be stiffer than both threads allow.
    says(
        &|v| v["raw_data"]["B"]["S2"] = test(8.0, pulled(8.0, 9000.0), false),
        "mistaken",
    );
}
