//! Rust mirrors of the uniform structs in `shaders/cloth/common.wgsl`.

use bytemuck::{Pod, Zeroable};

/// Numbers of one substep; mirrors `Step`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
pub struct Step {
    /// Gravity, m/s².
    pub gravity: [f32; 3],
    /// Substep, s.
    pub h: f32,
    /// Subtracted from positions at the start of the substep, m.
    pub shift: [f32; 3],
    /// Air density times coefficient, kg/m³.
    pub air: f32,
    /// Wind, m/s.
    pub wind: [f32; 3],
    /// Stitch stiffness, N/m.
    pub stitch: f32,
    /// World displacement of the frame per substep, m.
    pub frame_step: [f32; 3],
    /// End of the substep within the frame, 0..1.
    pub lerp: f32,
    /// World position of the frame at the end of the substep, m.
    pub origin: [f32; 3],
    /// One over the number of substeps.
    pub inv_n: f32,
    /// 1: body, 2: cloth contact.
    pub flags: u32,
    /// Preconditioned residual to stop at, 1; 0 never stops.
    pub tolerance: f32,
    /// Padding.
    pub pad: [u32; 2],
}

macro_rules! layout {
    ($($name:ident : $kind:ty),* $(,)?) => {
        /// Counts and array offsets; mirrors `Layout`.
        #[repr(C)]
        #[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
        #[expect(missing_docs, reason = "documented in common.wgsl, of which this is the mirror")]
        pub struct Layout { $(pub $name: $kind),* }

        /// Field names and byte offsets of [`Layout`], for the layout test.
        #[must_use]
        pub fn layout_fields() -> Vec<(&'static str, usize)> {
            vec![$((stringify!($name), std::mem::offset_of!(Layout, $name))),*]
        }
    };
}

layout! {
    n: u32, nt: u32, nh: u32, ne: u32,
    ne_tri: u32, nb: u32, table: u32, groups: u32,
    t_tri: u32, t_trih: u32, t_hinge: u32, t_hslot: u32,
    t_edge: u32, t_eel: u32, t_row: u32, t_brow: u32,
    t_vtri: u32, t_vhin: u32, t_mask: u32, t_pin: u32,
    t_fabric: u32, t_spare1: u32, t_spare2: u32, t_spare3: u32,
    r_tri: u32, r_part: u32, r_bend: u32, r_brow: u32,
    r_spring: u32, r_pin: u32, r_press: u32, r_tensor: u32,
    o_v: u32, o_acc: u32, o_xs: u32, o_d0: u32,
    o_xp: u32, o_theta: u32, o_grad: u32, o_tri: u32,
    o_mom: u32, o_edge: u32, o_spring: u32, o_diag: u32,
    o_pinv: u32, o_r: u32, o_u: u32, o_p: u32,
    o_s: u32, o_w: u32, o_dl: u32, o_con: u32,
    o_part: u32, o_scal: u32, o_mark: u32, o_spare1: u32,
    g_start: u32, g_list: u32, g_react: u32, cell: f32,
    b_tri: u32, b_ring: u32, b_region: u32, nb_grid: u32,
    w_start: u32, w_end: u32, w_cur: u32, w_rank: u32,
    w_room: u32, room: f32, b_bulge: u32, b_bound: u32,
    t_node: u32, t_leaf: u32, t_low: u32, t_level: u32,
    t_weld: u32, nodes: u32, tri_nodes: u32, lows: u32,
    levels: u32, o_box: u32, o_node: u32, o_at: u32,
    o_step: u32, g_limit: u32, g_tangle: u32, g_pull: u32,
    g_tally: u32, g_points: u32, g_edges: u32, max_points: u32,
    max_edges: u32, reach: f32, g_slide: u32, g_held: u32,
    nc: u32, nblock: u32, csteps: u32, t_agg: u32,
    t_member: u32, t_cedge: u32, t_cextra: u32, t_crow: u32,
    o_cblock: u32, o_cinv: u32, o_cr: u32, o_cd: u32,
    o_cx: u32, g_still: u32, g_agreed: u32, ahead: f32,
}

/// Field names and byte offsets of [`Step`], for the layout test.
#[must_use]
pub fn step_fields() -> Vec<(&'static str, usize)> {
    vec![
        ("gravity", std::mem::offset_of!(Step, gravity)),
        ("h", std::mem::offset_of!(Step, h)),
        ("shift", std::mem::offset_of!(Step, shift)),
        ("air", std::mem::offset_of!(Step, air)),
        ("wind", std::mem::offset_of!(Step, wind)),
        ("stitch", std::mem::offset_of!(Step, stitch)),
        ("frame_step", std::mem::offset_of!(Step, frame_step)),
        ("lerp", std::mem::offset_of!(Step, lerp)),
        ("origin", std::mem::offset_of!(Step, origin)),
        ("inv_n", std::mem::offset_of!(Step, inv_n)),
        ("flags", std::mem::offset_of!(Step, flags)),
        ("tolerance", std::mem::offset_of!(Step, tolerance)),
    ]
}
