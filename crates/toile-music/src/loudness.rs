//! Integrated loudness after ITU-R BS.1770-4.

use fundsp::prelude64::{An, Biquad, biquad};

/// Integrated loudness of a stereo signal in LUFS: K-weighting, 400 ms blocks every 100 ms,
/// gates at −70 LUFS and 10 LU under the ungated mean (ITU-R BS.1770-4, annex 1).
///
/// `None` if the signal is shorter than one block or wholly under the absolute gate.
#[must_use]
pub fn integrated_loudness(left: &[f32], right: &[f32], sample_rate: u32) -> Option<f64> {
    let hop = sample_rate as usize / 10;
    let energy: Vec<f64> = weighted_energy(left, hop, sample_rate)
        .into_iter()
        .zip(weighted_energy(right, hop, sample_rate))
        .map(|(l, r)| l + r)
        .collect();
    let blocks: Vec<f64> = energy
        .windows(4)
        .map(|four| four.iter().sum::<f64>() / (4 * hop) as f64)
        .collect();
    let loud = |power: f64| -0.691 + 10.0 * power.log10();
    let gated_mean = |gate: f64| {
        let kept: Vec<f64> = blocks.iter().copied().filter(|&p| loud(p) > gate).collect();
        (!kept.is_empty()).then(|| kept.iter().sum::<f64>() / kept.len() as f64)
    };
    let ungated = loud(gated_mean(-70.0)?);
    gated_mean((ungated - 10.0).max(-70.0)).map(loud)
}

/// Sum of squares of the K-weighted signal in each whole hop.
fn weighted_energy(signal: &[f32], hop: usize, sample_rate: u32) -> Vec<f64> {
    let (mut shelf, mut highpass) = k_weighting(f64::from(sample_rate));
    signal
        .chunks_exact(hop)
        .map(|chunk| {
            chunk
                .iter()
                .map(|&x| {
                    let y = f64::from(highpass.filter_mono(shelf.filter_mono(x)));
                    y * y
                })
                .sum()
        })
        .collect()
}

/// The two K-weighting filters at any sample rate. BS.1770 tabulates them for 48 kHz only;
/// the analogue parameters behind that table are from De Man 2018, "Evaluation of
/// implementations of the EBU R128 loudness measurement" (AES 145), §3.
fn k_weighting(sample_rate: f64) -> (An<Biquad<f64>>, An<Biquad<f64>>) {
    let k = (std::f64::consts::PI * 1_681.974_450_955_533 / sample_rate).tan();
    let q = 0.707_175_236_955_419_6;
    let high = 10f64.powf(3.999_843_853_973_347 / 20.0);
    let band = high.powf(0.499_666_774_154_541_6);
    let a0 = 1.0 + k / q + k * k;
    let shelf = biquad(
        (2.0 * (k * k - 1.0) / a0) as f32,
        ((1.0 - k / q + k * k) / a0) as f32,
        ((high + band * k / q + k * k) / a0) as f32,
        (2.0 * (k * k - high) / a0) as f32,
        ((high - band * k / q + k * k) / a0) as f32,
    );
    let k = (std::f64::consts::PI * 38.135_470_876_024_44 / sample_rate).tan();
    let q = 0.500_327_037_323_877_3;
    let a0 = 1.0 + k / q + k * k;
    let highpass = biquad(
        (2.0 * (k * k - 1.0) / a0) as f32,
        ((1.0 - k / q + k * k) / a0) as f32,
        1.0,
        -2.0,
        1.0,
    );
    (shelf, highpass)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(amplitude: f64, hertz: f64, seconds: f64, rate: u32) -> Vec<f32> {
        (0..(seconds * f64::from(rate)) as usize)
            .map(|i| {
                let phase = i as f64 / f64::from(rate) * hertz * std::f64::consts::TAU;
                (amplitude * phase.sin()) as f32
            })
            .collect()
    }

    #[test]
    fn a_full_scale_997_hz_sine_in_one_channel_reads_minus_3_01_lufs() {
        for rate in [44_100, 48_000, 96_000] {
            let tone = sine(1.0, 997.0, 3.0, rate);
            let silence = vec![0.0; tone.len()];
            let lufs = integrated_loudness(&tone, &silence, rate).unwrap();
            assert!((lufs + 3.01).abs() < 0.05, "{lufs} LUFS at {rate} Hz");
        }
    }

    #[test]
    fn silence_between_tones_is_gated_out() {
        let mut tone = sine(0.1, 997.0, 4.0, 48_000);
        let alone = integrated_loudness(&tone, &tone, 48_000).unwrap();
        tone.extend(vec![0.0; 48_000 * 20]);
        let with_silence = integrated_loudness(&tone, &tone, 48_000).unwrap();
        assert!(
            (alone - with_silence).abs() < 0.3,
            "{alone} and {with_silence} LUFS"
        );
    }

    #[test]
    fn silence_has_no_loudness() {
        assert_eq!(
            integrated_loudness(&[0.0; 48_000], &[0.0; 48_000], 48_000),
            None
        );
    }
}
