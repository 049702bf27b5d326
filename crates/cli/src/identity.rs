//! Finds the certificate chain and key for signing.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args as ClapArgs;
use labeler_devchain::{Algorithm, Purpose};
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

/// Returns the paths of a development chain and its key in `folder`, and creates them on first use.
pub fn development(folder: &Path, purpose: Purpose) -> Result<(PathBuf, PathBuf), String> {
    let stem = match purpose {
        Purpose::Development => "development",
        Purpose::Sandbox => "sandbox",
    };
    let chain = folder.join(format!("{stem}-chain.pem"));
    let key = folder.join(format!("{stem}-key.pem"));
    if !chain.exists() || !key.exists() {
        let made = labeler_devchain::make(Algorithm::Es256, purpose, now()).map_err(|e| e.to_string())?;
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        write_private(&key, &made.key_pem)?;
        write(&folder.join(format!("{stem}-root.pem")), made.root_pem.as_bytes())?;
        write(&chain, made.chain_pem.as_bytes())?;
    }
    Ok((chain, key))
}

/// Writes a file that only its owner can read.
pub fn write_private(path: &Path, text: &str) -> Result<(), String> {
    write(path, text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
            .map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

/// Writes a file. Errors name the file.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    std::fs::write(path, bytes).map_err(|e| format!("{}: {e}", path.display()))
}

/// Reads a file. Errors name the file.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))
}

/// Returns the Unix time in seconds.
pub fn now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_secs()).ok())
        .unwrap_or_default()
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
