//! A temporary folder with files in which the command runs.
#![allow(dead_code, reason = "each test program uses a part")]

use std::path::Path;

use assert_cmd::Command;
use labeler_media::fixtures::{self, Parts, XmpFields};
use serde_json::Value;

/// A temporary folder.
pub struct Place(tempfile::TempDir);

impl Place {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    pub fn file(&self, name: &str, bytes: &[u8]) -> std::path::PathBuf {
        std::fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }

    pub fn labeler(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_labeler"));
        command.env("LABELER_CONFIG", self.path("config")).env_remove("LABELER_SIGNING_CHAIN_FILE");
        command
    }

    pub fn json(&self, file: &Path) -> Value {
        let output = self.labeler().args(["check", "--json"]).arg(file).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

/// An image without marks.
pub fn photo() -> Vec<u8> {
    fixtures::jpeg(&Parts::default())
}

/// An image whose unsigned XMP says AI.
pub fn ai_picture() -> Vec<u8> {
    let xmp =
        fixtures::xmp(&XmpFields { digital_source_type: Some("trainedAlgorithmicMedia"), ..XmpFields::default() });
    fixtures::png(&Parts { xmp: Some(&xmp), ..Parts::default() })
}
