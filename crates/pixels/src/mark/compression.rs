//! Models the effect of JPEG on a luma plane: 8 x 8 cosine transform, division by a quantisation table, rounding.
//!
//! Used for choosing the strength, so that the watermark survives compression in this particular image.

use crate::plane::Plane;

const SIDE: usize = 8;
type Block = [[f32; SIDE]; SIDE];

/// The luminance table of ITU-T T.81 Annex K, which encoders call quality 50.
const QUALITY_50: Block = [
    [16.0, 11.0, 10.0, 16.0, 24.0, 40.0, 51.0, 61.0],
    [12.0, 12.0, 14.0, 19.0, 26.0, 58.0, 60.0, 55.0],
    [14.0, 13.0, 16.0, 24.0, 40.0, 57.0, 69.0, 56.0],
    [14.0, 17.0, 22.0, 29.0, 51.0, 87.0, 80.0, 62.0],
    [18.0, 22.0, 37.0, 56.0, 68.0, 109.0, 103.0, 77.0],
    [24.0, 35.0, 55.0, 64.0, 81.0, 104.0, 113.0, 92.0],
    [49.0, 64.0, 78.0, 87.0, 103.0, 121.0, 120.0, 101.0],
    [72.0, 92.0, 95.0, 98.0, 112.0, 100.0, 103.0, 99.0],
];

/// Returns the plane after compression. Samples after the last whole block stay unchanged. `coarseness` multiplies the
/// table: 1 is quality 50.
pub(super) fn compressed(luma: &Plane, coarseness: f32) -> Plane {
    let basis = basis();
    let mut out = luma.clone();
    let width = out.width();
    for band in out.samples_mut().chunks_exact_mut(width * SIDE) {
        for column in 0..width / SIDE {
            let mut block = [[0.0; SIDE]; SIDE];
            for (line, row) in block.iter_mut().zip(band.chunks_exact(width)) {
                let pixels = row.get(column * SIDE..).unwrap_or_default();
                for (b, p) in line.iter_mut().zip(pixels) {
                    *b = p - 128.0;
                }
            }
            let mut spectrum = turned(&multiplied(&turned(&multiplied(&block, &basis)), &basis));
            for (line, steps) in spectrum.iter_mut().zip(&QUALITY_50) {
                for (value, step) in line.iter_mut().zip(steps) {
                    let step = step * coarseness;
                    *value = (*value / step).round() * step;
                }
            }
            let back = turned(&basis);
            let block = turned(&multiplied(&turned(&multiplied(&spectrum, &back)), &back));
            for (line, row) in block.iter().zip(band.chunks_exact_mut(width)) {
                let pixels = row.get_mut(column * SIDE..).unwrap_or_default();
                for (b, p) in line.iter().zip(pixels) {
                    *p = (b + 128.0).clamp(0.0, 255.0);
                }
            }
        }
    }
    out
}

/// The columns are the cosines: `block * basis` transforms the rows.
fn basis() -> Block {
    let mut basis = [[0.0; SIDE]; SIDE];
    for (x, row) in basis.iter_mut().enumerate() {
        for (u, cell) in row.iter_mut().enumerate() {
            let scale = if u == 0 { (1.0 / SIDE as f32).sqrt() } else { (2.0 / SIDE as f32).sqrt() };
            let angle = (2 * x + 1) as f32 * u as f32 * std::f32::consts::PI / (2 * SIDE) as f32;
            *cell = scale * angle.cos();
        }
    }
    basis
}

fn multiplied(a: &Block, b: &Block) -> Block {
    a.map(|row| {
        let mut out = [0.0; SIDE];
        for (value, line) in row.iter().zip(b) {
            for (o, l) in out.iter_mut().zip(line) {
                *o += value * l;
            }
        }
        out
    })
}

fn turned(a: &Block) -> Block {
    let mut out = [[0.0; SIDE]; SIDE];
    for (x, line) in a.iter().enumerate() {
        for (row, value) in out.iter_mut().zip(line) {
            if let Some(cell) = row.get_mut(x) {
                *cell = *value;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn busy() -> Plane {
        let mut plane = Plane::zeros(24, 16);
        for (i, v) in plane.samples_mut().iter_mut().enumerate() {
            *v = ((i * 7919) % 256) as f32;
        }
        plane
    }

    #[test]
    fn fine_steps_change_nothing() {
        let plane = busy();
        for (a, b) in plane.samples().iter().zip(compressed(&plane, 1e-4).samples()) {
            assert!((a - b).abs() < 0.1);
        }
    }

    #[test]
    fn coarse_steps_keep_block_means() {
        let plane = busy();
        let flat = compressed(&plane, 100.0);
        assert!(flat.rows().next().unwrap()[..8].windows(2).all(|w| (w[0] - w[1]).abs() < 0.01));
    }
}
