//! Links.

use crate::change;
use crate::corpus;
use crate::harness::Text;
use crate::rng::Rng;
use crate::seen::Seen;
use crate::text::{Texts, check_print};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ctscope::scenario::link::{INFLATED_BYTES_MAX, LinkError, Looked, decode, encode};
use ctscope::scenario::{PRESETS, Scenario};
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

/// The target.
#[derive(Clone, Debug)]
pub struct Links {
    texts: Texts,
    words: Vec<String>,
}

impl Links {
    /// With what texts are made of.
    #[allow(clippy::new_without_default)] // it reads files
    pub fn new() -> Links {
        let words = [
            "v1.",
            "v2.",
            "#",
            "&at=",
            "&at=12.3",
            "&at=4294967296",
            "&at=1.",
            "&at=.",
            "&sel=",
            "&sel=c1",
            "&sel=s1:a-b_c",
            "&view=life",
            "&tab=",
            "&grain=",
            "first-packet",
            "&",
            "=",
            "AwA",
            "AAAA",
            "_",
            "-",
            "+",
            "/",
            "==",
            "\n",
        ];
        Links {
            texts: Texts::new(),
            words: words.map(str::to_owned).to_vec(),
        }
    }
}

fn link_of(bytes: &[u8], level: u8) -> String {
    format!(
        "v1.{}",
        URL_SAFE_NO_PAD.encode(compress_to_vec(bytes, level))
    )
}

/// The link's middle part, and what stands around it.
fn parts(link: &str) -> Option<(&str, &str, &str)> {
    let start = link.find("v1.")? + 3;
    let end = link[start..].find('&').map_or(link.len(), |at| start + at);
    Some((&link[..start], &link[start..end], &link[end..]))
}

impl Text for Links {
    const NAME: &'static str = "link";
    const ENDING: &'static str = "txt";

    fn seeds(&self) -> Vec<String> {
        let handed_out = corpus::text("links.txt");
        let handed_out = handed_out.lines().filter(|line| line.contains("v1."));
        let presets = PRESETS.iter().filter_map(|preset| {
            let scenario = Scenario::parse(preset.text).ok()?;
            let at = Default::default();
            let looked = Looked {
                at: Some(at),
                selected: Some("c1".to_owned()),
                view: Some("life".to_owned()),
                tab: Some("events".to_owned()),
                grain: Some("phase".to_owned()),
                depth: Some("pointers".to_owned()),
            };
            encode(&scenario, &looked).ok()
        });
        let mut all: Vec<String> = handed_out.map(str::to_owned).chain(presets).collect();
        all.push(link_of(&vec![b'#'; INFLATED_BYTES_MAX + 1], 9));
        all
    }

    fn change(&self, rng: &mut Rng, other: &str, input: &mut String) {
        let Some((before, data, behind)) = parts(input) else {
            change::text(rng, input, other, &self.words);
            return;
        };
        let (before, behind) = (before.to_owned(), behind.to_owned());
        let inflated = |data: &str| {
            let deflated = URL_SAFE_NO_PAD.decode(data).ok()?;
            decompress_to_vec_with_limit(&deflated, INFLATED_BYTES_MAX).ok()
        };
        match rng.below(4) {
            // The text inside.
            0 => {
                let mut text = inflated(data).and_then(|text| String::from_utf8(text).ok());
                let text = text.get_or_insert_default();
                let other = parts(other).and_then(|(_, data, _)| inflated(data));
                let other = String::from_utf8(other.unwrap_or_default()).unwrap_or_default();
                self.texts.change_text(rng, &other, text);
                let level = rng.below(10) as u8;
                *input = before.replace("v1.", "") + &link_of(text.as_bytes(), level) + &behind;
            }
            // The deflated bytes.
            1 => {
                let mut bytes = URL_SAFE_NO_PAD.decode(data).unwrap_or_default();
                for _ in 0..=rng.below(4) {
                    change::bytes(rng, &mut bytes, other.as_bytes(), &[]);
                }
                *input = before + &URL_SAFE_NO_PAD.encode(bytes) + &behind;
            }
            // The letters.
            _ => {
                let letters = input.replace('&', " &");
                *input = letters;
                for _ in 0..=rng.below(4) {
                    change::text(rng, input, other, &self.words);
                }
                *input = input.replace(' ', "");
            }
        }
    }

    fn run(&self, input: &str, seen: &mut Seen) -> Result<(), String> {
        let link = match decode(input) {
            Ok(link) => link,
            Err(error) => {
                let sentence = error.to_string();
                seen.sentence("link", &sentence);
                return match sentence.is_empty() {
                    true => Err("sentence: it says nothing".to_owned()),
                    false => Ok(()),
                };
            }
        };
        seen.note((
            link.looked.at.is_some(),
            link.looked.selected.is_some(),
            link.looked.view.is_some(),
            link.scenario.lines.len(),
        ));
        check_print(&link.scenario)?;
        match encode(&link.scenario, &link.looked) {
            Ok(text) => match decode(&text) {
                Ok(again) if again == link => Ok(()),
                Ok(again) => Err(format!("encode: it is read as another: {again:?}")),
                Err(error) => Err(format!("encode: it cannot be read: {error}")),
            },
            Err(LinkError::TooLong(_) | LinkError::TextTooLong) => Ok(()),
            Err(error) => Err(format!("encode: what was a link is none: {error}")),
        }
    }

    fn simpler(&self, input: &str) -> Vec<String> {
        let mut all = change::simpler_text(input);
        if let Some((before, data, behind)) = parts(input) {
            let bytes = URL_SAFE_NO_PAD.decode(data).unwrap_or_default();
            if let Ok(text) = decompress_to_vec_with_limit(&bytes, INFLATED_BYTES_MAX) {
                let text = String::from_utf8(text).unwrap_or_default();
                let texts = change::simpler_text(&text);
                all.splice(
                    0..0,
                    texts.iter().map(|text| {
                        before.replace("v1.", "") + &link_of(text.as_bytes(), 9) + behind
                    }),
                );
            }
        }
        all
    }
}
