//! Watermark keys: reads them from files and creates them (`labeler watermark-key`).

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use labeler_checker::WatermarkKey;
use labeler_init::say;

use crate::outcome::Outcome;

/// Length of a key in bytes.
const LENGTH: usize = 32;
/// Maximum number of bytes read from a file, which is more than a key in hexadecimal digits with surrounding white
/// space needs.
const MOST_BYTES: usize = 1024;

/// Options of `labeler watermark-key`.
#[derive(ClapArgs)]
pub struct Args {
    /// File for the key: a new file that only you can read.
    file: PathBuf,
}

/// Creates a random key and writes it as 64 hexadecimal digits to a new file. Prints its fingerprint, never the key.
pub fn run(args: &Args) -> Result<Outcome, String> {
    let told = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            format!("{}: already exists. Name a new file; a key is never overwritten.", args.file.display())
        }
        _ => format!("{}: {error}", args.file.display()),
    };
    let mut bytes = [0_u8; LENGTH];
    getrandom::fill(&mut bytes).map_err(|error| format!("could not get random bytes for a key: {error}"))?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(&args.file).map_err(told)?;
    file.write_all(format!("{}\n", hex::encode(bytes)).as_bytes()).and_then(|()| file.sync_all()).map_err(told)?;
    say!(
        "Wrote a watermark key to {}. Its fingerprint is {}.",
        args.file.display(),
        WatermarkKey::new(bytes).fingerprint()
    );
    say!("Keep a copy in a safe place: without the key, nobody can read the watermarks written with it.");
    Ok(Outcome::Fine)
}

/// Reads a key of 32 bytes: 64 hexadecimal digits, or the bytes themselves.
pub fn load(path: &Path) -> Result<WatermarkKey, String> {
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut bytes = Vec::with_capacity(MOST_BYTES);
    let file = std::fs::File::open(path).map_err(told)?;
    file.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(told)?;
    parse(&bytes).map(WatermarkKey::new).map_err(|why| {
        format!(
            "{}: is not a watermark key: {why}. A key consists of 64 hexadecimal digits or 32 raw bytes.",
            path.display()
        )
    })
}

/// Returns the key in a file's bytes, or an error that describes the content of the file.
fn parse(bytes: &[u8]) -> Result<[u8; LENGTH], String> {
    // 32 random bytes are practically never text: a text file contains half of a key or a password.
    let is_text = bytes.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
    if let (false, Ok(raw)) = (is_text, bytes.try_into()) {
        return Ok(raw);
    }
    if bytes.is_empty() {
        return Err("the file is empty".to_owned());
    }
    if bytes.len() > MOST_BYTES {
        return Err(format!("the file has more than {MOST_BYTES} bytes"));
    }
    let text = bytes.trim_ascii();
    if !is_text {
        return Err(format!("the file has {} bytes that are not text", bytes.len()));
    }
    if !text.iter().all(u8::is_ascii_hexdigit) {
        return Err(format!("the file has text of {} characters, not all of them hexadecimal digits", text.len()));
    }
    let mut key = [0; LENGTH];
    hex::decode_to_slice(text, &mut key).map_err(|_| format!("the file has {} hexadecimal digits", text.len()))?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_hexadecimal_digits_and_raw_bytes() {
        assert_eq!(parse(&[0xFE; 32]), Ok([0xFE; 32]));
        assert_eq!(parse("aB".repeat(32).as_bytes()), Ok([0xAB; 32]));
        assert_eq!(parse(format!(" {}\r\n", "01".repeat(32)).as_bytes()), Ok([1; 32]));
    }

    #[test]
    fn describes_a_file_that_is_not_a_key() {
        let why = |bytes: &[u8]| parse(bytes).err().unwrap_or_default();
        assert_eq!(why(b""), "the file is empty");
        assert_eq!(why(&[0xFF; 31]), "the file has 31 bytes that are not text");
        assert_eq!(why(&[b'a'; 2000]), "the file has more than 1024 bytes");
        assert_eq!(why("ab".repeat(16).as_bytes()), "the file has 32 hexadecimal digits");
        assert_eq!(why("ab".repeat(31).as_bytes()), "the file has 62 hexadecimal digits");
        assert_eq!(
            why("xy".repeat(32).as_bytes()),
            "the file has text of 64 characters, not all of them hexadecimal digits"
        );
    }
}
