//! The little of PDF's object syntax (ISO 32000-1 section 7.3) that metadata needs: dictionaries of simple values.

use crate::text;

/// Deepest nesting of dictionaries and arrays that is followed.
const MAX_DEPTH: usize = 16;

/// A value in a dictionary.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(Vec<u8>),
    Name(Vec<u8>),
    Number(u64),
    Reference(u32),
    Dictionary(Vec<(Vec<u8>, Value)>),
    Array(Vec<Value>),
    Other,
}

/// Maximum number of values of the dictionaries that one parser reads, at all levels together; one costs 32 bytes.
const MAX_VALUES: usize = 16_384;

/// Reads objects from bytes.
pub(super) struct Parser<'a> {
    bytes: &'a [u8],
    values_left: usize,
    /// Position of the next byte to read.
    pub(super) at: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, values_left: MAX_VALUES, at }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn advance(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.bytes.len());
    }

    /// White space and comments.
    pub(super) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ' => self.advance(1),
                b'%' => {
                    let line = self.rest().iter().position(|byte| matches!(byte, b'\n' | b'\r'));
                    self.advance(line.unwrap_or(self.bytes.len()));
                }
                _ => return,
            }
        }
    }

    /// Whether the next word is `word`; passes it if so.
    pub(super) fn word(&mut self, word: &[u8]) -> bool {
        self.skip_space();
        let found = self.rest().starts_with(word);
        if found {
            self.advance(word.len());
        }
        found
    }

    /// A decimal number without sign.
    pub(super) fn number(&mut self) -> Option<u64> {
        self.skip_space();
        let digits: Vec<u8> = self.rest().iter().copied().take(20).take_while(u8::is_ascii_digit).collect();
        self.advance(digits.len());
        std::str::from_utf8(&digits).ok()?.parse().ok()
    }

    /// The dictionary that starts here; `None` when none does or it does not end.
    pub(super) fn dictionary(&mut self) -> Option<Vec<(Vec<u8>, Value)>> {
        self.dictionary_at(0)
    }

    fn dictionary_at(&mut self, depth: usize) -> Option<Vec<(Vec<u8>, Value)>> {
        if depth > MAX_DEPTH || !self.word(b"<<") {
            return None;
        }
        let mut entries = Vec::new();
        loop {
            self.skip_space();
            match self.peek()? {
                b'>' => {
                    self.advance(2);
                    return Some(entries);
                }
                b'/' => {
                    let key = self.name();
                    let value = self.value(depth.saturating_add(1))?;
                    if entries.len() < 1024 {
                        entries.push((key, value));
                    }
                }
                _ => return None,
            }
        }
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        self.values_left = self.values_left.checked_sub(1)?;
        self.skip_space();
        match self.peek()? {
            b'/' => Some(Value::Name(self.name())),
            b'(' => self.literal().map(Value::Text),
            b'<' if self.rest().starts_with(b"<<") => self.dictionary_at(depth).map(Value::Dictionary),
            b'<' => self.hexadecimal().map(Value::Text),
            b'[' => self.array(depth),
            b'0'..=b'9' => {
                let number = self.number()?;
                let before = self.at;
                // `12 0 R`
                if self.number().is_some() && self.word(b"R") {
                    return Some(u32::try_from(number).map_or(Value::Other, Value::Reference));
                }
                self.at = before;
                // The fraction of a real number.
                let fraction = self.rest().iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
                self.advance(fraction);
                Some(Value::Number(number))
            }
            _ => {
                let length = self
                    .rest()
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.'))
                    .count();
                self.advance(length);
                (length > 0).then_some(Value::Other)
            }
        }
    }

    fn array(&mut self, depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.advance(1);
        let mut items = Vec::new();
        loop {
            self.skip_space();
            if self.peek()? == b']' {
                self.advance(1);
                return Some(Value::Array(items));
            }
            let value = self.value(depth.saturating_add(1))?;
            if items.len() < 1024 {
                items.push(value);
            }
        }
    }

    /// A name with its `#xx` escapes resolved.
    fn name(&mut self) -> Vec<u8> {
        self.advance(1);
        let mut name = Vec::new();
        while let Some(byte) = self.peek() {
            if byte <= b' ' || matches!(byte, b'/' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'%') {
                break;
            }
            let escape =
                (byte == b'#').then(|| self.bytes.get(self.at.saturating_add(1)..self.at.saturating_add(3))).flatten();
            match escape.and_then(|digits| hex::decode(digits).ok()) {
                Some(decoded) => {
                    name.extend(decoded);
                    self.advance(3);
                }
                None => {
                    name.push(byte);
                    self.advance(1);
                }
            }
        }
        name
    }

    /// `(…)` with balanced parentheses and escapes.
    fn literal(&mut self) -> Option<Vec<u8>> {
        self.advance(1);
        let mut open = 1_usize;
        let mut text = Vec::new();
        loop {
            let byte = self.peek()?;
            self.advance(1);
            match byte {
                b'(' => open = open.saturating_add(1),
                b')' => {
                    open = open.saturating_sub(1);
                    if open == 0 {
                        return Some(text);
                    }
                }
                b'\\' => {
                    let escaped = self.peek()?;
                    self.advance(1);
                    match escaped {
                        b'n' => text.push(b'\n'),
                        b'r' => text.push(b'\r'),
                        b't' => text.push(b'\t'),
                        b'b' => text.push(8),
                        b'f' => text.push(12),
                        b'0'..=b'7' => {
                            let mut code = u32::from(escaped - b'0');
                            for _ in 0..2 {
                                let Some(digit @ b'0'..=b'7') = self.peek() else {
                                    break;
                                };
                                code = code.wrapping_mul(8).wrapping_add(u32::from(digit - b'0'));
                                self.advance(1);
                            }
                            text.push((code & 0xFF) as u8);
                        }
                        // A line end after a backslash continues the line.
                        b'\r' => {
                            if self.peek() == Some(b'\n') {
                                self.advance(1);
                            }
                        }
                        b'\n' => {}
                        other => text.push(other),
                    }
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
    }

    /// `<…>`; an odd last digit counts as followed by 0.
    fn hexadecimal(&mut self) -> Option<Vec<u8>> {
        self.advance(1);
        let length = self.rest().iter().position(|byte| *byte == b'>')?;
        let mut digits = self.rest().get(..length)?.to_vec();
        digits.retain(|byte| !byte.is_ascii_whitespace());
        self.advance(length.saturating_add(1));
        if digits.len() % 2 == 1 {
            digits.push(b'0');
        }
        hex::decode(digits).ok()
    }
}

/// The entry with this key.
pub(super) fn get<'a>(dictionary: &'a [(Vec<u8>, Value)], key: &[u8]) -> Option<&'a Value> {
    dictionary.iter().find(|(name, _)| name == key).map(|(_, value)| value)
}

/// A text string (section 7.9.2.2): UTF-16 or UTF-8 by mark, else PDFDocEncoding, which is ISO 8859-1 but for a few
/// typographic signs.
pub(super) fn text_string(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => text::utf16(rest, true),
        [0xFF, 0xFE, rest @ ..] => text::utf16(rest, false),
        [0xEF, 0xBB, 0xBF, rest @ ..] => text::utf8_or_latin1(rest),
        _ => text::utf8_or_latin1(bytes),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn parses_values() {
        let source =
            b" << /A (x\\(y\\)\\101(z)) /B#20C <41 4> /N 12 /R 3 0 R /D << /E [1 2.5 true] >> /X /Y % c\n >> stream";
        let mut parser = Parser::new(source, 0);
        let dictionary = parser.dictionary().unwrap();
        assert_eq!(get(&dictionary, b"A"), Some(&Value::Text(b"x(y)A(z)".to_vec())));
        assert_eq!(get(&dictionary, b"B C"), Some(&Value::Text(b"A@".to_vec())));
        assert_eq!(get(&dictionary, b"N"), Some(&Value::Number(12)));
        assert_eq!(get(&dictionary, b"R"), Some(&Value::Reference(3)));
        assert!(matches!(get(&dictionary, b"D"), Some(Value::Dictionary(_))));
        assert!(parser.word(b"stream"));
    }

    #[test]
    fn limits_the_product_of_nested_arrays() {
        let arrays = format!("<</A[{}]>>", format!("[{}]", "1 ".repeat(1000)).repeat(1000));
        assert!(Parser::new(arrays.as_bytes(), 0).dictionary().is_none());
        let few = format!("<</A[{}]>>", format!("[{}]", "1 ".repeat(1000)).repeat(15));
        assert!(Parser::new(few.as_bytes(), 0).dictionary().is_some());
    }

    #[test]
    fn stops_at_deep_and_unterminated_objects() {
        for source in ["<<".repeat(10_000), "<</A".repeat(10_000), "<</A[".repeat(10_000), "<</A(".to_owned()] {
            assert!(Parser::new(source.as_bytes(), 0).dictionary().is_none());
        }
    }
}
