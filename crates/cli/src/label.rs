//! `labeler label`: labels images.

use std::io::Write;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use clap::Args as ClapArgs;
use labeler_init::files::{self, read};
use labeler_init::say;
use labeler_labeling::{
    ACCEPTED, DigitalSourceType, LabelOptions, LabelRequest, Labelled, OverlayPosition, PixelLayers, Profile,
    RegionPreset, SigningMode, label_with,
    pixels::{self, WatermarkKey},
};
use labeler_provenance::SigningIdentity;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::identity;
use crate::outcome::Outcome;
use crate::watermark_key;

/// Options of `labeler label`.
#[derive(ClapArgs)]
pub struct Args {
    /// Images to label, or folders of images: JPEG, PNG, WebP, AVIF, TIFF, HEIC, HEIF, GIF.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// File for the labelled image, or a folder for several images. The source is overwritten only if you name it here.
    #[arg(short, long)]
    output: PathBuf,
    /// Origin of the content as an IPTC digital source type.
    #[arg(long, value_name = "TERM", default_value = "trainedAlgorithmicMedia")]
    source_type: DigitalSourceType,
    /// Laws to label for: eu_strict, california, china or global_minimum.
    #[arg(long, value_name = "PRESET", default_value = "eu_strict")]
    preset: RegionPreset,
    /// Reserve the image from training and data mining.
    #[arg(long)]
    no_training: bool,
    /// Name of the provider of the AI system.
    #[arg(long, value_name = "NAME", env = "LABELER_PROVIDER")]
    provider: Option<String>,
    /// Name of the AI system.
    #[arg(long, value_name = "NAME", env = "LABELER_AI_SYSTEM")]
    ai_system: Option<String>,
    /// Version of the AI system.
    #[arg(long, value_name = "VERSION", env = "LABELER_AI_SYSTEM_VERSION")]
    ai_system_version: Option<String>,
    /// Provider code for China, 27 characters.
    #[arg(long, value_name = "CODE", env = "LABELER_PRODUCER_CODE")]
    producer_code: Option<String>,
    /// Keep the file name out of the manifest.
    #[arg(long)]
    neutral_title: bool,
    /// Draw a visible label, even if the preset has none. `--visible=TEXT` replaces the text of the preset.
    #[arg(
        long,
        value_name = "TEXT",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        conflicts_with = "no_visible"
    )]
    visible: Option<String>,
    /// Corner of the visible label: TL, TR, BL or BR.
    #[arg(long, value_name = "CORNER")]
    corner: Option<OverlayPosition>,
    /// Do not draw a visible label, even if the preset has one.
    #[arg(long)]
    no_visible: bool,
    /// Do not write a watermark, so that the image data stays unchanged.
    #[arg(long = "no-watermark", alias = "no-mark")]
    no_watermark: bool,
    /// Write the watermark with this key (32 bytes, as 64 hexadecimal digits or raw), so that only holders of the key
    /// can read it. `labeler watermark-key` creates a key.
    #[arg(long, value_name = "FILE", conflicts_with = "no_watermark")]
    watermark_key: Option<PathBuf>,
    /// Print the results as JSON, one line per file.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    identity: identity::Args,
}

/// A file to label, and its output.
struct Job {
    input: PathBuf,
    output: PathBuf,
    /// Whether the file was found in a folder. It is then skipped if its type cannot be labelled.
    found: bool,
}

/// Labels every file. A file that cannot be labelled does not stop the others.
pub fn run(args: &Args) -> Result<Outcome, String> {
    let profile = profile(args)?;
    let signer = args.identity.load()?;
    let key = args.watermark_key.as_deref().map(watermark_key::load).transpose()?;
    let mut outcome = Outcome::Fine;
    let mut passed_over = 0_usize;
    for job in jobs(args)? {
        let input = match read(&job.input) {
            Ok(bytes) => Bytes::from(bytes),
            Err(error) => {
                eprintln!("labeler: {error}");
                outcome = Outcome::Unreadable;
                continue;
            }
        };
        if job.found && !labeler_media::sniff(&input).is_some_and(|format| ACCEPTED.contains(&format)) {
            passed_over = passed_over.saturating_add(1);
            continue;
        }
        let labelled = label(args, &job, input, &profile, &signer, key.as_ref()).and_then(|labelled| {
            write(&job.output, &labelled)?;
            Ok(labelled)
        });
        match labelled {
            Ok(labelled) => tell(args, &job, &labelled),
            Err(error) => {
                eprintln!("labeler: {}: {error}", job.input.display());
                outcome = Outcome::Unreadable;
            }
        }
    }
    if passed_over > 0 {
        eprintln!("labeler: skipped {passed_over} file(s) of a type that cannot be labelled");
    }
    Ok(outcome)
}

fn profile(args: &Args) -> Result<Profile, String> {
    let given = serde_json::json!({
        "provider": args.provider,
        "aiSystem": args.ai_system,
        "aiSystemVersion": args.ai_system_version,
        "producerCode": args.producer_code,
        "neutralTitle": args.neutral_title,
    });
    given.as_object().map_or_else(|| Ok(Profile::default()), |map| Profile::from_map("options", map)).map_err(|error| {
        let option = match error.field.rsplit('.').next() {
            Some("provider") => "--provider",
            Some("aiSystem") => "--ai-system",
            Some("aiSystemVersion") => "--ai-system-version",
            _ => "--producer-code",
        };
        error.message.replacen(&error.field, option, 1)
    })
}

/// Assigns outputs: one file is written to the output itself; several files or a folder are written to the output as a
/// folder.
fn jobs(args: &Args) -> Result<Vec<Job>, String> {
    let several = args.files.len() > 1 || args.output.is_dir();
    let mut jobs = Vec::new();
    for named in &args.files {
        if named.is_dir() {
            let mut folders = vec![named.clone()];
            let mut files = Vec::new();
            while let Some(folder) = folders.pop() {
                let told = |e: std::io::Error| format!("{}: {e}", folder.display());
                for entry in std::fs::read_dir(&folder).map_err(told)? {
                    let entry = entry.map_err(told)?;
                    let kind = entry.file_type().map_err(told)?;
                    if kind.is_dir() {
                        folders.push(entry.path());
                    } else if kind.is_file() {
                        files.push(entry.path());
                    }
                }
            }
            files.sort();
            jobs.extend(files.into_iter().map(|input| {
                let inside = input.strip_prefix(named).unwrap_or(&input);
                Job { output: args.output.join(inside), input, found: true }
            }));
        } else {
            let output = match named.file_name() {
                Some(name) if several => args.output.join(name),
                _ => args.output.clone(),
            };
            jobs.push(Job { input: named.clone(), output, found: false });
        }
    }
    let mut outputs: Vec<_> = jobs.iter().map(|job| &job.output).collect();
    outputs.sort();
    if let Some(pair) = outputs.windows(2).find(|pair| pair.first() == pair.last()) {
        return Err(format!(
            "two files would have the same output {}",
            pair.first().map_or_else(String::new, |p| p.display().to_string())
        ));
    }
    Ok(jobs)
}

fn label(
    args: &Args,
    job: &Job,
    input: Bytes,
    profile: &Profile,
    signer: &SigningIdentity,
    key: Option<&WatermarkKey>,
) -> Result<Labelled, String> {
    let options = LabelOptions {
        digital_source_type: args.source_type,
        region_preset: args.preset,
        signing_mode: SigningMode::Managed,
        dnt_enabled: args.no_training,
        filename: job.input.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
        sha256_input: hex::encode(Sha256::digest(&input)),
        pre_applied: Vec::new(),
        profile: profile.clone(),
    };
    let mut layers = PixelLayers::for_preset(&options);
    layers.mark &= !args.no_watermark;
    if args.no_visible {
        layers.visible = None;
    }
    if let Some(text) = &args.visible {
        let mut label = PixelLayers::label_of(&options);
        if !text.is_empty() {
            label.text.clone_from(text);
        }
        layers.visible = Some(label);
    }
    if let (Some(label), Some(corner)) = (&mut layers.visible, args.corner) {
        label.corner = corner;
    }
    let now = OffsetDateTime::from_unix_timestamp(files::now()).map_err(|e| e.to_string())?;
    let drawn = pixels::draw_with_key(&input, &options, &layers, key, now).map_err(|e| e.to_string())?;
    let request = LabelRequest {
        input,
        options: &options,
        signer,
        now,
        pixels: Some(drawn),
        time_stamping: None,
        limits: labeler_media::Limits::new(),
    };
    pollster::block_on(label_with(request)).map_err(|e| e.to_string())
}

/// Writes a temporary file beside the target and moves it there, so that an interrupted run leaves no partial file.
fn write(output: &Path, labelled: &Labelled) -> Result<(), String> {
    let folder = output.parent().filter(|p| !p.as_os_str().is_empty()).map_or(".".into(), PathBuf::from);
    let named = |e: std::io::Error| format!("{}: {e}", output.display());
    std::fs::create_dir_all(&folder).map_err(named)?;
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The umask restricts these permissions, as for any new file.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(&folder).map_err(named)?;
    for part in &labelled.body {
        file.write_all(part).map_err(named)?;
    }
    file.persist(output).map_err(|e| named(e.error))?;
    Ok(())
}

fn tell(args: &Args, job: &Job, labelled: &Labelled) {
    if args.json {
        say!(
            "{}",
            serde_json::json!({
                "output": job.output,
                "mime": labelled.format.mime(),
                "sizeBytes": labelled.size_bytes,
                "sha256Input": labelled.sha256_input,
                "sha256Output": labelled.sha256_output,
                "appliedLayers": labelled.applied_layers,
                "assertions": labelled.assertions,
                "manifest": labelled.manifest_label,
                "watermarkPayloadId": labelled.watermark_payload_id,
                "visibleOverlay": labelled.visible_overlay,
                "signerFingerprint": labelled.signer_fingerprint,
                "warnings": labelled.warnings,
            })
        );
    } else {
        say!("{}  {}", labelled.sha256_output, job.output.display());
        say!("  {} signed by {}", labelled.applied_layers.join(", "), labelled.signer_fingerprint);
    }
    for warning in &labelled.warnings {
        eprintln!("labeler: warning: {}: {}", job.input.display(), warning.message);
    }
}
