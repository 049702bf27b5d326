//! Labels an image with a development certificate and checks the result.
//!
//! `cargo run -p labeler-examples --example label_image -- INPUT OUTPUT`

use std::error::Error;
use std::fmt::Write;
use std::io::Cursor;
use std::path::Path;

use bytes::Bytes;
use labeler_checker::CheckRequest;
use labeler_devchain::{Algorithm, Purpose};
use labeler_labeling::{
    DigitalSourceType, LabelOptions, LabelRequest, PixelLayers, Profile, RegionPreset, SigningMode, label_with, pixels,
};
use labeler_media::Limits;
use labeler_provenance::SigningIdentity;
use labeler_provenance::trust::TrustList;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args_os().skip(1);
    let (Some(input), Some(output)) = (args.next(), args.next()) else {
        return Err("two paths are needed. Usage: label_image INPUT OUTPUT".into());
    };
    print!("{}", label_image(Path::new(&input), Path::new(&output))?);
    Ok(())
}

/// Labels `input`, writes it to `output`, and returns what this program prints.
///
/// # Errors
/// When a file cannot be read or written, or the image cannot be labelled.
pub fn label_image(input: &Path, output: &Path) -> Result<String, Box<dyn Error>> {
    let now = OffsetDateTime::now_utc();
    // A self-signed chain for trying things out; no trust list contains it. In production, read the PEM files of a
    // chain and key from an authority on the C2PA list.
    let chain = labeler_devchain::make(Algorithm::Es256, Purpose::Development, now.unix_timestamp())?;
    let signer = SigningIdentity::from_pem(chain.chain_pem.as_bytes(), chain.key_pem.as_bytes())?;

    let image = Bytes::from(std::fs::read(input)?);
    let options = LabelOptions {
        digital_source_type: DigitalSourceType::TrainedAlgorithmicMedia,
        region_preset: RegionPreset::EuStrict,
        signing_mode: SigningMode::Managed,
        dnt_enabled: false,
        filename: input.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        // Binds the options to these bytes: another file is refused.
        sha256_input: hex::encode(Sha256::digest(&image)),
        pre_applied: Vec::new(),
        profile: Profile { provider: Some("Example Ltd".to_owned()), ..Profile::default() },
    };

    // First the layers in the pixels (for this preset the watermark), then metadata, and the signature last.
    let layers = PixelLayers::for_preset(&options);
    let drawn = pixels::draw(&image, &options, &layers, now)?;
    let labelled = pollster::block_on(label_with(LabelRequest {
        input: image,
        options: &options,
        signer: &signer,
        now,
        pixels: Some(drawn),
        time_stamping: None,
        limits: Limits::new(),
    }))?;
    // The body is a list of slices, so that a server can send it without copying the image.
    let bytes = labelled.body.concat();
    std::fs::write(output, &bytes)?;

    let mut text = format!("layers: {}\n", labelled.applied_layers.join(", "));
    for warning in &labelled.warnings {
        writeln!(text, "warning: {}", warning.message)?;
    }
    // An own trust list with the root of the development chain makes the signer a trusted one, for this check alone.
    let mut request = CheckRequest::at(now);
    request.own_lists.push(TrustList::own("development", "development root", "", &chain.root_pem));
    let report = labeler_checker::check(&mut Cursor::new(&bytes), &request)?;
    writeln!(text, "credentials: {:?}", report.c2pa.integrity)?;
    for mark in report.watermark.marks.iter().filter(|mark| mark.decoded) {
        writeln!(text, "watermark: {}, payload {}", mark.name, mark.payload.as_deref().unwrap_or("unknown"))?;
    }
    Ok(text)
}
