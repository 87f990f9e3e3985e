//! A reader of XML that is only as clever as the pictures need: it says what is in one.

/// An element: its name, its attributes, and the text right inside.
#[derive(Debug, Default, Clone)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub text: String,
}

/// Every element in order. Panics where the text is no well-formed XML.
#[track_caller]
pub fn elements(text: &str) -> Vec<Element> {
    let mut all: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let between = unescaped(&rest[..at]);
        if let Some(&inside) = open.last() {
            all[inside].text += &between;
        } else {
            assert!(between.trim().is_empty(), "text outside: {between:?}");
        }
        let end = at + rest[at..].find('>').expect("a tag ends");
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            let inside = open.pop().expect("something is open");
            assert_eq!(all[inside].name, name);
            continue;
        }
        let (tag, closed) = match tag.strip_suffix('/') {
            Some(tag) => (tag, true),
            None => (tag, false),
        };
        all.push(element(tag));
        if !closed {
            open.push(all.len() - 1);
        }
    }
    assert!(open.is_empty(), "not closed: {open:?}");
    assert!(rest.trim().is_empty());
    all
}

fn element(tag: &str) -> Element {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    assert!(name.bytes().all(|b| b.is_ascii_alphanumeric()), "{name:?}");
    let mut attributes: Vec<(String, String)> = Vec::new();
    while !rest.trim().is_empty() {
        let (key, behind) = rest.trim_start().split_once("=\"").expect("an attribute");
        let (value, behind) = behind.split_once('"').expect("a value ends");
        assert!(
            key.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-:".contains(&b)),
            "{key:?}"
        );
        assert!(
            attributes.iter().all(|(of, _)| of != key),
            "{key} twice in {tag}"
        );
        attributes.push((key.to_owned(), unescaped(value)));
        rest = behind;
    }
    Element {
        name: name.to_owned(),
        attributes,
        text: String::new(),
    }
}

fn unescaped(text: &str) -> String {
    assert!(!text.contains('<'), "{text}");
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out += &rest[..at];
        let (entity, behind) = rest[at + 1..].split_once(';').expect("an entity ends");
        out.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#39" => '\'',
            other => panic!("&{other};"),
        });
        rest = behind;
    }
    out + rest
}
