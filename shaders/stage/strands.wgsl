#define_import_path toile::strands

// Which pixels of a ribbon of hair are hair.
//
// Purpose: for person.wgsl and person_prepass.wgsl, which must agree. No entry points,
//   no bindings, no CPU twin: it draws and computes no physics.

#import toile::dither

// Whether there is hair where `cover` of a pixel is. `place`: of the subframe in the
// pixel, -0.5 to 0.5. In frames that are exposed several times by chance, even from pixel
// to pixel and ribbon to ribbon, so that their mean has soft ends; a single
// exposure, and a lamp, would see the grain and is cut at half.
fn stops(cover: f32, frag: vec2<f32>, place: vec2<f32>, uv: vec2<f32>) -> bool {
    if all(place == vec2(0.0)) {
        return cover >= 0.5;
    }
    let ribbon = 0.618 * floor(48.0 * uv.x);
    return cover >= fract(dither::even(frag) + ribbon + place.x + 2.0 * place.y + 1.5);
}
