//! `GET /api/v1/assets` and `/api/v1/assets/{id}`. The label cases ran before: there are live events.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    ensure,
    suite::{Case, Outcome, Suite, error, error_field, sha256, standard_headers},
};

pub const CASES: &[Case] = &[
    ("a labelled file is in the list and has its record", record),
    ("pages hold every event once, newest first", paging),
    ("filters narrow the list and the total", filters),
    ("parameters are validated by name", parameters),
    ("live and test keys do not see each other's events", isolation),
];

fn list(suite: &Suite, key: &str, query: &str) -> Result<Value, String> {
    let answer = suite.client.get(&format!("/api/v1/assets{query}"), key)?;
    ensure!(answer.status == 200, "{query}: {} {}", answer.status, answer.json());
    standard_headers(&answer)?;
    Ok(answer.json())
}

fn label(suite: &Suite, key: &str) -> Result<(String, String), String> {
    let picture = suite.picture("image/jpeg")?;
    let answer = suite.label(key, &suite.label_form(picture))?;
    ensure!(answer.status == 200, "label: {} {}", answer.status, answer.json());
    Ok((answer.header("x-labeler-event-id").unwrap_or_default().to_owned(), sha256(&answer.body)))
}

fn record(suite: &Suite) -> Outcome {
    let (id, sha256_output) = label(suite, &suite.live_key)?;
    let newest = list(suite, &suite.live_key, "?limit=1")?["data"][0].clone();
    ensure!(newest["id"] == id.as_str(), "the newest event is {}", newest["id"]);
    let answer = suite.client.get(&format!("/api/v1/assets/{id}"), &suite.live_key)?;
    standard_headers(&answer)?;
    let mut record = answer.json();
    let assertions = record.as_object_mut().and_then(|record| record.remove("assertions")).unwrap_or_default();
    ensure!(assertions.as_array().is_some_and(|list| !list.is_empty()), "assertions are {assertions}");
    ensure!(record == newest, "record {record} and row {newest} differ");
    let picture = suite.picture("image/jpeg")?;
    for (field, expected) in [
        ("sha256Input", Value::from(sha256(&picture.bytes))),
        ("sha256Output", sha256_output.into()),
        ("filename", picture.name.as_str().into()),
        ("mime", "image/jpeg".into()),
        ("modality", "image".into()),
        ("regionPreset", "eu_strict".into()),
        ("digitalSourceType", "trainedAlgorithmicMedia".into()),
        ("dntEnabled", true.into()),
        ("visibleOverlay", false.into()),
    ] {
        ensure!(record[field] == expected, "{field} is {}", record[field]);
    }
    let created = record["createdAt"].as_str().unwrap_or_default();
    ensure!(created.len() == 24 && created.ends_with('Z'), "createdAt is {created:?}");
    error(&suite.client.get("/api/v1/assets/evt_nothing", &suite.live_key)?, 404, "not_found")
}

fn paging(suite: &Suite) -> Outcome {
    for _ in 0..3 {
        label(suite, &suite.live_key)?;
    }
    let whole = list(suite, &suite.live_key, "?limit=100")?;
    let total = whole["total"].as_u64().unwrap_or(0);
    ensure!(total >= 4, "total is {total}");
    ensure!(whole["nextCursor"].is_null(), "one page holds all, and has a cursor");
    let ids = |page: &Value| -> Vec<String> {
        page["data"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|event| event["id"].as_str().map(str::to_owned))
            .collect()
    };
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = list(suite, &suite.live_key, &format!("?limit=3{cursor}"))?;
        ensure!(page["total"] == total, "total is {} on a later page", page["total"]);
        seen.extend(ids(&page));
        match page["nextCursor"].as_str() {
            Some(text) => cursor = format!("&cursor={text}"),
            None => break,
        }
        ensure!(seen.len() as u64 <= total, "the pages do not end");
    }
    ensure!(seen == ids(&whole), "pages and list differ");
    ensure!(seen.iter().collect::<BTreeSet<_>>().len() == seen.len(), "an event came twice");
    let times: Vec<_> =
        whole["data"].as_array().into_iter().flatten().map(|event| event["createdAt"].to_string()).collect();
    ensure!(times.windows(2).all(|pair| pair.first() >= pair.last()), "not newest first");
    Ok(())
}

fn filters(suite: &Suite) -> Outcome {
    let all = list(suite, &suite.live_key, "?limit=2")?;
    let total = all["total"].clone();
    let newest = all["data"][0]["createdAt"].as_str().unwrap_or_default().to_owned();
    for (query, expected) in [
        ("?modality=image".to_owned(), total.clone()),
        ("?modality=video".to_owned(), 0.into()),
        ("?modality=audio".to_owned(), 0.into()),
        ("?from=2000-01-01T00:00:00Z&to=2000-01-02T00:00:00Z".to_owned(), 0.into()),
        (format!("?to={newest}"), total.clone()),
    ] {
        let page = list(suite, &suite.live_key, &query)?;
        ensure!(page["total"] == expected, "{query}: total is {}, not {expected}", page["total"]);
    }
    let page = list(suite, &suite.live_key, &format!("?from={newest}"))?;
    ensure!(page["data"][0]["createdAt"] == newest.as_str(), "from leaves out its own time");
    Ok(())
}

fn parameters(suite: &Suite) -> Outcome {
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=many", "limit"),
        ("modality=text", "modality"),
        ("from=yesterday", "from"),
        ("to=soon", "to"),
        ("cursor=abc", "cursor"),
        ("page=2", "page"),
    ] {
        let answer = suite.client.get(&format!("/api/v1/assets?{query}"), &suite.live_key)?;
        error_field(&answer, 400, "validation_error", field)?;
    }
    Ok(())
}

fn isolation(suite: &Suite) -> Outcome {
    let (live, _) = label(suite, &suite.live_key)?;
    let (test, _) = label(suite, &suite.test_key)?;
    for (id, key, other) in [(&live, &suite.live_key, &suite.test_key), (&test, &suite.test_key, &suite.live_key)] {
        let path = format!("/api/v1/assets/{id}");
        let own = suite.client.get(&path, key)?;
        ensure!(own.status == 200, "{id}: {}", own.status);
        error(&suite.client.get(&path, other)?, 404, "not_found")?;
        let list = list(suite, other, "?limit=100")?;
        ensure!(!list.to_string().contains(id.as_str()), "{id} is in the other list");
    }
    Ok(())
}
