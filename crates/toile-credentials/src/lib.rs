//! Content Credentials: signed statements, in files or beside them, of how a picture was
//! made and of whose twins it shows, as the Coalition for Content Provenance and
//! Authenticity (C2PA) has them.
//!
//! [`Identity`] is who signs, [`Statement`] what is said, [`Seal`] puts the one under the
//! other into a file, and [`examine`] reads it back. Nothing here uses the network.

mod authority;
mod error;
mod examine;
mod identity;
mod seal;
mod statement;
mod strict;

pub use error::CredentialsError;
pub use examine::{Examined, State, examine};
pub use identity::Identity;
pub use seal::{Seal, sidecar_of};
pub use statement::{Figures, Ingredient, LicenceUsed, ReplicaUse, Source, Statement};
