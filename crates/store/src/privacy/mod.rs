//! What is kept about people, for how long, and how it goes.

mod file_names;

pub use file_names::FileNames;
pub(crate) use file_names::StoredName;
