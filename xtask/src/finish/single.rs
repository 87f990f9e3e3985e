//! The page in one file: style sheets, script and program inside, nothing to ask anybody for. It
//! works wherever a file can be opened, for as long as there are browsers.

use std::path::{Path, PathBuf};

use super::{html, node, read};
use crate::failure::{Failure, Result};
use crate::page;

/// What begins the script by which Trunk starts the program.
const START: &str = "<script type=\"module\">\nimport init, ";

/// What ends the glue that wasm-bindgen makes, and all that it exports.
const EXPORTS: &str = "export { initSync, __wbg_init as default };";

/// The page in one file, made from the page that Trunk bundled.
pub fn from_bundle(dist: &Path, bundled: &str) -> Result<String> {
    let (page, styles) = html::without_tags(bundled, "<link rel=\"stylesheet\"");
    let (page, _) = html::without_tags(&page, "<link rel=\"modulepreload\"");
    let (page, _) = html::without_tags(&page, "<link rel=\"preload\"");
    let page = html::behind(&page, "</title>", &style(dist, &styles)?)?;

    let (before, rest) = page.split_once(START).ok_or_else(|| html::missing(START))?;
    let (_, after) = rest
        .split_once("</script>")
        .ok_or_else(|| html::missing("end of its script"))?;
    let glue = read(&the_file(dist, ".js")?)?;
    let page = [before, &script(&glue)?, after].concat();

    let program = node::packed(&the_file(dist, ".wasm")?)?;
    let program = format!("<script type=\"text/plain\" id=\"program\">{program}</script>\n");
    html::before_end_of(&page, "</body>", &program)
}

fn the_file(dist: &Path, end: &str) -> Result<PathBuf> {
    page::file_ending(dist, end)?.ok_or_else(|| html::missing(&format!("{end} file")))
}

/// All style sheets as one, in their order.
fn style(dist: &Path, tags: &[String]) -> Result<String> {
    let mut all = String::new();
    for tag in tags {
        let name = html::attribute(tag, "href").ok_or_else(|| html::missing("href in a link"))?;
        let name = name.trim_start_matches("./");
        all.push_str(&can_stand_inside(name, read(&dist.join(name))?)?);
    }
    Ok(format!("\n  <style>\n{all}</style>"))
}

/// The script that holds the glue and starts the program that lies in the page.
fn script(glue: &str) -> Result<String> {
    let Some((glue, "")) = glue.split_once(EXPORTS).map(|(glue, it)| (glue, it.trim())) else {
        return Err(Failure::new(
            "wasm-bindgen's script ends otherwise than it used to: see EXPORTS in single.rs.",
        ));
    };
    let glue = can_stand_inside("wasm-bindgen's script", glue.to_owned())?;
    Ok(format!(
        "<script type=\"module\">\n{glue}{}</script>",
        include_str!("single.js")
    ))
}

/// What would end the element that it is put into, or begin another, cannot be put there.
fn can_stand_inside(name: &str, text: String) -> Result<String> {
    if text.contains("</s") || text.contains("<!--") {
        return Err(Failure::new(format!(
            "{name} has markup in it and cannot stand inside the page."
        )));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glue_loses_its_exports_and_starts_the_program() {
        let script = script(&format!("let wasm;\n{EXPORTS}\n")).unwrap();
        assert!(script.starts_with("<script type=\"module\">\nlet wasm;\n"));
        assert!(!script.contains("export "));
        assert!(script.contains("__wbg_init({ module_or_path: "));
        assert!(super::script("export default 1;").is_err());
        assert!(super::script(&format!("{EXPORTS} more")).is_err());
    }

    #[test]
    fn markup_inside_is_refused() {
        assert!(can_stand_inside("a", "'</script>'".to_owned()).is_err());
        assert!(can_stand_inside("a", "a < b".to_owned()).is_ok());
    }
}
