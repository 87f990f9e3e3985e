//! Conditions on the machine.

use crate::engine::Conntrack;
use crate::engine::conn::Place;
use crate::engine::event::EventKind;
use crate::scenario::lesson::{Goal, Shelf};

/// `true` if the condition holds. `heard` is how many messages there were when the stop began.
pub fn holds(goal: &Goal, machine: &Conntrack, heard: u32) -> bool {
    let conn = |number: &u32| machine.conns.by_number(*number);
    match goal {
        Goal::Gone(number) => conn(number).is_none() && *number <= machine.conns.created(),
        Goal::Place(number, shelf) => {
            let place = match shelf {
                Shelf::Unconfirmed => Place::Unconfirmed,
                Shelf::Table => Place::Table,
                Shelf::Dying => Place::Dying,
            };
            conn(number).is_some_and(|conn| conn.place() == place)
        }
        Goal::State(number, state) => {
            conn(number).is_some_and(|conn| conn.proto.name() == Some(state))
        }
        Goal::Status(number, bits) => conn(number).is_some_and(|conn| conn.status.contains(*bits)),
        Goal::Use(number, count) => conn(number).is_some_and(|conn| conn.use_count == *count),
        Goal::Expired(number) => conn(number)
            .is_some_and(|conn| conn.place() == Place::Table && conn.nf_ct_is_expired(machine.now)),
        Goal::Conns(count) => machine.conns.len() == *count as usize,
        Goal::Entries(count) => machine.table.nodes() == *count,
        Goal::Chain(length) => machine.table.lengths().any(|of| of >= *length),
        Goal::Stat(counter, least) => {
            let cpus = machine.nets.iter().flat_map(|net| &net.pcpu);
            let sum: u64 = cpus.map(|cpu| u64::from(cpu.stats.value(*counter))).sum();
            sum >= u64::from(*least)
        }
        Goal::Expectations(count) => machine.expects.len() == *count as usize,
        Goal::Event(kind) => {
            let of = |event: EventKind| match event {
                EventKind::New => *kind == "NEW",
                EventKind::Update => *kind == "UPDATE",
                EventKind::Destroy => *kind == "DESTROY",
                EventKind::ExpNew | EventKind::ExpDestroy => false,
            };
            let mut since = machine
                .listener
                .heard
                .iter()
                .filter(|event| event.seq > heard);
            since.any(|event| of(event.kind))
        }
    }
}
