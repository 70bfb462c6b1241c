//! Rigs of every tool, made here from our own mannequin, and files that are none.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

mod broken;
mod golden;
mod profiles;
mod random;
mod refusals;
mod rigs;
mod said;
