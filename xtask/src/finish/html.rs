//! Changes to the text of an HTML page that Trunk wrote from ours: its shape is known, this is no
//! parser for others.

use crate::failure::{Failure, Result};

/// Puts `more` before the last `end`, such as `</body>`.
pub fn before_end_of(html: &str, end: &str, more: &str) -> Result<String> {
    let Some((before, after)) = html.rsplit_once(end) else {
        return Err(missing(end));
    };
    Ok([before, more, end, after].concat())
}

/// Puts `more` behind the first `begin`, such as `<head>`.
pub fn behind(html: &str, begin: &str, more: &str) -> Result<String> {
    let Some((before, after)) = html.split_once(begin) else {
        return Err(missing(begin));
    };
    Ok([before, begin, more, after].concat())
}

/// The page has none of that.
pub fn missing(what: &str) -> Failure {
    Failure::new(format!("the built page has no {what}."))
}

/// Text that is no markup, whatever is in it: without `<` nothing in it can end or begin an
/// element. `ctscope::app::blocks` reads it.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// The contents of all elements of that name that are without a `src` and not data: what a policy
/// must allow by its digest.
pub fn inline<'a>(html: &'a str, element: &str) -> Vec<&'a str> {
    let (begin, end) = (format!("<{element}"), format!("</{element}>"));
    let mut found = Vec::new();
    for (at, _) in html.match_indices(&begin) {
        let Some((attributes, rest)) = html[at + begin.len()..].split_once('>') else {
            continue;
        };
        // Of a longer name, such as `<scripture>`.
        if attributes.starts_with(|letter: char| letter != ' ') {
            continue;
        }
        let data = attributes.contains(" src=") || attributes.contains("type=\"text/plain\"");
        if let (false, Some((content, _))) = (data, rest.split_once(&end)) {
            found.push(content);
        }
    }
    found
}

/// Takes every tag out that begins so, and gives back the page and the tags.
pub fn without_tags(html: &str, begin: &str) -> (String, Vec<String>) {
    let mut rest = html;
    let (mut kept, mut tags) = (String::new(), Vec::new());
    while let Some(at) = rest.find(begin) {
        let Some(length) = rest[at..].find('>') else {
            break;
        };
        kept.push_str(&rest[..at]);
        tags.push(rest[at..=at + length].to_owned());
        rest = &rest[at + length + 1..];
    }
    kept.push_str(rest);
    (kept, tags)
}

/// The value of an attribute in a tag.
pub fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_stands_before_the_last_end_or_behind_the_first_begin() {
        let html = before_end_of("<!-- </body> --><body>a</body></html>", "</body>", "b").unwrap();
        assert_eq!(html, "<!-- </body> --><body>ab</body></html>");
        assert!(before_end_of("<body>", "</body>", "b").is_err());
        assert_eq!(
            behind("<head>x<head>", "<head>", "y").unwrap(),
            "<head>yx<head>"
        );
        assert!(behind("x", "<head>", "y").is_err());
    }

    #[test]
    fn escaped_text_has_no_markup_and_is_not_ambiguous() {
        assert_eq!(
            escaped("a</script><!-- &lt; & b"),
            "a&lt;/script>&lt;!-- &amp;lt; &amp; b"
        );
    }

    #[test]
    fn scripts_that_run_are_found_and_data_is_not() {
        let html = "<script>a</script><script type=\"module\">b</script><scripture>c</scripture>\
                    <script src=\"d\"></script><script type=\"text/plain\" id=\"e\">f</script>";
        assert_eq!(inline(html, "script"), ["a", "b"]);
        assert_eq!(inline(html, "style"), [""; 0]);
    }

    #[test]
    fn tags_are_taken_out_and_their_attributes_read() {
        let (html, tags) = without_tags("a<link rel=\"x\" href=\"./y.css\"/>b<link>c", "<link rel");
        assert_eq!(html, "ab<link>c");
        assert_eq!(tags, ["<link rel=\"x\" href=\"./y.css\"/>"]);
        assert_eq!(attribute(&tags[0], "href"), Some("./y.css"));
        assert_eq!(attribute(&tags[0], "ref"), None);
    }
}
