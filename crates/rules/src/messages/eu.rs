//! English sentences of the European rules.

use super::Entry;

pub(super) const EN: &[Entry] = &[
    ("EU-01.title", "Marked in a machine-readable format"),
    (
        "EU-01.requirement",
        "Outputs are \"marked in a machine-readable format and detectable as artificially generated or manipulated\"; the solutions are \"effective, interoperable, robust and reliable as far as this is technically feasible\". No technique is prescribed.",
    ),
    (
        "EU-01.pass",
        "The file says in a machine-readable way that AI made or altered it ({mark}).",
    ),
    (
        "EU-01.note.brokenManifest",
        "The C2PA manifest also says so, but it cannot be relied on and was not counted.",
    ),
    (
        "EU-01.note.expired",
        "The manifest is intact, but its certificate has expired and no trusted time stamp shows that it was signed before.",
    ),
    (
        "EU-01.unmarked",
        "The file carries no machine-readable mark, and you say that it has no invisible mark of the provider's own.",
    ),
    (
        "EU-01.broken",
        "The only mark is in a C2PA manifest that fails validation ({codes}), and you say that there is no invisible mark.",
    ),
    (
        "EU-01.brokenOnly",
        "The only mark found is in a C2PA manifest that fails validation ({codes}). An invisible mark of the provider's own could still comply.",
    ),
    (
        "EU-01.noMark",
        "No mark was found. That does not show a breach: an invisible mark that cannot be read here may comply.",
    ),
    (
        "EU-01.vendorMark",
        "You say that the provider's own invisible mark is there; it cannot be read here.",
    ),
    (
        "EU-01.noPlace",
        "This format has no place for metadata, so only a mark in the content itself could comply.",
    ),
    (
        "EU-01.notRead",
        "Not every place in the file could be read, so a mark may have been missed.",
    ),
    (
        "EU-01.settles",
        "The provider's detection tool run on this file, or the answer that no invisible mark was used.",
    ),
    (
        "EU-01.fix",
        "Sign the file with a C2PA manifest whose actions carry the digital source type, and write the same source type to XMP.",
    ),
    (
        "EU-01.weight.grace",
        "The system was on the market before 2 August 2026: Article 111(4) gives it until 2 December 2026 (days left: {days}).",
    ),
    ("EU-02.title", "Signed metadata layer"),
    (
        "EU-02.requirement",
        "\"record information in the metadata on whether the content is AI-generated or manipulated. All recorded information will be digitally signed and time-stamped (on systems where time information is available) in a secure and tamper-evident manner.\"",
    ),
    (
        "EU-02.pass",
        "An intact C2PA manifest says that AI made or altered the content.",
    ),
    (
        "EU-02.silent",
        "The C2PA manifest is intact but does not say that AI made or altered the content.",
    ),
    (
        "EU-02.expired",
        "The manifest is intact, but the signing certificate has expired and no trusted time stamp shows that it was signed before. This is not tampering.",
    ),
    (
        "EU-02.expired.settles",
        "A trusted time stamp from the day of signing, or a new signature by the provider.",
    ),
    (
        "EU-02.notYetValid",
        "The manifest was signed with a certificate whose validity had not begun.",
    ),
    (
        "EU-02.invalid",
        "The C2PA manifest fails validation: {codes}.",
    ),
    (
        "EU-02.remote",
        "The manifest is kept elsewhere and was not fetched.",
    ),
    ("EU-02.remote.settles", "The manifest behind the link."),
    (
        "EU-02.unreadable",
        "There is a manifest that could not be read.",
    ),
    (
        "EU-02.unverified",
        "There is a manifest whose signature and hashes were not verified.",
    ),
    (
        "EU-02.notRead",
        "The file was not searched completely for a manifest.",
    ),
    (
        "EU-02.noPlace",
        "This format has no place for a manifest; a sidecar or remote manifest may exist.",
    ),
    (
        "EU-02.settles",
        "A reading of the complete file, or its sidecar manifest.",
    ),
    (
        "EU-02.unsigned",
        "The metadata says AI, but it is unsigned: anybody could have changed it unnoticed.",
    ),
    ("EU-02.none", "The file has no signed metadata."),
    (
        "EU-02.fix",
        "Sign the file with C2PA as the last step, with an AI digital source type in the first action.",
    ),
    (
        "EU-02.weight.signatory",
        "The provider signed the Code of Practice, which makes this measure binding on it.",
    ),
    ("EU-03.title", "Time stamp on the signature"),
    (
        "EU-03.requirement",
        "Recorded information is \"time-stamped (on systems where time information is available) in a secure and tamper-evident manner\".",
    ),
    ("EU-03.pass", "A valid RFC 3161 time stamp attests {time}."),
    (
        "EU-03.note.noList",
        "No list of time-stamping authorities was consulted.",
    ),
    (
        "EU-03.missing",
        "The signature has no time stamp. The Code asks for it only where the system has time information.",
    ),
    (
        "EU-03.invalid",
        "The time stamp does not match the signature.",
    ),
    (
        "EU-03.unverified",
        "There is a time stamp that was not verified.",
    ),
    (
        "EU-03.untrusted",
        "The time stamp of {time} is valid, but no consulted list knows its authority.",
    ),
    (
        "EU-03.untrusted.settles",
        "A trust list that holds the authority's root.",
    ),
    (
        "EU-03.noSignature",
        "There is no signature to stamp; see EU-02.",
    ),
    ("EU-03.notRead", "The manifest could not be read."),
    ("EU-03.settles", "A verification of the token."),
    (
        "EU-03.fix",
        "Ask an RFC 3161 authority for a time stamp when signing.",
    ),
    ("EU-04.title", "Signer on a trust list"),
    (
        "EU-04.requirement",
        "Marking is \"reliable\": whoever reads it can tell who vouches for it. C2PA validation does so through trust lists.",
    ),
    (
        "EU-04.pass",
        "{signer} signed, and {list} vouches for the certificate.",
    ),
    (
        "EU-04.note.interim",
        "This is the interim list, frozen on 1 January 2026, not the official C2PA trust list.",
    ),
    ("EU-04.note.operator", "The list is the operator's own."),
    (
        "EU-04.testCertificate",
        "{signer} signed with a test or development certificate, which vouches for nobody.",
    ),
    (
        "EU-04.testCertificate.fix",
        "Sign with a certificate from an authority on the C2PA trust list.",
    ),
    (
        "EU-04.invalid",
        "The signature or a hash does not match, so it vouches for nobody.",
    ),
    (
        "EU-04.invalid.fix",
        "Sign the finished file again and change nothing afterwards.",
    ),
    (
        "EU-04.untrusted",
        "{signer} signed, but no consulted trust list knows the certificate. The law names no list.",
    ),
    (
        "EU-04.noList",
        "{signer} signed; no trust list was consulted.",
    ),
    ("EU-04.notRead", "The manifest could not be read."),
    (
        "EU-04.settles",
        "A trust list that holds the signer's root.",
    ),
    (
        "EU-04.noSignature",
        "There is no signature to trust; see EU-02.",
    ),
    ("EU-05.title", "Invisible mark layer"),
    (
        "EU-05.requirement",
        "An imperceptible watermark in the content itself, except in very short text (under 200 tokens).",
    ),
    (
        "EU-05.pass",
        "An invisible mark was read from the content: {mark}.",
    ),
    (
        "EU-05.declared",
        "The file says that it carries an invisible mark ({mark}); it was not read here.",
    ),
    (
        "EU-05.none",
        "No invisible mark was found or declared. Most marks can be read only with their maker's tool, so this is no proof of absence.",
    ),
    (
        "EU-05.notCheckable",
        "No invisible mark was found or declared; {marks} cannot be checked here.",
    ),
    (
        "EU-05.settles",
        "The provider's detection tool, or a soft binding in the manifest that names the mark.",
    ),
    ("EU-06.title", "At least two layers"),
    (
        "EU-06.requirement",
        "Measure 1.1 asks for at least two layers of marking: signed metadata and an imperceptible watermark.",
    ),
    (
        "EU-06.pass",
        "Signed metadata and an invisible mark are both there.",
    ),
    (
        "EU-06.unsigned",
        "The signed layer is missing or broken (EU-02).",
    ),
    (
        "EU-06.watermarkOpen",
        "The signed layer is there; whether an invisible mark is cannot be told (EU-05).",
    ),
    (
        "EU-06.signatureOpen",
        "Whether the signed layer holds cannot be told (EU-02).",
    ),
    ("EU-06.settles", "Whatever settles EU-02 and EU-05."),
    (
        "EU-06.fix",
        "Embed an invisible mark, then sign with C2PA as the last step.",
    ),
    ("EU-07.title", "Generated or manipulated"),
    (
        "EU-07.requirement",
        "The metadata says \"whether the content is AI-generated or manipulated\".",
    ),
    (
        "EU-07.generated",
        "The digital source type says that AI generated the content.",
    ),
    (
        "EU-07.manipulated",
        "The digital source type says that AI altered existing content.",
    ),
    (
        "EU-07.ambiguous",
        "The digital source type leaves open whether AI generated or altered the content.",
    ),
    (
        "EU-07.unsaid",
        "No reliable statement says whether AI generated or altered the content.",
    ),
    (
        "EU-07.aigcOnly",
        "China's label says that the content is AI-made, but not whether it was generated or altered.",
    ),
    (
        "EU-07.notRead",
        "Not every place in the file could be read.",
    ),
    ("EU-07.settles", "A digital source type from the provider."),
    (
        "EU-07.fix",
        "Write trainedAlgorithmicMedia for generated content and compositeWithTrainedAlgorithmicMedia for altered content.",
    ),
    ("EU-08.title", "Marks of the input kept"),
    (
        "EU-08.requirement",
        "Measure 1.2: \"retain, and abstain from intentionally altering or removing, existing metadata markings\" of inputs.",
    ),
    (
        "EU-08.kept",
        "Every mark of the earlier version is still there.",
    ),
    (
        "EU-08.ingredient",
        "The manifest keeps the file it was made from as an ingredient.",
    ),
    (
        "EU-08.lost",
        "{count} marks of the earlier version were removed, changed or broken.",
    ),
    (
        "EU-08.lost.fix",
        "Repeat the edit from the earlier version with a tool that keeps its marks, and keep its manifest as an ingredient.",
    ),
    (
        "EU-08.noIngredient",
        "The manifest says that a file was opened, but keeps no parent ingredient.",
    ),
    (
        "EU-08.noIngredient.fix",
        "Add the opened file as a parentOf ingredient with its own manifest.",
    ),
    (
        "EU-08.created",
        "The manifest says that the content was made new, so there was no input to keep marks of.",
    ),
    ("EU-08.nothingBefore", "The earlier version had no marks."),
    (
        "EU-08.unclear",
        "What became of the earlier version's marks cannot be told.",
    ),
    (
        "EU-08.noEarlierVersion",
        "Whether the input had marks cannot be told from this file.",
    ),
    ("EU-08.settles", "The file as it was before the edit."),
    ("EU-09.title", "Marks survive common processing"),
    (
        "EU-09.requirement",
        "Marking is \"robust ... as far as this is technically feasible\": it survives recompression, resizing, cropping and the removal of metadata.",
    ),
    (
        "EU-09.pass",
        "At least one mark survived every simulated treatment.",
    ),
    ("EU-09.lost", "No mark survived: {treatments}."),
    (
        "EU-09.fix",
        "Add an invisible mark: metadata never survives its removal.",
    ),
    (
        "EU-09.notMeasured",
        "Robustness was not measured on this file.",
    ),
    (
        "EU-09.settles",
        "A measurement with the provider's detection tool.",
    ),
    ("EU-10.title", "Deep fake labelled for people"),
    (
        "EU-10.requirement",
        "Deployers of a deep fake disclose, clearly and distinguishably at the latest at first exposure, that the content is artificially generated or manipulated. They \"cannot rely on the machine-readable marking\" (Guidelines C(2026) 5054, para 117).",
    ),
    ("EU-10.pass", "People see the label \"{text}\"."),
    ("EU-10.attested", "You attest that people see a label."),
    (
        "EU-10.note.attested",
        "The label itself was not seen here; the capital acronym AI must be its main element.",
    ),
    (
        "EU-10.noAcronym",
        "The label \"{text}\" lacks the acronym AI as its main element.",
    ),
    ("EU-10.missing", "The content has no label that people see."),
    (
        "EU-10.fix",
        "Draw \"AI GENERATED\" or \"AI MODIFIED\" where nothing covers it; the Code suggests the top right.",
    ),
    (
        "EU-10.wordsUnknown",
        "There is a label whose words are not known.",
    ),
    (
        "EU-10.unseen",
        "Whether people see a label cannot be told from the file's data.",
    ),
    (
        "EU-10.settles",
        "A look at the content, or the record of its labelling.",
    ),
    (
        "EU-10.notDeepFake",
        "Not said to be a deep fake, or text on matters of public interest.",
    ),
    (
        "EU-10.weight.deployer",
        "A deployer publishes a deep fake: Article 50(4) requires the label, and never had a period of grace.",
    ),
    ("EU-11.title", "Statements about the origin agree"),
    (
        "EU-11.requirement",
        "Marking is \"reliable\": C2PA, XMP, the AIGC label and EXIF do not contradict each other.",
    ),
    (
        "EU-11.pass",
        "{count} kinds of statement about the origin agree.",
    ),
    (
        "EU-11.single",
        "Only one kind of statement about the origin is there, so nothing contradicts it.",
    ),
    (
        "EU-11.contradiction",
        "{ai} says AI, {other} says otherwise.",
    ),
    (
        "EU-11.fix",
        "Correct the statement that is wrong, then sign again as the last step.",
    ),
    (
        "EU-11.nothing",
        "The file holds no statement about the origin that could be compared.",
    ),
    ("EU-12.title", "No private data in the marks"),
    (
        "EU-12.requirement",
        "Richer provenance is optional and carries no privacy-sensitive or business-sensitive data, prompts included.",
    ),
    (
        "EU-12.pass",
        "No prompt, position or person's name was found in the metadata.",
    ),
    ("EU-12.found", "The metadata holds: {kinds}."),
    (
        "EU-12.fix",
        "Leave prompts, positions and persons' names out of what you publish, unless the person wants them there.",
    ),
    ("EU-12.notRead", "Not all metadata could be read."),
    ("EU-12.settles", "A reading of the complete metadata."),
    (
        "EU-13.title",
        "Rights reserved against text and data mining",
    ),
    (
        "EU-13.requirement",
        "Rightholders may reserve their works against text and data mining in a machine-readable way. This never affects Article 50.",
    ),
    (
        "EU-13.reserved",
        "The file reserves rights against mining or AI training.",
    ),
    (
        "EU-13.constrained",
        "The file allows mining or AI training under stated constraints.",
    ),
    (
        "EU-13.contradiction",
        "The signed reservation and the one in XMP contradict each other.",
    ),
    (
        "EU-13.contradiction.fix",
        "Say the same in cawg.training-mining and plus:DataMining.",
    ),
    (
        "EU-13.allowed",
        "The file allows mining and AI training; nothing is reserved.",
    ),
    (
        "EU-13.unreliable",
        "The reservation is in a manifest that cannot be relied on, or in terms that are not known.",
    ),
    ("EU-13.unreliable.settles", "A manifest that validates."),
    (
        "EU-13.none",
        "The file reserves nothing; no reservation is required.",
    ),
];
