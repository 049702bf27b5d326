//! `labeler check`: selects files, checks them, and prints reports.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Cursor, IsTerminal, Read, Seek};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use clap::{Args as ClapArgs, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use labeler_checker::answers::parse_day;
use labeler_checker::export::{CSV_HEADER, SavedReport, csv_row, sarif};
use labeler_checker::{CheckError, CheckRequest, Checked, CheckerReport, Language};
use labeler_drawing::look;
use labeler_init::{files, say};
use labeler_provenance::trust::TrustList;
use labeler_rules::{Context, Region, Role, Verdict};
use labeler_trustmark::Model;
use time::{Date, OffsetDateTime};

use crate::outcome::Outcome;
use crate::{answers, ask, law, table, trustmark, watermark_key};

/// An image of this size takes 150 MB decoded.
const MAX_PIXELS: u64 = 50_000_000;
/// Name of standard input in arguments and reports.
const STDIN: &str = "-";

/// Options of `labeler check`.
#[derive(ClapArgs)]
pub struct Args {
    /// Files and folders to check. Folders are searched recursively. `-` is standard input.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Output format.
    #[arg(long, value_enum, default_value = "table", conflicts_with = "json")]
    format: Format,
    /// Print one JSON report per line. Short for `--format json`.
    #[arg(long)]
    json: bool,
    /// Apply the law of this day (YYYY-MM-DD) instead of today.
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    as_of: Option<Date>,
    /// Judge only this region. May be repeated. Default: eu, california, china, washington. For information: utah,
    /// connecticut, kazakhstan, vietnam, india, korea, newYork.
    #[arg(long, value_name = "REGION")]
    region: Vec<Region>,
    /// Role whose duties are judged: provider (default), deployer, platform, hostingPlatform or captureDeviceMaker.
    #[arg(long)]
    role: Option<Role>,
    /// Language of the sentences: en, de, fr, es, it, zh-Hans.
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    language: Language,
    /// Ask the questions of open verdicts, one at a time, and judge again after each answer. Needs a terminal.
    #[arg(long)]
    ask: bool,
    #[command(flatten)]
    answers: answers::Args,
    #[command(flatten)]
    law: law::Args,
    /// An earlier version of the file to check. Shows which marks an edit removed. Allows only one file.
    #[arg(long, value_name = "OLD")]
    before: Option<PathBuf>,
    /// Maximum size in pixels of images that are searched for watermarks; 0 searches none.
    #[arg(long, value_name = "PIXELS", default_value_t = MAX_PIXELS)]
    max_pixels: u64,
    /// How thoroughly images are searched for Labeler's own watermark.
    #[arg(long, value_enum, default_value = "deep")]
    search: Search,
    #[command(flatten)]
    trustmark: trustmark::Args,
    /// Also read watermarks that were written with this key (32 bytes, as 64 hexadecimal digits or raw).
    #[arg(long, value_name = "FILE")]
    watermark_key: Option<PathBuf>,
    /// Also trust signers with these certificates (PEM).
    #[arg(long, value_name = "PEM")]
    trust: Vec<PathBuf>,
    /// Results that lead to exit code 1.
    ///
    /// The default is `fail`. Most files have an open verdict, because the file alone cannot answer every question, and
    /// a check that stops for each of them would soon be disabled. If nothing may be published before every question is
    /// answered, use `open`.
    #[arg(long, value_enum, default_value = "fail")]
    fail_on: FailOn,
    /// Show every rule in the table, not only the required ones that fail or are open.
    #[arg(long)]
    all: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// One report per line.
    Json,
    /// One SARIF 2.1.0 log.
    Sarif,
    /// One line per file, with a header.
    Csv,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// A region fails.
    Fail,
    /// A region fails or is open: a fact that its law depends on is unknown.
    #[value(alias = "undetermined")]
    Open,
    /// None. Files that cannot be read still lead to exit code 2.
    Never,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Search {
    /// Whole images, also resized, mirrored or rotated by quarter turns. Fast.
    Whole,
    /// Also images that were cropped, rotated by any angle or stretched. Takes about half a second more for an image
    /// without a watermark.
    Deep,
}

impl From<Search> for labeler_checker::Search {
    fn from(search: Search) -> Self {
        match search {
            Search::Whole => Self::Whole,
            Search::Deep => Self::Deep,
        }
    }
}

impl FailOn {
    fn counts(self, verdict: Verdict) -> bool {
        match self {
            Self::Fail => verdict == Verdict::Fail,
            Self::Open => matches!(verdict, Verdict::Fail | Verdict::Undetermined),
            Self::Never => false,
        }
    }
}

fn parse_date(text: &str) -> Result<Date, String> {
    parse_day(text).ok_or_else(|| "must be a date written as YYYY-MM-DD".to_owned())
}

/// One file to check.
struct Job {
    path: PathBuf,
    /// Whether it was found in a folder rather than named. A file of an unknown type is then skipped instead of failing
    /// the run.
    found: bool,
}

/// Checks every file. The worst outcome decides the exit code.
pub fn run(args: &Args) -> Result<Outcome, String> {
    let jobs = jobs(&args.files)?;
    if jobs.is_empty() {
        return Err("the given folders contain no files".to_owned());
    }
    let mut request = request(args)?;
    let model = args.trustmark.load()?;
    if let Some(before) = &args.before {
        if model.is_some() {
            return Err("--trustmark-model cannot be used with --before: the earlier version is not searched for \
                        TrustMark, so that a kept watermark would look new"
                .to_owned());
        }
        if !matches!(jobs.as_slice(), [Job { found: false, .. }]) {
            return Err("--before allows only one file to check. Name one file.".to_owned());
        }
        let told = |e: &dyn std::fmt::Display| format!("{}: {e}", before.display());
        let mut source = BufReader::new(File::open(before).map_err(|e| told(&e))?);
        let earlier = labeler_checker::earlier_version(&mut source, &request, &mut look).map_err(|e| told(&e))?;
        request.earlier = Some(earlier);
    }
    if args.ask {
        if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
            return Err(
                "--ask needs a terminal. Without one, give the answers as options or with --answers FILE.".to_owned()
            );
        }
        if jobs.iter().any(|job| job.path.as_os_str() == STDIN) {
            return Err("--ask reads the answers from standard input, so `-` cannot be one of the files".to_owned());
        }
    }
    let mut printer = Printer::new(if args.json { Format::Json } else { args.format }, args.all);
    let mut worst = Outcome::Fine;
    let mut passed_over = 0usize;
    let progress = progress(jobs.len());
    // With `--ask`, all files are read before the first question.
    let mut waiting: Vec<(PathBuf, Checked)> = Vec::new();

    in_order(
        &jobs,
        |job| check(job, &request, model.as_ref()),
        |job, result| {
            progress.inc(1);
            match result {
                Ok(checked) if args.ask => {
                    waiting.push((job.path.clone(), checked));
                    Ok(())
                }
                Ok(checked) => {
                    worst = worse(worst, &checked.report, args.fail_on);
                    progress.suspend(|| printer.print(&job.path, checked.report))
                }
                Err(CheckError::Unsupported) if job.found => {
                    passed_over += 1;
                    Ok(())
                }
                Err(error) => {
                    worst = Outcome::Unreadable;
                    progress.suspend(|| eprintln!("labeler: {}: {error}", job.path.display()));
                    Ok(())
                }
            }
        },
    )?;
    progress.finish_and_clear();
    if args.ask {
        let (paths, mut files): (Vec<_>, Vec<_>) = waiting.into_iter().unzip();
        let context = request.context.clone().unwrap_or_else(|| Context::new(request.now.date()));
        let told = |error: std::io::Error| format!("the questions: {error}");
        // On standard error, so that standard output contains only the report.
        let (mut input, mut out) = (std::io::stdin().lock(), std::io::stderr());
        let answered = ask::interview(&mut files, &context, &mut input, &mut out).map_err(told)?;
        if answered != context {
            eprintln!("Options for the same result without questions: {}", repeated(args, &answered));
        }
        for (path, checked) in paths.iter().zip(files) {
            worst = worse(worst, &checked.report, args.fail_on);
            printer.print(path, checked.report)?;
        }
    }
    printer.finish()?;
    if passed_over > 0 {
        eprintln!("labeler: skipped {passed_over} file(s) of an unknown media type");
    }
    Ok(worst)
}

fn worse(worst: Outcome, report: &CheckerReport, fail_on: FailOn) -> Outcome {
    let fails = report.verdicts.values().any(|v| fail_on.counts(v.verdict));
    if fails && worst == Outcome::Fine { Outcome::Fails } else { worst }
}

/// Returns the options that give the same answers without questions.
fn repeated(args: &Args, context: &Context) -> String {
    let mut options = answers::as_options(context);
    if args.role.is_some() || context.role != Role::default() {
        options.push(format!("--role {}", context.role.id()));
    }
    if let Some(day) = args.as_of {
        options.push(format!("--as-of {day}"));
    }
    if !args.region.is_empty() {
        options.extend(context.regions.iter().map(|region| format!("--region {}", region.id())));
    }
    options.join(" ")
}

fn request(args: &Args) -> Result<CheckRequest, String> {
    let now = OffsetDateTime::from_unix_timestamp(files::now()).map_err(|e| e.to_string())?;
    let mut context = Context::new(now.date());
    args.answers.read_file(&mut context)?;
    args.answers.apply(&mut context)?;
    if let Some(day) = args.as_of {
        context.as_of = day;
    }
    if let Some(role) = args.role {
        context.role = role;
    }
    if !args.region.is_empty() {
        context.regions = args.region.iter().copied().collect();
    }
    let mut request = CheckRequest::at(now);
    request.context = Some(context);
    request.max_pixels = args.max_pixels;
    request.search = args.search.into();
    request.watermark_keys = args.watermark_key.as_deref().map(watermark_key::load).transpose()?.into_iter().collect();
    request.own_lists = args.trust.iter().map(|path| own_list(path)).collect::<Result<_, _>>()?;
    request.law = args.law.load()?;
    request.language = args.language;
    Ok(request)
}

fn own_list(path: &Path) -> Result<TrustList, String> {
    let pem = String::from_utf8(files::read(path)?).map_err(|_| format!("{}: is not PEM", path.display()))?;
    Ok(TrustList::own("own", &path.display().to_string(), "", &pem))
}

/// Returns the named files and those in the named folders in a stable order. Links in folders are not followed, so that
/// no loop can occur.
fn jobs(named: &[PathBuf]) -> Result<Vec<Job>, String> {
    let mut jobs = Vec::new();
    for path in named {
        if path.as_os_str() != STDIN && path.is_dir() {
            let mut folders = vec![path.clone()];
            let mut files = Vec::new();
            while let Some(folder) = folders.pop() {
                let told = |e: std::io::Error| format!("{}: {e}", folder.display());
                for entry in std::fs::read_dir(&folder).map_err(told)? {
                    let entry = entry.map_err(told)?;
                    let kind = entry.file_type().map_err(told)?;
                    if kind.is_dir() {
                        folders.push(entry.path());
                    } else if kind.is_file() {
                        files.push(entry.path());
                    }
                }
            }
            files.sort();
            jobs.extend(files.into_iter().map(|path| Job { path, found: true }));
        } else {
            jobs.push(Job { path: path.clone(), found: false });
        }
    }
    Ok(jobs)
}

/// Returns the files in a folder and its subfolders in a stable order.
pub fn files_in(folder: &Path) -> Result<Vec<PathBuf>, String> {
    if !folder.is_dir() {
        return Err(format!("{}: is not a folder", folder.display()));
    }
    Ok(jobs(&[folder.to_owned()])?.into_iter().map(|job| job.path).collect())
}

fn check(job: &Job, request: &CheckRequest, model: Option<&Model>) -> Result<Checked, CheckError> {
    let mut request = request.clone();
    if job.path.as_os_str() == STDIN {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes)?;
        return check_source(&mut Cursor::new(bytes), &request, model);
    }
    // A file found in a folder is reported with its path; a file that was named, with its name.
    let name = if job.found { Some(job.path.as_os_str()) } else { job.path.file_name() };
    request.filename = name.map(|n| n.to_string_lossy().into_owned());
    check_source(&mut BufReader::new(File::open(&job.path)?), &request, model)
}

fn check_source<R: Read + Seek + Send>(
    source: &mut R,
    request: &CheckRequest,
    model: Option<&Model>,
) -> Result<Checked, CheckError> {
    match model {
        Some(model) => trustmark::check(source, request, model),
        None => labeler_checker::check_with_facts(source, request, &mut look),
    }
}

/// Runs `work` on every job in parallel, and `take` on every result in the order of the jobs as early as possible.
fn in_order<R: Send>(
    jobs: &[Job],
    work: impl Fn(&Job) -> R + Sync,
    mut take: impl FnMut(&Job, R) -> Result<(), String>,
) -> Result<(), String> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(jobs.len());
    let next = AtomicUsize::new(0);
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (send, next, work) = (send.clone(), &next, &work);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(index) else { break };
                    if send.send((index, work(job))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        // If `take` fails, the receiver is dropped, and the threads stop at their next result.
        for (index, result) in receive {
            waiting.insert(index, result);
            while let (Some(result), Some(job)) = (waiting.remove(&due), jobs.get(due)) {
                take(job, result)?;
                due += 1;
            }
        }
        Ok(())
    })
}

/// Returns a progress bar if standard error is a terminal and there is more than one file.
fn progress(files: usize) -> ProgressBar {
    if files < 2 || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(files as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} files, {eta} left") {
        bar.set_style(style);
    }
    bar
}

/// Writes reports in the requested format.
struct Printer {
    format: Format,
    all: bool,
    /// Reports of formats that are written as a whole.
    kept: Vec<SavedReport>,
    begun: bool,
}

impl Printer {
    fn new(format: Format, all: bool) -> Self {
        Self { format, all, kept: Vec::new(), begun: false }
    }

    fn print(&mut self, path: &Path, report: CheckerReport) -> Result<(), String> {
        match self.format {
            Format::Table => table::print(path, &report, self.all),
            Format::Json => say!("{}", serde_json::to_string(&report).map_err(|e| e.to_string())?),
            Format::Csv => {
                self.header();
                say!("{}", csv_row(&report.into()));
            }
            Format::Sarif => self.kept.push(report.into()),
        }
        Ok(())
    }

    fn header(&mut self) {
        if !std::mem::replace(&mut self.begun, true) {
            say!("{CSV_HEADER}");
        }
    }

    fn finish(mut self) -> Result<(), String> {
        match self.format {
            Format::Sarif => {
                say!("{}", serde_json::to_string_pretty(&sarif(&self.kept)).map_err(|e| e.to_string())?);
            }
            Format::Csv => self.header(),
            Format::Table | Format::Json => {}
        }
        Ok(())
    }
}
