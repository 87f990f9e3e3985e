//! What the page says when the program itself has failed. It is made from what was noted before:
//! the application is not asked any more.

use super::msg::Msg;
use crate::timeline::Cursor;
use crate::words::{app as w, tell};
use core::fmt::{self, Write};

/// Longest description of a message, in bytes.
const DOING_MAX: usize = 300;

/// What is noted while all is well.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Noted {
    /// Where in the log the page is.
    pub at: Cursor,
    /// The message that was told last.
    pub doing: String,
}

impl Noted {
    /// Before a message is carried out.
    pub fn told(&mut self, msg: &Msg) {
        let mut short = Short(String::new());
        // It stops writing when it is full, and that is no failure here.
        let _ = write!(short, "{msg:?}");
        self.doing = short.0;
    }
}

/// What to show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// The heading.
    pub title: String,
    /// What to do about it.
    pub text: String,
    /// What the link says.
    pub link: String,
    /// Where it leads.
    pub href: String,
    /// For those who look for the mistake.
    pub details: String,
}

/// The report of a failure. `href` is the address as it stands: behind its `#` is the log as the
/// last edit left it.
pub fn report(noted: &Noted, href: &str, reason: &str) -> Report {
    Report {
        title: w::CTSCOPE_STOPPED.text().to_owned(),
        text: w::THIS_IS_A_MISTAKE.text().to_owned(),
        link: w::OPEN_THE_PAGE_AGAIN.text().to_owned(),
        href: at(href, noted.at),
        details: tell!(w::REASON_WHILE_DOING_DOING, reason, doing = noted.doing),
    }
}

/// An address whose fragment leads to this place of its log.
fn at(href: &str, cursor: Cursor) -> String {
    let Some((page, fragment)) = href.split_once('#').filter(|_| cursor.command > 0) else {
        return href.to_owned();
    };
    if fragment.is_empty() {
        return href.to_owned();
    }
    let mut kept = fragment.split('&').filter(|part| !part.starts_with("at="));
    let log = kept.next().unwrap_or_default();
    let Cursor { command, step } = cursor;
    let rest: String = kept.map(|part| format!("&{part}")).collect();
    format!("{page}#{log}&at={command}.{step}{rest}")
}

/// Text that takes no more than [`DOING_MAX`] bytes.
struct Short(String);

impl Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if self.0.len() + c.len_utf8() > DOING_MAX {
                return Err(fmt::Error);
            }
            self.0.push(c);
        }
        Ok(())
    }
}
