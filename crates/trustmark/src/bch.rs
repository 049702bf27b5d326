//! Shortened binary BCH codes over GF(2^7) with the primitive polynomial 137 (x^7 + x^3 + 1).
//!
//! Written from the textbook definition: systematic encoding by division by the generator polynomial; decoding with
//! syndromes, the Berlekamp-Massey algorithm and a Chien search. A word is a `u128` whose bit `i` is the coefficient of
//! `x^i`.

/// The field's primitive polynomial.
const FIELD: u16 = 137;
/// Number of bits of a field element, and number of parity bits for each correctable error.
pub(crate) const DEGREE: usize = 7;
/// Order of the field's multiplicative group, which is the length of the code before shortening.
const ORDER: usize = 127;

/// Multiplies two field elements.
const fn multiply(left: u8, right: u8) -> u8 {
    let (mut product, mut left, mut right) = (0_u16, left as u16, right);
    while right != 0 {
        if right & 1 != 0 {
            product ^= left;
        }
        left <<= 1;
        if left & (1 << DEGREE) != 0 {
            left ^= FIELD;
        }
        right >>= 1;
    }
    // The field has 128 elements, so the product is less than 128.
    product as u8
}

/// Returns the `exponent`-th power of the primitive element.
fn power(exponent: usize) -> u8 {
    (0..exponent % ORDER).fold(1, |element, _| multiply(element, 2))
}

/// Returns the inverse of a field element; 0 for 0, which has none.
fn inverse(element: u8) -> u8 {
    (0..ORDER - 1).fold(1, |result, _| multiply(result, element)) * u8::from(element != 0)
}

/// Evaluates a polynomial, lowest coefficient first, at `point`.
fn evaluate(polynomial: &[u8], point: u8) -> u8 {
    polynomial.iter().rev().fold(0, |value, coefficient| multiply(value, point) ^ coefficient)
}

/// A code that corrects up to `errors` wrong bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    errors: usize,
}

impl Code {
    /// Creates the code that corrects `errors` wrong bits, at most 8.
    pub(crate) const fn correcting(errors: usize) -> Self {
        Self { errors: if errors > 8 { 8 } else { errors } }
    }

    /// Returns the number of parity bits. For up to 8 errors, each odd power up to `2 * errors - 1` adds a minimal
    /// polynomial of degree 7.
    pub(crate) const fn parity_bits(self) -> usize {
        self.errors * DEGREE
    }

    /// Returns the generator polynomial: the product of `x - a^i` over all conjugates of the odd powers of the
    /// primitive element `a` up to `2 * errors - 1`.
    fn generator(self) -> u128 {
        let mut roots: Vec<usize> = (0..self.errors)
            .flat_map(|index| (0..DEGREE).map(move |doubling| ((2 * index + 1) << doubling) % ORDER))
            .collect();
        roots.sort_unstable();
        roots.dedup();
        let mut product = vec![1_u8];
        for root in roots.into_iter().map(power) {
            let mut next = vec![0];
            next.extend(&product);
            for (coefficient, factor) in next.iter_mut().zip(&product) {
                *coefficient ^= multiply(*factor, root);
            }
            product = next;
        }
        // Conjugate roots occur together, so every coefficient is 0 or 1.
        product.iter().rev().fold(0, |word, coefficient| word << 1 | u128::from(*coefficient & 1))
    }

    /// Returns the parity of a message of `length` bits.
    pub(crate) fn parity(self, message: u128, length: usize) -> u128 {
        let (generator, parity) = (self.generator(), self.parity_bits());
        (0..length).rev().fold(message << parity, |remainder, bit| {
            let top = bit + parity;
            if remainder >> top & 1 == 1 { remainder ^ generator << bit } else { remainder }
        })
    }

    /// Returns the bits to flip in a received word of `length` bits (message and parity) to make it a code word.
    /// Returns `None` if more bits are wrong than the code can correct, as far as this is detectable.
    pub(crate) fn errors(self, word: u128, length: usize) -> Option<u128> {
        let syndromes: Vec<u8> = (1..=2 * self.errors).map(|root| Self::syndrome(word, length, root)).collect();
        if syndromes.iter().all(|syndrome| *syndrome == 0) {
            return Some(0);
        }
        let locator = locator(&syndromes)?;
        let wrong = locator.len() - 1;
        if wrong > self.errors {
            return None;
        }
        // A root a^-i of the locator means that bit i is wrong.
        let step = inverse(power(1));
        let points = std::iter::successors(Some(1), |point| Some(multiply(*point, step)));
        let positions = (0..length).zip(points).filter(|(_, point)| evaluate(&locator, *point) == 0);
        let (flips, count) = positions.fold((0_u128, 0), |(flips, count), (bit, _)| (flips | 1 << bit, count + 1));
        (count == wrong).then_some(flips)
    }

    /// Evaluates the received word at the `root`-th power of the primitive element.
    fn syndrome(word: u128, length: usize, root: usize) -> u8 {
        let point = power(root);
        (0..length).rev().fold(0, |value, bit| multiply(value, point) ^ (word >> bit & 1) as u8)
    }
}

/// Computes the error locator polynomial from the syndromes with the Berlekamp-Massey algorithm, lowest coefficient
/// first. Returns `None` if its degree differs from the number of errors that it claims.
fn locator(syndromes: &[u8]) -> Option<Vec<u8>> {
    let (mut current, mut previous) = (vec![1_u8], vec![1_u8]);
    let (mut errors, mut shift, mut scale) = (0_usize, 1_usize, 1_u8);
    for step in 0..syndromes.len() {
        let recent = syndromes.iter().take(step + 1).rev();
        let discrepancy = current.iter().zip(recent).fold(0, |sum, (left, right)| sum ^ multiply(*left, *right));
        if discrepancy == 0 {
            shift += 1;
            continue;
        }
        let factor = multiply(discrepancy, inverse(scale));
        let before = current.clone();
        current.resize(current.len().max(previous.len() + shift), 0);
        for (coefficient, earlier) in current.iter_mut().skip(shift).zip(&previous) {
            *coefficient ^= multiply(factor, *earlier);
        }
        if 2 * errors <= step {
            (errors, shift, scale, previous) = (step + 1 - errors, 1, discrepancy, before);
        } else {
            shift += 1;
        }
    }
    while current.len() > 1 && current.last() == Some(&0) {
        current.pop();
    }
    (current.len() == errors + 1).then_some(current)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn multiplies_in_the_documented_field() {
        assert_eq!(multiply(64, 2), 137 ^ 128);
        let powers: std::collections::BTreeSet<u8> = (0..ORDER).map(power).collect();
        assert_eq!(powers.len(), ORDER);
        assert!((1..128).all(|element| multiply(element, inverse(element)) == 1));
        assert_eq!(inverse(0), 0);
    }

    #[test]
    fn has_seven_parity_bits_for_each_error() {
        for errors in 1..=8 {
            let code = Code::correcting(errors);
            assert_eq!(128 - code.generator().leading_zeros() as usize, code.parity_bits() + 1);
        }
        // The minimal polynomial of the primitive element is the field's polynomial.
        assert_eq!(Code::correcting(1).generator(), 137);
    }

    proptest! {
        #[test]
        fn corrects_the_documented_number_of_errors(
            errors in 1_usize..=8,
            message in any::<u64>(),
            wrong in prop::collection::btree_set(0_usize..96, 0..=8),
        ) {
            let code = Code::correcting(errors);
            let (length, message) = (40 + code.parity_bits(), u128::from(message) & ((1 << 40) - 1));
            let word = message << code.parity_bits() | code.parity(message, 40);
            let flips = wrong.into_iter().filter(|bit| *bit < length).take(errors).fold(0, |flips, bit| flips | 1_u128 << bit);
            prop_assert_eq!(code.errors(word ^ flips, length), Some(flips));
        }

        #[test]
        fn returns_only_corrections_that_result_in_a_code_word(errors in 1_usize..=8, word in any::<u128>()) {
            let code = Code::correcting(errors);
            let (length, word) = (96, word & ((1 << 96) - 1));
            if let Some(flips) = code.errors(word, length) {
                prop_assert!(flips.count_ones() as usize <= errors);
                let corrected = word ^ flips;
                let message = corrected >> code.parity_bits();
                prop_assert_eq!(corrected & ((1 << code.parity_bits()) - 1), code.parity(message, length - code.parity_bits()));
            }
        }
    }
}
