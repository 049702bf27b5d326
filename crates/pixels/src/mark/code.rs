//! The error-correcting code: 61 payload bits and 19 check bits become 240 coded bits.
//!
//! The 80 bits are encoded with a tail-biting convolutional code of rate 1/3 and constraint length 9 (generators 557,
//! 663, 711 octal, the code of IS-95 and UMTS), which a circular Viterbi search decodes from soft values. The check
//! bits are three version bits, which are zero, and CRC-16 (polynomial 0x1021, start 0xFFFF) over version and payload.
//! Noise passes them with a probability of 2^-19 per attempt. The decoder finds a word in any values, so the word must
//! also correlate with them, which rejects 96 % of the words in images without a watermark.

use super::payload::Payload;

/// Number of input bits of the convolutional code.
const INFO_BITS: usize = 80;
/// Number of output bits.
pub(super) const CODED_BITS: usize = INFO_BITS * RATE;
const RATE: usize = 3;
const STATES: usize = 256;
const GENERATORS: [u32; RATE] = [0o557, 0o663, 0o711];
/// Version of the layout of payload and check bits. A later layout has a higher number.
const VERSION: u64 = 0;
/// Number of concatenated copies of the received word for the decoder, which reads the middle one.
const TURNS: usize = 3;
/// Words whose correlation with the soft bits is lower are rejected. In images without a watermark, 3.5 % of the words
/// reach this value; in watermarked images that were compressed or cropped up to the limit, all of 548 words do.
const LEAST_CORRELATION: f32 = 0.61;

fn crc16(message: u64) -> u16 {
    message.to_be_bytes().iter().fold(0xffff, |crc, &byte| {
        (0..8).fold(crc ^ (u16::from(byte) << 8), |c, _| if c & 0x8000 == 0 { c << 1 } else { (c << 1) ^ 0x1021 })
    })
}

/// Returns one bit per generator for a register of the last nine input bits.
fn outputs(register: u32) -> [bool; RATE] {
    GENERATORS.map(|g| (g & register).count_ones() % 2 == 1)
}

/// Returns the coded bits of a payload.
pub(super) fn encode(payload: Payload) -> Vec<bool> {
    let message = (VERSION << Payload::BITS) | payload.value();
    encode_word((u128::from(message) << 16) | u128::from(crc16(message)))
}

/// Returns the coded bits of 80 input bits.
fn encode_word(word: u128) -> Vec<bool> {
    let bits = (0..INFO_BITS).rev().map(|i| ((word >> i) & 1) as u32);
    // Tail-biting: the register starts with the word's own last bits, so that no known start state uses up bits.
    let mut register = (word & 0xff) as u32;
    let mut coded = Vec::with_capacity(CODED_BITS);
    for bit in bits {
        register = ((register << 1) | bit) & 0x1ff;
        coded.extend(outputs(register));
    }
    coded
}

/// Decodes a payload from soft bits (positive: bit set; magnitude: reliability). Returns `None` if the check bits are
/// wrong or if the word hardly correlates with the soft bits.
pub(super) fn decode(soft: &[f32]) -> Option<Payload> {
    if soft.len() != CODED_BITS || soft.iter().any(|v| !v.is_finite()) || soft.iter().all(|&v| v == 0.0) {
        return None;
    }
    let word = most_likely_word(soft);
    let message = u64::try_from(word >> 16).ok()?;
    let genuine = (word & 0xffff) as u16 == crc16(message) && message >> Payload::BITS == VERSION;
    (genuine && correlation(word, soft) >= LEAST_CORRELATION).then(|| Payload::new(message))
}

/// Returns the normalised correlation of a word's coded bits with the soft bits: 1 if they agree in every sign and
/// magnitude.
fn correlation(word: u128, soft: &[f32]) -> f32 {
    let sum: f32 = encode_word(word).iter().zip(soft).map(|(&bit, value)| if bit { *value } else { -value }).sum();
    let energy: f32 = soft.iter().map(|value| value * value).sum();
    sum / (CODED_BITS as f32 * energy).sqrt()
}

/// Finds the 80 input bits whose coded bits agree best with the soft bits.
fn most_likely_word(soft: &[f32]) -> u128 {
    let table: Vec<[f32; RATE]> =
        (0..2 * STATES as u32).map(|r| outputs(r).map(|bit| if bit { 1.0 } else { -1.0 })).collect();
    let mut metric = [0.0f32; STATES];
    let mut choices: Vec<[bool; STATES]> = Vec::with_capacity(INFO_BITS * TURNS);
    let symbols = soft.chunks_exact(RATE);
    for symbol in std::iter::repeat_n(symbols, TURNS).flatten() {
        let gain: Vec<f32> = table.iter().map(|signs| signs.iter().zip(symbol).map(|(s, v)| s * v).sum()).collect();
        let (low, high) = gain.split_at(STATES);
        let (from_low, from_high) = metric.split_at(STATES / 2);
        let mut next = [0.0f32; STATES];
        let mut choice = [false; STATES];
        // State n is reached from n >> 1 and from n >> 1 plus 128, so two neighbours share their predecessors.
        let gains = low.chunks_exact(2).zip(high.chunks_exact(2));
        let before = from_low.iter().zip(from_high);
        let after = next.chunks_exact_mut(2).zip(choice.chunks_exact_mut(2));
        for (((low, high), (a, b)), (next, choice)) in gains.zip(before).zip(after) {
            for (((low, high), next), choice) in low.iter().zip(high).zip(next).zip(choice) {
                let (via_a, via_b) = (a + low, b + high);
                *choice = via_b > via_a;
                *next = if *choice { via_b } else { via_a };
            }
        }
        metric = next;
        choices.push(choice);
    }
    let mut state = metric.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(i, _)| i);
    let mut word = 0u128;
    for (step, choice) in choices.iter().enumerate().rev() {
        if (INFO_BITS..2 * INFO_BITS).contains(&step) {
            word |= ((state & 1) as u128) << (2 * INFO_BITS - 1 - step);
        }
        let high = choice.get(state).copied().unwrap_or(false);
        state = (state >> 1) | (usize::from(high) << 7);
    }
    word
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn noise(seed: &mut u64) -> f32 {
        // The sum of twelve uniform numbers is close enough to a normal distribution.
        (0..12)
            .map(|_| {
                *seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                (*seed >> 40) as f32 / (1u64 << 24) as f32
            })
            .sum::<f32>()
            - 6.0
    }

    fn soft(payload: Payload) -> Vec<f32> {
        encode(payload).iter().map(|&b| if b { 1.0 } else { -1.0 }).collect()
    }

    #[test]
    fn decodes_clean_words() {
        for value in [0, 1, u64::MAX, 0x0123_4567_89ab_cdef] {
            let payload = Payload::new(value);
            assert_eq!(decode(&soft(payload)), Some(payload));
        }
    }

    #[test]
    fn corrects_every_sixth_bit() {
        let payload = Payload::new(0x0bad_cafe_f00d_1234);
        let mut word = soft(payload);
        for bit in word.iter_mut().step_by(6) {
            *bit = -*bit;
        }
        assert_eq!(decode(&word), Some(payload));
    }

    #[test]
    fn decodes_heavy_noise_but_not_pure_noise() {
        let mut seed = 7;
        let payload = Payload::new(0x0fed_cba9_8765_4321);
        let mut read = 0;
        for _ in 0..50 {
            let word: Vec<f32> = soft(payload).iter().map(|v| v + 0.8 * noise(&mut seed)).collect();
            read += usize::from(decode(&word) == Some(payload));
        }
        assert!(read >= 48, "{read} of 50");
        for _ in 0..50 {
            let word: Vec<f32> = (0..CODED_BITS).map(|_| noise(&mut seed)).collect();
            assert_eq!(decode(&word), None);
        }
    }

    #[test]
    fn words_found_in_noise_hardly_correlate() {
        let mut seed = 11;
        let reached = (0..200)
            .filter(|_| {
                let values: Vec<f32> = (0..CODED_BITS).map(|_| noise(&mut seed)).collect();
                correlation(most_likely_word(&values), &values) >= LEAST_CORRELATION
            })
            .count();
        assert!(reached <= 20, "{reached} of 200");
        let payload = Payload::new(0x0123_4567_89ab_cdef);
        let word = most_likely_word(&soft(payload));
        assert!((correlation(word, &soft(payload)) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn rejects_words_without_a_signal() {
        assert_eq!(decode(&[0.0; CODED_BITS]), None);
        assert_eq!(decode(&[f32::NAN; CODED_BITS]), None);
        assert_eq!(decode(&[1.0; 3]), None);
    }
}
