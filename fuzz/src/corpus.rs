//! Good inputs, from the data of the project's own tests.

use ctscope::engine::{Command, Profile};
use ctscope::scenario::packet::assemble;
use ctscope::scenario::{PRESETS, Scenario, recorder};
use std::path::{Path, PathBuf};

/// The project's folder.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Files of a folder with this ending, in the order of their names, with what is in them.
pub fn files(folder: impl AsRef<Path>, ending: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = root().join(folder);
    let entries = std::fs::read_dir(&folder).into_iter().flatten();
    let mut found: Vec<(PathBuf, Vec<u8>)> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .filter_map(|path| std::fs::read(&path).ok().map(|bytes| (path, bytes)))
        .collect();
    found.sort();
    found
}

/// The text of a file of the tests' data; empty if it is gone.
pub fn text(file: &str) -> String {
    std::fs::read_to_string(root().join("tests/data").join(file)).unwrap_or_default()
}

/// Texts of the recordings.
pub fn recordings() -> Vec<String> {
    let files = files("tests/data/golden", "json").into_iter();
    files
        .filter_map(|(_, bytes)| String::from_utf8(bytes).ok())
        .collect()
}

/// Recordings as scenarios of both kernels, the preset ones, and short pieces of them.
pub fn scenarios() -> Vec<Scenario> {
    const LINES_MAX: usize = 60;
    let mut all: Vec<Scenario> = PRESETS
        .iter()
        .filter_map(|preset| Scenario::parse(preset.text).ok())
        .collect();
    for text in recordings() {
        let Ok(recording) = recorder::read(&text) else {
            continue;
        };
        // Some thousand flows are no better than some.
        if recording.steps.iter().any(|step| step.fill.is_some()) {
            continue;
        }
        for profile in Profile::ALL {
            all.extend(recording.scenario(profile));
        }
    }
    for scenario in &mut all {
        scenario.lines.truncate(LINES_MAX);
        scenario.config.buckets = scenario.config.buckets.min(16);
    }
    all
}

/// Packets of every kind.
pub fn packets() -> Vec<Vec<u8>> {
    let listed = text("packets.txt");
    let listed = listed.lines().filter_map(|line| {
        let (line, _) = line.rsplit_once(" | ")?;
        assemble(line).ok()
    });
    let recorded = scenarios();
    let recorded = recorded.iter().flat_map(|scenario| &scenario.lines);
    let recorded = recorded.filter_map(|line| match &line.command {
        Command::Inject(inject) => Some(inject.bytes.clone()),
        _ => None,
    });
    let mut all: Vec<Vec<u8>> = listed.chain(recorded).collect();
    all.sort();
    all.dedup();
    all
}

/// Different words of texts, in alphabetical order; long ones are left out.
pub fn words<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<String> {
    let words = texts.into_iter().flat_map(str::split_whitespace);
    let mut words: Vec<String> = words
        .filter(|word| word.len() <= 40)
        .map(str::to_owned)
        .collect();
    words.sort();
    words.dedup();
    words
}
