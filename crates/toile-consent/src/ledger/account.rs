//! What is owed: spending under a licence, fees, and the statement of a month.

use super::{Entry, Event, Head, Used};
use crate::{Amount, Hash, Pay, ReplicaLicence, Share, Spent, Unit, decide::show_id};
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What was used under each licence so far.
#[must_use]
pub fn spent(entries: &[Entry]) -> BTreeMap<String, Spent> {
    let mut all: BTreeMap<String, Spent> = BTreeMap::new();
    for used in uses(entries) {
        let spent = all.entry(used.licence.clone()).or_default();
        let show = show_id(&used.show, used.day);
        spent.looks.insert(format!("{show}/{}", used.look));
        spent.shows.insert(show);
        spent.stills = spent.stills.saturating_add(u64::from(used.stills));
        spent.seconds = spent.seconds.plus(used.seconds);
    }
    all
}

/// The twins that were erased, with the hash of their avatar where it was there.
#[must_use]
pub fn erased(entries: &[Entry]) -> BTreeMap<String, Option<Hash>> {
    let told = entries.iter().filter_map(|entry| match &entry.event {
        Event::Erased { twin, avatar } => Some((twin.clone(), *avatar)),
        _ => None,
    });
    told.collect()
}

fn uses(entries: &[Entry]) -> impl Iterator<Item = &Used> {
    entries.iter().filter_map(|entry| match &entry.event {
        Event::Used(used) => Some(used),
        _ => None,
    })
}

/// Seconds of an hour.
const HOUR: u64 = 3600;

/// What is owed for a use, given what was used before: a show or a look is paid once,
/// however often it is made.
#[must_use]
pub fn fee(pay: &Pay, before: &Spent, used: &Used) -> Amount {
    let show = show_id(&used.show, used.day);
    let units = match pay.per {
        Unit::Show if before.shows.contains(&show) => Amount::ZERO,
        Unit::Look if before.looks.contains(&format!("{show}/{}", used.look)) => Amount::ZERO,
        Unit::Show | Unit::Look => Amount::whole(1),
        Unit::Still => Amount::whole(used.stills),
        Unit::RenderedSecond => used.seconds,
        Unit::StreamedHour => Amount::from_micros(used.seconds.micros() / HOUR),
    };
    units.times(pay.amount)
}

/// One use in a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Number of the entry in the ledger.
    pub entry: u64,
    /// When.
    pub time: Timestamp,
    /// What.
    #[serde(flatten)]
    pub used: Used,
}

/// What is owed for a show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShowSum {
    /// The licence.
    pub licence: String,
    /// The client.
    pub client: String,
    /// The show and its day.
    pub show: String,
    /// Seconds in which the twin was to be seen.
    pub seconds: Amount,
    /// Still pictures.
    pub stills: u64,
    /// Sum of the fees.
    pub fees: Amount,
    /// What the minimum adds to them.
    pub minimum_adds: Amount,
    /// What is owed.
    pub owed: Amount,
    /// In what currency.
    pub currency: String,
}

/// What somebody gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Payment {
    /// Who.
    pub payee: String,
    /// How much.
    pub amount: Amount,
    /// In what currency.
    pub currency: String,
}

/// What was done with a twin in a month, and what is owed for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// The twin.
    pub twin: String,
    /// The month, as `2026-11`.
    pub month: String,
    /// Every use.
    pub uses: Vec<Line>,
    /// What is owed for every show.
    pub shows: Vec<ShowSum>,
    /// What is owed in all, by currency.
    pub owed: BTreeMap<String, Amount>,
    /// How that is split, where the licence is at hand.
    pub payments: Vec<Payment>,
    /// Licences of uses that are not at hand, so that their split is not known.
    pub licences_missing: BTreeSet<String>,
    /// Uses that were refused: when, who asked for which show, and why.
    pub refused: Vec<String>,
    /// What was begun with the twin and never told how it ended, as when the program was
    /// killed: pictures of it may exist that are not among the uses.
    pub unfinished: Vec<String>,
    /// Times that the twin was taken out of a show: when, which, and why.
    pub withdrawn: Vec<String>,
    /// When the twin was erased.
    pub erased: Option<Timestamp>,
    /// Number of the ledger's last entry, and its hash: whoever keeps this can tell
    /// later whether the ledger still holds all it held.
    pub head: Option<(u64, Hash)>,
}

fn ended(entries: &[Entry], begun: &str) -> bool {
    let mut events = entries.iter().map(|entry| &entry.event);
    events.any(|event| matches!(event, Event::Ended { id } if id == begun))
}

fn in_month(time: Timestamp, month: &str) -> bool {
    time.to_zoned(TimeZone::UTC).strftime("%Y-%m").to_string() == month
}

impl Statement {
    /// The statement of a twin for a month (`2026-11`, UTC).
    #[must_use]
    pub fn new(
        entries: &[Entry],
        head: Option<Head>,
        twin: &str,
        month: &str,
        licences: &[&ReplicaLicence],
    ) -> Self {
        let mut out = Self {
            twin: twin.to_owned(),
            month: month.to_owned(),
            uses: Vec::new(),
            shows: Vec::new(),
            owed: BTreeMap::new(),
            payments: Vec::new(),
            licences_missing: BTreeSet::new(),
            refused: Vec::new(),
            unfinished: Vec::new(),
            withdrawn: Vec::new(),
            erased: entries.iter().find_map(|entry| match &entry.event {
                Event::Erased { twin: of, .. } if of == twin => Some(entry.time),
                _ => None,
            }),
            head: head.map(|head| (head.number, head.hash)),
        };
        for entry in entries.iter().filter(|entry| in_month(entry.time, month)) {
            let when = entry.time.strftime("%Y-%m-%d %H:%M:%S");
            match &entry.event {
                Event::Used(used) if used.twin == twin => out.uses.push(Line {
                    entry: entry.number,
                    time: entry.time,
                    used: used.clone(),
                }),
                Event::Refused {
                    twin: of,
                    client,
                    show,
                    clause,
                    why,
                    ..
                } if of == twin => out.refused.push(format!(
                    "{when}: {client} asked for '{show}'; refused by {clause}: {why}"
                )),
                Event::Withdrawn {
                    twin: of,
                    show,
                    look,
                    clause,
                    why,
                } if of == twin => out.withdrawn.push(format!(
                    "{when}: taken out of '{show}', look {look}, by {clause}: {why}"
                )),
                Event::Begun {
                    id,
                    act,
                    client,
                    show,
                    twins,
                } if twins.iter().any(|of| of == twin) && !ended(entries, id) => {
                    out.unfinished
                        .push(format!("{when}: {client} began to {} '{show}'", act.verb()));
                }
                _ => {}
            }
        }
        out.sum_up(entries);
        out.split(licences);
        out
    }

    /// Sums by show. What was owed for a show in earlier months counts towards its
    /// minimum, so that no minimum is owed twice.
    fn sum_up(&mut self, entries: &[Entry]) {
        let mut sums: BTreeMap<(String, String, String), ShowSum> = BTreeMap::new();
        let mut minima: BTreeMap<(String, String, String), Amount> = BTreeMap::new();
        for Line { used, .. } in &self.uses {
            let show = show_id(&used.show, used.day);
            let key = (used.licence.clone(), show.clone(), used.currency.clone());
            let least = minima.entry(key.clone()).or_default();
            *least = (*least).max(used.minimum);
            let sum = sums.entry(key).or_insert_with(|| ShowSum {
                licence: used.licence.clone(),
                client: used.client.clone(),
                show,
                seconds: Amount::ZERO,
                stills: 0,
                fees: Amount::ZERO,
                minimum_adds: Amount::ZERO,
                owed: Amount::ZERO,
                currency: used.currency.clone(),
            });
            sum.seconds = sum.seconds.plus(used.seconds);
            sum.stills += u64::from(used.stills);
            sum.fees = sum.fees.plus(used.fee);
        }
        for (key, sum) in &mut sums {
            let mut earlier = (Amount::ZERO, Amount::ZERO);
            let before = entries.iter().filter(|entry| {
                entry
                    .time
                    .to_zoned(TimeZone::UTC)
                    .strftime("%Y-%m")
                    .to_string()
                    < self.month
            });
            for entry in before {
                if let Event::Used(used) = &entry.event
                    && used.twin == self.twin
                    && used.licence == key.0
                    && show_id(&used.show, used.day) == key.1
                {
                    earlier = (earlier.0.plus(used.fee), earlier.1.max(used.minimum));
                }
            }
            let owed_before = match earlier {
                (Amount::ZERO, Amount::ZERO) => Amount::ZERO,
                (fees, minimum) => fees.max(minimum),
            };
            let least = minima.get(key).copied().unwrap_or_default();
            let in_all = earlier.0.plus(sum.fees).max(least).max(owed_before);
            sum.owed = in_all.less(owed_before);
            sum.minimum_adds = sum.owed.less(sum.fees);
        }
        for sum in sums.into_values() {
            let owed = self.owed.entry(sum.currency.clone()).or_default();
            *owed = owed.plus(sum.owed);
            self.shows.push(sum);
        }
    }

    fn split(&mut self, licences: &[&ReplicaLicence]) {
        let mut payments: BTreeMap<(String, String), Amount> = BTreeMap::new();
        for sum in &self.shows {
            let Some(licence) = licences.iter().find(|licence| licence.id == sum.licence) else {
                self.licences_missing.insert(sum.licence.clone());
                continue;
            };
            // What rounding leaves goes to the first, so that all of it is paid.
            let mut rest = sum.owed;
            let shares: Vec<(&Share, Amount)> = licence
                .pay
                .split
                .iter()
                .map(|share| {
                    let amount = sum.owed.permille(share.permille);
                    rest = rest.less(amount);
                    (share, amount)
                })
                .collect();
            for (at, (share, amount)) in shares.into_iter().enumerate() {
                let amount = if at == 0 { amount.plus(rest) } else { amount };
                let key = (share.payee.clone(), sum.currency.clone());
                let paid = payments.entry(key).or_default();
                *paid = paid.plus(amount);
            }
        }
        self.payments = payments
            .into_iter()
            .map(|((payee, currency), amount)| Payment {
                payee,
                amount,
                currency,
            })
            .collect();
    }
}
