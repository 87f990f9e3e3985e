//! What belongs together: the two tuples of NAT, a master and its children, equal tuples of
//! different zones and namespaces.

use super::Looking;
use super::nat::{NatModel, nat};
use super::subject::{self, ConnLine};
use crate::engine::conn::{NfConn, Owner, Status};
use crate::engine::expect::Expectation;
use crate::engine::nulls::ListId;
use crate::engine::tuple::{Dir, Tuple};
use crate::engine::{Conntrack, Difference, Step};
use crate::scenario::Preset;
use crate::view::names;
use crate::view::scene::Scene;
use crate::words::{lens as w, tell};

/// What is seen of a connection's relations.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RelationsModel {
    /// The connections to choose from.
    pub conns: Vec<ConnLine>,
    /// NAT, if it was asked.
    pub nat: Option<NatModel>,
    /// Master, children, expectations.
    pub family: Option<FamilyModel>,
    /// Equal tuples in other zones.
    pub zones: Option<Twins>,
    /// Equal tuples in other namespaces.
    pub nets: Option<Twins>,
    /// Scenarios that have what this run has not: name, title, what is to be seen.
    pub offers: Vec<(&'static str, &'static str, &'static str)>,
}

/// A master with all that hangs from it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FamilyModel {
    /// The master.
    pub master: Member,
    /// Its helper: `ftp`.
    pub helper: String,
    /// How many references children hold on it.
    pub pins: u16,
    /// What it expects.
    pub expects: Vec<ExpectRow>,
    /// Those that came.
    pub children: Vec<Member>,
    /// Children that are not named one by one.
    pub more: usize,
}

/// A connection of a family, or one of two twins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// Number of `c1`.
    pub conn: u32,
    /// Protocol and state.
    pub state: String,
    /// Its original tuple.
    pub tuple: String,
    /// Its reply tuple.
    pub reply: String,
    /// Its status bits that matter here.
    pub status: &'static str,
    /// It came to be, or came here, in this step.
    pub fresh: bool,
    /// It is looked at.
    pub shown: bool,
}

/// An expectation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExpectRow {
    /// In order of creation, from 1.
    pub number: u32,
    /// Its source, with `*` for what does not count.
    pub from: String,
    /// Its destination.
    pub to: String,
    /// The mask of the source, as the kernel keeps it.
    pub mask: String,
    /// How long it is kept on, or why it is gone.
    pub left: String,
    /// It was made in this step.
    pub fresh: bool,
    /// It went in this step.
    pub gone: bool,
}

/// Connections with an equal tuple.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Twins {
    /// What keeps them apart, in a sentence.
    pub about: String,
    /// They themselves.
    pub members: Vec<Twin>,
}

/// One of several equal ones.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Twin {
    /// The connection.
    pub member: Member,
    /// What it has otherwise: `zone 1`, `netns blue`.
    pub apart: String,
    /// What goes into its hash beside the tuple.
    pub hashed: String,
    /// Where its tuplehashes hang: original, reply.
    pub places: [String; 2],
}

/// Relatives that are named one by one.
const SHOWN: usize = 12;

/// The relations of the connection that is meant.
pub fn relations(looking: &Looking) -> RelationsModel {
    let scene = looking.scene;
    let number = subject::number(scene);
    let mut model = RelationsModel {
        conns: subject::offered(scene, number),
        ..RelationsModel::default()
    };
    if let Some(conn) = number.and_then(|number| subject::conn(scene, number)) {
        model.nat = nat(looking, conn);
        model.family = family(scene, conn);
        model.zones = zones(scene, conn);
        model.nets = nets(scene, conn);
    }
    let missing = [
        ("nat", model.nat.is_none()),
        ("ftp-expectation", model.family.is_none()),
        ("zones", model.zones.is_none()),
        ("two-namespaces", model.nets.is_none()),
    ];
    // A run that has one of them is about that one.
    if missing.iter().all(|(_, missing)| *missing) {
        let presets = missing.iter().filter_map(|(name, _)| Preset::by_name(name));
        let offer =
            |preset: &'static Preset| (preset.name, preset.title.text(), preset.about.text());
        model.offers = presets.map(offer).collect();
    }
    model
}

fn member(scene: &Scene, conn: &NfConn, shown: Option<u32>) -> Member {
    let original = conn.tuple(Dir::Original);
    let proto = names::proto(original.dst.protonum);
    let state = match conn.proto.name() {
        Some(state) => format!("{proto} {state}"),
        None => proto,
    };
    let old = scene.before.conns.get(conn.id);
    Member {
        conn: conn.id.number,
        state,
        tuple: names::tuple(original),
        reply: names::tuple(conn.tuple(Dir::Reply)),
        status: if conn.status.contains(Status::EXPECTED) {
            "EXPECTED"
        } else {
            ""
        },
        fresh: old.is_none_or(|old| old.master != conn.master),
        shown: shown == Some(conn.id.number),
    }
}

fn family(scene: &Scene, conn: &NfConn) -> Option<FamilyModel> {
    let ct = scene.state;
    let master = conn.master.and_then(|id| ct.conns.get(id)).unwrap_or(conn);
    let of = |expect: &&Expectation| expect.master == master.id;
    let mut expects: Vec<ExpectRow> = ct
        .expects
        .iter()
        .filter(of)
        .take(SHOWN)
        .map(|it| expect_row(scene, it, None))
        .collect();
    // What went since the stop before stays in sight, struck out.
    for step in scene.fresh_steps() {
        let Step::ExpectRemoved {
            expect,
            master: of,
            end,
        } = *step
        else {
            continue;
        };
        let known = scene.before.expects.iter().find(|it| it.number == expect);
        if let Some(known) = known.filter(|_| of == master.id) {
            expects.push(expect_row(scene, known, Some(end)));
        }
    }
    let shown = Some(conn.id.number);
    let children = ct.conns.iter().filter(|it| it.master == Some(master.id));
    let mut children: Vec<Member> = children.map(|it| member(scene, it, shown)).collect();
    children.sort_by_key(|child| child.conn);
    let helper = master.ext.helper();
    if helper.is_none() && expects.is_empty() && children.is_empty() && conn.master.is_none() {
        return None;
    }
    let more = children.len().saturating_sub(SHOWN);
    children.truncate(SHOWN);
    Some(FamilyModel {
        master: member(scene, master, shown),
        helper: helper.map_or_else(String::new, |helper| helper.name.name().to_owned()),
        pins: master.refs.of(Owner::Child),
        expects,
        children,
        more,
    })
}

fn expect_row(
    scene: &Scene,
    expect: &Expectation,
    end: Option<crate::engine::expect::ExpectEnd>,
) -> ExpectRow {
    use crate::engine::expect::ExpectEnd;
    let l3 = expect.tuple.src.l3num;
    let (mask, tuple) = (expect.mask, &expect.tuple);
    // All of the address counts, or none of it does.
    let addr = if mask.addr.0.iter().all(|byte| *byte == 0) {
        "*".to_owned()
    } else {
        tuple.src.u3.show(l3).to_string()
    };
    let port = if mask.port == 0 {
        "*".to_owned()
    } else {
        tuple.src.u.to_string()
    };
    let left = match end {
        None => names::ticks(expect.expires.left(scene.state.now), scene.state.hz()),
        Some(ExpectEnd::Matched) => w::IT_HAS_COME.text().to_owned(),
        Some(ExpectEnd::Expired) => w::ITS_TIME_RAN_OUT.text().to_owned(),
        Some(ExpectEnd::MasterGone) => w::ITS_MASTER_GOES.text().to_owned(),
        Some(ExpectEnd::Replaced) => w::IT_MAKES_ROOM_FOR.text().to_owned(),
    };
    ExpectRow {
        number: expect.number,
        from: tell!(w::ADDR_PORT_PORT, addr, port),
        to: tell!(
            w::SHOW_PORT_U,
            show = tuple.dst.u3.show(l3),
            u = tuple.dst.u
        ),
        mask: format!("mask-src={} sport={}", mask.addr.show(l3), mask.port),
        left,
        fresh: end.is_none()
            && !scene
                .before
                .expects
                .iter()
                .any(|it| it.number == expect.number),
        gone: end.is_some(),
    }
}

/// Connections, without the one that is meant, of which a tuple is equal to its original one.
fn equal<'a>(ct: &'a Conntrack, conn: &NfConn) -> impl Iterator<Item = &'a NfConn> {
    let tuple: Tuple = *conn.tuple(Dir::Original);
    let id = conn.id;
    let others = ct.conns.iter().filter(move |it| it.id != id);
    others.filter(move |it| {
        Dir::BOTH
            .iter()
            .any(|dir| it.tuple(*dir).nf_ct_tuple_equal(&tuple))
    })
}

fn twins<'a>(
    scene: &Scene<'a>,
    conn: &'a NfConn,
    others: impl Iterator<Item = &'a NfConn>,
    apart: impl Fn(&NfConn) -> String,
) -> Vec<Twin> {
    let ct = scene.state;
    let mut all: Vec<&NfConn> = others.take(SHOWN - 1).collect();
    all.push(conn);
    all.sort_by_key(|conn| conn.id.number);
    let twin = |it: &NfConn| Twin {
        member: member(scene, it, Some(conn.id.number)),
        apart: apart(it),
        hashed: hashed(ct, it),
        places: Dir::BOTH.map(|dir| match it.list(dir) {
            Some(ListId::Bucket(bucket)) => tell!(w::BUCKET_BUCKET, bucket),
            Some(list) => list.to_string(),
            None => w::IN_NO_LIST.text().to_owned(),
        }),
    };
    all.into_iter().map(twin).collect()
}

fn hashed(ct: &Conntrack, conn: &NfConn) -> String {
    let mix = ct
        .nets
        .get(usize::from(conn.net))
        .map_or(0, |net| net.hash_mix);
    let mix = names::hex32(mix);
    if ct.profile().since(Difference::SipHash) {
        let zone = conn.zone.id_of(Dir::Original);
        tell!(w::HASH_MIX_MIX_ZONE, mix, zone)
    } else {
        tell!(w::HASH_MIX_MIX, mix)
    }
}

fn zones(scene: &Scene, conn: &NfConn) -> Option<Twins> {
    let ct = scene.state;
    let elsewhere = |it: &&NfConn| it.net == conn.net && it.zone.id != conn.zone.id;
    let apart = |it: &NfConn| {
        let id = it.zone.id;
        match it.zone.only_dir() {
            _ if id == 0 => w::ZONE_0_THE_DEFAULT.text().to_owned(),
            None => tell!(w::ZONE_ID_BOTH_DIRECTIONS, id),
            Some(dir) => tell!(w::ZONE_ID_DIR_DIRECTION, id, dir = names::dir(dir)),
        }
    };
    let members = twins(scene, conn, equal(ct, conn).filter(elsewhere), apart);
    if members.len() < 2 && conn.zone.id == 0 {
        return None;
    }
    let about = if members.len() < 2 {
        w::NOBODY_ELSE_HAS_THIS.text()
    } else if ct.profile().since(Difference::SipHash) {
        w::EQUAL_TUPLES_AND_DIFFERENT.text()
    } else {
        w::EQUAL_TUPLES_AND_DIFFERENT_CONNECTIONS.text()
    };
    Some(Twins {
        about: about.to_owned(),
        members,
    })
}

fn nets(scene: &Scene, conn: &NfConn) -> Option<Twins> {
    let ct = scene.state;
    if ct.nets.len() < 2 {
        return None;
    }
    let apart = |it: &NfConn| {
        let name = ct
            .nets
            .get(usize::from(it.net))
            .map_or("", |net| net.name.as_str());
        format!("netns {name}")
    };
    let elsewhere = |it: &&NfConn| it.net != conn.net;
    let members = twins(scene, conn, equal(ct, conn).filter(elsewhere), apart);
    let about = if members.len() < 2 {
        w::ONE_TABLE_FOR_ALL.text()
    } else {
        w::ONE_TABLE_FOR_ALL_NAMESPACES.text()
    };
    Some(Twins {
        about: about.to_owned(),
        members,
    })
}
