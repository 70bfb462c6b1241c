//! What is printed or woven on a fabric, as pictures for the shader.

use crate::{prints, stage::mips};
use bevy::{
    asset::RenderAssetUsages,
    image::{ImageAddressMode, ImageFilterMode, ImageSampler, ImageSamplerDescriptor},
    prelude::*,
    render::render_resource::{Extent3d, TextureDimension, TextureFormat},
};
use image::imageops::{self, FilterType};
use std::path::Path;
use toile_garment::Print;

/// A print as the material has it.
#[derive(Debug, Clone)]
pub(super) struct Printed {
    /// The right side.
    pub(super) face: Handle<Image>,
    /// The wrong side.
    pub(super) back: Option<Handle<Image>>,
    /// From metres of cloth to pictures: the two rows of a matrix.
    pub(super) place: Vec4,
}

impl Printed {
    /// Reads the pictures of a print. They were read once before, when the fabric was: if
    /// one is gone since that is told, and the fabric has no print.
    pub(super) fn new(print: &Print, images: &mut Assets<Image>) -> Option<Self> {
        let mut add = |file: &Path| match picture(file, print.mirror) {
            Ok(picture) => Some(images.add(picture)),
            Err(problem) => {
                error!("a print is not drawn: {problem}");
                None
            }
        };
        Some(Self {
            face: add(&print.image)?,
            back: match &print.back {
                Some(back) => Some(add(back)?),
                None => None,
            },
            place: place(print),
        })
    }
}

/// Cloth runs up its warp, pictures run down.
fn place(print: &Print) -> Vec4 {
    let (width, height) = print.size_mm;
    let turned = Mat2::from_angle(-print.rotation_deg.to_radians());
    let scaled = Mat2::from_diagonal(Vec2::new(1e3 / width, -1e3 / height)) * turned;
    let rows = scaled.transpose();
    rows.x_axis.extend(rows.y_axis.x).extend(rows.y_axis.y)
}

/// Of sides that can be halved down to one texel: where a row is left over, the smaller
/// copies of a pattern are brighter or darker than it.
fn picture(file: &Path, mirror: (bool, bool)) -> Result<Image, String> {
    let read = prints::read(file)?;
    let [width, height] = [read.width(), read.height()].map(u32::next_power_of_two);
    let picture = if (width, height) == read.dimensions() {
        read
    } else {
        imageops::resize(&read, width, height, FilterType::CatmullRom)
    };
    let size = Extent3d {
        width: picture.width(),
        height: picture.height(),
        depth_or_array_layers: 1,
    };
    let mut image = Image::new(
        size,
        TextureDimension::D2,
        picture.into_raw(),
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::RENDER_WORLD,
    );
    mips::add(&mut image, None);
    let repeated = |mirrored| {
        if mirrored {
            ImageAddressMode::MirrorRepeat
        } else {
            ImageAddressMode::Repeat
        }
    };
    image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
        address_mode_u: repeated(mirror.0),
        address_mode_v: repeated(mirror.1),
        mag_filter: ImageFilterMode::Linear,
        min_filter: ImageFilterMode::Linear,
        mipmap_filter: ImageFilterMode::Linear,
        anisotropy_clamp: 8,
        ..ImageSamplerDescriptor::default()
    });
    Ok(image)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(print: &Print, cloth_m: Vec2) -> Vec2 {
        let rows = place(print);
        Vec2::new(rows.xy().dot(cloth_m), rows.zw().dot(cloth_m))
    }

    fn print(rotation_deg: f32) -> Print {
        Print {
            image: "a.png".into(),
            back: None,
            size_mm: (200.0, 100.0),
            mirror: (false, false),
            rotation_deg,
        }
    }

    #[test]
    fn a_picture_is_as_large_on_the_cloth_as_it_says_and_stands_upright() {
        let there = at(&print(0.0), Vec2::new(0.2, -0.05));
        assert!(there.abs_diff_eq(Vec2::new(1.0, 0.5), 1e-6), "{there}");
    }

    #[test]
    fn a_turned_picture_is_turned_counter_clockwise() {
        // What was 20 cm to the right is 20 cm up the warp.
        let there = at(&print(90.0), Vec2::new(0.0, 0.2));
        assert!(there.abs_diff_eq(Vec2::new(1.0, 0.0), 1e-6), "{there}");
    }

    #[test]
    fn a_picture_of_any_size_is_as_bright_in_its_smaller_copies() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("dots.png");
        // A bright row and column at the far edges, which plain halving would lose.
        let picture = image::GrayImage::from_fn(45, 27, |x, y| {
            image::Luma([if x == 44 || y == 26 { 255 } else { 60 }])
        });
        picture.save(&file).unwrap();
        let image = super::picture(&file, (false, false)).unwrap();
        assert_eq!((image.width(), image.height()), (64, 32));
        assert_eq!(image.texture_descriptor.mip_level_count, 7);
        let data = image.data.as_ref().unwrap();
        let linear = |byte: u8| Srgba::gamma_function(f32::from(byte) / 255.0);
        let whole: f32 = data[..64 * 32 * 4].chunks(4).map(|t| linear(t[0])).sum();
        let least = linear(data[data.len() - 4]);
        assert!((whole / 2048.0 / least - 1.0).abs() < 0.02, "{least}");
    }
}
