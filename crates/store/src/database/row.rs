//! Reading typed values from a [`Row`].

use crate::database::{DbError, Row};

pub(crate) fn parse_column<T: std::str::FromStr>(
    row: &Row,
    column: &'static str,
    expected: &'static str,
) -> Result<T, DbError> {
    row.text(column)?.parse().map_err(|_| DbError::Shape { column, expected })
}

pub(crate) fn pepper_version(row: &Row) -> Result<u32, DbError> {
    u32::try_from(row.integer("pepper_version")?)
        .map_err(|_| DbError::Shape { column: "pepper_version", expected: "a version" })
}
