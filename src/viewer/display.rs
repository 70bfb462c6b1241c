//! Whether a window can be opened here.

use crate::capture::PumpError;

/// Whether there is a display to open a window on.
///
/// # Errors
/// What is missing, as the beginning of a sentence.
#[cfg(any(windows, target_os = "macos"))]
pub fn display() -> Result<(), String> {
    Ok(())
}

/// Whether there is a display to open a window on.
///
/// A display that is named but does not answer would end the window system with
/// a panic, so it is asked beforehand.
///
/// # Errors
/// What is missing, as the beginning of a sentence.
#[cfg(not(any(windows, target_os = "macos")))]
pub fn display() -> Result<(), String> {
    use std::os::unix::net::UnixStream;

    let name = match std::env::var("DISPLAY") {
        Ok(name) if !name.is_empty() => name,
        _ => return Err("there is no display (DISPLAY is not set)".to_owned()),
    };
    // ":1.0" and "unix:1" are sockets of this machine; "host:1" is another's,
    // and the window system speaks for it.
    let (host, screen) = name.rsplit_once(':').unwrap_or(("", ""));
    let number = screen.split('.').next().unwrap_or_default();
    if number.parse::<u32>().is_err() {
        return Err(format!("DISPLAY={name} names no display"));
    }
    if !matches!(host, "" | "unix") {
        return Ok(());
    }
    let socket = format!("/tmp/.X11-unix/X{number}");
    if UnixStream::connect(&socket).is_ok() || abstract_socket_answers(&socket) {
        Ok(())
    } else {
        Err(format!("the display {name} does not answer"))
    }
}

/// Whether an X server listens on Linux's other kind of socket.
#[cfg(target_os = "linux")]
fn abstract_socket_answers(name: &str) -> bool {
    use std::os::{
        linux::net::SocketAddrExt,
        unix::net::{SocketAddr, UnixStream},
    };
    SocketAddr::from_abstract_name(name)
        .and_then(|address| UnixStream::connect_addr(&address))
        .is_ok()
}

/// Whether an X server listens on Linux's other kind of socket.
#[cfg(not(any(windows, target_os = "macos", target_os = "linux")))]
fn abstract_socket_answers(_name: &str) -> bool {
    false
}

/// Whether the best adapter is a software renderer.
///
/// # Errors
/// There is no adapter at all.
pub fn software_only() -> Result<bool, PumpError> {
    let (_, _, adapter) =
        toile_cloth::request_device().map_err(|error| PumpError::Adapter(error.to_string()))?;
    Ok(adapter.software)
}
