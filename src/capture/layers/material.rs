//! The material of stand-ins, the cameras that see them, and what both are told
//! frame by frame.

use super::{HOUSE, TWINS};
use crate::{
    capture::output::Feed,
    stage::{Playback, register_shaders},
};
use bevy::{
    asset::{Asset, uuid_handle},
    camera::{RenderTarget, visibility::RenderLayers},
    core_pipeline::tonemapping::{DebandDither, Tonemapping},
    mesh::MeshVertexBufferLayoutRef,
    pbr::{MaterialPipeline, MaterialPipelineKey, MaterialPlugin},
    prelude::*,
    render::{
        render_resource::{
            AsBindGroup, Buffer, RenderPipelineDescriptor, SpecializedMeshPipelineError,
        },
        renderer::{RenderDevice, RenderQueue},
        view::{ColorGrading, ColorGradingGlobal},
    },
    shader::{Shader, ShaderRef},
};

const SHADER: Handle<Shader> = uuid_handle!("0c3f6a52-6b61-4e0e-9a7d-5a51b6c1f4d7");

/// What `shaders/stage/surfaces.wgsl` needs of a stand-in.
#[derive(Asset, AsBindGroup, TypePath, Debug, Clone)]
pub(in crate::capture) struct SurfaceMaterial {
    #[storage(0, read_only, buffer)]
    pub(super) frame: Buffer,
    #[storage(1, read_only, buffer)]
    pub(super) stand_ins: Buffer,
    #[storage(2, read_only, buffer)]
    pub(super) parts: Buffer,
    #[storage(3, buffer, visibility(vertex))]
    pub(super) memory: Buffer,
    #[texture(4)]
    #[sampler(5)]
    pub(super) opacity: Option<Handle<Image>>,
    /// Opacity beside the texture's, and the least that counts.
    #[uniform(6)]
    pub(super) counts: Vec4,
}

impl Material for SurfaceMaterial {
    fn vertex_shader() -> ShaderRef {
        SHADER.into()
    }

    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }

    fn enable_prepass() -> bool {
        false
    }

    fn enable_shadows() -> bool {
        false
    }

    fn specialize(
        _: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        _: &MeshVertexBufferLayoutRef,
        _: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        // Cloth and hair are seen from both sides.
        descriptor.primitive.cull_mode = None;
        Ok(())
    }
}

/// Installs the material.
pub(in crate::capture) fn plugin(app: &mut App) {
    let text = include_str!("../../../shaders/stage/surfaces.wgsl");
    register_shaders(app, &[(SHADER, "shaders/stage/surfaces.wgsl", text)]);
    app.add_plugins(MaterialPlugin::<SurfaceMaterial>::default())
        .add_systems(Last, follow_cameras.run_if(resource_exists::<Tracks>));
}

/// Marks a camera that sees stand-ins; the number of its view.
#[derive(Component, Debug, Clone, Copy)]
pub(in crate::capture) struct Follow(pub(super) usize);

/// What a camera needs to see stand-ins beside a camera of the show, as view `number`.
pub(in crate::capture) fn surface_camera(
    (number, feed): (usize, Feed),
    target: RenderTarget,
) -> impl Bundle {
    let layers = match feed {
        Feed::Full => RenderLayers::from_layers(&[TWINS, HOUSE]),
        Feed::Clean => RenderLayers::layer(TWINS),
    };
    (
        Camera3d::default(),
        Camera {
            clear_color: ClearColorConfig::Custom(Color::NONE),
            ..default()
        },
        target,
        Projection::Perspective(PerspectiveProjection {
            near: 0.05,
            ..default()
        }),
        Msaa::Off,
        Tonemapping::None,
        DebandDither::Disabled,
        ColorGrading {
            global: ColorGradingGlobal {
                exposure: number as f32,
                ..default()
            },
            ..default()
        },
        layers,
        Follow(number),
    )
}

/// What is remembered from frame to frame.
#[derive(Resource)]
pub(in crate::capture) struct Tracks {
    pub(super) frame: Buffer,
    /// Vertices that are remembered.
    pub(super) vertices: u32,
    number: u32,
    /// Whether the next update is the one that motion is measured from.
    pub(in crate::capture) remember: bool,
    /// Clip from world of every view a frame ago, and the beat of the cut then.
    last: Vec<Option<(Mat4, f32)>>,
}

impl Tracks {
    /// Forgets where everything was.
    pub(in crate::capture) fn forget(&mut self) {
        // What was noted under the number before is no longer of the frame before.
        self.number += 1;
        self.last.fill(None);
    }
}

/// Makes room for what is told of so many views.
pub(in crate::capture) fn insert_tracks(world: &mut World, views: usize) {
    let device = world.resource::<RenderDevice>();
    let frame = device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("capture.surfaces.frame"),
        size: 16 + 64 * views.max(1) as u64,
        usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    world.insert_resource(Tracks {
        frame,
        vertices: 0,
        number: 1,
        remember: true,
        last: vec![None; views],
    });
}

/// Tells stand-ins where their cameras were a frame ago. At a cut, where that is
/// somewhere else, the camera has not moved.
pub(in crate::capture) fn follow_cameras(
    mut tracks: ResMut<'_, Tracks>,
    playback: Option<Res<'_, Playback>>,
    queue: Res<'_, RenderQueue>,
    cameras: Query<'_, '_, (&Follow, &Camera, &GlobalTransform)>,
) {
    let cut = playback.map_or(0.0, |playback| playback.cut().map_or(0.0, |cut| cut.beat));
    let seen: Vec<_> = cameras
        .iter()
        .filter(|(_, camera, _)| camera.is_active)
        .map(|(follow, camera, place)| {
            (
                follow.0,
                camera.clip_from_view() * place.to_matrix().inverse(),
            )
        })
        .collect();
    if seen.is_empty() {
        return;
    }
    if tracks.remember {
        tracks.number += 1;
    }
    let head = [
        tracks.number,
        u32::from(tracks.remember),
        tracks.vertices,
        0,
    ];
    let mut before = vec![Mat4::IDENTITY; tracks.last.len()];
    for (view, now) in seen {
        before[view] = match tracks.last[view] {
            Some((last, at)) if at == cut => last,
            _ => now,
        };
        if tracks.remember {
            tracks.last[view] = Some((now, cut));
        }
    }
    queue
        .0
        .write_buffer(&tracks.frame, 0, bytemuck::bytes_of(&head));
    queue
        .0
        .write_buffer(&tracks.frame, 16, bytemuck::cast_slice(&before));
}
