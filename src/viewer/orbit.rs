//! Walking round the look in the fitting room: drag to turn, wheel to come
//! closer, right drag to look higher or lower.

use super::director::Director;
use crate::{
    choreography::FITTING_Z,
    stage::{OnAir, Playback},
};
use bevy::{
    camera::Viewport,
    input::{ButtonState, mouse::MouseScrollUnit},
    prelude::*,
    window::{PrimaryWindow, WindowEvent},
};
use std::f32::consts::{PI, TAU};
use toile_show::CameraView;

/// Vertical field of view, rad: that of a 45 mm lens.
const FOV_Y: f32 = 0.52;
/// Turn per logical pixel of a drag, rad.
const TURN: f32 = 0.008;
/// How far the camera may look down and up, rad.
const PITCH: (f32, f32) = (-0.12, 1.2);
/// Zoom per line of the wheel, and per pixel of a touch pad.
const ZOOM_PER_LINE: f32 = 0.12;
const ZOOM_PER_PIXEL: f32 = 0.003;
/// Nearest and furthest, as magnification of the whole look.
const ZOOM: (f32, f32) = (0.5, 8.0);
/// Room around the look, as a share of its height.
const MARGIN: f32 = 1.16;
/// Width of a look with its arms hanging, as a share of its height.
const BREADTH: f32 = 0.5;
/// Least height of the camera above the floor, m.
const LOWEST_M: f32 = 0.1;
/// Height that is framed until somebody stands there, m.
const EXPECTED_M: f32 = 1.75;
/// Turns of the turntable per second.
const TURNTABLE_HZ: f32 = 1.0 / 16.0;

/// Where the camera stands, relative to the look.
#[derive(Resource)]
pub(super) struct Orbit {
    /// Turn about the look, rad; zero is its front, positive its left side.
    pub(super) yaw: f32,
    /// Height of the camera as an angle above the point looked at, rad.
    pub(super) pitch: f32,
    /// Magnification; 1 frames the whole look.
    pub(super) zoom: f32,
    /// Height of the point looked at, as a share of the look's height.
    pub(super) centre: f32,
    /// Turns slowly by itself.
    pub(super) turntable: bool,
    /// The button of the drag that is going on.
    drag: Option<MouseButton>,
    /// Where the mouse is, logical pixels.
    mouse: Vec2,
}

impl Default for Orbit {
    fn default() -> Self {
        Self {
            yaw: 0.0,
            pitch: 0.06,
            zoom: 1.0,
            centre: WHOLE_LOOK,
            turntable: false,
            drag: None,
            mouse: Vec2::ZERO,
        }
    }
}

/// Centre of a whole look, as a share of its height.
const WHOLE_LOOK: f32 = 0.5;

impl Orbit {
    /// Frames the whole look from an angle.
    pub(super) fn show_side(&mut self, yaw: f32) {
        *self = Self {
            yaw,
            mouse: self.mouse,
            ..default()
        };
    }

    /// What the camera sees of looks of `height_m` around `feet`, the outermost so far
    /// apart, in a picture of this aspect (width by height).
    fn view(&self, feet: Vec3, height_m: f32, apart_m: f32, aspect: f32) -> CameraView {
        let half = (0.5 * FOV_Y).tan();
        let tall = 0.5 * MARGIN * height_m / half;
        let wide = 0.5 * (BREADTH * height_m + apart_m) / (half * aspect.max(0.1));
        let distance = tall.max(wide) / self.zoom;
        let look_at = feet + Vec3::Y * (height_m * self.centre);
        let (sin, cos) = self.yaw.sin_cos();
        let (up, along) = self.pitch.sin_cos();
        let mut position = look_at + distance * Vec3::new(sin * along, up, cos * along);
        position.y = position.y.max(feet.y + LOWEST_M);
        CameraView {
            position,
            look_at,
            fov_y: FOV_Y,
            focus_m: position.distance(look_at),
            aperture_m: 0.0,
        }
    }

    fn dragged(&mut self, button: MouseButton, by: Vec2, height_px: f32) {
        if button == MouseButton::Left {
            self.yaw = (self.yaw - by.x * TURN + PI).rem_euclid(TAU) - PI;
            self.pitch = (self.pitch + by.y * TURN).clamp(PITCH.0, PITCH.1);
        } else {
            // The point under the mouse goes with it.
            let per_px = MARGIN / (self.zoom * height_px.max(1.0));
            self.centre = (self.centre + by.y * per_px).clamp(0.0, 1.0);
        }
    }

    fn zoomed(&mut self, by: f32) {
        self.zoom = (self.zoom * by.exp()).clamp(ZOOM.0, ZOOM.1);
    }
}

/// Turns the camera by the mouse, unless the panel has it.
///
/// Events are taken in the order they came in: on a slow renderer a whole drag
/// may lie between two frames.
pub(super) fn steer(
    mut orbit: ResMut<'_, Orbit>,
    director: Res<'_, Director>,
    mut events: MessageReader<'_, '_, WindowEvent>,
    windows: Query<'_, '_, &Window, With<PrimaryWindow>>,
) {
    if orbit.turntable && orbit.drag.is_none() {
        orbit.yaw += director.frame_s.min(0.2) * TURNTABLE_HZ * TAU;
    }
    let height_px = windows.single().map_or(720.0, Window::height);
    for event in events.read() {
        let free = !director.panel_has_mouse && orbit.mouse.x < director.stage_width;
        match event {
            WindowEvent::CursorMoved(moved) => {
                let by = moved.position - orbit.mouse;
                orbit.mouse = moved.position;
                if let Some(button) = orbit.drag {
                    orbit.dragged(button, by, height_px);
                }
            }
            WindowEvent::MouseButtonInput(input) => match input.state {
                ButtonState::Pressed if free => orbit.drag = Some(input.button),
                ButtonState::Released if orbit.drag == Some(input.button) => orbit.drag = None,
                _ => {}
            },
            WindowEvent::MouseWheel(wheel) if free => {
                let per_unit = match wheel.unit {
                    MouseScrollUnit::Line => ZOOM_PER_LINE,
                    MouseScrollUnit::Pixel => ZOOM_PER_PIXEL,
                };
                orbit.zoomed(wheel.y * per_unit);
            }
            // A button let go outside of the window is not heard of.
            WindowEvent::WindowFocused(focus) if !focus.focused => orbit.drag = None,
            _ => {}
        }
    }
}

/// Puts the camera where the orbit says.
pub(super) fn look(
    orbit: Res<'_, Orbit>,
    mut playback: Option<ResMut<'_, Playback>>,
    mut cameras: Query<'_, '_, (&Camera, &mut Transform, &mut Projection), With<OnAir>>,
) {
    let stand: Vec<(Vec3, f32)> = playback.as_ref().map_or(Vec::new(), |playback| {
        let looks = playback.looks.iter();
        looks
            .map(|look| (look.stance.pose.root, look.height_m))
            .collect()
    });
    let (feet, height_m, apart_m) = match (stand.first(), stand.last()) {
        (Some((first, height_m)), Some((last, _))) => {
            (0.5 * (*first + *last), *height_m, first.distance(*last))
        }
        _ => (Vec3::Z * FITTING_Z, EXPECTED_M, 0.0),
    };
    for (camera, mut transform, mut projection) in &mut cameras {
        let aspect = camera
            .viewport
            .as_ref()
            .map_or(1.0, |Viewport { physical_size, .. }| {
                physical_size.x as f32 / physical_size.y.max(1) as f32
            });
        let view = orbit.view(feet, height_m, apart_m, aspect);
        *transform = Transform::from_translation(view.position).looking_at(view.look_at, Vec3::Y);
        if let Projection::Perspective(perspective) = &mut *projection {
            perspective.fov = view.fov_y;
        }
        if let Some(playback) = &mut playback {
            playback.view = Some(view);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Height in the picture of a point above the feet, −1 bottom to 1 top.
    fn height_in_picture(view: &CameraView, point: Vec3) -> f32 {
        let eye = Transform::from_translation(view.position).looking_at(view.look_at, Vec3::Y);
        let seen = eye.rotation.inverse() * (point - view.position);
        seen.y / -seen.z / (0.5 * view.fov_y).tan()
    }

    #[test]
    fn the_whole_look_is_in_the_picture_from_every_side() {
        let feet = Vec3::new(0.2, 0.0, 2.0);
        for yaw in [0.0, 1.0, 2.5, -2.0] {
            let orbit = Orbit { yaw, ..default() };
            let view = orbit.view(feet, 1.8, 0.0, 1.2);
            for height in [0.0, 1.8] {
                let at = height_in_picture(&view, feet + Vec3::Y * height);
                assert!(at.abs() < 0.98, "{height} m is at {at}");
            }
        }
    }

    #[test]
    fn a_narrow_picture_is_seen_from_further_away() {
        let orbit = Orbit::default();
        let distance = |aspect| orbit.view(Vec3::ZERO, 1.8, 0.0, aspect).focus_m;
        assert!(distance(0.3) > 1.2 * distance(1.0));
    }

    #[test]
    fn four_looks_side_by_side_are_all_in_the_picture() {
        let view = Orbit::default().view(Vec3::ZERO, 1.8, 3.0, 1.5);
        let eye = Transform::from_translation(view.position).looking_at(view.look_at, Vec3::Y);
        let outermost = Vec3::new(1.5 + 0.25 * 1.8, 0.9, 0.0);
        let seen = eye.rotation.inverse() * (outermost - view.position);
        assert!(seen.x / -seen.z < 1.01 * 1.5 * (0.5 * view.fov_y).tan());
    }

    #[test]
    fn dragging_to_the_right_shows_the_looks_right_side() {
        let mut orbit = Orbit::default();
        orbit.dragged(MouseButton::Left, Vec2::new(100.0, 0.0), 700.0);
        // +X is the left of a person who faces +Z.
        assert!(orbit.view(Vec3::ZERO, 1.8, 0.0, 1.0).position.x < -0.5);
    }

    #[test]
    fn the_wheel_stops_before_the_camera_is_inside_the_look() {
        let mut orbit = Orbit::default();
        orbit.zoomed(100.0);
        assert!(orbit.view(Vec3::ZERO, 1.8, 0.0, 1.0).focus_m > 0.4);
    }
}
