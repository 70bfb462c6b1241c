//! What can go wrong with a foreign file, said so that it can be mended.

/// A foreign avatar cannot be taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {field}: {problem}; {mend}")]
pub struct RigError {
    /// The file.
    pub file: String,
    /// Where in it, such as `accessors[3].count`.
    pub field: String,
    /// What is wrong there.
    pub problem: String,
    /// How to mend it.
    pub mend: String,
}

impl RigError {
    /// A fault in a file that is named later, by [`RigError::of`].
    pub(crate) fn new(
        field: impl Into<String>,
        problem: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self {
            file: String::new(),
            field: field.into(),
            problem: problem.into(),
            mend: mend.into(),
        }
    }

    /// The same fault, in the file `file`, unless one is named already.
    pub(crate) fn of(mut self, file: &str) -> Self {
        if self.file.is_empty() {
            file.clone_into(&mut self.file);
        }
        self
    }
}

/// What reading gives.
pub(crate) type Read<T> = Result<T, RigError>;
