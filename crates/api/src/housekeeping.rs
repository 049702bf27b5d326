//! The scheduled job of a host.

use labeler_ports::{Clock, Rng};
use labeler_store::{Budget, MaintenanceReport, Store};

use crate::auth::token_keys;

/// Runs the store's maintenance within a budget, and rotates the token keys when the active key has signed for 30 days.
/// Failures are in the errors of the result.
pub async fn housekeeping(store: &Store, clock: &dyn Clock, rng: &dyn Rng, budget: Budget) -> MaintenanceReport {
    let mut done = store.maintain(budget).await;
    if let Err(error) = token_keys::rotate_if_due(store, clock, rng).await {
        done.errors.push(format!("token keys: {error}"));
    }
    done
}
