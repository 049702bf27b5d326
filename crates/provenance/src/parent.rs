//! Turns a file's existing credentials into the `parentOf` ingredient of the new ones.
//!
//! To validate them, the engine would read the whole file twice more. Instead, the engine validates only the store
//! here, and the one check that needs the file, the hard binding, uses the same code as reading. Other kinds of hard
//! binding are still left to the engine.

use std::io::Cursor;

use c2pa::{Context, Ingredient, Reader, Settings};
use labeler_media::{Format, ManifestStore};
use labeler_splice::Rope;
use serde_json::json;

use crate::binding::HardBinding;
use crate::summary::Validation;

/// Returns the ingredient, or `None` if the engine must read the file itself.
pub(crate) fn ingredient(
    store: &ManifestStore,
    source: &Rope,
    format: Format,
    title: Option<&str>,
    settings: Settings,
) -> c2pa::Result<Option<Ingredient>> {
    let Some(binding) = HardBinding::find(format, store) else { return Ok(None) };
    let Some(mut pass) = binding.plan(&mut source.reader())? else { return Ok(None) };
    source.parts().iter().for_each(|part| pass.update(part));

    let context = Context::new().with_settings(settings)?;
    let reader = Reader::from_context(context).with_stream("application/c2pa", Cursor::new(store.jumbf.as_slice()))?;
    let (Some(results), Some(label)) = (reader.validation_results(), reader.active_label()) else {
        return Ok(None);
    };
    let mut results = serde_json::to_value(results)?;
    let Some(active) = results.get_mut("activeManifest") else { return Ok(None) };
    let mut validation: Validation = serde_json::from_value(active.clone())?;
    validation.settle(&binding.path, &pass.finish());
    *active = serde_json::to_value(validation)?;

    let mut json = json!({
        "format": format.mime(),
        "relationship": "parentOf",
        "active_manifest": label,
        "validation_results": results,
    });
    if let (Some(title), Some(map)) = (title, json.as_object_mut()) {
        map.insert("title".to_owned(), title.into());
    }
    let mut ingredient = Ingredient::from_json(&json.to_string())?;
    ingredient.set_manifest_data(store.jumbf.clone())?;
    Ok(Some(ingredient))
}
