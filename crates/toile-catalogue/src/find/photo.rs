//! Fabrics like a photograph.

use toile_garment::Construction;

use super::{
    Finder,
    like::{Alike, Reason},
    scan::Near,
};
use crate::{
    error::CatalogueError,
    look::{Likeness, Look, compare},
    store::row::Row,
    structure::{code, construction_word, is_knit},
};

/// Fabrics whose pictures tell the family of a photograph.
const VOTERS: usize = 7;
/// CIEDE2000 that counts as one difference that matters.
const COLOUR: f32 = 8.0;
/// How much less is known of a fabric without a picture: added to its distance.
const UNSEEN: f32 = 1.0;

/// A search by photograph.
#[derive(Debug, Clone, PartialEq)]
pub struct Photo {
    /// What the photograph tells.
    pub look: Look,
    /// Compare the weave alone, whatever the colour.
    pub any_colour: bool,
    /// How many to list.
    pub limit: usize,
}

/// What a search by photograph found.
#[derive(Debug, Clone, PartialEq)]
pub struct ByPhoto {
    /// The nearest fabrics, with reasons.
    pub alike: Vec<Alike>,
    /// What the weave is taken for, and how surely (0 to 1), the likeliest first.
    pub made: Vec<(Construction, f32)>,
    /// Fabrics of which a picture was compared.
    pub pictured: usize,
}

impl ByPhoto {
    /// What the weave is taken for, in a line for people.
    #[must_use]
    pub fn told(&self) -> String {
        if self.pictured == 0 {
            return "no fabric of the catalogue has a picture: colours alone are compared".into();
        }
        let made: Vec<String> = self
            .made
            .iter()
            .take(3)
            .map(|(made, sure)| format!("{} {:.0} %", construction_word(*made), 100.0 * sure))
            .collect();
        let made = made.join(", ");
        format!(
            "made like: {made} (of {} fabrics with pictures)",
            self.pictured
        )
    }
}

impl Finder<'_> {
    /// The fabrics nearest to a photograph. Those of which a picture is known are
    /// compared by colour and texture; the others by colour, and by what the texture
    /// of the first says about the weave.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn like_photo(&self, photo: &Photo) -> Result<ByPhoto, CatalogueError> {
        let index = &self.index;
        let alive = |at: usize| {
            index
                .alive
                .get(at / 64)
                .is_some_and(|w| w >> (at % 64) & 1 == 1)
        };
        // The nearest picture of each fabric.
        let mut seen: Vec<(usize, Likeness)> = Vec::new();
        for (at, look) in self.store.all_looks()? {
            if !alive(at) {
                continue;
            }
            let like = compare(&photo.look, &look);
            match seen.last_mut() {
                Some((last, best)) if *last == at => {
                    if like.distance < best.distance {
                        *best = like;
                    }
                }
                _ => seen.push((at, like)),
            }
        }
        let made = self.family(&seen);
        let far = |like: &Likeness| {
            if photo.any_colour {
                like.texture
            } else {
                like.distance
            }
        };
        let pictured: std::collections::HashMap<usize, Likeness> = seen.iter().copied().collect();
        let main = photo.look.colours.first().map(|c| c.0);
        let near = main
            .filter(|_| !photo.any_colour)
            .map(|c| Near::new(c, f32::MAX));
        let mut unlike = [4.0; 256];
        for (construction, sure) in &made {
            unlike[usize::from(code(*construction))] = 4.0 * (1.0 - sure);
        }
        let distance = |at: usize, bound: f32| -> Option<f32> {
            if !alive(at) {
                return None;
            }
            if let Some(like) = pictured.get(&at) {
                let d = far(like).powi(2);
                return (d < bound).then_some(d);
            }
            let mut d = UNSEEN + unlike[usize::from(index.rows[at].construction)];
            if d < bound
                && let Some(near) = &near
            {
                d += near.term(index.colours(at), COLOUR);
            }
            (d < bound).then_some(d)
        };
        let mut alike = Vec::new();
        for (d, at) in self.nearest(photo.limit.max(1), &distance) {
            let hit = self.hit(at, main)?;
            let family = made.first().map(|m| m.0);
            let reasons = match pictured.get(&(at as usize)) {
                Some(like) => seen_reasons(like, family, index.rows[at as usize].construction()),
                None => {
                    let mut out = Vec::new();
                    if let (Some(family), Some(own)) =
                        (family, index.rows[at as usize].construction())
                    {
                        out.push(weave(family, own));
                    }
                    if let Some(d) = hit.difference {
                        out.push(Reason(format!("ΔE {d:.0}")));
                    }
                    out.push(Reason(
                        "no picture of it: colour and weave compared".to_owned(),
                    ));
                    out
                }
            };
            alike.push(Alike {
                distance: d.sqrt(),
                reasons,
                hit,
            });
        }
        Ok(ByPhoto {
            alike,
            made,
            pictured: pictured.len(),
        })
    }

    /// What the nearest textures are made like, each by its nearness.
    fn family(&self, seen: &[(usize, Likeness)]) -> Vec<(Construction, f32)> {
        let mut nearest: Vec<&(usize, Likeness)> = seen.iter().collect();
        nearest.sort_by(|a, b| a.1.texture.total_cmp(&b.1.texture));
        let mut votes: Vec<(Construction, f32)> = Vec::new();
        let mut all = 0.0;
        for (at, like) in nearest.into_iter().take(VOTERS) {
            let Some(made) = self.index.rows.get(*at).and_then(Row::construction) else {
                continue;
            };
            let vote = (-2.0 * like.texture.powi(2)).exp().max(1e-6);
            all += vote;
            match votes.iter_mut().find(|v| v.0 == made) {
                Some(v) => v.1 += vote,
                None => votes.push((made, vote)),
            }
        }
        for v in &mut votes {
            v.1 /= f32::max(all, 1e-6);
        }
        votes.sort_by(|a, b| b.1.total_cmp(&a.1));
        votes
    }
}

fn weave(a: Construction, b: Construction) -> Reason {
    Reason(if a == b {
        format!("{} too", construction_word(b))
    } else if is_knit(a) == is_knit(b) {
        format!(
            "{} instead of {}",
            construction_word(b),
            construction_word(a)
        )
    } else if is_knit(b) {
        "a knit, not a weave".to_owned()
    } else {
        "a weave, not a knit".to_owned()
    })
}

fn seen_reasons(
    like: &Likeness,
    family: Option<Construction>,
    own: Option<Construction>,
) -> Vec<Reason> {
    let mut out = Vec::new();
    if let (Some(family), Some(own)) = (family, own) {
        out.push(weave(family, own));
    }
    out.push(Reason(format!(
        "texture {:.0} % alike",
        100.0 * like.correlation
    )));
    out.push(Reason(format!("ΔE {:.0}", like.colour)));
    match like.coarseness {
        Some(c) if (c - 1.0).abs() >= 0.05 => out.push(Reason(format!(
            "threads {:.0} % {}",
            100.0 * (c - 1.0).abs(),
            if c > 1.0 { "coarser" } else { "finer" }
        ))),
        Some(_) => out.push(Reason("threads as coarse".to_owned())),
        None => {}
    }
    if like.turned.abs() > 10.0 {
        out.push(Reason(format!("seen turned by {:.0}°", like.turned.abs())));
    }
    out
}

impl Photo {
    /// Looks for a colour of its own instead of the photograph's.
    #[must_use]
    pub fn in_colour(mut self, colour: toile_garment::Srgb) -> Self {
        self.look.colours = vec![(colour, 1.0)];
        self
    }
}
