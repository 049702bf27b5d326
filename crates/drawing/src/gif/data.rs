//! Image data: LZW codes in sub-blocks, with rows in the order of interlacing.

use weezl::{BitOrder, LzwStatus, decode, encode};

use super::area::Area;

/// Code sizes of images with 1 to 8 bits per pixel.
const CODE_SIZES: std::ops::RangeInclusive<u8> = 2..=8;

/// Decodes the colour index of each pixel, by rows from top to bottom. `data` is code size and sub-blocks.
pub(super) fn unpacked(data: &[u8], area: &Area, interlaced: bool) -> Result<Vec<u8>, String> {
    let damaged = || "image data of the GIF is damaged".to_owned();
    let (size, mut rest) = data.split_first().ok_or_else(damaged)?;
    if !CODE_SIZES.contains(size) {
        return Err(damaged());
    }
    let mut codes = Vec::with_capacity(rest.len());
    while let Some((length, behind)) = rest.split_first()
        && *length > 0
    {
        let (block, behind) = behind.split_at_checked(usize::from(*length)).ok_or_else(damaged)?;
        codes.extend_from_slice(block);
        rest = behind;
    }
    let mut stored = vec![0_u8; area.pixels()];
    let mut decoder = decode::Decoder::new(BitOrder::Lsb, *size);
    let (mut read, mut written) = (0_usize, 0_usize);
    while written < stored.len() {
        let (Some(from), Some(to)) = (codes.get(read..), stored.get_mut(written..)) else { break };
        let step = decoder.decode_bytes(from, to);
        read = read.saturating_add(step.consumed_in);
        written = written.saturating_add(step.consumed_out);
        match step.status {
            Ok(LzwStatus::Ok) if step.consumed_in > 0 || step.consumed_out > 0 => {}
            _ => break,
        }
    }
    if written < stored.len() {
        return Err(damaged());
    }
    if !interlaced {
        return Ok(stored);
    }
    let width = area.width as usize;
    let mut upright = vec![0_u8; stored.len()];
    for (row, from) in passes(area.height).zip(stored.chunks_exact(width)) {
        let start = row.saturating_mul(width);
        if let Some(to) = upright.get_mut(start..start.saturating_add(width)) {
            to.copy_from_slice(from);
        }
    }
    Ok(upright)
}

/// Encodes `indices`, each below `2^bits`, as code size and sub-blocks.
pub(super) fn packed(indices: &[u8], area: &Area, interlaced: bool, bits: u8) -> Result<Vec<u8>, String> {
    let size = bits.clamp(*CODE_SIZES.start(), *CODE_SIZES.end());
    let mut encoder = encode::Encoder::new(BitOrder::Lsb, size);
    let codes = if interlaced {
        let width = area.width as usize;
        let mut stored = Vec::with_capacity(indices.len());
        for row in passes(area.height) {
            let start = row.saturating_mul(width);
            stored.extend_from_slice(indices.get(start..start.saturating_add(width)).unwrap_or_default());
        }
        encoder.encode(&stored)
    } else {
        encoder.encode(indices)
    };
    let codes = codes.map_err(|error| error.to_string())?;
    let mut out = Vec::with_capacity(codes.len().saturating_add(codes.len() / 255).saturating_add(3));
    out.push(size);
    for block in codes.chunks(255) {
        out.push(u8::try_from(block.len()).unwrap_or(u8::MAX));
        out.extend_from_slice(block);
    }
    out.push(0);
    Ok(out)
}

/// Returns the rows in the order of an interlaced image.
fn passes(height: u32) -> impl Iterator<Item = usize> {
    let height = height as usize;
    [(0, 8), (4, 8), (2, 4), (1, 2)].into_iter().flat_map(move |(first, step)| (first..height).step_by(step))
}
