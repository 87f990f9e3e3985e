//! The hash microscope: what is typed in it, and the search for a port that collides.

use super::bench::{FIELD_BYTES_MAX, Read, read_addr, read_number};
use super::state::AppState;
use crate::engine::addr::{Addr, L3};
use crate::engine::hash::hash_conntrack_raw;
use crate::engine::tuple::{Dir, Dst, Man, Tuple, ipproto};
use crate::engine::{Conntrack, Difference};
use crate::view::lens::hash::Typed;
use crate::view::model::BenchField;
use crate::words::{app as w, tell};
use core::net::IpAddr;
use std::rc::Rc;

/// Keys of the fields, in their order.
const KEYS: [&str; 6] = ["proto", "src", "sport", "dst", "dport", "bucket"];
const PROTO: usize = 0;
const SRC: usize = 1;
const SPORT: usize = 2;
const DST: usize = 3;
const DPORT: usize = 4;
const BUCKET: usize = 5;

/// Protocols by name; others have a number.
const PROTOS: [(&str, u8); 8] = [
    ("tcp", ipproto::TCP),
    ("udp", ipproto::UDP),
    ("icmp", ipproto::ICMP),
    ("icmpv6", ipproto::ICMPV6),
    ("udplite", ipproto::UDPLITE),
    ("sctp", ipproto::SCTP),
    ("dccp", ipproto::DCCP),
    ("gre", ipproto::GRE),
];

/// What is typed. A field that nobody typed in shows the connection's value.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Microscope {
    typed: [Option<String>; KEYS.len()],
    told: Option<String>,
    /// What the other fields show, from the first letter typed on.
    base: Option<Base>,
}

/// What a field shows that nobody typed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Base {
    /// The connection that it is of, and is compared with.
    conn: Option<u32>,
    tuple: Tuple,
    net: u8,
    zones: [u16; 2],
}

impl Base {
    fn of(state: &Conntrack, conn: Option<u32>) -> Base {
        let conn = conn.and_then(|number| state.conns.by_number(number));
        Base {
            conn: conn.map(|conn| conn.id.number),
            tuple: conn.map_or_else(first_tuple, |conn| *conn.tuple(Dir::Original)),
            net: conn.map_or(state.net, |conn| conn.net),
            zones: Dir::BOTH.map(|dir| conn.map_or(0, |conn| conn.zone.id_of(dir))),
        }
    }
}

/// Where the microscope stands: the machine, and whom it looks at.
pub(super) struct Under {
    pub state: Rc<Conntrack>,
    /// The connection that a person picked.
    pub picked: Option<u32>,
    /// The connection of the moment.
    pub shown: Option<u32>,
}

/// What the two parts of a tuple that are no addresses are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parts {
    Ports,
    Keys,
    Icmp,
    None,
}

fn parts_of(protonum: u8, state: &Conntrack) -> Parts {
    match protonum {
        ipproto::DCCP if state.profile().since(Difference::DccpGeneric) => Parts::None,
        ipproto::TCP | ipproto::UDP | ipproto::UDPLITE | ipproto::SCTP | ipproto::DCCP => {
            Parts::Ports
        }
        ipproto::ICMP | ipproto::ICMPV6 => Parts::Icmp,
        ipproto::GRE => Parts::Keys,
        _ => Parts::None,
    }
}

fn read_proto(text: &str) -> Read<u8> {
    let text = text.trim();
    let known = PROTOS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(text));
    known
        .map_or_else(|| text.parse().ok(), |(_, number)| Some(*number))
        .ok_or_else(|| w::THIS_IS_NO_PROTOCOL.text().to_owned())
}

fn read_type(text: &str) -> Read<u16> {
    let mut numbers = text.split([',', ' ', '/']).filter(|it| !it.is_empty());
    let kind = numbers.next().and_then(|it| it.parse::<u8>().ok());
    let code = numbers.next().map_or(Some(0), |it| it.parse::<u8>().ok());
    match (kind, code, numbers.next()) {
        (Some(kind), Some(code), None) => Ok(u16::from_be_bytes([kind, code])),
        _ => Err(w::THIS_IS_NO_TYPE.text().into()),
    }
}

/// The address, and the family that it is of.
fn addr_of(ip: IpAddr) -> (L3, Addr) {
    match ip {
        IpAddr::V4(ip) => (L3::Ipv4, Addr::v4(ip.octets())),
        IpAddr::V6(ip) => (L3::Ipv6, Addr(ip.octets())),
    }
}

/// What is asked about while there is no connection.
fn first_tuple() -> Tuple {
    Tuple {
        src: Man {
            u3: Addr::v4([192, 168, 1, 2]),
            u: 47562,
            l3num: L3::Ipv4,
        },
        dst: Dst {
            u3: Addr::v4([10, 0, 0, 2]),
            u: 80,
            protonum: ipproto::TCP,
            dir: Dir::Original,
        },
    }
}

impl Microscope {
    /// Something was typed. `false` if there is no such field or nothing changed.
    pub fn set_field(&mut self, key: &str, value: String) -> bool {
        let Some(at) = KEYS.iter().position(|it| *it == key) else {
            return false;
        };
        let place = &mut self.typed[at];
        if value.len() > FIELD_BYTES_MAX || place.as_ref() == Some(&value) {
            return false;
        }
        *place = Some(value);
        self.told = None;
        true
    }

    /// Whatever comes, the fields that nobody typed in stay as they are from here on.
    pub fn freeze(&mut self, under: &Under) {
        let Under { state, shown, .. } = under;
        self.base.get_or_insert_with(|| Base::of(state, *shown));
    }

    /// What is typed, read.
    pub fn typed(&self, under: &Under) -> Typed {
        let state = &*under.state;
        let base = self.base.unwrap_or_else(|| Base::of(state, under.shown));
        let beside = under.picked.or(base.conn);
        let conn = beside.and_then(|number| state.conns.by_number(number));
        let Base {
            tuple: base,
            net,
            zones,
            ..
        } = base;
        // Another log may have fewer namespaces.
        let net = if usize::from(net) < state.nets.len() {
            net
        } else {
            state.net
        };
        let text = |at: usize, base: String| self.typed[at].clone().unwrap_or(base);

        let l3 = base.src.l3num;
        let proto = text(PROTO, proto_name(base.dst.protonum));
        let protonum = read_proto(&proto);
        let parts = protonum
            .as_ref()
            .map_or(Parts::Ports, |protonum| parts_of(*protonum, state));
        let same = parts == parts_of(base.dst.protonum, state);
        let src = text(SRC, base.src.u3.show(l3).to_string());
        let dst = text(DST, base.dst.u3.show(l3).to_string());
        let sport = text(SPORT, base.src.u.to_string());
        let dport = text(
            DPORT,
            match parts {
                Parts::Icmp if same => format!("{}, {}", base.icmp_type(), base.icmp_code()),
                Parts::Icmp => "8, 0".to_owned(),
                _ if same => base.dst.u.to_string(),
                _ => "80".to_owned(),
            },
        );
        let ends = [read_addr(&src), read_addr(&dst)];
        let (src_u, dst_u) = match parts {
            Parts::Icmp => (read_number(&sport, w::IDENTIFIER.text()), read_type(&dport)),
            Parts::None => (Ok(0), Ok(0)),
            _ => (
                read_number(&sport, w::PORT.text()),
                read_number(&dport, w::PORT.text()),
            ),
        };

        let mut fields = vec![
            field(
                KEYS[PROTO],
                w::PROTOCOL.text(),
                w::TCP_UDP_ICMP_OR.text(),
                &proto,
                protonum.as_ref().err(),
            ),
            field(
                KEYS[SRC],
                w::SRC_ADDRESS.text(),
                w::IPV4_OR_IPV6.text(),
                &src,
                ends[0].as_ref().err(),
            ),
            field(
                KEYS[DST],
                w::DST_ADDRESS.text(),
                w::IPV4_OR_IPV6.text(),
                &dst,
                ends[1].as_ref().err(),
            ),
        ];
        let labels = match parts {
            Parts::Ports => Some((
                w::SRC_PORT.text(),
                w::DST_PORT.text(),
                w::N_0_TO_65535.text(),
            )),
            Parts::Keys => Some((w::SRC_KEY.text(), w::DST_KEY.text(), w::N_0_TO_65535.text())),
            Parts::Icmp => Some((
                w::IDENTIFIER.text(),
                w::TYPE_CODE.text(),
                w::TWO_NUMBERS_SUCH_AS.text(),
            )),
            Parts::None => None,
        };
        if let Some((first, second, hint)) = labels {
            let (key, other) = (KEYS[SPORT], KEYS[DPORT]);
            fields.insert(
                2,
                field(
                    key,
                    first,
                    w::N_0_TO_65535.text(),
                    &sport,
                    src_u.as_ref().err(),
                ),
            );
            fields.push(field(other, second, hint, &dport, dst_u.as_ref().err()));
        }

        let mut tuple = None;
        if let ([Ok(src), Ok(dst)], Ok(protonum), Ok(src_u), Ok(dst_u)) =
            (ends, protonum, src_u, dst_u)
        {
            let ((l3num, src), (other, dst)) = (addr_of(src), addr_of(dst));
            if l3num != other {
                let dst = fields.iter_mut().find(|field| field.key == KEYS[DST]);
                if let Some(field) = dst {
                    field.problem = Some(w::BOTH_ADDRESSES_MUST_BE.text().to_owned());
                }
            } else {
                tuple = Some(Tuple {
                    src: Man {
                        u3: src,
                        u: src_u,
                        l3num,
                    },
                    dst: Dst {
                        u3: dst,
                        u: dst_u,
                        protonum,
                        dir: Dir::Original,
                    },
                });
            }
        }

        let size = state.table.size();
        let of_conn = conn.map_or(0, |conn| state.raw_of(conn, Dir::Original).scale(size));
        let bucket = text(BUCKET, of_conn.to_string());
        let target = bucket.trim().parse().ok().filter(|it: &u32| *it < size);
        let problem = target
            .is_none()
            .then(|| tell!(w::THERE_IS_NO_SUCH, size = size - 1));
        fields.push(field(
            KEYS[BUCKET],
            w::BUCKET_TO_MEET_IN.text(),
            w::A_BUCKET_OF_THE.text(),
            &bucket,
            problem.as_ref(),
        ));
        Typed {
            fields,
            tuple,
            net,
            zones,
            beside: conn.map(|conn| conn.id.number),
            own: self.typed[..BUCKET].iter().any(Option::is_some),
            target,
            told: self.told.clone(),
        }
    }

    /// The next source port, or identifier, whose bucket is the one wanted.
    pub fn collide(&mut self, under: &Under) {
        self.freeze(under);
        let state = &*under.state;
        let typed = self.typed(under);
        let (Some(tuple), Some(target)) = (typed.tuple, typed.target) else {
            self.told = Some(w::FIRST_MEND_THE_FIELD.text().to_owned());
            return;
        };
        let icmp = match parts_of(tuple.dst.protonum, state) {
            Parts::Ports => false,
            Parts::Icmp => true,
            Parts::Keys | Parts::None => {
                self.told = Some(w::THIS_PROTOCOL_HAS_NO.text().to_owned());
                return;
            }
        };
        let key = state.hash_key(typed.net, typed.zones[Dir::Original.index()]);
        let size = state.table.size();
        let found = (1..=u16::MAX).find_map(|tries| {
            let mut other = tuple;
            other.src.u = tuple.src.u.wrapping_add(tries);
            // A port 0 would be odd on a wire.
            let fits = other.src.u != 0 && hash_conntrack_raw(&other, key).scale(size) == target;
            fits.then_some((tries, other.src.u))
        });
        self.told = Some(match found {
            None if icmp => tell!(w::NO_IDENTIFIER_COLLIDES, target),
            None => tell!(w::NO_PORT_COLLIDES, target),
            Some((tried, port)) => {
                self.typed[SPORT] = Some(port.to_string());
                if icmp {
                    tell!(w::IDENTIFIER_COLLIDES, port, target, tried)
                } else {
                    tell!(w::PORT_COLLIDES, port, target, tried)
                }
            }
        });
    }
}

fn proto_name(protonum: u8) -> String {
    let known = PROTOS.iter().find(|(_, number)| *number == protonum);
    known.map_or_else(|| protonum.to_string(), |(name, _)| (*name).to_owned())
}

fn field(
    key: &'static str,
    label: &'static str,
    hint: &'static str,
    value: &str,
    problem: Option<&String>,
) -> BenchField {
    BenchField {
        key,
        label,
        value: value.to_owned(),
        hint,
        problem: problem.cloned(),
    }
}

impl AppState {
    /// What lies under the microscope.
    fn under(&mut self) -> Under {
        let moment = self.timeline.moment(self.grain());
        super::screen::under(&moment, self.selection)
    }

    /// Something was typed in a field.
    pub(super) fn hash_field(&mut self, key: &str, value: String) -> bool {
        let under = self.under();
        self.microscope.freeze(&under);
        self.microscope.set_field(key, value)
    }

    /// Looks for a port that collides.
    pub(super) fn hash_collide(&mut self) -> bool {
        let under = self.under();
        self.microscope.collide(&under);
        true
    }

    /// Sends a packet with the typed tuple, by way of the bench.
    pub(super) fn hash_send(&mut self) -> bool {
        let under = self.under();
        self.microscope.freeze(&under);
        let typed = self.microscope.typed(&under);
        let Some(tuple) = typed.tuple else {
            self.microscope.told = Some(w::FIRST_MEND_THE_FIELD.text().to_owned());
            return true;
        };
        let echo = tuple.is_icmp() && matches!(tuple.icmp_type(), 8 | 128);
        if !tuple.has_ports() && !echo {
            self.microscope.told = Some(w::ONLY_A_PROTOCOL_WITH.text().to_owned());
            return true;
        }
        let told = if self.bench.fill(&tuple) && self.send_first() {
            let l3 = tuple.src.l3num;
            tell!(w::SENT_FROM_SHOW, show = tuple.src.u3.show(l3))
        } else {
            w::THE_BENCH_HAS_NO.text().to_owned()
        };
        self.microscope.told = Some(told);
        true
    }

    /// Back to the values of the connection.
    pub(super) fn hash_follow(&mut self) -> bool {
        let fresh = Microscope::default();
        let changed = self.microscope != fresh;
        self.microscope = fresh;
        changed
    }
}
