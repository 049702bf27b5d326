//! Output for the user during a step: a spinner on a terminal, plain lines elsewhere, and the last lines of a failed
//! program.

use crate::error::{Result, TaskError};
use crate::process::{Cmd, Output, seconds, tail};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Interval at which a run without a terminal reports that a step is still running.
const HEARTBEAT: Duration = Duration::from_secs(60);

/// Prints steps: a spinner on a terminal, plain lines elsewhere.
#[derive(Clone, Debug)]
pub struct Progress {
    logs: PathBuf,
    terminal: bool,
    verbose: bool,
}

impl Progress {
    /// Creates a progress output with log files in `logs`. `verbose` prints every line of every program.
    pub fn new(logs: PathBuf, verbose: bool) -> Self {
        Self { logs, terminal: std::io::stdout().is_terminal() && !verbose, verbose }
    }

    /// Returns the log file of a step.
    pub fn log_path(&self, step: &str) -> PathBuf {
        self.logs.join(format!("{}.log", slug(step)))
    }

    /// Prints a line.
    pub fn say(&self, text: impl AsRef<str>) {
        println!("{}", text.as_ref());
    }

    /// Reports a step that runs no program of its own, with its time.
    pub fn done(&self, step: &str, started: Instant) {
        println!("✓ {step} ({})", seconds(started.elapsed()));
        let _ = std::io::stdout().flush();
    }

    /// Runs a step that must succeed.
    pub fn step(&self, step: &str, cmd: &Cmd) -> Result<Output> {
        let output = self.try_step(step, cmd)?;
        if output.ok {
            return Ok(output);
        }
        println!("{}", tail(&output.text));
        Err(TaskError::new(format!(
            "{step}: `{}` {}; the whole output is in {}",
            cmd.line(),
            output.ended,
            self.log_path(step).display()
        )))
    }

    /// Runs a step that may fail. The caller evaluates the output.
    pub fn try_step(&self, step: &str, cmd: &Cmd) -> Result<Output> {
        let started = Instant::now();
        let mut last = String::new();
        let mut spoke = Instant::now();
        if !self.terminal {
            println!("… {step}");
        }
        let output = cmd.run(&self.log_path(step), |line| {
            if let Some(line) = line {
                if self.verbose {
                    println!("  {line}");
                }
                let line = crate::counts::strip_ansi(line);
                if !line.trim().is_empty() {
                    last = line.trim().to_owned();
                }
            }
            if self.terminal {
                if spoke.elapsed() > Duration::from_millis(80) {
                    spoke = Instant::now();
                    draw(&format!("… {step} {}  {last}", seconds(started.elapsed())));
                }
            } else if spoke.elapsed() > HEARTBEAT {
                spoke = Instant::now();
                println!("… {step}, {} so far: {}", seconds(started.elapsed()), cut(&last, 120));
            }
        });
        if self.terminal {
            draw("");
        }
        let output = output?;
        let mark = if output.ok { "✓" } else { "✗" };
        println!("{mark} {step} ({})", seconds(started.elapsed()));
        let _ = std::io::stdout().flush();
        Ok(output)
    }
}

fn draw(text: &str) {
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(80_usize);
    print!("\r\x1b[2K{}", cut(text, width.saturating_sub(1)));
    let _ = std::io::stdout().flush();
}

fn cut(text: &str, width: usize) -> String {
    text.chars().take(width).collect()
}

fn slug(step: &str) -> String {
    let mut slug = String::new();
    for next in step.chars() {
        if next.is_ascii_alphanumeric() {
            slug.push(next.to_ascii_lowercase());
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_name_log_files() {
        assert_eq!(slug("Worker (dev)"), "worker-dev");
        assert_eq!(slug("npm ci"), "npm-ci");
    }
}
