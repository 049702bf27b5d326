//! English sentences of Washington's rules.

use super::Entry;

pub(super) const EN: &[Entry] = &[
    ("WA-01.title", "Provenance data present"),
    (
        "WA-01.requirement",
        "A provider with more than a million monthly users includes, as far as commercially and technically reasonable, provenance data that lets a user assess whether its AI system created or materially altered the content.",
    ),
    ("WA-01.pass", "The file carries provenance data that says AI created or altered it."),
    ("WA-01.none", "The file carries no reliable provenance data that says AI created or altered it."),
    ("WA-01.fix", "Sign the file with a C2PA manifest whose actions carry the digital source type."),
    ("WA-01.notRead", "Not every place in the file could be read."),
    ("WA-01.settles", "A reading of the complete file."),
    ("WA-02.title", "Deemed compliant through a standard"),
    (
        "WA-02.requirement",
        "Provenance data in a commonly supported technical standard such as C2PA is deemed compliant.",
    ),
    ("WA-02.pass", "An intact C2PA manifest is there."),
    ("WA-02.invalid", "The C2PA manifest fails validation: {codes}."),
    ("WA-02.fix", "Sign the finished file again and change nothing afterwards."),
    ("WA-02.none", "There is no C2PA manifest; the act also accepts other methods."),
    ("WA-02.unclear", "Whether the C2PA manifest holds cannot be told: it is expired, elsewhere or not verified."),
    ("WA-02.settles", "A manifest that validates, with a trusted time stamp when its certificate has expired."),
    ("WA-03.title", "Hard to remove"),
    (
        "WA-03.requirement",
        "Commercially and technically reasonable methods make the provenance data difficult to remove or tamper with.",
    ),
    ("WA-03.pass", "A soft binding ties the content itself to the manifest."),
    ("WA-03.metadataOnly", "The provenance data is metadata only; whether that is reasonable is a legal judgement."),
    ("WA-03.settles", "A soft binding in the manifest that ties an invisible mark to it."),
    ("WA-03.nothing", "There is no provenance data whose permanence could be judged; see WA-01."),
    ("WA-04.title", "No personal information"),
    ("WA-04.requirement", "Provenance data discloses no personal information about identifiable individuals."),
    ("WA-04.pass", "No prompt, position or person's name was found in the metadata."),
    ("WA-04.found", "The metadata holds: {kinds}."),
    ("WA-04.fix", "Leave prompts, positions and persons' names out of what you publish."),
    ("WA-04.notRead", "Not all metadata could be read."),
    ("WA-04.settles", "A reading of the complete metadata."),
];
