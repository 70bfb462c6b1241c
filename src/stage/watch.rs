//! Takes twins off the stage whose licence ends while the show goes on.

use super::Playback;
use crate::{
    consent::{Account, Guard},
    production::Production,
};
use bevy::prelude::*;
use toile_consent::ledger::Event as Entry;

/// Who watches over the twins on stage, and where it is written down.
#[derive(Resource)]
pub struct Watch {
    guard: Guard,
    account: Account,
    /// What was said, for the panel.
    pub said: Vec<String>,
}

impl Watch {
    /// Begins to watch over the twins of a production.
    #[must_use]
    pub fn new(production: &Production) -> Self {
        Self {
            guard: Guard::new(production),
            account: production.assets.account().clone(),
            said: Vec::new(),
        }
    }
}

/// Asks the guard, and has mannequins take the place of twins that may stay no longer.
pub(super) fn watch(mut watch: ResMut<'_, Watch>, mut playback: ResMut<'_, Playback>) {
    for refusal in watch.guard.news() {
        let looks = playback.withdraw(&refusal.twin);
        for look in looks {
            let said = format!("look {look}: a mannequin takes the place of {refusal}");
            eprintln!("{said}");
            watch.said.push(said);
            let withdrawn = Entry::Withdrawn {
                twin: refusal.twin.clone(),
                show: refusal.show.clone(),
                look,
                clause: refusal.clause.to_string(),
                why: refusal.why.clone(),
            };
            if let Err(error) = watch.account.note(withdrawn) {
                let said = format!("it could not be written down: {error}");
                eprintln!("{said}");
                watch.said.push(said);
            }
        }
    }
}
