//! Creation of the first owner, by link or as SQL statements.

use std::sync::Arc;

use futures_util::future::join_all;

use crate::contract::context::{CaseError, Ctx, PAST, PEPPER, ensure, ensure_eq, origin};
use crate::database::Statement;
use crate::first_run::FIRST_RUN_MS;
use crate::first_run::bootstrap::bootstrap;
use crate::people::error::MembersError;
use crate::roles::{Permissions, Role, Scope};
use crate::sessions::sign_in::SignIn;
use crate::testing::Interleaved;

/// First in the list, because only an empty database has a first run.
pub(super) async fn the_first_run_makes_one_owner(ctx: &Ctx) -> Result<(), CaseError> {
    let store = ctx.store_over(Arc::new(Interleaved(Arc::clone(&ctx.store_db))), PEPPER)?;
    if !store.first_run().is_first_run().await? {
        ensure_eq!(store.first_run().first_run_link().await?, None);
        let nothing = store.first_run().complete_first_run("0123456789abcdef.0", &ctx.new_owner()?, &origin()).await;
        ensure_eq!(nothing.err(), Some(MembersError::Link));
        return Ok(());
    }
    let first = store.first_run().first_run_link().await?.ok_or(CaseError("no link".to_owned()))?;
    let link = store.first_run().first_run_link().await?.ok_or(CaseError("no link".to_owned()))?;
    ensure_eq!(link.expires_at_ms, PAST + FIRST_RUN_MS);
    let owners = [ctx.new_owner()?, ctx.new_owner()?, ctx.new_owner()?];
    let replaced = store.first_run().complete_first_run(&first.token, &owners[0], &origin()).await;
    ensure_eq!(replaced.err(), Some(MembersError::Link));
    ctx.clock.set(link.expires_at_ms);
    let late = store.first_run().complete_first_run(&link.token, &owners[0], &origin()).await;
    ensure_eq!(late.err(), Some(MembersError::Link));
    ctx.clock.set(PAST);
    // Three concurrent runs create one workspace and one owner.
    let results = join_all(owners.iter().map(|owner| {
        let (store, token) = (store.clone(), link.token.clone());
        async move { store.first_run().complete_first_run(&token, owner, &origin()).await }
    }))
    .await;
    let made: Vec<_> = results.iter().filter_map(|result| result.as_ref().ok()).collect();
    ensure_eq!(made.len(), 1);
    ensure_eq!(results.iter().filter(|result| **result == Err(MembersError::Link)).count(), 2);
    ensure_eq!(store.members().role(&made[0].1.id, &made[0].0.id).await?, Some(Role::Owner));
    ensure_eq!(store.first_run().first_run_link().await?, None);
    ensure!(!store.first_run().is_first_run().await?);
    Ok(())
}

fn sign_in<'a>(email: &'a str, password: &'a str) -> SignIn<'a> {
    SignIn { email, password, user_agent: "Contract/1.0" }
}

pub(super) async fn bootstrap_works_as_statements_and_as_text(ctx: &Ctx) -> Result<(), CaseError> {
    let store = ctx.store()?;
    for as_text in [false, true] {
        let mut new = ctx.new_owner()?;
        new.workspace_name = "Ada's \"house\";\n-- no comment ?1".to_owned();
        let made = bootstrap(&new, PAST, ctx.rng.as_ref(), &store.ports.peppers)?;
        if as_text {
            let text = made.to_sql()?;
            for secret in [&made.live_key.secret, &made.test_key.secret, &new.password] {
                ensure!(!text.contains(secret.as_str()));
            }
            let lines: Vec<_> = text.lines().collect();
            ensure_eq!(lines.len(), made.statements.len());
            for line in lines {
                ctx.rows(Statement::new(line.to_owned())).await?;
            }
        } else {
            ctx.db.batch(made.statements.clone()).await?;
        }
        ensure_eq!(store.workspaces().workspace(&made.workspace.id).await?, Some(made.workspace.clone()));
        ensure!(store.sessions().sign_in(sign_in(&new.email, &new.password)).await.is_ok());
        for (key, livemode) in [(&made.live_key, true), (&made.test_key, false)] {
            let verified = store.keys().verify(&key.secret).await?;
            ensure_eq!(verified.key, key.key);
            ensure_eq!(verified.livemode(), livemode);
            ensure_eq!(verified.permissions, Permissions::of_scopes(Scope::ALL));
        }
    }
    Ok(())
}
