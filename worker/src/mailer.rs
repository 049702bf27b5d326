//! [`Mailer`] that prints: mail of a local installation is read in its console.
//!
//! A message holds one-time links. An installation that people reach over a network needs a mailer that delivers.

use async_trait::async_trait;
use labeler_store::{Mail, MailError, Mailer};

/// The runtime's console.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConsoleMailer;

#[async_trait]
impl Mailer for ConsoleMailer {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        worker::console_log!("mail to {}: {}\n{}", mail.to, mail.subject, mail.text);
        Ok(())
    }
}
