//! The dependencies of this crate, which decide how long the first `cargo xtask dev` takes.

#![allow(clippy::unwrap_used)]

use std::process::Command;

#[test]
fn depends_on_no_engine_codec_or_database() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--package", "labeler-init", "--edges", "normal", "--prefix", "none"])
        .args(["--format", "{p}", "--target", "all"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    let names: Vec<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.contains(&"labeler-store"), "{tree}");
    for heavy in
        ["c2pa", "image", "rav1e", "re_rav1d", "tract-core", "rusqlite", "labeler-pixels", "labeler-provenance"]
    {
        assert!(!names.contains(&heavy), "{heavy} would slow down the first start");
    }
}
