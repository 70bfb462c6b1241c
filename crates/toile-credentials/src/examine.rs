//! Reading credentials.

use crate::{
    CredentialsError, Ingredient, ReplicaUse, Source, seal,
    statement::{ACTIONS, REPLICA_USE, TRAINING, forbids_training},
    strict,
};
use c2pa::{Context, Manifest, Reader, Settings, ValidationState, jumbf_io};
use serde_json::{Value, json};
use std::{
    fs::{self, File},
    io::{BufReader, Seek as _},
    path::Path,
};

/// Whether credentials hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// They hold, and whoever signed is trusted here.
    Trusted,
    /// They hold; nobody who is trusted here says who signed.
    Valid,
    /// The file or its credentials were changed.
    Broken,
}

/// What the credentials of a file say.
#[derive(Clone, Debug)]
pub struct Examined {
    /// Whether they hold.
    pub state: State,
    /// What does not hold, or keeps it from being trusted: a code of the C2PA and words.
    pub problems: Vec<String>,
    /// Whose certificate signed, as it says itself.
    pub signer: Option<String>,
    /// The file's title.
    pub title: Option<String>,
    /// With what it was made.
    pub software: Option<String>,
    /// When it was begun, as it says itself.
    pub when: Option<String>,
    /// What kind of picture it is, if it is one that Toile makes.
    pub source: Option<Source>,
    /// Under which licences; none if it is not by Toile.
    pub replica_use: Option<ReplicaUse>,
    /// What went into it.
    pub ingredients: Vec<Ingredient>,
    /// Whether it forbids that machines learn from it.
    pub training_forbidden: bool,
    /// Whether they lie beside the file.
    pub beside: bool,
}

/// Reads the credentials in a file, or beside it, and checks them against its content
/// and against certificates that are trusted, PEM.
///
/// # Errors
/// A file that has none, or that cannot be read. Credentials that do not hold are no
/// error: they are told.
pub fn examine(path: &Path, trusted: Option<&str>) -> Result<Examined, CredentialsError> {
    let disk = |e| CredentialsError::disk("read", path, e);
    let unreadable = |error: c2pa::Error| match error {
        c2pa::Error::JumbfNotFound | c2pa::Error::UnsupportedType => {
            CredentialsError::None { file: path.into() }
        }
        other => CredentialsError::Unreadable {
            file: path.into(),
            problem: other.to_string(),
        },
    };
    let settings = Settings::new()
        .with_json(&settings(trusted).to_string())
        .map_err(unreadable)?;
    let context = Context::new().with_settings(settings).map_err(unreadable)?;
    let reader = Reader::from_context(context);
    let mut file = BufReader::new(File::open(path).map_err(disk)?);
    let format = seal::format_of(path).unwrap_or("application/octet-stream");
    let sidecar = seal::sidecar_of(path);
    let beside = sidecar.is_file();
    let store = if beside {
        fs::read(&sidecar).map_err(|e| CredentialsError::disk("read", &sidecar, e))?
    } else {
        jumbf_io::load_jumbf_from_stream(format, &mut file).map_err(unreadable)?
    };
    file.rewind().map_err(disk)?;
    let reader = if beside {
        reader.with_manifest_data_and_stream(&store, format, file)
    } else {
        reader.with_stream(format, file)
    };
    let reader = reader.map_err(unreadable)?;
    let mut disturbed = strict::disturbed(&store);
    if format == "image/png" && !strict::sums_are_right(&fs::read(path).map_err(disk)?) {
        disturbed = Some("the sum of a chunk is wrong");
    }
    let manifest = reader
        .active_manifest()
        .ok_or_else(|| CredentialsError::None { file: path.into() })?;
    let problems = reader.validation_status().unwrap_or_default();
    let problems = problems.iter().map(|status| match status.explanation() {
        Some(words) => format!("{}: {words}", status.code()),
        None => status.code().to_owned(),
    });
    let problems = problems.chain(disturbed.map(str::to_owned));
    Ok(Examined {
        state: match reader.validation_state() {
            _ if disturbed.is_some() => State::Broken,
            ValidationState::Trusted => State::Trusted,
            ValidationState::Valid => State::Valid,
            ValidationState::Invalid => State::Broken,
        },
        problems: problems.collect(),
        beside,
        ..said(manifest)
    })
}

/// What a manifest says, whether it holds or not.
fn said(manifest: &Manifest) -> Examined {
    let signer = manifest.signature_info().and_then(|info| {
        let names = [info.common_name.as_deref(), info.issuer.as_deref()];
        let names: Vec<&str> = names.into_iter().flatten().collect();
        (!names.is_empty()).then(|| names.join(", "))
    });
    let actions: Value = manifest.find_assertion(ACTIONS).unwrap_or_default();
    let created = actions["actions"]
        .as_array()
        .and_then(|list| list.iter().find(|one| one["action"] == "c2pa.created"))
        .cloned()
        .unwrap_or_default();
    let agent = &created["softwareAgent"];
    let software = agent["name"].as_str().map(|name| {
        let version = agent["version"].as_str().unwrap_or_default();
        format!("{name} {version}").trim_end().to_owned()
    });
    let training = manifest.find_assertion::<Value>(TRAINING);
    let ingredients = manifest.ingredients().iter().map(|one| Ingredient {
        name: one.title().unwrap_or_default().to_owned(),
        format: one.format().unwrap_or_default().to_owned(),
        hash: one.instance_id().to_owned(),
    });
    Examined {
        state: State::Broken,
        problems: Vec::new(),
        signer,
        title: manifest.title().map(str::to_owned),
        software,
        when: created["when"].as_str().map(str::to_owned),
        source: created["digitalSourceType"]
            .as_str()
            .and_then(Source::of_term),
        replica_use: manifest.find_assertion(REPLICA_USE).ok(),
        ingredients: ingredients.collect(),
        training_forbidden: training.is_ok_and(|said| forbids_training(&said)),
        beside: false,
    }
}

/// Nothing is fetched, and trust comes from these certificates alone.
fn settings(trusted: Option<&str>) -> Value {
    json!({
        "trust": { "trust_anchors": trusted },
        "verify": {
            "verify_after_reading": true,
            "verify_trust": true,
            "ocsp_fetch": false,
            "remote_manifest_fetch": false,
        },
    })
}
