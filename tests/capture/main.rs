//! Capture files read as scenarios: both formats, damage, limits, and captures of a real kernel.

mod build;
mod damage;
mod formats;
mod laws;
mod limits;
mod packets;
mod recorded;
