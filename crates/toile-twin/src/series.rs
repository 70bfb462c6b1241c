//! Evenly sampled signals: smoothed once, then read at any time.

/// Samples at a fixed rate from time zero.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    rate: f32,
    values: Vec<f32>,
}

impl Series {
    /// Samples `f` every `1/rate` seconds from 0 to `end`.
    pub(crate) fn sample(rate: f32, end: f32, f: impl FnMut(f32) -> f32) -> Self {
        let count = (end * rate).ceil() as usize + 2;
        Self {
            rate,
            values: (0..count).map(|i| i as f32 / rate).map(f).collect(),
        }
    }

    /// Value at `t`, by Catmull–Rom interpolation; held beyond the ends.
    pub(crate) fn at(&self, t: f32) -> f32 {
        let last = self.values.len() - 1;
        let x = (t * self.rate).clamp(0.0, last as f32);
        let i = (x.floor() as usize).min(last.saturating_sub(1));
        let u = x - i as f32;
        let get = |k: usize| self.values[k.min(last)];
        let (a, b, c, d) = (get(i.saturating_sub(1)), get(i), get(i + 1), get(i + 2));
        b + 0.5 * u * (c - a + u * (2.0 * a - 5.0 * b + 4.0 * c - d + u * (3.0 * (b - c) + d - a)))
    }

    /// Average under a raised-cosine window of ± `half` seconds.
    pub(crate) fn smoothed(&self, half: f32) -> Self {
        let reach = (half * self.rate).round() as i64;
        let kernel: Vec<f32> = (-reach..=reach)
            .map(|k| 1.0 + (std::f32::consts::PI * k as f32 / (reach as f32 + 1.0)).cos())
            .collect();
        let total: f32 = kernel.iter().sum();
        self.window(reach, |values| {
            values.zip(&kernel).map(|(v, k)| v * k).sum::<f32>() / total
        })
    }

    /// Least value within ± `half` seconds.
    pub(crate) fn least(&self, half: f32) -> Self {
        let reach = (half * self.rate).round() as i64;
        self.window(reach, |values| values.fold(f32::MAX, f32::min))
    }

    /// Greatest value within ± `half` seconds.
    pub(crate) fn most(&self, half: f32) -> Self {
        let reach = (half * self.rate).round() as i64;
        self.window(reach, |values| values.fold(f32::MIN, f32::max))
    }

    fn window(&self, reach: i64, f: impl Fn(&mut dyn Iterator<Item = f32>) -> f32) -> Self {
        let last = self.values.len() as i64 - 1;
        let values = (0..=last)
            .map(|i| f(&mut (-reach..=reach).map(|k| self.values[(i + k).clamp(0, last) as usize])))
            .collect();
        Self {
            rate: self.rate,
            values,
        }
    }
}
