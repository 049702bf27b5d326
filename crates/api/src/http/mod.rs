//! Parts that every request and answer share.

pub(crate) mod context;
pub(crate) mod drain;
pub(crate) mod error;
pub(crate) mod export;
pub(crate) mod file_name;
pub(crate) mod json_body;
pub(crate) mod limits;
pub(crate) mod lists;
pub(crate) mod media_type;
pub(crate) mod paths;
pub(crate) mod query;
pub(crate) mod route;
pub(crate) mod times;
pub(crate) mod upload;
