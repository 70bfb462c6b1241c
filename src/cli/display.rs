//! Window or recording: what the flags ask for, and what this machine can.

use super::Failure;
use crate::viewer;

/// Whether to open a window: asked for, or possible and not declined.
///
/// # Errors
/// `--window` where there is no display.
pub(super) fn wanted(window: bool, capture: bool) -> Result<bool, Failure> {
    match (viewer::display(), window, capture) {
        (_, _, true) => Ok(false),
        (Ok(()), _, false) => Ok(true),
        (Err(problem), true, false) => Err(format!(
            "--window: {problem}; start an X server or set DISPLAY, or record with --capture"
        )
        .into()),
        (Err(problem), false, false) => {
            eprintln!("{problem}: recording instead (as with --capture)");
            Ok(false)
        }
    }
}
