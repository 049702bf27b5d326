//! `cargo xtask deploy`: deploys to Cloudflare, or prints the steps if there are no credentials.

use crate::context::Context;
use crate::error::Result;
use crate::fail;
use crate::process::Cmd;
use crate::tools::{npm_packages, wrangler};

/// Command that creates the Worker's secrets. Their values never pass through this program.
const SECRETS: &str = "labeler admin init --dir KEYS --sql KEYS/bootstrap.sql --vars KEYS/secrets.env";

/// Deploys if there are credentials; otherwise prints the steps.
pub fn run(ctx: &Context) -> Result<()> {
    let token = std::env::var("CLOUDFLARE_API_TOKEN").is_ok_and(|token| !token.is_empty());
    if !token {
        println!("{}", plan());
        return Ok(());
    }
    let settings = std::fs::read_to_string(ctx.path("wrangler.toml"))?;
    if !has_origin(&settings) {
        fail!(
            "LABELER_PUBLIC_ORIGIN is not set in wrangler.toml: add the public address of the site under [vars], for example \
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

/// Returns whether the settings contain the origin, without which every response of the Worker is an error.
fn has_origin(settings: &str) -> bool {
    settings.lines().any(|line| line.trim_start().starts_with("LABELER_PUBLIC_ORIGIN"))
}

/// Returns the steps that change the deployment, in order: first the schema, because it only moves forward and the old
/// Worker can use it.
fn remote_steps() -> [(&'static str, Vec<&'static str>); 2] {
    [("Database migrations", vec!["d1", "migrations", "apply", "DB", "--remote"]), ("Deployment", vec!["deploy"])]
}

fn plan() -> String {
    let mut lines = vec![
        "CLOUDFLARE_API_TOKEN is not set, so nothing was deployed. Do this once per account, with wrangler signed in:"
            .to_owned(),
        String::new(),
        "  npx --prefix web wrangler d1 create labeler --jurisdiction eu   # put the id it prints into wrangler.toml"
            .to_owned(),
        format!("  cargo run -p labeler-cli -- {}", SECRETS.trim_start_matches("labeler ")),
        "  npx --prefix web wrangler secret bulk KEYS/secrets.env".to_owned(),
        "  # In wrangler.toml under [vars]: LABELER_PUBLIC_ORIGIN, the public address of the site; LABELER_MAIL_FROM and a \
         mailer."
            .to_owned(),
        String::new(),
        "After that, for every version, `CLOUDFLARE_API_TOKEN=… cargo xtask deploy` runs:".to_owned(),
        String::new(),
        "  cargo xtask build".to_owned(),
    ];
    for (_, args) in remote_steps() {
        lines.push(format!("  {}", Cmd::new("npx").args(["--prefix", "web", "wrangler"]).args(args).line()));
    }
    lines.push(String::new());
    lines.push("Once after the first migration, add the owner and the first keys:".to_owned());
    lines.push(String::new());
    lines.push("  npx --prefix web wrangler d1 execute DB --remote --file KEYS/bootstrap.sql".to_owned());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignores_an_origin_in_a_comment() {
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
