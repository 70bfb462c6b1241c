//! `toile licence new`.

use super::{
    super::{Failure, twin::SEALED},
    write,
};
use crate::{consent::replica_files, paths::Assets, production::load_record};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};
use toile_consent::{
    Advice, Alteration, Amount, Audience, Capture, Consent, Coverage, Disclosure, Duration,
    Grantor, Hash, Kind, LONGEST_YEARS, Limits, Medium, Parties, Pay, PublicKey, Purpose, Record,
    Replica, ReplicaLicence, Revocable, Role, Scope, Share, SignedDuration, SourceType, Subject,
    Timestamp, Unit, VERSION, layout,
};
use toile_twin::{Kind as TwinKind, Twin};

/// What a draft begins with; the rest is edited in it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The twin's id, a folder under assets/twins
    twin: String,
    /// Identifier of the licence, such as L-2026-014
    #[arg(long)]
    id: String,
    /// To whom it is granted
    #[arg(long)]
    client: String,
    /// Who grants it: a model's pseudonym, a representative, or a maker
    #[arg(long)]
    name: String,
    /// The grantor's public key, as `toile licence key` prints it
    #[arg(long, value_name = "KEY")]
    public_key: PublicKey,
    /// Of an invented person: the declaration that no living person is shown
    #[arg(long, value_name = "FILE")]
    declaration: Option<PathBuf>,
    /// Of a person: the signed consents to creation, alteration and use, three files
    #[arg(
        long,
        value_name = "FILE",
        num_args = 3,
        conflicts_with = "declaration"
    )]
    consents: Vec<PathBuf>,
    /// Of a person: the sealed document that holds who they are
    /// [default: identity.sealed in the twin's folder]
    #[arg(long, value_name = "FILE", requires = "consents")]
    identity: Option<PathBuf>,
    /// A reasonably specific description of the use, in words
    #[arg(
        long,
        default_value = "Walks in shows of the client and stands for pictures of them"
    )]
    description: String,
    /// Pay for each look, or --per
    #[arg(long, value_name = "AMOUNT")]
    pay: Amount,
    /// Currency of the pay, ISO 4217
    #[arg(long, default_value = "EUR")]
    currency: String,
    /// What the pay counts
    #[arg(long, value_enum, default_value_t = Per::Look)]
    per: Per,
    /// First moment, UTC [default: now]
    #[arg(long, value_name = "TIME")]
    from: Option<Timestamp>,
    /// First moment at which it holds no more, UTC [default: three years later]
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// Line to print wherever the twin appears [default: the twin's]
    #[arg(long)]
    credit: Option<String>,
    /// The draft to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// What pay counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Per {
    /// A show
    Show,
    /// A look in a show
    Look,
    /// A still picture
    Still,
    /// A rendered second in which the twin is to be seen
    Second,
    /// An hour of live play in which the twin is to be seen
    Hour,
}

fn hash(path: &Path) -> Result<Hash, String> {
    Hash::of_file(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn consent(path: &Path, signer: &str, at: Timestamp) -> Result<Consent, String> {
    Ok(Consent {
        document: hash(path)?,
        signed_at: at,
        signer: signer.to_owned(),
        method: "as in the document".to_owned(),
    })
}

fn subject(args: &Args, twin: &Twin, at: Timestamp) -> Result<(Subject, Role), Failure> {
    // Where none is named, the one that was sealed here.
    let sealed = twin.licences_path().with_file_name(SEALED);
    let identity = args
        .identity
        .clone()
        .or_else(|| sealed.is_file().then_some(sealed));
    match (twin.kind, &args.declaration, &args.consents[..], &identity) {
        (TwinKind::Mannequin, ..) => Err(format!(
            "'{}' is a mannequin: it shows nobody and needs no licence",
            args.twin
        )
        .into()),
        (TwinKind::Synthetic, Some(declaration), ..) => {
            let declaration = consent(declaration, &args.name, at)?;
            Ok((Subject::Invented { declaration }, Role::Maker))
        }
        (TwinKind::Synthetic, None, ..) => Err(format!(
            "'{}' is an invented person; give --declaration FILE, the maker's declaration that no living person is shown",
            args.twin
        )
        .into()),
        (TwinKind::Person, _, [creation, altering, using], Some(identity)) => {
            let person = Subject::Person {
                pseudonym: twin.name.clone(),
                sealed_identity: hash(identity)?,
                creation: consent(creation, &args.name, at)?,
                altering: consent(altering, &args.name, at)?,
                using: consent(using, &args.name, at)?,
                advice: Advice::None,
            };
            Ok((person, Role::Model))
        }
        (TwinKind::Person, ..) => Err(format!(
            "'{}' shows a person; give --consents CREATION ALTERATION USE, three signed documents, and --identity FILE, or seal it with `toile twin identity seal`",
            args.twin
        )
        .into()),
    }
}

pub(super) fn run(args: &Args, assets: &Assets) -> Result<(), Failure> {
    let twin = load_record(assets, &args.twin, "licence new")?;
    let now = Timestamp::now();
    let from = args.from.unwrap_or(now);
    let from = Timestamp::from_second(from.as_second())?;
    let three_years = SignedDuration::from_hours(24 * 365 * i64::from(LONGEST_YEARS));
    let until = match args.until {
        Some(until) => until,
        None => from.checked_add(three_years)?,
    };
    let (subject, role) = subject(args, &twin, from)?;
    let person = matches!(subject, Subject::Person { .. });
    let files = replica_files(&twin)
        .into_iter()
        .map(|(name, file)| Ok((name, hash(&file)?)))
        .collect::<Result<BTreeMap<_, _>, String>>()?;
    let licence = ReplicaLicence {
        version: VERSION,
        id: args.id.clone(),
        language: "en".into(),
        supersedes: None,
        replica: Replica {
            twin: twin.id.clone(),
            files,
            measures_mm: twin.measures.in_mm(),
            capture: if person {
                Capture::Scan
            } else {
                Capture::Parametric
            },
            source: if person {
                SourceType::CompositeCapture
            } else {
                SourceType::DigitalCreation
            },
        },
        parties: Parties {
            grantor: Grantor {
                role,
                name: args.name.clone(),
                key: args.public_key,
            },
            agency: None,
            client: args.client.clone(),
        },
        subject,
        scope: Scope {
            media: BTreeSet::from([Medium::Film, Medium::Still, Medium::Live, Medium::TryOn]),
            channels: Coverage::Any,
            territories: Coverage::Any,
            audience: Audience::Public,
            longest_side_px: None,
            looks: Coverage::Any,
            garments: Coverage::Any,
            exclusions: BTreeSet::new(),
            measures: false,
        },
        purpose: Purpose {
            kinds: BTreeSet::from([Kind::Show, Kind::Lookbook, Kind::Press, Kind::Rehearsal]),
            description: args.description.clone(),
        },
        pay: Pay {
            amount: args.pay,
            currency: args.currency.clone(),
            per: match args.per {
                Per::Show => Unit::Show,
                Per::Look => Unit::Look,
                Per::Still => Unit::Still,
                Per::Second => Unit::RenderedSecond,
                Per::Hour => Unit::StreamedHour,
            },
            minimum: Amount::ZERO,
            split: vec![Share {
                payee: args.name.clone(),
                commission: false,
                permille: 1000,
            }],
            term_days: 30,
        },
        duration: Duration {
            not_before: from,
            not_after: until,
        },
        limits: Limits::default(),
        alteration: Alteration {
            body_permille: 0,
            face: false,
            hair: false,
            skin: false,
        },
        approval: None,
        credit: args.credit.clone().or(twin.credit.clone()),
        sublicence: false,
        revocation: Revocable {
            list: None,
            notice_hours: 0,
        },
        disclosure: Disclosure {
            label: person,
            eu_mark: false,
            credentials: person,
        },
        delete_after_days: None,
    };
    if let Some((field, problem, mend)) = licence.problem() {
        return Err(format!("{field}: {problem}; {mend}").into());
    }
    write(&args.out, &layout(&licence)?)?;
    println!(
        "{}: a draft; read it, edit it, then `toile licence sign` it",
        args.out.display()
    );
    if !twin.keys.contains(&args.public_key.to_string()) {
        println!(
            "twin.ron of '{}' does not name this key yet: add it to `keys`, or the licence will not hold",
            twin.id
        );
    }
    Ok(())
}
