//! `cargo xtask shots`: pictures of the page, to look at it.

use std::fmt::Write;

use crate::args::{self, Args};
use crate::browser_runs::BrowserRun;
use crate::failure::{Failure, Result};
use crate::page::{self, Profile};

const USAGE: &str = "\
Usage: cargo xtask shots [OPTIONS]

Builds the page and takes a picture of it at 1440x900, 1024x768 and 390x844, in
light and in dark, into tests/e2e/out. Prints the files.

  --do LINE       first type LINE into the command line (again and again, in order)
  --key KEY       first press KEY, such as ArrowRight or Shift+N
  --click NAME    first click the button of that name, such as \"Step forward\"
  --at TEXT       open the page with TEXT after its address, such as '?embed' or '#...'
  --size WxH      only this size (may be given again)
  --scheme NAME   only light, or only dark; or projector
  --gallery       the scenes of tests/e2e/gallery.mjs instead, at every size and in every
                  theme, or in those given; --name NAME is one of them (may be given again)
  --full          all of the page, not only what is in view
  --name NAME     begin the files' names so (shot)
  --out FOLDER    put them there
  --dev           do not optimise the page
  --no-build      take the page as it was last built";

/// The sizes that the page is designed for, in CSS pixels.
const SIZES: [(u32, u32); 3] = [(1440, 900), (1024, 768), (390, 844)];

/// `cargo xtask shots`.
pub fn run(mut args: Args) -> Result<()> {
    let mut profile = Some(Profile::Release);
    let mut names = Vec::new();
    let mut gallery = false;
    let mut at = String::new();
    let mut actions = Vec::new();
    let mut sizes = Vec::new();
    let mut schemes = Vec::new();
    let mut full = false;
    let mut out = None;
    while let Some(word) = args.next_word() {
        match word.as_str() {
            "--do" => actions.push(action("line", &args.value_of("--do")?)),
            "--key" => actions.push(action("key", &args.value_of("--key")?)),
            "--click" => actions.push(action("click", &args.value_of("--click")?)),
            "--at" => at = args.value_of("--at")?,
            "--size" => sizes.push(parse_size(&args.value_of("--size")?)?),
            "--scheme" => schemes.push(parse_scheme(&args.value_of("--scheme")?)?),
            "--full" => full = true,
            "--name" => names.push(args.value_of("--name")?),
            "--gallery" => gallery = true,
            "--out" => out = Some(args.value_of("--out")?),
            "--dev" => profile = Some(Profile::Dev),
            "--no-build" => profile = None,
            "--help" | "-h" => {
                println!("{USAGE}");
                return Ok(());
            }
            _ => return Err(args::unknown("shots", &word)),
        }
    }
    if let Some(profile) = profile {
        page::build(profile)?;
    }
    let browser = BrowserRun::of_built_page()?;
    let mut script = if gallery {
        let mut script = browser.script("gallery.mjs");
        script.args(names).args(schemes);
        script.args(
            sizes
                .iter()
                .map(|(width, height)| format!("{width}x{height}")),
        );
        script
    } else {
        if sizes.is_empty() {
            sizes = SIZES.to_vec();
        }
        if schemes.is_empty() {
            schemes = vec!["light", "dark"];
        }
        let sizes: Vec<_> = sizes.iter().map(|(w, h)| format!("[{w},{h}]")).collect();
        let schemes: Vec<_> = schemes.iter().map(|scheme| quoted(scheme)).collect();
        let request = format!(
            "{{\"name\":{},\"at\":{},\"actions\":[{}],\
             \"sizes\":[{}],\"schemes\":[{}],\"full\":{full}}}",
            quoted(names.last().map_or("shot", |name| name.as_str())),
            quoted(&at),
            actions.join(","),
            sizes.join(","),
            schemes.join(","),
        );
        let mut script = browser.script("shots.mjs");
        script.arg(request);
        script
    };
    if let Some(out) = out {
        script.env("CTSCOPE_OUT", out);
    }
    browser.run(&mut script)
}

fn action(kind: &str, value: &str) -> String {
    format!("{{{}:{}}}", quoted(kind), quoted(value))
}

fn parse_size(text: &str) -> Result<(u32, u32)> {
    text.split_once('x')
        .and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)))
        .filter(|&(width, height)| width > 0 && height > 0)
        .ok_or_else(|| {
            Failure::usage(format!(
                "--size needs a size such as 1024x768, not {text:?}."
            ))
        })
}

fn parse_scheme(text: &str) -> Result<&'static str> {
    match text {
        "light" => Ok("light"),
        "dark" => Ok("dark"),
        "projector" => Ok("projector"),
        _ => Err(Failure::usage(format!(
            "--scheme needs light, dark or projector, not {text:?}."
        ))),
    }
}

/// The text as a JSON string.
fn quoted(text: &str) -> String {
    let mut json = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => json.extend(['\\', letter]),
            // Writing to a String cannot fail.
            '\0'..='\u{1f}' => write!(json, "\\u{:04x}", u32::from(letter)).unwrap_or_default(),
            _ => json.push(letter),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_quoted_as_json() {
        assert_eq!(quoted("a \"b\" \\\n"), r#""a \"b\" \\\u000a""#);
    }

    #[test]
    fn a_size_is_two_numbers() {
        assert_eq!(parse_size("1024x768").unwrap(), (1024, 768));
        assert!(parse_size("1024").is_err());
        assert!(parse_size("0x5").is_err());
    }
}
