//! PDF (ISO 32000): document information, XMP and C2PA, by scanning. Placeholder until the scanner below is complete.

use crate::error::Stop;
use crate::walk::Walk;

pub(crate) fn read(_walk: &mut Walk<'_>) -> Result<(), Stop> {
    Ok(())
}
