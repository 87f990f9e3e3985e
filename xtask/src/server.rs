//! A small server of static files, for this machine only.
//!
//! It answers GET and HEAD of files below one folder, at 127.0.0.1, one request
//! per connection. That is all the page needs: no fallback page, so that a
//! missing file is a 404 and a test sees it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::failure::{Failure, Result};

/// Bytes of request head that are read before the request is refused.
const REQUEST_HEAD_BYTES_MAX: u64 = 16 * 1024;

/// How long a silent connection is kept. Browsers open some they never use.
const IDLE_MAX: Duration = Duration::from_secs(20);

/// What is served where.
#[derive(Debug)]
pub struct Site {
    folder: PathBuf,
    prefix: String,
}

impl Site {
    /// The files of `folder`, below the path `prefix`, which starts and ends in `/`.
    pub fn new(folder: PathBuf, prefix: &str) -> Self {
        assert!(
            prefix.starts_with('/') && prefix.ends_with('/'),
            "{prefix:?}"
        );
        Self {
            folder,
            prefix: prefix.to_owned(),
        }
    }

    /// The file that answers `target`, the path and query of a request.
    fn file_for(&self, target: &str) -> Option<PathBuf> {
        let path = target.split(['?', '#']).next().unwrap_or_default();
        let relative = percent_decoded(path.strip_prefix(self.prefix.as_str())?)?;
        if relative.contains(['\\', '\0']) {
            return None;
        }
        let relative = Path::new(&relative);
        let inside = relative
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            return None;
        }
        let file = self.folder.join(relative);
        Some(if file.is_dir() {
            file.join("index.html")
        } else {
            file
        })
    }
}

/// Opens a port of this machine; 0 lets the system choose a free one.
pub fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| {
        Failure::new(match error.kind() {
            io::ErrorKind::AddrInUse => format!(
                "port {port} is in use by another program. Choose another, such as --port {}.",
                port.checked_add(1).unwrap_or(8080)
            ),
            io::ErrorKind::PermissionDenied => format!(
                "the system lets only an administrator use port {port}. Choose one from 1024 up."
            ),
            _ => format!("could not listen on port {port}: {error}."),
        })
    })
}

/// The address of the site's first page.
pub fn address(listener: &TcpListener, site: &Site) -> Result<String> {
    let port = listener
        .local_addr()
        .map_err(|error| Failure::new(format!("the port has no address: {error}.")))?
        .port();
    Ok(format!("http://127.0.0.1:{port}{}", site.prefix))
}

/// Answers requests until the process ends.
pub fn serve(listener: &TcpListener, site: Site) {
    let site = Arc::new(site);
    for stream in listener.incoming() {
        // A connection that broke while it was being made is the browser's to repeat.
        let Ok(stream) = stream else { continue };
        let site = Arc::clone(&site);
        // An error here means that the browser has gone away: nobody is left to tell.
        thread::spawn(move || answer(stream, &site).ok());
    }
}

/// Serves in the background on a free port and gives back the address.
pub fn start(site: Site) -> Result<String> {
    let listener = listen(0)?;
    let address = address(&listener, &site)?;
    thread::spawn(move || serve(&listener, site));
    Ok(address)
}

fn answer(mut stream: TcpStream, site: &Site) -> io::Result<()> {
    stream.set_read_timeout(Some(IDLE_MAX))?;
    let mut head = BufReader::new(Read::by_ref(&mut stream).take(REQUEST_HEAD_BYTES_MAX)).lines();
    let Some(request) = head.next().transpose()? else {
        return Ok(());
    };
    // The rest of the head must be read, or closing would reset the connection.
    for line in head {
        if line?.is_empty() {
            break;
        }
    }
    let mut words = request.split(' ');
    let (method, target) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    if method != "GET" && method != "HEAD" {
        return refuse(&mut stream, "405 Method Not Allowed");
    }
    let Some(path) = site.file_for(target) else {
        return refuse(&mut stream, "404 Not Found");
    };
    let Ok(mut file) = File::open(&path) else {
        return refuse(&mut stream, "404 Not Found");
    };
    let length = file.metadata()?.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Length: {length}\r\n\
         Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\n\
         Access-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n",
        content_type(&path)
    )?;
    if method == "GET" {
        io::copy(&mut file, &mut stream)?;
    }
    stream.flush()
}

fn refuse(stream: &mut TcpStream, status: &str) -> io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{status}",
        status.len()
    )?;
    stream.flush()
}

/// The media type by the file's name; WebAssembly compiles while loading only
/// when it is served as what it is.
fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|end| end.to_str()).unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "ct" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn percent_decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes().iter();
    while let Some(&byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(*rest.next()?).to_digit(16);
        let value = digit()? * 16 + digit()?;
        bytes.push(u8::try_from(value).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        // The sources of xtask are a folder that every test run has.
        Site::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "/sub/")
    }

    /// Sends `request` and gives back the whole answer.
    fn ask(request: &str) -> String {
        let address = start(site()).unwrap();
        let host = address
            .trim_start_matches("http://")
            .trim_end_matches("/sub/");
        let mut stream = TcpStream::connect(host).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[track_caller]
    fn check(target: &str, expected: Option<&str>) {
        let site = site();
        let expected = expected.map(|file| site.folder.join(file));
        assert_eq!(site.file_for(target), expected, "{target}");
    }

    #[test]
    fn a_target_names_a_file_below_the_folder() {
        check("/sub/main.rs", Some("main.rs"));
        check("/sub/main.rs?v=1#x", Some("main.rs"));
        check("/sub/main%2Ers", Some("main.rs"));
        check("/sub/", Some("index.html"));
        check("/sub/tools", Some("tools/index.html"));
    }

    #[test]
    fn a_target_outside_the_folder_names_none() {
        check("/main.rs", None);
        check("/sub/../Cargo.toml", None);
        check("/sub/%2e%2e/Cargo.toml", None);
        check("/sub/tools/%2E%2E%2f%2e%2e/Cargo.toml", None);
        check("/sub//etc/passwd", None);
        check("/sub/..\\Cargo.toml", None);
        check("/sub/%zz", None);
        check("*", None);
    }

    #[test]
    fn a_file_is_sent_whole_with_its_type_and_length() {
        let answer = ask("GET /sub/failure.rs HTTP/1.1\r\nHost: x\r\n\r\n");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert!(
            head.contains(&format!("Content-Length: {}", body.len())),
            "{head}"
        );
        assert_eq!(body, include_str!("failure.rs"));
    }

    #[test]
    fn head_sends_no_body_and_other_methods_are_refused() {
        assert!(ask("HEAD /sub/main.rs HTTP/1.1\r\n\r\n").ends_with("\r\n\r\n"));
        assert!(ask("POST /sub/main.rs HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405 "));
        assert!(ask("GET /sub/none.rs HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
        assert!(ask("GET /sub/../Cargo.toml HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
    }

    #[test]
    fn wasm_has_its_own_type() {
        assert_eq!(content_type(Path::new("a/b.wasm")), "application/wasm");
        assert_eq!(
            content_type(Path::new("b.js")),
            "text/javascript; charset=utf-8"
        );
    }
}
