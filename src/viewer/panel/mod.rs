//! The panel beside the stage.

mod catalogue;
mod fabric;
mod garments;
mod photo;
mod show;
mod tape;
mod thumbnail;
mod wanted;
mod wearer;

pub(super) use catalogue::Counter;
pub(super) use photo::take_dropped;

use super::{director::Director, orbit::Orbit, room::Room};
use crate::stage::{ClothView, OnAir, Playback, Watch};
use bevy::{
    camera::Viewport, prelude::*, render::renderer::RenderAdapterInfo, window::PrimaryWindow,
};
use bevy_egui::{EguiContexts, egui, input::EguiWantsInput};
use std::f32::consts::{FRAC_PI_2, PI};

/// Width of the panel, logical pixels.
const WIDTH: f32 = 300.0;
/// Colour of refusals and failures.
const WARNING: egui::Color32 = egui::Color32::from_rgb(240, 130, 100);

/// Draws the panel and gives the stage's camera the rest of the window.
pub(super) fn panel(
    mut contexts: EguiContexts<'_, '_>,
    mut director: ResMut<'_, Director>,
    playback: Option<ResMut<'_, Playback>>,
    mut room: Option<ResMut<'_, Room>>,
    mut counter: Option<ResMut<'_, Counter>>,
    orbit: Option<ResMut<'_, Orbit>>,
    mut cameras: Query<'_, '_, &mut Camera, With<OnAir>>,
    windows: Query<'_, '_, &Window, With<PrimaryWindow>>,
    mut view: ResMut<'_, ClothView>,
    adapter: Res<'_, RenderAdapterInfo>,
    wants: Res<'_, EguiWantsInput>,
    watch: Res<'_, Watch>,
) -> Result {
    let context = contexts.ctx_mut()?.clone();
    let builder = egui::UiBuilder::new()
        .layer_id(egui::LayerId::background())
        .max_rect(context.viewport_rect());
    let mut root = egui::Ui::new(context.clone(), egui::Id::new("toile"), builder);
    let at_work = room
        .as_ref()
        .and_then(|room| room.at_work.clone())
        .or_else(|| director.loading.clone());
    let response = egui::Panel::right("director")
        .default_size(WIDTH)
        .show(&mut root, |ui| {
            egui::ScrollArea::vertical().show(ui, |ui| {
                match (playback, &mut room, orbit) {
                    (Some(playback), Some(room), Some(mut orbit)) => {
                        room_ui(ui, room, &mut orbit, &mut director, &playback);
                        if let Some(counter) = &mut counter {
                            catalogue::open_ui(ui, counter);
                        }
                    }
                    (Some(mut playback), ..) => show::show_ui(ui, &mut director, &mut playback),
                    (None, ..) => {
                        ui.heading("Toile");
                        ui.horizontal(|ui| {
                            ui.spinner();
                            ui.label("getting ready");
                        });
                    }
                }
                for said in &watch.said {
                    ui.colored_label(WARNING, said);
                }
                if let Some(trouble) = &director.trouble {
                    ui.colored_label(WARNING, trouble);
                }
                ui.separator();
                view_ui(ui, &mut view);
                times_ui(ui, &director, &adapter);
            });
        });
    let window = windows.single()?;
    director.stage_width = response.response.rect.left();
    let at_counter = match (&mut counter, &mut room) {
        (Some(counter), Some(room)) => {
            catalogue::catalogue_ui(&context, counter, room, &mut director)
        }
        _ => false,
    };
    director.panel_has_mouse =
        at_counter || context.egui_is_using_pointer() || wants.is_popup_open();
    if let Some((phase, share)) = at_work {
        work_ui(&context, director.stage_width, &phase, share);
    }
    let stage_width = (director.stage_width * window.scale_factor()) as u32;
    let size = UVec2::new(
        stage_width.clamp(1, window.physical_width().max(1)),
        window.physical_height().max(1),
    );
    for mut camera in &mut cameras {
        camera.viewport = Some(Viewport {
            physical_size: size,
            ..default()
        });
    }
    Ok(())
}

/// The fitting room's part of the panel.
fn room_ui(
    ui: &mut egui::Ui,
    room: &mut Room,
    orbit: &mut Orbit,
    director: &mut Director,
    playback: &Playback,
) {
    ui.heading("Fitting room");
    let wearing = playback.looks.first();
    ui.weak(
        wearing.map_or("nobody is here", |look| match look.withdrawn() {
            true => "a mannequin",
            false => look.twin_name.as_str(),
        }),
    );
    wearer::wearer_ui(ui, room);
    ui.separator();
    garments::garments_ui(ui, room, director);
    garments::dress_ui(ui, room);
    ui.separator();
    tape::tape_ui(ui, room);
    ui.separator();
    ui.horizontal(|ui| {
        for (name, yaw) in [
            ("Front", 0.0),
            ("Left", FRAC_PI_2),
            ("Back", PI),
            ("Right", -FRAC_PI_2),
        ] {
            if ui.button(name).clicked() {
                orbit.show_side(yaw);
            }
        }
        ui.checkbox(&mut orbit.turntable, "turn");
    });
    ui.weak("drag turns, wheel zooms, right drag lifts");
}

/// How cloth is shown.
fn view_ui(ui: &mut egui::Ui, view: &mut ClothView) {
    let now = ClothView::ALL
        .into_iter()
        .find(|(other, ..)| *other == *view);
    let (_, name, meaning) = now.unwrap_or(ClothView::ALL[0]);
    egui::ComboBox::from_label("Cloth shows")
        .selected_text(name)
        .show_ui(ui, |ui| {
            for (other, name, _) in ClothView::ALL {
                ui.selectable_value(view, other, name);
            }
        });
    if !meaning.is_empty() {
        ui.weak(meaning);
    }
}

/// Frame and solver times, and what they are computed on.
fn times_ui(ui: &mut egui::Ui, director: &Director, adapter: &RenderAdapterInfo) {
    let frames = director.frames_ms.len().max(1) as f32;
    let mean = director.frames_ms.iter().sum::<f32>() / frames;
    ui.label(format!(
        "frame {mean:.0} ms, cloth {:.0} ms in {} substeps",
        director.step_ms, director.substeps
    ));
    ui.weak(format!("{} ({:?})", adapter.name, adapter.backend));
}

/// What is being made, over the stage.
fn work_ui(context: &egui::Context, stage_width: f32, phase: &str, share: f32) {
    let width = (0.6 * stage_width).clamp(160.0, 420.0);
    // At the feet, so that the face stays free.
    let below = context.viewport_rect().bottom() - 76.0;
    egui::Area::new(egui::Id::new("at work"))
        .fixed_pos(egui::pos2(0.5 * (stage_width - width), below))
        .interactable(false)
        .show(context, |ui| {
            egui::Frame::popup(ui.style()).show(ui, |ui| {
                ui.set_width(width);
                ui.horizontal(|ui| {
                    ui.spinner();
                    ui.label(format!("{phase}…"));
                });
                ui.add(egui::ProgressBar::new(share).show_percentage());
            });
        });
}
