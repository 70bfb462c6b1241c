//! The fitting room behind the panel: what is wished for, what is worn, and
//! the change from one to the other.

use crate::{
    bodies::BodyOrder,
    fitting::{Candidate, FittingError, FittingRoom, GarmentEase, Wearer, Wish, ease_of},
    production::{CastLook, Garment, Library, Production, ProductionError},
    stage::{News, Playback, StageError, StagedLook, Staging, Workroom},
    wardrobe,
};
use bevy::prelude::*;
use std::sync::Arc;
use toile_body::MeasureTargets;
use toile_garment::{BodyMeasures, GarmentFile};
use toile_show::format::{Size, Worn};
use toile_twin::{Measures, Twin};

/// The state of the fitting room.
#[derive(Resource)]
pub(super) struct Room {
    room: Arc<FittingRoom>,
    workroom: Option<Workroom>,
    /// Every twin, and whether it may be fitted.
    pub(super) candidates: Vec<Candidate>,
    /// Every garment, from the skin outwards.
    pub(super) garments: Vec<Arc<GarmentFile>>,
    /// What the panel shows.
    pub(super) wish: Wish,
    /// Measures in the panel's fields; used if the wish is for them.
    pub(super) typed: BodyOrder,
    /// What is on stage.
    pub(super) worn: Wish,
    /// Measures of who is on stage.
    pub(super) wearer: BodyMeasures,
    /// How the garments wished for would fit who is on stage.
    pub(super) ease: Vec<Result<GarmentEase, String>>,
    /// Whether the tape tells the measures of who is on stage, and not the ease alone.
    pub(super) tells: bool,
    /// What `ease` was read for.
    read_for: Option<(Vec<Worn>, BodyMeasures)>,
    /// What is being made, and how far it is.
    pub(super) at_work: Option<(String, f32)>,
    /// What stopped the last change, in a sentence.
    pub(super) trouble: Option<String>,
    /// Set by the panel: make the wish come true.
    pub(super) dress: bool,
    /// Set by the panel: the garment at this place in these fabrics, side by side.
    pub(super) compare: Option<(usize, Vec<String>)>,
    /// Names of the fabrics that stand side by side now, from left to right; none when
    /// one look stands there.
    pub(super) compared: Vec<String>,
    /// The change in hand.
    change: Option<Change>,
    /// Orders that the workroom still has of changes that failed.
    stale: usize,
}

/// Wishes on their way to the stage.
struct Change {
    wishes: Vec<Wish>,
    staging: Option<(Staging, BodyMeasures)>,
    staged: Vec<StagedLook>,
    cast: Vec<CastLook>,
    wearer: Option<BodyMeasures>,
    compared: Vec<String>,
}

/// Distance between two looks that stand side by side, m.
const APART_M: f32 = 0.95;

impl Room {
    pub(super) fn new(
        room: FittingRoom,
        wish: Wish,
        production: &Production,
    ) -> Result<Self, FittingError> {
        let cast = &production.looks[0].cast;
        let wearer = wardrobe::landmarks(&cast.avatar)
            .and_then(|landmarks| wardrobe::wearer(&cast.twin.measures, &landmarks, &cast.twin.id))
            .map_err(ProductionError::from)?;
        let mut library = Library::new(room.assets());
        let mut garments: Vec<_> = room
            .assets()
            .list("garments")
            .iter()
            .filter_map(|id| library.garment(id, "garments").ok())
            .collect();
        garments.sort_by_key(|garment| garment.layer);
        Ok(Self {
            workroom: None,
            candidates: room.candidates(),
            garments,
            typed: match &wish.wearer {
                Wearer::Measured(order) => order.clone(),
                Wearer::Twin(_) if room.measures_leave(&cast.twin).is_err() => plain_order(),
                Wearer::Twin(_) => order_of(&cast.twin.measures),
            },
            worn: wish.clone(),
            wish,
            wearer,
            ease: Vec::new(),
            tells: false,
            read_for: None,
            at_work: None,
            trouble: None,
            dress: false,
            compare: None,
            compared: Vec::new(),
            change: None,
            stale: 0,
            room: Arc::new(room),
        })
    }

    /// Why the wearer wished for may not be fitted.
    pub(super) fn refusal(&self) -> Option<&str> {
        let Wearer::Twin(wanted) = &self.wish.wearer else {
            return None;
        };
        self.candidates
            .iter()
            .find(|candidate| candidate.id == *wanted)
            .and_then(|candidate| candidate.refusal.as_deref())
    }

    /// Asks for a twin. The measure fields follow it, unless it may not be
    /// fitted, or its measures are not to be told.
    pub(super) fn choose(&mut self, id: String) {
        self.wish.wearer = Wearer::Twin(id.clone());
        if self.refusal().is_none()
            && let Ok(twin) = Twin::load(&self.room.assets().twin(&id))
            && self.room.measures_leave(&twin).is_ok()
        {
            self.typed = BodyOrder {
                male: self.typed.male,
                age_years: self.typed.age_years,
                ..order_of(&twin.measures)
            };
        }
    }

    /// A garment's file, if there is one.
    pub(super) fn file(&self, id: &str) -> Option<&Arc<GarmentFile>> {
        self.garments.iter().find(|file| file.id == id)
    }

    /// Puts on a garment in its own fabric, in its place between skin and coat.
    pub(super) fn put_on(&mut self, file: &GarmentFile) {
        let layer = |worn: &Worn| self.file(&worn.garment).map_or(0, |file| file.layer);
        let place = self
            .wish
            .worn
            .iter()
            .position(|worn| layer(worn) > file.layer)
            .unwrap_or(self.wish.worn.len());
        let worn = Worn {
            garment: file.id.clone(),
            size: Size::MadeToMeasure,
            fabric: file.fabric.clone(),
            colour: None,
        };
        self.wish.worn.insert(place, worn);
    }

    /// Reads the ease again if garments, sizes, fabrics or the wearer changed.
    pub(super) fn read_ease(&mut self) {
        // Colours do not fit: one that is dragged changes in every frame.
        let mut undyed = self.wish.worn.clone();
        for worn in &mut undyed {
            worn.colour = None;
        }
        let now = Some((undyed, self.wearer));
        if self.read_for == now {
            return;
        }
        self.tells = match &self.worn.wearer {
            Wearer::Measured(_) => true,
            Wearer::Twin(id) => Twin::load(&self.room.assets().twin(id))
                .is_ok_and(|twin| self.room.measures_leave(&twin).is_ok()),
        };
        let mut library = Library::new(self.room.assets());
        let wearer = &self.wearer;
        self.ease = self
            .wish
            .worn
            .iter()
            .map(|worn| {
                let garment: Garment = library
                    .worn(worn, "fitting room")
                    .map_err(|error| error.to_string())?;
                ease_of(&garment, wearer).map_err(|error| error.to_string())
            })
            .collect();
        self.read_for = now;
    }

    /// Sends wishes to the workroom; `compared` names fabrics if there are several.
    fn order(&mut self, wishes: Vec<Wish>, compared: Vec<String>) -> Result<(), StageError> {
        let workroom = match self.workroom.take() {
            Some(open) => open,
            None => Workroom::open(None)?,
        };
        let middle = 0.5 * (wishes.len() as f32 - 1.0);
        for (index, wish) in wishes.iter().enumerate() {
            let (room, wish) = (self.room.clone(), wish.clone());
            // +x is to the right of who looks at them.
            let lane_m = (index as f32 - middle) * APART_M;
            let number = index as u32 + 1;
            workroom.order(Box::new(move || {
                let mut production = room.cast(&wish).map_err(|error| error.to_string())?;
                let mut look = production.looks.remove(0);
                look.look.lane_m = lane_m;
                look.look.number = number;
                Ok((look, production.show))
            }));
        }
        self.workroom = Some(workroom);
        self.trouble = None;
        self.at_work = Some(("measuring".to_owned(), 0.0));
        self.change = Some(Change {
            wishes,
            staging: None,
            staged: Vec::new(),
            cast: Vec::new(),
            wearer: None,
            compared,
        });
        Ok(())
    }

    /// The wish once in each of some fabrics, for the garment at a place.
    fn side_by_side(&self, garment: usize, fabrics: &[String]) -> Vec<Wish> {
        let dyed = |fabric: &String| {
            let mut wish = self.wish.clone();
            if let Some(worn) = wish.worn.get_mut(garment) {
                worn.fabric.clone_from(fabric);
                worn.colour = None;
            }
            wish
        };
        fabrics.iter().map(dyed).collect()
    }

    /// Does the next bit of the change in hand.
    fn advance(&mut self, world: &mut World) -> Result<(), StageError> {
        let Some(playback) = world.get_resource::<Playback>() else {
            return Ok(());
        };
        let kernels = playback.kernels.clone();
        if self.change.is_none() {
            if let Some((garment, fabrics)) = self.compare.take() {
                let wishes = self.side_by_side(garment, &fabrics);
                return self.order(wishes, fabrics);
            }
            if std::mem::take(&mut self.dress) {
                return self.order(vec![self.wish.clone()], Vec::new());
            }
        }
        let at_work = &mut self.at_work;
        let mut progress = |phase: &str, done: u64, of: u64| {
            *at_work = Some((phase.to_owned(), done as f32 / of.max(1) as f32));
        };
        let Some(change) = &mut self.change else {
            return Ok(());
        };
        if let Some((staging, wearer)) = &mut change.staging {
            if let Some(look) = staging.advance(world, &kernels, &mut progress)? {
                change.wearer = Some(*wearer);
                change.staged.push(look);
                change.staging = None;
            }
            if change.staged.len() == change.wishes.len() {
                let mut production = self.room.together(std::mem::take(&mut change.cast));
                if let Err(error) = super::on_account(world, &mut production) {
                    return Err(StageError::Load(error));
                }
                self.wearer = change.wearer.unwrap_or(self.wearer);
                self.worn = change.wishes[0].clone();
                self.compared = std::mem::take(&mut change.compared);
                let looks = std::mem::take(&mut change.staged);
                self.change = None;
                self.at_work = None;
                take_the_stage(world, looks);
            }
        } else if let Some(workroom) = &mut self.workroom {
            match workroom.news()? {
                Some(News::Fitted(_) | News::Failed(_)) if self.stale > 0 => self.stale -= 1,
                Some(News::Progress { phase, done, of }) => progress(&phase, done, of),
                Some(News::Fitted(fitted)) => {
                    let wearer = fitted.wearer;
                    change.cast.push(fitted.cast.clone());
                    change.staging = Some((Staging::new(world, *fitted), wearer));
                }
                Some(News::Failed(error)) => return Err(error),
                None => {}
            }
        }
        Ok(())
    }
}

/// Changes who stands in the room and what they wear, a bit per frame.
pub(super) fn redress(world: &mut World, mut opened: Local<'_, bool>) {
    if !*opened && let Some(mut playback) = world.get_resource_mut::<Playback>() {
        *opened = true;
        for look in &mut playback.looks {
            look.choreography.stands_s = Some(f32::INFINITY);
        }
    }
    world.resource_scope(|world, mut room: Mut<'_, Room>| {
        if let Err(error) = room.advance(world) {
            // What is worn stays on; the panel says what went wrong.
            room.trouble = Some(error.to_string());
            if let Some(change) = room.change.take() {
                // What else was ordered is not wanted any more.
                room.stale += (change.wishes.len() - change.staged.len()).saturating_sub(1);
                for look in change.staged {
                    look.leave(world);
                }
            }
            room.at_work = None;
        }
    });
}

/// Puts looks in the place of those that stand there.
fn take_the_stage(world: &mut World, mut looks: Vec<StagedLook>) {
    let mut playback = world.resource_mut::<Playback>();
    for look in &mut looks {
        look.choreography.stands_s = Some(f32::INFINITY);
        look.choreography.enters_s = playback.time_s;
    }
    let before = std::mem::replace(&mut playback.looks, looks);
    for gone in before {
        gone.leave(world);
    }
}

/// A body of common measures (those of the display figure), where nobody's are to be told.
fn plain_order() -> BodyOrder {
    BodyOrder {
        male: false,
        age_years: 28.0,
        targets: MeasureTargets {
            height: 1.78,
            bust: 0.88,
            waist: 0.67,
            hip: 0.93,
            ..MeasureTargets::default()
        },
    }
}

/// A female body with these measures.
fn order_of(measures: &Measures) -> BodyOrder {
    BodyOrder {
        male: false,
        age_years: 28.0,
        targets: MeasureTargets {
            height: measures.height,
            bust: measures.bust,
            waist: measures.waist,
            hip: measures.hip,
            inseam: measures.inseam,
            ..MeasureTargets::default()
        },
    }
}
