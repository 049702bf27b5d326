use labeler_store::DbError;
use labeler_store::testing::Failure;

use crate::test_env::{TestEnv, jpeg, sha256};

#[tokio::test]
async fn pages_list_every_event_once_newest_first() {
    let env = TestEnv::new().await;
    let mut ids = Vec::new();
    for _ in 0..7 {
        let answer = env.label(env.live_key(), &jpeg(), |_| ()).await;
        ids.push(answer.header("x-labeler-event-id").unwrap().to_owned());
        env.clock.advance(1000);
    }
    ids.reverse();
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    for length in [3, 3, 1] {
        let page = env.get(&format!("/api/v1/assets?limit=3{cursor}"), env.live_key()).await;
        assert_eq!(page.status, 200, "{}", page.json());
        page.has_standard_headers();
        let page = page.json();
        assert_eq!(page["total"], 7);
        let data = page["data"].as_array().unwrap();
        assert_eq!(data.len(), length);
        seen.extend(data.iter().map(|event| event["id"].as_str().unwrap().to_owned()));
        cursor = page["nextCursor"].as_str().map(|text| format!("&cursor={text}")).unwrap_or_default();
    }
    assert!(cursor.is_empty(), "the last page has a null cursor");
    assert_eq!(seen, ids);
}

#[tokio::test]
async fn rows_have_the_documented_fields_and_single_records_add_assertions() {
    let env = TestEnv::new().await;
    let answer = env.label(env.live_key(), &jpeg(), |_| ()).await;
    let id = answer.header("x-labeler-event-id").unwrap();
    let row = env.get("/api/v1/assets", env.live_key()).await.json()["data"][0].clone();
    let names: Vec<_> = row.as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected = [
        "id",
        "sha256Input",
        "sha256Output",
        "filename",
        "mime",
        "sizeBytes",
        "modality",
        "regionPreset",
        "digitalSourceType",
        "signerFingerprint",
        "dntEnabled",
        "visibleOverlay",
        "createdAt",
    ];
    expected.sort_unstable();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected);
    assert_eq!(row["sha256Input"], sha256(&jpeg()));
    assert_eq!(row["createdAt"], "2026-09-21T14:13:20.000Z");
    assert_eq!(row["modality"], "image");

    let mut record = env.get(&format!("/api/v1/assets/{id}"), env.live_key()).await.json();
    let assertions = record.as_object_mut().unwrap().remove("assertions").unwrap();
    assert!(assertions.as_array().unwrap().contains(&"c2pa.training-mining".into()), "{assertions}");
    assert_eq!(record, row);
}

#[tokio::test]
async fn filters_narrow_the_page_and_the_total() {
    let env = TestEnv::new().await;
    for _ in 0..3 {
        env.label(env.live_key(), &jpeg(), |_| ()).await;
        env.clock.advance(10_000);
    }
    for (query, total) in [
        ("modality=image", 3),
        ("modality=video", 0),
        ("from=2026-09-21T14:13:30Z", 2),
        ("to=2026-09-21T14:13:30Z", 2),
        ("from=2026-09-21T14:13:30.001Z", 1),
        ("from=2026-09-21T14:13:30Z&to=2026-09-21T14:13:30.000Z", 1),
        ("from=2026-09-21T16:13:30%2B02:00&to=2026-09-21T16:13:30%2B02:00", 1),
        ("from=2026-09-22", 0),
    ] {
        let page = env.get(&format!("/api/v1/assets?{query}"), env.live_key()).await.json();
        assert_eq!(page["total"], total, "{query}: {page}");
        assert_eq!(page["data"].as_array().map(Vec::len), Some(total), "{query}");
    }
}

#[tokio::test]
async fn each_query_parameter_is_validated() {
    let env = TestEnv::new().await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("limit=", "limit"),
        ("limit=1&limit=2", "limit"),
        ("modality=text", "modality"),
        ("from=yesterday", "from"),
        ("to=2026-13-01", "to"),
        ("from=2026-02-01&to=2026-01-01", "to"),
        ("cursor=abc", "cursor"),
        ("cursor=", "cursor"),
        ("page=2", "page"),
        ("limit=%zz", "query"),
    ] {
        env.get(&format!("/api/v1/assets?{query}"), env.live_key()).await.is_error(
            400,
            "validation_error",
            Some(field),
        );
    }
}

#[tokio::test]
async fn a_cursor_is_refused_with_other_filters() {
    let env = TestEnv::new().await;
    for _ in 0..2 {
        env.label(env.live_key(), &jpeg(), |_| ()).await;
    }
    let page = env.get("/api/v1/assets?limit=1", env.live_key()).await.json();
    let cursor = page["nextCursor"].as_str().unwrap();
    assert_eq!(env.get(&format!("/api/v1/assets?limit=1&cursor={cursor}"), env.live_key()).await.status, 200);
    for query in [format!("cursor={cursor}&modality=image"), format!("cursor={}x", cursor)] {
        env.get(&format!("/api/v1/assets?{query}"), env.live_key()).await.is_error(
            400,
            "validation_error",
            Some("cursor"),
        );
    }
    env.get(&format!("/api/v1/assets?cursor={cursor}"), env.test_key()).await.is_error(
        400,
        "validation_error",
        Some("cursor"),
    );
}

#[tokio::test]
async fn live_and_test_keys_list_only_their_own_events() {
    let env = TestEnv::new().await;
    let live = env.label(env.live_key(), &jpeg(), |_| ()).await;
    let test = env.label(env.test_key(), &jpeg(), |_| ()).await;
    let path =
        |answer: &crate::test_env::Answer| format!("/api/v1/assets/{}", answer.header("x-labeler-event-id").unwrap());
    assert_eq!(env.get(&path(&live), env.live_key()).await.status, 200);
    assert_eq!(env.get(&path(&test), env.test_key()).await.status, 200);
    env.get(&path(&live), env.test_key()).await.is_error(404, "not_found", None);
    env.get(&path(&test), env.live_key()).await.is_error(404, "not_found", None);
    for key in [env.live_key(), env.test_key()] {
        assert_eq!(env.get("/api/v1/assets", key).await.json()["total"], 1);
    }
    // Sandbox events expire after one day.
    env.clock.advance(86_400_000);
    env.get(&path(&test), env.test_key()).await.is_error(404, "not_found", None);
    assert_eq!(env.get(&path(&live), env.live_key()).await.status, 200);
}

#[tokio::test]
async fn malformed_ids_are_not_found() {
    let env = TestEnv::new().await;
    for id in ["x", "evt_00000000000000000000000000", "%ff", "%2e%2e", "a%2Fb"] {
        env.get(&format!("/api/v1/assets/{id}"), env.live_key()).await.is_error(404, "not_found", None);
    }
}

#[tokio::test]
async fn a_database_failure_yields_internal_error_without_details() {
    let env = TestEnv::new().await;
    env.database.fail_next("FROM events", Failure::Before(DbError::Engine("secret detail".to_owned())));
    let answer = env.get("/api/v1/assets", env.live_key()).await;
    answer.is_error(500, "internal_error", None);
    assert!(!String::from_utf8_lossy(&answer.body).contains("secret"));
}
