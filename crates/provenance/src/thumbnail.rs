//! Thumbnails in a manifest store (C2PA 2.2, 18.9): embedded files with a media type.

use crate::jumbf::{self, Superbox};
use crate::summary::ThumbnailInfo;

/// Maximum number of listed thumbnails.
const MOST: usize = 256;

/// A thumbnail with its bytes. The bytes are untrusted input for a decoder.
#[derive(Clone, Debug)]
pub struct Thumbnail<'a> {
    /// Its position in the store and its declared format.
    pub info: ThumbnailInfo,
    /// The encoded image.
    pub bytes: &'a [u8],
}

/// Returns the thumbnails of a manifest store in order.
pub fn thumbnails(store: &[u8]) -> Vec<Thumbnail<'_>> {
    jumbf::manifests(store)
        .into_iter()
        .flat_map(|manifest| {
            let assertions = manifest.child("c2pa.assertions");
            assertions.into_iter().flat_map(move |all| {
                let manifest = manifest.label.clone();
                all.children().filter_map(move |assertion| thumbnail(&manifest, &assertion))
            })
        })
        .take(MOST)
        .collect()
}

pub(crate) fn list(store: &[u8]) -> Vec<ThumbnailInfo> {
    thumbnails(store).into_iter().map(|thumbnail| thumbnail.info).collect()
}

fn thumbnail<'a>(manifest: &str, assertion: &Superbox<'a>) -> Option<Thumbnail<'a>> {
    if !assertion.label.starts_with("c2pa.thumbnail.") {
        return None;
    }
    // Toggles, followed by the media type up to its NUL (ISO/IEC 19566-5, embedded file description box).
    let description = assertion.content(*b"bfdb")?.get(1..)?.split(|byte| *byte == 0).next()?;
    let bytes = assertion.content(*b"bidb")?;
    Some(Thumbnail {
        info: ThumbnailInfo {
            manifest: manifest.to_owned(),
            assertion: assertion.label.clone(),
            format: String::from_utf8(description.to_vec()).ok()?,
            size_bytes: bytes.len() as u64,
        },
        bytes,
    })
}
