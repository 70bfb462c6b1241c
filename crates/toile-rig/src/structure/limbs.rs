//! Naming what was found: spine, head, limbs and fingers by their proportions.

use glam::Vec3;

use super::{Found, LONGEST, Pair, Search};
use crate::bone::{Bone, COUNT};

impl Search<'_> {
    /// Gives the bones their names.
    pub(super) fn name(
        &self,
        hips: usize,
        legs: &Pair,
        chest: usize,
        arms: &Pair,
    ) -> Option<Found> {
        let at = |n: usize| self.tree.at[n];
        let mut bones: Vec<Option<usize>> = vec![None; COUNT];
        let middle = |pair: &Pair| (at(pair.chains[0][0]) + at(pair.chains[1][0])) * 0.5;
        let up = (middle(arms) - middle(legs))
            .reject_from_normalized(legs.across)
            .try_normalize()?;
        let (leg_parts, leg_cost) = self.leg(&legs.chains)?;
        let (arm_parts, arm_cost) = self.arm(&arms.chains)?;
        let toes: Vec3 = (0..2)
            .filter_map(|s| {
                let foot = at(*legs.chains[s].get(leg_parts[2])?);
                let tip = at(*legs.chains[s].last()?);
                Some(tip - foot)
            })
            .sum();
        let flat = toes
            .reject_from_normalized(up)
            .reject_from_normalized(legs.across);
        let front = flat.try_normalize();
        let left = match front {
            Some(front) => up.cross(front),
            // Feet without length: the file is taken to face +Z, or −Y with Z up.
            None if up.y.abs() > 0.7 => up.cross(Vec3::Z),
            None => up.cross(Vec3::NEG_Y),
        };
        for (pair, list, parts) in [
            (legs, &Bone::LEGS, &leg_parts[..]),
            (arms, &Bone::ARMS, &arm_parts[..]),
        ] {
            let first = usize::from(pair.across.dot(left) < 0.0);
            for (side, of_side) in list.iter().enumerate() {
                let chain = &pair.chains[side ^ first];
                for (bone, &part) in of_side.iter().zip(parts) {
                    bones[bone.index()] = chain.get(part).copied();
                }
            }
        }
        bones[Bone::HIPS.index()] = Some(hips);
        self.spine(hips, chest, &mut bones);
        let held: Vec<usize> = arms.chains.iter().map(|c| c[0]).collect();
        let neck_cost = self.head(chest, up, &held, &mut bones);
        for side in 0..2 {
            self.fingers(side, &mut bones);
        }
        let unsure = legs.off + arms.off + leg_cost + arm_cost + neck_cost;
        let blind = if front.is_none() { 0.35 } else { 0.0 };
        Some(Found {
            bones,
            sure: (0.9 - 0.5 * unsure - blind).clamp(0.05, 0.9),
        })
    }

    /// Places in a leg's chain of thigh, shin, foot and toes.
    fn leg(&self, chains: &[Vec<usize>; 2]) -> Option<([usize; 4], f32)> {
        let chain = &chains[0];
        let p = |k: usize| self.tree.at[chain[k]];
        let n = chain.len();
        let end = p(n - 1);
        let mut best: Option<([usize; 4], f32)> = None;
        for hip in 0..n {
            for knee in hip + 1..n {
                for ankle in knee + 1..n {
                    let (thigh, shin) = (p(hip).distance(p(knee)), p(knee).distance(p(ankle)));
                    let foot = p(ankle).distance(end);
                    if thigh.min(shin) <= 0.0 {
                        continue;
                    }
                    let leg = thigh + shin;
                    let before = p(0).distance(p(hip));
                    // Thigh and shin are about as long; a foot is a quarter of the leg
                    // and stands off from the shin.
                    let bend = (p(ankle) - p(knee))
                        .normalize()
                        .dot((end - p(ankle)).normalize_or_zero());
                    let cost = (thigh / shin / 1.02).ln().abs()
                        + 1.2 * (foot / leg - 0.22).abs()
                        + 0.4 * bend.max(0.0)
                        + 0.6 * before / leg;
                    if best.as_ref().is_none_or(|b| cost < b.1) {
                        let toes = (ankle + 1..n)
                            .find(|&k| p(k).distance(p(ankle)) > 0.35 * foot && k + 1 < n)
                            .or((ankle + 1..n).next())
                            .unwrap_or(n);
                        best = Some(([hip, knee, ankle, toes], cost));
                    }
                }
            }
        }
        best
    }

    /// Places in an arm's chain of shoulder, upper arm, forearm and hand; a shoulder
    /// that is not there is beyond the chain.
    fn arm(&self, chains: &[Vec<usize>; 2]) -> Option<([usize; 4], f32)> {
        let chain = &chains[0];
        let p = |k: usize| self.tree.at[chain[k]];
        let n = chain.len();
        let small = 0.05 * self.reach[chain[0]];
        // A hand is where fingers part.
        let palm = (2..n).find(|&k| {
            self.kids(chain[k])
                .filter(|&c| self.reach[c] > small)
                .count()
                >= 3
        });
        let mut best: Option<([usize; 4], f32)> = None;
        for upper in 0..n {
            for elbow in upper + 1..n {
                for hand in elbow + 1..n {
                    if palm.is_some_and(|palm| palm != hand) {
                        continue;
                    }
                    let (a, b) = (p(upper).distance(p(elbow)), p(elbow).distance(p(hand)));
                    if a.min(b) <= 0.0 {
                        continue;
                    }
                    let beyond = p(hand).distance(p(n - 1)) / (a + b);
                    let before = p(0).distance(p(upper)) / (a + b);
                    let cost = (a / b / 1.1).ln().abs()
                        + if hand + 1 == n {
                            0.02
                        } else {
                            0.8 * (beyond - 0.3).abs()
                        }
                        + 0.5 * (before - 0.22).abs();
                    if best.as_ref().is_none_or(|b| cost < b.1) {
                        let shoulder = if upper > 0 { upper - 1 } else { n };
                        best = Some(([shoulder, upper, elbow, hand], cost));
                    }
                }
            }
        }
        best
    }

    fn spine(&self, hips: usize, chest: usize, bones: &mut [Option<usize>]) {
        let mut way = vec![chest];
        let mut node = chest;
        while let Some(above) = self.parent[node] {
            if above == hips || way.len() > LONGEST {
                break;
            }
            way.push(above);
            node = above;
        }
        way.reverse();
        let m = way.len();
        bones[Bone::SPINE.index()] = Some(way[0]);
        if m > 1 {
            bones[Bone::SPINE2.index()] = Some(way[m - 1]);
        }
        if m > 2 {
            bones[Bone::SPINE1.index()] = Some(way[m / 2]);
        }
    }

    /// Neck and head; gives what they lack to be sure of.
    fn head(&self, chest: usize, up: Vec3, held: &[usize], bones: &mut [Option<usize>]) -> f32 {
        let at = |n: usize| self.tree.at[n];
        let rises = |n: usize| (at(n) - at(chest)).dot(up);
        let first = self
            .kids(chest)
            .filter(|c| !held.contains(c) && rises(*c) > 0.0)
            .max_by(|&a, &b| {
                self.below[a]
                    .total_cmp(&self.below[b])
                    .then(rises(a).total_cmp(&rises(b)))
            });
        let Some(first) = first else {
            return 1.0;
        };
        let mut way = vec![first];
        let mut node = first;
        while let Some(next) = self
            .kids(node)
            .max_by(|&a, &b| self.below[a].total_cmp(&self.below[b]))
        {
            way.push(next);
            node = next;
            if way.len() >= LONGEST {
                break;
            }
        }
        // The head moves more of the mesh than the neck and whatever hangs on it.
        let own = |k: usize| self.below[way[k]] - way.get(k + 1).map_or(0.0, |&n| self.below[n]);
        let from = usize::from(way.len() > 1);
        let head = (from..way.len()).max_by(|&a, &b| own(a).total_cmp(&own(b)).then(b.cmp(&a)));
        bones[Bone::HEAD.index()] = head.map(|k| way[k]);
        if head.is_some_and(|k| k > 0) {
            bones[Bone::NECK.index()] = Some(first);
        }
        0.0
    }

    /// Five chains on a hand are its fingers, the thumb being the one that starts
    /// nearest the wrist; the others lie in a row beside it.
    fn fingers(&self, side: usize, bones: &mut [Option<usize>]) {
        let at = |n: usize| self.tree.at[n];
        let Some(hand) = bones[Bone::ARMS[side][3].index()] else {
            return;
        };
        let mut chains: Vec<Vec<usize>> = self
            .kids(hand)
            .filter(|&c| self.reach[c] > 0.0)
            .map(|c| self.chain(c))
            .filter(|c| c.len() >= 3)
            .collect();
        if chains.len() != 5 {
            return;
        }
        let near = |c: &Vec<usize>| at(c[0]).distance(at(hand));
        chains.sort_by(|a, b| near(a).total_cmp(&near(b)));
        let thumb = chains.remove(0);
        chains.sort_by(|a, b| {
            let from = |c: &Vec<usize>| at(c[0]).distance(at(thumb[1]));
            from(a).total_cmp(&from(b))
        });
        let names = ["Index", "Middle", "Ring", "Pinky"];
        let hand = ["Left", "Right"][side];
        for (chain, name) in chains.iter().zip(names).chain([(&thumb, "Thumb")]) {
            for (k, &node) in chain.iter().take(3).enumerate() {
                if let Some(bone) = Bone::find(&format!("{hand}Hand{name}{}", k + 1)) {
                    bones[bone.index()] = Some(node);
                }
            }
        }
    }
}
