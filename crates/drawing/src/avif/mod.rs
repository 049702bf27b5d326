//! AVIF: the coded picture is decoded, changed where label and mark change it, and coded again in its own depth and
//! subsampling; its container stays, with profile, EXIF, XMP, turns and whatever else it holds.
//!
//! AV1 has no coding that is both exact and in reach of the encoder, so everything is coded once more, finely
//! ([`QUANTIZERS`]).

mod samples;

use bytes::Bytes;
use labeler_av1::{Layout, Planes, encode};
use labeler_pixels::Picture;
use labeler_pixels::overlay::ExifOrientation;
use labeler_splice::{AvifPicture, NewAvifItem, Rope, avif_picture, replace_avif_items};

use crate::outcome::DrawingError;

/// Most pixels. Coding takes about 70 bytes for each.
const MOST_PIXELS: u32 = 25_000_000;
/// How finely colour is coded, from 0 (finest) to 255: usually, and where that would swallow the invisible mark.
pub(super) const QUANTIZERS: [u8; 3] = [50, 30, 15];
/// How finely transparency is coded: its errors show as fringes.
const ALPHA_QUANTIZER: u8 = 20;

/// A decoded AVIF.
pub(super) struct Avif {
    source: Rope,
    coded: AvifPicture,
    color: Planes,
    alpha: Option<Planes>,
}

impl Avif {
    pub(super) fn read(file: &Bytes) -> Result<Self, DrawingError> {
        let source = Rope::from(file.clone());
        let coded = avif_picture(&source)?;
        let color = decode_color(&coded, MOST_PIXELS)?;
        // The decoder calls these and those of number 6 by one name.
        if coded.nclx.is_none() && color.color.primaries == 5 {
            return Err("its colours cannot be saved anew".into());
        }
        color.color.check().map_err(|error| error.to_string())?;
        let alpha = coded.alpha.as_ref().map(|item| decode(&item.data, MOST_PIXELS)).transpose()?;
        if alpha.as_ref().is_some_and(|alpha| (alpha.width, alpha.height) != (color.width, color.height)) {
            return Err("its transparency is of another size than its colours".into());
        }
        Ok(Self { source, coded, color, alpha })
    }

    /// How the pixels are turned for display. EXIF has no say here: the container has (ISO/IEC 23000-22, 7.3.6.5).
    pub(super) fn orientation(&self) -> ExifOrientation {
        ExifOrientation::new(match (self.coded.turns, self.coded.mirror) {
            (0, None) => 1,
            (0, Some(1)) | (2, Some(0)) => 2,
            (2, None) => 3,
            (0, Some(_)) | (2, Some(_)) => 4,
            (1, Some(0)) | (3, Some(1)) => 5,
            (3, None) => 6,
            (3, Some(_)) | (1, Some(_)) => 7,
            _ => 8,
        })
    }

    /// Size, whether it is without colour, whether it has transparency, and bits of a sample.
    pub(super) fn form(&self) -> ((u32, u32), bool, bool, u8) {
        let color = &self.color;
        ((color.width, color.height), color.layout == Layout::Mono, self.alpha.is_some(), color.depth)
    }

    /// The pixels as they are stored.
    pub(super) fn picture(&self) -> Result<Picture, String> {
        samples::picture(&self.color, self.alpha.as_ref())
    }

    /// The file with these pixels, coded with a quantizer from 0 (finest) to 255.
    pub(super) fn save(&self, picture: &Picture, quantizer: u8) -> Result<Bytes, String> {
        let view = picture.view();
        let channels = view.layout().channels();
        let pixel = |x: usize, y: usize| {
            let at = y.saturating_mul(view.width() as usize).saturating_add(x).saturating_mul(channels);
            view.data().get(at..at.saturating_add(channels)).unwrap_or_default()
        };
        let mut color = self.color.clone();
        samples::bring(&mut color, |x, y| pixel(x, y).first_chunk().copied().unwrap_or_default())?;
        let mut new = vec![coded(self.coded.color.id, &color, quantizer)?];
        if let (Some(before), Some(item)) = (&self.alpha, &self.coded.alpha) {
            let mut alpha = before.clone();
            samples::bring(&mut alpha, |x, y| [pixel(x, y).get(3).copied().unwrap_or(u8::MAX); 3])?;
            if alpha != *before {
                new.push(coded(item.id, &alpha, ALPHA_QUANTIZER)?);
            }
        }
        let file = replace_avif_items(&self.source, &new).map_err(|error| error.to_string())?;
        Ok(file.into_parts().concat().into())
    }
}

fn decode(data: &[u8], max_pixels: u32) -> Result<Planes, String> {
    labeler_av1::decode(data, max_pixels).map_err(|error| error.to_string())
}

/// Decodes the colours of the primary picture. What the container says of them goes before what the coded picture says.
fn decode_color(coded: &AvifPicture, max_pixels: u32) -> Result<Planes, String> {
    let mut planes = decode(&coded.color.data, max_pixels)?;
    if let Some((primaries, transfer, matrix, full_range)) = coded.nclx {
        planes.color = labeler_av1::Color { primaries, transfer, matrix, full_range };
    }
    Ok(planes)
}

/// Decodes the primary picture of at most `max_pixels` pixels as it is stored, without its transparency.
pub(super) fn decode_colors(file: &Bytes, max_pixels: u64) -> Result<Picture, String> {
    let coded = avif_picture(&Rope::from(file.clone())).map_err(|error| error.to_string())?;
    // The decoder takes 0 as no limit.
    let planes = decode_color(&coded, u32::try_from(max_pixels.max(1)).unwrap_or(u32::MAX))?;
    samples::picture(&planes, None)
}

fn coded(id: u32, planes: &Planes, quantizer: u8) -> Result<NewAvifItem, String> {
    let coded = encode(planes, quantizer).map_err(|error| error.to_string())?;
    Ok(NewAvifItem { id, data: coded.data, configuration: coded.configuration })
}
