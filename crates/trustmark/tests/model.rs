//! Tests accepted and rejected model files, and reading images with the small model of `testing`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::io::Read;

use labeler_pixels::Picture;
use labeler_trustmark::testing::{self, Shapes, Signal};
use labeler_trustmark::{MOST_BYTES, Model, ModelError, ModelOptions, Payload, Schema, Variant};
use sha2::{Digest, Sha256};

fn payload(schema: Schema) -> Payload {
    let bits: Vec<bool> = (0..schema.data_bits()).map(|bit| bit * bit % 7 < 3).collect();
    Payload::new(schema, &bits).unwrap()
}

fn file(side: usize) -> Vec<u8> {
    testing::model(&Shapes::decoder(side), side, Signal::Brightness)
}

/// Returns options that accept `file` as a decoder of `variant`.
fn accepting(file: &[u8], variant: Variant) -> ModelOptions {
    ModelOptions { sha256: Some(hex::encode(Sha256::digest(file))), variant: Some(variant) }
}

fn load(file: &[u8], variant: Variant) -> Result<Model, ModelError> {
    Model::load(file, &accepting(file, variant))
}

fn brightness(size: (u32, u32), is_square: bool, schema: Schema) -> Picture {
    testing::picture(size, is_square, &payload(schema), Signal::Brightness).unwrap()
}

#[test]
fn reads_the_payload_of_each_accepted_schema() {
    let model = load(&file(256), Variant::Q).unwrap();
    for schema in [Schema::BchSuper, Schema::Bch5, Schema::Bch4] {
        for size in [(256, 256), (640, 480), (300, 599), (1200, 500)] {
            let picture = brightness(size, false, schema);
            let found = model.read(&picture.view()).unwrap().unwrap_or_else(|| panic!("{schema:?} {size:?}"));
            assert_eq!((found.payload, found.corrected), (payload(schema), 0), "{size:?}");
        }
    }
}

#[test]
fn reads_the_centre_square_for_variant_p() {
    let model = load(&file(224), Variant::P).unwrap();
    let picture = brightness((640, 480), true, Schema::Bch5);
    assert_eq!(model.read(&picture.view()).unwrap().unwrap().payload, payload(Schema::Bch5));
    let whole = brightness((640, 480), false, Schema::Bch5);
    assert_eq!(model.read(&whole.view()).unwrap(), None);
}

#[test]
fn reports_a_watermark_without_an_ai_claim() {
    let model = load(&file(256), Variant::Q).unwrap();
    let found = model.read(&brightness((640, 480), false, Schema::Bch4).view()).unwrap().unwrap();
    let mark = model.mark(&found);
    assert_eq!(mark.name, "TrustMark (Q)");
    assert_eq!(mark.detail, payload(Schema::Bch4).to_string());
    assert!(mark.detail.starts_with("2*") && mark.detail.len() == 70);
    assert!(!mark.says_ai);
}

#[test]
fn reports_no_watermark_of_the_schema_with_the_least_parity() {
    let model = load(&file(256), Variant::Q).unwrap();
    assert_eq!(model.read(&brightness((640, 480), false, Schema::Bch3).view()).unwrap(), None);
}

#[test]
fn decodes_files_within_the_pixel_limit() {
    let model = load(&file(256), Variant::Q).unwrap();
    let picture = brightness((300, 200), false, Schema::Bch5);
    let image = image::RgbImage::from_raw(300, 200, picture.into_data()).unwrap();
    let mut png = std::io::Cursor::new(Vec::new());
    image.write_to(&mut png, image::ImageFormat::Png).unwrap();
    assert_eq!(model.look(png.get_ref(), 60_000).unwrap().unwrap().payload, payload(Schema::Bch5));
    assert!(model.look(png.get_ref(), 59_999).is_err());
    assert!(model.look(b"no picture", 60_000).is_err());
}

#[test]
fn accepts_a_model_with_open_sizes() {
    let file = testing::model(&Shapes { input: [None, Some(3), None, None], outputs: 100 }, 256, Signal::Brightness);
    let model = load(&file, Variant::Q).unwrap();
    assert!(model.read(&brightness((640, 480), false, Schema::Bch5).view()).unwrap().is_some());
}

#[test]
fn rejects_a_file_with_an_unknown_hash_and_names_the_hash() {
    let file = file(256);
    let error = Model::load(file.as_slice(), &ModelOptions::default()).unwrap_err();
    assert!(matches!(&error, ModelError::UnknownHash(_)));
    let text = error.to_string();
    assert!(text.contains(&hex::encode(Sha256::digest(&file))), "{text}");
}

#[test]
fn rejects_a_file_with_another_hash_than_given() {
    let file = file(256);
    let other = ModelOptions { sha256: Some("0".repeat(64)), variant: Some(Variant::Q) };
    assert!(matches!(Model::load(file.as_slice(), &other), Err(ModelError::WrongHash { .. })));
    for malformed in ["", "abc", &"g".repeat(64)] {
        let options = ModelOptions { sha256: Some(malformed.to_owned()), variant: Some(Variant::Q) };
        assert!(matches!(Model::load(file.as_slice(), &options), Err(ModelError::MalformedHash)), "{malformed}");
    }
    let upper = ModelOptions { sha256: Some(hex::encode_upper(Sha256::digest(&file))), variant: Some(Variant::Q) };
    assert!(Model::load(file.as_slice(), &upper).is_ok());
}

#[test]
fn rejects_a_model_of_an_unknown_variant() {
    let file = file(256);
    let options = ModelOptions { variant: None, ..accepting(&file, Variant::Q) };
    assert!(matches!(Model::load(file.as_slice(), &options), Err(ModelError::UnknownVariant)));
}

#[test]
fn rejects_models_of_other_shapes() {
    let shapes = |input: [Option<usize>; 4], outputs| Shapes { input, outputs };
    let wrong = [
        shapes([Some(2), Some(3), Some(256), Some(256)], 100),
        shapes([Some(1), Some(1), Some(256), Some(256)], 100),
        shapes([Some(1), Some(3), Some(256), Some(224)], 100),
        shapes([Some(1), Some(3), Some(32), Some(32)], 100),
        shapes([Some(1), Some(3), Some(4096), Some(4096)], 100),
        shapes([Some(1), Some(3), Some(256), Some(256)], 64),
    ];
    for shapes in wrong {
        let file = testing::model(&shapes, 256, Signal::Brightness);
        let error = load(&file, Variant::Q).unwrap_err();
        assert!(matches!(error, ModelError::WrongShape(_)), "{shapes:?}: {error}");
    }
}

#[test]
fn rejects_damaged_files() {
    let whole = file(256);
    for damaged in [&b""[..], b"not a model", &whole[..whole.len() / 2], &whole[..40]] {
        let error = load(damaged, Variant::Q).unwrap_err();
        assert!(matches!(error, ModelError::Unusable(_) | ModelError::WrongShape(_)), "{error}");
    }
}

#[test]
fn rejects_files_above_the_size_limit() {
    let endless = std::io::repeat(0).take(MOST_BYTES + 1);
    assert!(matches!(Model::load(endless, &ModelOptions::default()), Err(ModelError::TooLarge)));
}
