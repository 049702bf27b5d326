//! A blocking HTTP client for one server, and multipart bodies.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

/// How long one exchange may take. Generous: a loaded machine must not fail a test.
const TIMEOUT: Duration = Duration::from_secs(120);

/// An answer, whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as JSON, or JSON null.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// `error.code` of the envelope, or nothing.
    pub fn code(&self) -> String {
        self.text("/error/code")
    }

    /// A text inside the JSON body by its pointer, or nothing.
    pub fn text(&self, pointer: &str) -> String {
        self.json().pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// A number in a header.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.header(name)?.parse().ok()
    }
}

/// The server under test.
pub struct Client {
    agent: ureq::Agent,
    /// Scheme, host and port, without a trailing slash.
    pub origin: String,
}

impl Client {
    pub fn new(url: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .build();
        Self { agent: ureq::Agent::new_with_config(config), origin: url.trim_end_matches('/').to_owned() }
    }

    /// Sends one request; `path` begins with a slash.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer, String> {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.origin));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).map_err(|error| error.to_string())?;
        let mut response = self.agent.run(request).map_err(|error| format!("{method} {path}: {error}"))?;
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let status = response.status().as_u16();
        let body = response
            .body_mut()
            .with_config()
            .limit(256 * 1024 * 1024)
            .read_to_vec()
            .map_err(|error| format!("{method} {path}: {error}"))?;
        Ok(Answer { status, headers, body })
    }

    /// GET with a key.
    pub fn get(&self, path: &str, key: &str) -> Result<Answer, String> {
        self.send("GET", path, &[("authorization", &format!("Bearer {key}"))], &[])
    }

    /// POST of a form with a key and further headers.
    pub fn post_form(&self, path: &str, key: &str, form: &Form, headers: &[(&str, &str)]) -> Result<Answer, String> {
        let authorization = format!("Bearer {key}");
        let mut all = vec![("authorization", authorization.as_str()), ("content-type", Form::CONTENT_TYPE)];
        all.extend_from_slice(headers);
        self.send("POST", path, &all, &form.body())
    }

    /// Writes `head` (without the final blank line) and `body` to a connection, then reads the status and the code of
    /// the answer. For requests that a well-behaved client cannot make. An answer that was cut short on its way, as the
    /// local runtime's proxy does at times to one that comes before the request's end, is asked for again.
    pub fn send_raw(&self, head: &str, body: &[u8]) -> Result<(u16, String), String> {
        let mut answer = self.send_raw_once(head, body)?;
        for _ in 0..4 {
            if !answer.1.is_empty() {
                break;
            }
            answer = self.send_raw_once(head, body)?;
        }
        Ok(answer)
    }

    fn send_raw_once(&self, head: &str, body: &[u8]) -> Result<(u16, String), String> {
        let authority = self.origin.trim_start_matches("http://");
        let mut stream = TcpStream::connect(authority).map_err(|error| error.to_string())?;
        stream.set_read_timeout(Some(TIMEOUT)).map_err(|error| error.to_string())?;
        let request = format!("{head}\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).map_err(|error| error.to_string())?;
        let mut sender = stream.try_clone().map_err(|error| error.to_string())?;
        let mut answer = Vec::new();
        // The server may answer and close before it has seen the body, and a connection that is reset while there is
        // more on its way loses what was not read yet. So the body goes out in pieces, and ends with the first byte of an
        // answer.
        let (answered, early) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for piece in body.chunks(64 * 1024) {
                    if early.try_recv().is_ok() || sender.write_all(piece).is_err() {
                        return;
                    }
                }
            });
            let mut chunk = [0_u8; 4096];
            while let Ok(length) = stream.read(&mut chunk) {
                if length == 0 {
                    break;
                }
                let _ = answered.send(());
                answer.extend_from_slice(chunk.get(..length).unwrap_or_default());
            }
            drop(answered);
        });
        let text = String::from_utf8_lossy(&answer).into_owned();
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        let code = text.split("\"code\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        Ok((status, code.to_owned()))
    }
}

/// One connection that is kept, for several requests one after the other. It sends each body to its end before it reads
/// the answer, as most HTTP libraries do, and never connects anew.
pub struct Connection {
    stream: BufReader<TcpStream>,
    authority: String,
}

impl Connection {
    /// Connects to the server.
    pub fn open(client: &Client) -> Result<Self, String> {
        let authority = client.origin.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&authority).map_err(|error| error.to_string())?;
        stream.set_read_timeout(Some(TIMEOUT)).map_err(|error| error.to_string())?;
        stream.set_write_timeout(Some(TIMEOUT)).map_err(|error| error.to_string())?;
        Ok(Self { stream: BufReader::new(stream), authority })
    }

    /// Sends one request and reads its whole answer.
    pub fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer, String> {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n", self.authority, body.len());
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let stream = self.stream.get_mut();
        stream.write_all(head.as_bytes()).map_err(|error| format!("sending the head: {error}"))?;
        let mut sent = 0_usize;
        for piece in body.chunks(64 * 1024) {
            stream.write_all(piece).map_err(|error| format!("sending the body, after {sent} bytes: {error}"))?;
            sent = sent.saturating_add(piece.len());
        }
        self.answer().map_err(|error| format!("reading the answer: {error}"))
    }

    fn answer(&mut self) -> Result<Answer, String> {
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| format!("no status line: {first:?}"))?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or_else(|| format!("no header: {line:?}"))?;
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
        let mut answer = Answer { status, headers, body: Vec::new() };
        if answer.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
            loop {
                let size = self.line()?;
                let size = usize::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16)
                    .map_err(|_| format!("no chunk size: {size:?}"))?;
                self.bytes(size, &mut answer.body)?;
                self.line()?;
                if size == 0 {
                    return Ok(answer);
                }
            }
        }
        let length = answer.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        self.bytes(length, &mut answer.body)?;
        Ok(answer)
    }

    fn line(&mut self) -> Result<String, String> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).map_err(|error| error.to_string())?;
        if read == 0 {
            return Err("the connection was closed".to_owned());
        }
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }

    fn bytes(&mut self, length: usize, into: &mut Vec<u8>) -> Result<(), String> {
        let read = (&mut self.stream).take(length as u64).read_to_end(into).map_err(|error| error.to_string())?;
        if read == length { Ok(()) } else { Err(format!("the connection was closed after {read} of {length} bytes")) }
    }
}

/// A `multipart/form-data` body under construction.
#[derive(Clone, Default)]
pub struct Form {
    bytes: Vec<u8>,
}

impl Form {
    pub const BOUNDARY: &'static str = "----labeler-black-box";
    pub const CONTENT_TYPE: &'static str = "multipart/form-data; boundary=----labeler-black-box";

    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file part.
    pub fn file(mut self, name: &str, file_name: &str, media_type: &str, content: &[u8]) -> Self {
        let head = format!(
            "--{}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\nContent-Type: {media_type}\r\n\r\n",
            Self::BOUNDARY
        );
        self.bytes.extend_from_slice(head.as_bytes());
        self.bytes.extend_from_slice(content);
        self.bytes.extend_from_slice(b"\r\n");
        self
    }

    /// Adds a text part.
    pub fn text(mut self, name: &str, text: &str) -> Self {
        let part = format!("--{}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n", Self::BOUNDARY);
        self.bytes.extend_from_slice(part.as_bytes());
        self
    }

    /// The closed body.
    pub fn body(&self) -> Vec<u8> {
        let mut body = self.bytes.clone();
        body.extend_from_slice(format!("--{}--\r\n", Self::BOUNDARY).as_bytes());
        body
    }
}
