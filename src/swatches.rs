//! Swatches photographed, and colours read back.

use crate::{
    capture::{Film, Headless, Plan, PumpError, subframes, to_rgb},
    consent::Intent,
    draping::Hung,
    environment::Panorama,
    paths::Assets,
    production::{Production, ProductionError},
    stage::{
        Board, Hang, Light, PITCH, Swatch, Table,
        sitting::{self, Finish, Sitting, jitter_lamps},
    },
};
use bevy::prelude::{Vec2, World};
use toile_consent::Medium;
use toile_garment::Fabric;
use toile_optics::colour::{CHART, difference};
use toile_show::Rgb;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SwatchError {
    /// The scene whose light is used.
    #[error(transparent)]
    Production(#[from] ProductionError),
    /// The renderer.
    #[error(transparent)]
    Pump(#[from] PumpError),
    /// The light.
    #[error("{0}")]
    Light(String),
}

/// A picture of a board: tightly packed RGB rows, sRGB.
pub struct Photograph {
    /// The pixels.
    pub rgb: Vec<u8>,
    /// Width and height, pixels.
    pub size: (u32, u32),
}

/// Updates until pipelines are compiled, shadows are there and light has arrived.
const WARM_UP: usize = 6;

/// Photographs a board, `width` pixels wide, as the mean of `samples` subframes.
///
/// # Errors
/// [`SwatchError`].
pub fn photograph(
    production: &Production,
    board: &Board<'_>,
    width: u32,
    samples: u32,
) -> Result<Photograph, SwatchError> {
    let extent = board.extent();
    let height = (width as f32 * extent.y / extent.x) as u32 & !1;
    expose(production, (width, height.max(2)), samples, |world| {
        board.hang(world)
    })
}

/// Photographs a square of cloth over a table, `side` pixels wide and high.
///
/// # Errors
/// [`SwatchError`].
pub fn draped(
    production: &Production,
    fabric: &Fabric,
    cloth: &Hung,
    side: u32,
    samples: u32,
) -> Result<Photograph, SwatchError> {
    let table = Table {
        fabric,
        cloth,
        room: production,
    };
    expose(production, (side, side), samples, |world| table.set(world))
}

/// Photographs a swatch in light that another renderer can have as well, `side` pixels wide
/// and high.
///
/// # Errors
/// [`SwatchError`].
pub fn sitting(
    production: &Production,
    panorama: &Panorama,
    (fabric, finish): (&Fabric, Finish),
    side: u32,
    samples: u32,
) -> Result<Photograph, SwatchError> {
    expose(production, (side, side), samples, |world| {
        sitting::hang(world, fabric, finish);
        Sitting::of_swatch(panorama).set(world);
        Ok(())
    })
}

/// Photographs a piece of flat cloth of `side_m` from edge to edge, about `side` pixels
/// wide and high.
///
/// # Errors
/// [`SwatchError`].
pub fn flat(
    production: &Production,
    fabric: &Fabric,
    side_m: f32,
    side: u32,
    samples: u32,
) -> Result<Photograph, SwatchError> {
    let swatch = Swatch {
        fabric: fabric.clone(),
        colour: None,
    };
    let board = Board {
        swatches: std::slice::from_ref(&swatch),
        columns: 1,
        side_m: side_m * MORE,
        hang: Hang::Flat,
        light: Light::Studio { room: production },
    };
    let wide = (side as f32 * MORE * PITCH).round() as u32 & !1;
    let whole = photograph(production, &board, wide, samples)?;
    let first = (whole.size.0 - side) / 2;
    let rgb = (first..first + side)
        .flat_map(|y| {
            let at = ((y * whole.size.0 + first) * 3) as usize;
            whole.rgb[at..at + side as usize * 3].iter().copied()
        })
        .collect();
    Ok(Photograph {
        rgb,
        size: (side, side),
    })
}

/// How much more cloth is hung than is kept of the picture.
const MORE: f32 = 1.1;

/// Photographs what is set up in the world.
fn expose(
    production: &Production,
    size: (u32, u32),
    samples: u32,
    set_up: impl FnOnce(&mut World) -> Result<(), String>,
) -> Result<Photograph, SwatchError> {
    let mut headless = Headless::new(size, production, &Plan::stills())?;
    set_up(headless.world()).map_err(SwatchError::Light)?;
    Ok(develop(&mut headless, size, samples)?)
}

/// Photographs what there is.
pub(crate) fn develop(
    headless: &mut Headless,
    size: (u32, u32),
    samples: u32,
) -> Result<Photograph, PumpError> {
    headless.open(true);
    if let Some((first, _)) = subframes(samples).next() {
        headless.set_subframe(first);
    }
    for _ in 0..WARM_UP {
        headless.update()?;
    }
    let mut film = Film::default();
    for (subframe, _) in subframes(samples) {
        headless.set_subframe(subframe);
        jitter_lamps(headless.world(), subframe);
        headless.update()?;
        film.expose(&headless.picture(0)?);
    }
    Ok(Photograph {
        rgb: to_rgb(&film.develop(), size.0),
        size,
    })
}

/// The fitting room, whose light the swatches hang in.
///
/// # Errors
/// The scene or what it names.
pub fn room(assets: &Assets) -> Result<Production, SwatchError> {
    let show = crate::fitting::scene().map_err(ProductionError::from)?;
    Ok(Production {
        name: "fitting room".into(),
        intent: Intent::new(&show, "fitting room", Medium::TryOn)?,
        show,
        looks: Vec::new(),
        assets: assets.clone(),
    })
}

/// A colour of the chart, as a fabric dyed in it is photographed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// Its name.
    pub name: &'static str,
    /// The colour that the fabric is given.
    pub given: [u8; 3],
    /// The colour in the picture.
    pub read: [u8; 3],
    /// CIEDE2000 difference of both.
    pub difference: f32,
}

/// Dyes a fabric in every colour of the chart, photographs it flat under even light
/// and reads the colours back. Also gives the picture.
///
/// # Errors
/// [`SwatchError`].
pub fn read_chart(
    production: &Production,
    fabric: &Fabric,
) -> Result<(Vec<Reading>, Photograph), SwatchError> {
    let swatches: Vec<Swatch> = CHART
        .iter()
        .map(|(_, colour)| Swatch {
            fabric: fabric.clone(),
            colour: Some(Rgb(colour.map(|c| f32::from(c) / 255.0))),
        })
        .collect();
    let board = Board {
        swatches: &swatches,
        columns: 6,
        side_m: 0.3,
        hang: Hang::Flat,
        light: Light::Even,
    };
    let photograph = photograph(production, &board, 480, 1)?;
    let readings = CHART
        .iter()
        .enumerate()
        .map(|(index, &(name, given))| {
            let read = photograph.mean(index, 6, 4);
            Reading {
                name,
                given,
                read,
                difference: difference(given, read),
            }
        })
        .collect();
    Ok((readings, photograph))
}

impl Photograph {
    /// As PNG.
    ///
    /// # Errors
    /// What the encoder says.
    pub fn png(&self) -> Result<Vec<u8>, image::ImageError> {
        let mut out = std::io::Cursor::new(Vec::new());
        let (width, height) = self.size;
        image::write_buffer_with_format(
            &mut out,
            &self.rgb,
            width,
            height,
            image::ExtendedColorType::Rgb8,
            image::ImageFormat::Png,
        )?;
        Ok(out.into_inner())
    }

    /// The mean colour of the middle of a cell in a grid of pieces.
    fn mean(&self, index: usize, columns: usize, rows: usize) -> [u8; 3] {
        let cell = Vec2::new(
            self.size.0 as f32 / columns as f32,
            self.size.1 as f32 / rows as f32,
        );
        let middle = (Vec2::new((index % columns) as f32, (index / columns) as f32) + 0.5) * cell;
        let (mut sum, mut count) = ([0_u32; 3], 0);
        let reach = (cell * 0.25).as_ivec2();
        for dy in -reach.y..=reach.y {
            for dx in -reach.x..=reach.x {
                let (x, y) = (middle.x as i32 + dx, middle.y as i32 + dy);
                let at = (y as usize * self.size.0 as usize + x as usize) * 3;
                for (total, value) in sum.iter_mut().zip(&self.rgb[at..at + 3]) {
                    *total += u32::from(*value);
                }
                count += 1;
            }
        }
        sum.map(|total| ((total + count / 2) / count) as u8)
    }
}
