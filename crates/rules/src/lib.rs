//! Transparency law as dated data: evidence in, verdicts out.
