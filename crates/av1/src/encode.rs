//! Encodes planes to AV1 data.

use rav1e::color::{
    ChromaSamplePosition, ChromaSampling, ColorDescription, ColorPrimaries, MatrixCoefficients, PixelRange,
    TransferCharacteristics,
};
use rav1e::config::{EncoderConfig, SpeedSettings};
use rav1e::prelude::{Rational, SceneDetectionSpeed};
use rav1e::{Config, Context, EncoderStatus};

use crate::error::Error;
use crate::planes::{Color, Layout, Planes};

/// rav1e's preset, 0 to 10: the one that its authors describe as a balance of quality and speed.
const SPEED: u8 = 6;
/// Number of pixels per tile. Tiles are coded in parallel. Their number depends on the image and not on the machine, so
/// the same image results in the same bytes everywhere.
const TILE: usize = 512 * 512;
/// Maximum number of tiles.
const MOST_TILES: usize = 16;

/// An encoded image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coded {
    /// Open bitstream units, without a temporal delimiter, as stored in an image file.
    pub data: Vec<u8>,
    /// Contents of the corresponding `av1C` box.
    pub configuration: Vec<u8>,
}

/// Encodes a still image. `quantizer` is from 0 (finest) to 255.
///
/// # Errors
/// [`Error`].
pub fn encode(picture: &Planes, quantizer: u8) -> Result<Coded, Error> {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let mut speed_settings = SpeedSettings::from_preset(SPEED);
    // There is only one frame.
    speed_settings.multiref = false;
    speed_settings.rdo_lookahead_frames = 1;
    speed_settings.scene_detection_mode = SceneDetectionSpeed::None;
    let settings = EncoderConfig {
        width,
        height,
        time_base: Rational::new(1, 1),
        bit_depth: usize::from(picture.depth),
        chroma_sampling: match picture.layout {
            Layout::Mono => ChromaSampling::Cs400,
            Layout::Half => ChromaSampling::Cs420,
            Layout::HalfWidth => ChromaSampling::Cs422,
            Layout::Full => ChromaSampling::Cs444,
        },
        chroma_sample_position: ChromaSamplePosition::Unknown,
        pixel_range: if picture.color.full_range { PixelRange::Full } else { PixelRange::Limited },
        color_description: Some(described(picture.color)?),
        still_picture: true,
        min_key_frame_interval: 0,
        max_key_frame_interval: 0,
        quantizer: usize::from(quantizer),
        min_quantizer: quantizer,
        tiles: width.saturating_mul(height).div_ceil(TILE).clamp(1, MOST_TILES),
        speed_settings,
        ..EncoderConfig::default()
    };
    let refused = |error: &dyn std::fmt::Display| Error::Encoder(error.to_string());
    let mut context: Context<u16> =
        Config::new().with_encoder_config(settings).new_context().map_err(|error| refused(&error))?;
    let mut frame = context.new_frame();
    for (to, from) in frame.planes.iter_mut().zip(&picture.planes) {
        let mut slice = to.mut_slice(Default::default());
        for (to, from) in slice.rows_iter_mut().zip(from.samples.chunks_exact(from.width.max(1))) {
            to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
        }
    }
    context.send_frame(frame).map_err(|error| refused(&error))?;
    context.flush();
    let mut data = Vec::new();
    loop {
        match context.receive_packet() {
            Ok(packet) => data.extend_from_slice(&packet.data),
            Err(EncoderStatus::Encoded) => {}
            Err(EncoderStatus::LimitReached) => break,
            Err(error) => return Err(refused(&error)),
        }
    }
    let delimiter = data.starts_with(&[0x12, 0]);
    let data = if delimiter { data.split_off(2) } else { data };
    Ok(Coded { data, configuration: context.container_sequence_header() })
}

impl Color {
    /// Checks whether images with these colours can be encoded.
    ///
    /// # Errors
    /// [`Error::Unsupported`] with the reason.
    pub fn check(self) -> Result<(), Error> {
        described(self).map(|_| ())
    }
}

/// Converts the colours to the encoder's types.
fn described(color: Color) -> Result<ColorDescription, Error> {
    let unknown = Error::Unsupported("its colours cannot be encoded");
    Ok(ColorDescription {
        color_primaries: match color.primaries {
            1 => ColorPrimaries::BT709,
            2 => ColorPrimaries::Unspecified,
            5 => ColorPrimaries::BT470BG,
            6 => ColorPrimaries::BT601,
            9 => ColorPrimaries::BT2020,
            12 => ColorPrimaries::SMPTE432,
            _ => return Err(unknown),
        },
        transfer_characteristics: match color.transfer {
            1 => TransferCharacteristics::BT709,
            2 => TransferCharacteristics::Unspecified,
            4 => TransferCharacteristics::BT470M,
            5 => TransferCharacteristics::BT470BG,
            6 => TransferCharacteristics::BT601,
            13 => TransferCharacteristics::SRGB,
            14 => TransferCharacteristics::BT2020_10Bit,
            16 | 18 => {
                return Err(Error::Unsupported("it has a high dynamic range, in which a label would be too bright"));
            }
            _ => return Err(unknown),
        },
        matrix_coefficients: match color.matrix {
            0 => MatrixCoefficients::Identity,
            1 => MatrixCoefficients::BT709,
            2 => MatrixCoefficients::Unspecified,
            5 => MatrixCoefficients::BT470BG,
            6 => MatrixCoefficients::BT601,
            9 => MatrixCoefficients::BT2020NCL,
            _ => return Err(unknown),
        },
    })
}
