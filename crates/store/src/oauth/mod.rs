//! Stored state of OAuth2: clients and their secrets, the server's token keys, revoked tokens, used assertions.
//!
//! Tokens are made and verified elsewhere; this module contains no algorithm. Invariants: a client has at most two
//! secrets, of which only MACs are stored; its permissions are limited to the current ones of its creator.

pub(crate) mod model;
pub(crate) mod sql;
pub(crate) mod token_keys;

use crate::audit::admin::{AdminAction, NewAdminEvent, commit};
use crate::database::row::{parse_column, pepper_version};
use crate::database::{DbError, Row, Statement};
use crate::encoding::{new_id, random_base62};
use crate::keys::Keys;
use crate::keys::model::ApiKey;
use crate::keys::sql::CLIENT_REVOKE;
use crate::model::Authority;
use crate::oauth::model::{ClientError, ClientSecret, CreateClient, NewSecret, OAuthClient, VerifiedClient};
use crate::plans::RateLimits;
use crate::ports::Ports;
use crate::roles::{Permissions, Role, Scope};
use crate::secret::Purpose;

const CLIENT_PREFIX: &str = "cli_";
const SECRET_ID_PREFIX: &str = "sec_";
/// Prefix of the secret of a client.
pub const SECRET_PREFIX: &str = "lbl_cs_";
/// 43 base62 characters: 256 random bits.
const SECRET_CHARS: usize = 43;
const LIST_LIMIT: u32 = 500;
const MAX_NAME_CHARS: usize = 100;
/// How long a retired key still verifies, in milliseconds: longer than the lifetimes of a token and of the key set
/// together.
pub const RETIRED_FOR_MS: i64 = 60 * 60_000;

/// OAuth2 clients and tokens of all workspaces. From [`crate::Store::oauth`].
#[derive(Debug, Clone)]
pub struct OAuth {
    ports: Ports,
}

impl OAuth {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    fn new_secret(&self, client_id: &str) -> Result<(NewSecret, Statement), DbError> {
        let ports = &self.ports;
        let now = ports.clock.now_ms();
        let id = new_id(SECRET_ID_PREFIX, now, ports.rng.as_ref())?;
        let secret = format!("{SECRET_PREFIX}{}", random_base62(ports.rng.as_ref(), SECRET_CHARS)?);
        let statement = Statement::new(sql::SECRET_INSERT)
            .bind(id.as_str())
            .bind(client_id)
            .bind(hex::encode(ports.peppers.mac_now(Purpose::ClientSecret, secret.as_bytes())))
            .bind(ports.peppers.current_version())
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
        commit(&self.ports, workspace_id, &by.actor, &event, statements)
            .await
            .map(drop)
            .map_err(|error| if error.is_precondition() { ClientError::NotFound } else { error.into() })
    }

    /// Returns the calling key of a request to create credentials, which neither expire nor are bound to networks.
    async fn lasting_maker(&self, by: &Authority, workspace_id: &str) -> Result<Option<ApiKey>, ClientError> {
        let maker = Keys::new(self.ports.clone()).maker(by, workspace_id).await?;
        match maker {
            Some(maker) if maker.expires_at_ms.is_some() || !maker.allow.is_empty() => Err(ClientError::EndingKey),
            maker => Ok(maker),
        }
    }

    /// Creates a client, with a first secret unless it has public keys.
    ///
    /// # Errors
    /// [`ClientError`]: `InvalidRequest`, `ExceedsPermissions`, `EndingKey`, `Database`.
    pub async fn create_client(
        &self,
        by: &Authority,
        workspace_id: &str,
        wish: CreateClient,
    ) -> Result<(OAuthClient, Option<NewSecret>), ClientError> {
        let ports = &self.ports;
        let name = wish.name.trim();
        if name.is_empty() || name.chars().count() > MAX_NAME_CHARS || wish.scopes.is_empty() {
            return Err(ClientError::InvalidRequest);
        }
        if !Permissions::of_scopes(&wish.scopes).is_subset_of(by.permissions) {
            return Err(ClientError::ExceedsPermissions);
        }
        let maker = self.lasting_maker(by, workspace_id).await?;
        let now = ports.clock.now_ms();
        let id = new_id(CLIENT_PREFIX, now, ports.rng.as_ref()).map_err(DbError::from)?;
        let mut statements = vec![
            Statement::new(sql::CLIENT_INSERT)
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

    /// Returns the clients of a workspace, newest first, revoked ones included; at most 500.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn clients(&self, workspace_id: &str) -> Result<Vec<OAuthClient>, DbError> {
        let statement = Statement::new(sql::CLIENT_LIST).bind(workspace_id).bind(LIST_LIMIT);
        self.ports.db.query(statement).await?.iter().map(client_of).collect()
    }

    /// Returns the secrets of a client, oldest first, without their text.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn secrets(&self, client_id: &str) -> Result<Vec<ClientSecret>, DbError> {
        let rows = self.ports.db.query(Statement::new(sql::SECRET_LIST).bind(client_id)).await?;
        rows.iter()
            .map(|row| Ok(ClientSecret { id: row.text("id")?.to_owned(), created_at_ms: row.integer("created_at")? }))
            .collect()
    }

    /// Adds a second secret. Both are valid until one is removed.
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
            Statement::new(sql::MUST_CLIENT).bind(client_id).bind(workspace_id),
            Statement::new(sql::MUST_CLIENT_OF_SECRETS).bind(client_id),
            Statement::new(sql::MUST_SECRET_ROOM).bind(client_id),
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

    /// Removes a secret at once.
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
            Statement::new(sql::MUST_CLIENT).bind(client_id).bind(workspace_id),
            Statement::new(sql::MUST_SECRET).bind(secret_id).bind(client_id),
            Statement::new(sql::SECRET_DELETE).bind(secret_id),
        ];
        let event = NewAdminEvent::new(AdminAction::ClientChanged, client_id).with("secretRemoved", secret_id);
        self.change(by, workspace_id, event, statements).await
    }

    /// Invalidates every token of a client that was issued until now.
    ///
    /// # Errors
    /// [`ClientError`]: `NotFound`, `Database`.
    pub async fn end_tokens(&self, by: &Authority, workspace_id: &str, client_id: &str) -> Result<(), ClientError> {
        let statements = vec![
            Statement::new(sql::MUST_CLIENT).bind(client_id).bind(workspace_id),
            Statement::new(sql::CLIENT_END_TOKENS).bind(client_id).bind(self.ports.clock.now_ms()),
        ];
        let event = NewAdminEvent::new(AdminAction::ClientChanged, client_id).with("tokensEnded", true);
        self.change(by, workspace_id, event, statements).await
    }

    /// Revokes a client with all its tokens at once.
    ///
    /// # Errors
    /// [`ClientError`]: `NotFound`, `Database`.
    pub async fn revoke_client(&self, by: &Authority, workspace_id: &str, client_id: &str) -> Result<(), ClientError> {
        let statements = vec![
            Statement::new(sql::MUST_CLIENT).bind(client_id).bind(workspace_id),
            Statement::new(CLIENT_REVOKE).bind(client_id).bind(self.ports.clock.now_ms()),
        ];
        self.change(by, workspace_id, NewAdminEvent::new(AdminAction::ClientRevoked, client_id), statements).await
    }

    async fn verified(&self, client_id: &str, jti: &str) -> Result<Option<(VerifiedClient, bool)>, DbError> {
        let statement = Statement::new(sql::CLIENT_VERIFY).bind(client_id).bind(jti);
        let rows = self.ports.db.query(statement).await?;
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

    /// Verifies the secret of a client. Does the same work for an unknown client, and for one with no, one or two
    /// secrets.
    ///
    /// # Errors
    /// [`ClientError`]: `Refused`, `Database`.
    pub async fn verify_secret(&self, client_id: &str, secret: &str) -> Result<VerifiedClient, ClientError> {
        let ports = &self.ports;
        let rows = ports.db.query(Statement::new(sql::SECRET_LIST).bind(client_id)).await?;
        let found = self.verified(client_id, "").await?;
        let mut matched = None;
        for position in 0..2 {
            let row = rows.get(position);
            let stored = match row {
                Some(row) => Some((row.text("secret_mac")?, pepper_version(row)?)),
                None => None,
            };
            if ports.peppers.verify(stored, Purpose::ClientSecret, secret.as_bytes()) {
                matched = row;
            }
        }
        let (Some(row), Some((client, _))) = (matched, found) else { return Err(ClientError::Refused) };
        // A secret that was added to a client with public keys before that was refused.
        if client.client.jwks.is_some() {
            return Err(ClientError::Refused);
        }
        let version = pepper_version(row)?;
        if version != ports.peppers.current_version() {
            let renewed = hex::encode(ports.peppers.mac_now(Purpose::ClientSecret, secret.as_bytes()));
            let statement = Statement::new(sql::SECRET_REPEPPER)
                .bind(row.text("id")?)
                .bind(renewed)
                .bind(ports.peppers.current_version())
                .bind(version);
            drop(ports.db.query(statement).await);
        }
        Ok(client)
    }

    /// Returns a client with public keys. The caller must verify its assertion with [`OAuthClient::jwks`].
    ///
    /// # Errors
    /// [`ClientError`]: `Refused` for a client without public keys, `Database`.
    pub async fn client_with_keys(&self, client_id: &str) -> Result<VerifiedClient, ClientError> {
        let found = self.verified(client_id, "").await?.map(|(client, _)| client);
        found.filter(|client| client.client.jwks.is_some()).ok_or(ClientError::Refused)
    }

    /// Uses a verified assertion, which is valid once.
    ///
    /// # Errors
    /// [`ClientError`]: `Refused` when it was used before, `Database`.
    pub async fn use_assertion(&self, client_id: &str, jti: &str, expires_at_s: i64) -> Result<(), ClientError> {
        let statement =
            Statement::new(sql::ASSERTION_USE).bind(client_id).bind(jti).bind(expires_at_s.saturating_mul(1000));
        match self.ports.db.query(statement).await {
            Ok(_) => Ok(()),
            Err(DbError::Conflict(_)) => Err(ClientError::Refused),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns the client of a verified token that was not revoked. Makes one query.
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

    /// Revokes a token at once.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn revoke_token(&self, jti: &str, expires_at_s: i64) -> Result<(), DbError> {
        // Beyond its end by the leeway of verification and more.
        let until = expires_at_s.saturating_add(60).saturating_mul(1000);
        self.ports.db.query(Statement::new(sql::TOKEN_REVOKE).bind(jti).bind(until)).await.map(drop)
    }

    /// Removes at most `max` each of expired revoked tokens and used assertions, and retired keys, and returns how many
    /// were removed. For a scheduled job.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn purge(&self, max: u32) -> Result<u64, DbError> {
        let now = self.ports.clock.now_ms();
        let batch = vec![
            Statement::new(sql::TOKEN_PURGE).bind(now).bind(max),
            Statement::new(sql::ASSERTION_PURGE).bind(now).bind(max),
            Statement::new(sql::TOKEN_KEY_PURGE).bind(now.saturating_sub(RETIRED_FOR_MS)),
        ];
        Ok(self.ports.db.batch(batch).await?.iter().map(|result| result.changes).sum())
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
