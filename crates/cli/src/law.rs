//! Which law packs judge: those of this build, or a signed file.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use labeler_checker::law::Law;

use crate::identity;

/// Name of the public key in the configuration folder.
const KEY_FILE: &str = "rules-key.pem";

/// Options for law packs.
#[derive(ClapArgs)]
#[group(id = "law")]
pub struct Args {
    /// Judge by the law packs of this signed file instead of those of this program. They must not be older.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Public key (Ed25519; PEM or hexadecimal) of the packs' signer. Default: `rules-key.pem` in the configuration
    /// folder.
    #[arg(long, value_name = "FILE", requires = "rules")]
    rules_key: Option<PathBuf>,
}

impl Args {
    /// Reads the packs. A file that is refused is an error: nothing is judged by older rules instead.
    pub fn load(&self) -> Result<Law, String> {
        let Some(path) = &self.rules else { return Ok(Law::default()) };
        let key_path = match &self.rules_key {
            Some(path) => path.clone(),
            None => {
                let path = identity::configuration_folder()?.join(KEY_FILE);
                if !path.is_file() {
                    let where_to = path.display();
                    return Err(format!(
                        "--rules needs the public key of the packs' signer: give --rules-key, or save it as {where_to}"
                    ));
                }
                path
            }
        };
        let key = String::from_utf8(identity::read(&key_path)?)
            .map_err(|_| format!("{}: is not the text of a key", key_path.display()))?;
        Law::from_signed(&identity::read(path)?, &key).map_err(|error| match error {
            labeler_checker::law::LawError::Key => format!("{}: {error}", key_path.display()),
            labeler_checker::law::LawError::Packs(_) => format!("{}: {error}", path.display()),
        })
    }
}
