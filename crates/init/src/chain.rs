//! Development certificate chains in files.

use std::path::{Path, PathBuf};

use labeler_devchain::{Algorithm, Purpose};

use crate::files::{now, write, write_private};

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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn creates_a_chain_once_and_keeps_it() {
        let folder = tempfile::tempdir().unwrap();
        let (chain, key) = development(folder.path(), Purpose::Development).unwrap();
        let first = std::fs::read_to_string(&chain).unwrap();
        assert_eq!(first.matches("BEGIN CERTIFICATE").count(), 2, "{first}");
        assert!(std::fs::read_to_string(&key).unwrap().contains("PRIVATE KEY"));
        development(folder.path(), Purpose::Development).unwrap();
        assert_eq!(std::fs::read_to_string(&chain).unwrap(), first);
        let (other, _) = development(folder.path(), Purpose::Sandbox).unwrap();
        assert_ne!(other, chain);
    }
}
