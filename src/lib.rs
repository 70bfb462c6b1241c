//! Toile: virtual runway and 3D try-on.
//!
//! This package joins the crates under `crates/` (bodies, twins, consent, garments,
//! fabrics, cloth, light, bakes, shows, music: none of which knows Bevy) into a stage
//! that Bevy renders, and puts a command line on it. `ARCHITECTURE.md` shows
//! the map.

pub mod avatars;
pub mod bake;
pub mod bodies;
pub mod capture;
pub mod card;
pub mod check;
pub mod choreography;
pub mod cli;
pub mod consent;
pub mod credentials;
pub mod draping;
pub mod environment;
pub mod erasure;
pub mod fitting;
pub mod imports;
pub mod label;
pub mod lettering;
pub mod library;
pub mod lookbook;
pub mod parts;
pub mod paths;
pub mod prints;
pub mod production;
pub mod progress;
pub mod provenance;
pub mod rehearsal;
pub mod report;
pub mod stage;
pub mod swatches;
pub mod tailor;
pub mod viewer;
pub mod wardrobe;
