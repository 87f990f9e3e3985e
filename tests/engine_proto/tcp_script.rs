//! TCP packets as a table: one a line, played on one kernel or on both.

use crate::bench::{Bench, From, segment};
use ctscope::engine::Command;
use ctscope::engine::conn::ProtoState;
use ctscope::engine::profile::Profile;
use ctscope::engine::proto::tcp::{TcpPrivate, TcpSide};
use ctscope::engine::sysctl::Sysctl;
use expect_test::Expect;

/// A handshake with window 1000 and no options, as the golden traces have it; not told.
pub const OPEN: &str = "
    O S 100 0
    R SA 500 101
    O A 101 501
    tell
";

/// How much is told of each packet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// What became of it, and the entry.
    Entry,
    /// What is remembered of both sides, too.
    Inside,
}

/// Plays lines: `O SA 5000 1001 win=65160 len=0 opt=3.3.8.0` is a segment of the original
/// direction, `set NAME VALUE` a setting, `wait SECONDS` a pause; `tell` forgets what was told.
pub fn play(profile: Profile, show: Show, script: &str) -> Bench {
    let mut bench = Bench::of(profile);
    for line in script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["set", name, value] => {
                let key = Sysctl::by_name(name).expect("a setting");
                bench.apply(&Command::SetSysctl(key, number(value)));
            }
            ["tell"] => {
                bench.told.clear();
                continue;
            }
            ["wait", secs] => bench.millis(number(secs) * 1000),
            _ => packet(&mut bench, line, &words),
        }
        if show == Show::Inside
            && let Some(tcp) = private(&bench)
        {
            bench.told += &inside(&tcp);
        }
    }
    bench
}

fn packet(bench: &mut Bench, line: &str, words: &[&str]) {
    let [dir, flags, seq, ack, rest @ ..] = words else {
        panic!("not a packet: {line}");
    };
    let from = match *dir {
        "O" => From::Client,
        "R" => From::Server,
        other => panic!("no direction {other}"),
    };
    let flags = if *flags == "-" { "" } else { flags };
    let mut segment = segment(flags).seq(number(seq)).ack(number(ack));
    segment.win = 1000;
    for word in rest {
        match word.split_once('=').expect("name=value") {
            ("win", value) => segment.win = number(value) as u16,
            ("len", value) => segment.len = number(value) as usize,
            ("opt", bytes) => segment.options = bytes.split('.').map(byte).collect(),
            (other, _) => panic!("no field {other}"),
        }
    }
    let told = bench.told.len();
    bench.send(line, segment.packet(from));
    // The entry gets a line of its own.
    let of_packet = bench.told.split_off(told);
    let of_packet = of_packet.replacen(": ", "\n  ", 1);
    bench.told += &of_packet.replacen(", c", "\n  c", 1);
}

fn number(text: &str) -> u32 {
    text.parse().expect("a number")
}

fn byte(text: &str) -> u8 {
    text.parse().expect("a byte")
}

/// The private data of the only connection.
pub fn private(bench: &Bench) -> Option<TcpPrivate> {
    let conn = bench.ct.conns.iter().next()?;
    match conn.proto {
        ProtoState::Tcp(tcp) => Some(tcp),
        _ => None,
    }
}

fn inside(tcp: &TcpPrivate) -> String {
    let side = |side: &TcpSide| {
        format!(
            "{} / {} / {} / {} / {} / {:#04x}",
            side.td_end,
            side.td_maxend,
            side.td_maxwin,
            side.td_maxack,
            side.td_scale,
            side.flags.bits()
        )
    };
    let [original, reply] = &tcp.seen;
    let ignored = match (tcp.last_flags.bits(), tcp.last_wscale) {
        (0, 0) => String::new(),
        (flags, scale) => format!(", ignored {flags:#04x} scale {scale}"),
    };
    format!(
        "    {}\n    {}, last_win {}{ignored}\n",
        side(original),
        side(reply),
        tcp.last_win
    )
}

/// Both kernels do the same.
#[track_caller]
pub fn both(show: Show, script: &str, expected: Expect) {
    let [old, new] = Profile::ALL.map(|profile| play(profile, show, script).told);
    assert_eq!(old, new, "the kernels differ");
    expected.assert_eq(&new);
}

/// The kernels differ.
#[track_caller]
pub fn each(show: Show, script: &str, v5_10: Expect, v6_18: Expect) {
    let [old, new] = Profile::ALL.map(|profile| play(profile, show, script).told);
    assert_ne!(old, new, "the kernels do not differ");
    v5_10.assert_eq(&old);
    v6_18.assert_eq(&new);
}
