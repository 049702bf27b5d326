//! Signing in, under delays.
//!
//! Invariant: signing in does the same work for an unknown address, a person without a password, a disabled person and
//! a wrong password, and gives the same answer to all four.

use labeler_ports::RngError;

use crate::audit::admin::{AdminAction, NewAdminEvent, commit};
use crate::database::Statement;
use crate::members::Members;
use crate::model::Origin;
use crate::people::error::AccountsError;
use crate::people::sql::{USER_BY_EMAIL, USER_REHASH};
use crate::people::{People, normalise_email, password, stored_user};
use crate::sessions::delays::Delays;
use crate::sessions::{Entry, NewSession, Sessions};

/// Credentials of a sign-in.
#[derive(Clone, Copy)]
pub struct SignIn<'a> {
    /// E-mail address as typed.
    pub email: &'a str,
    /// Password as typed.
    pub password: &'a str,
    /// The browser's `User-Agent`, or empty.
    pub user_agent: &'a str,
}

impl Sessions {
    /// Checks address and password and starts a session in the person's oldest workspace. Costs about 25 ms of CPU and
    /// 19 MiB of memory for every answer; the caller limits how often it is called.
    ///
    /// # Errors
    /// [`AccountsError::SignInRefused`], [`AccountsError::Unproved`], [`AccountsError::Rng`],
    /// [`AccountsError::Database`].
    pub async fn sign_in(&self, sign_in: SignIn<'_>) -> Result<NewSession, AccountsError> {
        let ports = &self.ports;
        // Hashing is bounded work: a longer password cannot be anybody's.
        let password: String = sign_in.password.chars().take(password::MAX_CHARS.saturating_add(1)).collect();
        let rows = match normalise_email(sign_in.email) {
            Some(email) => ports.db.query(Statement::new(USER_BY_EMAIL).bind(email)).await?,
            None => Vec::new(),
        };
        let found = rows.first().map(stored_user).transpose()?;
        let hash = found.as_ref().and_then(|(user, hash)| hash.as_ref().filter(|_| user.disabled_at_ms.is_none()));
        let stored = hash.map(|(phc, version)| (phc.as_str(), *version));
        if !password::verify(&password, stored, &ports.peppers) {
            return Err(AccountsError::SignInRefused);
        }
        let (Some((user, _)), Some((phc, version))) = (&found, hash) else {
            return Err(AccountsError::SignInRefused);
        };
        if user.email_proved_at_ms.is_none() {
            return Err(AccountsError::Unproved);
        }
        if *version != ports.peppers.current_version() {
            let renewed = password::hash(&password, ports.rng.as_ref(), &ports.peppers)?;
            let statement = Statement::new(USER_REHASH)
                .bind(user.id.as_str())
                .bind(renewed.phc)
                .bind(renewed.pepper_version)
                .bind(phc.as_str());
            ports.db.query(statement).await?;
        }
        let memberships = Members::new(ports.clone()).memberships(&user.id).await?;
        let first = memberships.iter().find(|at| !at.suspended).ok_or(AccountsError::SignInRefused)?;
        let entry = Entry { workspace_id: &first.workspace_id, user_agent: sign_in.user_agent, passkey: false };
        self.start(user.clone(), entry).await
    }

    /// Signs in as [`Sessions::sign_in`] does, under delays, and records it in the workspace that the session works in.
    ///
    /// # Errors
    /// [`AccountsError::Delayed`] before the password is checked; otherwise those of [`Sessions::sign_in`].
    pub async fn sign_in_from(&self, sign_in: SignIn<'_>, origin: &Origin) -> Result<NewSession, AccountsError> {
        self.sign_in_on(sign_in, None, origin).await
    }

    /// Signs in as [`Sessions::sign_in_from`] does, in a browser that sends `device`, a token of
    /// [`Sessions::device_token`].
    ///
    /// # Errors
    /// As [`Sessions::sign_in_from`].
    pub async fn sign_in_on(
        &self,
        sign_in: SignIn<'_>,
        device: Option<&str>,
        origin: &Origin,
    ) -> Result<NewSession, AccountsError> {
        let delays = Delays::new(&self.ports);
        let known = device.and_then(|token| delays.known_device(sign_in.email, token));
        let counters = known.unwrap_or_else(|| delays.counters(sign_in.email, origin));
        delays.count_try(&counters).await?;
        let session = self.sign_in(sign_in).await?;
        let event = NewAdminEvent::new(AdminAction::SignedIn, &session.session.id).with("with", "password");
        let statements = Delays::forgive(&counters);
        commit(&self.ports, &session.session.workspace_id, &origin.actor(&session.user.id), &event, statements).await?;
        Ok(session)
    }

    /// Returns what the browser keeps so that it is known again: `<nonce>.<time>.<pepper version>.<MAC>`, for one
    /// address. It signs nobody in.
    ///
    /// # Errors
    /// [`RngError`].
    pub fn device_token(&self, email: &str) -> Result<String, RngError> {
        Delays::new(&self.ports).device_token(email)
    }

    /// Starts a session for a person who proved their identity in another way (`with`), in one batch with the
    /// statements of that proof.
    ///
    /// # Errors
    /// [`AccountsError::SignInRefused`] for a person who is disabled or a member of no workspace,
    /// [`AccountsError::Unproved`], [`AccountsError::Database`].
    pub(crate) async fn begin_session(
        &self,
        user_id: &str,
        user_agent: &str,
        origin: &Origin,
        with: &str,
        mut statements: Vec<Statement>,
    ) -> Result<NewSession, AccountsError> {
        let user = People::new(self.ports.clone()).user(user_id).await?.filter(|user| user.disabled_at_ms.is_none());
        let user = user.ok_or(AccountsError::SignInRefused)?;
        if user.email_proved_at_ms.is_none() {
            return Err(AccountsError::Unproved);
        }
        let memberships = Members::new(self.ports.clone()).memberships(user_id).await?;
        let at = memberships.iter().find(|at| !at.suspended).ok_or(AccountsError::SignInRefused)?;
        let entry = Entry { workspace_id: &at.workspace_id, user_agent, passkey: with == "passkey" };
        let (session, insert) = self.prepare(user, entry)?;
        statements.push(insert);
        let event = NewAdminEvent::new(AdminAction::SignedIn, &session.session.id).with("with", with);
        commit(&self.ports, &at.workspace_id, &origin.actor(user_id), &event, statements).await?;
        Ok(session)
    }
}
