//! The rack: garments on and off, their sizes and fabrics.

use super::{
    WARNING,
    fabric::{Choice, fabric_ui},
};
use crate::{
    provenance,
    viewer::{
        director::{Director, Request},
        room::Room,
    },
};
use bevy_egui::egui;
use std::sync::Arc;
use toile_catalogue::{digits, origin_word};
use toile_garment::{Fabric, GarmentFile};
use toile_show::format::{Size, Worn};

pub(super) fn garments_ui(ui: &mut egui::Ui, room: &mut Room, director: &mut Director) {
    let mut off = None;
    for index in 0..room.wish.worn.len() {
        let worn = room.wish.worn[index].clone();
        let Some(file) = room.file(&worn.garment).cloned() else {
            continue;
        };
        ui.horizontal(|ui| {
            ui.strong(&file.name);
            size_ui(ui, index, &file, &mut room.wish.worn[index].size);
            if ui.button("✖").on_hover_text("take it off").clicked() {
                off = Some(index);
            }
        });
        cloth_ui(ui, index, &worn, room, director);
    }
    if let Some(index) = off {
        room.wish.worn.remove(index);
    }
    let mut on = None;
    ui.menu_button("Put on…", |ui| {
        for file in &room.garments {
            let worn = room.wish.worn.iter().any(|w| w.garment == file.id);
            if !worn && ui.button(&file.name).clicked() {
                on = Some(file.clone());
                ui.close();
            }
        }
    });
    if let Some(file) = on {
        room.put_on(&file);
    }
}

fn size_ui(ui: &mut egui::Ui, index: usize, file: &Arc<GarmentFile>, size: &mut Size) {
    let label = |size: &Size| match size {
        Size::MadeToMeasure => "to measure".to_owned(),
        Size::Named(name) => name.clone(),
    };
    let mut rows: Vec<_> = file.sizes.iter().collect();
    rows.sort_by(|(_, a), (_, b)| (a.bust + a.hip).total_cmp(&(b.bust + b.hip)));
    egui::ComboBox::from_id_salt(("size", index))
        .selected_text(label(size))
        .width(90.0)
        .show_ui(ui, |ui| {
            ui.selectable_value(size, Size::MadeToMeasure, "to measure");
            for (name, _) in rows {
                ui.selectable_value(size, Size::Named(name.clone()), name);
            }
        });
}

/// Fabric and colour; of a garment that is on stage they change at once.
fn cloth_ui(
    ui: &mut egui::Ui,
    index: usize,
    worn: &Worn,
    room: &mut Room,
    director: &mut Director,
) {
    let known = |id: &str| director.fabrics.iter().find(|fabric| fabric.id == id);
    let Some(fabric) = known(&worn.fabric).cloned() else {
        ui.colored_label(WARNING, format!("'{}' cannot be read", worn.fabric));
        return;
    };
    origin_ui(ui, &fabric);
    let now = Choice {
        fabric,
        colour: worn.colour,
    };
    let Some(chosen) = fabric_ui(ui, index, &director.fabrics, &now) else {
        return;
    };
    change_cloth(index, chosen, room, director);
}

/// Where the numbers are from that the solver has.
fn origin_ui(ui: &mut egui::Ui, fabric: &Fabric) {
    let stated = provenance::stated(fabric);
    let told: Vec<String> = stated
        .iter()
        .map(|s| format!("{}: {} ({})\n    {}", s.name, s.value, s.basis(), s.source))
        .collect();
    let bending = stated.iter().find(|s| s.name == "bending");
    let word = origin_word(provenance::mechanics(fabric));
    let band = bending.and_then(|b| b.error).map_or(String::new(), |e| {
        format!(", bending within ×/÷ {}", digits(e))
    });
    ui.weak(format!("mechanics {word}{band}"))
        .on_hover_text(told.join("\n"));
}

/// Wishes for another fabric or colour of a garment; of one that is on stage it changes
/// at once.
pub(super) fn change_cloth(index: usize, chosen: Choice, room: &mut Room, director: &mut Director) {
    // The lists of the panel have it from now on.
    if !director
        .fabrics
        .iter()
        .any(|known| known.id == chosen.fabric.id)
    {
        director.fabrics.push(chosen.fabric.clone());
    }
    let garment = room.wish.worn[index].garment.clone();
    let wished = &mut room.wish.worn[index];
    wished.fabric.clone_from(&chosen.fabric.id);
    wished.colour = chosen.colour;
    let on_stage = room.worn.worn.iter().position(|w| w.garment == garment);
    // A change in hand brings its own cloth, and a comparison is one of its own.
    let alone = room.at_work.is_none() && room.compared.is_empty();
    if let Some(garment) = on_stage.filter(|_| alone) {
        let staged = &mut room.worn.worn[garment];
        staged.fabric.clone_from(&chosen.fabric.id);
        staged.colour = chosen.colour;
        director.request = Some(Request::Fabric {
            look: 0,
            garment,
            fabric: chosen.fabric,
            colour: chosen.colour,
        });
    }
}

/// The button that makes the wish come true.
pub(super) fn dress_ui(ui: &mut egui::Ui, room: &mut Room) {
    let changed = room.wish != room.worn || !room.compared.is_empty();
    let bare = room.wish.worn.is_empty();
    let ready = changed && !bare && room.at_work.is_none() && room.refusal().is_none();
    ui.add_enabled_ui(ready, |ui| {
        let text = egui::RichText::new("Dress").strong();
        if ui
            .add_sized([120.0, 26.0], egui::Button::new(text))
            .clicked()
        {
            room.dress = true;
        }
    });
    if bare {
        ui.weak("put on at least one garment");
    } else if !changed {
        ui.weak("this is what is worn");
    } else if ready {
        ui.weak("changed: Dress sews it anew");
    }
    if !room.compared.is_empty() {
        ui.label(format!("from left to right: {}", room.compared.join(", ")));
    }
    if let Some(trouble) = &room.trouble {
        ui.colored_label(WARNING, trouble);
    }
}
