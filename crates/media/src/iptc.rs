//! The IPTC fields that state origin, gathered from all XMP packets.
//!
//! Sources: IPTC Photo Metadata Standard 2025.1 (AI fields of November 2025), PLUS LDF (data mining), C2PA
//! (`dcterms:provenance` for remote manifests).

use serde::Serialize;

use crate::digital_source_type::{self, DigitalSourceTypeForm};
use crate::findings::Location;
use crate::xmp::XmpProperty;
use crate::xmp::{XmpPacket, ns};

/// Value of a field and its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct IptcField {
    /// Value as written.
    pub value: String,
    /// Path of the property in its packet.
    pub property: String,
    /// The packet.
    pub location: Location,
}

/// A digital source type that a file declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DigitalSourceTypeFinding {
    /// Value as written.
    pub raw: String,
    /// Code of the term. `None` if the value is not a known term.
    pub term: Option<&'static str>,
    /// English name of the term.
    pub label: Option<&'static str>,
    /// The form of the value.
    pub form: DigitalSourceTypeForm,
    /// Whether the term is retired.
    pub retired: bool,
    /// Path of the property, or name of the field.
    pub property: String,
    /// The packet or field.
    pub location: Location,
}

impl DigitalSourceTypeFinding {
    pub(crate) fn new(raw: &str, property: &str, location: &Location) -> Self {
        let parsed = digital_source_type::parse(raw);
        Self {
            raw: crate::text::cut(raw, 1024).to_owned(),
            term: parsed.map(|(term, _)| term.code),
            label: parsed.map(|(term, _)| term.label),
            form: parsed.map_or(DigitalSourceTypeForm::Unknown, |(_, form)| form),
            retired: parsed.is_some_and(|(term, _)| term.retired.is_some()),
            property: property.to_owned(),
            location: location.clone(),
        }
    }
}

/// IPTC and related fields that state origin. Single fields hold the first value in file order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct IptcSummary {
    /// `Iptc4xmpExt:DigitalSourceType`, also as a field of a structure; `parent` properties show in the path.
    pub digital_source_types: Vec<DigitalSourceTypeFinding>,
    /// `Iptc4xmpExt:AISystemUsed`: name of the AI system.
    pub ai_system_used: Option<IptcField>,
    /// `Iptc4xmpExt:AISystemVersionUsed`: its version.
    pub ai_system_version_used: Option<IptcField>,
    /// `Iptc4xmpExt:AIPromptInformation`: the prompt.
    pub ai_prompt_information: Option<IptcField>,
    /// `Iptc4xmpExt:AIPromptWriterName`: author of the prompt.
    pub ai_prompt_writer_name: Option<IptcField>,
    /// `Iptc4xmpExt:DigImageGUID` or `DigitalImageGUID`: unique identifier of the image.
    pub digital_image_guid: Option<IptcField>,
    /// `xmp:CreatorTool`.
    pub creator_tool: Option<IptcField>,
    /// `xmp:CreateDate`, ISO 8601 as written.
    pub create_date: Option<IptcField>,
    /// `photoshop:Credit`.
    pub credit: Option<IptcField>,
    /// `plus:DataMining`, a URI of the PLUS vocabulary or its last part.
    pub data_mining: Option<IptcField>,
    /// `plus:OtherConstraints`, which `DMI-PROHIBITED-SEECONSTRAINT` points at.
    pub other_constraints: Option<IptcField>,
    /// `dcterms:provenance`: URL of a remote C2PA manifest, or `self#jumbf=…` for the embedded one. Never fetched.
    pub provenance: Option<IptcField>,
}

/// Gathers the summary.
pub(crate) fn summarise(packets: &[XmpPacket]) -> IptcSummary {
    let mut summary = IptcSummary::default();
    for packet in packets {
        for property in &packet.properties {
            if property.namespace == ns::IPTC_EXT
                && matches!(
                    property.name.as_str(),
                    // The second is the name of the field in IPTC Extension 1.0.
                    "DigitalSourceType" | "DigitalSourcefileType" | "DigitalSourceFileType"
                )
            {
                summary.digital_source_types.push(DigitalSourceTypeFinding::new(
                    &property.value,
                    &property.path,
                    &packet.location,
                ));
                continue;
            }
            if property.parent.is_some() || property.value.is_empty() {
                continue;
            }
            if let Some(slot) = slot(&mut summary, property)
                && slot.is_none()
            {
                *slot = Some(IptcField {
                    value: property.value.clone(),
                    property: property.path.clone(),
                    location: packet.location.clone(),
                });
            }
        }
    }
    summary
}

fn slot<'a>(summary: &'a mut IptcSummary, property: &XmpProperty) -> Option<&'a mut Option<IptcField>> {
    Some(match (property.namespace.as_str(), property.name.as_str()) {
        (ns::IPTC_EXT, "AISystemUsed") => &mut summary.ai_system_used,
        (ns::IPTC_EXT, "AISystemVersionUsed") => &mut summary.ai_system_version_used,
        (ns::IPTC_EXT, "AIPromptInformation") => &mut summary.ai_prompt_information,
        (ns::IPTC_EXT, "AIPromptWriterName") => &mut summary.ai_prompt_writer_name,
        (ns::IPTC_EXT, "DigImageGUID" | "DigitalImageGUID") => &mut summary.digital_image_guid,
        (ns::XMP, "CreatorTool") => &mut summary.creator_tool,
        (ns::XMP, "CreateDate") => &mut summary.create_date,
        (ns::PHOTOSHOP, "Credit") => &mut summary.credit,
        (ns::PLUS, "DataMining") => &mut summary.data_mining,
        (ns::PLUS, "OtherConstraints") => &mut summary.other_constraints,
        (ns::DCTERMS, "provenance") => &mut summary.provenance,
        _ => return None,
    })
}
