//! The database engine: values, batches and errors.

use crate::contract::context::{CaseError, Ctx, ensure, ensure_eq, ensure_matches};
use crate::database::{DbError, MAX_SAFE_INTEGER, Statement};
use crate::members::sql::MEMBERSHIP_INSERT;
use crate::people::sql::USER_INSERT;
use crate::workspaces::sql::{WORKSPACE_FIND, WORKSPACE_INSERT};

pub(super) async fn values_round_trip(ctx: &Ctx) -> Result<(), CaseError> {
    let texts = ["", "it's \"quoted\"", "line\nbreak\ttab", "żółć — 日本語 🦀", "%_\\", "1", "null"];
    for text in texts {
        let rows = ctx.rows(Statement::new("SELECT ?1 AS value").bind(text)).await?;
        ensure_eq!(rows.first().map(|row| row.text("value")), Some(Ok(text)));
    }
    for number in [0, 1, -1, 4_294_967_296, MAX_SAFE_INTEGER, -MAX_SAFE_INTEGER] {
        let rows = ctx.rows(Statement::new("SELECT ?1 AS value").bind(number)).await?;
        ensure_eq!(rows.first().map(|row| row.integer("value")), Some(Ok(number)));
    }
    for number in [0.1, -2.5, 3.0, 1e300, 5e-324] {
        let rows = ctx.rows(Statement::new("SELECT ?1 AS value").bind(number)).await?;
        ensure_eq!(rows.first().map(|row| row.real("value")), Some(Ok(number)));
    }
    let rows = ctx.rows(Statement::new("SELECT ?1 AS value, 1 AS one").bind(None::<i64>)).await?;
    let row = rows.first().ok_or(CaseError("no row".to_owned()))?;
    ensure_eq!(row.optional_text("value"), Ok(None));
    ensure_eq!(row.optional_integer("value"), Ok(None));
    ensure_eq!(row.boolean("one"), Ok(true));
    ensure_matches!(row.text("value"), Err(DbError::Shape { .. }));
    ensure_matches!(row.text("absent"), Err(DbError::Shape { .. }));
    ensure_eq!(ctx.rows(Statement::new("SELECT 1 AS one WHERE 1 = 0")).await?.len(), 0);

    // Through a STRICT INTEGER column, which converts a number that arrives as a double back to an integer.
    let id = ctx.word()?;
    let insert = Statement::new(WORKSPACE_INSERT)
        .bind(id.as_str())
        .bind("n")
        .bind("free")
        .bind(MAX_SAFE_INTEGER)
        .bind(None::<i64>);
    ctx.rows(insert).await?;
    let select = "SELECT created_at, typeof(created_at) AS type FROM workspaces WHERE id = ?1";
    let rows = ctx.rows(Statement::new(select).bind(id)).await?;
    ensure_eq!(rows.first().map(|row| row.integer("created_at")), Some(Ok(MAX_SAFE_INTEGER)));
    ensure_eq!(rows.first().map(|row| row.text("type")), Some(Ok("integer")));
    Ok(())
}

pub(super) async fn limits_are_refused_before_the_engine(ctx: &Ctx) -> Result<(), CaseError> {
    let hundred = (0..100_u32).fold(Statement::new("SELECT ?100 AS value"), |statement, n| statement.bind(n));
    ensure_eq!(ctx.rows(hundred.clone()).await?.len(), 1);
    ensure_matches!(ctx.rows(hundred.bind(1_u32)).await, Err(DbError::Limit(_)));
    for value in [MAX_SAFE_INTEGER + 1, i64::MAX, i64::MIN] {
        ensure_matches!(ctx.rows(Statement::new("SELECT ?1").bind(value)).await, Err(DbError::Limit(_)));
    }
    ensure_matches!(ctx.rows(Statement::new("SELECT ?1").bind(f64::NAN)).await, Err(DbError::Limit(_)));
    let batch = vec![Statement::new("SELECT 1"), Statement::new("SELECT ?1").bind(f64::INFINITY)];
    ensure_matches!(ctx.db.batch(batch).await, Err(DbError::Limit(_)));
    // The engine's own limit: a LIKE pattern has at most 50 bytes.
    let long = Statement::new("SELECT 'x' LIKE ?1 AS value").bind("a".repeat(51));
    ensure_matches!(ctx.rows(long).await, Err(DbError::Engine(_)));
    Ok(())
}

fn workspace(id: &str) -> Statement {
    Statement::new(WORKSPACE_INSERT).bind(id).bind("Batch").bind("free").bind(1_i64).bind(None::<i64>)
}

pub(super) async fn a_batch_is_all_or_nothing(ctx: &Ctx) -> Result<(), CaseError> {
    let (one, two) = (ctx.word()?, ctx.word()?);
    let result = ctx.db.batch(vec![workspace(&one), workspace(&two), workspace(&one)]).await;
    ensure_matches!(result, Err(DbError::Conflict(_)));
    let find = |id: &str| Statement::new(WORKSPACE_FIND).bind(id);
    ensure_eq!(ctx.rows(find(&one)).await?.len(), 0);
    ensure_eq!(ctx.rows(find(&two)).await?.len(), 0);

    let result = ctx.db.batch(vec![workspace(&one), Statement::new("this is no SQL")]).await;
    ensure_matches!(result, Err(DbError::Engine(_)));
    ensure_eq!(ctx.rows(find(&one)).await?.len(), 0);

    ctx.db.batch(vec![workspace(&one), workspace(&two)]).await?;
    ensure_eq!(ctx.rows(find(&two)).await?.len(), 1);
    ensure_eq!(ctx.db.batch(Vec::new()).await?.len(), 0);
    Ok(())
}

pub(super) async fn a_batch_answers_in_order_with_changes(ctx: &Ctx) -> Result<(), CaseError> {
    let (one, two) = (ctx.word()?, ctx.word()?);
    let name = ctx.word()?;
    let insert = "INSERT INTO workspaces (id, name, plan, created_at) VALUES (?1, ?3, 'free', 1), (?2, ?3, 'free', 2) \
        RETURNING id";
    let both = "SELECT id, created_at FROM workspaces WHERE id IN (?1, ?2) ORDER BY created_at";
    let rename = "UPDATE workspaces SET plan = 'pro' WHERE id IN (?1, ?2)";
    let none = "UPDATE workspaces SET plan = 'pro' WHERE id = ?1 AND plan = ?2";
    let bind = |sql: &'static str| Statement::new(sql).bind(one.as_str()).bind(two.as_str());
    let results =
        ctx.db.batch(vec![bind(insert).bind(name.as_str()), bind(both), bind(rename), bind(none), bind(both)]).await?;
    ensure_eq!(results.iter().map(|result| result.changes).collect::<Vec<_>>(), [2, 0, 2, 0, 0]);
    ensure_eq!(results.iter().map(|result| result.rows.len()).collect::<Vec<_>>(), [2, 2, 0, 0, 2]);
    let ids: Vec<_> = results.get(1).into_iter().flat_map(|result| &result.rows).map(|row| row.text("id")).collect();
    ensure_eq!(ids, [Ok(one.as_str()), Ok(two.as_str())]);
    Ok(())
}

pub(super) async fn refusals_are_typed(ctx: &Ctx) -> Result<(), CaseError> {
    let (owner, home) = ctx.owner().await?;
    let again = Statement::new(USER_INSERT)
        .bind(ctx.word()?)
        .bind(owner.email.as_str())
        .bind("Twin")
        .bind(None::<i64>)
        .bind(None::<i64>)
        .bind(1_i64)
        .bind(None::<i64>);
    let Err(DbError::Conflict(message)) = ctx.rows(again).await else {
        return Err(CaseError("a second user with the same address was accepted".to_owned()));
    };
    ensure!(message.contains("users.email"));

    let foreign = Statement::new(MEMBERSHIP_INSERT).bind("ws_none").bind(owner.id.as_str()).bind("owner").bind(1_i64);
    ensure_matches!(ctx.rows(foreign).await, Err(DbError::Constraint(_)));
    let missing =
        Statement::new(WORKSPACE_INSERT).bind(ctx.word()?).bind(None::<i64>).bind("free").bind(1_i64).bind(None::<i64>);
    ensure_matches!(ctx.rows(missing).await, Err(DbError::Constraint(_)));
    let strict =
        Statement::new(WORKSPACE_INSERT).bind(ctx.word()?).bind("n").bind("free").bind("yesterday").bind(None::<i64>);
    ensure_matches!(ctx.rows(strict).await, Err(DbError::Constraint(_)));
    let check = Statement::new("UPDATE users SET password_hash = NULL WHERE id = ?1").bind(owner.id.as_str());
    ensure_matches!(ctx.rows(check).await, Err(DbError::Constraint(_)));
    ensure_matches!(ctx.rows(Statement::new("SELECT * FROM no_such_table")).await, Err(DbError::Engine(_)));
    ensure_eq!(ctx.store()?.workspaces().workspace(&home.id).await?, Some(home));
    Ok(())
}
