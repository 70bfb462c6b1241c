//! The one error type of the crate.

/// What can be wrong with a pattern, fabric, garment or body.
///
/// Every message names the file or panel, the field, and how to mend it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GarmentError {
    /// The text is not valid JSON or RON, or a field is missing or unknown.
    #[error("{source_name}: {message}")]
    Parse {
        /// File or other source of the text.
        source_name: String,
        /// What the parser said, with line and column.
        message: String,
    },
    /// A value was read but cannot be used.
    #[error("{source_name}: {field}: {problem}")]
    Invalid {
        /// File, pattern or body the value came from.
        source_name: String,
        /// Path of the value.
        field: String,
        /// What is wrong and how to mend it.
        problem: String,
    },
    /// A stitch or band names a panel that is not there.
    #[error(
        "{source_name}: {what} names panel '{panel}', which is not in the pattern (it has: {known})"
    )]
    UnknownPanel {
        /// File or pattern.
        source_name: String,
        /// "stitch 3" or "band 'waist'".
        what: String,
        /// The name that was not found.
        panel: String,
        /// The names that exist.
        known: String,
    },
    /// A stitch or band names an edge that is not there.
    #[error(
        "{source_name}: {what} names edge {edge} of panel '{panel}', which has {count} edges (numbered from 0)"
    )]
    UnknownEdge {
        /// File or pattern.
        source_name: String,
        /// "stitch 3" or "band 'waist'".
        what: String,
        /// Panel name.
        panel: String,
        /// Edge number given.
        edge: usize,
        /// Edges the panel has.
        count: usize,
    },
    /// The outline of a panel crosses itself.
    #[error(
        "{source_name}: panel '{panel}': its outline crosses itself near edge {edge}; move the vertices or flatten the curve so that edges only meet at their ends"
    )]
    SelfCrossing {
        /// File or pattern.
        source_name: String,
        /// Panel name.
        panel: String,
        /// An edge that takes part in the crossing.
        edge: usize,
    },
    /// A block cannot be drafted for these measures and parameters.
    #[error("block '{block}': {problem}")]
    Draft {
        /// Block name.
        block: String,
        /// What does not work out and which parameter or measure to change.
        problem: String,
    },
}

impl GarmentError {
    pub(crate) fn parse(source_name: &str, message: impl ToString) -> Self {
        Self::Parse {
            source_name: source_name.to_owned(),
            message: message.to_string(),
        }
    }

    pub(crate) fn invalid(
        source_name: &str,
        field: impl Into<String>,
        problem: impl Into<String>,
    ) -> Self {
        Self::Invalid {
            source_name: source_name.to_owned(),
            field: field.into(),
            problem: problem.into(),
        }
    }

    pub(crate) fn draft(block: &str, problem: impl Into<String>) -> Self {
        Self::Draft {
            block: block.to_owned(),
            problem: problem.into(),
        }
    }
}
