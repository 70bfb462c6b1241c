#define_import_path toile::holes

// What comes through cloth that is not closed: lace and sheers, pixel by pixel.
//
// Purpose: `cover`, how much of a pixel is cloth, and `stops`, whether this pixel of this
//   subframe is: by chance, so that the mean of many subframes is right in whatever order
//   layers lie. For fabric.wgsl and cloth_prepass.wgsl, which must agree. No entry points,
//   no CPU twin: it draws and computes no physics.

#import toile::{cloth_bindings::fabric, dither}

// Share of the light from `across` (its cosine to the cloth) that is stopped by cloth of
// which `closed` is thread: seen at a slant there is more thread and less gap. `edge`:
// distance to the nearest finished edge, m, where a hem lies double.
fn cover(closed: f32, edge: f32, across: f32) -> f32 {
    var open_ = 1.0 - fabric.more.z;
    if edge < fabric.stitch.w {
        open_ *= open_;
    }
    return closed * (1.0 - pow(max(open_, 0.0), 1.0 / max(across, 0.2)));
}

// Whether a pixel of cloth is there. `place`: of the subframe in the pixel, -0.5 to 0.5.
// Even from pixel to pixel and from subframe to subframe; the layers of a
// fold draw lots of their own, or the nearer would always hide the farther.
fn stops(cover: f32, frag: vec2<f32>, place: vec2<f32>, uv: vec2<f32>, front: bool) -> bool {
    let piece = (i32(floor(4.0 * uv.x)) + i32(floor(4.0 * uv.y))) & 1;
    let layer = f32(select(0, 1, front) + 2 * piece);
    let draw = select(place.y, place.x, front) + f32(piece) * (place.x + place.y);
    return cover >= fract(dither::even(frag) + draw + 0.5 + 0.37 * layer);
}
