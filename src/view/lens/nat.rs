//! NAT of a connection: the reply tuple beside the plain inverse, and what follows for packets.

use super::Looking;
use super::table::Side;
use crate::engine::Step;
use crate::engine::conn::{NfConn, Status};
use crate::engine::extract::nf_ct_invert_tuple;
use crate::engine::nat::Manip;
use crate::engine::rules::Chain;
use crate::engine::tuple::{Dir, Tuple, TupleField};
use crate::engine::{Command, Conntrack};
use crate::scenario::ShownCommand;
use crate::view::names;
use crate::words::{lens as w, tell};

/// NAT of a connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NatModel {
    /// Number of `c1`.
    pub conn: u32,
    /// What there is to see.
    pub about: &'static str,
    /// The tuples, field by field.
    pub fields: Vec<NatField>,
    /// Both halves: who decided, and what.
    pub halves: Vec<NatHalf>,
    /// What becomes of packets, by direction.
    pub ways: Vec<NatWay>,
    /// The by-source table: its chains that are not empty.
    pub chains: Vec<ByChain>,
    /// All its chains, 0 before it was made.
    pub size: u32,
    /// How the numbers move, by direction.
    pub seqadj: Vec<(Side, String)>,
}

/// A field of the tuples.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NatField {
    /// `src address`.
    pub name: &'static str,
    /// In the original tuple.
    pub original: String,
    /// In its plain inverse.
    pub inverse: String,
    /// In the reply tuple.
    pub reply: String,
    /// NAT changed it.
    pub changed: bool,
    /// It did so in this step.
    pub fresh: bool,
}

/// A half of the decision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NatHalf {
    /// `source`, `destination`.
    pub half: &'static str,
    /// The status bit: `SRC_NAT`, or nothing.
    pub bit: &'static str,
    /// At which hooks.
    pub hooks: &'static str,
    /// Who decided it.
    pub by: String,
    /// The rule, as it was written.
    pub rule: String,
}

/// What becomes of the packets of a direction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NatWay {
    /// The direction.
    pub side: Side,
    /// How they come.
    pub before: String,
    /// How they go on.
    pub after: String,
    /// What is rewritten, and where.
    pub at: Vec<&'static str>,
}

/// A chain of the by-source table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ByChain {
    /// Its number.
    pub chain: u32,
    /// Its connections, newest first, with the source that they are in it by.
    pub conns: Vec<(u32, String)>,
}

/// Chains that are shown one by one.
const CHAINS: usize = 12;
/// Connections of a chain.
const IN_CHAIN: usize = 8;

/// NAT of a connection; `None` if nobody asked about it.
pub(super) fn nat(looking: &Looking, conn: &NfConn) -> Option<NatModel> {
    let scene = looking.scene;
    let ct = scene.state;
    let all = Status::SRC_NAT | Status::DST_NAT | Status::SRC_NAT_DONE | Status::DST_NAT_DONE;
    let rules = ct
        .nets
        .get(usize::from(conn.net))
        .map_or(&[][..], |net| &net.rules);
    let asked = |chain| matches!(chain, Chain::NatDst | Chain::NatSrc);
    if !conn.status.intersects(all) && !rules.iter().any(|rule| asked(rule.action.chain())) {
        return None;
    }
    let (original, reply) = (conn.tuple(Dir::Original), conn.tuple(Dir::Reply));
    let inverse = nf_ct_invert_tuple(original)?;
    let old = scene
        .before
        .conns
        .get(conn.id)
        .map(|old| *old.tuple(Dir::Reply));
    let (size, chains) = ct.by_source();
    let chains = chains.take(CHAINS).map(|(chain, ids)| ByChain {
        chain,
        conns: ids
            .iter()
            .take(IN_CHAIN)
            .filter_map(|id| ct.conns.get(*id))
            .map(|conn| (conn.id.number, source(conn.tuple(Dir::Original))))
            .collect(),
    });
    let fields = fields(original, &inverse, reply, old.as_ref());
    let about = if fields.iter().any(|field| field.changed) {
        w::THE_TWO_TUPLES_ARE.text()
    } else if conn
        .status
        .intersects(Status::SRC_NAT_DONE | Status::DST_NAT_DONE)
    {
        w::DECIDED_AND_NOTHING.text()
    } else {
        w::NOT_DECIDED_THE_REPLY.text()
    };
    Some(NatModel {
        conn: conn.id.number,
        about,
        fields,
        halves: [Manip::Dst, Manip::Src]
            .map(|manip| half(looking, ct, conn, manip))
            .into(),
        ways: Dir::BOTH
            .into_iter()
            .filter_map(|dir| way(conn, dir))
            .collect(),
        chains: chains.collect(),
        size,
        seqadj: seqadj(conn),
    })
}

fn source(tuple: &Tuple) -> String {
    let addr = tuple.src.u3.show(tuple.src.l3num);
    if tuple.src.u == 0 {
        addr.to_string()
    } else {
        format!("{addr} : {}", tuple.src.u)
    }
}

fn fields(original: &Tuple, inverse: &Tuple, reply: &Tuple, old: Option<&Tuple>) -> Vec<NatField> {
    let mut names = vec![TupleField::SrcAddr];
    let parts = original.has_ports() || original.is_icmp() || original.has_gre_keys();
    if parts {
        names.push(TupleField::SrcPart);
    }
    names.push(TupleField::DstAddr);
    if parts {
        names.push(TupleField::DstPart);
    }
    let field = |field: TupleField| {
        let value = |tuple: &Tuple| names::field_value(field, tuple);
        let (inverse, reply) = (value(inverse), value(reply));
        NatField {
            name: names::field(field, original),
            original: value(original),
            changed: inverse != reply,
            fresh: old.is_some_and(|old| value(old) != reply),
            inverse,
            reply,
        }
    };
    names.into_iter().map(field).collect()
}

fn half(looking: &Looking, ct: &Conntrack, conn: &NfConn, manip: Manip) -> NatHalf {
    let decided = looking
        .past
        .iter()
        .rev()
        .find_map(|(position, step)| match *step {
            Step::NatDecided {
                manip: of, rule, ..
            } if of == manip => Some((*position, rule)),
            _ => None,
        });
    let rules = ct
        .nets
        .get(usize::from(conn.net))
        .map_or(&[][..], |net| &net.rules);
    let mut written = String::new();
    let by = match decided {
        Some((position, Some(rule))) => {
            // Rules have other numbers once they were flushed.
            if position >= looking.rules_since
                && let Some(known) = rules.get(rule as usize)
            {
                written = ShownCommand(&Command::AddRule(known.clone())).to_string();
            }
            tell!(w::RULE_RULE, rule = rule + 1)
        }
        Some((_, None)) => w::NO_RULE_IT_KEEPS.text().to_owned(),
        None if !conn.status.contains(manip.done()) => w::NOT_DECIDED.text().to_owned(),
        None if conn.master.is_some() => w::ITS_MASTERS_NAT_WITHOUT.text().to_owned(),
        None => w::DECIDED.text().to_owned(),
    };
    let (half, bit, hooks) = match manip {
        Manip::Src => (w::SOURCE.text(), "SRC_NAT", w::POSTROUTING_INPUT.text()),
        Manip::Dst => (
            w::DESTINATION.text(),
            "DST_NAT",
            w::PREROUTING_OUTPUT.text(),
        ),
    };
    NatHalf {
        half,
        bit: if conn.status.contains(manip.bit()) {
            bit
        } else {
            ""
        },
        hooks,
        by,
        rule: written,
    }
}

fn way(conn: &NfConn, dir: Dir) -> Option<NatWay> {
    let before = conn.tuple(dir);
    let after = nf_ct_invert_tuple(conn.tuple(dir.other()))?;
    let (src, dst) = match dir {
        Dir::Original => (Status::SRC_NAT, Status::DST_NAT),
        Dir::Reply => (Status::DST_NAT, Status::SRC_NAT),
    };
    let mut at = Vec::new();
    if conn.status.contains(dst) {
        at.push(w::DESTINATION_AT_PREROUTING.text());
    }
    if conn.status.contains(src) {
        at.push(w::SOURCE_AT_POSTROUTING_OR.text());
    }
    Some(NatWay {
        side: Side::of(dir),
        before: names::tuple(before),
        after: names::tuple(&after),
        at,
    })
}

fn seqadj(conn: &NfConn) -> Vec<(Side, String)> {
    let Some(areas) = conn.ext.seqadj() else {
        return Vec::new();
    };
    let said = |dir: Dir| {
        let area = areas[dir.index()];
        let text = if area.offset_before == area.offset_after {
            tell!(
                w::EVERY_NUMBER_MOVES_BY,
                offset_after = format_args!("{:+}", area.offset_after)
            )
        } else {
            tell!(
                w::UP_TO_NAMES_BY,
                names = names::grouped(area.correction_pos.into()),
                offset_before = format_args!("{:+}", area.offset_before),
                offset_after = format_args!("{:+}", area.offset_after)
            )
        };
        (Side::of(dir), text)
    };
    Dir::BOTH.map(said).into()
}
