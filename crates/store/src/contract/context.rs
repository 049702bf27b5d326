//! Context and error of a case.

use std::sync::Arc;

use labeler_ports::Rng;

use crate::database::{Database, DbError, Row, Statement};
use crate::encoding::random_base62;
use crate::model::{Actor, Authority, Origin};
use crate::people::User;
use crate::plans::Plan;
use crate::roles::Role;
use crate::secret::Peppers;
use crate::store::Store;
use crate::workspaces::{NewOwner, Workspace};
use labeler_ports::testing::FixedClock;

/// 13 September 2020: sandbox rows of this time have expired for every database.
pub const PAST: i64 = 1_600_000_000_000;

/// 1 January 2100: sandbox rows of this time have not expired for any database.
pub const FUTURE: i64 = 4_102_444_800_000;

/// Error of a case, with the expectation and its place in the source.
#[derive(Debug)]
pub struct CaseError(pub String);

impl<E: std::error::Error> From<E> for CaseError {
    fn from(error: E) -> Self {
        Self(format!("{error:?}"))
    }
}

/// Context of a case.
pub struct Ctx {
    /// Engine, for SQL of the case itself.
    pub db: Arc<dyn Database>,
    /// Engine that the store uses. A test can wrap it to record statements.
    pub store_db: Arc<dyn Database>,
    /// Clock, shared with [`Ctx::store`].
    pub clock: Arc<FixedClock>,
    /// Real randomness, or a separate seed per run, because IDs must be new to the database.
    pub rng: Arc<dyn Rng>,
}

impl std::fmt::Debug for Ctx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ctx").field("clock", &self.clock).finish_non_exhaustive()
    }
}

impl Ctx {
    /// Creates a context on one engine, at the time [`PAST`].
    pub fn new(db: Arc<dyn Database>, rng: Arc<dyn Rng>) -> Self {
        Self { store_db: Arc::clone(&db), db, clock: Arc::new(FixedClock::at(PAST)), rng }
    }

    pub(crate) fn peppers(text: &str) -> Result<Arc<Peppers>, CaseError> {
        Ok(Arc::new(Peppers::parse(text)?))
    }

    pub(crate) fn store(&self) -> Result<Store, CaseError> {
        self.store_with(&format!("1:{}", "a1".repeat(32)))
    }

    /// Creates a store with these peppers.
    pub(crate) fn store_with(&self, peppers: &str) -> Result<Store, CaseError> {
        self.store_over(Arc::clone(&self.store_db), peppers)
    }

    pub(crate) fn store_over(&self, db: Arc<dyn Database>, peppers: &str) -> Result<Store, CaseError> {
        let clock = Arc::clone(&self.clock);
        Ok(Store::new(db, clock, Arc::clone(&self.rng), Self::peppers(peppers)?))
    }

    pub(crate) fn word(&self) -> Result<String, CaseError> {
        Ok(random_base62(self.rng.as_ref(), 12)?)
    }

    pub(crate) fn new_owner(&self) -> Result<NewOwner, CaseError> {
        Ok(NewOwner {
            email: format!("{}@example.eu", self.word()?),
            name: "Ada".to_owned(),
            password: "correct horse battery".to_owned(),
            workspace_name: "Contract".to_owned(),
            plan: Plan::Pro,
        })
    }

    pub(crate) async fn owner(&self) -> Result<(User, Workspace), CaseError> {
        Ok(self.store()?.workspaces().create_owner(&self.new_owner()?).await?)
    }

    /// Creates an empty workspace, which requires no password hash.
    pub(crate) async fn workspace(&self, plan: Plan) -> Result<String, CaseError> {
        let id = format!("ws_{}", self.word()?);
        let insert = "INSERT INTO workspaces (id, name, plan, created_at) VALUES (?1, 'Contract', ?2, 0)";
        self.rows(Statement::new(insert).bind(id.as_str()).bind(plan.as_str())).await?;
        Ok(id)
    }

    pub(crate) async fn rows(&self, statement: Statement) -> Result<Vec<Row>, DbError> {
        self.db.query(statement).await
    }
}

pub(crate) const PEPPER: &str = "1:a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";

/// Password of the people that [`member`] creates.
pub(crate) const PASSWORD: &str = "correct horse";

/// Returns the authority of a person with a role.
pub(crate) fn by(user: &str, role: Role) -> Authority {
    Authority { actor: Actor::user(user, "req_1", None), person: user.to_owned(), permissions: role.permissions() }
}

/// Returns the origin of the requests of all cases.
pub(crate) fn origin() -> Origin {
    Origin { request_id: "req_1".to_owned(), address: "192.0.2.1".parse().ok() }
}

/// Creates a member of a workspace.
pub(crate) async fn member(ctx: &Ctx, store: &Store, workspace: &str, role: Role) -> Result<User, CaseError> {
    let email = format!("{}@example.eu", ctx.word()?);
    Ok(store.members().create_member(workspace, role, &email, "Bo", PASSWORD).await?)
}

/// Creates a store, and an owner with a workspace.
pub(crate) async fn home(ctx: &Ctx) -> Result<(Store, User, Workspace), CaseError> {
    let (owner, workspace) = ctx.owner().await?;
    Ok((ctx.store()?, owner, workspace))
}

/// Fails the case unless the condition holds.
macro_rules! ensure {
    ($condition:expr $(,)?) => {
        if !$condition {
            return Err($crate::contract::context::CaseError(format!(
                "{}:{}: {}",
                file!(),
                line!(),
                stringify!($condition)
            )));
        }
    };
}

pub(crate) use ensure;

/// Fails the case unless both values are equal.
macro_rules! ensure_eq {
    ($left:expr, $right:expr $(,)?) => {{
        let (left, right) = (&$left, &$right);
        if left != right {
            return Err($crate::contract::context::CaseError(format!(
                "{}:{}: {} is {left:?}, expected {right:?}",
                file!(),
                line!(),
                stringify!($left),
            )));
        }
    }};
}

pub(crate) use ensure_eq;

/// Fails the case unless the value matches the pattern.
macro_rules! ensure_matches {
    ($value:expr, $pattern:pat $(,)?) => {{
        let value = $value;
        if !matches!(value, $pattern) {
            return Err($crate::contract::context::CaseError(format!(
                "{}:{}: {} is {value:?}, expected {}",
                file!(),
                line!(),
                stringify!($value),
                stringify!($pattern),
            )));
        }
    }};
}

pub(crate) use ensure_matches;
