//! The director's panel of a show.

use super::fabric::{Choice, fabric_ui};
use crate::{
    stage::Playback,
    viewer::director::{Director, Request},
};
use bevy_egui::egui;

pub(super) fn show_ui(ui: &mut egui::Ui, director: &mut Director, playback: &mut Playback) {
    ui.heading("Toile");
    transport_ui(ui, director, playback);
    camera_ui(ui, playback);
    look_ui(ui, director, playback);
}

fn transport_ui(ui: &mut egui::Ui, director: &mut Director, playback: &Playback) {
    ui.label(&playback.show.title);
    ui.horizontal(|ui| {
        let word = if director.playing { "Pause" } else { "Play" };
        if ui.button(word).clicked() {
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
    if let Some(shot) = playback.shot() {
        ui.weak(format!("{}: {shot}", shot.cut.camera));
    }
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
    let who = match look.withdrawn() {
        true => "a mannequin",
        false => look.twin_name.as_str(),
    };
    ui.label(format!("Look {} · {who}", look.number));
    ui.weak(look.cloth_is());
    for (garment, piece) in look.garments.iter().enumerate() {
        ui.separator();
        ui.strong(&piece.drawn.name);
        let now = Choice {
            fabric: piece.fabric.clone(),
            colour: piece.colour,
        };
        if let Some(chosen) = fabric_ui(ui, (index, garment), &director.fabrics, &now) {
            director.request = Some(Request::Fabric {
                look: index,
                garment,
                fabric: chosen.fabric,
                colour: chosen.colour,
            });
        }
    }
}
