//! A plausible market, made from a seed: for tests, benches and trying things out.
//!
//! Fabric `n` of a seed is always the same, whatever was made before it. Nothing
//! in it is a real product, and its numbers say so in their source.

mod kinds;

use std::io::{self, Write};

use toile_garment::{Bending, Membrane, Origin, Srgb};

use self::kinds::{CARE, FINISHES, KINDS, Kind, SUPPLIERS};
use crate::{
    colour,
    estimate::{Given, REFERENCES},
    figure::Figure,
    import::table,
    record::{Colour, Price, Record},
    structure::{construction_in, is_knit},
};

const SOURCE: &str = "synthetic market of Toile, no real product";

/// Numbers from a counter: `SplitMix64` (Steele, Lea and Flood 2014).
struct Dice(u64);

impl Dice {
    fn new(seed: u64, n: u64) -> Self {
        let mut dice = Self(seed ^ n.wrapping_mul(0xd134_2543_de82_ef95));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Between 0 and 1.
    fn share(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.share()
    }

    /// Below `n`.
    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// One of a list, the earlier the likelier.
    fn early<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let k = (self.share() * self.share() * list.len() as f32) as usize;
        &list[k.min(list.len() - 1)]
    }

    /// A factor that is off by `spread` in the logarithm, near normal.
    fn factor(&mut self, spread: f32) -> f32 {
        let sum: f32 = (0..4).map(|_| self.share() - 0.5).sum();
        (sum * 3f32.sqrt() * spread).exp()
    }
}

/// Fabric `n` of the market of a seed.
#[must_use]
pub fn fabric(seed: u64, n: u64) -> Record {
    let mut dice = Dice::new(seed, n);
    let total: u32 = KINDS.iter().map(|k| k.share).sum();
    let mut left = dice.below(total as usize) as u32;
    let kind = KINDS
        .iter()
        .find(|k| {
            let here = left < k.share;
            left = left.saturating_sub(k.share);
            here
        })
        .unwrap_or(&KINDS[0]);
    let fibres = *dice.early(kind.fibres);
    let finish = FINISHES[dice.below(FINISHES.len())];
    let main = fibres
        .split(['%', ' '])
        .find(|w| w.len() > 3)
        .unwrap_or("mixed");
    let weight = dice.between(kind.weight.0, kind.weight.1).round();
    let mut r = Record::new(
        &format!("M{n:08}"),
        &format!("{} {} {} {:.0}", title(finish), main, kind.name, weight),
    );
    let vendor = |x: f32| Figure::new(x, Origin::Vendor, SOURCE);
    SUPPLIERS[dice.below(SUPPLIERS.len())].clone_into(&mut r.supplier);
    r.code = format!(
        "{}-{}",
        kind.name[..2].to_uppercase(),
        1000 + dice.below(90_000)
    );
    fibres.clone_into(&mut r.composition);
    kind.name.clone_into(&mut r.structure);
    r.construction = construction_in(kind.name);
    (*dice.early(kind.yarns)).clone_into(&mut r.yarn);
    r.area_density = Some(vendor(weight / 1000.0));
    let width = [1.10, 1.35, 1.40, 1.45, 1.47, 1.50, 1.60, 1.80][dice.below(8)];
    r.width = Some(vendor(width));
    // Heavier cloth and dearer fibres cost more within their kind.
    let rich = (weight - kind.weight.0) / (kind.weight.1 - kind.weight.0);
    let amount = kind.price.0 * (kind.price.1 / kind.price.0).powf(0.5 * (rich + dice.share()));
    r.price = Some(Price {
        per_metre: (amount * 100.0).round() / 100.0,
        currency: if dice.below(10) == 0 { "EUR" } else { "USD" }.to_owned(),
        minimum_m: Some([1.0, 5.0, 10.0, 30.0, 50.0, 100.0, 300.0][dice.below(7)]),
    });
    r.colours = colours(&mut dice);
    CARE[dice.below(CARE.len())].clone_into(&mut r.care);
    r.tags = vec![
        finish.to_owned(),
        kind.uses[dice.below(kind.uses.len())].to_owned(),
    ];
    mechanics(&mut r, kind, &mut dice);
    r
}

fn title(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|c| c.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}

/// One to seven shades around the colours of the trade.
fn colours(dice: &mut Dice) -> Vec<Colour> {
    let names = colour::names();
    (0..1 + dice.below(7))
        .map(|_| {
            let (name, rgb) = dice.early(names);
            let shade = rgb.map(|x| (f32::from(x) + dice.between(-14.0, 14.0)) as u8);
            Colour {
                name: (*name).to_owned(),
                srgb: Some(Srgb(shade)),
            }
        })
        .collect()
}

/// A third has its thickness, one in fifty measured mechanics.
fn mechanics(r: &mut Record, kind: &Kind, dice: &mut Dice) {
    let Some(given) = Given::of(r) else { return };
    let m = given.mechanics(&REFERENCES);
    if dice.below(3) == 0 {
        let t = m.thickness * dice.factor(0.2);
        r.thickness = Some(Figure::new((t * 1e5).round() / 1e5, Origin::Vendor, SOURCE));
    }
    if dice.below(50) != 0 {
        return;
    }
    let three = |x: f32| -> f32 { format!("{x:.2e}").parse().unwrap_or(x) };
    let b = m.bending;
    r.physics.bending = Some(
        Figure::new(
            Bending {
                warp: three(b.warp * dice.factor(0.4)),
                weft: three(b.weft * dice.factor(0.4)),
                bias: three(b.bias * dice.factor(0.4)),
            },
            Origin::Measured,
            SOURCE,
        )
        .within(1.15),
    );
    let spread = if kind.name.starts_with("swim") || given_knit(r) {
        0.5
    } else {
        0.3
    };
    let (c11, c22) = (
        three(m.membrane.c11 * dice.factor(spread)),
        three(m.membrane.c22 * dice.factor(spread)),
    );
    r.physics.membrane = Some(
        Figure::new(
            Membrane {
                c11,
                c12: three(0.1 * (c11 * c22).sqrt()),
                c22,
                c33: three(m.membrane.c33 * dice.factor(spread)),
            },
            Origin::Measured,
            SOURCE,
        )
        .within(1.15),
    );
}

fn given_knit(r: &Record) -> bool {
    r.construction.is_some_and(is_knit)
}

/// Writes a market as a supplier's CSV.
///
/// # Errors
/// If it cannot be written.
pub fn write_csv(
    out: &mut dyn Write,
    seed: u64,
    rows: u64,
    watch: &mut dyn FnMut(u64),
) -> io::Result<()> {
    let headings = [
        "id",
        "name",
        "supplier",
        "code",
        "composition",
        "construction",
        "yarn",
        "weight (g/m2)",
        "width (cm)",
        "thickness (mm)",
        "price (/m)",
        "currency",
        "moq (m)",
        "colours",
        "care",
        "tags",
        "bending warp (µN·m)",
        "bending weft (µN·m)",
        "bending bias (µN·m)",
        "c11",
        "c12",
        "c22",
        "c33",
        "origin",
    ];
    out.write_all(table::line(&headings).as_bytes())?;
    for n in 0..rows {
        let r = fabric(seed, n);
        let text = |x: Option<f32>, scale: f32| {
            x.map_or(String::new(), |x| format!("{}", round(x * scale)))
        };
        let price = r.price.as_ref();
        let colours: Vec<String> = r
            .colours
            .iter()
            .map(|c| format!("{} {}", c.name, c.srgb.map_or(String::new(), String::from)))
            .collect();
        let b = r.physics.bending.as_ref().map(|b| b.value);
        let m = r.physics.membrane.as_ref().map(|m| m.value);
        let cells = [
            r.id.clone(),
            r.name.clone(),
            r.supplier.clone(),
            r.code.clone(),
            r.composition.clone(),
            r.structure.clone(),
            r.yarn.clone(),
            text(r.area_density.as_ref().map(|f| f.value), 1e3),
            text(r.width.as_ref().map(|f| f.value), 1e2),
            text(r.thickness.as_ref().map(|f| f.value), 1e3),
            text(price.map(|p| p.per_metre), 1.0),
            price.map_or(String::new(), |p| p.currency.clone()),
            text(price.and_then(|p| p.minimum_m), 1.0),
            colours.join("; "),
            r.care.clone(),
            r.tags.join("; "),
            text(b.map(|b| b.warp), 1e6),
            text(b.map(|b| b.weft), 1e6),
            text(b.map(|b| b.bias), 1e6),
            text(m.map(|m| m.c11), 1.0),
            text(m.map(|m| m.c12), 1.0),
            text(m.map(|m| m.c22), 1.0),
            text(m.map(|m| m.c33), 1.0),
            if b.is_some() { "measured" } else { "" }.to_owned(),
        ];
        out.write_all(table::line(&cells).as_bytes())?;
        watch(n + 1);
    }
    out.flush()
}

/// Five digits, so that a scale leaves no crumbs.
fn round(x: f32) -> f64 {
    format!("{x:.4e}").parse().unwrap_or(f64::from(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_makes_the_same_market_and_another_seed_another() {
        assert_eq!(fabric(7, 1234), fabric(7, 1234));
        assert_ne!(fabric(7, 1234), fabric(8, 1234));
        assert_ne!(fabric(7, 1234).name, fabric(7, 1235).name);
    }

    #[test]
    fn every_fabric_of_a_market_is_one_that_can_be() {
        let mut measured = 0;
        for n in 0..5000 {
            let r = fabric(1, n);
            r.check("market").unwrap();
            assert!(r.construction.is_some(), "{}", r.structure);
            measured += usize::from(r.physics.bending.is_some());
        }
        assert!((50..200).contains(&measured), "{measured}");
    }
}
