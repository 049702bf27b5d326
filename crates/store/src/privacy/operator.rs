//! Acts of an operator on people and workspaces: suspend, resume, erase. As statements for a database
//! that is not open here; see [`crate::database::render::to_sql_text`].
//!
//! Each act is linked into the audit chains of the workspaces that it concerns, so the ends of the chains must be
//! known. When another request appended in between, a precondition aborts the batch, and the operator starts again from
//! the new ends.

use labeler_ports::Rng;

use crate::audit::admin::{AdminAction, NewAdminEvent, admin_insert};
use crate::audit::chain::{ChainKind, ChainPosition, Leaf};
use crate::audit::sql::MUST_END;
use crate::database::{DbError, Statement};
use crate::model::Actor;
use crate::privacy::erasure::{erase_person, erase_workspace};
use crate::privacy::sql;

/// Person or workspace that an act concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Person, by ID.
    Person(String),
    /// Workspace, by ID.
    Workspace(String),
}

/// Act of an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Suspends access: sessions end, keys and tokens are refused. Nothing is deleted.
    Suspend,
    /// Restores access.
    Resume,
    /// Erases permanently.
    Erase,
}

/// End of the audit chain of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct ChainEnd {
    /// ID of the workspace.
    pub workspace_id: String,
    /// Number of the last link; 0 before the first one.
    pub seq: i64,
    /// Head at the last link; zeros before the first one.
    pub head: String,
}

impl Subject {
    /// Returns the statement that reads the ends of the chains that the act concerns, one row each.
    pub fn query(&self) -> Statement {
        match self {
            Self::Person(id) => Statement::new(sql::ENDS_OF_PERSON).bind(id.as_str()),
            Self::Workspace(id) => Statement::new(sql::END_OF_WORKSPACE).bind(id.as_str()),
        }
    }

    /// Returns the statements of the act, for one batch. `ends` is the result of [`Subject::query`].
    ///
    /// # Errors
    /// [`DbError`] without randomness.
    pub fn statements(
        &self,
        act: Act,
        actor: &Actor,
        ends: &[ChainEnd],
        now_ms: i64,
        rng: &dyn Rng,
    ) -> Result<Vec<Statement>, DbError> {
        let (id, action) = match (self, act) {
            (Self::Person(id), Act::Suspend) => (id, AdminAction::PersonSuspended),
            (Self::Person(id), Act::Resume) => (id, AdminAction::PersonResumed),
            (Self::Person(id), Act::Erase) => (id, AdminAction::PersonErased),
            (Self::Workspace(id), Act::Suspend) => (id, AdminAction::WorkspaceSuspended),
            (Self::Workspace(id), Act::Resume) => (id, AdminAction::WorkspaceResumed),
            (Self::Workspace(id), Act::Erase) => (id, AdminAction::WorkspaceErased),
        };
        let of = |sql: &'static str| Statement::new(sql).bind(id.as_str());
        let mut statements: Vec<Statement> = ends
            .iter()
            .map(|end| Statement::new(MUST_END).bind(end.workspace_id.as_str()).bind(end.seq).bind(end.head.as_str()))
            .collect();
        match (self, act) {
            (Self::Person(_), Act::Suspend) => statements.extend([
                of(sql::MUST_PERSON),
                of(sql::SUSPEND_PERSON).bind(now_ms),
                of(sql::SUSPEND_PERSON_SESSIONS).bind(now_ms),
            ]),
            (Self::Person(_), Act::Resume) => {
                statements.extend([of(sql::MUST_PERSON), of(sql::RESUME_PERSON)]);
            }
            (Self::Person(_), Act::Erase) => statements.extend(erase_person(id, &actor.request_id, now_ms)),
            (Self::Workspace(_), Act::Suspend) => statements.extend([
                of(sql::MUST_WORKSPACE_NOT_ERASED),
                of(sql::SUSPEND_WORKSPACE).bind(now_ms),
                of(sql::SUSPEND_WORKSPACE_SESSIONS).bind(now_ms),
            ]),
            (Self::Workspace(_), Act::Resume) => {
                statements.extend([of(sql::MUST_WORKSPACE_NOT_ERASED), of(sql::RESUME_WORKSPACE)]);
            }
            (Self::Workspace(_), Act::Erase) => statements.extend(erase_workspace(id, &actor.request_id, now_ms)),
        }
        let event = NewAdminEvent::new(action, id);
        for end in ends {
            let (row_id, insert) = admin_insert(&end.workspace_id, actor, &event, now_ms, rng)?;
            let leaf = Leaf::of_insert(ChainKind::Admin, &row_id, &insert);
            let position = ChainPosition { seq: end.seq, head: end.head.clone() };
            let (_, link) = leaf.link(&end.workspace_id, &position, now_ms);
            statements.extend([insert, link]);
        }
        Ok(statements)
    }
}
