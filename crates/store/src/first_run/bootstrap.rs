//! The first workspace with an owner and two keys, or the link for the first owner, as statements or as SQL text.
//!
//! A command line cannot open D1; it prints SQL that `wrangler d1 execute --file` runs.

use labeler_ports::Rng;

use crate::database::render::{RenderError, to_sql_text};
use crate::database::{DbError, Statement};
use crate::first_run::prepare_first_run;
use crate::keys::model::{CreatedKey, KeyGrant, KeysError, NewKey};
use crate::keys::{Lineage, prepare_key};
use crate::links::NewLink;
use crate::model::KeyKind;
use crate::people::User;
use crate::people::error::AccountsError;
use crate::roles::Scope;
use crate::secret::Peppers;
use crate::workspaces::{NewOwner, Workspace, prepare_owner};

/// The prepared owner, workspace and keys. The texts of the keys are stored nowhere else.
#[derive(Debug, Clone)]
pub struct Bootstrap {
    /// The owner.
    pub owner: User,
    /// The owner's workspace.
    pub workspace: Workspace,
    /// Live key with every scope.
    pub live_key: CreatedKey,
    /// Test key with every scope.
    pub test_key: CreatedKey,
    /// Statements that store these rows, in order.
    pub statements: Vec<Statement>,
}

impl Bootstrap {
    /// Returns the statements as SQL text, one per line, for a database that is not open here.
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn to_sql(&self) -> Result<String, RenderError> {
        to_sql_text(&self.statements)
    }
}

/// Error of preparing the first workspace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BootstrapError {
    /// The address, password or name is not acceptable.
    #[error(transparent)]
    Account(#[from] AccountsError),
    /// Error of creating a key.
    #[error(transparent)]
    Key(#[from] KeysError),
}

/// Prepares an owner, a workspace, and a live and a test key with every scope. Stores nothing.
///
/// # Errors
/// See [`BootstrapError`].
pub fn bootstrap(owner: &NewOwner, now_ms: i64, rng: &dyn Rng, peppers: &Peppers) -> Result<Bootstrap, BootstrapError> {
    let (user, workspace, mut statements) = prepare_owner(owner, now_ms, rng, peppers)?;
    let mut key = |kind, name: &str| -> Result<CreatedKey, KeysError> {
        let new = NewKey {
            workspace_id: workspace.id.clone(),
            kind,
            name: name.to_owned(),
            grant: KeyGrant::Scopes(Scope::ALL.to_vec()),
            created_by: user.id.clone(),
            expires_at_ms: None,
        };
        let (created, statement) = prepare_key(new, Vec::new(), Lineage::default(), now_ms, rng, peppers)?;
        statements.push(statement);
        Ok(created)
    };
    let live_key = key(KeyKind::Live, "First live key")?;
    let test_key = key(KeyKind::Test, "First test key")?;
    Ok(Bootstrap { owner: user, workspace, live_key, test_key, statements })
}

/// Prepares the link with which the first owner creates an account, for a database that is not open here. Stores
/// nothing. The link is valid for one day, works once, and only while no account exists.
///
/// # Errors
/// [`DbError`] when the randomness fails.
pub fn first_run(now_ms: i64, rng: &dyn Rng, peppers: &Peppers) -> Result<(NewLink, Vec<Statement>), DbError> {
    prepare_first_run(now_ms, rng, peppers)
}
