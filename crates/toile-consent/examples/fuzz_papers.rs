//! Fuzzes a reader without a nightly compiler: papers and lines of a ledger are changed
//! at random, from a seed, for so many seconds.
//!
//! `cargo run -p toile-consent --example fuzz_papers -- TARGET SECONDS [SEED] [FILE…]`; `all` is
//! every target, and files are further seeds. What crashes is kept as `crash-TARGET-N`.

#![expect(clippy::unwrap_used, reason = "the seeds are those of the tests")]

#[path = "../tests/common/mod.rs"]
mod common;

use common::{Random, licence, signed, time, used};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use toile_consent::{
    fuzz::TARGETS,
    ledger::{Act, Event},
    *,
};

/// What files of this kind are made of.
const WORDS: [&str; 16] = [
    "null",
    "true",
    "false",
    "\"any\"",
    "{\"only\":[]}",
    "18446744073709551615",
    "-1",
    "0",
    "1e308",
    "\"0.000001\"",
    "\"18446744073709.551615\"",
    "\"-009999-01-01T00:00:00Z\"",
    "\"9999-12-30T22:00:00Z\"",
    "\"<script>\"",
    "\"\\u0000\"",
    "[]",
];

fn change(random: &mut Random, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
    let at = random.below(bytes.len() as u64 + 1) as usize;
    match random.below(7) {
        0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
        1 if at < bytes.len() => {
            bytes[at] = b"0123456789-.,:[]{}\"\n"[random.below(20) as usize];
        }
        2 | 3 => {
            // A value in the place of another.
            let word = WORDS[random.below(WORDS.len() as u64) as usize];
            let Some(colon) = bytes[at..].iter().position(|b| *b == b':') else {
                return;
            };
            let start = at + colon + 1;
            let end = bytes[start..].iter().position(|b| b",}\n".contains(b));
            let end = end.map_or(bytes.len(), |off| start + off);
            bytes.splice(start..end, word.bytes());
        }
        4 => {
            let from = &seeds[random.below(seeds.len() as u64) as usize];
            let start = random.below(from.len() as u64) as usize;
            let end = (start + random.below(200) as usize).min(from.len());
            bytes.splice(at..at, from[start..end].iter().copied());
        }
        5 => {
            let end = (at + random.below(60) as usize).min(bytes.len());
            bytes.drain(at..end);
        }
        _ => bytes.truncate(at),
    }
}

fn papers() -> Vec<String> {
    let signer = Signer::generate().unwrap();
    let record = licence(signer.public());
    let revocation = Revocation {
        version: 1,
        licence: record.id.clone(),
        twin: "amara".into(),
        revoked_at: time("2026-11-23T00:00:00Z"),
        reason: Some("moved on".into()),
    };
    let revocation = Signed::new(revocation, &signer, "seed").unwrap();
    vec![
        layout(&record).unwrap(),
        to_odrl(&record).unwrap(),
        signed(record, &signer).text().unwrap(),
        revocation.text().unwrap(),
    ]
}

fn lines() -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let kept = Ledger::open(folder.path()).unwrap();
    let mut writing = kept.write().unwrap();
    for event in [
        Event::Begun {
            id: "a".into(),
            act: Act::Render,
            client: "House".into(),
            show: "Winter".into(),
            twins: vec!["amara".into()],
        },
        Event::Used(used("a/1")),
        Event::Ended { id: "a".into() },
        Event::Erased {
            twin: "amara".into(),
            avatar: Some(Hash::of(b"avatar")),
        },
    ] {
        writing.add(event, time("2026-11-23T04:00:00Z")).unwrap();
    }
    let entries = writing.entries.iter();
    let unsigned: Vec<String> = entries
        .map(|entry| serde_json::to_string(entry).unwrap())
        .collect();
    let signed = std::fs::read_to_string(folder.path().join("ledger.jsonl")).unwrap();
    vec![signed, unsigned.join("\n")]
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let texts = match target {
        "licence" => papers(),
        "ledger" => lines(),
        _ => {
            let key = SealKey::generate().unwrap();
            let sealed = SealedIdentity::seal("amara", "who", key.public()).unwrap();
            vec![layout(&sealed).unwrap()]
        }
    };
    texts.into_iter().map(String::into_bytes).collect()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let name = args.next().ok_or("give a target, or all")?;
    let seconds: f64 = args.next().ok_or("give seconds")?.parse()?;
    let seed: u64 = args.next().map_or(Ok(1), |s| s.parse())?;
    let given: Vec<Vec<u8>> = args.map(std::fs::read).collect::<Result<_, _>>()?;
    // What panics is counted and kept; its words would fill the screen.
    std::panic::set_hook(Box::new(|_| {}));
    let mut crashes = 0;
    for (target, read) in TARGETS {
        if name != "all" && name != target {
            continue;
        }
        let mut random = Random(seed);
        let mut seeds = seeds(target);
        seeds.extend(given.iter().cloned());
        let (start, mut runs, mut found) = (Instant::now(), 0_u64, 0_u64);
        let mut slowest = Duration::ZERO;
        while start.elapsed().as_secs_f64() < seconds && found < 20 {
            let mut bytes = seeds[random.below(seeds.len() as u64) as usize].clone();
            for _ in 0..random.below(6) {
                change(&mut random, &mut bytes, &seeds);
            }
            let now = Instant::now();
            if catch_unwind(AssertUnwindSafe(|| read(&bytes))).is_err() {
                std::fs::write(format!("crash-{target}-{found}"), &bytes)?;
                found += 1;
            }
            slowest = slowest.max(now.elapsed());
            runs += 1;
        }
        println!(
            "{target:<8} {runs:>9} runs in {:>5.0} s, {found} crashes, slowest {:.2} s",
            start.elapsed().as_secs_f64(),
            slowest.as_secs_f64()
        );
        crashes += found;
    }
    match crashes {
        0 => Ok(()),
        _ => Err(format!("{crashes} crashes").into()),
    }
}
