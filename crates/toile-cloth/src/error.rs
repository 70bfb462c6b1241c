//! The one error type of the cloth crate.

/// What can go wrong when building or stepping a cloth simulation. Every
/// message names the field and how to mend it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClothError {
    /// A field of [`ClothMesh`](crate::ClothMesh) is inconsistent.
    #[error("cloth mesh field `{field}`: {problem}; {mend}")]
    Mesh {
        /// Field of the mesh.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
        /// How to mend it.
        mend: &'static str,
    },
    /// A field of [`BodyMesh`](crate::BodyMesh) is inconsistent.
    #[error("body mesh field `{field}`: {problem}; {mend}")]
    Body {
        /// Field of the body.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
        /// How to mend it.
        mend: &'static str,
    },
    /// A fabric has a value outside the physical range.
    #[error("fabric {index} field `{field}`: {value} is not allowed; {mend}")]
    Fabric {
        /// Index into the fabrics.
        index: usize,
        /// Field of the fabric.
        field: &'static str,
        /// The offending value.
        value: f32,
        /// How to mend it.
        mend: &'static str,
    },
    /// A field of [`StepPlan`](crate::StepPlan) is outside its range, or the
    /// joint matrices do not fit the body.
    #[error("step plan field `{field}`: {problem}; {mend}")]
    Plan {
        /// Field of the plan.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
        /// How to mend it.
        mend: &'static str,
    },
    /// No adapter that can run the kernels was found.
    #[error(
        "no GPU adapter found ({0}); on Debian or Ubuntu install `mesa-vulkan-drivers` for the software Vulkan driver"
    )]
    NoAdapter(String),
    /// The adapter refused to give a device.
    #[error("adapter {adapter} gave no device: {reason}")]
    NoDevice {
        /// Adapter name.
        adapter: String,
        /// The driver's reason.
        reason: String,
    },
    /// A shader or pipeline was refused by the device.
    #[error("shader {shader} was refused by the device: {reason}")]
    Shader {
        /// Shader file.
        shader: &'static str,
        /// Validation message.
        reason: String,
    },
    /// Reading a buffer back failed.
    #[error("read-back of {what} failed: {reason}")]
    Readback {
        /// What was read.
        what: &'static str,
        /// The driver's reason.
        reason: String,
    },
}

pub(crate) fn mesh(
    field: &'static str,
    problem: impl Into<String>,
    mend: &'static str,
) -> ClothError {
    ClothError::Mesh {
        field,
        problem: problem.into(),
        mend,
    }
}

pub(crate) fn body(
    field: &'static str,
    problem: impl Into<String>,
    mend: &'static str,
) -> ClothError {
    ClothError::Body {
        field,
        problem: problem.into(),
        mend,
    }
}

pub(crate) fn plan(
    field: &'static str,
    problem: impl Into<String>,
    mend: &'static str,
) -> ClothError {
    ClothError::Plan {
        field,
        problem: problem.into(),
        mend,
    }
}
