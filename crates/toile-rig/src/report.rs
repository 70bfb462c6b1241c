//! What an import found, for people and for programs.

use std::fmt;

use serde::Serialize;

use crate::humanoid::{BoneFound, How};
use crate::parts::PartFound;
use crate::pose::Placement;
use crate::profile::Profile;
use crate::vrm::{Commerce, Performer, Permissions};

/// What an import found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The file.
    pub file: String,
    /// What wrote it.
    pub generator: String,
    /// Convention of its bones' names.
    pub profile: Profile,
    /// Sureness of the least sure bone that a walk needs, 0 to 1.
    pub sure: f32,
    /// That bone.
    pub least_sure: String,
    /// All bones.
    pub bones: Vec<BoneFound>,
    /// Joints of the file that are no bones; they move with the bone above them.
    pub extra_joints: usize,
    /// Skins.
    pub skins: usize,
    /// Units, axes and rest pose.
    pub placement: Placement,
    /// Its parts.
    pub parts: Vec<PartFound>,
    /// Stature, crown to floor, barefoot, metres.
    pub height_m: f32,
    /// How high the heels of its feet are, metres.
    pub heel_m: f32,
    /// What a VRM file's author permits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Permissions>,
    /// Who gave leave to change what its file forbids to change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leave: Option<String>,
    /// What the avatar lacks of the file.
    pub losses: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: bones by {}", self.file, self.profile.words())?;
        let count = |how: How| self.bones.iter().filter(|b| b.how == how).count();
        write!(f, "  bones     ")?;
        for (how, words) in [
            (How::Override, "as overridden"),
            (How::Map, "by its own map"),
            (How::Name, "by name"),
            (How::Structure, "by structure"),
            (How::Placed, "placed"),
        ] {
            if count(how) > 0 {
                write!(f, "{} {words}, ", count(how))?;
            }
        }
        writeln!(
            f,
            "{} other joints; least sure {:.2} ({})",
            self.extra_joints, self.sure, self.least_sure
        )?;
        for bone in self
            .bones
            .iter()
            .filter(|b| b.doubt.is_some() || b.how == How::Placed)
        {
            match &bone.doubt {
                Some(doubt) => writeln!(f, "    {} ({:.2}): {doubt}", bone.bone, bone.sure)?,
                None => writeln!(f, "    {} was placed; the file has none", bone.bone)?,
            }
        }
        let p = &self.placement;
        writeln!(
            f,
            "  rest      {} pose, {} up, facing {}, in {} ({} m); limbs turned by up to {:.0}°",
            p.rest_pose, p.up, p.front, p.unit, p.metres_per_unit, p.turned_deg
        )?;
        writeln!(
            f,
            "  body      {:.1} cm tall, heels {:.1} cm, {} skins",
            self.height_m * 100.0,
            self.heel_m * 100.0,
            self.skins
        )?;
        for part in &self.parts {
            let fate = match (part.kept, part.collides) {
                (false, _) => "taken off",
                (true, true) => "cloth lies on it",
                (true, false) => "drawn only",
            };
            let told = serde_json::to_value(part.told).unwrap_or_default();
            writeln!(
                f,
                "  part      {:<10} {} / {}: {} vertices, told by {}, {fate}",
                part.part.material(),
                or(&part.material, "(no material)"),
                or(&part.mesh, "(no name)"),
                part.vertices,
                told.as_str().unwrap_or_default()
            )?;
        }
        if let Some(p) = &self.permissions {
            write!(f, "{p}")?;
        }
        if let Some(leave) = &self.leave {
            writeln!(f, "  leave     to change it: {leave}")?;
        }
        for loss in &self.losses {
            writeln!(f, "  left out  {loss}")?;
        }
        Ok(())
    }
}

fn or<'a>(text: &'a str, other: &'a str) -> &'a str {
    if text.is_empty() { other } else { text }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let yes = |b: bool| if b { "yes" } else { "no" };
        let performer = match self.performer {
            Performer::Author => "its author alone",
            Performer::Licensed => "those with a licence",
            Performer::Everyone => "everyone",
        };
        let commerce = match self.commerce {
            Commerce::Nobody => "nobody",
            Commerce::Persons => "persons",
            Commerce::Companies => "companies too",
        };
        writeln!(
            f,
            "  VRM {:<6}{} by {}",
            self.version,
            or(&self.title, "(no title)"),
            self.authors.join(", ")
        )?;
        writeln!(
            f,
            "            performed by {performer}; for gain by {commerce}; politics {}, changes {}, giving on {}, credit {}",
            yes(self.politics),
            yes(self.modification),
            yes(self.redistribution),
            if self.credit { "needed" } else { "not needed" }
        )?;
        writeln!(
            f,
            "            licence: {}",
            or(&self.licence, "none named")
        )
    }
}
