//! The entry points: the page in a browser, the command line elsewhere.

#[cfg(all(target_arch = "wasm32", feature = "ui"))]
fn main() {
    ctscope::ui::mount();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut err = std::io::stderr().lock();
    ctscope::cli::run(std::env::args_os().skip(1), &mut out, &mut err).into()
}
