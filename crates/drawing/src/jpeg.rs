//! JPEG: saved with the source's quantisation tables, subsampling and kind of scan, and with the source's own metadata
//! segments.
//!
//! Scans are interleaved or progressive, never one per component. That form is allowed too, but some decoders read it
//! incorrectly. Therefore the standard's Huffman codes are used where optimised ones would require that form, which
//! costs a few per cent.

use bytes::Bytes;
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, QuantizationTableType, SamplingFactor};
use labeler_pixels::Layout;
use labeler_splice::{Rope, replace_jpeg_parts};

use crate::outcome::Drawn;

/// Position of the n-th coefficient of a table in rows and columns (ITU-T T.81, figure A.6).
const ZIGZAG: [usize; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63,
];

/// Coding parameters of a JPEG.
#[derive(Clone)]
pub(super) struct Coding {
    /// Tables for luma and chroma, by rows.
    tables: [Box<[u16; 64]>; 2],
    sampling: SamplingFactor,
    progressive: bool,
    gray: bool,
}

struct Segment<'a> {
    marker: u8,
    whole: &'a [u8],
    body: &'a [u8],
    /// Offset after it.
    end: usize,
}

/// Returns the segments up to the first scan, whose header is the last one.
fn segments(file: &[u8]) -> Result<Vec<Segment<'_>>, String> {
    let cut = || "the JPEG is cut short".to_owned();
    let mut found = Vec::new();
    let mut at = 2_usize;
    loop {
        let head = file.get(at..at.saturating_add(4)).ok_or_else(cut)?;
        let [0xFF, marker, high, low] = *head else {
            return Err("the JPEG has no marker where one must be".to_owned());
        };
        if marker == 0xFF {
            at = at.saturating_add(1);
            continue;
        }
        let end = at.saturating_add(2).saturating_add(usize::from(u16::from_be_bytes([high, low])));
        let whole = file.get(at..end).filter(|segment| segment.len() >= 4).ok_or_else(cut)?;
        found.push(Segment { marker, whole, body: whole.get(4..).unwrap_or_default(), end });
        if marker == 0xDA {
            return Ok(found);
        }
        at = end;
    }
}

impl Coding {
    pub(super) fn read(file: &[u8]) -> Result<Self, String> {
        let segments = segments(file)?;
        let mut tables: [Option<Box<[u16; 64]>>; 4] = [None, None, None, None];
        for segment in segments.iter().filter(|s| s.marker == 0xDB) {
            read_tables(segment.body, &mut tables);
        }
        let frame = segments
            .iter()
            .find(|s| matches!(s.marker, 0xC0..=0xCF) && !matches!(s.marker, 0xC4 | 0xC8 | 0xCC))
            .ok_or("the JPEG has no frame header")?;
        let [8, _, _, _, _, count, components @ ..] = frame.body else {
            return Err("the JPEG has other than 8 bits a sample".to_owned());
        };
        let table_of = |index: usize| {
            let which = components.get(index.saturating_mul(3).saturating_add(2))?;
            tables.get(usize::from(*which))?.clone()
        };
        let luma = table_of(0).ok_or("the JPEG lacks a quantisation table")?;
        let gray = match count {
            1 => true,
            3 => false,
            // The label's colours would have to be converted to printing inks.
            _ => return Err("the JPEG is in CMYK".to_owned()),
        };
        let factors = components.get(1).map_or((1, 1), |factors| (factors >> 4, factors & 15));
        // The encoder interleaves up to two samples. Instead of four, the colours get a finer subsampling.
        let sampling = SamplingFactor::from_factors(factors.0.min(2), factors.1.min(2));
        Ok(Self {
            tables: [luma.clone(), table_of(1).unwrap_or(luma)],
            sampling: sampling.filter(|_| !gray).unwrap_or(SamplingFactor::F_1_1),
            progressive: matches!(frame.marker, 0xC2 | 0xC6 | 0xCA | 0xCE),
            gray,
        })
    }

    /// Returns the same parameters with luma steps of at most `most` up to a frequency in cycles per pixel. A
    /// coefficient that is already quantised changes only by half a step or more, so coarse steps remove a faint
    /// change.
    pub(super) fn finer(&self, most: u16, frequency: f32) -> Self {
        // Each coefficient is half a cycle per block above the previous one. Blocks truncate waves and spread them into
        // the next coefficient.
        let reach = frequency * 16.0 + 1.0;
        let [mut luma, chroma] = self.tables.clone();
        for (row, steps) in luma.chunks_exact_mut(8).enumerate() {
            for (column, step) in steps.iter_mut().enumerate() {
                if (row as f32).hypot(column as f32) <= reach {
                    // Divides by an integer, so that already quantised values stay as close as possible.
                    *step = step.div_ceil(step.div_ceil(most.max(1)).max(1));
                }
            }
        }
        Self { tables: [luma, chroma], ..*self }
    }
}

fn read_tables(mut body: &[u8], tables: &mut [Option<Box<[u16; 64]>>; 4]) {
    while let [head, rest @ ..] = body {
        let wide = head >> 4 != 0;
        let length = if wide { 128 } else { 64 };
        let Some((values, after)) = rest.split_at_checked(length) else { return };
        let mut table = Box::new([1_u16; 64]);
        for (index, place) in ZIGZAG.iter().enumerate() {
            let value = if wide {
                values.get(index.saturating_mul(2)..).and_then(|v| v.first_chunk()).map(|b| u16::from_be_bytes(*b))
            } else {
                values.get(index).map(|value| u16::from(*value))
            };
            if let (Some(slot), Some(value)) = (table.get_mut(*place), value) {
                *slot = value;
            }
        }
        if let Some(slot) = tables.get_mut(usize::from(head & 15)) {
            *slot = Some(table);
        }
        body = after;
    }
}

/// Returns whether a metadata segment is copied: application segments and comments are, but not the colour transform of
/// the old coding, and not credentials, which are handled elsewhere.
fn goes_along(segment: &Segment<'_>) -> bool {
    match segment.marker {
        0xEE => !segment.body.starts_with(b"Adobe"),
        0xEB => !segment.body.starts_with(b"JP"),
        0xE0..=0xEF | 0xFE => true,
        _ => false,
    }
}

/// Returns whether another image follows the one that ends at `end`.
pub(super) fn has_further_pictures(source: &[u8], end: usize) -> bool {
    source.get(end..).is_some_and(|tail| tail.windows(3).any(|bytes| bytes == [0xFF, 0xD8, 0xFF]))
}

/// Returns the source with its first image replaced. Data after that image is kept.
pub(super) fn save(source: &Bytes, drawn: &Drawn, coding: &Coding) -> Result<Vec<u8>, String> {
    let Drawn { picture, end, .. } = drawn;
    let side = |pixels: u32| u16::try_from(pixels).map_err(|_| "the picture is too large for JPEG".to_owned());
    let (width, height) = (side(picture.width())?, side(picture.height())?);
    let mut coded = Vec::with_capacity(source.len());
    let mut encoder = Encoder::new(&mut coded, 90);
    let [luma, chroma] = coding.tables.clone();
    encoder.set_quantization_tables(QuantizationTableType::Custom(luma), QuantizationTableType::Custom(chroma));
    encoder.set_sampling_factor(coding.sampling);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder.set_progressive(coding.progressive);
    encoder.set_optimized_huffman_tables(coding.progressive || coding.gray);
    let view = picture.view();
    let channels = view.layout().channels();
    let outcome = match (coding.gray, view.layout()) {
        (true, _) => {
            let gray: Vec<u8> = view.data().iter().step_by(channels).copied().collect();
            encoder.encode(&gray, width, height, ColorType::Luma)
        }
        (false, Layout::Rgb) => encoder.encode(view.data(), width, height, ColorType::Rgb),
        (false, Layout::Rgba) => encoder.encode(view.data(), width, height, ColorType::Rgba),
    };
    outcome.map_err(|error| error.to_string())?;

    let new = segments(&coded)?;
    let own = |segment: &&Segment<'_>| !matches!(segment.marker, 0xE0..=0xEF | 0xFE);
    let mut image: Vec<u8> = new.iter().filter(own).flat_map(|segment| segment.whole.iter().copied()).collect();
    let scan = new.last().map_or(0, |last| last.end);
    image.extend_from_slice(coded.get(scan..).unwrap_or_default());
    drop(coded);

    let old = segments(source)?;
    let place = |segment: &Segment<'_>| segment.end.saturating_sub(segment.whole.len()) as u64..segment.end as u64;
    let (last, others) = old.split_last().ok_or("the JPEG has no scan")?;
    let mut parts: Vec<_> =
        others.iter().filter(|segment| !goes_along(segment)).map(|segment| (place(segment), Vec::new())).collect();
    parts.push((place(last).start..(*end).max(last.end) as u64, image));
    let rope = replace_jpeg_parts(&Rope::from(source.clone()), parts).map_err(|error| error.to_string())?;
    Ok(rope.into_parts().concat())
}
