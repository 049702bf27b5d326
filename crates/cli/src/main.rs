//! The `labeler` command.
fn main() {}
