//! Outgoing mail: the messages, and mailers that work on every platform.
//!
//! A message contains a one-time link for its recipient only. So no mailer logs a message or the answer of a mail
//! server; an error names only the status.

mod http_mailer;
mod messages;
mod template;

use async_trait::async_trait;
use labeler_ports::{Mail, MailError, Mailer};

use crate::{app::App, http::error::ApiError};

pub use http_mailer::{HttpMailer, MailSettings, MailSettingsError};
pub(crate) use messages::{invitation, password_reset};

/// Returns an error if the deployment sends no mail.
pub(crate) fn require(app: &App) -> Result<(), ApiError> {
    if app.mailer.is_available() { Ok(()) } else { Err(ApiError::no_mailer()) }
}

/// Mailer of a deployment without mail. Operations that need mail are refused before they start.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoMailer;

#[async_trait]
impl Mailer for NoMailer {
    fn is_available(&self) -> bool {
        false
    }

    async fn send(&self, _mail: Mail) -> Result<(), MailError> {
        Err(MailError("no mailer is configured".to_owned()))
    }
}
