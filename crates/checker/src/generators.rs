//! Finds generators that a file's credentials name: looks up claim generators, software agents, descriptions of actions
//! and signers in the table of generators.

use labeler_media::{GeneratorField, GeneratorTrace, Location, identify};
use labeler_provenance::{Manifest, Provenance, Software};

/// Returns traces in the credentials, each generator once per place. `store` is the location of the manifest store. The
/// store may be compressed, so a trace has no offset of its own.
pub(crate) fn in_credentials(provenance: &Provenance, store: &Location) -> Vec<GeneratorTrace> {
    let mut found: Vec<GeneratorTrace> = Vec::new();
    for manifest in &provenance.manifests {
        for (field, name, value) in statements(manifest) {
            for rule in identify(field, "", &value) {
                let path = format!("manifest {} / {name}", manifest.label);
                if found.iter().any(|f| f.generator == rule.generator && f.location.path == path) {
                    continue;
                }
                found.push(GeneratorTrace {
                    generator: rule.generator.to_owned(),
                    tier: rule.tier,
                    field: name.to_owned(),
                    location: Location { path, ..store.clone() },
                    excerpt: value.chars().take(160).collect(),
                });
            }
        }
    }
    found
}

fn statements(manifest: &Manifest) -> Vec<(GeneratorField, &'static str, String)> {
    let named = |software: &Software| match &software.version {
        Some(version) => format!("{} {version}", software.name),
        None => software.name.clone(),
    };
    let mut all = Vec::new();
    all.extend(
        manifest.claim_generator.iter().map(|s| (GeneratorField::C2paClaimGenerator, "claim generator", named(s))),
    );
    for action in &manifest.actions {
        let agent = action.software_agent.iter();
        all.extend(agent.map(|s| (GeneratorField::C2paSoftwareAgent, "software agent", named(s))));
        let description = action.description.iter();
        all.extend(description.map(|d| (GeneratorField::C2paActionDescription, "action description", d.clone())));
    }
    all.extend(manifest.signed_by.iter().map(|s| (GeneratorField::C2paSigner, "signer", s.clone())));
    all
}
