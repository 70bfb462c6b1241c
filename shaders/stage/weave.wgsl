#define_import_path toile::weave

// Threads at their real size, from the pattern coordinates.
//
// Purpose: pure functions for fabric.wgsl; no bindings, no entry points. What is
//   smaller than two pixels melts into its average, each structure by its own size:
//   yarns first, the lines of a twill or a rib later, so nothing shimmers from afar
//   and nothing repeats from near. No CPU twin: it draws and computes no physics.

const PLAIN: i32 = 0;
const TWILL: i32 = 1;
const SATIN: i32 = 2;
const KNIT: i32 = 3;
const LEATHER: i32 = 4;
const RIB: i32 = 5;
const PILE: i32 = 6;
const LACE: i32 = 7;
const SEQUIN: i32 = 8;
const FLEECE: i32 = 9;

struct Threads {
    // Slope of the surface along weft and warp.
    tilt: vec2<f32>,
    // How much of what is seen is warp.
    share: f32,
    // What lies deep between the threads is darker; 1 on average.
    shade: f32,
    // Share of the light that is stopped; 1 for closed cloth.
    cover: f32,
    // How far single threads are seen: 1 near, 0 far.
    near: f32,
}

// Two even numbers below 1 for a cell (pcg2d of Jarzynski and Olano 2020, "Hash
// functions for GPU rendering").
fn scatter(cell: vec2<i32>) -> vec2<f32> {
    var v = bitcast<vec2<u32>>(cell) * 1664525u + 1013904223u;
    v.x += v.y * 1664525u;
    v.y += v.x * 1664525u;
    v ^= v >> vec2(16u);
    v.x += v.y * 1664525u;
    v.y += v.x * 1664525u;
    v ^= v >> vec2(16u);
    return vec2<f32>(v >> vec2(8u)) / 16777216.0;
}

// Smooth noise, 0 to 1.
fn noise(p: vec2<f32>) -> f32 {
    let i = vec2<i32>(floor(p));
    let f = fract(p);
    let u = f * f * (3.0 - 2.0 * f);
    let below = mix(scatter(i).x, scatter(i + vec2(1, 0)).x, u.x);
    let above = mix(scatter(i + vec2(0, 1)).x, scatter(i + vec2(1, 1)).x, u.x);
    return mix(below, above, u.y);
}

// Slopes of something bumpy, -1 to 1, along no direction in particular: two noises that
// are turned against the threads and each other.
fn bumps(p: vec2<f32>) -> vec2<f32> {
    let a = vec2(0.8 * p.x - 0.6 * p.y, 0.6 * p.x + 0.8 * p.y);
    let b = vec2(0.3 * p.x + 0.95 * p.y, 0.3 * p.y - 0.95 * p.x) * 1.9;
    return vec2(
        noise(a) + 0.5 * noise(b + 7.0),
        noise(a + 31.0) + 0.5 * noise(b + 53.0),
    ) * 1.3333 - 1.0;
}

// How well something `period` threads wide is seen at `foot` threads a pixel.
fn seen(foot: f32, period: f32) -> f32 {
    return 1.0 - smoothstep(0.25, 0.6, foot / period);
}

// Crossings of a weave that repeats after `ends` threads and moves on by `step_`.
fn woven(t: vec2<f32>, slope: f32, ends: i32, step_: i32, share: f32, foot: f32) -> Threads {
    let cell = vec2<i32>(floor(t));
    let local = fract(t) - 0.5;
    let turn = (((cell.x * step_ + cell.y) % ends) + ends) % ends;
    // The weft is on top once in every repeat.
    let warp_up = turn != 0;
    let near = seen(foot, 1.0);
    var out = Threads(vec2(0.0), share, 1.0, 1.0, near);
    // Round across, and under its neighbours at both ends.
    let across = select(local.yx, local, warp_up);
    let fall = vec2(2.0 * across.x, 0.8 * across.y) * slope;
    out.tilt = select(fall.yx, fall, warp_up) * near;
    // Long floats close over the weft but for a spot.
    let spot = mix(0.6, 0.3, smoothstep(0.5, 0.9, share));
    let open_ = 1.0 - smoothstep(spot - 0.06, spot + 0.06, max(abs(local.x), abs(local.y)));
    out.share = mix(share, select(1.0 - open_, 1.0, warp_up), near);
    let deep = 4.0 * across.x * across.x;
    out.shade = 1.0 - near * 0.35 * slope * (deep - 0.333);
    // Diagonal lines that the floats of a twill make.
    if (step_ == 1 && ends > 2) {
        let period = f32(ends);
        let lines = seen(foot, 0.7 * period) * (1.0 - near);
        let phase = 6.2831853 * (t.x + t.y) / period;
        out.tilt += vec2(0.3 * slope * sin(phase)) * lines;
        out.share += 0.25 * lines * cos(phase + 3.14159);
        out.shade *= 1.0 - 0.12 * lines * cos(phase);
    }
    return out;
}

// Wales of V-shaped loops.
fn knitted(t: vec2<f32>, slope: f32, share: f32, foot: f32) -> Threads {
    let near = seen(foot, 1.0);
    let x = fract(t.x) - 0.5;
    let side = select(1.0, -1.0, x < 0.0);
    let leg = abs(x) - 0.25;
    let along = fract(t.y + 0.9 * abs(x)) - 0.5;
    var out = Threads(vec2(0.0), share, 1.0, 1.0, near);
    out.tilt = vec2(side * leg * 3.0, along * 1.4) * slope * near;
    out.shade = 1.0 - near * 0.5 * slope * (8.0 * leg * leg + 2.0 * along * along - 0.333);
    return out;
}

// Cells of a grain: pebbles round a scattered point each.
fn pebbled(t: vec2<f32>, slope: f32, foot: f32) -> Threads {
    let near = seen(foot, 1.0);
    let base = vec2<i32>(floor(t));
    var first = 9.0;
    var second = 9.0;
    var away = vec2(0.0);
    for (var y = -1; y <= 1; y++) {
        for (var x = -1; x <= 1; x++) {
            let cell = base + vec2(x, y);
            let d = t - vec2<f32>(cell) - 0.15 - 0.7 * scatter(cell);
            let e = dot(d, d);
            if (e < first) {
                second = first;
                first = e;
                away = d;
            } else {
                second = min(second, e);
            }
        }
    }
    let valley = 1.0 - smoothstep(0.0, 0.25, sqrt(second) - sqrt(first));
    let fold = bumps(t * 0.05);
    var out = Threads(vec2(0.0), 1.0, 1.0, 1.0, near);
    out.tilt = (away * (0.6 + 2.4 * valley)) * slope * near + fold * slope * 0.2;
    out.shade = 1.0 - near * 0.3 * (valley - 0.3);
    return out;
}

// Discs sewn on in rows, each overlapping the row below and hanging its own way.
fn spangled(t: vec2<f32>, slope: f32, foot: f32) -> Threads {
    let near = seen(foot, 1.0);
    var out = Threads(vec2(0.0), 1.0, 0.7, 1.0, near);
    let row = i32(floor(t.y / 0.75));
    for (var up = 1; up >= -1; up--) {
        let r = row + up;
        let shift = select(0.0, 0.5, (r & 1) != 0);
        let column = i32(floor(t.x - shift));
        let centre = vec2(f32(column) + 0.5 + shift, (f32(r) + 0.5) * 0.75);
        let d = t - centre;
        let reach = length(d);
        if (reach < 0.58) {
            let hang = scatter(vec2(column, r)) - 0.5;
            // A dished rim, a hole where the thread goes through.
            let hole = 1.0 - smoothstep(0.05, 0.09, length(d - vec2(0.0, 0.32)));
            out.tilt = (hang * 3.0 + d * smoothstep(0.35, 0.58, reach)) * slope * near;
            out.shade = mix(1.0, 1.05 - 0.75 * hole - 0.35 * smoothstep(0.5, 0.58, reach), near);
            break;
        }
    }
    return out;
}

// Flowers in closed work on a net of hexagons; `uv` in metres.
fn laced(uv: vec2<f32>, t: vec2<f32>, slope: f32, foot: f32) -> Threads {
    let near = seen(foot, 1.0);
    // The net: distance to the nearest of three families of lines, cut to hexagons.
    let s = vec2(1.0, 1.7320508);
    let a = t - s * round(t / s);
    let shifted = t - 0.5 * s;
    let b = shifted - s * round(shifted / s);
    let h = select(b, a, dot(a, a) < dot(b, b));
    let q = abs(h);
    let rim = 0.5 - max(q.x, 0.5 * q.x + 0.8660254 * q.y);
    let thread = 0.09;
    let net = mix(0.36, 1.0 - smoothstep(thread - 0.5 * foot, thread + 0.5 * foot, rim), near);
    // Flowers, every other row moved by half.
    let motif = 0.034;
    let row = floor(uv.y / motif);
    let place = vec2(uv.x / motif + 0.5 * (row - 2.0 * floor(0.5 * row)), uv.y / motif);
    let cell = vec2<i32>(floor(place));
    let jitter = scatter(cell);
    let p = fract(place) - 0.5 - 0.12 * (jitter - 0.5);
    let angle = atan2(p.y, p.x) + 6.28 * jitter.x;
    let reach = length(p) - (0.16 + 0.2 * sqrt(abs(cos(2.5 * angle))));
    let heart = length(p) - 0.06;
    let width = max(foot * 0.03, 0.012);
    let flower = (1.0 - smoothstep(-width, width, reach)) * smoothstep(-width, width, heart);
    let cord = 1.0 - smoothstep(0.0, 0.03, min(abs(reach + 0.02), abs(heart - 0.01)));
    var out = woven(t * 5.0, slope, 2, 1, 0.5, foot * 5.0);
    out.tilt += normalize(p + 1e-5) * cord * slope * 1.5 * sign(reach + 0.02);
    out.cover = max(max(net, 0.93 * flower), cord);
    out.shade *= 1.0 - 0.12 * flower * (0.5 - noise(t));
    out.near = near;
    return out;
}

// The threads of a construction at pattern coordinates `uv` (m) with `pitch` (m)
// between them, at `foot` threads a pixel; `share`: how much of the face is warp.
fn threads(kind: i32, uv: vec2<f32>, pitch: vec2<f32>, slope: f32, share: f32, foot: f32) -> Threads {
    let t = uv / pitch;
    if (kind == LEATHER) {
        return pebbled(t, slope, foot);
    }
    if (kind == SEQUIN) {
        return spangled(t, slope, foot);
    }
    if (kind == LACE) {
        return laced(uv, t, slope, foot);
    }
    if (kind == PILE || kind == FLEECE) {
        // Pile that was stroked this way and that.
        let lie = 0.6 * bumps(uv * 45.0) + 0.8 * bumps(uv * vec2(600.0, 250.0)) * seen(foot, 4.0);
        let fibre = noise(t * 2.0) - 0.5;
        let near = seen(foot, 1.0);
        return Threads(lie * slope + vec2(0.0, 0.1), 0.5, 1.0 + 0.25 * fibre * near, 1.0, near);
    }
    if (kind == KNIT) {
        return knitted(t, slope, share, foot);
    }
    if (kind == RIB) {
        // Two wales forward, two back.
        var out = knitted(t, slope, share, foot);
        let phase = 6.2831853 * t.x / 4.0;
        let ribs = seen(foot, 3.0);
        out.tilt += vec2(0.9 * sin(phase), 0.0) * ribs * slope;
        out.shade *= 1.0 + 0.22 * cos(phase) * ribs;
        return out;
    }
    if (kind == TWILL) {
        return woven(t, slope, select(3, 4, share > 0.75), 1, share, foot);
    }
    if (kind == SATIN) {
        return woven(t, slope, 5, 2, share, foot);
    }
    return woven(t, slope, 2, 1, share, foot);
}
