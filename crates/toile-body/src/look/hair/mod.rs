//! Hair: cards that follow a combing field over the head, shells for very
//! short and very curly hair, tubes for braids.
//!
//! The skin under the hair is painted in the hair's colour, so cards need not
//! be tight. Every style is grown from the head it is for; nothing is a mould.

mod cards;
mod shells;
mod styles;
mod surface;
mod texture;

pub(crate) use texture::SILVER;

use glam::{Vec2, Vec3};

use super::{head::Head, image::Canvas, mesh::Patch, model::Model};
use crate::{
    glb::Part,
    recipe::{Hair, HairStyle},
};

/// A finished head of hair.
pub(crate) struct Wig {
    /// Its geometry.
    pub(crate) part: Part,
    /// Strands with alpha.
    pub(crate) texture: Canvas,
    /// Whether it is of curls or too short to lie, rather than of strands along v.
    pub(crate) curly: bool,
    /// Roughness of the material.
    pub(crate) roughness: f32,
}

/// Hair under construction.
pub(crate) struct Growth<'a> {
    pub(crate) model: &'a Model<'a>,
    pub(crate) head: &'a Head,
    pub(crate) surface: surface::Surface,
    pub(crate) part: Part,
    head_joint: u16,
    neck_joint: u16,
    back_joint: u16,
    neck_y: f32,
    shoulder_y: f32,
}

impl<'a> Growth<'a> {
    fn new(model: &'a Model<'a>, head: &'a Head, style: HairStyle) -> Self {
        let over_ears = matches!(style, HairStyle::Bob);
        Self {
            model,
            head,
            surface: surface::Surface::new(model, model.head("LeftArm").y - 0.40, over_ears),
            part: Part {
                material: "hair",
                ..Part::default()
            },
            head_joint: model.joint("Head") as u16,
            neck_joint: model.joint("Neck") as u16,
            back_joint: model.joint("Spine2") as u16,
            neck_y: head.chin_y - 0.005,
            shoulder_y: model.head("LeftArm").y + 0.035,
        }
    }

    /// Adds a vertex; the lower it hangs, the more neck and back carry it.
    pub(crate) fn vertex(&mut self, pos: Vec3, normal: Vec3, uv: Vec2, tint: Vec3) -> u32 {
        let down =
            ((self.neck_y - pos.y) / (self.neck_y - self.shoulder_y).max(0.02)).clamp(0.0, 2.0);
        let (head, neck, back) = if down < 1.0 {
            (1.0 - down, down, 0.0)
        } else {
            (0.0, 2.0 - down, down - 1.0)
        };
        let mut joints = [0_u16; 4];
        let mut weights = [0.0_f32; 4];
        let mut slot = 0;
        for (w, j) in [
            (head, self.head_joint),
            (neck, self.neck_joint),
            (back, self.back_joint),
        ] {
            if w > 1e-3 {
                (joints[slot], weights[slot]) = (j, w);
                slot += 1;
            }
        }
        let total: f32 = weights.iter().sum();
        let part = &mut self.part;
        part.positions.push(pos);
        part.normals.push(normal.normalize_or(Vec3::Y));
        part.uvs.push(uv);
        part.colours.push(tint);
        part.joints.push(joints);
        part.weights.push(weights.map(|w| w / total));
        part.positions.len() as u32 - 1
    }
}

/// Grows the hair; `None` for a bald head.
pub(crate) fn make(model: &Model<'_>, head: &Head, hair: &Hair) -> Option<Wig> {
    let mut growth = Growth::new(model, head, hair.style);
    let colour = hair.colour.linear();
    let skin = Patch::new(model, model.body.iter().copied());
    let curly = match hair.style {
        HairStyle::Bald => return None,
        HairStyle::Buzz => {
            shells::fur(&mut growth, &skin, &|_| 0.0042);
            true
        }
        HairStyle::Fade => {
            let eyes = head.eyes.y;
            let k = head.scale;
            shells::fur(&mut growth, &skin, &|p: Vec3| {
                0.0012 + 0.0062 * super::noise::smooth(eyes + 0.035 * k, eyes + 0.085 * k, p.y)
            });
            true
        }
        HairStyle::Afro => {
            shells::afro(&mut growth, &skin);
            true
        }
        style => {
            styles::comb(&mut growth, style);
            false
        }
    };
    let texture = if curly {
        texture::curls(colour, hair.grey, hair.style != HairStyle::Afro)
    } else {
        texture::strands(colour, hair.grey)
    };
    Some(Wig {
        part: growth.part,
        texture,
        curly,
        roughness: if curly { 0.92 } else { 0.66 },
    })
}
