//! The compute pipelines, shared by all simulations on a device.

use crate::error::ClothError;

/// One shader as it is compiled: file name and full source.
#[derive(Clone, Debug)]
pub struct Shader {
    /// Path below `shaders/`.
    pub file: &'static str,
    /// WGSL source, with `common.wgsl` in front where the kernel needs it.
    pub source: String,
    /// Entry points.
    pub entries: &'static [&'static str],
}

macro_rules! wgsl {
    ($path:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../shaders/",
            $path
        ))
    };
}

const COMMON: &str = wgsl!("cloth/common.wgsl");

/// Every shader of the solver, as handed to the device.
#[must_use]
pub fn shader_sources() -> Vec<Shader> {
    let with_common = |file, text: &str, entries| Shader {
        file,
        source: format!("{COMMON}\n{text}"),
        entries,
    };
    let alone = |file, text: &str, entries| Shader {
        file,
        source: text.to_owned(),
        entries,
    };
    vec![
        with_common("cloth/pose.wgsl", wgsl!("cloth/pose.wgsl"), &["pose"]),
        with_common(
            "cloth/predict.wgsl",
            wgsl!("cloth/predict.wgsl"),
            &["predict"],
        ),
        with_common(
            "cloth/grid.wgsl",
            wgsl!("cloth/grid.wgsl"),
            &["scan", "scatter"],
        ),
        with_common("cloth/room.wgsl", wgsl!("cloth/room.wgsl"), &["room"]),
        with_common(
            "cloth/contact.wgsl",
            wgsl!("cloth/contact.wgsl"),
            &["contact", "project"],
        ),
        with_common(
            "cloth/elements.wgsl",
            wgsl!("cloth/elements.wgsl"),
            &["elements"],
        ),
        with_common(
            "cloth/touch.wgsl",
            wgsl!("cloth/touch.wgsl"),
            &["touch_points", "touch_edges"],
        ),
        with_common(
            "cloth/assemble.wgsl",
            wgsl!("cloth/assemble.wgsl"),
            &["assemble"],
        ),
        with_common("cloth/gather.wgsl", wgsl!("cloth/gather.wgsl"), &["gather"]),
        with_common(
            "cloth/pcg.wgsl",
            wgsl!("cloth/pcg.wgsl"),
            &["multiply", "update"],
        ),
        with_common(
            "cloth/tree.wgsl",
            wgsl!("cloth/tree.wgsl"),
            &[
                "boxes",
                "boxes_now",
                "refit_low",
                "refit_top",
                "find_points",
                "find_edges",
                "find_crossings",
            ],
        ),
        with_common(
            "cloth/tangle.wgsl",
            wgsl!("cloth/tangle.wgsl"),
            &["untangle_start", "untangle_clear", "tangles"],
        ),
        with_common(
            "cloth/guard.wgsl",
            wgsl!("cloth/guard.wgsl"),
            &[
                "aim",
                "fence",
                "slide_points",
                "slide_edges",
                "guard_points",
                "guard_edges",
                "agree",
                "check",
                "settle",
                "verify",
                "again",
                "commit",
                "commit_more",
                "draw",
                "commit_drawn",
            ],
        ),
        with_common(
            "cloth/coarse.wgsl",
            wgsl!("cloth/coarse.wgsl"),
            &["coarsen", "coarse"],
        ),
        with_common("cloth/marks.wgsl", wgsl!("cloth/marks.wgsl"), &["marks"]),
        with_common("cloth/finish.wgsl", wgsl!("cloth/finish.wgsl"), &["finish"]),
        alone(
            "cloth/normals.wgsl",
            wgsl!("cloth/normals.wgsl"),
            &["normals"],
        ),
        alone(
            "cloth/emit_vertices.wgsl",
            wgsl!("cloth/emit_vertices.wgsl"),
            &["emit_vertices"],
        ),
        alone(
            "body/skin_body.wgsl",
            wgsl!("body/skin_body.wgsl"),
            &["skin_body"],
        ),
        alone("body/flesh.wgsl", wgsl!("body/flesh.wgsl"), &["give_way"]),
        alone(
            "body/emit_skin.wgsl",
            wgsl!("body/emit_skin.wgsl"),
            &["emit_skin"],
        ),
    ]
}

/// Compiled kernels; holds no simulation state.
#[derive(Clone, Debug)]
pub struct ClothPipelines {
    /// Whether the device is a processor that plays a GPU.
    pub(crate) on_cpu: bool,
    pub(crate) main_layout: wgpu::BindGroupLayout,
    pub(crate) normals_layout: wgpu::BindGroupLayout,
    pub(crate) emit_layout: wgpu::BindGroupLayout,
    pub(crate) skin_layout: wgpu::BindGroupLayout,
    pub(crate) flesh_layout: wgpu::BindGroupLayout,
    pub(crate) emit_skin_layout: wgpu::BindGroupLayout,
    pub(crate) pose: wgpu::ComputePipeline,
    pub(crate) predict: wgpu::ComputePipeline,
    pub(crate) scan: wgpu::ComputePipeline,
    pub(crate) scatter: wgpu::ComputePipeline,
    pub(crate) room: wgpu::ComputePipeline,
    pub(crate) contact: wgpu::ComputePipeline,
    pub(crate) project: wgpu::ComputePipeline,
    pub(crate) elements: wgpu::ComputePipeline,
    pub(crate) touch_points: wgpu::ComputePipeline,
    pub(crate) touch_edges: wgpu::ComputePipeline,
    pub(crate) assemble: wgpu::ComputePipeline,
    pub(crate) gather: wgpu::ComputePipeline,
    pub(crate) multiply: wgpu::ComputePipeline,
    pub(crate) update: wgpu::ComputePipeline,
    pub(crate) coarsen: wgpu::ComputePipeline,
    pub(crate) coarse: wgpu::ComputePipeline,
    pub(crate) finish: wgpu::ComputePipeline,
    pub(crate) boxes: wgpu::ComputePipeline,
    pub(crate) boxes_now: wgpu::ComputePipeline,
    pub(crate) refit_low: wgpu::ComputePipeline,
    pub(crate) refit_top: wgpu::ComputePipeline,
    pub(crate) find_points: wgpu::ComputePipeline,
    pub(crate) find_edges: wgpu::ComputePipeline,
    pub(crate) find_crossings: wgpu::ComputePipeline,
    pub(crate) untangle_start: wgpu::ComputePipeline,
    pub(crate) untangle_clear: wgpu::ComputePipeline,
    pub(crate) tangles: wgpu::ComputePipeline,
    pub(crate) aim: wgpu::ComputePipeline,
    pub(crate) fence: wgpu::ComputePipeline,
    pub(crate) slide_points: wgpu::ComputePipeline,
    pub(crate) slide_edges: wgpu::ComputePipeline,
    pub(crate) guard_points: wgpu::ComputePipeline,
    pub(crate) guard_edges: wgpu::ComputePipeline,
    pub(crate) agree: wgpu::ComputePipeline,
    pub(crate) check: wgpu::ComputePipeline,
    pub(crate) settle: wgpu::ComputePipeline,
    pub(crate) verify: wgpu::ComputePipeline,
    pub(crate) again: wgpu::ComputePipeline,
    pub(crate) commit: wgpu::ComputePipeline,
    pub(crate) commit_more: wgpu::ComputePipeline,
    pub(crate) draw: wgpu::ComputePipeline,
    pub(crate) commit_drawn: wgpu::ComputePipeline,
    pub(crate) marks: wgpu::ComputePipeline,
    pub(crate) normals: wgpu::ComputePipeline,
    pub(crate) emit: wgpu::ComputePipeline,
    pub(crate) skin: wgpu::ComputePipeline,
    pub(crate) give_way: wgpu::ComputePipeline,
    pub(crate) emit_skin: wgpu::ComputePipeline,
}

#[derive(Clone, Copy)]
enum Slot {
    Uniform,
    DynamicUniform,
    Read,
    Write,
}

fn bind_layout(device: &wgpu::Device, label: &str, slots: &[Slot]) -> wgpu::BindGroupLayout {
    let entries: Vec<wgpu::BindGroupLayoutEntry> = slots
        .iter()
        .enumerate()
        .map(|(k, slot)| wgpu::BindGroupLayoutEntry {
            binding: k as u32,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: wgpu::BindingType::Buffer {
                ty: match slot {
                    Slot::Uniform | Slot::DynamicUniform => wgpu::BufferBindingType::Uniform,
                    Slot::Read => wgpu::BufferBindingType::Storage { read_only: true },
                    Slot::Write => wgpu::BufferBindingType::Storage { read_only: false },
                },
                has_dynamic_offset: matches!(slot, Slot::DynamicUniform),
                min_binding_size: None,
            },
            count: None,
        })
        .collect();
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some(label),
        entries: &entries,
    })
}

impl ClothPipelines {
    /// Compiles all kernels.
    ///
    /// # Errors
    /// [`ClothError::Shader`] when the device refuses one.
    pub fn new(device: &wgpu::Device) -> Result<Self, ClothError> {
        use Slot::{DynamicUniform, Read, Uniform, Write};
        let main_layout = bind_layout(
            device,
            "cloth",
            &[
                DynamicUniform,
                Uniform,
                Read,
                Read,
                Write,
                Write,
                Write,
                Read,
                Write,
            ],
        );
        let normals_layout = bind_layout(device, "cloth normals", &[Uniform, Read, Read, Write]);
        let emit_layout = bind_layout(
            device,
            "cloth emit",
            &[Uniform, Read, Read, Read, Write, Read],
        );
        let skin_layout = bind_layout(device, "cloth skin", &[Uniform, Read, Read, Write]);
        let flesh_layout = bind_layout(
            device,
            "flesh",
            &[Uniform, Read, Read, Read, Read, Read, Write],
        );
        let emit_skin_layout = bind_layout(device, "skin emit", &[Uniform, Read, Read, Write]);
        let sources = shader_sources();
        let make = |entry: &'static str, layout: &wgpu::BindGroupLayout| {
            let shader =
                sources
                    .iter()
                    .find(|s| s.entries.contains(&entry))
                    .ok_or(ClothError::Shader {
                        shader: entry,
                        reason: "no shader has this entry point".into(),
                    })?;
            let scope = device.push_error_scope(wgpu::ErrorFilter::Validation);
            let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
                label: Some(shader.file),
                source: wgpu::ShaderSource::Wgsl(shader.source.as_str().into()),
            });
            let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                label: Some(entry),
                bind_group_layouts: &[Some(layout)],
                immediate_size: 0,
            });
            let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(entry),
                layout: Some(&pipeline_layout),
                module: &module,
                entry_point: Some(entry),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                cache: None,
            });
            match pollster::block_on(scope.pop()) {
                Some(e) => Err(ClothError::Shader {
                    shader: shader.file,
                    reason: e.to_string(),
                }),
                None => Ok(pipeline),
            }
        };
        Ok(Self {
            on_cpu: device.adapter_info().device_type == wgpu::DeviceType::Cpu,
            pose: make("pose", &main_layout)?,
            predict: make("predict", &main_layout)?,
            scan: make("scan", &main_layout)?,
            scatter: make("scatter", &main_layout)?,
            room: make("room", &main_layout)?,
            contact: make("contact", &main_layout)?,
            project: make("project", &main_layout)?,
            elements: make("elements", &main_layout)?,
            touch_points: make("touch_points", &main_layout)?,
            touch_edges: make("touch_edges", &main_layout)?,
            assemble: make("assemble", &main_layout)?,
            gather: make("gather", &main_layout)?,
            multiply: make("multiply", &main_layout)?,
            update: make("update", &main_layout)?,
            coarsen: make("coarsen", &main_layout)?,
            coarse: make("coarse", &main_layout)?,
            finish: make("finish", &main_layout)?,
            boxes: make("boxes", &main_layout)?,
            boxes_now: make("boxes_now", &main_layout)?,
            refit_low: make("refit_low", &main_layout)?,
            refit_top: make("refit_top", &main_layout)?,
            find_points: make("find_points", &main_layout)?,
            find_edges: make("find_edges", &main_layout)?,
            find_crossings: make("find_crossings", &main_layout)?,
            untangle_start: make("untangle_start", &main_layout)?,
            untangle_clear: make("untangle_clear", &main_layout)?,
            tangles: make("tangles", &main_layout)?,
            aim: make("aim", &main_layout)?,
            fence: make("fence", &main_layout)?,
            slide_points: make("slide_points", &main_layout)?,
            slide_edges: make("slide_edges", &main_layout)?,
            guard_points: make("guard_points", &main_layout)?,
            guard_edges: make("guard_edges", &main_layout)?,
            agree: make("agree", &main_layout)?,
            check: make("check", &main_layout)?,
            settle: make("settle", &main_layout)?,
            verify: make("verify", &main_layout)?,
            again: make("again", &main_layout)?,
            commit: make("commit", &main_layout)?,
            commit_more: make("commit_more", &main_layout)?,
            draw: make("draw", &main_layout)?,
            commit_drawn: make("commit_drawn", &main_layout)?,
            marks: make("marks", &main_layout)?,
            normals: make("normals", &normals_layout)?,
            emit: make("emit_vertices", &emit_layout)?,
            skin: make("skin_body", &skin_layout)?,
            give_way: make("give_way", &flesh_layout)?,
            emit_skin: make("emit_skin", &emit_skin_layout)?,
            main_layout,
            normals_layout,
            emit_layout,
            skin_layout,
            flesh_layout,
            emit_skin_layout,
        })
    }
}
