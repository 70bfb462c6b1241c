//! Pictures of what is printed or woven on a fabric.

use image::{ImageReader, RgbaImage, imageops::FilterType};
use std::path::Path;
use toile_garment::{Fabric, Print};

/// Longest side that is drawn, texels; larger pictures are made smaller.
const LONGEST: u32 = 4096;

/// Whether the pictures of a fabric's print can be drawn.
///
/// # Errors
/// The field, and a sentence that names the file.
pub fn check(fabric: &Fabric) -> Result<(), (&'static str, String)> {
    let mut pictures = fabric.print.iter().flat_map(Print::pictures);
    pictures.try_for_each(|(field, file)| read(file).map(drop).map_err(|e| (field, e)))
}

/// Reads a PNG or JPEG.
///
/// # Errors
/// A sentence that names the file.
pub fn read(file: &Path) -> Result<RgbaImage, String> {
    let name = file.display();
    let reader = ImageReader::open(file)
        .and_then(ImageReader::with_guessed_format)
        .map_err(|error| format!("cannot read {name}: {error}"))?;
    let picture = reader
        .decode()
        .map_err(|error| format!("{name} is no PNG or JPEG that can be read: {error}"))?;
    let longest = picture.width().max(picture.height());
    if longest <= LONGEST {
        return Ok(picture.into_rgba8());
    }
    let smaller = picture.resize(LONGEST, LONGEST, FilterType::Triangle);
    Ok(smaller.into_rgba8())
}
