//! A dressed twin in light that another renderer can have as well, and as glTF.

use super::{LookbookError, alone, stand, studio};
use crate::{
    capture::{Headless, Plan, load},
    environment::Panorama,
    fitting::{FittingRoom, Wish},
    paths::Assets,
    production::{Library, Production},
    stage::{
        Loader, Playback, StagedLook, painted,
        sitting::{self, Finish, Sitting},
    },
    swatches::{Photograph, develop},
};
use bevy::{gltf::GltfMaterialName, prelude::*};
use std::{collections::BTreeMap, sync::atomic::AtomicBool};
use toile_catalogue::gltf::{Piece, glb_of};
use toile_twin::{Beside, Kind};

/// What the picture shows from its middle up and down, in heights of the twin.
const HALF_VIEW: f32 = 0.54;

/// A dressed twin that stands still.
pub struct Seated {
    headless: Headless,
    production: Production,
    playback: Playback,
    size: (u32, u32),
    /// What it wears, as it hangs.
    garments: Vec<Piece>,
}

impl Seated {
    /// Casts a wish, and has the twin stand until its cloth hangs still.
    ///
    /// # Errors
    /// A twin that belongs to a person: its shape would be in the file. Else as
    /// [`super::shoot`].
    pub fn new(
        assets: &Assets,
        wish: &Wish,
        size: (u32, u32),
        stop: &AtomicBool,
    ) -> Result<Self, LookbookError> {
        let room = FittingRoom::open(assets)?;
        let production = room.cast(wish)?;
        let look = &production.looks[..1];
        let twin = &look[0].cast.twin;
        if twin.kind == Kind::Person {
            return Err(LookbookError::Shape(twin.id.clone()));
        }
        let studio = studio(room.scene(), &production.show);
        let plan = Plan::stills();
        let mut headless = Headless::new(size, &alone(&production, &studio, &[]), &plan)?;
        let set = alone(&production, &studio, look);
        let loader = Loader::on_set(set, None, sitting::empty);
        let playback = load(&mut headless, loader, stop)?;
        headless.world().insert_resource(playback);
        stand(&mut headless, stop)?;
        let world = headless.world();
        // From here on nothing moves, and the camera stays where it is put.
        let Some(playback) = world.remove_resource::<Playback>() else {
            return Err(LookbookError::Late(twin.id.clone()));
        };
        let garments = sitting::garments(world, &playback.looks[0]);
        Ok(Self {
            headless,
            production,
            playback,
            size,
            garments,
        })
    }

    fn look(&self) -> &StagedLook {
        &self.playback.looks[0]
    }

    /// Light and camera.
    #[must_use]
    pub fn sitting<'a>(&self, panorama: &'a Panorama) -> Sitting<'a> {
        let look = self.look();
        Sitting {
            panorama,
            middle: look.stance.pose.root + 0.5 * look.height_m * Vec3::Y,
            half_view_m: HALF_VIEW * look.height_m,
        }
    }

    /// Twin and garments as one binary glTF.
    ///
    /// # Errors
    /// A fabric of which nothing is known, or an avatar's file that cannot be read.
    pub fn glb(&mut self, library: &mut Library<'_>) -> Result<Vec<u8>, LookbookError> {
        let worn = &self.production.looks[0].look.garments;
        let mut files = Vec::new();
        for (worn, piece) in worn.iter().zip(&self.garments) {
            let record = library.record(&worn.fabric, "--wear")?;
            let file = glb_of(&record, &BTreeMap::new(), piece);
            files.push(file.map_err(LookbookError::Fabric)?);
        }
        let avatar = self.look().avatar.clone();
        let base_layer = self.colour_of("base_layer");
        let plain = base_layer.map(|colour| ("base_layer", colour));
        let bytes = std::fs::read(&avatar.file).map_err(|source| toile_twin::TwinError::Read {
            file: avatar.file.clone(),
            source,
        });
        let beside = Beside {
            files: &files,
            plain: plain.as_slice(),
        };
        bytes
            .and_then(|bytes| avatar.posed(&bytes, &self.look().stance.pose, &beside))
            .map_err(LookbookError::Avatar)
    }

    /// The colour that a material of the twin has on stage, linear.
    fn colour_of(&mut self, material: &str) -> Option<[f32; 3]> {
        let world = self.headless.world();
        let mut named = world.query::<(Entity, &GltfMaterialName)>();
        let (entity, _) = named.iter(world).find(|(_, name)| name.0 == material)?;
        let colour = painted(world, entity)?.base_color.to_linear();
        Some(colour.to_vec3().to_array())
    }

    /// Photographs it as on every stage, and then as Bevy draws it from glTF, each as the
    /// mean of `samples` subframes.
    ///
    /// # Errors
    /// The renderer.
    pub fn photograph(
        &mut self,
        panorama: &Panorama,
        samples: u32,
    ) -> Result<[(Finish, Photograph); 2], LookbookError> {
        self.sitting(panorama).set(self.headless.world());
        let toile = develop(&mut self.headless, self.size, samples)?;
        let look = &self.playback.looks[0];
        sitting::as_in_file(self.headless.world(), look, &self.garments);
        let plain = develop(&mut self.headless, self.size, samples)?;
        Ok([(Finish::Fabric, toile), (Finish::Plain, plain)])
    }
}
