//! The catalogue: search as one types, wear what is found, compare up to four.

use super::{
    WARNING,
    fabric::Choice,
    garments::change_cloth,
    photo::{Photographed, hint_ui, photo_ui},
    thumbnail::{SIDE, thumbnail},
    wanted::{Wanted, wanted_ui},
};
use crate::{
    provenance,
    viewer::{
        director::Director,
        room::Room,
        search::{Answer, Ask, Item, Search},
    },
};
use bevy::prelude::Resource;
use bevy_egui::egui;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};
use toile_catalogue::{digits, origin_word};
use toile_garment::Fabric;

/// Most fabrics on one garment side by side.
const MOST: usize = 4;
/// Pictures of fabrics that are kept.
const KEPT: usize = 400;
/// Side of a picture in the list, logical pixels.
const PICTURE: f32 = 40.0;

/// Size of the reasons below a fabric, logical pixels.
const REASONS: f32 = 11.5;

/// What the catalogue's window shows.
#[derive(Resource)]
pub(in crate::viewer) struct Counter {
    search: Option<Search>,
    open: bool,
    asked: Wanted,
    /// What fabrics are to be like, instead of what the fields ask for.
    photo: Option<Photographed>,
    /// Whether a file is held over the window.
    pub(super) hovered: bool,
    sent: Option<Ask>,
    pub(super) answer: Answer,
    pictures: HashMap<String, egui::TextureHandle>,
    /// Garment that fabrics are for, by its place among those wished for.
    garment: usize,
    /// Fabrics to be compared.
    picked: Vec<Arc<Fabric>>,
}

impl Counter {
    /// A counter with a way to the catalogue, or with why there is none.
    pub(in crate::viewer) fn new(search: std::io::Result<Search>) -> Self {
        let problem = search.as_ref().err().map(|e| format!("cannot search: {e}"));
        Self {
            search: search.ok(),
            open: false,
            asked: Wanted::default(),
            photo: None,
            hovered: false,
            sent: None,
            answer: Answer {
                problem,
                ..Answer::default()
            },
            pictures: HashMap::new(),
            garment: 0,
            picked: Vec::new(),
        }
    }

    /// Asks for what is wanted if that has changed, and takes what was found.
    pub(super) fn turn(&mut self) {
        if let Some(file) = picture_named(&self.asked.text) {
            self.asked.text.clear();
            self.look_at(file);
        }
        let Some(search) = &mut self.search else {
            return;
        };
        let ask = match &self.photo {
            Some(photo) => Ask::Photo(photo.asked()),
            None => Ask::Words(Box::new(self.asked.query())),
        };
        if self.sent.as_ref() != Some(&ask) {
            search.ask(ask.clone());
            self.sent = Some(ask);
        }
        if let Some(answer) = search.answer() {
            self.answer = answer;
        }
    }
}

impl Counter {
    /// Opens the catalogue on fabrics like a photograph.
    pub(super) fn look_at(&mut self, file: PathBuf) {
        self.open = true;
        self.photo = Some(Photographed::new(file));
        self.answer = Answer {
            of: self.answer.of,
            ..Answer::default()
        };
    }
}

/// A picture whose path stands in the field for words, as file managers paste it.
fn picture_named(text: &str) -> Option<PathBuf> {
    let text = text.trim().trim_matches(['\'', '"']);
    let path = Path::new(text.strip_prefix("file://").unwrap_or(text));
    let kind = path.extension()?.to_str()?.to_lowercase();
    let picture = ["png", "jpg", "jpeg"].contains(&kind.as_str());
    (picture && path.is_file()).then(|| path.to_path_buf())
}

/// The button that opens the catalogue.
pub(super) fn open_ui(ui: &mut egui::Ui, counter: &mut Counter) {
    ui.toggle_value(&mut counter.open, "Fabric catalogue…");
}

/// The catalogue's window over the stage; whether the mouse is on it.
pub(super) fn catalogue_ui(
    context: &egui::Context,
    counter: &mut Counter,
    room: &mut Room,
    director: &mut Director,
) -> bool {
    if counter.hovered {
        hint_ui(context);
    }
    if !counter.open {
        return false;
    }
    counter.turn();
    let mut open = true;
    let shown = egui::Window::new("Fabric catalogue")
        .open(&mut open)
        .default_pos([12.0, 12.0])
        .default_size([400.0, 560.0])
        .show(context, |ui| {
            search_ui(ui, counter);
            ui.separator();
            garment_ui(ui, counter, room);
            list_ui(ui, counter, room, director);
            ui.separator();
            compare_ui(ui, counter, room);
        });
    counter.open = open;
    let mouse = context.input(|input| input.pointer.latest_pos());
    shown
        .zip(mouse)
        .is_some_and(|(window, at)| window.response.rect.contains(at))
}

/// What is looked for, and how much of it there is.
fn search_ui(ui: &mut egui::Ui, counter: &mut Counter) {
    let Counter {
        asked,
        photo,
        answer,
        ..
    } = counter;
    match photo {
        Some(shown) => {
            if photo_ui(ui, shown, answer.photo.as_ref()) {
                *photo = None;
            }
        }
        None => wanted_ui(ui, asked, answer),
    }
    if let Some(problem) = &answer.problem {
        ui.colored_label(WARNING, problem);
    } else {
        let (total, of, ms) = (answer.total, answer.of, answer.ms);
        let nearest = if photo.is_some() { "the nearest " } else { "" };
        ui.weak(format!("{nearest}{total} of {of} fabrics, {ms:.0} ms"));
    }
}

/// Which garment the fabrics are for.
fn garment_ui(ui: &mut egui::Ui, counter: &mut Counter, room: &Room) {
    let names: Vec<String> = room
        .wish
        .worn
        .iter()
        .map(|worn| {
            room.file(&worn.garment)
                .map_or_else(|| worn.garment.clone(), |file| file.name.clone())
        })
        .collect();
    counter.garment = counter.garment.min(names.len().saturating_sub(1));
    if names.len() > 1 {
        ui.horizontal(|ui| {
            ui.label("for");
            for (index, name) in names.iter().enumerate() {
                ui.selectable_value(&mut counter.garment, index, name);
            }
        });
    }
}

/// What was found.
fn list_ui(ui: &mut egui::Ui, counter: &mut Counter, room: &mut Room, director: &mut Director) {
    let Counter {
        answer,
        pictures,
        picked,
        garment,
        ..
    } = counter;
    if pictures.len() > KEPT {
        pictures.clear();
    }
    let mut worn = None;
    egui::ScrollArea::vertical()
        .max_height(330.0)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            for item in &answer.items {
                ui.horizontal(|ui| item_ui(ui, item, pictures, picked, &mut worn));
            }
        });
    let Some(fabric) = worn else {
        return;
    };
    if let Some(index) = (*garment < room.wish.worn.len()).then_some(*garment) {
        let colour = None;
        change_cloth(index, Choice { fabric, colour }, room, director);
    }
}

fn item_ui(
    ui: &mut egui::Ui,
    item: &Item,
    pictures: &mut HashMap<String, egui::TextureHandle>,
    picked: &mut Vec<Arc<Fabric>>,
    worn: &mut Option<Arc<Fabric>>,
) {
    let fabric = match &item.fabric {
        Ok(fabric) => fabric,
        Err(problem) => {
            ui.label(&item.title);
            ui.colored_label(WARNING, problem);
            return;
        }
    };
    let picture = pictures.entry(item.name.clone()).or_insert_with(|| {
        let image = egui::ColorImage::from_rgb([SIDE, SIDE], &thumbnail(fabric));
        ui.ctx()
            .load_texture(&item.name, image, egui::TextureOptions::LINEAR)
    });
    ui.image((picture.id(), egui::Vec2::splat(PICTURE)));
    ui.vertical(|ui| {
        let name = egui::Button::new(egui::RichText::new(&item.title).strong()).frame(false);
        let told = || {
            let lines = provenance::stated(fabric);
            let lines = lines
                .iter()
                .map(|s| format!("{}: {}, {}", s.name, s.value, s.basis()));
            lines.collect::<Vec<_>>().join("\n")
        };
        if ui.add(name).on_hover_text(told()).clicked() {
            *worn = Some(fabric.clone());
        }
        let mut facts = vec![format!("{} g/m²", digits(fabric.area_density.value * 1e3))];
        facts.extend(item.drape.map(|d| format!("drape {d:.0} %")));
        facts.extend(item.origin.map(|o| origin_word(o).to_owned()));
        if item.reasons.is_empty() {
            facts.extend(item.difference.map(|d| format!("ΔE {d:.1}")));
        }
        ui.weak(facts.join(" · "));
        if !item.reasons.is_empty() {
            ui.label(egui::RichText::new(item.reasons.join(", ")).size(REASONS));
        }
    });
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        let place = picked.iter().position(|p| p.id == fabric.id);
        let mut on = place.is_some();
        let room_left = on || picked.len() < MOST;
        let tick = ui.add_enabled(room_left, egui::Checkbox::new(&mut on, ""));
        if tick.on_hover_text("compare").changed() {
            match place {
                Some(place) => drop(picked.remove(place)),
                None => picked.push(fabric.clone()),
            }
        }
    });
}

/// What is to be compared.
fn compare_ui(ui: &mut egui::Ui, counter: &mut Counter, room: &mut Room) {
    let picked = &mut counter.picked;
    if picked.is_empty() {
        ui.weak("click a name to wear it; tick two to four to see them side by side");
        return;
    }
    let mut gone = None;
    ui.horizontal_wrapped(|ui| {
        for (index, fabric) in picked.iter().enumerate() {
            if ui.small_button(format!("{} ✖", fabric.name)).clicked() {
                gone = Some(index);
            }
        }
    });
    if let Some(index) = gone {
        picked.remove(index);
    }
    let ready = picked.len() > 1 && room.at_work.is_none() && room.refusal().is_none();
    ui.add_enabled_ui(ready && !room.wish.worn.is_empty(), |ui| {
        if ui.button("Side by side").clicked() {
            let names = picked.iter().map(|fabric| fabric.id.clone()).collect();
            room.compare = Some((counter.garment, names));
        }
    });
}
