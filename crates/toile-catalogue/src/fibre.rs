//! Fibres and the text of a composition.

/// Fibres: the name we use, then codes and other names. Codes are those of
/// ISO 2076 and of care labels.
const FIBRES: [(&str, &[&str]); 28] = [
    (
        "cotton",
        &[
            "co",
            "cot",
            "coton",
            "baumwolle",
            "organic cotton",
            "supima",
            "pima",
        ],
    ),
    (
        "polyester",
        &[
            "pes",
            "pl",
            "pet",
            "poly",
            "rpet",
            "recycled polyester",
            "t",
        ],
    ),
    ("polyamide", &["pa", "nylon", "ny", "polyamid"]),
    (
        "elastane",
        &[
            "el",
            "ea",
            "spandex",
            "lycra",
            "sp",
            "pu spandex",
            "elasthan",
        ],
    ),
    ("silk", &["se", "si", "soie", "seide", "mulberry silk"]),
    (
        "wool",
        &[
            "wo",
            "wv",
            "virgin wool",
            "merino",
            "merino wool",
            "wolle",
            "lambswool",
        ],
    ),
    ("linen", &["li", "lin", "flax", "leinen"]),
    (
        "viscose",
        &["cv", "vi", "rayon", "viskose", "bamboo viscose"],
    ),
    ("lyocell", &["cly", "ly", "tencel"]),
    ("modal", &["cmd", "md"]),
    ("acetate", &["ca", "ac"]),
    ("triacetate", &["cta", "ta"]),
    ("cupro", &["cup", "cu", "bemberg"]),
    (
        "acrylic",
        &["pan", "pc", "polyacrylic", "polyacryl", "modacrylic"],
    ),
    ("cashmere", &["ws", "kashmir"]),
    ("mohair", &["wm"]),
    ("alpaca", &["wp"]),
    ("angora", &["wa"]),
    ("hemp", &["ha", "hanf"]),
    ("ramie", &["ra"]),
    ("jute", &["ju"]),
    ("polypropylene", &["pp", "polypropylen"]),
    ("polyurethane", &["pu"]),
    (
        "metallic",
        &[
            "me",
            "metal",
            "lurex",
            "metallised",
            "metallic fibre",
            "mtf",
        ],
    ),
    (
        "leather",
        &["le", "lambskin", "lambskin leather", "cowhide", "suede"],
    ),
    ("paper", &["washi"]),
    ("aramid", &["ar", "kevlar"]),
    ("other", &["af", "other fibres", "other fibers"]),
];

/// A fibre, as an index into the table of known ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fibre(u8);

impl Fibre {
    /// The fibre of this name, code or trade name, whatever its case.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        FIBRES
            .iter()
            .position(|(name, others)| *name == text || others.contains(&text.as_str()))
            .map(|i| Self(i as u8))
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        FIBRES.get(usize::from(self.0)).map_or("other", |f| f.0)
    }

    /// Its number in the index; stable within a format version.
    pub(crate) fn code(self) -> u8 {
        self.0
    }

    /// The fibre with this number, if there is one.
    pub(crate) fn from_code(code: u8) -> Option<Self> {
        (usize::from(code) < FIBRES.len()).then_some(Self(code))
    }

    /// Every fibre.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..FIBRES.len() as u8).map(Self)
    }
}

/// Fibres with their shares in percent, the largest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Composition {
    /// Fibre and percent.
    pub parts: Vec<(Fibre, f32)>,
}

impl Composition {
    /// Reads texts such as `97% cotton 3% elastane`, `Cotton 97 / Spandex 3`,
    /// `CO97 EL3` and `silk`. Words that name no fibre are passed over.
    ///
    /// # Errors
    /// A sentence if shares are not numbers between 0 and 100 or sum to more
    /// than 101 %, or if shares are given and no fibre is known.
    pub fn parse(text: &str) -> Result<Self, String> {
        let tokens = tokens(text);
        let mut parts: Vec<(Fibre, Option<f32>)> = Vec::new();
        let mut pending: Option<f32> = None;
        let mut i = 0;
        while i < tokens.len() {
            match &tokens[i] {
                Token::Number(x) => {
                    if !(0.0..=100.0).contains(x) {
                        return Err(format!("{x} % is no share; it must lie between 0 and 100"));
                    }
                    // `97% cotton` or `cotton 97`: the end of the text tells.
                    let leads = matches!(tokens.last(), Some(Token::Word(_)));
                    match parts.last_mut() {
                        Some((_, share @ None)) if !leads => *share = Some(*x),
                        _ => pending = Some(*x),
                    }
                    i += 1;
                }
                Token::Word(word) => {
                    let two = match tokens.get(i + 1) {
                        Some(Token::Word(next)) => Fibre::named(&format!("{word} {next}")),
                        _ => None,
                    };
                    if let Some(fibre) = two.or_else(|| Fibre::named(word)) {
                        parts.push((fibre, pending.take()));
                    }
                    i += if two.is_some() { 2 } else { 1 };
                }
            }
        }
        Self::shared(parts)
    }

    /// Gives the shares that were not written, adds doubles, sorts.
    fn shared(parts: Vec<(Fibre, Option<f32>)>) -> Result<Self, String> {
        let given: f32 = parts.iter().filter_map(|p| p.1).sum();
        if given > 101.0 {
            return Err(format!("its shares sum to {given} %; they must sum to 100"));
        }
        let open = parts.iter().filter(|p| p.1.is_none()).count();
        let rest = (100.0 - given).max(0.0) / open.max(1) as f32;
        let mut out: Vec<(Fibre, f32)> = Vec::new();
        for (fibre, share) in parts {
            let share = share.unwrap_or(rest);
            match out.iter_mut().find(|p| p.0 == fibre) {
                Some(p) => p.1 += share,
                None => out.push((fibre, share)),
            }
        }
        out.sort_by(|a, b| b.1.total_cmp(&a.1));
        Ok(Self { parts: out })
    }

    /// Percent of one fibre.
    #[must_use]
    pub fn share(&self, fibre: Fibre) -> f32 {
        self.parts
            .iter()
            .find(|p| p.0 == fibre)
            .map_or(0.0, |p| p.1)
    }

    /// Percent of the fibre of this name.
    pub(crate) fn share_of(&self, name: &str) -> f32 {
        Fibre::named(name).map_or(0.0, |f| self.share(f))
    }
}

enum Token {
    Number(f32),
    Word(String),
}

/// Numbers and words, also where they touch (`CO97`).
fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let of = |keep: fn(char) -> bool| rest.find(|c| !keep(c)).unwrap_or(rest.len());
        if c.is_ascii_digit() {
            let end = of(|c| c.is_ascii_digit() || c == '.');
            if let Ok(x) = rest[..end].trim_end_matches('.').parse() {
                out.push(Token::Number(x));
            }
            rest = &rest[end..];
        } else if c.is_alphabetic() {
            let end = of(char::is_alphabetic);
            out.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        } else {
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(&'static str, f32)> {
        let c = Composition::parse(text).unwrap();
        c.parts.iter().map(|(f, s)| (f.name(), *s)).collect()
    }

    #[test]
    fn a_composition_is_read_in_the_ways_suppliers_write_it() {
        let blend = vec![("cotton", 97.0), ("elastane", 3.0)];
        for text in [
            "97% cotton 3% elastane",
            "Cotton 97%, Spandex 3%",
            "CO97/EL3",
            "97 % organic cotton · 3 % Lycra",
            "3% EA, 97% CO",
        ] {
            assert_eq!(read(text), blend, "{text}");
        }
    }

    #[test]
    fn a_fibre_without_a_share_has_the_rest() {
        assert_eq!(read("pure silk"), [("silk", 100.0)]);
        assert_eq!(
            read("wool, 20% nylon"),
            [("wool", 80.0), ("polyamide", 20.0)]
        );
    }

    #[test]
    fn shares_above_a_hundred_are_refused_in_words() {
        let e = Composition::parse("80% cotton 60% polyester").unwrap_err();
        assert!(e.contains("140"), "{e}");
        assert!(Composition::parse("970% cotton").is_err());
    }
}
