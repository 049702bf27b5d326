//! Properties that hold for any evidence.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "common/choices.rs"]
mod choices;
mod common;

use choices::Choices;
use common::*;
use labeler_rules::evidence::*;
use labeler_rules::{AiClaimState, Answer, Context, Evidence, Judgement, Outcome, Severity, Verdict, judge};
use proptest::prelude::*;

fn check(judgement: &Judgement, claimed: AiClaimState) {
    for (region, verdict) in &judgement.regions {
        let required = verdict.counts.required;
        let expected = match (required.fail, required.undetermined, required.pass) {
            (0, 0, 0) => Verdict::NotApplicable,
            (0, 0, _) => Verdict::Pass,
            (0, _, _) => Verdict::Undetermined,
            _ => Verdict::Fail,
        };
        // A pack's policy may withhold a pass. In every other case the verdict follows from the counts.
        let withheld = expected == Verdict::Pass
            && verdict.verdict == Verdict::Undetermined
            && verdict.sentence.key.ends_with("pass-withheld");
        for result in verdict
            .rules
            .iter()
            .filter(|rule| verdict.verdict == Verdict::Undetermined && rule.severity == Severity::Required)
        {
            for ask in &result.asks {
                assert!(judgement.questions.iter().any(|question| question.id == *ask), "{ask} is not asked");
            }
        }
        assert!(verdict.verdict == expected || withheld, "{:?} instead of {expected:?}", verdict.verdict);
        for result in &verdict.rules {
            assert_eq!(result.region, *region);
            assert_eq!(result.fix.is_some(), result.outcome == Outcome::Fail, "{}", result.message.key);
            assert_eq!(result.settles.is_some(), result.outcome == Outcome::Undetermined, "{}", result.message.key);
            // Without a claim, nothing is judged as AI-made: an unanswered question stays open.
            let mark_rule = ["EU-01", "CA-01", "CN-01"].contains(&result.id.as_str());
            if claimed == AiClaimState::None && mark_rule {
                assert!(!matches!(result.outcome, Outcome::Pass | Outcome::Fail), "{} without a claim", result.id);
            }
            let words =
                [Some(&result.message), result.fix.as_ref(), result.settles.as_ref(), result.severity_reason.as_ref()];
            for message in words.into_iter().flatten().chain(&result.notes) {
                assert!(!message.text.is_empty());
                assert_ne!(message.text, message.key);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_evidence_gets_a_consistent_judgement(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut choices = Choices::new(&bytes);
        let context = choices.context();
        let evidence = choices.evidence();
        let judgement = judge(&evidence, &context);
        check(&judgement, judgement.ai.state);
        prop_assert_eq!(&judgement, &judge(&evidence, &context));
    }

    #[test]
    fn adding_an_ai_mark_never_makes_a_passing_region_not_applicable(bytes in prop::collection::vec(any::<u8>(), 0..400), which in 0_u8..5) {
        let mut choices = Choices::new(&bytes);
        let context = choices.context();
        // Few random files pass. Therefore half of the inputs start from a labelled file.
        let mut evidence = if choices.byte() % 2 == 1 { labelled() } else { choices.evidence() };
        let before = judge(&evidence, &context);
        match which {
            0 => evidence.metadata.source_types.push(Located::new(source_type(GENERATED), Site::default())),
            1 => evidence.aigc.push(aigc_site()),
            2 => evidence.invisible_marks.push(mark("SDXL", MarkState::Decoded)),
            3 => evidence.c2pa.actions.push(created(GENERATED)),
            _ => evidence.traces.push(trace("ComfyUI", 4, "prompt")),
        }
        let after = judge(&evidence, &context);
        // A hint does not outweigh an answer.
        let answered_no = which == 4 && context.is_ai == Answer::No;
        prop_assert!(after.ai.state != AiClaimState::None || answered_no);
        for (region, verdict) in &before.regions {
            if verdict.verdict == Verdict::Pass {
                prop_assert_ne!(after.regions[region].verdict, Verdict::NotApplicable);
            }
        }
    }

    #[test]
    fn a_judgement_reads_back_from_its_json(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut choices = Choices::new(&bytes);
        let context = choices.context();
        let evidence = choices.evidence();
        let judgement = judge(&evidence, &context);
        let text = serde_json::to_string(&judgement).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Judgement>(&text).unwrap(), &judgement);
        let context_text = serde_json::to_string(&context).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Context>(&context_text).unwrap(), &context);
        let evidence_text = serde_json::to_string(&evidence).unwrap();
        let read: Evidence = serde_json::from_str(&evidence_text).unwrap();
        // JSON cannot represent infinity or NaN; a judgement must not depend on them.
        prop_assert_eq!(&judge(&read, &context), &judgement);
    }
}

#[test]
fn the_json_has_the_promised_shape() {
    let json = serde_json::to_value(judge(&firefly(), &today())).unwrap();
    assert_eq!(json["asOf"], "2026-11-21");
    assert_eq!(json["role"], "provider");
    assert_eq!(json["ai"]["state"], "claimed");
    // The build's features decide whether a JSON object keeps its order.
    let mut keys: Vec<&String> = json["regions"].as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(keys, ["california", "china", "eu", "washington"]);
    let rule = &json["regions"]["california"]["rules"][2];
    assert_eq!(rule["id"], "CA-03");
    assert_eq!(rule["outcome"], "pass");
    assert_eq!(rule["validFrom"], "2026-09-30");
    assert_eq!(rule["evidence"][0]["site"]["offset"], 41);
    // The text must have the order of the regions, not the alphabetical order.
    let text = serde_json::to_string(&judge(&firefly(), &today())).unwrap();
    assert!(text.find("\"eu\":").unwrap() < text.find("\"california\":").unwrap());
    let context: Context = serde_json::from_str(r#"{"asOf":"2026-11-21"}"#).unwrap();
    assert_eq!(context, today());
}
