//! Measures every row, or the rows whose JSON holds a word, and prints a line of JSON for each;
//! then the memory of a table of a million connections.

use ctscope::engine::NfConn;
use ctscope_benches::clock::Clock;
use ctscope_benches::machine::Machine;
use ctscope_benches::rows;

fn main() {
    let wanted = std::env::args().nth(1);
    for row in rows::ROWS {
        let name = format!("{:?}", row.work);
        if wanted
            .as_ref()
            .is_none_or(|wanted| name.contains(wanted.as_str()))
        {
            println!("{}", rows::run(row).to_json());
        }
    }
    if wanted.is_none_or(|wanted| wanted == "Memory") {
        memory(1_000_000);
    }
}

/// Bytes that a connection takes: in its slot, and all included, by what the process has.
fn memory(flows: u32) {
    let before = resident();
    let clock = Clock::start();
    let machine = Machine::filled(1 << 20, flows);
    let millis = clock.nanos() / 1e6;
    let after = resident();
    assert_eq!(machine.ct.count(), flows);
    let buckets = 4 << 20;
    let each = after.saturating_sub(before).saturating_sub(buckets) as f64 / f64::from(flows);
    println!(
        "{{\"work\":\"Memory\",\"flows\":{flows},\"buckets\":{},\"slot\":{},\"each\":{each:.1},\
         \"fill_ms\":{millis:.0}}}",
        1 << 20,
        size_of::<NfConn>(),
    );
}

/// Bytes of memory that this process has, 0 where that cannot be told.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split_whitespace().nth(1)?.parse::<usize>().ok());
    pages.unwrap_or(0) * 4096
}
