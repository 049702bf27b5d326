//! Writes the seed corpus: small images in every supported format.
//! `cargo run --manifest-path crates/pixels/fuzz/Cargo.toml --example seeds`

use std::path::Path;

use image::{DynamicImage, ImageFormat, RgbImage, RgbaImage};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/pixels");
    std::fs::create_dir_all(&folder)?;
    for side in [3, 40, 140] {
        let shade = |x: u32, y: u32| [(x * 7) as u8, (y * 5) as u8, (x ^ y) as u8];
        let rgb = DynamicImage::from(RgbImage::from_fn(side, side, |x, y| image::Rgb(shade(x, y))));
        let rgba = DynamicImage::from(RgbaImage::from_fn(side, side, |x, y| {
            let [r, g, b] = shade(x, y);
            image::Rgba([r, g, b, (x + y) as u8])
        }));
        for (name, format, picture) in [
            ("jpg", ImageFormat::Jpeg, &rgb),
            ("png", ImageFormat::Png, &rgba),
            ("gif", ImageFormat::Gif, &rgba),
            ("tiff", ImageFormat::Tiff, &rgb),
            ("webp", ImageFormat::WebP, &rgba),
        ] {
            picture.save_with_format(folder.join(format!("{side}.{name}")), format)?;
        }
        DynamicImage::from(rgb.to_luma16()).save_with_format(folder.join(format!("{side}-16.png")), ImageFormat::Png)?;
    }
    Ok(())
}
