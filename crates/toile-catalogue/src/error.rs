//! The one error type of the crate.

use std::path::Path;

/// What can be wrong with a catalogue, a file for it, or a search.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// A file cannot be read or written.
    #[error("{file}: {problem}")]
    File {
        /// The file.
        file: String,
        /// What is wrong and how to mend it.
        problem: String,
    },
    /// A value was read but cannot be used.
    #[error("{place}: {field}: {problem}")]
    Field {
        /// File, line or record.
        place: String,
        /// The field or column.
        field: String,
        /// What is wrong and how to mend it.
        problem: String,
    },
    /// Another program is writing the catalogue.
    #[error(
        "{file}: another program is writing this catalogue; wait until it is done, or give another file with --catalogue"
    )]
    Busy {
        /// The catalogue.
        file: String,
    },
    /// The file is no catalogue, or broken.
    #[error(
        "{file}: not a catalogue of Toile, or damaged ({detail}); move the file away and import again, or give another with --catalogue"
    )]
    Damaged {
        /// The catalogue.
        file: String,
        /// What was found.
        detail: String,
    },
    /// The catalogue is of a newer program.
    #[error(
        "{file}: written by a newer Toile (format {found}, this program reads up to {known}); update Toile, or give another file with --catalogue"
    )]
    Newer {
        /// The catalogue.
        file: String,
        /// Its format.
        found: i64,
        /// The format of this program.
        known: i64,
    },
    /// No fabric has this id.
    #[error("no fabric '{id}' in {file}; near it are {near}; `toile fabric find` lists ids")]
    Unknown {
        /// The id.
        id: String,
        /// The catalogue.
        file: String,
        /// Ids near it.
        near: String,
    },
    /// A search that cannot be understood.
    #[error("{option}: {problem}")]
    Query {
        /// The option or part of the search.
        option: String,
        /// What is wrong and how to mend it.
        problem: String,
    },
    /// A number that the solver needs is not there.
    #[error(
        "{id}: no {missing}; `toile fabric estimate {id}` fills in what is missing, marked as estimated"
    )]
    Incomplete {
        /// The fabric.
        id: String,
        /// What is missing, in words.
        missing: String,
    },
}

impl CatalogueError {
    pub(crate) fn file(file: &Path, problem: impl ToString) -> Self {
        Self::File {
            file: file.display().to_string(),
            problem: problem.to_string(),
        }
    }

    pub(crate) fn field(place: &str, field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Field {
            place: place.to_owned(),
            field: field.into(),
            problem: problem.into(),
        }
    }

    pub(crate) fn query(option: &str, problem: impl Into<String>) -> Self {
        Self::Query {
            option: option.to_owned(),
            problem: problem.into(),
        }
    }

    /// What SQLite said, told as what it means for this file.
    pub(crate) fn sql(file: &Path, error: &rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        let name = file.display().to_string();
        match error.sqlite_error_code() {
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::Busy { file: name },
            Some(Code::DiskFull) => Self::file(
                file,
                "the disk is full; free some space and run the import again, it goes on where it stopped",
            ),
            Some(Code::ReadOnly) => Self::file(
                file,
                "may not be written; change its permissions, or give another file with --catalogue",
            ),
            Some(Code::CannotOpen) => Self::file(
                file,
                "cannot be opened; does its folder exist, and may it be read?",
            ),
            _ => Self::Damaged {
                file: name,
                detail: error.to_string(),
            },
        }
    }
}
