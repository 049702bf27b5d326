//! XML within bounds.
//!
//! The tree parser is linear only for honest input: duplicate attribute checks and namespace copies are quadratic.
//! [`guard`] counts first, in one linear pass, and refuses what would be slow or deep. Document types are refused by
//! the parser itself, so entities never expand.

/// Maximum number of attributes of one element: above the fullest `rdf:Description` that Camera Raw writes (about 400).
const MAX_ATTRIBUTES: usize = 1024;
/// Maximum number of namespace declarations in one document. Honest XMP has below 60; some writers repeat them per
/// element.
const MAX_NAMESPACES: usize = 1024;
/// Deepest nesting of elements. Honest XMP stays below 16.
const MAX_DEPTH: usize = 64;
/// Maximum number of nodes of one document; a node costs about 80 bytes, and twice that while the list of them grows.
const MAX_NODES: u32 = 100_000;
/// Maximum number of attributes of one document; an attribute costs about 60 bytes.
const MAX_ATTRIBUTES_TOTAL: usize = 50_000;

/// Maximum numbers of `<` and `=` in one document. The tree parser takes memory for a node or an attribute for each
/// of them before it reads, in text and comments too: at most 8 MB and 6 MB.
pub const MAX_MARKS: usize = 100_000;

/// Parses a document, or says why not.
pub(crate) fn parse(text: &str) -> Result<roxmltree::Document<'_>, String> {
    guard(text.as_bytes())?;
    let options = roxmltree::ParsingOptions { nodes_limit: MAX_NODES, ..roxmltree::ParsingOptions::default() };
    roxmltree::Document::parse_with_options(text, options).map_err(|error| error.to_string())
}

/// Checks that a document is small and flat enough to be parsed in linear time.
///
/// # Errors
/// Returns a message that names the exceeded limit.
pub fn guard(text: &[u8]) -> Result<(), String> {
    for mark in [b'<', b'='] {
        if memchr::memchr_iter(mark, text).nth(MAX_MARKS).is_some() {
            return Err(format!("more than {MAX_MARKS} of the sign {}", char::from(mark)));
        }
    }
    let mut rest = text;
    let mut depth = 0_usize;
    let mut namespaces = 0_usize;
    let mut attributes = 0_usize;
    while let Some(start) = rest.iter().position(|byte| *byte == b'<') {
        rest = rest.get(start..).unwrap_or_default();
        let end = if rest.starts_with(b"<!--") {
            crate::text::find(rest, b"-->").map(|at| at.saturating_add(3))
        } else if rest.starts_with(b"<![CDATA[") {
            crate::text::find(rest, b"]]>").map(|at| at.saturating_add(3))
        } else if rest.starts_with(b"<?") {
            crate::text::find(rest, b"?>").map(|at| at.saturating_add(2))
        } else {
            let tag = tag(rest);
            if tag.attributes > MAX_ATTRIBUTES {
                return Err(format!("more than {MAX_ATTRIBUTES} attributes in one element"));
            }
            attributes = attributes.saturating_add(tag.attributes);
            if attributes > MAX_ATTRIBUTES_TOTAL {
                return Err(format!("more than {MAX_ATTRIBUTES_TOTAL} attributes"));
            }
            namespaces = namespaces.saturating_add(tag.namespaces);
            if namespaces > MAX_NAMESPACES {
                return Err(format!("more than {MAX_NAMESPACES} namespace declarations"));
            }
            match tag.kind {
                Kind::Open => depth = depth.saturating_add(1),
                Kind::Close => depth = depth.saturating_sub(1),
                Kind::Empty => {}
            }
            if depth > MAX_DEPTH {
                return Err(format!("elements nested deeper than {MAX_DEPTH}"));
            }
            tag.length
        };
        match end.and_then(|end| rest.get(end..)) {
            Some(after) => rest = after,
            // The parser will say what is wrong with an unclosed tag; nothing follows it.
            None => break,
        }
    }
    Ok(())
}

enum Kind {
    Open,
    Close,
    Empty,
}

struct Tag {
    kind: Kind,
    attributes: usize,
    namespaces: usize,
    length: Option<usize>,
}

/// Counts within one tag. Attributes are counted by `=` outside quotes.
fn tag(text: &[u8]) -> Tag {
    let close = text.get(1) == Some(&b'/');
    let mut tag =
        Tag { kind: if close { Kind::Close } else { Kind::Open }, attributes: 0, namespaces: 0, length: None };
    let mut quote = None;
    let mut name_start = 0_usize;
    for (index, byte) in text.iter().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'=') => {
                tag.attributes = tag.attributes.saturating_add(1);
                if text.get(name_start..index).unwrap_or_default().starts_with(b"xmlns") {
                    tag.namespaces = tag.namespaces.saturating_add(1);
                }
            }
            (None, b'>') => {
                if !close && index > 0 && text.get(index.saturating_sub(1)) == Some(&b'/') {
                    tag.kind = Kind::Empty;
                }
                tag.length = Some(index.saturating_add(1));
                return tag;
            }
            (None, byte) if byte.is_ascii_whitespace() => name_start = index.saturating_add(1),
            _ => {}
        }
    }
    tag
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn accepts_ordinary_documents() {
        let text = "<?xml version='1.0'?><!-- <a> --><a xmlns='u' b='>'><![CDATA[<c>]]><d/></a>";
        assert!(parse(text).is_ok());
    }

    #[test]
    fn rejects_deep_wide_and_expanding_documents() {
        assert!(parse(&"<a>".repeat(100_000)).unwrap_err().contains("nested"));
        let wide: String = (0..2000).map(|n| format!(" a{n}=''")).collect();
        assert!(parse(&format!("<a{wide}/>")).unwrap_err().contains("attributes"));
        let spaces: String = (0..2000).map(|n| format!("<b xmlns:a{n}='u'/>")).collect();
        assert!(parse(&format!("<a>{spaces}</a>")).unwrap_err().contains("namespace"));
        assert!(parse("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>").is_err());
        let attributes = format!("<b{}/>", " a=''".repeat(1000)).repeat(60);
        assert!(parse(&format!("<a>{attributes}</a>")).unwrap_err().contains("50000 attributes"));
        for mark in ["=", "<b/>", "<!---->"] {
            let many = format!("<a>{}</a>", mark.repeat(100_001));
            assert!(parse(&many).unwrap_err().contains("of the sign"), "{mark}");
        }
        let many = "<b/>".repeat(300_000);
        assert!(parse(&format!("<a>{many}</a>")).is_err());
    }
}
