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

/// Children and expectations that are named one by one.
const SHOWN: usize = 16;

/// The zone, with what it is good for.
pub(in crate::view) fn zone(conn: &NfConn) -> Field {
    let Zone { id, .. } = conn.zone;
    let note = match conn.zone.only_dir() {
        _ if id == 0 => "the default zone, both directions",
        Some(Dir::Original) => "in the original direction only",
        Some(Dir::Reply) => "in the reply direction only",
        None => "both directions: equal tuples of other zones are other connections",
    };
    plain("zone", id.to_string(), note)
}

/// Who expected it.
pub(in crate::view) fn master(at: &Conntrack, conn: &NfConn) -> Field {
    let (value, note) = match conn.master {
        None => ("none".to_owned(), "who expected it".to_owned()),
        Some(master) => {
            let tuple = at.conns.get(master).map(|master| {
                let tuple = master.tuple(Dir::Original);
                format!("{}, which it holds", names::tuple(tuple))
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
            .map_or("none", |helper| helper.name.name())
            .to_owned()
    };
    if let Some(helper) = conn.ext.helper() {
        let note = "reads what goes by for connections to come";
        fields.push(field("helper", name(conn), note, old.map(name)));
        for dir in Dir::BOTH {
            let known = usize::from(helper.ftp.known[dir.index()]);
            let seqs = helper.ftp.after_line[dir.index()];
            let seqs = seqs.iter().take(known);
            let seqs: Vec<String> = seqs.map(|seq| names::grouped((*seq).into())).collect();
            if !seqs.is_empty() {
                let name = format!("seq_aft_nl[{}]", dir.index());
                fields.push(plain(name, seqs.join(", "), "a line begins there"));
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
        fields.push(plain("child", child.id.to_string(), tuple));
    }
    (!fields.is_empty()).then(|| group("helper and expectations", fields))
}

fn expects(at: &Conntrack, expect: &Expectation) -> Field {
    let port = if expect.mask.port == 0 {
        "from any port, "
    } else {
        ""
    };
    let left = names::ticks(expect.expires.left(at.now), at.hz());
    let value = names::tuple(&expect.tuple);
    plain("expects", value, format!("{port}for {left}"))
}

/// The timeouts of a policy, which stand in for those of the namespace.
pub(super) fn policy(at: &Conntrack, conn: &NfConn) -> Option<FieldGroup> {
    let policy = conn.ext.timeout()?;
    let slots = timeout_names(policy.protonum).iter().zip(policy.ticks);
    let named = slots.filter(|(name, _)| !name.is_empty());
    let fields = named.map(|(name, ticks)| plain(*name, names::ticks(ticks, at.hz()), ""));
    Some(group("timeout policy", fields.collect()))
}
