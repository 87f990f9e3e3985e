//! The programs that set up a router in a network namespace.

use super::apt;
use crate::exec;
use crate::failure::{Failure, Result};

/// Programs, and Debian's packages of them.
const PROGRAMS: [(&str, &str); 3] = [
    ("ip", "iproute2"),
    ("nft", "nftables"),
    ("conntrack", "conntrack"),
];

/// Finds `ip`, `nft` and `conntrack`, or installs Debian's.
pub fn ready() -> Result<()> {
    let missing = missing();
    if !missing.is_empty() && apt::usable() {
        let packages: Vec<&str> = missing.iter().map(|(_, package)| *package).collect();
        apt::install(&packages)?;
    }
    match self::missing().first() {
        None => Ok(()),
        Some((program, package)) => Err(Failure::new(format!(
            "the program `{program}` is missing: on Debian, install {package} as root."
        ))),
    }
}

fn missing() -> Vec<(&'static str, &'static str)> {
    let absent = |(program, _): &(&str, &str)| exec::find(program).is_none();
    PROGRAMS.into_iter().filter(absent).collect()
}
