//! A development authority: a certificate that stands for nobody but this machine.
//!
//! It lets files be signed from the first day, and changes be found. Whether a stranger
//! believes it is another matter: for that, certificates come from an authority that
//! others trust. The authority's own key signs one certificate and is then forgotten.

use crate::CredentialsError;
use p256::{
    ecdsa::{DerSignature, SigningKey},
    elliptic_curve::rand_core::OsRng,
    pkcs8::{EncodePrivateKey as _, LineEnding},
};
use std::{fmt::Display, str::FromStr as _, time::Duration};
use x509_cert::{
    Certificate,
    builder::{Builder as _, CertificateBuilder, Profile},
    der::{DecodePem as _, EncodePem as _, oid::ObjectIdentifier},
    ext::pkix::ExtendedKeyUsage,
    name::Name,
    serial_number::SerialNumber,
    spki::SubjectPublicKeyInfoOwned,
    time::Validity,
};

/// Purposes of the key, RFC 5280 section 4.2.1.12 and C2PA 2.2 section 14.5: signing of
/// claims, and of messages, which older readers ask for.
const PURPOSES: [ObjectIdentifier; 2] = [
    ObjectIdentifier::new_unwrap("1.3.6.1.4.1.62558.2.1"),
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.4"),
];

/// How long the certificates hold.
const HOLDS: Duration = Duration::from_hours(24 * 365 * 10);

/// Everything that is kept of a new authority, as PEM.
pub(crate) struct Made {
    /// The certificate of the authority, for who checks.
    pub(crate) authority: String,
    /// The certificate that signs, then the authority's.
    pub(crate) chain: String,
    /// The key that signs.
    pub(crate) key: String,
}

fn failed(error: impl Display) -> CredentialsError {
    CredentialsError::Certificate(error.to_string())
}

/// Makes an authority and the one certificate it signs: ECDSA on P-256.
///
/// # Errors
/// A system without random numbers.
pub(crate) fn make(organisation: &str) -> Result<Made, CredentialsError> {
    let authority_key = SigningKey::random(&mut OsRng);
    let name =
        |common: &str| Name::from_str(&format!("CN={common},O={organisation}")).map_err(failed);
    let authority_name = name("Development authority")?;
    let authority = certificate(
        Profile::Root,
        authority_name.clone(),
        &authority_key,
        &authority_key,
    )?;
    let key = SigningKey::random(&mut OsRng);
    let profile = Profile::Leaf {
        issuer: authority_name,
        enable_key_agreement: false,
        enable_key_encipherment: false,
    };
    let signing = certificate(
        profile,
        name("Toile on this machine")?,
        &key,
        &authority_key,
    )?;
    let pem = |certificate: &Certificate| certificate.to_pem(LineEnding::LF).map_err(failed);
    let authority = pem(&authority)?;
    Ok(Made {
        chain: format!("{}{authority}", pem(&signing)?),
        authority,
        key: key
            .to_pkcs8_pem(LineEnding::LF)
            .map_err(failed)?
            .to_string(),
    })
}

fn certificate(
    profile: Profile,
    subject: Name,
    key: &SigningKey,
    signer: &SigningKey,
) -> Result<Certificate, CredentialsError> {
    let public = SubjectPublicKeyInfoOwned::from_key(*key.verifying_key()).map_err(failed)?;
    // Positive and unlike any other: RFC 5280 section 4.1.2.2.
    let mut serial = SigningKey::random(&mut OsRng).to_bytes()[..16].to_vec();
    serial[0] = serial[0] & 0x7f | 0x40;
    let leaf = profile != Profile::Root;
    let mut builder = CertificateBuilder::new(
        profile,
        SerialNumber::new(&serial).map_err(failed)?,
        Validity::from_now(HOLDS).map_err(failed)?,
        subject,
        public,
        signer,
    )
    .map_err(failed)?;
    if leaf {
        let purposes = ExtendedKeyUsage(PURPOSES.to_vec());
        builder.add_extension(&purposes).map_err(failed)?;
    }
    builder.build::<DerSignature>().map_err(failed)
}

/// Until when the first certificate of a chain holds, in words and in seconds since
/// 1970; none if the text is no certificate.
pub(crate) fn holds_until(chain: &str) -> Option<(String, Duration)> {
    let end = chain.find(END)? + END.len();
    let first = Certificate::from_pem(chain.get(..end)?.trim_start()).ok()?;
    let until = first.tbs_certificate.validity.not_after;
    Some((until.to_string(), until.to_unix_duration()))
}

/// The last line of a certificate.
const END: &str = "-----END CERTIFICATE-----";
