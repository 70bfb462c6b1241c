//! Twins of the substep kernels.
