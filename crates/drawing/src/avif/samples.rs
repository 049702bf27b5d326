//! Converts samples of a coded image to R, G, B and back. Only changes are converted back, so that everything else
//! keeps its depth, colours and subsampling.

use labeler_av1::{Color, Layout, Planes};
use labeler_pixels::{Layout as Channels, Picture};

/// Conversion of colours to samples (ITU-T H.273, 8.3).
#[derive(Clone, Copy, Debug)]
enum Matrix {
    /// Green, blue, red.
    Identity,
    /// Luma and colour differences, with the weights of red and blue in luma.
    Weights(f32, f32),
}

/// Conversion between samples and R, G and B from 0 to 255.
#[derive(Clone, Copy, Debug)]
pub(super) struct Samples {
    matrix: Matrix,
    /// Sample of black, and the number of samples from black to white.
    black: f32,
    luma: f32,
    /// Sample of no colour, and the number of samples for the whole range of a difference.
    neutral: f32,
    chroma: f32,
    most: f32,
}

impl Samples {
    pub(super) fn of(planes: &Planes) -> Result<Self, String> {
        let Color { matrix, full_range, .. } = planes.color;
        let unit = if planes.depth > 8 { 4.0 } else { 1.0 };
        let most = f32::from(planes.most());
        let matrix = match (matrix, planes.layout) {
            (0, Layout::Full) => Matrix::Identity,
            (1, _) => Matrix::Weights(0.2126, 0.0722),
            // Readers assume BT.601 if nothing is specified.
            (2 | 5 | 6, _) => Matrix::Weights(0.299, 0.114),
            (9, _) => Matrix::Weights(0.2627, 0.0593),
            _ => return Err("its colours are stored in a way that is not supported".to_owned()),
        };
        let (black, luma, chroma) =
            if full_range { (0.0, most, most) } else { (16.0 * unit, 219.0 * unit, 224.0 * unit) };
        Ok(Self { matrix, black, luma, neutral: 128.0 * unit, chroma, most })
    }

    fn rgb(&self, [y, u, v]: [f32; 3]) -> [u8; 3] {
        let level = |sample: f32| (sample - self.black) / self.luma;
        let [r, g, b] = match self.matrix {
            Matrix::Identity => [level(v), level(y), level(u)],
            Matrix::Weights(red, blue) => {
                let difference = |sample: f32| (sample - self.neutral) / self.chroma;
                let y = level(y);
                let r = y + 2.0 * (1.0 - red) * difference(v);
                let b = y + 2.0 * (1.0 - blue) * difference(u);
                [r, (y - red * r - blue * b) / (1.0 - red - blue), b]
            }
        };
        [r, g, b].map(byte)
    }

    /// Converts a change of R, G and B (from 0 to 255) to a change of samples.
    fn change(&self, [r, g, b]: [f32; 3]) -> [f32; 3] {
        let [r, g, b] = [r, g, b].map(|change| change / 255.0);
        match self.matrix {
            Matrix::Identity => [g, b, r].map(|change| change * self.luma),
            Matrix::Weights(red, blue) => {
                let y = red * r + (1.0 - red - blue) * g + blue * b;
                let difference = |color: f32, weight: f32| (color - y) / (2.0 * (1.0 - weight)) * self.chroma;
                [y * self.luma, difference(b, blue), difference(r, red)]
            }
        }
    }

    fn sample(&self, value: f32) -> u16 {
        whole(value.round().clamp(0.0, self.most))
    }
}

/// Converts a level from 0 to 1 to a byte.
fn byte(level: f32) -> u8 {
    u8::try_from(whole((level * 255.0).round().clamp(0.0, 255.0))).unwrap_or(u8::MAX)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Clamped by the callers.
fn whole(value: f32) -> u16 {
    value as u16
}

/// Returns the image with 8 bits per channel.
pub(super) fn picture(color: &Planes, alpha: Option<&Planes>) -> Result<Picture, String> {
    let samples = Samples::of(color)?;
    let transparency = alpha.map(|alpha| Ok::<_, String>((Samples::of(alpha)?, alpha))).transpose()?;
    let channels = if alpha.is_some() { Channels::Rgba } else { Channels::Rgb };
    let (width, height) = (color.width as usize, color.height as usize);
    let mut data = Vec::with_capacity(width.saturating_mul(height).saturating_mul(channels.channels()));
    for y in 0..height {
        for x in 0..width {
            data.extend(samples.rgb(at(color, &samples, x, y)));
            data.extend(transparency.iter().map(|(samples, alpha)| {
                let [value, ..] = samples.rgb(at(alpha, samples, x, y));
                value
            }));
        }
    }
    Picture::new(color.width, color.height, channels, data).ok_or_else(|| "it has no pixels".to_owned())
}

/// Returns luma and colour of a pixel.
fn at(planes: &Planes, samples: &Samples, x: usize, y: usize) -> [f32; 3] {
    let (right, down) = planes.layout.shifts();
    let sample = |plane: usize, x: usize, y: usize| planes.planes.get(plane).map(|plane| f32::from(plane.at(x, y)));
    let color = |plane: usize| sample(plane, x >> right, y >> down).unwrap_or(samples.neutral);
    [sample(0, x, y).unwrap_or(samples.black), color(1), color(2)]
}

/// Applies the changes of an image to its samples. `channels` returns the new R, G and B of a pixel.
pub(super) fn bring(planes: &mut Planes, wanted: impl Fn(usize, usize) -> [u8; 3]) -> Result<(), String> {
    let samples = Samples::of(planes)?;
    let (width, height) = (planes.width as usize, planes.height as usize);
    let (right, down) = planes.layout.shifts();
    let (across, high) = (1_usize << right, 1_usize << down);
    for top in (0..height).step_by(high) {
        for left in (0..width).step_by(across) {
            let mut color = [0.0_f32; 2];
            let mut count = 0.0_f32;
            for y in top..top.saturating_add(high).min(height) {
                for x in left..left.saturating_add(across).min(width) {
                    count += 1.0;
                    let old = at(planes, &samples, x, y);
                    let (before, after) = (samples.rgb(old), wanted(x, y));
                    if before == after {
                        continue;
                    }
                    let ([r0, g0, b0], [r1, g1, b1]) = (before.map(f32::from), after.map(f32::from));
                    let [luma, u, v] = samples.change([r1 - r0, g1 - g0, b1 - b0]);
                    let [old, ..] = old;
                    put(planes, 0, x, y, samples.sample(old + luma));
                    let [sum_u, sum_v] = &mut color;
                    *sum_u += u;
                    *sum_v += v;
                }
            }
            let [_, old_u, old_v] = at(planes, &samples, left, top);
            let [u, v] = color.map(|sum| sum / count.max(1.0));
            let place = (left >> right, top >> down);
            put(planes, 1, place.0, place.1, samples.sample(old_u + u));
            put(planes, 2, place.0, place.1, samples.sample(old_v + v));
        }
    }
    Ok(())
}

fn put(planes: &mut Planes, plane: usize, x: usize, y: usize, value: u16) {
    let Some(plane) = planes.planes.get_mut(plane) else { return };
    let index = y.saturating_mul(plane.width).saturating_add(x);
    if let Some(sample) = plane.samples.get_mut(index) {
        *sample = value;
    }
}
