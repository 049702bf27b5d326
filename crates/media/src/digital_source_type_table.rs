//! The digital source type vocabulary as data.
//!
//! Source: IPTC NewsCodes `digitalsourcetype`, release 2024-10-23 (<https://cv.iptc.org/newscodes/digitalsourcetype>):
//! 17 active concepts, 3 retired. C2PA's two own terms: C2PA specification 2.x, section "Digital source type".
//! schema.org names: `IPTCDigitalSourceEnumeration`.

use crate::digital_source_type::DigitalSourceClass::{
    AiEdited, AiGenerated, NotAi, PossibleAi, SyntheticNotAi, Unknown,
};
use crate::digital_source_type::{DigitalSourceClass, DigitalSourceTerm};

const IPTC: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/";
const C2PA: &str = "http://c2pa.org/digitalsourcetype/";

const fn iptc(
    code: &'static str,
    label: &'static str,
    class: DigitalSourceClass,
    schema_org: &'static str,
) -> DigitalSourceTerm {
    DigitalSourceTerm { base: IPTC, code, label, class, ambiguous: false, retired: None, schema_org: Some(schema_org) }
}

const fn ambiguous(term: DigitalSourceTerm) -> DigitalSourceTerm {
    DigitalSourceTerm { ambiguous: true, ..term }
}

const fn retired(term: DigitalSourceTerm, date: &'static str) -> DigitalSourceTerm {
    DigitalSourceTerm { retired: Some(date), ..term }
}

const fn c2pa(code: &'static str, label: &'static str, class: DigitalSourceClass) -> DigitalSourceTerm {
    DigitalSourceTerm { base: C2PA, code, label, class, ambiguous: false, retired: None, schema_org: None }
}

/// All terms that are understood.
pub static TERMS: &[DigitalSourceTerm] = &[
    iptc("trainedAlgorithmicMedia", "Created using Generative AI", AiGenerated, "TrainedAlgorithmicMediaDigitalSource"),
    iptc(
        "compositeWithTrainedAlgorithmicMedia",
        "Edited using Generative AI",
        AiEdited,
        "CompositeWithTrainedAlgorithmicMediaDigitalSource",
    ),
    iptc(
        "compositeSynthetic",
        "Composite including generative AI elements",
        AiEdited,
        "CompositeSyntheticDigitalSource",
    ),
    ambiguous(iptc("virtualRecording", "Virtual event recording", PossibleAi, "VirtualRecordingDigitalSource")),
    ambiguous(iptc("composite", "Composite of elements", PossibleAi, "CompositeDigitalSource")),
    iptc("algorithmicMedia", "Pure algorithmic media", SyntheticNotAi, "AlgorithmicMediaDigitalSource"),
    // Its definition allows AI that does not alter the main content: the EU's "generated or manipulated" stays open.
    ambiguous(iptc(
        "algorithmicallyEnhanced",
        "Algorithmically-altered media",
        NotAi,
        "AlgorithmicallyEnhancedDigitalSource",
    )),
    iptc("dataDrivenMedia", "Data-driven media", NotAi, "DataDrivenMediaDigitalSource"),
    iptc("digitalCreation", "Digital creation", NotAi, "DigitalCreationDigitalSource"),
    iptc("humanEdits", "Human-edited media", NotAi, "HumanEditsDigitalSource"),
    iptc("digitalCapture", "Digital capture sampled from real life", NotAi, "DigitalCaptureDigitalSource"),
    iptc(
        "computationalCapture",
        "Multi-frame computational capture sampled from real life",
        NotAi,
        "MultiFrameComputationalCaptureDigitalSource",
    ),
    iptc("negativeFilm", "Digitised from a transparent negative", NotAi, "NegativeFilmDigitalSource"),
    iptc("positiveFilm", "Digitised from a transparent positive", NotAi, "PositiveFilmDigitalSource"),
    iptc("print", "Digitised from a non-transparent medium", NotAi, "PrintDigitalSource"),
    // What the screen showed may itself be AI-made.
    ambiguous(iptc("screenCapture", "Screen capture", Unknown, "ScreenCaptureDigitalSource")),
    iptc("compositeCapture", "Composite of captured elements", NotAi, "CompositeCaptureDigitalSource"),
    retired(
        iptc("minorHumanEdits", "Original media with minor human edits", NotAi, "MinorHumanEditsDigitalSource"),
        "2024-09-17",
    ),
    retired(iptc("digitalArt", "Digital art", NotAi, "DigitalArtDigitalSource"), "2024-09-17"),
    retired(iptc("softwareImage", "Created by software", Unknown, "SoftwareImageDigitalSource"), "2022-06-14"),
    c2pa("trainedAlgorithmicData", "Data created using a trained AI model", AiGenerated),
    c2pa("empty", "Empty digital asset, the start of a work", NotAi),
];
