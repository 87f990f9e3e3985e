//! Text read as scenarios and commands.

use super::entry::entry;
use super::filter::{
    Reader, conntrack_filter, delete_filter, station, station_name, station_names, update,
};
use super::iface::iface;
use super::names::Proto;
use super::nft::{if_name, nft};
use super::packet::{build, proto_names};
use super::words::{Cut, Fault, Word, cut, quoted};
use super::{
    COMMANDS_MAX, Context, LINE_BYTES_MAX, Line, NOTE_CHARS_MAX, ParseError, Scenario,
    TEXT_BYTES_MAX,
};
use crate::engine::command::{
    CPUS_MAX, Command, Flood, Inject, Listen, NET_NAME_MAX, NetName, Span,
};
use crate::engine::config::{BUCKETS_MAX, Config, Profile};
use crate::engine::flood::FLOOD_MAX;
use crate::engine::hooks::Station;
use crate::engine::skb::{Path, SkbId};
use crate::engine::sysctl::Sysctl;
use crate::engine::time::{Hz, TICKS_MAX, Ticks};
use crate::words::{Plain, scenario as w, tell};

const COMMAND_WORDS: &str = "hold, release, drop, advance, gc, flood, delete, entry, flush, \
     resize, sysctl, events, netns, cpu, nft, conntrack";

impl Scenario {
    /// The scenario that a text describes.
    pub fn parse(text: &str) -> Result<Scenario, ParseError> {
        Scenario::parse_limited(text, COMMANDS_MAX)
    }

    /// Every line of a text that cannot be read, the first `max` of them; none if it is a scenario.
    pub fn problems(text: &str, max: usize) -> Vec<ParseError> {
        let mut lines: Vec<&str> = text.lines().collect();
        let mut problems: Vec<ParseError> = Vec::new();
        while problems.len() < max {
            let Err(error) = Scenario::parse(&lines.join("\n")) else {
                break;
            };
            let at = (error.line as usize).saturating_sub(1);
            // A text that is too long as a whole has no line that could be left out.
            let again = problems.last().is_some_and(|last| last.line >= error.line);
            let Some(line) = lines.get_mut(at).filter(|_| !again) else {
                problems.extend((!again).then_some(error));
                break;
            };
            *line = "";
            problems.push(error);
        }
        problems
    }

    pub(super) fn parse_limited(text: &str, commands: usize) -> Result<Scenario, ParseError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.len() > TEXT_BYTES_MAX {
            let problem = tell!(w::THE_TEXT_HAS_TEXT, text = text.len());
            return Err(Fault::new(
                0,
                problem,
                tell!(w::AT_MOST_TEXT_BYTES, text_bytes_max = TEXT_BYTES_MAX),
            )
            .located(1, ""));
        }
        let mut scenario = Scenario::default();
        let mut above: Option<String> = None;
        let mut started = false;
        for (number, line) in (1..).zip(text.lines()) {
            let located = |fault: Fault| fault.located(number, line);
            let Cut { words, note } = cut_line(line).map_err(located)?;
            let Some(first) = words.first() else {
                match note {
                    Some(note) => add_comment(&mut above, note),
                    None => above = None,
                }
                continue;
            };
            if first.text == "config" && !started {
                scenario.config = config(&words[1..]).map_err(located)?;
                if let Some(note) = note {
                    add_comment(&mut above, note);
                }
                started = true;
                continue;
            }
            started = true;
            if scenario.lines.len() == commands {
                let problem = w::THE_SCENARIO_IS_TOO.text();
                return Err(located(
                    first.fault(problem, tell!(w::AT_MOST_COMMANDS_COMMANDS, commands)),
                ));
            }
            let context = Context::from(&scenario.config);
            let command = command(&words, context).map_err(located)?;
            let above = above.take();
            let note = own_note(note).or(above);
            check_note(note.as_deref(), line).map_err(located)?;
            scenario.lines.push(Line { command, note });
        }
        Ok(scenario)
    }
}

/// The command on a single line, for a machine of this kind.
pub fn parse_command(text: &str, context: Context) -> Result<Line, ParseError> {
    let text = text.trim_end();
    let located = |fault: Fault| fault.located(1, text);
    if let Some(at) = text.find('\n') {
        return Err(located(Fault::new(
            at,
            w::A_SECOND_LINE_BEGINS.text(),
            w::A_SINGLE_LINE.text(),
        )));
    }
    let Cut { words, note } = cut_line(text).map_err(located)?;
    if words.is_empty() {
        let expected = format!("{COMMAND_WORDS}, {}", proto_names());
        return Err(located(Fault::new(
            0,
            w::THERE_IS_NO_COMMAND.text(),
            expected,
        )));
    }
    let command = command(&words, context).map_err(located)?;
    let note = own_note(note);
    check_note(note.as_deref(), text).map_err(located)?;
    Ok(Line { command, note })
}

/// The config on a single line that begins with `config`.
pub(super) fn parse_config(text: &str) -> Result<Config, ParseError> {
    let located = |fault: Fault| fault.located(1, text);
    let Cut { words, .. } = cut_line(text).map_err(located)?;
    config(words.get(1..).unwrap_or_default()).map_err(located)
}

fn cut_line(line: &str) -> Result<Cut<'_>, Fault> {
    if line.len() > LINE_BYTES_MAX {
        let problem = tell!(w::THE_LINE_HAS_LINE, line = line.len());
        return Err(Fault::new(
            0,
            problem,
            tell!(w::AT_MOST_LINE_BYTES, line_bytes_max = LINE_BYTES_MAX),
        ));
    }
    cut(line, 0)
}

fn own_note(note: Option<&str>) -> Option<String> {
    note.filter(|note| !note.is_empty()).map(str::to_owned)
}

fn check_note(note: Option<&str>, line: &str) -> Result<(), Fault> {
    let chars = note.map_or(0, |note| note.chars().count());
    if chars > NOTE_CHARS_MAX {
        let problem = tell!(w::THE_NOTE_HAS_CHARS, chars);
        return Err(Fault::new(
            line.len(),
            problem,
            tell!(w::AT_MOST_NOTE_CHARS, note_chars_max = NOTE_CHARS_MAX),
        ));
    }
    Ok(())
}

/// Joins the comment lines that stand above a command.
fn add_comment(above: &mut Option<String>, comment: &str) {
    if comment.is_empty() {
        return;
    }
    match above {
        Some(text) => {
            text.push(' ');
            text.push_str(comment);
        }
        None => *above = Some(comment.to_owned()),
    }
}

fn config(words: &[Word<'_>]) -> Result<Config, Fault> {
    const KEYS: &str = "hz=, buckets=, profile=, seed=, hash_mix=, cpus= or max=";
    let mut config = Config::default();
    let mut seen: Vec<&str> = Vec::new();
    for word in words {
        let (key, Some(value)) = word.split() else {
            return Err(word.unknown(w::A_KEY_OF_CONFIG.text(), KEYS));
        };
        if seen.contains(&key) {
            return Err(word.fault(
                tell!(w::QUOTED_IS_GIVEN_TWICE, quoted = quoted(key)),
                w::EVERY_KEY_ONCE.text(),
            ));
        }
        seen.push(key);
        let all = 0..=u64::from(u32::MAX);
        match key {
            "hz" => {
                let choices = "100, 250, 300 or 1000";
                let n = value.number("hz", all)? as u32;
                config.hz = Hz::from_per_second(n)
                    .ok_or_else(|| value.unknown(w::A_CHOICE_OF_HZ.text(), choices))?;
            }
            "buckets" => {
                config.buckets = value.number("buckets", 1..=u64::from(BUCKETS_MAX))? as u32;
            }
            "profile" => {
                let known = "5.10 or 6.18";
                config.profile = Profile::by_name(value.text)
                    .ok_or_else(|| value.unknown(w::A_KERNEL_THAT_IS.text(), known))?;
            }
            "seed" => config.seed = value.number("seed", all)? as u32,
            "hash_mix" => config.hash_mix = value.number("hash_mix", all)? as u32,
            "cpus" => config.cpus = value.number("cpus", 1..=u64::from(CPUS_MAX))? as u8,
            "max" => {
                let max = u64::from(*Sysctl::Max.info().range(config.profile).end());
                config.max = Some(value.number("max", 0..=max)? as u32);
            }
            _ => return Err(word.unknown(w::A_KEY_OF_CONFIG.text(), KEYS)),
        }
    }
    Ok(config)
}

/// The command that the words, of which there is at least one, make.
fn command(words: &[Word<'_>], context: Context) -> Result<Command, Fault> {
    let (first, rest) = (words[0], &words[1..]);
    if first.text == "hex" || Proto::by_name(first.text).is_some() {
        return inject(words).map(Command::Inject);
    }
    let mut reader = Reader::new(first, rest);
    let command = match first.text {
        "flood" => return flood(first, rest).map(Command::Flood),
        "hold" => {
            let word = reader.need(w::A_STATION_OR_OFF.text())?;
            if word.text == "off" {
                Command::Hold(None)
            } else {
                let expected = tell!(
                    w::STATION_NAMES_OR_OFF,
                    station_names = station_names(&Station::ALL)
                );
                let at = station(word).map_err(|_| word.unknown(w::A_STATION.text(), expected))?;
                Command::Hold(Some(at))
            }
        }
        "release" => Command::Release(skb(reader.need(w::A_PACKET_SUCH_AS.text())?)?),
        "drop" => Command::Drop(skb(reader.need(w::A_PACKET_SUCH_AS.text())?)?),
        "advance" => Command::Advance(span(reader.need(SPANS.text())?, context.hz)?),
        "gc" => match reader.next() {
            None => Command::Gc,
            Some(Word { text: "sweep", .. }) => Command::GcSweep,
            Some(Word { text: "auto", .. }) => Command::GcAuto(true),
            Some(Word { text: "manual", .. }) => Command::GcAuto(false),
            Some(word) => {
                let expected = w::SWEEP_AUTO_MANUAL_OR.text();
                return Err(word.unknown(w::A_WAY_TO_RUN.text(), expected));
            }
        },
        "delete" => match rest {
            [word] if numbered(*word, 'c').is_some() => {
                reader.next();
                Command::Delete(numbered(*word, 'c').unwrap_or_default())
            }
            _ => return delete_filter(first, rest).map(Command::DeleteMatching),
        },
        "update" => {
            let (filter, mark) = update(first, rest)?;
            return Ok(Command::Update(filter, mark));
        }
        "entry" => return Ok(Command::Entry(Box::new(entry(first, rest)?))),
        "flush" => Command::Flush,
        "conntrack" => {
            let word = reader.need(w::D_U_OR_F.text())?;
            match word.text {
                "-F" | "--flush" => Command::Flush,
                "-D" | "--delete" => return conntrack_filter(reader).map(Command::DeleteMatching),
                "-U" | "--update" => {
                    let mut filter = conntrack_filter(reader)?;
                    let mark = filter.mark.take();
                    let mark = mark.ok_or_else(|| {
                        word.fault(w::WHAT_IS_TO_CHANGE.text(), w::M_AND_THE_NEW.text())
                    })?;
                    return Ok(Command::Update(filter, mark));
                }
                _ => {
                    let expected = w::D_U_OR_F.text();
                    return Err(word.unknown(w::A_CHANGE_THAT_CONNTRACK.text(), expected));
                }
            }
        }
        "resize" => {
            let size = reader.need(w::A_NUMBER_OF_BUCKETS.text())?;
            Command::Resize(size.number("buckets", 1..=u64::from(BUCKETS_MAX))? as u32)
        }
        "sysctl" => {
            let mut word = reader.need(w::A_SETTING_AND_ITS.text())?;
            if word.text == "-w" {
                word = reader.need(w::A_SETTING_AND_ITS.text())?;
            }
            sysctl(word, context.profile)?
        }
        "events" => {
            let word = reader.need(w::ON_OFF_OR_SLOW.text())?;
            Command::Listen(match word.text {
                "on" => Listen::On,
                "off" => Listen::Off,
                "slow" => Listen::Slow,
                _ => {
                    return Err(
                        word.unknown(w::A_KIND_OF_LISTENER.text(), w::ON_OFF_OR_SLOW.text())
                    );
                }
            })
        }
        "netns" => {
            let word = reader.need(w::THE_NAME_OF_A.text())?;
            let expected = tell!(w::N_1_TO_NET, net_name_max = NET_NAME_MAX);
            let name = NetName::new(word.text);
            Command::Netns(name.ok_or_else(|| word.unknown(w::A_NAME_OF_A.text(), expected))?)
        }
        "cpu" => {
            let last = u64::from(context.cpus.max(1)) - 1;
            Command::Cpu(
                reader
                    .need(w::THE_NUMBER_OF_A.text())?
                    .number("cpu", 0..=last)? as u8,
            )
        }
        "iface" => return iface(first, rest).map(Command::Iface),
        "nft" => return Ok(nft(first, rest)?.map_or(Command::FlushRules, Command::AddRule)),
        "config" => {
            let problem = w::CONFIG_CAN_ONLY_BE.text();
            return Err(first.fault(problem, w::A_COMMAND.text()));
        }
        _ => {
            let expected = format!("{COMMAND_WORDS}, {}", proto_names());
            return Err(first.unknown(w::A_COMMAND.text(), expected));
        }
    };
    reader.finish()?;
    Ok(command)
}

/// The number of a name such as `s1`.
fn numbered(word: Word<'_>, letter: char) -> Option<u32> {
    let digits = word.text.strip_prefix(letter)?;
    let good = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if good { digits.parse().ok() } else { None }
}

fn skb(word: Word<'_>) -> Result<SkbId, Fault> {
    numbered(word, 's')
        .map(SkbId)
        .ok_or_else(|| word.unknown(w::A_PACKET_IN_FLIGHT.text(), w::S1_S2_AND_SO.text()))
}

const SPANS: Plain = w::NEXT_OR_A_NUMBER;

fn span(word: Word<'_>, hz: Hz) -> Result<Span, Fault> {
    if word.text == "next" {
        return Ok(Span::NextDeadline);
    }
    let digits = word.text.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let unit = &word.text[digits.len()..];
    let millis = match unit {
        "j" => {
            let number = Word {
                at: word.at,
                text: digits,
            };
            let ticks = number.number("jiffies", 0..=u64::from(TICKS_MAX.0))? as u32;
            return Ok(Span::Jiffies(Ticks(ticks)));
        }
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(word.unknown(w::A_LENGTH_OF_TIME.text(), SPANS.text())),
    };
    let largest = millis_max(hz);
    let what = tell!(w::A_JUMP_OF_THE, unit);
    let count = Word {
        at: word.at,
        text: digits,
    }
    .number(&what, 0..=largest / millis)?;
    Ok(Span::Millis((count * millis) as u32))
}

/// The longest jump of the clock in milliseconds: what a command can hold and the counter takes.
fn millis_max(hz: Hz) -> u64 {
    let ticks = u64::from(TICKS_MAX.0) * 1000 / u64::from(hz.per_second());
    ticks.min(u64::from(u32::MAX))
}

fn sysctl(word: Word<'_>, profile: Profile) -> Result<Command, Fault> {
    const KNOWN: Plain = w::A_SETTING_THAT_SYSCTL;
    let (name, value) = word.split();
    let Some(key) = Sysctl::by_name(name) else {
        let problem = tell!(w::QUOTED_IS_NOT_A, quoted = quoted(name));
        return Err(word.fault(problem, KNOWN.text()));
    };
    let info = key.info();
    if let Some(only) = info.only.filter(|only| *only != profile) {
        let problem = tell!(w::INFO_IS_A_SETTING, info = info.name, only = only.name());
        return Err(word.fault(problem, KNOWN.text()));
    }
    let end = Word {
        at: word.at + name.len(),
        text: "",
    };
    let value =
        value.ok_or_else(|| end.fault(w::THE_VALUE_IS_MISSING.text(), w::AND_A_NUMBER.text()))?;
    let range = info.range(profile);
    let value = value.number(
        info.name,
        u64::from(*range.start())..=u64::from(*range.end()),
    )?;
    Ok(Command::SetSysctl(key, value as u32))
}

/// A number of packets and the line of the first. Whether its source can be counted, the engine
/// says.
fn flood(first: Word<'_>, rest: &[Word<'_>]) -> Result<Flood, Fault> {
    const PACKET: Plain = w::A_UDP_OR_TCP;
    let [count, packet @ ..] = rest else {
        return Err(first.fault(w::THE_NUMBER_OF_PACKETS.text(), w::FLOOD_A_NUMBER_A.text()));
    };
    let number = count.number("packets", 1..=u64::from(FLOOD_MAX))? as u32;
    if packet.is_empty() {
        return Err(count.fault(w::THE_FIRST_PACKET_IS.text(), PACKET.text()));
    }
    Ok(Flood {
        count: number,
        inject: inject(packet)?,
    })
}

/// A packet line, with its way through the machine.
fn inject(words: &[Word<'_>]) -> Result<Inject, Fault> {
    let mut packet = Vec::with_capacity(words.len());
    let mut path = None;
    let mut iif = None;
    let (mut hold, mut drop) = (None, None);
    for word in words {
        let twice = |again: bool| {
            if again {
                Err(word.fault(
                    tell!(w::QUOTED_IS_GIVEN_TWICE, quoted = word.quoted()),
                    w::EVERY_KEY_ONCE.text(),
                ))
            } else {
                Ok(())
            }
        };
        match word.split() {
            ("path", Some(value)) => {
                twice(path.is_some())?;
                path = Some(match value.text {
                    "forward" => Path::Forward,
                    "input" => Path::Input,
                    "output" => Path::Output,
                    _ => {
                        return Err(
                            value.unknown(w::A_PATH.text(), w::FORWARD_INPUT_OR_OUTPUT.text())
                        );
                    }
                });
            }
            ("in", Some(value)) => {
                twice(iif.is_some())?;
                iif = Some(if_name(value)?);
            }
            ("hold", Some(value)) => {
                twice(hold.is_some())?;
                hold = Some((value, station(value)?));
            }
            ("drop", Some(value)) => {
                twice(drop.is_some())?;
                drop = Some((value, station(value)?));
            }
            _ => packet.push(*word),
        }
    }
    if let (Some(_), Some(_), Some(last)) = (path, iif, words.last()) {
        let problem = w::A_PACKET_THAT_COMES.text();
        return Err(last.fault(problem, "path= or in=, not both"));
    }
    let path = path.unwrap_or_default();
    for (word, at) in hold.iter().chain(&drop) {
        let stations = Station::of_inject(path, iif.is_some());
        if !stations.contains(at) {
            let problem = tell!(w::A_PACKET_ON_THIS, station_name = station_name(*at));
            return Err(word.fault(problem, station_names(stations)));
        }
    }
    let bytes = build(&packet, 0)?;
    let (hold_at, drop_at) = (hold.map(|(_, at)| at), drop.map(|(_, at)| at));
    Ok(Inject {
        bytes,
        path,
        iif,
        hold_at,
        drop_at,
    })
}
