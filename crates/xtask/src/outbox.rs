//! Mail of a local site: receives the messages that the Worker would pass to a provider, and stores them in a folder.
//!
//! Listens on the loopback interface only. Each message is a separate file. On systems with file permissions only its
//! owner can read it, because it contains a one-time link.

use crate::error::{Result, While};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// Maximum size of a message in bytes.
const MAX_BODY: usize = 256 * 1024;
/// Maximum number of header lines in a request.
const MAX_HEADERS: usize = 100;
/// Time limit for one request.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running outbox. It receives mail until the program ends.
#[derive(Clone, Debug)]
pub struct Outbox {
    /// URL to which the Worker posts messages.
    pub url: String,
    /// Folder with one file per message, in the order of their names.
    pub folder: PathBuf,
}

impl Outbox {
    /// Starts an outbox that stores its mail in `folder`. With `announce`, each message is announced on the terminal
    /// without its contents.
    pub fn start(folder: &Path, announce: bool) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).while_doing("listening for mail")?;
        let address: SocketAddr = listener.local_addr()?;
        let outbox = Self { url: format!("http://{address}/"), folder: folder.to_owned() };
        let kept = folder.to_owned();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let folder = kept.clone();
                thread::spawn(move || {
                    if let (Some(file), true) = (take(stream, &folder), announce) {
                        println!("Mail: {}", file.display());
                    }
                });
            }
        });
        Ok(outbox)
    }
}

/// Answers one request. Returns the file of its message, if it was one.
fn take(stream: TcpStream, folder: &Path) -> Option<PathBuf> {
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let mut reader = BufReader::new(stream);
    let kept = read_body(&mut reader).and_then(|body| keep(&serde_json::from_slice(&body).ok()?, folder));
    let status = if kept.is_some() { "202 Accepted" } else { "400 Bad Request" };
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-length: 2\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{{}}"
    );
    reader.get_mut().write_all(answer.as_bytes()).ok()?;
    kept
}

fn read_body(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut length = None;
    for number in 0..MAX_HEADERS {
        let mut line = String::new();
        reader.by_ref().take(8 * 1024).read_line(&mut line).ok()?;
        if number == 0 && !line.starts_with("POST ") {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse::<usize>().ok();
            }
        }
    }
    let length = length.filter(|length| *length <= MAX_BODY)?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(body)
}

/// Writes a message in the form that mail programs read.
fn keep(mail: &Value, folder: &Path) -> Option<PathBuf> {
    let text = |name: &str| mail.get(name).and_then(Value::as_str);
    let one_line = |name: &str| text(name).map(|text| text.replace(['\r', '\n'], " "));
    let content = format!(
        "From: {}\nTo: {}\nSubject: {}\nContent-Type: text/plain; charset=utf-8\n\n{}",
        one_line("from")?,
        one_line("to")?,
        one_line("subject")?,
        text("text")?
    );
    // Simultaneous messages get different numbers, because only new files are created.
    let first = std::fs::read_dir(folder).ok()?.count();
    for number in first..first.saturating_add(1000) {
        let path = folder.join(format!("{number:06}.eml"));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        if let Ok(mut file) = options.open(&path) {
            file.write_all(content.as_bytes()).ok()?;
            return Some(path);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    fn post(outbox: &Outbox, request: &str) -> String {
        let address = outbox.url.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn stores_messages_and_rejects_other_requests() {
        let folder = std::env::temp_dir().join(format!("labeler-outbox-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let outbox = Outbox::start(&folder, false).unwrap();
        let body =
            r#"{"from":"a@b.example","to":"ada@example.eu","subject":"Two\nlines","text":"https://x/#t\n","html":""}"#;
        let good = format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        assert!(post(&outbox, &good).starts_with("HTTP/1.1 202"));
        for bad in [
            "GET / HTTP/1.1\r\n\r\n".to_owned(),
            "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}".to_owned(),
            "POST / HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n".to_owned(),
        ] {
            assert!(post(&outbox, &bad).starts_with("HTTP/1.1 400"), "{bad}");
        }
        let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(files.len(), 1);
        let text = std::fs::read_to_string(&files[0]).unwrap();
        assert!(
            text.contains("To: ada@example.eu\nSubject: Two lines\n") && text.ends_with("\n\nhttps://x/#t\n"),
            "{text}"
        );
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
