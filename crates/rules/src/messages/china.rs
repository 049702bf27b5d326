//! English sentences of the Chinese rules.

use super::Entry;

pub(super) const EN: &[Entry] = &[
    ("CN-01.title", "Implicit label in the metadata"),
    (
        "CN-01.requirement",
        "A field named AIGC in the file's metadata says that the content is AI-made, who produced it and under which number.",
    ),
    (
        "CN-01.pass",
        "The file carries the AIGC label ({count} found).",
    ),
    (
        "CN-01.none",
        "Every place for the AIGC label was read, and none is there.",
    ),
    (
        "CN-01.note.otherMarks",
        "Other marks say AI, but neither C2PA nor IPTC replaces this label.",
    ),
    (
        "CN-01.fix",
        "Write one AIGC label to the place that the TC260 guide names for this format, before signing.",
    ),
    (
        "CN-01.noPlace",
        "This format has no known place for the label.",
    ),
    (
        "CN-01.notRead",
        "Not every place for the label could be read.",
    ),
    ("CN-01.settles", "A reading of the complete file."),
    ("CN-02.title", "Label is a JSON object of strings"),
    (
        "CN-02.requirement",
        "The value is a JSON object whose values are all strings.",
    ),
    ("CN-02.pass", "The label is a JSON object."),
    (
        "CN-02.note.wrapped",
        "The object stands inside another one under the key AIGC, which the guides accept in some places.",
    ),
    (
        "CN-02.note.number",
        "A number stands where the standard asks for a string.",
    ),
    (
        "CN-02.doubleEncoded",
        "The JSON is encoded twice: a string that holds an object.",
    ),
    ("CN-02.malformed", "The value is no JSON object."),
    (
        "CN-02.vendorKeys",
        "The object holds a vendor's own keys, not those of the standard.",
    ),
    ("CN-02.notString", "{field} is not a string."),
    (
        "CN-02.fix",
        "Write the object once, with the seven keys of Annex E and string values.",
    ),
    ("CN-02.noLabel", "There is no label; see CN-01."),
    ("CN-03.title", "Label says 1, 2 or 3"),
    (
        "CN-03.requirement",
        "Label is \"1\" (is AI-made), \"2\" (may be) or \"3\" (suspected); a generator writes \"1\".",
    ),
    ("CN-03.is", "The label says that the content is AI-made."),
    (
        "CN-03.may",
        "The label says that the content may be AI-made.",
    ),
    (
        "CN-03.suspected",
        "The label says that the content is suspected to be AI-made.",
    ),
    (
        "CN-03.note.number",
        "Label is a number; the standard asks for a string.",
    ),
    ("CN-03.missing", "The label has no Label field."),
    (
        "CN-03.unknown",
        "Label is \"{value}\", which the standard does not know.",
    ),
    ("CN-03.fix", "Write \"Label\":\"1\"."),
    ("CN-03.noLabel", "There is no label; see CN-01."),
    ("CN-04.title", "Producer named or coded"),
    (
        "CN-04.requirement",
        "ContentProducer holds the name or code of the provider; a code is 001, 1, the 18 characters of the unified social credit code and 5 more.",
    ),
    (
        "CN-04.code",
        "ContentProducer is the well-formed code {value}.",
    ),
    (
        "CN-04.name",
        "ContentProducer is the name {value}; the provider coding rules recommend a code.",
    ),
    ("CN-04.missing", "ContentProducer is empty or missing."),
    (
        "CN-04.wrongLength",
        "The code {value} has the wrong length.",
    ),
    (
        "CN-04.wrongStructure",
        "The code {value} does not have the structure of the coding rules.",
    ),
    (
        "CN-04.wrongCheckDigit",
        "The check digit of the credit code in {value} does not match.",
    ),
    (
        "CN-04.fix",
        "Write the provider's code or its name in ASCII.",
    ),
    ("CN-04.noLabel", "There is no label; see CN-01."),
    ("CN-05.title", "Unique content number"),
    (
        "CN-05.requirement",
        "ProduceID holds the producer's unique number for this content.",
    ),
    ("CN-05.pass", "ProduceID is {id}."),
    ("CN-05.missing", "ProduceID is empty or missing."),
    (
        "CN-05.repeated",
        "ProduceID {id} is also in {count} other files of the batch, {other} among them.",
    ),
    ("CN-05.fix", "Give every content a number of its own."),
    ("CN-05.noLabel", "There is no label; see CN-01."),
    ("CN-06.title", "All seven fields"),
    (
        "CN-06.requirement",
        "The label has the seven keys of Annex E; the reserved and the propagation fields may be empty strings.",
    ),
    ("CN-06.pass", "All seven keys are there, and no others."),
    ("CN-06.required", "The label lacks {keys}."),
    (
        "CN-06.missing",
        "The label lacks {keys}, which may be empty but belong to it.",
    ),
    (
        "CN-06.unknown",
        "The label has keys that the standard does not know: {keys}.",
    ),
    (
        "CN-06.weight.optional",
        "The three fields that the Measures ask of a producer are there; the others are a matter of form.",
    ),
    (
        "CN-06.fix",
        "Write all seven keys, empty strings where nothing is known, and no others.",
    ),
    ("CN-06.noLabel", "There is no label; see CN-01."),
    ("CN-07.title", "Characters allowed in values"),
    (
        "CN-07.requirement",
        "Values hold printable characters 0x21 to 0x7E only: no spaces, no Chinese characters.",
    ),
    ("CN-07.pass", "Every value keeps to the allowed characters."),
    (
        "CN-07.fail",
        "{field} holds {character}, which is not allowed.",
    ),
    (
        "CN-07.fix",
        "Use the provider's code in place of its name, and numbers without spaces.",
    ),
    ("CN-07.noLabel", "There is no label; see CN-01."),
    ("CN-08.title", "One copy of the label"),
    (
        "CN-08.requirement",
        "A file holds the label once; even identical copies do not comply.",
    ),
    ("CN-08.pass", "The label is there once."),
    ("CN-08.repeated", "The same label is there {count} times."),
    (
        "CN-08.conflict",
        "{count} labels are there, and they differ.",
    ),
    (
        "CN-08.fix",
        "Keep the label in the standard place and write no second one.",
    ),
    (
        "CN-08.notRead",
        "One label was found, but not every place could be read.",
    ),
    ("CN-08.notRead.settles", "A reading of the complete file."),
    ("CN-08.noLabel", "There is no label; see CN-01."),
    ("CN-09.title", "Label in its standard place"),
    (
        "CN-09.requirement",
        "The guides name the place for each format; in XMP it is TC260:AIGC in the namespace http://www.tc260.org.cn/ns/AIGC/1.0/.",
    ),
    ("CN-09.pass", "The label stands where the guides want it."),
    ("CN-09.namespace", "The XMP namespace is {namespace}."),
    (
        "CN-09.prefix",
        "The XMP prefix is {prefix}, not TC260; some readers look for the prefix.",
    ),
    (
        "CN-09.place",
        "The label stands in {place}, which no guide names; many readers will not find it.",
    ),
    (
        "CN-09.fix",
        "Move the label to the place that the guide names for this format.",
    ),
    (
        "CN-09.unknownPlace",
        "Whether a guide names this place is not known.",
    ),
    ("CN-09.unknownPlace.settles", "The guide for this format."),
    ("CN-09.noLabel", "There is no label; see CN-01."),
    ("CN-10.title", "Visible label on the picture"),
    (
        "CN-10.requirement",
        "Words that name AI (人工智能 or AI) and generation (生成 or 合成), at an edge or corner, legible, at least 5 % of the shortest side high.",
    ),
    (
        "CN-10.pass",
        "The picture carries \"{text}\" at {height} of its shortest side.",
    ),
    (
        "CN-10.words",
        "\"{text}\" does not name both AI and generation as the standard asks.",
    ),
    (
        "CN-10.small",
        "The label is {height} of the shortest side high; the standard asks for 5 %.",
    ),
    (
        "CN-10.place",
        "The label stands neither at an edge nor in a corner.",
    ),
    ("CN-10.missing", "The picture has no visible label."),
    (
        "CN-10.fix",
        "Draw AI生成 at an edge or corner, at least 5.5 % of the shortest side high.",
    ),
    (
        "CN-10.attested",
        "You attest a visible label; its words, height and place are not known.",
    ),
    (
        "CN-10.unseen",
        "Whether the picture has a visible label cannot be told from the file's data.",
    ),
    (
        "CN-10.unmeasured",
        "There is a visible label whose words, height or place are not known.",
    ),
    (
        "CN-10.settles",
        "A look at the picture, or the record of its labelling.",
    ),
    ("CN-11.title", "Label at the start of video or sound"),
    (
        "CN-11.requirement",
        "Video: the label's words on the opening picture for at least 2 seconds, at least 5 % of the shortest side high. Sound: a spoken prompt or the rhythm of AI in Morse code at the start.",
    ),
    (
        "CN-11.pass",
        "The video opens with \"{text}\" for {seconds} seconds.",
    ),
    ("CN-11.heard", "The sound opens with a prompt."),
    (
        "CN-11.words",
        "\"{text}\" does not name both AI and generation as the standard asks.",
    ),
    (
        "CN-11.small",
        "The label is {height} of the shortest side high; the standard asks for 5 %.",
    ),
    (
        "CN-11.late",
        "The label appears after {start} seconds, not on the opening picture.",
    ),
    (
        "CN-11.short",
        "The label stays for {seconds} seconds; the standard asks for 2.",
    ),
    ("CN-11.notAtStart", "The prompt is not at the start."),
    ("CN-11.missing", "There is no label at the start."),
    (
        "CN-11.fix",
        "Show AI生成 on the opening picture for at least 2 seconds, or open the sound with a prompt.",
    ),
    (
        "CN-11.attested",
        "You attest a label; its words, time and place are not known.",
    ),
    (
        "CN-11.unseen",
        "Whether there is a label at the start cannot be told from the file's data.",
    ),
    (
        "CN-11.unmeasured",
        "There is a label whose words, height or time are not known.",
    ),
    (
        "CN-11.settles",
        "A look at or listen to the start, or the record of the labelling.",
    ),
    ("CN-12.title", "Producer's integrity data"),
    (
        "CN-12.requirement",
        "ReservedCode1 may hold the producer's integrity or security data.",
    ),
    ("CN-12.pass", "ReservedCode1 is there and verifies."),
    (
        "CN-12.mismatch",
        "ReservedCode1 is there and does not verify.",
    ),
    (
        "CN-12.fix",
        "Compute ReservedCode1 again over the finished content, or leave it empty.",
    ),
    (
        "CN-12.unverified",
        "ReservedCode1 is there; only its producer can verify it.",
    ),
    ("CN-12.settles", "The producer's own verification."),
    (
        "CN-12.empty",
        "ReservedCode1 is empty or missing, which is allowed.",
    ),
    ("CN-13.title", "Platform's fields filled in"),
    (
        "CN-13.requirement",
        "A platform that distributes the content adds itself and its number for it: ContentPropagator and PropagateID.",
    ),
    (
        "CN-13.pass",
        "ContentPropagator is {propagator}, and PropagateID is filled in.",
    ),
    ("CN-13.missing", "The label lacks {keys}."),
    (
        "CN-13.wrongCode",
        "The code in ContentPropagator is not well-formed.",
    ),
    (
        "CN-13.fix",
        "Fill in ContentPropagator and PropagateID in the existing label; write no second one.",
    ),
    ("CN-13.noLabel", "There is no label; see CN-01."),
    ("CN-14.title", "Labels not removed or changed"),
    (
        "CN-14.requirement",
        "Nobody may maliciously delete, tamper with, forge or hide labels.",
    ),
    (
        "CN-14.pass",
        "The labels of the earlier version are still there and unchanged.",
    ),
    (
        "CN-14.lost",
        "A label of the earlier version was removed or changed: {before}. Whether with malice a file cannot show.",
    ),
    ("CN-14.fix", "Restore the label of the earlier version."),
    (
        "CN-14.unclear",
        "What became of the earlier version's labels cannot be told.",
    ),
    ("CN-14.settles", "Both versions, readable in full."),
    ("CN-14.nothingBefore", "The earlier version had no label."),
    (
        "CN-14.noEarlierVersion",
        "No earlier version was given to compare with.",
    ),
];
