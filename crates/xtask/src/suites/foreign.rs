//! The suite `foreign`: files that others made for their own tests, from source distributions on PyPI.

use super::{Bench, LIMIT};
use crate::counts::Counts;
use crate::error::Result;
use crate::helpers;
use crate::process::Cmd;

impl Bench<'_> {
    /// Labels the pictures and checks everything else. The distributions are downloaded once and kept in the cache.
    pub(super) fn foreign(&self) -> Result<Counts> {
        let Some(python) = helpers::picture_readers(self.ctx)? else {
            return self.cannot("Python with Pillow could not be installed");
        };
        let script = |name: &str| {
            Cmd::new(&python)
                .arg(self.ctx.path("tests/foreign").join(name))
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .limit(LIMIT)
        };
        let sources = self.ctx.cache.join("foreign-sources");
        let fetch = "Source distributions from PyPI";
        if !self.ctx.progress.try_step(fetch, &script("fetch.py").arg(&sources))?.ok {
            let log = self.ctx.progress.log_path(fetch);
            return self.cannot(&format!("the source distributions could not be downloaded; see {}", log.display()));
        }
        let cli = self.cli()?;
        let mut counts = Counts::default();
        for (step, name) in [
            ("The sweeps find broken files", "selftest.py"),
            ("Other people's pictures, labelled", "pictures.py"),
            ("Other people's sound, video and documents, checked", "media.py"),
        ] {
            let scratch = self.scratch("foreign").join(name.trim_end_matches(".py"));
            let sweep = script(name).arg("--labeler").arg(cli).arg("--scratch").arg(scratch).arg(&sources);
            counts = counts + self.judge(&self.ctx.progress.try_step(step, &sweep)?);
        }
        Ok(counts)
    }
}
