//! Plane sections, convex tapes and taut strings on a triangle mesh.
