//! The module tree of a crate: what each module defines, imports and mentions, read from its files.
//!
//! Modules behind `#[cfg(test)]` are left out.

use super::tokens::{Kind, Token, tokenize};
use crate::error::{Result, While};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A name that a module imports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Segments of the path; the last one is the imported name.
    pub path: Vec<String>,
    /// Name in this module, or `None` for a glob import of everything in `path`.
    pub alias: Option<String>,
}

/// One module.
#[derive(Debug, Default)]
pub struct Module {
    /// File, as an index into [`Tree::files`].
    pub file: usize,
    /// Index of the parent module; the root is its own parent.
    pub parent: usize,
    /// Child modules by name.
    pub children: BTreeMap<String, usize>,
    /// Names of items that the module itself defines.
    pub definitions: BTreeSet<String>,
    /// Imports, public or not: child modules reach both.
    pub imports: Vec<Import>,
    /// Paths of at least two segments outside imports.
    pub mentions: BTreeSet<Vec<String>>,
    /// Names of macros that are called.
    pub calls: BTreeSet<String>,
}

/// The modules and files of one crate target. Module 0 is the root.
#[derive(Debug, Default)]
pub struct Tree {
    /// Every module.
    pub modules: Vec<Module>,
    /// Every file.
    pub files: Vec<PathBuf>,
    /// Files that hold constants.
    constants: BTreeSet<usize>,
    /// Files that hold items other than constants and `const fn`.
    code: BTreeSet<usize>,
    /// Macros by name, with the file that defines each.
    pub macros: BTreeMap<String, usize>,
}

impl Tree {
    /// Reads the tree below a root file such as `src/lib.rs`.
    pub fn read(root: &Path) -> Result<Self> {
        let mut tree = Self::default();
        let folder = root.parent().unwrap_or(root).to_owned();
        tree.read_file(root.to_owned(), &folder, 0)?;
        Ok(tree)
    }

    /// Files that hold constants and `const fn` only.
    pub fn tables(&self) -> impl Iterator<Item = &usize> {
        self.constants.difference(&self.code)
    }

    /// Reads a file as a module of `parent`, whose child modules lie in `folder`.
    fn read_file(&mut self, path: PathBuf, folder: &Path, parent: usize) -> Result<usize> {
        let source = std::fs::read_to_string(&path).while_doing(format_args!("reading {}", path.display()))?;
        let file = self.files.len();
        self.files.push(path.clone());
        self.read_module(&tokenize(&source), file, &path, folder, parent)
    }

    fn read_module(
        &mut self,
        tokens: &[Token],
        file: usize,
        path: &Path,
        folder: &Path,
        parent: usize,
    ) -> Result<usize> {
        let index = self.modules.len();
        self.modules.push(Module { file, parent, ..Module::default() });
        let mut scanner = Scanner { tokens, at: 0, depth: 0, module: Module { file, parent, ..Module::default() } };
        let mut attribute_path = None;
        while let Some(found) = scanner.step() {
            match found {
                Found::Path(text) => attribute_path = Some(text),
                Found::Macro(name) => {
                    self.macros.insert(name, file);
                    self.code.insert(file);
                }
                Found::Constant => {
                    self.constants.insert(file);
                }
                Found::Code => {
                    self.code.insert(file);
                }
                Found::File(name) => {
                    let declared = match attribute_path.take() {
                        Some(text) => path.with_file_name(text),
                        None => folder.join(format!("{name}.rs")),
                    };
                    let declared = if declared.is_file() { declared } else { folder.join(&name).join("mod.rs") };
                    let child = self.read_file(declared, &folder.join(&name), index)?;
                    scanner.module.children.insert(name, child);
                }
                Found::Inline(name, body) => {
                    let body = tokens.get(body).unwrap_or_default();
                    let child = self.read_module(body, file, path, &folder.join(&name), index)?;
                    scanner.module.children.insert(name, child);
                }
            }
        }
        if let Some(module) = self.modules.get_mut(index) {
            *module = scanner.module;
        }
        Ok(index)
    }
}

/// What the scanner leaves to the tree.
enum Found {
    /// `#[path = "…"]`.
    Path(String),
    /// `macro_rules! name`.
    Macro(String),
    /// A constant or a static.
    Constant,
    /// An item other than a constant, a `const fn`, a macro or an import.
    Code,
    /// `mod name;`.
    File(String),
    /// `mod name { … }` with the range of its body's tokens.
    Inline(String, std::ops::Range<usize>),
}

struct Scanner<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    module: Module,
}

impl Scanner<'_> {
    /// Reads on until something is found that the tree has to handle.
    fn step(&mut self) -> Option<Found> {
        loop {
            let token = self.tokens.get(self.at)?;
            match &token.kind {
                Kind::Punct('#') if self.is_test_attribute() => self.skip_item(),
                Kind::Punct('#') => {
                    let path = self.path_attribute();
                    self.at = self.at.saturating_add(1);
                    if path.is_some() {
                        return path;
                    }
                }
                Kind::Punct('{' | '(' | '[') => self.enter(true),
                Kind::Punct('}' | ')' | ']') => self.enter(false),
                Kind::Ident(word) if word == "use" => self.import(),
                Kind::Ident(word) => {
                    let word = word.clone();
                    if let Some(found) = self.word(&word) {
                        return Some(found);
                    }
                }
                _ => self.at = self.at.saturating_add(1),
            }
        }
    }

    fn enter(&mut self, inside: bool) {
        self.depth = if inside { self.depth.saturating_add(1) } else { self.depth.saturating_sub(1) };
        self.at = self.at.saturating_add(1);
    }

    fn ident(&self, offset: usize) -> Option<&str> {
        self.tokens.get(self.at.saturating_add(offset))?.ident()
    }

    fn is_punct(&self, offset: usize, character: char) -> bool {
        self.tokens.get(self.at.saturating_add(offset)).is_some_and(|token| token.is_punct(character))
    }

    fn is_separator(&self, offset: usize) -> bool {
        self.tokens.get(self.at.saturating_add(offset)).is_some_and(|token| token.kind == Kind::PathSeparator)
    }

    /// Whether an item behind `#[cfg(test)]` begins here.
    fn is_test_attribute(&self) -> bool {
        self.is_punct(1, '[')
            && self.ident(2) == Some("cfg")
            && self.is_punct(3, '(')
            && self.ident(4) == Some("test")
            && self.is_punct(5, ')')
    }

    fn path_attribute(&self) -> Option<Found> {
        if !(self.is_punct(1, '[') && self.ident(2) == Some("path") && self.is_punct(3, '=')) {
            return None;
        }
        match &self.tokens.get(self.at.saturating_add(4))?.kind {
            Kind::Text(text) => Some(Found::Path(text.clone())),
            _ => None,
        }
    }

    /// Skips attributes and the item after them.
    fn skip_item(&mut self) {
        let to_semicolon = ["use", "const", "static", "type", "let"];
        let mut depth = 0_usize;
        let mut keyword = None;
        while let Some(token) = self.tokens.get(self.at) {
            let first_word = depth == 0 && keyword.is_none();
            match &token.kind {
                Kind::Ident(word) if first_word && word != "pub" => keyword = Some(word.as_str()),
                Kind::Punct(';') if depth == 0 => break,
                Kind::Punct('{' | '(' | '[') => depth = depth.saturating_add(1),
                Kind::Punct(close @ ('}' | ')' | ']')) => {
                    if depth == 0 {
                        // The end of what surrounds the item, such as the last field of a struct.
                        return;
                    }
                    depth = depth.saturating_sub(1);
                    let ends = !keyword.is_some_and(|word| to_semicolon.contains(&word));
                    if *close == '}' && depth == 0 && ends {
                        break;
                    }
                }
                _ => {}
            }
            self.at = self.at.saturating_add(1);
        }
        self.at = self.at.saturating_add(1);
    }

    /// Reads one word: a definition, a module, a macro call or a path.
    fn word(&mut self, word: &str) -> Option<Found> {
        let name = self.ident(1).map(str::to_owned);
        let mut found = None;
        if self.depth == 0 {
            match (word, name) {
                ("mod", Some(name)) if self.is_punct(2, ';') => found = Some(Found::File(name)),
                ("mod", Some(name)) if self.is_punct(2, '{') => {
                    let start = self.at.saturating_add(3);
                    let end = self.closing(start);
                    self.at = end.saturating_add(1);
                    return Some(Found::Inline(name, start..end));
                }
                ("macro_rules", None) if self.is_punct(1, '!') => {
                    if let Some(name) = self.ident(2).map(str::to_owned) {
                        self.module.definitions.insert(name.clone());
                        self.at = self.at.saturating_add(3);
                        return Some(Found::Macro(name));
                    }
                }
                ("const", Some(name)) if matches!(name.as_str(), "unsafe" | "async") => {}
                // `const fn` is read by its name, after which a table is still one.
                ("const", Some(name)) if name == "fn" => {
                    self.module.definitions.extend(self.ident(2).map(str::to_owned));
                    self.at = self.at.saturating_add(2);
                }
                ("const" | "static", Some(name)) => {
                    let name = if name == "mut" { self.ident(2).map(str::to_owned) } else { Some(name) };
                    self.module.definitions.extend(name);
                    found = Some(Found::Constant);
                }
                ("struct" | "enum" | "union" | "trait" | "type" | "fn", Some(name)) => {
                    self.module.definitions.insert(name);
                    found = Some(Found::Code);
                }
                ("impl", _) => found = Some(Found::Code),
                _ => {}
            }
        }
        if self.is_separator(1) {
            self.mention(word);
        } else {
            if self.is_punct(1, '!') {
                self.module.calls.insert(word.to_owned());
            }
            self.at = self.at.saturating_add(1);
        }
        found
    }

    /// Reads a path of two segments or more. A path after `::` continues one with type arguments and is passed over.
    fn mention(&mut self, first: &str) {
        let continues = self.at.checked_sub(1).and_then(|before| self.tokens.get(before));
        let continues = continues.is_some_and(|token| token.kind == Kind::PathSeparator);
        let mut path = vec![first.to_owned()];
        while let (true, Some(next)) = (self.is_separator(1), self.ident(2)) {
            path.push(next.to_owned());
            self.at = self.at.saturating_add(2);
        }
        self.at = self.at.saturating_add(1);
        if !continues && path.len() > 1 {
            self.module.mentions.insert(path);
        }
    }

    /// Index of the brace that closes the block whose first token is at `start`.
    fn closing(&self, start: usize) -> usize {
        let mut depth = 0_usize;
        for (index, token) in self.tokens.iter().enumerate().skip(start) {
            match token.kind {
                Kind::Punct('{') => depth = depth.saturating_add(1),
                Kind::Punct('}') if depth == 0 => return index,
                Kind::Punct('}') => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        self.tokens.len()
    }

    /// Reads an import up to its semicolon.
    fn import(&mut self) {
        self.at = self.at.saturating_add(1);
        if self.is_separator(0) {
            // `use ::name`: another crate, even where a module has its name.
            self.import_tree(&["::".to_owned()]);
        } else if !self.is_punct(0, '<') {
            // `impl Trait + use<'a>` imports nothing.
            self.import_tree(&[]);
        }
    }

    fn import_tree(&mut self, prefix: &[String]) {
        let mut path = prefix.to_vec();
        loop {
            let Some(token) = self.tokens.get(self.at) else { return };
            match &token.kind {
                Kind::PathSeparator => self.at = self.at.saturating_add(1),
                Kind::Punct('*') => {
                    self.at = self.at.saturating_add(1);
                    self.module.imports.push(Import { path, alias: None });
                    return;
                }
                Kind::Punct('{') => {
                    self.at = self.at.saturating_add(1);
                    while self.tokens.get(self.at).is_some_and(|token| !token.is_punct('}')) {
                        self.import_tree(&path);
                        if self.is_punct(0, ',') {
                            self.at = self.at.saturating_add(1);
                        } else if !self.is_punct(0, '}') {
                            return;
                        }
                    }
                    self.at = self.at.saturating_add(1);
                    return;
                }
                Kind::Ident(word) if word == "as" => {
                    let alias = self.ident(1).map(str::to_owned);
                    self.at = self.at.saturating_add(2);
                    self.module.imports.push(Import { path, alias });
                    return;
                }
                Kind::Ident(word) => {
                    // `a::{self}` imports `a`.
                    if word != "self" || path.is_empty() {
                        path.push(word.clone());
                    }
                    self.at = self.at.saturating_add(1);
                    if !self.is_separator(0) && self.ident(0) != Some("as") {
                        let alias = path.last().cloned();
                        self.module.imports.push(Import { path, alias });
                        return;
                    }
                }
                _ => return,
            }
        }
    }
}
