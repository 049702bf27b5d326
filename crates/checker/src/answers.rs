//! The answers in a [`Context`] by name, for options, files and requests that give some of them.
//!
//! The command line and the API use the same table, so that both accept the same names. A test compares the table with
//! the JSON of a [`Context`].

use labeler_rules::{AiInvolvement, Answer, Context, Region, Role};
use serde_json::{Map, Value};
use time::Date;
use time::macros::format_description;

/// Maximum length of a provider's name in characters.
const MAX_NAME: usize = 200;

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerKind {
    /// `yes`, `no` or `unknown`.
    YesNo,
    /// `created`, `altered` or `unknown`.
    Involvement,
    /// A day, `YYYY-MM-DD`, or `unknown`.
    Day,
    /// A name of 1 to 200 characters.
    Name,
}

impl AnswerKind {
    /// Returns the accepted values for an error message.
    pub fn expected(self) -> &'static str {
        match self {
            Self::YesNo => "must be yes, no or unknown",
            Self::Involvement => "must be created, altered or unknown",
            Self::Day => "must be a day written YYYY-MM-DD, or unknown",
            Self::Name => "must be a name of 1 to 200 characters",
        }
    }
}

/// Field of [`Context`] that holds an answer.
#[derive(Clone, Copy, Debug)]
pub struct AnswerField {
    /// Its name in JSON: `isAi`.
    pub name: &'static str,
    /// Its meaning.
    pub meaning: &'static str,
    access: Access,
}

#[derive(Clone, Copy, Debug)]
enum Access {
    YesNo(fn(&mut Context) -> &mut Answer),
    Involvement(fn(&mut Context) -> &mut AiInvolvement),
    Day(fn(&mut Context) -> &mut Option<Date>),
    Name(fn(&mut Context) -> &mut Option<String>),
}

/// Error for an answer that is not in the table or has the wrong form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} {problem}")]
pub struct AnswerError {
    /// The field.
    pub name: String,
    /// Description of the problem, which follows the name.
    pub problem: String,
}

const fn yes_no(name: &'static str, meaning: &'static str, field: fn(&mut Context) -> &mut Answer) -> AnswerField {
    AnswerField { name, meaning, access: Access::YesNo(field) }
}

const fn day(name: &'static str, meaning: &'static str, field: fn(&mut Context) -> &mut Option<Date>) -> AnswerField {
    AnswerField { name, meaning, access: Access::Day(field) }
}

/// All answers, in the order in which people give them.
pub static ANSWERS: &[AnswerField] = &[
    yes_no("isAi", "AI made or altered the content", |c| &mut c.is_ai),
    AnswerField {
        name: "aiInvolvement",
        meaning: "How AI was involved: it created the content, or altered existing content",
        access: Access::Involvement(|c| &mut c.ai_involvement),
    },
    day("createdOn", "The day the content was created or last altered by AI", |c| &mut c.created_on),
    day("publishedOn", "The day it was first published", |c| &mut c.published_on),
    day("distributedOn", "The day a platform distributed it", |c| &mut c.distributed_on),
    AnswerField {
        name: "provider",
        meaning: "The name of the provider that the marks must contain",
        access: Access::Name(|c| &mut c.provider),
    },
    yes_no("visibleLabel", "People see, hear or read a label", |c| &mut c.visible_label),
    yes_no(
        "vendorWatermark",
        "There is a watermark, or a register of fingerprints or logs, by which the provider's own detector \
         recognises this output",
        |c| &mut c.vendor_watermark,
    ),
    yes_no(
        "placedOnMarketBefore",
        "EU: the AI system was on the EU market before 2 August 2026, which gives it until 2 December 2026",
        |c| &mut c.placed_on_market_before,
    ),
    day("placedOnMarket", "EU: the day the AI system was placed on the EU market", |c| &mut c.placed_on_market),
    yes_no("signatory", "EU: the provider or deployer signed the Code of Practice, which is voluntary", |c| {
        &mut c.signatory
    }),
    yes_no("alteredSlightly", "AI altered the content only slightly and left its meaning alone", |c| {
        &mut c.altered_slightly
    }),
    yes_no("assistiveEditing", "EU: the AI system only assists with standard editing", |c| &mut c.assistive_editing),
    yes_no("deepFake", "EU: the content is a deep fake (Article 3(60))", |c| &mut c.deep_fake),
    yes_no("deployerProfessional", "EU: the deployer acts professionally", |c| &mut c.deployer_professional),
    yes_no(
        "artistic",
        "EU: the content is part of an evidently artistic, creative, satirical, fictional or analogous work",
        |c| &mut c.artistic,
    ),
    yes_no("publicInterestText", "EU: the text informs the public on matters of public interest", |c| {
        &mut c.public_interest_text
    }),
    yes_no("humanReview", "EU: a person reviewed the text, or it went through editorial control", |c| {
        &mut c.human_review
    }),
    yes_no("editorialResponsibility", "EU: a person holds editorial responsibility for the publication", |c| {
        &mut c.editorial_responsibility
    }),
    yes_no("authorisedByLaw", "EU: the use is authorised by law to detect or prosecute criminal offences", |c| {
        &mut c.authorised_by_law
    }),
    yes_no(
        "usersAboveOneMillion",
        "California, Washington: the system has more than 1,000,000 monthly visitors or users",
        |c| &mut c.users_above_one_million,
    ),
    yes_no("usersAboveTwoMillion", "California: the platform has more than 2,000,000 monthly users", |c| {
        &mut c.users_above_two_million
    }),
    yes_no(
        "minorModification",
        "California: the alteration is one of the eight minor modifications of section 22757.1(l)",
        |c| &mut c.minor_modification,
    ),
    yes_no(
        "verificationToolReads",
        "California: the provider's own verification tool was tried on this file and read the disclosure",
        |c| &mut c.verification_tool_reads,
    ),
    yes_no("knowinglyRemoved", "California: the platform removed provenance data knowingly", |c| {
        &mut c.knowingly_removed
    }),
    yes_no(
        "deviceFirstSoldSince2028",
        "California: the capture device was first produced for sale there on or after 1 January 2028",
        |c| &mut c.device_first_sold_since_2028,
    ),
    yes_no("businessOnly", "Washington: the system is sold to businesses only", |c| &mut c.business_only),
    yes_no(
        "deepSynthesisService",
        "China: the service falls under Article 17(1) of the Deep Synthesis Provisions",
        |c| &mut c.deep_synthesis_service,
    ),
    yes_no("unlabelledCopyRequested", "China: the user asked for a copy without the visible label", |c| {
        &mut c.unlabelled_copy_requested
    }),
    yes_no("labelDutiesAgreed", "China: the user agreement states the user's labelling duties", |c| {
        &mut c.label_duties_agreed
    }),
    yes_no("logsKept", "China: logs of that supply are kept for at least six months", |c| &mut c.logs_kept),
    yes_no("declaredOnPlatform", "China: the user who publishes declared the content on the platform", |c| {
        &mut c.declared_on_platform
    }),
    yes_no("userDeclaredAi", "China: a user declared the content to the platform as AI-generated", |c| {
        &mut c.user_declared_ai
    }),
    yes_no("platformFoundTraces", "China: the platform found a label or other traces of generation", |c| {
        &mut c.platform_found_traces
    }),
    yes_no("noticeBesidePost", "China: the platform shows its notice beside the post", |c| &mut c.notice_beside_post),
    yes_no("platformIsProducer", "China: the platform is itself the producer that the label names", |c| {
        &mut c.platform_is_producer
    }),
];

impl AnswerField {
    /// Returns the field with this JSON name.
    pub fn named(name: &str) -> Option<&'static Self> {
        ANSWERS.iter().find(|field| field.name == name)
    }

    /// Returns the form of its answer.
    pub fn kind(&self) -> AnswerKind {
        match self.access {
            Access::YesNo(_) => AnswerKind::YesNo,
            Access::Involvement(_) => AnswerKind::Involvement,
            Access::Day(_) => AnswerKind::Day,
            Access::Name(_) => AnswerKind::Name,
        }
    }

    /// Returns its name as an option of the command line: `is-ai`.
    pub fn option(&self) -> String {
        let mut option = String::with_capacity(self.name.len() + 6);
        let mut before_is_digit = false;
        for letter in self.name.chars() {
            if letter.is_ascii_uppercase() || (letter.is_ascii_digit() && !before_is_digit) {
                option.push('-');
            }
            before_is_digit = letter.is_ascii_digit();
            option.push(letter.to_ascii_lowercase());
        }
        option
    }

    /// Parses an answer and stores it in a context.
    ///
    /// # Errors
    /// [`AnswerError`] if the answer has the wrong form.
    pub fn set(&self, context: &mut Context, text: &str) -> Result<(), AnswerError> {
        let wrong = || AnswerError { name: self.name.to_owned(), problem: self.kind().expected().to_owned() };
        match self.access {
            Access::YesNo(field) => {
                *field(context) = match text {
                    "yes" => Answer::Yes,
                    "no" => Answer::No,
                    "unknown" => Answer::Unknown,
                    _ => return Err(wrong()),
                }
            }
            Access::Involvement(field) => {
                *field(context) = match text {
                    "created" => AiInvolvement::Created,
                    "altered" => AiInvolvement::Altered,
                    "unknown" => AiInvolvement::Unknown,
                    _ => return Err(wrong()),
                }
            }
            Access::Day(field) => {
                *field(context) = match text {
                    "unknown" => None,
                    text => Some(parse_day(text).ok_or_else(wrong)?),
                }
            }
            Access::Name(field) => {
                let length = text.trim().chars().count();
                if length == 0 || length > MAX_NAME || text.chars().any(char::is_control) {
                    return Err(wrong());
                }
                *field(context) = Some(text.trim().to_owned());
            }
        }
        Ok(())
    }

    /// Returns the answer in a context; `None` if it is unknown.
    pub fn get(&self, context: &Context) -> Option<String> {
        // The accessors return mutable references, so they need a copy of the context. It is small.
        let mut context = context.clone();
        match self.access {
            Access::YesNo(field) => field(&mut context).known().map(|yes| if yes { "yes" } else { "no" }.to_owned()),
            Access::Involvement(field) => match field(&mut context) {
                AiInvolvement::Created => Some("created".to_owned()),
                AiInvolvement::Altered => Some("altered".to_owned()),
                AiInvolvement::Unknown => None,
            },
            Access::Day(field) => field(&mut context).map(day_text),
            Access::Name(field) => field(&mut context).clone(),
        }
    }
}

/// Stores the answers of a map in a context. A null is ignored.
///
/// # Errors
/// [`AnswerError`] for a name that is not in [`ANSWERS`], or for an answer with the wrong form.
pub fn set_answers(context: &mut Context, answers: &Map<String, Value>) -> Result<(), AnswerError> {
    for (name, value) in answers {
        let Some(field) = AnswerField::named(name) else {
            let known: Vec<_> = ANSWERS.iter().map(|field| field.name).collect();
            let problem = format!("is not a known answer; known answers are {}", known.join(", "));
            return Err(AnswerError { name: shortened(name), problem });
        };
        match value {
            Value::Null => field.set(context, "unknown").or_else(|error| match field.access {
                Access::Name(provider) => {
                    *provider(context) = None;
                    Ok(())
                }
                _ => Err(error),
            })?,
            Value::String(text) => field.set(context, text)?,
            _ => {
                return Err(AnswerError { name: field.name.to_owned(), problem: field.kind().expected().to_owned() });
            }
        }
    }
    Ok(())
}

/// Circumstances in addition to the answers: `asOf`, `role` and `regions`.
pub const CIRCUMSTANCES: [&str; 3] = ["asOf", "role", "regions"];

/// Parses one of [`CIRCUMSTANCES`] and stores it in a context.
///
/// # Errors
/// [`AnswerError`] for any other name, or for a value with the wrong form.
pub fn set_circumstance(context: &mut Context, name: &str, value: &Value) -> Result<(), AnswerError> {
    let wrong = |problem: &str| AnswerError { name: shortened(name), problem: problem.to_owned() };
    match name {
        "asOf" => {
            let day = value.as_str().and_then(parse_day);
            context.as_of = day.ok_or_else(|| wrong("must be a day written YYYY-MM-DD"))?;
        }
        "role" => {
            let role = value.as_str().and_then(|text| text.parse::<Role>().ok());
            let known: Vec<_> = Role::ALL.iter().map(|role| role.id()).collect();
            context.role = role.ok_or_else(|| wrong(&format!("must be one of {}", known.join(", "))))?;
        }
        "regions" => {
            let known: Vec<_> = Region::ALL.iter().map(|region| region.id()).collect();
            let problem = format!("must be a list of {}, at least one", known.join(", "));
            let listed: Option<Vec<Region>> = value
                .as_array()
                .and_then(|list| list.iter().map(|one| one.as_str().and_then(|text| text.parse().ok())).collect());
            let listed = listed.filter(|list| !list.is_empty()).ok_or_else(|| wrong(&problem))?;
            context.regions = listed.into_iter().collect();
        }
        _ => return Err(wrong("is not known here")),
    }
    Ok(())
}

/// Parses a date in the form `YYYY-MM-DD`.
pub fn parse_day(text: &str) -> Option<Date> {
    Date::parse(text, &format_description!("[year]-[month]-[day]")).ok()
}

fn day_text(day: Date) -> String {
    day.format(&format_description!("[year]-[month]-[day]")).unwrap_or_default()
}

/// Shortens and cleans a text from outside, so that a message can quote it.
fn shortened(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(80).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;

    use labeler_rules::facts::FACTS;
    use serde_json::json;
    use time::macros::date;

    use super::*;

    fn full() -> Context {
        let mut context = Context::new(date!(2026 - 11 - 30));
        for field in ANSWERS {
            let text = match field.kind() {
                AnswerKind::YesNo => "yes",
                AnswerKind::Involvement => "altered",
                AnswerKind::Day => "2026-09-01",
                AnswerKind::Name => "Example AI",
            };
            field.set(&mut context, text).unwrap();
            assert_eq!(field.get(&context).as_deref(), Some(text), "{}", field.name);
        }
        context
    }

    #[test]
    fn the_table_has_every_field_of_a_context() {
        let json = serde_json::to_value(full()).unwrap();
        let fields: BTreeSet<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
        let known: BTreeSet<&str> = ANSWERS.iter().map(|field| field.name).chain(CIRCUMSTANCES).collect();
        assert_eq!(fields, known);
        // The type itself reads the answers back: it defines names and forms.
        assert_eq!(serde_json::from_value::<Context>(json).unwrap(), full());
        for fact in FACTS.iter().filter_map(|fact| fact.answer) {
            assert!(known.contains(fact), "{fact}");
        }
    }

    #[test]
    fn options_are_the_names_in_kebab_case() {
        let option = |name: &str| AnswerField::named(name).unwrap().option();
        assert_eq!(option("isAi"), "is-ai");
        assert_eq!(option("placedOnMarketBefore"), "placed-on-market-before");
        assert_eq!(option("deviceFirstSoldSince2028"), "device-first-sold-since-2028");
    }

    #[test]
    fn rejects_unknown_names_and_wrong_forms_by_name() {
        let mut context = Context::new(date!(2026 - 11 - 30));
        for (answers, name) in [
            (json!({ "madeByAi": "yes" }), "madeByAi"),
            (json!({ "isAi": true }), "isAi"),
            (json!({ "isAi": "maybe" }), "isAi"),
            (json!({ "createdOn": "1 May" }), "createdOn"),
            (json!({ "provider": " " }), "provider"),
            (json!({ "aiInvolvement": "yes" }), "aiInvolvement"),
        ] {
            let error = set_answers(&mut context, answers.as_object().unwrap()).unwrap_err();
            assert_eq!(error.name, name);
        }
        set_answers(&mut full(), json!({ "provider": null, "isAi": null }).as_object().unwrap()).unwrap();
    }
}
