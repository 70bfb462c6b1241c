//! Fuzzes the reader without a nightly compiler: a golden rig is changed at random, from
//! a seed, for so many seconds.
//!
//! `cargo run -p toile-rig --example fuzz -- SECONDS [SEED] [FILE…]`; files are further
//! rigs to begin from. What crashes is kept as `crash-rig-N` here.

#![expect(clippy::unwrap_used, reason = "the rigs are those of the tests")]

#[path = "../tests/it/golden.rs"]
mod golden;
#[path = "../tests/it/rigs.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod rigs;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use toile_rig::fuzz;

/// Marsaglia's xorshift: the same seed, the same files.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }

    /// Changes a few bytes: in the JSON mostly, or digits to other digits.
    fn change(&mut self, bytes: &mut Vec<u8>) {
        let json = bytes.len().min(60_000);
        let at = match self.below(3) {
            0 => self.below(bytes.len()),
            _ => self.below(json),
        };
        match self.below(5) {
            0 => bytes[at] = self.below(256) as u8,
            1 => bytes[at] = b"0123456789-e.,[]{}\""[self.below(19)],
            2 => {
                let digits: Vec<usize> = (at..bytes.len().min(at + 2000))
                    .filter(|&i| bytes[i].is_ascii_digit())
                    .collect();
                if !digits.is_empty() {
                    let i = digits[self.below(digits.len())];
                    bytes[i] = b'0' + self.below(10) as u8;
                }
            }
            3 => {
                let from = self.below(json);
                let length = self.below(64).min(bytes.len() - from.max(at));
                bytes.copy_within(from..from + length, at);
            }
            _ => bytes.truncate(at.max(1)),
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let seconds: f64 = args.next().ok_or("give seconds")?.parse()?;
    let mut dice = Dice(args.next().map_or(Ok(1), |s| s.parse::<u64>())?.max(1));
    let mut packed = rigs::vrm1();
    packed.packed = true;
    let mut seeds = vec![
        packed.glb(),
        rigs::vrm0().glb(),
        rigs::unreal().glb(),
        rigs::scrambled().glb(),
    ];
    for file in args {
        seeds.push(std::fs::read(file)?);
    }
    std::panic::set_hook(Box::new(|_| {}));
    let (start, mut runs, mut crashes, mut slowest) = (Instant::now(), 0u64, 0, Duration::ZERO);
    while start.elapsed().as_secs_f64() < seconds && crashes < 20 {
        let mut bytes = seeds[dice.below(seeds.len())].clone();
        for _ in 0..1 + dice.below(6) {
            dice.change(&mut bytes);
        }
        let now = Instant::now();
        if catch_unwind(AssertUnwindSafe(|| fuzz::rig(&bytes))).is_err() {
            std::fs::write(format!("crash-rig-{crashes}"), &bytes)?;
            crashes += 1;
        }
        slowest = slowest.max(now.elapsed());
        runs += 1;
    }
    println!(
        "rig {runs} runs, {crashes} crashes, slowest {:.2} s",
        slowest.as_secs_f64()
    );
    if crashes > 0 {
        return Err(format!("{crashes} crashes").into());
    }
    Ok(())
}
