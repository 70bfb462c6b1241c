//! Raw curves as parameters of the solver, with what they leave unexplained.

use toile_garment::{Bending, Membrane, Origin};

use super::{Direction, Measurement, Test, elastica};
use crate::{error::CatalogueError, figure::Figure};

/// Load up to which stiffness is fitted, N/m: that of FAST's E100, which garments
/// seldom exceed.
const LOAD: f64 = 98.0665;
/// Share of the greatest force below which a strip still hangs loose.
const SLACK: f64 = 0.02;
/// Share of the distance over which a strip is bent that is used: before, it
/// straightens, and at the end it touches itself.
const BENT: std::ops::RangeInclusive<f64> = 0.15..=0.85;

/// A curve, what was measured and what the fit says.
#[derive(Debug, Clone, PartialEq)]
pub struct CurveFit {
    /// What was tested: `stretch`, or `bend`.
    pub what: &'static str,
    /// Direction of the strip.
    pub direction: Direction,
    /// Strain or share of the length, and force per width, N/m: measured.
    pub measured: Vec<(f64, f64)>,
    /// The same by the fit.
    pub fitted: Vec<(f64, f64)>,
    /// The stiffness: N/m for stretch, N·m for bending.
    pub stiffness: f64,
    /// Root mean square of what is left, as a share of the greatest force.
    pub residual: f64,
}

/// Parameters read off raw curves.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// In-plane stiffness, if all three directions were stretched.
    pub membrane: Option<Figure<Membrane>>,
    /// Bending stiffness, if all three directions were bent.
    pub bending: Option<Figure<Bending>>,
    /// Mass per area, as it was told.
    pub area_density: Option<Figure<f32>>,
    /// The curves.
    pub curves: Vec<CurveFit>,
}

impl Fitted {
    /// Puts what was fitted into a record, in place of what was there. Returns
    /// whether it holds any mechanics.
    pub fn fill(&self, record: &mut crate::Record) -> bool {
        if let Some(m) = &self.membrane {
            record.physics.membrane = Some(m.clone());
            // A curve beyond the fitted load belongs to another cloth now.
            record.physics.membrane_stretched = None;
        }
        if let Some(b) = &self.bending {
            record.physics.bending = Some(b.clone());
        }
        if record.area_density.is_none() {
            record.area_density.clone_from(&self.area_density);
        }
        self.membrane.is_some() || self.bending.is_some()
    }
}

/// Fits the curves of a measurement.
///
/// # Errors
/// The test whose curve cannot be used, and why.
pub fn fit(measurement: &Measurement) -> Result<Fitted, CatalogueError> {
    let place = &measurement.name;
    let mut curves = Vec::new();
    for (direction, key) in Direction::ALL {
        let unusable = |test: &str, problem: String| {
            CatalogueError::field(place, format!("raw_data.{key}.{test}"), problem)
        };
        // The longer strip feels its clamps less.
        if let Some(test) = measurement.of(direction, &["S2", "S1"]).next() {
            curves.push(stretch(direction, test).map_err(|e| unusable(&test.key, e))?);
        }
        let bent: Vec<&Test> = measurement.of(direction, &["D1", "U1"]).collect();
        if let Some(first) = bent.first() {
            curves.push(bend(direction, &bent).map_err(|e| unusable(&first.key, e))?);
        }
    }
    let of = |what: &str| -> Option<[&CurveFit; 3]> {
        let one = |d: Direction| curves.iter().find(|c| c.what == what && c.direction == d);
        Some([
            one(Direction::Warp)?,
            one(Direction::Weft)?,
            one(Direction::Bias)?,
        ])
    };
    let membrane = of("stretch")
        .map(|found| membrane(found, place))
        .transpose()?;
    let bending = of("bend").map(|found| bending(found, place));
    Ok(Fitted {
        membrane,
        bending,
        area_density: measurement
            .area_density
            .map(|d| Figure::new(d as f32, Origin::Measured, format!("weighed for {place}"))),
        curves,
    })
}

/// Error band of figures from curves that were left with these residuals: specimens
/// of one cloth differ by a fifth even where the fit is perfect.
fn band(curves: [&CurveFit; 3]) -> f32 {
    let worst = curves.iter().map(|c| c.residual).fold(0.0, f64::max);
    (1.2 * (1.0 + 2.0 * worst)) as f32
}

fn residuals(curves: [&CurveFit; 3]) -> String {
    curves
        .iter()
        .map(|c| format!("{} {:.1} %", c.direction.name(), 100.0 * c.residual))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The membrane of three strips that are pulled: along the warp c11, along the weft
/// c22, and at 45° 1/E = (1/c11 + 1/c22)/4 + 1/(4G) (Jones 1999, 2.97, without
/// contraction), where c33 = 2G.
fn membrane(curves: [&CurveFit; 3], place: &str) -> Result<Figure<Membrane>, CatalogueError> {
    let [warp, weft, bias] = curves.map(|c| c.stiffness);
    let left = 4.0 / bias - 1.0 / warp - 1.0 / weft;
    if left <= 0.0 {
        return Err(CatalogueError::field(
            place,
            "raw_data.B",
            format!(
                "the bias strip is as stiff as {bias:.0} N/m, which no shear explains beside {warp:.0} and {weft:.0} N/m; is a strip mistaken for another?"
            ),
        ));
    }
    let value = Membrane {
        c11: warp as f32,
        c12: 0.0,
        c22: weft as f32,
        c33: (2.0 / left) as f32,
    };
    let source = format!(
        "straight lines through the raw curves of {place} up to {LOAD:.0} N/m; residual {}; contraction not measured, c12 taken as 0",
        residuals(curves)
    );
    Ok(Figure::new(value, Origin::Fitted, source).within(band(curves)))
}

fn bending(curves: [&CurveFit; 3], place: &str) -> Figure<Bending> {
    let [warp, weft, bias] = curves.map(|c| c.stiffness as f32);
    let source = format!(
        "weightless clamped elastica through the raw curves of {place}, mean of up and down; residual {}",
        residuals(curves)
    );
    Figure::new(Bending { warp, weft, bias }, Origin::Fitted, source).within(band(curves))
}

/// The stiffness of a strip that is pulled: the straight line through what was
/// measured while the load grew.
fn stretch(direction: Direction, test: &Test) -> Result<CurveFit, String> {
    let loads: Vec<(f64, f64)> = grows(test, true)?;
    let most = loads.iter().map(|p| p.1).fold(0.0, f64::max);
    let used: Vec<(f64, f64)> = loads
        .iter()
        .copied()
        .filter(|p| p.1 > SLACK * most && p.1 / test.width <= LOAD.max(0.0))
        .collect();
    let (slope, offset) = line(&used).ok_or("has fewer than five points under load")?;
    // Force over distance as force per width over strain: the length at which the
    // line leaves the axis is the strip's own.
    let rest = -offset / slope;
    if !(slope > 0.0 && rest > 0.2 * test.length && rest < 5.0 * test.length) {
        return Err("does not rise with the distance of the clamps".into());
    }
    let stiffness = slope * rest / test.width;
    let strain = |d: f64| d / rest - 1.0;
    let measured: Vec<(f64, f64)> = used
        .iter()
        .map(|(d, f)| (strain(*d), f / test.width))
        .collect();
    Ok(curve("stretch", direction, measured, stiffness, |x| {
        stiffness * x
    }))
}

/// The bending stiffness of strips bent down and up, so that weight cancels.
fn bend(direction: Direction, tests: &[&Test]) -> Result<CurveFit, String> {
    let mut measured = Vec::new();
    for test in tests {
        for (d, f) in grows(test, false)? {
            let ratio = d / test.length;
            if BENT.contains(&ratio) {
                // As for a strip of one length: force times its square.
                measured.push((ratio, f / test.width * test.length * test.length));
            }
        }
    }
    let (mut both, mut own) = (0.0, 0.0);
    for (ratio, f) in &measured {
        let Some(unit) = elastica::force(*ratio) else {
            continue;
        };
        both += f * unit;
        own += unit * unit;
    }
    if measured.len() < 5 || own == 0.0 {
        return Err("has fewer than five points between 15 and 85 % of its length".into());
    }
    let stiffness = both / own;
    if stiffness <= 0.0 {
        return Err("carries no force while it bends".into());
    }
    measured.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(curve("bend", direction, measured, stiffness, |ratio| {
        stiffness * elastica::force(ratio).unwrap_or(elastica::BUCKLING)
    }))
}

fn curve(
    what: &'static str,
    direction: Direction,
    measured: Vec<(f64, f64)>,
    stiffness: f64,
    model: impl Fn(f64) -> f64,
) -> CurveFit {
    let fitted: Vec<(f64, f64)> = measured.iter().map(|(x, _)| (*x, model(*x))).collect();
    let square: f64 = measured
        .iter()
        .zip(&fitted)
        .map(|(m, f)| (m.1 - f.1).powi(2))
        .sum();
    let most = measured.iter().map(|m| m.1.abs()).fold(1e-30, f64::max);
    let residual = (square / measured.len().max(1) as f64).sqrt() / most;
    CurveFit {
        what,
        direction,
        measured,
        fitted,
        stiffness,
        residual,
    }
}

/// Points of all cycles in which the clamps part (or approach).
fn grows(test: &Test, part: bool) -> Result<Vec<(f64, f64)>, String> {
    let mut out = Vec::new();
    for cycle in &test.cycles {
        let (Some(first), Some(last)) = (cycle.first(), cycle.last()) else {
            continue;
        };
        if (last.0 > first.0) == part && cycle.len() > 1 {
            out.extend(cycle.iter().copied());
        }
    }
    if out.is_empty() {
        let way = if part { "part" } else { "approach" };
        return Err(format!("has no cycle in which the clamps {way}"));
    }
    Ok(out)
}

/// Slope and offset of the straight line through points.
fn line(points: &[(f64, f64)]) -> Option<(f64, f64)> {
    let n = points.len() as f64;
    if points.len() < 5 {
        return None;
    }
    let mean = |of: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(&|p| p.0), mean(&|p| p.1));
    let both = mean(&|p| (p.0 - x) * (p.1 - y));
    let own = mean(&|p| (p.0 - x).powi(2));
    (own > 1e-18).then(|| (both / own, y - both / own * x))
}
