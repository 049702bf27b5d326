//! Signing in under delays, and changing a password.
//!
//! Three counters slow guessing down: account and network address together, the account alone (for guesses from many
//! addresses; its delay stays short, so that nobody can lock somebody else out), and the address alone. A try is counted
//! before the password is looked at, so parallel guesses are counted too. Counters know what was typed, not who exists:
//! a delay says nothing about whether there is such an account.

use std::net::{IpAddr, Ipv6Addr};

use super::{Accounts, AccountsError, NewSession, SignIn, normalise_email, password, session, stored_user};
use crate::audit::{Actor, AdminAction, NewAdminEvent, commit};
use crate::database::{DbError, Statement};
use crate::secret::Purpose;
use crate::sql;

/// Tries without delay, and the longest delay in milliseconds: account and address together.
const PAIR: (u32, u32) = (5, 15 * 60_000);
/// The account alone.
const ACCOUNT: (u32, u32) = (50, 60_000);
/// The address alone.
const ADDRESS: (u32, u32) = (30, 15 * 60_000);

/// Where a request without a known caller comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// X-Request-Id of the call.
    pub request_id: String,
    /// Network address, if the host knows it.
    pub address: Option<IpAddr>,
}

impl Origin {
    /// The person that this origin turned out to be.
    pub fn actor(&self, user_id: &str) -> Actor {
        Actor::user(user_id, &self.request_id, self.address)
    }

    /// The unit that delays count by: the address, or the /64 of an IPv6 address, which one subscriber holds whole.
    fn bucket(&self) -> String {
        match self.address.map(|address| address.to_canonical()) {
            None => "unknown".to_owned(),
            Some(IpAddr::V4(address)) => address.to_string(),
            Some(IpAddr::V6(address)) => Ipv6Addr::from(u128::from(address) & (u128::MAX << 64)).to_string(),
        }
    }
}

struct Counters {
    pair: String,
    account: String,
    address: String,
}

impl Accounts {
    fn counters(&self, email: &str, origin: &Origin) -> Counters {
        let email = normalise_email(email).unwrap_or_default();
        let bucket = origin.bucket();
        let mac = |kind: &str, parts: &[&str]| {
            let text = [&[kind], parts].concat().join("\0");
            hex::encode(self.store.peppers.mac_now(Purpose::SignInCounter, text.as_bytes()))
        };
        Counters {
            pair: mac("pair", &[&email, &bucket]),
            account: mac("account", &[&email]),
            address: mac("address", &[&bucket]),
        }
    }

    /// What messages to a mailbox are counted by: a MAC of the address.
    pub fn mailbox(&self, email: &str) -> String {
        let email = normalise_email(email).unwrap_or_default();
        hex::encode(self.store.peppers.mac_now(Purpose::SignInCounter, format!("mailbox\0{email}").as_bytes()))
    }

    /// Counts a try, or says how long to wait.
    async fn count_try(&self, counters: &Counters) -> Result<(), AccountsError> {
        let now = self.store.clock.now_ms();
        let three = |sql: &'static str| {
            Statement::new(sql)
                .bind(counters.pair.as_str())
                .bind(counters.account.as_str())
                .bind(counters.address.as_str())
        };
        let count = |counter: &str, (free, longest): (u32, u32)| {
            Statement::new(sql::people::COUNTER_TRY).bind(counter).bind(now).bind(free).bind(longest)
        };
        let batch = vec![
            three(sql::people::MUST_NO_DELAY).bind(now),
            count(&counters.pair, PAIR),
            count(&counters.account, ACCOUNT),
            count(&counters.address, ADDRESS),
        ];
        match self.store.db.batch(batch).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_precondition() => {
                let rows = self.store.db.query(three(sql::people::COUNTER_DELAY)).await?;
                let until = rows.first().map(|row| row.optional_integer("blocked_until")).transpose()?.flatten();
                let left = until.unwrap_or(now).saturating_sub(now).max(1);
                let seconds = u32::try_from(left.saturating_add(999).div_euclid(1000)).unwrap_or(u32::MAX);
                Err(AccountsError::Delayed { retry_after_s: seconds })
            }
            Err(error) => Err(error.into()),
        }
    }

    fn forgive(counters: &Counters) -> [Statement; 2] {
        [
            Statement::new(sql::people::COUNTER_CLEAR).bind(counters.pair.as_str()).bind(counters.account.as_str()),
            Statement::new(sql::people::COUNTER_FORGIVE).bind(counters.address.as_str()),
        ]
    }

    /// [`Accounts::sign_in`] under delays, recorded in the workspace that the session looks at.
    ///
    /// # Errors
    /// [`AccountsError::Delayed`] before any password is looked at; else those of [`Accounts::sign_in`].
    pub async fn sign_in_from(&self, sign_in: SignIn<'_>, origin: &Origin) -> Result<NewSession, AccountsError> {
        let counters = self.counters(sign_in.email, origin);
        self.count_try(&counters).await?;
        let session = self.sign_in(sign_in).await?;
        let event = NewAdminEvent::new(AdminAction::SignedIn, &session.session.id).with("with", "password");
        let statements = Self::forgive(&counters).to_vec();
        commit(&self.store, &session.session.workspace_id, &origin.actor(&session.user.id), &event, statements).await?;
        Ok(session)
    }

    /// Starts a session for a person who proved who they are in another way (`with`), together with the statements that
    /// the proof asks for.
    ///
    /// # Errors
    /// [`AccountsError::SignInRefused`] for somebody disabled or a member of nothing, [`AccountsError::Unproved`],
    /// [`AccountsError::Database`].
    pub(crate) async fn begin_session(
        &self,
        user_id: &str,
        user_agent: &str,
        origin: &Origin,
        with: &str,
        mut statements: Vec<Statement>,
    ) -> Result<NewSession, AccountsError> {
        let user = self.user(user_id).await?.filter(|user| user.disabled_at_ms.is_none());
        let user = user.ok_or(AccountsError::SignInRefused)?;
        if user.email_proved_at_ms.is_none() {
            return Err(AccountsError::Unproved);
        }
        let memberships = self.memberships(user_id).await?;
        let at = memberships.first().ok_or(AccountsError::SignInRefused)?;
        let (session, insert) = session::prepare(&self.store, user, &at.workspace_id, user_agent, self.limits)?;
        statements.push(insert);
        let event = NewAdminEvent::new(AdminAction::SignedIn, &session.session.id).with("with", with);
        commit(&self.store, &at.workspace_id, &origin.actor(user_id), &event, statements).await?;
        Ok(session)
    }

    /// Changes the password of a person who knows the present one, and ends all their sessions but the one they sit in.
    /// A wrong present password counts like a failed sign-in.
    ///
    /// # Errors
    /// [`AccountsError::Password`], [`AccountsError::SignInRefused`], [`AccountsError::Delayed`],
    /// [`AccountsError::Database`].
    pub async fn change_password(
        &self,
        user_id: &str,
        keep_session: &str,
        present: &str,
        new: &str,
        origin: &Origin,
    ) -> Result<(), AccountsError> {
        let rows = self.store.db.query(Statement::new(sql::people::PASSWORD_FIND).bind(user_id)).await?;
        let row = rows.first().ok_or(AccountsError::SignInRefused)?;
        let (user, stored) = stored_user(row)?;
        let counters = self.counters(&user.email, origin);
        self.count_try(&counters).await?;
        let stored = stored.as_ref().map(|(phc, version)| (phc.as_str(), *version));
        let present: String = present.chars().take(password::MAX_CHARS.saturating_add(1)).collect();
        if !password::verify(&present, stored, &self.store.peppers) {
            return Err(AccountsError::SignInRefused);
        }
        let mut statements = self.password_statements(user_id, new, Some(keep_session))?;
        statements.extend(Self::forgive(&counters));
        self.record_for_person(&origin.actor(user_id), AdminAction::PasswordChanged, statements).await?;
        Ok(())
    }

    /// What sets a password and ends the sessions that began with another one.
    pub(super) fn password_statements(
        &self,
        user_id: &str,
        new: &str,
        keep_session: Option<&str>,
    ) -> Result<Vec<Statement>, AccountsError> {
        password::check(new)?;
        let store = &self.store;
        let now = store.clock.now_ms();
        let hash = password::hash(new, store.rng.as_ref(), &store.peppers)?;
        Ok(vec![
            Statement::new(sql::people::PASSWORD_SET).bind(user_id).bind(hash.phc).bind(hash.pepper_version),
            Statement::new(sql::people::SESSION_REVOKE_OTHERS)
                .bind(user_id)
                .bind(keep_session.unwrap_or_default())
                .bind(now),
            Statement::new(sql::people::LINK_REVOKE_RESETS).bind(user_id).bind(now),
        ])
    }

    /// Removes at most `max` each of counters without a try for a day, links that ended a month ago, and sessions whose
    /// absolute end is past, and says how many went. For a scheduled job.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn purge_stale(&self, max: u32) -> Result<u64, DbError> {
        const DAY: i64 = 86_400_000;
        let now = self.store.clock.now_ms();
        let before = |sql: &'static str, age: i64| Statement::new(sql).bind(now.saturating_sub(age)).bind(max);
        let batch = vec![
            before(sql::people::COUNTER_PURGE, DAY),
            before(sql::people::LINK_PURGE, 30 * DAY),
            before(sql::people::SESSION_PURGE, 0),
        ];
        Ok(self.store.db.batch(batch).await?.iter().map(|result| result.changes).sum())
    }
}
