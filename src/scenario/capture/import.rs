//! A capture on its way to being a scenario.

use super::container::{Container, Frame, Item};
use super::error::{CaptureError, Warning};
use super::link_layer::{self, Content, Going};
use super::repair::{self, Done, Unusable, Whole};
use super::sides::Way;
use super::tally::{Matter, Tally};
use super::twice::{Twice, hash};
use super::{Capture, FILE_BYTES_MAX, Options, PACKETS_MAX};
use crate::engine::command::{Command, Inject, Span};
use crate::engine::config::{BUCKETS_DEFAULT, BUCKETS_MAX, Config};
use crate::engine::skb::Path;
use crate::scenario::{COMMANDS_MAX, Line, Scenario};
use crate::words::{capture as w, tell};
use core::net::IpAddr;
use std::collections::BTreeMap;

/// Most addresses that are counted.
const ENDS_MAX: usize = 4_096;
/// Addresses that are told.
const BUSIEST: usize = 6;

/// The longest pause between two packets, in days: longer than any timeout that a kernel has by
/// default.
const PAUSE_DAYS_MAX: i128 = 7;
const PAUSE_NANOS_MAX: i128 = PAUSE_DAYS_MAX * NANOS_PER_DAY;
const NANOS_PER_DAY: i128 = 24 * 3600 * 1000 * NANOS_PER_MILLI;
const NANOS_PER_MILLI: i128 = 1_000_000;
/// The longest time that one command lets pass, in milliseconds.
const MILLIS_MAX: u32 = 7 * 24 * 3600 * 1000;

/// How far an import is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// So many bytes of the file were read; there are more.
    At(usize),
    /// Everything was read that can be.
    Done,
}

/// A capture file that is read in portions.
pub struct Import<B> {
    bytes: B,
    container: Container,
    making: Making,
    done: bool,
}

impl<B: AsRef<[u8]>> Import<B> {
    /// Begins to read a file.
    pub fn new(bytes: B, options: &Options) -> Result<Import<B>, CaptureError> {
        let length = bytes.as_ref().len();
        if length > FILE_BYTES_MAX {
            return Err(CaptureError::TooLarge(length));
        }
        let container = Container::open(bytes.as_ref())?;
        let making = Making::new(options);
        Ok(Import {
            bytes,
            container,
            making,
            done: false,
        })
    }

    /// Reads on, at most so many packets or other parts of the file.
    pub fn read(&mut self, parts: u32) -> Progress {
        for _ in 0..parts {
            if self.done {
                break;
            }
            self.done = self.making.add(self.container.next(self.bytes.as_ref()));
        }
        match self.done {
            true => Progress::Done,
            false => Progress::At(self.container.at),
        }
    }

    /// The scenario of what was read, and what there is to say about it.
    pub fn finish(self) -> Result<(Scenario, Vec<Warning>), CaptureError> {
        self.making.finish()
    }
}

/// A scenario in the making.
pub(super) struct Making {
    options: Options,
    lines: Vec<Line>,
    tally: Tally,
    twice: Twice,
    /// Packets in the file so far.
    packet: u32,
    /// Bytes of packets so far.
    bytes: usize,
    /// A mark for each packet's flow.
    flows: Vec<u64>,
    /// How many packets an address sent or was sent.
    ends: BTreeMap<IpAddr, u32>,
    clock: Option<Clock>,
    /// A link type that is not known.
    unknown_link: Option<u32>,
    /// `true` once a frame could be looked into.
    any_known: bool,
}

/// The time of the capture.
struct Clock {
    /// When the latest packet was seen, in nanoseconds since 1970.
    latest: i128,
    /// How much of the time up to then the commands do not let pass yet, in nanoseconds.
    due: i128,
}

impl Making {
    pub fn new(options: &Options) -> Making {
        let ifaces = options.ifaces.iter().cloned();
        Making {
            options: options.clone(),
            lines: ifaces.map(Command::Iface).map(Line::from).collect(),
            tally: Tally::default(),
            twice: Twice::default(),
            packet: 0,
            bytes: 0,
            flows: Vec::new(),
            ends: BTreeMap::new(),
            clock: None,
            unknown_link: None,
            any_known: false,
        }
    }

    /// Packets in the file so far.
    pub fn packets(&self) -> u32 {
        self.packet.min(PACKETS_MAX)
    }

    /// Takes what comes next in the file; `true` if that was the last.
    pub fn add(&mut self, item: Item<'_>) -> bool {
        match item {
            Item::Other => return false,
            Item::End(why) => {
                if let Some(why) = why {
                    self.tally.say(Some(self.packet + 1), why);
                }
                return true;
            }
            Item::Frame(_) | Item::Lost(_) => self.packet += 1,
        }
        if self.packet > PACKETS_MAX {
            let why = tell!(w::NO_MORE_THAN_PACKETS, packets_max = PACKETS_MAX);
            self.tally.say(Some(self.packet), why);
            return true;
        }
        match item {
            Item::Frame(frame) => self.frame(&frame),
            Item::Lost(why) => {
                self.tally
                    .add_with(Matter::Lost, self.packet, || why.to_owned());
                false
            }
            Item::Other | Item::End(_) => false,
        }
    }

    /// Takes a packet; `true` if there is no room for it.
    fn frame(&mut self, frame: &Frame<'_>) -> bool {
        let packet = self.packet;
        self.hear_time(frame.nanos);
        if !link_layer::is_known(frame.link) {
            self.unknown_link = Some(frame.link);
            self.tally.add_with(Matter::LinkType, packet, || {
                tell!(w::ITS_LINK_TYPE_LINK, link = frame.link)
            });
            return false;
        }
        self.any_known = true;
        let (captured, going) = match link_layer::content(frame.link, frame.data) {
            Content::Ip(captured, going) => (captured, going),
            Content::Other => {
                self.tally.add(Matter::NotIp, packet);
                return false;
            }
            Content::Short => {
                self.no_header();
                return false;
            }
        };
        let missing = (frame.wire_len as usize).saturating_sub(frame.data.len());
        let whole = match repair::whole(captured, missing) {
            Ok(whole) => whole,
            Err(Unusable::Header) => {
                self.no_header();
                return false;
            }
            Err(Unusable::TooLong) => {
                self.tally.add_with(Matter::TooLong, packet, || {
                    tell!(w::IT_HAS_CAPTURED_BYTES, captured = captured.len())
                });
                return false;
            }
        };
        if going.is_some_and(|going| self.twice.is_second(&whole.bytes, going)) {
            self.tally.add(Matter::Twice, packet);
            return false;
        }
        // Two commands at most: time passes, the packet enters.
        if self.lines.len() + 2 > COMMANDS_MAX || self.bytes + whole.bytes.len() > FILE_BYTES_MAX {
            let why = w::THE_SCENARIO_IS_FULL.text();
            self.tally.say(Some(packet), why);
            return true;
        }
        self.say_done(&whole, captured.len());
        self.pass_time();
        self.inject(whole, going);
        false
    }

    fn no_header(&mut self) {
        self.tally.add_with(Matter::Header, self.packet, || {
            w::IT_HAS_NO_IP.text().to_owned()
        });
    }

    fn say_done(&mut self, whole: &Whole, captured: usize) {
        let packet = self.packet;
        match whole.done {
            Done::Nothing => {}
            Done::Measured => self.tally.add(Matter::Measured, packet),
            Done::Sealed => self.tally.add(Matter::Sealed, packet),
            Done::Filled => self.tally.add_with(Matter::Filled, packet, || {
                tell!(w::ONLY_CAPTURED_OF_ITS, captured, bytes = whole.bytes.len())
            }),
            Done::LeftShort => self.tally.add_with(Matter::LeftShort, packet, || {
                tell!(w::ONLY_CAPTURED_BYTES_OF, captured)
            }),
            Done::Lying => self.tally.add_with(Matter::Lying, packet, || {
                tell!(w::IT_SAYS_THAT_IT, captured)
            }),
        }
    }

    /// Looks at a packet's time. The clock begins with the first packet in the file, also if that
    /// one is left out.
    fn hear_time(&mut self, nanos: Option<i128>) {
        let packet = self.packet;
        let Some(nanos) = nanos else {
            self.tally.add(Matter::NoTime, packet);
            return;
        };
        let clock = self.clock.get_or_insert(Clock {
            latest: nanos,
            due: 0,
        });
        let passed = nanos - clock.latest;
        if passed < 0 {
            let back = -passed / NANOS_PER_MILLI;
            self.tally
                .add_with(Matter::Backwards, packet, || tell!(w::IT_IS_BACK_MS, back));
            return;
        }
        clock.latest = nanos;
        clock.due += passed.min(PAUSE_NANOS_MAX);
        if passed > PAUSE_NANOS_MAX {
            self.tally.add_with(Matter::LongPause, packet, || {
                let days = passed / NANOS_PER_DAY;
                tell!(w::IT_COMES_DAYS_DAYS, days, pause_days_max = PAUSE_DAYS_MAX)
            });
        }
    }

    /// Lets the time pass that is due, up to a millisecond.
    fn pass_time(&mut self) {
        let Some(clock) = &mut self.clock else {
            return;
        };
        let millis = clock.due / NANOS_PER_MILLI;
        // Where many packets were left out the sum of the pauses may be larger than one command's.
        let millis = u32::try_from(millis).unwrap_or(u32::MAX).min(MILLIS_MAX);
        clock.due -= i128::from(millis) * NANOS_PER_MILLI;
        if millis > 0 {
            self.lines
                .push(Command::Advance(Span::Millis(millis)).into());
        }
    }

    fn inject(&mut self, whole: Whole, going: Option<Going>) {
        self.flows.push(flow_mark(&whole));
        for end in [whole.src, whole.dst] {
            // Nobody is a group.
            let is_group = match end {
                IpAddr::V4(v4) => v4.is_multicast() || v4.is_broadcast(),
                IpAddr::V6(v6) => v6.is_multicast(),
            };
            let room = self.ends.len() < ENDS_MAX || self.ends.contains_key(&end);
            if room && !is_group {
                *self.ends.entry(end).or_default() += 1;
            }
        }
        let way = Way::of(&self.options, (whole.src, whole.dst), going).unwrap_or_else(|| {
            self.tally.add_with(Matter::NoIface, self.packet, || {
                let src = whole.src;
                tell!(w::IT_COMES_FROM_SRC, src)
            });
            Way {
                path: Path::Forward,
                iif: None,
            }
        });
        self.bytes += whole.bytes.len();
        let inject = Inject {
            bytes: whole.bytes,
            path: way.path,
            iif: way.iif,
            hold_at: None,
            drop_at: None,
        };
        self.lines.push(Command::Inject(inject).into());
    }

    fn finish(self) -> Result<(Scenario, Vec<Warning>), CaptureError> {
        let read = self.finish_whole()?;
        Ok((read.scenario, read.warnings))
    }

    /// What was read.
    pub fn finish_whole(mut self) -> Result<Capture, CaptureError> {
        if let (false, Some(link)) = (self.any_known, self.unknown_link) {
            return Err(CaptureError::LinkType(link));
        }
        if self.packet == 0 && self.tally.is_empty() {
            self.tally.say(None, w::THERE_IS_NO_PACKET.text());
        }
        let (packets, taken) = (self.packets(), self.flows.len() as u32);
        self.flows.sort_unstable();
        self.flows.dedup();
        let flows = self.flows.len() as u32;
        let config = self.options.config.unwrap_or_else(|| fitting(flows));
        let mut busiest: Vec<(IpAddr, u32)> = self.ends.into_iter().collect();
        busiest.sort_by_key(|(address, count)| (u32::MAX - count, *address));
        busiest.truncate(BUSIEST);
        Ok(Capture {
            scenario: Scenario {
                config,
                lines: self.lines,
            },
            warnings: self.tally.finish(),
            packets,
            taken,
            flows,
            busiest,
        })
    }
}

/// A number that the packets of a flow share in both directions.
fn flow_mark(whole: &Whole) -> u64 {
    let (protonum, [s0, s1, d0, d1]) = whole.flow;
    let mut ends = [(whole.src, [s0, s1]), (whole.dst, [d0, d1])];
    ends.sort();
    let mut bytes = vec![protonum];
    for (address, port) in ends {
        match address {
            IpAddr::V4(v4) => bytes.extend(v4.octets()),
            IpAddr::V6(v6) => bytes.extend(v6.octets()),
        }
        bytes.extend(port);
    }
    hash(bytes.into_iter())
}

/// The default machine, with a bucket for each flow at least.
fn fitting(flows: u32) -> Config {
    // At most PACKETS_MAX.
    let buckets = flows.next_power_of_two();
    Config {
        buckets: buckets.clamp(BUCKETS_DEFAULT, BUCKETS_MAX),
        ..Config::default()
    }
}
