//! The tools that ctscope is built and tested with, and how each is installed.
//!
//! Whatever is on the machine in the right version is used; the rest goes into
//! one folder outside the project ([`crate::paths::tools`]), so that the next
//! clean clone finds it. Versions are pinned here and nowhere else but in the
//! files that a test compares with this one.

mod apt;
mod browser;
mod cargo_tool;
mod netfilter;
mod npm;
mod tshark;
mod wasm_std;

use std::fs::{self, File, TryLockError};
use std::path::PathBuf;

pub use browser::Browser;
pub use npm::node;
pub use tshark::ready as tshark_ready;
pub use wasm_std::{TARGET as WASM_TARGET, WasmToolchain};

use crate::args::{self, Args};
use crate::exec::say;
use crate::failure::{Doing, Result};
use crate::paths;

/// Trunk, which turns crate and index.html into a folder to serve.
/// 0.22 wants a newer Rust than this project asks for.
const TRUNK: &str = "0.21.14";

/// wasm-bindgen's program; must equal the crate in Cargo.toml to the digit.
const WASM_BINDGEN: &str = "0.2.126";

/// What building any WebAssembly for a browser needs.
#[derive(Debug)]
pub struct WasmTools {
    /// The compiler and the wasm32 standard library.
    pub toolchain: WasmToolchain,
    /// The program `wasm-bindgen`.
    pub wasm_bindgen: PathBuf,
}

/// What building the page needs.
#[derive(Debug)]
pub struct PageTools {
    /// The compiler and the wasm32 standard library.
    pub toolchain: WasmToolchain,
    /// The program `trunk`.
    pub trunk: PathBuf,
    /// The folder of `wasm-bindgen`.
    pub wasm_bindgen: PathBuf,
    /// The folder of `wasm-opt`.
    pub wasm_opt: PathBuf,
}

/// What driving the page needs.
#[derive(Debug)]
pub struct BrowserTools {
    /// The program `node`.
    pub node: PathBuf,
    /// The `node_modules` folder that holds playwright-core and axe-core.
    pub node_modules: PathBuf,
    /// The browser's program.
    pub browser: PathBuf,
}

/// Finds or installs what building WebAssembly without a page needs.
pub fn for_wasm() -> Result<WasmTools> {
    let _lock = lock()?;
    wasm_ready()
}

fn wasm_ready() -> Result<WasmTools> {
    let toolchain = WasmToolchain::ready()?;
    let accept_path = !toolchain.is_debian();
    let wasm_bindgen = cargo_tool::ready(
        "wasm-bindgen-cli",
        "wasm-bindgen",
        WASM_BINDGEN,
        accept_path,
    )?;
    Ok(WasmTools {
        toolchain,
        wasm_bindgen,
    })
}

/// Finds or installs what building the page needs.
pub fn for_page() -> Result<PageTools> {
    let _lock = lock()?;
    let root = paths::root()?;
    let WasmTools {
        toolchain,
        wasm_bindgen,
    } = wasm_ready()?;
    let trunk = cargo_tool::ready("trunk", "trunk", TRUNK, true)?;
    let node_modules = npm::ready(&root.join("xtask/wasm-opt"), "wasm-opt")?;
    Ok(PageTools {
        toolchain,
        trunk,
        wasm_bindgen: folder_of(wasm_bindgen),
        wasm_opt: node_modules.join(".bin"),
    })
}

/// Finds or installs what driving the page in that browser needs.
pub fn for_browser(browser: Browser) -> Result<BrowserTools> {
    let _lock = lock()?;
    let root = paths::root()?;
    Ok(BrowserTools {
        browser: browser.program()?,
        node: node()?,
        node_modules: npm::ready(&root.join("tests/e2e"), "end-to-end tests")?,
    })
}

/// Finds or installs what driving a kernel needs.
pub fn for_kernel() -> Result<()> {
    let _lock = lock()?;
    netfilter::ready()
}

/// `cargo xtask setup`.
pub fn run_setup(mut args: Args) -> Result<()> {
    if let Some(word) = args.next_word() {
        return Err(args::unknown("setup", &word));
    }
    let page = for_page()?;
    let mut browsers = Vec::new();
    for browser in Browser::ALL {
        browsers.push((browser, for_browser(browser)?));
    }
    if cfg!(target_os = "linux")
        && let Err(failure) = for_kernel()
    {
        say(&format!("{failure} Only recording and comparing need it."));
    }
    println!("Rust for the page: {}", page.toolchain);
    println!("trunk:             {}", page.trunk.display());
    println!("wasm-bindgen in:   {}", page.wasm_bindgen.display());
    println!("wasm-opt in:       {}", page.wasm_opt.display());
    for (browser, tools) in &browsers {
        if *browser == Browser::Chromium {
            println!("node:              {}", tools.node.display());
            println!("npm packages in:   {}", tools.node_modules.display());
        }
        let name = format!("{}:", browser.name());
        println!("{name:<18} {}", tools.browser.display());
    }
    Ok(())
}

/// Keeps two xtasks from installing into the same folder at once, for as long
/// as the file is held.
fn lock() -> Result<File> {
    let tools = paths::tools()?;
    let path = tools.join("lock");
    fs::create_dir_all(&tools).doing(|| format!("make the folder {}", tools.display()))?;
    let file = File::create(&path).doing(|| format!("write {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            say("another cargo xtask is installing tools; waiting for it");
            file.lock().doing(|| format!("lock {}", path.display()))?;
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).doing(|| format!("lock {}", path.display()));
        }
    }
    Ok(file)
}

fn folder_of(program: PathBuf) -> PathBuf {
    program.parent().map_or_else(PathBuf::new, PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project_file(name: &str) -> String {
        fs::read_to_string(format!("{}/../{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    #[test]
    fn every_file_names_the_same_wasm_bindgen() {
        let lock = project_file("Cargo.lock").replace("\r\n", "\n");
        let resolved = format!("name = \"wasm-bindgen\"\nversion = \"{WASM_BINDGEN}\"\n");
        assert!(lock.contains(&resolved), "Cargo.lock");
        let trunk = project_file("Trunk.toml");
        assert!(trunk.contains(&format!("wasm_bindgen = \"{WASM_BINDGEN}\"")));
    }

    #[test]
    fn trunk_asks_for_the_wasm_opt_that_npm_installs() {
        let package = project_file("xtask/wasm-opt/package.json");
        let version = package
            .split_once("\"binaryen\": \"")
            .and_then(|(_, rest)| rest.split_once(".0.0\""))
            .map(|(version, _)| version.to_owned())
            .expect("package.json names binaryen");
        let trunk = project_file("Trunk.toml");
        assert!(trunk.contains(&format!("wasm_opt = \"version_{version}\"")));
    }

    #[test]
    fn npm_locks_name_no_host() {
        for folder in ["xtask/wasm-opt", "tests/e2e"] {
            let lock = project_file(&format!("{folder}/package-lock.json"));
            assert!(!lock.contains("\"resolved\""), "{folder}");
        }
    }
}
