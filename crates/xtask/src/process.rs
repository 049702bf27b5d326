//! Runs other programs with their whole output in a log file, and leaves no process behind.
//!
//! Invariants: every child leads its own process group, and every live group is registered until it is reaped.
//! Therefore a signal, a time limit or an early return also ends grandchildren (workerd under wrangler, rustc under
//! cargo).

use crate::error::{Result, While};
use std::collections::{BTreeSet, VecDeque};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// Number of last lines shown for a failure.
const TAIL: usize = 40;

static GROUPS: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());
/// Set when this program is about to end: no new process is started.
static STOPPING: AtomicBool = AtomicBool::new(false);

/// A program to run, with its arguments and environment.
#[derive(Clone, Debug)]
pub struct Cmd {
    program: OsString,
    args: Vec<OsString>,
    env: Vec<(OsString, Option<OsString>)>,
    dir: Option<PathBuf>,
    limit: Option<Duration>,
    complaining: bool,
}

/// Result of a finished program.
#[derive(Debug)]
pub struct Output {
    /// Whether the exit code was 0.
    pub ok: bool,
    /// Standard output and standard error in the order of their lines.
    pub text: String,
    /// The exit code, unless a signal or a time limit ended the program.
    pub code: Option<i32>,
    /// Exit status, or the reason for which the program was ended, for a message.
    pub ended: String,
}

impl Cmd {
    /// Creates a command for `program`, which is searched in PATH unless it is a path.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            args: Vec::new(),
            env: Vec::new(),
            dir: None,
            limit: None,
            complaining: false,
        }
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds several arguments.
    #[must_use]
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.as_ref().to_owned(), Some(value.as_ref().to_owned())));
        self
    }

    /// Removes an environment variable.
    #[must_use]
    pub fn env_remove(mut self, name: impl AsRef<OsStr>) -> Self {
        self.env.push((name.as_ref().to_owned(), None));
        self
    }

    /// Sets the working directory.
    #[must_use]
    pub fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.dir = Some(dir.as_ref().to_owned());
        self
    }

    /// Ends the program if it takes longer.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Makes [`Cmd::ask`] print the program's standard error.
    #[must_use]
    pub fn complaining(mut self) -> Self {
        self.complaining = true;
        self
    }

    /// Returns the command as a person would type it, for logs and messages.
    pub fn line(&self) -> String {
        std::iter::once(&self.program)
            .chain(&self.args)
            .map(|part| quote(&part.to_string_lossy()))
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).stdin(Stdio::null());
        for (name, value) in &self.env {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        if let Some(dir) = &self.dir {
            command.current_dir(dir);
        }
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt;
            command.process_group(0);
        }
        command
    }

    /// Returns standard output if the program ends with 0 within a minute, otherwise `None`. For queries such as
    /// `--version`.
    pub fn ask(&self) -> Option<String> {
        let errors = if self.complaining { Stdio::inherit() } else { Stdio::null() };
        let mut child = Group::spawn(self.command().stdout(Stdio::piped()).stderr(errors)).ok()?;
        let mut pipe = child.child.stdout.take()?;
        let reader = thread::spawn(move || {
            let mut text = Vec::new();
            pipe.read_to_end(&mut text).map(|_| text)
        });
        let limit = self.limit.unwrap_or(Duration::from_secs(60));
        let status = child.wait_until(Instant::now().checked_add(limit)?).ok()??;
        let text = reader.join().ok()?.ok()?;
        status.success().then(|| String::from_utf8_lossy(&text).trim().to_owned())
    }

    /// Runs the program to the end. Passes each line to `on_line` (`None` ten times a second while nothing is printed)
    /// and writes it to `log`.
    pub fn run(&self, log: &Path, mut on_line: impl FnMut(Option<&str>)) -> Result<Output> {
        let mut log = create_log(log, &self.line())?;
        let started = Instant::now();
        let mut child = Group::spawn(self.command().stdout(Stdio::piped()).stderr(Stdio::piped()))
            .while_doing(format_args!("starting {}", self.program.to_string_lossy()))?;
        let (sender, lines) = mpsc::channel();
        if let Some(pipe) = child.child.stdout.take() {
            read_lines(pipe, sender.clone());
        }
        if let Some(pipe) = child.child.stderr.take() {
            read_lines(pipe, sender.clone());
        }
        drop(sender);
        let mut text = String::new();
        let mut ended = None;
        loop {
            match lines.recv_timeout(Duration::from_millis(100)) {
                Ok(line) => {
                    writeln!(log, "{line}")?;
                    text.push_str(&line);
                    text.push('\n');
                    on_line(Some(&line));
                }
                Err(RecvTimeoutError::Timeout) => on_line(None),
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if ended.is_none() && self.limit.is_some_and(|limit| started.elapsed() > limit) {
                ended = Some(format!("was ended after {}", seconds(started.elapsed())));
                child.end();
            }
            // A grandchild may keep the pipes open after the program itself has ended.
            if child.child.try_wait()?.is_some() && lines_done(&lines, &mut log, &mut text) {
                break;
            }
        }
        let status = child.child.wait()?;
        Ok(Output {
            ok: status.success() && ended.is_none(),
            code: if ended.is_none() { status.code() } else { None },
            text,
            ended: ended.unwrap_or_else(|| describe(status)),
        })
    }

    /// Runs the program to the end without any output for the user, for many small runs in one step.
    pub fn run_quietly(&self, log: &Path) -> Result<Output> {
        self.run(log, |_| {})
    }

    /// Starts a program that keeps running, with its output in `log`. Dropping the result ends it.
    pub fn serve(&self, log: &Path) -> Result<Served> {
        let file = create_log(log, &self.line())?;
        let child = Group::spawn(self.command().stdout(file.try_clone()?).stderr(file))
            .while_doing(format_args!("starting {}", self.program.to_string_lossy()))?;
        Ok(Served { child, log: log.to_owned() })
    }
}

/// Reads the remaining lines from the channel, and returns whether the program's output is complete. Half a second of
/// silence after its end counts as complete.
fn lines_done(lines: &mpsc::Receiver<String>, log: &mut File, text: &mut String) -> bool {
    while let Ok(line) = lines.recv_timeout(Duration::from_millis(500)) {
        let _ = writeln!(log, "{line}");
        text.push_str(&line);
        text.push('\n');
    }
    true
}

fn read_lines(pipe: impl Read + Send + 'static, sender: Sender<String>) {
    thread::spawn(move || {
        let mut reader = BufReader::new(pipe);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            let text = String::from_utf8_lossy(&line);
            if sender.send(text.trim_end_matches(['\n', '\r']).to_owned()).is_err() {
                break;
            }
            line.clear();
        }
    });
}

fn create_log(path: &Path, first_line: &str) -> Result<File> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let mut log = File::create(path).while_doing(format_args!("writing {}", path.display()))?;
    writeln!(log, "$ {first_line}")?;
    Ok(log)
}

/// A running server or watcher.
#[derive(Debug)]
pub struct Served {
    child: Group,
    log: PathBuf,
}

impl Served {
    /// Returns the exit status if it has ended by itself.
    pub fn ended(&mut self) -> Option<String> {
        self.child.child.try_wait().ok().flatten().map(describe)
    }

    /// Waits at most this long until it has ended by itself and returns its exit status; otherwise ends it.
    pub fn wait(mut self, limit: Duration) -> Option<String> {
        let deadline = Instant::now().checked_add(limit)?;
        self.child.wait_until(deadline).ok().flatten().map(describe)
    }

    /// Kills it and everything it started, without a chance to clean up.
    pub fn kill(mut self) {
        signal_group(self.child.child.id(), true);
        let _ = self.child.child.wait();
    }

    /// Returns the last lines of its output.
    pub fn tail(&self) -> String {
        tail(&std::fs::read_to_string(&self.log).unwrap_or_default())
    }
}

/// A child and everything it started. Dropping it ends all of them.
#[derive(Debug)]
struct Group {
    child: Child,
}

impl Group {
    fn spawn(command: &mut Command) -> std::io::Result<Self> {
        // The lock is held during the start, so that the signal handler sees either no child or a registered one.
        let Ok(mut groups) = GROUPS.lock() else {
            return Err(std::io::Error::other("a child could not be registered"));
        };
        if STOPPING.load(Ordering::SeqCst) {
            return Err(std::io::ErrorKind::Interrupted.into());
        }
        let child = command.spawn()?;
        groups.insert(child.id());
        drop(groups);
        Ok(Self { child })
    }

    fn wait_until(&mut self, deadline: Instant) -> std::io::Result<Option<ExitStatus>> {
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Some(status));
            }
            if Instant::now() > deadline {
                return Ok(None);
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Asks the group to end, and kills it after five seconds.
    fn end(&mut self) {
        signal_group(self.child.id(), false);
        let ended = Instant::now()
            .checked_add(Duration::from_secs(5))
            .and_then(|deadline| self.wait_until(deadline).ok().flatten());
        signal_group(self.child.id(), true);
        if ended.is_none() {
            let _ = self.child.kill();
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            self.end();
            let _ = self.child.wait();
        }
        if let Ok(mut groups) = GROUPS.lock() {
            groups.remove(&self.child.id());
        }
    }
}

#[cfg(unix)]
fn signal_group(pid: u32, force: bool) {
    use nix::sys::signal::{Signal, killpg};
    use nix::unistd::Pid;
    if let Ok(pid) = i32::try_from(pid) {
        let _ = killpg(Pid::from_raw(pid), if force { Signal::SIGKILL } else { Signal::SIGTERM });
    }
}

#[cfg(not(unix))]
fn signal_group(pid: u32, _force: bool) {
    let _ = Command::new("taskkill").args(["/T", "/F", "/PID", &pid.to_string()]).output();
}

/// Blocks forever after a signal. Errors of children that the signal ended are not worth reporting, and the signal
/// handler is about to end this program.
pub fn stay_if_stopping() {
    while STOPPING.load(Ordering::SeqCst) {
        thread::park();
    }
}

/// Ends every child when this program is interrupted or terminated.
pub fn end_children_on_signals() -> Result<()> {
    ctrlc::set_handler(|| {
        STOPPING.store(true, Ordering::SeqCst);
        let groups: Vec<u32> = GROUPS.lock().map(|groups| groups.iter().copied().collect()).unwrap_or_default();
        for &group in &groups {
            signal_group(group, false);
        }
        if !groups.is_empty() {
            thread::sleep(Duration::from_millis(700));
            for &group in &groups {
                signal_group(group, true);
            }
        }
        eprintln!("\nStopped.");
        std::process::exit(130);
    })
    .while_doing("installing the signal handler")
}

/// Returns the last lines of an output, indented.
pub fn tail(text: &str) -> String {
    let mut last = VecDeque::with_capacity(TAIL);
    for line in text.lines() {
        if last.len() == TAIL {
            last.pop_front();
        }
        last.push_back(format!("    {line}"));
    }
    last.into_iter().collect::<Vec<_>>().join("\n")
}

/// Formats a duration for people: `0.4 s`, `75 s`, `12 min 3 s`.
pub fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 10.0 {
        format!("{seconds:.1} s")
    } else if seconds < 120.0 {
        format!("{seconds:.0} s")
    } else {
        let whole = duration.as_secs();
        format!("{} min {} s", whole / 60, whole % 60)
    }
}

fn describe(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("ended with exit code {code}"),
        None => "was ended by a signal".to_owned(),
    }
}

fn quote(part: &str) -> String {
    let plain = |next: char| next.is_ascii_alphanumeric() || "-_./=:@%+,".contains(next);
    if !part.is_empty() && part.chars().all(plain) {
        part.to_owned()
    } else {
        format!("'{}'", part.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("labeler-xtask-{name}-{}", std::process::id()))
    }

    #[test]
    fn shows_commands_as_typed() {
        let cmd = Cmd::new("npm").args(["run", "build it"]).arg("it's");
        assert_eq!(cmd.line(), r"npm run 'build it' 'it'\''s'");
    }

    #[cfg(unix)]
    #[test]
    fn returns_both_streams_and_the_exit_code() {
        let log = scratch("both").join("a.log");
        let output = Cmd::new("sh").args(["-c", "echo out; echo err >&2; exit 3"]).run(&log, |_| {}).unwrap();
        assert!(!output.ok);
        assert!(output.text.contains("out") && output.text.contains("err"));
        assert_eq!(output.ended, "ended with exit code 3");
        assert!(std::fs::read_to_string(&log).unwrap().contains("err"));
    }

    #[cfg(unix)]
    #[test]
    fn a_time_limit_ends_the_whole_group() {
        let log = scratch("limit").join("a.log");
        let cmd = Cmd::new("sh").args(["-c", "sleep 300 & echo $!; wait"]).limit(Duration::from_millis(300));
        let output = cmd.run(&log, |_| {}).unwrap();
        assert!(!output.ok);
        let grandchild = output.text.lines().next().unwrap().to_owned();
        let mut alive = true;
        for _ in 0..100 {
            let stat = std::fs::read_to_string(format!("/proc/{grandchild}/stat")).unwrap_or_default();
            alive = !stat.is_empty() && !stat.contains(") Z ");
            if !alive {
                break;
            }
            thread::sleep(Duration::from_millis(50));
        }
        assert!(!alive, "the grandchild {grandchild} is still running");
    }

    #[cfg(unix)]
    #[test]
    fn asking_returns_nothing_on_failure() {
        assert_eq!(Cmd::new("sh").args(["-c", "echo yes"]).ask().as_deref(), Some("yes"));
        assert_eq!(Cmd::new("sh").args(["-c", "echo no; exit 1"]).ask(), None);
        assert_eq!(Cmd::new("no-such-program-anywhere").ask(), None);
    }
}
