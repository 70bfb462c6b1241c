//! The papers of a twin: its folder `licences`, with signed licences, revocations and
//! approvals.

use std::path::{Path, PathBuf};
use toile_consent::{
    Approved, Case, ConsentError, Hash, Record, ReplicaLicence, Revocation, Signed,
};

/// What lies in the folder `licences` of a twin, with every signature checked.
#[derive(Debug, Clone, Default)]
pub struct Papers {
    /// Licences and the hashes of their files.
    pub licences: Vec<(Hash, Signed<ReplicaLicence>)>,
    /// Revocations.
    pub revocations: Vec<Signed<Revocation>>,
    /// Approvals.
    pub approvals: Vec<Signed<Approved>>,
}

/// Ends of the names of licences.
pub(crate) const LICENCE: &str = ".licence.json";
/// Ends of the names of revocations.
pub(crate) const REVOCATION: &str = ".revocation.json";
/// Ends of the names of approvals.
pub(crate) const APPROVAL: &str = ".approval.json";

impl Papers {
    /// Reads a folder; one that is not there holds nothing. Files with other names are
    /// left alone.
    ///
    /// # Errors
    /// One that is broken or forged: a revocation that cannot be read is no permission.
    pub fn load(folder: &Path) -> Result<Self, ConsentError> {
        let mut papers = Self::default();
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .collect();
        files.sort();
        for file in files {
            let name = file.to_string_lossy();
            if name.ends_with(LICENCE) {
                let (hash, licence) = read(&file)?;
                papers.licences.push((hash, licence));
            } else if name.ends_with(REVOCATION) {
                papers.revocations.push(read(&file)?.1);
            } else if name.ends_with(APPROVAL) {
                papers.approvals.push(read(&file)?.1);
            }
        }
        Ok(papers)
    }

    /// All of it, for a decision.
    #[must_use]
    pub fn case(&self) -> Case {
        Case {
            licences: self
                .licences
                .iter()
                .map(|(_, signed)| signed.clone())
                .collect(),
            revocations: self.revocations.clone(),
            approvals: self.approvals.clone(),
            ..Case::default()
        }
    }

    /// The hash of a licence's file.
    #[must_use]
    pub fn hash_of(&self, id: &str) -> Option<Hash> {
        let mut licences = self.licences.iter();
        let found = licences.find(|(_, signed)| signed.record.id == id);
        found.map(|(hash, _)| *hash)
    }
}

fn read<R: Record>(file: &Path) -> Result<(Hash, Signed<R>), ConsentError> {
    let signed = Signed::<R>::read(file)?;
    let hash = Hash::of_file(file).map_err(|source| ConsentError::Disk {
        doing: "read",
        file: file.to_path_buf(),
        source,
    })?;
    Ok((hash, signed))
}
