//! Ed25519 keys: public ones in records, private ones in files that only their
//! owner can read, or with an agent that signs on request.

use crate::{ConsentError, hex};
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{
    fmt,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    str::FromStr,
};
use zeroize::Zeroizing;

const SCHEME: &str = "ed25519:";
/// What a file with a private key begins with.
const PRIVATE: &str = "toile-private-key-v1:";

/// Who signed: a public key; in files `"ed25519:"` and 64 small hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Whether `signature` is this key's over `message`. Weak keys and signatures
    /// that could be written in two ways do not hold.
    #[must_use]
    pub fn signed(&self, message: &[u8], signature: &Signature) -> bool {
        VerifyingKey::from_bytes(&self.0).is_ok_and(|key| {
            let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
            key.verify_strict(message, &signature).is_ok()
        })
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}", hex::encode(&self.0))
    }
}

impl FromStr for PublicKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bytes = text.strip_prefix(SCHEME).and_then(hex::decode);
        bytes
            .filter(|bytes| VerifyingKey::from_bytes(bytes).is_ok_and(|key| !key.is_weak()))
            .map(Self)
            .ok_or_else(|| {
                format!(
                    "'{text}' is no public key; write \"ed25519:\" and 64 small hexadecimal digits"
                )
            })
    }
}

/// An Ed25519 signature; in files 128 small hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature([u8; 64]);

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl FromStr for Signature {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        hex::decode(text)
            .map(Self)
            .ok_or_else(|| "is no signature; it has 128 small hexadecimal digits".to_owned())
    }
}

macro_rules! as_text {
    ($type:ty) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?
                    .parse()
                    .map_err(de::Error::custom)
            }
        }
    };
}
as_text!(PublicKey);
as_text!(Signature);

/// What signs.
pub enum Signer {
    /// A private key in memory.
    Key(Box<SigningKey>),
    /// An agent: the command is run by the shell, see [`Signer::command`].
    Command {
        /// The command.
        command: String,
        /// Its public key.
        public: PublicKey,
    },
}

impl fmt::Debug for Signer {
    /// Never the private part.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.public())
    }
}

impl Signer {
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
        Ok(Self::Key(Box::new(SigningKey::from_bytes(&seed))))
    }

    /// Reads a private key from a file that nobody but its owner may read.
    ///
    /// # Errors
    /// A file that others may read, or that is no key.
    pub fn read(path: &Path) -> Result<Self, ConsentError> {
        let text = private_text(path)?;
        let seed: Option<Zeroizing<[u8; 32]>> = text
            .trim_end()
            .strip_prefix(PRIVATE)
            .and_then(hex::decode)
            .map(Zeroizing::new);
        match seed {
            Some(seed) => Ok(Self::Key(Box::new(SigningKey::from_bytes(&seed)))),
            None => Err(key_error(
                path,
                "is no private key of Toile".to_owned(),
                "make one with `toile licence key FILE`",
            )),
        }
    }

    /// Writes the private key to a new file that only its owner may read.
    ///
    /// # Errors
    /// A file that is already there, or an agent's key, which stays with it.
    pub fn write(&self, path: &Path) -> Result<(), ConsentError> {
        let Self::Key(key) = self else {
            return Err(key_error(
                path,
                "an agent keeps its private key".to_owned(),
                "name the agent with --key-command wherever it is to sign",
            ));
        };
        let seed = Zeroizing::new(key.to_bytes());
        let text = Zeroizing::new(format!("{PRIVATE}{}\n", hex::encode(&seed[..])));
        new_private(path)
            .and_then(|mut file| {
                file.write_all(text.as_bytes())?;
                file.sync_all()
            })
            .map_err(|e| ConsentError::disk("write", path, e))
    }

    /// An agent: `command public` prints its public key; `command sign` reads the
    /// message and prints the signature in hexadecimal digits.
    ///
    /// # Errors
    /// A command that fails or prints something else.
    pub fn command(command: &str) -> Result<Self, ConsentError> {
        let said = ask(command, "public", &[])?;
        let public = said.parse().map_err(|problem| ConsentError::Key {
            place: format!("of `{command} public`"),
            problem,
            mend: "have the agent print its public key alone",
        })?;
        Ok(Self::Command {
            command: command.to_owned(),
            public,
        })
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        match self {
            Self::Key(key) => PublicKey(key.verifying_key().to_bytes()),
            Self::Command { public, .. } => *public,
        }
    }

    /// Signs a message.
    ///
    /// # Errors
    /// An agent that fails, or whose signature does not hold.
    pub fn sign(&self, message: &[u8]) -> Result<Signature, ConsentError> {
        match self {
            Self::Key(key) => Ok(Signature(key.sign(message).to_bytes())),
            Self::Command { command, public } => {
                let said = ask(command, "sign", message)?;
                let signature: Option<Signature> = said.parse().ok();
                signature
                    .filter(|signature| public.signed(message, signature))
                    .ok_or_else(|| ConsentError::Key {
                        place: format!("of `{command} sign`"),
                        problem: "what it printed is no signature by its public key".to_owned(),
                        mend: "have the agent print the Ed25519 signature of its input alone",
                    })
            }
        }
    }
}

/// A new file that only its owner may read.
pub(crate) fn new_private(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

/// The text of a private key's file, which nobody but its owner may read.
pub(crate) fn private_text(path: &Path) -> Result<Zeroizing<String>, ConsentError> {
    let mut file = std::fs::File::open(path).map_err(|e| ConsentError::disk("read", path, e))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let about = file
            .metadata()
            .map_err(|e| ConsentError::disk("read", path, e))?;
        if about.mode() & 0o077 != 0 {
            return Err(key_error(
                path,
                format!("others may read it (mode {:o})", about.mode() & 0o777),
                "take it as known to others and make a new one; keys are kept with mode 600",
            ));
        }
    }
    // A key is short: what is longer is something else.
    let mut text = Zeroizing::new(String::new());
    std::io::Read::by_ref(&mut file)
        .take(256)
        .read_to_string(&mut text)
        .map_err(|e| ConsentError::disk("read", path, e))?;
    Ok(text)
}

fn key_error(path: &Path, problem: String, mend: &'static str) -> ConsentError {
    ConsentError::Key {
        place: PathBuf::from(path).display().to_string(),
        problem,
        mend,
    }
}

/// Asks an agent; what it says on standard error goes to the terminal.
fn ask(command: &str, word: &str, input: &[u8]) -> Result<String, ConsentError> {
    let failed = |problem: String| ConsentError::Key {
        place: format!("of `{command} {word}`"),
        problem,
        mend: "run the command by itself to see what it lacks",
    };
    let mut child = Command::new("sh")
        .args(["-c", &format!("{command} {word}")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    if let Some(mut pipe) = child.stdin.take() {
        // An agent that does not read ends with a status of its own.
        let _ = pipe.write_all(input);
    }
    let output = child
        .wait_with_output()
        .map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(format!("it ended with {}", output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
