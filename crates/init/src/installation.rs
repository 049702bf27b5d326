//! Creates the secrets, the certificates and the first owner or link of an installation.

use std::path::{Path, PathBuf};

use clap::Args;
use labeler_devchain::Purpose;
use labeler_store::bootstrap::{bootstrap, first_run};
use labeler_store::{NewOwner, Peppers, Plan, to_sql_text};
use serde_json::Value;

use crate::chain::development;
use crate::files::{now, read, write_private};
use crate::random::{SystemRng, random};

/// Options of `labeler admin init`.
#[derive(Args)]
pub struct Init {
    /// Folder for the development certificate and its key. Created if missing.
    #[arg(long, default_value = ".labeler")]
    dir: PathBuf,
    /// File for the SQL statements that store the owner and the keys: `wrangler d1 execute DB --file`.
    #[arg(long, value_name = "FILE")]
    sql: PathBuf,
    /// File for the secrets, in the format of `.dev.vars`.
    #[arg(long, value_name = "FILE")]
    vars: PathBuf,
    /// E-mail address of the owner.
    #[arg(long, default_value = "owner@labeler.test")]
    email: String,
    /// Name of the first workspace.
    #[arg(long, default_value = "Development")]
    workspace: String,
    /// Create no owner and no keys, but a one-time link under this origin. With it, the owner creates an account within
    /// one day.
    #[arg(long, value_name = "ORIGIN", conflicts_with_all = ["email", "workspace"])]
    link: Option<String>,
}

impl Init {
    /// Creates the files. Returns what is shown once: keys and credentials, or the link.
    pub(crate) fn run(&self) -> Result<Value, String> {
        // A second run must not orphan the rows that the secrets of the first run protect.
        for file in [&self.sql, &self.vars] {
            if file.exists() {
                return Err(format!("{} already exists. To start again, remove it first.", file.display()));
            }
        }
        let live = development(&self.dir, Purpose::Development)?;
        let test = development(&self.dir, Purpose::Sandbox)?;
        let pepper = format!("1:{}", hex::encode(random::<32>()?));
        let peppers = Peppers::parse(&pepper).map_err(|e| e.to_string())?;
        let (sql, shown) = match &self.link {
            None => owner(self, &peppers)?,
            Some(origin) => link(origin, &peppers)?,
        };

        let mut vars = format!(
            "# Secrets of this machine's development installation. Never commit this file.\nLABELER_PEPPER=\"{pepper}\"\n\
             LABELER_SEALING_KEY=\"1:{}\"\n",
            hex::encode(random::<32>()?)
        );
        for (prefix, (chain, key)) in [("LABELER", &live), ("LABELER_TEST", &test)] {
            vars += &format!("{prefix}_SIGNING_CHAIN=\"{}\"\n", one_line(chain)?);
            vars += &format!("{prefix}_SIGNING_KEY=\"{}\"\n", one_line(key)?);
        }
        write_private(&self.sql, &sql)?;
        write_private(&self.vars, &vars)?;
        Ok(shown)
    }
}

/// Creates an owner and two keys. Returns the SQL statements and the credentials that are shown once.
fn owner(options: &Init, peppers: &Peppers) -> Result<(String, Value), String> {
    let password = hex::encode(random::<12>()?);
    let owner = NewOwner {
        email: options.email.clone(),
        name: "Owner".to_owned(),
        password: password.clone(),
        workspace_name: options.workspace.clone(),
        plan: Plan::Enterprise,
    };
    let made = bootstrap(&owner, now().saturating_mul(1000), &SystemRng, peppers).map_err(|e| e.to_string())?;
    let shown = serde_json::json!({
        "liveKey": made.live_key.secret,
        "testKey": made.test_key.secret,
        "ownerEmail": made.owner.email,
        "ownerPassword": password,
        "workspace": made.workspace.name,
    });
    Ok((made.to_sql().map_err(|e| e.to_string())?, shown))
}

/// Creates the link for the first run. Returns the SQL statements and the link, which is shown once.
fn link(origin: &str, peppers: &Peppers) -> Result<(String, Value), String> {
    let now = now().saturating_mul(1000);
    let (link, statements) = first_run(now, &SystemRng, peppers).map_err(|e| e.to_string())?;
    let shown = format!("{}/first-run#{}", origin.trim_end_matches('/'), link.token);
    Ok((to_sql_text(&statements).map_err(|e| e.to_string())?, serde_json::json!({ "link": shown })))
}

/// Reads a PEM file and returns it in the form of `.dev.vars`: on one line.
fn one_line(path: &Path) -> Result<String, String> {
    let text = String::from_utf8(read(path)?).map_err(|_| format!("{}: is not PEM", path.display()))?;
    Ok(text.trim_end().replace("\r\n", "\n").replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn refuses_to_replace_the_secrets_of_an_earlier_run() {
        let folder = tempfile::tempdir().unwrap();
        let init = Init {
            dir: folder.path().join("keys"),
            sql: folder.path().join("first.sql"),
            vars: folder.path().join("vars"),
            email: "owner@labeler.test".to_owned(),
            workspace: "Development".to_owned(),
            link: None,
        };
        assert!(init.run().unwrap()["liveKey"].as_str().unwrap().starts_with("lbl_live_"));
        let vars = std::fs::read_to_string(&init.vars).unwrap();
        let error = init.run().unwrap_err();
        assert!(error.contains("already exists"), "{error}");
        assert_eq!(std::fs::read_to_string(&init.vars).unwrap(), vars);
    }
}
