//! Streaming writer of ZIP archives.
//!
//! Entries are stored uncompressed, because images do not shrink. A file is complete before it is written, so its size
//! and checksum are in the header before it. Readers that cannot seek need them there: they cannot find the end of a
//! stored entry whose size follows its content. The writer creates only headers; contents are not copied.
//!
//! Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16. No ZIP64: a batch is far below 4 GiB, and
//! what does not fit into a field is an error, never another number.

use bytes::Bytes;
use time::OffsetDateTime;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// Version 2.0, the minimum that readers expect.
const VERSION: u16 = 20;
/// Created on Unix, so that readers apply the permissions below.
const MADE_BY: u16 = 3 << 8 | VERSION;
/// Bit 11: names are UTF-8.
const UTF8_NAMES: u16 = 1 << 11;
/// A regular file that its owner may write and everybody read.
const PERMISSIONS: u32 = 0o100_644 << 16;

/// Error for an archive that exceeds the fields of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the archive is larger than its format allows")]
pub(crate) struct ArchiveTooLargeError;

struct Entry {
    name: String,
    checksum: u32,
    size: u32,
    offset: u32,
}

/// An archive under construction.
pub(crate) struct Archive {
    entries: Vec<Entry>,
    offset: u64,
    time: u16,
    date: u16,
}

impl Archive {
    /// Creates an empty archive whose entries all have this time.
    pub fn new(now: OffsetDateTime) -> Self {
        // MS-DOS: seven bits of years since 1980, and seconds in pairs.
        let years = u16::try_from(now.year().clamp(1980, 2107).saturating_sub(1980)).unwrap_or(0);
        Self {
            entries: Vec::new(),
            offset: 0,
            time: u16::from(now.hour()) << 11 | u16::from(now.minute()) << 5 | (u16::from(now.second()) / 2),
            date: years << 9 | u16::from(u8::from(now.month())) << 5 | u16::from(now.day()),
        }
    }

    /// Adds a file and returns the header to send before its content. The name must be unique.
    pub fn file(&mut self, name: &str, content: &[Bytes]) -> Result<Bytes, ArchiveTooLargeError> {
        let mut checksum = crc32fast::Hasher::new();
        let mut size = 0_u64;
        for segment in content {
            checksum.update(segment);
            size = size.saturating_add(segment.len() as u64);
        }
        let entry = Entry {
            name: name.to_owned(),
            checksum: checksum.finalize(),
            // All ones would announce a ZIP64 field.
            size: u32::try_from(size).ok().filter(|size| *size < u32::MAX).ok_or(ArchiveTooLargeError)?,
            offset: u32::try_from(self.offset).ok().filter(|offset| *offset < u32::MAX).ok_or(ArchiveTooLargeError)?,
        };
        let mut header = LOCAL.to_le_bytes().to_vec();
        self.common(&entry, &mut header)?;
        header.extend_from_slice(entry.name.as_bytes());
        self.offset = self.offset.saturating_add(header.len() as u64).saturating_add(size);
        self.entries.push(entry);
        Ok(Bytes::from(header))
    }

    /// Returns the end of the archive: the central directory.
    pub fn finish(self) -> Result<Bytes, ArchiveTooLargeError> {
        let mut end = Vec::new();
        for entry in &self.entries {
            end.extend_from_slice(&CENTRAL.to_le_bytes());
            end.extend_from_slice(&MADE_BY.to_le_bytes());
            self.common(entry, &mut end)?;
            // Comment, disk and internal attributes: none.
            end.extend_from_slice(&[0; 6]);
            end.extend_from_slice(&PERMISSIONS.to_le_bytes());
            end.extend_from_slice(&entry.offset.to_le_bytes());
            end.extend_from_slice(entry.name.as_bytes());
        }
        let count =
            u16::try_from(self.entries.len()).ok().filter(|count| *count < u16::MAX).ok_or(ArchiveTooLargeError)?;
        let size = u32::try_from(end.len()).map_err(|_| ArchiveTooLargeError)?;
        let offset = u32::try_from(self.offset).ok().filter(|offset| *offset < u32::MAX).ok_or(ArchiveTooLargeError)?;
        end.extend_from_slice(&END.to_le_bytes());
        end.extend_from_slice(&[0; 4]);
        end.extend_from_slice(&count.to_le_bytes());
        end.extend_from_slice(&count.to_le_bytes());
        end.extend_from_slice(&size.to_le_bytes());
        end.extend_from_slice(&offset.to_le_bytes());
        end.extend_from_slice(&[0; 2]);
        Ok(Bytes::from(end))
    }

    /// Writes the fields that both headers of an entry share, from the version to the length of the extra field.
    fn common(&self, entry: &Entry, header: &mut Vec<u8>) -> Result<(), ArchiveTooLargeError> {
        let name = u16::try_from(entry.name.len()).map_err(|_| ArchiveTooLargeError)?;
        for field in [VERSION, UTF8_NAMES, 0, self.time, self.date] {
            header.extend_from_slice(&field.to_le_bytes());
        }
        for field in [entry.checksum, entry.size, entry.size] {
            header.extend_from_slice(&field.to_le_bytes());
        }
        for field in [name, 0] {
            header.extend_from_slice(&field.to_le_bytes());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
    use std::{path::PathBuf, process::Command};

    use labeler_test_support::skip;
    use time::macros::datetime;

    use super::*;

    fn archive(files: &[(&str, &[&'static [u8]])]) -> Vec<u8> {
        let mut archive = Archive::new(datetime!(2026-05-16 10:30:07 UTC));
        let mut bytes = Vec::new();
        for (name, segments) in files {
            let segments: Vec<Bytes> = segments.iter().copied().map(Bytes::from_static).collect();
            bytes.extend_from_slice(&archive.file(name, &segments).unwrap());
            segments.iter().for_each(|segment| bytes.extend_from_slice(segment));
        }
        bytes.extend_from_slice(&archive.finish().unwrap());
        bytes
    }

    /// Writes an archive with four files to `batch.zip` in a temporary folder.
    fn archive_on_disk() -> (tempfile::TempDir, PathBuf) {
        let bytes = archive(&[
            ("a.jpg", &[b"first ", b"", b"and second"]),
            ("Grüße 世界.png", &[&[0xff; 70_000]]),
            ("empty.bin", &[]),
            ("manifest.json", &[b"{}"]),
        ]);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("batch.zip");
        std::fs::write(&path, &bytes).unwrap();
        (folder, path)
    }

    /// Returns the output of a successful program. If it is not installed, `test` is reported as skipped.
    fn run(test: &str, command: &mut Command) -> Option<String> {
        match command.output() {
            Ok(output) => {
                assert!(output.status.success(), "{output:?}");
                Some(String::from_utf8(output.stdout).unwrap())
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                skip(test, &format!("{} is not installed", command.get_program().display()));
                None
            }
            Err(error) => panic!("{command:?}: {error}"),
        }
    }

    #[test]
    fn unzip_reads_the_archive() {
        let (_folder, path) = archive_on_disk();
        if let Some(output) = run("unzip_reads_the_archive", Command::new("unzip").arg("-t").arg(path)) {
            assert!(output.contains("a.jpg"), "{output}");
        }
    }

    #[test]
    fn python_reads_the_archive() {
        let (_folder, path) = archive_on_disk();
        let script = "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n\
            print([(i.filename,i.file_size,i.date_time,i.external_attr>>16) for i in z.infolist()])\n\
            print(z.read('a.jpg'))";
        if let Some(output) = run("python_reads_the_archive", Command::new("python3").args(["-c", script]).arg(path)) {
            let date = "(2026, 5, 16, 10, 30, 6), 33188)";
            let expected = format!(
                "[('a.jpg', 16, {date}, ('Grüße 世界.png', 70000, {date}, ('empty.bin', 0, {date}, \
                 ('manifest.json', 2, {date}]\nb'first and second'\n"
            );
            assert_eq!(output, expected);
        }
    }

    #[test]
    fn writes_an_empty_archive() {
        let bytes = archive(&[]);
        assert_eq!((bytes.len(), &bytes[..4]), (22, &b"PK\x05\x06"[..]));
    }

    #[test]
    fn refuses_an_archive_beyond_the_format_limits() {
        let mut archive = Archive::new(datetime!(2026-05-16 10:30:07 UTC));
        assert_eq!(archive.file(&"x".repeat(65_536), &[]), Err(ArchiveTooLargeError));
        archive.offset = u64::from(u32::MAX);
        assert_eq!(archive.file("late", &[]), Err(ArchiveTooLargeError));
        assert_eq!(archive.finish(), Err(ArchiveTooLargeError));
    }
}
