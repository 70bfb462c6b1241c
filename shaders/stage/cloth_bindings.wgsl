#define_import_path toile::cloth_bindings

// What a fabric is, as src/stage/fabric/material.rs writes it.
//
// Purpose: shared by fabric.wgsl and holes.wgsl.
// Bindings: material group 100; everything else of the group is Bevy's StandardMaterial.

struct Fabric {
    // Linear albedo of the warp; w: the weave, as weave.wgsl counts.
    warp: vec4<f32>,
    // Linear albedo of the weft; w: slope of a yarn's side.
    weft: vec4<f32>,
    // Linear albedo of the wrong side; w: share of warp on the face.
    back: vec4<f32>,
    // f0 of the fibres; w: roughness along them.
    glint: vec4<f32>,
    // Colour of the fuzz; w: 1 of what is worn.
    sheen: vec4<f32>,
    // x: distance between warp threads (across), y: between picks, m.
    // z: roughness across yarns one by one, w: all together.
    pitch: vec4<f32>,
    // x: what is shown, as ClothView in src/stage/fabric/view.rs counts; y: share of
    // diffuse light that goes through; z: share of light that is stopped; w: weight of
    // glints at grazing angles.
    more: vec4<f32>,
    // Colour of the stitches; w: depth of the hem, m.
    stitch: vec4<f32>,
    // x: distance of topstitches from seams, 0 for none, m; y: unevenness of the yarn;
    // z, w: 1 where a picture is printed on the right and on the wrong side.
    make: vec4<f32>,
    // From metres of cloth to the place in those pictures: two rows of a matrix.
    print: vec4<f32>,
    // What pictures are dyed with: albedo of fuzz and of glints at 8 degrees, what they
    // leave, and how much of the glints is in a colour as it was measured.
    ground: vec4<f32>,
    // By the cosine of the view, eight entries each. Directional albedo: glints for f0 along
    // and across the yarn, white glints along and across, what glints send more between
    // both, and fuzz; then how the lobe of the fuzz is pressed, and how it leans.
    tables: array<vec4<f32>, 16>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(100) var<uniform> fabric: Fabric;
