//! Draws the visible label on an image: `label IN OUT TL|TR|BL|BR TEXT`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use labeler_pixels::overlay::{Corner, DEFAULT_INK_HEIGHT, ExifOrientation, OverlayOptions, overlay};
use labeler_pixels::{Layout, RgbViewMut};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [input, output, corner, text] = args.as_slice() else {
        println!("label IN OUT TL|TR|BL|BR TEXT");
        return;
    };
    let corner = match corner.as_str() {
        "TL" => Corner::TopLeft,
        "TR" => Corner::TopRight,
        "BL" => Corner::BottomLeft,
        _ => Corner::BottomRight,
    };
    let mut picture = image::open(input).expect("a picture").to_rgb8();
    let (width, height) = picture.dimensions();
    let options =
        OverlayOptions { text, corner, ink_height: DEFAULT_INK_HEIGHT, orientation: ExifOrientation::UPRIGHT };
    let mut view = RgbViewMut::new(width, height, Layout::Rgb, &mut picture).unwrap();
    println!("{:?}", overlay(&mut view, &options));
    picture.save(output).unwrap();
}
