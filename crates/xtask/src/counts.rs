//! Test counts, read from the output of the test runners.
//!
//! Invariant: a suite's own closing line `N passed, N failed` replaces the lines of runners that the suite may have
//! started, so nothing is counted twice.

use std::fmt;
use std::iter::Sum;
use std::ops::Add;

/// Numbers of passed, failed and skipped tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that ran and passed.
    pub passed: u64,
    /// Tests that ran and failed.
    pub failed: u64,
    /// Tests that did not run.
    pub skipped: u64,
    /// Skipped tests that need the corpus, which was missing.
    pub without_corpus: u64,
}

impl Counts {
    /// Returns one passed or one failed test, for a suite with a single result.
    pub fn single(ok: bool) -> Self {
        Self { passed: u64::from(ok), failed: u64::from(!ok), ..Self::default() }
    }

    /// Returns one test that was skipped because the corpus is missing.
    pub fn lacking_corpus() -> Self {
        Self { skipped: 1, without_corpus: 1, ..Self::default() }
    }

    /// Returns whether no test ran at all.
    pub fn is_empty(self) -> bool {
        self.passed == 0 && self.failed == 0
    }
}

impl Add for Counts {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed.saturating_add(other.passed),
            failed: self.failed.saturating_add(other.failed),
            skipped: self.skipped.saturating_add(other.skipped),
            without_corpus: self.without_corpus.saturating_add(other.without_corpus),
        }
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::default(), Add::add)
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(out, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

/// Removes terminal escape sequences (`ESC [ … letter`).
pub fn strip_ansi(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(next) = chars.next() {
        if next != '\u{1b}' {
            plain.push(next);
            continue;
        }
        if chars.next() == Some('[') {
            for skipped in chars.by_ref() {
                if skipped.is_ascii_alphabetic() {
                    break;
                }
            }
        }
    }
    plain
}

/// Sums the counts of cargo test, vitest and node's test runner. A plain closing line replaces the sum.
pub fn read_counts(output: &str) -> Counts {
    let mut plain = None;
    let mut runners = Counts::default();
    let (mut without_corpus, mut left_out) = (0_u64, 0_u64);
    for line in output.lines() {
        let line = strip_ansi(line);
        let line = line.trim();
        without_corpus = without_corpus.saturating_add(u64::from(says_no_corpus(line)));
        left_out = left_out.saturating_add(u64::from(says_skipped(line)));
        if let Some(counts) = plain_line(line) {
            plain = Some(counts);
        } else if let Some(counts) = cargo_line(line).or_else(|| vitest_line(line)).or_else(|| node_line(line)) {
            runners = runners + counts;
        }
    }
    // cargo test has no outcome for a test that finds while running that it cannot: it counts as passed there.
    let left_out = left_out.min(runners.passed);
    let runners = Counts {
        passed: runners.passed.saturating_sub(left_out),
        skipped: runners.skipped.saturating_add(left_out),
        ..runners
    };
    let counts = plain.unwrap_or(runners);
    Counts { without_corpus: without_corpus.min(counts.skipped), ..counts }
}

/// Returns whether a line reports a test that was skipped because the corpus is missing: `test NAME ... ignored, needs
/// the corpus: …` of cargo test, or `skip NAME: no corpus …` of the suites in JavaScript.
fn says_no_corpus(line: &str) -> bool {
    let ignored = line.starts_with("test ") && line.contains(" ... ignored, needs the corpus");
    ignored || (line.starts_with("skip ") && line.contains(": no corpus"))
}

/// A Rust test that could not run for want of a program: `skip NAME: reason`, written past the capture of cargo test.
fn says_skipped(line: &str) -> bool {
    line.strip_prefix("skip ").is_some_and(|rest| rest.contains(": "))
}

/// `N passed, N failed` and perhaps `, N skipped`, alone on a line.
fn plain_line(line: &str) -> Option<Counts> {
    let mut counts = Counts::default();
    let mut words = Vec::new();
    for part in line.split(", ") {
        let (number, word) = part.split_once(' ')?;
        add(&mut counts, number, word)?;
        words.push(word);
    }
    matches!(words.as_slice(), ["passed", "failed"] | ["passed", "failed", "skipped"]).then_some(counts)
}

/// Parses `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s`.
fn cargo_line(line: &str) -> Option<Counts> {
    let rest = line.strip_prefix("test result: ")?;
    let (_, numbers) = rest.split_once(". ")?;
    let mut counts = Counts::default();
    for part in numbers.split("; ") {
        if let Some((number, word)) = part.trim().split_once(' ') {
            let _ = add(&mut counts, number, word);
        }
    }
    Some(counts)
}

/// Parses `Tests  1 failed | 11 passed | 2 skipped (14)`.
fn vitest_line(line: &str) -> Option<Counts> {
    let rest = line.strip_prefix("Tests ")?;
    let (numbers, _) = rest.rsplit_once('(')?;
    let mut counts = Counts::default();
    for part in numbers.split('|') {
        let (number, word) = part.trim().split_once(' ')?;
        add(&mut counts, number, word)?;
    }
    Some(counts)
}

/// Parses `# pass 3`, `# fail 0`, `# skipped 1`, or the same after the information sign of the default reporter.
fn node_line(line: &str) -> Option<Counts> {
    let rest = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "))?;
    let (word, number) = rest.split_once(' ')?;
    let word = match word {
        "pass" => "passed",
        "fail" => "failed",
        "skipped" => "skipped",
        _ => return None,
    };
    let mut counts = Counts::default();
    add(&mut counts, number, word)?;
    Some(counts)
}

fn add(counts: &mut Counts, number: &str, word: &str) -> Option<()> {
    let number: u64 = number.trim().parse().ok()?;
    let field = match word {
        "passed" => &mut counts.passed,
        "failed" => &mut counts.failed,
        "skipped" | "ignored" | "todo" => &mut counts.skipped,
        _ => return None,
    };
    *field = field.saturating_add(number);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Counts {
        Counts { passed, failed, skipped, without_corpus: 0 }
    }

    #[test]
    fn counts_tests_without_the_corpus_as_skipped() {
        let output = "running 3 tests\ntest a ... ok\n\
            test b ... ignored, needs the corpus: set LABELER_CORPUS and run with --include-ignored\n\
            test c ... ignored\n\
            test result: ok. 1 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.01s\n";
        assert_eq!(read_counts(output), Counts { without_corpus: 1, ..counts(1, 0, 2) });
        let output =
            "ok   a\nskip b: no corpus (LABELER_CORPUS)\nskip c: no running server\n1 passed, 0 failed, 2 skipped\n";
        assert_eq!(read_counts(output), Counts { without_corpus: 1, ..counts(1, 0, 2) });
    }

    #[test]
    fn rust_tests_that_lack_a_program_count_as_skipped() {
        let output = "running 2 tests\n\nskip signs_with_a_key_of_openssl: openssl is not installed\ntest a ... ok\n\
            test b ... ok\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(read_counts(output), counts(1, 0, 1));
        // A suite that counts for itself has them among its skipped already.
        assert_eq!(read_counts("skip a: no openssl\n1 passed, 0 failed, 1 skipped\n"), counts(1, 0, 1));
    }

    #[test]
    fn cargo_results_are_summed_over_binaries() {
        let output = "running 2 tests\n\
            test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            Doc-tests x\n\
            test result: FAILED. 1 passed; 3 failed; 4 ignored; 0 measured; 9 filtered out; finished in 0.00s\n";
        assert_eq!(read_counts(output), counts(3, 3, 4));
    }

    #[test]
    fn counts_vitest_tests_and_not_files() {
        let output = " Test Files  1 failed | 2 passed (3)\n\
            \u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[31m1 failed\u{1b}[39m\u{1b}[22m | 11 passed | 2 skipped (14)\n";
        assert_eq!(read_counts(output), counts(11, 1, 2));
    }

    #[test]
    fn reads_both_styles_of_node_runner_lines() {
        assert_eq!(read_counts("# tests 4\n# pass 3\n# fail 1\n# cancelled 0\n# skipped 2\n"), counts(3, 1, 2));
        assert_eq!(read_counts("ℹ tests 4\nℹ pass 4\nℹ fail 0\n"), counts(4, 0, 0));
    }

    #[test]
    fn the_plain_closing_line_replaces_the_sum() {
        let output = "test result: ok. 2 passed; 0 failed; 0 ignored\n5 passed, 1 failed, 2 skipped\n";
        assert_eq!(read_counts(output), counts(5, 1, 2));
        assert_eq!(read_counts("7 passed, 0 failed\n"), counts(7, 0, 0));
    }

    #[test]
    fn ignores_prose() {
        assert_eq!(read_counts("3 passed the gate, 2 failed\n12 passed\npassed, failed\n"), Counts::default());
        assert!(read_counts("").is_empty());
    }

    #[test]
    fn totals_print_as_the_closing_line() {
        let total: Counts = [counts(1, 0, 0), counts(2, 1, 3)].into_iter().sum();
        assert_eq!(total.to_string(), "3 passed, 1 failed, 3 skipped");
        assert_eq!(counts(4, 0, 0).to_string(), "4 passed, 0 failed");
    }
}
