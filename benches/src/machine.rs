//! The engine, set up as the kernel was when it was measured: events off, gc not by itself.

use crate::packets::{Template, scattered};
use core::hint::black_box;
use ctscope::engine::command::{Inject, Listen, Span, TupleFilter};
use ctscope::engine::hooks::Station;
use ctscope::engine::sysctl::Sysctl;
use ctscope::engine::tuple::ipproto;
use ctscope::engine::{Command, Config, Conntrack, NoProbe, Probe, Profile, Step};
use ctscope::scenario::Scenario;

/// A machine with packets to give it.
#[derive(Clone)]
pub struct Machine {
    /// The engine.
    pub ct: Conntrack,
    packet: Command,
    /// The flow that the packet is of now.
    flow: Option<u32>,
}

/// A probe that looks at every step and keeps none.
#[derive(Default)]
pub struct Counting(pub u64);

impl Probe for Counting {
    fn step(&mut self, _: &Conntrack, what: impl FnOnce() -> Step) {
        // The step is made, and not forgotten by the optimiser.
        black_box(what());
        self.0 += 1;
    }
}

impl Machine {
    /// An empty one.
    pub fn new(profile: Profile, buckets: u32) -> Machine {
        let mut ct = Conntrack::new(&Config {
            profile,
            buckets,
            max: Some(0),
            ..Config::default()
        });
        for command in [
            Command::Listen(Listen::Off),
            Command::GcAuto(false),
            Command::SetSysctl(Sysctl::Events, 0),
        ] {
            ct.apply(&command, &mut NoProbe);
        }
        let packet = Command::Inject(Template::new("udp", "len=10", false).inject());
        Machine {
            ct,
            packet,
            flow: None,
        }
    }

    /// With this many UDP flows of one packet each.
    pub fn filled(buckets: u32, flows: u32) -> Machine {
        let mut machine = Machine::new(Profile::V5_10, buckets);
        let new = Template::new("udp", "len=10", false);
        machine.choose(&new);
        (0..flows).for_each(|i| machine.send(&new, i, &mut NoProbe));
        machine
    }

    /// The packets that follow are of this template's size.
    pub fn choose(&mut self, template: &Template) {
        self.packet = Command::Inject(template.inject());
        self.flow = None;
    }

    fn inject(&mut self) -> &mut Inject {
        match &mut self.packet {
            Command::Inject(inject) => inject,
            _ => unreachable!("only packets are sent"),
        }
    }

    /// A packet of a flow goes all its way.
    pub fn send<P: Probe>(&mut self, template: &Template, flow: u32, probe: &mut P) {
        // One hot flow sends one packet again and again; others are written as they come.
        if self.flow != Some(flow) {
            template.write(flow, self.inject());
            self.flow = Some(flow);
        }
        self.ct.apply(&self.packet, probe);
    }

    /// Every flow in turn, in no order, `count` packets in all.
    pub fn send_many<P: Probe>(
        &mut self,
        template: &Template,
        flows: u32,
        from: u32,
        count: u32,
        probe: &mut P,
    ) {
        for n in from..from.wrapping_add(count) {
            self.send(template, scattered(n) % flows, probe);
        }
    }

    /// So many connections, each with all of these packets; all are as far as one another.
    pub fn whole_connections<P: Probe>(&mut self, packets: &[Template], count: u32, probe: &mut P) {
        for template in packets {
            self.choose(template);
            (0..count).for_each(|n| self.send(template, n, probe));
        }
    }

    /// Every packet from now on is dropped in FORWARD, before confirm.
    pub fn drop_before_confirm(&mut self) {
        self.inject().drop_at = Some(Station::Forward);
    }

    /// Deletes every TCP connection.
    pub fn delete_tcp(&mut self) {
        self.delete(TupleFilter {
            protonum: Some(ipproto::TCP),
            ..TupleFilter::default()
        });
    }

    /// Deletes every connection that fits.
    pub fn delete(&mut self, which: TupleFilter) {
        self.ct.apply(&Command::DeleteMatching(which), &mut NoProbe);
    }

    /// gc visits every bucket.
    pub fn sweep<P: Probe>(&mut self, probe: &mut P) {
        self.ct.apply(&Command::GcSweep, probe);
    }

    /// Runs every command of a scenario, its config left out.
    pub fn replay<P: Probe>(&mut self, scenario: &Scenario, probe: &mut P) {
        for line in &scenario.lines {
            black_box(self.ct.apply(&line.command, probe));
        }
    }

    /// Time passes.
    pub fn advance(&mut self, millis: u32) {
        self.ct
            .apply(&Command::Advance(Span::Millis(millis)), &mut NoProbe);
    }
}
