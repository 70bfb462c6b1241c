//! Who tries on: a twin, or somebody in measures.

use super::WARNING;
use crate::{fitting::Wearer, viewer::room::Room};
use bevy_egui::egui;

pub(super) fn wearer_ui(ui: &mut egui::Ui, room: &mut Room) {
    let mut measured = matches!(room.wish.wearer, Wearer::Measured(_));
    ui.horizontal(|ui| {
        if ui.selectable_label(!measured, "A twin").clicked() && measured {
            measured = false;
            let twin = match &room.worn.wearer {
                Wearer::Twin(id) => id.clone(),
                Wearer::Measured(_) => "mannequin".to_owned(),
            };
            room.wish.wearer = Wearer::Twin(twin);
        }
        if ui.selectable_label(measured, "Measures").clicked() && !measured {
            measured = true;
            room.wish.wearer = Wearer::Measured(room.typed.clone());
        }
    });
    if measured {
        measures_ui(ui, room);
        room.wish.wearer = Wearer::Measured(room.typed.clone());
    } else {
        twin_ui(ui, room);
    }
}

/// The twins; one that may not be fitted can be asked for, and says why not.
fn twin_ui(ui: &mut egui::Ui, room: &mut Room) {
    let Wearer::Twin(now) = room.wish.wearer.clone() else {
        return;
    };
    let name = |id: &str| {
        let known = room.candidates.iter().find(|known| known.id == id);
        known.map_or_else(|| id.to_owned(), |known| known.name.clone())
    };
    let mut chosen = None;
    egui::ComboBox::from_id_salt("twin")
        .selected_text(name(&now))
        .width(200.0)
        .show_ui(ui, |ui| {
            for candidate in &room.candidates {
                let mut text = egui::RichText::new(&candidate.name);
                if candidate.refusal.is_some() {
                    text = text.strikethrough().weak();
                }
                if ui.selectable_label(candidate.id == now, text).clicked() {
                    chosen = Some(candidate.id.clone());
                }
            }
        });
    if let Some(id) = chosen {
        room.choose(id);
    }
    if let Some(refusal) = room.refusal() {
        ui.colored_label(WARNING, format!("not shown: {refusal}"));
    }
}

/// Fields for the measures, in centimetres.
fn measures_ui(ui: &mut egui::Ui, room: &mut Room) {
    let typed = &mut room.typed;
    ui.horizontal(|ui| {
        ui.selectable_value(&mut typed.male, false, "female");
        ui.selectable_value(&mut typed.male, true, "male");
        ui.add(
            egui::DragValue::new(&mut typed.age_years)
                .range(20.0..=90.0)
                .speed(0.5)
                .max_decimals(0)
                .suffix(" years"),
        );
    });
    let targets = &mut typed.targets;
    egui::Grid::new("measures").num_columns(4).show(ui, |ui| {
        length_ui(ui, "height", &mut targets.height, 120.0..=240.0);
        length_ui(ui, "bust", &mut targets.bust, 40.0..=220.0);
        ui.end_row();
        length_ui(ui, "waist", &mut targets.waist, 40.0..=220.0);
        length_ui(ui, "hip", &mut targets.hip, 40.0..=220.0);
        ui.end_row();
        let mut known = targets.inseam.is_some();
        ui.checkbox(&mut known, "inseam");
        // Legs are close to 47 % of the stature until somebody measures them.
        let likely = 0.47 * targets.height;
        targets.inseam = known.then(|| targets.inseam.unwrap_or(likely));
        if let Some(inseam) = &mut targets.inseam {
            number_ui(ui, inseam, 40.0..=130.0);
        }
        ui.end_row();
    });
}

fn length_ui(
    ui: &mut egui::Ui,
    name: &str,
    metres: &mut f32,
    range_cm: std::ops::RangeInclusive<f32>,
) {
    ui.label(name);
    number_ui(ui, metres, range_cm);
}

fn number_ui(ui: &mut egui::Ui, metres: &mut f32, range_cm: std::ops::RangeInclusive<f32>) {
    let mut cm = *metres * 100.0;
    let field = egui::DragValue::new(&mut cm)
        .range(range_cm)
        .speed(0.2)
        .max_decimals(1)
        .suffix(" cm");
    if ui.add(field).changed() {
        *metres = cm * 0.01;
    }
}
