//! The page's entry point.

fn main() {
    ctscope::ui::mount();
}
