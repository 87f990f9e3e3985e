//! A run of the engine, with every moment kept, to look at the stage of each.

use ctscope::engine::checksum::{internet_checksum, l4_checksum};
use ctscope::engine::extract::get_l4proto;
use ctscope::engine::hooks::Station;
use ctscope::engine::skb::Path;
use ctscope::engine::{Command, Config, Conntrack, Inject, Probe, Step};
use ctscope::view::model::Selection;
use ctscope::view::scene::Scene;
use ctscope::view::stage::{StageModel, Viewport, stage};

/// One command: the machine before it and after each of its steps.
pub struct Take {
    /// The first one is the machine before.
    pub states: Vec<Conntrack>,
    /// Its steps; `states` has one more.
    pub steps: Vec<Step>,
}

struct Camera(Take);

impl Probe for Camera {
    fn step(&mut self, at: &Conntrack, what: impl FnOnce() -> Step) {
        self.0.states.push(at.clone());
        self.0.steps.push(what());
    }
}

/// A machine and its last command.
pub struct Film {
    /// The machine now.
    pub machine: Conntrack,
    /// The last command.
    pub take: Take,
}

impl Film {
    /// A machine of the default config.
    pub fn new() -> Film {
        Film::with(&Config::default())
    }

    /// A machine.
    pub fn with(config: &Config) -> Film {
        let machine = Conntrack::new(config);
        let take = Take {
            states: vec![machine.clone()],
            steps: Vec::new(),
        };
        Film { machine, take }
    }

    /// Does a command and keeps its moments.
    pub fn run(&mut self, command: &Command) -> &mut Film {
        let states = vec![self.machine.clone()];
        let mut camera = Camera(Take {
            states,
            steps: Vec::new(),
        });
        let outcome = self.machine.apply(command, &mut camera);
        assert_eq!(outcome.refused, None, "{command:?}");
        self.take = camera.0;
        self
    }

    /// A forwarded packet.
    pub fn send(&mut self, bytes: Vec<u8>) -> &mut Film {
        self.send_held(bytes, None)
    }

    /// A forwarded packet that waits at a station.
    pub fn send_held(&mut self, bytes: Vec<u8>, hold_at: Option<Station>) -> &mut Film {
        let path = Path::Forward;
        self.run(&Command::Inject(Inject {
            bytes,
            path,
            iif: None,
            hold_at,
            drop_at: None,
        }))
    }

    /// The moment after the last step that fits, as the only fresh one.
    #[track_caller]
    pub fn at(&self, fits: impl Fn(&Step) -> bool) -> usize {
        self.take
            .steps
            .iter()
            .rposition(fits)
            .expect("the command has such a step")
    }

    /// The scene at a step of the last command, with the step before as the stop before.
    pub fn scene(&self, step: usize) -> Scene<'_> {
        self.scene_from(step, step)
    }

    /// The scene at a step, with everything from `from` on fresh.
    pub fn scene_from(&self, from: usize, step: usize) -> Scene<'_> {
        Scene {
            state: &self.take.states[step + 1],
            before: &self.take.states[from],
            steps: &self.take.steps,
            fresh: from..step + 1,
            line: None,
            selection: Selection::Step,
        }
    }

    /// The scene at the end of the last command, all of it fresh.
    pub fn end(&self) -> Scene<'_> {
        match self.take.steps.len() {
            0 => Scene {
                state: &self.machine,
                before: &self.machine,
                steps: &[],
                fresh: 0..0,
                line: None,
                selection: Selection::Step,
            },
            n => self.scene_from(0, n - 1),
        }
    }
}

/// The stage on a laptop.
pub fn wide(scene: &Scene) -> StageModel {
    stage(
        scene,
        Viewport {
            width: 792,
            height: 720,
            scroll: 0,
        },
    )
}

/// The stage on a phone.
pub fn narrow(scene: &Scene) -> StageModel {
    stage(
        scene,
        Viewport {
            width: 390,
            height: 700,
            scroll: 0,
        },
    )
}

/// Host A.
pub const A: [u8; 4] = [192, 168, 1, 2];
/// Host B.
pub const B: [u8; 4] = [10, 0, 0, 2];
/// SYN.
pub const SYN: u8 = 0x02;
/// SYN and ACK.
pub const SYN_ACK: u8 = 0x12;
/// ACK.
pub const ACK: u8 = 0x10;

fn ipv4(protonum: u8, src: [u8; 4], dst: [u8; 4], segment: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x45, 0];
    bytes.extend((20 + segment.len() as u16).to_be_bytes());
    bytes.extend([0, 0, 0x40, 0, 64, protonum, 0, 0]);
    bytes.extend(src);
    bytes.extend(dst);
    let sum = internet_checksum(&[&bytes]);
    bytes[10..12].copy_from_slice(&sum.to_be_bytes());
    bytes.extend(segment);
    bytes
}

fn with_checksum(mut bytes: Vec<u8>, at: usize) -> Vec<u8> {
    let l4 = get_l4proto(&bytes).expect("a good header");
    let sum = l4_checksum(&bytes, &l4);
    bytes[at..at + 2].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// A TCP packet without data.
pub fn tcp(src: ([u8; 4], u16), dst: ([u8; 4], u16), flags: u8, seq: u32, ack: u32) -> Vec<u8> {
    let mut segment = Vec::new();
    segment.extend(src.1.to_be_bytes());
    segment.extend(dst.1.to_be_bytes());
    segment.extend(seq.to_be_bytes());
    segment.extend(ack.to_be_bytes());
    segment.extend([0x50, flags, 0xfa, 0xf0, 0, 0, 0, 0]);
    with_checksum(ipv4(6, src.0, dst.0, &segment), 36)
}

/// A UDP packet.
pub fn udp(src: ([u8; 4], u16), dst: ([u8; 4], u16)) -> Vec<u8> {
    let mut segment = Vec::new();
    segment.extend(src.1.to_be_bytes());
    segment.extend(dst.1.to_be_bytes());
    segment.extend([0, 12, 0, 0, 1, 2, 3, 4]);
    with_checksum(ipv4(17, src.0, dst.0, &segment), 26)
}

/// An ICMP echo request.
pub fn echo(src: [u8; 4], dst: [u8; 4], id: u16) -> Vec<u8> {
    let mut segment = vec![8, 0, 0, 0];
    segment.extend(id.to_be_bytes());
    segment.extend([0, 1]);
    with_checksum(ipv4(1, src, dst, &segment), 22)
}

/// The mock's story: an established connection, a deleted one that a queued packet holds, an
/// unconfirmed one, and the SYN-ACK that looks for the first.
pub fn slow_server() -> Film {
    let mut film = Film::new();
    film.send(tcp((A, 47617), (B, 80), SYN, 1, 0));
    film.send(tcp((B, 80), (A, 47617), SYN_ACK, 9, 2));
    film.send(tcp((A, 47617), (B, 80), ACK, 2, 10));
    film.send_held(udp((A, 40000), ([10, 0, 0, 53], 53)), Some(Station::Queue));
    film.run(&Command::Delete(2));
    film.run(&Command::Cpu(1));
    film.send_held(echo(A, B, 42), Some(Station::Forward));
    film.send(tcp((A, 47562), (B, 80), SYN, 1, 0));
    film.send(tcp((B, 80), (A, 47562), SYN_ACK, 9, 2));
    film
}
