// Canonical JSON: keys sorted by their bytes, no white space, escapes as `serde_json` writes them. `build.rs` includes
// this file because it cannot use the rest of the crate.

use serde_json::Value;

/// Serializes a value as canonical JSON.
pub(crate) fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            // Sorted here because another crate in the build may enable `preserve_order`, which changes the map's
            // order.
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by(|one, other| one.0.cmp(other.0));
            out.push('{');
            for (index, (key, item)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write(item, out);
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}
