//! What of a spectator is skin, hair or cloth: fields over the body, whose zero lines
//! are cut into its triangles, so that hairlines, collars and cuffs are smooth.

use super::{
    Part,
    hair::{Cut, locks},
};
use crate::{BodyData, Rig, look::head::Head};
use glam::Vec3;
use std::collections::{HashMap, HashSet};

/// How a spectator is dressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dressed {
    /// Sleeves end above the elbows.
    pub short_sleeves: bool,
    /// A skirt or shorts: nothing below the knees.
    pub bare_legs: bool,
    /// A jacket over a shirt, which is seen where it is open.
    pub open_collar: bool,
    /// How hair is cut and worn.
    pub hair: Cut,
}

/// The fields: positive inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Hair,
    Brow,
    Eye,
    Lips,
    Neck,
    Arm,
    Foot,
    Shank,
    Collar,
    Legs,
    /// What is left out: hair of the base mesh below the chin and before the face.
    Gone,
}

const ALL: [Field; FIELDS] = [
    Field::Hair,
    Field::Brow,
    Field::Eye,
    Field::Lips,
    Field::Neck,
    Field::Arm,
    Field::Foot,
    Field::Shank,
    Field::Collar,
    Field::Legs,
    Field::Gone,
];
const FIELDS: usize = 11;
/// Where among the values the shade is.
const SHADE: usize = FIELDS;

/// Values of all fields at a vertex, and how light its colour is.
pub(super) type Values = [f32; FIELDS + 1];

/// How light the colour of a vertex is, of what it is in full light.
pub(super) fn shade(values: &Values) -> f32 {
    values[SHADE]
}

/// Values of what is hair and nothing else, so light.
pub(super) fn of_hair(shade: f32) -> Values {
    let mut values = [-1.0; FIELDS + 1];
    values[Field::Hair as usize] = 1.0;
    values[SHADE] = shade;
    values
}

/// Darkens the colour of a vertex.
pub(super) fn darken(values: &mut Values, by: f32) {
    values[SHADE] *= by;
}

/// The part that a place belongs to.
pub(super) fn part(values: &Values) -> Part {
    let inside = |field: Field| values[field as usize] > 0.0;
    let first = [
        (Field::Eye, Part::Eyes),
        (Field::Hair, Part::Hair),
        (Field::Brow, Part::Hair),
        (Field::Lips, Part::Lips),
        (Field::Neck, Part::Skin),
        (Field::Arm, Part::Skin),
        (Field::Foot, Part::Shoes),
        (Field::Shank, Part::Legs),
        (Field::Collar, Part::Shirt),
        (Field::Legs, Part::Bottom),
    ];
    let found = first.iter().find(|(field, _)| inside(*field));
    found.map_or(Part::Top, |(_, part)| *part)
}

/// Measures of a standing body that fields are laid out by.
pub(super) struct Layout<'a> {
    rig: &'a Rig,
    joint: Vec3,
    neck: Vec3,
    head: Option<Head>,
    eyes: Option<[Vec3; 2]>,
    /// How much of a vertex is ear, and how much lip.
    ears: Vec<f32>,
    lips: Vec<f32>,
    /// Vertices of the balls of the eyes.
    balls: HashSet<u32>,
    dressed: Dressed,
}

impl<'a> Layout<'a> {
    pub(super) fn new(data: &BodyData, standing: &[Vec3], rig: &'a Rig, dressed: Dressed) -> Self {
        let joint = |name: &str| rig.joint(name).map_or(Vec3::ZERO, |joint| rig.heads[joint]);
        let middle = |group: &str| {
            let places = data.vertex_group(group)?.iter().cloned().flatten();
            let (sum, count) = places
                .filter_map(|vertex| standing.get(vertex as usize))
                .fold((Vec3::ZERO, 0.0), |(sum, count), at| {
                    (sum + *at, count + 1.0)
                });
            (count > 0.0).then(|| sum / count)
        };
        let left = middle("helper-l-eye");
        let eyes = left.zip(middle("helper-r-eye")).map(|(l, r)| [l, r]);
        let masked = |name: &str| {
            let mut shares = vec![0.0_f32; standing.len()];
            if let Some(mask) = data.masks().iter().find(|mask| mask.name == name) {
                for t in data.triangles(&["body"]) {
                    for (vertex, uv) in t.verts.iter().zip(t.uvs) {
                        let share = &mut shares[*vertex as usize];
                        *share = share.max(mask.sample(data.uvs()[uv as usize]));
                    }
                }
            }
            shares
        };
        let balls = data.triangles(&["helper-l-eye", "helper-r-eye"]);
        let mut layout = Self {
            rig,
            joint: joint("Head"),
            neck: joint("Neck"),
            head: None,
            eyes,
            ears: masked("ears"),
            lips: masked("lips"),
            balls: balls.iter().flat_map(|t| t.verts).collect(),
            dressed,
        };
        let skin = (0..BodyData::BODY_VERTICES.min(standing.len()))
            .filter(|&vertex| layout.weight(vertex, &["Head"]) > 0.5)
            .map(|vertex| standing[vertex]);
        let skin: Vec<Vec3> = skin.collect();
        layout.head = eyes.map(|eyes| Head::of(eyes, &skin, None));
        layout
    }

    /// Lifts hair off the scalp.
    pub(super) fn comb(&self, standing: &mut [Vec3], values: &[Values]) {
        let Some(head) = &self.head else {
            return;
        };
        for (vertex, at) in standing
            .iter_mut()
            .enumerate()
            .take(BodyData::BODY_VERTICES)
        {
            if values[vertex][Field::Hair as usize] > 0.0 {
                *at += head.outward(*at) * self.dressed.hair.stands(head, *at);
            }
        }
    }

    /// The vertex of the standing body over which hair that is combed back is tied.
    pub(super) fn tie(&self, standing: &[Vec3]) -> Option<usize> {
        let head = self.head.as_ref()?;
        let place = head.centre + Vec3::new(0.0, 0.15, -0.98) * head.radii;
        let near = |&a: &usize, &b: &usize| {
            let away = |v: usize| standing[v].distance_squared(place);
            away(a).total_cmp(&away(b))
        };
        (0..BodyData::BODY_VERTICES.min(standing.len())).min_by(near)
    }

    /// The fields at a vertex of the standing body.
    pub(super) fn values(&self, vertex: usize, at: Vec3) -> Values {
        let mut values = [-1.0; FIELDS + 1];
        values[SHADE] = 1.0;
        if vertex >= BodyData::BODY_VERTICES {
            // Helpers: hair, and the balls of the eyes.
            if self.balls.contains(&(vertex as u32)) {
                values[Field::Eye as usize] = 1.0;
                return values;
            }
            values[Field::Hair as usize] = 1.0;
            // To the chin, for strands further down do not lie on the shoulders, and none
            // before the temples.
            let above = at - self.joint;
            let kept = (at.y - self.neck.y + 0.01).min(0.03 - above.z);
            values[Field::Gone as usize] = -kept;
            values[SHADE] = locks(at);
            return values;
        }
        for field in ALL {
            values[field as usize] = self.value(field, vertex, at);
        }
        if values[Field::Hair as usize] > 0.0 {
            values[SHADE] = locks(at);
        } else if let Some(head) = &self.head {
            // Sockets, and below the lower lip.
            let mut dark = 0.0_f32;
            for eye in self.eyes.into_iter().flatten() {
                let from = (at - eye) / (Vec3::new(0.022, 0.013, 0.03) * head.scale);
                dark = dark.max(0.22 * (-0.5 * from.length_squared()).exp());
            }
            values[SHADE] = 1.0 - dark;
        }
        values
    }

    fn weight(&self, vertex: usize, wanted: &[&str]) -> f32 {
        self.rig.joints[vertex]
            .iter()
            .zip(self.rig.weights[vertex])
            .filter(|&(&joint, _)| {
                let name = &self.rig.names[usize::from(joint)];
                wanted.iter().any(|part| name.contains(part))
            })
            .map(|(_, weight)| weight)
            .sum()
    }

    fn value(&self, field: Field, vertex: usize, at: Vec3) -> f32 {
        let dressed = self.dressed;
        let unless = |worn: bool, value: f32| if worn { value } else { -1.0 };
        match field {
            Field::Hair => self.head.as_ref().map_or(-1.0, |head| {
                let above = at - self.joint;
                // Long hair has gaps, and under it is hair.
                let long = dressed.hair == Cut::Long;
                let under = unless(long, 0.02 - above.z).min(above.y + 0.03);
                let on_head = 0.2 * (self.weight(vertex, &["Head"]) - 0.5);
                let ear = 0.02 * (0.4 - self.ears[vertex]);
                head.scalp(at).max(under).min(on_head).min(ear)
            }),
            Field::Gone | Field::Eye => -1.0,
            Field::Brow => self.patch(
                at,
                Vec3::new(0.0, 0.0215, 0.0),
                Vec3::new(0.022, 0.0042, 0.0),
            ),
            Field::Lips => 0.01 * (self.lips[vertex] - 0.45),
            Field::Neck => self.weight(vertex, &["Neck", "Head"]) - 0.6,
            Field::Arm if dressed.short_sleeves => self.weight(vertex, &["Hand", "ForeArm"]) - 0.25,
            Field::Arm => self.weight(vertex, &["Hand"]) - 0.5,
            Field::Foot => self.weight(vertex, &["Foot", "Toe"]) - 0.5,
            Field::Shank => unless(
                dressed.bare_legs,
                self.weight(vertex, &["LeftLeg", "RightLeg", "Foot", "Toe"]) - 0.6,
            ),
            Field::Collar => unless(dressed.open_collar, {
                let from = at - self.neck;
                let open = 0.30 * (from.y + 0.20) - from.x.abs();
                open.min(from.z - 0.02)
            }),
            Field::Legs => self.weight(vertex, &["Leg", "Hips"]) - 0.5,
        }
    }

    /// An ellipse on the face beside each eye.
    fn patch(&self, at: Vec3, offset: Vec3, half: Vec3) -> f32 {
        let Some(eyes) = self.eyes else {
            return -1.0;
        };
        let from = |eye: Vec3| {
            let at = at - eye - offset;
            let (x, y) = (at.x / half.x, (at.y + 4.0 * at.x * at.x) / half.y);
            (1.0 - x * x - y * y).min(40.0 * at.z)
        };
        from(eyes[0]).max(from(eyes[1]))
    }
}

/// A body whose triangles can be cut.
pub(super) struct Pieces {
    pub(super) positions: Vec<Vec3>,
    pub(super) values: Vec<Values>,
    pub(super) triangles: Vec<[u32; 3]>,
}

impl Pieces {
    /// Cuts along the edges of all parts.
    pub(super) fn along_parts(&mut self) {
        for field in ALL {
            self.along(field as usize);
        }
        let gone = Field::Gone as usize;
        let values = &self.values;
        self.triangles
            .retain(|t| t.iter().map(|&v| values[v as usize][gone]).sum::<f32>() <= 0.0);
    }

    fn along(&mut self, field: usize) {
        let mut between = HashMap::new();
        let mut out = Vec::with_capacity(self.triangles.len());
        for triangle in std::mem::take(&mut self.triangles) {
            let inside = triangle.map(|v| self.values[v as usize][field] > 0.0);
            // The corner that lies on a side of its own.
            let lone = (0..3)
                .find(|&k| inside[k] != inside[(k + 1) % 3] && inside[k] != inside[(k + 2) % 3]);
            let Some(k) = lone else {
                out.push(triangle);
                continue;
            };
            let [a, b, c] = [k, (k + 1) % 3, (k + 2) % 3].map(|k| triangle[k]);
            let ab = self.point(&mut between, a, b, field);
            let ac = self.point(&mut between, a, c, field);
            out.extend([[a, ab, ac], [ab, b, c], [ab, c, ac]]);
        }
        self.triangles = out;
    }

    /// The point of an edge where a field is zero.
    fn point(
        &mut self,
        between: &mut HashMap<(u32, u32), u32>,
        a: u32,
        b: u32,
        field: usize,
    ) -> u32 {
        let (a, b) = (a.min(b), a.max(b));
        if let Some(&known) = between.get(&(a, b)) {
            return known;
        }
        let [va, vb] = [a, b].map(|v| self.values[v as usize]);
        let share = (va[field] / (va[field] - vb[field])).clamp(0.0, 1.0);
        let at = self.positions[a as usize].lerp(self.positions[b as usize], share);
        let mut values = [0.0; FIELDS + 1];
        for k in 0..=FIELDS {
            values[k] = va[k] + (vb[k] - va[k]) * share;
        }
        values[field] = 0.0;
        self.positions.push(at);
        self.values.push(values);
        let new = self.positions.len() as u32 - 1;
        between.insert((a, b), new);
        new
    }

    /// The part of a triangle, which no edge crosses any more.
    pub(super) fn part(&self, triangle: [u32; 3]) -> Part {
        let mut sum = [0.0; FIELDS + 1];
        for v in triangle {
            for (sum, value) in sum.iter_mut().zip(self.values[v as usize]) {
                *sum += value;
            }
        }
        part(&sum)
    }

    /// Whether a triangle is on the head or the neck.
    pub(super) fn on_head(&self, triangle: [u32; 3]) -> bool {
        let neck = |v: u32| self.values[v as usize][Field::Neck as usize];
        triangle.map(neck).iter().sum::<f32>() > 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::{FIELDS, Field, Part, Pieces};
    use glam::Vec3;

    #[test]
    fn triangles_are_cut_where_a_part_ends_and_keep_their_area() {
        let values = |hair: f32| {
            let mut values = [-1.0; FIELDS + 1];
            values[Field::Hair as usize] = hair;
            values
        };
        let mut cut = Pieces {
            positions: vec![Vec3::ZERO, Vec3::X, Vec3::Y, Vec3::new(1.0, 1.0, 0.0)],
            values: vec![values(1.0), values(-1.0), values(1.0), values(-1.0)],
            triangles: vec![[0, 1, 2], [2, 1, 3]],
        };
        cut.along_parts();
        let area = |triangle: &[u32; 3]| {
            let [a, b, c] = triangle.map(|v| cut.positions[v as usize]);
            0.5 * (b - a).cross(c - a).z
        };
        let hair: f32 = cut
            .triangles
            .iter()
            .filter(|t| cut.part(**t) == Part::Hair)
            .map(area)
            .sum();
        let all: f32 = cut.triangles.iter().map(area).sum();
        assert!((hair - 0.5).abs() < 1e-6 && (all - 1.0).abs() < 1e-6);
        assert!(
            cut.triangles.iter().all(|t| area(t) > 0.0),
            "none is turned over"
        );
    }
}
