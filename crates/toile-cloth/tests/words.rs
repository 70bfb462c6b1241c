//! The small uniforms that the solver fills word by word, without a struct of
//! their own, hold one word per member and nothing between.

use naga::TypeInner;
use toile_cloth::shader_sources;

/// Members of the one uniform of a kernel with their first word, and the words in all.
fn words(file: &str) -> (Vec<(String, u32)>, u32) {
    let shader = shader_sources()
        .into_iter()
        .find(|s| s.file == file)
        .unwrap_or_else(|| panic!("no kernel {file}"));
    let module = naga::front::wgsl::parse_str(&shader.source)
        .unwrap_or_else(|e| panic!("{}", e.emit_to_string(&shader.source)));
    let (_, uniform) = module
        .global_variables
        .iter()
        .find(|(_, g)| g.space == naga::AddressSpace::Uniform)
        .expect("the kernel has a uniform");
    let TypeInner::Struct { members, span } = &module.types[uniform.ty].inner else {
        panic!("{file}: the uniform is no struct")
    };
    let members = members
        .iter()
        .map(|m| (m.name.clone().unwrap_or_default(), m.offset / 4))
        .collect();
    (members, span / 4)
}

fn assert_words(file: &str, expected: &[(&str, u32)], count: u32) {
    let (members, span) = words(file);
    let members: Vec<(&str, u32)> = members.iter().map(|(n, w)| (n.as_str(), *w)).collect();
    assert_eq!(members, expected, "{file}");
    assert_eq!(span, count, "{file}");
}

#[test]
fn the_numbers_for_normals_are_four_words() {
    assert_words(
        "cloth/normals.wgsl",
        &[("n", 0), ("t_tri", 1), ("t_vtri", 2), ("pad", 3)],
        4,
    );
}

#[test]
fn the_numbers_for_skinning_are_four_words() {
    assert_words(
        "body/skin_body.wgsl",
        &[("count", 0), ("target_at", 1), ("joint_at", 2), ("pad", 3)],
        4,
    );
}

#[test]
fn the_numbers_for_emitting_vertices_are_twelve_words() {
    assert_words(
        "cloth/emit_vertices.wgsl",
        &[
            ("base", 0),
            ("stride", 1),
            ("normal_at", 2),
            ("count", 3),
            ("offset", 4),
            ("particles", 7),
            ("mark", 8),
            ("mark_at", 9),
        ],
        12,
    );
}
