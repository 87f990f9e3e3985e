//! Which language is spoken, and the texts of each.

use super::file;
use super::{ENGLISH, HASHES};
use std::cell::Cell;
use std::sync::OnceLock;

/// A language of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lang {
    /// English, complete by construction.
    #[default]
    En,
    /// German.
    De,
}

impl Lang {
    /// All of them.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::De];

    /// Its tag, as in the `lang` attribute and in links.
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::De => "de",
        }
    }

    /// Its name, in itself.
    pub const fn name(self) -> &'static str {
        match self {
            Lang::En => "English",
            Lang::De => "Deutsch",
        }
    }

    /// The language of a tag such as `de` or `de-CH`, if it is spoken here.
    pub fn of_tag(tag: &str) -> Option<Lang> {
        let main = tag.split(['-', '_']).next().unwrap_or(tag);
        Lang::ALL
            .into_iter()
            .find(|lang| lang.tag().eq_ignore_ascii_case(main))
    }
}

thread_local! {
    static NOW: Cell<Lang> = const { Cell::new(Lang::En) };
}

/// The texts of the second language, by number; `None` where it has none.
static GERMAN: OnceLock<Vec<Option<&'static str>>> = OnceLock::new();

/// The language that this thread speaks.
pub fn language() -> Lang {
    NOW.get()
}

/// From here on this thread speaks this language. Where it has no words, it is English.
pub fn speak(lang: Lang) {
    NOW.set(lang);
}

/// Takes in the texts of a language other than English, once; what comes later changes nothing.
/// They are message files, each under a line `=== AREA`. A message that is not known, cannot be
/// read or names other things than the English one is left out. Gives how many are known now.
pub fn learn(block: &str) -> usize {
    let known = GERMAN.get_or_init(|| {
        let mut places: Vec<(u32, usize)> = HASHES.into_iter().zip(0..).collect();
        places.sort_unstable();
        let mut texts = vec![None; HASHES.len()];
        for area in block
            .split("\n=== ")
            .flat_map(|part| part.strip_prefix("=== ").or(Some(part)))
        {
            let Some((area, lines)) = area.split_once('\n') else {
                continue;
            };
            for (key, text) in file::messages(lines).flatten() {
                let hash = file::hash(area.trim(), key);
                let Ok(found) = places.binary_search_by_key(&hash, |place| place.0) else {
                    continue;
                };
                let at = places[found].1;
                if same_set(&text, english(at)) {
                    texts[at] = Some(&*text.leak());
                }
            }
        }
        texts
    });
    known.iter().flatten().count()
}

/// Both texts have the same names.
fn same_set(text: &str, english: &str) -> bool {
    let (mut a, mut b) = (file::names(text), file::names(english));
    a.sort_unstable();
    b.sort_unstable();
    a == b
}

/// The English text of a message.
pub(super) fn english(at: usize) -> &'static str {
    static TEXTS: OnceLock<Vec<&'static str>> = OnceLock::new();
    let texts = TEXTS.get_or_init(|| ENGLISH.split('\0').collect());
    texts.get(at).copied().unwrap_or_default()
}

/// The text of a message in the current language.
pub(super) fn text(number: u16) -> &'static str {
    let at = usize::from(number);
    let other = match language() {
        Lang::En => None,
        Lang::De => GERMAN
            .get()
            .and_then(|texts| texts.get(at).copied().flatten()),
    };
    other.unwrap_or_else(|| english(at))
}
