//! Weaves and knits by the names of the trade.

use toile_garment::Construction;

/// Every construction, in the order of its number in the index: new ones at the end.
pub const CONSTRUCTIONS: [Construction; 15] = [
    Construction::Plain,
    Construction::Twill,
    Construction::Satin,
    Construction::Crepe,
    Construction::Organza,
    Construction::Denim,
    Construction::Jersey,
    Construction::Interlock,
    Construction::Rib,
    Construction::Ponte,
    Construction::Fleece,
    Construction::Leather,
    Construction::Velvet,
    Construction::Lace,
    Construction::Sequin,
];

/// Words of the trade and the construction they stand for; the first that occurs
/// in a text decides, so that special names come before general ones.
const WORDS: [(&str, Construction); 81] = {
    use Construction as C;
    [
        ("sequin", C::Sequin),
        ("lace", C::Lace),
        ("velveteen", C::Velvet),
        ("denim", C::Denim),
        ("organza", C::Organza),
        ("organdy", C::Organza),
        ("chiffon", C::Crepe),
        ("georgette", C::Crepe),
        ("crepe", C::Crepe),
        ("crêpe", C::Crepe),
        ("seersucker", C::Plain),
        ("charmeuse", C::Satin),
        ("sateen", C::Satin),
        ("satin", C::Satin),
        ("duchesse", C::Satin),
        ("ponte", C::Ponte),
        ("roma", C::Ponte),
        ("milano", C::Ponte),
        ("scuba", C::Interlock),
        ("neoprene", C::Interlock),
        ("interlock", C::Interlock),
        ("double jersey", C::Interlock),
        ("double knit", C::Interlock),
        ("doubleknit", C::Interlock),
        ("pique", C::Interlock),
        ("french terry", C::Fleece),
        ("fleece", C::Fleece),
        ("sweat", C::Fleece),
        ("loopback", C::Fleece),
        ("velour", C::Fleece),
        ("rib", C::Rib),
        ("jersey", C::Jersey),
        ("tricot", C::Jersey),
        ("single knit", C::Jersey),
        ("swim", C::Jersey),
        ("power mesh", C::Jersey),
        ("mesh", C::Jersey),
        ("tulle", C::Organza),
        ("knit", C::Jersey),
        ("gabardine", C::Twill),
        ("twill", C::Twill),
        ("drill", C::Twill),
        ("chino", C::Twill),
        ("serge", C::Twill),
        ("herringbone", C::Twill),
        ("houndstooth", C::Twill),
        ("flannel", C::Twill),
        ("tweed", C::Twill),
        ("cavalry", C::Twill),
        ("surah", C::Twill),
        ("tartan", C::Twill),
        ("melton", C::Twill),
        ("corduroy", C::Twill),
        ("moleskin", C::Satin),
        ("velvet", C::Velvet),
        ("jacquard", C::Satin),
        ("brocade", C::Satin),
        ("damask", C::Satin),
        ("leather", C::Leather),
        ("suede", C::Leather),
        ("nappa", C::Leather),
        ("lambskin", C::Leather),
        ("poplin", C::Plain),
        ("broadcloth", C::Plain),
        ("shirting", C::Plain),
        ("oxford", C::Plain),
        ("chambray", C::Plain),
        ("lawn", C::Plain),
        ("voile", C::Plain),
        ("muslin", C::Plain),
        ("gauze", C::Plain),
        ("canvas", C::Plain),
        ("taffeta", C::Plain),
        ("habotai", C::Plain),
        ("hopsack", C::Plain),
        ("ripstop", C::Plain),
        ("batiste", C::Plain),
        ("cambric", C::Plain),
        ("tropical", C::Plain),
        ("plain", C::Plain),
        ("woven", C::Plain),
    ]
};

/// The construction that a text of the trade tells: `stretch gabardine`,
/// `silk crêpe de Chine`. [`None`] if no word of it is known.
#[must_use]
pub fn construction_in(text: &str) -> Option<Construction> {
    let text = text.to_lowercase();
    let whole = |word: &str| {
        text.match_indices(word).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = &text[at + word.len()..];
            let end = after
                .find(|c: char| !c.is_alphanumeric())
                .unwrap_or(after.len());
            // A plural or "ribbed" is the same word; "ribbon" is not "rib".
            !before.is_some_and(char::is_alphanumeric)
                && ["", "s", "es", "bed"].contains(&&after[..end])
        })
    };
    WORDS.iter().find(|w| whole(w.0)).map(|w| w.1)
}

/// The word for a construction, lower case.
#[must_use]
pub fn construction_word(c: Construction) -> &'static str {
    match c {
        Construction::Plain => "plain weave",
        Construction::Twill => "twill",
        Construction::Satin => "satin",
        Construction::Crepe => "crepe",
        Construction::Organza => "organza",
        Construction::Denim => "denim",
        Construction::Jersey => "jersey",
        Construction::Interlock => "interlock",
        Construction::Rib => "rib",
        Construction::Ponte => "ponte",
        Construction::Fleece => "fleece",
        Construction::Leather => "leather",
        Construction::Velvet => "velvet",
        Construction::Lace => "lace",
        Construction::Sequin => "sequin",
    }
}

/// Whether a construction is knitted.
#[must_use]
pub fn is_knit(c: Construction) -> bool {
    matches!(
        c,
        Construction::Jersey
            | Construction::Interlock
            | Construction::Rib
            | Construction::Ponte
            | Construction::Fleece
    )
}

/// Number of a construction in the index.
pub(crate) fn code(c: Construction) -> u8 {
    match c {
        Construction::Plain => 0,
        Construction::Twill => 1,
        Construction::Satin => 2,
        Construction::Crepe => 3,
        Construction::Organza => 4,
        Construction::Denim => 5,
        Construction::Jersey => 6,
        Construction::Interlock => 7,
        Construction::Rib => 8,
        Construction::Ponte => 9,
        Construction::Fleece => 10,
        Construction::Leather => 11,
        Construction::Velvet => 12,
        Construction::Lace => 13,
        Construction::Sequin => 14,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trade_names_tell_the_construction() {
        for (text, expected) in [
            ("Silk charmeuse", Some(Construction::Satin)),
            ("stretch DENIM twill", Some(Construction::Denim)),
            ("Ribbon lace", Some(Construction::Lace)),
            ("2x2 ribs", Some(Construction::Rib)),
            ("Crêpe de Chine", Some(Construction::Crepe)),
            ("warp knit tricot", Some(Construction::Jersey)),
        ] {
            assert_eq!(construction_in(text), expected, "{text}");
        }
    }

    #[test]
    fn every_construction_has_its_own_number() {
        for (i, c) in CONSTRUCTIONS.iter().enumerate() {
            assert_eq!(usize::from(code(*c)), i);
        }
    }
}
