//! Numbers of a fabric in words, each with where it is from and how far it may be off.

use serde::Serialize;
use toile_catalogue::{ORIGINS, digits, origin_word};
use toile_garment::{Bending, Fabric, Membrane, Origin, Sourced};

/// A number that the solver takes, as it is told to people.
#[derive(Debug, Clone, PartialEq)]
pub struct Stated {
    /// What it is.
    pub name: &'static str,
    /// The value with its unit.
    pub value: String,
    /// Where it is from.
    pub origin: Origin,
    /// Error band as a factor, where it is known.
    pub error: Option<f32>,
    /// Method, citation, or the reasoning behind an estimate.
    pub source: String,
}

impl Stated {
    fn new<T>(name: &'static str, number: &Sourced<T>, value: String) -> Self {
        Self {
            name,
            value,
            origin: number.origin,
            error: number.error,
            source: number.source.clone(),
        }
    }

    /// Origin and band: `estimated ×/÷ 1.6`.
    #[must_use]
    pub fn basis(&self) -> String {
        let band = self
            .error
            .map_or(String::new(), |e| format!(" ×/÷ {}", digits(e)));
        format!("{}{band}", origin_word(self.origin))
    }
}

/// Every number of a fabric that the solver takes.
#[must_use]
pub fn stated(fabric: &Fabric) -> Vec<Stated> {
    let Membrane { c11, c12, c22, c33 } = fabric.membrane.value;
    let Bending { warp, weft, bias } = fabric.bending.value;
    let micro = |x: f32| digits(x * 1e6);
    let mut out = vec![
        Stated::new(
            "weight",
            &fabric.area_density,
            format!("{} g/m²", digits(fabric.area_density.value * 1e3)),
        ),
        Stated::new(
            "membrane",
            &fabric.membrane,
            format!(
                "{} × {}, coupled {}, shear {} N/m",
                digits(c11),
                digits(c22),
                digits(c12),
                digits(c33)
            ),
        ),
    ];
    if let Some(stretched) = &fabric.membrane_stretched {
        let value = "five directions".to_owned();
        out.push(Stated::new("membrane when stretched", stretched, value));
    }
    out.extend([
        Stated::new(
            "bending",
            &fabric.bending,
            format!(
                "{} × {}, bias {} µN·m",
                micro(warp),
                micro(weft),
                micro(bias)
            ),
        ),
        Stated::new(
            "thickness",
            &fabric.thickness,
            format!("{} mm", digits(fabric.thickness.value * 1e3)),
        ),
        Stated::new("friction", &fabric.friction, digits(fabric.friction.value)),
        Stated::new(
            "damping",
            &fabric.damping,
            format!("{} ms", digits(fabric.damping.value * 1e3)),
        ),
    ]);
    out
}

/// The least trusted origin of what decides how a fabric hangs: weight, membrane and
/// bending.
#[must_use]
pub fn mechanics(fabric: &Fabric) -> Origin {
    let rank = |origin: Origin| ORIGINS.iter().position(|o| *o == origin);
    [
        fabric.area_density.origin,
        fabric.membrane.origin,
        fabric.bending.origin,
    ]
    .into_iter()
    .max_by_key(|origin| rank(*origin))
    .unwrap_or(Origin::Default)
}

/// Origins and bands in a line: `weight vendor, membrane estimated ×/÷ 2.2, …`.
#[must_use]
pub fn line(fabric: &Fabric) -> String {
    let parts: Vec<String> = stated(fabric)
        .iter()
        .map(|s| format!("{} {}", s.name, s.basis()))
        .collect();
    parts.join(", ")
}

/// What a garment is simulated in, for a report: the solver's numbers, every one with
/// origin, source and band.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cloth {
    /// The garment.
    pub garment: String,
    /// The fabric, as scenes name it.
    pub fabric: String,
    /// Its name for people.
    pub name: String,
    /// The least trusted origin among weight, membrane and bending.
    pub mechanics: Origin,
    /// kg/m².
    pub area_density: Sourced<f32>,
    /// In-plane stiffness, N/m.
    pub membrane: Sourced<Membrane>,
    /// The same when stretched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub membrane_stretched: Option<Sourced<[Membrane; 5]>>,
    /// N·m.
    pub bending: Sourced<Bending>,
    /// m.
    pub thickness: Sourced<f32>,
    /// Coulomb friction coefficient.
    pub friction: Sourced<f32>,
    /// Rayleigh damping time, s.
    pub damping: Sourced<f32>,
}

impl Cloth {
    /// Takes down what a garment is made of.
    #[must_use]
    pub fn new(garment: &str, fabric: &Fabric) -> Self {
        Self {
            garment: garment.to_owned(),
            fabric: fabric.id.clone(),
            name: fabric.name.clone(),
            mechanics: mechanics(fabric),
            area_density: fabric.area_density.clone(),
            membrane: fabric.membrane.clone(),
            membrane_stretched: fabric.membrane_stretched.clone(),
            bending: fabric.bending.clone(),
            thickness: fabric.thickness.clone(),
            friction: fabric.friction.clone(),
            damping: fabric.damping.clone(),
        }
    }
}
