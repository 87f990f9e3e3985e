//! The page contract: what the painted stage says to tests, embedders and assistive tools.

use crate::film::{Film, slow_server, wide};
use ctscope::engine::Step;
use ctscope::ui::components::stage::{Props, Stage};
use ctscope::view::stage::StageModel;
use std::rc::Rc;

async fn paint(model: StageModel) -> String {
    let props = Props {
        model: Rc::new(model),
        picks: Rc::default(),
        on_msg: yew::Callback::noop(),
    };
    yew::LocalServerRenderer::<Stage>::with_props(props)
        .hydratable(false)
        .render()
        .await
}

#[track_caller]
fn check_has(html: &str, parts: &[&str]) {
    let fits = |tag: &str| parts.iter().all(|part| tag.contains(part));
    assert!(html.split('<').any(fits), "no element has all of {parts:?}");
}

fn count(html: &str, part: &str) -> usize {
    html.matches(part).count()
}

#[tokio::test(flavor = "current_thread")]
async fn the_empty_stage_names_its_buckets_and_lists() {
    let html = paint(wide(&Film::new().end())).await;
    assert_eq!(count(&html, "data-ct=\"bucket\""), 8);
    assert_eq!(count(&html, "data-ct=\"list\""), 4);
    assert_eq!(count(&html, "data-ct=\"tuplehash\""), 0);
    check_has(
        &html,
        &[
            "data-bucket=\"5\"",
            "aria-label=\"bucket 5, empty\"",
            "role=\"listitem\"",
        ],
    );
    let list = [
        "data-list=\"dying\"",
        "data-netns=\"init\"",
        "data-cpu=\"1\"",
    ];
    check_has(&html, &list);
}

#[tokio::test(flavor = "current_thread")]
async fn every_object_of_the_contract_is_there() {
    let film = slow_server();
    let step = film.at(|step| matches!(step, Step::RefTaken { .. }));
    let html = paint(wide(&film.scene(step))).await;
    check_has(
        &html,
        &[
            "data-ct=\"tuplehash\"",
            "data-conn=\"c4\"",
            "data-dir=\"reply\"",
        ],
    );
    check_has(
        &html,
        &[
            "data-ct=\"tuplehash\"",
            "data-conn=\"c3\"",
            "data-dir=\"original\"",
        ],
    );
    check_has(
        &html,
        &[
            "data-ct=\"conn\"",
            "data-conn=\"c1\"",
            "data-use=\"1\"",
            "data-status=\"SEEN_REPLY ASSURED CONFIRMED\"",
            "data-state=\"ESTABLISHED\"",
            "data-place=\"table\"",
        ],
    );
    check_has(
        &html,
        &["data-ct=\"conn\"", "data-conn=\"c4\"", "data-use=\"2\""],
    );
    check_has(
        &html,
        &[
            "data-ct=\"skb\"",
            "data-skb=\"s7\"",
            "data-at=\"PREROUTING\"",
        ],
    );
    check_has(
        &html,
        &["data-ct=\"skb\"", "data-skb=\"s4\"", "data-at=\"QUEUE\""],
    );
    check_has(
        &html,
        &["title>connection c4 reply direction, tcp 10.0.0.2:80 to 192.168.1.2:47562"],
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_node_is_painted_once_and_inside_its_bucket() {
    let film = slow_server();
    let html = paint(wide(&film.end())).await;
    let bucket = html.find("data-bucket=\"3\"").expect("bucket 3");
    let next = html.find("data-bucket=\"4\"").expect("bucket 4");
    let node = "data-conn=\"c4\" data-dir=\"original\"";
    assert!(html[bucket..next].contains(node));
    assert_eq!(count(&html, node), 1);
    assert_eq!(count(&html, "data-ct=\"tuplehash\""), 6);
}

#[tokio::test(flavor = "current_thread")]
async fn what_can_be_picked_can_be_reached_and_has_a_name() {
    let html = paint(wide(&slow_server().end())).await;
    let tags: Vec<&str> = html.split('<').collect();
    for (at, tag) in tags.iter().enumerate() {
        if tag.contains("role=\"button\"") {
            // What is drawn has its name as a title, where a mouse finds it too.
            let titled = tags[at + 1].starts_with("title>") && tags[at + 1].len() > 6;
            assert!(tag.contains("tabindex=\"-1\""), "{tag}");
            assert!(tag.contains("aria-label=\"") || titled, "{tag}");
        }
    }
    assert_eq!(count(&html, "data-walk"), 1, "the way to them by keys");
    for tag in html.split('<').filter(|tag| tag.starts_with("button")) {
        assert!(tag.contains("aria-label=\""), "{tag}");
    }
}
