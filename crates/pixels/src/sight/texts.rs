//! Texts that are searched for in every image.

use crate::overlay::{TEXT_CHINA, TEXT_GENERATED, TEXT_GLOBAL, TEXT_MODIFIED};

/// Texts that are searched for in every image: those of the presets, and the usual label in each language of the pages.
pub const USUAL_TEXTS: [&str; 19] = [
    TEXT_GLOBAL,
    "AI生成 · AI MODIFIED",
    TEXT_GENERATED,
    TEXT_MODIFIED,
    TEXT_CHINA,
    "AI-GENERATED",
    "AI-generated",
    "AI合成",
    "由AI生成",
    "人工智能生成",
    "人工智能合成",
    "KI-GENERIERT",
    "KI-generiert",
    "GÉNÉRÉ PAR IA",
    "Généré par IA",
    "GENERADO POR IA",
    "Generado por IA",
    "GENERATO DA IA",
    "Generato da IA",
];
