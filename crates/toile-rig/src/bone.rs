//! The bones of a humanoid, by our names and by those of VRM.

use serde::{Serialize, Serializer};

/// One of the bones that a walk can move; numbers index [`BONES`], parents first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Bone(pub(crate) u8);

/// How many bones there are.
pub(crate) const COUNT: usize = 52;

/// Name of the joint in our avatars (Mixamo's, without its prefix), name in VRM 1.0,
/// and parent. VRM: <https://github.com/vrm-c/vrm-specification>, `humanoid.md`.
pub(crate) const BONES: [(&str, &str, &str); COUNT] = [
    ("Hips", "hips", ""),
    ("LeftUpLeg", "leftUpperLeg", "Hips"),
    ("LeftLeg", "leftLowerLeg", "LeftUpLeg"),
    ("LeftFoot", "leftFoot", "LeftLeg"),
    ("LeftToeBase", "leftToes", "LeftFoot"),
    ("RightUpLeg", "rightUpperLeg", "Hips"),
    ("RightLeg", "rightLowerLeg", "RightUpLeg"),
    ("RightFoot", "rightFoot", "RightLeg"),
    ("RightToeBase", "rightToes", "RightFoot"),
    ("Spine", "spine", "Hips"),
    ("Spine1", "chest", "Spine"),
    ("Spine2", "upperChest", "Spine1"),
    ("Neck", "neck", "Spine2"),
    ("Head", "head", "Neck"),
    ("LeftShoulder", "leftShoulder", "Spine2"),
    ("LeftArm", "leftUpperArm", "LeftShoulder"),
    ("LeftForeArm", "leftLowerArm", "LeftArm"),
    ("LeftHand", "leftHand", "LeftForeArm"),
    ("LeftHandThumb1", "leftThumbMetacarpal", "LeftHand"),
    ("LeftHandThumb2", "leftThumbProximal", "LeftHandThumb1"),
    ("LeftHandThumb3", "leftThumbDistal", "LeftHandThumb2"),
    ("LeftHandIndex1", "leftIndexProximal", "LeftHand"),
    ("LeftHandIndex2", "leftIndexIntermediate", "LeftHandIndex1"),
    ("LeftHandIndex3", "leftIndexDistal", "LeftHandIndex2"),
    ("LeftHandMiddle1", "leftMiddleProximal", "LeftHand"),
    (
        "LeftHandMiddle2",
        "leftMiddleIntermediate",
        "LeftHandMiddle1",
    ),
    ("LeftHandMiddle3", "leftMiddleDistal", "LeftHandMiddle2"),
    ("LeftHandRing1", "leftRingProximal", "LeftHand"),
    ("LeftHandRing2", "leftRingIntermediate", "LeftHandRing1"),
    ("LeftHandRing3", "leftRingDistal", "LeftHandRing2"),
    ("LeftHandPinky1", "leftLittleProximal", "LeftHand"),
    ("LeftHandPinky2", "leftLittleIntermediate", "LeftHandPinky1"),
    ("LeftHandPinky3", "leftLittleDistal", "LeftHandPinky2"),
    ("RightShoulder", "rightShoulder", "Spine2"),
    ("RightArm", "rightUpperArm", "RightShoulder"),
    ("RightForeArm", "rightLowerArm", "RightArm"),
    ("RightHand", "rightHand", "RightForeArm"),
    ("RightHandThumb1", "rightThumbMetacarpal", "RightHand"),
    ("RightHandThumb2", "rightThumbProximal", "RightHandThumb1"),
    ("RightHandThumb3", "rightThumbDistal", "RightHandThumb2"),
    ("RightHandIndex1", "rightIndexProximal", "RightHand"),
    (
        "RightHandIndex2",
        "rightIndexIntermediate",
        "RightHandIndex1",
    ),
    ("RightHandIndex3", "rightIndexDistal", "RightHandIndex2"),
    ("RightHandMiddle1", "rightMiddleProximal", "RightHand"),
    (
        "RightHandMiddle2",
        "rightMiddleIntermediate",
        "RightHandMiddle1",
    ),
    ("RightHandMiddle3", "rightMiddleDistal", "RightHandMiddle2"),
    ("RightHandRing1", "rightRingProximal", "RightHand"),
    ("RightHandRing2", "rightRingIntermediate", "RightHandRing1"),
    ("RightHandRing3", "rightRingDistal", "RightHandRing2"),
    ("RightHandPinky1", "rightLittleProximal", "RightHand"),
    (
        "RightHandPinky2",
        "rightLittleIntermediate",
        "RightHandPinky1",
    ),
    ("RightHandPinky3", "rightLittleDistal", "RightHandPinky2"),
];

impl Bone {
    pub(crate) const HIPS: Self = Self(0);
    pub(crate) const SPINE: Self = Self(9);
    pub(crate) const SPINE1: Self = Self(10);
    pub(crate) const SPINE2: Self = Self(11);
    pub(crate) const NECK: Self = Self(12);
    pub(crate) const HEAD: Self = Self(13);
    /// Thigh, shin, foot and toes, left and right.
    pub(crate) const LEGS: [[Self; 4]; 2] = [
        [Self(1), Self(2), Self(3), Self(4)],
        [Self(5), Self(6), Self(7), Self(8)],
    ];
    /// Shoulder, upper arm, forearm and hand, left and right.
    pub(crate) const ARMS: [[Self; 4]; 2] = [
        [Self(14), Self(15), Self(16), Self(17)],
        [Self(33), Self(34), Self(35), Self(36)],
    ];
    /// Those without which nothing walks; the others are placed where they are missing.
    pub(crate) const NEEDED: [Self; 14] = [
        Self(0),
        Self(1),
        Self(2),
        Self(3),
        Self(5),
        Self(6),
        Self(7),
        Self(13),
        Self(15),
        Self(16),
        Self(17),
        Self(34),
        Self(35),
        Self(36),
    ];

    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..COUNT as u8).map(Self)
    }

    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Its joint in our avatars.
    pub(crate) fn name(self) -> &'static str {
        BONES[self.index()].0
    }

    pub(crate) fn parent(self) -> Option<Self> {
        let parent = BONES[self.index()].2;
        Self::all().find(|b| b.name() == parent)
    }

    /// By our name or VRM's, whatever the case.
    pub(crate) fn find(name: &str) -> Option<Self> {
        Self::all().find(|b| {
            let (ours, vrm, _) = BONES[b.index()];
            ours.eq_ignore_ascii_case(name) || vrm.eq_ignore_ascii_case(name)
        })
    }

    /// +1 on the left, −1 on the right, 0 in the middle.
    pub(crate) fn side(self) -> f32 {
        match self.name() {
            n if n.starts_with("Left") => 1.0,
            n if n.starts_with("Right") => -1.0,
            _ => 0.0,
        }
    }

    /// Whether it is a part of a finger.
    pub(crate) fn is_finger(self) -> bool {
        self.name().contains("Hand") && !self.name().ends_with("Hand")
    }
}

impl Serialize for Bone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
