//! What a capture says of itself: `report.json`.

use crate::{
    production::CastLook,
    provenance::Cloth,
    stage::StagedLook,
    wardrobe::{Measured, Tally},
};
use serde::Serialize;
use std::{io::Write, path::Path};

/// The report of a capture.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The show's title.
    pub show: String,
    /// Who staged it.
    pub client: String,
    /// What for.
    pub purpose: String,
    /// The day it was staged for.
    pub date: String,
    /// Graphics adapter, driver and backend.
    pub adapter: String,
    /// Frame size, pixels.
    pub size: (u32, u32),
    /// Frames per second.
    pub fps: u32,
    /// Frames written.
    pub frames: u32,
    /// Movies, sounds and the first of every sequence of pictures, by their paths in
    /// the folder.
    pub files: Vec<String>,
    /// How long it took.
    pub timings: Timings,
    /// The looks in running order.
    pub looks: Vec<LookReport>,
}

/// How long a capture took.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Timings {
    /// Loading, sewing and settling, s.
    pub prepare_s: f32,
    /// Simulating, rendering and encoding, s.
    pub render_s: f32,
    /// Mean time per frame, ms.
    pub per_frame_ms: f32,
}

/// One look.
#[derive(Debug, Clone, Serialize)]
pub struct LookReport {
    /// Number in the running order.
    pub number: u32,
    /// The twin's id.
    pub twin: String,
    /// The licence that covered the use; none for a mannequin.
    pub licence: Option<String>,
    /// Garment, fabric and size of everything worn.
    pub garments: Vec<String>,
    /// What each garment was simulated in when it left: the solver's numbers, each with
    /// origin, source and error band.
    pub fabrics: Vec<Cloth>,
    /// Particles of its cloth.
    pub particles: usize,
    /// On stage from and to, s of the show.
    pub on_stage_s: (f32, f32),
    /// Whether its cloth was `simulated`, or played from a bake: `baked`.
    pub cloth_is: &'static str,
    /// Greatest values that its cloth reached, now or when it was baked.
    pub cloth: Tally,
    /// The same four times a second, while it was simulated on stage.
    pub measured: Vec<Measured>,
}

impl LookReport {
    /// Reports on a look that has been played.
    #[must_use]
    pub fn new(look: &StagedLook, cast: &CastLook) -> Self {
        Self {
            number: look.number,
            twin: cast.cast.twin.id.clone(),
            licence: cast.cast.licence.as_ref().map(|g| g.licence.id.clone()),
            garments: cast
                .look
                .garments
                .iter()
                .map(|w| format!("{} in {} ({:?})", w.garment, w.fabric, w.size))
                .collect(),
            fabrics: look
                .garments
                .iter()
                .map(|garment| Cloth::new(&garment.drawn.name, &garment.fabric))
                .collect(),
            particles: look.sim.lock().particle_count(),
            on_stage_s: (look.choreography.enters_s, look.choreography.exits_s()),
            cloth_is: look.cloth_is(),
            cloth: look.tally,
            measured: look.measured.clone(),
        }
    }
}

impl Report {
    /// Writes the report beside its final name, then renames it.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        let partial = path.with_extension("json.part");
        let mut file = std::fs::File::create(&partial)?;
        serde_json::to_writer_pretty(&mut file, self)?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        std::fs::rename(&partial, path)
    }
}
