//! `toile licence`.

mod new;

use super::Failure;
use crate::{
    consent::{self, Intent, Papers, show_hash},
    paths::Assets,
    production::{Production, load_record},
};
use clap::Subcommand;
use std::path::{Path, PathBuf};
use toile_consent::{
    Approved, Medium, Record, ReplicaLicence, Revocation, Signed, Signer, Timestamp, draft,
    from_odrl, layout, statement, to_odrl,
};
use toile_show::Show;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile licence key maker.key                        a private key, and its public part
  toile licence new ines --client \"A House\" --declaration none-shown.pdf \\
      --name \"Studio Baobab\" --public-key ed25519:… --pay 420.00 --out ines.json
  toile licence sign ines.json --key maker.key       into the twin's folder licences/
  toile licence show assets/twins/ines/licences/*.licence.json
  toile licence check scenes/first-show.ron          may it be staged, now?
  toile licence revoke ines L-2026-012 --key maker.key

A draft is JSON and is edited before it is signed; what is signed is never edited.
twin.ron names the keys that may license its twin. A private key is a file that only
its owner may read, or stays with an agent: --key-command 'AGENT' runs `AGENT public`,
which prints the public key, and `AGENT sign`, which signs its input.

Toile helps to keep agreements. It gives no legal advice.")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a private key in a file, and print its public part
    Key {
        /// The file to make
        file: PathBuf,
    },
    /// Begin a licence as a draft
    New(Box<new::Args>),
    /// Sign a draft
    Sign {
        /// The draft, JSON
        draft: PathBuf,
        #[command(flatten)]
        key: Key,
        /// File to write [default: ID.licence.json in the twin's folder licences]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Check the signatures of licences, revocations and approvals
    Verify {
        /// Signed files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Tell what licences say, in sentences or as ODRL
    Show {
        /// Signed licences, or drafts
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// As an agreement of the Open Digital Rights Language, JSON-LD
        #[arg(long)]
        odrl: bool,
    },
    /// Take a draft out of an ODRL agreement
    Import {
        /// The agreement, JSON-LD
        file: PathBuf,
        /// File to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// End a licence before its time
    Revoke {
        /// The twin's id
        twin: String,
        /// The licence's id
        licence: String,
        #[command(flatten)]
        key: Key,
        /// Why, for people
        #[arg(long)]
        reason: Option<String>,
    },
    /// Approve a show, where a licence asks for that
    Approve {
        /// The show file
        scene: PathBuf,
        /// The twin's id
        #[arg(long)]
        twin: String,
        /// The licence's id
        #[arg(long)]
        licence: String,
        #[command(flatten)]
        key: Key,
    },
    /// Tell whether a show's twins may appear in it, now
    Check {
        /// The show file
        scene: PathBuf,
        /// In what they are to appear
        #[arg(long = "as", value_enum, default_value_t = As::Film)]
        medium: As,
    },
}

/// Who signs.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Key {
    /// File with the private key, mode 600
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Command of an agent that keeps the key
    #[arg(long, value_name = "COMMAND")]
    key_command: Option<String>,
}

impl Key {
    fn signer(&self) -> Result<Signer, Failure> {
        match (&self.key, &self.key_command) {
            (Some(file), _) => Ok(Signer::read(file)?),
            (None, Some(command)) => Ok(Signer::command(command)?),
            (None, None) => Err("give --key FILE or --key-command COMMAND".into()),
        }
    }
}

/// In what twins are to appear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum As {
    /// A staged show as a film
    Film,
    /// Still pictures
    Still,
    /// Live, before an audience
    Live,
    /// The fitting room
    TryOn,
    /// Labelled pictures for machines
    DataSet,
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    match args.command {
        Command::Key { file } => {
            let signer = Signer::generate()?;
            signer.write(&file)?;
            println!("{}", signer.public());
            Ok(())
        }
        Command::New(new) => new::run(&new, assets),
        Command::Sign { draft, key, out } => sign(&draft, &key, out, assets),
        Command::Verify { files } => verify(&files),
        Command::Show { files, odrl } => show(&files, odrl),
        Command::Import { file, out } => import(&file, &out),
        Command::Revoke {
            twin,
            licence,
            key,
            reason,
        } => revoke(assets, &twin, &licence, &key, reason),
        Command::Approve {
            scene,
            twin,
            licence,
            key,
        } => approve(assets, &scene, (&twin, &licence), &key),
        Command::Check { scene, medium } => check(&scene, medium, assets),
    }
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// Writes a new file whole; one that is there is never written over.
fn write(path: &Path, text: &str) -> Result<(), String> {
    if path.exists() {
        return Err(format!(
            "{} is there already, and what is signed is never changed; name another with --out, or give the licence another id",
            path.display()
        ));
    }
    crate::capture::write_whole(path, text.as_bytes()).map_err(|error| error.to_string())
}

fn sign(file: &Path, key: &Key, out: Option<PathBuf>, assets: &Assets) -> Result<(), Failure> {
    let name = file.display().to_string();
    let licence: ReplicaLicence = draft(&read(file)?, &name)?;
    let signer = key.signer()?;
    let grantor = &licence.parties.grantor;
    if grantor.key != signer.public() {
        return Err(format!(
            "{name}: parties.grantor.key is {}, and the key given is {}; only the grantor signs a licence",
            grantor.key,
            signer.public()
        )
        .into());
    }
    let folder = assets.twin(&licence.replica.twin).join("licences");
    let out = out.unwrap_or_else(|| folder.join(format!("{}{}", licence.id, consent::LICENCE)));
    let signed = Signed::new(licence, &signer, &name)?;
    write(&out, &signed.text()?)?;
    println!("{}: signed by {}", out.display(), signed.key);
    Ok(())
}

fn verify(files: &[PathBuf]) -> Result<(), Failure> {
    let mut broken = 0;
    for file in files {
        match verified(file) {
            Ok(said) => println!("ok      {} ({said})", file.display()),
            Err(problem) => {
                broken += 1;
                println!("BROKEN  {}\n        {problem}", file.display());
            }
        }
    }
    match broken {
        0 => Ok(()),
        _ => Err(format!("{broken} of {} files do not hold", files.len()).into()),
    }
}

fn verified(file: &Path) -> Result<String, String> {
    fn read<R: Record>(file: &Path) -> Result<Signed<R>, String> {
        Signed::<R>::read(file).map_err(|error| error.to_string())
    }
    let name = file.to_string_lossy();
    if name.ends_with(consent::REVOCATION) {
        let signed = read::<Revocation>(file)?;
        let of = &signed.record;
        Ok(format!(
            "{} revoked {} by {}",
            of.licence, of.revoked_at, signed.key
        ))
    } else if name.ends_with(consent::APPROVAL) {
        let signed = read::<Approved>(file)?;
        let of = &signed.record;
        Ok(format!(
            "{} approved {} by {}",
            of.show, of.approved_at, signed.key
        ))
    } else {
        let signed = read::<ReplicaLicence>(file)?;
        let of = &signed.record;
        if of.parties.grantor.key != signed.key {
            return Err(format!(
                "it is signed by {}, which is not its grantor's key",
                signed.key
            ));
        }
        Ok(format!(
            "licence {} for {}, by {}",
            of.id, of.parties.client, signed.key
        ))
    }
}

/// A signed licence or a draft, by its name.
fn licence_in(file: &Path) -> Result<ReplicaLicence, Failure> {
    if file.to_string_lossy().ends_with(consent::LICENCE) {
        return Ok(Signed::read(file)?.record);
    }
    Ok(draft(&read(file)?, &file.display().to_string())?)
}

fn show(files: &[PathBuf], odrl: bool) -> Result<(), Failure> {
    for file in files {
        let licence = licence_in(file)?;
        if odrl {
            print!("{}", to_odrl(&licence)?);
        } else {
            println!("{}", statement(&licence));
        }
    }
    Ok(())
}

fn import(file: &Path, out: &Path) -> Result<(), Failure> {
    let licence = from_odrl(&read(file)?, &file.display().to_string())?;
    write(out, &layout(&licence)?)?;
    println!("{}: licence {}, not signed", out.display(), licence.id);
    Ok(())
}

/// The licence of a twin by its id.
fn licence_of(assets: &Assets, twin: &str, id: &str) -> Result<ReplicaLicence, Failure> {
    let papers = Papers::load(&assets.twin(twin).join("licences"))?;
    let known: Vec<&str> = papers
        .licences
        .iter()
        .map(|(_, s)| s.record.id.as_str())
        .collect();
    let mut found = papers.licences.iter().map(|(_, signed)| &signed.record);
    found
        .find(|licence| licence.id == id)
        .cloned()
        .ok_or_else(|| {
            format!(
                "twin '{twin}' has no licence '{id}' (it has: {})",
                known.join(", ")
            )
            .into()
        })
}

fn revoke(
    assets: &Assets,
    twin: &str,
    id: &str,
    key: &Key,
    reason: Option<String>,
) -> Result<(), Failure> {
    let licence = licence_of(assets, twin, id)?;
    let signer = key.signer()?;
    if licence.parties.grantor.key != signer.public() {
        return Err(format!(
            "licence {id} was granted by {}; only the grantor revokes it",
            licence.parties.grantor.key
        )
        .into());
    }
    let revocation = Revocation {
        version: 1,
        licence: id.to_owned(),
        twin: twin.to_owned(),
        // Whole seconds, for people read it.
        revoked_at: Timestamp::from_second(Timestamp::now().as_second())?,
        reason,
    };
    let out = assets.twin(twin).join("licences");
    let out = out.join(format!("{id}{}", consent::REVOCATION));
    let signed = Signed::new(revocation, &signer, &out.display().to_string())?;
    write(&out, &signed.text()?)?;
    println!(
        "{}: licence {id} ends in {} hours, wherever this file is put",
        out.display(),
        licence.revocation.notice_hours
    );
    Ok(())
}

fn approve(
    assets: &Assets,
    scene: &Path,
    (twin, id): (&str, &str),
    key: &Key,
) -> Result<(), Failure> {
    let licence = licence_of(assets, twin, id)?;
    let Some(approval) = &licence.approval else {
        return Err(format!("licence {id} asks for no approval").into());
    };
    let signer = key.signer()?;
    if approval.key != signer.public() {
        return Err(format!(
            "{} approves under licence {id}, with key {}",
            approval.by, approval.key
        )
        .into());
    }
    let show = Show::load(scene)?;
    let hash = show_hash(&show, &scene.display().to_string())?;
    let approved = Approved {
        version: 1,
        licence: id.to_owned(),
        twin: twin.to_owned(),
        show: hash,
        approved_at: Timestamp::now(),
    };
    let short: String = hash.to_string().chars().skip(7).take(12).collect();
    let out = assets.twin(twin).join("licences");
    let out = out.join(format!("{id}.{short}{}", consent::APPROVAL));
    let signed = Signed::new(approved, &signer, &out.display().to_string())?;
    write(&out, &signed.text()?)?;
    println!("{}: approved as it is now", out.display());
    Ok(())
}

fn check(scene: &Path, medium: As, assets: &Assets) -> Result<(), Failure> {
    let name = scene.display().to_string();
    let mut show = Show::load(scene)?;
    let medium = match medium {
        As::Film => Medium::Film,
        As::Still => Medium::Still,
        As::Live => Medium::Live,
        As::TryOn => Medium::TryOn,
        As::DataSet => Medium::DataSet,
    };
    if medium == Medium::DataSet {
        // Whatever the show is for, these pictures are for machines.
        show.purpose = "Training".into();
    }
    let intent = Intent::new(&show, &name, medium)?;
    let parts = Production::parts(&show, &name, assets)?;
    let mut refused = 0;
    for (twin, part) in &parts {
        let record = load_record(assets, twin, &name)?;
        match consent::permit(&record, &intent, part, assets.account()) {
            Ok(None) => println!("ok      {twin}: a mannequin needs no licence"),
            Ok(Some(granted)) => println!(
                "ok      {twin}: by licence {}, until {}",
                granted.licence.id, granted.licence.duration.not_after
            ),
            Err(trouble) => {
                refused += 1;
                println!("NO      {trouble}");
            }
        }
    }
    match refused {
        0 => Ok(()),
        _ => Err(format!(
            "{refused} of {} twins may not appear in {name}",
            parts.len()
        )
        .into()),
    }
}
