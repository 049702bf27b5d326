//! The audit trail of a workspace: admin events, request log and hash chain.

pub(crate) mod admin_events;
pub(crate) mod chain;
pub(crate) mod requests;
