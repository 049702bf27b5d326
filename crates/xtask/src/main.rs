//! Build, run, test and measure the project.
fn main() {}
