//! The command line: scenario lines, the tools' commands, and a few words of its own.

use crate::engine::addr::{Addr, L3};
use crate::engine::command::TupleFilter;
use crate::engine::sysctl::SYSCTLS;
use crate::engine::tuple::ipproto;
use crate::engine::{Command, Conntrack};
use crate::view::{expects, listing};
use crate::words::{Plain, app as w, tell};
use core::net::IpAddr;

/// Longest line that is taken, in bytes.
pub const LINE_BYTES_MAX: usize = 140_000;
/// Lines that the up key brings back.
const HISTORY_MAX: usize = 200;

/// What a line of the command line asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ask {
    /// Nothing was typed, or only a remark.
    Nothing,
    /// A line of the scenario language, to be parsed there.
    Line,
    /// A new machine with these settings, on which the log is run again.
    Config,
    /// A command of the tools.
    Do(Command),
    /// `conntrack -L`, or of a list.
    List(List),
    /// `conntrack -S`.
    Stats,
    /// Messages, expectations or a file of `/proc/net`.
    Print(Print),
    /// `sysctl -a`.
    Sysctls,
    /// The value of a setting.
    Sysctl(String),
    /// To the first step of a command of the log, from 1.
    Go(u32),
    /// Take the last edit back.
    Undo,
    /// Do it again.
    Redo,
    /// Copy the link.
    Share,
    /// The empty machine.
    Reset,
    /// What can be typed.
    Help,
    /// A sentence: what is wrong with it.
    Wrong(String),
}

/// The lists that `conntrack -L` prints.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum List {
    /// The table.
    Table,
    /// Unconfirmed entries.
    Unconfirmed,
    /// Dying entries.
    Dying,
}

/// What is printed of the current state, beside what the panes show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Print {
    /// `conntrack -L expect`.
    Expects,
    /// `conntrack -E`.
    Events,
    /// `conntrack -E expect`.
    ExpectEvents,
    /// `/proc/net/nf_conntrack`.
    TableFile,
    /// `/proc/net/nf_conntrack_expect`.
    ExpectFile,
    /// `/proc/net/stat/nf_conntrack`.
    StatFile,
}

/// What `help` prints.
pub const HELP: [Plain; 19] = [
    w::HELP_PACKET,
    w::HELP_FATE,
    w::FLOOD_100000_UDP_10,
    w::HOLD_FORWARD_HOLD_OFF,
    w::RELEASE_S1_DROP_S1,
    w::ADVANCE_30S_ADVANCE_250J,
    w::GC_GC_SWEEP_THE,
    w::DELETE_C1_FLUSH_ENTRIES,
    w::HELP_SYSCTL,
    w::HELP_NFT,
    w::NETNS_BLUE_CPU_1,
    w::RESIZE_32_ANOTHER_TABLE,
    w::HELP_CONFIG,
    w::CONNTRACK_L_UNCONFIRMED,
    w::HELP_CAT,
    w::CONNTRACK_D_P_TCP,
    w::GO_12_TO_COMMAND,
    w::HELP_UNDO,
    w::A_BEGINS_A_REMARK,
];

/// As much of an answer as one can read; a large table has more lines than a page should.
pub fn cut(mut lines: Vec<String>) -> Vec<String> {
    let all = lines.len();
    if all > LINES_MAX {
        lines.truncate(LINES_MAX);
        lines.push(tell!(w::LINES_MAX_OF_ALL, lines_max = LINES_MAX, all));
    }
    lines
}

/// Most lines of an answer.
const LINES_MAX: usize = 200;

/// What a line asks for.
pub fn read(line: &str) -> Ask {
    let words: Vec<&str> = line.split_whitespace().take(64).collect();
    match words.as_slice() {
        [] => Ask::Nothing,
        [first, ..] if first.starts_with('#') => Ask::Nothing,
        ["undo"] => Ask::Undo,
        ["redo"] => Ask::Redo,
        ["share"] => Ask::Share,
        ["reset"] => Ask::Reset,
        ["help" | "?"] => Ask::Help,
        ["undo" | "redo" | "share" | "reset" | "help", more, ..] => Ask::Wrong(tell!(
            w::SHORT_IS_TOO_MUCH,
            short = short(more),
            words = words[0]
        )),
        ["go", number] => match number.parse() {
            Ok(number) => Ask::Go(number),
            Err(_) => Ask::Wrong(tell!(w::SHORT_IS_NO_COMMAND, short = short(number))),
        },
        ["config", ..] => Ask::Config,
        ["sysctl", "-a"] => Ask::Sysctls,
        ["sysctl", key] if !key.contains('=') => Ask::Sysctl((*key).to_owned()),
        ["conntrack", rest @ ..] => conntrack(rest),
        ["cat", "/proc/net/nf_conntrack"] => Ask::Print(Print::TableFile),
        ["cat", "/proc/net/nf_conntrack_expect"] => Ask::Print(Print::ExpectFile),
        ["cat", "/proc/net/stat/nf_conntrack"] => Ask::Print(Print::StatFile),
        _ => Ask::Line,
    }
}

fn conntrack(words: &[&str]) -> Ask {
    match words {
        ["-L" | "--dump"] | ["-L", "conntrack"] => Ask::List(List::Table),
        ["-L", "unconfirmed"] => Ask::List(List::Unconfirmed),
        ["-L", "dying"] => Ask::List(List::Dying),
        ["-L", "expect"] => Ask::Print(Print::Expects),
        ["-E" | "--event"] | ["-E", "conntrack"] => Ask::Print(Print::Events),
        ["-E", "expect"] => Ask::Print(Print::ExpectEvents),
        ["-S" | "--stats"] => Ask::Stats,
        ["-F" | "--flush"] => Ask::Do(Command::Flush),
        ["-D" | "--delete", rest @ ..] => match filter(rest) {
            Ok(filter) => Ask::Do(Command::DeleteMatching(filter)),
            Err(problem) => Ask::Wrong(problem),
        },
        ["-U" | "--update", ..] => Ask::Line,
        [] => Ask::Wrong(w::WHAT_IS_CONNTRACK_TO.text().to_owned()),
        [word, ..] => Ask::Wrong(tell!(w::SHORT_IS_NO_OPTION, short = short(word))),
    }
}

fn filter(mut words: &[&str]) -> Result<TupleFilter, String> {
    let mut filter = TupleFilter::default();
    while let [key, rest @ ..] = words {
        let [value, rest @ ..] = rest else {
            return Err(tell!(w::A_VALUE_IS_MISSING, short = short(key)));
        };
        words = rest;
        let port = || -> Result<Option<u16>, String> {
            let port = value
                .parse()
                .map_err(|_| tell!(w::SHORT_IS_NO_PORT, short = short(value)))?;
            Ok(Some(port))
        };
        match *key {
            "-p" | "--proto" => filter.protonum = Some(protonum(value)?),
            "-s" | "--src" | "--orig-src" => filter.src = Some(address(value)?),
            "-d" | "--dst" | "--orig-dst" => filter.dst = Some(address(value)?),
            "--sport" | "--orig-port-src" => filter.sport = port()?,
            "--dport" | "--orig-port-dst" => filter.dport = port()?,
            _ => {
                return Err(tell!(w::SHORT_IS_NO_OPTION_OF, short = short(key)));
            }
        }
    }
    Ok(filter)
}

fn protonum(word: &str) -> Result<u8, String> {
    Ok(match word {
        "tcp" => ipproto::TCP,
        "udp" => ipproto::UDP,
        "icmp" => ipproto::ICMP,
        "icmpv6" | "icmp6" => ipproto::ICMPV6,
        "udplite" => ipproto::UDPLITE,
        "sctp" => ipproto::SCTP,
        "dccp" => ipproto::DCCP,
        "gre" => ipproto::GRE,
        _ => word
            .parse()
            .map_err(|_| tell!(w::SHORT_IS_NO_PROTOCOL, short = short(word)))?,
    })
}

fn address(word: &str) -> Result<(L3, Addr), String> {
    match word.parse() {
        Ok(IpAddr::V4(addr)) => Ok((L3::Ipv4, Addr::v4(addr.octets()))),
        Ok(IpAddr::V6(addr)) => Ok((L3::Ipv6, Addr(addr.octets()))),
        Err(_) => Err(tell!(w::SHORT_IS_NO_ADDRESS, short = short(word))),
    }
}

/// The settings of the current namespace, as `sysctl -a` prints them.
pub fn sysctls(state: &Conntrack) -> Vec<String> {
    let value = |key| state.sysctl(state.net, key);
    SYSCTLS
        .iter()
        .filter(|info| info.exists_in(state.profile()))
        .map(|info| format!("net.netfilter.{} = {}", info.name, value(info.key)))
        .collect()
}

/// What is printed of a state, line by line.
pub fn print(state: &Conntrack, what: Print) -> Vec<String> {
    match what {
        Print::Expects => expects::list_lines(state),
        Print::Events => expects::event_lines(state, false),
        Print::ExpectEvents => expects::event_lines(state, true),
        Print::TableFile => listing::proc_lines(state),
        Print::ExpectFile => expects::proc_lines(state),
        Print::StatFile => listing::stat_lines(state),
    }
}

/// The start of a text that may be long.
pub fn short(text: &str) -> String {
    const SHOWN: usize = 40;
    let mut start: String = text.chars().take(SHOWN).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    start
}

/// What is typed, what was typed, and the last answer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ConsoleState {
    /// What is typed.
    pub input: String,
    /// The last answer.
    pub output: Vec<String>,
    /// It is an error.
    pub failed: bool,
    history: Vec<String>,
    /// Which line of the history is shown, and what was typed before.
    recalled: Option<(usize, String)>,
}

impl ConsoleState {
    /// Something was typed. `false` if nothing changed.
    pub fn set_input(&mut self, input: String) -> bool {
        if input.len() > LINE_BYTES_MAX || self.input == input {
            return false;
        }
        self.input = input;
        self.recalled = None;
        if self.failed {
            // It was about what is being mended now.
            self.answer(Vec::new());
        }
        true
    }

    /// The answer to the last command.
    pub fn answer(&mut self, output: Vec<String>) {
        self.output = output;
        self.failed = false;
    }

    /// The last command failed, and why. What is typed stays.
    pub fn fail(&mut self, problem: String) {
        self.output = vec![problem];
        self.failed = true;
    }

    /// The line that was typed was carried out: it goes to the history, the input is empty again.
    pub fn done(&mut self, line: String) {
        if self.history.last() != Some(&line) {
            self.history.push(line);
        }
        if self.history.len() > HISTORY_MAX {
            self.history.remove(0);
        }
        self.input.clear();
        self.recalled = None;
    }

    /// Up or down in the history; what was being typed is not lost. `false` at either end.
    pub fn recall(&mut self, up: bool) -> bool {
        let at = self
            .recalled
            .as_ref()
            .map_or(self.history.len(), |(at, _)| *at);
        let to = if up {
            at.checked_sub(1)
        } else {
            at.checked_add(1)
        };
        let Some(to) = to.filter(|to| *to <= self.history.len()) else {
            return false;
        };
        let typed = match self.recalled.take() {
            Some((_, typed)) => typed,
            None if up => self.input.clone(),
            None => return false,
        };
        match self.history.get(to) {
            Some(line) => {
                self.input.clone_from(line);
                self.recalled = Some((to, typed));
            }
            None => self.input = typed,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conntrack_d_reads_a_filter() {
        let Ask::Do(Command::DeleteMatching(filter)) =
            read("conntrack -D -p tcp -s 10.0.0.1 --dport 80")
        else {
            panic!("it is a delete")
        };
        assert_eq!(filter.protonum, Some(6));
        assert_eq!(filter.src, Some((L3::Ipv4, Addr::v4([10, 0, 0, 1]))));
        assert_eq!((filter.sport, filter.dport), (None, Some(80)));
    }

    #[test]
    fn what_is_wrong_is_a_sentence() {
        for line in [
            "conntrack",
            "conntrack -X",
            "conntrack -D -p",
            "conntrack -D -p nonsense",
            "conntrack -D --dport 65536",
            "conntrack -D -s 1.2.3",
            "undo twice",
        ] {
            let Ask::Wrong(problem) = read(line) else {
                panic!("{line} is wrong")
            };
            assert!(problem.ends_with('.') && problem.len() > 20, "{problem}");
        }
    }

    #[test]
    fn up_and_down_keep_what_was_being_typed() {
        let mut console = ConsoleState::default();
        console.done("gc".to_owned());
        console.done("flush".to_owned());
        console.set_input("adv".to_owned());
        assert!(console.recall(true) && console.input == "flush");
        assert!(console.recall(true) && console.input == "gc");
        assert!(!console.recall(true));
        assert!(console.recall(false) && console.input == "flush");
        assert!(console.recall(false) && console.input == "adv");
        assert!(!console.recall(false));
    }
}
