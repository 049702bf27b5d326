//! Turns the published YAML rubrics into JSON, one file each: an array of the YAML documents, in order.

use std::{env, error::Error, fs, path::Path};

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=rubrics");
    let out = env::var("OUT_DIR")?;
    for entry in fs::read_dir("rubrics")? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "yml") {
            continue;
        }
        let stem = path.file_stem().and_then(|stem| stem.to_str()).ok_or("a rubric's name is not UTF-8")?;
        let source = fs::read_to_string(&path)?;
        let documents = Yaml::load_from_str(&source)?.iter().map(json).collect::<Result<Vec<_>, _>>()?;
        fs::write(Path::new(&out).join(format!("{stem}.json")), serde_json::to_vec(&documents)?)?;
    }
    Ok(())
}

fn json(node: &Yaml) -> Result<Value, Box<dyn Error>> {
    Ok(match node {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => Value::Bool(*value),
        Yaml::Value(Scalar::Integer(value)) => Value::from(*value),
        Yaml::Value(Scalar::FloatingPoint(value)) => Value::from(value.into_inner()),
        Yaml::Value(Scalar::String(value)) => Value::from(value.as_ref()),
        Yaml::Sequence(items) => Value::Array(items.iter().map(json).collect::<Result<_, _>>()?),
        Yaml::Mapping(pairs) => Value::Object(
            pairs
                .iter()
                .map(|(key, value)| {
                    let key = key.as_str().ok_or("a rubric has a key that is no string")?;
                    Ok::<_, Box<dyn Error>>((key.to_owned(), json(value)?))
                })
                .collect::<Result<_, _>>()?,
        ),
        other => {
            return Err(format!("a rubric uses YAML that is not plain data: {other:?}").into());
        }
    })
}
