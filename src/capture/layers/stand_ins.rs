//! Stand-ins: what is drawn in place of everything on stage where only surfaces count.
//! They share the meshes, joints and weights of what they stand in for.

use super::{HOUSE, SurfaceMaterial, TWINS, Tracks};
use crate::{
    capture::matte::Object,
    stage::{InTheAir, Playback, Scenery, StagedLook, painted},
};
use bevy::{
    camera::visibility::{NoFrustumCulling, RenderLayers},
    gltf::GltfMaterialName,
    light::NotShadowCaster,
    mesh::{MeshTag, VertexAttributeValues, morph::MeshMorphWeights, skinning::SkinnedMesh},
    platform::collections::HashMap,
    prelude::*,
    render::{
        render_resource::Buffer,
        renderer::{RenderDevice, RenderQueue},
    },
};

/// What of a blended surface counts: half of it and more.
const HALF: f32 = 0.5;
/// Stands for what there is none of.
const NONE: u32 = u32::MAX;

/// What stops stand-ins.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StandInError {
    /// A device that does not let vertices be remembered.
    #[error(
        "--format exr needs a graphics adapter whose vertex shaders can write to buffers, for \
         motion; this one cannot: choose another adapter or format"
    )]
    NoWriting,
    /// More vertices than a buffer holds.
    #[error(
        "--format exr: {vertices} moving vertices are more than this graphics adapter can \
         remember; capture fewer looks at once with --from and --to"
    )]
    TooMany {
        /// Vertices on stage.
        vertices: u32,
    },
    /// A mesh that is not at hand.
    #[error("--format exr: the mesh '{0}' is not in memory, so that its motion is not known")]
    NoMesh(String),
}

/// What is on stage, as the shader is told.
#[derive(Default)]
struct Cast {
    objects: Vec<Object>,
    /// Where it remembers, its first object, where its parts are.
    rows: Vec<[u32; 4]>,
    parts: Vec<u32>,
    vertices: u32,
    /// Who stands in for whom, as which row.
    roles: Vec<(Entity, u32)>,
}

impl Cast {
    fn object(&mut self, object: Object) -> u32 {
        self.objects.push(object);
        // Zero is nothing.
        self.objects.len() as u32
    }

    /// Somewhere to remember so many vertices.
    fn room(&mut self, vertices: u32) -> u32 {
        let start = self.vertices;
        self.vertices += vertices;
        start
    }

    fn role(&mut self, entity: Entity, memory: u32, object: u32, parts: u32) {
        self.rows.push([memory, object, parts, 0]);
        self.roles.push((entity, self.rows.len() as u32 - 1));
    }

    fn garments(&mut self, look: &StagedLook, name: &str) {
        for garment in &look.garments {
            let whole = format!("{name}/{}", garment.drawn.name);
            let first = self.objects.len() as u32 + 1;
            let start = self.parts.len();
            self.parts.resize(start + garment.emit.count as usize, 0);
            for (k, (panel, vertices)) in garment.drawn.panels.iter().enumerate() {
                self.object(Object {
                    twin: Some(name.to_owned()),
                    garment: Some(whole.clone()),
                    part: format!("{whole}/{panel}"),
                });
                let range = start + vertices.start as usize..start + vertices.end as usize;
                if let Some(places) = self.parts.get_mut(range) {
                    places.fill(k as u32);
                }
            }
            let memory = self.room(garment.emit.count);
            self.role(garment.entity, memory, first, start as u32);
        }
    }

    fn body(&mut self, world: &World, look: &StagedLook, name: &str) -> Result<(), StandInError> {
        let mut stack = vec![look.actor.root];
        let mut known: HashMap<String, u32> = HashMap::new();
        while let Some(entity) = stack.pop() {
            if let Some(children) = world.get::<Children>(entity) {
                stack.extend(children.iter());
            }
            let Some(mesh) = world.get::<Mesh3d>(entity) else {
                continue;
            };
            let part = match world.get::<GltfMaterialName>(entity) {
                Some(material) => material.0.clone(),
                None => "body".to_owned(),
            };
            let part = format!("{name}/{part}");
            let count = world
                .resource::<Assets<Mesh>>()
                .get(&mesh.0)
                .and_then(|mesh| mesh.try_attribute(Mesh::ATTRIBUTE_POSITION).ok())
                .map(VertexAttributeValues::len);
            let Some(count) = count else {
                return Err(StandInError::NoMesh(part));
            };
            let object = match known.get(&part) {
                Some(&object) => object,
                None => self.object(Object {
                    twin: Some(name.to_owned()),
                    garment: None,
                    part: part.clone(),
                }),
            };
            known.insert(part, object);
            let memory = self.room(count as u32);
            self.role(entity, memory, object, NONE);
        }
        Ok(())
    }

    fn scenery(&mut self, world: &mut World) {
        let mut query =
            world.query_filtered::<(Entity, &Scenery), (With<Mesh3d>, Without<InTheAir>)>();
        let mut rows: HashMap<&'static str, u32> = HashMap::new();
        let found: Vec<_> = query.iter(world).map(|(entity, s)| (entity, s.0)).collect();
        for (entity, name) in found {
            let row = match rows.get(name) {
                Some(&row) => row,
                None => {
                    let object = self.object(Object {
                        part: name.to_owned(),
                        ..Object::default()
                    });
                    // It stands still.
                    self.rows.push([NONE, object, NONE, 0]);
                    let row = self.rows.len() as u32 - 1;
                    rows.insert(name, row);
                    row
                }
            };
            self.roles.push((entity, row));
        }
    }
}

/// Places a stand-in beside everything on stage; gives the objects that they tell
/// apart.
///
/// # Errors
/// [`StandInError`].
pub(in crate::capture) fn place(world: &mut World) -> Result<Vec<Object>, StandInError> {
    let device = world.resource::<RenderDevice>().clone();
    if !device
        .features()
        .contains(wgpu::Features::VERTEX_WRITABLE_STORAGE)
    {
        return Err(StandInError::NoWriting);
    }
    let mut cast = Cast::default();
    if let Some(playback) = world.get_resource::<Playback>() {
        for (look, entry) in playback.looks.iter().zip(&playback.show.looks) {
            let name = format!("{:02}-{}", look.number, entry.twin);
            cast.garments(look, &name);
            cast.body(world, look, &name)?;
        }
    }
    cast.scenery(world);
    let bytes = u64::from(cast.vertices) * 2 * 16;
    if bytes > device.limits().max_storage_buffer_binding_size {
        return Err(StandInError::TooMany {
            vertices: cast.vertices,
        });
    }
    let queue = world.resource::<RenderQueue>().clone();
    let buffer = |label, bytes: u64| {
        device.create_buffer(&wgpu::BufferDescriptor {
            label: Some(label),
            size: bytes.max(16),
            usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        })
    };
    let filled = |label, words: &[u32]| -> Buffer {
        let buffer = buffer(label, words.len() as u64 * 4);
        queue
            .0
            .write_buffer(&buffer, 0, bytemuck::cast_slice(words));
        buffer
    };
    let mut tracks = world.resource_mut::<Tracks>();
    tracks.vertices = cast.vertices;
    let plain = SurfaceMaterial {
        frame: tracks.frame.clone(),
        stand_ins: filled("capture.surfaces.stand_ins", cast.rows.as_flattened()),
        parts: filled("capture.surfaces.parts", &cast.parts),
        memory: buffer("capture.surfaces.memory", bytes),
        opacity: None,
        counts: Vec4::new(1.0, 0.0, 0.0, 0.0),
    };
    let mut wardrobe = Wardrobe {
        plain,
        known: HashMap::new(),
    };
    for (entity, row) in cast.roles {
        stand_in(world, entity, row, &mut wardrobe);
    }
    Ok(cast.objects)
}

/// The materials of stand-ins, each once: thousands of spectators share theirs.
struct Wardrobe {
    plain: SurfaceMaterial,
    known: HashMap<(Option<AssetId<Image>>, [u32; 2]), Handle<SurfaceMaterial>>,
}

impl Wardrobe {
    /// The material in place of what an entity is shown with.
    fn material(&mut self, world: &mut World, whom: Entity) -> Handle<SurfaceMaterial> {
        let material = self.plain.clone().in_place_of(world, whom);
        let key = (
            material.opacity.as_ref().map(Handle::id),
            [material.counts.x, material.counts.y].map(f32::to_bits),
        );
        let mut materials = world.resource_mut::<Assets<SurfaceMaterial>>();
        let handle = self.known.entry(key);
        handle.or_insert_with(|| materials.add(material)).clone()
    }
}

impl SurfaceMaterial {
    /// With the opacity of what an entity is shown with, where that is cut out or
    /// blended. Cloth counts however sheer it is.
    fn in_place_of(mut self, world: &World, whom: Entity) -> Self {
        if let Some(shown) = painted(world, whom) {
            let least = match shown.alpha_mode {
                AlphaMode::Opaque => 0.0,
                AlphaMode::Mask(least) => least,
                _ => HALF,
            };
            if least > 0.0 {
                self.opacity.clone_from(&shown.base_color_texture);
                self.counts = Vec4::new(shown.base_color.alpha(), least, 0.0, 0.0);
            }
        }
        self
    }
}

/// Spawns a stand-in.
fn stand_in(world: &mut World, whom: Entity, row: u32, wardrobe: &mut Wardrobe) {
    let Some(mesh) = world.get::<Mesh3d>(whom).cloned() else {
        return;
    };
    let material = wardrobe.material(world, whom);
    let skin = world.get::<SkinnedMesh>(whom).cloned();
    let weights = world.get::<MeshMorphWeights>(whom).cloned();
    let still = world.get::<Scenery>(whom).is_some();
    let mut stand_in = world.spawn((
        mesh,
        MeshMaterial3d(material),
        MeshTag(row),
        RenderLayers::layer(if still { HOUSE } else { TWINS }),
        NotShadowCaster,
        ChildOf(whom),
    ));
    if let Some(skin) = skin {
        stand_in.insert(skin);
    }
    if let Some(weights) = weights {
        stand_in.insert(weights);
    }
    if !still {
        // Who is out of sight must be remembered as well.
        stand_in.insert(NoFrustumCulling);
    }
}
