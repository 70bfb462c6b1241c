//! A look from its entry in the running order to the moment before the stage:
//! drafted and choreographed first, which is quick, then sewn, which is not,
//! unless a bake remembers how it came out.

use crate::{
    bake::{Baked, Found, Shelf, key_of},
    choreography::Choreography,
    production::CastLook,
    wardrobe::{self, Assembly, DressError, Gpu, RenderGarment, Tally},
};
use glam::Vec3;
use toile_bake::Key;
use toile_cloth::{AdapterSummary, BodyMesh, ClothMesh};
use toile_garment::BodyMeasures;
use toile_show::Show;

/// A look that is drafted and choreographed, and not yet sewn.
pub struct Drafted {
    /// Who wears what.
    pub cast: CastLook,
    /// What the twin does.
    pub choreography: Choreography,
    /// What the cloth meets.
    pub body: BodyMesh,
    /// The garments as panels around the body.
    pub assembly: Assembly,
}

/// A look that is sewn, settled and choreographed, and not yet on stage.
pub struct FittedLook {
    /// Who wears what.
    pub cast: CastLook,
    /// What the twin does.
    pub choreography: Choreography,
    /// The measures that the garments were drafted to.
    pub wearer: BodyMeasures,
    /// What the cloth meets.
    pub body: BodyMesh,
    /// The welded cloth.
    pub cloth: ClothMesh,
    /// How each garment is drawn; particles are those of `cloth`.
    pub garments: Vec<RenderGarment>,
    /// Positions of the panels' particles when their seams were welded, m.
    pub joined: Vec<Vec3>,
    /// Where the cloth is, on a wearer at the origin, m.
    pub settled: Vec<Vec3>,
    /// The greatest values that sewing left in the cloth.
    pub sewing: Tally,
    /// What the cloth does, if that is known already.
    pub baked: Option<Baked>,
    /// Why it is simulated although a bake was looked for, in a few words.
    pub why: Option<String>,
}

impl Drafted {
    /// Drafts the garments of a look and plans what its twin does.
    ///
    /// # Errors
    /// [`DressError`], naming the garment or the twin.
    pub fn new(cast: CastLook, show: &Show) -> Result<Self, DressError> {
        let (twin, avatar) = (&cast.cast.twin, &cast.cast.avatar);
        let body = wardrobe::body_mesh(&avatar.collision_hull()?, avatar.skeleton.len());
        let assembly = wardrobe::assemble(
            &cast.garments,
            &twin.measures,
            avatar,
            &body,
            &twin.id,
            wardrobe::EDGE_LENGTH_M,
        )?;
        let clothes = assembly.silhouette(&avatar.skeleton);
        let choreography = Choreography::new(&cast, show, clothes)?;
        Ok(Self {
            cast,
            choreography,
            body,
            assembly,
        })
    }

    /// The key of this look's bake at so many frames per second.
    #[must_use]
    pub fn key(&self, rate: u32, adapter: &AdapterSummary) -> Key {
        key_of(self, rate, adapter)
    }

    /// Takes the look from a shelf if it is there as it would come out now, or
    /// as it would be sewn now; else sews it.
    ///
    /// # Errors
    /// [`DressError`], naming the look and its twin.
    pub fn fit(
        self,
        shelf: Option<&Shelf>,
        adapter: &AdapterSummary,
        gpu: Gpu<'_>,
        mut progress: impl FnMut(u32, u32, &str),
    ) -> Result<FittedLook, DressError> {
        let mut found = match shelf {
            Some(shelf) => shelf.find(&self, adapter),
            None => Found::default(),
        };
        let welded = found.sewn.take().and_then(|sewn| {
            let cloth = &self.assembly.cloth;
            let (cloth, garments) = wardrobe::weld(&self.assembly, cloth, &sewn.joined).ok()?;
            (cloth.positions.len() == sewn.settled.len()).then_some((sewn, cloth, garments))
        });
        let (joined, settled, sewing, cloth, garments) = match welded {
            Some((sewn, cloth, garments)) => {
                progress(1, 1, "sewn already");
                (sewn.joined, sewn.settled, sewn.tally, cloth, garments)
            }
            None => {
                if found.baked.take().is_some() {
                    found.why = Some("bake not used: it is of another cloth".into());
                }
                let done = wardrobe::dress(&self.cast, &self.assembly, &self.body, gpu, progress)?;
                let mut tally = Tally::default();
                tally.add(&done.stats);
                (
                    done.joined,
                    done.positions,
                    tally,
                    done.cloth,
                    done.garments,
                )
            }
        };
        Ok(FittedLook {
            wearer: self.assembly.wearer,
            cast: self.cast,
            choreography: self.choreography,
            body: self.body,
            cloth,
            garments,
            joined,
            settled,
            sewing,
            baked: found.baked,
            why: found.why,
        })
    }
}

impl FittedLook {
    /// The cloth on the wearer where it is dressed.
    #[must_use]
    pub fn cloth_at_start(&self) -> ClothMesh {
        let start = self.choreography.start;
        ClothMesh {
            positions: self.settled.iter().map(|p| *p + start).collect(),
            ..self.cloth.clone()
        }
    }
}
