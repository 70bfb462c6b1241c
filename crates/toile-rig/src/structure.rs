//! Finds a humanoid by the shape of its skeleton, whatever its bones are called.
//!
//! Two arms and two legs are pairs of chains that mirror each other across one plane.
//! The pair that hangs on the node nearest the root, with a spine beside it that leads
//! to the other pair, is the legs. Knees, ankles, elbows and wrists lie where the
//! proportions of limbs put them; up is from the legs to the arms, front where the
//! feet point.

mod limbs;

use glam::Vec3;

/// Most joints of a chain that are looked at.
const LONGEST: usize = 24;
/// Most nodes that are looked at for arms, from each that may be the hips.
const MOST_LOOKED: usize = 512;

/// The skeleton as the search sees it.
pub(crate) struct Tree<'a> {
    pub(crate) at: &'a [Vec3],
    pub(crate) children: &'a [Vec<usize>],
    /// Weight of the vertices that each node moves.
    pub(crate) mass: &'a [f32],
    /// Nodes that may be bones.
    pub(crate) among: &'a [bool],
    /// Roots of what may be bones.
    pub(crate) roots: &'a [usize],
}

/// What was found.
pub(crate) struct Found {
    pub(crate) bones: Vec<Option<usize>>,
    /// How well it fits a human, 0 to 1.
    pub(crate) sure: f32,
}

/// A pair of chains that mirror each other.
struct Pair {
    chains: [Vec<usize>; 2],
    /// Way from joint to joint, of both on average.
    reach: f32,
    /// From one to the other.
    across: Vec3,
    /// How far they are from mirroring, as a share of the reach.
    off: f32,
}

struct Search<'a> {
    tree: &'a Tree<'a>,
    /// Way to the farthest leaf below each node.
    reach: Vec<f32>,
    /// The child on that way.
    next: Vec<Option<usize>>,
    /// Weight that each node and those below it move.
    below: Vec<f32>,
    parent: Vec<Option<usize>>,
}

/// Finds the humanoid, if the skeleton has the shape of one.
pub(crate) fn find(tree: &Tree<'_>) -> Option<Found> {
    let search = Search::new(tree);
    let nodes = 0..tree.at.len();
    let pairs: Vec<Option<Pair>> = nodes
        .clone()
        .map(|n| tree.among[n].then(|| search.pair(n)).flatten())
        .collect();
    let mut best: Option<(f32, usize, usize)> = None;
    for hips in nodes {
        let Some(legs) = &pairs[hips] else {
            continue;
        };
        let beside = |c: &usize| legs.chains.iter().all(|leg| leg[0] != *c);
        let mut open: Vec<usize> = search.kids(hips).filter(beside).collect();
        let mut looked = 0;
        while let Some(chest) = open.pop() {
            looked += 1;
            if looked > MOST_LOOKED {
                break;
            }
            if let Some(arms) = &pairs[chest] {
                let parallel = legs.across.dot(arms.across).abs();
                let ratio = arms.reach / legs.reach;
                let score = (legs.reach + arms.reach) * (1.0 - legs.off - arms.off);
                let better = best.is_none_or(|b| score > b.0);
                if parallel > 0.9 && (0.4..2.2).contains(&ratio) && better {
                    best = Some((score, hips, chest));
                }
            }
            open.extend(search.kids(chest));
        }
    }
    let (_, hips, chest) = best?;
    match (&pairs[hips], &pairs[chest]) {
        (Some(legs), Some(arms)) => search.name(hips, legs, chest, arms),
        _ => None,
    }
}

impl<'a> Search<'a> {
    fn new(tree: &'a Tree<'a>) -> Self {
        let n = tree.at.len();
        let mut search = Self {
            tree,
            reach: vec![0.0; n],
            next: vec![None; n],
            below: tree.mass.to_vec(),
            parent: vec![None; n],
        };
        let mut order: Vec<usize> = tree.roots.to_vec();
        let mut at = 0;
        while at < order.len() {
            let kids: Vec<usize> = search.kids(order[at]).collect();
            for &kid in &kids {
                search.parent[kid] = Some(order[at]);
            }
            order.extend(kids);
            at += 1;
        }
        for &node in order.iter().rev() {
            let Some(above) = search.parent[node] else {
                continue;
            };
            let way = search.reach[node] + tree.at[above].distance(tree.at[node]);
            if search.next[above].is_none() || way > search.reach[above] {
                search.next[above] = Some(node);
                search.reach[above] = way;
            }
            search.below[above] += search.below[node];
        }
        search
    }

    fn kids(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        let all = self.tree.children[node].iter().copied();
        all.filter(|&c| self.tree.among[c])
    }

    /// The chain from a node to the farthest leaf below it.
    fn chain(&self, from: usize) -> Vec<usize> {
        let chain = std::iter::successors(Some(from), |&node| self.next[node]);
        chain.take(LONGEST).collect()
    }

    /// The longest pair of mirrored chains that hang on a node.
    fn pair(&self, node: usize) -> Option<Pair> {
        let kids: Vec<usize> = self.kids(node).take(64).collect();
        let mut best: Option<Pair> = None;
        for (i, &a) in kids.iter().enumerate() {
            for &b in &kids[i + 1..] {
                let length =
                    |c: usize| self.reach[c] + self.tree.at[node].distance(self.tree.at[c]);
                let (la, lb) = (length(a), length(b));
                let longer = best.as_ref().is_none_or(|p| la + lb > 2.0 * p.reach);
                if longer && la.min(lb) > 0.85 * la.max(lb) && la > 0.0 {
                    best = self.mirrored(a, b).or(best);
                }
            }
        }
        best
    }

    fn mirrored(&self, a: usize, b: usize) -> Option<Pair> {
        let chains = [self.chain(a), self.chain(b)];
        if chains[0].len() != chains[1].len() || chains[0].len() < 3 {
            return None;
        }
        let at = |n: usize| self.tree.at[n];
        let ends = |c: &[usize]| {
            c.windows(2)
                .map(|w| at(w[0]).distance(at(w[1])))
                .sum::<f32>()
        };
        let reach = 0.5 * (ends(&chains[0]) + ends(&chains[1]));
        let apart = |k: usize| at(chains[0][k]) - at(chains[1][k]);
        // The direction across is that of the farthest joints apart.
        let widest = (0..chains[0].len())
            .map(apart)
            .max_by(|p, q| p.length().total_cmp(&q.length()))?;
        let across = widest.try_normalize()?;
        let middle = |k: usize| (at(chains[0][k]) + at(chains[1][k])).dot(across) * 0.5;
        let off = (0..chains[0].len())
            .map(|k| {
                let aslant = apart(k).reject_from_normalized(across).length();
                aslant.max((middle(k) - middle(0)).abs())
            })
            .fold(0.0, f32::max)
            / reach.max(1e-9);
        (off < 0.12 && widest.length() > 0.05 * reach).then_some(Pair {
            chains,
            reach,
            across,
            off,
        })
    }
}
