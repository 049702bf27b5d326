//! Builds, runs, tests and measures the project.
//!
//! Compiles with any cargo from Rust 1.85 on, and then finds or installs the toolchain and the tools that the project
//! itself needs. This program does not depend on what the product does.

mod bench;
mod check;
mod context;
mod counts;
mod coverage;
mod deny;
mod deploy;
mod dev;
mod error;
mod helpers;
mod lint;
mod outbox;
mod process;
mod progress;
mod release;
mod screenshots;
mod site;
mod stamp;
mod suites;
mod test;
mod toolchain;
mod tools;
mod version;
mod wasm;

use context::Context;
use error::Result;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND [--verbose]

  dev [--port N] [--reset]   install what is missing, build, and serve on http://localhost:8787
  test [SUITE…] [--list]     every test suite, or those named; the last line is `N passed, N failed`
  test SUITE NAME            only the tests of a suite with NAME in their names, for example
                               test unit store::keys            Rust tests of the module keys in crates/store
                               test api label_batch             API tests of one group
                               test browser \"journey: on a phone\"   pages in Chromium
  build                      release artefacts: build/ (Worker), pkg/ (npm package), web/dist/ (pages)
  check [--sources]          formatting, lints and dependencies, on the host and for wasm; --sources: only what is
                             read from the sources (circles of files, doc comments, commit subjects), in a second
  coverage                   which lines the Rust tests run, with cargo-llvm-cov if it is installed
  bench [PART…] [--list]     speed, memory and size beside others', as ratios
  screenshots [PAGE…]        pictures of the pages, light, dark, forced colours and phone, in screenshots/
  setup                      only install what is missing (the others do it by themselves)
  deploy                     to Cloudflare; without CLOUDFLARE_API_TOKEN it says what it would do

Environment: LABELER_CACHE (tools and logs, ~/.cache/labeler), CARGO_TARGET_DIR, LABELER_CORPUS (real files for
tests, ../shared/corpus), LABELER_CHROMIUM (browser for page tests), CI (what cannot be installed is a failure).";

/// The requested command.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Command {
    Help,
    Dev(dev::Options),
    Test(Vec<String>),
    ListSuites,
    Build,
    Check,
    CheckSources,
    Coverage,
    Bench(Vec<String>),
    ListParts,
    Deploy,
    Screenshots(Vec<String>),
    Setup,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let verbose = args.iter().any(|arg| arg == "--verbose" || arg == "-v");
    let rest: Vec<&str> = args.iter().map(String::as_str).filter(|arg| !matches!(*arg, "--verbose" | "-v")).collect();
    let result = parse(&rest).and_then(|command| run(command, verbose));
    process::stay_if_stopping();
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command, verbose: bool) -> Result<bool> {
    match command {
        Command::Help => println!("{HELP}"),
        Command::ListSuites => test::list(),
        Command::ListParts => bench::list(),
        command => {
            process::end_children_on_signals()?;
            let ctx = Context::new(verbose)?;
            match command {
                Command::Dev(options) => dev::run(&ctx, options)?,
                Command::Test(suites) => return test::run(&ctx, &suites),
                Command::Build => release::run(&ctx)?,
                Command::Check => check::run(&ctx)?,
                Command::CheckSources => return lint::run(&ctx),
                Command::Coverage => coverage::run(&ctx)?,
                Command::Bench(parts) => bench::run(&ctx, &parts)?,
                Command::Deploy => deploy::run(&ctx)?,
                Command::Screenshots(pages) => screenshots::run(&ctx, &pages)?,
                Command::Setup => setup(&ctx)?,
                Command::Help | Command::ListSuites | Command::ListParts => {}
            }
        }
    }
    Ok(true)
}

fn setup(ctx: &Context) -> Result<()> {
    tools::require_node()?;
    toolchain::require_c_compiler(ctx)?;
    let toolchain = toolchain::Toolchain::find(ctx)?;
    tools::npm_packages(ctx)?;
    tools::Tools::find(ctx, &toolchain).map(|_| ())
}

fn parse(args: &[&str]) -> Result<Command> {
    let Some((command, rest)) = args.split_first() else { return Ok(Command::Help) };
    let names = || rest.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let parsed = match (*command, rest) {
        ("help" | "--help" | "-h", _) | (_, ["--help" | "-h"]) => Command::Help,
        ("dev", rest) => Command::Dev(parse_dev(rest)?),
        ("test", ["--list"]) => Command::ListSuites,
        ("bench", ["--list"]) => Command::ListParts,
        ("test", _) if rest.iter().all(|name| !name.starts_with('-')) => Command::Test(names()),
        ("bench", _) if rest.iter().all(|name| !name.starts_with('-')) => Command::Bench(names()),
        ("screenshots", _) if rest.iter().all(|name| !name.starts_with('-')) => Command::Screenshots(names()),
        ("build", []) => Command::Build,
        ("check", []) => Command::Check,
        ("check", ["--sources"]) => Command::CheckSources,
        ("coverage", []) => Command::Coverage,
        ("deploy", []) => Command::Deploy,
        ("setup", []) => Command::Setup,
        _ => fail!("`{}` is no command.\n\n{HELP}", args.join(" ")),
    };
    Ok(parsed)
}

fn parse_dev(args: &[&str]) -> Result<dev::Options> {
    let mut options = dev::Options { port: dev::PORT, reset: false };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match *arg {
            "--reset" => options.reset = true,
            "--port" => match args.next().map(|port| port.parse()) {
                Some(Ok(port)) => options.port = port,
                _ => fail!("--port wants a number up to 65535"),
            },
            other => fail!("dev does not know `{other}`.\n\n{HELP}"),
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_understood() {
        let dev = |port, reset| Command::Dev(dev::Options { port, reset });
        assert_eq!(parse(&[]).ok(), Some(Command::Help));
        assert_eq!(parse(&["dev"]).ok(), Some(dev(8787, false)));
        assert_eq!(parse(&["dev", "--port", "9000", "--reset"]).ok(), Some(dev(9000, true)));
        assert_eq!(parse(&["test", "--list"]).ok(), Some(Command::ListSuites));
        assert_eq!(parse(&["check", "--sources"]).ok(), Some(Command::CheckSources));
        assert_eq!(parse(&["coverage"]).ok(), Some(Command::Coverage));
        assert_eq!(parse(&["test", "api", "web"]).ok(), Some(Command::Test(vec!["api".into(), "web".into()])));
        assert_eq!(parse(&["screenshots", "check"]).ok(), Some(Command::Screenshots(vec!["check".into()])));
        assert_eq!(parse(&["dev", "--help"]).ok(), Some(Command::Help));
    }

    #[test]
    fn nonsense_is_refused_with_the_help() {
        for args in [
            &["serve"][..],
            &["dev", "--port"],
            &["dev", "--port", "70000"],
            &["test", "--all"],
            &["build", "x"],
            &["coverage", "x"],
        ] {
            assert!(parse(args).is_err(), "{args:?}");
        }
    }
}
