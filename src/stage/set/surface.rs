//! Surfaces with a grain: stone, paving and concrete, drawn once as tiles that repeat.

use super::Dice;
use bevy::{
    asset::RenderAssetUsages,
    image::{ImageAddressMode, ImageFilterMode, ImageSampler, ImageSamplerDescriptor},
    prelude::*,
    render::render_resource::{Extent3d, TextureDimension, TextureFormat},
};

/// Pixels of a tile's edge, and its levels.
const SIZE: usize = 512;
const LEVELS: u32 = 10;

/// Walls of cut stone, or a floor of slabs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Masonry {
    /// Edge of the tile that repeats, m.
    pub tile_m: f32,
    /// Length and height of a block, m; whole numbers of them fit into the tile.
    pub block_m: Vec2,
    /// How far every other course is shifted, in lengths of a block.
    pub shift: f32,
    /// Width of a joint, m.
    pub joint_m: f32,
    /// How much blocks differ in brightness.
    pub mottle: f32,
    /// How much of it is left of the light in a joint.
    pub joint: f32,
}

/// Ashlar: courses of stone.
pub(super) const ASHLAR: Masonry = Masonry {
    tile_m: 3.6,
    block_m: Vec2::new(0.9, 0.45),
    shift: 0.5,
    joint_m: 0.014,
    mottle: 0.22,
    joint: 0.55,
};
/// A floor of square slabs.
pub(super) const SLABS: Masonry = Masonry {
    tile_m: 3.6,
    block_m: Vec2::new(0.9, 0.9),
    shift: 0.5,
    joint_m: 0.012,
    mottle: 0.20,
    joint: 0.5,
};
/// Concrete as it comes out of large forms.
pub(super) const CONCRETE: Masonry = Masonry {
    tile_m: 4.8,
    block_m: Vec2::new(2.4, 1.2),
    shift: 0.0,
    joint_m: 0.012,
    mottle: 0.10,
    joint: 0.6,
};

impl Masonry {
    /// Brightness at a point of the tile, m.
    fn at(&self, x: f32, y: f32) -> f32 {
        let blocks = Vec2::splat(self.tile_m) / self.block_m;
        let course = (y / self.block_m.y).floor();
        let along = x / self.block_m.x + if course % 2.0 == 0.0 { 0.0 } else { self.shift };
        let block = along.floor().rem_euclid(blocks.x.round());
        let (u, v) = (along - along.floor(), y / self.block_m.y - course);
        let edge = (u.min(1.0 - u) * self.block_m.x).min(v.min(1.0 - v) * self.block_m.y);
        let joint = (edge / self.joint_m).clamp(0.0, 1.0);
        let number = course.rem_euclid(blocks.y.round()) * 64.0 + block;
        let tone = 1.0 - self.mottle * Dice(number as u64).throw(7);
        let grain = 0.5 * noise(x, y, self.tile_m, 12) + 0.3 * noise(x, y, self.tile_m, 40);
        let cloud = noise(x, y, self.tile_m, 5);
        let face = tone * (0.80 + 0.12 * grain + 0.16 * cloud);
        face * (self.joint + (1.0 - self.joint) * joint)
    }

    /// The tile as an image that multiplies a colour.
    pub(super) fn image(&self) -> Image {
        let pitch = self.tile_m / SIZE as f32;
        let mut level: Vec<f32> = (0..SIZE * SIZE)
            .map(|k| {
                let (x, y) = ((k % SIZE) as f32 + 0.5, (k / SIZE) as f32 + 0.5);
                self.at(x * pitch, y * pitch)
            })
            .collect();
        let mut data = Vec::new();
        let mut size = SIZE;
        for _ in 0..LEVELS {
            for value in &level {
                let byte = Color::linear_rgb(*value, *value, *value).to_srgba().red;
                let byte = (byte.clamp(0.0, 1.0) * 255.0).round() as u8;
                data.extend([byte, byte, byte, 255]);
            }
            level = halved(&level, size);
            size = (size / 2).max(1);
        }
        let extent = Extent3d {
            width: SIZE as u32,
            height: SIZE as u32,
            depth_or_array_layers: 1,
        };
        let format = TextureFormat::Rgba8UnormSrgb;
        let usage = RenderAssetUsages::RENDER_WORLD;
        let mut image = Image::new_uninit(extent, TextureDimension::D2, format, usage);
        image.texture_descriptor.mip_level_count = LEVELS;
        image.data = Some(data);
        image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
            address_mode_u: ImageAddressMode::Repeat,
            address_mode_v: ImageAddressMode::Repeat,
            mag_filter: ImageFilterMode::Linear,
            min_filter: ImageFilterMode::Linear,
            mipmap_filter: ImageFilterMode::Linear,
            anisotropy_clamp: 4,
            ..default()
        });
        image
    }
}

fn halved(level: &[f32], size: usize) -> Vec<f32> {
    let half = (size / 2).max(1);
    let at = |x: usize, y: usize| level[(y.min(size - 1)) * size + x.min(size - 1)];
    (0..half * half)
        .map(|k| {
            let (x, y) = (2 * (k % half), 2 * (k / half));
            0.25 * (at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1))
        })
        .collect()
}

/// Smooth noise from 0 to 1 that repeats with the tile, of so many cells.
fn noise(x: f32, y: f32, tile_m: f32, cells: u32) -> f32 {
    let (x, y) = (x / tile_m * cells as f32, y / tile_m * cells as f32);
    let value = |dx: f32, dy: f32| {
        let wrap = |v: f32| v.floor().rem_euclid(cells as f32) as u64;
        Dice(wrap(x + dx) * 4096 + wrap(y + dy) + 1_000_000 * u64::from(cells)).throw(3)
    };
    let soft = |t: f32| t * t * (3.0 - 2.0 * t);
    let (u, v) = (soft(x - x.floor()), soft(y - y.floor()));
    let mix = |a: f32, b: f32, t: f32| a + (b - a) * t;
    mix(
        mix(value(0.0, 0.0), value(1.0, 0.0), u),
        mix(value(0.0, 1.0), value(1.0, 1.0), u),
        v,
    )
}

/// Where a surface that faces along `normal` has its tile: metres of the world.
pub(super) fn tile_place(at: Vec3, normal: Vec3, tile_m: f32) -> [f32; 2] {
    let across = normal.abs();
    let (u, v) = if across.y > across.x && across.y > across.z {
        (at.x, at.z)
    } else if across.x > across.z {
        (at.z, -at.y)
    } else {
        (at.x, -at.y)
    };
    [u / tile_m, v / tile_m]
}

#[cfg(test)]
mod tests {
    use super::{ASHLAR, CONCRETE, Masonry, SLABS};

    #[test]
    fn tiles_fit_onto_themselves_and_stay_in_range() {
        for masonry in [ASHLAR, SLABS, CONCRETE] {
            let Masonry { tile_m, .. } = masonry;
            for k in 0..200 {
                let (x, y) = (0.0173 * k as f32, 0.0311 * k as f32);
                let here = masonry.at(x, y);
                assert!((0.2..=1.1).contains(&here), "{here}");
                let over = masonry.at(x + tile_m, y + tile_m);
                assert!((here - over).abs() < 0.02, "{here} {over} at {x}, {y}");
            }
        }
    }
}
