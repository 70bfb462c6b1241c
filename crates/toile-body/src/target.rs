//! Which shape targets a body mixes, and with which weight.
//!
//! The macro sliders follow the `MakeHuman` conventions published with the MPFB
//! data (`macro.json`): every axis is piecewise linear between named anchors,
//! the weights of the anchors multiply, and a combination without data counts
//! as zero displacement. Beyond the outer anchors the outer pieces continue
//! straight on, which gives taller, heavier or older bodies than were modelled.

use std::collections::BTreeSet;

use crate::Shape;

/// Suffix pairs of opposite detail targets: negative, positive.
const OPPOSITES: [(&str, &str); 4] = [
    ("-decr", "-incr"),
    ("-down", "-up"),
    ("-in", "-out"),
    ("-backward", "-forward"),
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
/// `has` tells whether the body data holds a target of that name; `None` if
/// the slider does not exist.
pub(crate) fn detail(name: &str, value: f32, has: impl Fn(&str) -> bool) -> Option<(String, f32)> {
    for (negative, positive) in OPPOSITES {
        let (low, high) = (format!("{name}{negative}"), format!("{name}{positive}"));
        if has(&low) && has(&high) {
            return Some(if value < 0.0 {
                (low, -value)
            } else {
                (high, value)
            });
        }
    }
    has(name).then(|| (name.to_owned(), value))
}

fn is_macro(name: &str) -> bool {
    name.starts_with("macrodetails/") || name.starts_with("breast/female-")
}

/// Slider names of all detail targets: opposite pairs collapse into one name.
pub(crate) fn detail_names<'a>(targets: impl Iterator<Item = &'a str>) -> Vec<String> {
    let all: BTreeSet<&str> = targets.filter(|n| !is_macro(n)).collect();
    let mut out = BTreeSet::new();
    for name in &all {
        let stem = OPPOSITES.iter().find_map(|(negative, positive)| {
            [(negative, positive), (positive, negative)]
                .into_iter()
                .find_map(|(own, other)| {
                    let stem = name.strip_suffix(own)?;
                    all.contains(format!("{stem}{other}").as_str())
                        .then_some(stem)
                })
        });
        out.insert(stem.unwrap_or(name).to_owned());
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
    fn a_negative_slider_value_moves_the_opposite_target_forwards() {
        let has = |n: &str| n == "nose/nose-hump-decr" || n == "nose/nose-hump-incr";
        assert_eq!(
            detail("nose/nose-hump", -0.5, has),
            Some(("nose/nose-hump-decr".to_owned(), 0.5))
        );
    }
}
