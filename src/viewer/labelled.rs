//! The visible label over the stage of a window: the words, the letters and the mark of
//! the label that is burnt into pictures.

use super::director::Director;
use crate::{
    label::{BEHIND, INK, Label, MARK, MARK_WORD, Policy},
    production::Production,
    stage::Playback,
};
use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};

/// What a window says of the figures in it.
#[derive(Resource)]
pub(super) struct Labelled {
    label: Option<Label>,
    /// Who asks for it, asked again of everybody who takes the stage.
    policy: Policy,
    /// A fitting room is looked at for as long as one likes, as a still picture is.
    always: bool,
}

impl Labelled {
    /// The label of a production. That of a show is seen as in films, at the start and at
    /// intervals, and whenever it stands still.
    pub(super) fn new(production: &Production, policy: Policy, always: bool) -> Self {
        Self {
            label: Label::new(production, policy),
            policy,
            always,
        }
    }

    /// That of others who take the stage.
    pub(super) fn of(&self, production: &Production) -> Self {
        Self::new(production, self.policy, self.always)
    }

    /// Who asks for it.
    pub(super) fn policy(&self) -> Policy {
        self.policy
    }

    fn seen(&self, time_s: f32, playing: bool) -> Option<&Label> {
        let label = self.label.as_ref()?;
        let seen = self.always || !playing || label.shown(f64::from(time_s));
        seen.then_some(label)
    }
}

/// Draws the label over everything that the window shows of the stage.
pub(super) fn label(
    mut contexts: EguiContexts<'_, '_>,
    labelled: Res<'_, Labelled>,
    director: Res<'_, Director>,
    playback: Option<Res<'_, Playback>>,
) -> Result {
    let Some(playback) = playback else {
        return Ok(());
    };
    let Some(label) = labelled.seen(playback.time_s, director.playing) else {
        return Ok(());
    };
    let looks = playback.looks.iter();
    let withdrawn: Vec<u32> = looks
        .filter(|look| look.withdrawn())
        .map(|look| look.number)
        .collect();
    let context = contexts.ctx_mut()?;
    let mut stage = context.viewport_rect();
    stage.set_width(director.stage_width);
    draw(context, stage, label, &label.lines(&withdrawn));
    Ok(())
}

/// Lays a label out as [`Label::burn`] does: lines at the lower left, the mark at the
/// upper right.
fn draw(context: &egui::Context, stage: egui::Rect, label: &Label, lines: &[String]) {
    let layer = egui::LayerId::new(egui::Order::Foreground, egui::Id::new("label"));
    let painter = context.layer_painter(layer).with_clip_rect(stage);
    let size = Label::letters_px(stage.height());
    let margin = (0.8 * size).ceil();
    let set = |text: &str, size: f32| {
        let font = egui::FontId::proportional(size);
        let room = (stage.width() - 2.0 * margin).max(size);
        painter.layout(text.to_owned(), font, ink(), room)
    };
    let write = |galley: std::sync::Arc<egui::Galley>, at: egui::Pos2, size: f32| {
        let ground = egui::Rect::from_min_size(at, galley.size());
        painter.rect_filled(
            ground.expand2(egui::vec2(0.3 * size, 0.0)),
            0.0,
            ground_colour(),
        );
        painter.galley(at, galley, ink());
    };
    let mut bottom = stage.bottom() - margin;
    for line in lines.iter().rev() {
        let galley = set(line, size);
        bottom -= galley.size().y;
        write(galley, egui::pos2(stage.left() + margin, bottom), size);
    }
    if label.has_eu_mark() {
        let size = MARK * size;
        let galley = set(MARK_WORD, size);
        let left = stage.right() - margin - galley.size().x;
        write(galley, egui::pos2(left, stage.top() + margin), size);
    }
}

/// Light as the display encodes it (sRGB, IEC 61966-2-1).
fn encoded(linear: f32) -> u8 {
    (255.0 * Color::linear_rgb(linear, linear, linear).to_srgba().red).round() as u8
}

fn ink() -> egui::Color32 {
    egui::Color32::from_gray(encoded(INK))
}

/// The dark behind letters: it lets through as much of what is behind it as in pictures.
fn ground_colour() -> egui::Color32 {
    // Windows are blended in encoded light.
    egui::Color32::from_black_alpha(u8::MAX - encoded(BEHIND))
}

#[cfg(test)]
mod tests {
    use super::Labelled;
    use crate::{consent::Account, label::Policy, paths::Assets, production::Production};
    use std::path::Path;
    use toile_consent::Medium;
    use toile_show::Show;

    fn labelled(policy: Policy, always: bool) -> Labelled {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let nowhere = tempfile::tempdir().unwrap();
        let account = Account::at(&nowhere.path().join("ledger"));
        let assets = Assets::find(Some(&root.join("assets"))).unwrap();
        let assets = assets.with_account(account);
        let show = Show::load(&root.join("scenes/fitting-room.ron")).unwrap();
        let production = Production::cast(show, "show", &assets, Medium::TryOn).unwrap();
        Labelled::new(&production, policy, always)
    }

    #[test]
    fn a_window_is_labelled_at_the_start_at_intervals_and_while_it_stands_still() {
        let window = labelled(Policy::Always, false);
        for (time_s, playing, seen) in [
            (0.5, true, true),
            (5.0, true, false),
            (5.0, false, true),
            (31.0, true, true),
        ] {
            assert_eq!(window.seen(time_s, playing).is_some(), seen, "{time_s} s");
        }
    }

    #[test]
    fn a_fitting_room_is_labelled_all_the_time() {
        let window = labelled(Policy::Always, true);
        let label = window.seen(5.0, true).unwrap();
        assert_eq!(label.lines(&[]), ["Digital mannequins"]);
        assert!(labelled(Policy::Never, true).seen(5.0, true).is_none());
        assert!(labelled(Policy::Auto, true).seen(5.0, true).is_none());
    }
}
