//! What holds for every file.

use crate::build::{ETHERNET, ORDERS, RAW, SLL2, classic, ethernet, ip, ng, packet, sll2};
use ctscope::engine::Command;
use ctscope::engine::command::PACKET_BYTES_MAX;
use ctscope::scenario::capture::{FILE_BYTES_MAX, Import, Options, Pieces, Progress, import};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Good files, of every kind.
fn good() -> Vec<Vec<u8>> {
    let lines = include_str!("../data/packets.txt")
        .lines()
        .filter_map(|line| line.rsplit_once(" | "))
        .map(|(line, _)| ip(line));
    let packets: Vec<Vec<u8>> = lines.step_by(9).collect();
    let framed = |link: u32, frame: &dyn Fn(&[u8]) -> Vec<u8>| {
        let mut packets: Vec<_> = (0..)
            .zip(&packets)
            .map(|(n, p)| packet(n * 700, frame(p)))
            .collect();
        for p in packets.iter_mut().step_by(3) {
            p.wire_len = Some(p.data.len() as u32 + 9);
        }
        ORDERS.map(|order| {
            [
                classic(order, false, link, &packets),
                ng(order, link, Some(9), &packets),
            ]
        })
    };
    let kind = |p: &[u8]| if p[0] >> 4 == 4 { 0x0800 } else { 0x86dd };
    [
        framed(RAW, &|p| p.to_vec()),
        framed(ETHERNET, &|p| ethernet(kind(p), p)),
        framed(SLL2, &|p| sll2(4, p)),
    ]
    .concat()
    .concat()
}

/// Bytes that are almost a capture, or nothing like one behind a good beginning.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let beginnings = good();
    let near = (
        select(good()),
        vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        any::<prop::sample::Index>(),
        any::<bool>(),
    )
        .prop_map(|(mut file, changes, end, cut)| {
            for (at, byte) in changes {
                let at = at.index(file.len());
                file[at] = byte;
            }
            if cut {
                file.truncate(end.index(file.len()));
            }
            file
        });
    let noise = (select(beginnings), 0usize..60, vec(any::<u8>(), 0..400)).prop_map(
        |(mut file, keep, noise)| {
            file.truncate(keep);
            file.extend(noise);
            file
        },
    );
    prop_oneof![4 => near, 2 => noise, 1 => vec(any::<u8>(), 0..200)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_bytes_give_a_bounded_scenario_or_a_sentence(file in file()) {
        let Ok((scenario, warnings)) = import(&file, &Options::default()) else {
            return Ok(());
        };
        let mut bytes = 0;
        for line in &scenario.lines {
            if let Command::Inject(inject) = &line.command {
                prop_assert!((1..=PACKET_BYTES_MAX).contains(&inject.bytes.len()));
                bytes += inject.bytes.len();
            }
        }
        prop_assert!(bytes <= FILE_BYTES_MAX);
        prop_assert!(warnings.len() < 100);
        for warning in warnings {
            prop_assert!(!warning.sentence.is_empty());
            prop_assert!(warning.packet != Some(0));
        }
    }

    #[test]
    fn reading_in_portions_is_reading_at_once(file in file(), portion in 1u32..5) {
        let at_once = import(&file, &Options::default());
        let in_portions = Import::new(&file[..], &Options::default()).and_then(|mut import| {
            while import.read(portion) != Progress::Done {}
            import.finish()
        });
        prop_assert_eq!(at_once, in_portions);
    }

    #[test]
    fn a_file_that_comes_in_pieces_is_the_file(
        file in file(),
        sizes in vec(prop_oneof![1..40usize, 1..4_000usize], 1..20),
    ) {
        let at_once = import(&file, &Options::default());
        let mut pieces = Pieces::new(&Options::default());
        let mut rest = &file[..];
        let mut failed = None;
        for size in sizes.iter().cycle() {
            let (piece, after) = rest.split_at((*size).min(rest.len()));
            if let Err(error) = pieces.feed(piece) {
                failed = Some(error);
                break;
            }
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        let in_pieces = match failed {
            Some(error) => Err(error),
            None => pieces.finish().map(|read| (read.scenario, read.warnings)),
        };
        prop_assert_eq!(at_once, in_pieces);
    }
}

#[test]
fn the_good_files_are_good() {
    for file in good() {
        let (scenario, _) = import(&file, &Options::default()).unwrap();
        assert!(scenario.lines.len() > 10, "{}", scenario.lines.len());
    }
}
