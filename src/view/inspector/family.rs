//! What a connection has to do with others: helper, expectations, master and children; and the
//! timeouts that it has for itself.

use super::{field, group, plain};
use crate::engine::Conntrack;
use crate::engine::conn::{NfConn, Owner};
use crate::engine::expect::Expectation;
use crate::engine::policy::timeout_names;
use crate::engine::tuple::Dir;
use crate::engine::zone::Zone;
use crate::view::model::{Field, FieldGroup};
use crate::view::names;
use crate::words::{inspector as w, tell};

/// Children and expectations that are named one by one.
const SHOWN: usize = 16;

/// The zone, with what it is good for.
pub(in crate::view) fn zone(conn: &NfConn) -> Field {
    let Zone { id, .. } = conn.zone;
    let note = match conn.zone.only_dir() {
        _ if id == 0 => w::THE_DEFAULT_ZONE_BOTH.text(),
        Some(Dir::Original) => w::IN_THE_ORIGINAL_DIRECTION_ONLY.text(),
        Some(Dir::Reply) => w::IN_THE_REPLY_DIRECTION.text(),
        None => w::BOTH_DIRECTIONS_EQUAL.text(),
    };
    plain("zone", id.to_string(), note)
}

/// Who expected it.
pub(in crate::view) fn master(at: &Conntrack, conn: &NfConn) -> Field {
    let (value, note) = match conn.master {
        None => (
            w::NONE.text().to_owned(),
            w::WHO_EXPECTED_IT.text().to_owned(),
        ),
        Some(master) => {
            let tuple = at.conns.get(master).map(|master| {
                let tuple = master.tuple(Dir::Original);
                tell!(w::TUPLE_WHICH_IT_HOLDS, tuple = names::tuple(tuple))
            });
            (master.to_string(), tuple.unwrap_or_default())
        }
    };
    plain("master", value, note)
}

/// Helper, expectations and children; nothing if it has none of them.
pub(super) fn family(at: &Conntrack, conn: &NfConn, old: Option<&NfConn>) -> Option<FieldGroup> {
    let mut fields = Vec::new();
    let name = |conn: &NfConn| {
        let helper = conn.ext.helper();
        helper
            .map_or(w::NONE.text(), |helper| helper.name.name())
            .to_owned()
    };
    if let Some(helper) = conn.ext.helper() {
        let note = w::READS_WHAT_GOES_BY.text();
        fields.push(field("helper", name(conn), note, old.map(name)));
        for dir in Dir::BOTH {
            let known = usize::from(helper.ftp.known[dir.index()]);
            let seqs = helper.ftp.after_line[dir.index()];
            let seqs = seqs.iter().take(known);
            let seqs: Vec<String> = seqs.map(|seq| names::grouped((*seq).into())).collect();
            if !seqs.is_empty() {
                let name = format!("seq_aft_nl[{}]", dir.index());
                fields.push(plain(name, seqs.join(", "), w::A_LINE_BEGINS_THERE.text()));
            }
        }
    }
    let expected = at.expects.iter().filter(|it| it.master == conn.id);
    for expect in expected.take(SHOWN) {
        fields.push(expects(at, expect));
    }
    // Children are looked for among all; who has none says so.
    let all = (conn.refs.of(Owner::Child) > 0).then(|| at.conns.iter());
    let children = all.into_iter().flatten();
    let children = children.filter(|it| it.master == Some(conn.id));
    for child in children.take(SHOWN) {
        let tuple = names::tuple(child.tuple(Dir::Original));
        fields.push(plain(w::CHILD.text(), child.id.to_string(), tuple));
    }
    (!fields.is_empty()).then(|| group(w::HELPER_AND_EXPECTATIONS.text(), fields))
}

fn expects(at: &Conntrack, expect: &Expectation) -> Field {
    let port = if expect.mask.port == 0 {
        w::FROM_ANY_PORT.text()
    } else {
        ""
    };
    let left = names::ticks(expect.expires.left(at.now), at.hz());
    let value = names::tuple(&expect.tuple);
    plain(
        w::EXPECTS.text(),
        value,
        tell!(w::PORT_FOR_LEFT, port, left),
    )
}

/// The timeouts of a policy, which stand in for those of the namespace.
pub(super) fn policy(at: &Conntrack, conn: &NfConn) -> Option<FieldGroup> {
    let policy = conn.ext.timeout()?;
    let slots = timeout_names(policy.protonum).iter().zip(policy.ticks);
    let named = slots.filter(|(name, _)| !name.is_empty());
    let fields = named.map(|(name, ticks)| plain(*name, names::ticks(ticks, at.hz()), ""));
    Some(group(w::TIMEOUT_POLICY.text(), fields.collect()))
}
