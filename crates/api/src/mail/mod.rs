//! Outgoing mail: the messages, and mailers that need nothing of a platform.
//!
//! A message holds a one-time link, which only its receiver may see. So no mailer writes a message, or what a mail server
//! answers to it, to a log; a failure says the status and nothing else.

mod http_mailer;
mod messages;
mod template;

use async_trait::async_trait;
use labeler_store::{Mail, MailError, Mailer};

use crate::{app::App, http::error::ApiError};

pub use http_mailer::{HttpMailer, MailSettings, MailSettingsError};
pub(crate) use messages::{invitation, password_reset};

/// Refuses what needs mail where none can be sent.
pub(crate) fn require(app: &App) -> Result<(), ApiError> {
    if app.mailer.is_available() { Ok(()) } else { Err(ApiError::no_mailer()) }
}

/// Mailer of a deployment that has none configured: nothing that needs mail is begun.
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
