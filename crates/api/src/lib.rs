//! The REST API: routes, authentication, limits and errors.
