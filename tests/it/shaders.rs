//! The stage's shaders, composed with Bevy's own and validated without a GPU.
//!
//! They are not plain WGSL: they import Bevy's physically based material and
//! depend on shader definitions. Bevy's shader cache composes them here as it
//! does for the renderer; where the renderer would hand the module to a
//! driver, naga validates it.

use bevy::{
    asset::uuid::Uuid,
    audio::AudioPlugin,
    log::LogPlugin,
    platform::collections::HashSet,
    prelude::*,
    render::{
        RenderPlugin,
        settings::{RenderCreation, WgpuSettings},
    },
    shader::{
        ShaderCache, ShaderCacheError, ShaderCacheSource, ShaderDefVal, ShaderImport,
        ValidateShader,
    },
    winit::WinitPlugin,
};
use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};
use std::{
    path::Path,
    sync::LazyLock,
    time::{Duration, Instant},
};

/// How long Bevy may take to read the shaders that it embeds.
const PATIENCE: Duration = Duration::from_secs(60);

/// The definitions of Bevy's mesh pipeline for a garment: what its mesh holds
/// and what the stage's camera asks for.
const GARMENT: [&str; 11] = [
    "MESH_PIPELINE",
    "VERTEX_OUTPUT_INSTANCE_INDEX",
    "VERTEX_POSITIONS",
    "VERTEX_NORMALS",
    "VERTEX_UVS",
    "VERTEX_UVS_A",
    "VERTEX_COLORS",
    "VIEW_PROJECTION_PERSPECTIVE",
    "DISTANCE_FOG",
    "SHADOW_FILTER_METHOD_HARDWARE_2X2",
    "IRRADIANCE_VOLUMES_ARE_USABLE",
];

/// What the pipeline adds by frame and by machine.
const CASES: [(&str, &[&str]); 5] = [
    ("before the venue's light is there", &[]),
    ("with a view's marks", &["ENVIRONMENT_MAP", "VERTEX_UVS_B"]),
    ("under the venue's light", &["ENVIRONMENT_MAP"]),
    (
        "with folds shaded",
        &["ENVIRONMENT_MAP", "SCREEN_SPACE_AMBIENT_OCCLUSION"],
    ),
    (
        "on a device with arrays of textures",
        &[
            "ENVIRONMENT_MAP",
            "MULTIPLE_LIGHT_PROBES_IN_ARRAY",
            "MULTIPLE_LIGHTMAPS_IN_ARRAY",
            "CLUSTERED_DECALS_ARE_USABLE",
        ],
    ),
];

fn definitions(case: &[&str]) -> Vec<ShaderDefVal> {
    let number = |name: &str, value| ShaderDefVal::UInt(name.into(), value);
    GARMENT
        .iter()
        .chain(case)
        .map(|name| ShaderDefVal::from(*name))
        .chain([
            number("MATERIAL_BIND_GROUP", 3),
            number("TONEMAPPING_LUT_TEXTURE_BINDING_INDEX", 18),
            number("TONEMAPPING_LUT_SAMPLER_BINDING_INDEX", 19),
            ShaderDefVal::Int("SCREEN_SPACE_SPECULAR_TRANSMISSION_BLUR_TAPS".into(), 4),
        ])
        .collect()
}

/// Bevy's default plugins with neither a window nor a graphics card.
fn bevy_without_a_gpu() -> App {
    let no_backend = WgpuSettings {
        backends: None,
        ..default()
    };
    let mut app = App::new();
    app.add_plugins(
        DefaultPlugins
            .set(RenderPlugin {
                render_creation: RenderCreation::Automatic(Box::new(no_backend)),
                ..default()
            })
            .set(WindowPlugin {
                primary_window: None,
                ..default()
            })
            .disable::<WinitPlugin>()
            .disable::<AudioPlugin>()
            .disable::<LogPlugin>(),
    );
    app.finish();
    app.cleanup();
    app
}

/// An import of `shader`, direct or not, that is not among `known`.
fn missing_import(shader: &Shader, known: &Assets<Shader>) -> Option<ShaderImport> {
    let mut seen = HashSet::new();
    let mut open = shader.imports.clone();
    while let Some(import) = open.pop() {
        if !seen.insert(import.clone()) {
            continue;
        }
        match known.iter().find(|(_, s)| s.import_path == import) {
            Some((_, found)) => open.extend(found.imports.iter().cloned()),
            None => return Some(import),
        }
    }
    None
}

/// Whether a shader is there to be imported.
fn is_library(shader: &Shader) -> bool {
    matches!(shader.import_path, ShaderImport::Custom(_))
}

/// The files under `shaders/stage`: (name, text).
fn stage_files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("shaders/stage");
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

/// Bevy's embedded shaders, at least all that the stage's import.
static LIBRARY: LazyLock<Vec<(AssetId<Shader>, Shader)>> = LazyLock::new(|| {
    let wanted: Vec<Shader> = stage_files()
        .into_iter()
        .map(|(name, text)| Shader::from_wgsl(text, name))
        .collect();
    let mut app = bevy_without_a_gpu();
    let started = Instant::now();
    // Kept, or they would be dropped again.
    let mut own = app.world_mut().resource_mut::<Assets<Shader>>();
    let _kept: Vec<Handle<Shader>> = wanted
        .iter()
        .filter(|shader| is_library(shader))
        .map(|shader| own.add(shader.clone()))
        .collect();
    loop {
        app.update();
        let known = app.world().resource::<Assets<Shader>>();
        let Some(missing) = wanted.iter().find_map(|s| missing_import(s, known)) else {
            return known.iter().map(|(id, s)| (id, s.clone())).collect();
        };
        assert!(
            started.elapsed() < PATIENCE,
            "no plugin of Bevy provides {missing:?}"
        );
        std::thread::sleep(Duration::from_millis(2));
    }
});

fn validate(
    _: &(),
    source: ShaderCacheSource<'_>,
    _: &ValidateShader,
) -> Result<ModuleInfo, ShaderCacheError> {
    let ShaderCacheSource::Naga(module) = source else {
        return Err(ShaderCacheError::CreateShaderModule("it is no WGSL".into()));
    };
    Validator::new(ValidationFlags::all(), capabilities())
        .validate(&module)
        .map_err(|error| ShaderCacheError::CreateShaderModule(error.emit_to_string("")))
}

/// What WebGPU grants everywhere, and the arrays of textures that Bevy uses
/// where a device has them.
fn capabilities() -> Capabilities {
    Capabilities::default()
        // Packing halves is in the language itself.
        | Capabilities::SHADER_FLOAT16_IN_FLOAT32
        | Capabilities::TEXTURE_AND_SAMPLER_BINDING_ARRAY
        | Capabilities::TEXTURE_AND_SAMPLER_BINDING_ARRAY_NON_UNIFORM_INDEXING
}

/// Composes and validates the text of a stage shader.
fn check(file: &str, text: &str, case: &[&str]) -> Result<(), String> {
    let mut cache = ShaderCache::<ModuleInfo, ()>::new(
        (),
        wgpu::Features::TEXTURE_BINDING_ARRAY
            | wgpu::Features::SAMPLED_TEXTURE_AND_STORAGE_BUFFER_ARRAY_NON_UNIFORM_INDEXING,
        wgpu::DownlevelFlags::all(),
        validate,
    );
    for (id, shader) in LIBRARY.iter() {
        let mut shader = shader.clone();
        // The renderer tells every shader what the device can bind.
        let buffers = wgpu::Limits::default().max_storage_buffers_per_shader_stage;
        let name = "AVAILABLE_STORAGE_BUFFER_BINDINGS".into();
        shader.shader_defs.push(ShaderDefVal::UInt(name, buffers));
        cache.set_shader(*id, shader);
    }
    let id = AssetId::<Shader>::from(Uuid::from_u128(1));
    cache.set_shader(id, Shader::from_wgsl(text.to_owned(), file.to_owned()));
    match cache.get(0, id, &definitions(case)) {
        Ok(_) => Ok(()),
        Err(ShaderCacheError::ProcessShaderError(error)) => {
            Err(error.emit_to_string(&cache.composer))
        }
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn every_stage_shader_validates_in_every_case_it_is_drawn_in() {
    let drawn = |(_, text): &(String, String)| !text.starts_with("#define_import_path");
    for (file, text) in stage_files().into_iter().filter(drawn) {
        for (case, extra) in CASES {
            check(&file, &text, extra).unwrap_or_else(|error| panic!("{file} {case}: {error}"));
        }
    }
}

#[test]
fn surfaces_are_drawn_of_bodies_as_of_cloth() {
    let (file, text) = stage_files()
        .into_iter()
        .find(|(name, _)| name == "surfaces.wgsl")
        .expect("the shader of surfaces is there");
    for case in [
        &["SKINNED"][..],
        &["SKINNED", "MORPH_TARGETS"],
        &["MORPH_TARGETS"],
    ] {
        check(&file, &text, case).unwrap_or_else(|error| panic!("{file} {case:?}: {error}"));
    }
}

#[test]
fn eyes_and_hair_are_drawn_as_skin_is() {
    let (file, text) = stage_files()
        .into_iter()
        .find(|(name, _)| name == "person.wgsl")
        .expect("the shader of people is there");
    for part in ["EYES", "STRANDS"] {
        for (_, extra) in CASES {
            let case = [extra, &[part]].concat();
            check(&file, &text, &case).unwrap_or_else(|error| panic!("{file} {case:?}: {error}"));
        }
    }
}

#[test]
fn cloth_with_holes_and_hair_are_drawn_ahead_and_for_lamps() {
    let ahead = ["NORMAL_PREPASS", "NORMAL_PREPASS_OR_DEFERRED_PREPASS"];
    let files: Vec<_> = stage_files()
        .into_iter()
        .filter(|(name, _)| name.ends_with("_prepass.wgsl"))
        .collect();
    assert_eq!(files.len(), 2, "of cloth and of people");
    for (file, text) in files {
        for case in [
            &["PREPASS_PIPELINE", "MAY_DISCARD"][..],
            &["PREPASS_PIPELINE", "PREPASS_FRAGMENT", ahead[0], ahead[1]],
            &[
                "PREPASS_PIPELINE",
                "PREPASS_FRAGMENT",
                "MAY_DISCARD",
                ahead[0],
                ahead[1],
            ],
        ] {
            check(&file, &text, case).unwrap_or_else(|error| panic!("{file} {case:?}: {error}"));
        }
    }
}

#[test]
fn a_mistake_in_a_stage_shader_is_found() {
    let (file, text) = stage_files()
        .into_iter()
        .find(|(name, _)| name == "fabric.wgsl")
        .expect("the fabric's shader is there");
    for (right, wrong, words) in [
        ("fabric.pitch.xy", "fabric.pitches.xy", "pitches"),
        ("pbr_fragment::", "pbr_fragments::", "import"),
        ("var cover = ", "var cover: bool = ", "cover"),
    ] {
        assert!(text.contains(right), "{file} has no '{right}'");
        let error = check(&file, &text.replacen(right, wrong, 1), &[]).unwrap_err();
        assert!(error.contains(words), "{error}");
    }
}
