//! Words and numbers on the stage.

use super::grid::mono_fit;
use crate::engine::addr::{Addr, L3};
use crate::engine::tuple::{Tuple, TupleField, ipproto};
use crate::words::{stage as w, tell};

/// The name of a layer 4 protocol as the tools print it.
pub fn proto_name(protonum: u8) -> String {
    match protonum {
        ipproto::TCP => "tcp".into(),
        ipproto::UDP => "udp".into(),
        ipproto::ICMP => "icmp".into(),
        ipproto::ICMPV6 => "icmpv6".into(),
        ipproto::UDPLITE => "udplite".into(),
        ipproto::SCTP => "sctp".into(),
        ipproto::DCCP => "dccp".into(),
        ipproto::GRE => "gre".into(),
        other => format!("proto {other}"),
    }
}

/// Digits in groups of three, with narrow spaces that do not break.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// A piece of a tuple's text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Span {
    /// The piece.
    pub text: String,
    /// It is where the tuple differs from the one looked for.
    pub differs: bool,
}

/// How much of a tuple is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// Addresses and ports.
    Full,
    /// What tells it from its neighbours.
    Short,
}

struct Parts {
    src: String,
    src_part: String,
    dst: String,
    dst_part: String,
    tail: String,
}

fn parts(tuple: &Tuple) -> Parts {
    let l3 = tuple.src.l3num;
    let (src, dst) = (tuple.src.u3.show(l3), tuple.dst.u3.show(l3));
    let bracketed = tuple.has_ports() && l3 == L3::Ipv6;
    let host = |addr: String| if bracketed { format!("[{addr}]") } else { addr };
    let port = |n: u16| {
        if tuple.has_ports() {
            format!(":{n}")
        } else {
            String::new()
        }
    };
    let tail = if tuple.is_icmp() {
        format!(" id {u}", u = tuple.src.u)
    } else {
        String::new()
    };
    Parts {
        src: host(src.to_string()),
        src_part: port(tuple.src.u),
        dst: host(dst.to_string()),
        dst_part: port(tuple.dst.u),
        tail,
    }
}

/// Letters that the whole tuple takes, counted without writing it.
pub fn tuple_len(tuple: &Tuple) -> usize {
    let l3 = tuple.src.l3num;
    let digits = |n: u32| 1 + n.checked_ilog10().unwrap_or(0) as usize;
    let host = |addr: Addr| match l3 {
        L3::Ipv4 => 3 + addr.0[..4].iter().map(|&n| digits(n.into())).sum::<usize>(),
        L3::Ipv6 => addr.show(l3).to_string().len() + if tuple.has_ports() { 2 } else { 0 },
    };
    let hosts = host(tuple.src.u3) + 1 + host(tuple.dst.u3);
    if tuple.has_ports() {
        let port = |n: u16| 1 + digits(n.into());
        hosts + port(tuple.src.u) + port(tuple.dst.u)
    } else if tuple.is_icmp() {
        hosts + 4 + digits(tuple.src.u.into())
    } else {
        hosts
    }
}

/// A tuple in at most so many pixels of the monospace face; what does not fit is cut at the front
/// of the addresses, where they are most alike.
pub fn tuple_spans(
    tuple: &Tuple,
    form: Form,
    width: i32,
    differs: Option<TupleField>,
) -> Vec<Span> {
    let fits = mono_fit(width);
    let mut p = parts(tuple);
    if form == Form::Short && tuple.has_ports() {
        if p.src_part.len() + p.dst_part.len() < fits {
            (p.src, p.dst) = (String::new(), String::new());
        } else {
            let only = if tuple.src.u >= tuple.dst.u {
                p.src_part
            } else {
                p.dst_part
            };
            return vec![Span {
                text: only,
                differs: false,
            }];
        }
    } else if form == Form::Short && tuple.is_icmp() {
        let text = p.tail.trim_start().to_owned();
        return vec![Span {
            text,
            differs: differs == Some(TupleField::SrcPart),
        }];
    }
    let fixed = 1 + p.src_part.len() + p.dst_part.len() + p.tail.len();
    let (long_src, long_dst) = (p.src.chars().count(), p.dst.chars().count());
    if fixed + long_src + long_dst > fits {
        let room = fits.saturating_sub(fixed);
        let half = room / 2;
        let for_src = if long_dst < half {
            room - long_dst
        } else {
            half.min(long_src)
        };
        p.src = cut_front(&p.src, for_src.max(4));
        p.dst = cut_front(&p.dst, room.saturating_sub(for_src).max(4));
    }
    let is = |field: TupleField| differs == Some(field);
    let pieces = [
        (p.src, is(TupleField::SrcAddr)),
        (p.src_part, is(TupleField::SrcPart)),
        ("→".to_owned(), false),
        (p.dst, is(TupleField::DstAddr)),
        (p.dst_part, is(TupleField::DstPart)),
        (p.tail, is(TupleField::SrcPart)),
    ];
    // The colon is not part of the port that differs.
    let mut spans: Vec<Span> = Vec::new();
    for (text, differs) in pieces {
        let (plain, marked) = match (differs, text.strip_prefix(':')) {
            (true, Some(port)) => (":".to_owned(), port.to_owned()),
            (true, None) => (String::new(), text),
            (false, _) => (text, String::new()),
        };
        push(&mut spans, plain, false);
        push(&mut spans, marked, true);
    }
    spans
}

fn push(spans: &mut Vec<Span>, text: String, differs: bool) {
    match spans.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.differs == differs => last.text.push_str(&text),
        _ => spans.push(Span { text, differs }),
    }
}

fn cut_front(text: &str, keep: usize) -> String {
    let len = text.chars().count();
    if len <= keep {
        return text.to_owned();
    }
    let tail: String = text.chars().skip(len + 1 - keep).collect();
    format!("…{tail}")
}

/// A tuple for a screen reader: `tcp 10.0.0.1:4000 to 10.0.0.2:80`.
pub fn tuple_words(tuple: &Tuple) -> String {
    let p = parts(tuple);
    let proto = proto_name(tuple.dst.protonum);
    tell!(
        w::PROTO_SRC_SRC_PART,
        proto,
        src = p.src,
        src_part = p.src_part,
        dst = p.dst,
        dst_part = p.dst_part,
        tail = p.tail
    )
}

/// The field that differs, in two words.
pub fn field_name(tuple: &Tuple, field: TupleField) -> &'static str {
    match field {
        TupleField::SrcAddr => w::SRC_ADDRESS.text(),
        TupleField::SrcPart if tuple.is_icmp() => "id",
        TupleField::SrcPart => w::SRC_PORT.text(),
        TupleField::L3 => w::ADDRESS_FAMILY.text(),
        TupleField::DstAddr => w::DST_ADDRESS.text(),
        TupleField::DstPart if tuple.is_icmp() => w::TYPE_AND_CODE.text(),
        TupleField::DstPart => w::DST_PORT.text(),
        TupleField::L4 => "protocol",
    }
}
