//! The engine against the kernel that runs here, under random traffic.
//!
//! `CTSCOPE_LIVE_SECONDS` is how long (60), `CTSCOPE_LIVE_SEED` which traffic, and
//! `CTSCOPE_LIVE_FAMILIES` of which kinds. Where no network namespace can be made, or no Linux 6.x
//! runs, the test says so and is skipped.

use std::env;
use std::process::Command;

/// Kinds of traffic in which engine and kernel have to be of one mind.
const FAMILIES: &str = "fragments,helper,rules,tcp,tcp6,tcp-odd,udp,udplite,icmp,icmp6,sctp,\
                        generic,nat,nat-clash,local,mixed";

fn setting(name: &str, default: &str) -> String {
    env::var(name).unwrap_or_else(|_| default.to_owned())
}

#[test]
fn kernel_and_engine_are_of_one_mind() {
    // A process of its own: with one thread it may make a user namespace where it is not root.
    let output = Command::new(env!("CARGO_BIN_EXE_ctscope-kernel"))
        .arg("fuzz")
        .args(["--seconds", &setting("CTSCOPE_LIVE_SECONDS", "60")])
        .args(["--seed", &setting("CTSCOPE_LIVE_SEED", "20261126")])
        .args(["--family", &setting("CTSCOPE_LIVE_FAMILIES", FAMILIES)])
        .output()
        .expect("the driver was built with this test");
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    assert!(
        output.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
