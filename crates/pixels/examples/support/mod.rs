//! Images for measurements: synthetic ones, and those of a corpus folder if there is one.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::path::PathBuf;

use image::RgbImage;

/// A small generator of reproducible numbers (xorshift64*).
pub struct Rng(pub u64);

impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
    pub fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1 << 24) as f32
    }
    pub fn below(&mut self, n: u32) -> u32 {
        (self.next() >> 32) as u32 % n.max(1)
    }
    pub fn normal(&mut self) -> f32 {
        (0..12).map(|_| self.unit()).sum::<f32>() - 6.0
    }
}

/// Smooth noise: a grid of random values, interpolated. Each octave has half the size and weight of the previous one.
pub struct Noise(Vec<f32>);

impl Noise {
    pub fn new(seed: u64) -> Self {
        let mut rng = Rng(seed | 1);
        Self((0..65536).map(|_| rng.unit() * 2.0 - 1.0).collect())
    }
    fn lattice(&self, x: i32, y: i32) -> f32 {
        self.0[((x.wrapping_mul(73_856_093) ^ y.wrapping_mul(19_349_663)) & 0xffff) as usize]
    }
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let (fx, fy) = (x.floor(), y.floor());
        let (ix, iy) = (fx as i32, fy as i32);
        let smooth = |t: f32| t * t * (3.0 - 2.0 * t);
        let (tx, ty) = (smooth(x - fx), smooth(y - fy));
        let mix = |a: f32, b: f32, t: f32| a + (b - a) * t;
        mix(
            mix(self.lattice(ix, iy), self.lattice(ix + 1, iy), tx),
            mix(self.lattice(ix, iy + 1), self.lattice(ix + 1, iy + 1), tx),
            ty,
        )
    }
    pub fn octaves(&self, x: f32, y: f32, n: u32, keep: f32) -> f32 {
        let (mut sum, mut weight, mut size) = (0.0, 1.0, 1.0);
        for _ in 0..n {
            sum += weight * self.at(x * size, y * size);
            weight *= keep;
            size *= 2.03;
        }
        sum
    }
}

fn picture(w: u32, h: u32, mut f: impl FnMut(f32, f32) -> [f32; 3]) -> RgbImage {
    RgbImage::from_fn(w, h, |x, y| image::Rgb(f(x as f32, y as f32).map(|v| v.round().clamp(0.0, 255.0) as u8)))
}

/// Returns sixteen kinds of synthetic images; `seed` varies them.
pub fn synthetic(seed: u64) -> Vec<(String, RgbImage)> {
    let n = Noise::new(seed * 977 + 5);
    let mut rng = Rng(seed * 31 + 11);
    let mut out: Vec<(&str, RgbImage)> = Vec::new();
    out.push((
        "sky with sensor noise",
        picture(1200, 800, |_, y| {
            let t = y / 800.0;
            let e = 1.5 * rng.normal();
            [90.0 + 100.0 * t + e, 140.0 + 70.0 * t + e, 235.0 - 30.0 * t + e]
        }),
    ));
    out.push((
        "clouds",
        picture(1024, 768, |x, y| {
            let c = n.octaves(x / 200.0, y / 140.0, 7, 0.55);
            [150.0 + 60.0 * c, 170.0 + 50.0 * c, 205.0 + 30.0 * c]
        }),
    ));
    out.push((
        "bricks",
        picture(960, 960, |x, y| {
            let row = (y / 40.0).floor();
            let (bx, by) = ((x + row % 2.0 * 45.0) % 90.0, y % 40.0);
            let rough = 14.0 * n.octaves(x / 9.0, y / 9.0, 4, 0.6);
            if bx < 5.0 || by < 5.0 {
                [190.0 + rough, 185.0 + rough, 175.0 + rough]
            } else {
                let tone = 25.0 * n.at(((x + row % 2.0 * 45.0) / 90.0).floor() * 3.7, row * 5.3);
                [165.0 + tone + rough, 80.0 + tone + rough, 60.0 + tone + rough]
            }
        }),
    ));
    out.push((
        "foliage",
        picture(1100, 733, |x, y| {
            let l = n.octaves(x / 30.0, y / 30.0, 6, 0.75);
            [60.0 + 45.0 * l, 100.0 + 60.0 * l, 40.0 + 30.0 * l]
        }),
    ));
    out.push((
        "night with lamps",
        picture(1280, 720, |x, y| {
            let mut v = 12.0 + 6.0 * n.octaves(x / 300.0, y / 200.0, 4, 0.5);
            for i in 0..14 {
                let (lx, ly) = (640.0 + 620.0 * n.at(i as f32 * 7.1, 3.3), 360.0 + 340.0 * n.at(i as f32 * 5.9, 9.1));
                let d = ((x - lx).powi(2) + (y - ly).powi(2)).sqrt();
                v += 230.0 * (-d / 12.0).exp() + 40.0 * (-d / 90.0).exp();
            }
            let e = rng.normal();
            [v * 1.05 + e, v * 0.9 + e, v * 0.7 + e]
        }),
    ));
    out.push((
        "smooth portrait",
        picture(800, 1000, |x, y| {
            let d = (((x - 400.0) / 260.0).powi(2) + ((y - 430.0) / 330.0).powi(2)).sqrt();
            let skin = 1.0 / (1.0 + ((d - 1.0) * 14.0).exp());
            let light = 30.0 * n.octaves(x / 330.0, y / 330.0, 3, 0.5) + 3.0 * n.octaves(x / 6.0, y / 6.0, 3, 0.6);
            let back = 70.0 + 20.0 * (y / 1000.0);
            [back + skin * 140.0 + light, back + skin * 90.0 + light, back + 10.0 + skin * 60.0 + light]
        }),
    ));
    out.push((
        "flat shapes",
        picture(900, 900, |x, y| {
            let i = ((x / 150.0).floor() * 5.0 + (y / 180.0).floor() * 3.0) as i32 % 6;
            let c = [
                [230.0, 80.0, 70.0],
                [250.0, 210.0, 90.0],
                [70.0, 150.0, 210.0],
                [60.0, 180.0, 120.0],
                [240.0, 240.0, 235.0],
                [60.0, 60.0, 80.0],
            ];
            if ((x - 450.0).powi(2) + (y - 450.0).powi(2)).sqrt() < 260.0 {
                [250.0, 250.0, 245.0]
            } else {
                c[i.rem_euclid(6) as usize]
            }
        }),
    ));
    out.push((
        "woven cloth",
        picture(1000, 700, |x, y| {
            let w = 22.0 * ((x / 3.1).sin() * (y / 3.4).sin())
                + 18.0 * (x / 41.0).sin()
                + 12.0 * n.octaves(x / 12.0, y / 12.0, 4, 0.6);
            [120.0 + w, 95.0 + w, 130.0 + w]
        }),
    ));
    out.push((
        "sea",
        picture(1400, 800, |x, y| {
            let depth = 1.0 + y / 160.0;
            let w = 30.0 * n.octaves(x / (14.0 * depth), y / (4.0 * depth), 5, 0.6);
            [35.0 + 0.6 * w, 85.0 + w + y / 20.0, 120.0 + w + y / 14.0]
        }),
    ));
    out.push((
        "film grain",
        picture(768, 768, |x, y| {
            let v = 120.0 + 60.0 * n.octaves(x / 260.0, y / 260.0, 3, 0.5) + 9.0 * rng.normal();
            [v, v, v]
        }),
    ));
    out.push((
        "page of print",
        picture(1000, 1300, |x, y| {
            let (line, cell) = ((y / 26.0).floor(), (x / 11.0).floor());
            let ink = n.at(cell * 1.37 + 0.3, line * 7.7) > -0.55 && x > 90.0 && x < 910.0 && y > 110.0 && y < 1190.0;
            let (gx, gy) = (x % 11.0, y % 26.0);
            let stroke = gy > 6.0 && gy < 19.0 && gx > 1.5 && gx < 9.0 && n.at(x / 2.6 + line * 91.0, y / 2.9) > 0.12;
            let v = if ink && stroke { 25.0 } else { 252.0 };
            [v, v, v - 2.0]
        }),
    ));
    out.push((
        "screen of an application",
        picture(1366, 768, |x, y| {
            if y < 60.0 {
                [40.0, 60.0, 100.0]
            } else if x < 240.0 {
                let on = y % 44.0 > 14.0 && y % 44.0 < 28.0 && x > 24.0 && x < 160.0 && n.at(x / 3.0, y / 3.0) > 0.0;
                if on { [70.0, 75.0, 85.0] } else { [238.0, 240.0, 244.0] }
            } else {
                let card = x % 280.0 > 250.0 || y % 200.0 > 180.0;
                let chart = (y % 200.0) > 170.0 - 70.0 * (1.0 + n.at(x / 25.0, (y / 200.0).floor() * 9.0));
                if card {
                    [246.0, 247.0, 249.0]
                } else if chart {
                    [90.0, 140.0, 220.0]
                } else {
                    [255.0, 255.0, 255.0]
                }
            }
        }),
    ));
    out.push((
        "dunes",
        picture(1500, 844, |x, y| {
            let ridge = n.octaves(x / 500.0, y / 160.0, 3, 0.5);
            let ripple = 6.0 * ((y + 60.0 * ridge + 0.2 * x) / 4.0).sin();
            let v = 150.0 + 50.0 * ridge + ripple + 1.5 * rng.normal();
            [v + 40.0, v, v - 55.0]
        }),
    ));
    out.push((
        "stars",
        picture(1024, 1024, |x, y| {
            let cloud = 10.0 + 9.0 * n.octaves(x / 220.0, y / 220.0, 5, 0.55);
            let star = if rng.unit() > 0.9985 { 220.0 * rng.unit() } else { 0.0 };
            let e = 1.2 * rng.normal();
            [cloud * 0.9 + star + e, cloud * 0.7 + star + e, cloud * 1.4 + star + e]
        }),
    ));
    out.push((
        "oil paint",
        picture(900, 1200, |x, y| {
            let (sx, sy) = (x + 30.0 * n.at(x / 60.0, y / 60.0), y + 30.0 * n.at(x / 70.0 + 50.0, y / 70.0));
            let tone = |k: f32| {
                127.0
                    + 100.0 * n.at((sx / 34.0).floor() * 0.73 + k, (sy / 14.0).floor() * 0.61)
                    + 8.0 * n.at(sx / 2.0, sy / 9.0)
            };
            [tone(0.0), tone(0.2), tone(0.5)]
        }),
    ));
    out.push((
        "small snapshot",
        picture(640, 512, |x, y| {
            let v = 128.0 + 70.0 * n.octaves(x / 120.0, y / 120.0, 6, 0.5) + 3.0 * rng.normal();
            [v + 12.0, v, v - 15.0]
        }),
    ));
    out.into_iter().map(|(name, picture)| (name.to_owned(), picture)).collect()
}

/// Returns `$LABELER_CORPUS`, or `shared/corpus` next to the repository.
pub fn corpus() -> Option<PathBuf> {
    let beside = std::env::var_os("CARGO_MANIFEST_DIR").map(|own| PathBuf::from(own).join("../../../shared/corpus"));
    std::env::var_os("LABELER_CORPUS").map(PathBuf::from).or(beside).filter(|p| p.is_dir())
}

/// Returns each distinct image of the corpus that can be decoded here.
pub fn corpus_pictures() -> Vec<(String, RgbImage)> {
    let Some(root) = corpus() else { return Vec::new() };
    let names = [
        "plain/large-photo.jpg",
        "plain/photo.png",
        "plain/lossless.webp",
        "plain/xmp.webp",
        "plain/multipage.tiff",
        "generators/adobe-trustmark-p.png",
        "generators/chatgpt-1.png",
        "generators/chatgpt-2026-05-30.png",
        "generators/dall-e-2024.webp",
        "generators/doubao-1.png",
        "generators/firefly-1.png",
        "generators/flux-1.jpg",
        "generators/mj-1.png",
        "signed/adobe-20220124-CA.jpg",
        "signed/adobe-20220124-CAICA.jpg",
        "signed/adobe-20220124-E-clm-CAICAI.jpg",
        "signed/adobe-20220124-XCA.jpg",
        "signed/cards_trusted.jpg",
    ];
    names
        .iter()
        .filter_map(|name| match image::open(root.join(name)) {
            Ok(picture) => Some(((*name).to_owned(), picture.to_rgb8())),
            Err(error) => {
                println!("{name}: {error}");
                None
            }
        })
        .collect()
}

/// Returns a crop at a random position whose shorter side is at least `short` pixels.
pub fn random_crop(picture: &RgbImage, rng: &mut Rng, short: u32) -> RgbImage {
    let side = |rng: &mut Rng, whole: u32| {
        let least = short.min(whole);
        least + rng.below(whole - least + 1)
    };
    let (w, h) = (side(rng, picture.width()), side(rng, picture.height()));
    let (x, y) = (rng.below(picture.width() - w + 1), rng.below(picture.height() - h + 1));
    image::imageops::crop_imm(picture, x, y, w, h).to_image()
}
