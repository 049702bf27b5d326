//! PNG, WebP and TIFF: saved without loss and in the source's depth; everything except the pixels comes from the
//! source.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder};
use labeler_media::Format;
use labeler_pixels::{Layout, Picture};
use labeler_splice::{Rope, TiffForm, TiffImage, replace_tiff_image, tiff_image_form};

use crate::outcome::{Drawing, Drawn, FURTHER};

/// Properties of the source's own form that are needed for saving.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Form {
    /// PNG: depth and colour type (IHDR).
    png: Option<(u8, u8)>,
    /// Form of a TIFF.
    tiff: Option<TiffForm>,
}

impl Form {
    /// Adds notes about unavoidable changes.
    pub(super) fn note(&self, result: &mut Drawing) {
        match self.png {
            Some((_, 3)) => {
                result.note("palette_expanded", "The image had a palette and was saved in full colour.");
            }
            Some((1 | 2 | 4, _)) => {
                result.note("depth_raised", "The image had fewer than 8 bits a channel and was saved with 8.");
            }
            _ => {}
        }
        if let Some(tiff) = self.tiff {
            if tiff.bits < 8 {
                result.note("depth_raised", "The image had fewer than 8 bits a channel and was saved with 8.");
            }
            if tiff.pages > 1 {
                result
                    .note(FURTHER, "The file has further pages, which were not changed: only the first was drawn on.");
            }
        }
    }
}

/// Returns the chunks of a PNG: type and whole chunk.
fn png_chunks(file: &[u8]) -> Vec<([u8; 4], &[u8])> {
    let mut found = Vec::new();
    let mut at = 8_usize;
    while let Some(head) = file.get(at..at.saturating_add(8)) {
        let [l0, l1, l2, l3, k0, k1, k2, k3] = *head else { break };
        let length = usize::try_from(u32::from_be_bytes([l0, l1, l2, l3])).unwrap_or(usize::MAX);
        let end = at.saturating_add(12).saturating_add(length);
        let Some(whole) = file.get(at..end) else { break };
        found.push(([k0, k1, k2, k3], whole));
        at = end;
    }
    found
}

/// Returns the chunks of a WebP: type and content.
fn webp_chunks(file: &[u8]) -> Vec<([u8; 4], &[u8])> {
    let mut found = Vec::new();
    let mut at = 12_usize;
    while let Some(head) = file.get(at..at.saturating_add(8)) {
        let [k0, k1, k2, k3, l0, l1, l2, l3] = *head else { break };
        let length = usize::try_from(u32::from_le_bytes([l0, l1, l2, l3])).unwrap_or(usize::MAX);
        let data = at.saturating_add(8);
        let Some(body) = file.get(data..data.saturating_add(length)) else { break };
        found.push(([k0, k1, k2, k3], body));
        at = data.saturating_add(length).saturating_add(length % 2);
    }
    found
}

/// Checks the source before it is decoded. Animations are rejected, and so are forms of TIFF whose decoded samples
/// differ from the stored ones.
pub(super) fn check(file: &Bytes, format: Format) -> Result<Form, String> {
    let animated = "it is an animation".to_owned();
    match format {
        Format::Png => {
            if png_chunks(file).iter().any(|(kind, _)| kind == b"acTL") {
                return Err(animated);
            }
            let (depth, color) = (file.get(24).copied().unwrap_or(8), file.get(25).copied().unwrap_or(2));
            Ok(Form { png: Some((depth, color)), tiff: None })
        }
        Format::Webp => {
            if webp_chunks(file).iter().any(|(kind, _)| kind == b"ANIM") {
                return Err(animated);
            }
            Ok(Form::default())
        }
        _ => {
            let form = tiff_image_form(&Rope::from(file.clone())).map_err(|error| error.to_string())?;
            // Old-style and new-style JPEG: the decoder does not report skipped data.
            if matches!(form.compression, 6 | 7) {
                return Err(
                    "the TIFF's image data is coded as JPEG; save it uncompressed or with LZW or ZIP".to_owned()
                );
            }
            if !matches!(form.photometric, 0..=3) {
                return Err("the TIFF's colours cannot be saved anew".to_owned());
            }
            if form.bits > 16 {
                return Err("the TIFF has more than 16 bits a channel".to_owned());
            }
            Ok(Form { png: None, tiff: Some(form) })
        }
    }
}

pub(super) fn save(source: &Bytes, format: Format, drawn: &Drawn, form: &Form) -> Result<Vec<u8>, String> {
    match (format, form) {
        (Format::Png, Form { png: Some(header), .. }) => png(source, drawn, *header),
        (Format::Tiff, Form { tiff: Some(form), .. }) => tiff(source, drawn, form),
        _ => webp(source, &drawn.picture),
    }
}

/// Returns the samples to save, and their kind. `order` gives the byte order of 16-bit samples.
fn samples(drawn: &Drawn, order: fn(u16) -> [u8; 2]) -> (Vec<u8>, ExtendedColorType) {
    let view = drawn.picture.view();
    let kind = match (drawn.gray, view.layout(), &drawn.deep) {
        (false, Layout::Rgb, None) => ExtendedColorType::Rgb8,
        (false, Layout::Rgba, None) => ExtendedColorType::Rgba8,
        (true, Layout::Rgb, None) => ExtendedColorType::L8,
        (true, Layout::Rgba, None) => ExtendedColorType::La8,
        (false, Layout::Rgb, Some(_)) => ExtendedColorType::Rgb16,
        (false, Layout::Rgba, Some(_)) => ExtendedColorType::Rgba16,
        (true, Layout::Rgb, Some(_)) => ExtendedColorType::L16,
        (true, Layout::Rgba, Some(_)) => ExtendedColorType::La16,
    };
    let data = match (&drawn.deep, kind) {
        (Some(deep), _) => deep.iter().flat_map(|sample| order(*sample)).collect(),
        (None, ExtendedColorType::L8) => view.data().iter().step_by(3).copied().collect(),
        (None, ExtendedColorType::La8) => {
            let pairs = view.data().chunks_exact(4).flat_map(|p| [p.first().copied(), p.get(3).copied()]).flatten();
            pairs.collect()
        }
        (None, _) => view.data().to_vec(),
    };
    (data, kind)
}

fn png(source: &[u8], drawn: &Drawn, (depth, color): (u8, u8)) -> Result<Vec<u8>, String> {
    let (data, kind) = samples(drawn, u16::to_ne_bytes);
    let mut coded = Vec::new();
    PngEncoder::new_with_quality(&mut coded, CompressionType::Default, FilterType::Adaptive)
        .write_image(&data, drawn.picture.width(), drawn.picture.height(), kind)
        .map_err(|error| error.to_string())?;
    drop(data);
    let new = png_chunks(&coded);
    let mut out = Vec::with_capacity(coded.len().saturating_add(4096));
    out.extend_from_slice(coded.get(..8).unwrap_or_default());
    let mut put = |chunks: &mut dyn Iterator<Item = &([u8; 4], &[u8])>| {
        chunks.for_each(|(_, whole)| out.extend_from_slice(whole));
    };
    put(&mut new.iter().filter(|(kind, _)| kind == b"IHDR"));
    // Chunks that describe the old samples are copied if the new ones are of the same kind. Credentials are not copied;
    // they are handled elsewhere.
    let same = coded.get(24..26) == Some(&[depth, color]);
    let stays = |kind: &[u8; 4]| match kind {
        b"IHDR" | b"IDAT" | b"IEND" | b"PLTE" | b"tRNS" | b"hIST" | b"caBX" => true,
        b"bKGD" | b"sBIT" => !same,
        _ => false,
    };
    let old = png_chunks(source);
    let first_data = old.iter().position(|(kind, _)| kind == b"IDAT").unwrap_or(old.len());
    let (before, after) = old.split_at(first_data);
    put(&mut before.iter().filter(|(kind, _)| !stays(kind)));
    put(&mut new.iter().filter(|(kind, _)| kind == b"IDAT"));
    put(&mut after.iter().filter(|(kind, _)| !stays(kind)));
    put(&mut new.iter().filter(|(kind, _)| kind == b"IEND"));
    Ok(out)
}

fn webp(source: &[u8], picture: &Picture) -> Result<Vec<u8>, String> {
    let view = picture.view();
    let kind = match view.layout() {
        Layout::Rgb => ExtendedColorType::Rgb8,
        Layout::Rgba => ExtendedColorType::Rgba8,
    };
    let mut coded = Vec::new();
    WebPEncoder::new_lossless(&mut coded)
        .write_image(view.data(), picture.width(), picture.height(), kind)
        .map_err(|error| error.to_string())?;
    let old = webp_chunks(source);
    let find = |wanted: &[u8; 4]| old.iter().find(|(kind, _)| kind == wanted).map(|(_, body)| *body);
    let (profile, exif, xmp) = (find(b"ICCP"), find(b"EXIF"), find(b"XMP "));
    let Some(image) = webp_chunks(&coded).into_iter().find(|(kind, _)| kind == b"VP8L").map(|(_, body)| body.to_vec())
    else {
        return Err("the encoder wrote no image".to_owned());
    };
    let mut chunks: Vec<(&[u8; 4], Vec<u8>)> = Vec::new();
    if profile.is_some() || exif.is_some() || xmp.is_some() {
        // Flags of the extended format: profile, alpha, EXIF, XMP.
        let alpha = picture.view().layout() == Layout::Rgba;
        let flags = [(profile.is_some(), 0x20), (alpha, 0x10), (exif.is_some(), 0x08), (xmp.is_some(), 0x04)];
        let flags = flags.iter().filter(|(set, _)| *set).map(|(_, bit)| bit).sum::<u8>();
        let mut features = vec![flags, 0, 0, 0];
        for side in [picture.width(), picture.height()] {
            features.extend_from_slice(side.saturating_sub(1).to_le_bytes().get(..3).unwrap_or_default());
        }
        chunks.push((b"VP8X", features));
    }
    chunks.extend(profile.map(|body| (b"ICCP", body.to_vec())));
    chunks.push((b"VP8L", image));
    chunks.extend(exif.map(|body| (b"EXIF", body.to_vec())));
    chunks.extend(xmp.map(|body| (b"XMP ", body.to_vec())));
    let mut body = b"WEBP".to_vec();
    for (kind, content) in chunks {
        body.extend_from_slice(kind);
        body.extend_from_slice(&u32::try_from(content.len()).unwrap_or(u32::MAX).to_le_bytes());
        body.extend_from_slice(&content);
        if content.len() % 2 == 1 {
            body.push(0);
        }
    }
    let length = u32::try_from(body.len()).map_err(|_| "the picture is too large for WebP".to_owned())?;
    Ok([&b"RIFF"[..], &length.to_le_bytes(), &body].concat())
}

/// Writes new image data for the first page. Other pages and everything that is not image data keep their positions.
fn tiff(source: &Bytes, drawn: &Drawn, form: &TiffForm) -> Result<Vec<u8>, String> {
    let (mut data, kind) = samples(drawn, if form.big_endian { u16::to_be_bytes } else { u16::to_le_bytes });
    let (channels, bits) = match kind {
        ExtendedColorType::L8 => (1, 8),
        ExtendedColorType::La8 => (2, 8),
        ExtendedColorType::Rgb8 => (3, 8),
        ExtendedColorType::Rgba8 => (4, 8),
        ExtendedColorType::L16 => (1, 16),
        ExtendedColorType::La16 => (2, 16),
        ExtendedColorType::Rgb16 => (3, 16),
        _ => (4, 16),
    };
    // Some readers do not invert these samples, so they must be stored as before.
    let white_is_zero = form.photometric == 0 && channels == 1;
    if white_is_zero {
        data.iter_mut().for_each(|byte| *byte = !*byte);
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&data).map_err(|error| error.to_string())?;
    drop(data);
    let image = TiffImage {
        width: drawn.picture.width(),
        height: drawn.picture.height(),
        channels,
        bits,
        alpha: form.extra.and_then(|extra| u16::try_from(extra).ok()).filter(|extra| *extra <= 2).unwrap_or(2),
        white_is_zero,
        deflated: encoder.finish().map_err(|error| error.to_string())?,
    };
    let rope = replace_tiff_image(&Rope::from(source.clone()), &image).map_err(|error| error.to_string())?;
    Ok(rope.into_parts().concat())
}
