//! Standard output. `println!` panics when the reader has closed it (`labeler check … | head`).

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};

/// Writes a line, as `println!` does. If standard output was closed, the program ends quietly with exit code 2, so
/// that a script that stops reading does not mistake it for a pass.
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
