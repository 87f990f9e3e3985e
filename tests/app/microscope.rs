//! The hash microscope: typed ports, collisions, packets sent from it.

use super::{app, run};
use ctscope::app::{AppState, Msg};
use ctscope::engine::tuple::Dir;
use ctscope::view::lens::LensModel;
use ctscope::view::lens::hash::HashView;
use ctscope::view::model::Lens;
use std::rc::Rc;

const SYN: &str = "tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000";

fn seen(app: &mut AppState) -> Rc<HashView> {
    match &app.model().lens {
        LensModel::Hash(view) => view.clone(),
        other => panic!("{other:?}"),
    }
}

fn typed(key: &'static str, text: &str) -> Msg {
    Msg::HashField(key, text.to_owned())
}

#[test]
fn a_typed_port_moves_the_bucket_beside_the_connections() {
    let mut app = app([run(SYN), Msg::Last, Msg::SetLens(Lens::Hash)]);
    let first = seen(&mut app);
    assert!(!first.typed.own);
    assert_eq!(first.ways[0].real, Some(first.ways[0].bucket()));
    let moved = (40_000..40_016).any(|port| {
        app.update(typed("sport", &port.to_string()));
        let view = seen(&mut app);
        assert!(view.typed.own);
        assert_eq!(view.line.marks.len(), 4, "typed and real, both directions");
        view.ways[0].bucket() != first.ways[0].bucket()
    });
    assert!(moved);
    app.update(Msg::HashFollow);
    assert_eq!(seen(&mut app), first);
}

#[test]
fn a_port_that_collides_is_found_and_its_packet_lands_there() {
    let mut app = app([run(SYN), Msg::Last, Msg::SetLens(Lens::Hash)]);
    let target = seen(&mut app).ways[0].bucket();
    app.update(Msg::HashCollide);
    let view = seen(&mut app);
    assert_eq!(view.ways[0].bucket(), target);
    assert!(
        view.typed
            .told
            .as_deref()
            .is_some_and(|told| told.contains("tried"))
    );
    let port = view.ways[0].parts[1].value.clone();
    assert_ne!(port, "47562");
    app.update(Msg::HashSend);
    app.update(Msg::Last);
    let moment = app.timeline().clone().moment(Default::default());
    let conn = moment
        .state
        .conns
        .by_number(2)
        .expect("it made a connection");
    assert_eq!(conn.tuple(Dir::Original).src.u.to_string(), port);
    let list = conn.list(Dir::Original).expect("it is in the table");
    assert_eq!(list.to_string(), format!("bucket {target}"));
    assert_eq!(
        seen(&mut app).typed.beside,
        Some(1),
        "still beside the first one"
    );
}

#[test]
fn bad_input_says_what_it_expects_and_stays() {
    let mut app = app([run(SYN), Msg::SetLens(Lens::Hash)]);
    for (key, text) in [
        ("proto", "tpc"),
        ("src", "10.0.0"),
        ("sport", "70000"),
        ("dst", "2001:db8::1"),
        ("dport", ""),
        ("bucket", "99999999"),
    ] {
        app.update(typed(key, text));
        let view = seen(&mut app);
        let field = view
            .typed
            .fields
            .iter()
            .find(|field| field.key == key)
            .expect(key);
        assert_eq!(field.value, text);
        let problem = field.problem.as_ref().expect(key);
        assert!(
            problem.contains("expected") || problem.contains("must"),
            "{problem}"
        );
        if key != "bucket" {
            assert!(view.ways.is_empty(), "{key}");
        }
        for msg in [Msg::HashCollide, Msg::HashSend] {
            app.update(msg);
            let told = seen(&mut app).typed.told.clone();
            assert!(told.is_some_and(|told| !told.is_empty()), "{key}");
        }
        let kept = seen(&mut app);
        let field = kept.typed.fields.iter().find(|field| field.key == key);
        assert_eq!(field.map(|field| field.value.as_str()), Some(text));
        app.update(Msg::HashFollow);
    }
}

#[test]
fn other_protocols_have_their_own_fields() {
    let mut app = app([Msg::SetLens(Lens::Hash)]);
    app.update(typed("proto", "icmp"));
    let view = seen(&mut app);
    let labels: Vec<_> = view.typed.fields.iter().map(|field| field.label).collect();
    assert!(
        labels.contains(&"identifier") && labels.contains(&"type, code"),
        "{labels:?}"
    );
    assert_eq!(view.ways.len(), 2);
    app.update(typed("dport", "3, 1"));
    assert_eq!(seen(&mut app).ways.len(), 1, "an error has no answer");
    app.update(typed("proto", "50"));
    let view = seen(&mut app);
    assert!(!view.typed.fields.iter().any(|field| field.key == "sport"));
    assert_eq!(view.ways.len(), 2);
}
