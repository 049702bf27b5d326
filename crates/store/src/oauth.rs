//! OAuth2 as far as it is stored: clients and their secrets, the server's token keys, revoked tokens, used assertions.
//!
//! Tokens themselves are made and verified elsewhere; this module knows no algorithm. Invariants: a client has at most
//! two secrets, of which only MACs are stored; it never has more than its creator's present role.

use crate::accounts::{Authority, Plan};
use crate::audit::{AdminAction, NewAdminEvent, commit};
use crate::database::{DbError, Row, Statement};
use crate::encoding::{new_id, random_base62};
use crate::keys::{ApiKey, parse_column, pepper_version};
use crate::plans::RateLimits;
use crate::roles::{Permissions, Role, Scope};
use crate::secret::Purpose;
use crate::sql;
use crate::store::Store;

mod token_keys;

pub(crate) use token_keys::context as token_key_context;
pub use token_keys::{NewTokenKey, PUBLISHED_AHEAD_MS, RETIRED_FOR_MS, TokenKey, TokenKeyState};

const CLIENT_PREFIX: &str = "cli_";
const SECRET_ID_PREFIX: &str = "sec_";
/// How a client's secret begins.
pub const SECRET_PREFIX: &str = "lbl_cs_";
/// 43 base62 characters: 256 random bits.
const SECRET_CHARS: usize = 43;
const LIST_LIMIT: u32 = 500;
const MAX_NAME_CHARS: usize = 100;

/// Wish for a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientWish {
    /// For people, 1 to 100 characters.
    pub name: String,
    /// Production (`true`) or sandbox.
    pub livemode: bool,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Public keys for private_key_jwt, JSON, already checked; absent: the client gets a secret.
    pub jwks: Option<String>,
}

/// A client as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthClient {
    /// `cli_…`.
    pub id: String,
    /// Where it acts.
    pub workspace_id: String,
    /// Production (`true`) or sandbox.
    pub livemode: bool,
    /// For people.
    pub name: String,
    /// What it may do at most.
    pub scopes: Vec<Scope>,
    /// Public keys for private_key_jwt.
    pub jwks: Option<String>,
    /// Who made it.
    pub created_by: String,
    /// Milliseconds since the epoch, like all times here.
    pub created_at_ms: i64,
    /// Tokens issued before this are void.
    pub tokens_not_before_ms: i64,
    /// When it was revoked.
    pub revoked_at_ms: Option<i64>,
    /// The API key that made it; absent: a person did.
    pub made_by_key: Option<String>,
    /// What rate limits count by: its own id, or the limit of the key that made it.
    pub limit_id: String,
}

/// A secret as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSecret {
    /// `sec_…`.
    pub id: String,
    /// Milliseconds since the epoch.
    pub created_at_ms: i64,
}

/// A secret just made.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSecret {
    /// As it will be listed.
    pub listed: ClientSecret,
    /// The full text: to be shown once and forgotten.
    pub secret: String,
}

impl std::fmt::Debug for NewSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSecret").field("listed", &self.listed).finish_non_exhaustive()
    }
}

/// A client that is known and not revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedClient {
    /// Its row.
    pub client: OAuthClient,
    /// Plan of its workspace.
    pub plan: Plan,
    /// What its creator may do now; a token's scopes are cut to it as well.
    pub creator: Permissions,
    /// Rate limits of its workspace's contract.
    pub rates: RateLimits,
}

impl VerifiedClient {
    /// The scopes it may have now: its own, cut to its creator's present role.
    pub fn scopes(&self) -> Vec<Scope> {
        let may = |scope: &Scope| self.creator.contains(scope.permission());
        self.client.scopes.iter().copied().filter(may).collect()
    }

    /// What a token with these scopes may do now.
    pub fn permissions(&self, token_scopes: &[Scope]) -> Permissions {
        Permissions::of_scopes(token_scopes).intersection(Permissions::of_scopes(&self.scopes()))
    }
}

/// Why a client or one of its secrets or tokens is not accepted, or did not change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// Empty name or longer than 100 characters, or no scope.
    #[error("a client has a name of 1 to 100 characters and at least one scope")]
    Wish,
    /// The scopes may do more than who asks for them.
    #[error("the client would be able to do more than who asks for it")]
    Beyond,
    /// No such client or secret in this workspace.
    #[error("no such client or secret")]
    NotFound,
    /// It has two secrets.
    #[error("a client has at most two secrets")]
    TwoSecrets,
    /// It proves itself with `private_key_jwt`, which a shared secret would undo.
    #[error(
        "the client authenticates with its private key and takes no shared secret; make another client for secrets"
    )]
    HasKeys,
    /// The key that asks has an end or a list of networks, and clients have neither.
    #[error(
        "a key that expires or is bound to networks cannot make OAuth2 clients or secrets, which would outlast it; \
         sign in, or use a key without expiresAt and allow"
    )]
    EndingKey,
    /// Unknown client, wrong secret, revoked: not told apart.
    #[error("client authentication failed")]
    Refused,
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// OAuth2 clients and tokens of all workspaces. From [`Store::oauth`].
#[derive(Debug, Clone)]
pub struct OAuth {
    store: Store,
}

impl OAuth {
    pub(crate) const fn new(store: Store) -> Self {
        Self { store }
    }

    fn new_secret(&self, client_id: &str) -> Result<(NewSecret, Statement), DbError> {
        let store = &self.store;
        let now = store.clock.now_ms();
        let id = new_id(SECRET_ID_PREFIX, now, store.rng.as_ref())?;
        let secret = format!("{SECRET_PREFIX}{}", random_base62(store.rng.as_ref(), SECRET_CHARS)?);
        let statement = Statement::new(sql::oauth::SECRET_INSERT)
            .bind(id.as_str())
            .bind(client_id)
            .bind(hex::encode(store.peppers.mac_now(Purpose::ClientSecret, secret.as_bytes())))
            .bind(store.peppers.current_version())
            .bind(now);
        Ok((NewSecret { listed: ClientSecret { id, created_at_ms: now }, secret }, statement))
    }

    async fn change(
        &self,
        by: &Authority,
        workspace_id: &str,
        event: NewAdminEvent,
        statements: Vec<Statement>,
    ) -> Result<(), ClientError> {
        commit(&self.store, workspace_id, &by.actor, &event, statements)
            .await
            .map(drop)
            .map_err(|error| if error.is_precondition() { ClientError::NotFound } else { error.into() })
    }

    /// The key behind a call that makes credentials which neither end nor know networks.
    async fn lasting_maker(&self, by: &Authority, workspace_id: &str) -> Result<Option<ApiKey>, ClientError> {
        let maker = self.store.keys().maker(by, workspace_id).await?;
        match maker {
            Some(maker) if maker.expires_at_ms.is_some() || !maker.allow.is_empty() => Err(ClientError::EndingKey),
            maker => Ok(maker),
        }
    }

    /// Makes a client, with a first secret unless it brings public keys.
    ///
    /// # Errors
    /// [`ClientError`]: `Wish`, `Beyond`, `EndingKey`, `Database`.
    pub async fn create_client(
        &self,
        by: &Authority,
        workspace_id: &str,
        wish: ClientWish,
    ) -> Result<(OAuthClient, Option<NewSecret>), ClientError> {
        let store = &self.store;
        let name = wish.name.trim();
        if name.is_empty() || name.chars().count() > MAX_NAME_CHARS || wish.scopes.is_empty() {
            return Err(ClientError::Wish);
        }
        if !Permissions::of_scopes(&wish.scopes).is_subset_of(by.permissions) {
            return Err(ClientError::Beyond);
        }
        let maker = self.lasting_maker(by, workspace_id).await?;
        let now = store.clock.now_ms();
        let id = new_id(CLIENT_PREFIX, now, store.rng.as_ref()).map_err(DbError::from)?;
        let mut statements = vec![
            Statement::new(sql::oauth::CLIENT_INSERT)
                .bind(id.as_str())
                .bind(workspace_id)
                .bind(wish.livemode)
                .bind(name)
                .bind(Scope::join(&wish.scopes))
                .bind(wish.jwks.as_deref())
                .bind(by.person.as_str())
                .bind(now)
                .bind(maker.as_ref().map(|maker| maker.id.as_str()))
                .bind(maker.as_ref().map(|maker| maker.limit_id.as_str())),
        ];
        if let Some(maker) = &maker {
            statements.push(maker.must_work(now));
        }
        let secret = match wish.jwks {
            Some(_) => None,
            None => {
                let (secret, insert) = self.new_secret(&id)?;
                statements.push(insert);
                Some(secret)
            }
        };
        let event = NewAdminEvent::new(AdminAction::ClientCreated, &id)
            .with("scopes", Scope::join(&wish.scopes))
            .with("livemode", wish.livemode);
        self.change(by, workspace_id, event, statements).await?;
        let client = OAuthClient {
            workspace_id: workspace_id.to_owned(),
            livemode: wish.livemode,
            name: name.to_owned(),
            scopes: wish.scopes,
            jwks: wish.jwks,
            created_by: by.person.clone(),
            created_at_ms: now,
            tokens_not_before_ms: 0,
            revoked_at_ms: None,
            limit_id: maker.as_ref().map_or(&id, |maker| &maker.limit_id).clone(),
            made_by_key: maker.map(|maker| maker.id),
            id,
        };
        Ok((client, secret))
    }

    /// The clients of a workspace, newest first, revoked ones included; at most 500.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn clients(&self, workspace_id: &str) -> Result<Vec<OAuthClient>, DbError> {
        let statement = Statement::new(sql::oauth::CLIENT_LIST).bind(workspace_id).bind(LIST_LIMIT);
        self.store.db.query(statement).await?.iter().map(client_of).collect()
    }

    /// The secrets of a client, oldest first, without the secrets.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn secrets(&self, client_id: &str) -> Result<Vec<ClientSecret>, DbError> {
        let rows = self.store.db.query(Statement::new(sql::oauth::SECRET_LIST).bind(client_id)).await?;
        rows.iter()
            .map(|row| Ok(ClientSecret { id: row.text("id")?.to_owned(), created_at_ms: row.integer("created_at")? }))
            .collect()
    }

    /// Adds a second secret; both work until one is removed.
    ///
    /// # Errors
    /// [`ClientError`]: `NotFound`, `HasKeys`, `TwoSecrets`, `EndingKey`, `Database`.
    pub async fn add_secret(
        &self,
        by: &Authority,
        workspace_id: &str,
        client_id: &str,
    ) -> Result<NewSecret, ClientError> {
        self.lasting_maker(by, workspace_id).await?;
        let (secret, insert) = self.new_secret(client_id)?;
        let statements = vec![
            Statement::new(sql::oauth::MUST_CLIENT).bind(client_id).bind(workspace_id),
            Statement::new(sql::oauth::MUST_CLIENT_OF_SECRETS).bind(client_id),
            Statement::new(sql::oauth::MUST_SECRET_ROOM).bind(client_id),
            insert,
        ];
        let event =
            NewAdminEvent::new(AdminAction::ClientChanged, client_id).with("secretAdded", secret.listed.id.as_str());
        match self.change(by, workspace_id, event, statements).await {
            Err(ClientError::NotFound) => {
                // Told apart only for who may see the client.
                let found = self.verified(client_id, "").await?.map(|(found, _)| found.client);
                Err(match found.filter(|client| client.workspace_id == workspace_id) {
                    Some(client) if client.jwks.is_some() => ClientError::HasKeys,
                    Some(_) if self.secrets(client_id).await?.len() >= 2 => ClientError::TwoSecrets,
                    _ => ClientError::NotFound,
                })
            }
            other => other.map(|()| secret),
        }
    }

    /// Removes a secret, at once.
    ///
    /// # Errors
    /// [`ClientError`]: `NotFound`, `Database`.
    pub async fn remove_secret(
        &self,
        by: &Authority,
        workspace_id: &str,
        client_id: &str,
        secret_id: &str,
    ) -> Result<(), ClientError> {
        let statements = vec![
            Statement::new(sql::oauth::MUST_CLIENT).bind(client_id).bind(workspace_id),
            Statement::new(sql::oauth::MUST_SECRET).bind(secret_id).bind(client_id),
            Statement::new(sql::oauth::SECRET_DELETE).bind(secret_id),
        ];
        let event = NewAdminEvent::new(AdminAction::ClientChanged, client_id).with("secretRemoved", secret_id);
        self.change(by, workspace_id, event, statements).await
    }

    /// Voids every token of a client that was issued until now.
    ///
    /// # Errors
    /// [`ClientError`]: `NotFound`, `Database`.
    pub async fn end_tokens(&self, by: &Authority, workspace_id: &str, client_id: &str) -> Result<(), ClientError> {
        let statements = vec![
            Statement::new(sql::oauth::MUST_CLIENT).bind(client_id).bind(workspace_id),
            Statement::new(sql::oauth::CLIENT_END_TOKENS).bind(client_id).bind(self.store.clock.now_ms()),
        ];
        let event = NewAdminEvent::new(AdminAction::ClientChanged, client_id).with("tokensEnded", true);
        self.change(by, workspace_id, event, statements).await
    }

    /// Ends a client with all its tokens, at once.
    ///
    /// # Errors
    /// [`ClientError`]: `NotFound`, `Database`.
    pub async fn revoke_client(&self, by: &Authority, workspace_id: &str, client_id: &str) -> Result<(), ClientError> {
        let statements = vec![
            Statement::new(sql::oauth::MUST_CLIENT).bind(client_id).bind(workspace_id),
            Statement::new(sql::oauth::CLIENT_REVOKE).bind(client_id).bind(self.store.clock.now_ms()),
        ];
        self.change(by, workspace_id, NewAdminEvent::new(AdminAction::ClientRevoked, client_id), statements).await
    }

    async fn verified(&self, client_id: &str, jti: &str) -> Result<Option<(VerifiedClient, bool)>, DbError> {
        let statement = Statement::new(sql::oauth::CLIENT_VERIFY).bind(client_id).bind(jti);
        let rows = self.store.db.query(statement).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let client = client_of(row)?;
        if client.revoked_at_ms.is_some() {
            return Ok(None);
        }
        let creator = row.optional_text("creator_role")?.map(str::parse::<Role>).transpose();
        let creator = creator.map_err(|_| DbError::Shape { column: "creator_role", expected: "a role" })?;
        let verified = VerifiedClient {
            client,
            plan: parse_column(row, "plan", "a plan")?,
            creator: creator.map_or(Permissions::NONE, Role::permissions),
            rates: RateLimits::of_row(row)?,
        };
        Ok(Some((verified, row.boolean("token_revoked")?)))
    }

    /// Checks a client's secret. The same work for an unknown client, and for one with no, one or two secrets.
    ///
    /// # Errors
    /// [`ClientError`]: `Refused`, `Database`.
    pub async fn verify_secret(&self, client_id: &str, secret: &str) -> Result<VerifiedClient, ClientError> {
        let store = &self.store;
        let rows = store.db.query(Statement::new(sql::oauth::SECRET_LIST).bind(client_id)).await?;
        let found = self.verified(client_id, "").await?;
        let mut matched = None;
        for position in 0..2 {
            let row = rows.get(position);
            let stored = match row {
                Some(row) => Some((row.text("secret_mac")?, pepper_version(row)?)),
                None => None,
            };
            if store.peppers.verify(stored, Purpose::ClientSecret, secret.as_bytes()) {
                matched = row;
            }
        }
        let (Some(row), Some((client, _))) = (matched, found) else { return Err(ClientError::Refused) };
        // A secret that was added to a client with public keys before that was refused.
        if client.client.jwks.is_some() {
            return Err(ClientError::Refused);
        }
        let version = pepper_version(row)?;
        if version != store.peppers.current_version() {
            let renewed = hex::encode(store.peppers.mac_now(Purpose::ClientSecret, secret.as_bytes()));
            let statement = Statement::new(sql::oauth::SECRET_REPEPPER)
                .bind(row.text("id")?)
                .bind(renewed)
                .bind(store.peppers.current_version())
                .bind(version);
            drop(store.db.query(statement).await);
        }
        Ok(client)
    }

    /// A client that says it is this one; its assertion is still to be verified with [`OAuthClient::jwks`].
    ///
    /// # Errors
    /// [`ClientError`]: `Refused` for none that has public keys, `Database`.
    pub async fn client_with_keys(&self, client_id: &str) -> Result<VerifiedClient, ClientError> {
        let found = self.verified(client_id, "").await?.map(|(client, _)| client);
        found.filter(|client| client.client.jwks.is_some()).ok_or(ClientError::Refused)
    }

    /// Uses a verified assertion, which works once.
    ///
    /// # Errors
    /// [`ClientError`]: `Refused` when it was used before, `Database`.
    pub async fn use_assertion(&self, client_id: &str, jti: &str, expires_at_s: i64) -> Result<(), ClientError> {
        let statement =
            Statement::new(sql::oauth::ASSERTION_USE).bind(client_id).bind(jti).bind(expires_at_s.saturating_mul(1000));
        match self.store.db.query(statement).await {
            Ok(_) => Ok(()),
            Err(DbError::Conflict(_)) => Err(ClientError::Refused),
            Err(error) => Err(error.into()),
        }
    }

    /// The client behind a verified token that was not revoked. One query.
    ///
    /// # Errors
    /// [`ClientError`]: `Refused`, `Database`.
    pub async fn client_of_token(
        &self,
        client_id: &str,
        jti: &str,
        issued_at_s: i64,
    ) -> Result<VerifiedClient, ClientError> {
        let (client, revoked) = self.verified(client_id, jti).await?.ok_or(ClientError::Refused)?;
        // A token's time has no milliseconds: one issued in the very second of the end is void as well.
        let void = issued_at_s <= client.client.tokens_not_before_ms.div_euclid(1000)
            && client.client.tokens_not_before_ms > 0;
        if revoked || void { Err(ClientError::Refused) } else { Ok(client) }
    }

    /// Ends a token before its time, at once.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn revoke_token(&self, jti: &str, expires_at_s: i64) -> Result<(), DbError> {
        // Beyond its end by the leeway of verification and more.
        let until = expires_at_s.saturating_add(60).saturating_mul(1000);
        self.store.db.query(Statement::new(sql::oauth::TOKEN_REVOKE).bind(jti).bind(until)).await.map(drop)
    }

    /// Forgets at most `max` each of revoked tokens and used assertions whose time is over, and retired keys, and says
    /// how many went. For a scheduled job.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn purge(&self, max: u32) -> Result<u64, DbError> {
        let now = self.store.clock.now_ms();
        let batch = vec![
            Statement::new(sql::oauth::TOKEN_PURGE).bind(now).bind(max),
            Statement::new(sql::oauth::ASSERTION_PURGE).bind(now).bind(max),
            Statement::new(sql::oauth::TOKEN_KEY_PURGE).bind(now.saturating_sub(RETIRED_FOR_MS)),
        ];
        Ok(self.store.db.batch(batch).await?.iter().map(|result| result.changes).sum())
    }
}

pub(crate) fn client_of(row: &Row) -> Result<OAuthClient, DbError> {
    Ok(OAuthClient {
        id: row.text("id")?.to_owned(),
        workspace_id: row.text("workspace_id")?.to_owned(),
        livemode: row.boolean("livemode")?,
        name: row.text("name")?.to_owned(),
        scopes: Scope::parse_list(row.text("scopes")?)
            .map_err(|_| DbError::Shape { column: "scopes", expected: "scopes" })?,
        jwks: row.optional_text("jwks")?.map(str::to_owned),
        created_by: row.text("created_by")?.to_owned(),
        created_at_ms: row.integer("created_at")?,
        tokens_not_before_ms: row.integer("tokens_not_before")?,
        revoked_at_ms: row.optional_integer("revoked_at")?,
        made_by_key: row.optional_text("made_by_key")?.map(str::to_owned),
        limit_id: row.optional_text("limit_id")?.unwrap_or(row.text("id")?).to_owned(),
    })
}
