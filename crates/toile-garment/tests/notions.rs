//! Buttons, pressure, seam allowances and fusing: where they come to lie.

mod common;

use common::{body, refused};
use toile_garment::{Fit, GarmentFile, GarmentMesh, Notions, Pattern, build};

fn file(extra: &str) -> Result<GarmentFile, toile_garment::GarmentError> {
    let text = format!(
        r#"(version: 1, id: "skirt", name: "Skirt", cut: Block(CircleSkirt),
            params: (gather: Some(1.5)), fit: MadeToMeasure,
            fabric: "denim-12oz", layer: 0, {extra})"#
    );
    GarmentFile::from_ron(&text, "skirt.ron")
}

/// The garment's pattern, its mesh with edges of 15 mm, and what is added to it.
fn made(extra: &str) -> (Pattern, GarmentMesh, Notions) {
    let b = body("female_fashion");
    let g = file(extra).expect("a sound file");
    let p = g
        .pattern(&b.measures, Some(&Fit::MadeToMeasure), None)
        .expect("it drafts");
    let m = build(&p, 0.015, &b.landmarks).expect("it builds");
    let n = g.notions(&p, &m).expect("all names are there");
    (p, m, n)
}

fn middle(m: &GarmentMesh, t: usize) -> glam::Vec2 {
    m.triangles[t]
        .iter()
        .map(|&i| m.uv[i as usize])
        .sum::<glam::Vec2>()
        / 3.0
}

#[test]
fn a_garment_without_notions_gets_none() {
    let (_, m, n) = made("");
    assert_eq!(
        n,
        Notions {
            fused: vec![0; m.triangles.len()],
            ..Notions::default()
        }
    );
}

#[test]
fn fusing_covers_its_panel_and_its_strip_and_nothing_else() {
    let (p, m, n) = made(
        r#"fusing: [
            (on: Panel("waistband_front"), bending: 3e-4, stretch: 500.0),
            (on: Strip(panel: "waistband_back", edge: "upper", width: 0.02), bending: 1e-4),
        ]"#,
    );
    // The waistband is 35 mm high about y = 0: the strip ends 2 mm below its middle.
    let ends = 0.035 / 2.0 - 0.02;
    let mut counts = [0; 3];
    for (i, panel) in p.panels.iter().enumerate() {
        for t in m.panels[i].triangles.clone() {
            let t = t as usize;
            let expected = match panel.name.as_str() {
                "waistband_front" => 1,
                "waistband_back" if middle(&m, t).y >= ends => 2,
                _ => 0,
            };
            assert_eq!(n.fused[t], expected, "{} {}", panel.name, middle(&m, t));
            counts[expected as usize] += 1;
        }
    }
    assert!(counts.iter().all(|&c| c > 20), "{counts:?}");
}

#[test]
fn where_fusing_overlaps_the_later_counts() {
    let (_, m, n) = made(
        r#"fusing: [
            (on: Strip(panel: "waistband_back", edge: "upper", width: 0.02), bending: 1e-4),
            (on: Panel("waistband_back"), bending: 3e-4),
        ]"#,
    );
    let back = m
        .panels
        .iter()
        .find(|p| p.name == "waistband_back")
        .unwrap();
    assert!(back.triangles.clone().all(|t| n.fused[t as usize] == 2));
}

#[test]
fn pressure_lies_on_its_panels() {
    let (_, m, n) = made(r#"pressure: {"skirt_front": 12.5, "waistband_back": -3.0}"#);
    for panel in &m.panels {
        let expected = match panel.name.as_str() {
            "skirt_front" => 12.5,
            "waistband_back" => -3.0,
            _ => 0.0,
        };
        assert!(
            panel
                .triangles
                .clone()
                .all(|t| n.pressure[t as usize] == expected)
        );
    }
}

#[test]
fn allowances_follow_the_shorter_side_of_every_seam() {
    let (p, m, n) = made("allowance: Some((tension: 30.0, bending: 2e-5))");
    assert_eq!(n.seams.len(), p.stitches.len());
    let band = |v: &u32| {
        m.panels[m.panel_of_vertex[*v as usize] as usize]
            .name
            .starts_with("waist")
    };
    // Two side seams of the skirt; all others have a side on the waistband.
    let on_band = n.seams.iter().filter(|s| s.iter().all(band)).count();
    assert_eq!(on_band, n.seams.len() - 2);
}

#[test]
fn a_button_is_at_its_place_on_both_panels() {
    let (_, m, n) = made(
        r#"buttons: [(
            a: (panel: "waistband_front", edge: "side_left", at: 0.5, inset: 0.02),
            b: (panel: "waistband_back", edge: "side_left", at: 0.5),
            shank: 0.003, stiffness: 800.0,
        )]"#,
    );
    let [button] = n.buttons[..] else {
        panic!("one button")
    };
    assert_eq!((button.shank, button.stiffness), (0.003, 800.0));
    let panel = |name: &str| m.panels.iter().find(|p| p.name == name).unwrap();
    let (front, back) = (panel("waistband_front"), panel("waistband_back"));
    let [a, b] = button.vertices;
    assert!(front.vertices.contains(&a) && back.vertices.contains(&b));
    // In from the left side, at half the height, to within an edge of the mesh.
    let right = front
        .vertices
        .clone()
        .map(|v| m.uv[v as usize].x)
        .fold(0.0, f32::max);
    let wanted = glam::Vec2::new(right - 0.02, 0.0);
    assert!(
        m.uv[a as usize].distance(wanted) < 0.011,
        "{}",
        m.uv[a as usize]
    );
    let edge = m.edge_vertices.iter().find(|e| {
        m.panels[e.panel as usize].name == "waistband_back"
            && e.label.as_deref() == Some("side_left")
    });
    assert!(edge.unwrap().vertices.contains(&b));
}

#[test]
fn what_is_not_there_is_refused_by_name() {
    let b = body("female_fashion");
    let says = |extra: &str| refused(file(extra).and_then(|g| g.pattern(&b.measures, None, None)));
    assert_eq!(
        says(r#"pressure: {"sleeve": 3.0}"#),
        "skirt.ron: pressure names panel 'sleeve', which is not in the pattern (it has: \
         skirt_front, skirt_back, waistband_front, waistband_back)"
    );
    assert_eq!(
        says(
            r#"fusing: [(on: Strip(panel: "skirt_front", edge: "top", width: 0.02), bending: 1e-4)]"#
        ),
        "skirt.ron: fusing[0].on: names edge 'top' of panel 'skirt_front'; name one of its labels \
         (hem_right, hem_left, side_left, waist_left, waist_right, side_right) or a number below 6"
    );
    assert_eq!(
        says("allowance: Some((tension: -1.0, bending: 0.0))"),
        "skirt.ron: allowance.tension: is -1; it must lie between 0 and 10000 (N)"
    );
    let e = says(
        r#"buttons: [(a: (panel: "skirt_front", edge: "0", at: 1.5),
            b: (panel: "skirt_back", edge: "0", at: 0.5), stiffness: 800.0)]"#,
    );
    assert!(
        e.contains("buttons[0].a.at: is 1.5; it must lie between 0 and 1"),
        "{e}"
    );
}
