//! Bytes and options in, labelled bytes out.
