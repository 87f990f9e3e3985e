//! Scenarios in the fragment of a web address: `v1.` and the text, deflated, in base64url, or the
//! name of a ready-made one: `first-packet`.
//!
//! Behind it may stand `&at=12.3`, the place that is looked at, `&sel=c1`, the object,
//! `&view=life`, the way to look at it, `&tab=events`, the open tab, `&grain=phase`, the size of a
//! step, `&depth=idea`, how much is shown, and `&kernel=6.18`, whose behaviour it is, in the place
//! of the one that the scenario says.

use super::{PRESETS, ParseError, Preset, Scenario};
use crate::engine::Profile;
use crate::words::{scenario as w, tell};
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
    /// Name of how much is shown.
    pub depth: Option<String>,
}

impl Looked {
    /// What has a name, by its key.
    fn named(&mut self) -> [(&'static str, &mut Option<String>); 5] {
        [
            ("sel", &mut self.selected),
            ("view", &mut self.view),
            ("tab", &mut self.tab),
            ("grain", &mut self.grain),
            ("depth", &mut self.depth),
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

/// What could be read of a link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reading {
    /// The run, unless its text could not be read to the end.
    pub scenario: Option<Scenario>,
    /// Where there is no run: the lines of its text that could be read, up to the first that could
    /// not.
    pub lines: String,
    /// What of the run is looked at.
    pub looked: Looked,
    /// What is wrong; empty for a good link.
    pub problems: Vec<LinkError>,
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
                "{}",
                tell!(
                    w::THIS_SCENARIO_MAKES_A,
                    chars,
                    written_chars_max = WRITTEN_CHARS_MAX
                )
            ),
            LinkError::TooManyCommands(count) => write!(
                f,
                "{}",
                tell!(
                    w::THIS_SCENARIO_HAS_COUNT,
                    count,
                    link_commands_max = LINK_COMMANDS_MAX
                )
            ),
            LinkError::InputTooLong(bytes) => {
                write!(
                    f,
                    "{}",
                    tell!(
                        w::THIS_LINK_HAS_BYTES,
                        bytes,
                        read_bytes_max = READ_BYTES_MAX
                    )
                )
            }
            LinkError::Version => f.write_str(w::THIS_IS_NOT_A.text()),
            LinkError::Unknown(name) => write!(
                f,
                "{}",
                tell!(w::THERE_IS_NO_SCENARIO, name, presets = PRESETS[0].name)
            ),
            LinkError::NotBase64 => f.write_str(w::THIS_LINK_HAS_A.text()),
            LinkError::Damaged => f.write_str(w::THIS_LINK_IS_DAMAGED.text()),
            LinkError::TextTooLong => {
                write!(
                    f,
                    "{}",
                    tell!(
                        w::THE_TEXT_IS_LONGER,
                        inflated_bytes_max = INFLATED_BYTES_MAX
                    )
                )
            }
            LinkError::Scenario(error) => write!(f, "{}", tell!(w::IN_THE_TEXT_OF, error)),
            LinkError::Part(part) => write!(
                f,
                "“{part}” is not a part of a link; expected at= with a place such as 12.3, \
                 sel= with a name such as c1, view= with one such as life, tab= with one such as \
                 events, grain= with one such as phase, depth= with one such as idea, or kernel= \
                 with one such as 6.18"
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

/// The shortest link: a ready-made scenario that nothing was changed of, but perhaps the kernel,
/// goes by its name.
pub fn encode_short(scenario: &Scenario, looked: &Looked) -> Result<String, LinkError> {
    let kernel = scenario.config.profile;
    match Preset::on_any_kernel(scenario) {
        Some(preset) if Preset::of(scenario).is_some() => {
            with_looked(preset.name.to_owned(), looked)
        }
        Some(preset) => with_looked(format!("{}&kernel={}", preset.name, kernel.name()), looked),
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

/// What a link holds; it may begin with `#`. A link of which anything cannot be read is an error.
pub fn decode(link: &str) -> Result<Link, LinkError> {
    let Reading {
        scenario,
        looked,
        problems,
        ..
    } = read(link);
    match (scenario, problems.into_iter().next()) {
        (Some(scenario), None) => Ok(Link { scenario, looked }),
        (_, problem) => Err(problem.unwrap_or(LinkError::Damaged)),
    }
}

/// What can be read of a link. Parts that are not known are left out, and said; of a text that is
/// cut off or changed, the lines before that are read.
pub fn read(link: &str) -> Reading {
    let mut reading = Reading {
        scenario: None,
        lines: String::new(),
        looked: Looked::default(),
        problems: Vec::new(),
    };
    if link.len() > READ_BYTES_MAX {
        reading.problems.push(LinkError::InputTooLong(link.len()));
        return reading;
    }
    let link = link.trim();
    let link = link.strip_prefix('#').unwrap_or(link);
    let mut parts = link.split('&');
    let first = parts.next().unwrap_or_default();
    let mut kernel = None;
    for text in parts {
        let read = read_part(text, &mut reading.looked, &mut kernel);
        // The first one is said; a link of nothing but such is no reason to keep them all.
        if let (Err(problem), true) = (read, reading.problems.is_empty()) {
            reading.problems.push(problem);
        }
    }
    let (text, problem) = match first.strip_prefix("v1.") {
        Some(data) => inflated(data),
        None => match named(first) {
            Ok(text) => (text.to_owned(), None),
            Err(problem) => (String::new(), Some(problem)),
        },
    };
    let parsed = Scenario::parse_limited(&text, LINK_COMMANDS_MAX);
    match (parsed, problem) {
        (Ok(mut scenario), None) => {
            scenario.config.profile = kernel.unwrap_or(scenario.config.profile);
            reading.scenario = Some(scenario);
        }
        (parsed, problem) => {
            let good = match &parsed {
                Ok(_) => usize::MAX,
                Err(error) => (error.line as usize).saturating_sub(1),
            };
            // The last line of a text that is cut off is not whole.
            let whole = &text[..text.rfind('\n').map_or(0, |end| end + 1)];
            reading.lines = whole.split_inclusive('\n').take(good).collect();
            let problem = problem.or(parsed.err().map(LinkError::Scenario));
            reading
                .problems
                .insert(0, problem.unwrap_or(LinkError::Damaged));
        }
    }
    reading
}

fn read_part(
    text: &str,
    looked: &mut Looked,
    kernel: &mut Option<Profile>,
) -> Result<(), LinkError> {
    let (key, value) = text.split_once('=').ok_or_else(|| part(text, ""))?;
    match key {
        "at" if looked.at.is_none() => {
            looked.at = Some(Position::parse(value).ok_or_else(|| part(key, value))?);
            return Ok(());
        }
        "kernel" if kernel.is_none() => {
            *kernel = Some(Profile::by_name(value).ok_or_else(|| part(key, value))?);
            return Ok(());
        }
        _ => {}
    }
    let mut named = looked.named().into_iter();
    match named.find(|(of, name)| *of == key && name.is_none()) {
        Some((_, place)) => *place = Some(name(key, value)?),
        None => return Err(part(key, value)),
    }
    Ok(())
}

/// The text in the data, as far as it can be had, and what is wrong with it.
fn inflated(data: &str) -> (String, Option<LinkError>) {
    let mut problem = None;
    let mut decoded = BASE64.decode(data);
    if let Err(error) = &decoded {
        problem = Some(match error {
            DecodeError::InvalidByte(..) => LinkError::NotBase64,
            _ => LinkError::Damaged,
        });
        // What stands before the first character that cannot be there, in whole groups.
        let good = |c: u8| c.is_ascii_alphanumeric() || b"-_".contains(&c);
        let begins = data.bytes().take_while(|c| good(*c)).count() / 4 * 4;
        decoded = BASE64.decode(&data[..begins]);
    }
    let inflated = decompress_to_vec_with_limit(&decoded.unwrap_or_default(), INFLATED_BYTES_MAX);
    let bytes = inflated.unwrap_or_else(|error| {
        let why = match error.status {
            TINFLStatus::HasMoreOutput => LinkError::TextTooLong,
            _ => LinkError::Damaged,
        };
        problem.get_or_insert(why);
        error.output
    });
    match String::from_utf8(bytes) {
        Ok(text) => (text, problem),
        Err(error) => {
            let end = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(&error.as_bytes()[..end]).into_owned();
            (text, problem.or(Some(LinkError::Damaged)))
        }
    }
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
