//! Which camera is on air, and what it follows.

use super::{Playback, StagedLook};
use toile_show::{
    Subject,
    edit::Shot,
    follow::{Attention, Followed},
    format::Camera,
};

impl StagedLook {
    /// It as cameras follow it.
    fn followed(&self) -> Followed<'_> {
        Followed {
            look: self.number,
            height_m: self.height_m,
            enters_s: self.choreography.enters_s,
            exits_s: self.choreography.exits_s(),
            ways: &self.ways,
        }
    }
}

/// Whom cameras follow that are told nobody, in a show of these looks.
pub(super) fn attention(looks: &[StagedLook], end_s: f32) -> Attention {
    let followed: Vec<_> = looks.iter().map(StagedLook::followed).collect();
    Attention::new(&followed, end_s)
}

impl Playback {
    /// The camera on air, and how many beats its shot is old. One that is `held`
    /// instead of the cuts is in one shot from the show's start.
    #[must_use]
    pub fn on_air(&self, held: Option<&str>) -> Option<(&Camera, f32)> {
        let beat = self.time_s / self.show.beat_s();
        match held {
            Some(held) => Some((self.show.camera(held)?, beat)),
            None => {
                let cut = self.cut()?;
                Some((self.show.camera(&cut.camera)?, beat - cut.beat))
            }
        }
    }

    /// What is to be seen, unless the director holds a camera.
    #[must_use]
    pub fn shot(&self) -> Option<&Shot> {
        let cut = self.cut().filter(|_| self.camera.is_none())?;
        self.shots.iter().find(|shot| shot.cut.beat == cut.beat)
    }

    /// What the camera on air follows: the look that its cut names, or else the one
    /// nearest the pit.
    #[must_use]
    pub fn subject(&self) -> Option<Subject> {
        self.followed_by(self.camera.as_deref())
    }

    /// As [`Playback::subject`], for a camera that is `held` instead of the cuts.
    #[must_use]
    pub fn followed_by(&self, held: Option<&str>) -> Option<Subject> {
        let named = match held {
            Some(_) => None,
            None => self.cut().and_then(|cut| cut.look),
        };
        let asked = named.and_then(|number| self.looks.iter().find(|l| l.number == number));
        match asked {
            Some(look) => Some(look.followed().subject(self.time_s)),
            None => {
                let looks: Vec<_> = self.looks.iter().map(StagedLook::followed).collect();
                self.attention.subject(&looks, self.time_s)
            }
        }
    }
}
