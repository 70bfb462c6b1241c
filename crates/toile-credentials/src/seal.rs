//! Putting a signed statement into a file, or beside it.

use crate::{CredentialsError, Identity, Statement};
use c2pa::{BoxedSigner, Builder, Context, Signer, SigningAlg};
use std::{
    fs::{self, File},
    io::{BufReader, Cursor, Read, Seek, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

/// What signs files.
pub struct Seal {
    signer: Tight,
    context: Arc<Context>,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seal").finish_non_exhaustive()
    }
}

/// Where credentials of a format lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In the file.
    Inside,
    /// In a file beside it.
    Beside,
}

/// Media type of a file by its ending, and where its credentials lie; none for endings
/// that carry none.
fn kind_of(path: &Path) -> Option<(&'static str, Place)> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    Some(match ending.as_str() {
        "png" => ("image/png", Place::Inside),
        "jpg" | "jpeg" => ("image/jpeg", Place::Inside),
        "mp4" => ("video/mp4", Place::Inside),
        // Editors rewrite these and drop what they do not know.
        "mov" => ("video/quicktime", Place::Beside),
        "exr" => ("image/x-exr", Place::Beside),
        "glb" => ("model/gltf-binary", Place::Beside),
        _ => return None,
    })
}

/// The media type of a file that can have credentials.
pub(crate) fn format_of(path: &Path) -> Option<&'static str> {
    kind_of(path).map(|(format, _)| format)
}

/// Where the credentials of a file lie if they are not in it.
#[must_use]
pub fn sidecar_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".c2pa");
    path.with_file_name(name)
}

impl Seal {
    /// What signs in the name of an identity.
    ///
    /// # Errors
    /// A key that does not fit its certificate.
    pub fn new(identity: &Identity) -> Result<Self, CredentialsError> {
        Ok(Self {
            signer: Tight(identity.signer()?),
            context: Context::new().into_shared(),
        })
    }

    /// A PNG with the statement in it.
    ///
    /// # Errors
    /// Bytes that are no PNG.
    pub fn png(&self, png: &[u8], statement: &Statement) -> Result<Vec<u8>, CredentialsError> {
        let mut out = Cursor::new(Vec::with_capacity(png.len() + RESERVED));
        self.sign(
            Path::new("a picture"),
            ("image/png", Place::Inside),
            statement,
            &mut Cursor::new(png),
            &mut out,
        )?;
        Ok(out.into_inner())
    }

    /// The credentials of a file that is to lie at `path` with this content; for the
    /// formats that cannot carry them, to be written to [`sidecar_of`] it.
    ///
    /// # Errors
    /// A format that has none.
    pub fn beside(
        &self,
        path: &Path,
        content: &[u8],
        statement: &Statement,
    ) -> Result<Vec<u8>, CredentialsError> {
        let kind = kind_of(path).ok_or_else(|| unknown(path))?;
        let mut copy = Cursor::new(Vec::with_capacity(content.len()));
        let kind = (kind.0, Place::Beside);
        self.sign(path, kind, statement, &mut Cursor::new(content), &mut copy)
    }

    /// Signs a file that is whole but has not its name yet: it lies at `partial` and is
    /// to be at `path`, by whose ending its format is known. Credentials go into it, or
    /// to [`sidecar_of`] the path, where they are before the file has its name.
    ///
    /// # Errors
    /// A format that has none, or a full disk; then the file is as it was.
    pub fn file(
        &self,
        partial: &Path,
        path: &Path,
        statement: &Statement,
    ) -> Result<(), CredentialsError> {
        let kind = kind_of(path).ok_or_else(|| unknown(path))?;
        let source = File::open(partial);
        let source = source.map_err(|e| CredentialsError::disk("read", partial, e))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut signed = tempfile::NamedTempFile::new_in(folder)
            .map_err(|e| CredentialsError::disk("write", path, e))?;
        let manifest = self.sign(
            path,
            kind,
            statement,
            &mut BufReader::new(source),
            signed.as_file_mut(),
        )?;
        let placed = match kind.1 {
            Place::Inside => fs::metadata(partial).and_then(|was| {
                // Temporary files are for their owner only.
                fs::set_permissions(signed.path(), was.permissions())?;
                signed.as_file().sync_data()?;
                Ok(signed.persist(partial).map(drop)?)
            }),
            Place::Beside => fs::write(sidecar_of(path), manifest),
        };
        placed.map_err(|e| CredentialsError::disk("write", path, e))
    }

    /// Signs, and gives the manifest that was put into `out` or belongs beside it.
    fn sign<R: Read + Seek + Send, W: Read + Write + Seek + Send>(
        &self,
        what: &Path,
        (format, place): (&str, Place),
        statement: &Statement,
        source: &mut R,
        out: &mut W,
    ) -> Result<Vec<u8>, CredentialsError> {
        let signed = Builder::from_shared_context(&self.context)
            .with_definition(statement.definition())
            .and_then(|mut builder| {
                builder.set_no_embed(place == Place::Beside);
                builder.sign(&self.signer, format, source, out)
            });
        signed.map_err(|error| CredentialsError::Sign {
            what: what.display().to_string(),
            problem: error.to_string(),
        })
    }
}

/// A signer without a time stamp, for which the library keeps ten thousand bytes free
/// that are never used.
struct Tight(BoxedSigner);

impl Signer for Tight {
    fn sign(&self, data: &[u8]) -> c2pa::Result<Vec<u8>> {
        self.0.sign(data)
    }

    fn alg(&self) -> SigningAlg {
        self.0.alg()
    }

    fn certs(&self) -> c2pa::Result<Vec<Vec<u8>>> {
        self.0.certs()
    }

    fn reserve_size(&self) -> usize {
        // RSA signs with 512 bytes at most; headers take a few dozen.
        let certificates = self.0.certs().unwrap_or_default();
        1024 + certificates.iter().map(Vec::len).sum::<usize>()
    }
}

/// Bytes that a manifest needs, about.
const RESERVED: usize = 8 << 10;

fn unknown(path: &Path) -> CredentialsError {
    CredentialsError::Sign {
        what: path.display().to_string(),
        problem: "it is no PNG, JPEG, MP4, MOV, EXR or GLB".into(),
    }
}
