//! Builds real files from the descriptions in the table.

use bytes::Bytes;
use labeler_media::fixtures::{self, Parts, XmpFields};
use labeler_media::{Format, Limits};
use labeler_provenance::trust::TrustList;
use labeler_provenance::{Parent, SignRequest, SigningIdentity};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256,
};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::table::*;

/// Namespace of China's label in the generated packets.
const AIGC_NAMESPACE: &str = "http://www.tc260.org.cn/ns/AIGC/1.0/";

/// A file with everything else that its check needs.
pub struct Built {
    pub file: Vec<u8>,
    /// The earlier version, if there is one.
    pub before: Option<Vec<u8>>,
    /// Lists that contain the signer.
    pub lists: Vec<TrustList>,
}

/// Builds the file. The error says which part cannot be built here.
pub fn build(words: &FileWords) -> Result<Built, String> {
    let cannot = |what: &str| Err(what.to_owned());
    if words.kind == Kind::UnreadDrawing {
        return cannot("a format that is not read");
    }
    if words.watermark_read.is_some() {
        return cannot("a watermark in the pixels");
    }
    if words.visible_label.as_ref().is_some_and(|label| label.seen.is_some())
        || words.audible_label.as_ref().is_some_and(|label| label.heard.is_some())
    {
        return cannot("a label that is seen or heard");
    }
    if words.time_stamp.is_some() {
        return cannot("a time stamp of a listed authority");
    }
    if words.link.is_some() {
        return cannot("a fetched page");
    }
    if words.manifest_in == Some(StorageWord::Sidecar) {
        return cannot("a sidecar manifest");
    }
    if words.certificate.is_some_and(|certificate| certificate != CertificateWord::Valid) {
        return cannot("a certificate of another time");
    }
    let plain = container(words)?;
    let before = before(words)?;
    let mut lists = Vec::new();
    let mut file = match words.signer {
        Some(signer) => signed(words, signer, plain, &mut lists)?,
        None => plain,
    };
    if words.signature == Some(SignatureWord::Broken) {
        // The scan data of the image.
        let at = file.len() - 4;
        file[at] ^= 0x10;
    }
    if words.read == Some(ReadWord::CutShort) {
        let Some(length) = file.len().checked_sub(300) else { return cannot("a small file that is cut short") };
        file.truncate(length);
    }
    // The kept manifest is identical, byte for byte.
    let kept = words.before.as_ref().is_some_and(|then| then.manifest == Some(ChangeWord::Kept));
    let before = if kept { Some(file.clone()) } else { before };
    Ok(Built { file, before, lists })
}

/// Builds the earlier version: the same file with the mark that was removed or changed later.
fn before(words: &FileWords) -> Result<Option<Vec<u8>>, String> {
    let Some(then) = &words.before else { return Ok(None) };
    let mut earlier = FileWords { before: None, ..words.clone() };
    if then.aigc.is_some() {
        let label =
            AigcWords { place: "XMP".to_owned(), produce_id: Some("a7f3-OOO1".to_owned()), ..AigcWords::default() };
        earlier.aigc = vec![label];
    }
    if then.manifest.is_some() {
        earlier.signer = Some(SignerWord::Unlisted);
        let source_type = if then.said_ai { "trainedAlgorithmicMedia" } else { "digitalCapture" };
        earlier.actions = vec![ActionWords {
            action: "created".to_owned(),
            source_type: Some(source_type.to_owned()),
            system: None,
            version: None,
            when: None,
        }];
    }
    build(&earlier).map(|built| Some(built.file))
}

/// Returns a label as JSON with its keys in the order of Annex E.
fn label_json(label: &AigcWords, wrapped: bool) -> String {
    let text = |value: &str| Value::from(value).to_string();
    if label.no_json {
        return "Label=1".to_owned();
    }
    let further = label.further.iter().map(|(key, value)| (key.as_str(), value.clone()));
    let kept = label.fields().into_iter().filter(|(key, _)| !label.without.iter().any(|name| name == key));
    let pairs: Vec<_> = kept
        .chain(further)
        .map(|(key, value)| {
            let is_number = label.numbers.iter().any(|name| name == key);
            format!("{}:{}", text(key), if is_number { value } else { text(&value) })
        })
        .collect();
    let mut json = format!("{{{}}}", pairs.join(","));
    if wrapped {
        json = format!("{{\"AIGC\":{json}}}");
    }
    if label.encoded_twice { text(&json) } else { json }
}

fn labels_at<'a>(words: &'a FileWords, place: &'a str) -> impl Iterator<Item = &'a AigcWords> {
    words.aigc.iter().filter(move |label| label.place == place)
}

fn xmp(words: &FileWords) -> Option<String> {
    let mut extra = String::new();
    if let Some(reference) = &words.provenance_reference {
        extra.push_str(&format!("<dcterms:provenance>{reference}</dcterms:provenance>"));
    }
    if let Some(name) = words.person_fields.get("dc:creator") {
        extra.push_str(&format!(
            "<dc:creator xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><rdf:Seq><rdf:li>{name}</rdf:li></rdf:Seq>\
             </dc:creator>"
        ));
    }
    let label = labels_at(words, "XMP").next();
    let aigc = label.map(|label| label_json(label, false));
    if extra.is_empty() && aigc.is_none() && words.xmp_source_type.is_none() {
        return None;
    }
    let fields = XmpFields {
        digital_source_type: words.xmp_source_type.as_deref(),
        aigc: aigc.as_deref(),
        extra: &extra,
        ..XmpFields::default()
    };
    let packet = fixtures::xmp(&fields);
    Some(match label.and_then(|label| label.namespace.as_ref()) {
        Some(namespace) => packet.replace(AIGC_NAMESPACE, namespace),
        None => packet,
    })
}

fn exif(words: &FileWords) -> Option<Vec<u8>> {
    let text = |value: &str| [value.as_bytes(), b"\0"].concat();
    let mut tags = Vec::new();
    if let Some(camera) = &words.camera {
        let (make, model) = camera.split_once(' ').unwrap_or((camera, "1"));
        tags.extend([(0x010F, text(make)), (0x0110, text(model))]);
    }
    tags.extend(words.exif_taken.iter().map(|taken| (0x9003, text(taken))));
    tags.extend(words.person_fields.get("Artist").map(|name| (0x013B, text(name))));
    for label in labels_at(words, "EXIF UserComment") {
        tags.push((0x9286, [b"ASCII\0\0\0", label_json(label, true).as_bytes()].concat()));
    }
    tags.extend(labels_at(words, "EXIF ImageDescription").map(|label| (0x010E, text(&label_json(label, true)))));
    (!tags.is_empty()).then(|| fixtures::exif_block(true, &tags))
}

/// Returns the lines of an article without any statement about its origin.
fn article(words: &FileWords) -> Vec<String> {
    let mut lines: Vec<String> =
        (1..=40).map(|number| format!("The council met for the {number}. time and voted on the budget.")).collect();
    let label = words.text_label.as_ref().and_then(|label| Some((label.read.clone()?, label.place)));
    match label {
        Some((words, Some(MomentWord::Start))) => lines.insert(0, words),
        Some((words, Some(MomentWord::Middle))) => lines.insert(20, words),
        Some((words, _)) => lines.push(words),
        None => {}
    }
    lines
}

fn container(words: &FileWords) -> Result<Vec<u8>, String> {
    let (xmp, exif) = (xmp(words), exif(words));
    let parts = Parts { xmp: xmp.as_deref(), exif: exif.as_deref(), c2pa: None };
    Ok(match words.kind {
        Kind::Png => png(words, &parts),
        Kind::Jpeg => fixtures::jpeg(&parts),
        Kind::Webp => fixtures::webp(&parts),
        Kind::Gif => fixtures::gif(&parts, None),
        Kind::Tiff => fixtures::tiff(true, &parts),
        Kind::Wav => fixtures::wav(&parts, &[]),
        Kind::Mp4 => {
            let labels: Vec<_> = labels_at(words, "moov keys AIGC").map(|label| label_json(label, false)).collect();
            fixtures::mp4(&parts, &labels.iter().map(|label| ("AIGC", label.as_str())).collect::<Vec<_>>())
        }
        Kind::Mp3 => {
            let mut frames = Vec::new();
            for label in labels_at(words, "ID3 TXXX AIGC") {
                let body = [b"\0AIGC\0", label_json(label, false).as_bytes()].concat();
                frames.extend(fixtures::id3_frame(b"TXXX", &body));
            }
            for text in words.text_chunks.values() {
                frames.extend(fixtures::id3_frame(b"COMM", &[b"\0eng\0", text.as_bytes()].concat()));
            }
            fixtures::mp3(&parts, &frames)
        }
        Kind::Txt => article(words).join("\n").into_bytes(),
        Kind::Markdown => format!("# Council\n\n{}\n", article(words).join("\n\n")).into_bytes(),
        Kind::Docx => docx(words),
        Kind::Pdf => {
            let labels: Vec<_> = words.aigc.iter().map(|label| label_json(label, false)).collect();
            let info: Vec<_> = labels.iter().map(|label| ("AIGC", label.as_str())).collect();
            fixtures::pdf(&info, xmp.as_deref(), false)
        }
        Kind::UnreadDrawing => return Err("a format that is not read".to_owned()),
    })
}

fn png(words: &FileWords, parts: &Parts<'_>) -> Vec<u8> {
    let mut chunks = Vec::new();
    if let Some(exif) = parts.exif {
        chunks.extend(fixtures::png_chunk(b"eXIf", exif));
    }
    if let Some(xmp) = parts.xmp {
        chunks.extend(fixtures::png_chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", xmp.as_bytes()].concat()));
    }
    for (key, text) in &words.text_chunks {
        chunks.extend(fixtures::png_chunk(b"tEXt", &[key.as_bytes(), b"\0", text.as_bytes()].concat()));
    }
    fixtures::png_with_chunks(&chunks)
}

fn docx(words: &FileWords) -> Vec<u8> {
    let paragraphs: String =
        article(words).iter().map(|line| format!("<w:p><w:r><w:t>{line}</w:t></w:r></w:p>")).collect();
    let document = format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
         <w:body>{paragraphs}</w:body></w:document>"
    );
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let properties: String = labels_at(words, "custom property AIGC")
        .map(|label| {
            format!(
                "<property fmtid=\"{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}\" pid=\"2\" name=\"AIGC\"><vt:lpwstr>{}\
                 </vt:lpwstr></property>",
                escape(&label_json(label, false))
            )
        })
        .collect();
    let custom = format!(
        "<?xml version=\"1.0\"?><Properties \
         xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties\" \
         xmlns:vt=\"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes\">{properties}</Properties>"
    );
    let types = b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    fixtures::zip(
        &[
            ("[Content_Types].xml", types),
            ("word/document.xml", document.as_bytes()),
            ("docProps/custom.xml", custom.as_bytes()),
        ],
        true,
    )
}

/// The current time, because the engine uses the system's clock for certificates.
fn now() -> OffsetDateTime {
    std::time::SystemTime::now().into()
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.distinguished_name.push(DnType::OrganizationName, name);
    params.not_before = now() - Duration::hours(1);
    params.not_after = params.not_before + Duration::days(300);
    params
}

fn leaf(name: &str) -> CertificateParams {
    let mut leaf = params(name);
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection];
    leaf.use_authority_key_identifier_extension = true;
    leaf
}

/// Returns the chain and key of a signer, and the authority's certificate.
fn chain(signer: SignerWord, name: &str) -> (String, String, String) {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let authority = match signer {
        SignerWord::Development => {
            let chain = labeler_devchain::make(
                labeler_devchain::Algorithm::Es256,
                labeler_devchain::Purpose::Development,
                now().unix_timestamp(),
            )
            .unwrap();
            return (chain.chain_pem, chain.key_pem, chain.root_pem);
        }
        SignerWord::SelfSigned => {
            let certificate = leaf(name).self_signed(&key).unwrap();
            return (certificate.pem(), key.serialize_pem(), String::new());
        }
        SignerWord::Test => "C2PA Test Intermediate",
        SignerWord::Listed | SignerWord::Unlisted => "Example Trust Services",
    };
    let root_key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let mut root = params(authority);
    root.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let root_certificate = root.self_signed(&root_key).unwrap();
    let certificate = leaf(name).signed_by(&key, &Issuer::new(root, root_key)).unwrap();
    (certificate.pem() + &root_certificate.pem(), key.serialize_pem(), root_certificate.pem())
}

fn source_type_uri(term: &str) -> String {
    format!("http://cv.iptc.org/newscodes/digitalsourcetype/{term}")
}

fn action(words: &ActionWords) -> Value {
    let mut action = json!({"action": format!("c2pa.{}", words.action)});
    let map = action.as_object_mut().unwrap();
    if let Some(term) = &words.source_type {
        map.insert("digitalSourceType".to_owned(), source_type_uri(term).into());
    }
    if let Some(when) = &words.when {
        map.insert("when".to_owned(), when.as_str().into());
    }
    if let Some(system) = &words.system {
        let mut agent = json!({"name": system});
        if let Some(version) = &words.version {
            agent["version"] = version.as_str().into();
        }
        map.insert("softwareAgent".to_owned(), agent);
    }
    action
}

fn definition(words: &FileWords, with_parent: bool) -> Value {
    let mut actions: Vec<Value> =
        words.actions.iter().filter(|words| !(with_parent && words.action == "opened")).map(action).collect();
    for stated in &words.stated_marks {
        let parameters = match stated.mark {
            MarkWord::VisibleLabel => json!({"org.labeler.overlay": {"text": stated.text, "corner": "top-right"}}),
            MarkWord::Watermark => json!({}),
        };
        let mut action = json!({"action": "c2pa.edited", "parameters": parameters});
        if stated.pre_applied {
            action["parameters"]["org.labeler.preApplied"] = true.into();
        }
        actions.push(action);
    }
    let mut assertions = vec![json!({
        "label": "c2pa.actions", "created": true, "data": {"actions": actions, "allActionsIncluded": true},
    })];
    assertions.extend(words.soft_binding.iter().map(|alg| {
        json!({
            "label": "c2pa.soft-binding", "created": true,
            "data": {"alg": alg, "blocks": [{"scope": {}, "value": b"0001"}]},
        })
    }));
    let tool = words.claim_generator.as_deref().unwrap_or("Example Tool 1.0");
    let (name, version) = tool.rsplit_once(' ').unwrap_or((tool, "1"));
    let mut generator = json!({"name": name, "version": version});
    if let Some(provider) = &words.names_provider {
        generator["org.labeler.provider"] = provider.as_str().into();
    }
    json!({"claim_generator_info": [generator], "title": "picture", "assertions": assertions})
}

fn identity(signer: SignerWord, name: &str, lists: &mut Vec<TrustList>) -> Result<SigningIdentity, String> {
    let (chain, key, root) = chain(signer, name);
    if signer == SignerWord::Listed {
        lists.push(TrustList::own("example", "Example list", "2026-11-01", &root));
    }
    SigningIdentity::from_pem(chain.as_bytes(), key.as_bytes()).map_err(|error| format!("a signer {signer}: {error}"))
}

fn signed(
    words: &FileWords,
    signer: SignerWord,
    plain: Vec<u8>,
    lists: &mut Vec<TrustList>,
) -> Result<Vec<u8>, String> {
    let format = labeler_media::sniff(&plain).ok_or("a format that is not read")?;
    let name = words.signer_name.as_deref().unwrap_or("Example Signing Inc.");
    let identity = identity(signer, name, lists)?;
    let parent = match words.ingredients.as_slice() {
        [] => None,
        [parent] if parent.relation == RelationWord::Parent => Some(parent_file(parent, &plain, format)?),
        _ => return Err("components and inputs".to_owned()),
    };
    let known = parent.as_ref().map(|(asset, store)| Parent { store, asset: asset.clone().into() });
    let source = parent.as_ref().map_or_else(|| Bytes::from(plain), |(asset, _)| asset.clone());
    sign(source, format, definition(words, known.is_some()), known, &identity)
}

/// Builds the parent: the same file, signed by someone else.
fn parent_file(
    words: &IngredientWords,
    plain: &[u8],
    format: Format,
) -> Result<(Bytes, labeler_media::ManifestStore), String> {
    let created = ActionWords {
        action: "created".to_owned(),
        source_type: words.source_type.clone(),
        system: None,
        version: None,
        when: words.when.clone(),
    };
    let content: FileWords = toml::from_str("kind = \"png\"").unwrap();
    let content = FileWords { actions: vec![created], soft_binding: words.soft_binding.clone(), ..content };
    let identity = identity(SignerWord::Unlisted, "Example Generator", &mut Vec::new())?;
    let file = sign(Bytes::copy_from_slice(plain), format, definition(&content, false), None, &identity)?;
    let store = labeler_media::manifest_store(&mut std::io::Cursor::new(&file), format, &Limits::default());
    Ok((file.into(), store.map_err(|error| error.to_string())?.ok_or("no store in the parent")?))
}

fn sign(
    source: Bytes,
    format: Format,
    definition: Value,
    parent: Option<Parent<'_>>,
    identity: &SigningIdentity,
) -> Result<Vec<u8>, String> {
    let request = SignRequest {
        format,
        source: source.into(),
        bare: parent.is_none(),
        definition,
        parent,
        identity,
        time_stamping: None,
    };
    let signed = pollster::block_on(labeler_provenance::sign(request));
    signed.map(|signed| signed.body.concat()).map_err(|error| format!("signing failed: {error}"))
}
