//! Cameras, how they move, and which of them is on air.

use serde::{Deserialize, Serialize};

fn f_stop() -> f32 {
    5.6
}

fn shutter() -> f32 {
    180.0
}

fn full_frame() -> f32 {
    24.0
}

fn shortest() -> f32 {
    3.0
}

/// Who makes the cuts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Edit {
    /// The cuts are those of the file; the first must be at beat 0.
    #[default]
    Written,
    /// The cuts are made from running order, walks and beats; those of the file
    /// stand where they are.
    Auto {
        /// Another seed chooses other cameras where several would do.
        #[serde(default)]
        seed: u64,
        /// No shot is shorter, but for what the file's cuts shorten, beats.
        #[serde(default = "shortest")]
        shortest_beats: f32,
    },
}

/// The name for following the cuts, where cameras are named.
pub const PROGRAMME: &str = "programme";

/// A camera.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Camera {
    /// The name that cuts use.
    pub name: String,
    /// What it is for in an automatic edit; without it, as its movement says.
    #[serde(default)]
    pub role: Option<Role>,
    /// Focal length, mm; the shortest of a zoom lens.
    pub focal_mm: f32,
    /// Longest focal length of a zoom lens, mm: it then keeps what is framed as
    /// large in the picture as it can.
    #[serde(default)]
    pub zoom_to_mm: Option<f32>,
    /// Height of the picture on the sensor, mm.
    #[serde(default = "full_frame")]
    pub sensor_mm: f32,
    /// Focal length over the width of the lens: the smaller, the less is sharp.
    #[serde(default = "f_stop")]
    pub f_stop: f32,
    /// How much of a frame the shutter is open, 360 for all of it, degrees.
    #[serde(default = "shutter")]
    pub shutter_deg: f32,
    /// How it moves.
    pub movement: Movement,
}

/// How a camera moves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Movement {
    /// Stands still and looks at a point.
    Still {
        /// Position, m.
        position: [f32; 3],
        /// Point looked at, m.
        look_at: [f32; 3],
    },
    /// Stands still and turns with the subject.
    Pan {
        /// Position, m.
        position: [f32; 3],
        /// What of the subject is framed.
        frame: Framing,
    },
    /// Travels with the subject.
    Track {
        /// Position relative to the subject's feet, m.
        offset: [f32; 3],
        /// What of the subject is framed.
        frame: Framing,
    },
    /// Circles the subject, from in front of it.
    Orbit {
        /// Distance from the subject, m.
        radius_m: f32,
        /// Height above the floor, m.
        height_m: f32,
        /// Length of a full turn, beats.
        beats: f32,
        /// What of the subject is framed.
        frame: Framing,
    },
    /// Sits on the arm of a crane, which swings and booms during a shot, looking at
    /// the subject.
    Crane {
        /// Where the arm turns, m.
        pivot: [f32; 3],
        /// Length of the arm, m.
        arm_m: f32,
        /// Swing and boom at the shot's first beat, degrees: swing 0 points to the
        /// backdrop, positive to +X; boom 0 is level, positive up.
        from: [f32; 2],
        /// Swing and boom at the end, degrees.
        to: [f32; 2],
        /// Length of the move, beats.
        beats: f32,
        /// What of the subject is framed.
        frame: Framing,
    },
    /// Glides between two positions during a shot, looking at the subject.
    Glide {
        /// Position at the shot's first beat, m.
        from: [f32; 3],
        /// Position at the end, m.
        to: [f32; 3],
        /// Length of the glide, beats.
        beats: f32,
        /// What of the subject is framed.
        frame: Framing,
    },
}

/// Which part of a look a camera frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Framing {
    /// Head to feet.
    Full,
    /// Hips to head.
    Medium,
    /// Shoulders and face.
    Close,
    /// The lowest hem.
    Hem,
    /// The shoes.
    Shoes,
    /// The neckline, from the front.
    Neckline,
    /// The left cuff, or the wrist where no sleeve reaches it.
    Cuff,
    /// The top of what hangs from the waist, or the waist.
    Waistband,
}

/// What a camera is for in an automatic edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Shows the whole runway.
    Wide,
    /// Rises or sinks over it.
    Crane,
    /// Head to feet, head-on from the photographers' pit.
    Pit,
    /// Hips to head.
    Medium,
    /// Shoulders and face.
    Close,
    /// Travels beside the model.
    Side,
    /// From near the floor.
    Low,
    /// A part of a garment.
    Detail,
    /// Travels ahead of a model that comes, and so behind one that leaves.
    Back,
}

/// From this beat on, this camera.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// Beat of the cut.
    pub beat: f32,
    /// Name of the camera.
    pub camera: String,
    /// Number of the look to frame; without it, the look nearest the pit.
    #[serde(default)]
    pub look: Option<u32>,
    /// How long it stays at least where an automatic edit goes on after it, beats.
    #[serde(default)]
    pub beats: Option<f32>,
}
