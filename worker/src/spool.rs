//! [`Spool`] on an R2 bucket.
//!
//! Blocks are stored for one request. A lifecycle rule of the bucket and the scheduled job remove the blocks of an
//! aborted request.

use async_trait::async_trait;
use bytes::Bytes;
use labeler_api::{Spool, SpoolError};
use worker::Bucket;
use worker::send::{SendFuture, SendWrapper};

/// Maximum number of names in one deletion or listing.
const PAGE: usize = 1000;

/// Number of pages that one run of the scheduled job reads.
const PAGES: usize = 10;

/// An R2 bucket for the spool.
pub(crate) struct R2Spool(SendWrapper<Bucket>);

impl R2Spool {
    pub(crate) const fn new(bucket: Bucket) -> Self {
        Self(SendWrapper(bucket))
    }
}

fn failed(error: &worker::Error) -> SpoolError {
    SpoolError(error.to_string())
}

#[async_trait]
impl Spool for R2Spool {
    async fn put(&self, name: &str, block: Bytes) -> Result<(), SpoolError> {
        SendFuture::new(async { self.0.put(name, Vec::from(block)).execute().await })
            .await
            .map(drop)
            .map_err(|error| failed(&error))
    }

    async fn get(&self, name: &str) -> Result<Bytes, SpoolError> {
        SendFuture::new(async {
            let object = self.0.get(name).execute().await.map_err(|error| failed(&error))?;
            let missing = || SpoolError(format!("{name} does not exist"));
            let object = object.ok_or_else(missing)?;
            let body = object.body().ok_or_else(missing)?;
            body.bytes().await.map(Bytes::from).map_err(|error| failed(&error))
        })
        .await
    }

    async fn remove(&self, names: Vec<String>) -> Result<(), SpoolError> {
        SendFuture::new(async {
            for page in names.chunks(PAGE) {
                self.0.delete_multiple(page.to_vec()).await.map_err(|error| failed(&error))?;
            }
            Ok(())
        })
        .await
    }

    async fn remove_before(&self, time_ms: i64) -> Result<u64, SpoolError> {
        SendFuture::new(async {
            let mut removed = 0_u64;
            let mut cursor = None;
            for _ in 0..PAGES {
                let list = self.0.list();
                let list = if let Some(cursor) = cursor { list.cursor(cursor) } else { list };
                let listed = list.execute().await.map_err(|error| failed(&error))?;
                let names: Vec<String> = listed
                    .objects()
                    .iter()
                    .filter(|object| i64::try_from(object.uploaded().as_millis()).unwrap_or(i64::MAX) < time_ms)
                    .map(worker::Object::key)
                    .collect();
                removed = removed.saturating_add(u64::try_from(names.len()).unwrap_or(u64::MAX));
                if !names.is_empty() {
                    self.0.delete_multiple(names).await.map_err(|error| failed(&error))?;
                }
                cursor = listed.cursor();
                if cursor.is_none() {
                    break;
                }
            }
            Ok(removed)
        })
        .await
    }
}
