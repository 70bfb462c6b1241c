//! What a show means to do with its twins.

use super::{Part, hash_of_file, replica_files, show_hash};
use crate::production::ProductionError;
use std::collections::BTreeSet;
use toile_consent::{
    Altered, Amount, Audience, Content, Date, Hash, Kind, Medium, Subjected, Timestamp, Told, Use,
    is_country,
};
use toile_show::Show;
use toile_twin::Twin;

/// What is to be done with all twins of a show.
#[derive(Debug, Clone)]
pub struct Intent {
    /// Who stages it.
    pub client: String,
    /// The show's title.
    pub show: String,
    /// The day that it is dated.
    pub day: Date,
    /// What for.
    pub kind: Kind,
    /// In what twins appear.
    pub medium: Medium,
    /// Longest side of the pictures, pixels; none are made yet if it is 0.
    pub longest_side_px: u32,
    /// What viewers are told. Until something is made, all that a licence may demand.
    pub told: Told,
    /// Seconds that are rendered at most.
    pub seconds: Amount,
    /// Still pictures of every look.
    pub stills: u32,
    /// Whether body measures leave with it.
    pub measures: bool,
    show_file: Hash,
    sublicensed_by: Option<String>,
    channels: BTreeSet<String>,
    territories: BTreeSet<String>,
    audience: Audience,
    content: BTreeSet<Content>,
}

fn unknown(path: &str, field: &str, problem: String, mend: &str) -> ProductionError {
    ProductionError::Missing {
        place: format!("{path}: {field}"),
        problem,
        mend: mend.into(),
    }
}

fn kind(word: &str) -> Option<Kind> {
    Some(match word {
        "Show" => Kind::Show,
        "Lookbook" => Kind::Lookbook,
        "Commerce" => Kind::Commerce,
        "Advertising" => Kind::Advertising,
        "Press" => Kind::Press,
        "Rehearsal" => Kind::Rehearsal,
        "Training" => Kind::Training,
        _ => return None,
    })
}

fn content(word: &str) -> Option<Content> {
    Some(match word {
        "politics" => Content::Politics,
        "religion" => Content::Religion,
        "alcohol" => Content::Alcohol,
        "tobacco" => Content::Tobacco,
        _ => return None,
    })
}

fn audience(word: Option<&str>) -> Option<Audience> {
    Some(match word {
        None | Some("public") => Audience::Public,
        Some("trade") => Audience::Trade,
        Some("internal") => Audience::Internal,
        Some(_) => return None,
    })
}

impl Intent {
    /// What a show file says of itself.
    ///
    /// # Errors
    /// A field that licences know no answer to.
    pub fn new(show: &Show, path: &str, medium: Medium) -> Result<Self, ProductionError> {
        let kind = kind(&show.purpose).ok_or_else(|| {
            unknown(
                path,
                "purpose",
                format!("'{}' is no purpose that licences know", show.purpose),
                "write one of Show, Lookbook, Commerce, Advertising, Press, Rehearsal, Training",
            )
        })?;
        let day = show.date.parse().map_err(|_| {
            let problem = format!("'{}' is no date", show.date);
            let mend = "write it as year-month-day, as in \"2026-11-21\"";
            unknown(path, "date", problem, mend)
        })?;
        let release = &show.release;
        let audience = audience(release.audience.as_deref()).ok_or_else(|| {
            unknown(
                path,
                "release.audience",
                format!(
                    "'{}' is no audience",
                    release.audience.as_deref().unwrap_or_default()
                ),
                "write one of internal, trade, public",
            )
        })?;
        if let Some(code) = release.territories.iter().find(|code| !is_country(code)) {
            return Err(unknown(
                path,
                "release.territories",
                format!("'{code}' is no country code"),
                "give ISO 3166-1 alpha-2 codes such as \"FR\"",
            ));
        }
        let mut contents = BTreeSet::new();
        for word in &release.content {
            let known = content(word).ok_or_else(|| {
                unknown(
                    path,
                    "release.content",
                    format!("'{word}' is nothing that licences exclude by declaration"),
                    "write some of politics, religion, alcohol, tobacco",
                )
            })?;
            contents.insert(known);
        }
        Ok(Self {
            client: show.client.clone(),
            show: show.title.clone(),
            day,
            kind,
            medium,
            longest_side_px: 0,
            told: Told {
                label: true,
                eu_mark: true,
                credentials: true,
            },
            seconds: Amount::ZERO,
            stills: 0,
            measures: false,
            show_file: show_hash(show, path)?,
            sublicensed_by: release.sublicensed_by.clone(),
            channels: release.channels.iter().cloned().collect(),
            territories: release.territories.iter().cloned().collect(),
            audience,
            content: contents,
        })
    }

    /// What is asked of one twin, now.
    #[must_use]
    pub fn asked(&self, twin: &Twin, part: &Part) -> Use {
        let now = Timestamp::now();
        let files = replica_files(twin)
            .into_iter()
            .filter_map(|(name, file)| Some((name, hash_of_file(&file)?)));
        Use {
            subject: Subjected {
                twin: twin.id.clone(),
                name: twin.name.clone(),
                person: twin.kind == toile_twin::Kind::Person,
                keys: twin
                    .keys
                    .iter()
                    .filter_map(|key| key.parse().ok())
                    .collect(),
                files: files.collect(),
                measures_mm: twin.measures.in_mm(),
            },
            client: self.client.clone(),
            sublicensed_by: self.sublicensed_by.clone(),
            kind: self.kind,
            medium: self.medium,
            channels: self.channels.clone(),
            territories: self.territories.clone(),
            audience: self.audience,
            longest_side_px: self.longest_side_px,
            show: self.show.clone(),
            show_file: self.show_file,
            day: self.day,
            looks: part.looks.clone(),
            content: self.content.union(&part.content).copied().collect(),
            altered: Altered::default(),
            from: now,
            until: now,
            stills: self.stills.saturating_mul(part.looks.len() as u32),
            seconds: self.seconds,
            told: self.told,
            measures: self.measures,
        }
    }

    /// What the show says that is in it.
    #[must_use]
    pub fn declared(&self) -> &BTreeSet<Content> {
        &self.content
    }

    /// The hash of the show file, as it was read.
    #[must_use]
    pub fn show_file(&self) -> Hash {
        self.show_file
    }
}
