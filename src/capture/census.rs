//! For how long every look was to be seen: stand-ins are drawn small a few times a
//! second, and who covers enough of the picture counts until the next time.

use super::{CaptureError, Headless, matte::Object};
use crate::stage::{Playback, StagedLook};
use std::collections::BTreeSet;

/// Times a second that are looked at.
const EVERY_S: f64 = 0.25;
/// Least share of the picture that counts as seen: a figure at the far end of a house
/// that nobody would recognise is below it.
const LEAST: f64 = 1e-3;

/// Who was seen, and for how long.
#[derive(Debug)]
pub(super) struct Census {
    objects: Vec<Object>,
    fps: u32,
    /// Frames from one look at the stage to the next.
    every: u32,
    /// Seconds by the number of the look.
    pub(super) seconds: Vec<(u32, f64)>,
    /// Who was seen last.
    seen: BTreeSet<u32>,
}

impl Census {
    /// Nobody was seen yet; `objects` are those of the stand-ins, none if there are no
    /// stand-ins.
    pub(super) fn new(objects: Vec<Object>, fps: u32) -> Self {
        Self {
            objects,
            fps,
            every: ((f64::from(fps) * EVERY_S).round() as u32).max(1),
            seconds: Vec::new(),
            seen: BTreeSet::new(),
        }
    }

    /// How it is measured, for the account.
    pub(super) fn method(&self) -> String {
        if self.objects.is_empty() {
            "time on stage: what is seen could not be told".to_owned()
        } else {
            format!(
                "object ids, every {} of {} frames a second, from {} thousandths of the picture",
                self.every,
                self.fps,
                LEAST * 1e3
            )
        }
    }

    /// Whether this is a frame, counted from the first that is kept, to look at.
    pub(super) fn looks_at(&self, kept: u32) -> bool {
        kept.is_multiple_of(self.every)
    }

    /// Notes who is to be seen in any view.
    ///
    /// # Errors
    /// A lost device.
    pub(super) fn look(
        &mut self,
        headless: &mut Headless,
        views: usize,
    ) -> Result<(), CaptureError> {
        self.seen.clear();
        if self.objects.is_empty() {
            let playback = headless.world().resource::<Playback>();
            let now = playback.time_s;
            let there = |look: &&StagedLook| look.shown(now) && !look.withdrawn();
            let shown = playback.looks.iter().filter(there);
            self.seen.extend(shown.map(|look| look.number));
            return Ok(());
        }
        for view in 0..views {
            let pixels = headless.surfaces(view)?.object;
            self.seen.extend(seen(&pixels, &self.objects));
        }
        // What a mannequin wears in the twin's place does not show the twin.
        let looks = &headless.world().resource::<Playback>().looks;
        let gone = looks.iter().filter(|look| look.withdrawn());
        for look in gone {
            self.seen.remove(&look.number);
        }
        Ok(())
    }

    /// Counts a frame that was kept.
    pub(super) fn count(&mut self) {
        let second = 1.0 / f64::from(self.fps);
        for &look in &self.seen {
            match self.seconds.iter_mut().find(|(number, _)| *number == look) {
                Some((_, seconds)) => *seconds += second,
                None => self.seconds.push((look, second)),
            }
        }
    }
}

/// The looks that cover enough of a picture.
fn seen(pixels: &[u32], objects: &[Object]) -> Vec<u32> {
    let mut counts: Vec<(u32, usize)> = Vec::new();
    for &object in pixels {
        let look = object
            .checked_sub(1)
            .and_then(|number| objects.get(number as usize))
            .and_then(look_of);
        let Some(look) = look else { continue };
        match counts.iter_mut().find(|(number, _)| *number == look) {
            Some((_, count)) => *count += 1,
            None => counts.push((look, 1)),
        }
    }
    let least = LEAST * pixels.len() as f64;
    let enough = counts
        .into_iter()
        .filter(|(_, count)| *count as f64 >= least);
    enough.map(|(look, _)| look).collect()
}

/// The number of the look that an object belongs to: twins are called `03-ines`.
fn look_of(object: &Object) -> Option<u32> {
    object.twin.as_ref()?.split_once('-')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Census, seen};
    use crate::capture::matte::Object;

    fn objects() -> Vec<Object> {
        ["03-ines", "12-mei"]
            .map(|twin| Object {
                twin: Some(twin.into()),
                ..Object::default()
            })
            .into_iter()
            .chain([Object {
                part: "set".into(),
                ..Object::default()
            }])
            .collect()
    }

    #[test]
    fn who_covers_enough_of_the_picture_is_seen() {
        let mut pixels = vec![3; 10_000];
        pixels[..9].fill(1);
        pixels[100..110].fill(2);
        assert_eq!(seen(&pixels, &objects()), [12]);
        pixels[9] = 1;
        assert_eq!(seen(&pixels, &objects()), [3, 12]);
        assert!(seen(&[0; 100], &objects()).is_empty());
    }

    #[test]
    fn every_frame_counts_until_the_next_look_at_the_stage() {
        let mut census = Census::new(objects(), 24);
        assert!(census.looks_at(0) && census.looks_at(6) && !census.looks_at(7));
        census.seen.insert(3);
        (0..24).for_each(|_| census.count());
        assert_eq!(census.seconds.len(), 1);
        assert!((census.seconds[0].1 - 1.0).abs() < 1e-9);
    }
}
