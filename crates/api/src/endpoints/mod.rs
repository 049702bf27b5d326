//! The endpoints: one module per resource, with the handlers and the shapes of its bodies and answers.

pub(crate) mod account;
pub(crate) mod assets;
pub(crate) mod audit;
pub(crate) mod certificates;
pub(crate) mod check;
pub(crate) mod first_run;
pub(crate) mod invitations;
pub(crate) mod keys;
pub(crate) mod label;
pub(crate) mod members;
pub(crate) mod oauth_clients;
pub(crate) mod oauth_server;
pub(crate) mod passkeys;
pub(crate) mod passwords;
pub(crate) mod service;
pub(crate) mod session_confirm;
pub(crate) mod sessions;
pub(crate) mod signing_certificates;
pub(crate) mod soft_binding;
pub(crate) mod verify;
pub(crate) mod watermark;
pub(crate) mod workspaces;
