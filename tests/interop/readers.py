"""What other people's C2PA readers say about a file, in one vocabulary.

Both run offline: no remote manifest is fetched, no revocation asked, and no telemetry sent.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

import c2pa
import encypher_c2pa

# A development chain, or a customer's own, is on no public trust list. That is no defect of the file.
UNTRUSTED = {"signingCredential.untrusted"}


@dataclass
class Opinion:
    """One reader's view of one file."""

    reader: str
    signature_valid: bool
    binding_matches: bool
    trusted: bool
    # Everything the reader objects to, except that it does not know the signer.
    objections: list[str] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return self.signature_valid and self.binding_matches and not self.objections

    def __str__(self) -> str:
        signature = "signature valid" if self.signature_valid else "signature not valid"
        binding = "hard binding matches" if self.binding_matches else "hard binding does not match"
        objections = f" ({', '.join(self.objections)})" if self.objections else ""
        return f"{self.reader}: {signature}, {binding}{objections}"


def encypher(path: Path, root: str | None = None) -> Opinion:
    """`encypher-c2pa`: an implementation with no code in common with c2pa's own."""
    report = encypher_c2pa.verify(str(path), trust_pem=root, telemetry=False, online=False)
    failures = [entry["code"] for entry in (report.get("validation_results") or {}).get("failure", [])]
    objections = sorted(set(failures) - UNTRUSTED)
    if not report.get("present"):
        objections.append("no manifest")
    elif report.get("integrity") != "valid":
        objections.append(f"integrity {report.get('integrity')}")
    return Opinion(
        reader="encypher-c2pa",
        signature_valid=report.get("signature") == "valid",
        binding_matches=report.get("hard_binding") == "match",
        trusted=not UNTRUSTED & set(failures),
        objections=objections,
    )


def c2pa_python(path: Path, root: str | None = None) -> Opinion:
    """`c2pa-python`: c2pa's own library."""
    settings = {
        "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": True},
        "trust": {"user_anchors": root} if root else {},
    }
    try:
        with c2pa.Reader(str(path), context=c2pa.Context(c2pa.Settings.from_dict(settings))) as reader:
            report = json.loads(reader.json())
            state = reader.get_validation_state()
    except c2pa.C2paError as error:
        return Opinion("c2pa-python", False, False, False, [str(error)])
    active = (report.get("validation_results") or {}).get("activeManifest", {})
    success = {entry["code"] for entry in active.get("success", [])}
    failures = {entry["code"] for entry in active.get("failure", [])}
    objections = sorted(failures - UNTRUSTED)
    if state not in ("Valid", "Trusted"):
        objections.append(f"state {state}")
    return Opinion(
        reader="c2pa-python",
        signature_valid="claimSignature.validated" in success,
        binding_matches=bool(success & {"assertion.dataHash.match", "assertion.bmffHash.match"}),
        trusted=state == "Trusted",
        objections=objections,
    )


READERS = (encypher, c2pa_python)
