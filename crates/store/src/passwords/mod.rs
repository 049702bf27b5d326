//! Passwords of people: confirming one, changing it, asking for a reset and using it.

use crate::audit::admin::AdminAction;
use crate::database::{DbError, Statement};
use crate::links::sql::LINK_REVOKE_RESETS;
use crate::links::{About, Kind, Links, NewLink};
use crate::members::Members;
use crate::model::Origin;
use crate::people::error::{AccountsError, MembersError};
use crate::people::sql::{
    EMAIL_PROVE, PASSWORD_FIND, PASSWORD_SET, UNPROVED_CHALLENGES, UNPROVED_PASSKEYS, USER_BY_EMAIL,
};
use crate::people::{People, User, normalise_email, password, stored_user, user_of};
use crate::ports::Ports;
use crate::sessions::confirm;
use crate::sessions::delays::Delays;
use crate::sessions::sql::SESSION_REVOKE_OTHERS;

/// How long a password reset is valid, in milliseconds: 30 minutes.
pub const PASSWORD_RESET_MS: i64 = 30 * 60_000;

/// Passwords of all people. From [`crate::Store::passwords`].
#[derive(Debug, Clone)]
pub struct Passwords {
    ports: Ports,
}

impl Passwords {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    fn links(&self) -> Links {
        Links::new(self.ports.clone())
    }

    /// Checks the present password of a person, under delays. Returns the statements that reset the counters.
    async fn check_present(
        &self,
        user_id: &str,
        session_id: &str,
        present: &str,
    ) -> Result<Vec<Statement>, AccountsError> {
        let rows = self.ports.db.query(Statement::new(PASSWORD_FIND).bind(user_id)).await?;
        let row = rows.first().ok_or(AccountsError::SignInRefused)?;
        let (_, stored) = stored_user(row)?;
        // The session has a counter of its own: nobody else's guesses keep its person from this.
        let delays = Delays::new(&self.ports);
        let counters = delays.session(user_id, session_id);
        delays.count_try(&counters).await?;
        let stored = stored.as_ref().map(|(phc, version)| (phc.as_str(), *version));
        let present: String = present.chars().take(password::MAX_CHARS.saturating_add(1)).collect();
        if !password::verify(&present, stored, &self.ports.peppers) {
            return Err(AccountsError::SignInRefused);
        }
        Ok(Delays::forgive(&counters))
    }

    /// Records in a session that its person entered the password again. Wrong passwords are delayed like failed
    /// sign-ins.
    ///
    /// # Errors
    /// [`AccountsError::SignInRefused`], [`AccountsError::Delayed`], [`AccountsError::Database`].
    pub async fn confirm_password(&self, user_id: &str, session_id: &str, present: &str) -> Result<(), AccountsError> {
        let mut statements = self.check_present(user_id, session_id, present).await?;
        statements.push(confirm(&self.ports, user_id, session_id, false));
        self.ports.db.batch(statements).await?;
        Ok(())
    }

    /// Changes the password of a person who knows the present one, and ends all their sessions except `keep_session`.
    /// Wrong present passwords are delayed like failed sign-ins.
    ///
    /// # Errors
    /// [`AccountsError::Password`], [`AccountsError::CommonPassword`], [`AccountsError::SignInRefused`],
    /// [`AccountsError::Delayed`], [`AccountsError::Database`].
    pub async fn change_password(
        &self,
        user_id: &str,
        keep_session: &str,
        present: &str,
        new: &str,
        origin: &Origin,
    ) -> Result<(), AccountsError> {
        let forgiven = self.check_present(user_id, keep_session, present).await?;
        let mut statements = self.password_statements(user_id, new, Some(keep_session))?;
        statements.push(confirm(&self.ports, user_id, keep_session, false));
        statements.extend(forgiven);
        Members::new(self.ports.clone())
            .record_for_person(&origin.actor(user_id), AdminAction::PasswordChanged, statements)
            .await?;
        Ok(())
    }

    /// Returns the statements that set a password, end the other sessions and revoke open resets.
    fn password_statements(
        &self,
        user_id: &str,
        new: &str,
        keep_session: Option<&str>,
    ) -> Result<Vec<Statement>, AccountsError> {
        password::check(new)?;
        let ports = &self.ports;
        let now = ports.clock.now_ms();
        let hash = password::hash(new, ports.rng.as_ref(), &ports.peppers)?;
        Ok(vec![
            Statement::new(PASSWORD_SET).bind(user_id).bind(hash.phc).bind(hash.pepper_version),
            Statement::new(SESSION_REVOKE_OTHERS).bind(user_id).bind(keep_session.unwrap_or_default()).bind(now),
            Statement::new(LINK_REVOKE_RESETS).bind(user_id).bind(now),
        ])
    }

    /// Creates a password reset for an address. The same rows are written whether or not the address has an account.
    /// Returns the link only if it has, to be sent only to that address.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn request_password_reset(&self, email: &str) -> Result<Option<NewLink>, DbError> {
        let email = normalise_email(email).unwrap_or_default();
        let rows = self.ports.db.query(Statement::new(USER_BY_EMAIL).bind(email)).await?;
        let user = rows.first().map(user_of).transpose()?.filter(|user| user.disabled_at_ms.is_none());
        let user_id = user.as_ref().map(|user| user.id.as_str());
        let (link, insert) =
            self.links().new_link(Kind::PasswordReset, &About { user_id, ..About::default() }, PASSWORD_RESET_MS)?;
        let revoke =
            Statement::new(LINK_REVOKE_RESETS).bind(user_id.unwrap_or_default()).bind(self.ports.clock.now_ms());
        self.ports.db.batch(vec![revoke, insert]).await?;
        Ok(user.map(|_| link))
    }

    /// Uses a password reset: sets the password, ends every session of the person, and returns the person. The mailed
    /// link proves the address; passkeys from before that are removed.
    ///
    /// # Errors
    /// [`MembersError::Link`], [`MembersError::Account`] for a password that is not acceptable,
    /// [`MembersError::Database`].
    pub async fn reset_password(&self, token: &str, password: &str, origin: &Origin) -> Result<User, MembersError> {
        let row = self.links().open_link(Kind::PasswordReset, token).await?;
        let user_id = row.optional_text("user_id")?.ok_or(MembersError::Link)?;
        let user = People::new(self.ports.clone())
            .user(user_id)
            .await?
            .filter(|user| user.disabled_at_ms.is_none())
            .ok_or(MembersError::Link)?;
        let mut statements = self.links().use_link(row.text("id")?).to_vec();
        statements.push(Statement::new(UNPROVED_PASSKEYS).bind(user.id.as_str()));
        statements.push(Statement::new(UNPROVED_CHALLENGES).bind(user.id.as_str()));
        statements.push(Statement::new(EMAIL_PROVE).bind(user.id.as_str()).bind(self.ports.clock.now_ms()));
        statements.extend(self.password_statements(&user.id, password, None)?);
        Members::new(self.ports.clone())
            .record_for_person(&origin.actor(&user.id), AdminAction::PasswordChanged, statements)
            .await
            .map_err(|error| if error.is_precondition() { MembersError::Link } else { error.into() })?;
        Ok(user)
    }
}
