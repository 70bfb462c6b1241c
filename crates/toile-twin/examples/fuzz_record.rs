//! Fuzzes the reader of records without a nightly compiler: the records that ship are
//! changed at random, from a seed, for so many seconds.
//!
//! `cargo run -p toile-twin --example fuzz_record -- SECONDS [SEED]`. What crashes is kept as
//! `crash-twin-N` here.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};
use toile_twin::fuzz;

/// What records are made of.
const WORDS: [&str; 14] = [
    "inf",
    "NaN",
    "-0.0",
    "1e39",
    "3.0",
    "0.05",
    "None",
    "Some(1)",
    "()",
    "person",
    "\"\"",
    "\"\\u{0}\"",
    "[]",
    "(by:\"a\",everyone:true,commerce:true,politics:true,credit:true)",
];

/// Marsaglia's xorshift: the same seed, the same records.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }

    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(bytes.len());
        match self.below(6) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
            1 if !bytes.is_empty() => bytes[at] = b"0123456789-.,:[](){}\"/*"[self.below(23)],
            2 | 3 => {
                let Some(start) = bytes[at..].iter().position(|b| *b == b':') else {
                    return;
                };
                let start = at + start + 1;
                let end = bytes[start..].iter().position(|b| b",)\n".contains(b));
                let end = end.map_or(bytes.len(), |off| start + off);
                bytes.splice(start..end, WORDS[self.below(WORDS.len())].bytes());
            }
            4 => {
                let start = self.below(other.len());
                let end = (start + self.below(120)).min(other.len());
                bytes.splice(at..at, other[start..end].iter().copied());
            }
            _ => {
                let end = (at + self.below(40)).min(bytes.len());
                bytes.drain(at..end);
            }
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let seconds: f64 = args.next().ok_or("give seconds")?.parse()?;
    let mut dice = Dice(args.next().map_or(Ok(1), |s| s.parse::<u64>())?.max(1));
    let twins = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/twins");
    let mut seeds = Vec::new();
    for entry in std::fs::read_dir(twins)? {
        seeds.push(std::fs::read(entry?.path().join("twin.ron"))?);
    }
    seeds.sort();
    std::panic::set_hook(Box::new(|_| {}));
    let (start, mut runs, mut crashes, mut slowest) = (Instant::now(), 0_u64, 0, Duration::ZERO);
    while start.elapsed().as_secs_f64() < seconds && crashes < 20 {
        let mut bytes = seeds[dice.below(seeds.len())].clone();
        for _ in 0..1 + dice.below(5) {
            let other = dice.below(seeds.len());
            dice.change(&mut bytes, &seeds[other]);
        }
        let now = Instant::now();
        if catch_unwind(AssertUnwindSafe(|| fuzz::twin(&bytes))).is_err() {
            std::fs::write(format!("crash-twin-{crashes}"), &bytes)?;
            crashes += 1;
        }
        slowest = slowest.max(now.elapsed());
        runs += 1;
    }
    println!(
        "twin {runs} runs, {crashes} crashes, slowest {:.2} s",
        slowest.as_secs_f64()
    );
    match crashes {
        0 => Ok(()),
        _ => Err(format!("{crashes} crashes").into()),
    }
}
