//! An eye on the stage: the cameras of a view, and what they saw, read back from the
//! GPU.

use super::{
    exr::Surfaces,
    layers,
    output::{Feed, View},
    pump::{PumpError, camera_bundle},
};
use crate::stage::{Held, OnAir, Reflects, Subframe, VenueLight};
use bevy::{
    anti_alias::smaa::Smaa,
    asset::RenderAssetUsages,
    camera::{RenderTarget, visibility::RenderLayers},
    core_pipeline::{
        Core3d, Core3dSystems,
        tonemapping::{DebandDither, tonemapping},
    },
    diagnostic::FrameCount,
    light::EnvironmentMapLight,
    pbr::{DistanceFog, ScreenSpaceAmbientOcclusion, ScreenSpaceAmbientOcclusionQualityLevel},
    post_process::bloom::{Bloom, bloom},
    prelude::*,
    render::{
        RenderApp,
        camera::TemporalJitter,
        extract_component::{ExtractComponent, ExtractComponentPlugin},
        render_asset::RenderAssets,
        render_resource::{Buffer, Extent3d, TextureDimension, TextureFormat, TextureUsages},
        renderer::{RenderContext, RenderDevice, RenderQueue, ViewQuery},
        texture::GpuImage,
        view::ViewTarget,
    },
};
use half::f16;
use toile_show::Show;

/// Has a camera's light be copied before it becomes a picture.
#[derive(Component, ExtractComponent, Clone)]
struct Kept(Buffer);

/// Installs the copying of scene-linear light.
pub(super) fn plugin(app: &mut App) {
    app.add_plugins(ExtractComponentPlugin::<Kept>::default());
    if let Some(render_app) = app.get_sub_app_mut(RenderApp) {
        render_app.add_systems(
            Core3d,
            keep.in_set(Core3dSystems::PostProcess)
                .after(bloom)
                .before(tonemapping),
        );
    }
}

/// Copies what a camera has gathered.
fn keep(view: ViewQuery<'_, '_, (&ViewTarget, &Kept)>, mut ctx: RenderContext<'_, '_>) {
    let (target, kept) = view.into_inner();
    let texture = target.main_texture();
    let size = (texture.width(), texture.height());
    copy(ctx.command_encoder(), texture, &kept.0, size);
}

/// Bytes of a row in a buffer that a texture is copied to.
fn row_bytes(width: u32, format: TextureFormat) -> u32 {
    let pixel = format.block_copy_size(None).unwrap_or(16);
    (width * pixel).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT)
}

fn copy(
    encoder: &mut wgpu::CommandEncoder,
    texture: &wgpu::Texture,
    buffer: &wgpu::Buffer,
    (width, height): (u32, u32),
) {
    encoder.copy_texture_to_buffer(
        texture.as_image_copy(),
        wgpu::TexelCopyBufferInfo {
            buffer,
            layout: wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: Some(row_bytes(width, texture.format())),
                rows_per_image: None,
            },
        },
        Extent3d {
            width,
            height,
            depth_or_array_layers: 1,
        },
    );
}

/// What an eye sees of surfaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sees {
    /// Nothing.
    Nothing,
    /// A small picture of them, when they are counted.
    Census,
    /// All of them, in every frame.
    Layers,
}

/// Longest side of the small picture, pixels.
const CENSUS_PX: u32 = 320;

/// An eye on the stage.
pub(super) struct Eye {
    camera: Entity,
    target: Handle<Image>,
    size: (u32, u32),
    picture: Buffer,
    scene_light: Option<Buffer>,
    /// The camera that sees stand-ins, and where what it saw is.
    surfaces: Option<(Entity, Buffer)>,
    /// Size of what it sees of them: the picture's, or a small one to count with.
    seen: (u32, u32),
    /// Whether surfaces are drawn only when they are counted.
    census: bool,
}

impl Eye {
    /// Opens an eye for a view.
    pub(super) fn new(
        world: &mut World,
        size: (u32, u32),
        show: &Show,
        (number, view): (usize, &View),
        sees: Sees,
    ) -> Self {
        let target = target(world, size, TextureFormat::Rgba16Float);
        let picture = readback(world, size, TextureFormat::Rgba16Float);
        let camera = world
            .spawn((
                camera_bundle(show),
                RenderTarget::from(target.clone()),
                // Pictures are dithered when they become 8 bits.
                DebandDither::Disabled,
            ))
            .id();
        if view.feed == Feed::Clean {
            // Glow and haze would lie over nothing.
            world
                .entity_mut(camera)
                .remove::<(Bloom, DistanceFog, Reflects)>()
                .insert(RenderLayers::layer(0));
            if let Some(mut camera) = world.get_mut::<Camera>(camera) {
                camera.clear_color = ClearColorConfig::Custom(Color::NONE);
            }
        }
        let mut eye = Self {
            camera,
            target,
            size,
            picture,
            scene_light: None,
            surfaces: None,
            seen: size,
            census: sees == Sees::Census,
        };
        if sees == Sees::Layers {
            let buffer = readback(world, size, TextureFormat::Rgba16Float);
            world.entity_mut(camera).insert(Kept(buffer.clone()));
            eye.scene_light = Some(buffer);
        } else {
            let whole = size.0.max(size.1).max(1);
            eye.seen = [size.0, size.1]
                .map(|side| (side * CENSUS_PX.min(whole) / whole).max(1))
                .into();
        }
        if sees != Sees::Nothing {
            let size = eye.seen;
            let target = RenderTarget::from(self::target(world, size, TextureFormat::Rgba32Float));
            let buffer = readback(world, size, TextureFormat::Rgba32Float);
            let kept = Kept(buffer.clone());
            let surfaces = world.spawn((
                layers::surface_camera((number, view.feed), target),
                kept,
                OnAir,
            ));
            eye.surfaces = Some((surfaces.id(), buffer));
        }
        if let Some(name) = &view.camera {
            for camera in eye.cameras() {
                world.entity_mut(camera).insert(Held(name.clone()));
            }
        }
        eye
    }

    fn cameras(&self) -> impl Iterator<Item = Entity> + use<> {
        let surfaces = self.surfaces.as_ref().map(|(camera, _)| *camera);
        std::iter::once(self.camera).chain(surfaces)
    }

    /// Whether pictures want all that it sees of surfaces.
    pub(super) fn wants_layers(&self) -> bool {
        self.surfaces.is_some() && !self.census
    }

    /// Whether it sees surfaces.
    pub(super) fn sees_surfaces(&self) -> bool {
        self.surfaces.is_some()
    }

    /// Gives it the light from everywhere.
    pub(super) fn light(&self, world: &mut World, light: &VenueLight) {
        if world.get::<EnvironmentMapLight>(self.camera).is_none() {
            world.entity_mut(self.camera).insert(light.0.clone());
        }
    }

    /// Sees from another point of the pixel. Many of them smooth edges by themselves.
    pub(super) fn jitter(&self, world: &mut World, subframe: Subframe) {
        let offset = subframe.pixel;
        let jittered = world.get::<TemporalJitter>(self.camera).is_some();
        if jittered || subframe != Subframe::default() {
            // Corners and folds get less of the light from everywhere; its noise, new in
            // every subframe, is gone from their mean.
            world.resource_mut::<FrameCount>().0 = noise_of(subframe);
            world
                .entity_mut(self.camera)
                .remove::<Smaa>()
                .insert(ScreenSpaceAmbientOcclusion {
                    quality_level: ScreenSpaceAmbientOcclusionQualityLevel::Medium,
                    ..default()
                });
            for camera in self.cameras() {
                world.entity_mut(camera).insert(TemporalJitter { offset });
            }
        }
    }

    /// Has surfaces be drawn in the next update, where they are only counted.
    pub(super) fn count(&self, world: &mut World, on: bool) {
        if let (true, Some((camera, _))) = (self.census, &self.surfaces)
            && let Some(mut camera) = world.get_mut::<Camera>(*camera)
            && camera.is_active != on
        {
            camera.is_active = on;
        }
    }

    /// Gives counting up.
    pub(super) fn stop_counting(&mut self, world: &mut World) {
        if let (true, Some((camera, _))) = (self.census, &self.surfaces) {
            world.despawn(*camera);
            self.surfaces = None;
        }
    }

    /// Opens or shuts it; what only counts stays shut.
    pub(super) fn open(&self, world: &mut World, on: bool) {
        let counts = self.surfaces.as_ref().filter(|_| self.census);
        let counts = counts.map(|(camera, _)| *camera);
        for camera in self.cameras() {
            let on = on && Some(camera) != counts;
            if let Some(mut camera) = world.get_mut::<Camera>(camera)
                && camera.is_active != on
            {
                camera.is_active = on;
            }
        }
    }

    /// What it has just shown.
    pub(super) fn picture(&self, world: &World, render: &World) -> Result<Vec<f16>, PumpError> {
        let device = world.resource::<RenderDevice>();
        let image = render
            .resource::<RenderAssets<GpuImage>>()
            .get(self.target.id())
            .ok_or_else(|| PumpError::Read("the target is not on the GPU".into()))?;
        let mut encoder =
            device
                .wgpu_device()
                .create_command_encoder(&wgpu::CommandEncoderDescriptor {
                    label: Some("capture.readback"),
                });
        copy(&mut encoder, &image.texture, &self.picture, self.size);
        world.resource::<RenderQueue>().0.submit([encoder.finish()]);
        self.halves(world, &self.picture)
    }

    /// The light that it has just gathered.
    pub(super) fn scene_light(&self, world: &World) -> Result<Vec<f16>, PumpError> {
        let buffer = self.scene_light.as_ref();
        buffer.map_or(Ok(Vec::new()), |buffer| self.halves(world, buffer))
    }

    /// The surfaces that it has just seen.
    pub(super) fn surfaces(&self, world: &World) -> Result<Surfaces, PumpError> {
        let Some((_, buffer)) = &self.surfaces else {
            return Ok(Surfaces::default());
        };
        let row = row_bytes(self.seen.0, TextureFormat::Rgba32Float);
        let bytes = read(world, buffer, row, self.seen.0 * 16)?;
        let values: Vec<f32> = bytemuck::pod_collect_to_vec(&bytes);
        Ok(layers::unpack(values.as_chunks::<4>().0))
    }

    fn halves(&self, world: &World, buffer: &Buffer) -> Result<Vec<f16>, PumpError> {
        let row = row_bytes(self.size.0, TextureFormat::Rgba16Float);
        let bytes = read(world, buffer, row, self.size.0 * 8)?;
        let (pairs, _) = bytes.as_chunks::<2>();
        Ok(pairs.iter().map(|pair| f16::from_le_bytes(*pair)).collect())
    }
}

/// The number of a subframe's noise: its own, whichever frame a capture begins with.
fn noise_of(subframe: Subframe) -> u32 {
    let place = (subframe.pixel + 0.5) * 64.0;
    place.x as u32 + 29 * place.y as u32
}

fn target(world: &mut World, size: (u32, u32), format: TextureFormat) -> Handle<Image> {
    let extent = Extent3d {
        width: size.0,
        height: size.1,
        depth_or_array_layers: 1,
    };
    let usage = RenderAssetUsages::RENDER_WORLD;
    let mut image = Image::new_uninit(extent, TextureDimension::D2, format, usage);
    image.texture_descriptor.usage |= TextureUsages::RENDER_ATTACHMENT | TextureUsages::COPY_SRC;
    world.resource_mut::<Assets<Image>>().add(image)
}

fn readback(world: &World, (width, height): (u32, u32), format: TextureFormat) -> Buffer {
    let device = world.resource::<RenderDevice>();
    device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("capture.readback"),
        size: u64::from(row_bytes(width, format)) * u64::from(height),
        usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    })
}

/// The bytes of a buffer whose rows are `row` bytes apart, `used` of them each.
fn read(world: &World, buffer: &Buffer, row: u32, used: u32) -> Result<Vec<u8>, PumpError> {
    let device = world.resource::<RenderDevice>().wgpu_device();
    let (mapped, answer) = std::sync::mpsc::channel();
    buffer
        .slice(..)
        .map_async(wgpu::MapMode::Read, move |result| {
            // The receiver outlives the wait below.
            drop(mapped.send(result));
        });
    device
        .poll(wgpu::PollType::wait_indefinitely())
        .map_err(|error| PumpError::Read(error.to_string()))?;
    // A lost device answers with an error, and has nothing to show.
    match answer.try_recv() {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return Err(PumpError::Read(error.to_string())),
        Err(_) => return Err(PumpError::Read("the device did not answer".into())),
    }
    let mut bytes = Vec::new();
    {
        let mapped = buffer.slice(..).get_mapped_range();
        bytes.reserve(mapped.len());
        for line in mapped.chunks_exact(row as usize) {
            bytes.extend_from_slice(&line[..used as usize]);
        }
    }
    buffer.unmap();
    Ok(bytes)
}
