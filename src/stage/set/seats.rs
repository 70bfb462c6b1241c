//! Where the audience sits.

use super::Builder;
use bevy::prelude::*;
use toile_show::{Rgb, format::Venue};

/// Height that every row of seats rises over the one before it, m.
const ROW_RISE_M: f32 = 0.18;
/// Distance from row to row, m.
const ROW_DEPTH_M: f32 = 0.95;

/// A place in the audience.
pub(in crate::stage) struct Seat {
    /// The point of the floor that is under the middle of the seat, m.
    pub(in crate::stage) at: Vec3,
    /// Turn of who sits there, from looking along +Z, rad.
    pub(in crate::stage) yaw: f32,
}

/// Every place of the audience, front rows first.
pub(in crate::stage) fn seats(venue: &Venue) -> Vec<Seat> {
    let seats = &venue.seats;
    let count = ((venue.runway.length_m - 1.0) / seats.pitch_m).floor() as u32;
    let mut all = Vec::new();
    for row in 0..seats.rows {
        let x = row_x(venue, row);
        let y = row as f32 * ROW_RISE_M - venue.runway.height_m;
        for seat in 0..count {
            let z = 1.0 + (seat as f32 + 0.5) * seats.pitch_m;
            for side in [-1.0, 1.0] {
                all.push(Seat {
                    at: Vec3::new(side * x, y, z),
                    yaw: -side * std::f32::consts::FRAC_PI_2,
                });
            }
        }
    }
    all
}

/// Distance of a row's middle from the middle of the runway, m.
fn row_x(venue: &Venue, row: u32) -> f32 {
    venue.runway.width_m * 0.5 + 0.9 + row as f32 * ROW_DEPTH_M
}

/// A bench for each row, standing on the step of its row.
pub(super) fn build_benches(builder: &mut Builder<'_>, venue: &Venue) {
    let seats = &venue.seats;
    let cushion = builder.paint(seats.colour, 0.7);
    let step = builder.paint(Rgb([0.03, 0.03, 0.033]), 0.8);
    let count = ((venue.runway.length_m - 1.0) / seats.pitch_m).floor();
    let (length, floor_y) = (count * seats.pitch_m, -venue.runway.height_m);
    let z = 1.0 + length * 0.5;
    for row in 0..seats.rows {
        let rise = row as f32 * ROW_RISE_M;
        for side in [-1.0, 1.0] {
            let x = side * row_x(venue, row);
            let mut part = |y: f32, size: Vec3, paint: &super::Paint| {
                builder.block(Vec3::new(x, floor_y + rise + y, z), size, paint);
            };
            if row > 0 {
                let depth = Vec3::new(ROW_DEPTH_M, rise, length + 0.3);
                part(-0.5 * rise, depth, &step);
            }
            // The seat hovers over a plinth that is set back.
            let top = toile_body::crowd::SEAT_HEIGHT_M;
            part(top - 0.05, Vec3::new(0.46, 0.10, length), &cushion);
            let plinth = Vec3::new(0.34, top - 0.10, length - 0.12);
            part(0.5 * plinth.y, plinth, &step);
        }
    }
}
