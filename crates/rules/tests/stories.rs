//! Tests the rules with files as real systems write them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::*;
use labeler_rules::evidence::*;
use labeler_rules::{AiClaimState, Answer, Context, Outcome, Preset, Region, Severity, Verdict, judge};

#[test]
fn an_unmarked_photo_is_open_in_every_region_and_asks_about_ai() {
    let judgement = judge(&photo(), &today());
    assert_eq!(judgement.ai.state, AiClaimState::None);
    for region in [Region::Eu, Region::California, Region::China] {
        let verdict = &judgement.regions[&region];
        assert_eq!(verdict.verdict, Verdict::Undetermined);
        assert!(verdict.sentence.text.starts_with("Did AI make or alter this file?"), "{}", verdict.sentence.text);
        assert_eq!(verdict.open_reason.as_ref().unwrap().key, "common.ai.unknown");
    }
    assert_eq!(judgement.regions[&Region::Washington].sentence.key, "verdict.notInForce");
    assert_eq!(judgement.questions[0].id, "made-by-ai");
    assert_eq!(judgement.questions[0].answer, "isAi");
}

#[test]
fn a_photo_signed_by_a_camera_makes_no_ai_claim() {
    let judgement = judge(&signed(vec![created(CAPTURE)]), &today());
    assert_eq!(judgement.ai.state, AiClaimState::None);
    assert_eq!(judgement.regions[&Region::Eu].verdict, Verdict::NotApplicable);
}

/// The answers about a file with every layer that only the provider can give.
fn known() -> Context {
    Context { verification_tool_reads: Answer::Yes, deep_synthesis_service: Answer::Yes, ..today() }
}

#[test]
fn a_file_with_every_layer_passes_every_region() {
    let judgement = judge(&labelled(), &known());
    for preset in Preset::ALL {
        for region in preset.regions() {
            let verdict = &judgement.regions[region];
            assert_eq!(verdict.verdict, Verdict::Pass, "{region:?}: {}", verdict.sentence.text);
            assert_eq!(verdict.counts.required.fail + verdict.counts.required.undetermined, 0);
            let failed = ids(&judgement, *region, Outcome::Fail);
            assert!(failed.is_empty(), "{failed:?}");
        }
    }
}

#[test]
fn without_a_watermark_the_eu_and_california_stay_open() {
    let mut evidence = labelled();
    evidence.c2pa.soft_bindings.clear();
    evidence.invisible_marks.clear();
    let judgement = judge(&evidence, &known());
    let california = &judgement.regions[&Region::California];
    assert_eq!(california.verdict, Verdict::Undetermined);
    assert!(california.sentence.text.contains("CA-07"), "{}", california.sentence.text);
    assert!(california.sentence.text.contains("not a pass"));
    let eu = &judgement.regions[&Region::Eu];
    assert_eq!(eu.verdict, Verdict::Undetermined);
    assert!(eu.sentence.text.contains("marked, not shown to be robust"));
}

#[test]
fn chatgpt_fails_california_for_version_and_time() {
    assert!(ids(&judge(&chatgpt(), &today()), Region::California, Outcome::Fail).is_empty());
    let judgement = judge(&chatgpt(), &answered());
    assert_eq!(ids(&judgement, Region::California, Outcome::Fail), ["CA-03", "CA-04"]);
    assert_eq!(judgement.regions[&Region::California].verdict, Verdict::Fail);
    // Found in the parent, which is the whole image.
    assert_eq!(rule(&judgement, "EU-01").outcome, Outcome::Pass);
    assert_eq!(ids(&judgement, Region::Eu, Outcome::Fail), ["EU-03", "EU-05", "EU-06"]);
    assert_eq!(ids(&judgement, Region::China, Outcome::Fail), ["CN-01"]);
}

#[test]
fn an_expired_certificate_is_not_tampering() {
    let judgement = judge(&chatgpt(), &today());
    for id in ["EU-02", "CA-10"] {
        let result = rule(&judgement, id);
        assert_eq!(result.outcome, Outcome::Undetermined);
        assert!(result.message.text.contains("expired"), "{}", result.message.text);
        assert!(result.message.text.contains("not tampering"), "{}", result.message.text);
    }
}

#[test]
fn firefly_meets_most_rules_but_lacks_chinas_label() {
    let judgement = judge(&firefly(), &today());
    assert_eq!(judgement.regions[&Region::Eu].verdict, Verdict::Undetermined);
    assert!(ids(&judgement, Region::Eu, Outcome::Fail).is_empty());
    for id in
        ["EU-01", "EU-02", "EU-03", "EU-04", "CA-01", "CA-02", "CA-03", "CA-04", "CA-05", "CA-06", "CA-08", "CA-10"]
    {
        assert_eq!(rule(&judgement, id).outcome, Outcome::Pass, "{id}");
    }
    assert!(rule(&judgement, "EU-04").notes.iter().any(|note| note.key == "EU-04.note.interim"));
    assert_eq!(judgement.regions[&Region::California].verdict, Verdict::Undetermined);
    assert_eq!(ids(&judgement, Region::China, Outcome::Fail), ["CN-01"]);
}

#[test]
fn flux_has_a_time_but_no_version_and_a_prompt() {
    let judgement = judge(&flux(), &answered());
    assert_eq!(ids(&judgement, Region::California, Outcome::Fail), ["CA-03"]);
    assert_eq!(rule(&judgement, "CA-14").message.key, "CA-14.prompt");
    assert_eq!(ids(&judgement, Region::Eu, Outcome::Fail), ["EU-05", "EU-06", "EU-12"]);
    assert_eq!(rule(&judgement, "EU-04").outcome, Outcome::Undetermined);
}

#[test]
fn midjourney_is_marked_but_unsigned_and_nameless() {
    let judgement = judge(&midjourney(), &answered());
    assert_eq!(judgement.regions[&Region::Eu].verdict, Verdict::Undetermined);
    assert_eq!(ids(&judgement, Region::Eu, Outcome::Fail), ["EU-02", "EU-05", "EU-06", "EU-12"]);
    assert_eq!(ids(&judgement, Region::California, Outcome::Fail), ["CA-02", "CA-03"]);
}

#[test]
fn doubao_meets_chinas_metadata_rules_only() {
    let judgement = judge(&doubao(), &today());
    assert!(ids(&judgement, Region::China, Outcome::Fail).is_empty());
    assert_eq!(judgement.regions[&Region::China].verdict, Verdict::Undetermined);
    assert_eq!(ids(&judgement, Region::China, Outcome::Undetermined), ["CN-10"]);
    let judgement = judge(&doubao(), &answered());
    assert_eq!(ids(&judgement, Region::California, Outcome::Fail), ["CA-03", "CA-04"]);
    assert_eq!(rule(&judgement, "CA-02").message.key, "CA-02.codeOnly");
    assert_eq!(rule(&judgement, "CA-06").message.key, "CA-06.aigcOnly");
}

#[test]
fn grok_uses_a_vendor_scheme_and_no_standard_mark() {
    assert_eq!(judge(&grok(), &today()).regions[&Region::Eu].open_reason.as_ref().unwrap().key, "common.ai.onlyHints");
    let judgement = judge(&grok(), &answered());
    assert_eq!(rule(&judgement, "CA-08").message.key, "CA-08.vendorOnly");
    assert_eq!(rule(&judgement, "CA-01").outcome, Outcome::Fail);
    assert_eq!(rule(&judgement, "EU-01").outcome, Outcome::Fail);
}

#[test]
fn a_tampered_file_fails_on_integrity_and_its_manifest_is_ignored() {
    let judgement = judge(&tampered(), &answered());
    assert_eq!(judgement.ai.state, AiClaimState::Claimed);
    let failed = ids(&judgement, Region::California, Outcome::Fail);
    for id in ["CA-01", "CA-02", "CA-03", "CA-04", "CA-05", "CA-06", "CA-10"] {
        assert!(failed.contains(&id), "{id} not in {failed:?}");
    }
    assert!(rule(&judgement, "CA-10").message.text.contains("assertion.dataHash.mismatch"));
    assert_eq!(rule(&judgement, "EU-02").message.key, "EU-02.invalid");
    assert_eq!(rule(&judgement, "EU-01").message.key, "EU-01.broken");
    // Nothing fails until the provider says that there is no watermark.
    let context = Context { placed_on_market_before: Answer::No, ..today() };
    let judgement = judge(&tampered(), &context);
    assert!(ids(&judgement, Region::California, Outcome::Fail).is_empty());
    assert_eq!(rule(&judgement, "EU-01").message.key, "EU-01.brokenOnly");
    assert_eq!(judgement.regions[&Region::Eu].verdict, Verdict::Undetermined);
}

#[test]
fn an_ai_picture_that_only_served_as_input_makes_no_ai_claim() {
    let mut action = created(GENERATED);
    action.position = ManifestPosition::Input;
    assert_eq!(judge(&signed(vec![action]), &today()).ai.state, AiClaimState::None);
}

#[test]
fn hints_leave_the_question_open_until_it_is_answered() {
    let hinted = Evidence { traces: vec![trace("Aphrodite", 5, "Software")], ..photo() };
    let judgement = judge(&hinted, &today());
    assert_eq!(judgement.ai.state, AiClaimState::Possible);
    assert_eq!(judgement.regions[&Region::Eu].verdict, Verdict::Undetermined);
    assert_eq!(judgement.regions[&Region::Eu].sentence.key, "common.ai.onlyHints.sentence");
    let mut context = today();
    context.is_ai = Answer::No;
    assert_eq!(judge(&hinted, &context).regions[&Region::Eu].sentence.key, "common.ai.saidNotAiHint.sentence");
    context.is_ai = Answer::Yes;
    assert_eq!(judge(&hinted, &context).regions[&Region::China].verdict, Verdict::Fail);
    assert_eq!(judge(&xmp(COMPOSITE), &today()).ai.state, AiClaimState::Possible);
}

#[test]
fn statements_in_the_file_outweigh_the_answer_no() {
    let mut context = today();
    context.is_ai = Answer::No;
    let judgement = judge(&firefly(), &context);
    assert_eq!(judgement.ai.state, AiClaimState::Claimed);
    assert!(judgement.notes.iter().any(|note| note.key == "judgement.fileSaysOtherwise"));
}

#[test]
fn a_file_whose_marks_were_removed_is_judged_by_its_earlier_version() {
    let evidence =
        compared(vec![change(MarkLayer::C2pa, LayerChange::Removed), change(MarkLayer::Aigc, LayerChange::Removed)]);
    let judgement = judge(&evidence, &today());
    assert_eq!(judgement.ai.state, AiClaimState::Claimed);
    assert_eq!(ids(&judgement, Region::China, Outcome::Fail), ["CN-01", "CN-14"]);
    assert!(ids(&judgement, Region::Eu, Outcome::Fail).contains(&"EU-08"));
}

#[test]
fn a_deployer_of_a_deep_fake_needs_a_visible_label() {
    let mut context = today();
    context.role = labeler_rules::Role::Deployer;
    let open = judge(&firefly(), &context);
    assert_eq!(open.regions[&Region::Eu].verdict, Verdict::Undetermined);
    assert!(open.questions.iter().any(|question| question.id == "deep-fake"));
    context.deep_fake = Answer::Yes;
    context.artistic = Answer::No;
    context.visible_label = Answer::No;
    let judgement = judge(&firefly(), &context);
    let result = rule(&judgement, "EU-10");
    assert_eq!((result.outcome, result.severity), (Outcome::Fail, Severity::Required));
    assert_eq!(judgement.regions[&Region::Eu].verdict, Verdict::Fail);
    assert_eq!(rule(&judgement, "EU-01").message.key, "common.binds.provider");
}

#[test]
fn every_result_cites_a_fact() {
    let judgement = judge(&firefly(), &today());
    let result = rule(&judgement, "CA-03");
    assert_eq!(result.evidence[0].value, "Adobe Firefly image3");
    assert_eq!(result.evidence[0].site, Site::at("c2pa.actions.v2", 41));
    assert_eq!(result.reference.provision, "22757.3(a)(1)(B)");
}

#[test]
fn a_region_whose_rules_are_all_open_for_one_reason_says_it_once() {
    let judgement = judge(&photo(), &Context { is_ai: Answer::Yes, ..today() });
    let california = &judgement.regions[&Region::California];
    assert_eq!(california.verdict, Verdict::Undetermined);
    assert_eq!(california.open_reason.as_ref().unwrap().key, "CA.elsewhere.markOpen");
    assert_eq!(california.sentence.key, "CA.elsewhere.markOpen.sentence");
}
