//! Retiring sealing keys and peppers.
//!
//! A sealing key retires by itself: a scheduled job seals everything again that is under an older one, see
//! [`Retirement::reseal_step`]. A pepper retires with use: only a MAC or a hash is stored under it, so a key, a
//! client's secret or a password moves to the current pepper when its owner next uses it; sessions and links end within
//! 30 days. [`Retirement::retiring`] counts the rest. A version whose counts are all zero may be removed from the
//! secret. Everything under a removed pepper stops working: keys must be created again and passwords reset.

pub(crate) mod sql;

use crate::audit::data_keys::data_key_context;
use crate::audit::sql::DATA_KEY_RESEAL;
use crate::database::{DbError, Row, Statement};
use crate::oauth::sql::TOKEN_KEY_RESEAL;
use crate::oauth::token_keys::token_key_context;
use crate::ports::Ports;
use crate::sealing::{SealContext, SealingKeys};
use crate::secret::PepperError;
use crate::signing::certificate_context;
use crate::signing::sql::CERTIFICATE_RESEAL;
use crate::watermark_keys::sql::{WATERMARK_KEY_COUNT, WATERMARK_KEY_RESEAL, WATERMARK_KEY_UNDER};
use crate::watermark_keys::watermark_key_context;

/// Table with sealed texts.
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
        context: |row| Ok(data_key_context(row.text("workspace_id")?, row.text("id")?)),
        page: sql::DATA_KEY_UNDER,
        update: DATA_KEY_RESEAL,
        count: sql::DATA_KEY_COUNT,
    },
    SealedTable {
        name: "signing_certificates",
        id: "id",
        context: |row| Ok(certificate_context(row.text("workspace_id")?, row.text("id")?)),
        page: sql::CERTIFICATE_UNDER,
        update: CERTIFICATE_RESEAL,
        count: sql::CERTIFICATE_COUNT,
    },
    SealedTable {
        name: "token_keys",
        id: "kid",
        context: |row| Ok(token_key_context(row.text("kid")?)),
        page: sql::TOKEN_KEY_UNDER,
        update: TOKEN_KEY_RESEAL,
        count: sql::TOKEN_KEY_COUNT,
    },
    SealedTable {
        name: "watermark_keys",
        id: "id",
        context: |row| Ok(watermark_key_context(row.text("workspace_id")?, row.text("id")?)),
        page: WATERMARK_KEY_UNDER,
        update: WATERMARK_KEY_RESEAL,
        count: WATERMARK_KEY_COUNT,
    },
];

/// Tables with MACs or hashes under a pepper, and the statements that count them.
const PEPPERED_TABLES: [(&str, &str); 5] = [
    ("api_keys", sql::KEY_PEPPER_COUNT),
    ("oauth_secrets", sql::SECRET_PEPPER_COUNT),
    ("users", sql::PASSWORD_PEPPER_COUNT),
    ("sessions", sql::SESSION_PEPPER_COUNT),
    ("links", sql::LINK_PEPPER_COUNT),
];

/// SQL that counts the rows under each version of each secret, for an operator with a database that is not open here.
/// Reads whole tables.
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

/// Returns the next free version of a list `version:hex[,version:hex…]`.
///
/// # Errors
/// [`PepperError::Format`] when the text is not a list of this form.
pub fn next_version(list: &str) -> Result<u32, PepperError> {
    let mut highest = 0;
    for entry in list.split(',') {
        let (version, _) = entry.trim().split_once(':').ok_or(PepperError::Format)?;
        highest = highest.max(version.parse::<u32>().map_err(|_| PepperError::Format)?);
    }
    highest.checked_add(1).ok_or(PepperError::Format)
}

/// Older version of a secret, and the rows that still depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retiring {
    /// Name of the secret: `sealing key s1`, `pepper 1`.
    pub secret: String,
    /// Number of rows by table; tables without rows are left out.
    pub left: Vec<(&'static str, u64)>,
}

impl Retiring {
    /// Whether no row depends on the version, so that it may be removed from the secret.
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

/// Sealing keys and peppers that are being retired. From [`crate::Store::retirement`].
#[derive(Debug, Clone)]
pub struct Retirement {
    ports: Ports,
}

impl Retirement {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Seals again, under the current key and in the current format, up to `max` texts of each table that are under an
    /// older key. Returns how many.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn reseal_step(&self, max: u32) -> Result<u64, DbError> {
        let mut resealed = 0_u64;
        for table in &SEALED_TABLES {
            for prefix in self.ports.sealing.older_prefixes() {
                let page = Statement::new(table.page).bind(prefix.from).bind(prefix.to).bind(max);
                for row in &self.ports.db.query(page).await? {
                    let (id, sealed) = (row.text(table.id)?, row.text("sealed")?);
                    let context = (table.context)(row)?;
                    // An altered text stays as it is, and is counted as left.
                    let Ok(plain) = self.ports.sealing.open(&context, sealed) else { continue };
                    let again = self.ports.sealing.seal(&context, &plain, self.ports.rng.as_ref())?;
                    let update = Statement::new(table.update).bind(id).bind(again).bind(sealed);
                    let changed = self.ports.db.batch(vec![update]).await?.first().map_or(0, |result| result.changes);
                    resealed = resealed.saturating_add(changed);
                }
            }
        }
        Ok(resealed)
    }

    /// Returns the older sealing keys and peppers that the server still knows, with the rows that depend on each.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn retiring(&self) -> Result<Vec<Retiring>, DbError> {
        let mut found: Vec<Retiring> = Vec::new();
        for label in self.ports.sealing.older_labels() {
            // A key derived from a pepper goes with the pepper.
            let secret = match label.strip_prefix('p') {
                Some(version) => format!("pepper {version}"),
                None => format!("sealing key {label}"),
            };
            let mut left = Vec::new();
            for table in &SEALED_TABLES {
                let mut rows = 0_u64;
                for prefix in SealingKeys::prefixes_of(&label) {
                    let count = Statement::new(table.count).bind(prefix.from).bind(prefix.to);
                    rows = rows.saturating_add(self.count(count).await?);
                }
                if rows > 0 {
                    left.push((table.name, rows));
                }
            }
            found.push(Retiring { secret, left });
        }
        for version in self.ports.peppers.versions().filter(|version| *version != self.ports.peppers.current_version())
        {
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
        let rows = self.ports.db.query(statement).await?;
        let count = rows.first().map_or(Ok(0), |row| row.integer("count"))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}
