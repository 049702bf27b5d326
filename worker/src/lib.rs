//! Cloudflare adapter of the API: D1, Durable Objects, secrets.
