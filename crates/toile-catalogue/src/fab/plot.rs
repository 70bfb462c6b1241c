//! Curves and their fits as a picture.

use std::fmt::Write;

use super::{CurveFit, Fitted};

/// Size of one panel and its margins.
const WIDE: f64 = 300.0;
const HIGH: f64 = 220.0;
const LEFT: f64 = 54.0;
const LOW: f64 = 40.0;
const TOP: f64 = 34.0;
/// At most so many measured points are drawn.
const POINTS: usize = 400;

/// The curves of a fit as SVG: stretch above, bending below; what was measured as
/// dots, the fit as a line.
#[must_use]
pub fn plot(fitted: &Fitted) -> String {
    let rows: Vec<(&str, Vec<&CurveFit>)> = ["stretch", "bend"]
        .into_iter()
        .map(|what| {
            (
                what,
                fitted
                    .curves
                    .iter()
                    .filter(|c| c.what == what)
                    .collect::<Vec<_>>(),
            )
        })
        .filter(|row| !row.1.is_empty())
        .collect();
    let columns = rows.iter().map(|r| r.1.len()).max().unwrap_or(1);
    let (width, height) = (WIDE * columns as f64 + 12.0, HIGH * rows.len() as f64 + 8.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    for (r, (_, curves)) in rows.iter().enumerate() {
        for (c, curve) in curves.iter().enumerate() {
            panel(&mut out, curve, WIDE * c as f64, HIGH * r as f64);
        }
    }
    out.push_str("</svg>\n");
    out
}

fn panel(out: &mut String, c: &CurveFit, x0: f64, y0: f64) {
    let stretch = c.what == "stretch";
    // Strain in percent; bending against how far the clamps have approached.
    let across = |x: f64| {
        if stretch {
            100.0 * x
        } else {
            100.0 * (1.0 - x)
        }
    };
    // Force per width, or that times the square of the length in µN·m.
    let up = |y: f64| if stretch { y } else { 1e6 * y };
    let most = |of: &dyn Fn(&(f64, f64)) -> f64| {
        let all = c.measured.iter().chain(&c.fitted).map(of);
        nice(all.fold(1e-9, f64::max))
    };
    let (mx, my) = (most(&|p| across(p.0)), most(&|p| up(p.1)));
    let px = |x: f64| x0 + LEFT + (WIDE - LEFT - 16.0) * across(x) / mx;
    let py = |y: f64| y0 + HIGH - LOW - (HIGH - LOW - TOP) * (up(y) / my).max(0.0);
    let (stiff, unit) = if stretch {
        (format!("{:.0}", c.stiffness), "N/m")
    } else {
        (format!("{:.2}", 1e6 * c.stiffness), "µN·m")
    };
    let _ = writeln!(
        out,
        "<text x=\"{:.0}\" y=\"{:.0}\" font-weight=\"bold\">{} {}: {stiff} {unit}, residual {:.1} %</text>",
        x0 + LEFT,
        y0 + 18.0,
        c.what,
        c.direction.name(),
        100.0 * c.residual
    );
    let (right, low) = (x0 + WIDE - 16.0, y0 + HIGH - LOW);
    for k in 0..=4 {
        let share = f64::from(k) / 4.0;
        let (x, y) = (
            x0 + LEFT + (WIDE - LEFT - 16.0) * share,
            low - (HIGH - LOW - TOP) * share,
        );
        let _ = writeln!(
            out,
            "<path d=\"M{x:.1} {low:.1}V{:.1}M{:.1} {y:.1}H{right:.1}\" stroke=\"#e4e4e4\"/><text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            y0 + TOP,
            x0 + LEFT,
            low + 14.0,
            digits(mx * share),
            x0 + LEFT - 5.0,
            y + 4.0,
            digits(my * share)
        );
    }
    let (below, beside) = if stretch {
        ("strain, %", "N/m")
    } else {
        ("clamps approached, % of the length", "µN·m")
    };
    let _ = writeln!(
        out,
        "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{below}</text><text x=\"{:.0}\" y=\"{:.0}\">{beside}</text>",
        x0 + 0.5 * (WIDE + LEFT),
        low + 30.0,
        x0 + 8.0,
        y0 + TOP - 6.0
    );
    let step = c.measured.len().div_ceil(POINTS).max(1);
    for (x, y) in c.measured.iter().step_by(step) {
        let _ = write!(
            out,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"1.8\" fill=\"#3b6ea5\" fill-opacity=\"0.6\"/>",
            px(*x),
            py(*y)
        );
    }
    let mut fitted = c.fitted.clone();
    fitted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let line: Vec<String> = fitted
        .iter()
        .step_by(step)
        .map(|(x, y)| format!("{:.1},{:.1}", px(*x), py(*y)))
        .collect();
    let _ = writeln!(
        out,
        "\n<polyline points=\"{}\" fill=\"none\" stroke=\"#c0392b\" stroke-width=\"1.6\"/>",
        line.join(" ")
    );
}

/// The least of 1, 2, 4, 5 times a power of ten that is not below.
fn nice(x: f64) -> f64 {
    let power = 10f64.powf(x.log10().floor());
    [1.0, 2.0, 4.0, 5.0, 8.0]
        .into_iter()
        .map(|m| m * power)
        .find(|m| *m >= x * 0.999)
        .unwrap_or(10.0 * power)
}

fn digits(x: f64) -> String {
    let text = if x.abs() < 10.0 {
        format!("{x:.2}")
    } else {
        format!("{x:.0}")
    };
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}
