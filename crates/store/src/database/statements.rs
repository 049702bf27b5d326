//! Declaring SQL statements.
//!
//! Rules: the dialect that D1 and SQLite share; parameters are numbered; an open-ended read is bounded by LIMIT; every
//! statement reaches its rows through an index, which a test asks the engine about (`EXPLAIN QUERY PLAN`).

/// Declares statements and the list `ALL` of them.
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $sql:literal;)+) => {
        $($(#[$meta])* pub const $name: &str = $sql;)+

        /// Name and text of every statement of this module.
        pub const ALL: &[(&str, &str)] = &[$((stringify!($name), $name),)+];
    };
}
pub(crate) use statements;
