//! Workspaces: created with their owner, and their settings.

pub(crate) mod file_names;
pub(crate) mod sql;

use labeler_ports::Rng;

use crate::audit::admin::{AdminAction, NewAdminEvent, commit};
use crate::database::row::parse_column;
use crate::database::{DbError, Row, Statement};
use crate::encoding::new_id;
use crate::members::sql::MEMBERSHIP_INSERT;
use crate::model::Actor;
use crate::names::named;
use crate::people::error::{AccountsError, MAX_WORKSPACES, MembersError};
use crate::people::{User, checked_name, prepare_user, taken};
use crate::plans::{Plan, RateLimits};
use crate::ports::Ports;
use crate::roles::Role;
use crate::secret::Peppers;
use crate::workspaces::file_names::FileNames;

const WORKSPACE_PREFIX: &str = "ws_";
/// Days that the request log may be kept.
const LOG_DAYS: std::ops::RangeInclusive<u32> = 1..=3_650;
/// Days that manifest stores may be kept.
const MANIFEST_DAYS: std::ops::RangeInclusive<u32> = 1..=3_650;

/// Workspace: the tenant that owns members, keys and events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// `ws_…`.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Plan of the workspace.
    pub plan: Plan,
    /// Milliseconds since the Unix epoch.
    pub created_at_ms: i64,
}

/// Request to create an owner with a workspace.
#[derive(Clone)]
pub struct NewOwner {
    /// E-mail address to sign in with.
    pub email: String,
    /// The person's name, 1 to 100 characters.
    pub name: String,
    /// 8 to 256 characters.
    pub password: String,
    /// Name of the workspace, 1 to 100 characters.
    pub workspace_name: String,
    /// Plan of the workspace.
    pub plan: Plan,
}

named! {
    /// How people must sign in to work in a workspace.
    SignInPolicy {
        /// A password or a passkey.
        Password = "password",
        /// A passkey, alone or after a password.
        Passkey = "passkey",
    }
}

/// Settings of a workspace that its admins change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceSettings {
    /// 1 to 100 characters.
    pub name: String,
    /// How the names of files that are labelled from now on are stored.
    pub file_names: FileNames,
    /// How long requests that are logged from now on are kept: 1 to 3650 days.
    pub request_log_days: u32,
    /// Provider details that labels contain unless a request gives others.
    pub profile: ComplianceProfile,
    /// Options of checks unless a request gives others: JSON, stored as given. The caller validates it.
    pub check_defaults: Option<String>,
    /// How people must sign in to work in the workspace.
    pub sign_in: SignInPolicy,
    /// Whether manifest stores of live labels are kept. When this is switched off, those that are kept are removed.
    pub keep_manifests: bool,
    /// How long manifest stores of files labelled from now on are kept: 1 to 3650 days.
    pub manifest_days: u32,
}

/// Details about the provider of the AI system that laws require in labels. Stored as given; the caller validates them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ComplianceProfile {
    /// Name of the provider.
    pub provider: Option<String>,
    /// Name of the AI system.
    pub ai_system: Option<String>,
    /// Version of the AI system.
    pub ai_system_version: Option<String>,
    /// Producer code that Chinese law assigns to the provider.
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
    /// Returns the API's names of the settings that differ. The audit row holds no values, because it can never be
    /// erased and a name, also a provider's, may be a person's.
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

    /// Binds the settings as parameters, in the order of their columns.
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

/// Creates an owner with a workspace, and the statements that store them. Also used to write SQL for a database that is
/// not open here.
pub(crate) fn prepare_owner(
    new: &NewOwner,
    now_ms: i64,
    rng: &dyn Rng,
    peppers: &Peppers,
) -> Result<(User, Workspace, Vec<Statement>), AccountsError> {
    // The operator of the installation vouches for its first owner.
    let (user, insert) = prepare_user(&new.email, &new.name, &new.password, now_ms, rng, peppers)?;
    let workspace = Workspace {
        id: new_id(WORKSPACE_PREFIX, now_ms, rng)?,
        name: checked_name(&new.workspace_name)?.to_owned(),
        plan: new.plan,
        created_at_ms: now_ms,
    };
    let statements = vec![
        Statement::new(sql::WORKSPACE_INSERT)
            .bind(workspace.id.as_str())
            .bind(workspace.name.as_str())
            .bind(workspace.plan.as_str())
            .bind(now_ms)
            .bind(user.id.as_str()),
        insert,
        Statement::new(MEMBERSHIP_INSERT)
            .bind(workspace.id.as_str())
            .bind(user.id.as_str())
            .bind(Role::Owner.as_str())
            .bind(now_ms),
    ];
    Ok((user, workspace, statements))
}

/// All workspaces. From [`crate::Store::workspaces`].
#[derive(Debug, Clone)]
pub struct Workspaces {
    ports: Ports,
}

impl Workspaces {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Creates a person and a workspace that the person owns, all or nothing.
    ///
    /// # Errors
    /// See [`AccountsError`]; a taken address is [`AccountsError::EmailTaken`].
    pub async fn create_owner(&self, new: &NewOwner) -> Result<(User, Workspace), AccountsError> {
        let ports = &self.ports;
        let (user, workspace, statements) =
            prepare_owner(new, ports.clock.now_ms(), ports.rng.as_ref(), &ports.peppers)?;
        ports.db.batch(statements).await.map_err(taken)?;
        Ok((user, workspace))
    }

    /// Returns a workspace by ID.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn workspace(&self, id: &str) -> Result<Option<Workspace>, DbError> {
        let rows = self.ports.db.query(Statement::new(sql::WORKSPACE_FIND).bind(id)).await?;
        rows.first()
            .map(|row| {
                Ok(Workspace {
                    id: row.text("id")?.to_owned(),
                    name: row.text("name")?.to_owned(),
                    plan: parse_column(row, "plan", "a plan")?,
                    created_at_ms: row.integer("created_at")?,
                })
            })
            .transpose()
    }

    /// Creates a workspace on the free plan that a person owns. It shares the free labels of the person, so creating
    /// several gives no more of them.
    ///
    /// # Errors
    /// [`MembersError::Account`] for a name that is not acceptable, [`MembersError::TooManyWorkspaces`],
    /// [`MembersError::Database`].
    pub async fn create_workspace(&self, actor: &Actor, owner: &str, name: &str) -> Result<Workspace, MembersError> {
        let ports = &self.ports;
        let now = ports.clock.now_ms();
        let workspace = Workspace {
            id: new_id(WORKSPACE_PREFIX, now, ports.rng.as_ref()).map_err(DbError::from)?,
            name: checked_name(name)?.to_owned(),
            plan: Plan::Free,
            created_at_ms: now,
        };
        let statements = vec![
            Statement::new(sql::MUST_FEW_WORKSPACES).bind(owner).bind(MAX_WORKSPACES),
            Statement::new(sql::WORKSPACE_INSERT)
                .bind(workspace.id.as_str())
                .bind(workspace.name.as_str())
                .bind(workspace.plan.as_str())
                .bind(now)
                .bind(owner),
            Statement::new(MEMBERSHIP_INSERT)
                .bind(workspace.id.as_str())
                .bind(owner)
                .bind(Role::Owner.as_str())
                .bind(now),
        ];
        let event = NewAdminEvent::new(AdminAction::WorkspaceCreated, &workspace.id);
        commit(ports, &workspace.id, actor, &event, statements)
            .await
            .map_err(|error| if error.is_precondition() { MembersError::TooManyWorkspaces } else { error.into() })?;
        Ok(workspace)
    }

    /// Returns the settings of a workspace.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn settings(&self, workspace_id: &str) -> Result<Option<WorkspaceSettings>, DbError> {
        let rows = self.ports.db.query(Statement::new(sql::SETTINGS_FIND).bind(workspace_id)).await?;
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

    /// Returns the rate limits of a workspace's contract; empty without one.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn rate_limits(&self, workspace_id: &str) -> Result<RateLimits, DbError> {
        let rows = self.ports.db.query(Statement::new(sql::SETTINGS_FIND).bind(workspace_id)).await?;
        rows.first().map_or_else(|| Ok(RateLimits::default()), RateLimits::of_row)
    }

    /// Changes the settings of a workspace from `before` to `next`, for everything recorded from now on. Returns
    /// `false` and changes nothing when they are no longer `before`, because another request changed them.
    ///
    /// # Errors
    /// [`MembersError::Account`] for a name that is not acceptable, [`MembersError::NotFound`],
    /// [`MembersError::Database`]. Days outside 1 to 3650 are clamped.
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
            before.bind(Statement::new(sql::MUST_SETTINGS).bind(workspace_id)),
            next.bind(Statement::new(sql::SETTINGS_SET).bind(workspace_id)),
        ];
        if before.keep_manifests && !next.keep_manifests {
            statements.push(Statement::new(sql::MANIFESTS_END_OF_WORKSPACE).bind(workspace_id));
        }
        match commit(&self.ports, workspace_id, actor, &event, statements).await {
            Ok(_) => Ok(true),
            Err(error) if !error.is_precondition() => Err(error.into()),
            Err(_) if self.settings(workspace_id).await?.is_none() => Err(MembersError::NotFound),
            Err(_) => Ok(false),
        }
    }
}
