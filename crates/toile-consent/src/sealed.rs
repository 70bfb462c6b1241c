//! Signed files. What is signed is the canonical form of the record (RFC 8785); the
//! file is that form laid out for people, and is refused when one byte of it differs.

use crate::{ConsentError, PublicKey, Signature, Signer, canonical};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::path::Path;

/// A kind of record that is signed.
pub trait Record: Serialize + DeserializeOwned {
    /// What goes before the record when it is signed, so that no signature for one
    /// kind of record holds for another.
    const KIND: &'static str;

    /// The first field with an impossible value: its path, what is wrong, how to mend
    /// it.
    fn problem(&self) -> Option<(String, String, &'static str)>;
}

/// A record with its signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed<R> {
    /// What was signed.
    pub record: R,
    /// Who signed it.
    pub key: PublicKey,
    /// The signature.
    pub signature: Signature,
}

/// The bytes that are signed: the kind of record, a line end, its canonical form.
fn message<R: Record>(record: &R) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = R::KIND.as_bytes().to_vec();
    bytes.push(b'\n');
    bytes.extend(canonical(record)?);
    Ok(bytes)
}

/// Reads a record that is not signed yet, in any layout.
///
/// # Errors
/// A syntax error with its place, or a field with an impossible value.
pub fn draft<R: Record>(text: &str, file: &str) -> Result<R, ConsentError> {
    let record: R = serde_json::from_str(text).map_err(|e| ConsentError::syntax(file, &e))?;
    check(&record, file)?;
    Ok(record)
}

fn check<R: Record>(record: &R, file: &str) -> Result<(), ConsentError> {
    record.problem().map_or(Ok(()), |(field, problem, mend)| {
        Err(ConsentError::Field {
            file: file.to_owned(),
            field,
            problem,
            mend,
        })
    })
}

/// Canonical fields, laid out for people.
///
/// # Errors
/// A value that has no JSON form.
pub fn layout<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    let canonical: serde_json::Value = serde_json::from_slice(&canonical(value)?)?;
    Ok(serde_json::to_string_pretty(&canonical)? + "\n")
}

impl<R: Record> Signed<R> {
    /// Signs a record.
    ///
    /// # Errors
    /// An impossible value, or a signer that fails.
    pub fn new(record: R, signer: &Signer, file: &str) -> Result<Self, ConsentError> {
        check(&record, file)?;
        let message = message(&record).map_err(|e| ConsentError::syntax(file, &e))?;
        Ok(Self {
            key: signer.public(),
            signature: signer.sign(&message)?,
            record,
        })
    }

    /// Reads a signed file; `file` is only named in errors.
    ///
    /// # Errors
    /// [`ConsentError`]: a byte that differs from the file as it was signed, unknown
    /// fields or versions, impossible values.
    pub fn parse(text: &str, file: &str) -> Result<Self, ConsentError> {
        let signed: Self =
            serde_json::from_str(text).map_err(|e| ConsentError::syntax(file, &e))?;
        let forged = |problem: &str| ConsentError::Forged {
            file: file.to_owned(),
            problem: problem.to_owned(),
        };
        let message = message(&signed.record).map_err(|e| ConsentError::syntax(file, &e))?;
        if !signed.key.signed(&message, &signed.signature) {
            return Err(forged("the signature does not hold"));
        }
        let expected = signed.text().map_err(|e| ConsentError::syntax(file, &e))?;
        if text != expected {
            return Err(forged("it is not laid out as signed files are"));
        }
        check(&signed.record, file)?;
        Ok(signed)
    }

    /// Reads a signed file.
    ///
    /// # Errors
    /// As [`Signed::parse`], and what the system says.
    pub fn read(path: &Path) -> Result<Self, ConsentError> {
        let text =
            std::fs::read_to_string(path).map_err(|e| ConsentError::disk("read", path, e))?;
        Self::parse(&text, &path.display().to_string())
    }

    /// The text of the file.
    ///
    /// # Errors
    /// A value that has no JSON form.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        layout(self)
    }
}
