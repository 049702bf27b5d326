//! Suites that compare with other implementations: C2PA validators on our signatures, and the reference implementation
//! of the rubrics' language.

use super::{FILE_LIMIT, LIMIT, TestEnv, files_below};
use crate::counts::Counts;
use crate::error::Result;
use crate::fail;
use crate::helpers;
use crate::process::Cmd;
use crate::site::{admin, build_example};
use crate::tools::require_node;
use std::path::{Path, PathBuf};

/// Options of a label that satisfies all laws. `tests/interop/metadata.py` checks the same values.
const EVERYTHING: [&str; 11] = [
    "--preset",
    "global_minimum",
    "--provider",
    "Example Studio",
    "--ai-system",
    "Example Model",
    "--ai-system-version",
    "3.1b",
    "--producer-code",
    "001191110102MACQD9K64010000",
    "--no-training",
];

impl TestEnv<'_> {
    pub(super) fn interop(&self) -> Result<Counts> {
        let Some(python) = helpers::validators(self.ctx)? else {
            return self.cannot("Python with the validators could not be installed");
        };
        let cli = self.cli()?;
        let folder = self.scratch("interop");
        let _ = std::fs::remove_dir_all(&folder);
        let (signed, keys) = (folder.join("signed"), folder.join("keys"));
        let (changed, told) = (folder.join("changed"), folder.join("told"));
        for made in [&signed, &changed, &told] {
            std::fs::create_dir_all(made)?;
        }
        let sources = self.interop_sources(&python, cli, &folder)?;
        for (number, source) in sources.iter().enumerate() {
            let name = source.file_name().unwrap_or_default().to_string_lossy();
            let label = |out: &Path, more: &[&str]| {
                let label =
                    Cmd::new(cli).arg("label").arg(source).arg("-o").arg(out.join(format!("{number:02}-{name}")));
                let label = label.args(more).env("LABELER_CONFIG", &keys).limit(FILE_LIMIT);
                self.ctx.progress.step(&format!("Label {name}"), &label)
            };
            label(&signed, &[])?;
            label(&told, &EVERYTHING)?;
        }
        let validate = Cmd::new(&python)
            .arg(self.ctx.path("tests/interop/validate.py"))
            .arg(&signed)
            .arg("--changed")
            .arg(&changed)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .limit(LIMIT);
        let root = keys.join("development-root.pem");
        let validate = if root.exists() { validate.arg("--root").arg(root) } else { validate };
        let mut counts = self.step("Other people's validators", &validate)?;

        let typescript = self.npm_folder("tests/interop/ts", "npm packages of the validator in TypeScript")?;
        let validate = Cmd::new("node")
            .arg(typescript.join("validate.mjs"))
            .arg(&signed)
            .arg(&changed)
            .args(&sources)
            .limit(LIMIT);
        counts = counts + self.step("A validator in TypeScript", &validate)?;

        counts = counts
            + match helpers::program(self.ctx, "exiftool", "libimage-exiftool-perl")? {
                None => self.cannot("exiftool could not be installed")?,
                Some(exiftool) => {
                    let read = Cmd::new(&python)
                        .arg(self.ctx.path("tests/interop/metadata.py"))
                        .args([exiftool, told])
                        .limit(LIMIT);
                    self.step("Metadata as exiftool reads it", &read)?
                }
            };

        let agree = Cmd::new(&python)
            .arg(self.ctx.path("tests/interop/agree.py"))
            .arg("--labeler")
            .arg(cli)
            .arg("--chain")
            .arg(keys.join("development-chain.pem"))
            .arg("--key")
            .arg(keys.join("development-key.pem"))
            .arg(folder.join("sample.jpg"))
            .arg(folder.join("sample.png"))
            .args(&self.corpus)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .limit(LIMIT);
        counts = counts + self.step("The same findings as c2pa-python", &agree)?;
        Ok(counts + self.trustmark()? + self.corpus_skip())
    }

    /// Compares the payload code with TrustMark's own, whose source distribution is downloaded once and cached.
    fn trustmark(&self) -> Result<Counts> {
        /// Exit code of a script that could not download the other implementation.
        const UNAVAILABLE: i32 = 3;
        const STEP: &str = "Payloads as TrustMark writes and reads them";
        if !self.selects(STEP) {
            return Ok(Counts::default());
        }
        let Some(python) = helpers::picture_readers(self.ctx)? else {
            return self.cannot("Python with Pillow could not be installed");
        };
        let packets = build_example(self.ctx, self.toolchain, "TrustMark packets: program", "trustmark_packets")?;
        let compare = Cmd::new(&python)
            .arg(self.ctx.path("tests/interop/trustmark.py"))
            .arg("--packets")
            .arg(packets)
            .arg(self.ctx.cache.join("trustmark"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .limit(LIMIT);
        let output = self.ctx.progress.try_step(STEP, &compare)?;
        if output.code == Some(UNAVAILABLE) {
            return self.cannot("TrustMark's source distribution could not be downloaded");
        }
        Ok(self.judge(&output))
    }

    pub(super) fn rubrics(&self) -> Result<Counts> {
        require_node()?;
        let folder = self.npm_folder("tests/interop/rubrics", "npm packages of the rubric comparison")?;
        let mut compare = Cmd::new("node").arg(folder.join("compare.mjs")).limit(LIMIT);
        if let Some(corpus) = &self.corpus {
            let example = build_example(self.ctx, self.toolchain, "Rubric reports: program", "rubrics")?;
            let report = Cmd::new(example).args(files_below(&corpus.join("signed"))?).limit(LIMIT).complaining();
            let Some(reports) = report.ask() else { fail!("the rubric reports of the corpus could not be made") };
            let file = self.scratch("rubric-reports.ndjson");
            std::fs::create_dir_all(self.scratch(""))?;
            std::fs::write(&file, reports)?;
            compare = compare.arg(file);
        }
        Ok(self.step("Rubrics beside json-formula", &compare)? + self.corpus_skip())
    }

    /// Returns files to label: one JPEG and one PNG generated here, and those of the corpus, with and without their own
    /// credentials.
    fn interop_sources(&self, python: &Path, cli: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
        let (jpeg, png) = (folder.join("sample.jpg"), folder.join("sample.png"));
        let make = admin(cli).arg("sample").arg(&jpeg).limit(FILE_LIMIT);
        self.ctx.progress.step("Make a JPEG", &make)?;
        let make = Cmd::new(python).arg(self.ctx.path("tests/interop/sample_png.py")).arg(&png).limit(FILE_LIMIT);
        self.ctx.progress.step("Make a PNG", &make)?;
        let mut sources = vec![jpeg, png];
        if let Some(corpus) = &self.corpus {
            let plain =
                ["jpg", "png", "webp", "avif", "heic", "heif", "tiff", "gif"].map(|kind| format!("plain/photo.{kind}"));
            let real = ["plain/large-photo.jpg", "plain/multipage.tiff", "plain/xmp.webp", "generators/chatgpt-1.png"];
            let more = ["generators/firefly-1.png", "generators/flux-1.jpg", "signed/adobe-20220124-C.jpg"];
            let names = plain.iter().map(String::as_str).chain(real).chain(more);
            sources.extend(names.map(|name| corpus.join(name)).filter(|path| path.is_file()));
        }
        Ok(sources)
    }
}
