//! Choosing a fabric and a colour.

use bevy_egui::egui;
use std::sync::Arc;
use toile_garment::Fabric;
use toile_show::Rgb;

/// A fabric and the colour it is dyed, if not its own.
pub(super) struct Choice {
    pub(super) fabric: Arc<Fabric>,
    pub(super) colour: Option<Rgb>,
}

/// Lets one choose fabric and colour; gives the new choice when it changes.
pub(super) fn fabric_ui(
    ui: &mut egui::Ui,
    id: impl std::hash::Hash + std::fmt::Debug,
    fabrics: &[Arc<Fabric>],
    now: &Choice,
) -> Option<Choice> {
    let mut chosen = now.fabric.clone();
    // Bytes, so that the swatch takes them for the sRGB that they are.
    let mut swatch = now.colour.map_or(chosen.appearance.base_colour.0, |c| {
        c.0.map(|channel| (channel.clamp(0.0, 1.0) * 255.0).round() as u8)
    });
    let mut painted = false;
    ui.horizontal(|ui| {
        egui::ComboBox::from_id_salt(("fabric", id))
            .selected_text(&chosen.name)
            .width(200.0)
            .show_ui(ui, |ui| {
                for known in fabrics {
                    let selected = known.id == chosen.id;
                    if ui.selectable_label(selected, &known.name).clicked() {
                        chosen = known.clone();
                    }
                }
            });
        painted = ui.color_edit_button_srgb(&mut swatch).changed();
    });
    let colour = Rgb(swatch.map(|byte| f32::from(byte) / 255.0));
    (painted || chosen.id != now.fabric.id).then(|| Choice {
        fabric: chosen,
        colour: (painted || now.colour.is_some()).then_some(colour),
    })
}
