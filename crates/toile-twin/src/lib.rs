//! Digital twins at run time: the record, the glTF avatar, its skeleton, and the
//! runway performance that moves it.
//!
//! The crate knows no engine. It reads `twin.ron` ([`Twin`]) and `avatar.glb`
//! ([`Avatar`]), and evaluates a whole runway performance as a pure function of
//! time ([`Performance`]), from which the caller takes joint rotations or
//! skinning matrices.
//!
//! Conventions: metres, seconds, radians; Y up, +Z is the person's front, +X
//! the person's left. Joint rotations are *T-pose-normalised*: all local
//! rotations identity is the T-pose, whatever pose the mesh was bound in.

mod audit;
mod avatar;
mod carriage;
mod chance;
mod collision;
mod enclose;
mod error;
mod faceless;
mod foot;
pub mod fuzz;
mod gait;
mod glance;
mod hull;
mod limb;
mod mitten;
mod performance;
mod plan;
mod pose;
mod posed;
mod record;
mod rig;
mod series;
mod silhouette;
mod steps;
mod stride;

pub use audit::Audit;
pub use avatar::{Avatar, Primitive};
pub use collision::{CollisionBody, region};
pub use error::TwinError;
pub use gait::GaitStyle;
pub use performance::Performance;
pub use plan::{PerformancePlan, Phase, PoseKind};
pub use pose::{Pose, Skeleton, bind_pose, joint_world, skin_matrices};
pub use posed::Beside;
pub use record::{Face, Kind, Measures, Permits, Twin};
pub use silhouette::Silhouette;
