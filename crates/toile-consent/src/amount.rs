//! Sums of money as decimal numbers: a binary fraction would not hold a cent.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// A sum of money or a count of units, to six decimals; never negative. In files
/// it is a text, as `"420.00"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(u64);

/// Parts that a unit is counted in.
const MICROS: u64 = 1_000_000;

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many millionths.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Millionths.
    #[must_use]
    pub const fn micros(self) -> u64 {
        self.0
    }

    /// So many whole units.
    #[must_use]
    pub const fn whole(units: u32) -> Self {
        Self(units as u64 * MICROS)
    }

    /// Seconds rounded to a millionth; what is no number or negative counts nothing.
    #[must_use]
    pub fn from_seconds(seconds: f64) -> Self {
        // The conversion saturates, and takes what is no number for zero.
        Self((seconds * MICROS as f64).round() as u64)
    }

    /// This many times that much, rounded down to a millionth; saturating.
    #[must_use]
    pub fn times(self, rate: Self) -> Self {
        let product = u128::from(self.0) * u128::from(rate.0) / u128::from(MICROS);
        Self(u64::try_from(product).unwrap_or(u64::MAX))
    }

    /// The sum; saturating.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// What is left of this after `other`; nothing where `other` is more.
    #[must_use]
    pub fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// So many thousandths of it, rounded down to a millionth.
    #[must_use]
    pub fn permille(self, share: u16) -> Self {
        let part = u128::from(self.0) * u128::from(share) / 1000;
        Self(u64::try_from(part).unwrap_or(u64::MAX))
    }
}

impl fmt::Display for Amount {
    /// Two decimals, and up to six where there are more.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:06}", self.0 % MICROS);
        let (cents, rest) = digits.split_at(2);
        write!(
            f,
            "{}.{cents}{}",
            self.0 / MICROS,
            rest.trim_end_matches('0')
        )
    }
}

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("'{text}' is no amount; write it as \"420.00\", with at most six decimals");
        let (units, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if units.is_empty() || !digits(units) || !digits(decimals) || decimals.len() > 6 {
            return Err(wrong());
        }
        let units: u64 = units.parse().map_err(|_| wrong())?;
        let micros: u64 = format!("{decimals:0<6}").parse().map_err(|_| wrong())?;
        let whole = units.checked_mul(MICROS).ok_or_else(wrong)?;
        whole.checked_add(micros).map(Self).ok_or_else(wrong)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Amount;

    #[test]
    fn amounts_are_written_with_cents_and_read_back() {
        for (text, micros) in [
            ("420.00", 420_000_000),
            ("0.15", 150_000),
            ("0.000001", 1),
            ("3.125", 3_125_000),
        ] {
            let amount: Amount = text.parse().unwrap();
            assert_eq!(amount.micros(), micros);
            assert_eq!(amount.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "",
            "-1",
            "1e3",
            "1,50",
            ".5",
            "0.0000001",
            "99999999999999999999",
            "NaN",
            " 1",
        ] {
            assert!(text.parse::<Amount>().is_err(), "{text}");
        }
    }

    #[test]
    fn seconds_at_a_rate_give_a_fee() {
        let fee = Amount::from_seconds(12.5).times("0.15".parse().unwrap());
        assert_eq!(fee.to_string(), "1.875");
        assert_eq!(Amount::from_seconds(f64::NAN), Amount::ZERO);
        assert_eq!(Amount::from_seconds(-2.0), Amount::ZERO);
    }
}
