//! The colour of a picture after what its document does to it.

use serde_json::Value;
use toile_garment::Srgb;

use super::{number, string};
use crate::colour;

/// The colour of pixels that are `seen` in the picture of the base colour. In 1.1 they
/// are blended with the texture's factor; in 1.0 they are multiplied by it, and blended
/// with the constant.
///
/// # Errors
/// The field and what is wrong with it.
pub(crate) fn tinted(document: &Value, seen: Srgb) -> Result<Srgb, (String, String)> {
    let material = &document["material"];
    let sides = ["front", "back", "side"];
    let Some(side) = sides.into_iter().find(|side| material[side].is_object()) else {
        return Ok(seen);
    };
    let base = &material[side]["basecolor"];
    let field = |name: &str| format!("material.{side}.basecolor.{name}");
    let of = |value: &Value, name: &str, missing: f32| {
        triple(value, missing).map_err(|problem| (field(name), problem))
    };
    let pixel = colour::linear(seen);
    let factor = of(&base["texture"]["factor"], "texture.factor", 1.0)?;
    let mode = string(&base["texture"]["mode"]);
    let (a, b) = match document["schema"].as_str() {
        Some("1.0") => {
            let constant = of(&base["constant"], "constant", 0.0)?;
            let pixel = std::array::from_fn(|k| pixel[k] * factor[k]);
            // Black is what programs write where the picture has the colour.
            if constant == [0.0; 3] {
                return Ok(colour::encoded(pixel));
            }
            (pixel, constant)
        }
        _ => (pixel, factor),
    };
    let blended = blend(&mode, a, b).map_err(|problem| (field("texture.mode"), problem))?;
    Ok(colour::encoded(blended.map(|x| x.clamp(0.0, 1.0))))
}

/// Three numbers by name; one number for all of them.
fn triple(value: &Value, missing: f32) -> Result<[f32; 3], String> {
    if !value.is_object() {
        let all = number(value)?.map_or(missing, |x| x as f32);
        return Ok([all; 3]);
    }
    let mut out = [missing; 3];
    for (x, name) in out.iter_mut().zip(["r", "g", "b"]) {
        if let Some(given) = number(&value[name])? {
            *x = given as f32;
        }
    }
    Ok(out)
}

/// The modes of the format.
fn blend(mode: &str, a: [f32; 3], b: [f32; 3]) -> Result<[f32; 3], String> {
    let each = |f: &dyn Fn(f32, f32) -> f32| Ok(std::array::from_fn(|k| f(a[k], b[k])));
    match mode {
        "" | "multiply" => each(&|a, b| a * b),
        "add" => each(&|a, b| a + b),
        "subtract" => each(&|a, b| a - b),
        "divide" => each(&|a, b| if b == 0.0 { 1.0 } else { a / b }),
        "max" => each(&f32::max),
        "min" => each(&f32::min),
        "overlay" => each(&|a, b| match a < 0.5 {
            true => 2.0 * a * b,
            false => 1.0 - 2.0 * (1.0 - a) * (1.0 - b),
        }),
        _ => Err(format!(
            "is '{mode}'; there are add, subtract, multiply, divide, max, min, overlay"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document(schema: &str, mode: &str, factor: Value, constant: f64) -> Value {
        let constant = json!({"r": constant, "g": constant, "b": constant});
        let texture = json!({"mode": mode, "factor": factor});
        let base = json!({"constant": constant, "texture": texture});
        json!({"schema": schema, "material": {"front": null, "back": {"basecolor": base}}})
    }

    #[test]
    fn a_factor_dyes_what_the_picture_shows() {
        let seen = Srgb([200, 200, 200]);
        let red = json!({"r": "1.0", "g": 0.0, "b": 0});
        let dyed = tinted(&document("1.1", "multiply", red, 0.3), seen).unwrap();
        assert_eq!(dyed, Srgb([200, 0, 0]));
        let whole = tinted(&document("1.1", "multiply", json!(1), 0.3), seen).unwrap();
        assert_eq!(whole, seen);
    }

    #[test]
    fn a_picture_of_an_old_document_is_not_whitened_by_its_factor() {
        let seen = Srgb([20, 40, 90]);
        let one = json!({"r": 1, "g": 1, "b": 1});
        let shown = tinted(&document("1.0", "add", one, 0.0), seen).unwrap();
        assert_eq!(shown, seen);
    }

    #[test]
    fn a_mode_that_is_none_is_named() {
        let wrong = tinted(&document("1.1", "screen", json!(1), 0.0), Srgb([9; 3]));
        let (field, problem) = wrong.unwrap_err();
        assert_eq!(field, "material.back.basecolor.texture.mode");
        assert!(problem.contains("overlay"));
    }
}
