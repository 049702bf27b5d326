//! [`ManifestStorage`] in a folder, for hosts with a disk.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use async_trait::async_trait;

use crate::manifests::storage::{MAX_MANIFEST_BYTES, ManifestStorage, StorageError, too_large};

/// Suffix of the name of a file that is being written.
const PARTIAL: &str = ".partial";

/// Storage in a folder, with one file for each manifest store.
#[derive(Debug, Clone)]
pub struct FolderManifests {
    folder: PathBuf,
}

impl FolderManifests {
    /// Opens a storage in this folder, which is created if it is missing.
    ///
    /// # Errors
    /// [`StorageError`] when the folder cannot be created.
    pub fn open(folder: &Path) -> Result<Self, StorageError> {
        fs::create_dir_all(folder).map_err(|error| failed("making the folder", &error))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Returns the file of a name. Refuses names that could lead out of the folder.
    fn path(&self, name: &str) -> Result<PathBuf, StorageError> {
        let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
        if name.is_empty() || name.len() > 200 || name.starts_with('.') || !is_plain {
            return Err(StorageError("the name is not one of a manifest store".to_owned()));
        }
        Ok(self.folder.join(name))
    }
}

fn failed(what: &str, error: &std::io::Error) -> StorageError {
    StorageError(format!("{what}: {error}"))
}

#[async_trait]
impl ManifestStorage for FolderManifests {
    async fn put(&self, name: &str, content: &[u8]) -> Result<(), StorageError> {
        if content.len() > MAX_MANIFEST_BYTES {
            return Err(too_large(content.len() as u64));
        }
        let path = self.path(name)?;
        // Under another name until all of it is on the disk, so that nobody reads half of it.
        let partial = self.folder.join(format!("{name}{PARTIAL}"));
        let written = File::create(&partial).and_then(|mut file| {
            file.write_all(content)?;
            file.sync_all()
        });
        written.and_then(|()| fs::rename(&partial, &path)).map_err(|error| {
            drop(fs::remove_file(&partial));
            failed("writing", &error)
        })?;
        // The new name is durable with its folder; a file system without this keeps it by itself.
        drop(File::open(&self.folder).and_then(|folder| folder.sync_all()));
        Ok(())
    }

    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        let file = match File::open(self.path(name)?) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("reading", &error)),
        };
        let mut content = Vec::new();
        let most = MAX_MANIFEST_BYTES as u64;
        file.take(most.saturating_add(1)).read_to_end(&mut content).map_err(|error| failed("reading", &error))?;
        if content.len() > MAX_MANIFEST_BYTES {
            return Err(too_large(content.len() as u64));
        }
        Ok(Some(content))
    }

    async fn remove(&self, names: &[String]) -> Result<(), StorageError> {
        for name in names {
            let path = self.path(name)?;
            for path in [self.folder.join(format!("{name}{PARTIAL}")), path] {
                match fs::remove_file(path) {
                    Ok(()) => {}
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    Err(error) => return Err(failed("removing", &error)),
                }
            }
        }
        Ok(())
    }
}
