//! `toile bake`.

use super::{Failure, stop_on_interrupt};
use crate::{
    bake::{Baker, Shelf},
    consent::note_refusal,
    paths::Assets,
    production::{CastLook, Production},
    progress::Progress,
    tailor::Drafted,
    wardrobe::Gpu,
};
use std::{
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
};
use toile_bake::Bake;
use toile_cloth::{AdapterSummary, ClothPipelines};
use toile_consent::ledger::Act;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile bake scenes/first-show.ron              every look, at 24 frames per second
  toile bake scenes/first-show.ron --fps 60     finer, for a window on a fast screen
  toile bake scenes/first-show.ron --look 2     only one look
  toile show scenes/first-show.ron              plays what has been baked

A bake holds where every particle of a look's cloth is in every frame, to a
sixteenth of a millimetre. It remembers what went in (garments, fabrics, body,
walk, solver, graphics adapter): a look is baked again only when that has
changed, and whatever does not fit is simulated instead of played.
docs/bake.md tells more.")]
pub(super) struct Args {
    /// The show file
    scene: PathBuf,
    /// Frames per second; a recording plays bakes of its own rate
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=240))]
    fps: u32,
    /// Bake only this look, by its number; may be given more than once
    #[arg(long, value_name = "NUMBER")]
    look: Vec<u32>,
    /// Folder for bakes; those of a show go into a folder of its name there
    #[arg(long, value_name = "DIR", default_value = "out/bake")]
    bakes: PathBuf,
    /// Bake again what is up to date
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    let production = Production::load(&args.scene, assets)
        .inspect_err(|error| note_refusal(assets.account(), error, Act::Render))?;
    let numbers: Vec<u32> = production.looks.iter().map(|l| l.look.number).collect();
    if let Some(unknown) = args.look.iter().find(|number| !numbers.contains(number)) {
        return Err(format!("--look {unknown}: the show has the looks {numbers:?}").into());
    }
    let shelf = Shelf::new(&args.bakes, &args.scene, Some(args.fps));
    let stop = stop_on_interrupt()?;
    let (device, queue, adapter) = toile_cloth::request_device()?;
    let kernels = ClothPipelines::new(&device)?;
    let oven = Oven {
        shelf,
        rate: args.fps,
        force: args.force,
        adapter,
        gpu: Gpu {
            device: &device,
            queue: &queue,
            kernels: &kernels,
        },
        stop: &stop,
    };
    for look in &production.looks {
        if args.look.is_empty() || args.look.contains(&look.look.number) {
            oven.bake(look, &production)?;
        }
    }
    println!("bakes are in {}", oven.shelf.folder().display());
    Ok(())
}

struct Oven<'a> {
    shelf: Shelf,
    rate: u32,
    force: bool,
    adapter: AdapterSummary,
    gpu: Gpu<'a>,
    stop: &'a AtomicBool,
}

impl Oven<'_> {
    fn bake(&self, cast: &CastLook, production: &Production) -> Result<(), Failure> {
        let name = format!("look {} ({})", cast.look.number, cast.cast.twin.name);
        let path = self.shelf.path(cast.look.number, self.rate);
        let drafted = Drafted::new(cast.clone(), &production.show)?;
        let key = drafted.key(self.rate, &self.adapter);
        let found = self.shelf.find(&drafted, &self.adapter);
        match found.baked {
            Some(baked) if !self.force => {
                println!("{name}: up to date, {}", size(&baked.bake));
                return Ok(());
            }
            _ => {}
        }
        self.go_on()?;
        let shelf = (!self.force).then_some(&self.shelf);
        let mut progress: Option<Progress> = None;
        let fitted = drafted.fit(shelf, &self.adapter, self.gpu, |done, of, word| {
            progress
                .get_or_insert_with(|| Progress::start(format!("{name}: sewing"), u64::from(of)))
                .at(u64::from(done), word);
        })?;
        if let Some(progress) = progress {
            progress.finish("done");
        }
        let mut baker = Baker::new(&fitted, key, self.rate, self.gpu)?;
        let steps = baker.steps();
        let mut progress = Progress::start(format!("{name}: baking"), steps as u64);
        while baker.done() < steps {
            self.go_on()?;
            baker.advance()?;
            progress.at(baker.done() as u64, "");
        }
        let file = baker.finish()?;
        toile_bake::save(&path, &file)?;
        progress.finish("done");
        // Read back: what was written is what will be played.
        println!("{name}: {}", size(&Bake::open(&path)?));
        Ok(())
    }

    /// Whether to go on, or Ctrl-C was pressed.
    fn go_on(&self) -> Result<(), Failure> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(Failure {
                message: "stopped; looks that were done are kept, the one in hand is not".into(),
                code: 130,
            });
        }
        Ok(())
    }
}

/// Size, ratio and error of a bake, as a line.
fn size(bake: &Bake) -> String {
    let head = bake.head();
    let raw = 12.0 * f64::from(head.particles) * f64::from(head.frames);
    let mb = bake.size() as f64 / 1e6;
    let seconds = f64::from(head.frames) / f64::from(head.rate);
    format!(
        "{} particles, {} frames, {mb:.2} MB ({:.0} kB a second), 1:{:.1} of raw positions, {:.3} mm off at most",
        head.particles,
        head.frames,
        mb * 1e3 / seconds,
        raw / bake.size() as f64,
        head.max_error_m * 1e3,
    )
}
