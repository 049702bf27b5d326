use serde_json::{Value, json};

use crate::test_env::{Answer, Form, TestEnv, png};

async fn check(env: &TestEnv, options: &str) -> Answer {
    env.clock.advance(60_000);
    let form = Form::default().file("file", "a.png", "image/png", &png()).text("options", options);
    env.post_form("/api/v1/check", env.live_key(), &form).await
}

async fn report(env: &TestEnv, options: Value) -> Value {
    let answer = check(env, &options.to_string()).await;
    let json = answer.json();
    assert_eq!(answer.status, 200, "{json}");
    json["data"].clone()
}

#[tokio::test]
async fn options_change_the_judgement() {
    let env = TestEnv::new().await;
    let bare = report(&env, json!({})).await;
    assert_eq!(bare["context"]["role"], "provider");
    assert_eq!(bare["verdicts"]["eu"]["verdict"], "undetermined");
    assert!(bare["questions"].as_array().unwrap().iter().any(|question| question["answer"] == "isAi"), "{bare}");
    // Empty options yield the same report as no options.
    env.clock.advance(60_000);
    let form = Form::default().file("file", "a.png", "image/png", &png());
    let without = env.post_form("/api/v1/check", env.live_key(), &form).await.json()["data"].clone();
    assert_eq!((&without["verdicts"], &without["context"]), (&bare["verdicts"], &bare["context"]));

    let options = json!({
        "answers": { "isAi": "no", "createdOn": "2026-08-15", "provider": "ACME" },
        "role": "deployer", "regions": ["china", "eu"], "asOf": "2026-12-24", "language": "de",
    });
    let judged = report(&env, options).await;
    let context = &judged["context"];
    assert_eq!((&context["isAi"], &context["createdOn"]), (&json!("no"), &json!("2026-08-15")));
    assert_eq!((&context["role"], &context["asOf"]), (&json!("deployer"), &json!("2026-12-24")));
    let mut regions: Vec<_> = judged["verdicts"].as_object().unwrap().keys().collect();
    regions.sort();
    assert_eq!(regions, ["china", "eu"]);
    assert_eq!(judged["verdicts"]["eu"]["verdict"], "notApplicable");
    assert_eq!((&judged["language"], &bare["language"]), (&json!("de"), &json!("en")));
    assert_eq!(judged.get("questions"), None, "nothing is open");
}

#[tokio::test]
async fn errors_name_the_invalid_option() {
    let env = TestEnv::new().await;
    for (options, field) in [
        ("", "options"),
        ("null", "options"),
        ("{", "options"),
        (r#"{"context":{}}"#, "options.context"),
        (r#"{"answers":{"madeByAi":"yes"}}"#, "options.answers.madeByAi"),
        (r#"{"answers":{"isAi":"perhaps"}}"#, "options.answers.isAi"),
        (r#"{"answers":{"deepFake":false}}"#, "options.answers.deepFake"),
        (r#"{"answers":{"publishedOn":"2026-13-01"}}"#, "options.answers.publishedOn"),
        (r#"{"role":"author"}"#, "options.role"),
        (r#"{"regions":["texas"]}"#, "options.regions"),
        (r#"{"asOf":"2026-11"}"#, "options.asOf"),
        (r#"{"language":"tlh"}"#, "options.language"),
    ] {
        let answer = check(&env, options).await;
        answer.is_error(400, "invalid_request", Some(field));
        assert!(answer.json()["error"]["message"].as_str().unwrap().starts_with(field), "{}", answer.json());
    }
    // Verification applies no law, so it accepts no options.
    let form = Form::default().file("file", "a.png", "image/png", &png()).text("options", "{}");
    let answer = env.post_form("/api/v1/verify", env.live_key(), &form).await;
    answer.is_error(400, "invalid_request", Some("options"));
}

#[tokio::test]
async fn request_options_take_precedence_over_workspace_defaults() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let defaults = json!({ "role": "deployer", "answers": { "isAi": "no", "signatory": "no" }, "regions": ["eu"] });
    let change = async |body: Value| {
        env.clock.advance(1000);
        env.page("PATCH", "/api/v1/workspace", &cookie, body).await
    };
    let kept = change(json!({ "checkDefaults": defaults })).await;
    assert_eq!((kept.status, &kept.json()["checkDefaults"]), (200, &defaults), "{}", kept.json());
    let context = report(&env, json!({})).await["context"].clone();
    assert_eq!((&context["role"], &context["isAi"]), (&json!("deployer"), &json!("no")));
    assert_eq!(context["regions"], json!(["eu"]));
    let own = json!({ "answers": { "isAi": "unknown" }, "role": "platform" });
    let context = report(&env, own).await["context"].clone();
    assert_eq!((&context["role"], &context["isAi"]), (&json!("platform"), &json!("unknown")));
    assert_eq!((&context["signatory"], &context["regions"]), (&json!("no"), &json!(["eu"])));

    for (wrong, field) in [
        (json!({ "asOf": "2026-11-30" }), "checkDefaults.asOf"),
        (json!({ "answers": { "isAi": 1 } }), "checkDefaults.answers.isAi"),
        (json!({ "role": "owner" }), "checkDefaults.role"),
    ] {
        change(json!({ "checkDefaults": wrong })).await.is_error(400, "validation_error", Some(field));
    }
    let seen = env.request("GET", "/api/v1/workspace", &[("cookie", &cookie)], "").await.json();
    assert_eq!(seen["checkDefaults"], defaults, "what was refused changed nothing");
    // Changes of other settings keep the defaults; an empty object removes them.
    assert_eq!(change(json!({ "requestLogDays": 30 })).await.json()["checkDefaults"], defaults);
    assert_eq!(change(json!({ "checkDefaults": {} })).await.json()["checkDefaults"], json!({}));
    let context = report(&env, json!({})).await["context"].clone();
    assert_eq!((&context["role"], &context["isAi"]), (&json!("provider"), &json!("unknown")));

    // The audit trail names the setting but contains no answers.
    let trail = env.request("GET", "/api/v1/admin-events", &[("cookie", &cookie)], "").await;
    assert_eq!(trail.json()["data"][0]["detail"]["changed"], json!(["checkDefaults"]));
}

#[tokio::test]
async fn the_openapi_document_lists_every_answer() {
    let document = labeler_api::openapi::document().unwrap();
    let schemas = &document["components"]["schemas"];
    let answers = schemas["CheckAnswers"]["properties"].as_object().unwrap();
    let context = schemas["Context"]["properties"].as_object().unwrap();
    for name in context.keys().filter(|name| !["asOf", "role", "regions"].contains(&name.as_str())) {
        assert!(answers.contains_key(name), "{name}");
    }
    assert_eq!(answers.len() + 3, context.len());
    let form = &schemas["CheckForm"];
    assert!(form["properties"]["options"].is_object());
    assert_eq!(form["required"], json!(["file"]));
    assert!(schemas["CheckOptions"]["properties"]["answers"].is_object());
}
