//! Text that lies in the page beside the program: lessons, words of other languages. The build puts
//! the files of a folder into one block (`xtask/src/finish/blocks.rs`).

/// What begins a line that names the next file.
const HEAD: &str = "=== ";

/// The text of a block as it was before it was put into the page.
pub fn unescaped(block: &str) -> String {
    // In this order, or `&amp;lt;` would become `<`.
    block.replace("&lt;", "<").replace("&amp;", "&")
}

/// The files of a block's text in its order: name without ending, content. What stands before the
/// first name belongs to no file.
pub fn files(text: &str) -> Vec<(&str, &str)> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    let mut begins = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        at += line.len();
        if let Some(name) = line.strip_prefix(HEAD) {
            begins = at;
            found.push((name.trim(), ""));
        } else if let Some((_, content)) = found.last_mut() {
            *content = &text[begins..at];
        }
    }
    found
}
