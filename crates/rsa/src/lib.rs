//! Stands in for the crate `rsa` in the C2PA engine.
//!
//! The engine is written for version 0.9, whose arithmetic computes with numbers of 64 bits, which WebAssembly multiplies
//! in software: half the time of checking a file that RSA keys signed. The next release takes the machine's own size and
//! verifies in half the time or less. So what verifies signatures is its, under the names and types of 0.9, and all else
//! is 0.9 itself. When the engine moves to 0.10, this crate goes.

pub use released::*;

use crypto_bigint::BoxedUint;
use released::sha2::digest::Digest;
use released::sha2::{Sha256, Sha384, Sha512};
use sha2_next::digest::FixedOutputReset;
use sha2_next::digest::const_oid::AssociatedOid;

/// Longest modulus that 0.9 takes, in bits. It has no shortest; what a key must be is the engine's to judge.
const LONGEST: usize = released::RsaPublicKey::MAX_SIZE;

/// A key that verifies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaPublicKey(next::RsaPublicKey);

impl RsaPublicKey {
    /// A key of a modulus and a public exponent.
    ///
    /// # Errors
    /// It has more than 4096 bits, is even, or the exponent is even, no smaller than it, below 2 or above 2^33 - 1.
    pub fn new(modulus: BigUint, exponent: BigUint) -> Result<Self> {
        let [modulus, exponent] = [modulus, exponent].map(|number| number.to_bytes_be());
        if modulus.len().saturating_mul(8) > LONGEST {
            return Err(Error::ModulusTooLarge);
        }
        let boxed = |bytes: &[u8]| {
            let bits = u32::try_from(bytes.len().saturating_mul(8)).unwrap_or(u32::MAX);
            BoxedUint::from_be_slice(bytes, bits).map_err(|_| Error::InvalidModulus)
        };
        next::RsaPublicKey::new_with_size_limits(boxed(&modulus)?, boxed(&exponent)?, 1..=LONGEST)
            .map(Self)
            .map_err(|_| Error::InvalidModulus)
    }

    fn verify(
        &self,
        scheme: impl next::traits::SignatureScheme,
        hash: &[u8],
        signature: &Signature,
    ) -> signature::Result<()> {
        self.0.verify(scheme, hash, &signature.0).map_err(|_| signature::Error::new())
    }
}

/// A signature as it stands in a file: in 0.9 it is a number, which panics when it is made bytes again in some lengths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature(Box<[u8]>);

impl TryFrom<&[u8]> for Signature {
    type Error = signature::Error;

    fn try_from(bytes: &[u8]) -> signature::Result<Self> {
        if bytes.is_empty() { Err(signature::Error::new()) } else { Ok(Self(bytes.into())) }
    }
}

/// A hash function that signatures are made over.
pub trait Hash: Digest {
    /// The same function, as the next release knows it.
    type Next: sha2_next::Digest + AssociatedOid + FixedOutputReset;
}

impl Hash for Sha256 {
    type Next = sha2_next::Sha256;
}

impl Hash for Sha384 {
    type Next = sha2_next::Sha384;
}

impl Hash for Sha512 {
    type Next = sha2_next::Sha512;
}

/// RSASSA-PKCS1-v1_5.
pub mod pkcs1v15 {
    use std::marker::PhantomData;

    pub use released::pkcs1v15::*;
    use released::signature::{self, Verifier};

    pub use crate::Signature;
    use crate::{Hash, RsaPublicKey};

    /// Verifies with a hash function `D`.
    #[derive(Clone, Debug)]
    pub struct VerifyingKey<D>(RsaPublicKey, PhantomData<D>);

    impl<D: Hash> VerifyingKey<D> {
        /// With this key.
        #[must_use]
        pub const fn new(key: RsaPublicKey) -> Self {
            Self(key, PhantomData)
        }
    }

    impl<D: Hash> Verifier<Signature> for VerifyingKey<D> {
        fn verify(&self, message: &[u8], signature: &Signature) -> signature::Result<()> {
            let scheme = next::Pkcs1v15Sign::new::<D::Next>();
            self.0.verify(scheme, &D::digest(message), signature)
        }
    }
}

/// RSASSA-PSS, with a salt as long as the hash.
pub mod pss {
    use std::marker::PhantomData;

    pub use released::pss::*;
    use released::signature::{self, Verifier};

    pub use crate::Signature;
    use crate::{Hash, RsaPublicKey};

    /// Verifies with a hash function `D`.
    #[derive(Clone, Debug)]
    pub struct VerifyingKey<D>(RsaPublicKey, PhantomData<D>);

    impl<D: Hash> VerifyingKey<D> {
        /// With this key.
        #[must_use]
        pub const fn new(key: RsaPublicKey) -> Self {
            Self(key, PhantomData)
        }
    }

    impl<D: Hash> Verifier<Signature> for VerifyingKey<D> {
        fn verify(&self, message: &[u8], signature: &Signature) -> signature::Result<()> {
            self.0.verify(next::Pss::<D::Next>::new(), &D::digest(message), signature)
        }
    }
}
