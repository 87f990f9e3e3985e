//! What `conntrack -L` printed, as a table to begin with.

use crate::change;
use crate::corpus;
use crate::harness::Text;
use crate::play::empty;
use crate::rng::Rng;
use crate::seen::Seen;
use crate::text::{check_error, check_print};
use ctscope::app::{AppState, Effect, ImportEffect, ImportMsg, Msg};
use ctscope::engine::addr::L3;
use ctscope::engine::{Command, Config, Conntrack, NoProbe, Profile};
use ctscope::scenario::table::{PROBLEMS_MAX, Table, TableReader, looks_like_table, read_table};
use ctscope::scenario::{Context, parse_command, recorder};
use ctscope::view::listing::table_lines;

/// The target.
#[derive(Clone, Debug)]
pub struct Tables {
    seeds: Vec<String>,
    words: Vec<String>,
}

/// Lines of which few are in the recordings.
const LINES: &str = "\
conntrack v1.4.7 (conntrack-tools): 3 flow entries have been shown.
udp 17 29 src=10.0.0.10 dst=10.96.0.10 sport=5000 dport=53 [UNREPLIED] src=10.244.0.7 \
     dst=10.0.0.10 sport=53 dport=5000 mark=7 use=2
tcp 6 431999 ESTABLISHED src=10.0.0.10 dst=192.0.2.20 sport=40000 dport=80 packets=5 bytes=600 \
     src=192.0.2.20 dst=10.0.0.10 sport=80 dport=40000 packets=4 bytes=500 [ASSURED] mark=0 \
     zone=3 delta-time=77 helper=ftp use=1
ipv6 10 icmpv6 58 29 src=2001:db8::1 dst=2001:db8::2 type=128 code=0 id=7 src=2001:db8::2 \
     dst=2001:db8::1 type=129 code=0 id=7 mark=0 use=1
gre 47 170 src=10.0.0.10 dst=192.0.2.20 srckey=0x0 dstkey=0x4d [UNREPLIED] src=192.0.2.20 \
     dst=10.0.0.10 srckey=0x4d dstkey=0x0
unknown 99 599 src=10.0.0.10 dst=192.0.2.20 [UNREPLIED] src=192.0.2.20 dst=10.0.0.10 zone-orig=4
sctp 132 9 COOKIE_WAIT src=10.0.0.10 dst=192.0.2.20 sport=1 dport=2 [UNREPLIED] src=192.0.2.20 \
     dst=10.0.0.10 sport=2 dport=1
dccp 33 9 src=10.0.0.10 dst=192.0.2.20 sport=1 dport=2 [UNREPLIED] src=192.0.2.20 dst=10.0.0.10 \
     sport=2 dport=1
tcp 6 9 CLOSE src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 \
     dport=1 [OFFLOAD]
entry tcp 6 4294967295 SYN_SENT2 src=10.0.0.3 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 \
     dst=10.0.0.3 sport=2 dport=1 delta-time=4294967295
";

impl Tables {
    /// With the tables that were recorded.
    #[allow(clippy::new_without_default)] // it reads files
    pub fn new() -> Tables {
        const ENTRIES_MAX: usize = 12;
        let mut seeds = Vec::new();
        for text in corpus::recordings() {
            let Ok(recording) = recorder::read(&text) else {
                continue;
            };
            let listed = recording.last.and_then(|last| last.conntrack_l);
            let listed = listed.unwrap_or_default();
            seeds.extend(listed.chunks(ENTRIES_MAX).take(2).map(|few| few.join("\n")));
        }
        seeds.push(LINES.to_owned());
        seeds.extend(LINES.lines().map(str::to_owned));
        let words = corpus::words(seeds.iter().map(String::as_str));
        Tables { seeds, words }
    }
}

/// Runs what was read: the machine does all of it.
fn run(table: &Table) -> Result<Conntrack, String> {
    let mut ct = Conntrack::new(&table.scenario.config);
    for line in &table.scenario.lines {
        let outcome = ct.apply(&line.command, &mut NoProbe);
        if let Some(why) = outcome.refused {
            return Err(format!("refused: {why:?} for {line}"));
        }
    }
    let violations = ct.check_invariants();
    if !violations.is_empty() {
        return Err(format!("invariant: {violations:?}"));
    }
    Ok(ct)
}

/// The list without `use`, in an order of its own: nobody but the table holds what was read.
fn listed(ct: &Conntrack) -> Vec<String> {
    let lines = table_lines(ct);
    let without = |line: &String| line.split(" use=").next().unwrap_or_default().to_owned();
    let mut lines: Vec<String> = lines.iter().map(without).collect();
    lines.sort();
    lines
}

/// Packets of what was read, in both directions, and time: the machine goes on with any of it.
fn go_on(ct: &mut Conntrack, table: &Table) -> Result<(), String> {
    const ENTRIES_MAX: usize = 8;
    let entries = table
        .scenario
        .lines
        .iter()
        .filter_map(|line| match &line.command {
            Command::Entry(entry) => Some([entry.original, entry.reply]),
            _ => None,
        });
    for tuple in entries.take(ENTRIES_MAX).flatten() {
        let l3 = tuple.src.l3num;
        let [src, dst] = [tuple.src.u3, tuple.dst.u3].map(|addr| addr.show(l3).to_string());
        let (sport, dport) = (tuple.src.u, tuple.dst.u);
        let ports = match l3 {
            L3::Ipv4 => format!("{src}:{sport} > {dst}:{dport}"),
            L3::Ipv6 => format!("[{src}]:{sport} > [{dst}]:{dport}"),
        };
        let packets = [
            format!("tcp {ports} A seq=7 ack=9 len=1"),
            format!("tcp {ports} R seq=7"),
            format!("udp {ports} len=1"),
            format!("udplite {ports} len=8 cov=8"),
            format!("sctp {ports} data vtag=1"),
            format!("dccp {ports} data seq=5"),
            format!("icmp {src} > {dst} echo-request id={sport} seq=1"),
            format!("icmp {src} > {dst} echo-reply id={sport} seq=1"),
            format!("gre {src} > {dst} ver=1 callid={dport} seq=1 len=2"),
        ];
        let packets = packets
            .iter()
            .filter_map(|line| parse_command(line, Context::default()).ok());
        for line in packets {
            ct.apply(&line.command, &mut NoProbe);
            let violations = ct.check_invariants();
            if !violations.is_empty() {
                return Err(format!("invariant: {violations:?} after {line}"));
            }
        }
    }
    empty(ct)
}

/// Does what the application asks for until nothing is under way.
pub fn import(app: &mut AppState, msg: ImportMsg) {
    let mut effects = app.update(Msg::Import(msg)).effects;
    while effects.contains(&Effect::Import(ImportEffect::On)) {
        app.model();
        effects = app.update(Msg::Import(ImportMsg::On(5))).effects;
    }
    app.model();
}

impl Text for Tables {
    const NAME: &'static str = "table";
    const ENDING: &'static str = "txt";

    fn seeds(&self) -> Vec<String> {
        self.seeds.clone()
    }

    fn change(&self, rng: &mut Rng, other: &str, input: &mut String) {
        for _ in 0..=rng.below(5) {
            change::text(rng, input, other, &self.words);
        }
    }

    fn run(&self, input: &str, seen: &mut Seen) -> Result<(), String> {
        seen.note(("table", looks_like_table(input)));
        for profile in Profile::ALL {
            let config = Config {
                profile,
                buckets: 4,
                ..Config::default()
            };
            let table = match read_table(input, &config) {
                Ok(table) => table,
                Err(error) => return check_error(input, &error, seen),
            };
            let mut reader = TableReader::new(input.to_owned(), &config)
                .map_err(|error| format!("portions: {error}"))?;
            while !reader.read(1) {}
            if reader.finish() != table {
                return Err("portions: they read otherwise than the whole".to_owned());
            }
            for problem in &table.problems {
                check_error(input, problem, seen)?;
            }
            if table.problems.len() != PROBLEMS_MAX.min(table.bad as usize) {
                return Err(format!("problems: {} of them are bad", table.bad));
            }
            for note in &table.notes {
                seen.sentence("note", note);
            }
            seen.note(("entries", table.entries.min(20)));
            check_print(&table.scenario)?;
            let mut ct = run(&table)?;
            if ct.count() != table.entries {
                let (count, entries) = (ct.count(), table.entries);
                return Err(format!("entries: {count} of {entries} are in the table"));
            }
            // What is listed is read as the same table.
            let lines = listed(&ct);
            let again =
                read_table(&lines.join("\n"), &config).map_err(|error| format!("list: {error}"))?;
            if let Some(problem) = again.problems.first() {
                return Err(format!("list: {problem} in {lines:?}"));
            }
            let other = listed(&run(&again)?);
            if other != lines {
                return Err(format!("list: {lines:?} is read as {other:?}"));
            }
            go_on(&mut ct, &table)?;
        }
        let mut app = AppState::new();
        import(&mut app, ImportMsg::Text(input.to_owned()));
        import(&mut app, ImportMsg::Read);
        import(&mut app, ImportMsg::Open);
        seen.note(("opened", app.timeline().len().min(3)));
        Ok(())
    }
}
