//! The clock in words.

use crate::engine::Conntrack;
use crate::engine::time::Jiffies;
use crate::view::model::{Clock, LaneDeadline};
use crate::view::{lanes, names};
use crate::words::{app as w, tell};

/// A length of time with the unit that fits: `4 ms`, `12.4 s`, `5 min 3 s`, `5 d`.
pub fn span(millis: u64) -> String {
    let secs = millis / 1000;
    let tenths = millis % 1000 / 100;
    match secs {
        0 => format!("{millis} ms"),
        1..120 if tenths == 0 => format!("{secs} s"),
        1..120 => tell!(
            crate::words::names::SECONDS_TENTHS,
            whole = secs,
            tenth = tenths
        ),
        120..7_200 => pair(secs / 60, "min", secs % 60, "s"),
        7_200..172_800 => pair(secs / 3600, "h", secs % 3600 / 60, "min"),
        _ => pair(secs / 86_400, "d", secs % 86_400 / 3600, "h"),
    }
}

fn pair(big: u64, unit: &str, small: u64, of: &str) -> String {
    if small == 0 {
        format!("{big} {unit}")
    } else {
        format!("{big} {unit} {small} {of}")
    }
}

/// When the counter overflows, or when it did.
fn wraps(state: &Conntrack) -> String {
    let hz = u64::from(state.hz().per_second());
    let now = u64::from(state.now.0);
    let boot = u64::from(state.now.0.wrapping_sub(state.uptime as u32));
    let left = (1 << 32) - now;
    match (boot + state.uptime) >> 32 {
        0 => tell!(w::WRAPS_IN_SPAN, span = span(left * 1000 / hz)),
        1 => tell!(w::WRAPPED_SPAN_AGO, span = span(now * 1000 / hz)),
        n => tell!(w::WRAPPED_N_TIMES, n),
    }
}

/// Everything about the two clocks and gc.
fn facts(
    state: &Conntrack,
    wraps: String,
    next: Option<&LaneDeadline>,
    expired: u32,
) -> Vec<(&'static str, String)> {
    let hz = state.hz();
    let at = |jiffies: Jiffies| tell!(w::AT_JIFFIES_JIFFIES, jiffies = names::jiffies(jiffies));
    let deadline = match next {
        Some(next) => format!("c{}, {}", next.conn, at(state.now.plus(next.left))),
        None => w::NOTHING_CAN_EXPIRE.text().to_owned(),
    };
    let run = match state.gc.auto {
        true => format!("{}, {}", lanes::gc_when(state), at(state.gc.due)),
        false => lanes::gc_when(state),
    };
    let per_tick = 100_000 / hz.per_second();
    let tick = match per_tick % 100 {
        0 => format!("{}", per_tick / 100),
        part => format!("{}.{part:02}", per_tick / 100),
    };
    vec![
        ("jiffies", names::jiffies(state.now)),
        (
            w::IN_HEX.text(),
            format!("0x {}", names::hex32(state.now.0)),
        ),
        (w::N_32_BITS.text(), wraps),
        (
            w::SINCE_BOOT.text(),
            tell!(
                w::SPAN_NAMES_TICKS,
                span = span(hz.millis_since(state.uptime)),
                names = names::grouped(state.uptime)
            ),
        ),
        (
            "HZ",
            tell!(w::PER_SECOND_A_JIFFY, per_second = hz.per_second(), tick),
        ),
        (w::NEXT_DEADLINE.text(), deadline),
        (w::EXPIRED_STILL_LINKED.text(), expired.to_string()),
        (w::GC_RUNS.text(), run),
        (w::IT_LOOKS_AT.text(), lanes::gc_window_words(state)),
        (w::RUNS_SO_FAR.text(), names::grouped(state.gc.runs)),
    ]
}

/// The clock of a machine with these deadlines.
pub fn clock(state: &Conntrack, deadlines: &[LaneDeadline]) -> Clock {
    let hz = state.hz();
    let uptime = span(hz.millis_since(state.uptime));
    let past = |it: &&LaneDeadline| it.expired;
    let expired = deadlines.iter().filter(past).map(|it| it.count).sum();
    let next = deadlines.iter().find(|it| !it.expired);
    let next_deadline = next.map(|it| {
        tell!(
            w::C_CONN_EXPIRES_IN,
            conn = it.conn,
            span = span(hz.millis(it.left))
        )
    });
    let gc = match state.gc.due.left(state.now) {
        _ if !state.gc.auto => w::GC_WAITS_TO_BE.text().to_owned(),
        left if left.0 == 0 => w::GC_IS_DUE.text().to_owned(),
        left => tell!(w::GC_RUNS_IN_SPAN, span = span(hz.millis(left))),
    };
    let wraps = wraps(state);
    Clock {
        jiffies: state.now.0,
        uptime: tell!(w::UPTIME_AFTER_BOOT, uptime),
        facts: facts(state, wraps.clone(), next, expired),
        wraps,
        hz: hz.per_second(),
        next_deadline,
        gc,
        gc_auto: state.gc.auto,
        listener: state.listener.mode,
        ..Clock::default()
    }
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn a_span_has_the_unit_that_fits() {
        for (millis, expected) in [
            (0, "0 ms"),
            (4, "4 ms"),
            (1_000, "1 s"),
            (62_400, "62.4 s"),
            (303_000, "5 min 3 s"),
            (432_000_000, "5 d"),
        ] {
            assert_eq!(span(millis), expected);
        }
    }
}
