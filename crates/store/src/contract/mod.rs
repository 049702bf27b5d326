//! What every [`Database`] must do, and what this crate does on top of it, as functions that return results.
//!
//! One list of cases runs natively on SQLite (`cargo test -p labeler-store --all-features`) and inside workerd on D1
//! (a route of the Worker that exists only in test builds). Cases make their own workspaces with random ids, so they can
//! run on a database that has been used before, and in any order.
//!
//! Time is a fixed clock. Two eras matter, because one trigger asks the database's own clock: rows of [`PAST`] are
//! expired for it, rows of [`FUTURE`] are not.
// A case that indexes past an end has failed, which is what a case is for.
#![allow(clippy::indexing_slicing)]

mod accounts;
mod audit;
mod custody;
mod database;
mod events;
mod keys;
mod manifests;
mod oauth;
mod people;
mod plans;
mod privacy;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::accounts::{NewOwner, Plan, User, Workspace};
use crate::database::{Database, DbError, Row, Statement};
use crate::encoding::random_base62;
use crate::secret::Peppers;
use crate::store::Store;
use crate::testing::FixedClock;
use labeler_ports::Rng;

pub use manifests::manifest_storage;

/// 13 September 2020: sandbox rows of this time are over for any database.
pub const PAST: i64 = 1_600_000_000_000;
/// 1 January 2100: sandbox rows of this time are alive for any database.
pub const FUTURE: i64 = 4_102_444_800_000;

/// Why a case failed.
#[derive(Debug)]
pub struct Broken(pub String);

impl<E: std::error::Error> From<E> for Broken {
    fn from(error: E) -> Self {
        Self(format!("{error:?}"))
    }
}

/// What a case works with.
pub struct Ctx {
    /// The engine, for a case's own SQL.
    pub db: Arc<dyn Database>,
    /// The engine as the store sees it; a test may record what passes.
    pub store_db: Arc<dyn Database>,
    /// Shared with [`Ctx::store`].
    pub clock: Arc<FixedClock>,
    /// Real randomness, or an own seed per run: ids must be new to the database.
    pub rng: Arc<dyn Rng>,
}

impl std::fmt::Debug for Ctx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ctx").field("clock", &self.clock).finish_non_exhaustive()
    }
}

impl Ctx {
    /// A context on one engine, in [`PAST`].
    pub fn new(db: Arc<dyn Database>, rng: Arc<dyn Rng>) -> Self {
        Self { store_db: Arc::clone(&db), db, clock: Arc::new(FixedClock::at(PAST)), rng }
    }

    fn peppers(text: &str) -> Result<Arc<Peppers>, Broken> {
        Ok(Arc::new(Peppers::parse(text)?))
    }

    fn store(&self) -> Result<Store, Broken> {
        self.store_with(&format!("1:{}", "a1".repeat(32)))
    }

    /// A store with these peppers.
    fn store_with(&self, peppers: &str) -> Result<Store, Broken> {
        self.store_over(Arc::clone(&self.store_db), peppers)
    }

    fn store_over(&self, db: Arc<dyn Database>, peppers: &str) -> Result<Store, Broken> {
        let clock = Arc::clone(&self.clock);
        Ok(Store::new(db, clock, Arc::clone(&self.rng), Self::peppers(peppers)?))
    }

    fn word(&self) -> Result<String, Broken> {
        Ok(random_base62(self.rng.as_ref(), 12)?)
    }

    fn new_owner(&self) -> Result<NewOwner, Broken> {
        Ok(NewOwner {
            email: format!("{}@example.eu", self.word()?),
            name: "Ada".to_owned(),
            password: "correct horse battery".to_owned(),
            workspace_name: "Contract".to_owned(),
            plan: Plan::Pro,
        })
    }

    async fn owner(&self) -> Result<(User, Workspace), Broken> {
        Ok(self.store()?.accounts().create_owner(&self.new_owner()?).await?)
    }

    /// An empty workspace, which costs no password hash.
    async fn workspace(&self, plan: Plan) -> Result<String, Broken> {
        let id = format!("ws_{}", self.word()?);
        let insert = "INSERT INTO workspaces (id, name, plan, created_at) VALUES (?1, 'Contract', ?2, 0)";
        self.rows(Statement::new(insert).bind(id.as_str()).bind(plan.as_str())).await?;
        Ok(id)
    }

    async fn rows(&self, statement: Statement) -> Result<Vec<Row>, DbError> {
        self.db.query(statement).await
    }
}

/// A case's future.
pub type CaseFuture<'a> = Pin<Box<dyn Future<Output = Result<(), Broken>> + Send + 'a>>;

/// One named check.
#[derive(Clone, Copy)]
pub struct Case {
    /// As in reports.
    pub name: &'static str,
    run: for<'a> fn(&'a Ctx) -> CaseFuture<'a>,
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Case {
    /// Runs it.
    ///
    /// # Errors
    /// [`Broken`] with what was expected and where.
    pub async fn run(&self, ctx: &Ctx) -> Result<(), Broken> {
        (self.run)(ctx).await
    }
}

/// Calls a macro with every case as `(module, name)`.
#[macro_export]
macro_rules! for_each_contract_case {
    ($callback:ident) => {
        $callback! {
            (people, the_first_run_makes_one_owner)
            (database, values_round_trip)
            (database, limits_are_refused_before_the_engine)
            (database, a_batch_is_all_or_nothing)
            (database, a_batch_answers_in_order_with_changes)
            (database, refusals_are_typed)
            (events, an_event_reads_back_as_recorded)
            (events, events_are_append_only)
            (events, the_schema_refuses_impossible_events)
            (events, pages_are_stable_with_equal_times_and_new_rows)
            (events, filters_and_totals_agree)
            (events, a_cursor_only_fits_its_own_list)
            (events, live_and_sandbox_never_meet)
            (events, sandbox_rows_end_after_a_day)
            (events, a_hash_finds_output_before_input)
            (events, a_lost_answer_does_not_lose_or_double_a_row)
            (keys, a_key_lives_and_ends)
            (keys, a_key_expires)
            (keys, garbage_makes_no_query_and_unknown_ids_make_one)
            (keys, a_wrong_secret_is_an_unknown_key)
            (keys, a_use_is_noted_once_a_minute)
            (keys, a_key_shrinks_with_its_creator)
            (keys, a_key_moves_to_the_new_pepper)
            (keys, grants_fit_their_kind)
            (keys, callers_make_keys_within_their_own)
            (keys, a_replaced_key_works_for_the_overlap)
            (keys, a_key_makes_no_key_beyond_itself)
            (keys, ending_a_key_can_end_what_it_made)
            (keys, keys_are_listed_in_pages)
            (keys, a_key_works_only_from_its_networks)
            (keys, a_key_found_in_public_is_ended)
            (accounts, an_owner_signs_in)
            (accounts, a_taken_address_leaves_nothing_behind)
            (accounts, refused_sign_ins_look_alike)
            (accounts, a_session_ends_when_it_should)
            (accounts, sessions_are_listed_and_revoked)
            (accounts, a_session_follows_its_membership)
            (accounts, a_password_moves_to_the_new_pepper)
            (accounts, bootstrap_works_as_statements_and_as_text)
            (people, an_invitation_works_once_and_in_time)
            (people, a_new_person_proves_the_address)
            (people, an_unproved_account_opens_by_mail_alone)
            (people, the_last_owner_stays)
            (people, roles_change_within_ones_own)
            (people, a_key_does_not_act_as_the_person_who_made_it)
            (people, a_person_works_in_several_workspaces)
            (people, a_workspace_changes_its_settings)
            (people, guessing_is_slowed_down)
            (people, a_known_browser_is_not_kept_out)
            (people, a_password_changes_and_is_reset)
            (plans, a_quota_is_never_oversold_by_parallel_labels)
            (plans, a_plan_decides_what_a_month_allows)
            (plans, terms_are_granted_from_outside)
            (plans, free_labels_belong_to_a_person)
            (plans, the_sandbox_counts_nothing)
            (audit, a_chain_covers_events_and_changes)
            (audit, a_chain_shows_the_first_broken_row)
            (audit, audit_rows_are_append_only)
            (audit, parallel_writers_share_one_chain)
            (audit, a_lost_answer_links_a_change_once)
            (audit, requests_are_listed_sealed_and_go)
            (audit, admin_events_page_and_keep_no_address_in_clear)
            (audit, file_names_follow_the_setting)
            (audit, data_keys_move_to_the_new_sealing_key)
            (audit, an_event_past_the_chain_is_seen_whatever_its_time)
            (audit, a_rewritten_chain_does_not_fit_its_keyed_heads)
            (audit, failed_authentication_is_counted_and_recorded)
            (audit, a_refused_call_belongs_to_the_workspace_of_its_credential)
            (audit, one_job_seals_and_removes)
            (audit, one_run_keeps_up_with_fifty_requests_a_second)
            (audit, older_keys_and_peppers_retire)
            (oauth, a_client_has_up_to_two_secrets)
            (oauth, a_client_with_keys_proves_itself_once)
            (oauth, a_client_with_keys_takes_no_secret)
            (oauth, tokens_end_when_they_should)
            (oauth, token_keys_rotate_in_order)
            (custody, a_challenge_works_once)
            (custody, a_passkey_signs_its_owner_in)
            (custody, a_session_shows_what_its_workspace_asks_for)
            (custody, a_workspace_signs_with_its_own_certificate)
            (custody, a_workspace_has_a_watermark_key_and_keeps_earlier_ones)
            (custody, a_request_is_done_once)
            (custody, an_event_and_its_answer_are_kept_together)
            (manifests, a_manifest_is_kept_and_found_by_its_watermark)
            (manifests, a_workspace_decides_whether_manifests_are_kept)
            (manifests, a_failing_storage_leaves_nothing_behind)
            (manifests, erasure_removes_manifests)
            (events, a_watermark_finds_its_oldest_label_first)
            (privacy, every_table_is_in_the_erasure_map)
            (privacy, a_person_is_exported_and_erased)
            (privacy, a_workspace_is_erased_and_its_chain_stays)
            (privacy, an_operator_suspends_and_resumes)
        }
    };
}

macro_rules! case_list {
    ($(($module:ident, $name:ident))+) => {
        /// Every case, in a sensible order of reading.
        pub const CASES: &[Case] = &[$(Case { name: stringify!($name), run: |ctx| Box::pin($module::$name(ctx)) },)+];
    };
}
for_each_contract_case!(case_list);

/// What a case said.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Outcome {
    /// The case.
    pub name: &'static str,
    /// Whether it holds.
    pub passed: bool,
    /// What was expected and where, when it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Runs every case, each with its own clock.
pub async fn run(db: Arc<dyn Database>, rng: Arc<dyn Rng>) -> Vec<Outcome> {
    let mut outcomes = Vec::with_capacity(CASES.len());
    for case in CASES {
        let ctx = Ctx::new(Arc::clone(&db), Arc::clone(&rng));
        let result = case.run(&ctx).await;
        outcomes.push(Outcome {
            name: case.name,
            passed: result.is_ok(),
            detail: result.err().map(|Broken(detail)| detail),
        });
    }
    outcomes
}

/// Fails the case unless the condition holds.
macro_rules! ensure {
    ($condition:expr $(,)?) => {
        if !$condition {
            return Err($crate::contract::Broken(format!("{}:{}: {}", file!(), line!(), stringify!($condition))));
        }
    };
}
pub(crate) use ensure;

/// Fails the case unless both are equal.
macro_rules! ensure_eq {
    ($left:expr, $right:expr $(,)?) => {{
        let (left, right) = (&$left, &$right);
        if left != right {
            return Err($crate::contract::Broken(format!(
                "{}:{}: {} is {left:?}, expected {right:?}",
                file!(),
                line!(),
                stringify!($left),
            )));
        }
    }};
}
pub(crate) use ensure_eq;

/// Fails the case unless the value fits the pattern.
macro_rules! ensure_matches {
    ($value:expr, $pattern:pat $(,)?) => {{
        let value = $value;
        if !matches!(value, $pattern) {
            return Err($crate::contract::Broken(format!(
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
