//! Every shader is valid WGSL and agrees with its Rust mirror.

use naga::{TypeInner, valid};
use toile_cloth::{layout, shader_sources};

fn parse(source: &str) -> naga::Module {
    naga::front::wgsl::parse_str(source).unwrap_or_else(|e| panic!("{}", e.emit_to_string(source)))
}

#[test]
fn every_shader_validates_within_the_default_limits() {
    for shader in shader_sources() {
        let module = parse(&shader.source);
        valid::Validator::new(valid::ValidationFlags::all(), valid::Capabilities::empty())
            .validate(&module)
            .unwrap_or_else(|e| panic!("{}: {e:?}", shader.file));
        for entry in shader.entries {
            assert!(
                module.entry_points.iter().any(|e| e.name == *entry),
                "{} has no entry {entry}",
                shader.file
            );
        }
        let storage = module
            .global_variables
            .iter()
            .filter(|(_, g)| matches!(g.space, naga::AddressSpace::Storage { .. }))
            .count();
        assert!(
            storage <= 8,
            "{} binds {storage} storage buffers",
            shader.file
        );
    }
}

#[test]
fn every_shader_file_is_used() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shaders/");
    let known: Vec<&str> = shader_sources().iter().map(|s| s.file).collect();
    for file in std::fs::read_dir(format!("{root}cloth")).expect("the folder of the cloth shaders")
    {
        let name = file
            .expect("a readable entry")
            .file_name()
            .into_string()
            .expect("a plain name");
        assert!(
            name == "common.wgsl" || known.contains(&format!("cloth/{name}").as_str()),
            "{name} is compiled nowhere"
        );
    }
}

fn members(module: &naga::Module, name: &str) -> (Vec<(String, usize)>, usize) {
    let (_, ty) = module
        .types
        .iter()
        .find(|(_, t)| t.name.as_deref() == Some(name))
        .unwrap_or_else(|| panic!("no struct {name}"));
    let TypeInner::Struct { members, span } = &ty.inner else {
        panic!("{name} is no struct")
    };
    let list = members
        .iter()
        .map(|m| (m.name.clone().unwrap_or_default(), m.offset as usize))
        .collect();
    (list, *span as usize)
}

#[test]
fn uniform_structs_have_the_same_layout_in_rust_and_wgsl() {
    let shader = &shader_sources()[0];
    let module = parse(&shader.source);
    let (step, span) = members(&module, "Step");
    assert_eq!(span, size_of::<layout::Step>());
    for (name, offset) in layout::step_fields() {
        assert!(
            step.contains(&(name.to_owned(), offset)),
            "Step.{name} is not at {offset}: {step:?}"
        );
    }
    let (wgsl, span) = members(&module, "Layout");
    assert_eq!(span, size_of::<layout::Layout>());
    let rust: Vec<(String, usize)> = layout::layout_fields()
        .into_iter()
        .map(|(n, o)| (n.to_owned(), o))
        .collect();
    assert_eq!(wgsl, rust);
}
