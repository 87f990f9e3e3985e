//! What is kept from one visit to the next, as JSON.

use crate::view::model::{Depth, Grain, Theme};
use crate::words::Lang;
use serde::{Deserialize, Serialize};

/// The name under which the browser keeps the settings.
pub const NAME: &str = "settings";

/// The settings. An unknown word, or a missing one, is as by default.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Settings {
    /// Colours.
    pub theme: Theme,
    /// Step size.
    pub grain: Grain,
    /// Keys that are a letter, a digit or a sign do nothing.
    pub keys_off: bool,
    /// Nobody has to be shown round any more.
    pub knows: bool,
    /// How much of the machine is shown.
    pub depth: Depth,
    /// The language that was chosen here.
    pub lang: Option<Lang>,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct Stored {
    theme: String,
    grain: String,
    keys_off: bool,
    knows: bool,
    depth: String,
    lang: String,
}

const THEMES: [(Theme, &str); 4] = [
    (Theme::Auto, "auto"),
    (Theme::Light, "light"),
    (Theme::Dark, "dark"),
    (Theme::Projector, "projector"),
];
const DEPTHS: [(Depth, &str); 3] = [
    (Depth::Idea, Depth::ALL[0].1),
    (Depth::Structs, Depth::ALL[1].1),
    (Depth::Pointers, Depth::ALL[2].1),
];
const GRAINS: [(Grain, &str); 3] = [
    (Grain::Event, "event"),
    (Grain::Phase, "phase"),
    (Grain::Change, "change"),
];

fn word<T: Copy + PartialEq>(table: &[(T, &'static str)], value: T) -> String {
    let found = table.iter().find(|(of, _)| *of == value);
    found.map_or("", |(_, word)| word).to_owned()
}

fn value<T: Copy + Default>(table: &[(T, &'static str)], word: &str) -> T {
    table
        .iter()
        .find(|(_, of)| *of == word)
        .map(|(value, _)| *value)
        .unwrap_or_default()
}

impl Settings {
    /// As JSON.
    pub fn to_json(self) -> String {
        let stored = Stored {
            theme: word(&THEMES, self.theme),
            grain: word(&GRAINS, self.grain),
            keys_off: self.keys_off,
            knows: self.knows,
            depth: word(&DEPTHS, self.depth),
            lang: self.lang.map_or("", Lang::tag).to_owned(),
        };
        // Strings and truths always have a JSON form.
        serde_json::to_string(&stored).unwrap_or_default()
    }

    /// Out of JSON; whatever cannot be read is as by default.
    pub fn from_json(text: &str) -> Settings {
        let stored: Stored = serde_json::from_str(text).unwrap_or_default();
        Settings {
            theme: value(&THEMES, &stored.theme),
            grain: value(&GRAINS, &stored.grain),
            keys_off: stored.keys_off,
            knows: stored.knows,
            depth: value(&DEPTHS, &stored.depth),
            lang: Lang::of_tag(&stored.lang),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_survive_and_nonsense_is_the_default() {
        let settings = Settings {
            theme: Theme::Dark,
            grain: Grain::Phase,
            keys_off: true,
            knows: true,
            depth: Depth::Pointers,
            lang: Some(Lang::De),
        };
        assert_eq!(Settings::from_json(&settings.to_json()), settings);
        for text in ["", "{", "[]", "{\"theme\": 7}", "{\"theme\": \"pink\"}"] {
            assert_eq!(Settings::from_json(text), Settings::default(), "{text}");
        }
    }
}
