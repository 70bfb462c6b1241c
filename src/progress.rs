//! Progress on the terminal: phase, item n of N, time left.

use std::{
    io::{IsTerminal, Write},
    time::{Duration, Instant},
};

/// How often a line is written when nobody watches a terminal.
const LOG_EVERY: Duration = Duration::from_secs(10);

/// Progress of one phase. On a terminal it redraws one line; elsewhere (a log
/// file, CI) it writes a line every few seconds.
pub struct Progress {
    phase: String,
    total: u64,
    started: Instant,
    last: Option<Instant>,
    terminal: bool,
}

impl Progress {
    /// Starts a phase of `total` items.
    #[must_use]
    pub fn start(phase: impl Into<String>, total: u64) -> Self {
        Self {
            phase: phase.into(),
            total,
            started: Instant::now(),
            last: None,
            terminal: std::io::stderr().is_terminal(),
        }
    }

    /// Says how many items there are, where that was not known at the start.
    pub fn of(&mut self, total: u64) {
        self.total = total;
    }

    /// Says that `done` items are finished.
    pub fn at(&mut self, done: u64, note: &str) {
        let pause = if self.terminal {
            Duration::from_millis(100)
        } else {
            LOG_EVERY
        };
        if done < self.total && self.last.is_some_and(|last| last.elapsed() < pause) {
            return;
        }
        self.last = Some(Instant::now());
        let line = self.line(done, note);
        let mut out = std::io::stderr().lock();
        // Nothing is lost when the terminal has gone away.
        let _ = if self.terminal {
            write!(out, "\r\x1b[2K{line}")
        } else {
            writeln!(out, "{line}")
        };
        let _ = out.flush();
    }

    /// Ends the phase with a closing remark.
    pub fn finish(self, note: &str) {
        let seconds = self.started.elapsed().as_secs_f32();
        let start = if self.terminal { "\r\x1b[2K" } else { "" };
        let _ = writeln!(
            std::io::stderr().lock(),
            "{start}{}: {note} ({seconds:.1} s)",
            self.phase
        );
    }

    fn line(&self, done: u64, note: &str) -> String {
        let share = done as f32 / self.total.max(1) as f32;
        let left = if done == 0 {
            "…".to_owned()
        } else {
            let seconds = self.started.elapsed().as_secs_f32() * (1.0 - share) / share;
            clock(seconds)
        };
        format!(
            "{}: {done} of {} ({:.0} %), {left} left {note}",
            self.phase,
            self.total,
            share * 100.0
        )
    }
}

/// Minutes and seconds.
fn clock(seconds: f32) -> String {
    let whole = seconds.round() as u64;
    format!("{}:{:02}", whole / 60, whole % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_written_in_minutes_and_seconds() {
        assert_eq!(clock(125.4), "2:05");
    }

    #[test]
    fn a_line_names_phase_item_and_total() {
        let progress = Progress::start("rendering", 240);
        assert!(
            progress
                .line(24, "")
                .starts_with("rendering: 24 of 240 (10 %), ")
        );
    }
}
