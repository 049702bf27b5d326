//! Build, run, test and measure the project.
mod context; mod counts; mod error; mod process; mod stamp; mod toolchain; mod tools; mod version;
fn main() {}
