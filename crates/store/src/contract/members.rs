//! Members and their roles.

use std::sync::Arc;

use futures_util::future::join_all;

use crate::audit::chain::ChainPosition;
use crate::contract::context::{CaseError, Ctx, PEPPER, by, ensure, ensure_eq, ensure_matches, home, member};
use crate::contract::sessions::signed_in;
use crate::database::{DbError, Statement};
use crate::model::{Actor, ActorKind, Authority};
use crate::people::error::{AccountsError, MembersError};
use crate::roles::Role;
use crate::testing::Interleaved;
use crate::workspaces::NewOwner;

pub(super) async fn a_taken_address_leaves_nothing_behind(ctx: &Ctx) -> Result<(), CaseError> {
    let store = ctx.store()?;
    let (first, _) = signed_in(ctx).await?;
    let name = ctx.word()?;
    let twin = NewOwner { workspace_name: name.clone(), email: first.email.to_uppercase(), ..ctx.new_owner()? };
    ensure_matches!(store.workspaces().create_owner(&twin).await, Err(AccountsError::EmailTaken));
    let left = ctx.rows(Statement::new("SELECT id FROM workspaces WHERE name = ?1").bind(name)).await?;
    ensure_eq!(left.len(), 0);

    let home = ctx.owner().await?.1.id;
    let add = async |workspace: &str, email: &str| {
        store.members().create_member(workspace, Role::Viewer, email, "Bo", "correct horse").await
    };
    ensure_matches!(add(&home, &first.email).await, Err(AccountsError::EmailTaken));
    let free = format!("{}@example.eu", ctx.word()?);
    let nowhere = add("ws_none", &free).await;
    ensure_matches!(nowhere, Err(AccountsError::Database(DbError::Constraint(_))));
    ensure!(add(&home, &free).await.is_ok());

    let bad = |change: fn(&mut NewOwner)| -> Result<NewOwner, CaseError> {
        let mut owner = ctx.new_owner()?;
        change(&mut owner);
        Ok(owner)
    };
    let email = bad(|owner| owner.email = "nobody".to_owned())?;
    ensure_matches!(store.workspaces().create_owner(&email).await, Err(AccountsError::Email));
    let password = bad(|owner| owner.password = "1234567".to_owned())?;
    ensure_matches!(store.workspaces().create_owner(&password).await, Err(AccountsError::Password));
    let nameless = bad(|owner| owner.name = " ".to_owned())?;
    ensure_matches!(store.workspaces().create_owner(&nameless).await, Err(AccountsError::Name));
    Ok(())
}

pub(super) async fn the_last_owner_stays(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, owner, workspace) = home(ctx).await?;
    let owner_by = by(&owner.id, Role::Owner);
    let demote = async |who: &str, role| store.members().change_role(&owner_by, &workspace.id, who, role).await;
    ensure_eq!(demote(&owner.id, Role::Admin).await, Err(MembersError::LastOwner));
    ensure_eq!(store.members().remove_member(&owner_by, &workspace.id, &owner.id).await, Err(MembersError::LastOwner));
    // Also with SQL that bypasses this crate.
    let bind = |sql: &'static str| Statement::new(sql).bind(workspace.id.as_str());
    for sql in [
        "UPDATE memberships SET role = 'viewer' WHERE workspace_id = ?1",
        "DELETE FROM memberships WHERE workspace_id = ?1",
    ] {
        ensure_matches!(ctx.rows(bind(sql)).await, Err(DbError::Constraint(_)));
    }
    // A disabled second owner does not count.
    let second = member(ctx, &store, &workspace.id, Role::Owner).await?;
    let disable = "UPDATE users SET disabled_at = ?2 WHERE id = ?1";
    let set = |at: Option<i64>| Statement::new(disable).bind(second.id.as_str()).bind(at);
    ctx.rows(set(Some(1))).await?;
    ensure_eq!(demote(&owner.id, Role::Admin).await, Err(MembersError::LastOwner));
    ctx.rows(set(None)).await?;

    // If two owners leave concurrently, in either way, one of them stays.
    for remove in [true, false] {
        let racing = ctx.store_over(Arc::new(Interleaved(Arc::clone(&ctx.store_db))), PEPPER)?;
        let results = join_all([&owner, &second].map(|person| {
            let (store, workspace, person) = (racing.clone(), workspace.id.clone(), person.id.clone());
            async move {
                let own = by(&person, Role::Owner);
                if remove {
                    store.members().remove_member(&own, &workspace, &person).await
                } else {
                    store.members().change_role(&own, &workspace, &person, Role::Viewer).await
                }
            }
        }))
        .await;
        ensure_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        ensure_eq!(results.iter().filter(|result| **result == Err(MembersError::LastOwner)).count(), 1);
        let owners: Vec<_> = store.members().members(&workspace.id, "", 100).await?;
        ensure_eq!(owners.iter().filter(|member| member.role == Role::Owner).count(), 1);
        // Restore both owners for the second round.
        for person in [&owner, &second] {
            let back = "INSERT INTO memberships (workspace_id, user_id, role, created_at) VALUES (?1, ?2, 'owner', 0) \
                ON CONFLICT DO UPDATE SET role = 'owner'";
            ctx.rows(bind(back).bind(person.id.as_str())).await?;
        }
    }
    let report = store.audit().verify(&workspace.id, &ChainPosition::genesis(), 1000).await?;
    ensure_eq!(report.fault, None);
    Ok(())
}

pub(super) async fn roles_change_within_ones_own(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, owner, workspace) = home(ctx).await?;
    let admin = member(ctx, &store, &workspace.id, Role::Admin).await?;
    let viewer = member(ctx, &store, &workspace.id, Role::Viewer).await?;
    let as_admin = by(&admin.id, Role::Admin);
    let change = async |who: &str, role| store.members().change_role(&as_admin, &workspace.id, who, role).await;
    ensure_eq!(change(&viewer.id, Role::Owner).await, Err(MembersError::ExceedsPermissions));
    ensure_eq!(change(&owner.id, Role::Viewer).await, Err(MembersError::ExceedsPermissions));
    ensure_eq!(change("usr_none", Role::Viewer).await, Err(MembersError::NotFound));
    for role in Role::ALL.iter().filter(|role| **role != Role::Owner) {
        change(&viewer.id, *role).await?;
        ensure_eq!(store.members().role(&workspace.id, &viewer.id).await?, Some(*role));
    }
    ensure_eq!(
        store.members().remove_member(&as_admin, &workspace.id, &owner.id).await,
        Err(MembersError::ExceedsPermissions)
    );
    ensure_eq!(store.members().remove_member(&as_admin, "ws_none", &viewer.id).await, Err(MembersError::NotFound));
    let as_viewer = by(&viewer.id, Role::Viewer);
    ensure_eq!(
        store.members().remove_member(&as_viewer, &workspace.id, &admin.id).await,
        Err(MembersError::ExceedsPermissions)
    );

    // Pages of members in a stable order.
    let all = store.members().members(&workspace.id, "", 100).await?;
    ensure_eq!(all.len(), 3);
    let first = store.members().members(&workspace.id, "", 2).await?;
    let rest = store.members().members(&workspace.id, &first[1].user_id, 2).await?;
    ensure_eq!(first.into_iter().chain(rest).collect::<Vec<_>>(), all);
    // Every member can leave.
    store.members().remove_member(&as_viewer, &workspace.id, &viewer.id).await?;
    ensure_eq!(store.members().role(&workspace.id, &viewer.id).await?, None);
    Ok(())
}

pub(super) async fn a_key_does_not_act_as_the_person_who_made_it(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, owner, workspace) = home(ctx).await?;
    let second = member(ctx, &store, &workspace.id, Role::Owner).await?;
    let key = |role: Role| Authority {
        actor: Actor { kind: ActorKind::Key, ..Actor::user("AbCd5678wxyz", "req_1", None) },
        person: owner.id.clone(),
        permissions: role.permissions(),
    };
    for user in [&owner.id, &second.id] {
        let removed = store.members().remove_member(&key(Role::Admin), &workspace.id, user).await;
        ensure_eq!(removed, Err(MembersError::ExceedsPermissions));
        let demoted = store.members().change_role(&key(Role::Admin), &workspace.id, user, Role::Viewer).await;
        ensure_eq!(demoted, Err(MembersError::ExceedsPermissions));
    }
    ensure_eq!(store.members().members(&workspace.id, "", 10).await?.len(), 2);
    store.members().remove_member(&key(Role::Owner), &workspace.id, &second.id).await?;
    Ok(())
}
