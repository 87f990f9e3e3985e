//! Links, files, settings and the command line.

use super::{app, key, run, typed};
use ctscope::app::{Effect, Msg, SETTINGS};
use ctscope::engine::config::Profile;
use ctscope::engine::sysctl::{SYSCTLS, SysctlInfo};
use ctscope::timeline::Cursor;
use ctscope::view::model::{Grain, Panel, Selection, Tab, Theme};

#[test]
fn a_link_brings_the_step_back() {
    let mut app = app([
        Msg::SendPacket,
        Msg::Select(Selection::Conn(1)),
        Msg::Seek(7),
    ]);
    let update = app.update(key("l"));
    let [
        Effect::WriteHash(hash),
        Effect::CopyLink(link),
        Effect::ToastFor(_),
    ] = &update.effects[..]
    else {
        panic!("{:?}", update.effects)
    };
    assert_eq!(hash, link);
    let mut other = super::app([Msg::LoadLink(format!("#{link}"))]);
    assert_eq!(other.timeline().position(), 7);
    assert_eq!(other.model().why, app.model().why);
    assert_eq!(other.model().inspector, app.model().inspector);
    let (undo, cursor) = (other.model().transport.can_undo, other.timeline().cursor());
    other.update(Msg::LoadLink(link.clone()));
    assert_eq!(other.timeline().cursor(), cursor);
    assert_eq!(
        other.model().transport.can_undo,
        undo,
        "the same link again is no edit"
    );
}

#[test]
fn a_link_to_a_step_that_is_not_there_leads_to_the_nearest() {
    let mut app = app([Msg::SendPacket, Msg::Last]);
    let end = app.timeline().cursor();
    let link = app
        .update(Msg::CopyLink)
        .effects
        .into_iter()
        .find_map(|effect| match effect {
            Effect::CopyLink(link) => Some(link),
            _ => None,
        });
    let link = link
        .expect("there is a link")
        .split('&')
        .next()
        .unwrap_or_default()
        .to_owned();
    for (at, expected) in [
        ("0", Cursor::START),
        ("1", end),
        ("1.4000000000", end),
        (
            "4000000000.1",
            Cursor {
                command: 1,
                step: 1,
            },
        ),
        (
            "1.0",
            Cursor {
                command: 1,
                step: 1,
            },
        ),
    ] {
        app.update(Msg::LoadLink(format!("{link}&at={at}")));
        assert_eq!(app.timeline().cursor(), expected, "{at}");
    }
}

#[test]
fn a_named_scenario_opens_at_its_step_and_is_written_so_until_it_is_changed() {
    let link = "first-packet&at=2.7&sel=c1&tab=events&grain=phase";
    let mut app = app([]);
    let update = app.update(Msg::LoadLink(format!("#{link}")));
    assert_eq!(update.effects, [Effect::WriteHash(link.to_owned())]);
    let at = Cursor {
        command: 2,
        step: 7,
    };
    assert_eq!(app.timeline().cursor(), at);
    let model = app.model();
    assert_eq!(model.chrome.scenario, "First packet");
    assert_eq!(model.chrome.tab, Tab::Events);
    assert_eq!(model.transport.grain, Grain::Phase);
    let update = app.update(Msg::CopyLink);
    assert!(
        update.effects.contains(&Effect::CopyLink(link.to_owned())),
        "{:?}",
        update.effects
    );
    let update = app.update(run("delete c1"));
    assert!(
        matches!(&update.effects[..], [Effect::WriteHash(hash)] if hash.starts_with("v1.")),
        "{:?}",
        update.effects
    );
    let update = app.update(Msg::LoadLink("first-pocket".to_owned()));
    assert!(update.changed);
    let toast = app.model().chrome.toast.clone().unwrap_or_default();
    assert!(
        toast.starts_with("There is no scenario “first-pocket” here"),
        "{toast}"
    );
}

#[test]
fn settings_are_stored_and_come_back() {
    let mut app = app([Msg::SetGrain(Grain::Phase)]);
    let [Effect::Store(name, json)] = &app.update(Msg::SetTheme(Theme::Dark)).effects[..] else {
        panic!("the settings are stored")
    };
    assert_eq!(*name, SETTINGS);
    let mut next = super::app([Msg::LoadSettings(json.clone())]);
    assert_eq!(next.model().chrome.theme, Theme::Dark);
    assert_eq!(next.model().transport.grain, Grain::Phase);
    next.update(Msg::LoadSettings("no json".to_owned()));
    assert_eq!(next.model().chrome.theme, Theme::Auto);
}

#[test]
fn every_preset_loads_and_is_named() {
    for preset in ctscope::scenario::PRESETS {
        let mut app = app([Msg::LoadPreset(preset.name.to_owned())]);
        let model = app.model();
        assert!(
            !model.console.failed,
            "{}: {:?}",
            preset.name, model.console.output
        );
        assert_eq!(model.chrome.scenario, preset.title.text());
        assert!(model.transport.at_start && model.transport.total > 0);
        app.update(Msg::Last);
        assert!(
            app.model().texts.checks.iter().all(|(_, holds)| *holds),
            "{}",
            preset.name
        );
        app.update(Msg::Undo);
        assert!(app.model().chrome.empty);
    }
}

#[test]
fn the_scenario_panel_shows_text_that_loads_again() {
    let mut app = app([
        Msg::SendPacket,
        run("advance 30s"),
        Msg::SetPanel(Panel::Scenario),
    ]);
    let text = app.model().chrome.scenario_text.clone();
    assert!(text.contains("advance 30s"));
    let update = app.update(Msg::SaveScenario);
    assert!(matches!(&update.effects[0], Effect::Download(_, saved) if *saved == text));
    let mut other = super::app([Msg::LoadText(text), Msg::SetPanel(Panel::Scenario)]);
    assert_eq!(
        other.model().chrome.scenario_text,
        app.model().chrome.scenario_text
    );
}

#[test]
fn the_console_answers_like_the_tools() {
    let mut app = app([Msg::SetGrain(Grain::Event), Msg::SendPacket]);
    let mut ask = |line: &str| -> (bool, Vec<String>) {
        for message in typed(line) {
            app.update(message);
        }
        let console = app.model().console.clone();
        if !console.failed {
            assert_eq!(console.input, "", "{line}");
        }
        (console.failed, console.output.clone())
    };
    assert_eq!(ask("conntrack -L").1.len(), 1);
    assert!(ask("conntrack -S").1.len() >= 2);
    assert_eq!(ask("cat /proc/net/nf_conntrack").1.len(), 1);
    assert!(ask("cat /proc/net/stat/nf_conntrack").1[0].starts_with("entries  clashres"));
    for line in [
        "conntrack -L expect",
        "conntrack -E expect",
        "cat /proc/net/nf_conntrack_expect",
    ] {
        assert_eq!(
            ask(line),
            (false, Vec::new()),
            "{line}: nothing is expected"
        );
    }
    let there = |info: &&SysctlInfo| info.exists_in(Profile::V5_10);
    assert_eq!(
        ask("sysctl -a").1.len(),
        SYSCTLS.iter().filter(there).count()
    );
    assert_eq!(
        ask("sysctl nf_conntrack_udp_timeout").1,
        ["net.netfilter.nf_conntrack_udp_timeout = 30"]
    );
    assert!(!ask("sysctl nf_conntrack_udp_timeout=10").0);
    assert_eq!(
        ask("sysctl net.netfilter.nf_conntrack_udp_timeout").1,
        ["net.netfilter.nf_conntrack_udp_timeout = 10"]
    );
    assert!(!ask("help").1.is_empty());
    assert_eq!(
        ask("conntrack -D -p udp").1,
        ["0 flow entries have been deleted."]
    );
    assert_eq!(
        ask("conntrack -D -p tcp --dport 80").1,
        ["1 flow entry has been deleted."]
    );
    assert!(!ask("conntrack -F").0);
    assert!(!ask("reset").0);
    assert!(!ask("undo").0);
    assert!(!ask("redo").0);
    assert!(!ask("share").0);
    assert!(!ask("# a remark").0);
}

#[test]
fn a_config_line_runs_the_log_on_another_machine() {
    let mut app = app([
        Msg::SendPacket,
        run("config hz=1000"),
        run("config buckets=4"),
    ]);
    let config = app.timeline().config().clone();
    assert_eq!(
        (config.hz.per_second(), config.buckets),
        (1000, 4),
        "what is not named stays"
    );
    assert_eq!(app.timeline().len(), 1);
    assert_eq!(app.timeline().cursor().command, 1);
    app.update(Msg::Undo);
    assert_eq!(app.timeline().config().buckets, 8);
    app.update(run("config buckets=0"));
    assert!(app.model().console.failed);
    assert_eq!(app.timeline().config().buckets, 8);
}
