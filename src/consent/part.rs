//! What a twin is part of: its looks, and what models may not want to be seen with.

use crate::production::Garment;
use std::collections::{BTreeMap, BTreeSet};
use toile_consent::{Content, LookUse};
use toile_garment::{Construction, Fabric};
use toile_show::format::Look;

/// A twin's part in a show: its looks, and what is known to be in them.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// The looks.
    pub looks: Vec<LookUse>,
    /// What is in them.
    pub content: BTreeSet<Content>,
}

impl Part {
    /// Adds a look to its twin's part.
    pub fn add(parts: &mut BTreeMap<String, Self>, look: &Look, garments: &[Garment]) {
        let part = parts.entry(look.twin.clone()).or_default();
        if garments.is_empty() {
            part.content.insert(Content::Nudity);
        }
        for garment in garments {
            part.content.extend(seen_in(&garment.fabric));
        }
        part.looks.push(LookUse {
            number: look.number,
            garments: look.garments.iter().map(|w| w.garment.clone()).collect(),
        });
    }
}

/// What a fabric shows of what models may not want to be part of. An imitation is not
/// the thing, and says in its composition what it is made of.
fn seen_in(fabric: &Fabric) -> impl Iterator<Item = Content> {
    let lower = |text: &str| text.to_lowercase();
    let (named, made_of) = (
        lower(&format!("{} {}", fabric.id, fabric.name)),
        lower(&fabric.composition),
    );
    let says = |text: &str, list: &[&str]| {
        let mut words = text.split(|c: char| !c.is_alphabetic());
        words.any(|word| list.contains(&word))
    };
    let imitates = |text: &str| says(text, &["faux", "fake", "imitation", "vegan", "artificial"]);
    let spun = [
        "polyurethane",
        "polyester",
        "acrylic",
        "modacrylic",
        "pvc",
        "cotton",
    ];
    let imitation = imitates(&named) || imitates(&made_of);
    let holds = |list: &[&str]| {
        says(&made_of, list) || (!imitation && !says(&made_of, &spun) && says(&named, list))
    };
    let leather = holds(&[
        "leather",
        "lambskin",
        "sheepskin",
        "nappa",
        "suede",
        "nubuck",
        "cowhide",
        "calfskin",
        "goatskin",
    ]) || (fabric.construction == Construction::Leather
        && !imitation
        && !says(&made_of, &spun));
    let fur = holds(&["fur", "mink", "fox", "sable", "chinchilla", "shearling"]);
    let leather = leather.then_some(Content::Leather);
    leather.into_iter().chain(fur.then_some(Content::Fur))
}

#[cfg(test)]
mod tests {
    use super::seen_in;
    use toile_consent::Content;
    use toile_garment::{Construction, Fabric};

    fn seen(id: &str, name: &str, composition: &str, construction: Construction) -> Vec<Content> {
        let file = include_str!("../../assets/fabrics/cotton-poplin.ron");
        let mut fabric = Fabric::from_ron(file, "cotton-poplin.ron").unwrap();
        (fabric.id, fabric.name) = (id.into(), name.into());
        (fabric.composition, fabric.construction) = (composition.into(), construction);
        seen_in(&fabric).collect()
    }

    #[test]
    fn leather_is_known_by_its_construction_where_no_word_says_so() {
        let made = Construction::Leather;
        assert_eq!(seen("m-17", "Glove, 0.6 mm", "", made), [Content::Leather]);
    }

    #[test]
    fn leather_and_fur_are_known_by_name_and_composition() {
        let plain = Construction::Plain;
        assert_eq!(
            seen("m-1", "Coat", "100% lambskin", plain),
            [Content::Leather]
        );
        assert_eq!(seen("m-2", "Mink, let out", "", plain), [Content::Fur]);
        assert_eq!(seen("m-3", "Poplin", "100% cotton", plain), []);
    }

    #[test]
    fn an_imitation_is_not_the_thing() {
        let made = Construction::Leather;
        assert_eq!(seen("m-4", "Nappa", "100% polyurethane", made), []);
        let plain = Construction::Plain;
        assert_eq!(seen("m-5", "Faux fur", "100% modacrylic", plain), []);
        assert_eq!(seen("m-6", "Cotton suede", "100% cotton", plain), []);
    }
}
