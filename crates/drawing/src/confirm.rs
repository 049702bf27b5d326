//! Reads a saved file and compares it with its source, so that no unreadable or incomplete file is returned. Every
//! format uses this check: only this module creates [`Confirmed`] files.

use bytes::Bytes;
use labeler_media::Format;
use labeler_pixels::Picture;
use labeler_pixels::decode::{DEFAULT_MAX_PIXELS, Decoded, decode};
use labeler_splice::{Rope, SpliceError, tiff_further_pages};
use sha2::{Digest, Sha256};

use crate::gif;

/// Maximum number of cells per side of an image.
const CELLS: u32 = 64;
/// Minimum side of a cell in pixels.
const LEAST_CELL: u32 = 8;
/// Maximum difference of a cell's mean colour. Lossy coding changes it by up to half a quantisation step.
const MOST_DIFFERENCE: f32 = 32.0;

/// Properties that a saved file must share with its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    format: Format,
    size: (u32, u32),
    gray: bool,
    alpha: bool,
    bits: u8,
    /// Images of an animation with their timing and disposal.
    frames: Vec<[u8; 4]>,
    /// SHA-256 of each image that is not changed: further pages, and data after a JPEG.
    further: Vec<[u8; 32]>,
}

/// Mean colours of an image by cell.
#[derive(Clone, Debug)]
pub(super) struct Look {
    /// Means of red, green, blue and alpha.
    cells: Vec<[f32; 4]>,
}

/// Expected properties of a saved file.
pub(super) struct Expected {
    pub(super) form: Form,
    /// Expected appearance of its image, if known.
    pub(super) look: Option<Look>,
}

/// A file that was read again and matches the expectation.
pub(super) struct Confirmed {
    body: Bytes,
    /// Its decoded image.
    pub(super) picture: Picture,
}

impl Confirmed {
    pub(super) fn into_body(self) -> Bytes {
        self.body
    }
}

impl Form {
    /// Returns the form of a decoded file.
    ///
    /// # Errors
    /// If images after the first cannot be read.
    pub(super) fn of(file: &Bytes, format: Format, decoded: &Decoded) -> Result<Self, SpliceError> {
        let further = match format {
            Format::Tiff => tiff_further_pages(&Rope::from(file.clone()))?,
            Format::Jpeg => vec![Sha256::digest(file.get(decoded.end..).unwrap_or_default()).into()],
            _ => Vec::new(),
        };
        let samples = decoded.samples;
        Ok(Self {
            format,
            size: (decoded.picture.width(), decoded.picture.height()),
            gray: samples.gray,
            alpha: samples.alpha,
            bits: samples.bits,
            frames: Vec::new(),
            further,
        })
    }

    pub(super) fn of_gif(gif: &gif::Gif<'_>) -> Self {
        Self {
            format: Format::Gif,
            size: gif.size(),
            gray: false,
            alpha: false,
            bits: 8,
            frames: gif.frames(),
            further: Vec::new(),
        }
    }

    #[cfg(feature = "avif")]
    pub(super) fn of_avif(avif: &crate::avif::Avif) -> Self {
        let (size, gray, alpha, bits) = avif.form();
        Self { format: Format::Avif, size, gray, alpha, bits, frames: Vec::new(), further: Vec::new() }
    }

    /// Returns a difference between a saved file and its source. The saved file may be in colour if the source is not,
    /// but not the other way round.
    fn difference(&self, saved: &Self) -> Option<&'static str> {
        let unlike = |differs: bool, what: &'static str| differs.then_some(what);
        unlike(self.format != saved.format, "it has another format")
            .or(unlike(self.size != saved.size, "it has another size"))
            .or(unlike(self.gray != saved.gray, "its colours are of another kind"))
            .or(unlike(self.alpha != saved.alpha, "its transparency is not the source's"))
            .or(unlike(self.bits != saved.bits, "it has another depth"))
            .or(unlike(self.frames != saved.frames, "its animation is not the source's"))
            .or(unlike(self.further != saved.further, "its further pictures are not the source's"))
    }
}

impl Look {
    pub(super) fn of(picture: &Picture) -> Self {
        let view = picture.view();
        let channels = view.layout().channels();
        let side = |pixels: u32| pixels.div_ceil(CELLS).max(LEAST_CELL);
        let (wide, high) = (side(view.width()), side(view.height()));
        let across = view.width().div_ceil(wide) as usize;
        let mut cells = Vec::new();
        let mut sums = vec![([0.0_f32; 4], 0.0_f32); across];
        for (y, row) in (1_u32..).zip(view.rows()) {
            for (pixels, (sum, count)) in row.chunks(channels.saturating_mul(wide as usize)).zip(&mut sums) {
                for pixel in pixels.chunks_exact(channels) {
                    let alpha = pixel.get(3).copied().unwrap_or(u8::MAX);
                    // The colour of transparent pixels does not count.
                    let shown = f32::from(alpha) / 255.0;
                    let colors = pixel.iter().take(3).map(|value| f32::from(*value) * shown);
                    sum.iter_mut().zip(colors.chain([f32::from(alpha)])).for_each(|(sum, value)| *sum += value);
                    *count += 1.0;
                }
            }
            if y.is_multiple_of(high) || y == view.height() {
                cells.extend(sums.iter().map(|(sum, count)| sum.map(|sum| sum / count.max(1.0))));
                sums.fill(([0.0; 4], 0.0));
            }
        }
        Self { cells }
    }

    fn agrees(&self, other: &Self) -> bool {
        let near = |a: &[f32; 4], b: &[f32; 4]| a.iter().zip(b).all(|(a, b)| (a - b).abs() <= MOST_DIFFERENCE);
        self.cells.len() == other.cells.len() && self.cells.iter().zip(&other.cells).all(|(a, b)| near(a, b))
    }
}

impl Expected {
    /// Reads a saved file.
    ///
    /// # Errors
    /// The difference from the expectation in one clause.
    pub(super) fn confirm(&self, body: Bytes) -> Result<Confirmed, String> {
        let found = labeler_media::sniff(&body);
        if found != Some(self.form.format) {
            return Err("it has another format".to_owned());
        }
        let (form, picture) = read(&body, self.form.format)?;
        if let Some(difference) = self.form.difference(&form) {
            return Err(difference.to_owned());
        }
        if self.look.as_ref().is_some_and(|look| !look.agrees(&Look::of(&picture))) {
            return Err("its picture is not what was drawn".to_owned());
        }
        Ok(Confirmed { body, picture })
    }
}

fn read(body: &Bytes, format: Format) -> Result<(Form, Picture), String> {
    #[cfg(feature = "avif")]
    if format == Format::Avif {
        let avif = crate::avif::Avif::read(body).map_err(|refusal| refusal.to_string())?;
        let picture = avif.picture()?;
        return Ok((Form::of_avif(&avif), picture));
    }
    if format == Format::Gif {
        let gif = gif::Gif::read(body)?;
        gif.decode_all()?;
        let first = decode(body, DEFAULT_MAX_PIXELS).map_err(|error| error.to_string())?;
        return Ok((Form::of_gif(&gif), first.picture));
    }
    let decoded = decode(body, DEFAULT_MAX_PIXELS).map_err(|error| error.to_string())?;
    if let Some(damage) = decoded.damage {
        return Err(damage);
    }
    let form = Form::of(body, format, &decoded).map_err(|error| error.to_string())?;
    Ok((form, decoded.picture))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use labeler_pixels::Layout;

    fn picture(width: u32, height: u32, color: impl Fn(u32, u32) -> [u8; 3]) -> Picture {
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let data: Vec<u8> = pixels.flat_map(|(x, y)| color(x, y)).collect();
        Picture::new(width, height, Layout::Rgb, data).unwrap()
    }

    fn png(picture: &Picture, kind: image::ExtendedColorType, data: &[u8]) -> Bytes {
        use image::ImageEncoder;
        let mut file = Vec::new();
        let encoder = image::codecs::png::PngEncoder::new(&mut file);
        encoder.write_image(data, picture.width(), picture.height(), kind).unwrap();
        file.into()
    }

    fn expected(file: &Bytes) -> Expected {
        let decoded = decode(file, DEFAULT_MAX_PIXELS).unwrap();
        let look = Some(Look::of(&decoded.picture));
        Expected { form: Form::of(file, Format::Png, &decoded).unwrap(), look }
    }

    #[test]
    fn confirms_only_files_that_match_the_source() {
        use image::ExtendedColorType::{L8, Rgb8, Rgb16};
        let source = picture(100, 70, |x, y| [x as u8 * 2, y as u8 * 3, 90]);
        let data = source.view().data().to_vec();
        let file = png(&source, Rgb8, &data);
        let expected = expected(&file);
        assert!(expected.confirm(file.clone()).is_ok());

        let why = |body: Bytes| expected.confirm(body).err().unwrap();
        assert_eq!(why(Bytes::from_static(b"II*\0")), "it has another format");
        assert!(why(file.slice(..file.len() - 40)).contains("damaged"));
        let deep: Vec<u8> = data.iter().flat_map(|value| [*value; 2]).collect();
        assert_eq!(why(png(&source, Rgb16, &deep)), "it has another depth");
        let gray: Vec<u8> = data.iter().step_by(3).copied().collect();
        assert_eq!(why(png(&source, L8, &gray)), "its colours are of another kind");
        let smaller = picture(99, 70, |_, _| [1; 3]);
        assert_eq!(why(png(&smaller, Rgb8, smaller.view().data())), "it has another size");
        // The lower two thirds are gray.
        let lost = picture(100, 70, |x, y| if y < 23 { [x as u8 * 2, y as u8 * 3, 90] } else { [128; 3] });
        assert_eq!(why(png(&lost, Rgb8, lost.view().data())), "its picture is not what was drawn");
    }
}
