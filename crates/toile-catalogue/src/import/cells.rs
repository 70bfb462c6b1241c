//! A row of a supplier's table as a record.

use toile_garment::{Bending, Membrane, Origin, Srgb};

use super::{fields::Field, map::Map};
use crate::{
    fibre::Composition,
    figure::Figure,
    record::{Colour, Count, Price, Record},
    structure::construction_in,
    units::{Kind, quantity, short},
};

/// Why a row is refused: the field and the reason.
pub(crate) type Refusal = (String, String);

/// Signs and words of currencies.
const CURRENCIES: [(&str, &str); 12] = [
    ("€", "EUR"),
    ("eur", "EUR"),
    ("us$", "USD"),
    ("usd", "USD"),
    ("£", "GBP"),
    ("gbp", "GBP"),
    ("krw", "KRW"),
    ("₩", "KRW"),
    ("cny", "CNY"),
    ("jpy", "JPY"),
    ("inr", "INR"),
    ("$", "USD"),
];

/// The currency that a text names.
pub(crate) fn currency(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    CURRENCIES
        .iter()
        .find(|c| lower.contains(c.0))
        .map(|c| c.1.to_owned())
}

/// What a whole file tells of its rows.
#[derive(Debug, Clone)]
pub(crate) struct Defaults {
    pub(crate) supplier: String,
    pub(crate) currency: Option<String>,
    pub(crate) source: String,
    /// How mechanics were found and where they are from, if the table tells neither.
    pub(crate) method: String,
    pub(crate) origin: Origin,
}

/// Reads one row.
pub(crate) fn record(cells: &[String], map: &Map, defaults: &Defaults) -> Result<Record, Refusal> {
    let column = |field: Field| map.columns.iter().find(|c| c.field == field);
    let text = |field: Field| -> Option<&str> {
        let cell = cells.get(column(field)?.at)?.trim();
        (!cell.is_empty() && !["-", "n/a", "N/A", "null", "NULL"].contains(&cell)).then_some(cell)
    };
    let owned = |field: Field| text(field).unwrap_or_default().to_owned();
    let refuse = |field: Field, reason: String| (field.name().to_owned(), reason);
    let number = |field: Field| -> Result<Option<f32>, Refusal> {
        let (Some(cell), Some(kind)) = (text(field), field.kind()) else {
            return Ok(None);
        };
        let unit = column(field).and_then(|c| c.unit.as_ref()).map(|u| u.1);
        // Of an extension the load stands in the heading, the percent in the cell.
        let cell = if kind == Kind::Extension {
            cell.trim_end_matches(['%', ' '])
        } else {
            cell
        };
        quantity(cell, kind, unit)
            .map(|x| Some(x as f32))
            .map_err(|reason| refuse(field, reason))
    };
    let origin = match text(Field::Origin) {
        None => defaults.origin,
        Some("vendor") => Origin::Vendor,
        Some("measured") => Origin::Measured,
        Some("fitted") => Origin::Fitted,
        Some("estimated") => Origin::Estimated,
        Some("default") => Origin::Default,
        Some(other) => {
            return Err(refuse(
                Field::Origin,
                format!(
                    "'{}' is none of measured, vendor, fitted, estimated, default",
                    short(other)
                ),
            ));
        }
    };
    let vendor = |x: f32| Figure::new(x, Origin::Vendor, defaults.source.clone());

    let supplier = text(Field::Supplier)
        .unwrap_or(&defaults.supplier)
        .to_owned();
    let code = owned(Field::Code);
    let id = match text(Field::Id) {
        Some(id) => id.to_owned(),
        None => made_id(&supplier, &code, text(Field::Name))
            .ok_or_else(|| refuse(Field::Id, "is empty, and so are code and name".to_owned()))?,
    };
    let name = text(Field::Name).unwrap_or(if code.is_empty() { &id } else { &code });
    let mut r = Record::new(&id, name);
    r.composition = owned(Field::Composition);
    Composition::parse(&r.composition).map_err(|e| refuse(Field::Composition, e))?;
    r.structure = owned(Field::Structure);
    r.construction = construction_in(&r.structure).or_else(|| construction_in(name));
    (r.supplier, r.code) = (supplier, code);
    (r.url, r.yarn, r.care) = (owned(Field::Url), owned(Field::Yarn), owned(Field::Care));
    if let (Some(warp), Some(weft)) = (number(Field::CountWarp)?, number(Field::CountWeft)?) {
        r.count = Some(Figure::new(
            Count { warp, weft },
            Origin::Vendor,
            defaults.source.clone(),
        ));
    }
    r.width = number(Field::Width)?.map(vendor);
    r.area_density = number(Field::Weight)?.map(vendor);
    r.thickness = number(Field::Thickness)?.map(vendor);
    r.price = price(text(Field::Price), text(Field::Currency), map, defaults)?;
    if let Some(price) = &mut r.price {
        price.minimum_m = number(Field::Minimum)?;
    }
    r.colours = text(Field::Colours).map(colours).unwrap_or_default();
    r.tags = split(text(Field::Tags).unwrap_or_default());

    let source = text(Field::Source).unwrap_or(&defaults.method);
    let density = r.area_density.as_ref().map(|d| d.value);
    if let Some((bending, told)) = bending(&number, density)? {
        r.physics.bending = Some(Figure::new(bending, origin, format!("{source}{told}")));
    }
    if let Some((membrane, told)) = membrane(&number)? {
        r.physics.membrane = Some(Figure::new(membrane, origin, format!("{source}{told}")));
    }
    r.physics.friction = number(Field::Friction)?.map(|x| Figure::new(x, origin, source));
    r.check("").map_err(|e| match e {
        crate::CatalogueError::Field { field, problem, .. } => (field, problem),
        other => ("record".to_owned(), other.to_string()),
    })?;
    Ok(r)
}

/// A number of a row.
type Number<'a> = dyn Fn(Field) -> Result<Option<f32>, Refusal> + 'a;

/// Bending stiffness, and what of it was not given; said also where the rest was
/// measured.
fn bending(
    number: &Number<'_>,
    density: Option<f32>,
) -> Result<Option<(Bending, &'static str)>, Refusal> {
    let one = |stiffness: Field, length: Field| -> Result<Option<f32>, Refusal> {
        if let Some(b) = number(stiffness)? {
            return Ok(Some(b));
        }
        let Some(c) = number(length)? else {
            return Ok(None);
        };
        let density = density.ok_or_else(|| {
            (
                length.name().to_owned(),
                "needs a weight: B = weight · 9.81 m/s² · length³".to_owned(),
            )
        })?;
        Ok(Some(density * 9.806_65 * c.powi(3)))
    };
    let warp = one(Field::BendingWarp, Field::BendingLengthWarp)?;
    let weft = one(Field::BendingWeft, Field::BendingLengthWeft)?;
    let bias = number(Field::BendingBias)?;
    let (Some(warp), Some(weft)) = (warp, weft) else {
        return Ok(None);
    };
    let told = match bias {
        Some(_) => "",
        None => "; bias not given, taken as the mean of warp and weft",
    };
    let bias = bias.unwrap_or((warp * weft).sqrt());
    Ok(Some((Bending { warp, weft, bias }, told)))
}

/// In-plane stiffness, and what of it was not given. c33 is twice the shear modulus;
/// a bias strip that shears alone has four times it (FAST: G = 123/EB5 N/m).
fn membrane(number: &Number<'_>) -> Result<Option<(Membrane, &'static str)>, Refusal> {
    let one = |stiffness: Field, extension: Field| -> Result<Option<f32>, Refusal> {
        if let Some(c) = number(stiffness)? {
            return Ok(Some(c));
        }
        let Some(x) = number(extension)? else {
            return Ok(None);
        };
        if x <= 0.0 {
            return Err((
                extension.name().to_owned(),
                "is 0 or less; cloth under load gets longer".to_owned(),
            ));
        }
        Ok(Some(1.0 / x))
    };
    let c11 = one(Field::C11, Field::ExtensionWarp)?;
    let c22 = one(Field::C22, Field::ExtensionWeft)?;
    let c33 = match (
        number(Field::C33)?,
        number(Field::Shear)?,
        number(Field::ShearWeft)?,
    ) {
        (Some(c33), ..) => Some(c33),
        (None, Some(one), Some(other)) => Some(one + other),
        (None, Some(g), None) | (None, None, Some(g)) => Some(2.0 * g),
        (None, None, None) => one(Field::C33, Field::ExtensionBias)?.map(|e| 0.5 * e),
    };
    let (Some(c11), Some(c22), Some(c33)) = (c11, c22, c33) else {
        return Ok(None);
    };
    let c12 = number(Field::C12)?;
    let told = match c12 {
        Some(_) => "",
        None => "; c12 not given, taken as 0",
    };
    let c12 = c12.unwrap_or(0.0);
    Ok(Some((Membrane { c11, c12, c22, c33 }, told)))
}

fn made_id(supplier: &str, code: &str, name: Option<&str>) -> Option<String> {
    let own = if code.is_empty() { name? } else { code };
    let slug = |text: &str| -> String {
        let words: Vec<String> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .map(str::to_lowercase)
            .collect();
        words.join("-")
    };
    let own = slug(own);
    let id = if supplier.is_empty() {
        own
    } else {
        format!("{}-{own}", slug(supplier))
    };
    (!id.is_empty()).then_some(id)
}

fn price(
    cell: Option<&str>,
    currency_cell: Option<&str>,
    map: &Map,
    defaults: &Defaults,
) -> Result<Option<Price>, Refusal> {
    let Some(cell) = cell else { return Ok(None) };
    let field = Field::Price;
    let column = map.columns.iter().find(|c| c.field == field);
    // "USD 4.20 / yd": signs of money stand in the way of the unit.
    let bare: String = CURRENCIES
        .iter()
        .fold(cell.to_lowercase(), |t, c| t.replace(c.0, " "));
    let unit = column.and_then(|c| c.unit.as_ref()).map(|u| u.1);
    let amount = quantity(&bare, Kind::Price, unit).map_err(|e| (field.name().to_owned(), e))?;
    let currency = currency_cell
        .map(|c| currency(c).unwrap_or_else(|| c.to_uppercase()))
        .or_else(|| currency(cell))
        .or_else(|| column.and_then(|c| c.currency.clone()))
        .or_else(|| defaults.currency.clone())
        .ok_or_else(|| {
            (
                Field::Currency.name().to_owned(),
                "the price has no currency; give one with --currency".to_owned(),
            )
        })?;
    Ok(Some(Price {
        per_metre: amount as f32,
        currency,
        minimum_m: None,
    }))
}

fn split(text: &str) -> Vec<String> {
    let parts = text.split([';', '|', ',', '/']).map(str::trim);
    parts.filter(|p| !p.is_empty()).map(str::to_owned).collect()
}

/// `Navy #1c2442; Ecru` as colours.
fn colours(text: &str) -> Vec<Colour> {
    let mut out = Vec::new();
    for part in split(text) {
        let at = part.find('#');
        let hex = at.and_then(|at| part.get(at..at + 7));
        let srgb = hex.and_then(|h| Srgb::try_from(h.to_owned()).ok());
        let name = if srgb.is_some() {
            at.map_or(part.as_str(), |at| part[..at].trim())
        } else {
            part.as_str()
        };
        out.push(Colour {
            name: name.to_owned(),
            srgb,
        });
    }
    out
}
