//! `toile twin identity`.

use super::Failure;
use crate::{consent::Papers, paths::Assets, production::load_record};
use clap::Subcommand;
use std::path::{Path, PathBuf};
use toile_consent::{Hash, SealKey, SealTo, SealedIdentity, Subject};
use toile_twin::Kind;

/// The sealed identity in a twin's folder.
pub(in crate::cli) const SEALED: &str = "identity.sealed";

#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  toile twin identity key agency.key                      prints x25519:…
  toile twin identity seal amara who.txt --to x25519:…
  toile twin identity open amara --key agency.key

The record of a person's twin holds a pseudonym. Who they are is sealed into
identity.sealed beside it, to a key whose private part need not be on this machine:
whoever seals cannot open. Remove the plain text afterwards; the licences name the
sealed file by its hash.")]
pub(super) enum Command {
    /// Make a key that opens identities: it is written to a new file, and to whom to
    /// seal is printed
    Key {
        /// The file to write
        file: PathBuf,
    },
    /// Seal who a person is
    Seal {
        /// The twin's id
        twin: String,
        /// A text that says who they are
        file: PathBuf,
        /// To whom, as `toile twin identity key` prints it
        #[arg(long, value_name = "KEY")]
        to: SealTo,
    },
    /// Print who a person is
    Open {
        /// The twin's id
        twin: String,
        /// The key that it was sealed to
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

pub(super) fn run(command: Command, assets: &Assets) -> Result<(), Failure> {
    match command {
        Command::Key { file } => {
            let key = SealKey::generate()?;
            key.write(&file)?;
            println!("{}", key.public());
            Ok(())
        }
        Command::Seal { twin, file, to } => seal(assets, &twin, &file, to),
        Command::Open { twin, key } => {
            let path = assets.twin(&twin).join(SEALED);
            let sealed = SealedIdentity::read(&path)?;
            let key = SealKey::read(&key)?;
            let text = sealed.open(&twin, &key, &path.display().to_string())?;
            println!("{}", text.trim_end());
            Ok(())
        }
    }
}

fn seal(assets: &Assets, id: &str, file: &Path, to: SealTo) -> Result<(), Failure> {
    let twin = load_record(assets, id, "twin identity seal")?;
    if twin.kind != Kind::Person {
        return Err(format!("'{id}' shows no person: there is no identity to seal").into());
    }
    let text = std::fs::read_to_string(file)
        .map_err(|e| format!("cannot read {}: {e}; check the path", file.display()))?;
    let path = assets.twin(id).join(SEALED);
    if path.exists() {
        return Err(format!(
            "{} is there already, and licences may name it by its hash; move it away first",
            path.display()
        )
        .into());
    }
    SealedIdentity::seal(id, &text, to)?.write(&path)?;
    println!("{}: sealed to {to}", path.display());
    println!(
        "remove {}: the plain text is not needed here any more",
        file.display()
    );
    Ok(())
}

/// Tells of the sealed identity of a twin, and whether its licences name it.
pub(super) fn tell(folder: &Path, papers: &Papers) -> Result<(), Failure> {
    let path = folder.join(SEALED);
    if !path.exists() {
        return Ok(());
    }
    let sealed = SealedIdentity::read(&path)?;
    let hash = Hash::of_file(&path)?;
    println!("identity: sealed to {}, {hash}", sealed.to);
    for (_, signed) in &papers.licences {
        if let Subject::Person {
            sealed_identity, ..
        } = &signed.record.subject
            && *sealed_identity != hash
        {
            println!(
                "  licence {} names another sealed identity, {sealed_identity}",
                signed.record.id
            );
        }
    }
    Ok(())
}
