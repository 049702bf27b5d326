//! The signals that each region looks for, with the findings.

use std::collections::BTreeMap;

use labeler_rules::Region;
use labeler_rules::evidence::{C2paPresence, Evidence, Located, MarkLayer, MarkState, Reading, Site, VisibleState};
use serde::Serialize;

/// Presence of a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum SignalState {
    /// Present.
    Found,
    /// Absent: every place of this container was read.
    Absent,
    /// Cannot be determined.
    Unknown,
}

/// One signal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Signal {
    /// Whether it is present.
    pub state: SignalState,
    /// Its value, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Place where it was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<Site>,
}

impl Signal {
    fn found(value: impl Into<String>, site: &Site) -> Self {
        Self { state: SignalState::Found, value: Some(value.into()), site: Some(site.clone()) }
    }

    /// Signal that was not found: absent only if everything was read.
    fn missing(reading: Reading) -> Self {
        let state = if reading == Reading::Complete { SignalState::Absent } else { SignalState::Unknown };
        Self { state, value: None, site: None }
    }
}

/// Returns the signals of every region.
pub(crate) fn signals(evidence: &Evidence) -> BTreeMap<Region, BTreeMap<String, Signal>> {
    let named = |list: Vec<(&str, Signal)>| list.into_iter().map(|(name, signal)| (name.to_owned(), signal)).collect();
    BTreeMap::from([
        (
            Region::Eu,
            named(vec![
                ("contentCredentials", credentials(evidence)),
                ("digitalSourceType", source_type(evidence)),
                ("timeStamp", time_stamp(evidence)),
                ("invisibleMark", invisible_mark(evidence)),
                ("visibleLabel", visible_label(evidence)),
            ]),
        ),
        (
            Region::California,
            named(vec![
                ("contentCredentials", credentials(evidence)),
                ("digitalSourceType", source_type(evidence)),
                ("aiSystem", ai_system(evidence)),
                ("invisibleMark", invisible_mark(evidence)),
            ]),
        ),
        (Region::China, named(vec![("aigcLabel", aigc(evidence)), ("visibleLabel", visible_label(evidence))])),
        (
            Region::Washington,
            named(vec![("contentCredentials", credentials(evidence)), ("digitalSourceType", source_type(evidence))]),
        ),
    ])
}

fn credentials(evidence: &Evidence) -> Signal {
    let c2pa = &evidence.c2pa;
    match c2pa.presence {
        C2paPresence::Absent => Signal::missing(evidence.readings.c2pa),
        C2paPresence::Unreadable => Signal { state: SignalState::Unknown, value: None, site: Some(c2pa.site.clone()) },
        C2paPresence::Remote => match &c2pa.remote_manifest {
            Some(remote) => Signal { state: SignalState::Unknown, ..Signal::found(&remote.value, &remote.site) },
            None => Signal::missing(Reading::Partial),
        },
        C2paPresence::Present => Signal::found(c2pa.manifest_label.clone().unwrap_or_default(), &c2pa.site),
    }
}

fn source_type(evidence: &Evidence) -> Signal {
    let in_manifest = evidence
        .c2pa
        .actions
        .iter()
        .filter_map(|a| a.source_type.as_ref().map(|t| (t, &a.site)))
        .chain(evidence.c2pa.asserted_source_types.iter().map(|a| (&a.source_type, &a.site)));
    let in_metadata = evidence.metadata.source_types.iter().map(|t| (&t.value, &t.site));
    let mut all: Vec<_> = in_manifest.chain(in_metadata).collect();
    // A statement of AI takes precedence over one that leaves it open, because it is what readers look for.
    all.sort_by_key(|(t, _)| !t.says_ai());
    match all.first() {
        Some((t, site)) if !t.term.is_empty() => Signal::found(&t.term, site),
        Some((t, site)) => Signal::found(&t.value, site),
        None => Signal::missing(evidence.readings.metadata),
    }
}

fn ai_system(evidence: &Evidence) -> Signal {
    let agent = evidence
        .c2pa
        .actions
        .iter()
        .filter(|a| a.source_type.as_ref().is_some_and(|t| t.says_ai()))
        .find_map(|a| a.software_agent.as_ref().map(|agent| (agent, &a.site)));
    if let Some((agent, site)) = agent {
        let version = agent.version.as_ref().map(|v| format!(" {v}")).unwrap_or_default();
        return Signal::found(format!("{}{version}", agent.name), site);
    }
    first(&evidence.metadata.ai_system_used).unwrap_or_else(|| Signal::missing(evidence.readings.metadata))
}

fn time_stamp(evidence: &Evidence) -> Signal {
    match &evidence.c2pa.time_stamp {
        Some(stamp) => Signal::found(stamp.time.clone().unwrap_or_default(), &stamp.site),
        None => Signal::missing(evidence.readings.c2pa),
    }
}

fn invisible_mark(evidence: &Evidence) -> Signal {
    match evidence.invisible_marks.iter().find(|m| m.state != MarkState::NotCheckable) {
        Some(mark) => Signal::found(&mark.name, &mark.site),
        // No reader knows every watermark, so finding none never means absence.
        None => Signal::missing(Reading::NotRead),
    }
}

fn visible_label(evidence: &Evidence) -> Signal {
    let label = &evidence.visible_label;
    // Stated by a manifest but not seen. The report shows the words, but they are not reliable.
    let stated = evidence.c2pa.mark_statements.iter().find(|stated| stated.layer == MarkLayer::VisibleLabel);
    if label.state == VisibleState::Unknown
        && let Some(stated) = stated
    {
        let words = stated.text.clone().unwrap_or_default();
        let state = if stated.is_contradicted() { SignalState::Absent } else { SignalState::Unknown };
        return Signal { state, ..Signal::found(words, &stated.site) };
    }
    match label.state {
        VisibleState::Present => Signal::found(label.text.clone().unwrap_or_default(), &label.site),
        VisibleState::Absent => Signal::missing(Reading::Complete),
        VisibleState::Unknown => Signal::missing(Reading::NotRead),
    }
}

fn aigc(evidence: &Evidence) -> Signal {
    match evidence.aigc.first() {
        Some(site) => Signal::found(site.value("Label").unwrap_or_default(), &site.site),
        None => Signal::missing(evidence.readings.aigc),
    }
}

fn first(values: &[Located<String>]) -> Option<Signal> {
    values.first().map(|located| Signal::found(&located.value, &located.site))
}
