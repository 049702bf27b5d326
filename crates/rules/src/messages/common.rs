//! Sentences that belong to no single rule.

use super::Entry;

pub(super) const EN: &[Entry] = &[
    ("law.eu", "Article 50 of the EU AI Act"),
    ("law.california", "California's AI Transparency Act"),
    ("law.china", "China's labelling Measures and GB 45438-2025"),
    ("law.washington", "Washington's E2SHB 1170"),
    (
        "verdict.pass",
        "Meets {law} as far as the file can show, as of {asOf}: every required rule that applies to a {role} passes ({passed}).",
    ),
    ("verdict.fail", "Does not meet {law} as of {asOf}: {failed}."),
    ("verdict.failAndOpen", "Does not meet {law} as of {asOf}: {failed}. The file cannot settle {open}."),
    (
        "verdict.undetermined",
        "No required rule of {law} fails as of {asOf}, but the file alone cannot settle {open}, so this is not a pass.",
    ),
    (
        "verdict.onlyHints",
        "Only hints say that AI was used. Say whether AI made or altered this file to have it judged by {law}.",
    ),
    ("verdict.notInForce", "{law} had no rule in force on {asOf}; the first applies from {from}."),
    (
        "verdict.noAi",
        "Nothing in this file says that AI made it, so {law} asks nothing of it. A missing mark never proves that a human did.",
    ),
    (
        "verdict.saidNotAi",
        "You say that AI did not make this file and nothing in it says otherwise, so {law} asks nothing of it. A missing mark proves nothing either way.",
    ),
    (
        "verdict.informational",
        "{law} is reported for information and gives no verdict: {infoPassed} points met, {infoFailed} not met, {infoOpen} open as of {asOf}.",
    ),
    (
        "verdict.nothingRequired",
        "No rule of {law} requires anything of a {role} for this file as of {asOf}; the single rules say why.",
    ),
    (
        "judgement.laterThanRules",
        "The rules follow the law up to {date}; changes made after that day are not in this judgement.",
    ),
    (
        "judgement.fileSaysOtherwise",
        "You say that AI did not make this file, but the file says that it did; it is judged by what it says.",
    ),
    ("common.notYetInForce", "Applies from {from}."),
    ("common.repealed", "Was in force until {until}."),
    ("common.bindsProviders", "Binds the provider of the AI system; another role was asked about."),
    ("common.bindsPlatforms", "Binds platforms that distribute content; another role was asked about."),
    (
        "common.bindsProvidersAndPlatforms",
        "Binds services that generate or distribute content; another role was asked about.",
    ),
    ("common.bindsProvidersAndDeployers", "Binds providers and deployers; another role was asked about."),
    ("common.modality", "Does not cover this kind of content."),
    ("common.noAi", "Nothing in the file says that AI made it; a missing mark never proves that a human did."),
    ("common.saidNotAi", "You say that AI did not make it, and nothing in the file says otherwise."),
    ("common.onlyHints", "Only a hint says that AI was used."),
    ("common.onlyHints.settles", "Say whether AI made or altered the content."),
];
