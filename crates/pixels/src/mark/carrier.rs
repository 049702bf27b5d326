//! The tile: 128 x 128 samples whose spectrum carries synchronisation and data, and its transforms.
//!
//! Every complex coefficient of the band (one half of the plane; the other half is its conjugate) has a key-dependent
//! phase. The synchronisation signal, which is the same for every payload, is parallel to that phase; one coded bit is
//! orthogonal to it. Thus both signals use the whole band and are orthogonal, one inverse transform creates a tile and
//! one forward transform reads it. The coefficients of each coded bit are spread over all radii of the band, so that a
//! loss of high frequencies weakens all bits equally.

use microfft::Complex32;
use sha2::{Digest, Sha256};
use zeroize::Zeroize as _;

use super::code::CODED_BITS;

/// Width and height of the tile in samples.
pub(super) const TILE: usize = 128;
/// The band, in cycles per tile: 0.043 to 0.2 cycles per canonical sample.
pub(super) const BAND: std::ops::Range<f32> = 5.5..25.6;
/// Share of the watermark's energy used for synchronisation.
const SYNC_SHARE: f32 = 0.2;

/// Secret that selects the carriers. Without a key (`None` in calls), the public carriers are used, whose watermarks
/// anyone can read, forge and remove. With a key, nobody without it can do so by reading this code.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl Key {
    /// Creates a key from 32 random bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the first 8 hexadecimal digits of the key's SHA-256, which distinguish keys without revealing them.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(self.0));
        hex::encode([a, b, c, d])
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(..)")
    }
}

/// Samples or spectrum of a tile, `[row][column]`.
pub(super) struct Grid(Vec<[Complex32; TILE]>);

const ZERO: Complex32 = Complex32 { re: 0.0, im: 0.0 };

impl Grid {
    pub(super) fn zeros() -> Self {
        Self(vec![[ZERO; TILE]; TILE])
    }

    /// Creates a grid of real samples, row by row; missing ones are zero.
    pub(super) fn from_real(samples: &[f32]) -> Self {
        let mut grid = Self::zeros();
        for (value, sample) in grid.0.iter_mut().flatten().zip(samples) {
            value.re = *sample;
        }
        grid
    }

    /// Returns the value at (column, row), both modulo the tile's size.
    pub(super) fn at(&self, u: i32, v: i32) -> Complex32 {
        let (u, v) = (wrap(u), wrap(v));
        self.0.get(v).and_then(|row| row.get(u)).copied().unwrap_or(ZERO)
    }

    pub(super) fn set(&mut self, u: i32, v: i32, value: Complex32) {
        let (u, v) = (wrap(u), wrap(v));
        if let Some(cell) = self.0.get_mut(v).and_then(|row| row.get_mut(u)) {
            *cell = value;
        }
    }

    pub(super) fn values(&self) -> impl Iterator<Item = Complex32> {
        self.0.iter().flatten().copied()
    }

    fn transposed(&self) -> Self {
        let mut turned = Self::zeros();
        for (x, out) in turned.0.iter_mut().enumerate() {
            for (o, row) in out.iter_mut().zip(&self.0) {
                *o = row.get(x).copied().unwrap_or(ZERO);
            }
        }
        turned
    }

    fn lines(&mut self, line: impl Fn(&mut [Complex32; TILE])) {
        for row in &mut self.0 {
            line(row);
        }
    }

    fn transform(mut self, line: impl Fn(&mut [Complex32; TILE])) -> Self {
        self.lines(&line);
        let mut turned = self.transposed();
        turned.lines(&line);
        turned.transposed()
    }

    /// Returns the spectrum of these samples.
    pub(super) fn forward(self) -> Self {
        self.transform(|row| {
            let _: &mut [Complex32; TILE] = microfft::complex::cfft_128(row);
        })
    }

    /// Returns the samples of this spectrum.
    pub(super) fn inverse(self) -> Self {
        self.transform(|row| {
            let _: &mut [Complex32; TILE] = microfft::inverse::ifft_128(row);
        })
    }
}

fn wrap(i: i32) -> usize {
    // TILE is a power of two: the low bits are the remainder, for negative numbers too.
    (i & (TILE as i32 - 1)) as usize
}

/// One coefficient of the band's upper half.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coefficient {
    /// Cycles per tile, across and down.
    pub(super) u: i32,
    pub(super) v: i32,
    /// Direction of the synchronisation signal with length 1.
    pub(super) phase: Complex32,
    /// The coded bit that is orthogonal to it.
    pub(super) bit: usize,
}

/// Rotation by quarter turns and reflection of an image after embedding: an orthogonal matrix of 0 and ±1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Orientation([i32; 4]);

impl Orientation {
    /// The eight orientations, upright first.
    pub(super) const ALL: [Self; 8] = [
        Self([1, 0, 0, 1]),
        Self([-1, 0, 0, 1]),
        Self([1, 0, 0, -1]),
        Self([-1, 0, 0, -1]),
        Self([0, 1, 1, 0]),
        Self([0, -1, 1, 0]),
        Self([0, 1, -1, 0]),
        Self([0, -1, -1, 0]),
    ];

    /// Returns the position of a coefficient of the upright tile in the rotated tile's spectrum.
    pub(super) fn turn(self, u: i32, v: i32) -> (i32, i32) {
        let Self([a, b, c, d]) = self;
        (a * u + b * v, c * u + d * v)
    }
}

/// The coefficients of one key.
#[derive(Debug)]
pub(super) struct Carrier {
    coefficients: Vec<Coefficient>,
}

/// Numbers that depend only on the key: SHA-256 over key and counter, 16 bits at a time.
struct Stream<'a> {
    key: Option<&'a Key>,
    counter: u32,
    block: std::vec::IntoIter<u8>,
}

impl Stream<'_> {
    fn next_u16(&mut self) -> u16 {
        loop {
            if let (Some(high), Some(low)) = (self.block.next(), self.block.next()) {
                return u16::from_be_bytes([high, low]);
            }
            let mut hash = Sha256::new();
            hash.update(b"labeler tile 1");
            if let Some(Key(bytes)) = self.key {
                hash.update(bytes);
            }
            hash.update(self.counter.to_be_bytes());
            self.counter += 1;
            self.block = hash.finalize().to_vec().into_iter();
        }
    }
}

impl Carrier {
    pub(super) fn new(key: Option<&Key>) -> Self {
        let mut stream = Stream { key, counter: 0, block: Vec::new().into_iter() };
        let reach = BAND.end.ceil() as i32;
        let mut places: Vec<(i32, i32)> = (0..=reach)
            .flat_map(|v| (-reach..=reach).map(move |u| (u, v)))
            .filter(|&(u, v)| v > 0 || u > 0)
            .filter(|&(u, v)| BAND.contains(&((u * u + v * v) as f32).sqrt()))
            .collect();
        places.sort_by_key(|&(u, v)| (u * u + v * v, v, u));
        let mut coefficients = Vec::with_capacity(places.len());
        for ring in places.chunks(CODED_BITS) {
            // The key decides how the bits are distributed over a ring of equal radii.
            let mut bits: Vec<(u16, usize)> = (0..CODED_BITS).map(|bit| (stream.next_u16(), bit)).collect();
            bits.sort_unstable();
            for (&(u, v), (_, bit)) in ring.iter().zip(bits) {
                let angle = f32::from(stream.next_u16()) / 65536.0 * std::f32::consts::TAU;
                coefficients.push(Coefficient { u, v, phase: Complex32::new(angle.cos(), angle.sin()), bit });
            }
        }
        Self { coefficients }
    }

    pub(super) fn coefficients(&self) -> &[Coefficient] {
        &self.coefficients
    }

    /// Creates the tile for `coded`, row by row, with a mean of zero and a mean square of one.
    pub(super) fn tile(&self, coded: &[bool]) -> Vec<f32> {
        let (sync, data) = (SYNC_SHARE.sqrt(), (1.0 - SYNC_SHARE).sqrt());
        let mut spectrum = Grid::zeros();
        for c in &self.coefficients {
            let bit = coded.get(c.bit).copied().unwrap_or(false);
            let value = c.phase * Complex32::new(sync, if bit { data } else { -data });
            spectrum.set(c.u, c.v, value);
            spectrum.set(-c.u, -c.v, value.conj());
        }
        let samples: Vec<f32> = spectrum.inverse().values().map(|z| z.re).collect();
        let power: f32 = samples.iter().map(|s| s * s).sum::<f32>() / samples.len().max(1) as f32;
        let scale = 1.0 / power.sqrt().max(f32::MIN_POSITIVE);
        samples.iter().map(|s| s * scale).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn transforms_invert_each_other() {
        let samples: Vec<f32> = (0..TILE * TILE).map(|i| ((i * 7919) % 251) as f32).collect();
        let back = Grid::from_real(&samples).forward().inverse();
        for (z, s) in back.values().zip(&samples) {
            assert!((z.re - s).abs() < 0.01 && z.im.abs() < 0.01);
        }
    }

    #[test]
    fn the_spectrum_of_a_tile_contains_its_bits() {
        let carrier = Carrier::new(None);
        let coded: Vec<bool> = (0..CODED_BITS).map(|i| i % 3 == 0).collect();
        let tile = carrier.tile(&coded);
        let mean: f32 = tile.iter().sum::<f32>() / tile.len() as f32;
        assert!(mean.abs() < 1e-4);
        let spectrum = Grid::from_real(&tile).forward();
        for c in carrier.coefficients() {
            let z = spectrum.at(c.u, c.v) * c.phase.conj();
            assert!(z.re > 0.0);
            assert_eq!(z.im > 0.0, coded[c.bit]);
        }
    }

    #[test]
    fn distributes_the_bits_evenly_over_the_band() {
        let mut count = [0; CODED_BITS];
        for c in Carrier::new(None).coefficients() {
            count[c.bit] += 1;
        }
        assert!(count.iter().all(|n| (4..=5).contains(n)), "{count:?}");
    }

    #[test]
    fn different_keys_select_different_carriers() {
        let coded = vec![true; CODED_BITS];
        let public = Carrier::new(None).tile(&coded);
        let keyed = Carrier::new(Some(&Key::new([1; 32]))).tile(&coded);
        let dot: f32 = public.iter().zip(&keyed).map(|(a, b)| a * b).sum::<f32>() / public.len() as f32;
        assert!(dot.abs() < 0.1, "{dot}");
    }
}
