//! From a production to a playback: spawn the set, have the looks sewn, bring
//! them on stage.

use super::look::Staging;
use super::workroom::{News, Workroom};
use super::{
    Playback, Scenery, StagedLook, air, audience, following, gloss, press, rig::Cued, set,
};
use crate::{bake::Shelf, production::Production, wardrobe::DressError};
use bevy::{gltf::Gltf, light::EnvironmentMapLight, prelude::*, render::renderer::RenderDevice};
use std::sync::Arc;
use toile_cloth::ClothPipelines;
use toile_show::{follow::Attention, rig::Rig};

/// What can go wrong between a production and its first frame.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StageError {
    /// A garment did not dress.
    #[error(transparent)]
    Dress(#[from] DressError),
    /// The solver.
    #[error("cloth: {0}")]
    Cloth(#[from] toile_cloth::ClothError),
    /// A bake that broke while it played.
    #[error(transparent)]
    Bake(#[from] toile_bake::BakeError),
    /// The cuts.
    #[error(transparent)]
    Edit(#[from] toile_show::ShowError),
    /// The audience's bodies.
    #[error("the audience: {0}")]
    Audience(#[from] toile_body::BodyError),
    /// Anything Bevy could not load or show.
    #[error("{0}")]
    Load(String),
}

/// What hears of progress: phase, done, of how many.
pub(super) type Report<'a> = &'a mut dyn FnMut(&str, u64, u64);

/// Loads a production bit by bit: call [`Loader::advance`] once per update of
/// the app, so that a window stays alive and assets can arrive in between.
pub struct Loader {
    production: Production,
    set: BuildSet,
    shelf: Option<Shelf>,
    begun: Option<Begun>,
    staging: Option<Staging>,
    staged: Vec<StagedLook>,
}

/// What builds the set and its light, before any look is there.
pub type BuildSet = fn(&mut World, &Production) -> Result<(), StageError>;

/// What there is once loading has begun.
struct Begun {
    workroom: Workroom,
    kernels: Arc<ClothPipelines>,
    /// The avatars, loading while the first look is sewn.
    _avatars: Vec<Handle<Gltf>>,
}

impl Loader {
    /// Nothing happens until the first [`Loader::advance`]. Looks whose bake is
    /// on the `shelf` play that.
    #[must_use]
    pub fn new(production: Production, shelf: Option<Shelf>) -> Self {
        Self::on_set(production, shelf, spawn_set)
    }

    /// As [`Loader::new`], on another set than the show's.
    #[must_use]
    pub fn on_set(production: Production, shelf: Option<Shelf>, set: BuildSet) -> Self {
        Self {
            production,
            set,
            shelf,
            begun: None,
            staging: None,
            staged: Vec::new(),
        }
    }

    /// Does the next bit; gives the playback once all is on stage.
    ///
    /// # Errors
    /// [`StageError`], naming the look, twin or file.
    pub fn advance(
        &mut self,
        world: &mut World,
        progress: Report<'_>,
    ) -> Result<Option<Playback>, StageError> {
        let Some(begun) = &mut self.begun else {
            (self.set)(world, &self.production)?;
            self.begun = Some(begin(world, &self.production, self.shelf.clone())?);
            return Ok(None);
        };
        let show = &self.production.show;
        let of = self.production.looks.len();
        if let Some(staging) = &mut self.staging {
            let number = self.staged.len() + 1;
            let look = staging.advance(world, &begun.kernels, &mut |phase, done, total| {
                progress(&format!("look {number} of {of}: {phase}"), done, total);
            })?;
            if let Some(look) = look {
                self.staging = None;
                self.staged.push(look);
            }
        } else {
            match begun.workroom.news()? {
                Some(News::Progress {
                    phase,
                    done,
                    of: total,
                }) => {
                    let number = self.staged.len() + 1;
                    progress(&format!("look {number} of {of}: {phase}"), done, total);
                }
                Some(News::Fitted(fitted)) => self.staging = Some(Staging::new(world, *fitted)),
                Some(News::Failed(error)) => return Err(error),
                // Leave the processor to the workroom.
                None => std::thread::sleep(std::time::Duration::from_millis(5)),
            }
        }
        if self.staged.len() < of {
            return Ok(None);
        }
        let marks = self.staged.iter().map(|look| {
            let (choreography, parts) = (&look.choreography, look.parts.clone());
            choreography.marks(look.number, show.beat_s(), parts)
        });
        let shots = show.shots(&marks.collect::<Vec<_>>(), &self.production.name)?;
        let mut show = show.clone();
        show.cuts = shots.iter().map(|shot| shot.cut.clone()).collect();
        let mut playback = Playback {
            show: Arc::new(show),
            shots,
            attention: Attention::default(),
            time_s: 0.0,
            frame_s: 0.0,
            next_s: None,
            leaving: Vec::new(),
            camera: None,
            step_ms: 0.0,
            looks: std::mem::take(&mut self.staged),
            kernels: begun.kernels.clone(),
            view: None,
        };
        playback.attention = following::attention(&playback.looks, playback.duration_s());
        Ok(Some(playback))
    }
}

/// Orders the looks.
fn begin(
    world: &mut World,
    production: &Production,
    shelf: Option<Shelf>,
) -> Result<Begun, StageError> {
    let kernels = ClothPipelines::new(world.resource::<RenderDevice>().wgpu_device())?;
    let workroom = Workroom::open(shelf)?;
    for look in &production.looks {
        let order = (look.clone(), production.show.clone());
        workroom.order(Box::new(move || Ok(order)));
    }
    let server = world.resource::<AssetServer>();
    let avatars = production
        .looks
        .iter()
        .map(|look| server.load(look.cast.avatar.file.clone()))
        .collect();
    Ok(Begun {
        workroom,
        kernels: Arc::new(kernels),
        _avatars: avatars,
    })
}

fn spawn_set(world: &mut World, production: &Production) -> Result<(), StageError> {
    let venue = &production.show.venue;
    let environment = set::environment(production, &mut world.resource_mut::<Assets<Image>>())
        .map_err(StageError::Load)?;
    world.insert_resource(VenueLight(environment));
    world.insert_resource(ClearColor(air::nothing(&production.show)));
    world.insert_resource(Cued(Rig::new(venue)));
    set::build(world, production)?;
    mark_scenery(world, "set");
    let seated = venue.seats.rows > 0 && venue.seats.taken > 0.0;
    let press = venue.press.as_ref().filter(|press| press.photographers > 0);
    if seated || press.is_some() {
        let body = crate::bodies::body_data(&production.assets)?;
        if seated {
            audience::seat(world, venue, &body)?;
        }
        if let Some(press) = press {
            press::build(world, venue, press, &body)?;
        }
        mark_scenery(world, "audience");
    }
    gloss::part_house(world);
    Ok(())
}

/// Marks what has been spawned since the last mark.
fn mark_scenery(world: &mut World, name: &'static str) {
    world.flush();
    let mut new = world.query_filtered::<Entity, (With<Mesh3d>, Without<Scenery>)>();
    for entity in new.iter(world).collect::<Vec<_>>() {
        world.entity_mut(entity).insert(Scenery(name));
    }
}

/// The light from everywhere, for the cameras to carry.
#[derive(Resource, Clone)]
pub struct VenueLight(pub EnvironmentMapLight);

/// Shows or hides everything on stage; everything is drawn once before the
/// first frame counts, so that pipelines are compiled and meshes have slabs.
pub fn show_all(world: &mut World, shown: bool) {
    let Some(playback) = world.get_resource::<Playback>() else {
        return;
    };
    let entities: Vec<Entity> = playback
        .looks
        .iter()
        .flat_map(|look| {
            look.entities()
                .map(|(entity, _)| entity)
                .collect::<Vec<_>>()
        })
        .collect();
    for entity in entities {
        if let Some(mut visibility) = world.get_mut::<Visibility>(entity) {
            *visibility = if shown {
                Visibility::Inherited
            } else {
                Visibility::Hidden
            };
        }
    }
}
