//! Scenarios in the fragment of a web address: `v1.` and the text, deflated, in base64url, or the
//! name of a ready-made one: `first-packet`.
//!
//! Behind it may stand `&at=12.3`, the place that is looked at, `&sel=c1`, the object,
//! `&view=life`, the way to look at it, `&tab=events`, the open tab, and `&grain=phase`, the size
//! of a step.

use super::{PRESETS, ParseError, Preset, Scenario};
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{DecodeError, Engine as _};
use core::fmt;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

/// Longest link that is read, in bytes.
pub const READ_BYTES_MAX: usize = 32 << 10;
/// Longest link that is written, in characters: what chats and mail programs leave whole.
pub const WRITTEN_CHARS_MAX: usize = 8_000;
/// Most text in a link, in bytes.
pub const INFLATED_BYTES_MAX: usize = 256 << 10;
/// Most commands in a link.
pub const LINK_COMMANDS_MAX: usize = 5_000;
/// Longest name of an object, in bytes.
pub const SELECTED_BYTES_MAX: usize = 32;

const DEFLATE_LEVEL: u8 = 9;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A place in a run: behind so many commands, or in the middle of one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Position {
    /// Number of the command.
    pub command: u32,
    /// Number of the step in it; `None` is the whole command.
    pub step: Option<u32>,
}

impl Position {
    /// `12`, or `12.3`.
    pub fn parse(text: &str) -> Option<Position> {
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            if digits { text.parse().ok() } else { None }
        };
        let (command, step) = match text.split_once('.') {
            Some((command, step)) => (command, Some(number(step)?)),
            None => (text, None),
        };
        Some(Position {
            command: number(command)?,
            step,
        })
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.step {
            Some(step) => write!(f, "{}.{step}", self.command),
            None => self.command.fmt(f),
        }
    }
}

/// What of a run is looked at. Names are of letters, digits, `-`, `_`, `.` and `:`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Looked {
    /// Where; not checked against the scenario.
    pub at: Option<Position>,
    /// Name of the object.
    pub selected: Option<String>,
    /// Name of the way to look at it.
    pub view: Option<String>,
    /// Name of the open tab.
    pub tab: Option<String>,
    /// Name of the size of a step.
    pub grain: Option<String>,
}

impl Looked {
    /// What has a name, by its key.
    fn named(&mut self) -> [(&'static str, &mut Option<String>); 4] {
        [
            ("sel", &mut self.selected),
            ("view", &mut self.view),
            ("tab", &mut self.tab),
            ("grain", &mut self.grain),
        ]
    }
}

/// What a link holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// The run.
    pub scenario: Scenario,
    /// What of it is looked at.
    pub looked: Looked,
}

/// Why there is no link, or nothing in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinkError {
    /// The link would have so many characters, more than [`WRITTEN_CHARS_MAX`].
    TooLong(usize),
    /// The scenario has so many commands, more than [`LINK_COMMANDS_MAX`].
    TooManyCommands(usize),
    /// What was given to read has so many bytes, more than [`READ_BYTES_MAX`].
    InputTooLong(usize),
    /// It does not begin with a version that is known.
    Version,
    /// It begins with a name that no ready-made scenario has.
    Unknown(String),
    /// A character is not one of base64url.
    NotBase64,
    /// The bytes are not deflated text, or are cut off.
    Damaged,
    /// The scenario's text is longer than [`INFLATED_BYTES_MAX`].
    TextTooLong,
    /// The text is no scenario.
    Scenario(ParseError),
    /// A part behind `&` is not known, or has a wrong value.
    Part(String),
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::TooLong(chars) => write!(
                f,
                "this scenario makes a link of {chars} characters, more than the \
                 {WRITTEN_CHARS_MAX} that chats and mail leave whole; save it as a .ct file"
            ),
            LinkError::TooManyCommands(count) => write!(
                f,
                "this scenario has {count} commands, more than the {LINK_COMMANDS_MAX} that a \
                 link can hold; save it as a .ct file"
            ),
            LinkError::InputTooLong(bytes) => {
                write!(
                    f,
                    "this link has {bytes} characters; at most {READ_BYTES_MAX} are read"
                )
            }
            LinkError::Version => {
                f.write_str("this is not a link of a version known here; it would begin with v1.")
            }
            LinkError::Unknown(name) => write!(
                f,
                "there is no scenario “{name}” here; a link begins with v1. or with a name such \
                 as {}",
                PRESETS[0].name
            ),
            LinkError::NotBase64 => {
                f.write_str("this link has a character that cannot be in it; was it copied whole?")
            }
            LinkError::Damaged => f.write_str("this link is damaged; was it copied whole?"),
            LinkError::TextTooLong => {
                write!(
                    f,
                    "the text is longer than the {INFLATED_BYTES_MAX} bytes that a link holds"
                )
            }
            LinkError::Scenario(error) => write!(f, "in the text of this link, {error}"),
            LinkError::Part(part) => write!(
                f,
                "“{part}” is not a part of a link; expected at= with a place such as 12.3, \
                 sel= with a name such as c1, view= with one such as life, tab= with one such as \
                 events, or grain= with one such as phase"
            ),
        }
    }
}

impl core::error::Error for LinkError {}

/// The link's text, without `#`. It holds the whole scenario.
pub fn encode(scenario: &Scenario, looked: &Looked) -> Result<String, LinkError> {
    if scenario.lines.len() > LINK_COMMANDS_MAX {
        return Err(LinkError::TooManyCommands(scenario.lines.len()));
    }
    let text = scenario.to_string();
    if text.len() > INFLATED_BYTES_MAX {
        return Err(LinkError::TextTooLong);
    }
    let data = BASE64.encode(compress_to_vec(text.as_bytes(), DEFLATE_LEVEL));
    with_looked(format!("v1.{data}"), looked)
}

/// The shortest link: a ready-made scenario that nothing was changed of goes by its name.
pub fn encode_short(scenario: &Scenario, looked: &Looked) -> Result<String, LinkError> {
    match Preset::of(scenario) {
        Some(preset) => with_looked(preset.name.to_owned(), looked),
        None => encode(scenario, looked),
    }
}

fn with_looked(mut link: String, looked: &Looked) -> Result<String, LinkError> {
    if let Some(at) = looked.at {
        link += &format!("&at={at}");
    }
    for (key, name) in looked.clone().named() {
        if let Some(name) = name {
            let name = checked_name(name).ok_or_else(|| part(key, name))?;
            link += &format!("&{key}={name}");
        }
    }
    if link.len() > WRITTEN_CHARS_MAX {
        return Err(LinkError::TooLong(link.len()));
    }
    Ok(link)
}

/// What a link holds; it may begin with `#`.
pub fn decode(link: &str) -> Result<Link, LinkError> {
    if link.len() > READ_BYTES_MAX {
        return Err(LinkError::InputTooLong(link.len()));
    }
    let link = link.trim();
    let link = link.strip_prefix('#').unwrap_or(link);
    let mut parts = link.split('&');
    let first = parts.next().unwrap_or_default();
    let mut looked = Looked::default();
    for text in parts {
        let (key, value) = text.split_once('=').ok_or_else(|| part(text, ""))?;
        if key == "at" && looked.at.is_none() {
            looked.at = Some(Position::parse(value).ok_or_else(|| part(key, value))?);
            continue;
        }
        let mut named = looked.named().into_iter();
        match named.find(|(of, name)| *of == key && name.is_none()) {
            Some((_, place)) => *place = Some(name(key, value)?),
            None => return Err(part(key, value)),
        }
    }
    let text = match first.strip_prefix("v1.") {
        Some(data) => inflated(data)?,
        None => named(first)?.to_owned(),
    };
    let scenario =
        Scenario::parse_limited(&text, LINK_COMMANDS_MAX).map_err(LinkError::Scenario)?;
    Ok(Link { scenario, looked })
}

fn inflated(data: &str) -> Result<String, LinkError> {
    let deflated = BASE64.decode(data).map_err(|error| match error {
        DecodeError::InvalidByte(..) => LinkError::NotBase64,
        _ => LinkError::Damaged,
    })?;
    let text =
        decompress_to_vec_with_limit(&deflated, INFLATED_BYTES_MAX).map_err(|error| match error
            .status
        {
            TINFLStatus::HasMoreOutput => LinkError::TextTooLong,
            _ => LinkError::Damaged,
        })?;
    String::from_utf8(text).map_err(|_| LinkError::Damaged)
}

/// The text of a ready-made scenario. A name is of words with dashes; all else is another version.
fn named(name: &str) -> Result<&'static str, LinkError> {
    let word = |c: u8| c.is_ascii_alphanumeric() || c == b'-';
    match Preset::by_name(name) {
        Some(preset) => Ok(preset.text),
        None if name.is_empty() || !name.bytes().all(word) => Err(LinkError::Version),
        None => Err(LinkError::Unknown(name.chars().take(40).collect())),
    }
}

fn part(key: &str, value: &str) -> LinkError {
    let text = if value.is_empty() {
        key.to_owned()
    } else {
        format!("{key}={value}")
    };
    LinkError::Part(text.chars().take(40).collect())
}

fn name(key: &str, value: &str) -> Result<String, LinkError> {
    let name = checked_name(value).ok_or_else(|| part(key, value))?;
    Ok(name.to_owned())
}

fn checked_name(name: &str) -> Option<&str> {
    let good = |c: u8| c.is_ascii_alphanumeric() || b"-_.:".contains(&c);
    let fits = (1..=SELECTED_BYTES_MAX).contains(&name.len());
    (fits && name.bytes().all(good)).then_some(name)
}
