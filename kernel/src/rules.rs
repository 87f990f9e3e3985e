//! The rules of a scenario in nft's words.

use crate::Result;
use serde_json::Value;
use std::fmt::Write;

/// Chain and hook of each action.
fn chain_of(action: &str) -> Option<(&'static str, &'static str)> {
    Some(match action {
        "notrack" | "zone" => ("raw", "filter hook prerouting priority -300"),
        "helper" | "timeout" | "mark" => ("assign", "filter hook prerouting priority -150"),
        "dnat" | "redirect" => ("dstnat", "nat hook prerouting priority -100"),
        "drop" | "accept" | "reject" => ("forward", "filter hook forward priority 0"),
        "snat" | "masquerade" => ("srcnat", "nat hook postrouting priority 100"),
        _ => return None,
    })
}

/// A JSON scalar without quotes.
fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn match_text(asked: &Value) -> String {
    let mut out = Vec::new();
    for (key, word) in [("iif", "iifname"), ("oif", "oifname")] {
        if let Some(name) = asked[key].as_str() {
            out.push(format!("{word} \"{name}\""));
        }
    }
    for (key, word) in [("src", "saddr"), ("dst", "daddr")] {
        if let Some(addr) = asked[key].as_str() {
            let family = if addr.contains(':') { "ip6" } else { "ip" };
            out.push(format!("{family} {word} {addr}"));
        }
    }
    if let Some(proto) = asked["proto"].as_str() {
        let proto = if proto == "icmpv6" {
            "ipv6-icmp"
        } else {
            proto
        };
        out.push(format!("meta l4proto {proto}"));
    }
    for key in ["sport", "dport"] {
        if !asked[key].is_null() {
            out.push(format!("th {key} {}", plain(&asked[key])));
        }
    }
    if let Some(state) = asked["ct_state"].as_str() {
        out.push(format!("ct state {state}"));
    }
    out.join(" ")
}

/// A table `inet fw` with all of the rules; an action decides which hook its rule sits at.
pub fn to_nft(rules: &[Value]) -> Result<String> {
    let mut objects = String::new();
    let mut chains: Vec<(&str, &str, String)> = Vec::new();
    for (nth, rule) in rules.iter().enumerate() {
        let action = &rule["action"];
        let (kind, arg) = match action.as_object().and_then(|map| map.iter().next()) {
            Some((kind, arg)) => (kind.as_str(), arg),
            None => (action.as_str().unwrap_or_default(), &Value::Null),
        };
        let Some((chain, hook)) = chain_of(kind) else {
            return Err(format!("rule {}: {action} is no action", nth + 1).into());
        };
        let text = plain(arg);
        let six = text.starts_with('[') || text.matches(':').count() > 1;
        let proto = plain(&rule["match"]["proto"]);
        let words = match kind {
            "helper" => {
                writeln!(
                    objects,
                    "  ct helper h{nth} {{ type \"{text}\" protocol {proto}; }}"
                )?;
                format!("ct helper set \"h{nth}\"")
            }
            "timeout" => {
                let of = arg.as_object().into_iter().flatten();
                let policy: Vec<String> = of.map(|(k, v)| format!("{k} : {v}")).collect();
                writeln!(
                    objects,
                    "  ct timeout t{nth} {{ protocol {proto}; l3proto ip; policy = {{ {} }}; }}",
                    policy.join(", ")
                )?;
                format!("ct timeout set \"t{nth}\"")
            }
            "zone" => match action["dir"].as_str() {
                Some(dir) => format!("ct {dir} zone set {text}"),
                None => format!("ct zone set {text}"),
            },
            "mark" => format!("ct mark set {text}"),
            "snat" | "dnat" => format!("{kind} {} to {text}", if six { "ip6" } else { "ip" }),
            "redirect" => format!("redirect to :{text}"),
            _ => kind.to_owned(),
        };
        let line = format!("    {} {words}\n", match_text(&rule["match"]));
        match chains.iter_mut().find(|(name, ..)| *name == chain) {
            Some((.., lines)) => lines.push_str(&line),
            None => chains.push((chain, hook, line)),
        }
    }
    let mut out = format!("table inet fw {{\n{objects}");
    for (name, hook, lines) in chains {
        write!(
            out,
            "  chain {name} {{\n    type {hook}; policy accept;\n{lines}  }}\n"
        )?;
    }
    out.push_str("}\n");
    Ok(out)
}
