//! crJSON of real files, for the example and the corpus test.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::{
    error::Error,
    fs::File,
    path::{Path, PathBuf},
};

use c2pa::{Context, Reader, Settings};
use serde_json::{Value, json};

/// Key usages that a claim signer's certificate may carry; given settings clear the engine's own list.
const KEY_USAGES: &str = "1.3.6.1.5.5.7.3.4\n1.3.6.1.5.5.7.3.36\n1.3.6.1.5.5.7.3.8\n1.3.6.1.5.5.7.3.9\n\
    1.3.6.1.4.1.311.76.59.1.9\n1.3.6.1.4.1.62558.2.1\n";

/// The crJSON of a file, or why c2pa finds no manifest to report.
pub fn crjson(path: &Path) -> Result<Result<Value, String>, Box<dyn Error>> {
    let anchors =
        |list: &str, pem: &str, kind: &str| json!({"trust_anchors": pem, "trust_uri": list, "trust_kind": kind});
    let settings = json!({
        "trust": {
            "trust_config": KEY_USAGES,
            "anchors": [
                anchors("c2pa.pem", include_str!("../../../provenance/trust/c2pa.pem"), "manifest"),
                anchors("c2pa-tsa.pem", include_str!("../../../provenance/trust/c2pa-tsa.pem"), "tsa"),
            ],
        },
        "verify": {"remote_manifest_fetch": false, "ocsp_fetch": false},
    });
    let settings = Settings::new().with_json(&settings.to_string())?;
    let context = Context::new().with_settings(settings)?;
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    Ok(match Reader::from_context(context).with_stream(extension, File::open(path)?) {
        Ok(reader) => Ok(serde_json::from_str(&reader.crjson())?),
        Err(error) => Err(error.to_string()),
    })
}

/// Takes out of crJSON what no check reads: the bytes of thumbnails, hashes and paddings, and the host's own name.
pub fn trim(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(trim),
        Value::Object(members) => members.values_mut().for_each(trim),
        Value::String(text) if text.starts_with("b64'") && text.len() > 8 => *text = "b64'AA=='".to_owned(),
        Value::String(text) if text.len() > 500 => *text = format!("{}…", text.chars().take(40).collect::<String>()),
        _ => {}
    }
}

/// The test corpus: `$LABELER_CORPUS`, or `../shared/corpus` beside the repository, if there.
pub fn corpus() -> Option<PathBuf> {
    let beside = std::env::var_os("CARGO_MANIFEST_DIR").map(|own| PathBuf::from(own).join("../../../shared/corpus"));
    std::env::var_os("LABELER_CORPUS").map(PathBuf::from).into_iter().chain(beside).find(|path| path.is_dir())
}
