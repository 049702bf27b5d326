//! Computes how much change each part of an image can hide.

use crate::plane::Plane;

/// Exponent of the amplitude's growth with the local contrast, from one grey level (root mean square) in flat areas.
///
/// Fitted to butteraugli's difference maps of 35 photographs and drawings, in which the tile had 1.5 grey levels
/// everywhere: the difference falls with this power of (1 + contrast). 137,931 places; the residual of its logarithm
/// has a standard deviation of 0.24.
const GROWTH: f32 = 0.41;

/// Returns the amplitude of the watermark at strength 1 for each sample of a canonical luma plane, in grey levels.
///
/// Contrast hides changes, so the amplitude follows the local spread of the image's own detail. A single edge does not
/// hide changes beside it, so the spread is the minimum over the neighbourhood. Areas close to black or white get less,
/// because half of the watermark would be clipped there.
pub(super) fn mask(luma: &Plane) -> Plane {
    let mean = luma.box_blur(2).box_blur(2);
    let detail = luma.zip(&mean, |a, b| a - b);
    let spread = detail.map(|d| d * d).box_blur(2).map(|v| v.max(0.0).sqrt());
    let texture = least_nearby(&spread, 4).box_blur(2).box_blur(2);
    texture.zip(&mean, |t, m| (1.0 + t).powf(GROWTH) * brightness(m))
}

/// Returns the factor for the mean brightness (0 to 255): close to black and white, half of the watermark would be
/// clipped.
fn brightness(mean: f32) -> f32 {
    0.6 + 0.4 * (mean / 6.0).min((255.0 - mean) / 4.0).clamp(0.0, 1.0)
}

/// Returns the minimum of five samples: here and at `distance` in the four directions.
fn least_nearby(plane: &Plane, distance: usize) -> Plane {
    let mut out = plane.clone();
    let last = plane.height() - 1;
    for (y, row) in out.rows_mut().enumerate() {
        for other in [y.saturating_sub(distance), (y + distance).min(last)] {
            for (o, v) in row.iter_mut().zip(plane.row(other)) {
                *o = o.min(*v);
            }
        }
        let here = plane.row(y);
        for (o, v) in row.iter_mut().zip(here.iter().skip(distance)) {
            *o = o.min(*v);
        }
        for (o, v) in row.iter_mut().skip(distance).zip(here) {
            *o = o.min(*v);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn rough_areas_get_more_than_flat_ones_and_edges_do_not_spread() {
        let mut plane = Plane::zeros(96, 32);
        for row in plane.rows_mut() {
            for (x, v) in row.iter_mut().enumerate() {
                // Flat grey, then one step to a brighter flat area, then noise.
                *v = match x {
                    0..32 => 120.0,
                    32..64 => 160.0,
                    _ => 140.0 + ((x * 7919) % 61) as f32 - 30.0,
                };
            }
        }
        let mask = mask(&plane);
        let row = mask.row(16);
        assert!(row[84] > 2.0 * row[10], "{} {}", row[84], row[10]);
        assert!(row[28] < 1.5 * row[10], "{} {}", row[28], row[10]);
    }

    #[test]
    fn black_and_white_get_less() {
        let amplitude = |level: f32| {
            let mut plane = Plane::zeros(16, 16);
            plane.samples_mut().fill(level);
            mask(&plane).row(8)[8]
        };
        assert!(amplitude(0.0) < amplitude(30.0));
        assert!(amplitude(255.0) < amplitude(200.0));
    }
}
