//! The card of a fabric: a page of A5 with the draped square, the flat cloth at 1:1, the
//! silhouette of its drape test, and its numbers, each with where it is from and how
//! far it may be off. SVG in millimetres; PNG of the same.

mod lettering;
mod numbers;

pub use numbers::{Row, rows};

use lettering::{Lettering, Style, escape};
use std::fmt::Write;
use toile_catalogue::{Drape, Record, construction_word, digits, origin_word};
use toile_garment::{Fabric, Origin};

/// Size of the page, mm.
pub const PAGE_MM: (f32, f32) = (148.0, 210.0);
/// Sides of the pictures on it, mm.
pub const DRAPED_MM: f32 = 84.0;
/// See [`DRAPED_MM`]; so much cloth is on it, too.
pub const FLAT_MM: f32 = 38.0;

const MARGIN: f32 = 10.0;
const RIGHT: f32 = PAGE_MM.0 - MARGIN;
const TOP: f32 = 36.0;
/// The right column begins here.
const COLUMN: f32 = RIGHT - FLAT_MM;
/// Millimetres of cloth in one of the silhouette's.
const SILHOUETTE: f32 = 8.5;

const PAPER: &str = "#fbfaf7";
const INK: &str = "#1d1c1e";
const SOFT: &str = "#76736d";
const HAIR: &str = "#cfcbc3";

const fn style(size: f32, ink: &'static str) -> Style {
    Style {
        size,
        ink,
        tracking: 0.0,
    }
}

const NAME: Style = style(8.2, INK);
const TEXT: Style = style(3.1, INK);
const SMALL: Style = style(2.55, SOFT);
const SOURCE: Style = style(2.0, SOFT);
const LABEL: Style = Style {
    size: 2.1,
    ink: SOFT,
    tracking: 0.12,
};

/// A picture as PNG.
pub struct Png<'a>(pub &'a [u8]);

/// All that a card shows.
pub struct Card<'a> {
    /// The fabric as it is known, what was estimated filled in.
    pub record: &'a Record,
    /// The same as the solver takes it.
    pub fabric: &'a Fabric,
    /// Its drape test.
    pub drape: &'a Drape,
    /// The square over the table, as wide as high.
    pub draped: Png<'a>,
    /// [`FLAT_MM`] of the cloth, as wide as high.
    pub flat: Png<'a>,
}

impl Card<'_> {
    /// The card as SVG.
    ///
    /// # Errors
    /// The font cannot be read.
    pub fn svg(&self) -> Result<String, String> {
        let mut letters = Lettering::new()?;
        let mut body = String::new();
        self.head(&mut letters, &mut body);
        self.pictures(&mut letters, &mut body);
        self.silhouette(&mut letters, &mut body);
        self.numbers(&mut letters, &mut body);
        foot(&mut letters, &mut body);
        let (w, h) = PAGE_MM;
        Ok(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}mm\" height=\"{h}mm\" viewBox=\"0 0 {w} {h}\">\n\
             <title>{}</title>\n<defs>\n{}</defs>\n\
             <rect width=\"{w}\" height=\"{h}\" fill=\"{PAPER}\"/>\n{body}</svg>\n",
            escape(&self.record.name),
            letters.definitions()
        ))
    }

    fn head(&self, letters: &mut Lettering, out: &mut String) {
        let r = self.record;
        let colour = String::from(self.fabric.appearance.base_colour);
        let chip = 9.0;
        let _ = writeln!(
            out,
            "<rect x=\"{}\" y=\"11\" width=\"{chip}\" height=\"{chip}\" rx=\"0.6\" fill=\"{colour}\" stroke=\"{HAIR}\" stroke-width=\"0.12\"/>",
            RIGHT - chip
        );
        *out += &letters.line_to((RIGHT, 23.4), SMALL, &colour.to_lowercase());
        let room = RIGHT - MARGIN - 26.0;
        let name = letters.fit(&r.name, NAME, room);
        *out += &letters.line((MARGIN, 18.4), NAME, &name);
        let made = r.construction.map_or("", construction_word);
        let made = match r.structure.as_str() {
            "" => made.to_owned(),
            structure => structure.to_owned(),
        };
        let mut facts = vec![r.composition.clone(), made];
        let mut trade = vec![format!("{} {}", r.supplier, r.code).trim().to_owned()];
        if let Some(width) = &r.width {
            trade.push(format!(
                "{} cm wide ({})",
                digits(width.value * 100.0),
                origin_word(width.origin)
            ));
        }
        if let Some(price) = &r.price {
            trade.push(format!("{:.2} {} per m", price.per_metre, price.currency));
        }
        trade.push(r.id.clone());
        trade.push(r.care.clone());
        for (y, style, words) in [(24.0, TEXT, &mut facts), (28.6, SMALL, &mut trade)] {
            words.retain(|word| !word.is_empty());
            let line = letters.fit(&words.join(" · "), style, room + 10.0);
            *out += &letters.line((MARGIN, y), style, &line);
        }
        rule(out, 32.0);
    }

    fn pictures(&self, letters: &mut Lettering, out: &mut String) {
        picture(out, (MARGIN, TOP), DRAPED_MM, &self.draped);
        let below = TOP + DRAPED_MM + 3.6;
        let caption = "36 cm square, warp along one side, on an 18 cm table";
        *out += &letters.line((MARGIN, below), SMALL, caption);
        picture(out, (COLUMN, TOP), FLAT_MM, &self.flat);
        // A ruler under it: at 1:1 a centimetre is one.
        let y = TOP + FLAT_MM + 0.9;
        for tick in 0..=38 {
            let tall = if tick % 10 == 0 { 1.6 } else { 0.8 };
            let _ = writeln!(
                out,
                "<path d=\"M{x} {y}v{tall}\" stroke=\"{SOFT}\" stroke-width=\"0.1\"/>",
                x = COLUMN + tick as f32
            );
        }
        *out += &letters.line((COLUMN, y + 4.4), SMALL, "1 : 1, millimetres");
    }

    /// What a drape tester sees: specimen, table, and the shade between.
    fn silhouette(&self, letters: &mut Lettering, out: &mut String) {
        let centre = (COLUMN + 0.5 * FLAT_MM, TOP + 64.5);
        let circle = |out: &mut String, radius_mm: f32, ink: &str, dash: &str| {
            let _ = writeln!(
                out,
                "<circle cx=\"{}\" cy=\"{}\" r=\"{:.3}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"0.14\"{dash}/>",
                centre.0,
                centre.1,
                radius_mm / SILHOUETTE
            );
        };
        let colour = String::from(self.fabric.appearance.base_colour);
        let mut path = String::new();
        let count = self.drape.outline.len().max(1);
        for (k, radius) in self.drape.outline.iter().enumerate() {
            let (sin, cos) = (k as f32 / count as f32 * std::f32::consts::TAU).sin_cos();
            let r = f32::from(*radius) * 0.1 / SILHOUETTE;
            let _ = write!(
                path,
                "{}{:.3} {:.3}",
                if k == 0 { 'M' } else { 'L' },
                centre.0 + r * cos,
                centre.1 - r * sin
            );
        }
        let _ = writeln!(
            out,
            "<path d=\"{path}Z\" fill=\"{colour}\" stroke=\"{INK}\" stroke-width=\"0.14\"/>"
        );
        circle(out, 150.0, INK, " stroke-dasharray=\"0.6 0.6\"");
        // The table is seen through cloth, however dark that is.
        let lightness: f32 = self.fabric.appearance.base_colour.to_f32().iter().sum();
        circle(out, 90.0, if lightness < 1.0 { PAPER } else { INK }, "");
        let below = TOP + DRAPED_MM + 3.6;
        let caption = format!(
            "drape {:.0} %, {} folds",
            self.drape.percent, self.drape.folds
        );
        *out += &letters.line((COLUMN, below), SMALL, &caption);
    }

    fn numbers(&self, letters: &mut Lettering, out: &mut String) {
        rule(out, 129.0);
        let mut y = 133.2;
        for (x, label) in [
            (MARGIN, "NUMBER"),
            (36.0, "VALUE"),
            (91.0, "ORIGIN"),
            (118.0, "BAND, 2 OF 3"),
        ] {
            *out += &letters.line((x, y), LABEL, label);
        }
        y += 5.4;
        let rows = rows(self.record, self.fabric);
        let pitch = (66.0 / rows.len().max(1) as f32).min(7.4);
        for row in &rows {
            *out += &letters.line((MARGIN, y), style(2.8, SOFT), row.name);
            let value = letters.fit(&row.value, TEXT, 53.0);
            *out += &letters.line((36.0, y), TEXT, &value);
            mark(out, (92.2, y - 1.0), row.origin);
            *out += &letters.line((94.8, y), style(2.8, INK), origin_word(row.origin));
            band(letters, out, y - 1.0, row.error);
            let source = letters.fit(&row.source, SOURCE, RIGHT - 36.0);
            *out += &letters.line((36.0, y + 2.7), SOURCE, &source);
            y += pitch;
        }
    }
}

fn rule(out: &mut String, y: f32) {
    let _ = writeln!(
        out,
        "<path d=\"M{MARGIN} {y}H{RIGHT}\" stroke=\"{HAIR}\" stroke-width=\"0.15\"/>"
    );
}

fn picture(out: &mut String, (x, y): (f32, f32), side: f32, png: &Png<'_>) {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let _ = writeln!(
        out,
        "<image x=\"{x}\" y=\"{y}\" width=\"{side}\" height=\"{side}\" href=\"data:image/png;base64,{}\"/>",
        STANDARD.encode(png.0)
    );
}

/// The fuller the mark, the more an origin is to be trusted.
fn mark(out: &mut String, (x, y): (f32, f32), origin: Origin) {
    let ring = |fill: &str, dash: &str| {
        format!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"0.95\" fill=\"{fill}\" stroke=\"{INK}\" stroke-width=\"0.22\"{dash}/>\n"
        )
    };
    *out += &match origin {
        Origin::Measured => ring(INK, ""),
        Origin::Vendor | Origin::Fitted => {
            ring("none", "")
                + &format!(
                    "<path d=\"M{x} {}a0.95 0.95 0 0 0 0 1.9z\" fill=\"{INK}\"/>\n",
                    y - 0.95
                )
        }
        Origin::Estimated => ring("none", ""),
        Origin::Default => ring("none", " stroke-dasharray=\"0.35 0.35\""),
    };
}

/// A band on a logarithmic scale from a third to three times, and its factor.
fn band(letters: &mut Lettering, out: &mut String, y: f32, error: Option<f32>) {
    let (middle, half) = (123.6, 5.6);
    let Some(error) = error else {
        *out += &letters.line((118.0, y + 0.8), SOURCE, "not known");
        return;
    };
    let reach = (error.ln() / 3.0_f32.ln()).min(1.0) * half;
    let _ = writeln!(
        out,
        "<path d=\"M{} {y}h{}\" stroke=\"{HAIR}\" stroke-width=\"0.15\"/>\
         <path d=\"M{} {y}h{}\" stroke=\"{INK}\" stroke-width=\"0.6\"/>\
         <path d=\"M{middle} {}v1.8\" stroke=\"{INK}\" stroke-width=\"0.18\"/>",
        middle - half,
        2.0 * half,
        middle - reach,
        2.0 * reach,
        y - 0.9
    );
    let factor = format!("×÷{}", digits((error * 100.0).round() / 100.0));
    *out += &letters.line_to((RIGHT, y + 0.8), SOURCE, &factor);
}

fn foot(letters: &mut Lettering, out: &mut String) {
    let y = PAGE_MM.1 - 5.6;
    let mut x = MARGIN;
    for origin in toile_catalogue::ORIGINS {
        if origin == Origin::Fitted {
            continue;
        }
        let word = match origin {
            Origin::Vendor => "vendor, fitted",
            other => origin_word(other),
        };
        mark(out, (x + 0.95, y - 0.7), origin);
        *out += &letters.line((x + 2.7, y), SOURCE, word);
        x += 5.6 + letters.width(word, SOURCE);
    }
    let of = format!("Toile {} · print at 100 %", env!("CARGO_PKG_VERSION"));
    *out += &letters.line_to((RIGHT, y), SOURCE, &of);
}

/// The card as pixels: RGBA rows, and width and height.
///
/// # Errors
/// What the renderer says of the SVG, or a size that it cannot draw.
pub fn pixels(svg: &str, dpi: f32) -> Result<(Vec<u8>, (u32, u32)), String> {
    let tree = resvg::usvg::Tree::from_str(svg, &resvg::usvg::Options::default())
        .map_err(|e| format!("the card cannot be drawn: {e}"))?;
    let scale = dpi / 25.4;
    let size = (
        (PAGE_MM.0 * scale).round() as u32,
        (PAGE_MM.1 * scale).round() as u32,
    );
    let mut pixmap = resvg::tiny_skia::Pixmap::new(size.0, size.1)
        .ok_or_else(|| format!("--dpi {dpi}: {} × {} pixels are too many", size.0, size.1))?;
    // Millimetres of SVG are 96 pixels to the inch.
    let fit = size.0 as f32 / tree.size().width();
    let transform = resvg::tiny_skia::Transform::from_scale(fit, fit);
    // The last row may be a share of one.
    pixmap.fill(resvg::tiny_skia::Color::from_rgba8(251, 250, 247, 255));
    resvg::render(&tree, transform, &mut pixmap.as_mut());
    // The paper is opaque, so that nothing is multiplied by alpha.
    Ok((pixmap.take(), size))
}

#[cfg(test)]
mod tests;
