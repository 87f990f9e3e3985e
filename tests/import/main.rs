//! Data that comes in, as messages and effects: a file is asked for piece by piece, work is done in
//! portions, and nothing is touched before the end.

use ctscope::app::{AppState, Effect, ImportEffect, ImportMsg, Msg, PIECE_BYTES, Piece};
use ctscope::scenario::capture::FILE_BYTES_MAX;
use ctscope::scenario::events::{EVENTS_MAX, read_events};
use ctscope::view::import::{Found, ImportModel, align};
use ctscope::view::listing::table_lines;
use ctscope::view::model::{Panel, Tab};
use std::collections::VecDeque;
use std::fs;

/// What the browser has: a file, and what it was asked to do.
struct Page {
    app: AppState,
    file: Vec<u8>,
    asked: VecDeque<ImportEffect>,
    /// How many portions and pieces there were.
    turns: u32,
    other: Vec<Effect>,
}

impl Page {
    fn new() -> Page {
        Page {
            app: AppState::new(),
            file: Vec::new(),
            asked: VecDeque::new(),
            turns: 0,
            other: Vec::new(),
        }
    }

    fn tell(&mut self, msg: Msg) {
        for effect in self.app.update(msg).effects {
            match effect {
                Effect::Import(effect) => self.asked.push_back(effect),
                other => self.other.push(other),
            }
        }
        // Whatever the moment, the screen can be made.
        self.app.model();
    }

    fn import(&mut self, msg: ImportMsg) {
        self.tell(Msg::Import(msg));
    }

    /// One thing that was asked for; `false` if nothing is.
    fn turn(&mut self, portion: u32) -> bool {
        let Some(effect) = self.asked.pop_front() else {
            return false;
        };
        match effect {
            ImportEffect::Read { file, from, to } => {
                assert!(to - from <= PIECE_BYTES);
                let piece = self.file[from as usize..to as usize].to_vec();
                self.import(ImportMsg::Piece(file, Piece(piece.into())));
            }
            ImportEffect::On => self.import(ImportMsg::On(portion)),
            ImportEffect::Forget => return true,
        }
        self.turns += 1;
        true
    }

    fn run(&mut self) {
        while self.turn(40) {}
    }

    fn choose(&mut self, name: &str, file: Vec<u8>) {
        let size = file.len() as u64;
        self.file = file;
        self.import(ImportMsg::File(name.to_owned(), size));
    }

    fn model(&mut self) -> ImportModel {
        (*self.app.model().import).clone()
    }

    #[track_caller]
    fn found(&mut self) -> Found {
        match self.model() {
            ImportModel::Found(found) => found,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn problem(&mut self) -> String {
        match self.model() {
            ImportModel::Choose {
                problem: Some(problem),
                ..
            } => problem,
            other => panic!("{other:?}"),
        }
    }

    fn log(&self) -> String {
        self.app.timeline().scenario().to_string()
    }
}

fn recorded(name: &str) -> Vec<u8> {
    fs::read(format!("tests/data/captures/{name}")).expect("the capture is there")
}

#[test]
fn a_capture_is_found_then_opened_and_can_be_undone() {
    let mut page = Page::new();
    page.tell(Msg::Run("udp 10.0.0.1:1 > 10.0.0.2:2".to_owned()));
    let before = page.log();
    page.choose("http.pcap", recorded("http.pcap"));
    assert!(matches!(page.model(), ImportModel::Working { .. }));
    page.run();
    let found = page.found();
    assert_eq!(found.name, "http.pcap");
    assert!(found.facts[0].1.starts_with(char::is_numeric), "{found:?}");
    assert!(
        found
            .own
            .iter()
            .any(|(label, own)| label.contains("10.0.0.") && !own)
    );
    assert_eq!(page.log(), before, "nothing is opened yet");
    page.import(ImportMsg::Open);
    assert_eq!(page.log(), before, "it is run first");
    page.run();
    assert_eq!(page.model(), ImportModel::Closed);
    assert!(page.log().contains("tcp ") && page.log() != before);
    assert!(page.app.timeline().at_start());
    assert_eq!(page.app.timeline().title(), "http.pcap");
    page.tell(Msg::Undo);
    assert_eq!(page.log(), before);
}

#[test]
fn an_own_address_makes_packets_that_are_sent_and_received() {
    let mut page = Page::new();
    page.choose("dns.pcap", recorded("dns.pcap"));
    page.run();
    let own = page.found().own;
    assert!(!own.is_empty());
    page.import(ImportMsg::Own(0, true));
    page.import(ImportMsg::Own(99, true));
    assert!(page.found().own[0].1);
    page.import(ImportMsg::Open);
    page.run();
    assert!(page.log().contains("path=output") && page.log().contains("path=input"));
}

#[test]
fn cancelling_changes_nothing_whenever_it_is_done() {
    let files = [("states.pcap", recorded("states.pcap"))];
    for (name, file) in files {
        for turns in 0..200 {
            let mut page = Page::new();
            page.tell(Msg::Run("udp 10.0.0.1:1 > 10.0.0.2:2".to_owned()));
            let (before, at) = (page.log(), page.app.timeline().cursor());
            page.choose(name, file.clone());
            let mut opened = false;
            for _ in 0..turns {
                if !page.turn(1) && !opened {
                    page.import(ImportMsg::Open);
                    opened = true;
                }
            }
            if page.model() == ImportModel::Closed {
                // It was opened before.
                assert!(turns > 20);
                break;
            }
            page.import(ImportMsg::Cancel);
            while page.turn(1000) {}
            assert_eq!(
                (page.log(), page.app.timeline().cursor()),
                (before, at),
                "{turns}"
            );
            assert_eq!(page.model(), ImportModel::Closed);
            assert!(!page.app.timeline().can_redo());
        }
    }
}

#[test]
fn leaving_the_dialog_is_cancelling() {
    for panel in [Panel::None, Panel::Help] {
        let mut page = Page::new();
        page.choose("http.pcap", recorded("http.pcap"));
        page.run();
        page.import(ImportMsg::Open);
        page.turn(1);
        page.tell(Msg::SetPanel(panel));
        page.run();
        assert!(page.app.timeline().is_empty());
        assert_eq!(page.app.model().chrome.panel, panel);
        page.tell(Msg::SetPanel(Panel::Import));
        assert!(matches!(
            page.model(),
            ImportModel::Choose { problem: None, .. }
        ));
    }
}

#[test]
fn limits_are_told_before_anything_is_read() {
    let mut page = Page::new();
    page.import(ImportMsg::File(
        "big.pcap".to_owned(),
        FILE_BYTES_MAX as u64 + 1,
    ));
    assert_eq!(
        page.problem(),
        "big.pcap has 64.0 MB, and at most 64.0 MB are read. Capture less, or cut it into pieces."
    );
    page.import(ImportMsg::File("vast.pcap".to_owned(), u64::MAX));
    assert!(
        page.problem()
            .starts_with("vast.pcap has 17592186044415.9 MB")
    );
    page.choose("none.pcap", Vec::new());
    assert_eq!(page.problem(), "none.pcap is empty.");
    assert!(
        page.asked
            .iter()
            .all(|effect| *effect == ImportEffect::Forget)
    );
}

#[test]
fn what_is_damaged_is_read_as_far_as_it_goes_and_told() {
    let mut file = recorded("http.pcap");
    file.truncate(file.len() - 7);
    let mut page = Page::new();
    page.choose("cut.pcap", file);
    page.run();
    let found = page.found();
    assert!(
        found
            .said
            .iter()
            .any(|said| said.contains("ends in the middle of this packet")),
        "{found:?}"
    );
    page.import(ImportMsg::Open);
    page.run();
    assert!(page.app.timeline().len() > 5);
    for (file, said) in [
        (
            vec![0x1f, 0x8b, 8, 0],
            "x cannot be opened: this file is compressed; unpack it with gunzip first.",
        ),
        (
            vec![0, 1, 2, 3, 4],
            "x is neither a capture (pcap, pcapng) nor text.",
        ),
        (
            vec![0xd4, 0xc3, 0xb2, 0xa1, 2],
            "x cannot be opened: this capture file ends in its own header, or the header is dam",
        ),
    ] {
        page.choose("x", file);
        page.run();
        assert!(page.problem().starts_with(said), "{}", page.problem());
    }
    // Text that is neither a list nor events is a scenario, which says so in its own place.
    page.choose("x", b"hello\n".to_vec());
    page.run();
    assert_eq!(page.model(), ImportModel::Closed);
    assert_eq!(page.app.model().chrome.panel, Panel::Share);
    // A file that the browser cannot read any more.
    page.choose("gone.pcap", recorded("http.pcap"));
    page.asked.clear();
    page.import(ImportMsg::Unreadable(1, "old".to_owned()));
    assert!(
        matches!(page.model(), ImportModel::Working { .. }),
        "another file's"
    );
    let number = 5 + 1;
    page.import(ImportMsg::Unreadable(number, "it is gone".to_owned()));
    assert_eq!(page.problem(), "gone.pcap could not be read: it is gone");
}

const LIST: &str = "tcp      6 431999 ESTABLISHED src=10.0.0.10 dst=192.0.2.20 sport=40000 \
     dport=80 src=192.0.2.20 dst=10.0.0.10 sport=80 dport=40000 [ASSURED] mark=0 use=1\n\
     udp      17 29 src=10.0.0.10 dst=10.96.0.10 sport=5000 dport=53 [UNREPLIED] src=10.244.0.7 \
     dst=10.0.0.10 sport=53 dport=5000 mark=0 use=1\n\
     icmp     1 x src=10.0.0.10\n";

#[test]
fn a_pasted_list_is_a_table_to_begin_with() {
    let mut page = Page::new();
    page.tell(Msg::SetPanel(Panel::Import));
    page.import(ImportMsg::Text(LIST.to_owned()));
    page.import(ImportMsg::Read);
    page.run();
    let found = page.found();
    assert_eq!(found.facts[0], ("Entries", "2".to_owned()));
    assert_eq!(found.facts[1].1, "1");
    assert!(found.said[0].starts_with("Line 3, column 12: “x” is not a number for seconds"));
    page.import(ImportMsg::Open);
    page.run();
    page.tell(Msg::Last);
    let state = page.app.timeline().clone().state();
    let mut listed = table_lines(&state);
    listed.sort();
    let good: Vec<&str> = LIST.lines().take(2).collect();
    assert_eq!(listed, good);
    // It is text, a link and a file like any other.
    assert!(page.log().starts_with("entry udp 17 29 "), "{}", page.log());
    assert!(
        page.other
            .iter()
            .any(|effect| matches!(effect, Effect::WriteHash(_)))
    );
    // The same as a file.
    page.choose("table.txt", LIST.into());
    page.run();
    assert_eq!(page.found().name, "table.txt");
}

#[test]
fn text_that_is_nothing_says_what_was_expected_and_stays() {
    let mut page = Page::new();
    page.tell(Msg::SetPanel(Panel::Import));
    for text in [
        "hello",
        "<img src=x onerror=alert(1)>",
        "tcp 6 1 NOPE src=\"><script>fetch('//x')</script>",
    ] {
        page.import(ImportMsg::Text(text.to_owned()));
        page.import(ImportMsg::Read);
        page.run();
        assert!(page.problem().contains(". Expected ") || page.problem().contains("; expected "));
        let ImportModel::Choose { text: kept, .. } = page.model() else {
            panic!("it is to be chosen again");
        };
        assert_eq!(*kept, *text, "what was typed is there to be mended");
    }
    page.import(ImportMsg::Text("x".repeat(17 << 20)));
    assert_eq!(
        page.problem(),
        "The text has 17.0 MB, and at most 16.0 MB are read."
    );
    assert!(page.app.timeline().is_empty());
}

const EVENTS: &str = "[1700000000.000001]\t    [NEW] udp      17 30 src=10.0.0.1 dst=10.0.0.2 \
     sport=1 dport=2 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1\n";

#[test]
fn a_recording_stands_beside_the_run_with_the_first_difference_marked() {
    let mut page = Page::new();
    page.tell(Msg::Run("udp 10.0.0.1:1 > 10.0.0.2:2".to_owned()));
    page.tell(Msg::Run("udp 10.0.0.2:2 > 10.0.0.1:1".to_owned()));
    page.import(ImportMsg::Text(EVENTS.to_owned()));
    page.import(ImportMsg::Read);
    page.run();
    assert_eq!(page.app.model().chrome.tab, Tab::Events);
    let seen = page
        .app
        .model()
        .recording
        .clone()
        .expect("it is beside the run");
    assert_eq!(seen.rows.len(), 2);
    assert!(seen.rows[0].same && !seen.rows[0].first);
    let row = &seen.rows[1];
    assert_eq!((row.what.as_str(), row.first), ("only in this run", true));
    assert_eq!((row.command, row.there.as_deref()), (Some(1), None));
    assert!(
        seen.summary.contains("The first difference is line 2"),
        "{}",
        seen.summary
    );
    // Another value in a line of the same flow, and a line that is none.
    let text = format!("{}what\n", EVENTS.replace("17 30", "17 29"));
    page.import(ImportMsg::Text(text));
    page.import(ImportMsg::Read);
    page.run();
    let seen = page
        .app
        .model()
        .recording
        .clone()
        .expect("it is beside the run");
    assert_eq!(seen.rows[0].what, "differs: 30 here, 29 in the recording");
    assert!(
        seen.notes[0].contains("the first is line 2"),
        "{:?}",
        seen.notes
    );
    assert!(!seen.stale);
    page.tell(Msg::Run("udp 10.0.0.1:1 > 10.0.0.2:2".to_owned()));
    assert!(
        page.app
            .model()
            .recording
            .as_ref()
            .is_some_and(|seen| seen.stale)
    );
    page.import(ImportMsg::Compare);
    page.run();
    assert!(
        page.app
            .model()
            .recording
            .as_ref()
            .is_some_and(|seen| !seen.stale)
    );
    page.import(ImportMsg::EndCompare);
    assert_eq!(page.app.model().recording, None);
}

#[test]
fn what_the_page_prints_is_the_same_as_itself() {
    let mut page = Page::new();
    page.choose("states.pcap", recorded("states.pcap"));
    page.run();
    page.import(ImportMsg::Open);
    page.run();
    let timeline = page.app.timeline().clone();
    let (mut hearing, mut lines) = (timeline.hearing(), String::new());
    let hz = timeline.config().hz;
    timeline.hear(&mut hearing, u32::MAX, |_, event| {
        lines += &format!("[1.5] {}\n", ctscope::view::texts::event_line(event, hz));
    });
    assert!(lines.lines().count() > 10);
    page.import(ImportMsg::Text(lines));
    page.import(ImportMsg::Read);
    page.run();
    let seen = page
        .app
        .model()
        .recording
        .clone()
        .expect("it is beside the run");
    assert!(seen.rows.iter().all(|row| row.same));
}

#[test]
fn of_a_recording_without_end_the_first_events_are_kept_and_the_rest_is_told() {
    let text = "[NEW] udp\n".repeat(EVENTS_MAX + 3);
    let read = read_events(&text);
    assert_eq!((read.events.len(), read.left_out), (EVENTS_MAX, 3));
    let mut page = Page::new();
    page.import(ImportMsg::Text(text));
    page.import(ImportMsg::Read);
    page.run();
    let seen = page.app.model().recording.clone();
    let notes = &seen.as_ref().expect("it is beside the run").notes;
    let said =
        "Only the first 200\u{202f}000 events of the recording are compared; 3 are left out.";
    assert!(notes.iter().any(|note| note == said), "{notes:?}");
}

#[test]
fn lines_that_are_left_out_do_not_shift_the_rest() {
    let here = [
        "[NEW] src=1",
        "[UPDATE] src=1 A",
        "[UPDATE] src=1 B",
        "[DESTROY] src=1",
    ];
    let there = [
        "[NEW] src=1",
        "[UPDATE] src=1 B",
        "[NEW] src=2",
        "[DESTROY] src=1",
    ];
    let told: Vec<(Option<usize>, Option<usize>)> = align(&here, &there)
        .iter()
        .map(|pair| (pair.here, pair.there))
        .collect();
    assert_eq!(
        told,
        [
            (Some(0), Some(0)),
            (Some(1), None),
            (Some(2), Some(1)),
            (None, Some(2)),
            (Some(3), Some(3))
        ]
    );
    assert!(align(&[], &[]).is_empty());
}
