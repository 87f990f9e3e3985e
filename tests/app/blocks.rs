//! Text that lies in the page beside the program.

use ctscope::app::blocks::{files, unescaped};

#[test]
fn a_block_gives_back_what_was_put_into_it() {
    let block =
        "\n=== a\nask: x &lt; 1 &amp;amp; &amp;lt;/script>\n\n== Stop\n=== b-2\n=== c\nlast";
    let text = unescaped(block);
    let expected = [
        ("a", "ask: x < 1 &amp; &lt;/script>\n\n== Stop\n"),
        ("b-2", ""),
        ("c", "last"),
    ];
    assert_eq!(files(&text), expected);
}

#[test]
fn what_has_no_name_is_no_file() {
    assert_eq!(files(""), []);
    assert_eq!(files("lost\n== not a name\n"), []);
    assert_eq!(files("lost\n=== x\r\nkept"), [("x", "kept")]);
}
