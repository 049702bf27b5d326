//! The handles of people under one name, for callers that do not name them apart yet.

use std::ops::Deref;

use crate::*;

pub use crate::{AccountsError, DEVICE_MS, NewOwner, SessionError, normalise_email};

/// Every handle of people.
#[derive(Debug, Clone)]
pub struct Accounts {
    store: Store,
    sessions: Sessions,
}

impl Deref for Accounts {
    type Target = Sessions;

    fn deref(&self) -> &Sessions {
        &self.sessions
    }
}

impl Store {
    /// Every handle of people.
    pub fn accounts(&self) -> Accounts {
        Accounts { store: self.clone(), sessions: self.sessions() }
    }
}

impl Accounts {
    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn user(&self, id: &str) -> Result<Option<User>, DbError> {
        self.store.people().user(id).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub fn mailbox(&self, email: &str) -> String {
        self.store.people().mailbox(email)
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn members(&self, workspace_id: &str, after: &str, limit: u32) -> Result<Vec<Member>, DbError> {
        self.store.members().members(workspace_id, after, limit).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn role(&self, workspace_id: &str, user_id: &str) -> Result<Option<Role>, DbError> {
        self.store.members().role(workspace_id, user_id).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn change_role(
        &self,
        by: &Authority,
        workspace_id: &str,
        user_id: &str,
        role: Role,
    ) -> Result<(), MembersError> {
        self.store.members().change_role(by, workspace_id, user_id, role).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn remove_member(&self, by: &Authority, workspace_id: &str, user_id: &str) -> Result<(), MembersError> {
        self.store.members().remove_member(by, workspace_id, user_id).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn memberships(&self, user_id: &str) -> Result<Vec<Membership>, DbError> {
        self.store.members().memberships(user_id).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn create_member(
        &self,
        workspace_id: &str,
        role: Role,
        email: &str,
        name: &str,
        password: &str,
    ) -> Result<User, AccountsError> {
        self.store.members().create_member(workspace_id, role, email, name, password).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn create_owner(&self, new: &NewOwner) -> Result<(User, Workspace), AccountsError> {
        self.store.workspaces().create_owner(new).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn workspace(&self, id: &str) -> Result<Option<Workspace>, DbError> {
        self.store.workspaces().workspace(id).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn create_workspace(&self, actor: &Actor, owner: &str, name: &str) -> Result<Workspace, MembersError> {
        self.store.workspaces().create_workspace(actor, owner, name).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn settings(&self, workspace_id: &str) -> Result<Option<WorkspaceSettings>, DbError> {
        self.store.workspaces().settings(workspace_id).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn rate_limits(&self, workspace_id: &str) -> Result<RateLimits, DbError> {
        self.store.workspaces().rate_limits(workspace_id).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn change_settings(
        &self,
        actor: &Actor,
        workspace_id: &str,
        before: &WorkspaceSettings,
        next: &WorkspaceSettings,
    ) -> Result<bool, MembersError> {
        self.store.workspaces().change_settings(actor, workspace_id, before, next).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn invite(
        &self,
        by: &Authority,
        workspace_id: &str,
        role: Role,
        email: Option<&str>,
    ) -> Result<NewLink, MembersError> {
        self.store.invitations().invite(by, workspace_id, role, email).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn invitations(&self, workspace_id: &str) -> Result<Vec<Invitation>, DbError> {
        self.store.invitations().invitations(workspace_id).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn revoke_invitation(&self, by: &Authority, workspace_id: &str, id: &str) -> Result<(), MembersError> {
        self.store.invitations().revoke_invitation(by, workspace_id, id).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn invitation(&self, token: &str) -> Result<(Invitation, String), MembersError> {
        self.store.invitations().invitation(token).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn renew_invitation(
        &self,
        by: &Authority,
        workspace_id: &str,
        id: &str,
    ) -> Result<(String, NewLink), MembersError> {
        self.store.invitations().renew_invitation(by, workspace_id, id).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn address_invitation(&self, token: &str, email: &str) -> Result<(String, NewLink), MembersError> {
        self.store.invitations().address_invitation(token, email).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn accept_invitation(
        &self,
        token: &str,
        joiner: Invitee<'_>,
        origin: &Origin,
    ) -> Result<(User, Invitation), MembersError> {
        self.store.invitations().accept_invitation(token, joiner, origin).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn confirm_password(&self, user_id: &str, session_id: &str, present: &str) -> Result<(), AccountsError> {
        self.store.passwords().confirm_password(user_id, session_id, present).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn change_password(
        &self,
        user_id: &str,
        keep_session: &str,
        present: &str,
        new: &str,
        origin: &Origin,
    ) -> Result<(), AccountsError> {
        self.store.passwords().change_password(user_id, keep_session, present, new, origin).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn request_password_reset(&self, email: &str) -> Result<Option<NewLink>, DbError> {
        self.store.passwords().request_password_reset(email).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn reset_password(&self, token: &str, password: &str, origin: &Origin) -> Result<User, MembersError> {
        self.store.passwords().reset_password(token, password, origin).await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn is_first_run(&self) -> Result<bool, DbError> {
        self.store.first_run().is_first_run().await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn first_run_link(&self) -> Result<Option<NewLink>, DbError> {
        self.store.first_run().first_run_link().await
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub async fn complete_first_run(
        &self,
        token: &str,
        new: &NewOwner,
        origin: &Origin,
    ) -> Result<(User, Workspace), MembersError> {
        self.store.first_run().complete_first_run(token, new, origin).await
    }
}
