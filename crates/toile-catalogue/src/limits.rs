//! Ranges that the numbers of a record must lie in.

use toile_garment::Membrane;

use crate::{error::CatalogueError, figure::Figure, record::Record};

/// What every figure is checked for, whatever its value.
struct Facts<'a> {
    field: &'a str,
    error: Option<f32>,
    source: &'a str,
}

fn facts<'a, T>(field: &'a str, figure: &'a Option<Figure<T>>) -> Option<Facts<'a>> {
    figure.as_ref().map(|f| Facts {
        field,
        error: f.error,
        source: &f.source,
    })
}

/// Checks the numbers of a record.
pub(crate) fn check(r: &Record, place: &str) -> Result<(), CatalogueError> {
    let within = |field: &str, x: f32, lo: f32, hi: f32, unit: &str| {
        if x >= lo && x <= hi {
            return Ok(());
        }
        Err(CatalogueError::field(
            place,
            field,
            format!("is {x}; it must lie between {lo} and {hi} ({unit})"),
        ))
    };
    let figure = |field: &str, f: &Option<Figure<f32>>, lo: f32, hi: f32, unit: &str| {
        f.as_ref()
            .map_or(Ok(()), |f| within(field, f.value, lo, hi, unit))
    };
    let p = &r.physics;
    figure("area_density", &r.area_density, 0.005, 3.0, "kg/m²")?;
    figure("thickness", &r.thickness, 2e-5, 0.02, "m")?;
    figure("width", &r.width, 0.02, 10.0, "m")?;
    figure("physics.friction", &p.friction, 0.0, 2.0, "no unit")?;
    figure("physics.damping", &p.damping, 0.0, 1.0, "s")?;
    if let Some(c) = &r.count {
        within("count.warp", c.value.warp, 0.5, 500.0, "1/cm")?;
        within("count.weft", c.value.weft, 0.5, 500.0, "1/cm")?;
    }
    if let Some(price) = &r.price {
        within("price.per_metre", price.per_metre, 0.0, 1e6, "per metre")?;
        if price.currency.len() != 3 || !price.currency.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(CatalogueError::field(
                place,
                "price.currency",
                format!(
                    "is '{}'; write the three letters of ISO 4217, such as EUR",
                    price.currency
                ),
            ));
        }
        if let Some(m) = price.minimum_m {
            within("price.minimum_m", m, 0.0, 1e7, "m")?;
        }
    }
    if let Some(t) = &r.texture {
        within("texture.size_mm.0", t.size_mm.0, 0.1, 1e5, "mm")?;
        within("texture.size_mm.1", t.size_mm.1, 0.1, 1e5, "mm")?;
        within(
            "texture.rotation_deg",
            t.rotation_deg,
            -360.0,
            360.0,
            "degrees",
        )?;
    }
    if let Some(b) = &p.bending {
        for (field, x) in [
            ("physics.bending.warp", b.value.warp),
            ("physics.bending.weft", b.value.weft),
            ("physics.bending.bias", b.value.bias),
        ] {
            within(field, x, 1e-8, 1.0, "N·m")?;
        }
    }
    let rows = p.membrane.iter().map(|m| ("physics.membrane", m.value));
    let stretched = p
        .membrane_stretched
        .iter()
        .flat_map(|m| m.value)
        .map(|m| ("physics.membrane_stretched", m));
    for (field, m) in rows.chain(stretched) {
        membrane(place, field, &m)?;
    }
    if let Some(d) = &r.drape {
        crate::drape::check(&d.value, place)?;
    }
    sources(r, place)
}

/// A membrane whose stretch stores energy.
fn membrane(place: &str, field: &str, m: &Membrane) -> Result<(), CatalogueError> {
    for (name, x, lo) in [
        ("c11", m.c11, 1.0),
        ("c22", m.c22, 1.0),
        ("c12", m.c12, -1e7),
        ("c33", m.c33, 0.1),
    ] {
        if !(x >= lo && x <= 1e7) {
            return Err(CatalogueError::field(
                place,
                format!("{field}.{name}"),
                format!("is {x}; it must lie between {lo} and 10000000 (N/m)"),
            ));
        }
    }
    if m.c12 * m.c12 >= m.c11 * m.c22 {
        return Err(CatalogueError::field(
            place,
            format!("{field}.c12"),
            format!(
                "is {}; its square must stay below c11·c22 = {} or stretching would release energy",
                m.c12,
                m.c11 * m.c22
            ),
        ));
    }
    Ok(())
}

/// Every figure has a source, and a band that is one.
fn sources(r: &Record, place: &str) -> Result<(), CatalogueError> {
    let p = &r.physics;
    let all = [
        facts("count", &r.count),
        facts("width", &r.width),
        facts("area_density", &r.area_density),
        facts("thickness", &r.thickness),
        facts("physics.membrane", &p.membrane),
        facts("physics.membrane_stretched", &p.membrane_stretched),
        facts("physics.bending", &p.bending),
        facts("physics.friction", &p.friction),
        facts("physics.damping", &p.damping),
        facts("drape", &r.drape),
    ];
    for f in all.into_iter().flatten() {
        if f.source.trim().is_empty() {
            return Err(CatalogueError::field(
                place,
                format!("{}.source", f.field),
                "is empty; every number says where it comes from",
            ));
        }
        if f.error.is_some_and(|e| !(1.0..=1000.0).contains(&e)) {
            return Err(CatalogueError::field(
                place,
                format!("{}.error", f.field),
                "must be a factor between 1 and 1000: 1.5 means that two of three true values lie within a factor of 1.5",
            ));
        }
    }
    Ok(())
}
