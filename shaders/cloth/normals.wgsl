// Vertex normals: area-weighted sum over the triangles of a particle.
// Bindings: 0 counts, 1 topology, 2 positions (vec4), 3 normals (vec4).
// Dispatch: one thread per particle. CPU twin: cpu::elastic::vertex_normals.
struct Counts {
    n: u32,
    t_tri: u32,
    t_vtri: u32,
    pad: u32,
}

@group(0) @binding(0) var<uniform> counts: Counts;
@group(0) @binding(1) var<storage, read> topo: array<u32>;
@group(0) @binding(2) var<storage, read> pos: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> nrm: array<vec4<f32>>;

@compute @workgroup_size(64)
fn normals(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if (i >= counts.n) {
        return;
    }
    var sum = vec3(0.0);
    let from_ = topo[counts.t_vtri + i];
    let to = topo[counts.t_vtri + i + 1u];
    for (var q = from_; q < to; q++) {
        let k = counts.t_tri + 3u * (topo[q] >> 2u);
        let a = pos[topo[k]].xyz;
        sum += cross(pos[topo[k + 1u]].xyz - a, pos[topo[k + 2u]].xyz - a);
    }
    let l = length(sum);
    nrm[i] = vec4(select(vec3(0.0, 1.0, 0.0), sum / l, l > 1e-20), 0.0);
}
