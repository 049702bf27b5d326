//! Delays of sign-ins.
//!
//! A browser in which the person signed in before has its own counter, so that guesses from elsewhere do not keep the
//! account's owner out. Three counters slow down all other guesses: account and network address together; the account
//! alone, for guesses from many addresses, whose delay stays short so that nobody can lock somebody else out; and the
//! address alone. A try is counted before the password is checked, so parallel guesses are counted too. Counters depend
//! on what was typed, not on who exists: a delay does not show whether the account exists.

use std::net::{IpAddr, Ipv6Addr};

use labeler_ports::RngError;

use crate::database::Statement;
use crate::encoding::random_base62;
use crate::model::Origin;
use crate::people::error::AccountsError;
use crate::people::normalise_email;
use crate::ports::Ports;
use crate::secret::Purpose;
use crate::sessions::sql;

/// Tries without delay, and the maximum delay in milliseconds, of an account from one address.
const PAIR: (u32, u32) = (5, 15 * 60_000);
/// The same of an account from all addresses.
const ACCOUNT: (u32, u32) = (50, 60_000);
/// The same of an address for all accounts.
const ADDRESS: (u32, u32) = (30, 15 * 60_000);
/// The same of a browser in which the person signed in before.
const DEVICE: (u32, u32) = (10, 15 * 60_000);
/// How long a browser is known after the last sign-in, in milliseconds: half a year.
pub const DEVICE_MS: i64 = 182 * 86_400_000;
const NONCE_CHARS: usize = 16;

/// Counters of a try.
pub(crate) enum Counters {
    /// Counters of account and network address together, of the account, and of the network address.
    Stranger { pair: String, account: String, address: String },
    /// One counter: of a known browser, or of a session.
    Known(String),
}

impl Counters {
    /// Returns each counter with its tries without delay and its maximum delay.
    fn limits(&self) -> Vec<(&str, (u32, u32))> {
        match self {
            Self::Stranger { pair, account, address } => {
                vec![(pair, PAIR), (account, ACCOUNT), (address, ADDRESS)]
            }
            Self::Known(counter) => vec![(counter, DEVICE)],
        }
    }

    /// Returns the three counters that may delay, or the single one three times.
    fn three(&self) -> [&str; 3] {
        match self {
            Self::Stranger { pair, account, address } => [pair, account, address],
            Self::Known(counter) => [counter; 3],
        }
    }
}

/// Returns the text that the MAC of a device token covers.
fn device_text(head: &str, email: &str) -> String {
    format!("{head}\0{}", normalise_email(email).unwrap_or_default())
}

/// Returns the unit that delays count by: the address, or the /64 of an IPv6 address, because one subscriber has all of
/// it.
fn bucket(origin: &Origin) -> String {
    match origin.address.map(|address| address.to_canonical()) {
        None => "unknown".to_owned(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => Ipv6Addr::from(u128::from(address) & (u128::MAX << 64)).to_string(),
    }
}

/// Handle of the counters of tries.
pub(crate) struct Delays<'a> {
    ports: &'a Ports,
}

impl<'a> Delays<'a> {
    pub(crate) const fn new(ports: &'a Ports) -> Self {
        Self { ports }
    }
}

impl Delays<'_> {
    pub(crate) fn counters(&self, email: &str, origin: &Origin) -> Counters {
        let email = normalise_email(email).unwrap_or_default();
        let bucket = bucket(origin);
        Counters::Stranger {
            pair: self.counter("pair", &[&email, &bucket]),
            account: self.counter("account", &[&email]),
            address: self.counter("address", &[&bucket]),
        }
    }

    fn counter(&self, kind: &str, parts: &[&str]) -> String {
        let text = [&[kind], parts].concat().join("\0");
        hex::encode(self.ports.peppers.mac_now(Purpose::SignInCounter, text.as_bytes()))
    }

    /// Returns the counter of a session, in which its person is asked for the present password.
    pub(crate) fn session(&self, user_id: &str, session_id: &str) -> Counters {
        Counters::Known(self.counter("session", &[user_id, session_id]))
    }

    /// Returns the token by which a browser is recognised: `<nonce>.<time>.<pepper version>.<MAC>`, for one address.
    ///
    /// # Errors
    /// [`RngError`].
    pub(crate) fn device_token(&self, email: &str) -> Result<String, RngError> {
        let ports = self.ports;
        let nonce = random_base62(ports.rng.as_ref(), NONCE_CHARS)?;
        let head = format!("{nonce}.{}.{}", ports.clock.now_ms(), ports.peppers.current_version());
        let mac = ports.peppers.mac_now(Purpose::Device, device_text(&head, email).as_bytes());
        Ok(format!("{head}.{}", hex::encode(mac)))
    }

    /// Returns the counter of a browser that sends a valid token for this address.
    pub(crate) fn known_device(&self, email: &str, token: &str) -> Option<Counters> {
        let (head, mac) = token.rsplit_once('.')?;
        let mut parts = head.split('.');
        let (nonce, made, version) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || nonce.len() != NONCE_CHARS || token.len() > 200 {
            return None;
        }
        let version: u32 = version.parse().ok()?;
        let text = device_text(head, email);
        let good = self.ports.peppers.verify(Some((mac, version)), Purpose::Device, text.as_bytes());
        let age = self.ports.clock.now_ms().saturating_sub(made.parse().ok()?);
        let is_known = good && (0..DEVICE_MS).contains(&age);
        is_known.then(|| Counters::Known(self.counter("device", &[nonce])))
    }

    /// Counts a try, or returns how long to wait.
    pub(crate) async fn count_try(&self, counters: &Counters) -> Result<(), AccountsError> {
        let now = self.ports.clock.now_ms();
        let [one, two, other] = counters.three();
        let three = |sql: &'static str| Statement::new(sql).bind(one).bind(two).bind(other);
        let mut batch = vec![three(sql::MUST_NO_DELAY).bind(now)];
        batch.extend(counters.limits().into_iter().map(|(counter, (free, longest))| {
            Statement::new(sql::COUNTER_TRY).bind(counter).bind(now).bind(free).bind(longest)
        }));
        match self.ports.db.batch(batch).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_precondition() => {
                let rows = self.ports.db.query(three(sql::COUNTER_DELAY)).await?;
                let until = rows.first().map(|row| row.optional_integer("blocked_until")).transpose()?.flatten();
                let left = until.unwrap_or(now).saturating_sub(now).max(1);
                let seconds = u32::try_from(left.saturating_add(999).div_euclid(1000)).unwrap_or(u32::MAX);
                Err(AccountsError::Delayed { retry_after_s: seconds })
            }
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) fn forgive(counters: &Counters) -> Vec<Statement> {
        let [one, two, address] = counters.three();
        let clear = Statement::new(sql::COUNTER_CLEAR).bind(one).bind(two);
        match counters {
            Counters::Stranger { .. } => vec![clear, Statement::new(sql::COUNTER_FORGIVE).bind(address)],
            Counters::Known(_) => vec![clear],
        }
    }
}
