//! What a person reads stands in the message files: source has no prose but what is named here.

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms whose words are shown on the page.
const ROOMS: [&str; 5] = [
    "src/scenario",
    "src/timeline",
    "src/view",
    "src/app",
    "src/ui",
];

/// Files, or folders, that may have words, with the reason.
const MAY: [(&str, &str); 4] = [
    (
        "src/view/pseudocode",
        "the source that is shown: a language of its own",
    ),
    ("src/view/trace.rs", "what the command line prints"),
    (
        "src/scenario/recorder",
        "recordings, read on the command line",
    ),
    ("src/scenario/print.rs", "the words of commands"),
];

/// Literals that look like prose and are words of commands, names of the field or of the browser.
const NOT_PROSE: [&str; 31] = [
    "advance next",
    "gc sweep",
    "gc auto",
    "gc manual",
    "events on",
    "events off",
    "events slow",
    "hold off",
    "hold at {at}",
    "netns init",
    "reject with tcp reset",
    "ct {which}zone set {id}",
    "ct mark set {mark}",
    "ct helper set {}",
    " ct state {}",
    " ct mark {mark}",
    "ct timeout set ",
    "hold, release, drop, advance, gc, flood, delete, entry, flush, resize, sysctl, events, netns, \
     cpu, nft, conntrack",
    "reply data",
    "close request",
    "SCTP error",
    "xMinYMid meet",
    "dialog share",
    "hint typing",
    "held at {}",
    "dropped at {}: {}",
    "kind: lab",
    "dialog import",
    "a path begins with a root",
    "PROTOS is in the order of Proto",
    "the bucket follows from the hash",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = ROOMS.iter().map(|room| root().join(room)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the room is there") {
            let path = entry.expect("a folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The string literals of a file, with their lines from 1: without comments and tests.
fn literals(text: &str) -> Vec<(usize, String)> {
    let text = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or(text);
    let chars: Vec<char> = text.chars().collect();
    let (mut at, mut line, mut found) = (0, 1, Vec::new());
    let is = |at: usize, c: char| chars.get(at) == Some(&c);
    while at < chars.len() {
        match chars[at] {
            '/' if is(at + 1, '/') => {
                while at < chars.len() && !is(at, '\n') {
                    at += 1;
                }
            }
            // A quotation mark as a character, not as the beginning of a string.
            '\'' if is(at + 2, '\'') => at += 3,
            '\'' if is(at + 1, '\\') && is(at + 3, '\'') => at += 4,
            '"' => {
                let begins = line;
                let mut literal = String::new();
                at += 1;
                while at < chars.len() && !is(at, '"') {
                    if is(at, '\\') && is(at + 1, '\n') {
                        at += 1;
                        while chars.get(at).is_some_and(|c| c.is_whitespace()) {
                            line += usize::from(is(at, '\n'));
                            at += 1;
                        }
                        continue;
                    }
                    line += usize::from(is(at, '\n'));
                    if is(at, '\\') {
                        at += 1;
                    }
                    literal.extend(chars.get(at));
                    at += 1;
                }
                at += 1;
                found.push((begins, literal));
            }
            c => {
                line += usize::from(c == '\n');
                at += 1;
            }
        }
    }
    found
}

/// A text has two words in a row, the second one in small letters, and nothing of a path, a style,
/// a class or a key with its value.
fn is_prose(text: &str) -> bool {
    let odd = ["_", "--", "=", "::", "[", "$"];
    if odd.iter().any(|part| text.contains(part)) {
        return false;
    }
    let words: Vec<&str> = text.split(' ').collect();
    words.windows(2).any(|pair| {
        let first = pair[0].trim_end_matches([',', ':', ';', '.']);
        let second = pair[1].trim_end_matches([',', ':', ';', '.', '?']);
        let long = |word: &str| word.len() >= 2;
        let tail = first.rsplit(|c: char| !c.is_ascii_alphabetic()).next();
        tail.is_some_and(long) && long(second) && second.chars().all(|c| c.is_ascii_lowercase())
    })
}

#[test]
fn prose_is_told_from_what_is_none() {
    for text in [
        "No entry fits.",
        "{conn} is free",
        "nothing seen yet",
        "c1, then c2 goes on",
    ] {
        assert!(is_prose(text), "{text}");
    }
    for text in [
        "btn btn--small",
        "M0,1 h2",
        "UDP",
        "src={src} dst={dst}",
        "{a} {b}",
        "IPv4",
    ] {
        assert!(!is_prose(text), "{text}");
    }
    let source = "// a comment says\nf(\"one \\\n   two\"); 'x'; '\"'; g(\"it \\\"is\\\" so\")";
    let read: Vec<String> = literals(source).into_iter().map(|(_, text)| text).collect();
    assert_eq!(read, ["one two", "it \"is\" so"]);
}

#[test]
fn no_prose_outside_the_message_files() {
    let mut problems = Vec::new();
    let mut used = vec![false; MAY.len()];
    let mut seen = vec![false; NOT_PROSE.len()];
    for path in sources() {
        let name = path.strip_prefix(root()).unwrap_or(&path);
        let text = fs::read_to_string(&path).expect("a source file is text");
        let excused = MAY
            .iter()
            .position(|(may, _)| name.starts_with(may) || name == Path::new(&format!("{may}.rs")));
        for (line, literal) in literals(&text) {
            if !is_prose(&literal) {
                continue;
            }
            if let Some(at) = excused {
                used[at] = true;
            } else if let Some(at) = NOT_PROSE.iter().position(|known| *known == literal) {
                seen[at] = true;
            } else {
                problems.push(format!("{}:{line}: {literal:?}", name.display()));
            }
        }
    }
    let idle = |(at, _): &(usize, &bool)| NOT_PROSE[*at].to_owned();
    problems.extend(
        seen.iter()
            .enumerate()
            .filter(|(_, seen)| !**seen)
            .map(|pair| format!("no longer there: {:?}", idle(&pair))),
    );
    problems.extend(
        MAY.iter()
            .zip(&used)
            .filter(|(_, used)| !**used)
            .map(|((may, why), _)| format!("no words in {may} ({why})")),
    );
    assert!(
        problems.is_empty(),
        "{} literals that should be messages (see ARCHITECTURE.md, Words), or exceptions that \
         are none:\n{}",
        problems.len(),
        problems.join("\n")
    );
}
