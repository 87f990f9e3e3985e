//! The models as text, for goldens.

use ctscope::view::lens::diagram::Trod;
use ctscope::view::lens::protocol::ProtocolModel;
use ctscope::view::lens::relations::{Member, RelationsModel};
use std::fmt::Write;

/// What is seen of a protocol, without what is the same all the time.
pub fn protocol(model: &ProtocolModel) -> String {
    let mut out = String::new();
    let w = &mut out;
    let _ = writeln!(w, "{}", model.about);
    if let Some(p) = &model.packet {
        let (side, kind, from) = (p.side.mark(), &p.kind, p.from);
        let _ = writeln!(
            w,
            "  {side} {kind} in {from}: {} ({}). {}",
            p.says, p.cell, p.outcome
        );
    }
    if let Some(states) = &model.diagram {
        for node in states.nodes.iter().filter(|node| node.now) {
            let badge = node.badge.unwrap_or("");
            let _ = writeln!(w, "  now {} {} {badge}", node.name, node.time);
        }
        for edge in &states.edges {
            let how = match edge.trod {
                Trod::No => continue,
                Trod::Asked => "asked".to_owned(),
                Trod::Walked(side) => format!("walked {}", side.map_or("", |side| side.mark())),
                Trod::Fresh(side) => format!("fresh {}", side.map_or("", |side| side.mark())),
            };
            let from = if edge.from.len() > 1 {
                "any"
            } else {
                edge.from[0]
            };
            let _ = writeln!(w, "  edge {from} -> {} {how}", edge.to);
        }
    }
    let path: Vec<_> = model
        .path
        .iter()
        .map(|step| format!("{} {}", step.kind, step.to))
        .collect();
    let _ = writeln!(w, "  path {}", path.join(", "));
    if let Some(window) = &model.window {
        let _ = writeln!(w, "  window {} {}", window.about, window.verdict);
        for line in &window.lines {
            let seam = if line.seam.is_some() {
                ", begins again at 0"
            } else {
                ""
            };
            let _ = writeln!(w, "    {} {}{seam}", line.what, line.name);
        }
        for row in &window.bounds {
            let met = if row.met { "yes" } else { "no" };
            let _ = writeln!(w, "    {} {}: {} {met}", row.name, row.what, row.numbers);
        }
        for row in &window.sides {
            for (side, old) in row.old.iter().enumerate() {
                if let Some(old) = old {
                    let _ = writeln!(w, "    [{side}].{} {old} -> {}", row.name, row.now[side]);
                }
            }
        }
    }
    for row in &model.timeouts {
        let mark = if row.decides { "*" } else { " " };
        let _ = writeln!(w, "  {mark} {}: {}", row.what, row.says);
    }
    for pair in model.pairs.iter().filter(|pair| pair.ours || pair.swapped) {
        let _ = writeln!(w, "  pair {} -> {}", pair.question, pair.answer);
    }
    for field in &model.fields {
        let old = field
            .old
            .as_ref()
            .map_or(String::new(), |old| format!("{old} -> "));
        let _ = writeln!(w, "  {} {old}{}", field.name, field.value);
    }
    out.lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}

fn member(member: &Member) -> String {
    let Member {
        conn,
        state,
        tuple,
        reply,
        status,
        ..
    } = member;
    format!("c{conn} {state} {status} {tuple} / {reply}")
}

/// What is seen of relations.
pub fn relations(model: &RelationsModel) -> String {
    let mut out = String::new();
    let w = &mut out;
    if let Some(nat) = &model.nat {
        let _ = writeln!(w, "NAT of c{}", nat.conn);
        for field in &nat.fields {
            let (name, a, b, c) = (field.name, &field.original, &field.inverse, &field.reply);
            let how = match (field.changed, field.fresh) {
                (true, true) => "changed now",
                (true, false) => "changed",
                (false, _) => "",
            };
            let _ = writeln!(w, "  {name}: {a} | {b} | {c} {how}");
        }
        for half in &nat.halves {
            let _ = writeln!(
                w,
                "  {} {} by {} {}",
                half.half, half.bit, half.by, half.rule
            );
        }
        for way in &nat.ways {
            let (side, at) = (way.side.mark(), way.at.join(", "));
            let _ = writeln!(w, "  {side} {} => {} [{at}]", way.before, way.after);
        }
        for chain in &nat.chains {
            let conns: Vec<_> = chain
                .conns
                .iter()
                .map(|(n, at)| format!("c{n} {at}"))
                .collect();
            let _ = writeln!(
                w,
                "  by source {}/{}: {}",
                chain.chain,
                nat.size,
                conns.join("; ")
            );
        }
        for (side, text) in &nat.seqadj {
            let _ = writeln!(w, "  seqadj {} {text}", side.mark());
        }
    }
    if let Some(family) = &model.family {
        let (helper, pins) = (&family.helper, family.pins);
        let _ = writeln!(
            w,
            "master {} helper {helper} held {pins}",
            member(&family.master)
        );
        for it in &family.expects {
            let how = if it.gone {
                "gone"
            } else if it.fresh {
                "new"
            } else {
                ""
            };
            let _ = writeln!(
                w,
                "  expects {} -> {} ({}) {} {how}",
                it.from, it.to, it.mask, it.left
            );
        }
        for it in &family.children {
            let _ = writeln!(w, "  child {}", member(it));
        }
    }
    for twins in [&model.zones, &model.nets].into_iter().flatten() {
        let _ = writeln!(w, "{}", twins.about);
        for twin in &twins.members {
            let [a, b] = &twin.places;
            let _ = writeln!(
                w,
                "  {}: {} ({a}, {b}; {})",
                twin.apart,
                member(&twin.member),
                twin.hashed
            );
        }
    }
    let offers: Vec<_> = model.offers.iter().map(|(name, ..)| *name).collect();
    if !offers.is_empty() {
        let _ = writeln!(w, "offers {}", offers.join(", "));
    }
    out.lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}
