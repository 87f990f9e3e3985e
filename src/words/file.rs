//! Reading a message file: `key = text`, a line each. The build reads English by it, too.

/// Stands in a text that was read where a placeholder begins.
pub const OPEN: char = '\u{1}';
/// Stands in a text that was read where a placeholder ends.
pub const CLOSE: char = '\u{2}';
/// Between the name of a placeholder and its forms.
pub const FORM: char = '|';

/// The messages of a file: key and text as it is kept, or for a line that is none, its number from
/// 1 and what is wrong. Empty lines and those that begin with `#` say nothing.
pub fn messages(file: &str) -> impl Iterator<Item = Result<(&str, String), (usize, &'static str)>> {
    (1..)
        .zip(file.lines())
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|(number, line)| message(line).map_err(|why| (number, why)))
}

fn message(line: &str) -> Result<(&str, String), &'static str> {
    let (key, text) = line.split_once('=').ok_or("expected `key = text`")?;
    let key = key.trim();
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !key.starts_with(|c: char| c.is_ascii_lowercase()) || !key.chars().all(good) {
        return Err("a key is small letters, digits and _, a letter first");
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.trim_matches(' ').chars();
    let mut inside = false;
    while let Some(c) = chars.next() {
        let kept = match c {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some('s') => ' ',
                Some(c @ ('\\' | '{' | '}')) => c,
                _ => return Err("behind \\ stands n, s (a blank), \\, { or }"),
            },
            '{' if inside => return Err("a { inside of braces"),
            '{' => OPEN,
            '}' if inside => CLOSE,
            '}' => return Err("a } that closes nothing"),
            c => c,
        };
        inside = (inside || c == '{') && c != '}';
        out.push(kept);
    }
    if inside {
        return Err("a { without its }");
    }
    for inner in placeholders(&out) {
        let (name, forms) = (name(inner), inner.matches(FORM).count());
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(good) {
            return Err("a placeholder is {name} or {name|one|many} or {name|none|one|many}");
        }
        if !matches!(forms, 0 | 2 | 3) {
            return Err("a number has two forms (one, many) or three (none, one, many)");
        }
    }
    Ok((key, out))
}

/// What stands between the braces of each placeholder, in order.
pub fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split(OPEN)
        .skip(1)
        .map(|rest| rest.split_once(CLOSE).map_or(rest, |(inner, _)| inner))
}

/// The name in what stands between braces.
pub fn name(inner: &str) -> &str {
    inner.split_once(FORM).map_or(inner, |(name, _)| name)
}

/// The different names of a text, in the order in which they stand there first.
pub fn names(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for inner in placeholders(text) {
        let name = name(inner);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The number by which a message is known to other languages: FNV-1a of area and key.
pub fn hash(area: &str, key: &str) -> u32 {
    let bytes = area.bytes().chain([b'.']).chain(key.bytes());
    bytes.fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
