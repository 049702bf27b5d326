//! Retiring sealing keys and peppers.
//!
//! A sealing key retires by itself: a scheduled job seals again whatever is under an older one, see
//! [`Store::reseal_step`]. A pepper retires with use: what is kept under it is only a MAC or a hash, so a key, a client's
//! secret or a password moves to the current pepper when its owner next shows it; sessions and links end within 30 days.
//! [`Store::retiring`] counts what is left. A version whose counts are all zero may be removed from the secret. What is
//! left under a removed pepper stops working: keys must be made anew, passwords be reset.

use crate::database::{DbError, Row, Statement};
use crate::sealing::SealContext;
use crate::secret::PepperError;
use crate::sql;
use crate::store::Store;

/// What is sealed, and how.
struct SealedTable {
    name: &'static str,
    /// Column of the row's id.
    id: &'static str,
    context: fn(&Row) -> Result<SealContext, DbError>,
    page: &'static str,
    update: &'static str,
    count: &'static str,
}

const SEALED_TABLES: [SealedTable; 4] = [
    SealedTable {
        name: "data_keys",
        id: "id",
        context: |row| Ok(crate::audit::data_key_context(row.text("workspace_id")?, row.text("id")?)),
        page: sql::retirement::DATA_KEY_UNDER,
        update: sql::audit::DATA_KEY_RESEAL,
        count: sql::retirement::DATA_KEY_COUNT,
    },
    SealedTable {
        name: "signing_certificates",
        id: "id",
        context: |row| Ok(crate::signing::context(row.text("workspace_id")?, row.text("id")?)),
        page: sql::retirement::CERTIFICATE_UNDER,
        update: sql::signing::CERTIFICATE_RESEAL,
        count: sql::retirement::CERTIFICATE_COUNT,
    },
    SealedTable {
        name: "token_keys",
        id: "kid",
        context: |row| Ok(crate::oauth::token_key_context(row.text("kid")?)),
        page: sql::retirement::TOKEN_KEY_UNDER,
        update: sql::oauth::TOKEN_KEY_RESEAL,
        count: sql::retirement::TOKEN_KEY_COUNT,
    },
    SealedTable {
        name: "watermark_keys",
        id: "id",
        context: |row| Ok(crate::watermark_keys::context(row.text("workspace_id")?, row.text("id")?)),
        page: sql::watermark_keys::WATERMARK_KEY_UNDER,
        update: sql::watermark_keys::WATERMARK_KEY_RESEAL,
        count: sql::watermark_keys::WATERMARK_KEY_COUNT,
    },
];

/// Tables that hold MACs or hashes under a pepper, and how to count them.
const PEPPERED_TABLES: [(&str, &str); 5] = [
    ("api_keys", sql::retirement::KEY_PEPPER_COUNT),
    ("oauth_secrets", sql::retirement::SECRET_PEPPER_COUNT),
    ("users", sql::retirement::PASSWORD_PEPPER_COUNT),
    ("sessions", sql::retirement::SESSION_PEPPER_COUNT),
    ("links", sql::retirement::LINK_PEPPER_COUNT),
];

/// Counts what is under each version of each secret; for an operator, with a database that is not open here. Reads whole
/// tables.
pub const COUNTS: &str = "SELECT version, holder, COUNT(*) AS count FROM ( \
    SELECT substr(sealed, 1, instr(substr(sealed, 4), '.') + 2) AS version, 'data_keys' AS holder FROM data_keys \
    UNION ALL SELECT substr(sealed, 1, instr(substr(sealed, 4), '.') + 2), 'signing_certificates' \
    FROM signing_certificates \
    UNION ALL SELECT substr(sealed, 1, instr(substr(sealed, 4), '.') + 2), 'token_keys' FROM token_keys \
    UNION ALL SELECT substr(sealed, 1, instr(substr(sealed, 4), '.') + 2), 'watermark_keys' FROM watermark_keys \
    UNION ALL SELECT version, holder FROM ( \
    SELECT 'pepper ' || pepper_version AS version, 'api_keys' AS holder FROM api_keys WHERE revoked_at IS NULL \
    UNION ALL SELECT 'pepper ' || pepper_version, 'oauth_secrets' FROM oauth_secrets \
    UNION ALL SELECT 'pepper ' || password_pepper, 'users' FROM users WHERE password_pepper IS NOT NULL \
    UNION ALL SELECT 'pepper ' || pepper_version, 'sessions' FROM sessions WHERE revoked_at IS NULL \
    UNION ALL SELECT 'pepper ' || pepper_version, 'links' FROM links WHERE used_at IS NULL AND revoked_at IS NULL)) \
    GROUP BY version, holder ORDER BY version, holder";

/// The next free version of a list `version:hex[,version:hex…]`.
///
/// # Errors
/// [`PepperError::Format`] when it is none.
pub fn next_version(list: &str) -> Result<u32, PepperError> {
    let mut highest = 0;
    for entry in list.split(',') {
        let (version, _) = entry.trim().split_once(':').ok_or(PepperError::Format)?;
        highest = highest.max(version.parse::<u32>().map_err(|_| PepperError::Format)?);
    }
    highest.checked_add(1).ok_or(PepperError::Format)
}

/// A version of a secret that is not the current one, and what is still under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retiring {
    /// `sealing key s1`, `pepper 1`.
    pub secret: String,
    /// Rows by table; tables without any are left out.
    pub left: Vec<(&'static str, u64)>,
}

impl Retiring {
    /// Whether nothing is under it any more, so that it may be removed from the secret.
    pub fn is_removable(&self) -> bool {
        self.left.is_empty()
    }
}

impl std::fmt::Display for Retiring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_removable() {
            return write!(f, "{}: nothing is under it any more, it may be removed", self.secret);
        }
        let left: Vec<_> = self.left.iter().map(|(table, rows)| format!("{rows} in {table}")).collect();
        write!(f, "{}: still in use, {}", self.secret, left.join(", "))
    }
}

impl Store {
    /// Seals again under the current key, and in the current format, up to `max` texts of each table that are under an
    /// older one that is known. Says how many.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn reseal_step(&self, max: u32) -> Result<u64, DbError> {
        let mut resealed = 0_u64;
        for table in &SEALED_TABLES {
            for prefix in self.sealing.older_prefixes() {
                let page = Statement::new(table.page).bind(prefix.from).bind(prefix.to).bind(max);
                for row in &self.db.query(page).await? {
                    let (id, sealed) = (row.text(table.id)?, row.text("sealed")?);
                    let context = (table.context)(row)?;
                    // An altered text stays as it is, and is counted as left.
                    let Ok(plain) = self.sealing.open(&context, sealed) else { continue };
                    let again = self.sealing.seal(&context, &plain, self.rng.as_ref())?;
                    let update = Statement::new(table.update).bind(id).bind(again).bind(sealed);
                    let changed = self.db.batch(vec![update]).await?.first().map_or(0, |result| result.changes);
                    resealed = resealed.saturating_add(changed);
                }
            }
        }
        Ok(resealed)
    }

    /// Older sealing keys and peppers that the server still knows, and how much is under each.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn retiring(&self) -> Result<Vec<Retiring>, DbError> {
        let mut found: Vec<Retiring> = Vec::new();
        for label in self.sealing.older_labels() {
            // A key derived from a pepper goes with the pepper.
            let secret = match label.strip_prefix('p') {
                Some(version) => format!("pepper {version}"),
                None => format!("sealing key {label}"),
            };
            let mut left = Vec::new();
            for table in &SEALED_TABLES {
                let mut rows = 0_u64;
                for prefix in crate::sealing::SealingKeys::prefixes_of(&label) {
                    let count = Statement::new(table.count).bind(prefix.from).bind(prefix.to);
                    rows = rows.saturating_add(self.count(count).await?);
                }
                if rows > 0 {
                    left.push((table.name, rows));
                }
            }
            found.push(Retiring { secret, left });
        }
        for version in self.peppers.versions().filter(|version| *version != self.peppers.current_version()) {
            let secret = format!("pepper {version}");
            let mut left = Vec::new();
            for (table, sql) in PEPPERED_TABLES {
                let rows = self.count(Statement::new(sql).bind(version)).await?;
                if rows > 0 {
                    left.push((table, rows));
                }
            }
            match found.iter_mut().find(|known| known.secret == secret) {
                Some(known) => known.left.extend(left),
                None => found.push(Retiring { secret, left }),
            }
        }
        Ok(found)
    }

    async fn count(&self, statement: Statement) -> Result<u64, DbError> {
        let rows = self.db.query(statement).await?;
        let count = rows.first().map_or(Ok(0), |row| row.integer("count"))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}
