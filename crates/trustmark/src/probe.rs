//! Reads the TrustMark watermark of an image.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use labeler_pixels::{FoundMark, Picture, RgbView, decode};

use crate::input;
use crate::model::Model;
use crate::payload::{PACKET_BITS, Payload, Schema};

/// JPEG quality at which a watermark must still be readable.
const QUALITY: u8 = 95;

/// Error for an image that could not be searched. It is unknown whether the image has a watermark.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The image could not be decoded.
    #[error("the picture could not be decoded: {0}")]
    Picture(#[from] decode::DecodeError),
    /// The model stopped with an error.
    #[error("the TrustMark model failed: {0}")]
    Model(String),
}

/// A TrustMark watermark that was read twice with the same payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Data of the watermark.
    pub payload: Payload,
    /// Number of wrong bits that were corrected in the first reading.
    pub corrected: u32,
}

impl Model {
    /// Decodes an image with at most `max_pixels` and reads its watermark.
    ///
    /// # Errors
    /// [`ProbeError`].
    pub fn look(&self, bytes: &[u8], max_pixels: u64) -> Result<Option<Found>, ProbeError> {
        self.read(&decode::decode(bytes, max_pixels)?.picture.view())
    }

    /// Reads the watermark of an image. Returns `None` if it has none that passes both checks against chance: the
    /// schema is one of the three with the most parity, and the same payload is read again after JPEG compression.
    ///
    /// # Errors
    /// [`ProbeError::Model`].
    pub fn read(&self, picture: &RgbView<'_>) -> Result<Option<Found>, ProbeError> {
        read(picture, self)
    }

    /// Returns a watermark in the form of a report. It is a key to a record and says nothing about AI.
    #[must_use]
    pub fn mark(&self, found: &Found) -> FoundMark {
        let schema = found.payload.schema();
        FoundMark {
            name: format!("TrustMark ({})", self.variant()),
            says_ai: false,
            detail: found.payload.to_string(),
            method: format!("pixels, {}, corrected bits: {}", schema.name(), found.corrected),
        }
    }
}

fn read(picture: &RgbView<'_>, model: &Model) -> Result<Option<Found>, ProbeError> {
    let Some(part) = input::crop(picture, model.variant()) else { return Ok(None) };
    let Some((payload, corrected)) = accepted(&bits(&part, model)?) else { return Ok(None) };
    let Some(compressed) = compress(&part) else { return Ok(None) };
    let again = accepted(&bits(&compressed, model)?);
    Ok(again.filter(|(again, _)| *again == payload).map(|_| Found { payload, corrected }))
}

fn bits(part: &Picture, model: &Model) -> Result<[bool; PACKET_BITS], ProbeError> {
    model.run(&input::samples(&part.view(), model.side())).map_err(ProbeError::Model)
}

/// Returns the payload of a packet if its schema has enough parity (BCH_3 accepts 7 of 100 random packets) and it is
/// not all zeros.
fn accepted(packet: &[bool; PACKET_BITS]) -> Option<(Payload, u32)> {
    Payload::from_packet(packet).filter(|(payload, _)| payload.schema() != Schema::Bch3 && !payload.is_zero())
}

/// Returns the image after JPEG compression; `None` for sizes that JPEG does not support.
fn compress(picture: &Picture) -> Option<Picture> {
    let (width, height) = (u16::try_from(picture.width()).ok()?, u16::try_from(picture.height()).ok()?);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(picture.view().data(), width, height, ColorType::Rgb).ok()?;
    let pixels = u64::from(width) * u64::from(height);
    decode::decode(&bytes, pixels).ok().map(|decoded| decoded.picture)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::testing::{self, Shapes, Signal};
    use crate::{ModelOptions, Variant};

    #[test]
    fn reports_no_watermark_that_compression_removes() {
        let file = testing::model(&Shapes::decoder(240), 240, Signal::BlueCheckerboard);
        let sha256 = Some(hex::encode(Sha256::digest(&file)));
        let model = Model::load(file.as_slice(), &ModelOptions { sha256, variant: Some(Variant::Q) }).unwrap();
        let payload = Payload::new(Schema::BchSuper, &[true; 40]).unwrap();
        let fragile = testing::picture((240, 240), false, &payload, Signal::BlueCheckerboard).unwrap();
        assert_eq!(accepted(&bits(&fragile, &model).unwrap()), Some((payload, 0)));
        assert_eq!(model.read(&fragile.view()).unwrap(), None);
    }

    /// Probability that random bits pass the first check: each of the four schemas has a quarter of the cases.
    #[test]
    fn accepts_four_in_a_thousand_random_packets() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut bit = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state >> 40 & 1 == 1
        };
        let accepted = (0..20_000).filter(|_| accepted(&std::array::from_fn(|_| bit())).is_some()).count();
        assert!((40..=110).contains(&accepted), "{accepted} of 20,000");
    }
}
