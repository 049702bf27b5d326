//! Stands in for the crate `rsa` in the C2PA engine.
//!
//! The engine is written for version 0.9. Its arithmetic computes with numbers of 64 bits, whose product WebAssembly has to
//! put together: half the time of checking a file that RSA keys signed. And it does not take the same time for every
//! private key (RUSTSEC-2023-0071). The next release computes with 32 bits where it is told to (`cpubits` in
//! `.cargo/config.toml`), verifies in a third of the time, and signs in constant time. So this is the next release, in the
//! names and types of 0.9, as far as the engine uses them. When the engine moves on, this crate goes.

use std::fmt;

use crypto_bigint::BoxedUint;
use crypto_bigint::modular::BoxedMontyForm;
use next::traits::PublicKeyParts as _;
use sha2::digest::Digest;
use sha2::{Sha256, Sha384, Sha512};
use sha2_next::digest::const_oid::AssociatedOid;
use sha2_next::digest::{FixedOutputReset, Update};
use zeroize::{ZeroizeOnDrop, Zeroizing};

pub use {pkcs8, sha2, signature};

/// Longest modulus that 0.9 takes, in bits. It has no shortest; what a key must be is the engine's to judge.
const LONGEST: usize = 4096;

/// Why numbers are no key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(next::Error);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {}

/// A number of a key, which may be a secret one.
#[derive(Clone)]
pub struct BigUint(Zeroizing<Vec<u8>>);

impl BigUint {
    /// Of bytes, the most significant first.
    #[must_use]
    pub fn from_bytes_be(bytes: &[u8]) -> Self {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        Self(Zeroizing::new(bytes.get(zeros..).unwrap_or_default().to_vec()))
    }

    fn bits(&self) -> usize {
        self.0.len().saturating_mul(8)
    }

    fn boxed(&self) -> Result<BoxedUint, Error> {
        // Longer ones are refused by whoever takes the number; this bounds what is computed on the way there.
        if self.bits() > 2 * LONGEST {
            return Err(Error(next::Error::ModulusTooLarge));
        }
        let bits = u32::try_from(self.bits()).unwrap_or(u32::MAX);
        BoxedUint::from_be_slice(&self.0, bits).map_err(|_| Error(next::Error::InvalidArguments))
    }
}

/// A key that verifies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaPublicKey(next::RsaPublicKey);

impl RsaPublicKey {
    /// A key of a modulus and a public exponent.
    ///
    /// # Errors
    /// It has more than 4096 bits, is even, or the exponent is even, no smaller than it, below 2 or above 2^33 - 1.
    pub fn new(modulus: BigUint, exponent: BigUint) -> Result<Self, Error> {
        next::RsaPublicKey::new_with_size_limits(modulus.boxed()?, exponent.boxed()?, 1..=LONGEST)
            .map(Self)
            .map_err(Error)
    }

    /// RSAVP1 (RFC 8017, 5.2.2): a signature to the power of the exponent, or `None` when it is no number below the
    /// modulus in as many bytes. By squares and products: exponents have few bits set, and nothing here is a secret. The
    /// next release takes more than twice as many steps, the same for every exponent of a length.
    fn raise(&self, signature: &Signature) -> Option<Box<[u8]>> {
        let (size, modulus, exponent) = (self.0.size(), self.0.n(), self.0.e());
        if signature.0.len() != size {
            return None;
        }
        let number = BoxedUint::from_be_slice(&signature.0, modulus.bits_precision()).ok()?;
        if number >= **modulus {
            return None;
        }
        let base = BoxedMontyForm::new(number, self.0.n_params());
        let mut power = base.clone();
        for bit in (0..exponent.bits_vartime().checked_sub(1)?).rev() {
            power = power.square();
            if exponent.bit_vartime(bit) {
                power = power.mul(&base);
            }
        }
        let bytes = power.retrieve().to_be_bytes();
        bytes.get(bytes.len().checked_sub(size)?..).map(Into::into)
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

/// A key that signs. Its secrets are overwritten when it is dropped.
#[derive(Clone)]
pub struct RsaPrivateKey(next::RsaPrivateKey);

impl ZeroizeOnDrop for RsaPrivateKey {}

impl RsaPrivateKey {
    /// A key of modulus, public exponent, private exponent and prime factors.
    ///
    /// # Errors
    /// They do not belong together, or the modulus has less than 1024 or more than 4096 bits.
    pub fn from_components(n: BigUint, e: BigUint, d: BigUint, primes: Vec<BigUint>) -> Result<Self, Error> {
        if n.bits() > LONGEST {
            return Err(Error(next::Error::ModulusTooLarge));
        }
        let primes = primes.iter().map(BigUint::boxed).collect::<Result<Vec<_>, _>>()?;
        next::RsaPrivateKey::from_components(n.boxed()?, e.boxed()?, d.boxed()?, primes).map(Self).map_err(Error)
    }
}

/// Traits of keys.
pub mod traits {
    use next::traits::PublicKeyParts as _;

    /// Properties of a key's modulus.
    pub trait PublicKeyParts {
        /// Length in bytes.
        fn size(&self) -> usize;
    }

    impl PublicKeyParts for crate::RsaPrivateKey {
        fn size(&self) -> usize {
            self.0.size()
        }
    }
}

/// A signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature(Box<[u8]>);

impl TryFrom<&[u8]> for Signature {
    type Error = signature::Error;

    fn try_from(bytes: &[u8]) -> signature::Result<Self> {
        if bytes.is_empty() { Err(signature::Error::new()) } else { Ok(Self(bytes.into())) }
    }
}

impl From<Signature> for Box<[u8]> {
    fn from(signature: Signature) -> Self {
        signature.0
    }
}

impl signature::SignatureEncoding for Signature {
    type Repr = Box<[u8]>;
}

/// A hash function that signatures are made over.
pub trait Hash: Digest {
    /// The same function, as the next release knows it.
    type Next: sha2_next::Digest + AssociatedOid + FixedOutputReset + Update;
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

/// RSASSA-PKCS1-v1_5: verified only.
pub mod pkcs1v15 {
    use std::marker::PhantomData;

    pub use crate::Signature;
    use crate::{Hash, RsaPublicKey};
    use next::traits::PublicKeyParts as _;
    use signature::Verifier;

    /// EMSA-PKCS1-v1_5 (RFC 8017, 9.2) of a hash, whose function `prefix` names, for a key of `size` bytes. There is one
    /// for each hash, so that a signature holds when it gives this.
    fn encoded(prefix: &[u8], hash: &[u8], size: usize) -> Option<Box<[u8]>> {
        // The padding has eight bytes or more.
        let padding = size.checked_sub(prefix.len() + hash.len() + 3).filter(|length| *length >= 8)?;
        Some([&[0, 1], vec![0xFF; padding].as_slice(), &[0], prefix, hash].concat().into())
    }

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
            encoded(&scheme.prefix, &D::digest(message), self.0.0.size())
                .filter(|expected| self.0.raise(signature).as_ref() == Some(expected))
                .map(drop)
                .ok_or_else(signature::Error::new)
        }
    }
}

/// RSASSA-PSS, with a salt as long as the hash.
pub mod pss {
    use std::convert::Infallible;
    use std::marker::PhantomData;

    pub use crate::Signature;
    use crate::{Hash, RsaPrivateKey, RsaPublicKey};
    use signature::rand_core::CryptoRngCore;
    use signature::{RandomizedSigner, Verifier};

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

    /// Signs with a hash function `D`.
    #[derive(Clone)]
    pub struct SigningKey<D>(RsaPrivateKey, PhantomData<D>);

    impl<D: Hash> SigningKey<D> {
        /// With this key.
        #[must_use]
        pub const fn new(key: RsaPrivateKey) -> Self {
            Self(key, PhantomData)
        }
    }

    impl<D: Hash> RandomizedSigner<Signature> for SigningKey<D> {
        fn try_sign_with_rng(&self, rng: &mut impl CryptoRngCore, message: &[u8]) -> signature::Result<Signature> {
            let scheme = next::Pss::<D::Next>::new();
            let signed = self.0.0.sign_with_rng(&mut Rng(rng), scheme, &D::digest(message));
            signed.map(|bytes| Signature(bytes.into())).map_err(|_| signature::Error::new())
        }
    }

    /// A source of random numbers, in the terms of the next release.
    struct Rng<'a, R>(&'a mut R);

    impl<R: CryptoRngCore> rand_core::TryRng for Rng<'_, R> {
        type Error = Infallible;

        fn try_next_u32(&mut self) -> Result<u32, Infallible> {
            Ok(self.0.next_u32())
        }

        fn try_next_u64(&mut self) -> Result<u64, Infallible> {
            Ok(self.0.next_u64())
        }

        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
            self.0.fill_bytes(bytes);
            Ok(())
        }
    }

    impl<R: CryptoRngCore> rand_core::TryCryptoRng for Rng<'_, R> {}
}
