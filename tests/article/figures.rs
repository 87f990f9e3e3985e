//! The figures: which steps of the article's packets are which numbers.

use crate::{SYN, SYN_ACK, name, run};
use ctscope::engine::Step;
use ctscope::engine::conn::Place;
use ctscope::engine::skb::CtInfo;
use ctscope::engine::step::Compared;
use ctscope::engine::tuple::Dir;
use expect_test::expect;

/// The steps that have a number in one of these figures, a line each.
fn numbered(steps: &[Step], figures: &[u8]) -> String {
    let mut out = String::new();
    for step in steps {
        if let Some((figure, number)) = step.meta().figure
            && figures.contains(&figure)
        {
            let function = step.meta().function;
            out += &format!("{figure} ({number}) {} in {function}\n", name(step));
        }
    }
    out
}

#[test]
fn figure_1_a_packet_becomes_a_tuple() {
    let run = run(SYN);
    let tuple = run.last().iter().find_map(|step| match step {
        Step::TupleBuilt { tuple, .. } => Some(*tuple),
        _ => None,
    });
    let tuple = tuple.expect("a tuple is built");
    let l3 = tuple.src.l3num;
    let shown = (tuple.src.u3.show(l3).to_string(), tuple.src.u);
    assert_eq!(shown, ("192.168.1.2".to_owned(), 47562));
    let shown = (tuple.dst.u3.show(l3).to_string(), tuple.dst.u);
    assert_eq!(shown, ("10.0.0.2".to_owned(), 80));
    let numbers = (l3 as u8, tuple.dst.protonum, tuple.dst.dir);
    assert_eq!(numbers, (2, 6, Dir::Original));
}

#[test]
fn figure_2_a_connection_has_count_timeout_namespace_status_and_two_tuples() {
    let run = run(SYN);
    let conn = run.ct.conns.iter().next().expect("it is in the table");
    assert_eq!((conn.use_count, conn.net), (1, 0));
    assert_eq!(conn.proto.name(), Some("SYN_SENT"));
    assert_eq!(run.ct.hz().secs(conn.nf_ct_expires(run.ct.now)).0, 120);
    let status: Vec<_> = conn.status.iter_names().map(|(name, _)| name).collect();
    assert_eq!(status, ["CONFIRMED"]);
    let [original, reply] = &conn.tuplehash;
    assert_eq!(original.tuple.dst.dir, Dir::Original);
    assert_eq!(reply.tuple.dst.dir, Dir::Reply);
    assert_eq!(
        (original.tuple.src.u3, original.tuple.src.u),
        (reply.tuple.dst.u3, reply.tuple.dst.u)
    );
}

#[test]
fn figure_3_the_answer_finds_its_connection() {
    let run = run(&format!("{SYN}\n{SYN_ACK}"));
    expect![[r#"
        3 (1) TupleBuilt in nf_ct_get_tuple
        3 (2) HashComputed in hash_conntrack_raw
        3 (3) BucketChosen in scale_hash
        3 (4) NodeCompared in ____nf_conntrack_find
        3 (5) Found in __nf_conntrack_find_get
        3 (6) SkbAttached in nf_ct_set
    "#]]
    .assert_eq(&numbered(run.last(), &[3]));
}

#[test]
fn figure_3_the_match_is_the_node_of_the_packets_direction() {
    let text = format!("{SYN}\n{SYN_ACK}\n{SYN}");
    let run = run(&text);
    let found = run.steps.iter().map(|steps| {
        steps.iter().find_map(|step| match step {
            Step::Found { dir, .. } => Some(*dir),
            _ => None,
        })
    });
    let found: Vec<_> = found.collect();
    assert_eq!(found, [None, Some(Dir::Reply), Some(Dir::Original)]);
    let mut compared = run.last().iter().filter_map(|step| match step {
        Step::NodeCompared { compared, .. } => Some(*compared),
        _ => None,
    });
    assert_eq!(compared.next_back(), Some(Compared::Match));
}

#[test]
fn after_figure_3_layer_4_is_examined() {
    let run = run(&format!("{SYN}\n{SYN_ACK}"));
    let names: Vec<String> = run.last().iter().map(name).collect();
    let at = |wanted: &str| names.iter().position(|name| name == wanted);
    assert!(at("SkbAttached") < at("TrackerCalled"), "{names:?}");
    let conn = run.ct.conns.iter().next().expect("it lives");
    assert_eq!(conn.proto.name(), Some("SYN_RECV"));
}

#[test]
fn figure_4_a_new_connection_is_made() {
    let run = run(SYN);
    expect![[r#"
        4 (1) TupleReused in init_conntrack
        4 (2) TupleInverted in nf_ct_invert_tuple
        4 (3) ConnAllocated in __nf_conntrack_alloc
        4 (4) ListAdded in nf_ct_add_to_unconfirmed_list
        4 (5) SkbAttached in nf_ct_set
    "#]]
    .assert_eq(&numbered(run.last(), &[4]));
    let attached = run.last().iter().find_map(|step| match step {
        Step::SkbAttached { ctinfo, .. } => Some(*ctinfo),
        _ => None,
    });
    assert_eq!(attached, Some(CtInfo::New));
}

#[test]
fn figure_5_a_connection_goes_into_the_table() {
    expect![[r#"
        5 (1) BucketsReady in __nf_conntrack_confirm
        5 (2) ListRemoved in nf_ct_del_from_dying_or_unconfirmed_list
        5 (3) StatusSet in __nf_conntrack_insert_prepare
        5 (4) HashInserted in __nf_conntrack_hash_insert
        5 (4) HashInserted in __nf_conntrack_hash_insert
    "#]]
    .assert_eq(&numbered(run(SYN).last(), &[5]));
}

#[test]
fn figure_6_a_life_from_the_unconfirmed_list_to_freed_memory() {
    let place = |text: &str| {
        let run = run(text);
        run.ct.conns.by_number(1).map(|conn| conn.place())
    };
    let held = format!("{SYN} hold=forward");
    assert_eq!(place(&held), Some(Place::Unconfirmed));
    let confirmed = format!("{held}\nrelease s1");
    assert_eq!(place(&confirmed), Some(Place::Table));
    let dying = format!("{confirmed}\nevents slow\ndelete c1");
    assert_eq!(place(&dying), Some(Place::Dying));
    let gone = format!("{dying}\nevents on\nadvance 2s");
    assert_eq!(place(&gone), None);
    let mut stages = String::new();
    for steps in &run(&gone).steps {
        stages += &numbered(steps, &[6]);
    }
    expect![[r#"
        6 (1) RefTaken in init_conntrack
        6 (2) BucketsUnlocked in __nf_conntrack_confirm
        6 (3) StatusSet in nf_ct_delete
        6 (3) HashRemoved in clean_from_lists
        6 (3) HashRemoved in clean_from_lists
        6 (3) ListAdded in nf_ct_add_to_dying_list
        6 (4) Destroyed in destroy_conntrack
        6 (4) Freed in nf_conntrack_free
    "#]]
    .assert_eq(&stages);
}
