//! The clock in words.

use crate::engine::Conntrack;
use crate::view::model::Clock;

/// A length of time with the unit that fits: `4 ms`, `12.4 s`, `5 min 3 s`, `5 d`.
pub fn span(millis: u64) -> String {
    let secs = millis / 1000;
    let tenths = millis % 1000 / 100;
    match secs {
        0 => format!("{millis} ms"),
        1..120 if tenths == 0 => format!("{secs} s"),
        1..120 => format!("{secs}.{tenths} s"),
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

/// The clock of a machine.
pub fn clock(state: &Conntrack) -> Clock {
    let hz = state.hz();
    let uptime = span(state.uptime * 1000 / u64::from(hz.per_second()));
    let next_deadline = state.next_deadline().map(|(conn, left)| match left.0 {
        0 => format!("{conn} is expired"),
        _ => format!("{conn} expires in {}", span(hz.millis(left))),
    });
    let gc = match state.gc.due.left(state.now) {
        _ if !state.gc.auto => "gc waits to be run".to_owned(),
        left if left.0 == 0 => "gc is due".to_owned(),
        left => format!("gc runs in {}", span(hz.millis(left))),
    };
    Clock {
        jiffies: state.now.0,
        uptime: format!("{uptime} after boot"),
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
