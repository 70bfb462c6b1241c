//! The catalogue: search as one types, wear what is found, compare up to four.

use super::{
    WARNING,
    fabric::Choice,
    garments::change_cloth,
    thumbnail::{SIDE, thumbnail},
};
use crate::{
    provenance,
    viewer::{
        director::Director,
        room::Room,
        search::{Answer, Item, LISTED, Search},
    },
};
use bevy::prelude::Resource;
use bevy_egui::egui;
use std::{collections::HashMap, sync::Arc};
use toile_catalogue::{
    DRAPE_WORDS, ORIGINS, digits,
    find::{Query, Range, parse_construction, parse_fibre},
    origin_word,
};
use toile_garment::{Fabric, Srgb};

/// Most fabrics on one garment side by side.
const MOST: usize = 4;
/// Pictures of fabrics that are kept.
const KEPT: usize = 400;
/// Side of a picture in the list, logical pixels.
const PICTURE: f32 = 40.0;

/// What the catalogue's window shows.
#[derive(Resource)]
pub(in crate::viewer) struct Counter {
    search: Option<Search>,
    open: bool,
    asked: Wanted,
    sent: Option<Wanted>,
    answer: Answer,
    pictures: HashMap<String, egui::TextureHandle>,
    /// Garment that fabrics are for, by its place among those wished for.
    garment: usize,
    /// Fabrics to be compared.
    picked: Vec<Arc<Fabric>>,
}

/// What is looked for, as the fields have it.
#[derive(Debug, Clone, PartialEq)]
struct Wanted {
    text: String,
    construction: Option<String>,
    fibre: Option<String>,
    origin: Option<String>,
    drape: Option<&'static str>,
    weight: (f32, f32),
    colour: Option<[u8; 3]>,
    within: f32,
}

/// Weights that the fields span, g/m².
const WEIGHTS: (f32, f32) = (0.0, 1000.0);

impl Default for Wanted {
    fn default() -> Self {
        Self {
            text: String::new(),
            construction: None,
            fibre: None,
            origin: None,
            drape: None,
            weight: WEIGHTS,
            colour: None,
            within: 12.0,
        }
    }
}

impl Wanted {
    /// The search; words that the catalogue itself listed are understood by it.
    fn query(&self) -> Query {
        let mut text = self.text.trim_start().to_owned();
        if text.chars().next_back().is_some_and(char::is_alphanumeric) {
            text.push('*');
        }
        let drape = DRAPE_WORDS.iter().find(|w| Some(w.0) == self.drape);
        Query {
            text,
            constructions: self
                .construction
                .iter()
                .filter_map(|c| parse_construction(c).ok())
                .collect(),
            fibres: self
                .fibre
                .iter()
                .filter_map(|f| parse_fibre(f).ok())
                .collect(),
            origins: ORIGINS
                .into_iter()
                .filter(|o| self.origin.as_deref() == Some(origin_word(*o)))
                .collect(),
            drape: drape.map(|(_, (low, high))| Range {
                low: *low,
                high: *high,
            }),
            weight: (self.weight != WEIGHTS).then_some(Range {
                low: self.weight.0,
                high: self.weight.1,
            }),
            colour: self.colour.map(|c| (Srgb(c), self.within)),
            limit: LISTED,
            ..Query::default()
        }
    }
}

impl Counter {
    /// A counter with a way to the catalogue, or with why there is none.
    pub(in crate::viewer) fn new(search: std::io::Result<Search>) -> Self {
        let problem = search.as_ref().err().map(|e| format!("cannot search: {e}"));
        Self {
            search: search.ok(),
            open: false,
            asked: Wanted::default(),
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
    fn turn(&mut self) {
        let Some(search) = &mut self.search else {
            return;
        };
        if self.sent.as_ref() != Some(&self.asked) {
            search.ask(self.asked.query());
            self.sent = Some(self.asked.clone());
        }
        if let Some(answer) = search.answer() {
            self.answer = answer;
        }
    }
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
            wanted_ui(ui, counter);
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

/// The fields of the search.
fn wanted_ui(ui: &mut egui::Ui, counter: &mut Counter) {
    let Counter { asked, answer, .. } = counter;
    ui.horizontal(|ui| {
        let field = egui::TextEdit::singleline(&mut asked.text)
            .hint_text("silk charmeuse, gabardine, organic…")
            .desired_width(270.0);
        ui.add(field);
        if ui.button("clear").clicked() {
            *asked = Wanted::default();
        }
    });
    ui.horizontal(|ui| {
        for (name, value) in [
            ("construction", &mut asked.construction),
            ("fibre", &mut asked.fibre),
            ("origin", &mut asked.origin),
        ] {
            let facet = answer.facets.iter().find(|(facet, _)| facet.contains(name));
            facet_ui(ui, name, value, facet.map_or(&[], |(_, counts)| counts));
        }
    });
    ui.horizontal(|ui| {
        egui::ComboBox::from_id_salt("drape")
            .selected_text(asked.drape.unwrap_or("any drape"))
            .width(80.0)
            .show_ui(ui, |ui| {
                ui.selectable_value(&mut asked.drape, None, "any drape");
                for (word, (low, high)) in DRAPE_WORDS {
                    let text = format!("{word} ({low:.0}–{high:.0} %)");
                    ui.selectable_value(&mut asked.drape, Some(word), text);
                }
            });
        let (low, high) = &mut asked.weight;
        let weight = |value| {
            egui::DragValue::new(value)
                .range(WEIGHTS.0..=WEIGHTS.1)
                .speed(2.0)
        };
        ui.add(weight(low));
        ui.label("–");
        ui.add(weight(high).suffix(" g/m²"));
        *high = high.max(*low);
        let mut by_colour = asked.colour.is_some();
        ui.checkbox(&mut by_colour, "colour");
        let mut colour = asked.colour.unwrap_or([122, 31, 43]);
        if ui.color_edit_button_srgb(&mut colour).changed() {
            by_colour = true;
        }
        asked.colour = by_colour.then_some(colour);
    });
    if let Some(problem) = &answer.problem {
        ui.colored_label(WARNING, problem);
    } else {
        ui.weak(format!(
            "{} of {} fabrics, {:.0} ms",
            answer.total, answer.of, answer.ms
        ));
    }
}

/// A facet with how many fabrics there are of each value.
fn facet_ui(
    ui: &mut egui::Ui,
    name: &str,
    value: &mut Option<String>,
    counts: &[(&'static str, u64)],
) {
    egui::ComboBox::from_id_salt(("facet", name))
        .selected_text(value.as_deref().unwrap_or(name))
        .width(100.0)
        .show_ui(ui, |ui| {
            ui.selectable_value(value, None, "any");
            for (word, count) in counts {
                ui.selectable_value(value, Some((*word).to_owned()), format!("{word}  {count}"));
            }
        });
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
        facts.extend(item.difference.map(|d| format!("ΔE {d:.1}")));
        ui.weak(facts.join(" · "));
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
