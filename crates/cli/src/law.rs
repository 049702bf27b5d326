//! Law packs of a check: the embedded packs or a signed file.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use labeler_checker::law::Law;
use labeler_init::files;

use crate::identity;

/// Name of the public key in the configuration folder.
const KEY_FILE: &str = "rules-key.pem";

/// Options for law packs.
#[derive(ClapArgs)]
#[group(id = "law")]
pub struct Args {
    /// Use the law packs of this signed file instead of the embedded ones. They must not be older.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Public key of the packs' signer (Ed25519; PEM or hexadecimal). Default: `rules-key.pem` in the configuration
    /// folder.
    #[arg(long, value_name = "FILE", requires = "rules")]
    rules_key: Option<PathBuf>,
}

impl Args {
    /// Reads the packs. A file that cannot be used is an error; older rules never replace it silently.
    pub fn load(&self) -> Result<Law, String> {
        let Some(path) = &self.rules else { return Ok(Law::default()) };
        let key_path = match &self.rules_key {
            Some(path) => path.clone(),
            None => {
                let path = identity::configuration_folder()?.join(KEY_FILE);
                if !path.is_file() {
                    let where_to = path.display();
                    return Err(format!(
                        "--rules needs the public key of the packs' signer. Give --rules-key, or save the key as {where_to}."
                    ));
                }
                path
            }
        };
        let key = String::from_utf8(files::read(&key_path)?)
            .map_err(|_| format!("{}: is not a public key in text form", key_path.display()))?;
        Law::from_signed(&files::read(path)?, &key).map_err(|error| match error {
            labeler_checker::law::LawError::Key => format!("{}: {error}", key_path.display()),
            labeler_checker::law::LawError::Packs(_) => format!("{}: {error}", path.display()),
        })
    }
}
