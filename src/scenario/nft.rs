//! Rules: `nft HOOK [matches] ACTION`, the words as nftables has them.
//!
//! ```text
//! nft forward iif a ct state new,established accept
//! nft prerouting ip saddr 10.0.0.0/24 udp dport 53 notrack
//! nft prerouting ct original zone set 5
//! nft prerouting tcp dport 21 ct helper set ftp
//! nft prerouting tcp dport 80 ct timeout set syn_sent=5,established=500
//! nft postrouting oif b snat to 203.0.113.5:5000-5001
//! nft prerouting tcp dport 80 redirect to :8080
//! ```

use super::filter::{Reader, ShownProtocol, l3_addr, port, protocol, set, station, station_name};
use super::packet::address;
use super::words::{Fault, Word, quoted};
use crate::engine::addr::{Addr, L3};
use crate::engine::conn::Zone;
use crate::engine::hooks::{CtStates, Station};
use crate::engine::proto::timeout_names;
use crate::engine::router::IfName;
use crate::engine::rules::{
    Action, Fit, HelperName, NatRange, POLICY_MAX, PortRange, Prefix, Rule, TimeoutPolicy,
};
use crate::engine::sysctl::TIMEOUT_SECS_MAX;
use crate::engine::tuple::{Dir, ipproto};
use crate::words::{Plain, scenario as w, tell};
use core::fmt;

/// The states that a rule can ask for, in the order in which they are printed.
const STATES: [(&str, CtStates); 5] = [
    ("new", CtStates::NEW),
    ("established", CtStates::ESTABLISHED),
    ("related", CtStates::RELATED),
    ("invalid", CtStates::INVALID),
    ("untracked", CtStates::UNTRACKED),
];

const START: Plain = w::PREROUTING_INPUT_FORWARD;
const MATCH: Plain = w::IIF_OIF_IP_IP6;
const ZONE_MAX: u64 = 0xffff;

/// A rule, or `None` for `flush`.
pub(super) fn nft(first: Word<'_>, words: &[Word<'_>]) -> Result<Option<Rule>, Fault> {
    let mut reader = Reader::new(first, words);
    let mut hook = reader.need(START.text())?;
    if hook.text == "flush" {
        if reader.peek().is_some_and(|word| word.text == "ruleset") {
            reader.next();
        }
        return reader.finish().map(|()| None);
    }
    if hook.text == "add" {
        reader.keyword("rule")?;
        hook = reader.need(START.text())?;
    }
    let asked_at = station(hook).map_err(|_| hook.unknown(w::A_HOOK.text(), START.text()))?;
    if asked_at == Station::Queue {
        return Err(hook.fault(w::NO_RULE_IS_ASKED.text(), START.text()));
    }
    let mut fit = Fit::default();
    let (at, action) = loop {
        let word = reader.need(MATCH.text())?;
        if let Some(action) = part(&mut fit, word, &mut reader)? {
            break (word, action);
        }
    };
    reader.finish()?;
    if !action.hooks().contains(&asked_at) {
        let hooks: Vec<String> = action
            .hooks()
            .iter()
            .map(|hook| station_name(*hook))
            .collect();
        let problem = tell!(
            w::QUOTED_CANNOT_BE_DONE,
            quoted = at.quoted(),
            hook = hook.text
        );
        return Err(hook.fault(problem, hooks.join(" or ")));
    }
    Ok(Some(Rule {
        hook: asked_at,
        fit,
        action,
    }))
}

/// A match is added to `fit`; an action ends the rule.
fn part(
    fit: &mut Fit,
    word: Word<'_>,
    reader: &mut Reader<'_, '_>,
) -> Result<Option<Action>, Fault> {
    match word.text {
        "iif" | "iifname" => set(&mut fit.iif, iface(reader)?, word)?,
        "oif" | "oifname" => set(&mut fit.oif, iface(reader)?, word)?,
        "ip" | "ip6" => {
            let side = reader.need(w::SADDR_OR_DADDR.text())?;
            let value = reader.need(w::AN_ADDRESS_OR_A.text())?;
            let net = prefix(value)?;
            if (net.l3 == L3::Ipv4) != (word.text == "ip") {
                let what = tell!(
                    w::QUOTED_IS_NOT_AN,
                    quoted = value.quoted(),
                    word = word.text
                );
                return Err(value.fault(what, w::AN_ADDRESS_OF_ITS.text()));
            }
            match side.text {
                "saddr" => set(&mut fit.src, net, side)?,
                "daddr" => set(&mut fit.dst, net, side)?,
                _ => return Err(side.unknown(w::A_FIELD_OF_THE.text(), w::SADDR_OR_DADDR.text())),
            }
        }
        "tcp" | "udp" | "th" => {
            if word.text != "th" {
                let number = protocol(word)?;
                if fit.protonum.is_some_and(|other| other != number) {
                    let what = tell!(w::QUOTED_IS_NOT_THE, quoted = word.quoted());
                    return Err(word.fault(what, w::THE_SAME_PROTOCOL_OR.text()));
                }
                fit.protonum = Some(number);
            }
            let side = reader.need(w::SPORT_OR_DPORT.text())?;
            let value = port(reader.need(w::A_PORT.text())?)?;
            match side.text {
                "sport" => set(&mut fit.sport, value, side)?,
                "dport" => set(&mut fit.dport, value, side)?,
                _ => return Err(side.unknown(w::A_PORT_OF_THE.text(), w::SPORT_OR_DPORT.text())),
            }
        }
        "meta" => {
            reader.keyword("l4proto")?;
            let value = reader.need(w::A_PROTOCOL.text())?;
            set(&mut fit.protonum, protocol(value)?, value)?;
        }
        "ct" => return ct(fit, reader),
        "accept" => return Ok(Some(Action::Accept)),
        "drop" => return Ok(Some(Action::Drop)),
        "reject" => return reject(reader).map(Some),
        "notrack" => return Ok(Some(Action::Notrack)),
        "snat" => return nat_range(reader).map(|range| Some(Action::Snat(range))),
        "dnat" => return nat_range(reader).map(|range| Some(Action::Dnat(range))),
        "masquerade" => return to_ports(reader).map(|ports| Some(Action::Masquerade(ports))),
        "redirect" => return to_ports(reader).map(|ports| Some(Action::Redirect(ports))),
        _ => return Err(word.unknown(w::PART_OF_A_RULE.text(), MATCH.text())),
    }
    Ok(None)
}

/// `reject`, `reject with tcp reset`.
fn reject(reader: &mut Reader<'_, '_>) -> Result<Action, Fault> {
    let Some(word) = reader.next() else {
        return Ok(Action::Reject);
    };
    if word.text != "with" {
        return Err(word.unknown(w::PART_OF_A_RULE.text(), w::WITH_TCP_RESET_OR.text()));
    }
    reader.keyword("tcp")?;
    reader.keyword("reset")?;
    Ok(Action::RejectReset)
}

/// `ct state …`, `ct mark N`, `ct mark set N`, `ct [original|reply] zone set N`,
/// `ct helper set NAME`, `ct timeout set NAME=SECONDS,…`.
fn ct(fit: &mut Fit, reader: &mut Reader<'_, '_>) -> Result<Option<Action>, Fault> {
    const KEYS: Plain = w::STATE_MARK_ZONE_HELPER;
    let word = reader.need(KEYS.text())?;
    match word.text {
        "state" => {
            let list = reader.need(w::NEW_ESTABLISHED_RELATED.text())?;
            if !fit.states.is_empty() {
                return Err(list.fault(w::CT_STATE_IS_ASKED.text(), w::EVERY_PART_ONCE.text()));
            }
            fit.states = state_list(list)?;
            Ok(None)
        }
        "mark" => {
            let value = reader.need(w::A_MARK_OR_SET.text())?;
            let all = 0..=u64::from(u32::MAX);
            if value.text == "set" {
                let mark = reader
                    .need(w::A_MARK.text())?
                    .number(w::A_MARK.text(), all)?;
                return Ok(Some(Action::Mark(mark as u32)));
            }
            set(
                &mut fit.mark,
                value.number(w::A_MARK.text(), all)? as u32,
                word,
            )?;
            Ok(None)
        }
        "original" | "reply" | "zone" => {
            let dirs = match word.text {
                "original" => 1 << Dir::Original.index(),
                "reply" => 1 << Dir::Reply.index(),
                _ => Zone::BOTH,
            };
            if word.text != "zone" {
                reader.keyword("zone")?;
            }
            reader.keyword("set")?;
            let id = reader
                .need(w::A_ZONE.text())?
                .number(w::A_ZONE.text(), 0..=ZONE_MAX)? as u16;
            Ok(Some(Action::Zone(Zone { id, dirs })))
        }
        "helper" => {
            reader.keyword("set")?;
            let names: Vec<&str> = HelperName::ALL.iter().map(|name| name.name()).collect();
            let name = reader.need(&names.join(" or "))?;
            HelperName::ALL
                .into_iter()
                .find(|helper| helper.name() == name.text.trim_matches('"'))
                .map(|helper| Some(Action::Helper(helper)))
                .ok_or_else(|| name.unknown(w::A_HELPER_THAT_IS.text(), names.join(" or ")))
        }
        "timeout" => {
            reader.keyword("set")?;
            let list = reader.need("timeouts such as syn_sent=5,established=500")?;
            policy(fit.protonum, list).map(|policy| Some(Action::Timeout(policy)))
        }
        _ => Err(word.unknown(w::WHAT_CT_CAN_SAY.text(), KEYS.text())),
    }
}

fn iface(reader: &mut Reader<'_, '_>) -> Result<IfName, Fault> {
    let word = reader.need(w::THE_NAME_OF_AN.text())?;
    if_name(word)
}

/// A word as the name of an interface; nft's quotation marks may be there.
pub(super) fn if_name(word: Word<'_>) -> Result<IfName, Fault> {
    IfName::new(word.text.trim_matches('"'))
        .ok_or_else(|| word.unknown(w::A_NAME_OF_AN.text(), w::N_1_TO_15.text()))
}

/// An address, or a network with `/` and its length.
pub(super) fn prefix(word: Word<'_>) -> Result<Prefix, Fault> {
    let (host, len) = match word.text.split_once('/') {
        Some((host, len)) => (host, Some(len)),
        None => (word.text, None),
    };
    let (l3, addr) = l3_addr(address(Word {
        at: word.at,
        text: host,
    })?);
    let most = Prefix::len_max(l3);
    let len = match len {
        None => most,
        Some(len) => {
            let at = word.at + host.len() + 1;
            let word = Word { at, text: len };
            word.number(w::THE_LENGTH_OF_A.text(), 0..=u64::from(most))? as u8
        }
    };
    Ok(Prefix { l3, addr, len })
}

fn state_list(list: Word<'_>) -> Result<CtStates, Fault> {
    let mut states = CtStates::empty();
    for word in parts(list, ',') {
        let found = STATES.iter().find(|(name, _)| *name == word.text);
        let Some((_, state)) = found else {
            let names: Vec<&str> = STATES.iter().map(|(name, _)| *name).collect();
            return Err(word.unknown(w::A_STATE.text(), names.join(", ")));
        };
        states |= *state;
    }
    Ok(states)
}

/// The parts of a word between separators, each knowing where it stands.
fn parts(word: Word<'_>, separator: char) -> impl Iterator<Item = Word<'_>> {
    let mut at = word.at;
    word.text.split(separator).map(move |text| {
        let part = Word { at, text };
        at += text.len() + separator.len_utf8();
        part
    })
}

fn policy(protonum: Option<u8>, list: Word<'_>) -> Result<TimeoutPolicy, Fault> {
    let Some(protonum) = protonum else {
        return Err(list.fault(w::A_TIMEOUT_POLICY_IS.text(), w::TCP_UDP_OR_META.text()));
    };
    let names = timeout_names(protonum);
    let mut secs = [None; POLICY_MAX];
    for word in parts(list, ',') {
        let (key, value) = word.split();
        let slot = names
            .iter()
            .position(|name| *name == key && !name.is_empty());
        let (Some(slot), Some(value)) = (slot, value) else {
            let known: Vec<&str> = names
                .iter()
                .copied()
                .filter(|name| !name.is_empty())
                .collect();
            let what = tell!(w::QUOTED_IS_NOT_A_TIMEOUT, quoted = quoted(key));
            return Err(word.fault(
                what,
                tell!(w::KNOWN_THEN_AND_SECONDS, known = known.join(", ")),
            ));
        };
        let n = value.number(w::A_TIMEOUT.text(), 0..=u64::from(TIMEOUT_SECS_MAX))? as u32;
        set(&mut secs[slot], n, word)?;
    }
    Ok(TimeoutPolicy { protonum, secs })
}

/// `to 203.0.113.5`, `to 203.0.113.5-203.0.113.9:5000-5001`, `to [2001:db8::1]:80`, then `random`
/// and `persistent`. `ip` or `ip6` may stand before `to`.
fn nat_range(reader: &mut Reader<'_, '_>) -> Result<NatRange, Fault> {
    const RANGE: Plain = w::AN_ADDRESS_A_RANGE;
    if reader
        .peek()
        .is_some_and(|word| matches!(word.text, "ip" | "ip6"))
    {
        reader.next();
    }
    reader.keyword("to")?;
    let word = reader.need(RANGE.text())?;
    let (addrs, ports) = addrs_and_ports(word);
    let mut both = addrs.text.splitn(2, '-').map(|text| {
        l3_addr_of(Word {
            at: addrs.at,
            text: text.trim_matches(['[', ']']),
        })
    });
    let (l3, min) = both
        .next()
        .unwrap_or_else(|| Err(word.unknown(w::A_RANGE.text(), RANGE.text())))?;
    let (l3_max, max) = both.next().unwrap_or(Ok((l3, min)))?;
    if l3 != l3_max || max.0 < min.0 {
        return Err(word.fault(w::THE_RANGE_ENDS_BEFORE.text(), RANGE.text()));
    }
    let ports = ports.map(port_range).transpose()?;
    let (mut random, mut persistent) = (false, false);
    while let Some(word) = reader.next() {
        match word.text {
            "random" | "fully-random" => random = true,
            "persistent" => persistent = true,
            _ => {
                return Err(
                    word.unknown(w::A_FLAG_OF_NAT.text(), w::RANDOM_PERSISTENT_OR_THE.text())
                );
            }
        }
    }
    Ok(NatRange {
        l3,
        min,
        max,
        ports,
        random,
        persistent,
    })
}

fn l3_addr_of(word: Word<'_>) -> Result<(L3, Addr), Fault> {
    address(word).map(l3_addr)
}

/// Addresses, and the ports behind the last colon that is not part of an IPv6 address.
fn addrs_and_ports(word: Word<'_>) -> (Word<'_>, Option<Word<'_>>) {
    let text = word.text;
    let cut = match text.rfind(']') {
        Some(end) => text[end..].find(':').map(|colon| end + colon),
        None if text.matches(':').count() == 1 => text.find(':'),
        None => None,
    };
    match cut {
        Some(colon) => (
            Word {
                at: word.at,
                text: &text[..colon],
            },
            Some(Word {
                at: word.at + colon + 1,
                text: &text[colon + 1..],
            }),
        ),
        None => (word, None),
    }
}

fn port_range(word: Word<'_>) -> Result<PortRange, Fault> {
    let mut both = parts(word, '-');
    let min = both.next().map(port).transpose()?.unwrap_or(0);
    let max = both.next().map(port).transpose()?.unwrap_or(min);
    if max < min || both.next().is_some() {
        return Err(word.unknown(w::A_RANGE_OF_PORTS.text(), w::A_PORT_OR_TWO.text()));
    }
    Ok(PortRange { min, max })
}

/// Nothing, or `to :PORTS`.
fn to_ports(reader: &mut Reader<'_, '_>) -> Result<Option<PortRange>, Fault> {
    if reader.peek().is_none_or(|word| word.text != "to") {
        return Ok(None);
    }
    reader.next();
    let word = reader.need(w::AND_PORTS.text())?;
    match word.text.strip_prefix(':') {
        Some(text) => port_range(Word {
            at: word.at + 1,
            text,
        })
        .map(Some),
        None => Err(word.unknown(w::A_RANGE_OF_PORTS.text(), w::AND_PORTS.text())),
    }
}

/// Prints a rule as `nft` reads it.
pub(super) fn print_rule(rule: &Rule, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Rule { hook, fit, action } = rule;
    write!(f, "nft {}", station_name(*hook))?;
    print_fit(fit, f)?;
    f.write_str(" ")?;
    match action {
        Action::Accept => f.write_str("accept"),
        Action::Drop => f.write_str("drop"),
        Action::Reject => f.write_str("reject"),
        Action::RejectReset => f.write_str("reject with tcp reset"),
        Action::Notrack => f.write_str("notrack"),
        Action::Zone(Zone { id, dirs }) => {
            let which = match dirs {
                1 => "original ",
                2 => "reply ",
                _ => "",
            };
            write!(f, "ct {which}zone set {id}")
        }
        Action::Mark(mark) => write!(f, "ct mark set {mark}"),
        Action::Helper(helper) => write!(f, "ct helper set {}", helper.name()),
        Action::Timeout(policy) => print_policy(policy, f),
        Action::Snat(range) => print_range("snat", range, f),
        Action::Dnat(range) => print_range("dnat", range, f),
        Action::Masquerade(ports) => print_ports("masquerade", *ports, f),
        Action::Redirect(ports) => print_ports("redirect", *ports, f),
    }
}

fn print_fit(fit: &Fit, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Fit {
        iif,
        oif,
        src,
        dst,
        protonum,
        sport,
        dport,
        states,
        mark,
    } = *fit;
    for (key, name) in [("iif", iif), ("oif", oif)] {
        if let Some(name) = name {
            write!(f, " {key} {name}")?;
        }
    }
    for (key, part) in [("saddr", src), ("daddr", dst)] {
        if let Some(net) = part {
            let family = if net.l3 == L3::Ipv4 { "ip" } else { "ip6" };
            write!(f, " {family} {key} {}", ShownPrefix(net))?;
        }
    }
    let ports = sport.is_some() || dport.is_some();
    let header = match protonum {
        Some(ipproto::TCP) if ports => "tcp",
        Some(ipproto::UDP) if ports => "udp",
        Some(number) => {
            write!(f, " meta l4proto {}", ShownProtocol(number))?;
            "th"
        }
        None => "th",
    };
    for (key, part) in [("sport", sport), ("dport", dport)] {
        if let Some(port) = part {
            write!(f, " {header} {key} {port}")?;
        }
    }
    let names: Vec<&str> = STATES
        .iter()
        .filter(|(_, bit)| states.contains(*bit))
        .map(|(name, _)| *name)
        .collect();
    if !names.is_empty() {
        write!(f, " ct state {}", names.join(","))?;
    }
    match mark {
        Some(mark) => write!(f, " ct mark {mark}"),
        None => Ok(()),
    }
}

/// A network as nft writes it: an address alone if every bit counts.
pub(super) struct ShownPrefix(pub Prefix);

impl fmt::Display for ShownPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Prefix { l3, addr, len } = self.0;
        write!(f, "{}", addr.show(l3))?;
        if len == Prefix::len_max(l3) {
            Ok(())
        } else {
            write!(f, "/{len}")
        }
    }
}

fn print_policy(policy: &TimeoutPolicy, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("ct timeout set ")?;
    let given = timeout_names(policy.protonum)
        .iter()
        .zip(policy.secs)
        .filter_map(|(name, secs)| Some(format!("{name}={}", secs?)));
    f.write_str(&given.collect::<Vec<_>>().join(","))
}

fn print_range(word: &str, range: &NatRange, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let NatRange {
        l3,
        min,
        max,
        ports,
        random,
        persistent,
    } = *range;
    let brackets = l3 == L3::Ipv6 && ports.is_some();
    let (open, close) = if brackets { ("[", "]") } else { ("", "") };
    write!(f, "{word} to {open}{}{close}", min.show(l3))?;
    if max != min {
        write!(f, "-{open}{}{close}", max.show(l3))?;
    }
    if let Some(ports) = ports {
        write!(f, ":{}", ShownPorts(ports))?;
    }
    for (flag, set) in [("random", random), ("persistent", persistent)] {
        if set {
            write!(f, " {flag}")?;
        }
    }
    Ok(())
}

fn print_ports(word: &str, ports: Option<PortRange>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(word)?;
    match ports {
        Some(ports) => write!(f, " to :{}", ShownPorts(ports)),
        None => Ok(()),
    }
}

struct ShownPorts(PortRange);

impl fmt::Display for ShownPorts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PortRange { min, max } = self.0;
        write!(f, "{min}")?;
        if max == min {
            Ok(())
        } else {
            write!(f, "-{max}")
        }
    }
}
