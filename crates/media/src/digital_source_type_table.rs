//! The digital source type vocabulary as data.
//!
//! Source: IPTC NewsCodes `digitalsourcetype`, release 2024-10-23 (<https://cv.iptc.org/newscodes/digitalsourcetype>):
//! 17 active concepts, 3 retired. C2PA's two own terms: C2PA specification 2.x, section "Digital source type".
//! schema.org names: `IPTCDigitalSourceEnumeration`.

use crate::digital_source_type::DigitalSourceTerm;

const IPTC: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/";
const C2PA: &str = "http://c2pa.org/digitalsourcetype/";

const fn iptc(code: &'static str, label: &'static str, schema_org: &'static str) -> DigitalSourceTerm {
    DigitalSourceTerm { base: IPTC, code, label, retired: None, schema_org: Some(schema_org) }
}

const fn retired(term: DigitalSourceTerm, date: &'static str) -> DigitalSourceTerm {
    DigitalSourceTerm { retired: Some(date), ..term }
}

const fn c2pa(code: &'static str, label: &'static str) -> DigitalSourceTerm {
    DigitalSourceTerm { base: C2PA, code, label, retired: None, schema_org: None }
}

/// All terms that are understood.
pub static TERMS: &[DigitalSourceTerm] = &[
    iptc("trainedAlgorithmicMedia", "Created using Generative AI", "TrainedAlgorithmicMediaDigitalSource"),
    iptc(
        "compositeWithTrainedAlgorithmicMedia",
        "Edited using Generative AI",
        "CompositeWithTrainedAlgorithmicMediaDigitalSource",
    ),
    iptc("compositeSynthetic", "Composite including generative AI elements", "CompositeSyntheticDigitalSource"),
    iptc("virtualRecording", "Virtual event recording", "VirtualRecordingDigitalSource"),
    iptc("composite", "Composite of elements", "CompositeDigitalSource"),
    iptc("algorithmicMedia", "Pure algorithmic media", "AlgorithmicMediaDigitalSource"),
    iptc("algorithmicallyEnhanced", "Algorithmically-altered media", "AlgorithmicallyEnhancedDigitalSource"),
    iptc("dataDrivenMedia", "Data-driven media", "DataDrivenMediaDigitalSource"),
    iptc("digitalCreation", "Digital creation", "DigitalCreationDigitalSource"),
    iptc("humanEdits", "Human-edited media", "HumanEditsDigitalSource"),
    iptc("digitalCapture", "Digital capture sampled from real life", "DigitalCaptureDigitalSource"),
    iptc(
        "computationalCapture",
        "Multi-frame computational capture sampled from real life",
        "MultiFrameComputationalCaptureDigitalSource",
    ),
    iptc("negativeFilm", "Digitised from a transparent negative", "NegativeFilmDigitalSource"),
    iptc("positiveFilm", "Digitised from a transparent positive", "PositiveFilmDigitalSource"),
    iptc("print", "Digitised from a non-transparent medium", "PrintDigitalSource"),
    iptc("screenCapture", "Screen capture", "ScreenCaptureDigitalSource"),
    iptc("compositeCapture", "Composite of captured elements", "CompositeCaptureDigitalSource"),
    retired(
        iptc("minorHumanEdits", "Original media with minor human edits", "MinorHumanEditsDigitalSource"),
        "2024-09-17",
    ),
    retired(iptc("digitalArt", "Digital art", "DigitalArtDigitalSource"), "2024-09-17"),
    retired(iptc("softwareImage", "Created by software", "SoftwareImageDigitalSource"), "2022-06-14"),
    c2pa("trainedAlgorithmicData", "Data created using a trained AI model"),
    c2pa("empty", "Empty digital asset, the start of a work"),
];
