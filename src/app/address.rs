//! What the address of the page asks for: words behind its `?`, and a link behind its `#`.

use super::lesson::LESSON_ROUTES;
use super::msg::Msg;
use super::notes::NotesDo;
use super::present::Show;
use crate::words::Lang;

/// What stands behind a word of the query: `de` for `lang` in `a=1&lang=de`, nothing for `embed`
/// in `?embed`; `None` if the word is not there.
pub fn asked<'a>(query: &'a str, word: &str) -> Option<&'a str> {
    let mut parts = query.trim_start_matches('?').split('&');
    parts.find_map(|part| {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        (key == word).then_some(value)
    })
}

/// The language that the query asks for, if it is spoken here.
pub fn lang(query: &str) -> Option<Lang> {
    Lang::of_tag(asked(query, "lang")?)
}

/// Whether a link leads to lessons or labs: it can be followed once they are here.
pub fn wants_lessons(fragment: &str) -> bool {
    let mut parts = fragment.split('&').map(|part| part.trim_start_matches('#'));
    parts.any(|part| LESSON_ROUTES.iter().any(|route| part.starts_with(route)))
}

/// What the application is told once it knows settings and address: the link is
/// opened and presented, or the window is for notes.
pub fn first(query: &str, fragment: &str) -> Vec<Msg> {
    if asked(query, "notes").is_some() {
        return vec![Msg::Notes(NotesDo::Open)];
    }
    let mut told = Vec::new();
    if !fragment.is_empty() {
        told.push(Msg::LoadLink(fragment.to_owned()));
    }
    if asked(query, "present").is_some() {
        told.push(Msg::Present(Show::Start));
    }
    told.push(Msg::Welcome);
    told
}
