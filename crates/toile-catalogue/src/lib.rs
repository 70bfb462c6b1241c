//! The fabric catalogue: records with honest physics, kept and found by the million.
//!
//! 1. A [`Record`] holds all that is known of a fabric; every [`Figure`] in it says
//!    where it comes from and how far it may be off,
//! 2. [`Hand`] tells mechanics in the terms of the test house,
//! 3. a [`look::Look`] tells what a picture of the cloth shows.
//!
//! Numbers are in SI units unless a name says otherwise.

pub mod bench;
mod card;
pub mod colour;
mod drape;
mod error;
pub mod estimate;
pub mod fab;
mod fibre;
mod figure;
pub mod find;
pub mod fuzz;
pub mod gltf;
mod hand;
pub mod import;
mod limits;
pub mod look;
pub mod market;
mod near;
mod record;
mod starter;
mod store;
mod structure;
pub mod u3m;
pub mod units;

pub use card::{card, digits, hand_words, parse_colour, row as hit_row};
pub use drape::{Drape, current_drape, drape_key};
pub use error::CatalogueError;
pub use fibre::{Composition, Fibre};
pub use figure::{Figure, ORIGINS, origin_word};
pub use hand::{DRAPE_WORDS, Hand, drape_percent};
pub use near::near;
pub use record::{Colour, Count, Physics, Price, Record, Repeat, Texture};
pub use starter::{Draped, drapes, records};
pub use store::{Put, Store, Writer};
pub use structure::{CONSTRUCTIONS, construction_in, construction_word, is_knit};

/// Fibres of a record.
///
/// # Errors
/// A sentence if its shares make no sense.
pub fn composition_of(record: &Record) -> Result<Composition, String> {
    Composition::parse(&record.composition)
}
