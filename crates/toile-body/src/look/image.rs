//! Float images and their encoding.

use glam::Vec4;

use crate::glb::Image;

/// An image of linear values, row 0 at the top.
#[derive(Debug, Clone)]
pub(crate) struct Canvas {
    /// Columns.
    pub(crate) width: usize,
    /// Rows.
    pub(crate) height: usize,
    /// RGBA, linear.
    pub(crate) texels: Vec<Vec4>,
}

fn srgb(x: f32) -> u8 {
    let x = x.clamp(0.0, 1.0);
    let y = if x <= 0.003_130_8 {
        12.92 * x
    } else {
        1.055 * x.powf(1.0 / 2.4) - 0.055
    };
    (y * 255.0 + 0.5) as u8
}

fn raw(x: f32) -> u8 {
    (x.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}

impl Canvas {
    /// Makes an image from a function of the texel's centre (u to the right, v downwards).
    pub(crate) fn draw(width: usize, height: usize, f: impl Fn(f32, f32) -> Vec4 + Sync) -> Self {
        let mut texels = vec![Vec4::ZERO; width * height];
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        let band = height.div_ceil(workers).max(1);
        std::thread::scope(|scope| {
            for (k, rows) in texels.chunks_mut(band * width).enumerate() {
                let f = &f;
                scope.spawn(move || {
                    for (i, t) in rows.iter_mut().enumerate() {
                        let (x, y) = (i % width, k * band + i / width);
                        *t = f(
                            (x as f32 + 0.5) / width as f32,
                            (y as f32 + 0.5) / height as f32,
                        );
                    }
                });
            }
        });
        Self {
            width,
            height,
            texels,
        }
    }

    /// Baseline JPEG of the colours as sRGB.
    pub(crate) fn jpeg(&self, quality: u8) -> Image {
        let bytes: Vec<u8> = self
            .texels
            .iter()
            .flat_map(|t| [srgb(t.x), srgb(t.y), srgb(t.z)])
            .collect();
        encode_jpeg(
            &bytes,
            self.width,
            self.height,
            jpeg_encoder::ColorType::Rgb,
            quality,
        )
    }

    /// JPEG of linear data (roughness, normals).
    pub(crate) fn jpeg_data(&self, quality: u8) -> Image {
        let bytes: Vec<u8> = self
            .texels
            .iter()
            .flat_map(|t| [raw(t.x), raw(t.y), raw(t.z)])
            .collect();
        encode_jpeg(
            &bytes,
            self.width,
            self.height,
            jpeg_encoder::ColorType::Rgb,
            quality,
        )
    }

    /// PNG with straight alpha.
    pub(crate) fn png(&self) -> Image {
        let bytes: Vec<u8> = self
            .texels
            .iter()
            .flat_map(|t| [srgb(t.x), srgb(t.y), srgb(t.z), raw(t.w)])
            .collect();
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
        encoder.set_compression(png::Compression::High);
        let written = encoder
            .write_header()
            .and_then(|mut w| w.write_image_data(&bytes));
        debug_assert!(written.is_ok(), "writing to memory cannot fail");
        Image {
            mime: "image/png",
            bytes: out,
        }
    }

    /// Spreads texels with alpha into the gaps around them, so that filtering
    /// at island borders finds skin and not background.
    pub(crate) fn bleed(&mut self, rounds: usize) {
        let (w, h) = (self.width, self.height);
        let mut front: Vec<usize> = (0..w * h).filter(|&i| self.texels[i].w == 0.0).collect();
        for _ in 0..rounds {
            let mut fill = Vec::new();
            front.retain(|&i| {
                let (x, y) = (i % w, i / w);
                let mut sum = Vec4::ZERO;
                for (dx, dy) in [(-1_i64, 0_i64), (1, 0), (0, -1), (0, 1)] {
                    let (nx, ny) = (x as i64 + dx, y as i64 + dy);
                    if (0..w as i64).contains(&nx) && (0..h as i64).contains(&ny) {
                        let t = self.texels[ny as usize * w + nx as usize];
                        if t.w > 0.0 {
                            sum += t.truncate().extend(1.0);
                        }
                    }
                }
                if sum.w > 0.0 {
                    fill.push((i, (sum / sum.w).truncate().extend(1.0)));
                    return false;
                }
                true
            });
            for (i, t) in fill {
                self.texels[i] = t;
            }
        }
    }
}

fn encode_jpeg(
    bytes: &[u8],
    width: usize,
    height: usize,
    kind: jpeg_encoder::ColorType,
    quality: u8,
) -> Image {
    let mut out = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut out, quality);
    encoder.set_optimized_huffman_tables(true);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_1_1);
    let written = encoder.encode(bytes, width as u16, height as u16, kind);
    debug_assert!(written.is_ok(), "writing to memory cannot fail");
    Image {
        mime: "image/jpeg",
        bytes: out,
    }
}
