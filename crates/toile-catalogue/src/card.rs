//! A record in lines for people: every number with its origin.

use std::fmt::Write;

use toile_garment::{Origin, Srgb};

use crate::{
    figure::{Figure, origin_word},
    find::Hit,
    hand::Hand,
    record::Record,
    store::row::known,
    structure::construction_word,
};

/// The card of a fabric.
#[must_use]
pub fn card(r: &Record) -> String {
    let mut out = format!("{}  {}\n", r.id, r.name);
    let mut text = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(out, "  {name:<16} {value}");
        }
    };
    text("supplier", format!("{} {}", r.supplier, r.code).trim());
    text("composition", &r.composition);
    let made = r.construction.map_or("", construction_word);
    let structure = match (made, r.structure.as_str()) {
        (made, "") => made.to_owned(),
        ("", structure) => structure.to_owned(),
        (made, structure) => format!("{structure} ({made})"),
    };
    text("construction", &structure);
    text("yarn", &r.yarn);
    let scaled = |f: &Option<Figure<f32>>, scale: f32, unit: &str| {
        f.as_ref().map_or(String::new(), |f| {
            line(&format!("{} {unit}", digits(f.value * scale)), f)
        })
    };
    if let Some(c) = &r.count {
        let value = format!("{} × {} /cm", digits(c.value.warp), digits(c.value.weft));
        text("threads", &line(&value, c));
    }
    text("weight", &scaled(&r.area_density, 1e3, "g/m²"));
    text("width", &scaled(&r.width, 1e2, "cm"));
    text("thickness", &scaled(&r.thickness, 1e3, "mm"));
    if let Some(p) = &r.price {
        let least = p
            .minimum_m
            .map_or(String::new(), |m| format!(", from {} m", digits(m)));
        text(
            "price",
            &format!("{:.2} {} per m{least}", p.per_metre, p.currency),
        );
    }
    let colours: Vec<String> = r
        .colours
        .iter()
        .map(|c| {
            let hex = c.srgb.map_or(String::new(), String::from);
            format!("{} {hex}", c.name).trim().to_owned()
        })
        .collect();
    text("colours", &colours.join(", "));
    text("care", &r.care);
    text("tags", &r.tags.join(", "));
    let p = &r.physics;
    if let Some(m) = &p.membrane {
        let v = m.value;
        let value = format!(
            "c11 {}, c12 {}, c22 {}, c33 {} N/m",
            digits(v.c11),
            digits(v.c12),
            digits(v.c22),
            digits(v.c33)
        );
        text("membrane", &line(&value, m));
    }
    if let Some(m) = &p.membrane_stretched {
        text("when stretched", &line("tensors for five directions", m));
    }
    if let Some(b) = &p.bending {
        let [warp, weft, bias] =
            [b.value.warp, b.value.weft, b.value.bias].map(|x| digits(x * 1e6));
        text(
            "bending",
            &line(&format!("warp {warp}, weft {weft}, bias {bias} µN·m"), b),
        );
    }
    text("friction", &scaled(&p.friction, 1.0, ""));
    text("damping", &scaled(&p.damping, 1e3, "ms"));
    if let Some(d) = crate::current_drape(r) {
        let value = format!("{:.0} %, {} folds (Cusick)", d.value.percent, d.value.folds);
        text("drape", &line(&value, d));
    }
    match known(r) {
        Some(k) => {
            let origin = crate::ORIGINS.get(usize::from(k.origin)).copied();
            text(
                "hand",
                &format!("{}  [{}]", hand_words(&k.hand), origin.map_or("", basis)),
            );
        }
        None => text(
            "hand",
            "not known: without weight and construction nothing can be estimated",
        ),
    }
    out
}

/// How far numbers of an origin are to be trusted, in a few words.
fn basis(origin: Origin) -> &'static str {
    match origin {
        Origin::Measured => "from measured mechanics",
        Origin::Vendor => "from the supplier's mechanics",
        Origin::Fitted => "from fitted mechanics",
        Origin::Estimated => "from ESTIMATED mechanics",
        Origin::Default => "from default mechanics",
    }
}

/// Hand in words and numbers.
#[must_use]
pub fn hand_words(h: &Hand) -> String {
    format!(
        "drape {:.0} %, bending length {:.0} × {:.0} mm, stretch {} × {} %",
        h.drape_percent,
        h.bending_length_warp_m * 1e3,
        h.bending_length_weft_m * 1e3,
        digits(h.stretch_warp_percent),
        digits(h.stretch_weft_percent)
    )
}

/// One line of a list of hits.
#[must_use]
pub fn row(hit: &Hit) -> String {
    let r = &hit.record;
    let value = |f: &Option<Figure<f32>>, scale: f32| {
        f.as_ref()
            .map_or("–".to_owned(), |f| digits(f.value * scale))
    };
    let price = r.price.as_ref().map_or("–".to_owned(), |p| {
        format!("{:.2} {}", p.per_metre, p.currency)
    });
    let drape = hit
        .hand
        .map_or("–".to_owned(), |h| format!("{:.0} %", h.drape_percent));
    let difference = hit
        .difference
        .map_or(String::new(), |d| format!("  ΔE {d:.1}"));
    format!(
        "{:<18} {:<38} {:>5} g/m²  drape {drape:>5} {:<9} {price:>10}{difference}  {}",
        short(&r.id, 18),
        short(&r.name, 38),
        value(&r.area_density, 1e3),
        hit.origin.map_or("", origin_word),
        r.composition
    )
}

fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

/// A value with origin, band and source.
fn line<T>(value: &str, f: &Figure<T>) -> String {
    let band = f
        .error
        .map_or(String::new(), |e| format!(" within ×/÷ {}", digits(e)));
    format!(
        "{}  [{}{band}: {}]",
        value.trim(),
        origin_word(f.origin),
        f.source
    )
}

/// Three digits, without an exponent where that reads well.
#[must_use]
pub fn digits(x: f32) -> String {
    let size = x.abs();
    if size >= 100.0 || size == 0.0 {
        format!("{x:.0}")
    } else if size >= 10.0 {
        trim(&format!("{x:.1}"))
    } else if size >= 0.01 {
        let places = if size >= 1.0 {
            2
        } else if size >= 0.1 {
            3
        } else {
            4
        };
        trim(&format!("{x:.places$}"))
    } else {
        format!("{x:.2e}")
    }
}

fn trim(text: &str) -> String {
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A colour as a search takes it: `#rrggbb` or a name of the trade.
///
/// # Errors
/// [`crate::CatalogueError::Query`] if it is neither.
pub fn parse_colour(text: &str) -> Result<Srgb, crate::CatalogueError> {
    Srgb::try_from(text.to_owned())
        .ok()
        .or_else(|| crate::colour::named(text))
        .ok_or_else(|| {
            crate::CatalogueError::query(
                "--colour",
                format!("'{text}' is neither \"#RRGGBB\" nor a colour such as navy or rust"),
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits() {
        for (x, text) in [
            (83.0, "83"),
            (0.18, "0.18"),
            (2.2, "2.2"),
            (1234.4, "1234"),
            (5e-4, "5.00e-4"),
        ] {
            assert_eq!(digits(x), text);
        }
    }

    #[test]
    fn a_card_says_of_every_number_where_it_is_from() {
        let mut r = crate::market::fabric(1, 3);
        crate::estimate::complete(&mut r).unwrap();
        let card = card(&r);
        assert!(card.contains("[vendor: synthetic"), "{card}");
        assert!(card.contains("[estimated within ×/÷"), "{card}");
    }
}
