//! Storage of the manifest stores of labelled files, for recovery by watermark.

use labeler_labeling::{Labelled, Warning};
use labeler_media::Limits;
use labeler_store::{Event, NewManifest};

use crate::{app::App, http::context::RequestContext};

/// Stores the manifest store of a labelled file, after its event was stored and if the workspace's settings allow it. A
/// failure becomes a warning and an incident; the file is labelled nevertheless.
pub(crate) async fn keep(app: &App, context: &RequestContext, event: &Event, labelled: &mut Labelled) {
    if app.manifests.is_none() || !event.data.scope.livemode {
        return;
    }
    let kept = match labelled.manifest_store(&Limits::edge()) {
        Ok(content) => {
            let new = NewManifest { id: &labelled.manifest_label, event, content: &content };
            app.store().manifests().keep(new).await.map(drop).map_err(|error| error.to_string())
        }
        Err(why) => Err(why),
    };
    if let Err(why) = kept {
        app.log.incident(context.id(), &format!("a manifest store was not kept: {why}"));
        labelled.warnings.push(Warning {
            code: "manifest_not_kept",
            message:
                "The manifest store of this file was not kept, so it cannot be recovered by the file's watermark. \
                      The labelled file itself is complete."
                    .to_owned(),
        });
    }
}
