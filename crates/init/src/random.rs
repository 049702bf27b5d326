//! Randomness of the operating system.

use labeler_ports::{Rng, RngError};

/// Random number generator of the operating system.
pub struct SystemRng;

impl Rng for SystemRng {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RngError> {
        getrandom::fill(bytes).map_err(|_| RngError)
    }
}

/// Returns `N` random bytes.
pub fn random<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    SystemRng.fill(&mut bytes).map_err(|e| e.to_string())?;
    Ok(bytes)
}
