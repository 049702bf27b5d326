//! Signing in under delays, and changing a password.
//!
//! A browser in which the person signed in before has a counter of its own, so that guesses from elsewhere do not keep its
//! owner out. Three counters slow everybody else's guessing down: account and network address together, the account alone (for guesses from many
//! addresses; its delay stays short, so that nobody can lock somebody else out), and the address alone. A try is counted
//! before the password is looked at, so parallel guesses are counted too. Counters know what was typed, not who exists:
//! a delay says nothing about whether there is such an account.

use std::net::{IpAddr, Ipv6Addr};

use super::{Accounts, AccountsError, NewSession, SignIn, normalise_email, password, session, stored_user};
use crate::audit::{Actor, AdminAction, NewAdminEvent, commit};
use crate::database::{DbError, Statement};
use crate::encoding::random_base62;
use crate::secret::Purpose;
use crate::sql;
use labeler_ports::RngError;

/// Tries without delay, and the longest delay in milliseconds: account and address together.
const PAIR: (u32, u32) = (5, 15 * 60_000);
/// The account alone.
const ACCOUNT: (u32, u32) = (50, 60_000);
/// The address alone.
const ADDRESS: (u32, u32) = (30, 15 * 60_000);

/// A browser that the person signed in with before.
const DEVICE: (u32, u32) = (10, 15 * 60_000);
/// How long a browser is known after the last sign-in: half a year.
pub const DEVICE_MS: i64 = 182 * 86_400_000;
const NONCE_CHARS: usize = 16;

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

/// What a try is counted by.
enum Counters {
    /// Account and network address together, the account, the network address.
    Stranger { pair: String, account: String, address: String },
    /// One counter of its own: of a known browser, or of a session.
    Known(String),
}

impl Counters {
    /// Each with its tries without delay and its longest delay.
    fn limits(&self) -> Vec<(&str, (u32, u32))> {
        match self {
            Self::Stranger { pair, account, address } => {
                vec![(pair, PAIR), (account, ACCOUNT), (address, ADDRESS)]
            }
            Self::Known(counter) => vec![(counter, DEVICE)],
        }
    }

    /// The three that may delay; one that stands alone three times.
    fn three(&self) -> [&str; 3] {
        match self {
            Self::Stranger { pair, account, address } => [pair, account, address],
            Self::Known(counter) => [counter; 3],
        }
    }
}

/// What a device token's MAC covers.
fn device_text(head: &str, email: &str) -> String {
    format!("{head}\0{}", normalise_email(email).unwrap_or_default())
}

impl Accounts {
    fn counters(&self, email: &str, origin: &Origin) -> Counters {
        let email = normalise_email(email).unwrap_or_default();
        let bucket = origin.bucket();
        Counters::Stranger {
            pair: self.counter("pair", &[&email, &bucket]),
            account: self.counter("account", &[&email]),
            address: self.counter("address", &[&bucket]),
        }
    }

    fn counter(&self, kind: &str, parts: &[&str]) -> String {
        let text = [&[kind], parts].concat().join("\0");
        hex::encode(self.store.peppers.mac_now(Purpose::SignInCounter, text.as_bytes()))
    }

    /// What the browser keeps so that it is known again: `<nonce>.<time>.<pepper version>.<MAC>`, for one address. It
    /// signs nobody in.
    ///
    /// # Errors
    /// [`RngError`].
    pub fn device_token(&self, email: &str) -> Result<String, RngError> {
        let store = &self.store;
        let nonce = random_base62(store.rng.as_ref(), NONCE_CHARS)?;
        let head = format!("{nonce}.{}.{}", store.clock.now_ms(), store.peppers.current_version());
        let mac = store.peppers.mac_now(Purpose::Device, device_text(&head, email).as_bytes());
        Ok(format!("{head}.{}", hex::encode(mac)))
    }

    /// The counter of a browser that shows a good token for this address.
    fn known_device(&self, email: &str, token: &str) -> Option<Counters> {
        let (head, mac) = token.rsplit_once('.')?;
        let mut parts = head.split('.');
        let (nonce, made, version) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || nonce.len() != NONCE_CHARS || token.len() > 200 {
            return None;
        }
        let version: u32 = version.parse().ok()?;
        let text = device_text(head, email);
        let good = self.store.peppers.verify(Some((mac, version)), Purpose::Device, text.as_bytes());
        let age = self.store.clock.now_ms().saturating_sub(made.parse().ok()?);
        let is_known = good && (0..DEVICE_MS).contains(&age);
        is_known.then(|| Counters::Known(self.counter("device", &[nonce])))
    }

    /// What messages to a mailbox are counted by: a MAC of the address.
    pub fn mailbox(&self, email: &str) -> String {
        let email = normalise_email(email).unwrap_or_default();
        hex::encode(self.store.peppers.mac_now(Purpose::SignInCounter, format!("mailbox\0{email}").as_bytes()))
    }

    /// Counts a try, or says how long to wait.
    async fn count_try(&self, counters: &Counters) -> Result<(), AccountsError> {
        let now = self.store.clock.now_ms();
        let [one, two, other] = counters.three();
        let three = |sql: &'static str| Statement::new(sql).bind(one).bind(two).bind(other);
        let mut batch = vec![three(sql::people::MUST_NO_DELAY).bind(now)];
        batch.extend(counters.limits().into_iter().map(|(counter, (free, longest))| {
            Statement::new(sql::people::COUNTER_TRY).bind(counter).bind(now).bind(free).bind(longest)
        }));
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

    fn forgive(counters: &Counters) -> Vec<Statement> {
        let [one, two, address] = counters.three();
        let clear = Statement::new(sql::people::COUNTER_CLEAR).bind(one).bind(two);
        match counters {
            Counters::Stranger { .. } => vec![clear, Statement::new(sql::people::COUNTER_FORGIVE).bind(address)],
            Counters::Known(_) => vec![clear],
        }
    }

    /// [`Accounts::sign_in`] under delays, recorded in the workspace that the session looks at.
    ///
    /// # Errors
    /// [`AccountsError::Delayed`] before any password is looked at; else those of [`Accounts::sign_in`].
    pub async fn sign_in_from(&self, sign_in: SignIn<'_>, origin: &Origin) -> Result<NewSession, AccountsError> {
        self.sign_in_on(sign_in, None, origin).await
    }

    /// The same in a browser that shows `device`, a token of [`Accounts::device_token`].
    ///
    /// # Errors
    /// As [`Accounts::sign_in_from`].
    pub async fn sign_in_on(
        &self,
        sign_in: SignIn<'_>,
        device: Option<&str>,
        origin: &Origin,
    ) -> Result<NewSession, AccountsError> {
        let known = device.and_then(|token| self.known_device(sign_in.email, token));
        let counters = known.unwrap_or_else(|| self.counters(sign_in.email, origin));
        self.count_try(&counters).await?;
        let session = self.sign_in(sign_in).await?;
        let event = NewAdminEvent::new(AdminAction::SignedIn, &session.session.id).with("with", "password");
        let statements = Self::forgive(&counters);
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
        let at = memberships.iter().find(|at| !at.suspended).ok_or(AccountsError::SignInRefused)?;
        let entry = session::Entry { workspace_id: &at.workspace_id, user_agent, passkey: with == "passkey" };
        let (session, insert) = session::prepare(&self.store, user, entry, self.limits)?;
        statements.push(insert);
        let event = NewAdminEvent::new(AdminAction::SignedIn, &session.session.id).with("with", with);
        commit(&self.store, &at.workspace_id, &origin.actor(user_id), &event, statements).await?;
        Ok(session)
    }

    /// Checks the present password of a person, under delays: who it is, and the statements that forget the try.
    async fn check_present(
        &self,
        user_id: &str,
        session_id: &str,
        present: &str,
    ) -> Result<Vec<Statement>, AccountsError> {
        let rows = self.store.db.query(Statement::new(sql::people::PASSWORD_FIND).bind(user_id)).await?;
        let row = rows.first().ok_or(AccountsError::SignInRefused)?;
        let (_, stored) = stored_user(row)?;
        // The session has a counter of its own: nobody else's guesses keep its person from this.
        let counters = Counters::Known(self.counter("session", &[user_id, session_id]));
        self.count_try(&counters).await?;
        let stored = stored.as_ref().map(|(phc, version)| (phc.as_str(), *version));
        let present: String = present.chars().take(password::MAX_CHARS.saturating_add(1)).collect();
        if !password::verify(&present, stored, &self.store.peppers) {
            return Err(AccountsError::SignInRefused);
        }
        Ok(Self::forgive(&counters))
    }

    /// Notes in a session that its person showed the password once more. Wrong ones are delayed as failed sign-ins are.
    ///
    /// # Errors
    /// [`AccountsError::SignInRefused`], [`AccountsError::Delayed`], [`AccountsError::Database`].
    pub async fn confirm_password(&self, user_id: &str, session_id: &str, present: &str) -> Result<(), AccountsError> {
        let mut statements = self.check_present(user_id, session_id, present).await?;
        statements.push(session::confirm(&self.store, user_id, session_id, false));
        self.store.db.batch(statements).await?;
        Ok(())
    }

    /// Changes the password of a person who knows the present one, and ends all their sessions but the one they sit in.
    /// Wrong present passwords are delayed as failed sign-ins are.
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
        statements.push(session::confirm(&self.store, user_id, keep_session, false));
        statements.extend(forgiven);
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
