//! Fuzzes a reader without a nightly compiler: seeds of every kind are changed at
//! random, from a seed, for so many seconds of processor time.
//!
//! `cargo run -p toile-catalogue --example fuzz -- TARGET SECONDS [SEED] [FILE…]`;
//! `all` is every target, and files are further seeds. What crashes is kept as
//! `crash-TARGET-N` here.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};
use toile_catalogue::{Record, estimate, fuzz::TARGETS, gltf, look, market, u3m};

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
        let mut seeds = seeds(target)?;
        seeds.extend(given.iter().cloned());
        let (mut dice, mut runs, mut found) = (Dice(seed.max(1)), 0u64, 0u64);
        let mut slowest = Duration::ZERO;
        let start = processor();
        while runs < 100 || processor() - start < seconds {
            let mut bytes = dice.of(&seeds).clone();
            if runs as usize >= seeds.len() {
                for _ in 0..1 + dice.below(6) {
                    dice.change(&mut bytes, &seeds);
                }
            } else {
                bytes.clone_from(&seeds[runs as usize]);
            }
            let now = Instant::now();
            if catch_unwind(AssertUnwindSafe(|| read(&bytes))).is_err() {
                std::fs::write(format!("crash-{target}-{found}"), &bytes)?;
                found += 1;
                if found > 20 {
                    break;
                }
            }
            slowest = slowest.max(now.elapsed());
            runs += 1;
        }
        println!(
            "{target:<8} {runs:>9} runs in {:>5.0} s of processor time, {found} crashes, slowest {:.2} s",
            processor() - start,
            slowest.as_secs_f64()
        );
        crashes += found;
    }
    if crashes > 0 {
        return Err(format!("{crashes} crashes").into());
    }
    Ok(())
}

/// Seconds of processor time of this process; of the clock where it is not known.
fn processor() -> f64 {
    let told = std::fs::read_to_string("/proc/self/stat")
        .ok()
        .and_then(|stat| {
            let rest = stat.rsplit_once(") ")?.1.to_owned();
            let mut fields = rest.split(' ').skip(11);
            let ticks: f64 = fields.next()?.parse().ok()?;
            let system: f64 = fields.next()?.parse().ok()?;
            Some((ticks + system) / 100.0)
        });
    told.unwrap_or_else(|| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0.0, |s| s.as_secs_f64())
    })
}

/// Files as they should be.
fn seeds(target: &str) -> Result<Vec<Vec<u8>>, Box<dyn std::error::Error>> {
    let mut record = market::fabric(1, 3);
    estimate::complete(&mut record)?;
    let texts = |list: &[&str]| list.iter().map(|t| t.as_bytes().to_vec()).collect();
    Ok(match target {
        "table" => {
            let mut csv = Vec::new();
            market::write_csv(&mut csv, 1, 20, &mut |_| ())?;
            let mut out: Vec<Vec<u8>> = texts(&[
                "{\"name\":\"x\",\"weight\":\"12 oz\",\"colours\":[\"navy\",\"#112233\"]}\n{\"name\":\"y\",\"width\":147}\n",
                "Artikel;Bezeichnung;Gewicht;Preis\n1;\"Köper \"\"fein\"\"\";0,3 kg/m2;4,20 €/m\n",
                "id,E100-1,E100-2,EB5,C-1,C-2,T2,W\nwool,3.1 %,5.0,4.1,19.5,17.0,0.55,190\n",
            ]);
            out.push((serde_json::to_string(&record)? + "\n").into_bytes());
            out.push(csv);
            out
        }
        "u3m" | "u3ma" => {
            let files = BTreeMap::from([("t/a.png".to_owned(), png()?)]);
            let package = u3m::package(&record, files)?;
            if target == "u3ma" {
                vec![package.archive()?]
            } else {
                vec![serde_json::to_vec(&package.document)?]
            }
        }
        "fab" => vec![fab()],
        "gltf" => vec![
            gltf::glb(&record, &BTreeMap::new())?,
            br#"{"asset":{"version":"2.0"},"materials":[{"name":"silk satin","pbrMetallicRoughness":{"baseColorFactor":[1,0.5,0.2,1],"baseColorTexture":{"index":0}},"extensions":{"KHR_materials_sheen":{"sheenColorFactor":[0.1,0.1,0.1]}}}],"textures":[{"source":0}],"images":[]}"#.to_vec(),
        ],
        "record" => {
            let mut out: Vec<Vec<u8>> = vec![serde_json::to_vec(&record)?];
            out.push(ron_of(&record).into_bytes());
            out
        }
        "looks" => {
            let picture = look::Picture::decode(&png()?)?;
            let hex = look::Look::of(&picture, Some(40.0)).hex();
            vec![format!("{{\"id\":\"x\",\"source\":\"s\",\"looks\":[\"{hex}\"]}}").into_bytes()]
        }
        "picture" => vec![png()?, jpeg()?],
        "query" => texts(&[
            "silk charmeuse\n60..110\nsoft\nsilk:80\nsatin\n#7a1f2b\n",
            "\"OR\" NEAR( * cot*\n..20\n200..\nnavy\nfluid\n",
        ]),
        _ => vec![vec![0, 0, 0, 0, 255], vec![100, 2, 0, 0, 0, 7, 40, 0, 0, 9], vec![1; 9]],
    })
}

/// A record as RON with its optional fields bare, as files have them.
fn ron_of(record: &Record) -> String {
    format!(
        "(version: 1, id: \"{}\", name: \"{}\", composition: \"97% cotton 3% elastane\", construction: Twill, area_density: (value: 0.2, origin: measured, source: \"scales\"), colours: [(srgb: \"#112233\")])",
        record.id, record.name
    )
}

fn fab() -> Vec<u8> {
    let list = |up: bool| {
        let points: Vec<String> = (0..24)
            .map(|k| {
                let x = f64::from(k) / 24.0;
                let d = if up {
                    8.0 + 0.4 * x
                } else {
                    8.0 * (1.0 - 0.9 * x)
                };
                format!("{d},{}", 90.0 * x + 1.0)
            })
            .collect();
        points.join(",")
    };
    let test = |up: bool| {
        format!(
            "{{\"width\":4,\"length\":8,\"samplesTree\":[[{}]]}}",
            list(up)
        )
    };
    let one = format!(
        "{{\"S2\":{},\"D1\":{},\"U1\":{}}}",
        test(true),
        test(false),
        test(false)
    );
    format!(
        "{{\"schema\":\"1.1\",\"M\":\"105\",\"raw_data\":{{\"L\":{one},\"W\":{one},\"B\":{one}}}}}"
    )
    .into_bytes()
}

fn picture() -> image::RgbImage {
    image::RgbImage::from_fn(72, 72, |x, y| {
        image::Rgb([(x % 6 * 40) as u8, (y % 9 * 20) as u8, 90])
    })
}

fn png() -> Result<Vec<u8>, image::ImageError> {
    let mut out = std::io::Cursor::new(Vec::new());
    picture().write_to(&mut out, image::ImageFormat::Png)?;
    Ok(out.into_inner())
}

fn jpeg() -> Result<Vec<u8>, image::ImageError> {
    let mut out = std::io::Cursor::new(Vec::new());
    picture().write_to(&mut out, image::ImageFormat::Jpeg)?;
    Ok(out.into_inner())
}

/// Numbers from a seed (xorshift64*).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// One change of one kind.
    fn change(&mut self, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        const WORDS: [&str; 16] = [
            "NaN",
            "-1",
            "1e999",
            "999999999999",
            "null",
            "../",
            "\"",
            "{",
            "[",
            "}",
            "\u{fffd}",
            "\u{1f9f5}",
            "0",
            "1e-300",
            ",",
            "\\u0000",
        ];
        const NUMBERS: [u32; 8] = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff];
        let at = self.below(bytes.len());
        let length = self.below(bytes.len() - at.min(bytes.len())).min(64);
        match self.below(9) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
            1 if !bytes.is_empty() => bytes[at] = self.next() as u8,
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..at + length)),
            4 => {
                let copy = bytes[at..at + length].to_vec();
                let to = self.below(bytes.len());
                bytes.splice(to..to, copy);
            }
            5 => {
                let word = self.of(&WORDS).as_bytes().to_vec();
                let over = length.min(self.below(8));
                bytes.splice(at..at + over, word);
            }
            6 if at + 4 <= bytes.len() => {
                let number = *self.of(&NUMBERS);
                bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
            }
            7 => {
                let other = self.of(seeds).clone();
                let from = self.below(other.len());
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
            _ => {
                let byte = self.next() as u8;
                bytes.insert(at, byte);
            }
        }
        bytes.truncate(1 << 20);
    }
}
