//! Tests RSA keys and RFC 3161 time stamps with the `openssl` command, if it is installed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use async_trait::async_trait;
use bytes::Bytes;
use labeler_media::fixtures::{self, Parts};
use labeler_media::{Format, Limits};
use labeler_provenance::{
    Integrity, Provenance, SignError, SignRequest, Signed, SigningIdentity, TimeStampOutcome, TimeStamper, TimeStamping,
};
use labeler_splice::Rope;
use labeler_test_support::skip;

fn openssl(folder: &Path, arguments: &str) -> bool {
    let output = Command::new("openssl").args(arguments.split_whitespace()).current_dir(folder).output();
    match output {
        Ok(output) if output.status.success() => true,
        Ok(output) => panic!("openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => false,
    }
}

/// Makes a root and, below it, a leaf for signing claims and one for time stamps. `None` without openssl, and then `test`
/// is reported as skipped.
fn chain(test: &str, key: &str) -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    if !openssl(at, "version") {
        skip(test, "openssl is not installed");
        return None;
    }
    std::fs::write(
        at.join("leaf.cnf"),
        "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n\
         extendedKeyUsage=critical,emailProtection\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n",
    )
    .unwrap();
    std::fs::write(
        at.join("tsa.cnf"),
        "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n\
         extendedKeyUsage=critical,timeStamping\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n",
    )
    .unwrap();
    std::fs::write(
        at.join("ts.cnf"),
        "[tsa]\ndefault_tsa=own\n[own]\nserial=serial\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\n\
         digests=sha256,sha384,sha512\nordering=yes\ntsa_name=no\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n",
    )
    .unwrap();
    std::fs::write(at.join("serial"), "01").unwrap();
    openssl(at, "req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 30 -subj /O=Test/CN=Root");
    for (name, subject) in [("leaf", "/O=Test/CN=Signer"), ("tsa", "/O=Test/CN=Clock")] {
        let kind = if name == "leaf" { key } else { "rsa:2048" };
        openssl(at, &format!("req -newkey {kind} -nodes -keyout {name}.key -out {name}.csr -subj {subject}"));
        openssl(
            at,
            &format!(
                "x509 -req -in {name}.csr -CA root.pem -CAkey root.key -CAcreateserial -out {name}.pem -days 20 \
                 -extfile {name}.cnf"
            ),
        );
    }
    Some(folder)
}

fn identity(folder: &Path) -> SigningIdentity {
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    SigningIdentity::from_pem(&[read("leaf.pem"), read("root.pem")].concat(), &read("leaf.key")).unwrap()
}

fn sign(identity: &SigningIdentity, time_stamping: Option<TimeStamping<'_>>) -> Result<Signed, SignError> {
    let definition = serde_json::json!({
        "claim_generator_info": [{"name": "test", "version": "1", "specVersion": "2.4.0"}],
        "title": "test.jpg",
        "assertions": [{"label": "c2pa.actions", "created": true, "data": {"allActionsIncluded": true, "actions": [{
            "action": "c2pa.created",
            "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
        }]}}],
    });
    pollster::block_on(labeler_provenance::sign(SignRequest {
        format: Format::Jpeg,
        source: Rope::from(Bytes::from(fixtures::jpeg(&Parts::default()))),
        bare: true,
        definition,
        parent: None,
        identity,
        time_stamping,
    }))
}

fn read(signed: Signed) -> Provenance {
    let file = signed.body.concat();
    let mut source = Cursor::new(&file);
    let store = labeler_media::manifest_store(&mut source, Format::Jpeg, &Limits::default()).unwrap().unwrap();
    labeler_provenance::read(&mut source, Format::Jpeg, &store, &[]).unwrap()
}

#[test]
fn an_rsa_key_signs_with_ps256() {
    let Some(folder) = chain("an_rsa_key_signs_with_ps256", "rsa:2048") else { return };
    let provenance = read(sign(&identity(folder.path()), None).unwrap());
    assert_eq!(provenance.integrity, Integrity::Intact, "{:?}", provenance.validation);
    assert_eq!(provenance.signer.unwrap().algorithm.as_deref(), Some("ps256"));
}

/// Answers like `openssl ts`.
struct Authority<'a>(&'a Path);

#[async_trait]
impl TimeStamper for Authority<'_> {
    async fn stamp(&self, request: Vec<u8>) -> Result<Vec<u8>, String> {
        std::fs::write(self.0.join("query.tsq"), request).unwrap();
        openssl(
            self.0,
            "ts -reply -queryfile query.tsq -signer tsa.pem -inkey tsa.key -chain root.pem -config ts.cnf -out reply.tsr",
        );
        Ok(std::fs::read(self.0.join("reply.tsr")).unwrap())
    }
}

/// Returns no time stamp, or an invalid one.
struct Broken(Result<Vec<u8>, String>);

#[async_trait]
impl TimeStamper for Broken {
    async fn stamp(&self, _request: Vec<u8>) -> Result<Vec<u8>, String> {
        self.0.clone()
    }
}

#[test]
fn a_time_stamp_is_asked_for_and_carried() {
    let Some(folder) = chain("a_time_stamp_is_asked_for_and_carried", "rsa:2048") else { return };
    let authority = Authority(folder.path());
    let signed = sign(&identity(folder.path()), Some(TimeStamping { authority: &authority, required: true })).unwrap();
    assert_eq!(signed.time_stamp, TimeStampOutcome::Stamped);
    let provenance = read(signed);
    assert_eq!(provenance.integrity, Integrity::Intact, "{:?}", provenance.validation);
    let stamp = provenance.time_stamp.expect("a time stamp");
    assert!(stamp.valid, "{stamp:?} {:?}", provenance.validation);
    assert!(stamp.time.is_some());
}

#[test]
fn without_a_stamp_it_signs_or_fails_as_set() {
    let Some(folder) = chain("without_a_stamp_it_signs_or_fails_as_set", "rsa:2048") else { return };
    let identity = identity(folder.path());
    for broken in [Broken(Err("no route".to_owned())), Broken(Ok(b"rubbish".to_vec()))] {
        let signed = sign(&identity, Some(TimeStamping { authority: &broken, required: false })).unwrap();
        assert!(matches!(&signed.time_stamp, TimeStampOutcome::Failed(why) if !why.is_empty()));
        let provenance = read(signed);
        assert_eq!(provenance.integrity, Integrity::Intact);
        assert!(provenance.time_stamp.is_none());
        let refused = sign(&identity, Some(TimeStamping { authority: &broken, required: true }));
        assert!(matches!(refused, Err(SignError::TimeStamp(_))));
    }
}
