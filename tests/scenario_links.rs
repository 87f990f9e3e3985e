//! Links, by example.

#[path = "common/mod.rs"]
mod common;

use common::{deflated, too_long_for_a_link};
use ctscope::engine::Command;
use ctscope::scenario::link::{
    INFLATED_BYTES_MAX, LINK_COMMANDS_MAX, LinkError, Looked, Position, READ_BYTES_MAX, decode,
    encode, encode_short,
};
use ctscope::scenario::{PRESETS, Scenario};

#[test]
fn every_golden_link_opens() {
    let links = include_str!("data/links.txt");
    let mut lines = links.lines().filter(|line| !line.starts_with("//"));
    while let Some(head) = lines.next() {
        let link = decode(head).unwrap_or_else(|error| panic!("{head}: {error}"));
        let text: String = lines
            .by_ref()
            .take_while(|line| !line.is_empty())
            .map(|l| format!("{l}\n"))
            .collect();
        assert_eq!(link.scenario.to_string(), text);
        let again = encode(&link.scenario, &link.looked).unwrap();
        assert_eq!(decode(&again), Ok(link));
    }
}

#[test]
fn a_link_keeps_scenario_place_object_and_view() {
    let scenario = Scenario::parse("gc # now\nadvance 1s\n").unwrap();
    let looked = Looked {
        at: Some(Position {
            command: 12,
            step: Some(3),
        }),
        selected: Some("c1".to_owned()),
        view: Some("life".to_owned()),
        tab: Some("events".to_owned()),
        grain: Some("phase".to_owned()),
        depth: Some("idea".to_owned()),
    };
    let text = encode(&scenario, &looked).unwrap();
    assert!(
        text.starts_with("v1.")
            && text.ends_with("&at=12.3&sel=c1&view=life&tab=events&grain=phase&depth=idea"),
        "{text}"
    );
    let whole = Looked {
        at: Some(Position {
            command: 2,
            step: None,
        }),
        ..Looked::default()
    };
    let other = encode(&scenario, &whole).unwrap();
    for (text, looked) in [
        (format!("#{text}"), &looked),
        (text, &looked),
        (other, &whole),
    ] {
        let link = decode(&text).unwrap();
        assert_eq!((&link.scenario, &link.looked), (&scenario, looked));
    }
}

#[test]
fn a_bad_link_is_refused_with_a_sentence() {
    let good = encode(&Scenario::parse("gc\n").unwrap(), &Looked::default()).unwrap();
    for (link, error) in [
        (String::new(), LinkError::Version),
        ("v2.AAAA".to_owned(), LinkError::Version),
        ("v1.!".to_owned(), LinkError::NotBase64),
        ("v1.".to_owned(), LinkError::Damaged),
        (good[..good.len() - 2].to_owned(), LinkError::Damaged),
        (
            deflated(&" ".repeat(INFLATED_BYTES_MAX + 1)),
            LinkError::TextTooLong,
        ),
        (
            "x".repeat(READ_BYTES_MAX + 1),
            LinkError::InputTooLong(READ_BYTES_MAX + 1),
        ),
        (format!("{good}&at=x"), LinkError::Part("at=x".to_owned())),
        (
            format!("{good}&at=1.2.3"),
            LinkError::Part("at=1.2.3".to_owned()),
        ),
        (
            format!("{good}&sel=<b>"),
            LinkError::Part("sel=<b>".to_owned()),
        ),
        (format!("{good}&view="), LinkError::Part("view".to_owned())),
        (format!("{good}&foo"), LinkError::Part("foo".to_owned())),
        (
            format!("{good}&tab=list&tab=list"),
            LinkError::Part("tab=list".to_owned()),
        ),
        (
            "first-packet&grain=".to_owned(),
            LinkError::Part("grain".to_owned()),
        ),
        (
            "#last-packet&at=1.2".to_owned(),
            LinkError::Unknown("last-packet".to_owned()),
        ),
        ("first packet".to_owned(), LinkError::Version),
    ] {
        assert_eq!(decode(&link), Err(error), "{}", &link[..link.len().min(80)]);
    }
    let sentence = decode(&deflated("gc\ngcc\n")).unwrap_err().to_string();
    assert!(sentence.starts_with("in the text of this link, line 2, column 1: “gcc” is not"));
    let many = decode(&deflated(&"gc\n".repeat(LINK_COMMANDS_MAX + 1))).unwrap_err();
    assert!(
        many.to_string().contains("expected at most 5000 commands"),
        "{many}"
    );
    assert!(LinkError::Version.to_string().contains("v1."));
    assert_eq!(
        decode("last-packet").unwrap_err().to_string(),
        "there is no scenario “last-packet” here; a link begins with v1. or with a name such as \
         first-packet"
    );
}

#[test]
fn a_ready_made_scenario_goes_by_its_name_until_it_is_changed() {
    let looked = Looked {
        at: Some(Position {
            command: 1,
            step: Some(12),
        }),
        view: Some("lookup".to_owned()),
        ..Looked::default()
    };
    for preset in PRESETS {
        let mut scenario = Scenario::parse(preset.text).unwrap();
        let text = encode_short(&scenario, &looked).unwrap();
        assert_eq!(text, format!("{}&at=1.12&view=lookup", preset.name));
        let link = decode(&format!("#{text}")).unwrap();
        assert_eq!((&link.scenario, &link.looked), (&scenario, &looked));
        assert!(encode(&scenario, &looked).unwrap().starts_with("v1."));
        scenario.lines[0].note = Some("another remark".to_owned());
        let text = encode_short(&scenario, &looked).unwrap();
        assert!(text.starts_with("v1."), "{text}");
        assert_eq!(decode(&text).unwrap().scenario, scenario);
    }
}

#[test]
fn a_scenario_too_long_for_a_link_says_so_and_names_the_file() {
    let scenario = Scenario::parse(&too_long_for_a_link()).unwrap();
    let error = encode(&scenario, &Looked::default()).unwrap_err();
    assert!(matches!(error, LinkError::TooLong(_)), "{error}");
    assert!(
        error.to_string().ends_with("save it as a .ct file"),
        "{error}"
    );
    let many = Scenario {
        lines: vec![Command::Gc.into(); 5_001],
        ..Scenario::default()
    };
    assert_eq!(
        encode(&many, &Looked::default()),
        Err(LinkError::TooManyCommands(5_001))
    );
}
