//! Merges XMP packets (ISO 16684-1) by their text: properties that are not set stay as they were written.
//!
//! Properties are found with an XML parser and cut out of the text where they stand; the new ones go into one
//! description at the end. Doing it twice gives the same text.

use std::ops::Range;

use md5::{Digest, Md5};
use roxmltree::{Document, Node, ParsingOptions};

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
const NOTE: &str = "http://ns.adobe.com/xmp/note/";
const META: &str = "adobe:ns:meta/";
/// Maximum number of nodes of one packet, as for reading.
const MOST_NODES: u32 = 200_000;

/// A simple property to set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Namespace URI.
    pub namespace: &'static str,
    /// Its usual prefix.
    pub prefix: &'static str,
    /// Local name.
    pub name: &'static str,
    /// The value; `None` removes the property.
    pub value: Option<String>,
    /// Leave a value that is there as it is.
    pub only_if_absent: bool,
}

impl Property {
    /// Creates a property that replaces an existing one.
    #[must_use]
    pub fn new(namespace: &'static str, prefix: &'static str, name: &'static str, value: impl Into<String>) -> Self {
        Self { namespace, prefix, name, value: Some(value.into()), only_if_absent: false }
    }

    /// The property `xmpNote:HasExtendedXMP` of JPEG files with extended XMP; `None` removes it.
    #[must_use]
    pub fn extended(guid: Option<String>) -> Self {
        Self { namespace: NOTE, prefix: "xmpNote", name: "HasExtendedXMP", value: guid, only_if_absent: false }
    }

    fn is(&self, namespace: Option<&str>, name: &str) -> bool {
        namespace == Some(self.namespace) && name == self.name
    }
}

/// The result of [`merge`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// One packet: `x:xmpmeta` without its wrapper.
    pub text: String,
    /// How many packets could not be read and are not in it.
    pub unreadable: usize,
}

impl Merged {
    /// The packet with its wrapper (ISO 16684-1, 7.3.2), without padding.
    #[must_use]
    pub fn packet(&self) -> String {
        format!("<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n{}\n<?xpacket end=\"w\"?>", self.text)
    }
}

/// MD5 of extended XMP in the form of `xmpNote:HasExtendedXMP`: 32 upper-case hexadecimal digits.
#[must_use]
pub fn guid(text: &str) -> String {
    Md5::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Whether a packet has a property of the resource itself.
#[must_use]
pub fn has(packet: &str, property: &Property) -> bool {
    let text = element(packet);
    parse(text).is_some_and(|document| holds(&document, property))
}

/// Merges packets into the first readable one, which keeps its text, and sets the properties. Of a property that several
/// packets have, the first packet's value stays.
#[must_use]
pub fn merge(packets: &[&str], set: &[Property]) -> Merged {
    let packets: Vec<&str> = packets.iter().copied().filter(|packet| !packet.trim().is_empty()).collect();
    // All of them are in memory at the same time.
    let mut marks = labeler_media::MAX_XML_MARKS;
    let readable = packets.iter().map(|packet| element(packet)).filter(|packet| {
        let left = marks.checked_sub(packet.bytes().filter(|byte| *byte == b'<').count());
        marks = left.unwrap_or(marks);
        left.is_some()
    });
    let documents: Vec<Document<'_>> = readable.filter_map(parse).collect();
    let unreadable = packets.len().saturating_sub(documents.len());
    let Some((first, others)) = documents.split_first() else {
        return Merged { text: fresh(&description("", set.iter())), unreadable };
    };

    let kept: Vec<&Property> =
        set.iter().filter(|p| p.only_if_absent && documents.iter().any(|document| holds(document, p))).collect();
    let set: Vec<&Property> = set.iter().filter(|p| !kept.contains(p)).collect();
    let about = descriptions(first).find_map(|node| node.attribute((RDF, "about"))).unwrap_or_default();

    let mut added = String::new();
    let mut seen: Vec<(String, String)> = properties(first);
    for document in others {
        for node in descriptions(document) {
            added.push_str(&moved(document, node, about, &set, &seen));
        }
        seen.extend(properties(document));
    }
    added.push_str(&description(about, set.iter().copied()));

    let source = first.input_text();
    let mut cuts: Vec<Range<usize>> = Vec::new();
    for node in descriptions(first) {
        cut(source, node, &set, &mut cuts);
    }
    let Some(rdf) = first.descendants().find(|node| node.has_tag_name((RDF, "RDF"))) else {
        return Merged { text: fresh(&added), unreadable };
    };
    let text = rebuilt(source, rdf, &cuts, &added);
    let text = if first.root_element().has_tag_name((META, "xmpmeta")) {
        text
    } else {
        format!("<x:xmpmeta xmlns:x=\"{META}\">{text}</x:xmpmeta>")
    };
    Merged { text, unreadable }
}

/// The document element: `x:xmpmeta`, or whatever lies between the first and the last tag that is no instruction.
fn element(packet: &str) -> &str {
    let close = "</x:xmpmeta>";
    if let (Some(start), Some(end)) = (packet.find("<x:xmpmeta"), packet.rfind(close)) {
        return packet.get(start..end.saturating_add(close.len())).unwrap_or_default();
    }
    let mut text = packet.trim_start_matches(|c: char| c != '<');
    while text.starts_with("<?") {
        text = text.split_once("?>").map_or("", |(_, rest)| rest).trim_start_matches(|c: char| c != '<');
    }
    let end = text.rfind("<?xpacket").unwrap_or(text.len());
    text.get(..end).unwrap_or_default().trim_end_matches(|c: char| c != '>')
}

fn parse(text: &str) -> Option<Document<'_>> {
    labeler_media::guard_xml(text.as_bytes()).ok()?;
    let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).ok()
}

/// Returns the children of `rdf:RDF`: descriptions, and properties that are wrongly placed there.
fn descriptions<'a, 'input>(document: &'a Document<'input>) -> impl Iterator<Item = Node<'a, 'input>> {
    document
        .descendants()
        .filter(|node| node.has_tag_name((RDF, "RDF")))
        .flat_map(|rdf| rdf.children())
        .filter(Node::is_element)
}

fn is_description(node: Node<'_, '_>) -> bool {
    node.has_tag_name((RDF, "Description"))
}

/// Names of the properties of the resource.
fn properties(document: &Document<'_>) -> Vec<(String, String)> {
    let mut names = Vec::new();
    for node in descriptions(document) {
        if !is_description(node) {
            names.push((node.tag_name().namespace().unwrap_or_default().to_owned(), node.tag_name().name().to_owned()));
            continue;
        }
        for attribute in node.attributes().filter(|a| a.namespace() != Some(RDF)) {
            names.push((attribute.namespace().unwrap_or_default().to_owned(), attribute.name().to_owned()));
        }
        for child in node.children().filter(Node::is_element) {
            let name = child.tag_name();
            names.push((name.namespace().unwrap_or_default().to_owned(), name.name().to_owned()));
        }
    }
    names
}

fn holds(document: &Document<'_>, property: &Property) -> bool {
    properties(document).iter().any(|(namespace, name)| property.is(Some(namespace), name))
}

/// Ranges of the properties that are set anew; a description that is left empty goes whole.
fn cut(source: &str, node: Node<'_, '_>, set: &[&Property], cuts: &mut Vec<Range<usize>>) {
    let wanted = |namespace: Option<&str>, name: &str| set.iter().any(|p| p.is(namespace, name));
    if !is_description(node) {
        let name = node.tag_name();
        if wanted(name.namespace(), name.name()) {
            cuts.push(with_space(source, node.range()));
        }
        return;
    }
    let mut left = 0_usize;
    let mut found = Vec::new();
    for attribute in node.attributes() {
        if wanted(attribute.namespace(), attribute.name()) {
            found.push(with_space(source, attribute.range()));
        } else if attribute.namespace() != Some(RDF) && attribute.namespace() != Some(XML) {
            left = left.saturating_add(1);
        }
    }
    for child in node.children().filter(Node::is_element) {
        let name = child.tag_name();
        if wanted(name.namespace(), name.name()) {
            found.push(with_space(source, child.range()));
        } else {
            left = left.saturating_add(1);
        }
    }
    if left == 0 && !found.is_empty() {
        cuts.push(with_space(source, node.range()));
    } else {
        cuts.extend(found);
    }
}

/// A range with the white space before it.
fn with_space(source: &str, range: Range<usize>) -> Range<usize> {
    let before = source.get(..range.start).unwrap_or_default();
    before.trim_end().len()..range.end
}

/// The text without the cuts, with `added` before the end of `rdf:RDF`.
fn rebuilt(source: &str, rdf: Node<'_, '_>, cuts: &[Range<usize>], added: &str) -> String {
    let element = source.get(rdf.range()).unwrap_or_default();
    let mut edits: Vec<(Range<usize>, String)> = cuts.iter().map(|range| (range.clone(), String::new())).collect();
    if element.ends_with("/>") {
        let end = rdf.range().end;
        let name: String = element
            .trim_start_matches('<')
            .chars()
            .take_while(|c| !c.is_whitespace() && *c != '/' && *c != '>')
            .collect();
        edits.push((end.saturating_sub(2)..end, format!(">{added}\n</{name}>")));
    } else {
        let close = rdf.range().start.saturating_add(element.rfind("</").unwrap_or(element.len()));
        let before = source.get(..close).unwrap_or_default().trim_end().len();
        edits.push((before..close, format!("{added}\n")));
    }
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(source.len().saturating_add(added.len()));
    let mut at = 0_usize;
    for (range, text) in edits {
        out.push_str(source.get(at..range.start.max(at)).unwrap_or_default());
        out.push_str(&text);
        at = at.max(range.end);
    }
    out.push_str(source.get(at..).unwrap_or_default());
    out
}

/// Copies a description of another packet with the namespaces in scope, without properties that are set or exist already.
fn moved(
    document: &Document<'_>,
    node: Node<'_, '_>,
    about: &str,
    set: &[&Property],
    seen: &[(String, String)],
) -> String {
    let wanted = |namespace: Option<&str>, name: &str| {
        !set.iter().any(|p| p.is(namespace, name))
            && namespace != Some(NOTE)
            && !seen.iter().any(|(ns, n)| Some(ns.as_str()) == namespace && n == name)
    };
    let mut attributes = String::new();
    let mut elements = String::new();
    let children: Vec<Node<'_, '_>> = if is_description(node) {
        for attribute in node.attributes() {
            let namespace = attribute.namespace();
            if namespace.is_none() || namespace == Some(RDF) || namespace == Some(XML) {
                continue;
            }
            if wanted(namespace, attribute.name()) {
                let text = document.input_text().get(attribute.range()).unwrap_or_default();
                attributes.push(' ');
                attributes.push_str(text);
            }
        }
        node.children().filter(Node::is_element).collect()
    } else {
        vec![node]
    };
    for child in children {
        let name = child.tag_name();
        if wanted(name.namespace(), name.name()) {
            elements.push_str("\n   ");
            elements.push_str(document.input_text().get(child.range()).unwrap_or_default());
        }
    }
    if attributes.is_empty() && elements.is_empty() {
        return String::new();
    }
    let mut scope = String::new();
    let mut prefix = None;
    for namespace in node.namespaces().filter(|ns| ns.uri() != XML) {
        match namespace.name() {
            Some(name) => {
                if namespace.uri() == RDF {
                    prefix = Some(name);
                }
                scope.push_str(&format!(" xmlns:{name}=\"{}\"", escaped(namespace.uri())));
            }
            None => scope.push_str(&format!(" xmlns=\"{}\"", escaped(namespace.uri()))),
        }
    }
    // RDF as the default namespace, without a prefix: give it one that nothing else can have.
    let prefix = prefix.unwrap_or_else(|| {
        scope.push_str(&format!(" xmlns:rdf-label=\"{RDF}\""));
        "rdf-label"
    });
    format!(
        "\n  <{prefix}:Description {prefix}:about=\"{}\"{scope}{attributes}>{elements}\n  </{prefix}:Description>",
        escaped(about)
    )
}

/// A description with the properties to set, or nothing where there are none.
fn description<'p>(about: &str, set: impl Iterator<Item = &'p Property>) -> String {
    let mut namespaces: Vec<(&str, &str)> = Vec::new();
    let mut elements = String::new();
    for property in set {
        let Some(value) = &property.value else { continue };
        if !namespaces.contains(&(property.prefix, property.namespace)) {
            namespaces.push((property.prefix, property.namespace));
        }
        let name = format!("{}:{}", property.prefix, property.name);
        elements.push_str(&format!("\n   <{name}>{}</{name}>", escaped(value)));
    }
    if elements.is_empty() {
        return String::new();
    }
    let scope: String = namespaces.iter().map(|(prefix, uri)| format!("\n    xmlns:{prefix}=\"{uri}\"")).collect();
    format!(
        "\n  <rdf:Description rdf:about=\"{}\" xmlns:rdf=\"{RDF}\"{scope}>{elements}\n  </rdf:Description>",
        escaped(about)
    )
}

fn fresh(added: &str) -> String {
    format!("<x:xmpmeta xmlns:x=\"{META}\">\n <rdf:RDF xmlns:rdf=\"{RDF}\">{added}\n</rdf:RDF>\n</x:xmpmeta>")
}

/// Text for an element or an attribute in double quotes. Characters that XML 1.0 does not allow are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    const EXT: &str = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";

    fn source_type(value: &str) -> Property {
        Property::new(EXT, "Iptc4xmpExt", "DigitalSourceType", value)
    }

    fn values(text: &str) -> Vec<(String, String)> {
        let document = parse(text).unwrap_or_else(|| panic!("not XML: {text}"));
        let mut out = Vec::new();
        for node in descriptions(&document) {
            for a in node.attributes().filter(|a| a.namespace() != Some(RDF)) {
                out.push((a.name().to_owned(), a.value().to_owned()));
            }
            for child in node.children().filter(Node::is_element) {
                let text: String = child.descendants().filter_map(|n| n.text().filter(|_| n.is_text())).collect();
                out.push((child.tag_name().name().to_owned(), text));
            }
        }
        out
    }

    fn packet(body: &str) -> String {
        format!(
            "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF \
             xmlns:rdf='{RDF}' xmlns:e='{EXT}' xmlns:d='http://purl.org/dc/elements/1.1/'>{body}</rdf:RDF></x:xmpmeta>\
             \n\n<?xpacket end='w'?>"
        )
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn creates_a_packet_if_none_exists() {
        let merged = merge(&[], &[source_type("u<&\">")]);
        assert_eq!(values(&merged.text), [pair("DigitalSourceType", "u<&\">")]);
        assert!(merged.packet().starts_with("<?xpacket begin=\"\u{FEFF}\""));
    }

    #[test]
    fn replaces_a_property_in_every_form_and_keeps_the_rest() {
        let kept = "<d:title><rdf:Alt><rdf:li xml:lang='x-default'>A &amp; B</rdf:li></rdf:Alt></d:title>";
        for old in [
            format!("<rdf:Description rdf:about='q' e:DigitalSourceType='x' d:format='f'>{kept}</rdf:Description>"),
            format!(
                "<rdf:Description rdf:about='q' d:format='f'>{kept}<e:DigitalSourceType rdf:resource='x'/>\
                 </rdf:Description>"
            ),
            format!(
                "<rdf:Description rdf:about='q' d:format='f'>{kept}</rdf:Description><rdf:Description rdf:about='q'>\
                 <e:DigitalSourceType>x</e:DigitalSourceType></rdf:Description>"
            ),
        ] {
            let merged = merge(&[&packet(&old)], &[source_type("new")]);
            assert!(merged.text.contains(kept), "{}", merged.text);
            assert_eq!(
                values(&merged.text),
                [pair("format", "f"), pair("title", "A & B"), pair("DigitalSourceType", "new")],
                "{old}"
            );
            assert!(merged.text.contains("rdf:about=\"q\""));
            assert_eq!(merge(&[&merged.packet()], &[source_type("new")]).text, merged.text);
        }
    }

    #[test]
    fn merges_several_packets() {
        let first = packet("<rdf:Description d:format='f'/>");
        let second = "<z:RDF xmlns:z='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:k='urn:k'><z:Description \
                      k:a='1'><k:b>2</k:b><q:format xmlns:q='http://purl.org/dc/elements/1.1/'>no</q:format>\
                      </z:Description></z:RDF>";
        let bare = "<RDF xmlns='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><Description><j:c xmlns:j='urn:j'>3</j:c>\
                    </Description></RDF>";
        let merged = merge(&[&first, second, bare, "<broken"], &[source_type("new")]);
        assert_eq!(merged.unreadable, 1);
        assert_eq!(
            values(&merged.text),
            [pair("format", "f"), pair("a", "1"), pair("b", "2"), pair("c", "3"), pair("DigitalSourceType", "new")]
        );
    }

    #[test]
    fn keeps_an_existing_value_of_a_property_only_if_absent() {
        let old = packet("<rdf:Description e:DigImageGUID='mine'/>");
        let mut wanted = Property::new(EXT, "Iptc4xmpExt", "DigImageGUID", "new");
        wanted.only_if_absent = true;
        assert_eq!(values(&merge(&[&old], std::slice::from_ref(&wanted)).text), [pair("DigImageGUID", "mine")]);
        assert_eq!(values(&merge(&[], std::slice::from_ref(&wanted)).text), [pair("DigImageGUID", "new")]);
        assert!(has(&old, &wanted));
    }

    #[test]
    fn fills_empty_and_missing_rdf() {
        for old in [
            format!("<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='{RDF}'/></x:xmpmeta>"),
            "<x:xmpmeta xmlns:x='adobe:ns:meta/'></x:xmpmeta>".to_owned(),
            format!("<rdf:RDF xmlns:rdf='{RDF}'></rdf:RDF>"),
            "  ".to_owned(),
        ] {
            let merged = merge(&[&old], &[source_type("new")]);
            assert_eq!(values(&merged.text), [pair("DigitalSourceType", "new")], "{old}");
            assert_eq!(merged.text.matches("xmpmeta").count(), 2);
        }
    }

    #[test]
    fn reports_hostile_packets_as_unreadable() {
        let deep = format!("<x:xmpmeta>{}</x:xmpmeta>", "<a>".repeat(100_000));
        assert_eq!(merge(&[&deep], &[source_type("new")]).unreadable, 1);
    }

    #[test]
    fn writes_the_guid_as_md5_in_capitals() {
        // RFC 1321, A.5.
        assert_eq!(guid("abc"), "900150983CD24FB0D6963F7D28E17F72");
    }
}
