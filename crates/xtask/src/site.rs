//! A local deployment: database, secrets, keys and a running workerd.
//!
//! Invariant: data, secrets and keys of a site belong together. The bootstrap SQL is applied to a database exactly
//! once, and a new database after a deletion gets the same bootstrap, so that the user's keys keep working.

use crate::context::Context;
use crate::error::{Result, While};
use crate::fail;
use crate::outbox::Outbox;
use crate::process::{Cmd, Served};
use crate::stamp::{Inputs, Stamp};
use crate::toolchain::Toolchain;
use crate::tools::{quiet, wrangler};
use crate::wasm::Kind;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// Name of the database's binding in wrangler.toml.
const DATABASE: &str = "DB";
/// Package selection of every native build. It includes the crates for wasm because of their unit tests.
pub const NATIVE: [&str; 1] = ["--workspace"];
/// Time limit for the first response of workerd.
const START: Duration = Duration::from_secs(120);

/// The folders of one site.
#[derive(Clone, Debug)]
pub struct Site {
    /// Chain, bootstrap SQL, samples.
    pub private: PathBuf,
    /// Wrangler's state: the D1 database.
    pub state: PathBuf,
    /// Secrets, in wrangler's `.dev.vars` format.
    pub vars: PathBuf,
}

/// The output of the command `init`, which is shown only once.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Key for live labels.
    pub live_key: String,
    /// Key for the sandbox.
    pub test_key: String,
    /// E-mail address with which the owner signs in.
    pub email: String,
    /// The owner's password.
    pub password: String,
}

impl Site {
    /// Returns the development site of this checkout.
    pub fn development(ctx: &Context) -> Self {
        Self { private: ctx.private(), state: ctx.path(".wrangler/state"), vars: ctx.path(".dev.vars") }
    }

    /// Creates an empty site in `folder`.
    pub fn fresh(folder: &Path) -> Result<Self> {
        let _ = std::fs::remove_dir_all(folder);
        std::fs::create_dir_all(folder)?;
        Ok(Self { private: folder.join("private"), state: folder.join("state"), vars: folder.join("dev.vars") })
    }

    fn bootstrap(&self) -> PathBuf {
        self.private.join("bootstrap.sql")
    }

    /// Returns whether chain, secrets and bootstrap exist.
    pub fn is_initialised(&self) -> bool {
        self.bootstrap().exists() && self.vars.exists()
    }

    /// Creates chain, secrets, owner and keys if there are none yet, and only then returns the credentials. `setup` is
    /// `labeler-init` or `labeler admin`.
    pub fn init(&self, ctx: &Context, setup: Cmd) -> Result<Option<Credentials>> {
        if self.is_initialised() {
            return Ok(None);
        }
        let started = Instant::now();
        let init = self.init_command(ctx, setup)?;
        // The output contains the keys, so it is not written to a log file.
        let Some(json) = init.complaining().ask() else {
            fail!("chain, owner and keys could not be created (see above). `cargo xtask dev --reset` starts over.");
        };
        ctx.progress.done("Signing chain, owner and keys", started);
        Credentials::from_json(&serde_json::from_str(&json)?).map(Some)
    }

    /// Creates chain and secrets and, instead of an owner and keys, the one-time link of the first run, which it
    /// returns.
    pub fn init_link(&self, ctx: &Context, setup: Cmd, origin: &str) -> Result<String> {
        let init = self.init_command(ctx, setup)?.args(["--link", origin]);
        let Some(json) = init.complaining().ask() else { fail!("the link of the first run could not be created") };
        let made: Value = serde_json::from_str(&json)?;
        made.get("link").and_then(Value::as_str).map(str::to_owned).while_present("link")
    }

    fn init_command(&self, ctx: &Context, setup: Cmd) -> Result<Cmd> {
        std::fs::create_dir_all(&self.private)?;
        let init = setup.dir(&ctx.root).args(["init", "--dir"]).arg(&self.private);
        Ok(init.arg("--sql").arg(self.bootstrap()).arg("--vars").arg(&self.vars))
    }

    /// Creates the database and applies the migrations.
    pub fn migrate(&self, ctx: &Context) -> Result<()> {
        let stamps = self.state.join("labeler");
        let inputs = Inputs::new().path(&ctx.path("migrations"), &[])?;
        let migrations = Stamp::new(&stamps, "migrations", inputs);
        let databases = self.state.join("v3/d1");
        if !migrations.is_fresh(&[&databases]) {
            let apply = wrangler(ctx)
                .args(["d1", "migrations", "apply", DATABASE, "--local", "--persist-to"])
                .arg(&self.state)
                .env("CI", "true");
            ctx.progress.step("Database migrations", &apply)?;
            migrations.write()?;
        }
        let bootstrap = Stamp::new(&stamps, "bootstrap", Inputs::new().path(&self.bootstrap(), &[])?);
        if !bootstrap.is_fresh(&[&databases]) {
            self.execute(ctx, "Owner and keys in the database", &self.bootstrap())?;
            bootstrap.write()?;
        }
        Ok(())
    }

    /// Runs an SQL file against the database.
    pub fn execute(&self, ctx: &Context, step: &str, sql: &Path) -> Result<()> {
        let execute = wrangler(ctx)
            .args(["d1", "execute", DATABASE, "--local", "--yes", "--persist-to"])
            .arg(&self.state)
            .arg("--file")
            .arg(sql);
        ctx.progress.step(step, &execute)?;
        Ok(())
    }

    /// Returns the folder with the mail of the site.
    pub fn mail(&self) -> PathBuf {
        self.private.join("mail")
    }

    /// Starts workerd and waits until it responds. The site gets its origin and the URL of the outbox.
    pub fn start(&self, ctx: &Context, kind: Kind, port: u16) -> Result<Running> {
        self.start_with(ctx, kind, port, false)
    }

    /// Does the same as [`Site::start`]. With `announce`, each mail is announced on the terminal.
    pub fn start_with(&self, ctx: &Context, kind: Kind, port: u16, announce: bool) -> Result<Running> {
        let outbox = Outbox::start(&self.mail(), announce)?;
        let url = format!("http://localhost:{port}");
        let dev = wrangler(ctx)
            .arg("dev")
            .arg(kind.worker_dir(ctx).join("index.js"))
            .args(["--ip", "127.0.0.1", "--port", &port.to_string(), "--inspector-port", &free_port()?.to_string()])
            .arg("--persist-to")
            .arg(&self.state)
            .arg("--env-file")
            .arg(&self.vars)
            .args(["--var", &format!("LABELER_PUBLIC_ORIGIN:{url}")])
            .args(["--var", &format!("LABELER_MAIL_URL:{}", outbox.url)])
            .args(["--var", "LABELER_MAIL_FROM:Labeler <labeler@localhost>"])
            .arg("--show-interactive-dev-session=false");
        Running::start(ctx, &dev, "wrangler dev", port, outbox.folder)
    }

    /// Starts workerd without the proxy of `wrangler dev`, and waits until it responds. Serves no pages. Uses a copy of
    /// the database, so both may run one after the other.
    pub fn start_direct(&self, ctx: &Context, kind: Kind, port: u16) -> Result<Running> {
        let state = self.state.with_extension("direct");
        let _ = std::fs::remove_dir_all(&state);
        copy_folder(&self.state, &state)?;
        let server = quiet(Cmd::new("node"))
            .arg(ctx.path("tests/api/direct.mjs"))
            .arg(&ctx.root)
            .arg(kind.worker_dir(ctx))
            .arg(&self.vars)
            .arg(&state)
            .arg(port.to_string());
        Running::start(ctx, &server, "miniflare", port, self.mail())
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from).while_doing(format_args!("reading {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// A site that responds. Dropping it stops it.
#[derive(Debug)]
pub struct Running {
    served: Served,
    /// `http://localhost:PORT`.
    pub url: String,
    /// Log of wrangler and the Worker.
    pub log: PathBuf,
    /// Folder with its mail.
    pub mail: PathBuf,
}

impl Running {
    /// Starts a server and waits until it responds.
    fn start(ctx: &Context, server: &Cmd, name: &str, port: u16, mail: PathBuf) -> Result<Self> {
        let log = ctx.progress.log_path(&format!("{name} {port}"));
        let mut served = server.serve(&log)?;
        let started = Instant::now();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        loop {
            if let Some(ended) = served.ended() {
                println!("{}", served.tail());
                fail!("{name} {ended} before it answered");
            }
            if answers(address) {
                ctx.progress.done(&format!("Start of {name}"), started);
                return Ok(Self { served, url: format!("http://localhost:{port}"), log, mail });
            }
            if started.elapsed() > START {
                println!("{}", served.tail());
                fail!("{name} did not answer on port {port} within {} seconds", START.as_secs());
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// Blocks until wrangler ends by itself.
    pub fn wait(mut self) -> Result<()> {
        loop {
            if let Some(ended) = self.served.ended() {
                println!("{}", self.served.tail());
                fail!("wrangler dev {ended}");
            }
            thread::sleep(Duration::from_millis(300));
        }
    }

    /// Kills wrangler and workerd immediately, even during a request.
    pub fn kill(self) {
        self.served.kill();
    }

    /// Returns the last lines that wrangler and the Worker printed.
    pub fn tail(&self) -> String {
        self.served.tail()
    }
}

impl Credentials {
    fn from_json(json: &Value) -> Result<Self> {
        let text = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned).while_present(name);
        Ok(Self {
            live_key: text("liveKey")?,
            test_key: text("testKey")?,
            email: text("ownerEmail")?,
            password: text("ownerPassword")?,
        })
    }
}

trait WhilePresent<T> {
    fn while_present(self, name: &str) -> Result<T>;
}

impl<T> WhilePresent<T> for Option<T> {
    fn while_present(self, name: &str) -> Result<T> {
        self.ok_or("missing in the output of the command `init`").while_doing(name)
    }
}

/// Returns a port on which no program listens.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Returns whether no program listens on the port.
pub fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

/// Returns whether a program responds to HTTP there.
fn answers(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut start = [0_u8; 8];
        stream.read_exact(&mut start)?;
        Ok(start.starts_with(b"HTTP/1."))
    };
    ask().unwrap_or(false)
}

/// Builds a program of the workspace for this machine and returns its path.
///
/// Selects the whole workspace and one test, so that cargo resolves the same features as for `cargo test`. The signing
/// engine is then compiled once for programs and tests together, not once for each.
pub fn build_program(ctx: &Context, toolchain: &Toolchain, step: &str, name: &str) -> Result<PathBuf> {
    build_native(ctx, toolchain, step, ["--bin", name])?;
    Ok(ctx.target.join("debug").join(executable(name)))
}

/// Builds an example in the same way as [`build_program`].
pub fn build_example(ctx: &Context, toolchain: &Toolchain, step: &str, name: &str) -> Result<PathBuf> {
    build_native(ctx, toolchain, step, ["--example", name])?;
    Ok(ctx.target.join("debug/examples").join(executable(name)))
}

/// Builds an example whose times are compared with those of other programs: optimised for speed, as they are.
pub fn build_timed_example(ctx: &Context, toolchain: &Toolchain, step: &str, name: &str) -> Result<PathBuf> {
    crate::toolchain::require_c_compiler(ctx)?;
    let build = toolchain.cargo(ctx).arg("build").args(NATIVE).args(["--profile", "native", "--example", name]);
    ctx.progress.step(step, &build.args(crate::wasm::locked(ctx)))?;
    Ok(ctx.target.join("native/examples").join(executable(name)))
}

fn build_native(ctx: &Context, toolchain: &Toolchain, step: &str, what: [&str; 2]) -> Result<()> {
    crate::toolchain::require_c_compiler(ctx)?;
    let build = toolchain.cargo(ctx).arg("build").args(NATIVE).args(what).args(["--test", "command_line"]);
    ctx.progress.step(step, &build.args(crate::wasm::locked(ctx))).map(|_| ())
}

/// Returns the file name of a program on this system.
pub fn executable(name: &str) -> String {
    if cfg!(windows) { format!("{name}.exe") } else { name.to_owned() }
}

/// Builds `labeler-init` by itself, with the features that it needs, because the rest of the workspace takes minutes.
pub fn build_init(ctx: &Context, toolchain: &Toolchain) -> Result<Cmd> {
    let build = toolchain.cargo(ctx).args(["build", "--package", "labeler-init", "--bin", "labeler-init"]);
    ctx.progress.step("labeler-init", &build.args(crate::wasm::locked(ctx)))?;
    Ok(Cmd::new(ctx.target.join("debug").join(executable("labeler-init"))))
}

/// Returns `labeler admin`, which has the commands of `labeler-init` too.
pub fn admin(cli: &Path) -> Cmd {
    Cmd::new(cli).arg("admin")
}

/// Builds the command line.
pub fn build_cli(ctx: &Context, toolchain: &Toolchain) -> Result<PathBuf> {
    build_program(ctx, toolchain, "Command line", "labeler")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn names_missing_credentials() {
        let json = serde_json::json!({"liveKey": "a", "testKey": "b", "ownerEmail": "c", "ownerPassword": "d"});
        let read = Credentials::from_json(&json).unwrap();
        assert_eq!((read.live_key.as_str(), read.password.as_str()), ("a", "d"));
        let error = Credentials::from_json(&serde_json::json!({"liveKey": "a"})).unwrap_err();
        assert!(error.to_string().contains("testKey"), "{error}");
    }

    #[test]
    fn a_taken_port_is_not_free() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        assert!(!is_free(listener.local_addr().unwrap().port()));
    }

    #[test]
    fn a_listener_that_does_not_speak_http_does_not_answer() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(b"SSH-2.0-nothing\r\n").unwrap();
        });
        assert!(!answers(address));
        server.join().unwrap();
    }
}
