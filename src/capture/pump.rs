//! Bevy without a window, driven one update at a time.

use crate::{
    production::Production,
    stage::{OnAir, Playback, StagePlugin, Subframe, TONEMAPPING, VenueLight, air, exposure},
    wardrobe::Measured,
};
use bevy::{
    anti_alias::smaa::Smaa,
    app::{AppExit, AppLabel, SubApps},
    asset::{RenderAssetUsages, UnapprovedPathMode},
    camera::{Hdr, RenderTarget},
    ecs::message::Messages,
    light::{EnvironmentMapLight, ShadowFilteringMethod},
    log::LogPlugin,
    post_process::bloom::Bloom,
    prelude::*,
    render::{
        RenderApp, RenderPlugin,
        camera::TemporalJitter,
        pipelined_rendering::PipelinedRenderingPlugin,
        render_asset::RenderAssets,
        render_resource::{Extent3d, TextureDimension, TextureFormat, TextureUsages},
        renderer::{RenderAdapterInfo, RenderDevice, RenderQueue},
        texture::GpuImage,
    },
    time::TimeUpdateStrategy,
    window::ExitCondition,
    winit::WinitPlugin,
};
use std::time::Duration;

/// What can go wrong in the renderer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PumpError {
    /// No adapter, or one that cannot do what is needed.
    #[error("{0}")]
    Adapter(String),
    /// Bevy stopped rendering.
    #[error("the renderer stopped after an error; the log above names it")]
    Stopped,
    /// A frame could not be read.
    #[error("a frame could not be read back from the GPU: {0}")]
    Read(String),
}

/// Bevy without a window.
pub struct Headless {
    apps: SubApps,
    target: Handle<Image>,
    camera: Entity,
    size: (u32, u32),
    readback: Option<wgpu::Buffer>,
}

/// The plugins that a windowless and a windowed stage share.
#[must_use]
pub fn stage_plugins(assets: &std::path::Path) -> bevy::app::PluginGroupBuilder {
    DefaultPlugins
        .set(AssetPlugin {
            file_path: assets.display().to_string(),
            // Twins may live outside the assets: their paths come from the
            // person who runs Toile, not from a file.
            unapproved_path_mode: UnapprovedPathMode::Allow,
            ..default()
        })
        .set(RenderPlugin {
            synchronous_pipeline_compilation: true,
            ..default()
        })
        .set(LogPlugin {
            filter: log_filter(),
            level: bevy::log::Level::WARN,
            ..default()
        })
        // The solver and the renderer share a frame: no frame may overlap.
        .disable::<PipelinedRenderingPlugin>()
}

/// Warnings and errors, less what is known to be harmless on software adapters.
fn log_filter() -> String {
    "warn,wgpu=error,naga=error,wgpu_hal=off,bevy_render::batching=error,bevy_light=error,bevy_pbr=error,calloop=error".to_owned()
}

/// What every stage camera carries.
#[must_use]
pub fn camera_bundle(show: &toile_show::Show) -> impl Bundle {
    (
        Camera3d::default(),
        Projection::Perspective(PerspectiveProjection {
            near: 0.05,
            ..default()
        }),
        Msaa::Off,
        Hdr,
        // Lamps glow a little, as in any lens.
        Bloom {
            intensity: 0.07,
            ..Bloom::NATURAL
        },
        air(show),
        Smaa::default(),
        TONEMAPPING,
        ShadowFilteringMethod::Hardware2x2,
        exposure(show),
        OnAir,
    )
}

impl Headless {
    /// Starts Bevy without a window, with a target of `size` pixels.
    ///
    /// # Errors
    /// No usable graphics adapter.
    pub fn new(size: (u32, u32), production: &Production) -> Result<Self, PumpError> {
        toile_cloth::request_device().map_err(|error| PumpError::Adapter(error.to_string()))?;
        let mut app = App::new();
        let window = WindowPlugin {
            primary_window: None,
            exit_condition: ExitCondition::DontExit,
            ..default()
        };
        app.add_plugins(
            stage_plugins(production.assets.root())
                .set(window)
                .disable::<WinitPlugin>(),
        )
        .add_plugins(StagePlugin)
        .insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_millis(
            10,
        )));
        while app.plugins_state() == bevy::app::PluginsState::Adding {
            bevy::tasks::tick_global_task_pools_on_main_thread();
        }
        app.finish();
        app.cleanup();
        let mut apps = std::mem::take(app.sub_apps_mut());
        let world = apps.main.world_mut();
        let extent = Extent3d {
            width: size.0,
            height: size.1,
            depth_or_array_layers: 1,
        };
        let mut image = Image::new_uninit(
            extent,
            TextureDimension::D2,
            TextureFormat::Rgba8UnormSrgb,
            RenderAssetUsages::RENDER_WORLD,
        );
        image.texture_descriptor.usage |=
            TextureUsages::RENDER_ATTACHMENT | TextureUsages::COPY_SRC;
        let target = world.resource_mut::<Assets<Image>>().add(image);
        let camera = world
            .spawn((
                camera_bundle(&production.show),
                RenderTarget::from(target.clone()),
            ))
            .id();
        Ok(Self {
            apps,
            target,
            camera,
            size,
            readback: None,
        })
    }

    /// The main world.
    pub fn world(&mut self) -> &mut World {
        self.apps.main.world_mut()
    }

    /// Runs one update and waits until the GPU has done it.
    ///
    /// # Errors
    /// [`PumpError::Stopped`] when Bevy asked to exit, which it does after any
    /// validation error.
    pub fn update(&mut self) -> Result<(), PumpError> {
        if let Some(light) = self.world().get_resource::<VenueLight>().cloned()
            && self
                .apps
                .main
                .world()
                .get::<EnvironmentMapLight>(self.camera)
                .is_none()
        {
            let camera = self.camera;
            self.world().entity_mut(camera).insert(light.0);
        }
        self.apps.update();
        let world = self.apps.main.world();
        world
            .resource::<RenderDevice>()
            .wgpu_device()
            .poll(wgpu::PollType::wait_indefinitely())
            .map_err(|error| PumpError::Read(error.to_string()))?;
        if world.resource::<Messages<AppExit>>().is_empty() {
            Ok(())
        } else {
            Err(PumpError::Stopped)
        }
    }

    /// Sees and lights the next update from the place of a subframe. Several of them
    /// smooth edges by themselves.
    pub fn set_subframe(&mut self, subframe: Subframe) {
        let camera = self.camera;
        self.world().insert_resource(subframe);
        if subframe != Subframe::default() {
            self.world()
                .entity_mut(camera)
                .remove::<Smaa>()
                .insert(TemporalJitter {
                    offset: subframe.pixel,
                });
        }
    }

    /// Switches the camera on or off; off, only the simulation runs.
    pub fn show_camera(&mut self, on: bool) {
        let camera = self.camera;
        if let Some(mut camera) = self.world().get_mut::<Camera>(camera)
            && camera.is_active != on
        {
            camera.is_active = on;
        }
    }

    /// The name of the adapter, its driver and backend.
    #[must_use]
    pub fn adapter(&self) -> String {
        let info = self.apps.main.world().resource::<RenderAdapterInfo>();
        format!("{} ({}, {:?})", info.name, info.driver, info.backend)
    }

    /// Reads the frame just rendered: tightly packed RGBA rows, sRGB.
    ///
    /// # Errors
    /// A lost device.
    pub fn read_frame(&mut self) -> Result<Vec<u8>, PumpError> {
        let (width, height) = self.size;
        let row = (width * 4).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
        let world = self.apps.main.world();
        let device = world.resource::<RenderDevice>().clone();
        let queue = world.resource::<RenderQueue>().clone();
        let buffer = self.readback.get_or_insert_with(|| {
            device.wgpu_device().create_buffer(&wgpu::BufferDescriptor {
                label: Some("capture.readback"),
                size: u64::from(row) * u64::from(height),
                usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        });
        let render_app = self
            .apps
            .sub_apps
            .get(&RenderApp.intern())
            .ok_or_else(|| PumpError::Read("there is no renderer".into()))?;
        let image = render_app
            .world()
            .resource::<RenderAssets<GpuImage>>()
            .get(self.target.id())
            .ok_or_else(|| PumpError::Read("the target is not on the GPU".into()))?;
        let mut encoder =
            device
                .wgpu_device()
                .create_command_encoder(&wgpu::CommandEncoderDescriptor {
                    label: Some("capture.readback"),
                });
        encoder.copy_texture_to_buffer(
            image.texture.as_image_copy(),
            wgpu::TexelCopyBufferInfo {
                buffer,
                layout: wgpu::TexelCopyBufferLayout {
                    offset: 0,
                    bytes_per_row: Some(row),
                    rows_per_image: None,
                },
            },
            Extent3d {
                width,
                height,
                depth_or_array_layers: 1,
            },
        );
        queue.0.submit([encoder.finish()]);
        buffer.slice(..).map_async(wgpu::MapMode::Read, |_| {});
        device
            .wgpu_device()
            .poll(wgpu::PollType::wait_indefinitely())
            .map_err(|error| PumpError::Read(error.to_string()))?;
        let mut pixels = Vec::with_capacity((width * height * 4) as usize);
        {
            let mapped = buffer.slice(..).get_mapped_range();
            for line in mapped.chunks_exact(row as usize) {
                pixels.extend_from_slice(&line[..(width * 4) as usize]);
            }
        }
        buffer.unmap();
        Ok(pixels)
    }

    /// Asks the solver of every look on stage for its statistics; a bake brings
    /// its own.
    ///
    /// # Errors
    /// What the solver says.
    pub fn collect_statistics(&mut self) -> Result<(), PumpError> {
        let world = self.apps.main.world_mut();
        let device = world.resource::<RenderDevice>().clone();
        let queue = world.resource::<RenderQueue>().clone();
        let mut playback = world.resource_mut::<Playback>();
        let now = playback.time_s;
        for look in &mut playback.looks {
            if look.shown(now) && !look.plays_bake() {
                let stats = look
                    .sim
                    .lock()
                    .stats(device.wgpu_device(), &queue.0)
                    .map_err(|error| PumpError::Read(error.to_string()))?;
                look.tally.add(&stats);
                look.measured.push(Measured::new(now, &stats));
            }
        }
        Ok(())
    }
}
