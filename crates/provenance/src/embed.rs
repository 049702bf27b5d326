//! Sets the hard binding as an assertion of the engine, with or without its hash.

use c2pa::assertions::{BmffHash, DataHash};
use c2pa::{Builder, HashRange, Settings};
use labeler_splice::{Binding, Embedding};

/// Label that the engine uses for version 3 of the BMFF hash.
const BMFF_LABEL: &str = "c2pa.hash.bmff.v3";

/// Sets the builder's hard binding and replaces an existing one. Without `binding` the hash is zeros. The assertion
/// then has its final size if the CBOR encoding of `exclusion_length` is as wide as that of the final value.
pub(crate) fn set_hard_binding(
    builder: &mut Builder,
    plan: &Embedding,
    binding: Option<&Binding>,
    settings: &Settings,
) -> c2pa::Result<()> {
    builder.definition.assertions.retain(|a| a.label != DataHash::LABEL && a.label != BMFF_LABEL);
    match binding {
        Some(Binding::Data { exclusion, sha256 }) => {
            builder.add_assertion(DataHash::LABEL, &data_hash(exclusion.start, exclusion.end, sha256))?;
        }
        Some(Binding::Bmff { sha256 }) => {
            builder.add_assertion(BMFF_LABEL, &bmff_hash(sha256, settings))?;
        }
        None if plan.is_bmff() => {
            builder.add_assertion(BMFF_LABEL, &bmff_hash(&[0; 32], settings))?;
        }
        None => {
            let room = plan.exclusion();
            builder.add_assertion(DataHash::LABEL, &data_hash(room.start, room.end, &[0; 32]))?;
        }
    }
    Ok(())
}

fn data_hash(start: u64, end: u64, hash: &[u8; 32]) -> DataHash {
    let mut binding = DataHash::new("jumbf manifest", "sha256");
    binding.add_exclusion(HashRange::new(start, end.saturating_sub(start)));
    binding.set_hash(hash.to_vec());
    binding
}

fn bmff_hash(hash: &[u8; 32], settings: &Settings) -> BmffHash {
    let mut binding = BmffHash::new("jumbf manifest", "sha256", None);
    binding.set_default_exclusions_with_options(settings);
    binding.set_hash(hash.to_vec());
    binding
}
