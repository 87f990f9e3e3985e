//! Drives the conntrack of the Linux kernel that runs here, to record it and to compare the engine
//! with it.
//!
//! A [`router::Router`] is a fresh network namespace with two TUN devices, `a` and `b`; the
//! [`recorder::Recorder`] plays scenarios on it and writes down what the kernel did, step by step.
//! [`traffic`] makes up packets, [`engine_side`] gives the engine the same steps, and [`fuzz`] runs
//! both side by side until they differ.

pub mod rules;
pub mod traffic;

#[cfg(target_os = "linux")]
pub mod ctnetlink;
#[cfg(target_os = "linux")]
pub mod engine_side;
#[cfg(target_os = "linux")]
pub mod fuzz;
#[cfg(target_os = "linux")]
pub mod netlink;
#[cfg(target_os = "linux")]
pub mod recorder;
#[cfg(target_os = "linux")]
pub mod router;
#[cfg(target_os = "linux")]
mod shrink;
#[cfg(target_os = "linux")]
mod tun;

/// What went wrong, as a sentence.
pub type Problem = Box<dyn std::error::Error + Send + Sync>;
/// The answer of everything that can fail here.
pub type Result<T> = std::result::Result<T, Problem>;
