//! Text of strangers: remarks, titles and names of a scenario stay text in every file.

use super::common::scenario;
use super::pictures::{at, stands_alone, timeline};
use ctscope::timeline::Grain;
use ctscope::view::out::{
    Choice, markdown, markdown_escaped, panels, picture, state, strip, trace, xml_escaped,
};

const ATTACKS: [&str; 9] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "]]><svg onload=alert(1)>",
    "&lt;b&gt; &#x3c;script>",
    "[click](javascript:alert(1)) ![x](https://evil.example/x.png)",
    "`code` **bold** _em_ ~~no~~ | table | https://evil.example www.evil.example a@evil.example",
    "--> <!-- ${7*7} {{7*7}} %3Cscript%3E",
    "\u{202e}gnp.exe \u{fffe} \u{1}",
    "</text></g></svg><script>1</script>",
];

#[test]
fn attacks_in_remarks_and_titles_stay_text() {
    for attack in ATTACKS {
        let plain: String = attack.chars().filter(|c| !c.is_control()).collect();
        let run = scenario(&format!("udp 10.0.0.1:1 > 10.0.0.2:2  # {plain}\n"));
        let note = run.lines[0].note.clone().expect("a remark");
        let mut timeline = timeline(run);
        let choice = Choice {
            from: 1,
            to: 1,
            every: Grain::Event,
        };
        let panels = panels(&mut timeline, choice, |_| {
            format!("https://host.example/#x>{plain}")
        });
        let svg = strip(attack, &panels).replace("https:", "");
        let all = stands_alone(&svg);
        assert!(!all[1].text.is_empty());
        stands_alone(&at(&mut timeline, 1, picture));
        let text = markdown(attack, &panels);
        for line in text.lines() {
            assert!(
                !line.contains("<script") && !line.contains("<img"),
                "{line}"
            );
            let linked = line.starts_with("[Open at ") && line.ends_with(">)");
            assert_eq!(line.contains("](<"), linked, "{line}");
            // What is escaped is text.
            let bare = line.replace("\\]", "").replace("\\:", "");
            assert!(linked || !bare.contains("]("), "{line}");
            assert!(linked || !bare.contains("://"), "{line}");
            assert!(linked || !line.contains(" www.e"), "{line}");
        }
        let value: serde_json::Value =
            serde_json::from_str(&trace(&mut timeline)).expect("it is JSON");
        assert_eq!(value["commands"][0]["note"], note);
        let told = state(&timeline.state());
        assert!(serde_json::from_str::<serde_json::Value>(&told).is_ok());
    }
}

#[test]
fn escaped_text_is_readable() {
    assert_eq!(
        xml_escaped("a < b & 'c'\u{1}"),
        "a &lt; b &amp; &#39;c&#39;"
    );
    for (text, expected) in [
        ("nf_conntrack_in of c1.", "nf_conntrack_in of c1."),
        ("7680 × 8 = 3", "7680 × 8 \\= 3"),
        ("10.0.0.1:80 → 10.0.0.2:53", "10.0.0.1:80 → 10.0.0.2:53"),
        ("a_ *b* `c` [d](e)", "a\\_ \\*b\\* \\`c\\` \\[d\\](e)"),
        ("http://x www.y a@b", "http\\://x www\\.y a&#64;b"),
        ("one\ntwo", "one two"),
    ] {
        assert_eq!(markdown_escaped(text), expected);
    }
}
