//! What the standard library of Rust has not and that of Node.js has, which every build of the page
//! needs anyhow: digests and compression. So xtask goes on without any crate.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::{Doing, Failure, Result};
use crate::tools;

/// Stands between texts that are given to Node.js; no text of a page has it.
const NUL: &str = "\0";

const DIGEST: &str = "const digest = (data) => \
     'sha256-' + require('crypto').createHash('sha256').update(data).digest('base64');";

/// The digest of each text, as a browser wants it: `sha256-` and base64.
pub fn digests(texts: &[&str]) -> Result<Vec<String>> {
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let script = format!(
        "{DIGEST} const all = require('fs').readFileSync(0, 'utf8').split('\\0'); \
         console.log(all.map(digest).join('\\n'))"
    );
    lines(&run(&script, &[], &texts.join(NUL))?, texts.len())
}

/// The digest of each file.
pub fn file_digests(files: &[PathBuf]) -> Result<Vec<String>> {
    let script = format!(
        "{DIGEST} const {{ readFileSync }} = require('fs'); \
         console.log(process.argv.slice(1).map((file) => digest(readFileSync(file))).join('\\n'))"
    );
    let files: Vec<_> = files.iter().map(PathBuf::as_path).collect();
    lines(&run(&script, &files, "")?, files.len())
}

/// The file, deflated (without a header) as far as it goes, in base64.
pub fn packed(file: &Path) -> Result<String> {
    let script = "const data = require('fs').readFileSync(process.argv[1]); \
         const packed = require('zlib').deflateRawSync(data, { level: 9 }); \
         console.log(packed.toString('base64'))";
    Ok(run(script, &[file], "")?.trim().to_owned())
}

fn run(script: &str, files: &[&Path], input: &str) -> Result<String> {
    let mut child = Command::new(tools::node()?)
        .args(["-e", script])
        .args(files)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .doing(|| "start Node.js".to_owned())?;
    // Our scripts print nothing before they have read everything, so neither waits for the other.
    if let Some(mut stdin) = child.stdin.take() {
        stdin
            .write_all(input.as_bytes())
            .doing(|| "tell Node.js what to digest".to_owned())?;
    }
    let output = child
        .wait_with_output()
        .doing(|| "read what Node.js says".to_owned())?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(Failure::new(format!(
            "Node.js could not digest the page ({}).",
            output.status
        )))
    }
}

fn lines(text: &str, count: usize) -> Result<Vec<String>> {
    let lines: Vec<_> = text.lines().map(str::to_owned).collect();
    if lines.len() == count {
        Ok(lines)
    } else {
        Err(Failure::new(format!(
            "Node.js gave {} digests for {count} texts.",
            lines.len()
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standard() {
        // "abc" and the empty text: FIPS 180-4's own examples.
        let expected = [
            "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
            "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        ];
        assert_eq!(digests(&["abc", ""]).unwrap(), expected);
        assert_eq!(digests(&[]).unwrap(), [""; 0]);
    }

    #[test]
    fn a_file_has_the_digest_of_its_text() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(
            file_digests(std::slice::from_ref(&file)).unwrap(),
            digests(&[&text]).unwrap()
        );
        assert!(packed(&file).unwrap().len() < text.len());
    }
}
