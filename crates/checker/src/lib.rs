//! A file's bytes in, a CheckerReport out.
