//! Which node is which bone: by the file's own map, by names, by structure, or as the
//! override says; and how sure that is.

use glam::Vec3;
use serde::Serialize;

use crate::bone::{Bone, COUNT};
use crate::error::{Read, RigError};
use crate::notes::Notes;
use crate::profile::{self, Profile};
use crate::source::Source;
use crate::structure;

/// How a bone was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The override file names its node.
    Override,
    /// The file's own humanoid map.
    Map,
    /// Its name.
    Name,
    /// Its place in the skeleton.
    Structure,
    /// The file has none; one was placed.
    Placed,
}

/// What a doubt leaves of the sureness: less than an import takes.
const DOUBTED: f32 = 0.4;

/// One bone of the humanoid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BoneFound {
    /// The bone, as our avatars call it.
    pub bone: String,
    /// The node of the file; none if the bone was placed.
    pub node: Option<String>,
    /// How it was found.
    pub how: How,
    /// How sure that is, 0 to 1.
    pub sure: f32,
    /// What speaks against it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<String>,
}

/// The humanoid in a file.
pub(crate) struct Humanoid {
    pub(crate) profile: Profile,
    /// Node of every bone.
    pub(crate) nodes: Vec<Option<usize>>,
    pub(crate) found: Vec<BoneFound>,
    /// Rest positions of all nodes, the file's units and axes.
    pub(crate) at: Vec<Vec3>,
}

impl Humanoid {
    pub(crate) fn new(source: &Source, own: Option<&[Option<usize>]>, notes: &Notes) -> Read<Self> {
        let at: Vec<Vec3> = source
            .forest
            .world
            .iter()
            .map(|m| m.w_axis.truncate())
            .collect();
        let among = skeleton_nodes(source);
        let mut nodes: Vec<Option<usize>> = vec![None; COUNT];
        let mut how = vec![(How::Placed, 0.4); COUNT];
        let mut profile = Profile::Structure;
        let all = |nodes: &[Option<usize>]| Bone::NEEDED.iter().all(|b| nodes[b.index()].is_some());
        let mut take =
            |from: &[Option<usize>], by: How, sure: f32, nodes: &mut Vec<Option<usize>>| {
                for bone in Bone::all() {
                    let (i, node) = (bone.index(), from[bone.index()]);
                    let free = node.is_some_and(|n| !nodes.contains(&Some(n)));
                    if nodes[i].is_none() && free {
                        (nodes[i], how[i]) = (node, (by, sure));
                    }
                }
            };
        let said = overridden(source, notes)?;
        take(&said, How::Override, 1.0, &mut nodes);
        if let Some(own) = own {
            profile = Profile::Vrm;
            take(own, How::Map, 1.0, &mut nodes);
        }
        if !all(&nodes) {
            let (named, found) = profile::by_name(&source.names, &among);
            if own.is_none() {
                profile = told_apart(named, source);
            }
            take(&found, How::Name, 0.95, &mut nodes);
        }
        if !all(&nodes)
            && let Some(found) = by_structure(source, &at, &among)
        {
            take(&found.bones, How::Structure, found.sure, &mut nodes);
        }
        spread_spine(source, &mut nodes, profile);
        if let Some(missing) = Bone::NEEDED.iter().find(|b| nodes[b.index()].is_none()) {
            return Err(RigError::new(
                format!("skins ({})", missing.name()),
                format!(
                    "have no joint for this bone that names or structure would tell; {} joints, profile {}",
                    source.is_joint.iter().filter(|j| **j).count(),
                    profile.words()
                ),
                "if this is a humanoid, name its joints in an override file (--override, field `bones`)",
            ));
        }
        let doubts = doubts(&nodes, &at, source);
        let found = Bone::all()
            .map(|bone| {
                let i = bone.index();
                let doubt = doubts.iter().find(|d| d.0 == bone).map(|d| d.1.clone());
                let less = if doubt.is_some() && how[i].0 != How::Override {
                    DOUBTED
                } else {
                    1.0
                };
                BoneFound {
                    bone: bone.name().to_owned(),
                    node: nodes[i].map(|n| source.names[n].clone()),
                    how: how[i].0,
                    sure: how[i].1 * less,
                    doubt,
                }
            })
            .filter(|f| f.node.is_some() || !Bone::find(&f.bone).is_some_and(Bone::is_finger))
            .collect();
        Ok(Self {
            profile,
            nodes,
            found,
            at,
        })
    }

    /// Rest position of a bone that is there.
    pub(crate) fn of(&self, bone: Bone) -> Option<Vec3> {
        self.nodes[bone.index()].map(|n| self.at[n])
    }

    /// Least sureness of the bones that a walk needs, and which bone that is.
    pub(crate) fn weakest(&self) -> (f32, &str) {
        let needed = |f: &&BoneFound| Bone::NEEDED.iter().any(|b| b.name() == f.bone);
        let least = self
            .found
            .iter()
            .filter(needed)
            .min_by(|a, b| a.sure.total_cmp(&b.sure));
        least.map_or((0.0, "Hips"), |f| (f.sure, f.bone.as_str()))
    }
}

/// Joints, and the nodes between them and above them.
fn skeleton_nodes(source: &Source) -> Vec<bool> {
    let mut among = source.is_joint.clone();
    for n in 0..among.len() {
        if source.is_joint[n] {
            let mut up = source.forest.parent[n];
            while let Some(p) = up {
                if among[p] {
                    break;
                }
                among[p] = true;
                up = source.forest.parent[p];
            }
        }
    }
    among
}

fn overridden(source: &Source, notes: &Notes) -> Read<Vec<Option<usize>>> {
    let mut said = vec![None; COUNT];
    for (bone, node) in &notes.bones {
        let Some(bone) = Bone::find(bone) else {
            continue;
        };
        let found = source.names.iter().position(|n| n == node).ok_or_else(|| {
            let joints = (0..source.names.len()).filter(|&n| source.is_joint[n]);
            let names: Vec<&str> = joints.take(40).map(|n| source.names[n].as_str()).collect();
            RigError::new(
                format!("bones.{}", bone.name()),
                format!("names the node '{node}', which the avatar does not have"),
                format!("use one of: {}", names.join(", ")),
            )
        })?;
        said[bone.index()] = Some(found);
    }
    Ok(said)
}

/// Ready Player Me has Mixamo's names and meshes of its own.
fn told_apart(profile: Profile, source: &Source) -> Profile {
    let wolf = |name: &String| name.starts_with("Wolf3D");
    if profile == Profile::MixamoPlain
        && source
            .meshes
            .iter()
            .any(|m| wolf(&m.mesh_name) || wolf(&m.node_name))
    {
        return Profile::ReadyPlayerMe;
    }
    profile
}

/// Spines of five bones are used at both ends and in the middle.
fn spread_spine(source: &Source, nodes: &mut [Option<usize>], profile: Profile) {
    if profile != Profile::Unreal {
        return;
    }
    let find = |name: &str| {
        source
            .names
            .iter()
            .position(|n| n.eq_ignore_ascii_case(name))
    };
    if let (Some(middle), Some(last)) = (find("spine_03"), find("spine_05")) {
        nodes[Bone::SPINE1.index()] = Some(middle);
        nodes[Bone::SPINE2.index()] = Some(last);
    }
}

fn by_structure(source: &Source, at: &[Vec3], among: &[bool]) -> Option<structure::Found> {
    let mut mass = vec![0.0; at.len()];
    for mesh in &source.meshes {
        for (joint, weight) in mesh.influences.iter().flatten() {
            if let Some(&node) = mesh.joints.get(usize::from(*joint)) {
                mass[node] += weight;
            }
        }
    }
    let roots: Vec<usize> = (0..at.len())
        .filter(|&n| among[n] && source.forest.parent[n].is_none_or(|p| !among[p]))
        .collect();
    structure::find(&structure::Tree {
        at,
        children: &source.children,
        mass: &mass,
        among,
        roots: &roots,
    })
}

/// What proportions and sides say against the bones.
fn doubts(nodes: &[Option<usize>], at: &[Vec3], source: &Source) -> Vec<(Bone, String)> {
    let mut out = Vec::new();
    let of = |bone: Bone| nodes[bone.index()].map(|n| at[n]);
    let length = |a: Bone, b: Bone| Some(of(a)?.distance(of(b)?));
    for (name, limb) in [("leg", Bone::LEGS), ("arm", Bone::ARMS)] {
        for parts in &limb {
            let [a, b, c] = match name {
                "leg" => [parts[0], parts[1], parts[2]],
                _ => [parts[1], parts[2], parts[3]],
            };
            let (Some(upper), Some(lower)) = (length(a, b), length(b, c)) else {
                continue;
            };
            if !(0.5..2.0).contains(&(upper / lower.max(1e-9))) {
                out.push((
                    b,
                    format!("the two parts of the {name} are as {upper:.3} to {lower:.3}"),
                ));
            }
        }
        let segments = if name == "leg" {
            [(0, 1), (1, 2)]
        } else {
            [(1, 2), (2, 3)]
        };
        for (from, to) in segments {
            let whole = |side: usize| length(limb[side][from], limb[side][to]);
            if let (Some(left), Some(right)) = (whole(0), whole(1))
                && left.max(right) > 1.25 * left.min(right)
            {
                let problem = format!("the left {name} is not as long as the right one");
                out.push((limb[0][from], problem));
            }
        }
    }
    // Left must be left: up across front.
    let frame = || {
        let across = of(Bone::LEGS[0][0])? - of(Bone::LEGS[1][0])?;
        let arms = of(Bone::ARMS[0][1])? - of(Bone::ARMS[1][1])?;
        let up = of(Bone::HEAD)? - of(Bone::HIPS)?;
        let toe = |side: usize| Some(of(Bone::LEGS[side][3])? - of(Bone::LEGS[side][2])?);
        let front = toe(0).zip(toe(1)).map(|(l, r)| l + r);
        Some((across, arms, up, front))
    };
    if let Some((across, arms, up, front)) = frame() {
        if across.dot(arms) <= 0.0 {
            let problem = "left leg and left arm lie on different sides";
            out.push((Bone::LEGS[0][0], problem.into()));
        }
        if front.is_some_and(|front| across.cross(up).dot(front) < 0.0) {
            let problem = "the feet point backwards if this side is left";
            out.push((Bone::LEGS[0][0], problem.into()));
        }
    }
    for bone in Bone::NEEDED {
        let above = bone.parent().and_then(|p| nodes[p.index()]);
        let (Some(node), Some(above)) = (nodes[bone.index()], above) else {
            continue;
        };
        let mut up = source.forest.parent[above];
        while let Some(n) = up {
            if n == node {
                out.push((bone, "hangs above the bone that it should hang on".into()));
                break;
            }
            up = source.forest.parent[n];
        }
    }
    let same =
        |a: Bone, b: Bone| nodes[a.index()].is_some() && nodes[a.index()] == nodes[b.index()];
    for a in Bone::NEEDED {
        if Bone::NEEDED.iter().any(|&b| b != a && same(a, b)) {
            out.push((a, "is the same node as another bone".into()));
        }
    }
    out
}
