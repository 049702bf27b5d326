//! Removes the image's own content, block by block and frequency by frequency.
//!
//! The plane is divided into overlapping blocks of 32 x 32. In each block, every frequency is divided by the power of
//! its neighbours there. An edge is strong at all frequencies across it and nowhere else; cloth is strong only at the
//! frequency of its threads. The result is close to white noise plus the watermark. Each block is weighted by the
//! amplitude that the mask allows in it.

use microfft::Complex32;
use microfft::complex::cfft_32;

use crate::plane::Plane;

const SIDE: usize = 32;
const HOP: usize = SIDE / 2;

/// Power (grey levels squared) below which content counts as noise of the file format and is not amplified.
const QUIET: f32 = 10.0;
/// Sum of the squares of the window over a block: the power of white noise with a variance of 1.
const WINDOW_POWER: f32 = (SIDE * SIDE) as f32 / 4.0;

const ZERO: Complex32 = Complex32 { re: 0.0, im: 0.0 };
type Block = [Complex32; SIDE * SIDE];

/// Returns the flattened plane.
pub(super) fn flattened(luma: &Plane) -> Plane {
    let (width, height) = (luma.width(), luma.height());
    let detail = luma.zip(&luma.box_blur(8).box_blur(8), |a, b| a - b);
    let window: [f32; SIDE] = std::array::from_fn(|i| ((i as f32 + 0.5) * std::f32::consts::PI / SIDE as f32).sin());
    let mut out = Plane::zeros(width, height);
    let columns = width.div_ceil(HOP) + 1;
    let mut block: Block = [ZERO; SIDE * SIDE];
    for row in 0..height.div_ceil(HOP) + 1 {
        let top = row as isize * HOP as isize - HOP as isize;
        for pair in (0..columns).step_by(2) {
            let lefts = [pair, pair + 1].map(|c| c as isize * HOP as isize - HOP as isize);
            block.fill(ZERO);
            // Two blocks of real samples form one block of complex samples.
            for (y, (line, wy)) in block.chunks_exact_mut(SIDE).zip(window).enumerate() {
                let Ok(from) = usize::try_from(top + y as isize) else { continue };
                let samples = detail.row(from);
                for (x, (cell, wx)) in line.iter_mut().zip(window).enumerate() {
                    let sample = |left: isize| {
                        usize::try_from(left + x as isize).ok().and_then(|x| samples.get(x)).copied().unwrap_or(0.0)
                    };
                    *cell = Complex32::new(sample(lefts[0]), sample(lefts[1])) * (wx * wy);
                }
            }
            level(&mut block);
            for (y, (line, wy)) in block.chunks_exact(SIDE).zip(window).enumerate() {
                let Ok(to) = usize::try_from(top + y as isize) else { continue };
                let start = to.saturating_mul(width);
                let Some(target) = out.samples_mut().get_mut(start..start + width) else { continue };
                for (x, (cell, wx)) in line.iter().zip(window).enumerate() {
                    for (left, value) in [(lefts[0], cell.re), (lefts[1], cell.im)] {
                        if let Some(t) = usize::try_from(left + x as isize).ok().and_then(|x| target.get_mut(x)) {
                            *t += value * wx * wy;
                        }
                    }
                }
            }
        }
    }
    out
}

/// Levels the spectra of the two blocks, which are in the real and the imaginary parts.
fn level(block: &mut Block) {
    transform(block);
    let mut first: Block = [ZERO; SIDE * SIDE];
    let mut second: Block = [ZERO; SIDE * SIDE];
    for y in 0..SIDE {
        for x in 0..SIDE {
            let opposite = (SIDE - y) % SIDE * SIDE + (SIDE - x) % SIDE;
            let here = y * SIDE + x;
            if let (Some(&z), Some(w), Some(a), Some(b)) =
                (block.get(here), block.get(opposite).map(|w| w.conj()), first.get_mut(here), second.get_mut(here))
            {
                *a = (z + w) * 0.5;
                let difference = (z - w) * 0.5;
                *b = Complex32::new(difference.im, -difference.re);
            }
        }
    }
    gain(&mut first);
    gain(&mut second);
    for ((cell, a), b) in block.iter_mut().zip(&first).zip(&second) {
        // The inverse transform is the forward transform of the conjugate.
        *cell = Complex32::new(a.re - b.im, -(a.im + b.re));
    }
    transform(block);
    for cell in block.iter_mut() {
        *cell = cell.conj() * (1.0 / (SIDE * SIDE) as f32);
    }
}

fn transform(block: &mut Block) {
    for _ in 0..2 {
        for line in block.chunks_exact_mut(SIDE) {
            if let Ok(line) = <&mut [Complex32; SIDE]>::try_from(line) {
                let _: &mut [Complex32; 32] = cfft_32(line);
            }
        }
        for y in 0..SIDE {
            for x in 0..y {
                block.swap(y * SIDE + x, x * SIDE + y);
            }
        }
    }
}

/// Divides every coefficient by the power around it, with its own size limited, and weights the block by the
/// watermark's possible amplitude in it.
fn gain(spectrum: &mut Block) {
    let mut power = [0.0f32; SIDE * SIDE];
    for (p, z) in power.iter_mut().zip(spectrum.iter()) {
        *p = z.norm_sqr() / WINDOW_POWER;
    }
    let around = neighbourhood(&power);
    // Spread of the block's detail: the power without the lowest frequencies.
    let spread: f32 = power.iter().sum::<f32>() / (SIDE * SIDE) as f32;
    let signal = (0.5 + 0.017 * spread).sqrt().min(2.5);
    for ((z, p), mean) in spectrum.iter_mut().zip(&power).zip(&around) {
        let noise = mean + QUIET;
        *z *= signal / (noise * (noise + p)).sqrt();
    }
}

/// Returns the mean of 5 x 5 frequencies, with wrap-around.
fn neighbourhood(power: &[f32; SIDE * SIDE]) -> [f32; SIDE * SIDE] {
    let pass = |values: &[f32; SIDE * SIDE]| {
        let mut out = [0.0f32; SIDE * SIDE];
        for (line, row) in out.chunks_exact_mut(SIDE).zip(values.chunks_exact(SIDE)) {
            for (x, cell) in line.iter_mut().enumerate() {
                let value = |i: usize| row.get(i % SIDE).copied().unwrap_or(0.0);
                *cell = (value(x + SIDE - 2) + value(x + SIDE - 1) + value(x) + value(x + 1) + value(x + 2)) / 5.0;
            }
        }
        let mut turned = [0.0f32; SIDE * SIDE];
        for y in 0..SIDE {
            for x in 0..SIDE {
                if let (Some(t), Some(o)) = (turned.get_mut(x * SIDE + y), out.get(y * SIDE + x)) {
                    *t = *o;
                }
            }
        }
        turned
    };
    pass(&pass(power))
}
