//! A twin in a fitting room: garments sewn onto it, ready to be measured.

use std::{path::Path, sync::Arc};
use toile::{
    paths::Assets,
    production::{Library, load_twin},
    wardrobe::{self, Dressed, Gpu},
};
use toile_cloth::{BodyMesh, ClothPipelines};
use toile_twin::{Avatar, Silhouette, Twin};

/// The assets of this project.
pub(crate) fn assets() -> Assets {
    Assets::find(Some(&Path::new(env!("CARGO_MANIFEST_DIR")).join("assets"))).unwrap()
}

/// A dressed twin, and what moves it.
pub(crate) struct Fitting {
    pub(crate) twin: Arc<Twin>,
    pub(crate) avatar: Arc<Avatar>,
    pub(crate) body: BodyMesh,
    pub(crate) dressed: Dressed,
    pub(crate) clothes: Silhouette,
    device: wgpu::Device,
    queue: wgpu::Queue,
    kernels: ClothPipelines,
}

impl Fitting {
    /// Sews garments, each in its own fabric or all in the one given, onto a
    /// twin, made to measure, of triangles with edges of `edge_m`.
    pub(crate) fn new(twin: &str, garments: &[&str], fabric: Option<&str>, edge_m: f32) -> Self {
        let assets = assets();
        let (twin, avatar) = load_twin(&assets, twin, "test").unwrap();
        let mut library = Library::new(&assets);
        let worn: Vec<_> = garments
            .iter()
            .map(|id| {
                let mut worn = library.own_fabric(id, "test").unwrap();
                if let Some(fabric) = fabric {
                    worn.fabric = library.fabric(fabric, "test").unwrap();
                }
                worn
            })
            .collect();
        let (device, queue, _) = toile_cloth::request_device().unwrap();
        let kernels = ClothPipelines::new(&device).unwrap();
        let body = wardrobe::body_mesh(&avatar.collision_hull().unwrap(), avatar.skeleton.len());
        let assembly =
            wardrobe::assemble(&worn, &twin.measures, &avatar, &body, &twin.id, edge_m).unwrap();
        let gpu = Gpu {
            device: &device,
            queue: &queue,
            kernels: &kernels,
        };
        let dressed = wardrobe::sew(&assembly, &avatar.skeleton, &body, gpu, |_, _, _| {}).unwrap();
        Self {
            clothes: assembly.silhouette(&avatar.skeleton),
            body,
            dressed,
            avatar,
            twin,
            device,
            queue,
            kernels,
        }
    }

    /// Where the cloth moves.
    pub(crate) fn gpu(&self) -> Gpu<'_> {
        Gpu {
            device: &self.device,
            queue: &self.queue,
            kernels: &self.kernels,
        }
    }
}
