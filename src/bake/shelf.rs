//! Where bakes lie, and whether they still fit.

use super::{Tallies, attachment, from_bytes, key::WALK};
use crate::{tailor::Drafted, wardrobe::Tally};
use glam::Vec3;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use toile_bake::{Bake, BakeError};
use toile_cloth::AdapterSummary;

/// The bakes of one show.
#[derive(Debug, Clone)]
pub struct Shelf {
    folder: PathBuf,
    rate: Option<u32>,
}

/// The cloth of a look, frame by frame.
#[derive(Clone)]
pub struct Baked {
    /// The file.
    pub bake: Arc<Bake>,
    /// World positions when it is about to step out, m.
    pub entrance: Vec<Vec3>,
    /// The greatest values that its cloth reached.
    pub tally: Tally,
}

/// How a look came off the sewing table.
#[derive(Clone)]
pub struct Sewn {
    /// Positions of the panels' particles when their seams were welded, m.
    pub joined: Vec<Vec3>,
    /// Positions of the welded particles when they had settled, m.
    pub settled: Vec<Vec3>,
    /// The greatest values that sewing left in the cloth.
    pub tally: Tally,
}

/// What a shelf holds for a look.
#[derive(Clone, Default)]
pub struct Found {
    /// Its cloth as it would come out now.
    pub baked: Option<Baked>,
    /// How it would be sewn now; there whenever `baked` is.
    pub sewn: Option<Sewn>,
    /// Why it must be simulated, in a few words.
    pub why: Option<String>,
}

impl Shelf {
    /// The bakes of a show under a folder. Without a `rate` (frames per second)
    /// the finest bake of a look is taken.
    #[must_use]
    pub fn new(folder: &Path, scene: &Path, rate: Option<u32>) -> Self {
        Self {
            folder: folder.join(scene.file_stem().unwrap_or_default()),
            rate,
        }
    }

    /// Where the bakes are.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file of a look's bake.
    #[must_use]
    pub fn path(&self, look: u32, rate: u32) -> PathBuf {
        self.folder.join(format!("look-{look}.{rate}fps.bake"))
    }

    /// Looks for a look.
    #[must_use]
    pub fn find(&self, look: &Drafted, adapter: &AdapterSummary) -> Found {
        let number = look.cast.look.number;
        let mut found = Found::default();
        for rate in self.rates(number) {
            let path = self.path(number, rate);
            let here = look_into(&path, look, rate, adapter).unwrap_or_else(|error| Found {
                why: Some(format!("bake not used: {error}")),
                ..Found::default()
            });
            // A bake of another rate still knows how the look is sewn.
            found.sewn = found.sewn.or(here.sewn);
            if self.rate.is_none_or(|wanted| wanted == rate) {
                found.why = found.why.or(here.why);
                if here.baked.is_some() {
                    found.baked = here.baked;
                    found.why = None;
                    break;
                }
            }
        }
        if found.baked.is_none() && found.why.is_none() {
            found.why = Some(match self.rate {
                Some(rate) => format!("not baked at {rate} frames per second"),
                None => "not baked".into(),
            });
        }
        found
    }

    /// Frame rates that there are files for, the finest first.
    fn rates(&self, look: u32) -> Vec<u32> {
        let mut rates: Vec<u32> = std::fs::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name();
                name.to_str()?
                    .strip_prefix(&format!("look-{look}."))?
                    .strip_suffix("fps.bake")?
                    .parse()
                    .ok()
            })
            .collect();
        rates.sort_unstable_by(|a, b| b.cmp(a));
        rates
    }
}

/// What a file holds for a look as it is now.
fn look_into(
    path: &Path,
    look: &Drafted,
    rate: u32,
    adapter: &AdapterSummary,
) -> Result<Found, BakeError> {
    let bake = Bake::open(path)?;
    let key = look.key(rate, adapter);
    let changed = bake.head().key.changed(&key);
    let why =
        (!changed.is_empty()).then(|| format!("{} changed since the bake", changed.join(" and ")));
    if changed.iter().any(|&part| part != WALK) {
        return Ok(Found {
            why,
            ..Found::default()
        });
    }
    let misfit = |what: &str| BakeError::Damaged {
        place: path.display().to_string(),
        problem: format!("{what} are not those of the look"),
    };
    let particles = bake.head().particles as usize;
    let positions = |name: &str, count: usize| {
        let bytes = bake.attachment(name)?.unwrap_or_default();
        let positions = from_bytes(&bytes);
        let fits = positions.len() == count && positions.iter().all(|p| p.is_finite());
        fits.then_some(positions)
            .ok_or_else(|| misfit(&format!("its {name} positions")))
    };
    let tallies = bake.attachment(attachment::TALLIES)?.unwrap_or_default();
    let tallies: Tallies =
        serde_json::from_slice(&tallies).map_err(|_| misfit("its greatest values"))?;
    let sewn = Sewn {
        joined: positions(attachment::JOINED, look.assembly.cloth.positions.len())?,
        settled: positions(attachment::SETTLED, particles)?,
        tally: tallies.sewing,
    };
    let entrance = positions(attachment::ENTRANCE, particles)?;
    let (first, frames) = (bake.head().first, bake.head().frames);
    if why.is_none() && look.choreography.frames(rate) != (first..first + frames) {
        return Err(misfit("its frames"));
    }
    let baked = why.is_none().then(|| Baked {
        bake: Arc::new(bake),
        entrance,
        tally: tallies.all,
    });
    Ok(Found {
        baked,
        sewn: Some(sewn),
        why,
    })
}
