//! A router in a network namespace of its own.

use crate::ctnetlink::{self, Entry, GROUPS, Key, Stats};
use crate::netlink::Netlink;
use crate::tun::Tun;
use crate::{Result, rules};
use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{getgid, getuid};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

/// Settings of every router: it forwards, does not ration its own answers, checks no source
/// addresses, makes no addresses and flow labels of its own, and tells why a packet is INVALID.
const SETTINGS: [(&str, &str); 16] = [
    ("net/ipv4/ip_forward", "1"),
    ("net/ipv6/conf/all/forwarding", "1"),
    ("net/ipv4/icmp_ratelimit", "0"),
    ("net/ipv4/icmp_msgs_per_sec", "100000"),
    ("net/ipv6/icmp/ratelimit", "0"),
    ("net/ipv4/conf/all/rp_filter", "0"),
    ("net/ipv4/conf/default/rp_filter", "0"),
    ("net/ipv4/conf/all/send_redirects", "0"),
    ("net/ipv4/conf/default/send_redirects", "0"),
    ("net/ipv6/conf/default/addr_gen_mode", "1"),
    ("net/ipv6/auto_flowlabels", "0"),
    ("net/ipv6/conf/default/accept_ra", "0"),
    ("net/ipv6/conf/default/accept_dad", "0"),
    ("net/netfilter/nf_conntrack_events", "1"),
    ("net/netfilter/nf_log/2", "nfnetlink_log"),
    ("net/netfilter/nf_log/10", "nfnetlink_log"),
];

/// The observer: has the hooks of conntrack registered, and logs a packet's state right behind it.
const OBSERVER: &str = r#"table inet observer {
  chain states {
    ct state invalid log prefix "invalid" group 1
    ct state untracked log prefix "untracked" group 1
    ct state new ct direction original log prefix "new original" group 1
    ct state new ct direction reply log prefix "new reply" group 1
    ct state established ct direction original log prefix "established original" group 1
    ct state established ct direction reply log prefix "established reply" group 1
    ct state related ct direction original log prefix "related original" group 1
    ct state related ct direction reply log prefix "related reply" group 1
  }
  chain pre { type filter hook prerouting priority -190; policy accept; jump states; }
  chain out {
    type filter hook output priority -190; policy accept;
    ip6 daddr ff00::/8 accept
    jump states
  }
}
"#;

/// Where a packet comes in or leaves.
pub const SIDES: [&str; 2] = ["a", "b"];

/// The addresses and routes of a router about which a scenario says nothing.
pub fn default_topology() -> Value {
    json!({
        "a": {"addrs": ["10.0.0.1/24", "2001:db8:a::1/64"], "routes": []},
        "b": {"addrs": ["192.0.2.1/24", "2001:db8:b::1/64"], "routes": ["default", "::/0"]},
    })
}

/// A packet's state where the observer saw it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    /// Number of the hook: 0 prerouting, 3 output.
    pub hook: Option<u8>,
    /// `new`, `established`, `related`, `invalid` or `untracked`.
    pub state: String,
    /// `original` or `reply`.
    pub dir: Option<String>,
}

/// What became of a packet.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Observed {
    /// Its state behind conntrack, at each hook where it, or an answer to it, came by.
    pub seen: Vec<Seen>,
    /// The kernel's own words on what it did not like.
    pub words: Vec<String>,
    /// What left: the side and the bytes.
    pub out: Vec<(usize, Vec<u8>)>,
}

/// A namespace with two devices, and sockets to its conntrack. The thread that made it stays in it.
#[derive(Debug)]
pub struct Router {
    tuns: Vec<(String, Tun)>,
    ask: Netlink,
    events: Netlink,
    log: Netlink,
    /// What events said is in the table, by the kernel's number of it.
    known: BTreeMap<u64, Key>,
}

impl Router {
    /// A fresh router. The calling thread moves into its namespace for good, or until it makes
    /// another one.
    pub fn new(topology: &Value) -> Result<Router> {
        enter_namespace()?;
        for (path, value) in SETTINGS {
            set(path, value)?;
        }
        let mut batch = String::from("link set lo up\n");
        let mut tuns = Vec::new();
        for (side, config) in topology.as_object().into_iter().flatten() {
            tuns.push((side.clone(), Tun::new(side)?));
            let mtu = config["mtu"].as_u64().unwrap_or(1500);
            batch += &format!("link set dev {side} up mtu {mtu}\n");
            for addr in texts(&config["addrs"]) {
                let nodad = if addr.contains(':') { " nodad" } else { "" };
                batch += &format!("addr add {addr} dev {side}{nodad}\n");
            }
            for route in texts(&config["routes"]) {
                let family = if route.contains(':') { "-6 " } else { "" };
                batch += &format!("{family}route add {route} dev {side}\n");
            }
        }
        // `ip -batch` knows no family per line.
        let (six, four): (Vec<&str>, Vec<&str>) =
            batch.lines().partition(|line| line.starts_with("-6 "));
        run("ip", &["-batch", "-"], &(four.join("\n") + "\n"))?;
        if !six.is_empty() {
            let six: String = six.iter().map(|line| format!("{}\n", &line[3..])).collect();
            run("ip", &["-6", "-batch", "-"], &six)?;
        }
        let mut log = Netlink::new(0)?;
        for group in [0, 1] {
            ctnetlink::bind_log(&mut log, group)?;
        }
        let router = Router {
            tuns,
            ask: Netlink::new(0)?,
            events: Netlink::new(GROUPS)?,
            log,
            known: BTreeMap::new(),
        };
        run("nft", &["-f", "-"], OBSERVER)?;
        set("net/netfilter/nf_conntrack_log_invalid", "255")?;
        Ok(router)
    }

    /// The number of a side.
    pub fn side(&self, name: &str) -> Result<usize> {
        let found = self.tuns.iter().position(|(side, _)| side == name);
        found.ok_or_else(|| format!("the router has no side {name:?}").into())
    }

    /// The name of a side.
    pub fn side_name(&self, side: usize) -> &str {
        &self.tuns[side].0
    }

    /// A packet arrives; the answer is all that happened until the kernel was done with it.
    pub fn inject(&mut self, side: usize, packet: &[u8]) -> Result<Observed> {
        self.push(side, packet)?;
        let mut observed = Observed::default();
        for (hook, prefix) in ctnetlink::logged(&mut self.log)? {
            // What trackers and helpers have to say for themselves.
            if prefix.starts_with("nf_ct_") {
                observed.words.push(prefix.trim().to_owned());
            } else {
                let (state, dir) = match prefix.split_once(' ') {
                    Some((state, dir)) => (state, Some(dir.to_owned())),
                    None => (prefix.as_str(), None),
                };
                observed.seen.push(Seen {
                    hook,
                    state: state.to_owned(),
                    dir,
                });
            }
        }
        observed.out = self.take()?;
        Ok(observed)
    }

    /// A packet arrives, and nobody asks what became of it.
    pub fn push(&mut self, side: usize, packet: &[u8]) -> Result<()> {
        self.tuns[side].1.inject(packet)
    }

    /// All packets that left, without the router's own multicast.
    pub fn take(&mut self) -> Result<Vec<(usize, Vec<u8>)>> {
        let mut out = Vec::new();
        for (side, (_, tun)) in self.tuns.iter().enumerate() {
            while let Some(packet) = tun.take()? {
                let six = packet.first().is_some_and(|byte| byte >> 4 == 6);
                if !(six && packet.get(24) == Some(&0xff)) {
                    out.push((side, packet));
                }
            }
        }
        Ok(out)
    }

    /// Forgets what was logged.
    pub fn forget_log(&mut self) -> Result<()> {
        ctnetlink::logged(&mut self.log).map(drop)
    }

    /// The whole table; listing it removes what is expired.
    pub fn entries(&mut self) -> Result<Vec<Entry>> {
        ctnetlink::dump_entries(&mut self.ask)
    }

    /// The same, but only those entries of which events told are asked for, since listing walks
    /// the table of the whole machine. Call [`Router::events`] before.
    pub fn known_entries(&mut self) -> Result<Vec<Entry>> {
        let mut out = Vec::new();
        for key in self.known.values() {
            out.extend(ctnetlink::entry(&mut self.ask, key)?);
        }
        // An entry of which nobody told is rare.
        if self.count()? == out.len() as u64 {
            Ok(out)
        } else {
            self.entries()
        }
    }

    /// All expectations.
    pub fn expectations(&mut self) -> Result<Vec<Value>> {
        ctnetlink::dump_expectations(&mut self.ask)
    }

    /// The events since the last call: the kind, and what the message carries.
    pub fn events(&mut self) -> Result<Vec<(&'static str, Entry)>> {
        let mut out = Vec::new();
        self.events.drain(|message| {
            let created = message.flags & 0x600 != 0;
            let destroyed = message.kind == 2;
            out.push(if message.subsystem == ctnetlink::CTNETLINK_EXP {
                let kind = match (destroyed, created) {
                    (true, _) => "EXP_DESTROY",
                    (_, true) => "EXP_NEW",
                    _ => "EXP_UPDATE",
                };
                (kind, ctnetlink::expectation_of(message))
            } else {
                let kind = match (destroyed, created) {
                    (true, _) => "DESTROY",
                    (_, true) => "NEW",
                    _ => "UPDATE",
                };
                if let Some((id, key)) = Key::of(message) {
                    if destroyed {
                        self.known.remove(&id);
                    } else {
                        self.known.insert(id, key);
                    }
                }
                (kind, ctnetlink::entry_of(message))
            });
        })?;
        Ok(out)
    }

    /// `conntrack -S`, summed.
    pub fn stats(&mut self) -> Result<Stats> {
        ctnetlink::stats(&mut self.ask)
    }

    /// Deletes every entry.
    pub fn flush(&mut self) -> Result<()> {
        ctnetlink::flush(&mut self.ask)
    }

    /// `nf_conntrack_count`.
    pub fn count(&self) -> Result<u64> {
        Ok(read("net/netfilter/nf_conntrack_count")?.parse()?)
    }

    /// Replaces all rules.
    pub fn load_rules(&self, nft: &str) -> Result<()> {
        // There may be none yet.
        attempt("nft", &["delete", "table", "inet", "fw"], "")?;
        run("nft", &["-f", "-"], nft).map(drop)
    }

    /// Removes all rules.
    pub fn unload_rules(&self) -> Result<()> {
        run("nft", &["delete", "table", "inet", "fw"], "").map(drop)
    }

    /// Replaces all rules by those of a scenario, and gives them in nft's words.
    pub fn set_rules(&self, list: &[Value]) -> Result<String> {
        let nft = rules::to_nft(list)?;
        self.load_rules(&nft)?;
        Ok(nft)
    }
}

/// Strings of a JSON list.
fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// Moves this thread into a new network namespace; where that is forbidden, the process goes into
/// a user namespace in which it is not.
fn enter_namespace() -> Result<()> {
    match unshare(CloneFlags::CLONE_NEWNET) {
        Ok(()) => return Ok(()),
        Err(Errno::EPERM) => {}
        Err(error) => return Err(format!("no network namespace can be made: {error}").into()),
    }
    let (user, group) = (getuid(), getgid());
    unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNET)
        .map_err(|error| format!("no network namespace can be made: {error}"))?;
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("0 {user} 1"))?;
    fs::write("/proc/self/gid_map", format!("0 {group} 1"))?;
    Ok(())
}

/// Writes a file below `/proc/sys`.
pub fn set(path: &str, value: &str) -> Result<()> {
    fs::write(format!("/proc/sys/{path}"), value)
        .map_err(|error| format!("{path} cannot be set to {value}: {error}").into())
}

/// Reads a file below `/proc/sys`.
pub fn read(path: &str) -> Result<String> {
    match fs::read_to_string(format!("/proc/sys/{path}")) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(error) => Err(format!("{path} cannot be read: {error}").into()),
    }
}

/// Runs a program in this namespace; a failure has the program's own words.
pub fn run(program: &str, args: &[&str], input: &str) -> Result<String> {
    let (done, out, error) = attempt(program, args, input)?;
    if done == 0 {
        Ok(out)
    } else {
        Err(format!("{program} {}: {error}{input}", args.join(" ")).into())
    }
}

/// Runs a program in this namespace: exit status, output, complaints.
pub fn attempt(program: &str, args: &[&str], input: &str) -> Result<(i32, String, String)> {
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{program} cannot be started: {error}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let status = output.status.code().unwrap_or(-1);
    Ok((status, text(&output.stdout), text(&output.stderr)))
}
