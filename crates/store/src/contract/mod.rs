//! Contract of every [`Database`], and of the store on top of it, as functions that return results.
//!
//! One list of cases runs natively on SQLite (`cargo test -p labeler-store --all-features`) and inside workerd on D1
//! (a route of the Worker that exists only in test builds). The cases of a resource are in the file with its name.
//! Natively, [`contract!`](crate::contract!) creates a test per case, named after resource and case: `cargo test -p
//! labeler-store --all-features keys::a_key_expires` runs one.
//!
//! Cases create their own workspaces with random IDs, so they can run on a used database and in any order. Only the
//! first run is checked first, because it needs a database without people.
//!
//! The clock is fixed. Two times matter, because one trigger uses the database's own clock: rows of [`PAST`] have
//! expired for it, rows of [`FUTURE`] have not.
// Indexing out of bounds fails the case, as intended.
#![allow(clippy::indexing_slicing)]

mod audit;
mod context;
mod database;
mod events;
mod first_run;
mod idempotency;
mod invitations;
mod keys;
mod maintenance;
mod manifests;
mod members;
mod oauth;
mod passkeys;
mod passwords;
mod plans;
mod privacy;
mod retirement;
mod sessions;
mod signing;
mod watermark_keys;
mod workspaces;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use labeler_ports::Rng;

pub use context::{CaseError, Ctx, FUTURE, PAST};
pub use manifests::manifest_storage;

use crate::database::Database;

/// Future of a case.
pub type CaseFuture<'a> = Pin<Box<dyn Future<Output = Result<(), CaseError>> + Send + 'a>>;

/// Case of the contract.
#[derive(Clone, Copy)]
pub struct Case {
    /// Name of the resource.
    pub resource: &'static str,
    /// Name of the case, unique in the contract.
    pub name: &'static str,
    run: for<'a> fn(&'a Ctx) -> CaseFuture<'a>,
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Case {
    /// Runs the case.
    ///
    /// # Errors
    /// [`CaseError`] with the expectation and its place in the source.
    pub async fn run(&self, ctx: &Ctx) -> Result<(), CaseError> {
        (self.run)(ctx).await
    }
}

/// Calls a macro with every case, grouped by resource: `macro! { argument resource { case … } … }`.
#[macro_export]
macro_rules! for_each_contract_case {
    ($($callback:ident)::+ $(, $argument:ident)?) => {
        $($callback)::+! {
            $($argument)?
            first_run {
                the_first_run_makes_one_owner
                bootstrap_works_as_statements_and_as_text
            }
            database {
                values_round_trip
                limits_are_refused_before_the_engine
                a_batch_is_all_or_nothing
                a_batch_answers_in_order_with_changes
                refusals_are_typed
            }
            events {
                an_event_reads_back_as_recorded
                events_are_append_only
                the_schema_refuses_impossible_events
                pages_are_stable_with_equal_times_and_new_rows
                filters_and_totals_agree
                a_cursor_only_fits_its_own_list
                live_and_sandbox_never_meet
                sandbox_rows_end_after_a_day
                a_hash_finds_output_before_input
                a_lost_answer_does_not_lose_or_double_a_row
                a_watermark_finds_its_oldest_label_first
            }
            keys {
                a_key_lives_and_ends
                a_key_expires
                garbage_makes_no_query_and_unknown_ids_make_one
                a_wrong_secret_is_an_unknown_key
                a_use_is_noted_once_a_minute
                a_key_shrinks_with_its_creator
                a_key_moves_to_the_new_pepper
                grants_fit_their_kind
                callers_make_keys_within_their_own
                a_replaced_key_works_for_the_overlap
                a_key_makes_no_key_beyond_itself
                ending_a_key_can_end_what_it_made
                keys_are_listed_in_pages
                a_key_works_only_from_its_networks
                a_key_found_in_public_is_ended
            }
            sessions {
                an_owner_signs_in
                refused_sign_ins_look_alike
                a_session_ends_when_it_should
                sessions_are_listed_and_revoked
                a_session_follows_its_membership
                guessing_is_slowed_down
                a_known_browser_is_not_kept_out
            }
            members {
                a_taken_address_leaves_nothing_behind
                the_last_owner_stays
                roles_change_within_ones_own
                a_key_does_not_act_as_the_person_who_made_it
            }
            passwords {
                a_password_moves_to_the_new_pepper
                an_unproved_account_opens_by_mail_alone
                a_password_changes_and_is_reset
            }
            invitations {
                an_invitation_works_once_and_in_time
                a_new_person_proves_the_address
            }
            workspaces {
                a_person_works_in_several_workspaces
                a_workspace_changes_its_settings
                file_names_follow_the_setting
            }
            plans {
                a_quota_is_never_oversold_by_parallel_labels
                a_plan_decides_what_a_month_allows
                terms_are_granted_from_outside
                free_labels_belong_to_a_person
                the_sandbox_counts_nothing
            }
            audit {
                a_chain_covers_events_and_changes
                a_chain_shows_the_first_broken_row
                audit_rows_are_append_only
                parallel_writers_share_one_chain
                a_lost_answer_links_a_change_once
                requests_are_listed_sealed_and_go
                admin_events_page_and_keep_no_address_in_clear
                an_event_past_the_chain_is_seen_whatever_its_time
                a_rewritten_chain_does_not_fit_its_keyed_heads
                failed_authentication_is_counted_and_recorded
                a_refused_call_belongs_to_the_workspace_of_its_credential
            }
            retirement {
                data_keys_move_to_the_new_sealing_key
                older_keys_and_peppers_retire
            }
            maintenance {
                one_job_seals_and_removes
                one_run_keeps_up_with_fifty_requests_a_second
            }
            oauth {
                a_client_has_up_to_two_secrets
                a_client_with_keys_proves_itself_once
                a_client_with_keys_takes_no_secret
                tokens_end_when_they_should
                token_keys_rotate_in_order
            }
            passkeys {
                a_challenge_works_once
                a_passkey_signs_its_owner_in
                a_session_shows_what_its_workspace_asks_for
            }
            signing {
                a_workspace_signs_with_its_own_certificate
            }
            watermark_keys {
                a_workspace_has_a_watermark_key_and_keeps_earlier_ones
            }
            idempotency {
                a_request_is_done_once
                an_event_and_its_answer_are_kept_together
            }
            manifests {
                a_manifest_is_kept_and_found_by_its_watermark
                a_workspace_decides_whether_manifests_are_kept
                a_failing_storage_leaves_nothing_behind
                erasure_removes_manifests
            }
            privacy {
                every_table_is_in_the_erasure_map
                a_person_is_exported_and_erased
                a_workspace_is_erased_and_its_chain_stays
                an_operator_suspends_and_resumes
            }
        }
    };
}

/// Creates a test per case, in a module named after its resource. `$context` names a function beside the call that
/// returns a [`Ctx`](crate::contract::Ctx) on the engine under test.
#[macro_export]
macro_rules! contract {
    ($context:ident) => {
        $crate::for_each_contract_case!($crate::contract_tests, $context);
    };
}

/// Creates the tests of [`contract!`].
#[doc(hidden)]
#[macro_export]
macro_rules! contract_tests {
    ($context:ident $($resource:ident { $($name:ident)+ })+) => {
        $(mod $resource {
            $(#[tokio::test]
            async fn $name() {
                let context = super::$context();
                if let Err(broken) = $crate::contract::run_case(stringify!($resource), stringify!($name), &context).await {
                    panic!("{}", broken.0);
                }
            })+
        })+
    };
}

macro_rules! case_list {
    ($($resource:ident { $($name:ident)+ })+) => {
        /// All cases, ordered for reading.
        pub static CASES: &[Case] = &[$($(Case {
            resource: stringify!($resource),
            name: stringify!($name),
            run: |ctx| Box::pin($resource::$name(ctx)),
        },)+)+];
    };
}
for_each_contract_case!(case_list);

/// Runs the case of this resource and name.
///
/// # Errors
/// [`CaseError`] if the case fails or does not exist.
pub async fn run_case(resource: &str, name: &str, ctx: &Ctx) -> Result<(), CaseError> {
    let case = CASES.iter().find(|case| case.resource == resource && case.name == name);
    case.ok_or_else(|| CaseError(format!("the contract has no case {resource}::{name}")))?.run(ctx).await
}

/// Result of a case.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Outcome {
    /// Name of the case.
    pub name: &'static str,
    /// Whether the case passed.
    pub passed: bool,
    /// The expectation and its place in the source, if the case failed.
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
            detail: result.err().map(|CaseError(detail)| detail),
        });
    }
    outcomes
}
