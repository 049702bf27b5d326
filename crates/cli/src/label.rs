//! `labeler label`.

use std::io::Write;
use std::path::PathBuf;

use bytes::Bytes;
use clap::Args as ClapArgs;
use labeler_labeling::{DigitalSourceType, LabelOptions, RegionPreset, SigningMode};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::Outcome;
use crate::identity::{self, read};

/// Options of `labeler label`.
#[derive(ClapArgs)]
pub struct Args {
    /// The image to label (JPEG or PNG).
    file: PathBuf,
    /// Where the labelled image goes. The source is never overwritten unless you name it here.
    #[arg(short, long)]
    output: PathBuf,
    /// How the content came to be, an IPTC digital source type.
    #[arg(long, value_name = "TERM", default_value = "trainedAlgorithmicMedia")]
    source_type: DigitalSourceType,
    /// Which laws to label for: eu_strict, california, china or global_minimum.
    #[arg(long, value_name = "PRESET", default_value = "eu_strict")]
    preset: RegionPreset,
    /// Reserve the image from training and data mining.
    #[arg(long)]
    no_training: bool,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    identity: identity::Args,
}

/// Labels one file.
pub fn run(args: &Args) -> Result<Outcome, String> {
    let input = Bytes::from(read(&args.file)?);
    let options = LabelOptions {
        digital_source_type: args.source_type,
        region_preset: args.preset,
        signing_mode: SigningMode::Managed,
        dnt_enabled: args.no_training,
        filename: args.file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
        sha256_input: hex::encode(Sha256::digest(&input)),
        pre_applied: Vec::new(),
    };
    let signer = args.identity.load()?;
    let now = OffsetDateTime::from_unix_timestamp(identity::now()).map_err(|e| e.to_string())?;
    let labelled = pollster::block_on(labeler_labeling::label(input, &options, &signer, now))
        .map_err(|e| format!("{}: {e}", args.file.display()))?;

    // Written beside the target and moved over it, so that an interrupted run leaves no half file.
    let folder = args.output.parent().filter(|p| !p.as_os_str().is_empty()).map_or(".".into(), PathBuf::from);
    let named = |e: std::io::Error| format!("{}: {e}", args.output.display());
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file: the umask takes away what it takes away.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(&folder).map_err(named)?;
    for part in &labelled.body {
        file.write_all(part).map_err(named)?;
    }
    file.persist(&args.output).map_err(|e| named(e.error))?;

    if args.json {
        println!(
            "{}",
            serde_json::json!({
                "output": args.output,
                "mime": labelled.format.mime(),
                "sizeBytes": labelled.size_bytes,
                "sha256Input": labelled.sha256_input,
                "sha256Output": labelled.sha256_output,
                "appliedLayers": labelled.applied_layers,
                "assertions": labelled.assertions,
                "manifest": labelled.manifest_label,
                "signerFingerprint": labelled.signer_fingerprint,
                "warnings": labelled.warnings,
            })
        );
    } else {
        println!("{}  {}", labelled.sha256_output, args.output.display());
        println!("  {} signed by {}", labelled.applied_layers.join(", "), labelled.signer_fingerprint);
    }
    for warning in &labelled.warnings {
        eprintln!("labeler: warning: {}", warning.message);
    }
    Ok(Outcome::Fine)
}
