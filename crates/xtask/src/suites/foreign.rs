//! The suites `foreign` and `watermark`: test files of other projects, from source distributions on PyPI.

use super::{LIMIT, TestEnv};
use crate::counts::Counts;
use crate::error::Result;
use crate::helpers;
use crate::process::Cmd;
use std::path::{Path, PathBuf};

impl TestEnv<'_> {
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
        let Some(sources) = self.foreign_sources(&python)? else {
            return self.cannot("the source distributions could not be downloaded");
        };
        let cli = self.cli()?;
        let mut counts = Counts::default();
        for (step, name) in [
            ("The sweeps find broken files", "selftest.py"),
            ("Other people's pictures, labelled", "pictures.py"),
            ("Other people's sound, video and documents, checked", "media.py"),
        ] {
            let scratch = self.scratch("foreign").join(name.trim_end_matches(".py"));
            let sweep = script(name).arg("--labeler").arg(cli).arg("--scratch").arg(scratch).arg(&sources);
            counts = counts + self.step(step, &sweep)?;
        }
        Ok(counts)
    }

    /// Reads the watermarks of generators and our own after processing by other programs: invisible-watermark embeds,
    /// Pillow processes images.
    pub(super) fn watermark(&self) -> Result<Counts> {
        let (Some(readers), Some(python)) = (helpers::picture_readers(self.ctx)?, helpers::watermark_tools(self.ctx)?)
        else {
            return self.cannot("Python with invisible-watermark could not be installed");
        };
        let Some(sources) = self.foreign_sources(&readers)? else {
            return self.cannot("the source distributions could not be downloaded");
        };
        let cli = self.cli()?;
        let script = |name: &str| {
            let script = Cmd::new(&python).arg(self.ctx.path("tests/watermark").join(name));
            script.arg(cli).arg(&sources).env("PYTHONDONTWRITEBYTECODE", "1").limit(LIMIT)
        };
        let named = self.step("Generators' watermarks are named", &script("generators.py"))?;
        Ok(named + self.step("The watermark outlives Pillow", &script("outlives.py"))?)
    }

    /// Returns the folder of source distributions, which are downloaded once and cached.
    fn foreign_sources(&self, python: &Path) -> Result<Option<PathBuf>> {
        let sources = self.ctx.cache.join("foreign-sources");
        let step = "Source distributions from PyPI";
        let fetch = Cmd::new(python)
            .arg(self.ctx.path("tests/foreign/fetch.py"))
            .arg(&sources)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .limit(LIMIT);
        if self.ctx.progress.try_step(step, &fetch)?.ok {
            return Ok(Some(sources));
        }
        self.ctx.progress.say(format!("  See {}", self.ctx.progress.log_path(step).display()));
        Ok(None)
    }
}
