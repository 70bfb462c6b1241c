//! A photograph of cloth, dropped onto the window: the fabrics that are like it.

use super::catalogue::Counter;
use crate::viewer::search::{Photograph, Told};
use bevy::{
    prelude::{MessageReader, ResMut},
    window::FileDragAndDrop,
};
use bevy_egui::egui;
use std::path::PathBuf;

/// Side of the photograph, logical pixels.
const PICTURE: f32 = 72.0;
/// Widths of cloth that the field spans, mm.
const WIDTHS: std::ops::RangeInclusive<f32> = 1.0..=10_000.0;

/// The photograph that fabrics are to be like, as the fields have it.
pub(super) struct Photographed {
    file: PathBuf,
    /// Whether it is known how much cloth it shows.
    scaled: bool,
    width_mm: f32,
    any_colour: bool,
    /// The picture on the screen.
    picture: Option<egui::TextureHandle>,
}

impl Photographed {
    pub(super) fn new(file: PathBuf) -> Self {
        Self {
            file,
            scaled: false,
            width_mm: 60.0,
            any_colour: false,
            picture: None,
        }
    }

    /// The search for fabrics like it.
    pub(super) fn asked(&self) -> Photograph {
        Photograph {
            file: self.file.clone(),
            width_mm: self.scaled.then_some(self.width_mm),
            any_colour: self.any_colour,
        }
    }
}

/// Takes what is dropped onto the window for a photograph of cloth.
pub(in crate::viewer) fn take_dropped(
    mut dropped: MessageReader<'_, '_, FileDragAndDrop>,
    mut counter: ResMut<'_, Counter>,
) {
    for message in dropped.read() {
        match message {
            FileDragAndDrop::HoveredFile { .. } => counter.hovered = true,
            FileDragAndDrop::HoveredFileCanceled { .. } => counter.hovered = false,
            FileDragAndDrop::DroppedFile { path_buf, .. } => {
                counter.hovered = false;
                counter.look_at(path_buf.clone());
            }
        }
    }
}

/// What can be done with a file that is held over the window.
pub(super) fn hint_ui(context: &egui::Context) {
    egui::Area::new(egui::Id::new("drop"))
        .fixed_pos([12.0, 12.0])
        .order(egui::Order::Foreground)
        .interactable(false)
        .show(context, |ui| {
            egui::Frame::popup(ui.style()).show(ui, |ui| {
                ui.strong("Drop a photograph of cloth: the fabrics that are like it");
            });
        });
}

/// The photograph, what it tells and what else is known of it; whether it is put away.
pub(super) fn photo_ui(ui: &mut egui::Ui, photo: &mut Photographed, told: Option<&Told>) -> bool {
    let told = told.filter(|told| told.file == photo.file);
    let mut gone = false;
    ui.horizontal(|ui| {
        if let Some(told) = told {
            let picture = photo.picture.get_or_insert_with(|| {
                let small = &told.small;
                let size = [small.width() as usize, small.height() as usize];
                let image = egui::ColorImage::from_rgb(size, small.rgb());
                ui.ctx()
                    .load_texture("photograph", image, egui::TextureOptions::LINEAR)
            });
            let size = picture.size_vec2();
            let scale = PICTURE / size.max_elem().max(1.0);
            ui.image((picture.id(), size * scale));
        }
        ui.vertical(|ui| {
            ui.horizontal(|ui| {
                let name = photo.file.file_name().unwrap_or(photo.file.as_os_str());
                ui.strong(format!("like {}", name.to_string_lossy()));
                gone = ui
                    .button("✖")
                    .on_hover_text("search by words again")
                    .clicked();
            });
            for line in told.iter().flat_map(|told| &told.lines) {
                ui.weak(line);
            }
        });
    });
    ui.horizontal(|ui| {
        ui.checkbox(&mut photo.scaled, "it shows").on_hover_text(
            "how much cloth there is from left to right; then the size of threads is compared",
        );
        let width = egui::DragValue::new(&mut photo.width_mm)
            .range(WIDTHS)
            .speed(1.0)
            .suffix(" mm of cloth");
        if ui.add(width).changed() {
            photo.scaled = true;
        }
        ui.checkbox(&mut photo.any_colour, "any colour")
            .on_hover_text("compare the weave alone");
    });
    gone
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{paths::Assets, viewer::search::Search};
    use bevy::prelude::{App, Entity, Update};
    use std::{path::Path, time::Duration};

    /// A window without a screen, with the catalogue of what ships.
    fn window() -> App {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
        let assets = Assets::find(Some(&root)).unwrap();
        let assets = assets.with_catalogue(Some(root.join("no-such.sqlite")));
        let mut app = App::new();
        app.add_message::<FileDragAndDrop>()
            .insert_resource(Counter::new(Search::start(&assets)))
            .add_systems(Update, take_dropped);
        app
    }

    /// Drops a file and waits, a minute at most, for what comes of it.
    fn drop_file(app: &mut App, file: &Path) {
        app.world_mut().write_message(FileDragAndDrop::DroppedFile {
            window: Entity::PLACEHOLDER,
            path_buf: file.to_path_buf(),
        });
        app.update();
        for _ in 0..600 {
            let mut counter = app.world_mut().resource_mut::<Counter>();
            counter.turn();
            if counter.answer.problem.is_some() || counter.answer.photo.is_some() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("nothing came of {}", file.display());
    }

    /// A photograph of a navy twill, threads every eight pixels.
    fn twill(file: &Path) {
        let picture = image::RgbImage::from_fn(256, 256, |x, y| {
            let light = if (x + y) % 8 < 4 { 1.0 } else { 0.6 };
            image::Rgb([40.0, 45.0, 90.0].map(|c: f32| (c * light) as u8))
        });
        picture.save(file).unwrap();
    }

    #[test]
    fn a_photograph_that_is_dropped_finds_fabrics_with_reasons() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("swatch.png");
        twill(&file);
        let mut app = window();
        drop_file(&mut app, &file);
        let answer = &app.world().resource::<Counter>().answer;
        assert_eq!(answer.problem, None);
        assert!(!answer.items.is_empty());
        for item in &answer.items {
            assert!(item.reasons.len() > 1, "{}: {:?}", item.name, item.reasons);
        }
        let told = answer.photo.as_ref().unwrap();
        assert!(told.lines.iter().any(|line| line.contains("made like")));
        assert!(told.small.width() <= 96);
    }

    #[test]
    fn what_is_no_photograph_is_said_in_words_that_name_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("price list.pdf");
        std::fs::write(&file, "%PDF-1.7 not a picture").unwrap();
        let mut app = window();
        drop_file(&mut app, &file);
        let answer = &app.world().resource::<Counter>().answer;
        let problem = answer.problem.as_deref().unwrap();
        assert!(problem.contains("price list.pdf"), "{problem}");
        assert!(problem.contains("PNG or JPEG"), "{problem}");
        assert!(answer.items.is_empty());
    }

    #[test]
    fn a_picture_beyond_the_bounds_is_refused_before_it_is_unpacked() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("roll.png");
        image::GrayImage::new(20_001, 70).save(&file).unwrap();
        let mut app = window();
        drop_file(&mut app, &file);
        let answer = &app.world().resource::<Counter>().answer;
        let problem = answer.problem.as_deref().unwrap();
        assert!(problem.contains("roll.png"), "{problem}");
    }

    #[test]
    fn a_file_over_the_window_is_seen_until_it_leaves() {
        let mut app = window();
        let window = Entity::PLACEHOLDER;
        app.world_mut().write_message(FileDragAndDrop::HoveredFile {
            window,
            path_buf: "swatch.png".into(),
        });
        app.update();
        assert!(app.world().resource::<Counter>().hovered);
        app.world_mut()
            .write_message(FileDragAndDrop::HoveredFileCanceled { window });
        app.update();
        assert!(!app.world().resource::<Counter>().hovered);
    }
}
