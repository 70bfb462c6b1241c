//! Who a person is, sealed apart from the record of their twin.
//!
//! The twin's record knows a pseudonym. The identity lies beside it in a file that only
//! the holder of a key can open: a sealed box (`crypto_box_seal` of libsodium: X25519,
//! `XSalsa20` and `Poly1305`), so that whoever seals keeps nothing that opens it, and other
//! programs can open it too.

use crate::{ConsentError, hex};
use crypto_box::{PublicKey, SecretKey, aead::OsRng};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{
    fmt,
    io::{Read as _, Write as _},
    path::Path,
    str::FromStr,
};
use zeroize::Zeroizing;

/// The version of the format that this build reads and writes.
const VERSION: u32 = 1;
const SCHEME: &str = "x25519:";
/// What a file with a private key begins with.
const PRIVATE: &str = "toile-sealing-key-v1:";
/// Longest text that is sealed, bytes.
const LONGEST: usize = 64 << 10;
/// More than any sealed file has, bytes.
const MOST_BYTES: u64 = 2 << 20;

/// To whom an identity is sealed; in files `"x25519:"` and 64 small hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealTo([u8; 32]);

impl fmt::Display for SealTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}", hex::encode(&self.0))
    }
}

impl FromStr for SealTo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bytes = text.strip_prefix(SCHEME).and_then(hex::decode).map(Self);
        bytes.ok_or_else(|| {
            format!(
                "'{text}' is no key to seal to; write \"x25519:\" and 64 small hexadecimal digits, as `toile twin identity key` prints them"
            )
        })
    }
}

impl Serialize for SealTo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SealTo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

/// What opens a sealed identity.
pub struct SealKey(SecretKey);

impl fmt::Debug for SealKey {
    /// Never the private part.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealKey({})", self.public())
    }
}

impl SealKey {
    /// A new key from the system's random numbers.
    ///
    /// # Errors
    /// The system has none.
    pub fn generate() -> Result<Self, ConsentError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut seed[..]).map_err(|error| ConsentError::Key {
            place: "of this machine".to_owned(),
            problem: format!("no random numbers: {error}"),
            mend: "make the key on another machine",
        })?;
        Ok(Self(SecretKey::from(*seed)))
    }

    /// To whom is to be sealed what this opens.
    #[must_use]
    pub fn public(&self) -> SealTo {
        SealTo(*self.0.public_key().as_bytes())
    }

    /// Writes the key to a new file that only its owner may read.
    ///
    /// # Errors
    /// A file that is already there.
    pub fn write(&self, path: &Path) -> Result<(), ConsentError> {
        let seed = Zeroizing::new(self.0.to_bytes());
        let text = Zeroizing::new(format!("{PRIVATE}{}\n", hex::encode(&seed[..])));
        crate::key::new_private(path)
            .and_then(|mut file| {
                file.write_all(text.as_bytes())?;
                file.sync_all()
            })
            .map_err(|e| ConsentError::disk("write", path, e))
    }

    /// Reads a key from a file that nobody but its owner may read.
    ///
    /// # Errors
    /// A file that others may read, or that is no such key.
    pub fn read(path: &Path) -> Result<Self, ConsentError> {
        let text = crate::key::private_text(path)?;
        let seed: Option<Zeroizing<[u8; 32]>> = text
            .trim_end()
            .strip_prefix(PRIVATE)
            .and_then(hex::decode)
            .map(Zeroizing::new);
        let seed = seed.ok_or_else(|| ConsentError::Key {
            place: path.display().to_string(),
            problem: "opens no identities".to_owned(),
            mend: "name the file that `toile twin identity key` made; a key that signs is another",
        })?;
        Ok(Self(SecretKey::from(*seed)))
    }
}

/// What is sealed: a text, and of which twin it is, so that no sealed file can be laid
/// beside another twin unseen.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inside {
    twin: String,
    text: String,
}

/// A sealed identity, as it lies in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedIdentity {
    /// Format version, 1.
    pub version: u32,
    /// Whose key opens it.
    pub to: SealTo,
    /// The sealed box, hexadecimal.
    pub sealed: String,
}

impl SealedIdentity {
    /// Seals who the person behind a twin is.
    ///
    /// # Errors
    /// A text that is empty or longer than 64 KiB.
    pub fn seal(twin: &str, text: &str, to: SealTo) -> Result<Self, ConsentError> {
        let field = |problem: String| ConsentError::Field {
            file: "identity".to_owned(),
            field: "text".to_owned(),
            problem,
            mend: "give some words on who the person is, 64 KiB at most",
        };
        if text.trim().is_empty() || text.len() > LONGEST {
            return Err(field(format!("has {} bytes", text.len())));
        }
        let inside = Inside {
            twin: twin.to_owned(),
            text: text.to_owned(),
        };
        let words = serde_json::to_vec(&inside).map_err(|e| field(e.to_string()))?;
        let words = Zeroizing::new(words);
        let sealed = PublicKey::from(to.0)
            .seal(&mut OsRng, &words)
            .map_err(|_| field("cannot be sealed".to_owned()))?;
        Ok(Self {
            version: VERSION,
            to,
            sealed: hex::encode(&sealed),
        })
    }

    /// Opens it.
    ///
    /// # Errors
    /// Another key than the one it was sealed to, a byte that was changed, or the
    /// identity of another twin.
    pub fn open(
        &self,
        twin: &str,
        key: &SealKey,
        file: &str,
    ) -> Result<Zeroizing<String>, ConsentError> {
        if key.public() != self.to {
            return Err(ConsentError::Key {
                place: key.public().to_string(),
                problem: format!("does not open {file}, which is sealed to {}", self.to),
                mend: "name the key that it was sealed to",
            });
        }
        let forged = |problem: &str| ConsentError::Forged {
            file: file.to_owned(),
            problem: problem.to_owned(),
        };
        let sealed = hex::bytes(&self.sealed).ok_or_else(|| forged("it holds no sealed box"))?;
        let words = key.0.unseal(&sealed);
        let words = Zeroizing::new(words.map_err(|_| forged("the seal does not hold"))?);
        let inside: Inside =
            serde_json::from_slice(&words).map_err(|_| forged("it holds no identity"))?;
        if inside.twin != twin {
            return Err(forged("it is the identity of another twin"));
        }
        Ok(Zeroizing::new(inside.text))
    }

    /// Reads the text of a sealed file; `file` is only named in errors.
    ///
    /// # Errors
    /// [`ConsentError`]: unknown fields, another version.
    pub fn parse(text: &str, file: &str) -> Result<Self, ConsentError> {
        let sealed: Self =
            serde_json::from_str(text).map_err(|e| ConsentError::syntax(file, &e))?;
        if sealed.version != VERSION {
            return Err(ConsentError::Field {
                file: file.to_owned(),
                field: "version".to_owned(),
                problem: format!("this is version {}", sealed.version),
                mend: "this build reads version 1",
            });
        }
        Ok(sealed)
    }

    /// Reads a sealed file.
    ///
    /// # Errors
    /// As [`SealedIdentity::parse`], and what the system says.
    pub fn read(path: &Path) -> Result<Self, ConsentError> {
        let mut text = String::new();
        std::fs::File::open(path)
            .and_then(|file| file.take(MOST_BYTES).read_to_string(&mut text))
            .map_err(|e| ConsentError::disk("read", path, e))?;
        Self::parse(&text, &path.display().to_string())
    }

    /// Writes it to a file that is not there yet.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(&self, path: &Path) -> Result<(), ConsentError> {
        let file = path.display().to_string();
        let text = crate::layout(self).map_err(|e| ConsentError::syntax(&file, &e))?;
        crate::key::new_private(path)
            .and_then(|mut file| {
                file.write_all(text.as_bytes())?;
                file.sync_all()
            })
            .map_err(|e| ConsentError::disk("write", path, e))
    }
}
