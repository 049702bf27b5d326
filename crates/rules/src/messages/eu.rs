use super::Entry;
pub(super) const EN: &[Entry] = &[];
