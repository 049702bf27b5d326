//! Markdown with front matter: the keys between the two `---` at its start. Text files contain China's label there
//! (TC260-PG-20258A).
//!
//! Reads only the YAML that these blocks use: keys at the left edge; their values on the same line, plain or quoted,
//! as a block of text (`|`, `>`), or as indented keys of one more level, which become a JSON object of strings.

use crate::collector::MetadataCollector;
use crate::container::location;
use crate::error::ParseError;
use crate::findings::{TextBody, TextKind};
use crate::text;

/// Longest front matter that is read.
const MAX_LENGTH: u64 = 64 << 10;

/// A line and its offset, without its end.
type Line<'a> = (usize, &'a str);

/// Whether a file starts with front matter that holds the label: many texts start with a rule of dashes, and nothing
/// else is of interest in them.
pub(crate) fn is_labelled(head: &[u8]) -> bool {
    let Some(rest) = opening(head).and_then(|start| head.get(start..)) else {
        return false;
    };
    rest.starts_with(b"AIGC:") || text::find(rest, b"\nAIGC:").is_some()
}

/// Offset after the first line, which must be `---`.
fn opening(bytes: &[u8]) -> Option<usize> {
    let mark = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    match bytes.get(mark..)? {
        [b'-', b'-', b'-', b'\n', ..] => Some(mark.saturating_add(4)),
        [b'-', b'-', b'-', b'\r', b'\n', ..] => Some(mark.saturating_add(5)),
        _ => None,
    }
}

pub(crate) fn read(collector: &mut MetadataCollector<'_>) -> Result<(), ParseError> {
    if !collector.everything() {
        return Ok(());
    }
    let bytes = collector.input.peek(0, MAX_LENGTH)?;
    let Some(start) = opening(&bytes) else { return Ok(()) };
    let block = bytes.get(start..).unwrap_or_default();
    // A character cut in half by the limit is beyond the block's end, or the block is too long anyway.
    let block = match std::str::from_utf8(block) {
        Ok(block) => block,
        Err(error) => block.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or(""),
    };
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut at = start;
    let mut closed = false;
    for line in block.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        if matches!(bare, "---" | "...") {
            closed = true;
            break;
        }
        lines.push((at, bare));
        at = at.saturating_add(line.len());
    }
    if !closed {
        return Err(ParseError::Malformed(start as u64, "front matter without its end"));
    }
    let mut rest = lines.as_slice();
    while let [first, after @ ..] = rest {
        collector.input.step("front matter keys")?;
        let indented = after.iter().take_while(|(_, line)| line.is_empty() || line.starts_with([' ', '\t'])).count();
        let (below, next) = after.split_at_checked(indented).unwrap_or((after, &[]));
        rest = next;
        let (offset, line) = *first;
        let Some((key, value)) = line.split_once(':') else { continue };
        if key.is_empty() || key.starts_with(['#', ' ', '\t', '-']) {
            continue;
        }
        let end = below.last().map_or(offset.saturating_add(line.len()), |(at, line)| at.saturating_add(line.len()));
        let key = unquoted(key.trim());
        let value = match value.trim() {
            "" => mapping(below),
            "|" | "|-" | "|+" | ">" | ">-" | ">+" => {
                below.iter().map(|(_, line)| line.trim()).collect::<Vec<_>>().join("\n")
            }
            value => {
                // A scalar may go on in the lines below.
                let more = below.iter().map(|(_, line)| line.trim()).filter(|line| !line.is_empty());
                unquoted(&std::iter::once(value).chain(more).collect::<Vec<_>>().join(" "))
            }
        };
        let place = location(format!("Markdown/{key}"), offset as u64, end.saturating_sub(offset) as u64);
        collector.add_text(TextKind::FrontMatter, key, &value, place);
    }
    Ok(())
}

/// The text of a plain text or Markdown file: its lines, without the front matter.
pub(crate) fn body(collector: &mut MetadataCollector<'_>) -> Result<TextBody, ParseError> {
    let (length, limit) = (collector.input.length(), collector.limits.max_part);
    let bytes = collector.input.peek(0, length.min(limit))?;
    let text = text::decode_unicode(&bytes);
    let after = match opening(&bytes).and_then(|start| text.get(start..)) {
        Some(rest) => rest.split_once("\n---").map_or(rest, |(_, body)| body),
        None => text.as_str(),
    };
    Ok(TextBody {
        paragraphs: after.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
        complete: length <= limit,
        location: location("Text", 0, length),
    })
}

/// Indented keys as a JSON object of strings, in their order.
fn mapping(lines: &[Line<'_>]) -> String {
    let pairs: Vec<String> = lines
        .iter()
        .filter_map(|(_, line)| line.trim().split_once(':'))
        .map(|(key, value)| {
            let quoted = |text: &str| serde_json::Value::from(unquoted(text.trim())).to_string();
            format!("{}:{}", quoted(key), quoted(value))
        })
        .collect();
    if pairs.is_empty() { String::new() } else { format!("{{{}}}", pairs.join(",")) }
}

/// A scalar without its quotes (YAML 1.2.2 section 7.3): in single ones only the quote itself is doubled; double ones
/// hold escapes as JSON has them.
fn unquoted(value: &str) -> String {
    let inside = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    if let Some(inner) = inside('\'') {
        return inner.replace("''", "'");
    }
    if inside('"').is_some()
        && let Ok(inner) = serde_json::from_str::<String>(value)
    {
        return inner;
    }
    value.to_owned()
}
