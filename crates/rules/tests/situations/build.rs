//! Builds the evidence and the context of a case, as a checker would gather them.

use labeler_rules::evidence::*;
use labeler_rules::{AiInvolvement, Answer, Context, Evidence, Role, SourceType};
use time::{Date, Month};
use toml::Value;

use super::table::*;

fn place(location: &str) -> Site {
    Site::at(location, 41)
}

fn found(value: &str, location: &str) -> Located<String> {
    Located::new(value.to_owned(), place(location))
}

fn source_type(term: &str) -> SourceType {
    SourceType::new(format!("http://cv.iptc.org/newscodes/digitalsourcetype/{term}"), Some(term))
}

/// Converts a TOML date to a calendar date.
pub fn date(day: toml::value::Date) -> Date {
    let month = Month::try_from(day.month).expect("a month");
    Date::from_calendar_date(i32::from(day.year), month, day.day).expect("a day")
}

fn file_facts(kind: Kind) -> FileFacts {
    let (modality, container) = match kind {
        Kind::Png => (Modality::Image, "png"),
        Kind::Jpeg => (Modality::Image, "jpeg"),
        Kind::Webp => (Modality::Image, "webp"),
        Kind::Gif => (Modality::Image, "gif"),
        Kind::Tiff => (Modality::Image, "tiff"),
        Kind::Mp4 => (Modality::Video, "mp4"),
        Kind::Mp3 => (Modality::Audio, "mp3"),
        Kind::Wav => (Modality::Audio, "wav"),
        Kind::Txt => (Modality::Text, "txt"),
        Kind::Markdown => (Modality::Text, "md"),
        Kind::Docx => (Modality::Document, "docx"),
        Kind::Pdf => (Modality::Document, "pdf"),
        Kind::UnreadDrawing => (Modality::Unknown, ""),
    };
    let metadata = match kind {
        Kind::Txt => MetadataSupport::None,
        Kind::UnreadDrawing => MetadataSupport::Unknown,
        _ => MetadataSupport::Carries,
    };
    FileFacts { modality, container: container.to_owned(), metadata }
}

fn readings(file: &FileWords) -> Readings {
    let reading = match (file.kind, file.read) {
        (Kind::UnreadDrawing, _) => Reading::NotRead,
        (_, Some(ReadWord::CutShort)) => Reading::Partial,
        (_, Some(ReadWord::Complete) | None) => Reading::Complete,
    };
    Readings { c2pa: reading, metadata: reading, aigc: reading }
}

/// Builds the evidence about the file.
pub fn evidence(file: &FileWords, checked_on: Date) -> Evidence {
    let mut evidence = Evidence { file: file_facts(file.kind), readings: readings(file), ..Evidence::default() };
    unsigned_metadata(&mut evidence, file);
    evidence.aigc = file.aigc.iter().map(aigc).collect();
    if let Some(signer) = file.signer {
        evidence.c2pa = manifest(file, signer, checked_on);
    }
    reference(&mut evidence, file);
    if let Some(name) = &file.watermark_read {
        evidence.invisible_marks.push(InvisibleMark {
            name: name.clone(),
            state: MarkState::Decoded,
            says_ai: false,
            site: Site::new("pixels"),
            ..InvisibleMark::default()
        });
    }
    labels(&mut evidence, file);
    evidence.comparison = file.before.as_ref().map(comparison);
    evidence
}

fn unsigned_metadata(evidence: &mut Evidence, file: &FileWords) {
    let metadata = &mut evidence.metadata;
    if let Some(term) = &file.xmp_source_type {
        metadata.source_types.push(Located::new(source_type(term), place("XMP")));
    }
    for (key, text) in &file.text_chunks {
        let location = format!("text {key}");
        if is_prompt(key, text) {
            metadata.prompts.push(found(text, &location));
        }
        if discloses_ai(text) {
            metadata.ai_remarks.push(found(text, &location));
        }
        let generator = match key.as_str() {
            "parameters" => Some(("Stable Diffusion WebUI", 4)),
            "Description" if text.contains("Job ID: ") => Some(("Midjourney", 4)),
            "Software" => Some((text.as_str(), 5)),
            _ => None,
        };
        evidence.traces.extend(generator.map(|(generator, tier)| GeneratorTrace {
            generator: generator.to_owned(),
            tier,
            field: key.clone(),
            value: text.clone(),
            site: place(&location),
        }));
    }
    for (field, name) in &file.person_fields {
        if is_person_name(name) {
            metadata.person_names.push(found(name, field));
        }
    }
    metadata.capture_devices.extend(file.camera.iter().map(|camera| found(camera, "EXIF Make")));
    metadata.exif_dates.extend(file.exif_taken.iter().map(|taken| found(taken, "EXIF DateTimeOriginal")));
    metadata.links.extend(file.link.iter().map(|link| {
        let resolves = link.fetched.then_some(true);
        let identifies_file = link.fetched.then_some(link.identifies_this_file);
        Located::new(Link { url: link.url.clone(), resolves, identifies_file }, place("XMP dcterms:provenance"))
    }));
}

/// Adds the value of `dcterms:provenance`: a place in the file itself, or an external URL.
fn reference(evidence: &mut Evidence, file: &FileWords) {
    let Some(reference) = &file.provenance_reference else { return };
    let at = found(reference, "XMP dcterms:provenance");
    if reference.starts_with("self#") {
        if evidence.c2pa.presence == C2paPresence::Absent {
            evidence.c2pa.leftover_reference = Some(at);
        }
        return;
    }
    let link = Link { url: reference.clone(), ..Link::default() };
    evidence.metadata.links.push(Located::new(link, at.site.clone()));
    if evidence.c2pa.presence == C2paPresence::Absent {
        evidence.c2pa.presence = C2paPresence::Remote;
        evidence.c2pa.remote_manifest = Some(at);
    }
}

fn aigc(label: &AigcWords) -> AigcSite {
    let fields = label.fields();
    let code = |name: &str| {
        let value = fields.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value.as_str());
        match value {
            _ if label.no_json || label.without.iter().any(|key| key == name) => CodeCheck::Empty,
            "" => CodeCheck::Empty,
            _ if value.len() == 27 && value.starts_with("001") => CodeCheck::Valid,
            _ => CodeCheck::Name,
        }
    };
    let in_xmp = label.place == "XMP";
    let known = ["XMP", "EXIF UserComment", "custom property AIGC", "ID3 TXXX AIGC", "moov keys AIGC"];
    AigcSite {
        site: place(&label.place),
        place: if known.contains(&label.place.as_str()) && label.namespace.is_none() {
            Place::Standard
        } else {
            Place::NonStandard
        },
        namespace: in_xmp
            .then(|| label.namespace.clone().unwrap_or_else(|| "http://www.tc260.org.cn/ns/AIGC/1.0/".to_owned())),
        prefix: in_xmp.then(|| "TC260".to_owned()),
        shape: match (label.encoded_twice, label.place.starts_with("EXIF")) {
            _ if label.no_json => AigcShape::Malformed,
            (true, _) => AigcShape::DoubleEncoded,
            (false, true) => AigcShape::Wrapped,
            (false, false) => AigcShape::Object,
        },
        charset_problems: fields
            .iter()
            .filter_map(|(name, value)| {
                let character = value.chars().find(|letter| !matches!(letter, '!' | '#'..='[' | ']'..='}'))?;
                let character = format!("U+{:04X}", u32::from(character));
                Some(CharsetProblem { field: (*name).to_owned(), character })
            })
            .collect(),
        producer_code: match label.code {
            Some(CodeWord::CheckDigit) => CodeCheck::WrongCheckDigit,
            Some(CodeWord::Length) => CodeCheck::WrongLength,
            None => code("ContentProducer"),
        },
        propagator_code: code("ContentPropagator"),
        fields: fields
            .into_iter()
            .filter(|(name, _)| !label.no_json && !label.without.iter().any(|key| key == name))
            .map(|(name, value)| (name.to_owned(), value))
            .chain(label.further.clone())
            .map(|(name, value)| AigcField {
                json_type: if label.numbers.contains(&name) { JsonType::Number } else { JsonType::String },
                name,
                value,
            })
            .collect(),
        reserved_code_verified: None,
    }
}

fn manifest(file: &FileWords, signer: SignerWord, checked_on: Date) -> C2paFacts {
    let name = file.signer_name.clone().unwrap_or_else(|| "Example Signing Inc.".to_owned());
    let broken = file.signature == Some(SignatureWord::Broken);
    let stamp = file.time_stamp.as_ref().map(|value| match value {
        Value::String(words) if words == "the day of the check" => format!("{checked_on}T12:00:00Z"),
        Value::String(time) if time.contains('T') => time.clone(),
        Value::String(day) => format!("{day}T12:00:00Z"),
        Value::Datetime(day) => format!("{day}T12:00:00Z"),
        other => panic!("`time-stamp` is a day, a time or \"the day of the check\", not {other:?}"),
    });
    let (certificate_time, code) = match (file.certificate, &stamp) {
        (Some(CertificateWord::Expired), None) => (CertificateTime::Expired, Some("signingCredential.expired")),
        (Some(CertificateWord::NotYetValid), _) => {
            (CertificateTime::NotYetValid, Some("claimSignature.outsideValidity"))
        }
        _ => (CertificateTime::Inside, None),
    };
    let vouched = signer == SignerWord::Listed && certificate_time != CertificateTime::Expired;
    let untrusted = (!vouched).then_some("signingCredential.untrusted");
    let mismatch = broken.then_some("assertion.dataHash.mismatch");
    let own = |value: &str| place(&format!("manifest urn:c2pa:1 / {value}"));
    let mut facts = C2paFacts {
        presence: C2paPresence::Present,
        storage: match file.manifest_in {
            Some(StorageWord::Sidecar) => ManifestStorage::Sidecar,
            Some(StorageWord::File) | None => ManifestStorage::Embedded,
        },
        site: place("C2PA manifest store"),
        integrity: if broken { Integrity::Invalid } else { Integrity::Valid },
        failure_codes: [mismatch, code, untrusted].into_iter().flatten().map(str::to_owned).collect(),
        signer: Some(Signer {
            common_name: Some(name.clone()),
            organisation: Some(name.clone()),
            issuer: Some(if signer == SignerWord::SelfSigned { name } else { "Example Authority".to_owned() }),
            test_certificate: matches!(signer, SignerWord::SelfSigned | SignerWord::Test | SignerWord::Development),
        }),
        certificate_class: match signer {
            SignerWord::Listed if vouched => CertificateClass::Listed,
            // An expired certificate is not trusted by any list.
            SignerWord::Listed => CertificateClass::Unknown,
            SignerWord::Unlisted => CertificateClass::UnlistedAuthority,
            SignerWord::SelfSigned => CertificateClass::SelfSigned,
            SignerWord::Test => CertificateClass::Test,
            SignerWord::Development => CertificateClass::Development,
        },
        trust: if vouched { Trust::Trusted } else { Trust::Untrusted },
        trusted_by: vouched.then(|| "C2PA trust list (2026-08-05)".to_owned()),
        trust_list_kind: vouched.then_some(TrustListKind::Official),
        lists_consulted: vec!["C2PA trust list (2026-08-05)".to_owned()],
        certificate_time,
        time_stamp: stamp.map(|time| TimeStamp {
            valid: Some(true),
            trusted: Some(true),
            time: Some(time),
            authority: Some("Example Time Stamp Authority".to_owned()),
            site: own("c2pa.signature"),
        }),
        manifest_label: Some("urn:c2pa:1".to_owned()),
        instance_id: Some("xmp:iid:1".to_owned()),
        claim_generator: {
            let tool = file.claim_generator.as_deref().unwrap_or("Example Tool 1.0");
            let (name, version) = tool.rsplit_once(' ').map_or((tool, None), |(name, version)| (name, Some(version)));
            let version = version.map(str::to_owned);
            Some(ClaimGenerator { name: name.to_owned(), version, site: own("claim") })
        },
        actions: file.actions.iter().map(|action| own_action(action, own("c2pa.actions"))).collect(),
        ..C2paFacts::default()
    };
    facts.soft_bindings.extend(file.soft_binding.iter().map(|alg| SoftBinding {
        alg: alg.clone(),
        position: ManifestPosition::Active,
        site: own("c2pa.soft-binding"),
    }));
    facts.provider_statements.extend(file.names_provider.iter().map(|name| ProviderStatement {
        name: name.clone(),
        position: ManifestPosition::Active,
        site: own("claim"),
    }));
    // Marks are stated by an action that records an edit.
    facts.actions.extend(file.stated_marks.iter().map(|_| Action {
        action: "c2pa.edited".to_owned(),
        site: own("c2pa.actions"),
        ..Action::default()
    }));
    facts.mark_statements.extend(file.stated_marks.iter().map(|stated| MarkStatement {
        layer: match stated.mark {
            MarkWord::Watermark => MarkLayer::InvisibleMark,
            MarkWord::VisibleLabel => MarkLayer::VisibleLabel,
        },
        pre_applied: stated.pre_applied,
        text: stated.text.clone(),
        site: own("c2pa.actions"),
        ..MarkStatement::default()
    }));
    for (number, ingredient) in file.ingredients.iter().enumerate() {
        add_ingredient(&mut facts, number, ingredient);
    }
    facts
}

fn own_action(words: &ActionWords, site: Site) -> Action {
    Action {
        action: format!("c2pa.{}", words.action),
        source_type: words.source_type.as_deref().map(source_type),
        when: words.when.clone(),
        software_agent: words
            .system
            .as_ref()
            .map(|name| SoftwareAgent { name: name.clone(), version: words.version.clone() }),
        position: ManifestPosition::Active,
        site,
        ..Action::default()
    }
}

/// Adds an ingredient of the active manifest with the statements of its own manifest.
fn add_ingredient(facts: &mut C2paFacts, number: usize, words: &IngredientWords) {
    let label = format!("urn:c2pa:ingredient-{number}");
    let (relationship, position) = match words.relation {
        RelationWord::Parent => (Relationship::ParentOf, ManifestPosition::Parent),
        RelationWord::Component => (Relationship::ComponentOf, ManifestPosition::Component),
        RelationWord::Input => (Relationship::InputTo, ManifestPosition::Input),
    };
    facts.ingredients.push(Ingredient {
        title: Some(format!("ingredient {number}")),
        relationship,
        validity: IngredientValidity::Valid,
        manifest_label: Some(label.clone()),
        site: place("manifest urn:c2pa:1 / c2pa.ingredient"),
    });
    facts.actions.extend(words.source_type.iter().map(|term| Action {
        action: "c2pa.created".to_owned(),
        source_type: Some(source_type(term)),
        when: words.when.clone(),
        position,
        site: place(&format!("manifest {label} / c2pa.actions")),
        ..Action::default()
    }));
    facts.soft_bindings.extend(words.soft_binding.iter().map(|alg| SoftBinding {
        alg: alg.clone(),
        position,
        site: place(&format!("manifest {label} / c2pa.soft-binding")),
    }));
}

fn moment(word: Option<MomentWord>) -> LabelMoment {
    match word {
        Some(MomentWord::Start) => LabelMoment::Start,
        Some(MomentWord::Middle) => LabelMoment::Middle,
        Some(MomentWord::End) => LabelMoment::End,
        Some(MomentWord::Throughout) => LabelMoment::Throughout,
        None => LabelMoment::Unknown,
    }
}

fn labels(evidence: &mut Evidence, file: &FileWords) {
    if let Some(words) = &file.visible_label {
        let looked = words.seen.is_some() || words.looked.is_some();
        evidence.visible_label = VisibleLabel {
            state: if words.seen.is_some() { VisibleState::Present } else { VisibleState::Unknown },
            source: VisibleSource::Recognised,
            looked: if looked { Reading::Complete } else { Reading::NotRead },
            text: words.seen.clone(),
            placement: match words.place {
                Some(PlaceWord::Corner) => Placement::Corner,
                Some(PlaceWord::Edge) => Placement::Edge,
                Some(PlaceWord::Inside) => Placement::Interior,
                None => Placement::Unknown,
            },
            moment: moment(words.moment),
            ink_height_ratio: words.ink_height,
            start_seconds: words.from_second,
            duration_seconds: words.seconds,
            site: Site::new("pixels"),
            ..VisibleLabel::default()
        };
    }
    if let Some(words) = &file.audible_label {
        let rhythm = words.heard.as_deref() == Some("rhythm of AI");
        evidence.audible_label = AudibleLabel {
            state: if words.heard.is_some() { VisibleState::Present } else { VisibleState::Unknown },
            source: VisibleSource::Recognised,
            // Recordings are searched only in part: a label that was not found may occur later.
            listened: match (&words.heard, words.listened) {
                (Some(_), _) => Reading::Complete,
                (None, Some(NothingFound::NothingFound)) => Reading::Partial,
                (None, None) => Reading::NotRead,
            },
            form: match (&words.heard, rhythm) {
                (None, _) => AudibleForm::Unknown,
                (Some(_), true) => AudibleForm::MorseRhythm,
                (Some(_), false) => AudibleForm::Voice,
            },
            text: words.heard.clone().filter(|_| !rhythm),
            moment: moment(words.moment),
            site: Site::new("samples"),
        };
    }
    if let Some(words) = &file.text_label {
        evidence.text_label = TextLabel {
            state: match (&words.read, words.read_through) {
                (Some(_), _) => VisibleState::Present,
                (None, Some(NothingFound::NothingFound)) => VisibleState::Absent,
                (None, None) => VisibleState::Unknown,
            },
            source: VisibleSource::Recognised,
            read: Reading::Complete,
            text: words.read.clone(),
            place: match words.place {
                Some(MomentWord::Start) => TextPlace::Start,
                Some(MomentWord::Middle) => TextPlace::Middle,
                Some(MomentWord::End) => TextPlace::End,
                Some(MomentWord::Throughout) | None => TextPlace::Unknown,
            },
            site: Site::new("text"),
        };
    }
}

fn comparison(words: &BeforeWords) -> Comparison {
    let change = |layer: MarkLayer, change: ChangeWord, before: &str| MarkChange {
        layer,
        change: match change {
            ChangeWord::Removed => LayerChange::Removed,
            ChangeWord::Changed => LayerChange::Changed,
            ChangeWord::Kept => LayerChange::Kept,
        },
        before: before.to_owned(),
        site: place("earlier version"),
        ..MarkChange::default()
    };
    let manifest = words.manifest.map(|word| change(MarkLayer::C2pa, word, "urn:c2pa:1"));
    let aigc = words.aigc.map(|word| change(MarkLayer::Aigc, word, "Label 1, ProduceID a7f3-OOO1"));
    Comparison { before_said_ai: words.said_ai, changes: manifest.into_iter().chain(aigc).collect() }
}

/// Builds the context of the judgement.
pub fn context(words: &AnswerWords, checked_on: Date) -> Context {
    let answer = |word: Option<YesNo>| word.map_or(Answer::Unknown, |word| (word == YesNo::Yes).into());
    let on = |value: &Option<toml::value::Datetime>| value.as_ref().map(|value| date(day(value).expect("a day")));
    let (is_ai, ai_involvement) = match words.made_by_ai {
        None => (Answer::Unknown, AiInvolvement::Unknown),
        Some(MadeByAi::No) => (Answer::No, AiInvolvement::Unknown),
        Some(MadeByAi::Yes) => (Answer::Yes, AiInvolvement::Unknown),
        Some(MadeByAi::Created) => (Answer::Yes, AiInvolvement::Created),
        Some(MadeByAi::Altered) => (Answer::Yes, AiInvolvement::Altered),
    };
    Context {
        role: match words.role {
            Some(RoleWord::Provider) | None => Role::Provider,
            Some(RoleWord::Deployer) => Role::Deployer,
            Some(RoleWord::Platform) => Role::Platform,
            Some(RoleWord::HostingPlatform) => Role::HostingPlatform,
            Some(RoleWord::CaptureDeviceMaker) => Role::CaptureDeviceMaker,
        },
        is_ai,
        ai_involvement,
        created_on: on(&words.created_on),
        published_on: on(&words.published_on),
        distributed_on: on(&words.distributed_on),
        placed_on_market_before: answer(words.on_eu_market_before),
        provider: words.provider_name.clone(),
        vendor_watermark: answer(words.vendor_mark),
        visible_label: answer(words.visible_label),
        deep_fake: answer(words.deep_fake),
        artistic: answer(words.artistic_or_satirical),
        public_interest_text: answer(words.public_interest_text),
        human_review: answer(words.human_review),
        editorial_responsibility: answer(words.editorial_responsibility),
        signatory: answer(words.signatory_of_the_code),
        altered_slightly: answer(words.altered_only_slightly),
        assistive_editing: answer(words.assistive_editing),
        deployer_professional: answer(words.professional_use),
        authorised_by_law: answer(words.authorised_by_law),
        users_above_one_million: answer(words.more_than_1_million_users),
        users_above_two_million: answer(words.more_than_2_million_users),
        minor_modification: answer(words.minor_modification),
        verification_tool_reads: answer(words.verification_tool_reads_it),
        knowingly_removed: answer(words.knowingly_removed),
        device_first_sold_since_2028: answer(words.device_first_sold_since_2028),
        business_only: answer(words.sold_to_businesses_only),
        deep_synthesis_service: answer(words.article_17_1_service),
        unlabelled_copy_requested: answer(words.unlabelled_copy_requested),
        label_duties_agreed: answer(words.duties_in_user_agreement),
        logs_kept: answer(words.logs_kept_six_months),
        declared_on_platform: answer(words.declared_on_platform),
        user_declared_ai: answer(words.user_declared_it),
        platform_found_traces: answer(words.platform_found_traces),
        notice_beside_post: answer(words.notice_beside_post),
        platform_is_producer: answer(words.platform_is_producer),
        ..Context::new(checked_on)
    }
}
