use serde_json::json;

use crate::bench::{Bench, NOW_S, bearer, chunked, jpeg, label_form, png};

#[tokio::test]
async fn a_workspace_signs_with_its_own_certificate() {
    let bench = Bench::new().await;
    let cookie = bench.cookie().await;
    let chain =
        labeler_devchain::make(labeler_devchain::Algorithm::Es256, labeler_devchain::Purpose::Development, NOW_S - 3600)
            .unwrap();
    let byoc = |options: &mut serde_json::Value| options["signingMode"] = json!("byoc");
    bench.label(bench.live_key(), &jpeg(), byoc).await.is_error(412, "signing_certificate_missing", Some("options.signingMode"));
    let path = "/api/v1/signing-certificates";
    let upload = json!({ "chain": chain.chain_pem, "key": chain.key_pem });
    let added = bench.page("POST", path, &cookie, upload.clone()).await;
    assert_eq!((added.status, added.json()["algorithm"].as_str(), added.json()["active"].as_bool()), (201, Some("es256"), Some(false)), "{}", added.json());
    bench.page("POST", path, &cookie, upload).await.is_error(409, "conflict", None);
    bench.page("POST", path, &cookie, json!({ "chain": "x", "key": "y" })).await.is_error(400, "validation_error", Some("chain"));
    bench.label(bench.live_key(), &jpeg(), byoc).await.is_error(412, "signing_certificate_missing", Some("options.signingMode"));

    let id = added.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(bench.page("POST", &format!("{path}/{id}/activate"), &cookie, json!(null)).await.status, 204);
    let labelled = bench.label(bench.live_key(), &jpeg(), byoc).await;
    assert_eq!(labelled.status, 200, "{}", labelled.json());
    assert_eq!(labelled.header("x-labeler-signer-fingerprint"), added.json()["fingerprint"].as_str());
    let managed = bench.label(bench.live_key(), &jpeg(), |_| ()).await;
    assert_ne!(managed.header("x-labeler-signer-fingerprint"), added.json()["fingerprint"].as_str());
    bench.label(bench.test_key(), &jpeg(), byoc).await.is_error(412, "signing_certificate_missing", Some("options.signingMode"));
    let list = bench.request("GET", path, &[("cookie", &cookie)], "").await;
    assert_eq!(list.json()["data"][0]["active"], true);
    assert!(!String::from_utf8_lossy(&list.body).contains("PRIVATE"));
    bench.get(path, bench.live_key()).await.is_error(403, "insufficient_scope", None);
    assert_eq!(bench.page("DELETE", &format!("{path}/{id}"), &cookie, json!(null)).await.status, 204);
    bench.label(bench.live_key(), &jpeg(), byoc).await.is_error(412, "signing_certificate_missing", Some("options.signingMode"));
}

#[tokio::test]
async fn a_repeat_with_the_same_key_is_done_once() {
    let bench = Bench::new().await;
    let kind = crate::bench::Form::content_type();
    let send = async |key: &str, idempotency: &str, form: &crate::bench::Form| {
        let authorization = bearer(key);
        let headers =
            [("authorization", authorization.as_str()), ("content-type", kind.as_str()), ("idempotency-key", idempotency)];
        bench.request("POST", "/api/v1/label", &headers, chunked(form.body(), 1000)).await
    };
    let form = label_form(&jpeg(), |_| ());
    let first = send(bench.live_key(), "order-1", &form).await;
    assert_eq!((first.status, first.header("content-type")), (200, Some("application/octet-stream")));
    let again = send(bench.live_key(), "\"order-1\"", &form).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (200, Some("true")), "{}", again.json());
    assert_eq!(again.json()["eventId"].as_str(), first.header("x-labeler-event-id"));
    assert_eq!(bench.get("/api/v1/assets", bench.live_key()).await.json()["total"], 1);
    let other = label_form(&png(), |_| ());
    send(bench.live_key(), "order-1", &other).await.is_error(422, "idempotency_mismatch", Some("Idempotency-Key"));
    // Another caller's key of the same text is another key.
    let test = send(bench.test_key(), "order-1", &form).await;
    assert_eq!((test.status, test.header("idempotent-replayed")), (200, None));
    send(bench.live_key(), "", &form).await.is_error(400, "validation_error", Some("Idempotency-Key"));
    // What had no effect is not remembered.
    let wrong = label_form(&jpeg(), |options| options["sha256Input"] = json!("0".repeat(64)));
    for _ in 0..2 {
        send(bench.live_key(), "order-2", &wrong).await.is_error(400, "validation_error", Some("options.sha256Input"));
    }
    bench.clock.advance(86_400_001);
    assert_eq!(send(bench.live_key(), "order-1", &form).await.header("idempotent-replayed"), None);
}
