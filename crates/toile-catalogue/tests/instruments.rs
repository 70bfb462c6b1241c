//! Tables of test instruments in their own units.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

use toile_catalogue::{
    Record, Store,
    import::{self, Import, Preset},
};
use toile_garment::Origin;

fn imported(text: &str, preset: &str, id: &str) -> Result<Record, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lab.csv");
    std::fs::write(&file, text).unwrap();
    let store = Store::create(&folder.path().join("c.sqlite")).unwrap();
    let job = Import {
        file: file.clone(),
        preset: Some(Preset::named(preset).unwrap()),
        ..Import::default()
    };
    import::run(&store, &job, &mut |_| true).map_err(|e| e.to_string())?;
    let refused = import::refused(&store, &file).unwrap();
    match refused.first() {
        Some(r) => Err(format!("{}: {}", r.field, r.reason)),
        None => Ok(store.get(id).unwrap()),
    }
}

fn close(found: f32, given: f64) {
    assert!(
        (f64::from(found) / given - 1.0).abs() < 2e-4,
        "{found} is not {given}"
    );
}

#[test]
fn kes_values_come_in_as_si() {
    let r = imported(
        "id,EMT-1,EMT-2,B-1,B-2,G-1,G-2,T0,W,MIU,LT-1\nwool,4.2,8.4,0.12,0.08,0.6,0.5,0.62,18.5,0.21,0.6\n",
        "kes",
        "wool",
    )
    .unwrap();
    // 500 gf/cm = 490.33 N/m over 4.2 %.
    let m = r.physics.membrane.unwrap();
    close(m.value.c11, 490.3325 / 0.042);
    close(m.value.c22, 490.3325 / 0.084);
    // The mean of two shear moduli in gf/(cm·degree), twice.
    close(
        m.value.c33,
        2.0 * 0.55 * 0.980_665 * 180.0 / std::f64::consts::PI,
    );
    let b = r.physics.bending.unwrap();
    close(b.value.warp, 0.12 * 9.806_65e-5);
    close(r.area_density.unwrap().value, 0.185);
    close(r.thickness.unwrap().value, 0.62e-3);
    assert_eq!((m.origin, b.origin), (Origin::Measured, Origin::Measured));
    assert!(
        m.source.contains("KES-F") && m.source.contains("lab.csv"),
        "{}",
        m.source
    );
}

#[test]
fn fast_values_come_in_as_si() {
    let r = imported(
        "id,E100-1,E100-2,EB5,C-1,C-2,T2,W\nwool,3.1 %,5.0,4.1,19.5,17.0,0.55,190\n",
        "fast",
        "wool",
    )
    .unwrap();
    let m = r.physics.membrane.unwrap();
    close(m.value.c11, 98.0665 / 0.031);
    // G = 123/EB5, and c33 is twice that; 122.58 to be exact.
    close(m.value.c33, 2.0 * 122.583 / 4.1);
    let b = r.physics.bending.unwrap();
    // B = W·C³·9.807·10⁻⁶ µN·m with W in g/m² and C in mm.
    close(b.value.warp, 190.0 * 19.5f64.powi(3) * 9.806_65e-6 * 1e-6);
    assert!(b.source.contains("bias not given"));
}

#[test]
fn clo_scales_are_passed_over_and_its_density_is_read() {
    let text = "name,Density (g/mm2),Thickness (mm),Stretch-Weft,Bending-Warp\nclo-denim,0.00035,0.8,42,61\n";
    let r = imported(text, "clo", "clo-denim").unwrap();
    close(r.area_density.unwrap().value, 0.35);
    assert!(r.physics.is_empty());
}

#[test]
fn an_instrument_that_says_nonsense_is_refused_by_its_field() {
    let says = |row: &str, word: &str| {
        let text = format!("id,E100-1,E100-2,EB5,C-1,C-2,W\n{row}\n");
        let error = imported(&text, "fast", "x").unwrap_err();
        assert!(error.contains(word), "{error}");
    };
    says("x,-3,5,4,19,17,190", "extension_warp");
    says("x,NaN,5,4,19,17,190", "extension_warp");
    says("x,3,5,4,19,17,", "bending_length_warp");
    says("x,3 cm,5,4,19,17,190", "extension_warp");
    assert!(
        Preset::named("kawabata")
            .unwrap_err()
            .to_string()
            .contains("kes")
    );
}
