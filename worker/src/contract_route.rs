//! `POST /__contract`: the store's contract on the bound D1 database, one JSON line per case. Only in test builds.

use std::sync::Arc;

use worker::{Env, Response, ResponseBuilder};

use crate::{DATABASE, d1, rng};

/// Where the contract is run.
pub(crate) const PATH: &str = "/__contract";

pub(crate) async fn run(env: &Env) -> worker::Result<Response> {
    let database = Arc::new(d1::D1::new(env.d1(DATABASE)?));
    let outcomes = labeler_store::contract::run(database, Arc::new(rng::RuntimeRng)).await;
    let mut lines = String::new();
    for outcome in outcomes {
        lines.push_str(&serde_json::to_string(&outcome)?);
        lines.push('\n');
    }
    let builder = ResponseBuilder::new().with_header("content-type", "application/x-ndjson")?;
    Ok(builder.fixed(lines.into_bytes()))
}
