//! Standard output. `println!` panics when whoever reads it has gone (`labeler check … | head`).

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};

/// Writes a line, as `println!` does. When nobody reads any more the program ends quietly, with the code of an answer that
/// was not given: a script that stops reading must not take it for a pass.
#[macro_export]
macro_rules! say {
    ($($text:tt)*) => { $crate::out::line(format_args!($($text)*)) };
}

/// See [`say!`].
pub fn line(text: Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    if let Err(error) = writeln!(out, "{text}") {
        if error.kind() != ErrorKind::BrokenPipe {
            eprintln!("labeler: standard output: {error}");
        }
        std::process::exit(2);
    }
}
