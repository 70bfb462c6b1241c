//! The tape: body, garment and ease at bust, waist and hip; of a person whose measures
//! are not to be told, the ease alone.

use super::WARNING;
use crate::{
    fitting::{FitWord, GarmentEase},
    viewer::room::Room,
};
use bevy_egui::egui;

pub(super) fn tape_ui(ui: &mut egui::Ui, room: &mut Room) {
    room.read_ease();
    if room.wish.wearer != room.worn.wearer {
        ui.weak("the tape is on who stands here now");
    }
    for (index, garment) in room.ease.iter().enumerate() {
        match garment {
            Ok(ease) => garment_ui(ui, index, ease, room.tells),
            Err(problem) => {
                ui.colored_label(WARNING, problem);
            }
        }
    }
}

fn garment_ui(ui: &mut egui::Ui, index: usize, ease: &GarmentEase, tells: bool) {
    egui::Grid::new(("ease", index))
        .num_columns(if tells { 5 } else { 3 })
        .striped(true)
        .show(ui, |ui| {
            ui.strong(&ease.name);
            if tells {
                ui.weak("body cm");
                ui.weak("garment cm");
            }
            ui.weak("ease cm");
            ui.weak("");
            ui.end_row();
            for level in &ease.levels {
                let cm = |metres: f32| metres * 100.0;
                ui.label(level.level);
                if tells {
                    ui.monospace(format!("{:.1}", cm(level.body_m)));
                    ui.monospace(format!("{:.1}", cm(level.garment_m)));
                }
                ui.monospace(format!("{:+.1}", cm(level.ease_m())));
                let word = level.word.to_string();
                if level.word == FitWord::Tight {
                    ui.colored_label(WARNING, word);
                } else {
                    ui.label(word);
                }
                ui.end_row();
            }
        });
    ui.label(&ease.hint);
    ui.add_space(4.0);
}
