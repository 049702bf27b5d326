//! `--trustmark-model`: searches images for TrustMark watermarks with a model that the operator provides.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::PathBuf;

use clap::Args as ClapArgs;
use labeler_checker::{CheckError, CheckRequest, Checked};
use labeler_pixels::{Effort, LabelSearch};
use labeler_rules::Context;
use labeler_trustmark::{Model, ModelError, ModelOptions, Variant};

/// Name under which a report lists TrustMark among the watermarks that cannot be checked.
const NAME: &str = "TrustMark";

/// Options for TrustMark.
#[derive(ClapArgs)]
#[group(id = "trustmark")]
pub struct Args {
    /// Also search images for TrustMark watermarks with this decoder model (ONNX). The model is not part of Labeler;
    /// docs/trustmark.md says where Adobe publishes it.
    #[arg(long, value_name = "FILE", env = "LABELER_TRUSTMARK_MODEL")]
    trustmark_model: Option<PathBuf>,
    /// Expected SHA-256 of the model file. Required for files whose hash Labeler does not know.
    #[arg(long, value_name = "HEX", env = "LABELER_TRUSTMARK_SHA256", requires = "trustmark_model")]
    trustmark_sha256: Option<String>,
    /// Variant of the model, if its hash is not known: P, Q, B or C.
    #[arg(long, value_name = "VARIANT", env = "LABELER_TRUSTMARK_VARIANT", requires = "trustmark_model")]
    trustmark_variant: Option<Variant>,
}

impl Args {
    /// Loads the model, if one is given. A model that cannot be used is an error, because a check without it would look
    /// the same.
    pub fn load(&self) -> Result<Option<Model>, String> {
        let Some(path) = &self.trustmark_model else { return Ok(None) };
        let options = ModelOptions { sha256: self.trustmark_sha256.clone(), variant: self.trustmark_variant };
        let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Model::load(file, &options).map(Some).map_err(|error| {
            let advice = match &error {
                ModelError::UnknownHash(hash) => format!(" with --trustmark-sha256 {hash}"),
                ModelError::UnknownVariant => " with --trustmark-variant P, Q, B or C".to_owned(),
                _ => String::new(),
            };
            format!("{}: {error}{advice}", path.display())
        })
    }
}

/// Checks a file as [`labeler_checker::check_with_facts`] does, and searches its pixels for a TrustMark watermark of
/// the model's variant.
pub fn check<R: Read + Seek + Send>(
    source: &mut R,
    request: &CheckRequest,
    model: &Model,
) -> Result<Checked, CheckError> {
    let mut is_searched = false;
    let mut look = |bytes: &[u8], effort: Effort<'_>, labels: &LabelSearch| {
        let mut findings = labeler_drawing::look(bytes, effort, labels);
        if findings.not_probed.is_none() {
            match model.look(bytes, effort.max_pixels) {
                Ok(found) => {
                    findings.marks.extend(found.map(|found| model.mark(&found)));
                    is_searched = true;
                }
                // The report then still says that TrustMark cannot be checked.
                Err(error) => {
                    let name = request.filename.as_deref().unwrap_or("standard input");
                    eprintln!("labeler: {name}: the search for TrustMark failed: {error}");
                }
            }
        }
        findings
    };
    let mut checked = labeler_checker::check_with_facts(source, request, &mut look)?;
    if is_searched {
        narrow(&mut checked, request, model.variant());
    }
    Ok(checked)
}

/// Replaces "TrustMark" among the watermarks that cannot be checked, because the other variants still cannot be.
fn narrow(checked: &mut Checked, request: &CheckRequest, variant: Variant) {
    let rest = format!("{NAME} (variants other than {variant})");
    let marks = checked.evidence.invisible_marks.iter_mut().map(|mark| &mut mark.name);
    for name in marks.chain(&mut checked.report.watermark.not_checkable).filter(|name| *name == NAME) {
        name.clone_from(&rest);
    }
    let context = request.context.clone().unwrap_or_else(|| Context::new(request.now.date()));
    checked.judge_again(&context);
}
