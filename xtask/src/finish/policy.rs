//! The Content-Security-Policy of the page: what a browser may load and run for it.
//!
//! Scripts and, in the single file, style sheets inside the page are allowed by their digest and in
//! no other way. As soon as the program is there, `index.html` closes for good what had to be open
//! for loading it (it adds a second policy; a browser obeys all of them).
//!
//! Style attributes are allowed, as attributes only: coordinates that are computed are in them. No
//! style can load anything from elsewhere, and soon nothing at all.

use super::{html, node};
use crate::failure::Result;

/// What is the same wherever the page is.
const BASE: &str = "style-src-attr 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The policy of the page in many files: its own host, and only what it must have from it.
pub fn of_hosted(page: &str) -> Result<String> {
    let scripts = sources(&html::inline(page, "script"))?;
    Ok(format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'; \
         connect-src 'self'; img-src 'self' data:; worker-src 'self'; manifest-src 'self'; {BASE}"
    ))
}

/// The policy of the page in one file: nothing from anywhere.
pub fn of_single(page: &str) -> Result<String> {
    let scripts = sources(&html::inline(page, "script"))?;
    let styles = sources(&html::inline(page, "style"))?;
    Ok(format!(
        "default-src 'none'; script-src 'wasm-unsafe-eval'{scripts}; style-src{styles}; \
         img-src data:; {BASE}"
    ))
}

/// The page with that policy, before anything that it is about.
pub fn add(page: &str, policy: String) -> Result<String> {
    let meta = format!("\n  <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
    html::behind(page, "<meta charset=\"utf-8\">", &meta)
}

fn sources(contents: &[&str]) -> Result<String> {
    let digests = node::digests(contents)?;
    Ok(digests.iter().map(|it| format!(" '{it}'")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str =
        "<head><meta charset=\"utf-8\"><style>p{}</style><script>abc</script></head>";
    const ABC: &str = "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='";

    #[test]
    fn scripts_are_allowed_by_their_digest_and_in_no_other_way() {
        for policy in [of_hosted(PAGE).unwrap(), of_single(PAGE).unwrap()] {
            assert!(policy.starts_with("default-src 'none'; "), "{policy}");
            let scripts = policy
                .split("; ")
                .find(|it| it.starts_with("script-src "))
                .unwrap();
            assert!(scripts.contains(ABC), "{policy}");
            assert!(!scripts.contains("'unsafe-inline'"), "{policy}");
            assert!(!scripts.contains("'unsafe-eval'"), "{policy}");
        }
        assert!(!of_single(PAGE).unwrap().contains("'self'"));
    }

    #[test]
    fn the_policy_comes_before_what_it_is_about() {
        let page = add(PAGE, "x".to_owned()).unwrap();
        assert!(page.find("content=\"x\"").unwrap() < page.find("<style>").unwrap());
    }
}
