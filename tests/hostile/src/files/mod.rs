//! The files: each declares something enormous in one structure, and is small itself.

mod boxes;
mod documents;
mod parts;
mod pictures;
mod sound;
mod stores;
mod tiff;

use parts::Files;
pub use parts::Hostile;

/// All of them, always the same.
pub fn all() -> Vec<Hostile> {
    let mut files = Files(Vec::new());
    pictures::add(&mut files);
    tiff::add(&mut files);
    boxes::add(&mut files);
    documents::add(&mut files);
    sound::add(&mut files);
    stores::add(&mut files);
    files.0
}

#[cfg(test)]
mod tests {
    use super::parts::brotli_zeros;
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn there_are_at_least_sixty_and_each_is_small() {
        let files = all();
        assert!(files.len() >= 60, "{}", files.len());
        let names: HashSet<_> = files.iter().map(|file| file.name).collect();
        assert_eq!(names.len(), files.len(), "names are unique");
        for file in &files {
            assert!(file.bytes.len() <= 6 << 20, "{}: {} bytes", file.name, file.bytes.len());
            assert!(!file.declares.is_empty());
        }
    }

    #[test]
    fn they_are_the_same_each_time() {
        for (first, second) in all().iter().zip(all()) {
            assert!(first.bytes == second.bytes, "{}", first.name);
        }
    }

    #[test]
    fn they_are_files_of_their_format() {
        for file in all() {
            let found = labeler_media::sniff(&file.bytes).map(labeler_media::Format::mime);
            assert!(found.is_some(), "{}", file.name);
        }
    }

    #[test]
    fn brotli_runs_give_what_they_say() {
        for length in [1 << 20, 5 << 20, 40 << 20] {
            let stream = brotli_zeros(length);
            assert!(stream.len() < 100);
            let mut output = Vec::new();
            brotli::BrotliDecompress(&mut &stream[..], &mut output).unwrap();
            assert!(output.len() == length && output.iter().all(|byte| *byte == 0), "{length}");
        }
    }
}
