//! Time stamps of the operator's authority. Stamps of a real authority are tested in the engine with `openssl ts`, and
//! in the black-box tests.

use labeler_api::TimeStampAuthority;
use labeler_fetch::{HttpError, testing};

use crate::test_env::{TestEnv, jpeg};

const URL: &str = "http://stamps.internal/tsa";

async fn env(required: bool) -> TestEnv {
    let mut env = TestEnv::new().await;
    env.app.config.time_stamps = Some(TimeStampAuthority { url: URL.to_owned(), required });
    env
}

#[tokio::test]
async fn the_authority_receives_a_standard_request() {
    let env = env(false).await;
    env.far_side.serve(URL, &b"no token"[..]);
    env.label(env.live_key(), &jpeg(), |_| {}).await;
    let asked = env.far_side.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].method, asked[0].url.as_str()), ("POST", URL));
    assert!(asked[0].headers.contains(&("content-type", "application/timestamp-query".to_owned())));
    // A TimeStampReq is a DER SEQUENCE that begins with its version.
    assert_eq!(&asked[0].body.as_ref().unwrap()[2..5], [2, 1, 1]);
}

#[tokio::test]
async fn a_missing_time_stamp_causes_a_warning() {
    let env = env(false).await;
    type Failing = fn(&TestEnv);
    let ways: [Failing; 4] = [
        |_| {},
        |env| env.far_side.on(URL, |_| Err(HttpError::TimedOut)),
        |env| env.far_side.on(URL, |_| Ok(testing::response(503, &[], testing::whole(Default::default())))),
        |env| env.far_side.serve(URL, vec![0; 70_000]),
    ];
    for way in ways {
        way(&env);
        env.clock.advance(60_000);
        let answer = env.label(env.live_key(), &jpeg(), |_| {}).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        assert!(answer.header("x-labeler-warnings").unwrap().contains("no_time_stamp"));
    }
}

#[tokio::test]
async fn a_missing_time_stamp_fails_the_label_if_required() {
    let env = env(true).await;
    let before = env.get("/api/v1/assets", env.live_key()).await.json()["total"].clone();
    env.label(env.live_key(), &jpeg(), |_| {}).await.is_error(502, "sign_failed", None);
    assert_eq!(env.get("/api/v1/assets", env.live_key()).await.json()["total"], before, "nothing was labelled");
}
