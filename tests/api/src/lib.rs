//! Black-box tests of the API against a running Worker.
