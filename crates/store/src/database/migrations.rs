//! The schema, embedded for engines that are not migrated by wrangler.
//!
//! D1 gets the same files from `wrangler d1 migrations apply`; the folder is the only source.

/// Name and text of every migration in the order of application.
pub const ALL: &[(&str, &str)] = &[
    ("0001_init.sql", include_str!("../../../../migrations/0001_init.sql")),
    ("0002_audit.sql", include_str!("../../../../migrations/0002_audit.sql")),
    ("0003_people.sql", include_str!("../../../../migrations/0003_people.sql")),
    ("0004_keys.sql", include_str!("../../../../migrations/0004_keys.sql")),
    ("0005_oauth.sql", include_str!("../../../../migrations/0005_oauth.sql")),
    ("0006_passkeys.sql", include_str!("../../../../migrations/0006_passkeys.sql")),
    ("0007_signing.sql", include_str!("../../../../migrations/0007_signing.sql")),
    ("0008_compliance_profile.sql", include_str!("../../../../migrations/0008_compliance_profile.sql")),
    ("0009_proved_addresses.sql", include_str!("../../../../migrations/0009_proved_addresses.sql")),
    ("0010_sign_in.sql", include_str!("../../../../migrations/0010_sign_in.sql")),
    ("0011_free_labels.sql", include_str!("../../../../migrations/0011_free_labels.sql")),
    ("0013_key_lineage.sql", include_str!("../../../../migrations/0013_key_lineage.sql")),
    ("0014_audit_heads.sql", include_str!("../../../../migrations/0014_audit_heads.sql")),
    ("0015_retiring_secrets.sql", include_str!("../../../../migrations/0015_retiring_secrets.sql")),
    ("0016_suspension.sql", include_str!("../../../../migrations/0016_suspension.sql")),
    ("0017_request_log_time.sql", include_str!("../../../../migrations/0017_request_log_time.sql")),
    ("0018_check_defaults.sql", include_str!("../../../../migrations/0018_check_defaults.sql")),
    ("0019_manifests.sql", include_str!("../../../../migrations/0019_manifests.sql")),
    ("0020_watermark_keys.sql", include_str!("../../../../migrations/0020_watermark_keys.sql")),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

    /// A file that wrangler would apply and we would not (or the reverse) is a difference between D1 and SQLite.
    #[test]
    fn every_file_of_the_folder_is_embedded_in_order() {
        let folder = std::path::PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../migrations");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".sql"))
            .collect();
        names.sort();
        assert_eq!(names, super::ALL.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>());
    }
}
