//! The deployment's [`Mailer`]: Cloudflare's `send_email` binding, a provider's API, or none.

use std::sync::Arc;

use async_trait::async_trait;
use labeler_api::{HttpMailer, NoMailer};
use labeler_ports::{Mail, MailError, Mailer};
use worker::send::SendFuture;
use worker::{Env, SendEmail, SendEmailBuilder};

use crate::clock::RuntimeClock;
use crate::outgoing::RuntimeHttp;
use crate::secrets;

/// Name of the `send_email` binding.
const BINDING: &str = "EMAIL";

/// Creates the mailer for the environment: the binding `EMAIL` if it exists, otherwise the provider of
/// `LABELER_MAIL_URL`. Invalid settings are logged and ignored.
pub(crate) fn of_environment(env: &Env) -> Arc<dyn Mailer> {
    let Some(settings) = secrets::mail(env) else { return Arc::new(NoMailer) };
    if settings.url.is_empty() {
        return match env.send_email(BINDING) {
            Ok(binding) => Arc::new(CloudflareMailer { binding, from: settings.from }),
            Err(_) => {
                worker::console_error!(
                    "LABELER_MAIL_FROM is set, but neither LABELER_MAIL_URL nor the binding {BINDING}"
                );
                Arc::new(NoMailer)
            }
        };
    }
    match HttpMailer::new(Arc::new(RuntimeHttp), Arc::new(RuntimeClock), &settings) {
        Ok(mailer) => Arc::new(mailer),
        Err(error) => {
            worker::console_error!("LABELER_MAIL_*: {error}");
            Arc::new(NoMailer)
        }
    }
}

/// Cloudflare's `send_email` binding. The sender's domain must have Email Routing, and the plan must allow any
/// recipient.
struct CloudflareMailer {
    binding: SendEmail,
    from: String,
}

#[async_trait]
impl Mailer for CloudflareMailer {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        SendFuture::new(async {
            let message = SendEmailBuilder::new(&self.from, &mail.to, &mail.subject);
            message.set_text(&mail.text);
            message.set_html(&mail.html);
            // The runtime's error may quote the message, so it is not passed on.
            let sent = self.binding.send_with_builder(&message).await;
            sent.map(drop).map_err(|_| MailError("the send_email binding rejected the message".to_owned()))
        })
        .await
    }
}
