//! The machine at a moment as JSON.
//!
//! | field | what it is |
//! |---|---|
//! | `format`, `version` | `ctscope.state`, 1 |
//! | `config` | what the machine was built with |
//! | `jiffies`, `uptime_ms` | the counter, and milliseconds since the start |
//! | `netns`, `cpu` | where commands act |
//! | `table` | buckets that are not empty, each chain from its head |
//! | `lists` | unconfirmed and dying lists that are not empty |
//! | `connections` | each with place, status, `use` and who holds it, timeout, tuples |
//! | `packets` | packets in the machine, with their bytes |
//! | `expectations`, `events` | as `conntrack -L expect` and `conntrack -E` print them |
//! | `stats` | counters of each namespace and CPU that are not 0 |
//! | `checks` | every self-check, and whether it holds |

use super::json::Lines;
use crate::engine::conn::{Owner, Place, Status, Timeout};
use crate::engine::nulls::ListId;
use crate::engine::stats::Counter;
use crate::engine::tuple::{Dir, Tuple};
use crate::engine::{Conntrack, NfConn};
use crate::scenario::packet_print::disassemble;
use crate::view::{expects, texts};
use serde_json::{Map, Value, json};

/// What the file says it is.
pub const STATE_FORMAT: &str = "ctscope.state";
const VERSION: u32 = 1;

/// The whole machine.
pub fn state(ct: &Conntrack) -> String {
    let mut lines = Lines::new(STATE_FORMAT, VERSION);
    lines.field("config", config(ct));
    lines.field("jiffies", ct.now.0);
    lines.field("uptime_ms", ct.hz().millis_since(ct.uptime));
    lines.field("netns", net_name(ct, ct.net));
    lines.field("cpu", ct.cpu);
    let chains = (0..ct.table.size()).filter_map(|bucket| {
        let nodes = nodes(ct, ListId::Bucket(bucket));
        (!nodes.is_empty()).then(|| json!({ "bucket": bucket, "chain": nodes }))
    });
    lines.list("table", chains);
    lines.list("lists", lists(ct));
    lines.list(
        "connections",
        ct.conns.iter().map(|conn| self::conn(ct, conn)),
    );
    lines.list("packets", packets(ct));
    lines.list(
        "expectations",
        expects::list_lines(ct).into_iter().map(Value::from),
    );
    let heard = ct.listener.heard.iter();
    lines.list(
        "events",
        heard.map(|event| texts::event_line(event, ct.hz()).into()),
    );
    lines.list("stats", stats(ct));
    let checks = texts::checks(ct).into_iter();
    lines.list(
        "checks",
        checks.map(|(name, holds)| json!({ "name": name, "holds": holds })),
    );
    lines.finish()
}

fn config(ct: &Conntrack) -> Value {
    let config = &ct.config;
    json!({
        "profile": config.profile.name(),
        "hz": config.hz.per_second(),
        "buckets": ct.table.size(),
        "seed": config.seed,
        "hash_mix": config.hash_mix,
        "cpus": config.cpus,
        "max": ct.max,
    })
}

fn net_name(ct: &Conntrack, net: u8) -> Value {
    let net = ct.nets.get(usize::from(net));
    net.map_or(Value::Null, |net| net.name.as_str().into())
}

fn nodes(ct: &Conntrack, list: ListId) -> Vec<Value> {
    ct.walk(list)
        .filter_map(|node| {
            let conn = ct.conns.at(node.slot)?;
            Some(json!({ "conn": conn.id.to_string(), "dir": dir(node.dir) }))
        })
        .collect()
}

fn dir(dir: Dir) -> &'static str {
    crate::view::stage::dir_word(dir)
}

fn lists(ct: &Conntrack) -> Vec<Value> {
    let mut all = Vec::new();
    for net in 0..ct.nets.len() as u8 {
        for cpu in 0..ct.config.cpus {
            all.push((
                ListId::Unconfirmed { net, cpu },
                "unconfirmed",
                net,
                Some(cpu),
            ));
            all.push((ListId::Dying { net, cpu }, "dying", net, Some(cpu)));
        }
        all.push((ListId::Undelivered { net }, "undelivered", net, None));
    }
    let told = all.into_iter().filter_map(|(list, word, net, cpu)| {
        let nodes = nodes(ct, list);
        (!nodes.is_empty()).then(
            || json!({ "list": word, "netns": net_name(ct, net), "cpu": cpu, "nodes": nodes }),
        )
    });
    told.collect()
}

fn tuple(tuple: &Tuple) -> Value {
    let l3 = tuple.src.l3num;
    let (src, dst) = (tuple.src.u3.show(l3), tuple.dst.u3.show(l3));
    let mut map = Map::new();
    map.insert("proto".into(), tuple.dst.protonum.into());
    map.insert("src".into(), src.to_string().into());
    map.insert("dst".into(), dst.to_string().into());
    if tuple.has_ports() {
        map.insert("sport".into(), tuple.src.u.into());
        map.insert("dport".into(), tuple.dst.u.into());
    } else if tuple.is_icmp() {
        map.insert("id".into(), tuple.src.u.into());
    }
    map.into()
}

fn conn(ct: &Conntrack, conn: &NfConn) -> Value {
    let place = match conn.place() {
        Place::Unconfirmed => "unconfirmed",
        Place::Table => "table",
        Place::Dying => "dying",
        Place::Nowhere => "nowhere",
    };
    let status: Vec<&str> = conn.status.iter_names().map(|(name, _)| name).collect();
    let hz = ct.hz();
    let timeout = match conn.timeout {
        Timeout::Relative(ticks) => json!({ "kind": "relative", "ms": hz.millis(ticks) }),
        Timeout::Absolute(at) => json!({
            "kind": "absolute",
            "jiffies": at.0,
            "left_ms": hz.millis(conn.nf_ct_expires(ct.now)),
        }),
    };
    let owners = Owner::ALL
        .into_iter()
        .filter(|&owner| conn.refs.of(owner) > 0);
    let held: Map<String, Value> = owners
        .map(|owner| (owner.to_string(), conn.refs.of(owner).into()))
        .collect();
    let mut map = Map::new();
    let mut put = |key: &str, value: Value| {
        map.insert(key.to_owned(), value);
    };
    put("conn", conn.id.to_string().into());
    put("netns", net_name(ct, conn.net));
    put("zone", conn.zone.id.into());
    put("place", place.into());
    put("status", status.into());
    put("use", conn.use_count.into());
    put("held_by", held.into());
    put("state", conn.proto.name().into());
    put("timeout", timeout);
    put("mark", conn.mark.into());
    put("original", tuple(conn.tuple(Dir::Original)));
    put("reply", tuple(conn.tuple(Dir::Reply)));
    if conn.status.contains(Status::CONFIRMED) {
        put("line", texts::conntrack_line(conn, ct.now, hz).into());
    }
    map.into()
}

fn packets(ct: &Conntrack) -> impl Iterator<Item = Value> {
    ct.skbs.iter().map(|skb| {
        let hex: String = skb.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        json!({
            "packet": skb.id.to_string(),
            "netns": net_name(ct, skb.net),
            "cpu": skb.cpu,
            "at": skb.at.name(),
            "held": skb.held,
            "conn": skb.nfct.map(|id| id.to_string()),
            "ctinfo": skb.ctinfo.map(|ctinfo| ctinfo.name()),
            "line": disassemble(&skb.bytes),
            "hex": hex,
        })
    })
}

fn stats(ct: &Conntrack) -> Vec<Value> {
    let mut all = Vec::new();
    for net in &ct.nets {
        for (cpu, pcpu) in net.pcpu.iter().enumerate() {
            let counters = Counter::ALL.into_iter().filter_map(|counter| {
                let value = pcpu.stats.value(counter);
                (value > 0).then(|| (counter.name().to_owned(), value.into()))
            });
            let counters: Map<String, Value> = counters.collect();
            if !counters.is_empty() {
                all.push(json!({ "netns": net.name.as_str(), "cpu": cpu, "counters": counters }));
            }
        }
    }
    all
}
