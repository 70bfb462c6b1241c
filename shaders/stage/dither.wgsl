#define_import_path toile::dither

// Noise for choosing by chance from pixel to pixel.
//
// Purpose: pure functions; no bindings, no entry points, no CPU twin: it draws only.

// A number from 0, less than 1, that is even among the neighbours of a pixel (Jimenez
// 2014, "Next generation post processing in Call of Duty").
fn even(frag: vec2<f32>) -> f32 {
    return fract(52.9829189 * fract(dot(frag, vec2(0.06711056, 0.00583715))));
}

// The same, another one in every frame.
fn even_in_time(frag: vec2<f32>, frame: u32) -> f32 {
    return even(frag + 5.588238 * f32(frame % 64u));
}
