//! The order in which particles are coded: outwards from one particle over the
//! triangles' edges, so that all but the first have neighbours that are already
//! known.

use std::collections::VecDeque;

/// A walk over the cloth, and who is known before whom.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    /// Particle of every place in the walk.
    pub(crate) particle: Vec<u32>,
    /// Where each place's known neighbours start in `known`, and the end.
    start: Vec<u32>,
    /// Places of neighbours that come earlier.
    known: Vec<u32>,
}

impl Order {
    /// Walks a cloth of `count` particles. Triangles only name particles below
    /// `count`.
    pub(crate) fn new(count: usize, triangles: &[[u32; 3]]) -> Self {
        let neighbours = neighbours(count, triangles);
        let mut place = vec![u32::MAX; count];
        let mut particle = Vec::with_capacity(count);
        let mut next = VecDeque::new();
        for first in 0..count {
            if place[first] != u32::MAX {
                continue;
            }
            place[first] = 0;
            next.push_back(first);
            while let Some(i) = next.pop_front() {
                place[i] = particle.len() as u32;
                particle.push(i as u32);
                for &j in &neighbours[i] {
                    if place[j as usize] == u32::MAX {
                        // Seen; its place comes with its turn.
                        place[j as usize] = 0;
                        next.push_back(j as usize);
                    }
                }
            }
        }
        let (mut start, mut known) = (vec![0], Vec::new());
        for (at, &i) in particle.iter().enumerate() {
            let earlier = neighbours[i as usize]
                .iter()
                .map(|&j| place[j as usize])
                .filter(|&other| (other as usize) < at);
            known.extend(earlier);
            start.push(known.len() as u32);
        }
        Self {
            particle,
            start,
            known,
        }
    }

    /// Places of the neighbours of a place that come earlier in the walk.
    pub(crate) fn known(&self, place: usize) -> &[u32] {
        &self.known[self.start[place] as usize..self.start[place + 1] as usize]
    }
}

/// Who shares an edge with whom, sorted, once each.
fn neighbours(count: usize, triangles: &[[u32; 3]]) -> Vec<Vec<u32>> {
    let mut neighbours = vec![Vec::new(); count];
    for &[a, b, c] in triangles {
        for (i, j) in [(a, b), (b, c), (c, a)] {
            neighbours[i as usize].push(j);
            neighbours[j as usize].push(i);
        }
    }
    for of_one in &mut neighbours {
        of_one.sort_unstable();
        of_one.dedup();
    }
    neighbours
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_has_a_place_and_only_the_first_of_a_piece_knows_nobody() {
        // Two pieces: a strip of four triangles, and one triangle.
        let triangles = [[5, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 0], [6, 7, 8]];
        let order = Order::new(9, &triangles);
        let mut all = order.particle.clone();
        all.sort_unstable();
        assert_eq!(all, (0..9).collect::<Vec<u32>>());
        let alone: Vec<u32> = (0..9)
            .filter(|&place| order.known(place).is_empty())
            .map(|place| order.particle[place])
            .collect();
        assert_eq!(alone, [0, 6]);
        for place in 0..9 {
            assert!(order.known(place).iter().all(|&k| (k as usize) < place));
        }
    }
}
