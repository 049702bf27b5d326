//! [`Rng`] on the runtime's `crypto.getRandomValues`.

use labeler_ports::{Rng, RngError};

/// The runtime's randomness. Available only while a request is handled, not at start-up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RuntimeRng;

impl Rng for RuntimeRng {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RngError> {
        getrandom::fill(bytes).map_err(|_| RngError)
    }
}
