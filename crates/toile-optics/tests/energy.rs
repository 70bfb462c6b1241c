//! No light is made or lost, and a dye reads as what it is.

use glam::Vec3;
use toile_optics::{Dye, Fibre, Surface, furnace};

/// Fibres as different as satin, wool, velvet and organza.
fn fibres() -> Vec<(&'static str, Fibre)> {
    let plain = Fibre {
        f0: Vec3::splat(0.04),
        along: 0.45,
        fine: 0.5,
        slope: 0.6,
        share: 0.5,
        sheen: Vec3::ZERO,
        sheen_roughness: 0.7,
        passing: 0.1,
        coated: false,
    };
    vec![
        ("poplin", plain),
        (
            "satin",
            Fibre {
                along: 0.16,
                fine: 0.2,
                slope: 0.35,
                share: 0.8,
                ..plain
            },
        ),
        (
            "wool",
            Fibre {
                sheen: Vec3::splat(0.2),
                along: 0.6,
                fine: 0.6,
                ..plain
            },
        ),
        (
            "velvet",
            Fibre {
                sheen: Vec3::ONE,
                sheen_roughness: 0.55,
                along: 0.8,
                fine: 0.8,
                ..plain
            },
        ),
        (
            "organza",
            Fibre {
                along: 0.3,
                fine: 0.3,
                passing: 0.5,
                ..plain
            },
        ),
    ]
}

fn white(fibre: Fibre) -> Surface {
    let dye = Dye {
        face: Vec3::ONE,
        back: Vec3::ONE,
        weft: None,
    };
    Surface::new(fibre, &dye).bleached()
}

#[test]
fn a_white_cloth_in_a_white_room_is_not_to_be_seen() {
    for (name, fibre) in fibres() {
        let surface = white(fibre);
        for cosine in [0.15_f32, 0.3, 0.5, 0.7, 0.9, 0.99] {
            for azimuth in [0.0, 0.8, 1.57] {
                let sent = furnace(&surface, cosine, azimuth, 256).x;
                assert!(
                    (sent - 1.0).abs() < 0.01,
                    "{name} seen at {cosine}, azimuth {azimuth}: {sent}"
                );
            }
        }
    }
}

#[test]
fn a_dye_reads_as_what_it_is_on_every_rough_fibre() {
    let rough = |(_, fibre): &(_, Fibre)| fibre.mixed_in() == 1.0;
    for (name, fibre) in fibres().into_iter().filter(rough) {
        for face in [
            Vec3::new(0.6, 0.1, 0.05),
            Vec3::splat(0.02),
            Vec3::splat(0.8),
        ] {
            let surface = Surface::new(
                fibre,
                &Dye {
                    face,
                    back: face,
                    weft: None,
                },
            );
            let read = furnace(&surface, 0.990_27, 0.8, 256);
            let off = (read - face).abs().max_element();
            assert!(off < 0.012, "{name} dyed {face}: reads {read}");
        }
    }
}

#[test]
fn glints_of_a_glossy_fibre_come_on_top_of_its_dye() {
    let (_, plain) = fibres()[0];
    let glossy = Fibre {
        along: 0.05,
        fine: 0.05,
        slope: 0.0,
        ..plain
    };
    let dye = Dye {
        face: Vec3::splat(0.02),
        back: Vec3::splat(0.02),
        weft: None,
    };
    let read = furnace(&Surface::new(glossy, &dye), 0.990_27, 0.8, 1024).x;
    assert!((read - 0.06).abs() < 0.004, "{read}");
}

#[test]
fn a_white_weft_makes_the_warp_darker_and_leaves_the_face() {
    let (_, fibre) = fibres()[0];
    let fibre = Fibre {
        share: 0.67,
        ..fibre
    };
    let face = Vec3::new(0.02, 0.04, 0.1);
    let surface = Surface::new(
        fibre,
        &Dye {
            face,
            back: face,
            weft: Some(Vec3::splat(0.5)),
        },
    );
    assert!(surface.weft.x > surface.warp.x);
    let read = furnace(&surface, 0.990_27, 0.8, 256);
    assert!((read - face).abs().max_element() < 0.012, "{read}");
}
