//! XMP packets (ISO 16684-1) as a flat list of values.
//!
//! All RDF forms that XMP allows are read: properties as elements and as attributes, `rdf:resource`, arrays (`Bag`,
//! `Seq`, `Alt`), structures (nested description, `rdf:parseType="Resource"`, attributes on the property). Names are
//! matched by namespace; the packet's own prefixes mean nothing.

use roxmltree::{Document, Node};
use serde::Serialize;

use crate::budget::{Budget, BudgetError};
use crate::findings::Location;
use crate::{text, xml};

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Longest name or namespace kept, in bytes.
const MAX_NAME: usize = 256;

/// Namespaces of the fields that are looked for.
pub(crate) mod ns {
    pub(crate) const IPTC_EXT: &str = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
    pub(crate) const XMP: &str = "http://ns.adobe.com/xap/1.0/";
    pub(crate) const PHOTOSHOP: &str = "http://ns.adobe.com/photoshop/1.0/";
    pub(crate) const PLUS: &str = "http://ns.useplus.org/ldf/xmp/1.0/";
    pub(crate) const DCTERMS: &str = "http://purl.org/dc/terms/";
    pub(crate) const XMP_NOTE: &str = "http://ns.adobe.com/xmp/note/";
    pub(crate) const EXIF: &str = "http://ns.adobe.com/exif/1.0/";
    pub(crate) const TC260: &str = "http://www.tc260.org.cn/ns/AIGC/1.0/";
}

/// Usual prefixes, so that paths read the same whatever the packet calls them.
const PREFIXES: &[(&str, &str)] = &[
    (ns::IPTC_EXT, "Iptc4xmpExt"),
    ("http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/", "Iptc4xmpCore"),
    (ns::XMP, "xmp"),
    ("http://ns.adobe.com/xap/1.0/mm/", "xmpMM"),
    ("http://ns.adobe.com/xap/1.0/rights/", "xmpRights"),
    ("http://ns.adobe.com/xap/1.0/sType/ResourceEvent#", "stEvt"),
    ("http://ns.adobe.com/xap/1.0/sType/ResourceRef#", "stRef"),
    (ns::PHOTOSHOP, "photoshop"),
    (ns::PLUS, "plus"),
    ("http://purl.org/dc/elements/1.1/", "dc"),
    (ns::DCTERMS, "dcterms"),
    (ns::XMP_NOTE, "xmpNote"),
    (ns::EXIF, "exif"),
    ("http://ns.adobe.com/tiff/1.0/", "tiff"),
    (ns::TC260, "TC260"),
    ("http://ns.adobe.com/xmp/1.0/DynamicMedia/", "xmpDM"),
    ("http://ns.adobe.com/pdf/1.3/", "pdf"),
    ("http://ns.google.com/photos/1.0/container/", "Container"),
    ("http://ns.google.com/photos/1.0/creations/", "GCreations"),
    (RDF, "rdf"),
];

/// One XMP packet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct XmpPacket {
    /// Place of the packet. For extended XMP: the first segment.
    pub location: Location,
    /// Whether the XMP specification (ISO 16684-1 part 3) gives this place for the format. Midjourney's PNG `tEXt`
    /// is an example of the contrary.
    pub standard_place: bool,
    /// All simple values in document order.
    pub properties: Vec<XmpProperty>,
    /// The packet as text; not serialised.
    #[serde(skip)]
    pub raw: String,
}

/// Simple value of a packet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct XmpProperty {
    /// Namespace URI of the property or structure field itself.
    pub namespace: String,
    /// Local name of the property or structure field itself.
    pub name: String,
    /// Path from the packet's root with the usual prefixes, array items counted from 1:
    /// `xmpMM:History[2]/stEvt:softwareAgent`.
    pub path: String,
    /// Path of the structure it is a field of; `None` for properties of the resource itself.
    pub parent: Option<String>,
    /// Value, without white space at its ends.
    pub value: String,
    /// `xml:lang` of an alternative.
    pub lang: Option<String>,
}

impl XmpPacket {
    /// Returns the first value of a property of the resource itself (or of its first array item).
    #[must_use]
    pub fn get(&self, namespace: &str, name: &str) -> Option<&XmpProperty> {
        self.properties
            .iter()
            .find(|property| property.parent.is_none() && property.namespace == namespace && property.name == name)
    }
}

/// Reads a packet; the second value says what was wrong with it.
pub(crate) fn parse(text: &str, max_properties: usize, budget: &mut Budget) -> (Vec<XmpProperty>, Option<String>) {
    // Padding, packet wrappers cut in half and bytes before the first tag occur; XML allows none of them.
    let start = text.find('<').unwrap_or(text.len());
    let end = text.rfind('>').map_or(start, |at| at.saturating_add(1)).max(start);
    let trimmed = text.get(start..end).unwrap_or_default();
    let document = match xml::parse(trimmed) {
        Ok(document) => document,
        Err(problem) => match inner(trimmed).map(xml::parse) {
            Some(Ok(document)) => return (collect(&document, max_properties, budget).0, Some(problem)),
            _ => return (Vec::new(), Some(problem)),
        },
    };
    let (properties, limit) = collect(&document, max_properties, budget);
    let problem = match limit {
        Some(limit) => Some(limit.to_string()),
        None => (properties.len() >= max_properties).then(|| "more properties than are read".to_owned()),
    };
    (properties, problem)
}

/// The `xmpmeta` element alone, for packets whose wrapper is damaged.
fn inner(text: &str) -> Option<&str> {
    let start = text.find("<x:xmpmeta")?;
    let close = "</x:xmpmeta>";
    let end = text.rfind(close)?.checked_add(close.len())?;
    text.get(start..end)
}

/// The values of a document, and the limit that ended them.
fn collect(
    document: &Document<'_>,
    max_properties: usize,
    budget: &mut Budget,
) -> (Vec<XmpProperty>, Option<BudgetError>) {
    let mut reader = Reader { properties: Vec::new(), max: max_properties, budget, limit: None };
    for rdf in document.descendants().filter(|node| node.has_tag_name((RDF, "RDF"))) {
        for description in rdf.children().filter(Node::is_element) {
            if description.has_tag_name((RDF, "Description")) || description.children().any(|node| node.is_element()) {
                reader.fields(description, None);
            } else {
                // A property put directly under rdf:RDF is wrong RDF, but its meaning is plain.
                reader.property(description, None);
            }
        }
    }
    (reader.properties, reader.limit)
}

struct Reader<'a> {
    properties: Vec<XmpProperty>,
    max: usize,
    budget: &'a mut Budget,
    limit: Option<BudgetError>,
}

impl Reader<'_> {
    /// Attributes and child elements of a description or structure. The guard in [`xml`] bounds the recursion.
    fn fields(&mut self, node: Node<'_, '_>, parent: Option<&str>) {
        for attribute in node.attributes() {
            let Some(namespace) = attribute.namespace() else {
                continue;
            };
            if namespace == RDF || namespace == XML {
                continue;
            }
            let path = join(parent, node, namespace, attribute.name());
            self.push(namespace, attribute.name(), path, parent, attribute.value(), None);
        }
        for child in node.children().filter(Node::is_element) {
            self.property(child, parent);
        }
    }

    fn property(&mut self, node: Node<'_, '_>, parent: Option<&str>) {
        let name = node.tag_name();
        let namespace = name.namespace().unwrap_or_default();
        let path = join(parent, node, namespace, name.name());
        self.value(node, namespace, name.name(), path, parent);
    }

    /// The value of a property element or array item, called `name` at `path`.
    fn value(&mut self, node: Node<'_, '_>, namespace: &str, name: &str, path: String, parent: Option<&str>) {
        if self.properties.len() >= self.max || self.limit.is_some() {
            return;
        }
        let lang = node.attribute((XML, "lang"));
        if let Some(resource) = node.attribute((RDF, "resource")) {
            self.push(namespace, name, path, parent, resource, lang);
            return;
        }
        let mut children = node.children().filter(Node::is_element).peekable();
        let Some(first) = children.peek().copied() else {
            let structure = node
                .attributes()
                .any(|attribute| attribute.namespace().is_some_and(|namespace| namespace != RDF && namespace != XML));
            if structure {
                self.fields(node, Some(&path));
            } else {
                let content: String = node.children().filter_map(|child| child.text()).collect();
                self.push(namespace, name, path, parent, &content, lang);
            }
            return;
        };
        if node.attribute((RDF, "parseType")) == Some("Resource") {
            self.fields(node, Some(&path));
            return;
        }
        let container = first.tag_name();
        if container.namespace() == Some(RDF) && matches!(container.name(), "Bag" | "Seq" | "Alt") {
            let items = first.children().filter(|item| item.has_tag_name((RDF, "li")));
            for (index, item) in items.enumerate() {
                let item_path = format!("{path}[{}]", index.saturating_add(1));
                self.value(item, namespace, name, item_path, parent);
            }
            return;
        }
        for child in children {
            // A qualified value: the value itself is rdf:value, the rest are qualifiers.
            if let Some(value) = child.children().find(|field| field.has_tag_name((RDF, "value"))) {
                self.value(value, namespace, name, path.clone(), parent);
            } else {
                self.fields(child, Some(&path));
            }
        }
    }

    fn push(
        &mut self,
        namespace: &str,
        name: &str,
        path: String,
        parent: Option<&str>,
        value: &str,
        lang: Option<&str>,
    ) {
        if self.properties.len() < self.max && self.limit.is_none() {
            let texts = [namespace, name, &path, parent.unwrap_or_default(), value];
            let size = texts.iter().fold(size_of::<XmpProperty>(), |sum, text| sum.saturating_add(text.len()));
            if let Err(limit) = self.budget.retain("XMP properties", 1, size as u64) {
                self.limit = Some(limit);
                return;
            }
            self.properties.push(XmpProperty {
                namespace: text::cut(namespace, MAX_NAME).to_owned(),
                name: text::cut(name, MAX_NAME).to_owned(),
                path,
                parent: parent.map(str::to_owned),
                value: value.trim().to_owned(),
                lang: lang.map(|lang| text::cut(lang, 64).to_owned()),
            });
        }
    }
}

fn join(parent: Option<&str>, node: Node<'_, '_>, namespace: &str, name: &str) -> String {
    let prefix = PREFIXES
        .iter()
        .find(|(known, _)| *known == namespace)
        .map(|(_, prefix)| *prefix)
        .or_else(|| node.lookup_prefix(namespace))
        .unwrap_or_default();
    // Names repeat in every path below them; without a bound a few long ones would fill the memory.
    let (prefix, name) = (text::cut(prefix, 64), text::cut(name, MAX_NAME));
    let parent = parent.map(|parent| text::cut(parent, 4 * MAX_NAME));
    let colon = if prefix.is_empty() { "" } else { ":" };
    match parent {
        Some(parent) => format!("{parent}/{prefix}{colon}{name}"),
        None => format!("{prefix}{colon}{name}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    fn read(body: &str) -> Vec<(String, String)> {
        let text = format!(
            "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF \
             xmlns:rdf='{RDF}' xmlns:e='{}' xmlns:d='http://purl.org/dc/elements/1.1/' \
             xmlns:m='http://ns.adobe.com/xap/1.0/mm/' xmlns:v='http://ns.adobe.com/xap/1.0/sType/ResourceEvent#'>\
             {body}</rdf:RDF></x:xmpmeta>\n\n<?xpacket end='w'?>",
            ns::IPTC_EXT
        );
        let (properties, problem) = parse(&text, 100, &mut Budget::default());
        assert_eq!(problem, None);
        properties.into_iter().map(|property| (property.path, property.value)).collect()
    }

    fn pair(path: &str, value: &str) -> (String, String) {
        (path.to_owned(), value.to_owned())
    }

    #[test]
    fn reads_simple_values_in_all_forms() {
        let expected = vec![pair("Iptc4xmpExt:DigitalSourceType", "x")];
        for body in [
            "<rdf:Description e:DigitalSourceType='x'/>",
            "<rdf:Description><e:DigitalSourceType> x\n</e:DigitalSourceType></rdf:Description>",
            "<rdf:Description><e:DigitalSourceType rdf:resource='x'/></rdf:Description>",
            "<rdf:Description><e:DigitalSourceType><![CDATA[x]]></e:DigitalSourceType></rdf:Description>",
            "<rdf:Description><e:DigitalSourceType><rdf:Description><rdf:value>x</rdf:value><d:q>y</d:q>\
             </rdf:Description></e:DigitalSourceType></rdf:Description>",
            "<e:DigitalSourceType>x</e:DigitalSourceType>",
        ] {
            assert_eq!(read(body), expected, "{body}");
        }
    }

    #[test]
    fn reads_arrays_and_structures() {
        let body = "<rdf:Description><d:title><rdf:Alt><rdf:li xml:lang='x-default'>t</rdf:li></rdf:Alt></d:title>\
                    <d:creator><rdf:Seq><rdf:li>a</rdf:li><rdf:li>b</rdf:li></rdf:Seq></d:creator>\
                    <m:History><rdf:Seq><rdf:li rdf:parseType='Resource'><v:action>created</v:action></rdf:li>\
                    <rdf:li v:action='edited' v:softwareAgent='S'/>\
                    <rdf:li><rdf:Description v:action='saved'/></rdf:li></rdf:Seq></m:History></rdf:Description>";
        assert_eq!(
            read(body),
            [
                pair("dc:title[1]", "t"),
                pair("dc:creator[1]", "a"),
                pair("dc:creator[2]", "b"),
                pair("xmpMM:History[1]/stEvt:action", "created"),
                pair("xmpMM:History[2]/stEvt:action", "edited"),
                pair("xmpMM:History[2]/stEvt:softwareAgent", "S"),
                pair("xmpMM:History[3]/stEvt:action", "saved"),
            ]
        );
    }

    #[test]
    fn reads_a_packet_with_a_damaged_wrapper() {
        let (properties, problem) = parse(
            &format!(
                "<?xpacket <x:xmpmeta xmlns:x='a'><rdf:RDF xmlns:rdf='{RDF}' xmlns:e='u'><rdf:Description e:p='1'/>\
                 </rdf:RDF></x:xmpmeta>"
            ),
            10,
            &mut Budget::default(),
        );
        assert_eq!(properties.len(), 1);
        assert!(problem.is_some());
        assert_eq!(parse("", 10, &mut Budget::default()).0.len(), 0);
        assert!(parse("<", 10, &mut Budget::default()).1.is_some());
    }
}
