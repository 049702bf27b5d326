//! [`ManifestStorage`] on an R2 bucket.

use async_trait::async_trait;
use labeler_store::MAX_MANIFEST_BYTES;
use labeler_store::{ManifestStorage, StorageError};
use worker::Bucket;
use worker::send::{SendFuture, SendWrapper};

/// Maximum number of names in one deletion.
const PAGE: usize = 1000;

/// An R2 bucket for manifest stores.
pub(crate) struct R2Manifests(SendWrapper<Bucket>);

impl R2Manifests {
    pub(crate) const fn new(bucket: Bucket) -> Self {
        Self(SendWrapper(bucket))
    }
}

fn failed(error: &worker::Error) -> StorageError {
    StorageError(error.to_string())
}

fn too_large(length: u64) -> StorageError {
    StorageError(format!("{length} bytes are more than the {MAX_MANIFEST_BYTES} that are kept"))
}

#[async_trait]
impl ManifestStorage for R2Manifests {
    async fn put(&self, name: &str, content: &[u8]) -> Result<(), StorageError> {
        if content.len() > MAX_MANIFEST_BYTES {
            return Err(too_large(content.len() as u64));
        }
        SendFuture::new(async { self.0.put(name, content.to_vec()).execute().await })
            .await
            .map(drop)
            .map_err(|error| failed(&error))
    }

    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        SendFuture::new(async {
            let Some(object) = self.0.get(name).execute().await.map_err(|error| failed(&error))? else {
                return Ok(None);
            };
            let size = object.size();
            if size > MAX_MANIFEST_BYTES as u64 {
                return Err(too_large(size));
            }
            let Some(body) = object.body() else { return Ok(None) };
            body.bytes().await.map(Some).map_err(|error| failed(&error))
        })
        .await
    }

    async fn remove(&self, names: &[String]) -> Result<(), StorageError> {
        SendFuture::new(async {
            for page in names.chunks(PAGE) {
                self.0.delete_multiple(page.to_vec()).await.map_err(|error| failed(&error))?;
            }
            Ok(())
        })
        .await
    }
}
