//! Workspaces of a person: making, settings, switching.

use super::members::MembersError;
use super::{Accounts, Plan, Workspace, checked_name};
use crate::accounts::WORKSPACE_PREFIX;
use crate::audit::{Actor, AdminAction, NewAdminEvent, commit};
use crate::database::{DbError, Row, Statement};
use crate::encoding::new_id;
use crate::keys::parse_column;
use crate::plans::RateLimits;
use crate::privacy::FileNames;
use crate::roles::{Role, named};
use crate::sql;

/// Most workspaces that one person makes.
pub const MAX_WORKSPACES: u32 = 10;
/// Fewest and most days that the request log may be kept.
const LOG_DAYS: std::ops::RangeInclusive<u32> = 1..=3_650;
/// Fewest and most days that manifest stores may be kept.
const MANIFEST_DAYS: std::ops::RangeInclusive<u32> = 1..=3_650;

named! {
    /// What a workspace asks of the sessions that work in it.
    SignInPolicy {
        /// A password or a passkey.
        Password = "password",
        /// A passkey, alone or after a password.
        Passkey = "passkey",
    }
}

/// What a workspace decides for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceSettings {
    /// 1 to 100 characters.
    pub name: String,
    /// What is kept of the names of files labelled from now on.
    pub file_names: FileNames,
    /// How long requests logged from now on are kept: 1 to 3650 days.
    pub request_log_days: u32,
    /// What labels say about the provider unless a request says it.
    pub profile: ComplianceProfile,
    /// What checks assume unless a request says otherwise: JSON, stored as given. Whoever writes it has checked it.
    pub check_defaults: Option<String>,
    /// What the workspace asks of sessions.
    pub sign_in: SignInPolicy,
    /// Whether manifest stores of live labels are kept. When this is switched off, those that are kept are removed.
    pub keep_manifests: bool,
    /// How long manifest stores of files labelled from now on are kept: 1 to 3650 days.
    pub manifest_days: u32,
}

/// What the laws want labels to say about who provides the AI system. Stored as given: whoever writes it has checked it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ComplianceProfile {
    /// Name of the provider.
    pub provider: Option<String>,
    /// Name of the AI system.
    pub ai_system: Option<String>,
    /// Its version.
    pub ai_system_version: Option<String>,
    /// China's code of the provider.
    pub producer_code: Option<String>,
}

impl ComplianceProfile {
    fn of_row(row: &Row) -> Result<Self, DbError> {
        let text = |column| Ok::<_, DbError>(row.optional_text(column)?.map(str::to_owned));
        Ok(Self {
            provider: text("provider")?,
            ai_system: text("ai_system")?,
            ai_system_version: text("ai_system_version")?,
            producer_code: text("producer_code")?,
        })
    }
}

impl WorkspaceSettings {
    /// Names of the settings that are not as they were, as the API names them. An audit row that says more could never
    /// be erased: a name, also a provider's, may be a person's.
    fn changed_from(&self, before: &Self) -> Vec<&'static str> {
        let (own, old) = (&self.profile, &before.profile);
        let fields = [
            ("name", self.name != before.name),
            ("fileNames", self.file_names != before.file_names),
            ("requestLogDays", self.request_log_days != before.request_log_days),
            ("signIn", self.sign_in != before.sign_in),
            ("keepManifests", self.keep_manifests != before.keep_manifests),
            ("manifestDays", self.manifest_days != before.manifest_days),
            ("checkDefaults", self.check_defaults != before.check_defaults),
            ("complianceProfile.provider", own.provider != old.provider),
            ("complianceProfile.aiSystem", own.ai_system != old.ai_system),
            ("complianceProfile.aiSystemVersion", own.ai_system_version != old.ai_system_version),
            ("complianceProfile.producerCode", own.producer_code != old.producer_code),
        ];
        fields.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
    }

    /// The settings as parameters, in the order of their columns.
    fn bind(&self, statement: Statement) -> Statement {
        let ComplianceProfile { provider, ai_system, ai_system_version, producer_code } = self.profile.clone();
        statement
            .bind(self.name.as_str())
            .bind(self.file_names.as_str())
            .bind(self.request_log_days)
            .bind(provider)
            .bind(ai_system)
            .bind(ai_system_version)
            .bind(producer_code)
            .bind(self.sign_in.as_str())
            .bind(self.check_defaults.clone())
            .bind(self.keep_manifests)
            .bind(self.manifest_days)
    }
}

impl Accounts {
    /// Makes a workspace on the free plan, owned by a person. It shares the person's free labels, so making many gives no
    /// more of them.
    ///
    /// # Errors
    /// [`MembersError::Account`] for a name that is not acceptable, [`MembersError::TooManyWorkspaces`],
    /// [`MembersError::Database`].
    pub async fn create_workspace(&self, actor: &Actor, owner: &str, name: &str) -> Result<Workspace, MembersError> {
        let store = &self.store;
        let now = store.clock.now_ms();
        let workspace = Workspace {
            id: new_id(WORKSPACE_PREFIX, now, store.rng.as_ref()).map_err(DbError::from)?,
            name: checked_name(name)?.to_owned(),
            plan: Plan::Free,
            created_at_ms: now,
        };
        let statements = vec![
            Statement::new(sql::plans::MUST_FEW_WORKSPACES).bind(owner).bind(MAX_WORKSPACES),
            Statement::new(sql::WORKSPACE_INSERT)
                .bind(workspace.id.as_str())
                .bind(workspace.name.as_str())
                .bind(workspace.plan.as_str())
                .bind(now)
                .bind(owner),
            Statement::new(sql::MEMBERSHIP_INSERT)
                .bind(workspace.id.as_str())
                .bind(owner)
                .bind(Role::Owner.as_str())
                .bind(now),
        ];
        let event = NewAdminEvent::new(AdminAction::WorkspaceCreated, &workspace.id);
        commit(store, &workspace.id, actor, &event, statements)
            .await
            .map_err(|error| if error.is_precondition() { MembersError::TooManyWorkspaces } else { error.into() })?;
        Ok(workspace)
    }

    /// A workspace's settings.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn settings(&self, workspace_id: &str) -> Result<Option<WorkspaceSettings>, DbError> {
        let rows = self.store.db.query(Statement::new(sql::plans::SETTINGS_FIND).bind(workspace_id)).await?;
        rows.first()
            .map(|row| {
                Ok(WorkspaceSettings {
                    name: row.text("name")?.to_owned(),
                    file_names: parse_column(row, "file_names", "a setting for file names")?,
                    request_log_days: u32::try_from(row.integer("request_log_days")?)
                        .map_err(|_| DbError::Shape { column: "request_log_days", expected: "days" })?,
                    profile: ComplianceProfile::of_row(row)?,
                    check_defaults: row.optional_text("check_defaults")?.map(str::to_owned),
                    sign_in: parse_column(row, "sign_in", "a sign-in policy")?,
                    keep_manifests: row.boolean("keep_manifests")?,
                    manifest_days: u32::try_from(row.integer("manifest_days")?)
                        .map_err(|_| DbError::Shape { column: "manifest_days", expected: "days" })?,
                })
            })
            .transpose()
    }

    /// The rate limits of a workspace's contract; empty without one.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn rate_limits(&self, workspace_id: &str) -> Result<RateLimits, DbError> {
        let rows = self.store.db.query(Statement::new(sql::plans::SETTINGS_FIND).bind(workspace_id)).await?;
        rows.first().map_or_else(|| Ok(RateLimits::default()), RateLimits::of_row)
    }

    /// Changes a workspace's settings from `before` to `next`, for what is recorded from now on. `false` when they are no
    /// longer `before`: somebody else changed them meanwhile, and nothing is changed.
    ///
    /// # Errors
    /// [`MembersError::Account`] for a name that is not acceptable, [`MembersError::NotFound`],
    /// [`MembersError::Database`]; days outside 1 to 3650 are cut to it.
    pub async fn change_settings(
        &self,
        actor: &Actor,
        workspace_id: &str,
        before: &WorkspaceSettings,
        next: &WorkspaceSettings,
    ) -> Result<bool, MembersError> {
        let next = WorkspaceSettings {
            name: checked_name(&next.name)?.to_owned(),
            request_log_days: next.request_log_days.clamp(*LOG_DAYS.start(), *LOG_DAYS.end()),
            manifest_days: next.manifest_days.clamp(*MANIFEST_DAYS.start(), *MANIFEST_DAYS.end()),
            ..next.clone()
        };
        let event = NewAdminEvent::new(AdminAction::WorkspaceChanged, workspace_id)
            .with("fileNames", next.file_names.as_str())
            .with("requestLogDays", next.request_log_days)
            .with("signIn", next.sign_in.as_str())
            .with("keepManifests", next.keep_manifests)
            .with("manifestDays", next.manifest_days)
            .with("changed", next.changed_from(before));
        let mut statements = vec![
            before.bind(Statement::new(sql::plans::MUST_SETTINGS).bind(workspace_id)),
            next.bind(Statement::new(sql::plans::SETTINGS_SET).bind(workspace_id)),
        ];
        if before.keep_manifests && !next.keep_manifests {
            statements.push(Statement::new(sql::manifests::MANIFESTS_END_OF_WORKSPACE).bind(workspace_id));
        }
        match commit(&self.store, workspace_id, actor, &event, statements).await {
            Ok(_) => Ok(true),
            Err(error) if !error.is_precondition() => Err(error.into()),
            Err(_) if self.settings(workspace_id).await?.is_none() => Err(MembersError::NotFound),
            Err(_) => Ok(false),
        }
    }

    /// Lets a session look at another workspace of its person. `false` when the person is no member there.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn switch_workspace(&self, user_id: &str, session_id: &str, workspace_id: &str) -> Result<bool, DbError> {
        let statement = Statement::new(sql::people::SESSION_SWITCH).bind(session_id).bind(user_id).bind(workspace_id);
        let results = self.store.db.batch(vec![statement]).await?;
        Ok(results.first().is_some_and(|result| result.changes > 0))
    }
}
