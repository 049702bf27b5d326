//! The first run: the link with which the first owner makes an account.

pub mod bootstrap;

use labeler_ports::Rng;

use crate::audit::admin::{AdminAction, NewAdminEvent, commit};
use crate::database::{DbError, Statement};
use crate::links::sql::LINK_REVOKE_FIRST_RUN;
use crate::links::{About, Kind, Links, NewLink, prepare_link};
use crate::model::Origin;
use crate::people::error::MembersError;
use crate::people::sql::{ANYBODY, MUST_NOBODY};
use crate::people::{User, taken};
use crate::ports::Ports;
use crate::secret::Peppers;
use crate::workspaces::{NewOwner, Workspace, prepare_owner};

/// How long the link of the first run is valid, in milliseconds: one day.
pub const FIRST_RUN_MS: i64 = 86_400_000;

/// Creates the link of the first run, and the statements that store it and revoke earlier ones.
pub(crate) fn prepare_first_run(
    now_ms: i64,
    rng: &dyn Rng,
    peppers: &Peppers,
) -> Result<(NewLink, Vec<Statement>), DbError> {
    let (link, insert) = prepare_link(Kind::FirstRun, &About::default(), now_ms, FIRST_RUN_MS, rng, peppers)?;
    Ok((link, vec![Statement::new(LINK_REVOKE_FIRST_RUN).bind(now_ms), insert]))
}

/// The first run. From [`crate::Store::first_run`].
#[derive(Debug, Clone)]
pub struct FirstRun {
    ports: Ports,
}

impl FirstRun {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    fn links(&self) -> Links {
        Links::new(self.ports.clone())
    }

    /// Whether no account exists yet.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn is_first_run(&self) -> Result<bool, DbError> {
        Ok(self.ports.db.query(Statement::new(ANYBODY)).await?.is_empty())
    }

    /// Creates the link for the first owner; earlier ones stop working. Returns `None` once an account exists. Only the
    /// operator's console may show the link.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn first_run_link(&self) -> Result<Option<NewLink>, DbError> {
        let ports = &self.ports;
        let (link, insert) = prepare_first_run(ports.clock.now_ms(), ports.rng.as_ref(), &ports.peppers)?;
        let mut batch = vec![Statement::new(MUST_NOBODY)];
        batch.extend(insert);
        match self.ports.db.batch(batch).await {
            Ok(_) => Ok(Some(link)),
            Err(error) if error.is_precondition() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Uses the link of the first run: creates the owner and the first workspace.
    ///
    /// # Errors
    /// [`MembersError::Link`] (also when an account exists by now), [`MembersError::Account`],
    /// [`MembersError::Database`].
    pub async fn complete_first_run(
        &self,
        token: &str,
        new: &NewOwner,
        origin: &Origin,
    ) -> Result<(User, Workspace), MembersError> {
        let row = self.links().open_link(Kind::FirstRun, token).await?;
        let ports = &self.ports;
        let (user, workspace, inserts) = prepare_owner(new, ports.clock.now_ms(), ports.rng.as_ref(), &ports.peppers)?;
        let mut statements = vec![Statement::new(MUST_NOBODY)];
        statements.extend(self.links().use_link(row.text("id")?));
        statements.extend(inserts);
        let event = NewAdminEvent::new(AdminAction::WorkspaceCreated, &workspace.id).with("firstRun", true);
        commit(ports, &workspace.id, &origin.actor(&user.id), &event, statements).await.map_err(|error| {
            if error.is_precondition() { MembersError::Link } else { MembersError::from(taken(error)) }
        })?;
        Ok((user, workspace))
    }
}
