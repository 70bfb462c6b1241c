//! Which shape targets a body mixes, and with which weight.
//!
//! The macro sliders follow the `MakeHuman` conventions published with the MPFB
//! data (`macro.json`): every axis is piecewise linear between named anchors,
//! the weights of the anchors multiply, and a combination without data counts
//! as zero displacement. Beyond the outer anchors the outer pieces continue
//! straight on, which gives taller, heavier or older bodies than were modelled.

use std::collections::{BTreeMap, BTreeSet};

use crate::Shape;

/// Suffix pairs of opposite detail targets: negative, positive.
const OPPOSITES: [(&str, &str); 6] = [
    ("-decr", "-incr"),
    ("-down", "-up"),
    ("-in", "-out"),
    ("-backward", "-forward"),
    ("-concave", "-convex"),
    ("-compress", "-uncompress"),
];

type Anchors = &'static [(f32, &'static str)];

const GENDER: Anchors = &[(0.0, "female"), (1.0, "male")];
const AGE: Anchors = &[(0.1875, "child"), (0.5, "young"), (1.0, "old")];
const MUSCLE: Anchors = &[
    (0.0, "minmuscle"),
    (0.5, "averagemuscle"),
    (1.0, "maxmuscle"),
];
const WEIGHT: Anchors = &[
    (0.0, "minweight"),
    (0.5, "averageweight"),
    (1.0, "maxweight"),
];
const HEIGHT: Anchors = &[(0.0, "minheight"), (0.5, ""), (1.0, "maxheight")];
const PROPORTIONS: Anchors = &[
    (0.0, "uncommonproportions"),
    (0.5, ""),
    (1.0, "idealproportions"),
];
const CUP: Anchors = &[(0.0, "mincup"), (0.5, "averagecup"), (1.0, "maxcup")];
const FIRMNESS: Anchors = &[
    (0.0, "minfirmness"),
    (0.5, "averagefirmness"),
    (1.0, "maxfirmness"),
];

/// The at most two anchors a slider value mixes, with their weights.
fn mix(anchors: Anchors, value: f32) -> impl Iterator<Item = (&'static str, f32)> + Clone {
    let last = anchors.len() - 2;
    let piece = (0..=last)
        .find(|&i| value <= anchors[i + 1].0)
        .unwrap_or(last);
    let ((from, low), (to, high)) = (anchors[piece], anchors[piece + 1]);
    let t = (value - from) / (to - from);
    [(low, 1.0 - t), (high, t)]
        .into_iter()
        .filter(|(_, w)| w.abs() > 1e-6)
}

/// Target names and weights of the macro sliders of a shape.
pub(crate) fn macro_stack(shape: &Shape) -> Vec<(String, f32)> {
    let mut out = Vec::with_capacity(96);
    let races = [
        ("african", shape.african),
        ("asian", shape.asian),
        ("caucasian", shape.caucasian),
    ];
    let total: f32 = races.iter().map(|r| r.1).sum();
    for (gender, wg) in mix(GENDER, shape.gender) {
        for (age, wa) in mix(AGE, shape.age) {
            for (race, wr) in races.iter().filter(|r| r.1 > 0.0) {
                out.push((
                    format!("macrodetails/{race}-{gender}-{age}"),
                    wr / total * wg * wa,
                ));
            }
            for (muscle, wm) in mix(MUSCLE, shape.muscle) {
                for (weight, ww) in mix(WEIGHT, shape.weight) {
                    let name = format!("{gender}-{age}-{muscle}-{weight}");
                    push_build(&mut out, shape, gender, &name, wg * wa * wm * ww);
                }
            }
        }
    }
    out
}

/// The targets of one gender, age, muscle and weight combination.
fn push_build(out: &mut Vec<(String, f32)>, shape: &Shape, gender: &str, name: &str, w: f32) {
    out.push((format!("macrodetails/universal-{name}"), w));
    for (height, wh) in mix(HEIGHT, shape.height).filter(|(n, _)| !n.is_empty()) {
        out.push((format!("macrodetails/height/{name}-{height}"), w * wh));
    }
    for (ideal, wp) in mix(PROPORTIONS, shape.proportions).filter(|(n, _)| !n.is_empty()) {
        out.push((format!("macrodetails/proportions/{name}-{ideal}"), w * wp));
    }
    if gender == "female" {
        for (cup, wc) in mix(CUP, shape.cup) {
            for (firmness, wf) in mix(FIRMNESS, shape.firmness) {
                out.push((format!("breast/{name}-{cup}-{firmness}"), w * wc * wf));
            }
        }
    }
}

/// The target a detail slider moves at this value, and its weight there.
///
/// A slider with one pair of opposites is called by their common stem
/// (`torso/measure-waist-circ`), one of several pairs by stem and pair
/// (`nose/nose-trans-down-up`), a lone target by its own name.
/// `has` tells whether the body data holds a target of that name; `None` if
/// the slider does not exist.
pub(crate) fn detail(name: &str, value: f32, has: impl Fn(&str) -> bool) -> Option<(String, f32)> {
    let pair = |stem: &str, (negative, positive): (&str, &str)| {
        let (low, high) = (format!("{stem}{negative}"), format!("{stem}{positive}"));
        (has(&low) && has(&high)).then_some((low, high))
    };
    let mut pairs = OPPOSITES
        .iter()
        .filter_map(|&opposites| pair(name, opposites));
    let (low, high) = match (pairs.next(), pairs.next()) {
        (Some(only), None) => only,
        (Some(_), Some(_)) => return None,
        (None, _) => {
            let named = OPPOSITES.iter().find_map(|&(negative, positive)| {
                let stem = name.strip_suffix(positive)?.strip_suffix(negative)?;
                pair(stem, (negative, positive))
            });
            match named {
                Some(pair) => pair,
                None => return has(name).then(|| (name.to_owned(), value)),
            }
        }
    };
    Some(if value < 0.0 {
        (low, -value)
    } else {
        (high, value)
    })
}

fn is_macro(name: &str) -> bool {
    name.starts_with("macrodetails/") || name.starts_with("breast/female-")
}

/// Slider names of all detail targets, as [`detail`] takes them, sorted.
pub(crate) fn detail_names<'a>(targets: impl Iterator<Item = &'a str>) -> Vec<String> {
    let all: BTreeSet<&str> = targets.filter(|n| !is_macro(n)).collect();
    let mut pairs: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    let mut names = all.clone();
    for name in &all {
        for (negative, positive) in OPPOSITES {
            let Some(stem) = name.strip_suffix(negative) else {
                continue;
            };
            let other = format!("{stem}{positive}");
            if all.contains(other.as_str()) {
                pairs.entry(stem).or_default().push((negative, positive));
                names.remove(name);
                names.remove(other.as_str());
            }
        }
    }
    let mut out: BTreeSet<String> = names.into_iter().map(str::to_owned).collect();
    for (stem, opposites) in pairs {
        if opposites.len() == 1 {
            out.insert(stem.to_owned());
        } else {
            out.extend(
                opposites
                    .iter()
                    .map(|(negative, positive)| format!("{stem}{negative}{positive}")),
            );
        }
    }
    out.into_iter().collect()
}

/// Up to three known names that resemble an unknown one, as the end of a sentence.
pub(crate) fn hint(unknown: &str, known: &[String]) -> String {
    let tail = unknown.rsplit('/').next().unwrap_or(unknown);
    let mut scored: Vec<(usize, &String)> = known
        .iter()
        .map(|k| {
            (
                tail.split('-')
                    .filter(|w| !w.is_empty() && k.contains(w))
                    .count(),
                k,
            )
        })
        .filter(|(score, _)| *score > 0)
        .collect();
    scored.sort_by_key(|(score, k)| (usize::MAX - score, k.len()));
    let names: Vec<&str> = scored.iter().take(3).map(|(_, k)| k.as_str()).collect();
    if names.is_empty() {
        "; names look like torso/measure-waist-circ".to_owned()
    } else {
        format!("; did you mean {}?", names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macro_weights_of_the_universal_targets_sum_to_one_even_beyond_the_anchors() {
        let shape = Shape {
            gender: 0.3,
            age: 0.7,
            muscle: 0.2,
            weight: 1.35,
            ..Shape::default()
        };
        let sum: f32 = macro_stack(&shape)
            .iter()
            .filter(|(n, _)| n.starts_with("macrodetails/universal-"))
            .map(|(_, w)| w)
            .sum();
        assert!((sum - 1.0).abs() < 1e-5, "{sum}");
    }

    #[test]
    fn an_anchor_value_mixes_that_anchor_alone() {
        let got: Vec<_> = mix(AGE, 0.5).collect();
        assert_eq!(got, [("young", 1.0)]);
    }

    #[test]
    fn beyond_the_last_anchor_the_last_piece_continues() {
        let got: Vec<_> = mix(WEIGHT, 1.25).collect();
        assert_eq!(got, [("averageweight", -0.5), ("maxweight", 1.5)]);
    }

    #[test]
    fn opposite_targets_make_one_slider() {
        let names = detail_names(
            [
                "head/head-oval",
                "neck/neck-trans-in",
                "neck/neck-trans-out",
                "macrodetails/x",
            ]
            .into_iter(),
        );
        assert_eq!(names, ["head/head-oval", "neck/neck-trans"]);
    }

    #[test]
    fn a_stem_with_several_pairs_makes_a_slider_of_each_and_none_of_its_own() {
        let all = [
            "nose/nose-trans-in",
            "nose/nose-trans-out",
            "nose/nose-trans-down",
            "nose/nose-trans-up",
        ];
        let names = detail_names(all.into_iter());
        assert_eq!(names, ["nose/nose-trans-down-up", "nose/nose-trans-in-out"]);
        let has = |n: &str| all.contains(&n);
        assert_eq!(detail("nose/nose-trans", 1.0, has), None);
        let up = detail("nose/nose-trans-down-up", 0.5, has);
        assert_eq!(up, Some(("nose/nose-trans-up".to_owned(), 0.5)));
    }

    #[test]
    fn a_negative_slider_value_moves_the_opposite_target_forwards() {
        let has = |n: &str| n == "nose/nose-hump-decr" || n == "nose/nose-hump-incr";
        assert_eq!(
            detail("nose/nose-hump", -0.5, has),
            Some(("nose/nose-hump-decr".to_owned(), 0.5))
        );
    }
}
