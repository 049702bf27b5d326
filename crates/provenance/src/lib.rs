//! C2PA: read, validate against named trust lists, sign in little memory.
