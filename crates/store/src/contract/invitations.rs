//! Invitations to a workspace.

use crate::audit::admin::AdminAction;
use crate::audit::chain::ChainPosition;
use crate::contract::context::{CaseError, Ctx, PASSWORD, PAST, by, ensure, ensure_eq, home, member, origin};
use crate::database::Statement;
use crate::invitations::INVITATION_MS;
use crate::invitations::Invitee;
use crate::model::Authority;
use crate::people::error::{AccountsError, MembersError};
use crate::roles::Role;
use crate::sessions::sign_in::SignIn;

pub(super) async fn an_invitation_works_once_and_in_time(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, owner, workspace) = home(ctx).await?;
    let admin = by(&owner.id, Role::Owner);
    let email = format!("{}@example.eu", ctx.word()?).to_lowercase();
    let invite =
        async |email: Option<&str>| store.invitations().invite(&admin, &workspace.id, Role::Labeler, email).await;
    let link = invite(Some(&format!(" {} ", email.to_uppercase()))).await?;
    let (shown, name) = store.invitations().invitation(&link.token).await?;
    ensure_eq!((shown.email.as_deref(), shown.role, name.as_str()), (Some(email.as_str()), Role::Labeler, "Contract"));
    ensure_eq!(store.invitations().invitations(&workspace.id).await?, std::slice::from_ref(&shown));
    ensure_eq!(store.invitations().invitations("ws_none").await?, []);
    // No part of the secret is stored.
    let secret = link.token.split('.').next_back().unwrap_or_default().to_owned();
    let rows = ctx.rows(Statement::new("SELECT * FROM links WHERE id = ?1").bind(link.id.as_str())).await?;
    ensure!(!format!("{rows:?}").contains(&secret));

    let join =
        async |token: &str, joiner: Invitee<'_>| store.invitations().accept_invitation(token, joiner, &origin()).await;
    let new = |email| Invitee::New { email, name: "Bo", password: PASSWORD };
    for garbage in ["", ".", "a.b", &format!("{}.{}", link.id, "0".repeat(32)), &format!("{}.{secret}", "0".repeat(16))]
    {
        ensure_eq!(join(garbage, new(&email)).await.err(), Some(MembersError::Link));
    }
    ensure_eq!(join(&link.token, new("other@example.eu")).await.err(), Some(MembersError::WrongPerson));
    let result = join(&link.token, Invitee::New { email: &email, name: "Bo", password: "short" }).await;
    ensure_eq!(result.err(), Some(MembersError::Account(AccountsError::Password)));
    ensure_eq!(
        join(&link.token, Invitee::Existing { user_id: &owner.id }).await.err(),
        Some(MembersError::WrongPerson)
    );
    let (user, _) = join(&link.token, new(&email)).await?;
    ensure_eq!(store.members().role(&workspace.id, &user.id).await?, Some(Role::Labeler));
    ensure!(store.sessions().sign_in(SignIn { email: &email, password: PASSWORD, user_agent: "" }).await.is_ok());
    ensure_eq!(join(&link.token, new(&email)).await.err(), Some(MembersError::Link));
    ensure_eq!(store.invitations().invitations(&workspace.id).await?, []);

    // Without an address: for anyone with the link, including members and people with an account elsewhere.
    let open = invite(None).await?;
    ensure_eq!(
        join(&open.token, Invitee::Existing { user_id: &user.id }).await.err(),
        Some(MembersError::AlreadyMember)
    );
    let (elsewhere, _) = ctx.owner().await?;
    join(&open.token, Invitee::Existing { user_id: &elsewhere.id }).await?;
    ensure_eq!(store.members().memberships(&elsewhere.id).await?.len(), 2);

    // Revoked, expired, or created by a person who has lost the permission.
    let back = invite(None).await?;
    ensure_eq!(store.invitations().revoke_invitation(&admin, "ws_none", &back.id).await, Err(MembersError::NotFound));
    store.invitations().revoke_invitation(&admin, &workspace.id, &back.id).await?;
    ensure_eq!(
        store.invitations().revoke_invitation(&admin, &workspace.id, &back.id).await,
        Err(MembersError::NotFound)
    );
    ensure_eq!(join(&back.token, new(&email)).await.err(), Some(MembersError::Link));
    let helper = member(ctx, &store, &workspace.id, Role::Admin).await?;
    let helped = store.invitations().invite(&by(&helper.id, Role::Admin), &workspace.id, Role::Member, None).await?;
    store.members().change_role(&admin, &workspace.id, &helper.id, Role::Viewer).await?;
    ensure_eq!(store.invitations().invitation(&helped.token).await.err(), Some(MembersError::Link));
    let late = invite(None).await?;
    ctx.clock.advance(INVITATION_MS);
    ensure_eq!(store.invitations().invitation(&late.token).await.err(), Some(MembersError::Link));
    // An invitation cannot offer a role above that of its creator.
    let viewer = by(&helper.id, Role::Viewer);
    let result = store.invitations().invite(&viewer, &workspace.id, Role::Labeler, None).await;
    ensure_eq!(result.err(), Some(MembersError::ExceedsPermissions));
    let report = store.audit().verify(&workspace.id, &ChainPosition::genesis(), 1000).await?;
    ensure_eq!(report.fault, None);
    let actions: Vec<_> =
        store.audit().admin_events(&workspace.id, None, 100).await?.iter().map(|entry| entry.event.action).collect();
    for action in [AdminAction::MemberInvited, AdminAction::InvitationRevoked, AdminAction::MemberJoined] {
        ensure!(actions.contains(&action));
    }
    Ok(())
}

/// A mailed link proves the address, so new people can join only through a mailed link.
pub(super) async fn a_new_person_proves_the_address(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, owner, workspace) = home(ctx).await?;
    let admin = by(&owner.id, Role::Owner);
    let join =
        async |token: &str, joiner: Invitee<'_>| store.invitations().accept_invitation(token, joiner, &origin()).await;
    let victim = format!("{}@example.eu", ctx.word()?).to_lowercase();
    let new = |email| Invitee::New { email, name: "Bo", password: PASSWORD };

    // An open link and an address create no account. A link is mailed to that address.
    let open = store.invitations().invite(&admin, &workspace.id, Role::Labeler, None).await?;
    ensure_eq!(join(&open.token, new(&victim)).await.err(), Some(MembersError::Unaddressed));
    let nonsense = store.invitations().address_invitation(&open.token, "nonsense").await;
    ensure_eq!(nonsense.err(), Some(MembersError::Account(AccountsError::Email)));
    let (to, mailed) = store.invitations().address_invitation(&open.token, &victim.to_uppercase()).await?;
    ensure_eq!(to, victim);
    ensure_eq!((&mailed.id, mailed.token == open.token), (&open.id, false));
    ensure_eq!(join(&open.token, new(&victim)).await.err(), Some(MembersError::Link));
    ensure_eq!(
        store.invitations().address_invitation(&mailed.token, "eve@example.eu").await.err(),
        Some(MembersError::Link)
    );
    ensure_eq!(join(&mailed.token, new("eve@example.eu")).await.err(), Some(MembersError::WrongPerson));
    let (user, _) = join(&mailed.token, new(&victim)).await?;
    ensure!(store.people().user(&user.id).await?.is_some_and(|user| user.email_proved_at_ms == Some(PAST)));

    // Sending again disables the previous link and extends the expiry.
    let email = format!("{}@example.eu", ctx.word()?).to_lowercase();
    let first = store.invitations().invite(&admin, &workspace.id, Role::Admin, Some(&email)).await?;
    ctx.clock.advance(1000);
    let (to, second) = store.invitations().renew_invitation(&admin, &workspace.id, &first.id).await?;
    ensure_eq!((to.as_str(), second.expires_at_ms), (email.as_str(), PAST + 1000 + INVITATION_MS));
    ensure_eq!(store.invitations().invitation(&first.token).await.err(), Some(MembersError::Link));
    ensure!(store.invitations().invitation(&second.token).await.is_ok());
    let renew = async |by: &Authority, workspace: &str, id: &str| {
        store.invitations().renew_invitation(by, workspace, id).await.map(|_| ()).err()
    };
    let member = by(&owner.id, Role::Member);
    ensure_eq!(renew(&member, &workspace.id, &first.id).await, Some(MembersError::ExceedsPermissions));
    ensure_eq!(renew(&admin, "ws_none", &first.id).await, Some(MembersError::NotFound));
    let unaddressed = store.invitations().invite(&admin, &workspace.id, Role::Viewer, None).await?;
    ensure_eq!(renew(&admin, &workspace.id, &unaddressed.id).await, Some(MembersError::Unaddressed));
    store.invitations().revoke_invitation(&admin, &workspace.id, &first.id).await?;
    ensure_eq!(renew(&admin, &workspace.id, &first.id).await, Some(MembersError::NotFound));
    Ok(())
}
