//! The director's panel.

use super::{Director, Request, adapter_name};
use crate::stage::{OnAir, Playback};
use bevy::{camera::Viewport, prelude::*, render::renderer::RenderAdapterInfo};
use bevy_egui::{EguiContexts, egui};
use toile_show::Rgb;

/// Draws the panel and gives the stage's camera the rest of the window.
pub(super) fn panel(
    mut contexts: EguiContexts<'_, '_>,
    mut director: ResMut<'_, Director>,
    playback: Option<ResMut<'_, Playback>>,
    mut cameras: Query<'_, '_, &mut Camera, With<OnAir>>,
    windows: Query<'_, '_, &Window>,
    adapter: Res<'_, RenderAdapterInfo>,
) -> Result {
    let context = contexts.ctx_mut()?.clone();
    let builder = egui::UiBuilder::new()
        .layer_id(egui::LayerId::background())
        .max_rect(context.viewport_rect());
    let mut root = egui::Ui::new(context.clone(), egui::Id::new("toile"), builder);
    let response = egui::Panel::right("director")
        .default_size(280.0)
        .show(&mut root, |ui| {
            ui.heading("Toile");
            match playback {
                Some(mut playback) => {
                    transport_ui(ui, &mut director, &playback);
                    camera_ui(ui, &mut playback);
                    look_ui(ui, &mut director, &playback);
                }
                None => {
                    ui.horizontal(|ui| {
                        ui.spinner();
                        ui.label(&director.status);
                    });
                }
            }
            ui.separator();
            let mean =
                director.frames_ms.iter().sum::<f32>() / director.frames_ms.len().max(1) as f32;
            ui.label(format!(
                "frame {mean:.0} ms, cloth {:.0} ms",
                director.step_ms
            ));
            ui.weak(adapter_name(&adapter));
        });
    let window = windows.single()?;
    let panel_width = (response.response.rect.width() * window.scale_factor()) as u32;
    let size = UVec2::new(
        window.physical_width().saturating_sub(panel_width).max(1),
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

fn transport_ui(ui: &mut egui::Ui, director: &mut Director, playback: &Playback) {
    ui.label(&playback.show.title);
    ui.horizontal(|ui| {
        if ui
            .button(if director.playing { "Pause" } else { "Play" })
            .clicked()
        {
            director.playing = !director.playing;
        }
        if ui.button("Restart").clicked() {
            director.request = Some(Request::Restart);
        }
        if ui.button("Next look").clicked() {
            director.request = Some(Request::NextLook);
        }
    });
    let (now, end) = (playback.time_s, playback.duration_s());
    ui.add(egui::ProgressBar::new(now / end.max(0.1)).text(format!("{now:.1} of {end:.1} s")));
}

fn camera_ui(ui: &mut egui::Ui, playback: &mut Playback) {
    ui.separator();
    let chosen = playback.camera.clone();
    egui::ComboBox::from_label("Camera")
        .selected_text(chosen.as_deref().unwrap_or("as cut"))
        .show_ui(ui, |ui| {
            ui.selectable_value(&mut playback.camera, None, "as cut");
            let names: Vec<String> = playback
                .show
                .cameras
                .iter()
                .map(|camera| camera.name.clone())
                .collect();
            for name in names {
                ui.selectable_value(&mut playback.camera, Some(name.clone()), name);
            }
        });
}

/// Fabric and colour of the look that the camera follows.
fn look_ui(ui: &mut egui::Ui, director: &mut Director, playback: &Playback) {
    ui.separator();
    let Some(subject) = playback.subject() else {
        ui.weak("nobody is on the runway");
        return;
    };
    let Some((index, look)) = playback
        .looks
        .iter()
        .enumerate()
        .find(|(_, look)| look.number == subject.look)
    else {
        return;
    };
    ui.label(format!("Look {} · {}", look.number, look.twin_name));
    for (garment, piece) in look.garments.iter().enumerate() {
        ui.separator();
        ui.strong(&piece.name);
        let mut fabric = piece.fabric.clone();
        egui::ComboBox::from_id_salt(("fabric", index, garment))
            .selected_text(&fabric.name)
            .width(220.0)
            .show_ui(ui, |ui| {
                for known in &director.fabrics {
                    if ui
                        .selectable_label(known.id == fabric.id, &known.name)
                        .clicked()
                    {
                        fabric = known.clone();
                    }
                }
            });
        let mut colour = piece
            .colour
            .map_or_else(|| piece.fabric.appearance.base_colour.to_f32(), |c| c.0);
        let painted = ui.color_edit_button_rgb(&mut colour).changed();
        if painted || fabric.id != piece.fabric.id {
            let colour = (painted || piece.colour.is_some()).then_some(Rgb(colour));
            director.request = Some(Request::Fabric {
                look: index,
                garment,
                fabric,
                colour,
            });
        }
    }
}
