//! The store contract on SQLite, and the query plans of all statements.
#![cfg(all(feature = "sqlite", feature = "contract"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use labeler_ports::testing::SeededRng;
use labeler_store::contract::{CASES, CaseError, Ctx};
use labeler_store::sqlite::Sqlite;
use labeler_store::testing::FailingManifests;
use labeler_store::{
    BatchResult, Database, DbError, FolderManifests, ManifestStorage, MemoryManifests, Row, Statement, contract, sql,
};
use rusqlite::StatementStatus;

mod on_sqlite {
    use super::{Arc, Ctx, SeededRng, Sqlite};

    fn context() -> Ctx {
        Ctx::new(Arc::new(Sqlite::in_memory().unwrap()), Arc::new(SeededRng::new(1)))
    }

    labeler_store::contract!(context);
}

#[tokio::test]
async fn the_contract_holds_in_a_used_file_whose_rows_persist() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("labeler.sqlite");
    for round in 0..2 {
        let db = Arc::new(Sqlite::open(&path).unwrap());
        let broken: Vec<_> = contract::run(db.clone(), Arc::new(SeededRng::new(round)))
            .await
            .into_iter()
            .filter(|outcome| !outcome.passed)
            .collect();
        assert!(broken.is_empty(), "{broken:?}");
        let mode = db.query(Statement::new("PRAGMA journal_mode")).await.unwrap();
        assert_eq!(mode[0].text("journal_mode").unwrap(), "wal");
    }
    let db = Sqlite::open(&path).unwrap();
    let rows = db.query(Statement::new("SELECT COUNT(*) AS n FROM events")).await.unwrap();
    assert!(rows[0].integer("n").unwrap() > 50);
}

#[tokio::test]
async fn every_manifest_storage_meets_its_contract() {
    let memory = MemoryManifests::new(16 * 1024 * 1024);
    let outer = tempfile::tempdir().unwrap();
    let folder = FolderManifests::open(&outer.path().join("manifests")).unwrap();
    let storages: [&dyn ManifestStorage; 3] = [&memory, &folder, &FailingManifests::default()];
    for storage in storages {
        if let Err(CaseError(detail)) = contract::manifest_storage(storage, "ab12").await {
            panic!("{detail}");
        }
    }
    assert!(memory.is_empty());
    assert_eq!(std::fs::read_dir(outer.path().join("manifests")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_folder_keeps_manifests_after_a_restart_and_refuses_other_paths() {
    let outer = tempfile::tempdir().unwrap();
    let path = outer.path().join("manifests");
    FolderManifests::open(&path).unwrap().put("a1.c2pa", b"store").await.unwrap();
    let folder = FolderManifests::open(&path).unwrap();
    assert_eq!(folder.get("a1.c2pa").await.unwrap(), Some(b"store".to_vec()));
    for name in ["", ".", "..", "../a1.c2pa", "/tmp/a1.c2pa", "a/b", ".hidden", "a\\b", "a".repeat(201).as_str()] {
        assert!(folder.put(name, b"x").await.is_err(), "{name}");
        assert!(folder.get(name).await.is_err(), "{name}");
        assert!(folder.remove(&[name.to_owned()]).await.is_err(), "{name}");
    }
    assert_eq!(std::fs::read_dir(outer.path()).unwrap().count(), 1);
    assert_eq!(std::fs::read_dir(&path).unwrap().count(), 1);
}

#[tokio::test]
async fn the_memory_of_manifests_is_limited() {
    let memory = MemoryManifests::new(10);
    memory.put("a", b"01234").await.unwrap();
    memory.put("b", b"56789").await.unwrap();
    assert!(memory.put("c", b"x").await.is_err());
    // A replacement within the limit.
    memory.put("b", b"5678").await.unwrap();
    memory.put("c", b"x").await.unwrap();
}

/// Database that records every statement.
struct Recording {
    inner: Sqlite,
    seen: Mutex<BTreeSet<String>>,
}

#[async_trait]
impl Database for Recording {
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, DbError> {
        self.seen.lock().unwrap().insert(statement.sql.to_string());
        self.inner.query(statement).await
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<BatchResult>, DbError> {
        self.seen.lock().unwrap().extend(statements.iter().map(|statement| statement.sql.to_string()));
        self.inner.batch(statements).await
    }
}

/// Together with the next test: the plan of every statement that the crate runs is checked, and no listed statement is
/// unused.
#[tokio::test]
async fn the_list_of_statements_matches_those_that_the_store_runs() {
    let recording = Arc::new(Recording { inner: Sqlite::in_memory().unwrap(), seen: Mutex::default() });
    for (seed, case) in (1..).zip(CASES) {
        // Both reach the same rows; the case's own SQL is not recorded. Own seeds, because the rows are shared.
        let mut ctx = Ctx::new(Arc::new(Unrecorded(recording.clone())), Arc::new(SeededRng::new(seed)));
        ctx.store_db = recording.clone();
        if let Err(CaseError(detail)) = case.run(&ctx).await {
            panic!("{}: {detail}", case.name);
        }
    }
    let seen = recording.seen.lock().unwrap().clone();
    let listed: BTreeSet<String> = sql::all().map(|(_, sql)| sql.to_owned()).collect();
    assert_eq!(seen.difference(&listed).collect::<Vec<_>>(), Vec::<&String>::new(), "run but not listed");
    assert_eq!(listed.difference(&seen).collect::<Vec<_>>(), Vec::<&String>::new(), "listed but never run");
}

struct Unrecorded(Arc<Recording>);

#[async_trait]
impl Database for Unrecorded {
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, DbError> {
        self.0.inner.query(statement).await
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<BatchResult>, DbError> {
        self.0.inner.batch(statements).await
    }
}

async fn plan(db: &Sqlite, sql: &str) -> Vec<String> {
    let highest = sql.split('?').skip(1).map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<usize>().unwrap()
    });
    let parameters = highest.max().unwrap_or(0);
    let mut statement = Statement::new(format!("EXPLAIN QUERY PLAN {sql}"));
    for _ in 0..parameters {
        statement = statement.bind(None::<i64>);
    }
    let rows = db.query(statement).await.unwrap();
    rows.iter().map(|row| row.text("detail").unwrap().to_owned()).collect()
}

/// `SCAN` in a query plan means that SQLite reads every row. A temporary B-tree means that it sorts all rows, which
/// costs as much for one page as for the whole list.
#[tokio::test]
async fn every_statement_uses_an_index() {
    let db = Sqlite::in_memory().unwrap();
    for (name, sql) in sql::all() {
        for step in plan(&db, sql).await {
            // Rows of constants, of a recursive statement and of a JSON parameter are not rows of a table.
            let no_table =
                ["SCAN CONSTANT ROW", "SCAN made"].contains(&step.as_str()) || step.contains("VIRTUAL TABLE");
            let scans = step.starts_with("SCAN") && !no_table;
            assert!(!scans, "{name}: {step}");
            assert!(!step.contains("TEMP B-TREE"), "{name}: {step}");
        }
    }
    // The check detects a scan.
    assert!(plan(&db, "SELECT * FROM events WHERE filename = ?1").await[0].starts_with("SCAN"));
}

#[tokio::test]
async fn a_page_query_limits_both_sides_within_the_index() {
    let db = Sqlite::in_memory().unwrap();
    for (sql, index) in [(sql::EVENT_PAGE, "events_by_time"), (sql::EVENT_PAGE_OF_MODALITY, "events_by_modality")] {
        let steps = plan(&db, sql).await;
        // The second step finds the data key of each row of the page.
        assert_eq!(steps.len(), 3, "{steps:?}");
        assert!(steps[2].contains("data_keys USING PRIMARY KEY"), "{steps:?}");
        assert!(steps[0].contains(index), "{steps:?}");
        assert!(steps[0].contains("created_at>?") && steps[0].contains("(created_at,id)<(?,?)"), "{steps:?}");
    }
}

const MANY: i64 = 100_000;

/// Returns the cost of a page in steps of SQLite's virtual machine, and its number of rows.
fn steps(connection: &rusqlite::Connection, sql: &str, before: &(i64, String), modality: bool) -> (i32, usize) {
    let mut page = connection.prepare(sql).unwrap();
    let mut values: Vec<&dyn rusqlite::ToSql> = vec![&"ws_1", &1_i64, &0_i64, &before.0, &before.1, &101_i64];
    if modality {
        values.push(&"image");
    }
    let rows = page.query_map(values.as_slice(), |_| Ok(())).unwrap().count();
    (page.get_status(StatementStatus::VmStep), rows)
}

#[tokio::test]
async fn a_page_costs_the_same_at_the_end_of_100_000_events_as_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.sqlite");
    drop(Sqlite::open(&path).unwrap());
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute_batch(&format!(
            "PRAGMA foreign_keys = OFF;
             WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {MANY})
             INSERT INTO events (id, workspace_id, livemode, request_id, key_id, user_id, sha256_input, sha256_output,
                filename, mime, size_bytes, modality, region_preset, digital_source_type, assertions,
                signer_fingerprint, dnt_enabled, visible_overlay, watermark_payload_id, created_at, expires_at)
             SELECT printf('evt_%09d', n), 'ws_1', 1, 'r', 'key', NULL, printf('%064x', n), printf('%064x', n + {MANY}),
                'photo.jpg', 'image/jpeg', 1000, 'image', 'eu_strict', 'trainedAlgorithmicMedia', '[]', 'SHA256:x', 1, 0,
                NULL, 1000 + n, NULL FROM number;"
        ))
        .unwrap();
    for (sql, modality) in [(sql::EVENT_PAGE, false), (sql::EVENT_PAGE_OF_MODALITY, true)] {
        let before = |n: i64| (1000 + n, format!("evt_{n:09}"));
        let (first, rows) = steps(&connection, sql, &before(MANY + 1), modality);
        assert_eq!(rows, 101);
        for n in [MANY / 2, 102] {
            let (steps, rows) = steps(&connection, sql, &before(n), modality);
            assert_eq!(rows, 101, "{n} events from the end");
            // Few of the thousands of steps depend on the position of the page in the tree.
            assert!(
                steps.abs_diff(first) <= first.unsigned_abs() / 50,
                "{n} events from the end: {steps}, not {first}"
            );
        }
        // The measurement detects the cost of an offset.
        let offset = sql.replace("LIMIT ?6", "LIMIT ?6 OFFSET 50000");
        assert!(steps(&connection, &offset, &before(MANY + 1), modality).0 > 10 * first);
    }
}
