//! Who signs: a folder with a key and its certificates.

use crate::{CredentialsError, authority};
use c2pa::{BoxedSigner, SigningAlg, create_signer};
use p256::pkcs8::{ObjectIdentifier, PrivateKeyInfo, SecretDocument};
use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// The certificate that signs, then those above it up to the authority's; PEM.
const CHAIN: &str = "chain.pem";
/// The key that signs, PKCS #8 in PEM.
const KEY: &str = "key.pem";
/// Certificates of authorities that are trusted; PEM.
const AUTHORITY: &str = "authority.pem";

const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// A key and its certificates, in a folder: `key.pem`, `chain.pem`, and `authority.pem`
/// with what is trusted here.
pub struct Identity {
    folder: PathBuf,
    chain: String,
    key: zeroize::Zeroizing<String>,
    algorithm: SigningAlg,
}

impl std::fmt::Debug for Identity {
    /// The key is in no output.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

impl Identity {
    /// The identity in a folder. Where there is none yet, one is made with a development
    /// authority of its own.
    ///
    /// # Errors
    /// A folder that holds half of one, a key that others may read or of a kind that
    /// C2PA does not know, a certificate that has ended.
    pub fn open(folder: &Path) -> Result<Self, CredentialsError> {
        if !folder.join(CHAIN).exists() && !folder.join(KEY).exists() {
            make(folder)?;
        }
        let read = |name: &str| {
            let file = folder.join(name);
            fs::read_to_string(&file).map_err(|e| CredentialsError::disk("read", &file, e))
        };
        let chain = read(CHAIN)?;
        let trouble = |name: &str, problem: String, mend| CredentialsError::Identity {
            file: folder.join(name),
            problem,
            mend,
        };
        let (until, seconds) = authority::holds_until(&chain).ok_or_else(|| {
            let mend = "begin it with the certificate of key.pem, then those above it, as PEM";
            trouble(CHAIN, "holds no certificate".into(), mend)
        })?;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        if now.is_ok_and(|now| now > seconds) {
            let problem = format!("the certificate ended at {until}");
            let mend = "put a new one in its place; or move chain.pem and key.pem away, and \
                        one of this machine's own is made";
            return Err(trouble(CHAIN, problem, mend));
        }
        owner_only(&folder.join(KEY))?;
        let key = zeroize::Zeroizing::new(read(KEY)?);
        let algorithm = algorithm_of(&key).ok_or_else(|| {
            let mend = "use ECDSA on P-256, P-384 or P-521, Ed25519, or RSA (openssl pkcs8 \
                        -topk8 -nocrypt turns other forms into it)";
            trouble(
                KEY,
                "is no key in PKCS #8 form that C2PA knows".into(),
                mend,
            )
        })?;
        let identity = Self {
            folder: folder.to_path_buf(),
            chain,
            key,
            algorithm,
        };
        // Whether key and certificate are of the same kind.
        identity.signer()?;
        Ok(identity)
    }

    /// Certificates that are trusted in a folder; none if there are none.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn trusted(folder: &Path) -> Result<Option<String>, CredentialsError> {
        let file = folder.join(AUTHORITY);
        if !file.exists() {
            return Ok(None);
        }
        let text = fs::read_to_string(&file);
        text.map(Some)
            .map_err(|e| CredentialsError::disk("read", &file, e))
    }

    pub(crate) fn signer(&self) -> Result<BoxedSigner, CredentialsError> {
        create_signer::from_keys(
            self.chain.as_bytes(),
            self.key.as_bytes(),
            self.algorithm,
            None,
        )
        .map_err(|error| CredentialsError::Identity {
            file: self.folder.join(CHAIN),
            problem: error.to_string(),
            mend: "give the certificates of the key in key.pem, the one that signs first",
        })
    }
}

/// How a key signs.
fn algorithm_of(pem: &str) -> Option<SigningAlg> {
    let (label, document) = SecretDocument::from_pem(pem).ok()?;
    let key = PrivateKeyInfo::try_from(document.as_bytes()).ok()?;
    if label != "PRIVATE KEY" {
        return None;
    }
    Some(match key.algorithm.oid {
        EC => match key.algorithm.parameters_oid().ok()? {
            P256 => SigningAlg::Es256,
            P384 => SigningAlg::Es384,
            P521 => SigningAlg::Es512,
            _ => return None,
        },
        ED25519 => SigningAlg::Ed25519,
        RSA => SigningAlg::Ps256,
        _ => return None,
    })
}

/// Refuses a key that others may read.
#[cfg(unix)]
fn owner_only(key: &Path) -> Result<(), CredentialsError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(key)
        .map_err(|e| CredentialsError::disk("read", key, e))?
        .permissions()
        .mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(CredentialsError::Identity {
        file: key.to_path_buf(),
        problem: format!("others may read it (mode {:03o})", mode & 0o777),
        mend: "run chmod 600 on it; if others could read it, get a new key and certificate",
    })
}

#[cfg(not(unix))]
fn owner_only(_key: &Path) -> Result<(), CredentialsError> {
    Ok(())
}

/// Makes an identity in a folder. Several processes may do so at once: the folder gets
/// its files all together, and who comes second takes what is there.
fn make(folder: &Path) -> Result<(), CredentialsError> {
    let disk = |e| CredentialsError::disk("write", folder, e);
    let above = folder.parent().unwrap_or(folder);
    fs::create_dir_all(above).map_err(disk)?;
    let made = authority::make("Toile")?;
    let beside = tempfile::Builder::new()
        .prefix(".credentials-")
        .tempdir_in(above)
        .map_err(disk)?;
    // What was trusted stays trusted.
    let trusted = Identity::trusted(folder)?.unwrap_or_default();
    write(&beside.path().join(CHAIN), &made.chain, 0o644)?;
    write(&beside.path().join(KEY), &made.key, 0o600)?;
    let authority = format!("{trusted}{}", made.authority);
    write(&beside.path().join(AUTHORITY), &authority, 0o644)?;
    let beside = beside.keep();
    let placed = if folder.exists() {
        // Only what was trusted lies there, or nothing.
        [AUTHORITY, KEY, CHAIN]
            .iter()
            .try_for_each(|name| fs::rename(beside.join(name), folder.join(name)))
    } else {
        fs::rename(&beside, folder)
    };
    // Somebody else may have been first; whatever is left here is worth nothing.
    let _ = fs::remove_dir_all(&beside);
    match placed {
        Err(_) if folder.join(CHAIN).exists() => Ok(()),
        other => other.map_err(disk),
    }
}

fn write(file: &Path, text: &str, mode: u32) -> Result<(), CredentialsError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    options
        .open(file)
        .and_then(|mut open| {
            open.write_all(text.as_bytes())?;
            open.sync_all()
        })
        .map_err(|e| CredentialsError::disk("write", file, e))
}
