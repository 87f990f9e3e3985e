//! The recorder's rules: `{"match": {…}, "action": …}` as nft's words, and so as rules here.

use super::JsonError;
use crate::engine::Command;
use crate::scenario::{Context, parse_command};
use serde_json::{Map, Value};
use std::net::IpAddr;

type Object = Map<String, Value>;

/// Keys of a match, in the order in which they are printed.
const KEYS: [&str; 8] = [
    "iif", "oif", "src", "dst", "proto", "sport", "dport", "ct_state",
];

/// Where a rule stands, by its action.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    Raw,
    Assign,
    Dstnat,
    Forward,
    Srcnat,
}

impl Place {
    /// The recorder's name of the chain, its head in nft's words, and the hook.
    const fn words(self) -> [&'static str; 3] {
        match self {
            Place::Raw => ["raw", "filter hook prerouting priority -300", "prerouting"],
            Place::Assign => [
                "assign",
                "filter hook prerouting priority -150",
                "prerouting",
            ],
            Place::Dstnat => ["dstnat", "nat hook prerouting priority -100", "prerouting"],
            Place::Forward => ["forward", "filter hook forward priority 0", "forward"],
            Place::Srcnat => ["srcnat", "nat hook postrouting priority 100", "postrouting"],
        }
    }
}

/// A rule in words.
struct Words {
    place: Place,
    /// Everything before the action.
    fit: String,
    /// The action as the recorder loads it; it may name an object.
    loaded: String,
    /// The object that it names: a helper, or a timeout policy.
    object: Option<String>,
    /// The action in the words of scenarios.
    action: String,
}

/// The rules as the recorder loads them.
pub(super) fn nft_text(rules: &[Object]) -> Result<String, JsonError> {
    let mut objects = String::new();
    let mut chains: Vec<(Place, String)> = Vec::new();
    for (nth, rule) in rules.iter().enumerate() {
        let words = words(nth, rule)?;
        objects.extend(words.object);
        let line = format!("    {} {}\n", words.fit, words.loaded);
        match chains.iter_mut().find(|(place, _)| *place == words.place) {
            Some((_, lines)) => lines.push_str(&line),
            None => chains.push((words.place, line)),
        }
    }
    let chains: String = chains
        .into_iter()
        .map(|(place, lines)| {
            let [name, head, _] = place.words();
            format!("  chain {name} {{\n    type {head}; policy accept;\n{lines}  }}\n")
        })
        .collect();
    Ok(format!("table inet fw {{\n{objects}{chains}}}\n"))
}

/// The rules as commands, each to be added behind the others.
pub(super) fn commands(rules: &[Object]) -> Result<Vec<Command>, JsonError> {
    let one = |(nth, rule): (usize, &Object)| {
        let words = words(nth, rule)?;
        let [_, _, hook] = words.place.words();
        // conntrack and nft do not name this protocol alike.
        let fit = words.fit.replace("ipv6-icmp", "icmpv6");
        let line = format!("nft {hook} {fit} {}", words.action);
        let parsed = parse_command(&line, Context::default());
        let line = parsed.map_err(|error| {
            let (problem, expected) = (error.problem, error.expected);
            wrong(nth, "", format!("{problem}; expected {expected}"))
        })?;
        Ok(line.command)
    };
    rules.iter().enumerate().map(one).collect()
}

fn wrong(nth: usize, field: &str, problem: impl Into<String>) -> JsonError {
    JsonError {
        path: format!("rules[{nth}]{field}"),
        problem: problem.into(),
    }
}

fn words(nth: usize, rule: &Object) -> Result<Words, JsonError> {
    let unknown = rule
        .keys()
        .find(|key| !matches!(key.as_str(), "match" | "action"));
    if let Some(key) = unknown {
        return Err(wrong(
            nth,
            &format!(".{key}"),
            "not part of a rule; expected match or action",
        ));
    }
    let none = Object::new();
    let fit = match rule.get("match") {
        None => &none,
        Some(Value::Object(fit)) => fit,
        Some(_) => return Err(wrong(nth, ".match", "expected an object")),
    };
    let action = rule
        .get("action")
        .ok_or_else(|| wrong(nth, "", "the action is missing; expected match and action"))?;
    let (kind, arg) = match action {
        Value::String(kind) => (kind.as_str(), &Value::Null),
        Value::Object(map) => match map.iter().next() {
            Some((kind, arg)) => (kind.as_str(), arg),
            None => ("", &Value::Null),
        },
        _ => ("", &Value::Null),
    };
    let fit_words = fit_words(nth, fit)?;
    let proto = fit.get("proto").and_then(Value::as_str);
    let simple = |place, text: String| Words {
        place,
        fit: fit_words.clone(),
        loaded: text.clone(),
        object: None,
        action: text,
    };
    let expected = |what: &str| wrong(nth, &format!(".action.{kind}"), format!("expected {what}"));
    let number = || arg.as_u64().ok_or_else(|| expected("a number"));
    let text = || arg.as_str().ok_or_else(|| expected("a text"));
    Ok(match kind {
        "notrack" => simple(Place::Raw, kind.to_owned()),
        "drop" | "accept" | "reject" => simple(Place::Forward, kind.to_owned()),
        "masquerade" => simple(Place::Srcnat, kind.to_owned()),
        "zone" => {
            let dir = match action.get("dir") {
                None => String::new(),
                Some(Value::String(dir)) => format!("{dir} "),
                Some(_) => return Err(expected("dir to be original or reply")),
            };
            simple(Place::Raw, format!("ct {dir}zone set {}", number()?))
        }
        "mark" => simple(Place::Assign, format!("ct mark set {}", number()?)),
        "redirect" => simple(Place::Dstnat, format!("redirect to :{}", number()?)),
        "snat" | "dnat" => {
            let to = text()?;
            let v6 = to.starts_with('[') || to.matches(':').count() > 1;
            let family = if v6 { "ip6" } else { "ip" };
            let place = if kind == "snat" {
                Place::Srcnat
            } else {
                Place::Dstnat
            };
            simple(place, format!("{kind} {family} to {to}"))
        }
        "helper" => {
            let name = text()?;
            let proto = proto.ok_or_else(|| expected("proto in match"))?;
            Words {
                loaded: format!("ct helper set \"h{nth}\""),
                object: Some(format!(
                    "  ct helper h{nth} {{ type \"{name}\" protocol {proto}; }}\n"
                )),
                ..simple(Place::Assign, format!("ct helper set {name}"))
            }
        }
        "timeout" => {
            let Value::Object(policy) = arg else {
                return Err(expected("an object of timeouts and seconds"));
            };
            let proto = proto.ok_or_else(|| expected("proto in match"))?;
            let join = |middle: &str, between: &str| {
                let parts: Vec<String> = policy
                    .iter()
                    .map(|(name, secs)| format!("{name}{middle}{secs}"))
                    .collect();
                parts.join(between)
            };
            Words {
                loaded: format!("ct timeout set \"t{nth}\""),
                object: Some(format!(
                    "  ct timeout t{nth} {{ protocol {proto}; l3proto ip; policy = {{ {} }}; }}\n",
                    join(" : ", ", ")
                )),
                ..simple(Place::Assign, format!("ct timeout set {}", join("=", ",")))
            }
        }
        _ => {
            return Err(wrong(
                nth,
                ".action",
                "no such action; expected notrack, drop, accept, reject or masquerade, or an \
                 object with zone, mark, redirect, snat, dnat, helper or timeout",
            ));
        }
    })
}

/// What a rule asks for, in nft's words.
fn fit_words(nth: usize, fit: &Object) -> Result<String, JsonError> {
    let mut words = Vec::new();
    if let Some(key) = fit.keys().find(|key| !KEYS.contains(&key.as_str())) {
        let problem = format!("no such part of a match; expected {}", KEYS.join(", "));
        return Err(wrong(nth, &format!(".match.{key}"), problem));
    }
    for key in KEYS {
        let Some(value) = fit.get(key) else { continue };
        let field = format!(".match.{key}");
        let text = || {
            value
                .as_str()
                .ok_or_else(|| wrong(nth, &field, "expected a text"))
        };
        words.push(match key {
            "iif" | "oif" => format!("{key}name \"{}\"", text()?),
            "src" | "dst" => {
                let net = text()?;
                let host = net.split('/').next().unwrap_or_default();
                let addr: IpAddr = host.parse().map_err(|_| {
                    wrong(
                        nth,
                        &field,
                        format!("{net} is no address; expected one, or a network"),
                    )
                })?;
                let family = if addr.is_ipv6() { "ip6" } else { "ip" };
                format!("{family} {}addr {net}", &key[..1])
            }
            "proto" => match text()? {
                "icmpv6" => "meta l4proto ipv6-icmp".to_owned(),
                name => format!("meta l4proto {name}"),
            },
            "sport" | "dport" => {
                let port = value.as_u64();
                let port = port.ok_or_else(|| wrong(nth, &field, "expected a port"))?;
                format!("th {key} {port}")
            }
            _ => format!("ct state {}", text()?),
        });
    }
    Ok(words.join(" "))
}
