//! What is kept about people, for how long, and how it goes.

mod erasure;
mod export;
mod file_names;
pub mod operator;

pub use erasure::{ERASURE_MAP, EraseError, Erasure, Fate};
pub use export::{ExportPage, ExportSection};
pub use file_names::FileNames;
pub(crate) use file_names::StoredName;

use crate::store::Store;

/// Export and erasure. From [`Store::privacy`].
#[derive(Debug, Clone)]
pub struct Privacy {
    store: Store,
}

impl Privacy {
    pub(crate) const fn new(store: Store) -> Self {
        Self { store }
    }
}
