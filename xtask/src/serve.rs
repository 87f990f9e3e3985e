//! `cargo xtask serve`: the page at an address of this machine.

use std::process::{Command, Stdio};

use crate::args::{self, Args};
use crate::exec::say;
use crate::failure::{Failure, Result};
use crate::page::{self, Profile};
use crate::server::{self, Site};

const PORT: u16 = 8080;

/// `cargo xtask serve`.
pub fn run(mut args: Args) -> Result<()> {
    let mut port = PORT;
    let mut open = false;
    let mut profile = Profile::Release;
    while let Some(word) = args.next_word() {
        match word.as_str() {
            "--port" => port = parse_port(&args.value_of("--port")?)?,
            "--open" => open = true,
            "--dev" => profile = Profile::Dev,
            _ => return Err(args::unknown("serve", &word)),
        }
    }
    // Before the build: a port in use should be known now, not in a minute.
    let listener = server::listen(port)?;
    let site = Site::new(page::build(profile)?, "/");
    let address = server::address(&listener, &site)?;
    println!("ctscope is at {address} (Ctrl+C ends it)");
    if open {
        open_in_browser(&address);
    }
    server::serve(&listener, site);
    Ok(())
}

fn parse_port(text: &str) -> Result<u16> {
    text.parse().map_err(|_| {
        Failure::usage(format!(
            "--port needs a number from 0 to 65535 (0: any free port), not {text:?}."
        ))
    })
}

/// Opens the person's own browser, or says that it cannot: the page is served all the same.
fn open_in_browser(address: &str) {
    let opener: &[&str] = if cfg!(target_os = "macos") {
        &["open"]
    } else if cfg!(windows) {
        &["cmd", "/C", "start", ""]
    } else {
        &["xdg-open"]
    };
    let started = Command::new(opener[0])
        .args(&opener[1..])
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if let Err(error) = started {
        say(&format!(
            "could not open a browser with {} ({error}); open {address} yourself",
            opener[0]
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_a_number_of_sixteen_bits() {
        assert_eq!(parse_port("8081").unwrap(), 8081);
        for wrong in ["", "x", "-1", "65536"] {
            let sentence = parse_port(wrong).unwrap_err().to_string();
            assert!(sentence.starts_with("--port needs a number"), "{sentence}");
        }
    }
}
