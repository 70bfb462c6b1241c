//! Measures typed on the command line, in centimetres.

use crate::bodies::BodyOrder;
use toile_body::MeasureTargets;

/// A body in measures.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Measures")]
pub(super) struct Figure {
    /// A male body [default: female]
    #[arg(long)]
    male: bool,
    /// Age in years, 20 to 90
    #[arg(long, default_value_t = 28.0, value_parser = years)]
    age: f32,
    /// Stature, cm
    #[arg(long, value_parser = stature)]
    height: f32,
    /// Bust or chest girth, cm
    #[arg(long, value_parser = girth)]
    bust: f32,
    /// Waist girth, cm
    #[arg(long, value_parser = girth)]
    waist: f32,
    /// Hip girth, cm
    #[arg(long, value_parser = girth)]
    hip: f32,
    /// Inside leg, cm
    #[arg(long, value_parser = length)]
    inseam: Option<f32>,
    /// Girth under the bust, cm
    #[arg(long, value_parser = girth)]
    underbust: Option<f32>,
    /// Girth of a thigh, cm
    #[arg(long, value_parser = length)]
    thigh: Option<f32>,
    /// Girth of a calf, cm
    #[arg(long, value_parser = length)]
    calf: Option<f32>,
    /// Neck girth, cm
    #[arg(long, value_parser = length)]
    neck: Option<f32>,
}

impl Figure {
    /// The body that was typed, in metres.
    pub(super) fn order(&self) -> BodyOrder {
        let metres = |cm: f32| cm * 0.01;
        BodyOrder {
            male: self.male,
            age_years: self.age,
            targets: MeasureTargets {
                height: metres(self.height),
                bust: metres(self.bust),
                waist: metres(self.waist),
                hip: metres(self.hip),
                inseam: self.inseam.map(metres),
                underbust: self.underbust.map(metres),
                thigh: self.thigh.map(metres),
                calf: self.calf.map(metres),
                neck: self.neck.map(metres),
                ..MeasureTargets::default()
            },
        }
    }
}

/// A number from `least` to `most`; what lies outside is a slip of the hand or
/// of the unit, and is said before any body is made.
fn number(text: &str, least: f32, most: f32, unit: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(value) if (least..=most).contains(&value) => Ok(value),
        _ => Err(format!("write {unit} from {least} to {most}")),
    }
}

fn years(text: &str) -> Result<f32, String> {
    number(text, 20.0, 90.0, "years")
}

fn stature(text: &str) -> Result<f32, String> {
    number(text, 120.0, 240.0, "centimetres")
}

fn girth(text: &str) -> Result<f32, String> {
    number(text, 40.0, 220.0, "centimetres")
}

fn length(text: &str) -> Result<f32, String> {
    number(text, 18.0, 130.0, "centimetres")
}
