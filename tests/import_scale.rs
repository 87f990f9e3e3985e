//! Large captures: they are read and run in portions, none of which is long, and afterwards a step
//! is as much work as in a short log.

use ctscope::scenario::capture::{Capture, Options, Pieces};
use ctscope::scenario::packet::assemble;
use ctscope::timeline::{Grain, Loading, Timeline};
use std::time::{Duration, Instant};

/// Packets of the capture.
const PACKETS: u32 = 100_000;
/// What a page reads of a file at a time, in bytes.
const PIECE: usize = 256 << 10;

/// A classic capture of TCP connections of ten packets, many at a time, over a minute.
fn capture() -> Vec<u8> {
    let mut file: Vec<u8> = Vec::new();
    for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 101] {
        file.extend(word.to_le_bytes());
    }
    const AT_ONCE: u32 = 200;
    for n in 0..PACKETS {
        let (round, of) = (n / AT_ONCE, n % AT_ONCE);
        let (flow, nth) = (of + AT_ONCE * (round / 10), round % 10);
        let (host, port) = (flow / 250, 20_000 + flow % 20_000);
        let client = format!("10.0.{}.{}:{port}", host / 250, 1 + host % 250);
        let (out, server) = (nth != 1 && nth != 5 && nth != 7, "192.0.2.20:80");
        let what = match nth {
            0 => "S seq=1000",
            1 => "SA seq=5000 ack=1001",
            7 => "FA seq=5001 ack=1002",
            8 => "FA seq=1002 ack=5002",
            1.. if out => "A seq=1001 ack=5001",
            _ => "A seq=5001 ack=1001",
        };
        let (from, to) = if out {
            (&*client, server)
        } else {
            (server, &*client)
        };
        let bytes = assemble(&format!("tcp {from} > {to} {what}")).expect("a good line");
        let micros = n * 600;
        let length = bytes.len() as u32;
        for word in [micros / 1_000_000, micros % 1_000_000, length, length] {
            file.extend(word.to_le_bytes());
        }
        file.extend(bytes);
    }
    file
}

/// The longest of many times.
#[derive(Default)]
struct Longest(Duration);

impl Longest {
    fn of<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let done = work();
        self.0 = self.0.max(start.elapsed());
        done
    }
}

fn read(file: &[u8]) -> Capture {
    let mut pieces = Pieces::new(&Options::default());
    let mut longest = Longest::default();
    for piece in file.chunks(PIECE) {
        longest.of(|| pieces.feed(piece)).expect("it is a capture");
    }
    let read = longest.of(|| pieces.finish()).expect("it is a capture");
    println!("longest piece {:?}", longest.0);
    read
}

#[test]
fn a_large_capture_is_run_in_portions_and_stays_fluid() {
    let file = capture();
    let begun = Instant::now();
    let read = read(&file);
    assert_eq!(
        (read.packets, read.taken, read.flows),
        (PACKETS, PACKETS, PACKETS / 10)
    );
    println!("read {} bytes in {:?}", file.len(), begun.elapsed());
    let mut timeline = Timeline::new(Default::default(), "before");
    let begun = Instant::now();
    let mut loading = Loading::new(read.scenario, "large").expect("it is not too long");
    let mut longest = Longest::default();
    while !longest
        .of(|| loading.run(100))
        .expect("every packet can be sent")
    {}
    println!(
        "ran {} commands in {:?}, longest portion of 100 {:?}",
        loading.total(),
        begun.elapsed(),
        longest.0
    );
    let mut open = Longest::default();
    open.of(|| timeline.open(loading, false));
    println!(
        "opened in {:?}, snapshots {:?}",
        open.0,
        timeline.cache_size()
    );
    assert!(timeline.len() > PACKETS);
    // A step, a look and a jump, wherever.
    let (mut step, mut past, mut jump) = <(Longest, Longest, Longest)>::default();
    for part in 0..40 {
        let at = timeline.total() / 40 * ((part * 17) % 40);
        jump.of(|| {
            timeline.seek(at);
            timeline.moment(Grain::Change)
        });
        step.of(|| {
            timeline.forward(Grain::Change);
            timeline.moment(Grain::Change)
        });
        past.of(|| timeline.refs_of(1 + part));
    }
    println!("jump {:?}, step {:?}, past {:?}", jump.0, step.0, past.0);
    timeline.last();
    assert!(!timeline.refs_of(1).is_empty());
    assert!(timeline.undo() && timeline.is_empty());
}
