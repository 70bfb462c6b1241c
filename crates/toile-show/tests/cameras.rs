//! Cameras as pictures depend on them: what a lens sees and blurs, and that no move
//! shakes.

use glam::{Mat4, Vec2, Vec3};
use toile_show::{
    CameraView, Path, Subject,
    camera::{MOST_ACCELERATION_M_S2, MOST_SPEED_M_S},
    follow::{Followed, Part, Parts, Ways},
    format::{Camera, Framing, Movement, Role},
};

fn camera(movement: Movement) -> Camera {
    Camera {
        name: "tested".into(),
        role: None,
        focal_mm: 50.0,
        zoom_to_mm: None,
        sensor_mm: 24.0,
        f_stop: 2.0,
        shutter_deg: 180.0,
        movement,
    }
}

fn still(focal_mm: f32) -> Camera {
    let movement = Movement::Still {
        position: [0.0, 1.5, 9.0],
        look_at: [0.0, 1.0, 0.0],
    };
    Camera {
        focal_mm,
        ..camera(movement)
    }
}

fn subject(feet: Vec3) -> Subject {
    let part = |height: f32, radius_m: f32| Part {
        at: feet + Vec3::Y * height,
        radius_m,
    };
    Subject {
        look: 1,
        feet,
        height_m: 1.8,
        parts: Parts {
            hem: part(0.4, 0.25),
            neckline: part(1.5, 0.0),
            cuff: part(0.85, 0.05),
            waistband: part(1.08, 0.14),
            shoes: part(0.06, 0.1),
        },
    }
}

#[test]
fn a_24_mm_lens_focused_far_away_sees_53_degrees_of_height() {
    let far = Movement::Still {
        position: [0.0, 1.0, 400.0],
        look_at: [0.0, 1.0, 0.0],
    };
    let view = Camera {
        focal_mm: 24.0,
        ..camera(far)
    }
    .view(0.0, None);
    assert!((view.fov_y.to_degrees() - 53.13).abs() < 0.01);
}

#[test]
fn a_smaller_sensor_sees_less() {
    let small = Camera {
        sensor_mm: 12.0,
        ..still(50.0)
    };
    let half = |camera: Camera| (0.5 * camera.view(0.0, None).fov_y).tan();
    assert!((half(still(50.0)) / half(small) - 2.0).abs() < 1e-4);
}

#[test]
fn what_is_in_focus_stays_where_it_is_through_every_point_of_the_lens() {
    let view = still(100.0).view(0.0, None);
    assert!((view.aperture_m - 0.025).abs() < 1e-6, "100 mm at f/2");
    let sharp = view.look_at + Vec3::X * 0.4;
    let edge = view.through(Vec2::X);
    assert!((aside(edge, sharp) - aside(view, sharp)).abs() < 1e-4);
}

/// Where a point appears: metres aside per metre ahead, to the right.
fn aside(view: CameraView, point: Vec3) -> f32 {
    let eye = Mat4::look_at_rh(view.position, view.look_at, Vec3::Y);
    let seen = eye.transform_point3(point);
    seen.x / -seen.z
}

#[test]
fn the_circle_of_confusion_is_that_of_a_thin_lens() {
    for (focal_mm, f_stop, away) in [(24.0, 2.8, 3.0), (85.0, 1.4, 2.0), (200.0, 2.8, 6.0)] {
        let movement = Movement::Still {
            position: [0.0, 1.0, away],
            look_at: [0.0, 1.0, 0.0],
        };
        let view = Camera {
            focal_mm,
            f_stop,
            ..camera(movement)
        }
        .view(0.0, None);
        for object in [0.5 * away, 0.9 * away, 1.1 * away, 3.0 * away] {
            // Potmesil and Chakravarty 1981, in millimetres on a sensor 24 mm high.
            let (f, s, d) = (
                f64::from(focal_mm),
                f64::from(away) * 1e3,
                f64::from(object) * 1e3,
            );
            let circle = f * f / (f64::from(f_stop) * (s - f)) * (d - s).abs() / d;
            let told = f64::from(view.blur_at(object)) * 24.0;
            assert!(
                (told / circle - 1.0).abs() < 1e-3,
                "{told} against {circle} mm"
            );
            // And that is how far the rays through the lens's rim are apart.
            let ahead = (view.look_at - view.position).normalize();
            let point = view.position + ahead * object;
            let [left, right] = [-1.0, 1.0].map(|x| aside(view.through(Vec2::X * x), point));
            let drawn = f64::from((left - right).abs() / (2.0 * (0.5 * view.fov_y).tan())) * 24.0;
            assert!(
                (drawn / circle - 1.0).abs() < 0.01,
                "{drawn} against {circle} mm"
            );
        }
    }
}

#[test]
fn a_part_is_looked_at_where_it_is_and_its_front_is_sharp() {
    let movement = Movement::Pan {
        position: [0.0, 1.0, 9.0],
        frame: Framing::Hem,
    };
    let subject = subject(Vec3::Z * 4.0);
    let view = camera(movement).view(0.0, Some(subject));
    assert_eq!(view.look_at, subject.parts.hem.at);
    let distance = view.position.distance(view.look_at);
    assert!((distance - view.focus_m - 0.25).abs() < 1e-6);
}

#[test]
fn a_zoom_lens_keeps_a_look_as_large_as_it_comes_nearer() {
    let movement = Movement::Pan {
        position: [0.0, 1.4, 12.0],
        frame: Framing::Full,
    };
    let zoom = Camera {
        focal_mm: 35.0,
        zoom_to_mm: Some(300.0),
        ..camera(movement)
    };
    let share = |z: f32| {
        let view = zoom.view(0.0, Some(subject(Vec3::Z * z)));
        let seen = 2.0 * view.position.distance(view.look_at) * (0.5 * view.fov_y).tan();
        1.8 / seen
    };
    for z in [-1.6, 1.0, 4.0, 8.0] {
        assert!((share(z) - 1.0 / 1.16).abs() < 0.02, "{z}: {}", share(z));
    }
    assert!(share(11.5) > 1.2, "nearer than the shortest lens can do");
}

#[test]
fn roles_follow_from_movement_and_framing_unless_they_are_named() {
    let pan = |y: f32, frame| {
        camera(Movement::Pan {
            position: [0.0, y, 9.0],
            frame,
        })
    };
    let track = |z: f32| {
        camera(Movement::Track {
            offset: [1.0, 1.2, z],
            frame: Framing::Full,
        })
    };
    assert_eq!(pan(1.5, Framing::Full).role(), Role::Pit);
    assert_eq!(pan(0.4, Framing::Full).role(), Role::Low);
    assert_eq!(pan(1.5, Framing::Medium).role(), Role::Medium);
    assert_eq!(pan(1.5, Framing::Hem).role(), Role::Detail);
    assert_eq!(track(1.5).role(), Role::Side);
    assert_eq!(track(3.0).role(), Role::Back);
    assert_eq!(still(28.0).role(), Role::Wide);
    let named = Camera {
        role: Some(Role::Close),
        ..still(28.0)
    };
    assert_eq!(named.role(), Role::Close);
}

/// A model that walks out, stands and walks back, with abrupt starts and stops.
fn walk() -> Ways {
    let z = |t: f32| match t {
        t if t < 6.0 => -1.6 + 1.3 * t,
        t if t < 8.0 => 6.2,
        t => (6.2 - 1.3 * (t - 8.0)).max(-1.6),
    };
    let feet: Vec<Vec3> = (0..=64)
        .map(|k| Vec3::new(0.42, 0.0, z(0.25 * k as f32)))
        .collect();
    let at = |height: f32| {
        let points = feet.iter().map(|&p| p + Vec3::Y * height).collect();
        (Path::new(0.25, points), 0.1)
    };
    Ways {
        parts: Parts {
            hem: at(0.4),
            neckline: at(1.5),
            cuff: at(0.85),
            waistband: at(1.08),
            shoes: at(0.06),
        },
        feet: Path::new(0.25, feet.clone()),
    }
}

fn moves() -> Vec<Camera> {
    use Framing::{Close, Full, Hem, Medium, Shoes};
    let glide = Movement::Glide {
        from: [2.0, 1.5, 10.5],
        to: [-1.5, 1.2, 9.0],
        beats: 8.0,
        frame: Full,
    };
    let crane = Movement::Crane {
        pivot: [3.0, 1.4, 11.0],
        arm_m: 4.0,
        from: [-30.0, 35.0],
        to: [10.0, -8.0],
        beats: 12.0,
        frame: Full,
    };
    let orbit = Movement::Orbit {
        radius_m: 3.0,
        height_m: 1.2,
        beats: 16.0,
        frame: Medium,
    };
    let track = |offset, frame| Movement::Track { offset, frame };
    let pan = |position, frame| Movement::Pan { position, frame };
    let zoom = Camera {
        zoom_to_mm: Some(200.0),
        ..camera(pan([0.2, 1.45, 10.2], Full))
    };
    vec![
        camera(glide),
        camera(crane),
        camera(orbit),
        camera(track([3.0, 1.5, 1.5], Full)),
        camera(track([0.6, 1.5, 3.0], Close)),
        camera(pan([0.2, 0.3, 9.5], Shoes)),
        camera(pan([-0.8, 1.3, 10.0], Hem)),
        zoom,
    ]
}

/// What changes of a view: metres of place, of focus and, ten metres ahead, of aim,
/// and the logarithm of the picture's height there.
fn state(view: &CameraView) -> [Vec3; 3] {
    let aim = (view.look_at - view.position).normalize() * 10.0;
    let lens = Vec3::new(view.focus_m, (0.5 * view.fov_y).tan().ln(), 0.0);
    [view.position, aim, lens]
}

#[test]
fn no_camera_shakes_or_jumps_within_a_shot() {
    const DT: f64 = 1.0 / 64.0;
    let ways = walk();
    let look = Followed {
        look: 1,
        height_m: 1.8,
        enters_s: 1.0,
        exits_s: 15.0,
        ways: &ways,
    };
    let beat_s = 60.0 / 112.0;
    for camera in moves() {
        assert!(
            camera.movement.pace(beat_s).is_calm(),
            "{:?}",
            camera.movement
        );
        let follows = matches!(
            camera.movement,
            Movement::Track { .. } | Movement::Orbit { .. }
        );
        // The model walks at 1.3 m/s and, as it is followed, stops within 0.5 s.
        let (walks, stops) = if follows { (1.4, 6.0) } else { (0.0, 0.0) };
        let states: Vec<[Vec3; 3]> = (0..(17.0 / DT) as u32)
            .map(|k| (f64::from(k) * DT) as f32)
            .map(|t| state(&camera.view(t / beat_s, Some(look.subject(t)))))
            .collect();
        let rates = |of: &[Vec3]| -> Vec<Vec3> {
            of.windows(2).map(|w| (w[1] - w[0]) / DT as f32).collect()
        };
        for kind in 0..3 {
            let places: Vec<Vec3> = states.iter().map(|s| s[kind]).collect();
            let speeds = rates(&places);
            let accelerations = rates(&speeds);
            let most = |of: &[Vec3]| of.iter().map(|v| v.length()).fold(0.0, f32::max);
            let (fastest, hardest) = (most(&speeds), most(&accelerations));
            let step = accelerations
                .windows(2)
                .map(|w| w[1] - w[0])
                .collect::<Vec<_>>();
            let name = format!("{:?} {kind}", camera.movement);
            if kind == 0 {
                assert!(fastest <= MOST_SPEED_M_S + walks, "{name}: {fastest} m/s");
                assert!(
                    hardest <= MOST_ACCELERATION_M_S2 + stops,
                    "{name}: {hardest} m/s²"
                );
            }
            assert!(fastest < 8.0, "{name}: {fastest} m/s");
            assert!(hardest < 30.0, "{name}: {hardest} m/s²");
            // A jump of the acceleration would not shrink with the step.
            assert!(
                most(&step) < 150.0 * DT as f32,
                "{name}: {} m/s²",
                most(&step)
            );
        }
    }
}
