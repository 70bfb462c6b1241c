//! Smaller copies of a picture, for what is seen from afar.

use bevy::{
    prelude::*,
    render::render_resource::{TextureDimension, TextureFormat},
};

/// Adds them down to one texel, and says whether the picture has them now: only those of
/// eight bits a channel can. Where what is less opaque than `cut` is cut away, as much
/// stays of every copy as of the picture: a plain mean of thin strands is cut away
/// altogether.
pub(in crate::stage) fn add(image: &mut Image, cut: Option<f32>) -> bool {
    let descriptor = &image.texture_descriptor;
    let curved = match descriptor.format {
        TextureFormat::Rgba8UnormSrgb => true,
        TextureFormat::Rgba8Unorm => false,
        _ => return false,
    };
    let (width, height) = (image.width() as usize, image.height() as usize);
    let single = descriptor.mip_level_count == 1
        && descriptor.size.depth_or_array_layers == 1
        && descriptor.dimension == TextureDimension::D2;
    let Some(data) = image.data.as_mut() else {
        return false;
    };
    if !single || data.len() != 4 * width * height {
        return false;
    }
    let (whole, rest) = data.as_chunks::<4>();
    debug_assert!(rest.is_empty(), "four channels a texel");
    let decode: Vec<f32> = (0..=255_u8).map(|byte| decoded(byte, curved)).collect();
    let mut level = Level {
        width,
        height,
        texels: whole
            .iter()
            .map(|&[r, g, b, a]| {
                let alpha = f32::from(a) / 255.0;
                let colour = [r, g, b].map(|byte| decode[usize::from(byte)] * alpha);
                Vec3::from(colour).extend(alpha)
            })
            .collect(),
    };
    let kept = cut.map(|least| (least, level.share_over(least)));
    let mut count = 1;
    while level.width > 1 || level.height > 1 {
        level = level.halved();
        let scale = kept.map_or(1.0, |(least, share)| level.scale_to_keep(least, share));
        data.extend(level.texels.iter().flat_map(|texel| {
            let colour = texel.truncate() / texel.w.max(1e-6);
            let [r, g, b] = colour.to_array().map(|value| encoded(value, curved));
            [r, g, b, encoded(texel.w * scale, false)]
        }));
        count += 1;
    }
    image.texture_descriptor.mip_level_count = count;
    true
}

/// A picture whose colours are multiplied with alpha.
struct Level {
    width: usize,
    height: usize,
    texels: Vec<Vec4>,
}

impl Level {
    fn halved(&self) -> Self {
        let (width, height) = ((self.width / 2).max(1), (self.height / 2).max(1));
        let at = |x: usize, y: usize| {
            self.texels[y.min(self.height - 1) * self.width + x.min(self.width - 1)]
        };
        let texels = (0..width * height).map(|k| {
            let (x, y) = (2 * (k % width), 2 * (k / width));
            0.25 * (at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1))
        });
        Self {
            width,
            height,
            texels: texels.collect(),
        }
    }

    /// Share of the texels that are at least so opaque.
    fn share_over(&self, least: f32) -> f32 {
        let over = self.texels.iter().filter(|texel| texel.w >= least).count();
        over as f32 / self.texels.len() as f32
    }

    /// What alpha is multiplied with so that this share of the texels stays. Never less
    /// than one: the copies of a soft edge stay soft.
    fn scale_to_keep(&self, least: f32, share: f32) -> f32 {
        let mut alphas: Vec<f32> = self.texels.iter().map(|texel| texel.w).collect();
        let place = ((1.0 - share) * alphas.len() as f32) as usize;
        let place = place.min(alphas.len() - 1);
        let (_, alpha, _) = alphas.select_nth_unstable_by(place, f32::total_cmp);
        (least / alpha.max(0.05)).clamp(1.0, 4.0)
    }
}

fn decoded(byte: u8, curved: bool) -> f32 {
    let value = f32::from(byte) / 255.0;
    if curved {
        Srgba::gamma_function(value)
    } else {
        value
    }
}

fn encoded(value: f32, curved: bool) -> u8 {
    let value = value.clamp(0.0, 1.0);
    let value = if curved {
        Srgba::gamma_function_inverse(value)
    } else {
        value
    };
    (value * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::add;
    use bevy::{
        asset::RenderAssetUsages,
        prelude::*,
        render::render_resource::{Extent3d, TextureDimension, TextureFormat},
    };

    fn picture(size: u32, texel: impl Fn(u32, u32) -> [u8; 4]) -> Image {
        let data = (0..size * size).flat_map(|k| texel(k % size, k / size));
        Image::new(
            Extent3d {
                width: size,
                height: size,
                depth_or_array_layers: 1,
            },
            TextureDimension::D2,
            data.collect(),
            TextureFormat::Rgba8UnormSrgb,
            RenderAssetUsages::default(),
        )
    }

    #[test]
    fn one_colour_stays_itself_down_to_one_texel() {
        let mut image = picture(8, |_, _| [200, 30, 90, 255]);
        assert!(add(&mut image, None));
        assert_eq!(image.texture_descriptor.mip_level_count, 4);
        let data = image.data.expect("it has data");
        assert_eq!(data.len(), 4 * (64 + 16 + 4 + 1));
        assert!(data.chunks(4).all(|texel| texel == [200, 30, 90, 255]));
    }

    #[test]
    fn thin_strands_are_not_cut_away_in_the_distance() {
        // One column in four: their mean is less opaque than the cut.
        let strands = |x: u32, _| [90, 60, 40, if x.is_multiple_of(4) { 255 } else { 0 }];
        let mut image = picture(64, strands);
        assert!(add(&mut image, Some(0.5)));
        let data = image.data.expect("it has data");
        let second = 4 * (64 * 64 + 32 * 32);
        let copy = &data[second..second + 4 * 16 * 16];
        assert!(copy.chunks(4).all(|texel| texel[3] >= 128), "all is hair");
        assert!(
            copy.chunks(4).all(|texel| texel[..3] == [90, 60, 40]),
            "what is not there does not colour what is"
        );
    }
}
