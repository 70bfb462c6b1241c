//! Something that is made with twins, from the first check to its lines in the
//! account.

use super::{Account, AccountError, ConsentTrouble, Granted};
use crate::production::{Production, ProductionError};
use std::{collections::BTreeMap, path::PathBuf};
use toile_consent::{
    Amount, Date, Hash, Kind, Medium, Spent, Timestamp,
    ledger::{Act, Event, Used, fee, spent},
};

/// A run that was begun. What was seen of every look is added to it, and its end is
/// told by [`Run::end`]; a run that is dropped before has never ended, and statements
/// say so.
#[derive(Debug)]
pub struct Run {
    account: Account,
    id: String,
    act: Act,
    client: String,
    kind: Kind,
    medium: Medium,
    show: String,
    day: Date,
    size_px: (u32, u32),
    looks: Vec<RunLook>,
    head: Option<Hash>,
}

/// A licensed look of a run.
#[derive(Debug)]
struct RunLook {
    number: u32,
    twin: String,
    granted: Granted,
    seconds: f64,
    stills: u32,
}

/// What was made.
#[derive(Debug, Default)]
pub struct Made {
    /// Cameras or views.
    pub shots: Vec<String>,
    /// Files, or sequences of pictures, by name.
    pub files: BTreeMap<String, Vec<PathBuf>>,
    /// Frames that were rendered.
    pub frames: u32,
    /// How seconds were measured.
    pub measured: String,
}

impl Run {
    /// Asks again whether all twins may appear, and writes down that it begins.
    ///
    /// # Errors
    /// The clause that fails, which is written down as well; or the account.
    pub fn begin(
        production: &mut Production,
        act: Act,
        size_px: (u32, u32),
        mean: impl FnOnce(&mut super::Intent),
    ) -> Result<Self, ProductionError> {
        let mut intent = production.intent.clone();
        intent.longest_side_px = size_px.0.max(size_px.1);
        mean(&mut intent);
        let account = production.assets.account().clone();
        if let Err(error) = production.ask_again(&intent) {
            note_refusal(&account, &error, act);
            return Err(error);
        }
        let looks: Vec<RunLook> = production
            .looks
            .iter()
            .filter_map(|look| {
                Some(RunLook {
                    number: look.look.number,
                    twin: look.cast.twin.id.clone(),
                    granted: look.cast.licence.clone()?,
                    seconds: 0.0,
                    stills: 0,
                })
            })
            .collect();
        let now = Timestamp::now();
        let words = format!("{now} {} {}", std::process::id(), production.name);
        let id: String = Hash::of(words.as_bytes()).to_string()[7..23].to_owned();
        let mut run = Self {
            account,
            id,
            act,
            client: intent.client.clone(),
            kind: intent.kind,
            medium: intent.medium,
            show: intent.show.clone(),
            day: intent.day,
            size_px,
            looks,
            head: None,
        };
        if !run.looks.is_empty() {
            let mut twins: Vec<String> = run.looks.iter().map(|look| look.twin.clone()).collect();
            twins.sort();
            twins.dedup();
            let begun = Event::Begun {
                id: run.id.clone(),
                act,
                client: run.client.clone(),
                show: run.show.clone(),
                twins,
            };
            let noted = run.account.note(begun);
            run.head = Some(noted.map_err(|trouble| account_error(production, trouble))?);
        }
        Ok(run)
    }

    /// A look was to be seen for so many seconds more.
    pub fn seen(&mut self, look: u32, seconds: f64) {
        for known in self.looks.iter_mut().filter(|known| known.number == look) {
            known.seconds += seconds;
        }
    }

    /// So many stills were made of a look.
    pub fn photographed(&mut self, look: u32, stills: u32) {
        for known in self.looks.iter_mut().filter(|known| known.number == look) {
            known.stills += stills;
        }
    }

    /// Writes down what was made, and that this has ended. A look that was never to be
    /// seen was not used.
    ///
    /// # Errors
    /// The account.
    pub fn end(self, made: &Made) -> Result<(), AccountError> {
        if self.looks.is_empty() {
            return Ok(());
        }
        let mut outputs = BTreeMap::new();
        for (name, files) in &made.files {
            if let Some(hash) = hash_of(files) {
                outputs.insert(name.clone(), hash);
            }
        }
        let ledger = self.account.open()?;
        let mut writing = ledger.write()?;
        for look in &self.looks {
            if look.seconds <= 0.0 && look.stills == 0 {
                continue;
            }
            let licence = &look.granted.licence;
            let mut used = Used {
                id: format!("{}/{}", self.id, look.number),
                twin: look.twin.clone(),
                licence: licence.id.clone(),
                licence_file: look.granted.file,
                client: self.client.clone(),
                act: self.act,
                kind: self.kind,
                medium: self.medium,
                show: self.show.clone(),
                day: self.day,
                look: look.number,
                shots: made.shots.clone(),
                outputs: outputs.clone(),
                frames: made.frames,
                stills: look.stills,
                seconds: Amount::from_seconds(look.seconds),
                measured: made.measured.clone(),
                size_px: self.size_px,
                fee: Amount::ZERO,
                currency: licence.pay.currency.clone(),
                per: licence.pay.per,
                minimum: licence.pay.minimum,
                software: concat!("toile ", env!("CARGO_PKG_VERSION")).to_owned(),
            };
            // Nobody else writes meanwhile: what is paid once is paid once.
            let before = spent(&writing.entries);
            let none = Spent::default();
            used.fee = fee(
                &licence.pay,
                before.get(&licence.id).unwrap_or(&none),
                &used,
            );
            writing.add(Event::Used(used), Timestamp::now())?;
        }
        writing.add(Event::Ended { id: self.id }, Timestamp::now())?;
        Ok(())
    }

    /// Hash of the entry that says that it begins; none where nobody needs an account.
    #[must_use]
    pub fn head(&self) -> Option<Hash> {
        self.head
    }

    /// The account that it is written to.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }
}

/// The hash of a file, or of a sequence: that of the hashes of its files in order. Those
/// that are not there count nothing.
fn hash_of(files: &[PathBuf]) -> Option<Hash> {
    let hashes: Vec<Hash> = files
        .iter()
        .filter_map(|file| Hash::of_file(file).ok())
        .collect();
    match &hashes[..] {
        [] => None,
        [one] => Some(*one),
        many => {
            let text: Vec<String> = many.iter().map(Hash::to_string).collect();
            Some(Hash::of(text.join("\n").as_bytes()))
        }
    }
}

fn account_error(production: &Production, trouble: AccountError) -> ProductionError {
    ProductionError::Licence {
        show: production.name.clone(),
        field: "looks".into(),
        trouble: Box::new(trouble.into()),
    }
}

/// Writes down that something was refused. The refusal itself goes first: where the
/// account cannot be written, that is said beside it.
pub fn note_refusal(account: &Account, error: &ProductionError, act: Act) {
    let ProductionError::Licence { trouble, .. } = error else {
        return;
    };
    let ConsentTrouble::Refused(refusal) = trouble.as_ref() else {
        return;
    };
    let refused = Event::Refused {
        twin: refusal.twin.clone(),
        client: refusal.client.clone(),
        show: refusal.show.clone(),
        act,
        clause: refusal.clause.to_string(),
        why: refusal.why.clone(),
    };
    if let Err(trouble) = account.note(refused) {
        eprintln!("toile: the refusal could not be written down: {trouble}");
    }
}
