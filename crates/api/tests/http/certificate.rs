use labeler_store::{Actor, KeyGrant, KeyKind, Plan, Scope};
use serde_json::json;

use crate::test_env::{TestEnv, jpeg, sha256};

#[tokio::test]
async fn a_certificate_has_the_documented_shape() {
    let env = TestEnv::new().await;
    env.plan(Plan::Agency).await;
    let labelled = env.label(env.live_key(), &jpeg(), |_| ()).await;
    let id = labelled.header("x-labeler-event-id").unwrap();
    let event = env.get(&format!("/api/v1/assets/{id}"), env.live_key()).await.json();
    let answer = env.get(&format!("/api/v1/certificate/{id}"), env.live_key()).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.has_standard_headers();
    assert_eq!(answer.number("ratelimit-limit"), 60);
    let output = sha256(&labelled.body);
    assert_eq!(
        answer.json(),
        json!({
            "data": {
                "schemaVersion": 1,
                "eventId": id,
                "issuedAt": event["createdAt"],
                "hashes": { "input": sha256(&jpeg()), "output": output },
                "file": {
                    "filename": "photo.jpg",
                    "mime": "image/jpeg",
                    "sizeBytes": labelled.body.len(),
                    "modality": "image",
                },
                "compliance": {
                    "regionPreset": "eu_strict",
                    "digitalSourceType": "trainedAlgorithmicMedia",
                    "assertions": event["assertions"],
                    "dntEnabled": true,
                },
                "signer": { "fingerprint": event["signerFingerprint"] },
                "verification": { "url": format!("https://labeler.example/verify#{output}") },
            },
            "requestId": answer.header("x-request-id"),
        })
    );
}

#[tokio::test]
async fn certificates_require_plan_scope_mode_and_workspace() {
    let env = TestEnv::new().await;
    let labelled = env.label(env.live_key(), &jpeg(), |_| ()).await;
    let path = format!("/api/v1/certificate/{}", labelled.header("x-labeler-event-id").unwrap());
    for plan in [Plan::Free, Plan::Pro] {
        env.plan(plan).await;
        env.get(&path, env.live_key()).await.is_error(403, "plan_upgrade_required", None);
    }
    env.plan(Plan::Enterprise).await;
    assert_eq!(env.get(&path, env.live_key()).await.status, 200);
    let other = env.scoped_key(&[Scope::Assets]).await;
    env.get(&path, &other).await.is_error(403, "insufficient_scope", None);
    env.get(&path, env.test_key()).await.is_error(404, "not_found", None);
    env.get("/api/v1/certificate/evt_nothing", env.live_key()).await.is_error(404, "not_found", None);

    let (workspace, key) = env.other_workspace(KeyKind::Live, KeyGrant::Scopes(Scope::ALL.to_vec())).await;
    env.store().plans().set_plan(&Actor::system("test"), &workspace, Plan::Agency).await.unwrap();
    env.get(&path, &key).await.is_error(404, "not_found", None);
}
