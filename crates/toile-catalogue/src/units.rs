//! Quantities as suppliers write them.

/// Kinds of quantity, each read into one SI unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Mass per area, kg/m².
    AreaDensity,
    /// Width or another length in the large, m.
    Length,
    /// Thickness, m.
    Thickness,
    /// Bending stiffness, N·m.
    Bending,
    /// Membrane stiffness, N/m.
    Stiffness,
    /// Extension under a load, m/N: strain over force per width.
    Extension,
    /// Shear modulus, N/m for each radian.
    Shear,
    /// Threads per length, 1/cm.
    Count,
    /// A length of cloth that is ordered, m.
    Order,
    /// Money per length, an amount per metre.
    Price,
    /// A number without a unit.
    Plain,
}

/// Units: how they are written (without blanks, lower case), and their size.
const UNITS: &[(Kind, &str, f64)] = &[
    (Kind::AreaDensity, "g/m2", 1e-3),
    (Kind::AreaDensity, "g/m^2", 1e-3),
    (Kind::AreaDensity, "g/sqm", 1e-3),
    (Kind::AreaDensity, "g/qm", 1e-3),
    (Kind::AreaDensity, "gr/m2", 1e-3),
    (Kind::AreaDensity, "gsm", 1e-3),
    (Kind::AreaDensity, "gm2", 1e-3),
    (Kind::AreaDensity, "g", 1e-3),
    (Kind::AreaDensity, "kg/m2", 1.0),
    (Kind::AreaDensity, "mg/cm2", 1e-2),
    (Kind::AreaDensity, "g/cm2", 10.0),
    (Kind::AreaDensity, "g/mm2", 1e3),
    // 1 oz = 28.349523125 g, 1 yd = 0.9144 m.
    (Kind::AreaDensity, "oz/yd2", 0.033_905_747),
    (Kind::AreaDensity, "oz/yd^2", 0.033_905_747),
    (Kind::AreaDensity, "oz/sqyd", 0.033_905_747),
    (Kind::AreaDensity, "osy", 0.033_905_747),
    (Kind::AreaDensity, "oz", 0.033_905_747),
    // 1 momme = 4.340 g/m² (3.75 g on 100 yd of 1.5 in).
    (Kind::AreaDensity, "momme", 0.004_34),
    (Kind::AreaDensity, "mm/silk", 0.004_34),
    (Kind::Length, "cm", 1e-2),
    (Kind::Length, "mm", 1e-3),
    (Kind::Length, "m", 1.0),
    (Kind::Length, "in", 0.0254),
    (Kind::Length, "inch", 0.0254),
    (Kind::Length, "inches", 0.0254),
    (Kind::Length, "\"", 0.0254),
    (Kind::Length, "”", 0.0254),
    (Kind::Length, "yd", 0.9144),
    (Kind::Thickness, "mm", 1e-3),
    (Kind::Thickness, "um", 1e-6),
    (Kind::Thickness, "µm", 1e-6),
    (Kind::Thickness, "micron", 1e-6),
    (Kind::Thickness, "microns", 1e-6),
    (Kind::Thickness, "cm", 1e-2),
    (Kind::Thickness, "m", 1.0),
    (Kind::Thickness, "in", 0.0254),
    (Kind::Thickness, "inch", 0.0254),
    (Kind::Thickness, "mil", 25.4e-6),
    (Kind::Bending, "n·m", 1.0),
    (Kind::Bending, "nm", 1.0),
    (Kind::Bending, "n*m", 1.0),
    (Kind::Bending, "µn·m", 1e-6),
    (Kind::Bending, "µnm", 1e-6),
    (Kind::Bending, "unm", 1e-6),
    (Kind::Bending, "un*m", 1e-6),
    (Kind::Bending, "un·m", 1e-6),
    // 1 gf = 9.80665 mN (KES-F2).
    (Kind::Bending, "gf·cm2/cm", 9.806_65e-5),
    (Kind::Bending, "gf.cm2/cm", 9.806_65e-5),
    (Kind::Bending, "gf*cm2/cm", 9.806_65e-5),
    (Kind::Bending, "gfcm2/cm", 9.806_65e-5),
    (Kind::Stiffness, "n/m", 1.0),
    (Kind::Stiffness, "n/mm", 1e3),
    (Kind::Stiffness, "n/cm", 1e2),
    (Kind::Stiffness, "gf/cm", 0.980_665),
    // Percent at the load of KES-F1 and those of FAST-3; 1 gf/cm = 0.980665 N/m.
    (Kind::Extension, "%@500gf/cm", 1e-2 / 490.332_5),
    (Kind::Extension, "%@100gf/cm", 1e-2 / 98.066_5),
    (Kind::Extension, "%@20gf/cm", 1e-2 / 19.613_3),
    (Kind::Extension, "%@5gf/cm", 1e-2 / 4.903_325),
    (Kind::Extension, "m/n", 1.0),
    (Kind::Shear, "n/m", 1.0),
    // 0.980665 N/m over π/180.
    (Kind::Shear, "gf/cm·deg", 56.188_0),
    (Kind::Shear, "gf/cm.deg", 56.188_0),
    (Kind::Shear, "gf/cm*deg", 56.188_0),
    (Kind::Shear, "gf/cm/deg", 56.188_0),
    (Kind::Shear, "gf/cmdeg", 56.188_0),
    (Kind::Shear, "gf/cm·degree", 56.188_0),
    (Kind::Shear, "gf/cm.degree", 56.188_0),
    (Kind::Count, "/cm", 1.0),
    (Kind::Count, "percm", 1.0),
    (Kind::Count, "/in", 1.0 / 2.54),
    (Kind::Count, "/inch", 1.0 / 2.54),
    (Kind::Count, "perinch", 1.0 / 2.54),
    (Kind::Count, "epi", 1.0 / 2.54),
    (Kind::Count, "ppi", 1.0 / 2.54),
    (Kind::Order, "m", 1.0),
    (Kind::Order, "meter", 1.0),
    (Kind::Order, "meters", 1.0),
    (Kind::Order, "metre", 1.0),
    (Kind::Order, "metres", 1.0),
    (Kind::Order, "yd", 0.9144),
    (Kind::Order, "yds", 0.9144),
    (Kind::Order, "yard", 0.9144),
    (Kind::Order, "yards", 0.9144),
    (Kind::Price, "/m", 1.0),
    (Kind::Price, "/meter", 1.0),
    (Kind::Price, "/metre", 1.0),
    (Kind::Price, "perm", 1.0),
    (Kind::Price, "permeter", 1.0),
    (Kind::Price, "permetre", 1.0),
    (Kind::Price, "/yd", 1.0 / 0.9144),
    (Kind::Price, "/yard", 1.0 / 0.9144),
    (Kind::Price, "peryd", 1.0 / 0.9144),
    (Kind::Price, "peryard", 1.0 / 0.9144),
];

impl Kind {
    /// The unit that a bare number has if nothing says another, and its size.
    #[must_use]
    pub fn usual(self) -> (&'static str, f64) {
        match self {
            Self::AreaDensity => ("g/m2", 1e-3),
            Self::Length => ("cm", 1e-2),
            Self::Thickness => ("mm", 1e-3),
            Self::Bending => ("µN·m", 1e-6),
            Self::Stiffness | Self::Shear => ("N/m", 1.0),
            Self::Extension => ("%@100gf/cm", 1e-2 / 98.066_5),
            Self::Count => ("/cm", 1.0),
            Self::Order => ("m", 1.0),
            Self::Price => ("/m", 1.0),
            Self::Plain => ("", 1.0),
        }
    }

    /// Size of a unit of this kind, however it is spaced and cased.
    #[must_use]
    pub fn unit(self, text: &str) -> Option<f64> {
        let plain: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && !"()[]".contains(*c))
            .flat_map(char::to_lowercase)
            .map(|c| match c {
                '²' => '2',
                'μ' => 'µ',
                '″' => '"',
                c => c,
            })
            .collect();
        let plain = plain.trim_end_matches('.');
        UNITS
            .iter()
            .find(|u| u.0 == self && u.1 == plain)
            .map(|u| u.2)
    }
}

/// A number, and what is written after it. Of a range (`57/58"`, `140-145`) it is
/// the first. Decimal commas and thousands' commas are told apart.
///
/// # Errors
/// A sentence if there is no number.
pub fn number(text: &str) -> Result<(f64, &str), String> {
    let text = text.trim();
    let start = text
        .find(|c: char| c.is_ascii_digit())
        .ok_or_else(|| format!("'{}' is not a number", short(text)))?;
    let negative = text[..start].trim_end().ends_with(['-', '−']);
    let body = &text[start..];
    let end = body
        .find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','))
        .unwrap_or(body.len());
    let mut end = end;
    // An exponent, as programs write small numbers.
    let tail = &body[end..];
    let signed = tail
        .strip_prefix(['e', 'E'])
        .map(|t| t.trim_start_matches(['+', '-']));
    if let Some(digits) = signed.filter(|d| d.starts_with(|c: char| c.is_ascii_digit())) {
        let count = digits.chars().take_while(char::is_ascii_digit).count();
        end += tail.len() - digits.len() + count;
    }
    let written = body[..end].trim_end_matches(['.', ',']);
    let plain = match (written.rfind(','), written.rfind('.')) {
        (Some(comma), None) => {
            let after = written.len() - comma - 1;
            if after == 3 || written.matches(',').count() > 1 {
                written.replace(',', "")
            } else {
                written.replace(',', ".")
            }
        }
        (Some(comma), Some(dot)) if comma > dot => written.replace('.', "").replace(',', "."),
        _ => written.replace(',', ""),
    };
    let x: f64 = plain
        .parse()
        .map_err(|_| format!("'{}' is not a number", short(text)))?;
    let mut rest = body[end..].trim_start();
    // The end of a range is passed over: its unit counts.
    if let Some(far) = rest.strip_prefix(['/', '-', '–', '~'])
        && far.trim_start().starts_with(|c: char| c.is_ascii_digit())
    {
        let far = far.trim_start();
        let end = far
            .find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','))
            .unwrap_or(far.len());
        rest = far[end..].trim_start();
    }
    Ok((if negative { -x } else { x }, rest))
}

/// A quantity in the SI unit of its kind: a number with a unit behind it, else in
/// the unit of its column, else in the usual one.
///
/// # Errors
/// A sentence if it is no number, has a unit of another kind, or is not finite.
pub fn quantity(text: &str, kind: Kind, column: Option<f64>) -> Result<f64, String> {
    let (x, rest) = number(text)?;
    let size = if rest.is_empty() {
        column.unwrap_or(kind.usual().1)
    } else {
        let word = rest.split([',', ';', '(']).next().unwrap_or(rest).trim();
        kind.unit(word).ok_or_else(|| {
            format!(
                "'{}' has the unit '{}', which is not known here; write it as {}",
                short(text),
                short(word),
                kind.usual().0
            )
        })?
    };
    let value = x * size;
    if !value.is_finite() {
        return Err(format!("'{}' is too large for a number", short(text)));
    }
    Ok(value)
}

/// The beginning of a text, for messages.
pub(crate) fn short(text: &str) -> String {
    let mut out: String = text.chars().take(40).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(text: &str, kind: Kind, expected: f64) {
        let found = quantity(text, kind, None).unwrap();
        assert!((found / expected - 1.0).abs() < 1e-4, "{text}: {found}");
    }

    #[test]
    fn quantities_are_read_with_the_units_of_the_trade() {
        close("120 g/m²", Kind::AreaDensity, 0.12);
        close("12oz", Kind::AreaDensity, 0.40687);
        close("5.3 oz/yd2", Kind::AreaDensity, 0.1797);
        close("19 momme", Kind::AreaDensity, 0.08246);
        close("57/58\"", Kind::Length, 1.4478);
        close("147", Kind::Length, 1.47);
        close("1.47 m", Kind::Length, 1.47);
        close("0,35 mm", Kind::Thickness, 0.35e-3);
        close("0.118 gf·cm²/cm", Kind::Bending, 1.157_18e-5);
        close("1,200 m", Kind::Order, 1200.0);
        close("1.234,5", Kind::Plain, 1234.5);
        close("1.1e-5 N·m", Kind::Bending, 1.1e-5);
    }

    #[test]
    fn a_unit_of_another_kind_is_refused_and_the_right_one_named() {
        let e = quantity("120 cm", Kind::AreaDensity, None).unwrap_err();
        assert!(e.contains("cm") && e.contains("g/m2"), "{e}");
        assert!(quantity("heavy", Kind::AreaDensity, None).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_a_quantity_or_an_error(text in "\\PC{0,40}") {
            for kind in [Kind::AreaDensity, Kind::Length, Kind::Price, Kind::Bending] {
                if let Ok(x) = quantity(&text, kind, None) {
                    prop_assert!(x.is_finite());
                }
            }
        }
    }
}
