//! Which JPEGs the decoder reads wrong: sequential ones whose components stand in scans of their own and have different
//! heights (ITU-T T.81, A.2.2). It answers with garbage and no error (zune-jpeg up to 0.5.15,
//! https://github.com/etemesi254/zune-image/issues/419), so that they have to be known before.

/// Whether a JPEG is of that form. What is damaged or cut short is not.
pub(crate) fn apart_and_of_different_heights(jpeg: &[u8]) -> bool {
    let mut rest = jpeg.get(2..).unwrap_or_default();
    let mut sampling: Option<Vec<u8>> = None;
    loop {
        let [0xFF, marker, after @ ..] = rest else { return false };
        if *marker == 0xFF {
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let Some(length) = after.first_chunk().map(|length| usize::from(u16::from_be_bytes(*length))) else {
            return false;
        };
        let Some((segment, next)) = after.split_at_checked(length) else { return false };
        let body = segment.get(2..).unwrap_or_default();
        match marker {
            // Baseline and extended sequential frames: precision, height, width and count, then three bytes for each
            // component, of which the second is its sampling.
            0xC0 | 0xC1 => {
                let components = body.get(6..).unwrap_or_default();
                sampling = Some(components.chunks_exact(3).filter_map(|c| c.get(1).copied()).collect());
            }
            0xDA => {
                let Some(sampling) = sampling else { return false };
                let apart = body.first().is_some_and(|count| usize::from(*count) < sampling.len());
                let mut heights = sampling.iter().map(|factors| factors & 15);
                let first = heights.next();
                return apart && heights.any(|height| Some(height) != first);
            }
            _ => {}
        }
        rest = next;
    }
}
