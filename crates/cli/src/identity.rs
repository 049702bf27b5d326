//! Finds the certificate chain and key for signing.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use labeler_devchain::Purpose;
use labeler_init::development;
use labeler_init::files::read;
use labeler_provenance::SigningIdentity;

/// Options for the signing chain.
#[derive(ClapArgs)]
#[group(id = "identity")]
pub struct Args {
    /// Certificate chain (PEM, leaf first). Without it, a development chain is created once and used.
    #[arg(long, env = "LABELER_SIGNING_CHAIN_FILE", requires = "key")]
    pub chain: Option<PathBuf>,
    /// Private key of the leaf (PKCS#8 PEM).
    #[arg(long, env = "LABELER_SIGNING_KEY_FILE", requires = "chain")]
    pub key: Option<PathBuf>,
}

impl Args {
    /// Reads the given chain and key, otherwise the development chain in the user's configuration folder.
    pub fn load(&self) -> Result<SigningIdentity, String> {
        let (chain, key) = match (&self.chain, &self.key) {
            (Some(chain), Some(key)) => (chain.clone(), key.clone()),
            _ => development(&configuration_folder()?, Purpose::Development)?,
        };
        SigningIdentity::from_pem(&read(&chain)?, &read(&key)?)
            .and_then(|identity| identity.check().map(|()| identity))
            .map_err(|e| format!("{} and {}: {e}", chain.display(), key.display()))
    }
}

/// Returns the folder of the user's settings and development chain.
pub fn configuration_folder() -> Result<PathBuf, String> {
    if let Some(folder) = std::env::var_os("LABELER_CONFIG") {
        return Ok(folder.into());
    }
    let base = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("APPDATA").map(PathBuf::from))
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".config")));
    base.map(|base| base.join("labeler"))
        .ok_or_else(|| "there is no home folder. Set LABELER_CONFIG to a folder for settings and keys.".to_owned())
}
