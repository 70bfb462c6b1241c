//! The screen on the backdrop: pictures that change on the beat, a movie, or the show's
//! own clean feed.

use super::{Builder, Glow, Glows, Paint, relay, runway};
use crate::{production::Production, stage::StageError};
use bevy::{
    asset::RenderAssetUsages,
    mesh::{Indices, PrimitiveTopology},
    prelude::*,
    render::render_resource::{Extent3d, TextureDimension, TextureFormat},
};
use image::{RgbaImage, imageops};
use std::{io::ErrorKind, path::Path, process::Command};
use toile_show::{
    format::{Screen, Shown},
    rig,
};

/// Most pixels across, and frames per second and seconds that are taken of a movie:
/// all of it is kept.
const ACROSS: u32 = 480;
const MOVIE_FPS: u32 = 24;
const MOST_S: u32 = 10;
/// How far in front of the wall it hangs, m.
const AHEAD_M: f32 = 0.012;

/// What the screen shows when.
#[derive(Resource, Clone)]
pub(in crate::stage) struct ScreenShow {
    /// What is on it, in order.
    pub(in crate::stage) frames: Vec<Handle<Image>>,
    /// How that is gone through.
    pub(in crate::stage) shows: Shown,
    /// What it is made of.
    pub(in crate::stage) material: Handle<StandardMaterial>,
}

impl ScreenShow {
    /// What is on it at a beat, which lasts so many seconds.
    pub(in crate::stage) fn frame(&self, beat: f32, beat_s: f32) -> Option<&Handle<Image>> {
        let frame_s = 1.0 / MOVIE_FPS as f32;
        let number = self.shows.frame(self.frames.len(), beat, beat_s, frame_s);
        self.frames.get(number)
    }
}

/// Hangs the screen.
///
/// # Errors
/// Files that cannot be shown.
pub(super) fn build(
    builder: &mut Builder<'_>,
    production: &Production,
    screen: &Screen,
) -> Result<(), StageError> {
    let venue = &production.show.venue;
    let (width, height) = (venue.backdrop.width_m, venue.backdrop.height_m);
    let frames: Vec<_> = if let Shown::Feed { camera } = &screen.shows {
        vec![relay::open(builder, &production.show, camera)]
    } else {
        let place = |file: &str| production.assets.screen(file);
        let frames = decode(screen, width / height, usize::MAX, place);
        let frames = frames.map_err(StageError::Load)?;
        let mut images = builder.world.resource_mut::<Assets<Image>>();
        frames.into_iter().map(|f| images.add(texture(f))).collect()
    };
    let full = Vec3::splat(screen.nits);
    let material = builder.material(StandardMaterial {
        base_color: Color::BLACK,
        emissive: LinearRgba::rgb(full.x, full.y, full.z),
        emissive_texture: frames.first().cloned(),
        emissive_exposure_weight: 1.0,
        perceptual_roughness: 0.5,
        ..default()
    });
    let paint = Paint {
        material: material.clone(),
        tile_m: None,
    };
    let floor_y = -venue.runway.height_m;
    let place = Transform::from_xyz(0.0, floor_y, runway::FRONT_Z + AHEAD_M);
    let mesh = match screen.shows {
        Shown::Feed { .. } => wings(width, height, relay::wing_m(&venue.backdrop)),
        _ => mesh(width, height),
    };
    builder.own(mesh, &paint, place);
    builder.world.resource_mut::<Glows>().0.push(Glow {
        lamp: rig::Lamp::Screen,
        full,
        material: material.clone(),
    });
    builder.world.insert_resource(ScreenShow {
        frames,
        shows: screen.shows.clone(),
        material,
    });
    Ok(())
}

/// What the screen of a production shows first, if it has one.
///
/// # Errors
/// Files that cannot be shown.
pub(super) fn first(production: &Production) -> Result<Option<RgbaImage>, String> {
    let venue = &production.show.venue;
    let Some(screen) = &venue.screen else {
        return Ok(None);
    };
    let aspect = venue.backdrop.width_m / venue.backdrop.height_m;
    let frames = decode(screen, aspect, 1, |file| production.assets.screen(file))?;
    Ok(frames.into_iter().next())
}

/// A wall with the entrance cut out, its foot at y = 0; a picture covers all of it.
fn mesh(width: f32, height: f32) -> Mesh {
    let (half, door) = (0.5 * width, runway::ENTRANCE);
    let side = 0.5 * door.x + 0.05;
    let over = door.y.min(height - 0.01);
    panes(
        &[
            [-half, -side, 0.0, height],
            [side, half, 0.0, height],
            [-side, side, over, height],
        ],
        |_, x, y| [x / width + 0.5, 1.0 - y / height],
    )
}

/// Both wings of the wall, its foot at y = 0; each shows the whole picture.
fn wings(width: f32, height: f32, wing: f32) -> Mesh {
    let half = 0.5 * width;
    panes(
        &[
            [-half, wing - half, 0.0, height],
            [half - wing, half, 0.0, height],
        ],
        |[left, right, ..], x, y| [(x - left) / (right - left), 1.0 - y / height],
    )
}

/// Upright panes (left, right, foot, top, m), and where each point has its picture.
fn panes(panes: &[[f32; 4]], tile: impl Fn([f32; 4], f32, f32) -> [f32; 2]) -> Mesh {
    let (mut positions, mut tiles, mut indices) = (Vec::new(), Vec::new(), Vec::new());
    for &pane in panes {
        let [left, right, low, high] = pane;
        let first = positions.len() as u32;
        for (x, y) in [(left, low), (right, low), (right, high), (left, high)] {
            positions.push([x, y, 0.0]);
            tiles.push(tile(pane, x, y));
        }
        indices.extend([0, 1, 2, 0, 2, 3].map(|corner| first + corner));
    }
    let normals = vec![[0.0, 0.0, 1.0]; positions.len()];
    Mesh::new(
        PrimitiveTopology::TriangleList,
        RenderAssetUsages::RENDER_WORLD,
    )
    .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
    .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, normals)
    .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, tiles)
    .with_inserted_indices(Indices::U32(indices))
}

fn texture(picture: RgbaImage) -> Image {
    let size = Extent3d {
        width: picture.width(),
        height: picture.height(),
        depth_or_array_layers: 1,
    };
    Image::new(
        size,
        TextureDimension::D2,
        picture.into_raw(),
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::RENDER_WORLD,
    )
}

/// The first `most` frames of a screen of an aspect, width over height; `place` finds its
/// files.
///
/// # Errors
/// A sentence naming the file and what is wrong with it.
fn decode(
    screen: &Screen,
    aspect: f32,
    most: usize,
    place: impl Fn(&str) -> std::path::PathBuf,
) -> Result<Vec<RgbaImage>, String> {
    match &screen.shows {
        Shown::Pictures { files, .. } => files
            .iter()
            .take(most)
            .map(|file| {
                let path = place(file);
                let picture = image::open(&path).map_err(|error| {
                    format!(
                        "cannot show {}: {error}; give a PNG picture",
                        path.display()
                    )
                })?;
                Ok(cropped(&picture.into_rgba8(), aspect))
            })
            .collect(),
        Shown::Movie { file } => movie(&place(file), aspect, most),
        // It is dark until the first frame.
        Shown::Feed { .. } => Ok(Vec::new()),
    }
}

/// The middle of a picture, as much of it as fills the screen.
fn cropped(picture: &RgbaImage, aspect: f32) -> RgbaImage {
    let (width, height) = picture.dimensions();
    let [w, h] = if width as f32 > height as f32 * aspect {
        [(height as f32 * aspect) as u32, height]
    } else {
        [width, (width as f32 / aspect) as u32]
    };
    let (w, h) = (w.clamp(1, width), h.clamp(1, height));
    imageops::crop_imm(picture, (width - w) / 2, (height - h) / 2, w, h).to_image()
}

/// The first seconds of a movie, at most so many frames.
fn movie(path: &Path, aspect: f32, most: usize) -> Result<Vec<RgbaImage>, String> {
    let name = path.display();
    let even = |length: f32| ((0.5 * length).round() as u32).max(1) * 2;
    let (width, height) = if aspect > 1.0 {
        (ACROSS, even(ACROSS as f32 / aspect))
    } else {
        (even(ACROSS as f32 * aspect), ACROSS)
    };
    let filter = format!(
        "fps={MOVIE_FPS},scale={width}:{height}:force_original_aspect_ratio=increase,\
         crop={width}:{height}"
    );
    let most = most.min((MOST_S * MOVIE_FPS) as usize).to_string();
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-protocol_whitelist", "file,pipe"])
        .arg("-i")
        .arg(path)
        .args(["-t", &MOST_S.to_string(), "-an", "-vf", &filter, "-frames:v", &most])
        .args(["-f", "rawvideo", "-pix_fmt", "rgba", "-"])
        .output()
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound => format!(
                "{name}: a screen that shows a movie needs ffmpeg, which was not found; install it, or show Pictures"
            ),
            _ => format!("{name}: ffmpeg could not be run: {error}"),
        })?;
    let bytes = (width * height * 4) as usize;
    let frames: Vec<RgbaImage> = output
        .stdout
        .chunks_exact(bytes)
        .filter_map(|frame| RgbaImage::from_raw(width, height, frame.to_vec()))
        .collect();
    if !output.status.success() || frames.is_empty() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.lines().last().unwrap_or("it holds no pictures");
        return Err(format!(
            "cannot show {name}: {said}; give a movie that ffmpeg reads"
        ));
    }
    Ok(frames)
}

#[cfg(test)]
mod tests {
    use super::{Screen, Shown, cropped, decode};
    use image::{Rgba, RgbaImage};

    #[test]
    fn a_picture_keeps_its_middle() {
        let wide = RgbaImage::from_fn(100, 20, |x, _| Rgba([x as u8, 0, 0, 255]));
        let square = cropped(&wide, 1.0);
        assert_eq!(square.dimensions(), (20, 20));
        assert_eq!(square.get_pixel(0, 0).0[0], 40);
        let tall = cropped(&RgbaImage::new(10, 100), 2.0);
        assert_eq!(tall.dimensions(), (10, 5));
    }

    #[test]
    fn a_file_that_is_no_picture_is_named() {
        let screen = Screen {
            shows: Shown::Pictures {
                files: vec!["nothing.png".into()],
                beats: 4.0,
            },
            nits: 500.0,
        };
        let error = decode(&screen, 2.0, 1, |file| file.into()).unwrap_err();
        assert!(error.contains("cannot show nothing.png"), "{error}");
    }
}
