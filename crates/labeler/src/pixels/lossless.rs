//! PNG, WebP and TIFF: saved without loss; everything beside the pixels comes from the source.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder};
use labeler_media::Format;
use labeler_pixels::{Layout, Picture};
use labeler_splice::{Rope, TiffImage, replace_tiff_image};

/// What has to be known of the source's own form.
pub(super) struct Form {
    /// More than 8 bits a channel.
    pub(super) deep: bool,
    /// Without colour.
    gray: bool,
}

/// Chunks of a PNG: type, whole.
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

/// Chunks of a WebP: type, content.
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

/// Looks at the source before it is decoded: animations are not drawn on.
pub(super) fn check(file: &[u8], format: Format) -> Result<Form, String> {
    let animated = "it is an animation".to_owned();
    match format {
        Format::Png => {
            if png_chunks(file).iter().any(|(kind, _)| kind == b"acTL") {
                return Err(animated);
            }
            let (depth, color) = (file.get(24).copied().unwrap_or(8), file.get(25).copied().unwrap_or(2));
            Ok(Form { deep: depth > 8, gray: matches!(color, 0 | 4) })
        }
        Format::Webp => {
            if webp_chunks(file).iter().any(|(kind, _)| kind == b"ANIM") {
                return Err(animated);
            }
            Ok(Form { deep: false, gray: false })
        }
        _ => {
            let image = labeler_splice::tiff_image_form(&Rope::from(file.to_vec())).map_err(|e| e.to_string())?;
            if !matches!(image.photometric, 0..=3 | 6) {
                return Err("the TIFF's colours cannot be saved anew".to_owned());
            }
            Ok(Form { deep: image.bits > 8, gray: image.photometric <= 1 })
        }
    }
}

pub(super) fn save(source: &[u8], format: Format, picture: &Picture, form: &Form) -> Result<Vec<u8>, String> {
    match format {
        Format::Png => png(source, picture, form),
        Format::Webp => webp(source, picture),
        _ => tiff(source, picture, form),
    }
}

/// The samples as they are saved, and their kind.
fn samples(picture: &Picture, gray: bool) -> (Vec<u8>, ExtendedColorType) {
    let view = picture.view();
    match (gray, view.layout()) {
        (false, Layout::Rgb) => (view.data().to_vec(), ExtendedColorType::Rgb8),
        (false, Layout::Rgba) => (view.data().to_vec(), ExtendedColorType::Rgba8),
        (true, Layout::Rgb) => (view.data().iter().step_by(3).copied().collect(), ExtendedColorType::L8),
        (true, Layout::Rgba) => {
            let pairs = view.data().chunks_exact(4).flat_map(|p| [p.first().copied(), p.get(3).copied()]).flatten();
            (pairs.collect(), ExtendedColorType::La8)
        }
    }
}

fn png(source: &[u8], picture: &Picture, form: &Form) -> Result<Vec<u8>, String> {
    let (data, kind) = samples(picture, form.gray);
    let mut coded = Vec::new();
    PngEncoder::new_with_quality(&mut coded, CompressionType::Default, FilterType::Adaptive)
        .write_image(&data, picture.width(), picture.height(), kind)
        .map_err(|error| error.to_string())?;
    let new = png_chunks(&coded);
    let mut out = Vec::with_capacity(coded.len().saturating_add(4096));
    out.extend_from_slice(coded.get(..8).unwrap_or_default());
    let mut put = |chunks: &mut dyn Iterator<Item = &([u8; 4], &[u8])>| {
        chunks.for_each(|(_, whole)| out.extend_from_slice(whole));
    };
    put(&mut new.iter().filter(|(kind, _)| kind == b"IHDR"));
    // Chunks that speak of the old samples stay behind, and so do credentials, which are carried on elsewhere.
    let stays = |kind: &[u8; 4]| {
        matches!(kind, b"IHDR" | b"IDAT" | b"IEND" | b"PLTE" | b"tRNS" | b"bKGD" | b"sBIT" | b"hIST" | b"caBX")
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
    let (data, kind) = samples(picture, false);
    let mut coded = Vec::new();
    WebPEncoder::new_lossless(&mut coded)
        .write_image(&data, picture.width(), picture.height(), kind)
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

/// The first page gets new image data; the others, and all that is not image data, stay where they are.
fn tiff(source: &[u8], picture: &Picture, form: &Form) -> Result<Vec<u8>, String> {
    let (data, kind) = samples(picture, form.gray);
    let channels = match kind {
        ExtendedColorType::L8 => 1,
        ExtendedColorType::La8 => 2,
        ExtendedColorType::Rgb8 => 3,
        _ => 4,
    };
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&data).map_err(|e| e.to_string())?;
    let image = TiffImage {
        width: picture.width(),
        height: picture.height(),
        channels,
        deflated: encoder.finish().map_err(|e| e.to_string())?,
    };
    let rope = replace_tiff_image(&Rope::from(source.to_vec()), &image).map_err(|error| error.to_string())?;
    Ok(rope.parts().concat())
}
