//! Colours as people write them: `#rrggbb`, sRGB.

use glam::Vec3;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// An sRGB colour, each channel 0–1, written `#rrggbb` in files.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rgb(pub [f32; 3]);

impl Rgb {
    /// Parses `#rrggbb`.
    ///
    /// # Errors
    /// A sentence that names the text, when it is not six hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        let value = (digits.len() == 6 && digits.is_ascii())
            .then(|| u32::from_str_radix(digits, 16).ok())
            .flatten()
            .ok_or_else(|| {
                format!("'{text}' is not a colour; write six hexadecimal digits, as in \"#7a1f2b\"")
            })?;
        let channel = |shift: u32| ((value >> shift) & 0xff) as f32 / 255.0;
        Ok(Self([channel(16), channel(8), channel(0)]))
    }

    /// The colour in linear light (IEC 61966-2-1).
    #[must_use]
    pub fn linear(self) -> Vec3 {
        let channel = |c: f32| {
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        Vec3::from(self.0.map(channel))
    }

    /// The colour as `#rrggbb`.
    #[must_use]
    pub fn to_hex(self) -> String {
        let byte = |c: f32| (c.clamp(0.0, 1.0) * 255.0).round() as u32;
        let [r, g, b] = self.0;
        format!("#{:02x}{:02x}{:02x}", byte(r), byte(g), byte(b))
    }
}

impl Serialize for Rgb {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for Rgb {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_survives_the_round_trip() {
        assert_eq!(Rgb::from_hex("#7a1f2b").unwrap().to_hex(), "#7a1f2b");
    }

    #[test]
    fn middle_grey_throws_back_a_fifth_of_the_light() {
        let grey = Rgb::from_hex("#777777").unwrap().linear();
        assert!((grey.x - 0.184).abs() < 0.001 && grey.x == grey.z);
        assert_eq!(Rgb([1.0, 0.0, 1.0]).linear(), Vec3::new(1.0, 0.0, 1.0));
    }

    #[test]
    fn a_bad_colour_is_quoted_in_the_error() {
        assert!(Rgb::from_hex("#12345g").unwrap_err().contains("#12345g"));
        assert!(Rgb::from_hex("€€").is_err());
    }
}
