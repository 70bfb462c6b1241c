//! What is looked for in the catalogue, and the fields for it.

use crate::viewer::search::{Answer, LISTED};
use bevy_egui::egui;
use toile_catalogue::{
    DRAPE_WORDS, ORIGINS,
    find::{Query, Range, parse_construction, parse_fibre},
    origin_word,
};
use toile_garment::Srgb;

/// What is looked for, as the fields have it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wanted {
    pub(super) text: String,
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
    pub(super) fn query(&self) -> Query {
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

/// The fields of the search.
pub(super) fn wanted_ui(ui: &mut egui::Ui, asked: &mut Wanted, answer: &Answer) {
    ui.horizontal(|ui| {
        let field = egui::TextEdit::singleline(&mut asked.text)
            .hint_text("silk charmeuse, organic… or drop a photo")
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
