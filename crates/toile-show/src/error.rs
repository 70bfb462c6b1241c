//! What can be wrong with a show file.

/// An error in a show file: where it is, what is wrong, and how to mend it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShowError {
    /// The file could not be read.
    #[error("cannot read show file {path}: {source}; check the path and its permissions")]
    Read {
        /// The file asked for.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The text is not a show in RON.
    #[error("{path}:{line}:{column}: {message}")]
    Syntax {
        /// The file the text came from.
        path: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the parser said.
        message: String,
    },
    /// The text parses but a field holds something that cannot be staged.
    #[error("{path}: {field}: {problem}; {mend}")]
    Field {
        /// The file the text came from.
        path: String,
        /// The field, as a path inside the file (`looks[2].garments[0].colour`).
        field: String,
        /// What is wrong with it.
        problem: String,
        /// What to write instead.
        mend: String,
    },
}
