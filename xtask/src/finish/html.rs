//! Changes to the text of an HTML page that Trunk wrote.

use crate::failure::{Failure, Result};

/// Puts `more` before the last `end`, such as `</body>`.
pub fn before_end_of(html: &str, end: &str, more: &str) -> Result<String> {
    let Some((before, after)) = html.rsplit_once(end) else {
        return Err(Failure::new(format!("the built page has no {end}.")));
    };
    Ok([before, more, end, after].concat())
}

/// Text that is no markup, whatever is in it: without `<` nothing in it can end or begin an
/// element. `ctscope::app::blocks` reads it.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_stands_before_the_last_end() {
        let html = before_end_of("<!-- </body> --><body>a</body></html>", "</body>", "b").unwrap();
        assert_eq!(html, "<!-- </body> --><body>ab</body></html>");
        assert!(before_end_of("<body>", "</body>", "b").is_err());
    }

    #[test]
    fn escaped_text_has_no_markup_and_is_not_ambiguous() {
        assert_eq!(
            escaped("a</script><!-- &lt; & b"),
            "a&lt;/script>&lt;!-- &amp;lt; &amp; b"
        );
    }
}
