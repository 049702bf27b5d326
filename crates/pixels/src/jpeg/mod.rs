//! Reads a JPEG's entropy-coded data (ITU-T T.81) without decoding its pixels. This is necessary because the decoder in
//! use fails silently: if data is missing or invalid, it fills the rest with gray. [`inspect`] reports whether every
//! block of the image can be read, where the image ends, and how bright each block is, so that the decoded image can be
//! compared with it.
//!
//! Memory: 2 bytes for each block of 64 samples of the first component, and 8 more bytes for every block of a
//! progressive image.

mod huffman;

use huffman::{Bits, ReadError, Table};

use crate::view::RgbView;

/// Maximum number of scans in one image. Encoders write about ten. Malicious files repeat short scans that take long to
/// read.
const MOST_SCANS: usize = 100;
/// Maximum difference between a block's mean brightness and the file's coefficients. Clipping of saturated colours
/// changes the mean.
const MOST_DIFFERENCE: f32 = 24.0;

/// Findings in the entropy-coded data.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Inspection {
    /// Offset after the end of image marker, or the file's length if there is no marker.
    pub(crate) end: usize,
    /// Damage of the data.
    pub(crate) damage: Option<String>,
    /// Whether the components are in separate scans and have different heights (T.81, A.2.2). For these files the
    /// decoder returns garbage without an error (zune-jpeg up to 0.5.15,
    /// https://github.com/etemesi254/zune-image/issues/419).
    pub(crate) apart: bool,
    brightness: Option<Brightness>,
}

/// Mean brightness of each block of the first component.
#[derive(Clone, Debug, PartialEq)]
struct Brightness {
    /// Blocks per row, including those that only complete the last unit.
    stride: usize,
    /// Mean times 8, minus 1024, for each block.
    levels: Vec<f32>,
    /// Whether the components are red, green and blue, rather than luma and chroma or gray.
    rgb: bool,
}

#[derive(Clone, Debug)]
struct Component {
    id: u8,
    horizontal: usize,
    vertical: usize,
    table: u8,
    /// Number of blocks that cover the image, and number of blocks in complete units.
    blocks: (usize, usize),
    padded: (usize, usize),
    /// Quantisation step of the mean.
    step: Option<u16>,
    prediction: i32,
    /// Lowest known bit of each coefficient; 255 if none is known.
    known: [u8; 64],
    /// Nonzero coefficients of each block as a bit set; progressive images only.
    nonzero: Vec<u64>,
}

#[derive(Clone, Debug)]
struct Frame {
    progressive: bool,
    units: (usize, usize),
    components: Vec<Component>,
    /// Mean of each block of the first component.
    means: Vec<i16>,
}

struct Scan {
    /// Component, and its tables for the mean and for the other coefficients.
    components: Vec<(usize, usize, usize)>,
    first: u32,
    last: u32,
    high: u32,
    low: u32,
}

#[derive(Default)]
struct Reader {
    steps: [Option<u16>; 4],
    dc: [Option<Table>; 4],
    ac: [Option<Table>; 4],
    interval: usize,
    frame: Option<Frame>,
    adobe: Option<u8>,
    apart: bool,
    damage: Option<String>,
}

/// Reads a whole file. Returns `None` if it is not a supported JPEG (Huffman codes, 8 bits per sample) or has more than
/// `max_pixels`.
pub(crate) fn inspect(file: &[u8], max_pixels: u64) -> Option<Inspection> {
    if !file.starts_with(&[0xFF, 0xD8]) {
        return None;
    }
    let mut reader = Reader::default();
    let end = reader.read(file, max_pixels)?;
    let damage = reader.damage.take().or_else(|| reader.missing(end.is_none()));
    Some(Inspection {
        end: end.unwrap_or(file.len()),
        damage,
        apart: reader.apart,
        brightness: reader.frame.and_then(|frame| Brightness::of(frame, reader.adobe)),
    })
}

impl Inspection {
    /// Returns whether the brightness of each block of `picture` matches the file's coefficients.
    pub(crate) fn agrees(&self, picture: &RgbView<'_>) -> bool {
        self.brightness.as_ref().is_none_or(|brightness| brightness.agrees(picture))
    }
}

impl Reader {
    /// Reads marker by marker. Returns the offset after the end of image marker; `Some(None)` if there is no marker.
    #[allow(clippy::option_option)] // Outer: whether the file can be read here.
    fn read(&mut self, file: &[u8], max_pixels: u64) -> Option<Option<usize>> {
        let mut at = 2_usize;
        let mut scans = 0_usize;
        while let Some((marker, body)) = next_marker(file, at) {
            let stray = file.get(at..body.saturating_sub(2)).unwrap_or_default();
            if scans > 0 && stray.iter().any(|byte| !matches!(byte, 0 | 0xFF)) {
                self.damaged("data is left over behind a scan");
            }
            if marker == 0xD9 {
                return Some(Some(body));
            }
            if matches!(marker, 0x01 | 0xD0..=0xD7) {
                at = body;
                continue;
            }
            let length =
                file.get(body..).and_then(|rest| rest.first_chunk()).map(|l| usize::from(u16::from_be_bytes(*l)));
            let Some(length) = length.filter(|length| *length >= 2) else { break };
            let Some(content) = file.get(body.saturating_add(2)..body.saturating_add(length)) else { break };
            at = body.saturating_add(length);
            match marker {
                0xDB => self.read_steps(content),
                0xC4 => self.read_tables(content),
                0xDD => self.interval = content.first_chunk().map_or(0, |n| usize::from(u16::from_be_bytes(*n))),
                0xEE if content.starts_with(b"Adobe") => self.adobe = content.get(11).copied(),
                0xC0..=0xC2 if self.frame.is_none() => self.frame = Some(Frame::read(marker, content, max_pixels)?),
                // Lossless, hierarchical and arithmetic coding, which the decoder rejects, and a second frame.
                0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF | 0xDC | 0xDE | 0xDF => return None,
                0xDA => {
                    scans = scans.saturating_add(1);
                    if scans > MOST_SCANS {
                        self.damaged("it has more scans than are read");
                        return Some(None);
                    }
                    let mut bits = Bits::new(file, at);
                    at = match self.read_scan(content, &mut bits, file) {
                        Ok(()) => bits.align(),
                        Err(ReadError::Ended) => {
                            self.damaged("its image data ends before the picture is complete");
                            bits.align()
                        }
                        Err(ReadError::Invalid) => {
                            self.damaged("its image data holds a code that has no meaning");
                            bits.align()
                        }
                    };
                    if self.damage.is_some() {
                        // Skips the rest of the scan to find the end of the image.
                        at = behind_scan(file, at);
                    }
                }
                _ => {}
            }
        }
        Some(None)
    }

    fn damaged(&mut self, what: &str) {
        self.damage.get_or_insert_with(|| what.to_owned());
    }

    /// Returns which data no scan contained. A file without an end marker must have every bit of every coefficient.
    fn missing(&self, unended: bool) -> Option<String> {
        let Some(frame) = &self.frame else { return Some("it has no frame header".to_owned()) };
        let lacks = |component: &Component| {
            let [mean, rest @ ..] = &component.known;
            *mean == u8::MAX || (unended && frame.progressive && (*mean > 0 || rest.iter().any(|bit| *bit > 0)))
        };
        frame.components.iter().any(lacks).then(|| "scans of its image data are missing".to_owned())
    }

    fn read_steps(&mut self, mut body: &[u8]) {
        while let [head, rest @ ..] = body {
            let wide = head >> 4 != 0;
            let Some((table, after)) = rest.split_at_checked(if wide { 128 } else { 64 }) else { return };
            let step = match table {
                [high, low, ..] if wide => u16::from_be_bytes([*high, *low]),
                [step, ..] => u16::from(*step),
                [] => return,
            };
            if let Some(slot) = self.steps.get_mut(usize::from(head & 15)) {
                *slot = Some(step);
            }
            body = after;
        }
    }

    fn read_tables(&mut self, mut body: &[u8]) {
        while let [head, rest @ ..] = body {
            let Some((counts, after)) = rest.split_first_chunk::<16>() else { return };
            let total = counts.iter().map(|count| usize::from(*count)).sum();
            let Some((symbols, after)) = after.split_at_checked(total) else { return };
            let tables = if head >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            if let Some(slot) = tables.get_mut(usize::from(head & 15)) {
                *slot = Table::new(counts, symbols);
            }
            body = after;
        }
    }

    fn read_scan(&mut self, header: &[u8], bits: &mut Bits<'_>, file: &[u8]) -> Result<(), ReadError> {
        let Self { steps, dc, ac, interval, frame, apart, .. } = self;
        let frame = frame.as_mut().ok_or(ReadError::Invalid)?;
        let scan = Scan::read(header, frame)?;
        let heights = |c: &Component| c.vertical;
        let first_height = frame.components.first().map(heights);
        *apart |= !frame.progressive
            && scan.components.len() < frame.components.len()
            && frame.components.iter().any(|c| Some(heights(c)) != first_height);
        for (index, ..) in &scan.components {
            if let Some(component) = frame.components.get_mut(*index) {
                component.prediction = 0;
                let step = steps.get(usize::from(component.table)).copied().flatten();
                component.step = component.step.or(step);
                let bands = component.known.iter_mut().skip(scan.first as usize);
                let low = u8::try_from(scan.low).unwrap_or(u8::MAX);
                bands.take((scan.last.saturating_sub(scan.first) as usize).saturating_add(1)).for_each(|k| *k = low);
            }
        }
        // A scan of one component has one block per unit, and only blocks that overlap the image (T.81, A.2.2).
        let alone = scan.components.len() == 1;
        let (across, down) = match scan.components.first().and_then(|(index, ..)| frame.components.get(*index)) {
            Some(component) if alone => component.blocks,
            _ => frame.units,
        };
        let mut run = 0_u32;
        let mut restart = 0_u8;
        let mut until = *interval;
        for row in 0..down {
            for column in 0..across {
                if *interval > 0 && until == 0 {
                    let at = bits.align();
                    bits.resume(behind_restart(file, at, restart).ok_or(ReadError::Ended)?);
                    restart = restart.wrapping_add(1) & 7;
                    until = *interval;
                    run = 0;
                    frame.components.iter_mut().for_each(|component| component.prediction = 0);
                }
                until = until.saturating_sub(1);
                for (index, dc_table, ac_table) in &scan.components {
                    let Some(component) = frame.components.get_mut(*index) else { continue };
                    let (wide, high) = if alone { (1, 1) } else { (component.horizontal, component.vertical) };
                    let tables =
                        (dc.get(*dc_table).and_then(Option::as_ref), ac.get(*ac_table).and_then(Option::as_ref));
                    for y in 0..high {
                        for x in 0..wide {
                            let line = row.saturating_mul(high).saturating_add(y);
                            let place = line.saturating_mul(component.padded.0);
                            let place = place.saturating_add(column.saturating_mul(wide)).saturating_add(x);
                            let mean = if *index == 0 { frame.means.get_mut(place) } else { None };
                            if frame.progressive {
                                progressive_block(bits, &scan, component, place, tables, &mut run, mean)?;
                            } else {
                                sequential_block(bits, component, tables, mean)?;
                            }
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

type Tables<'a> = (Option<&'a Table>, Option<&'a Table>);

/// Reads a block of a sequential scan (T.81, F.2.2).
fn sequential_block(
    bits: &mut Bits<'_>,
    component: &mut Component,
    (dc, ac): Tables<'_>,
    mean: Option<&mut i16>,
) -> Result<(), ReadError> {
    let size = bits.symbol(dc.ok_or(ReadError::Invalid)?)?;
    read_mean(bits, size, component, 0, mean)?;
    let ac = ac.ok_or(ReadError::Invalid)?;
    let mut k = 1_u32;
    while k < 64 {
        let symbol = bits.symbol(ac)?;
        let (zeros, size) = (symbol >> 4, symbol & 15);
        if size == 0 {
            if zeros < 15 {
                break;
            }
            k = k.saturating_add(16);
            continue;
        }
        k = k.saturating_add(zeros).saturating_add(1);
        if k > 64 {
            return Err(ReadError::Invalid);
        }
        bits.take(size)?;
    }
    Ok(())
}

fn read_mean(
    bits: &mut Bits<'_>,
    size: u32,
    component: &mut Component,
    low: u32,
    mean: Option<&mut i16>,
) -> Result<(), ReadError> {
    if size > 15 {
        return Err(ReadError::Invalid);
    }
    component.prediction = component.prediction.saturating_add(bits.signed(size)?);
    if let Some(mean) = mean {
        *mean = i16::try_from(component.prediction.saturating_mul(1 << low)).unwrap_or(i16::MAX);
    }
    Ok(())
}

/// Reads a block of a progressive scan (T.81, G.1.2).
fn progressive_block(
    bits: &mut Bits<'_>,
    scan: &Scan,
    component: &mut Component,
    place: usize,
    (dc, ac): Tables<'_>,
    run: &mut u32,
    mean: Option<&mut i16>,
) -> Result<(), ReadError> {
    if scan.first == 0 {
        if scan.high > 0 {
            let bit = bits.take(1)?;
            if let (Some(mean), 1) = (mean, bit) {
                *mean |= 1_i16 << scan.low;
            }
            return Ok(());
        }
        let size = bits.symbol(dc.ok_or(ReadError::Invalid)?)?;
        return read_mean(bits, size, component, scan.low, mean);
    }
    let ac = ac.ok_or(ReadError::Invalid)?;
    let nonzero = component.nonzero.get_mut(place).ok_or(ReadError::Invalid)?;
    let mut k = scan.first;
    if scan.high == 0 {
        if *run > 0 {
            *run = run.saturating_sub(1);
            return Ok(());
        }
        while k <= scan.last {
            let symbol = bits.symbol(ac)?;
            let (zeros, size) = (symbol >> 4, symbol & 15);
            if size == 0 {
                if zeros < 15 {
                    *run = (1_u32 << zeros).saturating_add(bits.take(zeros)?).saturating_sub(1);
                    break;
                }
                k = k.saturating_add(16);
                continue;
            }
            k = k.saturating_add(zeros);
            if k > scan.last {
                return Err(ReadError::Invalid);
            }
            bits.take(size)?;
            *nonzero |= 1_u64 << k;
            k = k.saturating_add(1);
        }
        return Ok(());
    }
    // Refinement: every nonzero coefficient that the codes pass has one more bit.
    if *run == 0 {
        while k <= scan.last {
            let symbol = bits.symbol(ac)?;
            let (mut zeros, size) = (symbol >> 4, symbol & 15);
            if size == 0 && zeros < 15 {
                *run = (1_u32 << zeros).saturating_add(bits.take(zeros)?);
                break;
            }
            if size > 0 {
                bits.take(1)?;
            }
            while k <= scan.last {
                if *nonzero >> k & 1 == 1 {
                    bits.take(1)?;
                } else if zeros == 0 {
                    break;
                } else {
                    zeros = zeros.saturating_sub(1);
                }
                k = k.saturating_add(1);
            }
            if size > 0 {
                if k > scan.last {
                    return Err(ReadError::Invalid);
                }
                *nonzero |= 1_u64 << k;
            }
            k = k.saturating_add(1);
        }
    }
    if *run > 0 {
        while k <= scan.last {
            if *nonzero >> k & 1 == 1 {
                bits.take(1)?;
            }
            k = k.saturating_add(1);
        }
        *run = run.saturating_sub(1);
    }
    Ok(())
}

impl Frame {
    fn read(marker: u8, body: &[u8], max_pixels: u64) -> Option<Self> {
        let [8, h1, h0, w1, w0, count, rest @ ..] = body else { return None };
        let (width, height) = (u16::from_be_bytes([*w1, *w0]), u16::from_be_bytes([*h1, *h0]));
        let (width, height) = (usize::from(width), usize::from(height));
        let pixels = (width as u64).saturating_mul(height as u64);
        if pixels == 0 || pixels > max_pixels || !(1..=4).contains(count) {
            return None;
        }
        let fields: Vec<_> = rest.chunks_exact(3).take(usize::from(*count)).collect();
        let factor = |field: &[u8], shift: u32| field.get(1).map(|factors| usize::from(factors >> shift & 15));
        let mut most = (1, 1);
        for field in &fields {
            let (h, v) = (factor(field, 4)?, factor(field, 0)?);
            if !(1..=4).contains(&h) || !(1..=4).contains(&v) {
                return None;
            }
            most = (most.0.max(h), most.1.max(v));
        }
        if fields.len() != usize::from(*count) {
            return None;
        }
        // The only component of an image is stored as if it were not subsampled (T.81, A.2.2).
        let single = fields.len() == 1;
        let most = if single { (1, 1) } else { most };
        let units = (width.div_ceil(most.0.saturating_mul(8)), height.div_ceil(most.1.saturating_mul(8)));
        let progressive = marker == 0xC2;
        let components: Vec<_> = fields
            .iter()
            .filter_map(|field| {
                let (h, v) = if single { (1, 1) } else { (factor(field, 4)?, factor(field, 0)?) };
                let blocks =
                    |side: usize, factor: usize, most: usize| side.saturating_mul(factor).div_ceil(most).div_ceil(8);
                let padded = (units.0.saturating_mul(h), units.1.saturating_mul(v));
                Some(Component {
                    id: field.first().copied()?,
                    horizontal: h,
                    vertical: v,
                    table: field.get(2).copied()?,
                    blocks: (blocks(width, h, most.0), blocks(height, v, most.1)),
                    padded,
                    step: None,
                    prediction: 0,
                    known: [u8::MAX; 64],
                    nonzero: vec![0; if progressive { padded.0.saturating_mul(padded.1) } else { 0 }],
                })
            })
            .collect();
        let first = components.first()?;
        let means = vec![0; first.padded.0.saturating_mul(first.padded.1)];
        Some(Self { progressive, units, components, means })
    }
}

impl Scan {
    fn read(header: &[u8], frame: &Frame) -> Result<Self, ReadError> {
        let (count, rest) = header.split_first().ok_or(ReadError::Invalid)?;
        let (fields, rest) = rest.split_at_checked(usize::from(*count).saturating_mul(2)).ok_or(ReadError::Invalid)?;
        let components = fields.chunks_exact(2).filter_map(|field| {
            let [id, tables] = *field else { return None };
            let index = frame.components.iter().position(|component| component.id == id)?;
            Some((index, usize::from(tables >> 4), usize::from(tables & 15)))
        });
        let components: Vec<_> = components.collect();
        let [first, last, approximation] = *rest.first_chunk::<3>().ok_or(ReadError::Invalid)?;
        let (high, low) = (u32::from(approximation >> 4), u32::from(approximation & 15));
        let (first, last) = if frame.progressive { (u32::from(first), u32::from(last)) } else { (0, 63) };
        let (high, low) = if frame.progressive { (high, low) } else { (0, 0) };
        let sound = (1..=4).contains(count)
            && components.len() == usize::from(*count)
            && last < 64
            && first <= last
            && low <= 13
            && (!frame.progressive || first > 0 || last == 0)
            && (!frame.progressive || first == 0 || components.len() == 1);
        if sound { Ok(Self { components, first, last, high, low }) } else { Err(ReadError::Invalid) }
    }
}

impl Brightness {
    fn of(frame: Frame, adobe: Option<u8>) -> Option<Self> {
        let Frame { components, means, .. } = frame;
        let first = components.first()?;
        let full = |c: &Component| c.horizontal <= first.horizontal && c.vertical <= first.vertical;
        // The brightness of ink colours cannot be compared.
        if !matches!(components.len(), 1 | 3) || !components.iter().all(full) {
            return None;
        }
        let step = f32::from(first.step?);
        let ids: Vec<u8> = components.iter().map(|component| component.id).collect();
        Some(Self {
            stride: first.padded.0,
            levels: means.into_iter().map(|mean| f32::from(mean) * step).collect(),
            rgb: components.len() == 3 && (adobe == Some(0) || ids == *b"RGB"),
        })
    }

    /// Returns `false` if the brightness differs in more than 2 % of all blocks, or in most blocks of a row.
    fn agrees(&self, picture: &RgbView<'_>) -> bool {
        let channels = picture.layout().channels();
        let width = picture.width() as usize;
        let across = width / 8;
        let (mut wrong, mut all) = (0_usize, 0_usize);
        let mut sums = vec![0.0_f32; across];
        for (y, row) in picture.rows().enumerate() {
            for (x, pixel) in row.chunks_exact(channels).take(across.saturating_mul(8)).enumerate() {
                let [r, g, b, ..] = *pixel else { continue };
                let [r, g, b] = [r, g, b].map(f32::from);
                if let Some(sum) = sums.get_mut(x / 8) {
                    *sum += if self.rgb { r } else { 0.299 * r + 0.587 * g + 0.114 * b };
                }
            }
            if y % 8 < 7 {
                continue;
            }
            let start = (y / 8).saturating_mul(self.stride);
            let levels = self.levels.get(start..).unwrap_or_default();
            let differs = |(sum, level): (&f32, &f32)| {
                (sum / 64.0 - (level / 8.0 + 128.0).clamp(0.0, 255.0)).abs() > MOST_DIFFERENCE
            };
            let here = sums.iter().zip(levels).filter(|pair| differs(*pair)).count();
            if here > 2 && here.saturating_mul(2) > across {
                return false;
            }
            wrong = wrong.saturating_add(here);
            all = all.saturating_add(across);
            sums.fill(0.0);
        }
        wrong <= 2 || wrong.saturating_mul(50) <= all
    }
}

/// Returns the next marker at or after `at`, and the offset after it. Skips fill bytes and stray bytes.
fn next_marker(file: &[u8], mut at: usize) -> Option<(u8, usize)> {
    loop {
        match file.get(at..)? {
            [0xFF, 0xFF, ..] => at = at.saturating_add(1),
            [0xFF, marker, ..] if *marker != 0 => return Some((*marker, at.saturating_add(2))),
            [_, _, ..] => at = at.saturating_add(1),
            _ => return None,
        }
    }
}

/// Returns the offset after the next restart marker if it has this number. Fill bytes may precede it.
fn behind_restart(file: &[u8], at: usize, number: u8) -> Option<usize> {
    let (marker, behind) = next_marker(file, at)?;
    let fill = file.get(at..behind.saturating_sub(2))?.iter().all(|byte| *byte == 0xFF);
    (fill && marker == 0xD0 | number).then_some(behind)
}

/// Returns the offset of the next marker that does not belong to the scan.
fn behind_scan(file: &[u8], mut at: usize) -> usize {
    while let Some((marker, behind)) = next_marker(file, at) {
        if !matches!(marker, 0x01 | 0xD0..=0xD7) {
            return behind.saturating_sub(2);
        }
        at = behind;
    }
    file.len()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::decode::{DEFAULT_MAX_PIXELS, DecodeError, decode};
    use crate::view::{Layout, Picture};
    use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

    const SIZES: [(u16, u16); 4] = [(8, 8), (64, 48), (101, 67), (250, 133)];

    fn pixels((width, height): (u16, u16)) -> Vec<u8> {
        let grain = |x: u16, y: u16| (u32::from(x).wrapping_mul(2_654_435_761) ^ (u32::from(y) * 40_503)) >> 7 & 31;
        let pixel = |x: u16, y: u16| [(x / 2) as u8, (60 + y / 2) as u8, (40 + x / 3 + grain(x, y) as u16) as u8];
        (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y))).collect()
    }

    fn jpeg(size: (u16, u16), sampling: SamplingFactor, progressive: bool, restart: u16, gray: bool) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, 80);
        encoder.set_sampling_factor(sampling);
        encoder.set_progressive(progressive);
        if restart > 0 {
            encoder.set_restart_interval(restart);
        }
        let data = pixels(size);
        if gray {
            let luma: Vec<u8> = data.iter().step_by(3).copied().collect();
            encoder.encode(&luma, size.0, size.1, ColorType::Luma).unwrap();
        } else {
            encoder.encode(&data, size.0, size.1, ColorType::Rgb).unwrap();
        }
        file
    }

    /// Files of every form that the encoder can write.
    fn files() -> Vec<(String, (u16, u16), Vec<u8>)> {
        use SamplingFactor::{F_1_1, F_1_2, F_2_1, F_2_2, F_4_1};
        let mut files = Vec::new();
        for size in SIZES {
            for sampling in [F_1_1, F_2_1, F_1_2, F_2_2, F_4_1] {
                for (progressive, restart, gray) in
                    [(false, 0, false), (false, 3, false), (true, 0, false), (true, 2, false), (false, 4, true)]
                {
                    let name = format!("{size:?} {sampling:?} {progressive} {restart} {gray}");
                    files.push((name, size, jpeg(size, sampling, progressive, restart, gray)));
                }
            }
        }
        files
    }

    #[test]
    fn reads_a_complete_image_and_agrees_with_its_pixels() {
        for (name, (width, height), mut file) in files() {
            let length = file.len();
            file.extend(b"more");
            let found = inspect(&file, DEFAULT_MAX_PIXELS).unwrap();
            assert_eq!((found.damage.clone(), found.end), (None, length), "{name}");
            let picture = Picture::new(width.into(), height.into(), Layout::Rgb, pixels((width, height))).unwrap();
            // The gray images contain only the red channel.
            if !name.ends_with("true") {
                assert!(found.agrees(&picture.view()), "{name}");
            }
        }
    }

    #[test]
    fn reports_damage_for_every_truncation() {
        for (name, _, file) in files() {
            let scan = file.windows(2).position(|bytes| bytes == [0xFF, 0xDA]).unwrap();
            for part in 0..12 {
                let cut = scan + (file.len() - 4 - scan) * part / 12;
                let found = inspect(&file[..cut], DEFAULT_MAX_PIXELS).unwrap();
                assert!(found.damage.is_some(), "{name}: {cut} of {}", file.len());
            }
        }
    }

    #[test]
    fn accepts_a_missing_end_marker() {
        for (name, _, file) in files() {
            let found = inspect(&file[..file.len() - 2], DEFAULT_MAX_PIXELS).unwrap();
            assert_eq!(found.damage, None, "{name}");
        }
    }

    #[test]
    fn detects_pixels_that_a_decoder_filled_with_gray() {
        for (name, (width, height), file) in files() {
            if height < 48 || name.ends_with("true") {
                continue;
            }
            let found = inspect(&file, DEFAULT_MAX_PIXELS).unwrap();
            let mut data = pixels((width, height));
            let row = usize::from(width) * 3;
            let lost = data.len() - row * 17;
            data[lost..].fill(128);
            let picture = Picture::new(width.into(), height.into(), Layout::Rgb, data).unwrap();
            assert!(!found.agrees(&picture.view()), "{name}");
        }
    }

    #[test]
    fn decodes_a_gray_image_with_restarts_and_sampling_correctly_or_not_at_all() {
        // The decoder stops at the first restart of a one-component image with sampling factors of 2 and fills the rest
        // with gray.
        let mut file = jpeg((250, 133), SamplingFactor::F_1_1, false, 4, true);
        let frame = file.windows(2).position(|bytes| bytes == [0xFF, 0xC0]).unwrap();
        for factors in [0x11, 0x22, 0x21] {
            file[frame + 11] = factors;
            let found = inspect(&file, DEFAULT_MAX_PIXELS).unwrap();
            assert_eq!(found.damage, None, "{factors:x}");
            match decode(&file, DEFAULT_MAX_PIXELS) {
                Ok(decoded) => assert!(found.agrees(&decoded.picture.view()), "{factors:x}"),
                Err(error) => assert!(matches!(error, DecodeError::Unsupported(_)) && factors != 0x11, "{error}"),
            }
        }
    }

    #[test]
    fn large_dimensions_allocate_no_memory() {
        // 65,535 x 65,535 pixels.
        let mut file = jpeg((8, 8), SamplingFactor::F_1_1, true, 0, false);
        let frame = file.windows(2).position(|bytes| bytes == [0xFF, 0xC2]).unwrap();
        file[frame + 5..frame + 9].fill(0xFF);
        assert_eq!(inspect(&file, DEFAULT_MAX_PIXELS), None);
    }
}
