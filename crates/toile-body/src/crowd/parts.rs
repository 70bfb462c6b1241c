//! What of a spectator is skin, hair or cloth: fields over the body, whose zero lines
//! are cut into its triangles, so that hairlines, collars and cuffs are smooth.

use super::Part;
use crate::{BodyData, Rig};
use glam::Vec3;
use std::collections::HashMap;

/// How a spectator is dressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dressed {
    /// Sleeves end above the elbows.
    pub short_sleeves: bool,
    /// A skirt or shorts: nothing below the knees.
    pub bare_legs: bool,
    /// A jacket over a shirt, which is seen where it is open.
    pub open_collar: bool,
    /// Hair to the chin; otherwise short.
    pub long_hair: bool,
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
];
const FIELDS: usize = 10;

/// Values of all fields at a vertex.
pub(super) type Values = [f32; FIELDS];

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
    head: Vec3,
    neck: Vec3,
    eyes: Option<[Vec3; 2]>,
    mouth: Option<Vec3>,
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
        Self {
            rig,
            head: joint("Head"),
            neck: joint("Neck"),
            eyes: left.zip(middle("helper-r-eye")).map(|(l, r)| [l, r]),
            mouth: middle("joint-mouth"),
            dressed,
        }
    }

    /// Whether a triangle of long hair is kept: to the chin, for strands further down
    /// do not lie on the shoulders, and none before the face.
    pub(super) fn keeps(&self, at: Vec3) -> bool {
        let above = at - self.head;
        at.y > self.neck.y - 0.01 && (above.z < 0.035 || above.y > 0.13)
    }

    /// The fields at a vertex of the standing body.
    pub(super) fn values(&self, vertex: usize, at: Vec3) -> Values {
        let mut values = [-1.0; FIELDS];
        if vertex >= BodyData::BODY_VERTICES {
            // Helpers: hair, and the balls of the eyes.
            let ball = self
                .eyes
                .is_some_and(|eyes| eyes.iter().any(|eye| eye.distance(at) < 0.03));
            let field = if ball { Field::Eye } else { Field::Hair };
            values[field as usize] = 1.0;
            return values;
        }
        for field in ALL {
            values[field as usize] = self.value(field, vertex, at);
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
            Field::Hair => {
                // Above the brow, behind the temples, and down the nape.
                let above = at - self.head;
                let cap = above.y - 0.094 - 0.5 * above.z;
                let side = (0.02 - above.z).min(above.y - 0.045);
                let nape = (-0.03 - above.z).min(above.y + 0.01);
                // Long hair has gaps, and under it is hair.
                let under = unless(dressed.long_hair, 0.03 - above.z);
                let head = 0.2 * (self.weight(vertex, &["Head"]) - 0.5);
                cap.max(side).max(nape).max(under).min(head)
            }
            Field::Eye => -1.0,
            Field::Brow => self.patch(
                at,
                Vec3::new(0.0, 0.0215, 0.0),
                Vec3::new(0.022, 0.0042, 0.0),
            ),
            Field::Lips => self.mouth.map_or(-1.0, |mouth| {
                let from = (at - mouth) / Vec3::new(0.024, 0.009, 1.0);
                let ahead = at.z - mouth.z;
                (1.0 - from.x * from.x - from.y * from.y).min(50.0 * ahead)
            }),
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
pub(super) struct Cut {
    pub(super) positions: Vec<Vec3>,
    pub(super) values: Vec<Values>,
    pub(super) triangles: Vec<[u32; 3]>,
}

impl Cut {
    /// Cuts along the edges of all parts.
    pub(super) fn along_parts(&mut self) {
        for field in ALL {
            self.along(field as usize);
        }
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
        let mut values = [0.0; FIELDS];
        for k in 0..FIELDS {
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
        let mut sum = [0.0; FIELDS];
        for v in triangle {
            for (sum, value) in sum.iter_mut().zip(self.values[v as usize]) {
                *sum += value;
            }
        }
        part(&sum)
    }
}

#[cfg(test)]
mod tests {
    use super::{Cut, FIELDS, Field, Part};
    use glam::Vec3;

    #[test]
    fn triangles_are_cut_where_a_part_ends_and_keep_their_area() {
        let values = |hair: f32| {
            let mut values = [-1.0; FIELDS];
            values[Field::Hair as usize] = hair;
            values
        };
        let mut cut = Cut {
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
