//! `cargo xtask dev`: from a fresh clone to a running site, and back up in seconds.

use crate::context::Context;
use crate::error::{Result, While};
use crate::fail;
use crate::process::Cmd;
use crate::site::{Credentials, Site, build_cli, is_free};
use crate::toolchain::Toolchain;
use crate::tools::{Tools, npm_packages, require_node};
use crate::wasm::{self, Kind};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Where the site answers unless `--port` says otherwise.
pub const PORT: u16 = 8787;

/// Options of `dev`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The port on 127.0.0.1.
    pub port: u16,
    /// Start over: throw away database, chain, secrets and keys of this checkout.
    pub reset: bool,
}

/// Installs, builds, sets up and serves until interrupted.
pub fn run(ctx: &Context, options: Options) -> Result<()> {
    let started = Instant::now();
    // Everything that can be refused at once is refused before minutes of building.
    require_node()?;
    crate::toolchain::require_c_compiler(ctx)?;
    if !is_free(options.port) {
        fail!(
            "port {} is taken: stop what listens there, or choose another with `cargo xtask dev --port N`",
            options.port
        );
    }
    let toolchain = Toolchain::find(ctx)?;
    npm_packages(ctx)?;
    let tools = Tools::find(ctx, &toolchain)?;
    wasm::build(ctx, &toolchain, &tools, Kind::Development)?;
    wasm::pages(ctx)?;

    let site = Site::development(ctx);
    if options.reset {
        reset(ctx, &site)?;
    }
    let sample = site.private.join("sample.jpg");
    let mut credentials = None;
    if !site.is_initialised() || !sample.exists() {
        let cli = build_cli(ctx, &toolchain)?;
        credentials = site.init(ctx, &cli)?;
        make_sample(ctx, &cli, &sample)?;
    }
    site.migrate(ctx)?;
    let running = site.start_with(ctx, Kind::Development, options.port, true)?;
    println!("\n{}", greeting(&running.url, credentials.as_ref(), &sample));
    println!(
        "\nStarted in {}. Ctrl-C stops it. Requests are logged in {}\nMail (invitations, new passwords) is kept in {}",
        crate::process::seconds(started.elapsed()),
        running.log.display(),
        running.mail.display()
    );
    running.wait()
}

fn make_sample(ctx: &Context, cli: &Path, sample: &Path) -> Result<()> {
    if !sample.exists() {
        let make = Cmd::new(cli).args(["admin", "sample"]).arg(sample);
        ctx.progress.step("Sample photo", &make)?;
    }
    Ok(())
}

fn reset(ctx: &Context, site: &Site) -> Result<()> {
    let remove = |path: PathBuf| {
        if path.is_dir() {
            std::fs::remove_dir_all(&path).while_doing(format_args!("removing {}", path.display()))
        } else if path.exists() {
            std::fs::remove_file(&path).while_doing(format_args!("removing {}", path.display()))
        } else {
            Ok(())
        }
    };
    remove(site.state.clone())?;
    remove(site.vars.clone())?;
    remove(site.mail())?;
    // The stamps and the test build beside the keys may stay.
    for entry in std::fs::read_dir(&site.private).into_iter().flatten() {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            remove(entry.path())?;
        }
    }
    ctx.progress.say("✓ Removed the development database, chain, secrets and keys");
    Ok(())
}

/// What a person needs to go on: the address, the keys when they are new, and a line to paste.
fn greeting(url: &str, credentials: Option<&Credentials>, sample: &Path) -> String {
    let mut lines = vec![format!("Labeler runs at {url}"), String::new()];
    let key = match credentials {
        Some(new) => {
            lines.push("These are shown once, so keep them:".to_owned());
            lines.push(format!("  live key   {}", new.live_key));
            lines.push(format!("  test key   {}", new.test_key));
            lines.push(format!("  owner      {}   password {}", new.email, new.password));
            new.live_key.as_str()
        }
        None => {
            lines.push(
                "The data, the owner and the keys are those of the first start (shown then, stored only as digests)."
                    .to_owned(),
            );
            lines.push("New ones, with an empty database: cargo xtask dev --reset".to_owned());
            lines.push(String::new());
            lines.push("Put your live key in KEY:".to_owned());
            "$KEY"
        }
    };
    if credentials.is_some() {
        lines.push(String::new());
        lines.push("Label a photo (put a picture of your own in F):".to_owned());
    }
    lines.push(String::new());
    lines.push(curl(url, key, sample));
    lines.join("\n")
}

/// One line for a shell. The digest is computed from the file, so that only F needs to change. `Expect:` keeps curl
/// from asking for permission above 1 MB and then waiting a second for it.
fn curl(url: &str, key: &str, sample: &Path) -> String {
    let digest = if cfg!(target_os = "macos") { "shasum -a 256" } else { "sha256sum" };
    format!(
        "F='{sample}'; curl -sS --fail-with-body -H 'Expect:' -H \"Authorization: Bearer {key}\" -F \"image=@$F\" \
         -F 'options={{\"digitalSourceType\":\"trainedAlgorithmicMedia\",\"regionPreset\":\"eu_strict\",\
         \"signingMode\":\"managed\",\"dntEnabled\":true,\"filename\":\"'\"${{F##*/}}\"'\",\
         \"sha256Input\":\"'\"$({digest} < \"$F\" | cut -c1-64)\"'\"}}' \
         -o \"labelled-${{F##*/}}\" {url}/api/v1/label && ls -l \"labelled-${{F##*/}}\"",
        sample = sample.display().to_string().replace('\'', r"'\''"),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    /// Runs the printed line with a `curl` that prints its arguments, one a line.
    #[cfg(target_os = "linux")]
    #[test]
    fn the_curl_line_works_as_it_stands_for_a_name_with_spaces() {
        let folder = std::env::temp_dir().join(format!("labeler curl {}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let sample = folder.join("a photo.jpg");
        std::fs::write(&sample, b"abc").unwrap();
        let line = curl("http://localhost:1", "lbl_live_x", &sample);
        assert!(!line.contains('\n'));
        let script = format!("curl() {{ printf '%s\\n' \"$@\"; }}; ls() {{ :; }}\n{line}");
        let shown = Cmd::new("sh").args(["-c", &script]).ask().unwrap();
        let options = shown.lines().find_map(|line| line.strip_prefix("options=")).unwrap();
        let options: serde_json::Value = serde_json::from_str(options).unwrap();
        assert_eq!(options["filename"], "a photo.jpg");
        assert_eq!(options["sha256Input"], crate::stamp::sha256(b"abc"));
        assert!(shown.contains(&format!("image=@{}", sample.display())));
        assert!(shown.contains("Authorization: Bearer lbl_live_x"));
        assert!(shown.contains("\nExpect:\n"));
        assert!(shown.ends_with("http://localhost:1/api/v1/label"));
    }

    #[test]
    fn keys_are_shown_only_when_they_are_new() {
        let new = Credentials {
            live_key: "lbl_live_a".into(),
            test_key: "lbl_test_b".into(),
            email: "owner@example.org".into(),
            password: "p".into(),
        };
        let first = greeting("http://localhost:8787", Some(&new), Path::new("/s.jpg"));
        assert!(first.contains("lbl_live_a") && first.contains("lbl_test_b") && first.contains("owner@example.org"));
        let later = greeting("http://localhost:8787", None, Path::new("/s.jpg"));
        assert!(!later.contains("lbl_") && later.contains("--reset") && later.contains("Bearer $KEY"));
    }
}
