//! `cargo xtask dev`: sets up a fresh clone and serves the site; restarts it in seconds.

use crate::context::Context;
use crate::error::{Result, While};
use crate::fail;
use crate::process::Cmd;
use crate::site::{Credentials, Site, build_init, is_free};
use crate::toolchain::Toolchain;
use crate::tools::{Tools, npm_packages, require_node};
use crate::wasm::{self, Kind};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Default port of the site.
pub const PORT: u16 = 8787;

/// Options of `dev`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The port on 127.0.0.1.
    pub port: u16,
    /// Whether to delete database, chain, secrets and keys of this checkout first.
    pub reset: bool,
}

/// Installs, builds, sets up, and serves until interrupted.
pub fn run(ctx: &Context, options: Options) -> Result<()> {
    let started = Instant::now();
    // Checks everything that can fail immediately before building for minutes.
    require_node()?;
    crate::toolchain::require_c_compiler(ctx)?;
    if !is_free(options.port) {
        fail!(
            "port {} is in use. Stop the program that listens there, or choose another port with `cargo xtask dev --port N`.",
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
        let setup = build_init(ctx, &toolchain)?;
        credentials = site.init(ctx, setup.clone())?;
        make_sample(ctx, setup, &sample)?;
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

fn make_sample(ctx: &Context, setup: Cmd, sample: &Path) -> Result<()> {
    if !sample.exists() {
        ctx.progress.step("Sample photo", &setup.arg("sample").arg(sample))?;
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
    // The stamps and the test build in the same folder may stay.
    for entry in std::fs::read_dir(&site.private).into_iter().flatten() {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            remove(entry.path())?;
        }
    }
    ctx.progress.say("✓ Removed the development database, chain, secrets and keys");
    Ok(())
}

/// Returns the text for the user: the address, new keys, and a command to paste.
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
                "The data, the owner and the keys are those of the first start. They were shown then and are stored only as digests."
                    .to_owned(),
            );
            lines.push("To create new ones with an empty database: cargo xtask dev --reset".to_owned());
            lines.push(String::new());
            lines.push("Set KEY to your live key:".to_owned());
            "$KEY"
        }
    };
    if credentials.is_some() {
        lines.push(String::new());
        lines.push("Label a photo (set F to an image of your own):".to_owned());
    }
    lines.push(String::new());
    lines.push(curl(url, key, sample));
    lines.join("\n")
}

/// Returns one line for a shell. The digest is computed from the file, so that only F needs to change. `Expect:` keeps
/// curl from asking for permission above 1 MB, which would add a second.
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

    /// Runs the printed line with a `curl` that prints its arguments, one per line.
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
    fn shows_keys_only_when_they_are_new() {
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
