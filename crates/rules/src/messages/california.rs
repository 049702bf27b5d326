//! English sentences of the Californian rules.

use super::Entry;

pub(super) const EN: &[Entry] = &[
    ("CA-01.title", "Latent disclosure present"),
    (
        "CA-01.requirement.before",
        "A covered provider includes a latent disclosure in AI-generated image, video or audio content, \"to the extent ... technically feasible and reasonable\", that conveys its items \"directly or through a link to a permanent internet website\".",
    ),
    (
        "CA-01.requirement.since",
        "\"To the extent it is technically feasible, a covered provider shall include a latent disclosure that meets all of the following criteria in any image, video, or audio content ... created or altered, except by minor modification, by the covered provider's GenAI system\".",
    ),
    (
        "CA-01.pass",
        "The file carries a latent disclosure ({mark}).",
    ),
    (
        "CA-01.note.expired",
        "The manifest is intact, but its certificate has expired and no trusted time stamp shows that it was signed before.",
    ),
    (
        "CA-01.markOnly",
        "An invisible mark says AI, but whether it leads to the required information cannot be told.",
    ),
    (
        "CA-01.vendorMark",
        "You say that the provider's own invisible mark is there; it cannot be read here.",
    ),
    (
        "CA-01.broken",
        "The only disclosure is in a C2PA manifest that fails validation ({codes}).",
    ),
    ("CA-01.none", "The file carries no latent disclosure."),
    (
        "CA-01.link",
        "The file carries only a link ({link}), which was not fetched.",
    ),
    (
        "CA-01.notRead",
        "Not every place in the file could be read.",
    ),
    (
        "CA-01.settles",
        "The provider's verification tool run on this file, or the information behind its link.",
    ),
    (
        "CA-01.fix",
        "Sign the file with C2PA and write the IPTC AI fields to XMP.",
    ),
    ("CA-02.title", "Name of the provider"),
    (
        "CA-02.requirement",
        "(A) \"The name of the covered provider.\"",
    ),
    ("CA-02.pass", "{fact} names {name}."),
    ("CA-02.matches", "The file names {provider}."),
    (
        "CA-02.other",
        "The file does not name {provider}; it names {found}.",
    ),
    (
        "CA-02.codeOnly",
        "The provider is given only as the code {code}, which names nobody to a reader.",
    ),
    (
        "CA-02.codeOnly.settles",
        "A register that resolves the code, or the provider's name in the manifest.",
    ),
    (
        "CA-02.creditOnly",
        "Only a credit line gives a name, and it may not be the provider's.",
    ),
    (
        "CA-02.creditOnly.settles",
        "The provider's name as you expect it.",
    ),
    (
        "CA-02.none",
        "Nothing reliable in the file names the provider.",
    ),
    (
        "CA-02.link",
        "The file does not name the provider; its link ({link}) may, but was not fetched.",
    ),
    (
        "CA-02.notRead",
        "Not every place in the file could be read.",
    ),
    (
        "CA-02.settles",
        "The information behind the link, or a reading of the complete file.",
    ),
    (
        "CA-02.fix",
        "Sign with a certificate in the provider's name, or name it in a cawg.identity assertion.",
    ),
    ("CA-03.title", "Name and version of the AI system"),
    (
        "CA-03.requirement.before",
        "(B) The name and version number of the GenAI system that created or altered the content.",
    ),
    (
        "CA-03.requirement.since",
        "(B) \"The name and version information of the GenAI system\".",
    ),
    (
        "CA-03.pass",
        "The AI system is stated with its version: {system}.",
    ),
    (
        "CA-03.noVersion",
        "The AI system is named ({name}), but without a version. The version of a signing toolkit does not count.",
    ),
    (
        "CA-03.none",
        "Nothing reliable in the file names the AI system.",
    ),
    (
        "CA-03.link",
        "The AI system and its version are not in the file; its link ({link}) may give them, but was not fetched.",
    ),
    (
        "CA-03.notRead",
        "The AI system and its version were not found, and not every place in the file could be read.",
    ),
    (
        "CA-03.settles",
        "The information behind the link, or a reading of the complete file.",
    ),
    (
        "CA-03.fix",
        "Give the action's softwareAgent a name and a version, or write AISystemUsed and AISystemVersionUsed to XMP.",
    ),
    ("CA-04.title", "Time and date"),
    (
        "CA-04.requirement",
        "(C) \"The time and date of the content's creation or alteration.\"",
    ),
    ("CA-04.pass", "{fact} gives {time}."),
    ("CA-04.unsigned", "{fact} gives {time}; it is not signed."),
    (
        "CA-04.dateOnly",
        "Only a date without a time is given ({date}).",
    ),
    (
        "CA-04.none",
        "The file gives no time and date of creation or alteration. The file system's dates do not count.",
    ),
    (
        "CA-04.link",
        "The file gives no time and date; its link ({link}) may, but was not fetched.",
    ),
    (
        "CA-04.notRead",
        "No time and date was found, and not every place in the file could be read.",
    ),
    (
        "CA-04.settles",
        "The information behind the link, or a reading of the complete file.",
    ),
    (
        "CA-04.fix",
        "Write when into the action, or have the signature time-stamped.",
    ),
    ("CA-05.title", "Unique identifier"),
    ("CA-05.requirement", "(D) \"A unique identifier.\""),
    ("CA-05.pass", "{fact}: {id}."),
    ("CA-05.none", "The file has no reliable unique identifier."),
    (
        "CA-05.link",
        "The file has no unique identifier; its link ({link}) may give one, but was not fetched.",
    ),
    (
        "CA-05.notRead",
        "No unique identifier was found, and not every place in the file could be read.",
    ),
    (
        "CA-05.settles",
        "The information behind the link, or a reading of the complete file.",
    ),
    (
        "CA-05.fix",
        "Sign with C2PA, whose manifest label is unique, or write DigitalImageGUID to XMP.",
    ),
    ("CA-06.title", "Created or altered"),
    (
        "CA-06.requirement",
        "(E) \"Whether the GenAI system created or altered the content.\"",
    ),
    (
        "CA-06.created",
        "The file says that the content was created.",
    ),
    (
        "CA-06.altered",
        "The file says that the content was altered.",
    ),
    (
        "CA-06.note.actionOnly",
        "This rests on the manifest's action alone; no digital source type says AI.",
    ),
    (
        "CA-06.ambiguous",
        "The digital source type leaves open whether AI created or altered the content.",
    ),
    (
        "CA-06.aigcOnly",
        "China's label says that the content is AI-made, but not whether it was created or altered.",
    ),
    (
        "CA-06.none",
        "Nothing reliable in the file says whether AI created or altered the content.",
    ),
    (
        "CA-06.link",
        "The file does not say whether AI created or altered it; its link ({link}) may, but was not fetched.",
    ),
    (
        "CA-06.notRead",
        "Not every place in the file could be read.",
    ),
    (
        "CA-06.settles",
        "A digital source type from the provider, or the information behind the link.",
    ),
    (
        "CA-06.fix",
        "Write trainedAlgorithmicMedia for created content and compositeWithTrainedAlgorithmicMedia for altered content.",
    ),
    ("CA-07.title", "Hard to remove"),
    (
        "CA-07.requirement.before",
        "The disclosure is permanent or extraordinarily difficult to remove, to the extent technically feasible.",
    ),
    (
        "CA-07.requirement.since",
        "(2) The disclosure is \"permanent or extraordinarily difficult to remove or tamper with\".",
    ),
    (
        "CA-07.pass",
        "A soft binding ties the content itself to the manifest, so that the disclosure can be found again where a repository keeps it. Whether that is enough is a legal judgement.",
    ),
    (
        "CA-07.unbound",
        "There is a mark in the content, but nothing shows that it leads back to the disclosure.",
    ),
    (
        "CA-07.metadataOnly",
        "The disclosure is metadata only, which many platforms remove. Whether that is \"extraordinarily difficult to remove\" is a legal judgement.",
    ),
    (
        "CA-07.settles",
        "A soft binding in the manifest that ties an invisible mark to it, with a repository that keeps the manifest.",
    ),
    (
        "CA-07.nothing",
        "There is no disclosure whose permanence could be judged; see CA-01.",
    ),
    ("CA-08.title", "Recognised standard"),
    (
        "CA-08.requirement.before",
        "The disclosure is consistent with widely accepted industry standards.",
    ),
    (
        "CA-08.requirement.since",
        "(4) The disclosure is \"compliant or interoperable with widely recognized industry standards\".",
    ),
    (
        "CA-08.pass",
        "The disclosure uses a recognised standard ({mark}).",
    ),
    (
        "CA-08.aigcOnly",
        "The disclosure uses China's national standard only; whether that is a widely recognised industry standard is a legal judgement.",
    ),
    (
        "CA-08.vendorOnly",
        "The only disclosure is the vendor's own scheme ({field}).",
    ),
    (
        "CA-08.fix",
        "Sign with C2PA, or write the IPTC AI fields to XMP.",
    ),
    (
        "CA-08.notRead",
        "Not every place in the file could be read.",
    ),
    (
        "CA-08.settles",
        "A legal opinion, or a C2PA manifest or the IPTC fields beside it.",
    ),
    (
        "CA-08.nothing",
        "There is no disclosure whose standard could be judged; see CA-01.",
    ),
    ("CA-09.title", "Works with the provider's verification tool"),
    (
        "CA-09.requirement.before",
        "The disclosure is detectable by the provider's AI detection tool.",
    ),
    (
        "CA-09.requirement.since",
        "(3) The disclosure is \"compatible with the covered provider's disclosure verification tool\", which is free, public and takes an upload or an address.",
    ),
    (
        "CA-09.pass",
        "The file links to provenance data or a tool that answers ({link}).",
    ),
    ("CA-09.dead", "The file's link does not answer ({link})."),
    (
        "CA-09.dead.fix",
        "Keep the linked page available for good, or correct the link and sign again.",
    ),
    (
        "CA-09.notFetched",
        "The file carries a link ({link}), which was not fetched.",
    ),
    (
        "CA-09.none",
        "A file alone cannot show which tool the provider offers.",
    ),
    (
        "CA-09.settles",
        "The provider's verification tool run on this file.",
    ),
    ("CA-10.title", "Signed disclosure intact"),
    (
        "CA-10.requirement.before",
        "The disclosure is hard to tamper with and consistent with industry standards: a manifest that is there must validate.",
    ),
    (
        "CA-10.requirement.since",
        "(2), (4) The disclosure is hard to tamper with and complies with its standard: a manifest that is there must validate.",
    ),
    (
        "CA-10.pass",
        "Signature and hashes of the manifest match the file.",
    ),
    ("CA-10.invalid", "The manifest fails validation: {codes}."),
    (
        "CA-10.fix",
        "Sign the finished file again; any change of pixels or metadata after signing breaks the manifest.",
    ),
    (
        "CA-10.expired",
        "Signature and hashes match, but the certificate has expired and no trusted time stamp shows that it was signed before. This is not tampering.",
    ),
    (
        "CA-10.notYetValid",
        "Signature and hashes match, but the certificate's validity had not begun.",
    ),
    (
        "CA-10.unverified",
        "There is a manifest that could not be verified.",
    ),
    (
        "CA-10.remote",
        "The manifest is kept elsewhere and was not fetched.",
    ),
    (
        "CA-10.notRead",
        "The file was not searched completely for a manifest.",
    ),
    (
        "CA-10.settles",
        "A trusted time stamp, a new signature by the provider, or a complete reading of file and manifest.",
    ),
    ("CA-10.none", "There is no signed disclosure."),
    ("CA-11.title", "Visible disclosure offered"),
    (
        "CA-11.requirement",
        "Until 29 September 2026 the provider offered users a visible disclosure that identifies the content as AI-generated and is clear, conspicuous and hard to remove.",
    ),
    ("CA-11.pass", "The content carries a visible label."),
    ("CA-11.attested", "You attest that people see a label."),
    (
        "CA-11.absent",
        "There is no visible label; the duty was to offer it, and the user may have declined.",
    ),
    (
        "CA-11.unknown",
        "Whether people see a label cannot be told from the file's data.",
    ),
    (
        "CA-11.settles",
        "The provider's terms and settings on the day of creation.",
    ),
    ("CA-12.title", "Assistive technology stated"),
    (
        "CA-12.requirement",
        "(F) \"On and after January 1, 2029, whether the GenAI system is designed to primarily function as assistive technology.\"",
    ),
    (
        "CA-12.pass",
        "The file says whether the system is assistive technology: {value}.",
    ),
    (
        "CA-12.none",
        "The file does not say whether the system is assistive technology.",
    ),
    (
        "CA-12.link",
        "The file does not say it; its link ({link}) may, but was not fetched.",
    ),
    (
        "CA-12.notRead",
        "Not every place in the file could be read.",
    ),
    (
        "CA-12.settles",
        "The information behind the link, or a reading of the complete file.",
    ),
    ("CA-12.fix", "State it in the manifest's metadata."),
    ("CA-13.title", "Provenance not stripped"),
    (
        "CA-13.requirement",
        "From 1 January 2027 a large online platform does not knowingly strip provenance data from content it distributes.",
    ),
    (
        "CA-13.pass",
        "Every mark of the earlier version is still there.",
    ),
    (
        "CA-13.stripped",
        "{count} marks of the earlier version were removed, changed or broken.",
    ),
    (
        "CA-13.fix",
        "Deliver the uploaded file, or carry its manifest over as an ingredient and keep its metadata.",
    ),
    (
        "CA-13.nothingBefore",
        "The earlier version had no provenance data.",
    ),
    (
        "CA-13.unclear",
        "What became of the earlier version's marks cannot be told.",
    ),
    (
        "CA-13.noEarlierVersion",
        "One version of a file cannot show what was stripped from it.",
    ),
    ("CA-13.settles", "The file as it was uploaded."),
    (
        "CA-13.nothing",
        "The file carries no provenance data, and no earlier version was given.",
    ),
    ("CA-14.title", "No personal data in provenance"),
    (
        "CA-14.requirement",
        "The verification tool outputs system provenance data and by default no personal information, so the data should hold none.",
    ),
    (
        "CA-14.pass",
        "No prompt, position or person's name was found in the metadata.",
    ),
    ("CA-14.found", "The metadata holds: {kinds}."),
    (
        "CA-14.fix",
        "Leave prompts, positions and persons' names out of what you publish.",
    ),
    ("CA-14.notRead", "Not all metadata could be read."),
    ("CA-14.settles", "A reading of the complete metadata."),
];
