//! `cargo xtask deploy`: to Cloudflare, or, without credentials, what it would do.

use crate::context::Context;
use crate::error::Result;
use crate::fail;
use crate::process::Cmd;
use crate::tools::{npm_packages, wrangler};

/// The secrets that the Worker reads; their values never pass through this program.
const SECRETS: &str = "labeler admin init --dir KEYS --sql KEYS/bootstrap.sql --vars KEYS/secrets.env";

/// Deploys with credentials; prints the steps without.
pub fn run(ctx: &Context) -> Result<()> {
    let token = std::env::var("CLOUDFLARE_API_TOKEN").is_ok_and(|token| !token.is_empty());
    if !token {
        println!("{}", plan());
        return Ok(());
    }
    let settings = std::fs::read_to_string(ctx.path("wrangler.toml"))?;
    if !has_origin(&settings) {
        fail!(
            "LABELER_PUBLIC_ORIGIN is not set in wrangler.toml: put the address that people use under [vars], for example \
             LABELER_PUBLIC_ORIGIN = \"https://labeler.example\""
        );
    }
    npm_packages(ctx)?;
    crate::release::run(ctx)?;
    for (step, args) in remote_steps() {
        ctx.progress.step(step, &wrangler(ctx).args(args).env("CI", "true"))?;
    }
    Ok(())
}

/// Whether the settings name the origin, without which the Worker answers nothing.
fn has_origin(settings: &str) -> bool {
    settings.lines().any(|line| line.trim_start().starts_with("LABELER_PUBLIC_ORIGIN"))
}

/// What changes the deployment, in order: the schema first, because it is forward-only and the old Worker runs on it.
fn remote_steps() -> [(&'static str, Vec<&'static str>); 2] {
    [("Database migrations", vec!["d1", "migrations", "apply", "DB", "--remote"]), ("Deployment", vec!["deploy"])]
}

fn plan() -> String {
    let mut lines = vec![
        "CLOUDFLARE_API_TOKEN is not set, so nothing was deployed. Once per account, with wrangler signed in:"
            .to_owned(),
        String::new(),
        "  npx --prefix web wrangler d1 create labeler --jurisdiction eu   # put the id it prints into wrangler.toml"
            .to_owned(),
        format!("  cargo run -p labeler-cli -- {}", SECRETS.trim_start_matches("labeler ")),
        "  npx --prefix web wrangler secret bulk KEYS/secrets.env".to_owned(),
        "  # In wrangler.toml under [vars]: LABELER_PUBLIC_ORIGIN, the address that people use; LABELER_MAIL_FROM and a \
         mailer."
            .to_owned(),
        String::new(),
        "Then, and for every new version, `CLOUDFLARE_API_TOKEN=… cargo xtask deploy` runs:".to_owned(),
        String::new(),
        "  cargo xtask build".to_owned(),
    ];
    for (_, args) in remote_steps() {
        lines.push(format!("  {}", Cmd::new("npx").args(["--prefix", "web", "wrangler"]).args(args).line()));
    }
    lines.push(String::new());
    lines.push("And once, after the first migration, the owner and the first keys:".to_owned());
    lines.push(String::new());
    lines.push("  npx --prefix web wrangler d1 execute DB --remote --file KEYS/bootstrap.sql".to_owned());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_in_a_comment_is_none() {
        assert!(!has_origin("[vars]\n# LABELER_PUBLIC_ORIGIN = \"https://labeler.example\"\n"));
        assert!(has_origin("[vars]\nLABELER_PUBLIC_ORIGIN = \"https://labeler.example\"\n"));
    }

    #[test]
    fn the_plan_names_every_remote_step_in_order() {
        let plan = plan();
        let places: Vec<Option<usize>> = ["cargo xtask build", "d1 migrations apply DB --remote", "wrangler deploy"]
            .iter()
            .map(|step| plan.rfind(step))
            .collect();
        assert!(places.iter().all(Option::is_some), "{plan}");
        assert!(places.is_sorted(), "{plan}");
    }
}
