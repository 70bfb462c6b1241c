//! Timecode: where in the day a frame is, as editing rooms count (SMPTE ST 12-1),
//! for whole frame rates and without dropped numbers.

/// A moment of the day in frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timecode {
    /// Frames since midnight.
    frame: u32,
    /// Frames per second.
    fps: u32,
}

impl Timecode {
    /// So many frames after midnight; it starts over after a day.
    #[must_use]
    pub fn new(frame: u32, fps: u32) -> Self {
        let frame = frame % (24 * 3600 * fps);
        Self { frame, fps }
    }

    /// Reads `HH:MM:SS:FF`.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse(text: &str, fps: u32) -> Result<Self, String> {
        if text.contains(';') {
            return Err(format!(
                "timecode {text}: a semicolon means dropped numbers, which whole frame rates \
                 do not have; write HH:MM:SS:FF, as in 10:00:00:00"
            ));
        }
        let parts: Vec<Option<u32>> = text
            .split(':')
            .map(|part| {
                let digits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
                digits.then(|| part.parse().ok()).flatten()
            })
            .collect();
        let [Some(hours), Some(minutes), Some(seconds), Some(frames)] = parts[..] else {
            return Err(format!(
                "timecode {text}: write HH:MM:SS:FF, as in 10:00:00:00"
            ));
        };
        for (value, end, what) in [
            (hours, 24, "hours"),
            (minutes, 60, "minutes"),
            (seconds, 60, "seconds"),
            (frames, fps, "frames"),
        ] {
            if value >= end {
                return Err(format!(
                    "timecode {text}: there are {end} {what}, counted from 00 to {:02}",
                    end - 1
                ));
            }
        }
        let seconds = (hours * 60 + minutes) * 60 + seconds;
        Ok(Self::new(seconds * fps + frames, fps))
    }

    /// So many frames later.
    #[must_use]
    pub fn after(self, frames: u32) -> Self {
        Self::new(self.frame.saturating_add(frames), self.fps)
    }

    /// Frames since midnight.
    #[must_use]
    pub fn frames(self) -> u32 {
        self.frame
    }

    /// Seconds since midnight.
    #[must_use]
    pub fn seconds(self) -> f64 {
        f64::from(self.frame) / f64::from(self.fps)
    }

    /// Hours, minutes, seconds, frames.
    #[must_use]
    pub fn parts(self) -> [u32; 4] {
        let (seconds, frames) = (self.frame / self.fps, self.frame % self.fps);
        [seconds / 3600, seconds / 60 % 60, seconds % 60, frames]
    }
}

impl std::fmt::Display for Timecode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [hours, minutes, seconds, frames] = self.parts();
        write!(f, "{hours:02}:{minutes:02}:{seconds:02}:{frames:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::Timecode;

    #[test]
    fn a_timecode_reads_back_as_it_is_written() {
        for (frame, fps) in [
            (0, 24),
            (23, 24),
            (24, 24),
            (86_399 * 50 + 49, 50),
            (7, 120),
        ] {
            let code = Timecode::new(frame, fps);
            if fps <= 100 {
                assert_eq!(Timecode::parse(&code.to_string(), fps), Ok(code));
            }
            assert_eq!(code.frames(), frame);
        }
    }

    #[test]
    fn frames_are_carried_over_and_a_day_starts_over() {
        let code = Timecode::parse("10:59:59:24", 25).unwrap();
        assert_eq!(code.after(1).to_string(), "11:00:00:00");
        let last = Timecode::parse("23:59:59:24", 25).unwrap();
        assert_eq!(last.after(2).to_string(), "00:00:00:01");
    }

    #[test]
    fn what_is_no_timecode_is_refused_in_words() {
        for (text, word) in [
            ("10:00:00;00", "semicolon"),
            ("10:00:00", "HH:MM:SS:FF"),
            ("1:0:0:0", "HH:MM:SS:FF"),
            ("", "HH:MM:SS:FF"),
            ("24:00:00:00", "24 hours"),
            ("10:60:00:00", "60 minutes"),
            ("10:00:60:00", "60 seconds"),
            ("10:00:00:24", "24 frames"),
            ("-1:00:00:00", "HH:MM:SS:FF"),
            ("10:00:00:+1", "HH:MM:SS:FF"),
        ] {
            match Timecode::parse(text, 24) {
                Err(said) => assert!(said.contains(word), "{said}"),
                Ok(code) => panic!("'{text}' was read as {code}"),
            }
        }
    }
}
