//! What only an operator does to people and workspaces: suspend, lift a suspension, erase. As statements for a database
//! that is not open here; see [`crate::bootstrap::render`].
//!
//! Each act is linked into the audit chains of the workspaces that it concerns, so their ends must be known. When somebody
//! appended in between, a precondition ends the batch, nothing of it is stored, and it is made anew from the new ends.

use super::erasure::{erase_person, erase_workspace};
use crate::audit::{Actor, AdminAction, ChainKind, ChainPosition, Leaf, NewAdminEvent, admin_insert};
use crate::database::{DbError, Statement};
use crate::sql;
use labeler_ports::Rng;

/// Whom an act concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A person, by id.
    Person(String),
    /// A workspace, by id.
    Workspace(String),
}

/// What an operator does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Takes access away: sessions end, keys and tokens are refused. Nothing is deleted.
    Suspend,
    /// Gives it back.
    Resume,
    /// Erases for good.
    Erase,
}

/// The end of a workspace's audit chain.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct ChainEnd {
    /// Which workspace.
    pub workspace_id: String,
    /// 0 before the first link.
    pub seq: i64,
    /// The head there; zeros before the first link.
    pub head: String,
}

impl Subject {
    /// The statement that asks for the ends of the chains that the act concerns, one row each.
    pub fn query(&self) -> Statement {
        match self {
            Self::Person(id) => Statement::new(sql::privacy::ENDS_OF_PERSON).bind(id.as_str()),
            Self::Workspace(id) => Statement::new(sql::privacy::END_OF_WORKSPACE).bind(id.as_str()),
        }
    }

    /// The statements that do it, for one batch. `ends` is the answer to [`Subject::query`].
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
            .map(|end| {
                Statement::new(sql::audit::MUST_END)
                    .bind(end.workspace_id.as_str())
                    .bind(end.seq)
                    .bind(end.head.as_str())
            })
            .collect();
        match (self, act) {
            (Self::Person(_), Act::Suspend) => statements.extend([
                of(sql::privacy::MUST_PERSON),
                of(sql::privacy::SUSPEND_PERSON).bind(now_ms),
                of(sql::privacy::SUSPEND_PERSON_SESSIONS).bind(now_ms),
            ]),
            (Self::Person(_), Act::Resume) => {
                statements.extend([of(sql::privacy::MUST_PERSON), of(sql::privacy::RESUME_PERSON)]);
            }
            (Self::Person(_), Act::Erase) => statements.extend(erase_person(id, &actor.request_id, now_ms)),
            (Self::Workspace(_), Act::Suspend) => statements.extend([
                of(sql::privacy::MUST_WORKSPACE_NOT_ERASED),
                of(sql::privacy::SUSPEND_WORKSPACE).bind(now_ms),
                of(sql::privacy::SUSPEND_WORKSPACE_SESSIONS).bind(now_ms),
            ]),
            (Self::Workspace(_), Act::Resume) => {
                statements.extend([of(sql::privacy::MUST_WORKSPACE_NOT_ERASED), of(sql::privacy::RESUME_WORKSPACE)]);
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
