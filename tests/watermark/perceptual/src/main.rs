//! Prints how visible the difference between two PNG files is: `perceptual BEFORE AFTER` prints
//! `butteraugli NORM ssimulacra2 SCORE`. Butteraugli is the 3-norm that libjxl calls distance (1 is its "visually
//! lossless"); SSIMULACRA 2 is 100 for equal pictures, and 90 for ones that a flicker test cannot tell apart.

use butteraugli::{ButteraugliParams, butteraugli};
use image::RgbImage;
use imgref::Img;
use rgb::RGB8;
use ssimulacra2::{ColorPrimaries, Rgb, TransferCharacteristic, compute_frame_ssimulacra2};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [before, after] = paths.as_slice() else {
        return Err("usage: perceptual BEFORE.png AFTER.png".into());
    };
    let (before, after) = (image::open(before)?.to_rgb8(), image::open(after)?.to_rgb8());
    if before.dimensions() != after.dimensions() {
        return Err("the two pictures differ in size".into());
    }
    let (a, b) = (pixels(&before), pixels(&after));
    let distance = butteraugli(a.as_ref(), b.as_ref(), &ButteraugliParams::default())?;
    let score = compute_frame_ssimulacra2(frame(&before)?, frame(&after)?)?;
    println!("butteraugli {:.4} ssimulacra2 {score:.2}", distance.pnorm_3);
    Ok(())
}

fn pixels(picture: &RgbImage) -> Img<Vec<RGB8>> {
    let values = picture.pixels().map(|p| RGB8::new(p[0], p[1], p[2])).collect();
    Img::new(values, picture.width() as usize, picture.height() as usize)
}

fn frame(picture: &RgbImage) -> Result<Rgb, Failure> {
    let values = picture.pixels().map(|p| p.0.map(|v| f32::from(v) / 255.0)).collect();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    Ok(Rgb::new(values, width, height, TransferCharacteristic::SRGB, ColorPrimaries::BT709)?)
}
