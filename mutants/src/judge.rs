//! Runs the tests with one mistake after another.

use crate::tree::{Problem, cargo};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Tests that judge, quick ones before slow ones. The others look at words, pictures and lines.
const TESTS: [&str; 3] = ["engine_proto", "recorded", "engine_core"];

/// Of the tests of recordings those that compare; the others look at lists and documents.
const COMPARE: [&str; 2] = ["what_the_machine_does", "the_older_kernel_does"];

/// The test that compares with this machine's kernel.
const LIVE: &str = "live_kernel";

/// Longer than any test takes: what still runs then will never end.
const PATIENCE: Duration = Duration::from_secs(90);

/// How often a running test is looked at.
const PAUSE: Duration = Duration::from_millis(20);

/// Programs that judge a mistake.
pub struct Judges {
    folder: PathBuf,
    /// Tests by name, in the order in which they are asked.
    tests: Vec<(String, PathBuf)>,
    live: Option<(PathBuf, String)>,
}

impl Judges {
    /// Builds the tests of the copy in `folder`. `live`: seconds for which this machine's kernel
    /// judges what the tests let pass.
    pub fn build(folder: &Path, live: Option<String>) -> Result<Self, Problem> {
        let built = |words: &[&str]| executables(cargo(folder).args(words));
        let mut words = vec!["test", "--no-run", "--no-default-features", "--lib"];
        words.extend(TESTS.iter().flat_map(|test| ["--test", test]));
        let mut tests = built(&words)?;
        // The library's own tests, which are not in the list, come first.
        tests.sort_by_key(|(name, _)| TESTS.iter().position(|it| it == name));
        let live = match live {
            Some(seconds) => {
                let words = [
                    "test",
                    "--no-run",
                    "--package",
                    "ctscope-kernel",
                    "--test",
                    LIVE,
                ];
                let test = built(&words)?
                    .into_iter()
                    .find(|(name, _)| name == LIVE)
                    .ok_or("the live comparison was not built")?;
                Some((test.1, seconds))
            }
            None => None,
        };
        Ok(Self {
            folder: folder.to_owned(),
            tests,
            live,
        })
    }

    /// Who notices the mistake of that number; `None` if nobody does. 0 is none at all.
    pub fn ask(&self, number: u32) -> Option<String> {
        let by_test = self.tests.iter().find(|(name, test)| {
            let mut test = Command::new(test);
            if name == "recorded" {
                test.args(COMPARE);
            }
            // One seed, so that a mistake is judged as the one before.
            test.env("PROPTEST_RNG_SEED", "20210419");
            !self.passes(&mut test, number)
        });
        if let Some((name, _)) = by_test {
            return Some(name.clone());
        }
        let (test, seconds) = self.live.as_ref()?;
        let mut test = Command::new(test);
        test.env("CTSCOPE_LIVE_SECONDS", seconds);
        (!self.passes(&mut test, number)).then(|| LIVE.to_owned())
    }

    fn passes(&self, program: &mut Command, number: u32) -> bool {
        let child = program
            .current_dir(&self.folder)
            .env("CTSCOPE_MUTANT", number.to_string())
            .env("CARGO_MANIFEST_DIR", &self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut child) = child else {
            return false;
        };
        let start = Instant::now();
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return status.success(),
                Ok(None) if start.elapsed() < PATIENCE => thread::sleep(PAUSE),
                _ => {
                    // It may have ended by itself meanwhile.
                    let _ = child.kill();
                    let _ = child.wait();
                    return false;
                }
            }
        }
    }
}

/// Runs cargo, and gives the names and paths of what it built.
fn executables(cargo: &mut Command) -> Result<Vec<(String, PathBuf)>, Problem> {
    let output = cargo
        .args(["--message-format", "json"])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    if !output.status.success() {
        return Err("the tests of the copy do not compile".to_owned());
    }
    let lines = String::from_utf8_lossy(&output.stdout);
    let all = lines
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|value| {
            let path = value["executable"].as_str()?;
            let target = &value["target"];
            let name = target["name"].as_str()?;
            // The library's own tests have its name, and so has the program.
            let kind = target["kind"][0].as_str()?;
            let wanted = value["profile"]["test"] == true && kind != "bench";
            wanted.then(|| (name.to_owned(), PathBuf::from(path)))
        });
    Ok(all.collect())
}
